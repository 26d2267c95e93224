/* Lists and the support desk: NULL and wrong input for each of their functions, and nothing left in the out-parameters. */
#include <string.h>

#include "outs.h"

static account_security_report some_report(void) {
  account_security_report report = ACCOUNT_SECURITY_REPORT_INIT;
  report.kind = t("device-lost");
  report.actor = t("owner");
  return report;
}

static void null_handles(void) {
  account_security_payment payment = some_payment("tx-1");
  account_security_identity identity = some_identity();
  account_security_report report = some_report();
  const account_security_freezes_answer *freezes = (void *)16;
  const account_security_devices_answer *devices = (void *)16;
  const account_security_settle_answer *settle = (void *)16;
  const account_security_report_answer *reported = (void *)16;
  const account_security_rotation_answer *page = (void *)16;
  uint32_t count = 9;
  int64_t next = 9;
  int32_t number = 9;
  IS_NULL(account_security_freezes(NULL, t("a"), t("en"), &freezes));
  CHECK(freezes == NULL);
  freezes = (void *)16;
  IS_NULL(account_security_all_freezes(NULL, t("a"), t("en"), &freezes));
  CHECK(freezes == NULL && last_field_is("security"));
  IS_NULL(account_security_devices(NULL, t("a"), no_text(), &devices));
  CHECK(devices == NULL);
  IS_NULL(account_security_forget_device(NULL, t("a"), t("x"), &number));
  CHECK(number == 0);
  IS_NULL(account_security_settle_pending(NULL, t("a"), t("t"), t("en"), &settle));
  CHECK(settle == NULL);
  number = 9;
  IS_NULL(account_security_release_payment(NULL, t("a"), &payment, no_text(), no_text(), &number));
  CHECK(number == 0);
  number = 9;
  IS_NULL(account_security_clear_lockout(NULL, t("a"), t("password"), t("y"), t("agent"), &identity, &number));
  CHECK(number == 0);
  IS_NULL(account_security_report_unauthorised(NULL, t("a"), &report, &reported));
  CHECK(reported == NULL);
  reported = (void *)16;
  IS_NULL(account_security_close_report(NULL, t("a"), t("x"), t("confirmed"), t("y"), t("agent"), &reported));
  CHECK(reported == NULL);
  IS_NULL(account_security_tell_freezes_ended(NULL, t("a"), &count, &next));
  CHECK(count == 0 && next == 0);
  IS_NULL(account_security_rotate_keys(NULL, no_text(), 1, &page));
  CHECK(page == NULL);
}

static void null_outs(account_security *security) {
  account_security_payment payment = some_payment("tx-1");
  account_security_identity identity = some_identity();
  account_security_report report = some_report();
  uint32_t count = 9;
  int64_t next = 9;
  IS_NULL(account_security_freezes(security, t("a"), t("en"), NULL));
  IS_NULL(account_security_all_freezes(security, t("a"), t("en"), NULL));
  IS_NULL(account_security_devices(security, t("a"), no_text(), NULL));
  IS_NULL(account_security_forget_device(security, t("a"), t("x"), NULL));
  IS_NULL(account_security_settle_pending(security, t("a"), t("t"), t("en"), NULL));
  IS_NULL(account_security_clear_lockout(security, t("a"), t("password"), t("y"), t("agent"), &identity, NULL));
  IS_NULL(account_security_release_payment(security, t("a"), &payment, no_text(), no_text(), NULL));
  IS_NULL(account_security_report_unauthorised(security, t("a"), &report, NULL));
  IS_NULL(account_security_close_report(security, t("a"), t("x"), t("confirmed"), t("y"), t("agent"), NULL));
  IS_NULL(account_security_tell_freezes_ended(security, t("a"), NULL, &next));
  IS_NULL(account_security_tell_freezes_ended(security, t("a"), &count, NULL));
  CHECK(count == 0 && next == 0);
  IS_NULL(account_security_rotate_keys(security, no_text(), 1, NULL));
  CHECK(last_field_is("out"));
}

#define MISSES(call, field) do { IS_NULL(call); CHECK(last_field_is(field)); } while (0)
#define REFUSES(call, field) do { IS_INVALID(call); CHECK(last_field_is(field)); } while (0)

static void missing_inputs(account_security *security) {
  account_security_payment payment = some_payment("tx-1");
  account_security_identity identity = some_identity();
  account_security_report report = some_report();
  const account_security_freezes_answer *freezes;
  const account_security_devices_answer *devices;
  const account_security_settle_answer *settle;
  const account_security_report_answer *reported;
  const account_security_causes *causes;
  uint32_t count;
  int64_t next;
  int32_t number;
  MISSES(account_security_freezes(security, no_text(), t("en"), &freezes), "account");
  MISSES(account_security_freezes(security, t("a"), no_text(), &freezes), "locale");
  MISSES(account_security_all_freezes(security, no_text(), t("en"), &freezes), "account");
  MISSES(account_security_all_freezes(security, t("a"), no_text(), &freezes), "locale");
  MISSES(account_security_devices(security, no_text(), no_text(), &devices), "account");
  MISSES(account_security_forget_device(security, no_text(), t("x"), &number), "account");
  MISSES(account_security_forget_device(security, t("a"), no_text(), &number), "device");
  MISSES(account_security_settle_pending(security, no_text(), t("t"), t("en"), &settle), "account");
  MISSES(account_security_settle_pending(security, t("a"), no_text(), t("en"), &settle), "tx_id");
  MISSES(account_security_settle_pending(security, t("a"), t("t"), no_text(), &settle), "locale");
  MISSES(account_security_release_payment(security, no_text(), &payment, no_text(), no_text(), &number), "account");
  MISSES(account_security_release_payment(security, t("a"), NULL, no_text(), no_text(), &number), "payment");
  MISSES(account_security_clear_lockout(security, no_text(), t("password"), t("y"), t("agent"), &identity, &number),
         "account");
  MISSES(account_security_clear_lockout(security, t("a"), no_text(), t("y"), t("agent"), &identity, &number), "proof");
  MISSES(account_security_clear_lockout(security, t("a"), t("password"), no_text(), t("agent"), &identity, &number),
         "actor");
  MISSES(account_security_clear_lockout(security, t("a"), t("password"), t("y"), no_text(), &identity, &number),
         "as_authority");
  MISSES(account_security_clear_lockout(security, t("a"), t("password"), t("y"), t("agent"), NULL, &number),
         "identity");
  MISSES(account_security_report_unauthorised(security, t("a"), NULL, &reported), "report");
  MISSES(account_security_report_unauthorised(security, no_text(), &report, &reported), "account");
  report.kind = no_text();
  MISSES(account_security_report_unauthorised(security, t("a"), &report, &reported), "kind");
  report = some_report();
  report.actor = no_text();
  MISSES(account_security_report_unauthorised(security, t("a"), &report, &reported), "actor");
  MISSES(account_security_close_report(security, no_text(), t("x"), t("confirmed"), t("y"), t("agent"), &reported),
         "account");
  MISSES(account_security_close_report(security, t("a"), no_text(), t("confirmed"), t("y"), t("agent"), &reported),
         "report");
  MISSES(account_security_close_report(security, t("a"), t("x"), no_text(), t("y"), t("agent"), &reported), "outcome");
  MISSES(account_security_close_report(security, t("a"), t("x"), t("confirmed"), no_text(), t("agent"), &reported),
         "actor");
  MISSES(account_security_close_report(security, t("a"), t("x"), t("confirmed"), t("y"), no_text(), &reported),
         "as_authority");
  MISSES(account_security_tell_freezes_ended(security, no_text(), &count, &next), "account");
  MISSES(account_security_diagnose(security, t("a"), NULL, t("en"), &causes), "question");
  CHECK(freezes == NULL && devices == NULL && settle == NULL && reported == NULL && causes == NULL && number == 0);
}

static void wrong_inputs(account_security *security) {
  account_security_text id = t("0123456789abcdef0123456789abcdef");
  account_security_identity identity = some_identity();
  account_security_report report = some_report();
  account_security_question question = ACCOUNT_SECURITY_QUESTION_INIT;
  account_security_payment payment = some_payment("tx-place");
  const account_security_payment *pointers[2];
  const account_security_payment_answer *judged;
  const account_security_payment_answers *batch;
  const account_security_settle_answer *settle;
  const account_security_report_answer *reported;
  const account_security_rotation_answer *page;
  const account_security_causes *causes;
  int32_t number;
  REFUSES(account_security_forget_device(security, t("a"), t("phone"), &number), "device");
  REFUSES(account_security_settle_pending(security, t("a"), t(""), t("en"), &settle), "tx_id");
  REFUSES(account_security_release_payment(security, t("a"), &payment, t(""), no_text(), &number), "actor");
  REFUSES(account_security_release_payment(security, t("a"), &payment, t("agent-7"), no_text(), &number),
          "as_authority");
  REFUSES(account_security_clear_lockout(security, t("a"), t("face"), t("y"), t("agent"), &identity, &number), "proof");
  REFUSES(account_security_clear_lockout(security, t("a"), t("password"), t("y"), t("king"), &identity, &number),
          "as_authority");
  CHECK_IS(account_security_clear_lockout(security, t("a"), t("password"), t("y"), t("rule"), &identity, &number),
           ACCOUNT_SECURITY_REFUSED);
  REFUSES(account_security_close_report(security, t("a"), t("x"), t("confirmed"), t("y"), t("agent"), &reported),
          "report");
  REFUSES(account_security_close_report(security, t("a"), id, t("maybe"), t("y"), t("agent"), &reported), "outcome");
  report.kind = t("a feeling");
  REFUSES(account_security_report_unauthorised(security, t("a"), &report, &reported), "kind");
  report = some_report();
  report.has_learned_at = 2;
  REFUSES(account_security_report_unauthorised(security, t("a"), &report, &reported), "has_learned_at");
  report.struct_size = 8;
  CHECK_IS(account_security_report_unauthorised(security, t("a"), &report, &reported), ACCOUNT_SECURITY_WRONG_STRUCT);
  REFUSES(account_security_rotate_keys(security, t("x"), 1, &page), "after");
  question.direction = t("up");
  REFUSES(account_security_diagnose(security, t("a"), &question, t("en"), &causes), "direction");
  question.direction = no_text();
  CHECK_IS(account_security_diagnose(security, t("a"), &question, t("en"), &causes), ACCOUNT_SECURITY_NULL_POINTER);
  question.direction = t("out");
  question.network_fault = 2;
  REFUSES(account_security_diagnose(security, t("a"), &question, t("en"), &causes), "network_fault");
  question.network_fault = 0;
  question.tx_id = t("never judged");
  question.direction = no_text();
  REFUSES(account_security_diagnose(security, t("a"), &question, t("en"), &causes), "tx_id");
  CHECK(settle == NULL && reported == NULL && page == NULL && causes == NULL && number == 0);
  payment.has_position = 2;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "has_position");
  payment.has_position = 1;
  payment.lat_e6 = 90000001;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "position");
  pointers[0] = pointers[1] = &payment;
  REFUSES(account_security_assess_many(security, t("a"), pointers, 2, &batch), "payments[0].position");
  payment.lat_e6 = 48856600;
  CHECK_IS(account_security_assess_many(security, t("a"), pointers, 2, &batch), ACCOUNT_SECURITY_OK);
  CHECK(batch->count == 2 && batch->stopped == ACCOUNT_SECURITY_OK && batch->stopped_reason == NULL);
  account_security_payment_answers_free(&batch);
}

/* What an app acts on, beside the number. */
static void reasons(account_security *security) {
  account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
  account_security_totp_enrolment *enrolment;
  const account_security_freeze_placed *placed;
  CHECK_IS(account_security_freeze_now(security, t("frozen"), &placed), ACCOUNT_SECURITY_OK);
  account_security_freeze_placed_free(&placed);
  CHECK_IS(account_security_enrol_totp(security, t("frozen"), t("Shop"), t("a@shop"), no_text(), &enrolment),
           ACCOUNT_SECURITY_REFUSED);
  CHECK_IS(account_security_last_error(&error), ACCOUNT_SECURITY_OK);
  CHECK(strcmp(error.reason, "frozen") == 0 && error.field[0] == '\0' && !error.is_transient);
}

static void frees(void) {
  const account_security_freezes_answer *freezes = NULL;
  const account_security_devices_answer *devices = NULL;
  const account_security_settle_answer *settle = NULL;
  const account_security_report_answer *reported = NULL;
  const account_security_rotation_answer *page = NULL;
  account_security_freezes_answer_free(&freezes);
  account_security_freezes_answer_free(NULL);
  account_security_devices_answer_free(&devices);
  account_security_devices_answer_free(NULL);
  account_security_settle_answer_free(&settle);
  account_security_settle_answer_free(NULL);
  account_security_report_answer_free(&reported);
  account_security_report_answer_free(NULL);
  account_security_rotation_answer_free(&page);
  account_security_rotation_answer_free(NULL);
}

void test_desk(void) {
  account_security *security = some_security();
  null_handles();
  null_outs(security);
  missing_inputs(security);
  wrong_inputs(security);
  reasons(security);
  frees();
  account_security_free(&security);
}
