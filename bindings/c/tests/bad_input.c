/* NULL, wrong sizes, text that is none: each a number, and nothing left in the out-parameters. */
#include <stdlib.h>
#include <string.h>

#include "check.h"

static void null_handles(void) {
  const account_security_sign_up_answer *sign_up = (void *)16;
  const account_security_sign_in_answer *sign_in = (void *)16;
  const account_security_code_sent *sent = (void *)16;
  const account_security_payment_answer *payment_answer = (void *)16;
  const account_security_payment_answers *answers = (void *)16;
  const account_security_causes *causes = (void *)16;
  const account_security_freeze_placed *placed = (void *)16;
  const account_security_lift_answer *lift = (void *)16;
  const account_security_names *names = (void *)16;
  const account_security_history_answer *history = (void *)16;
  const account_security_verdict *verdict = (void *)16;
  const account_security_messages *messages = (void *)16;
  account_security_totp_enrolment *enrolment = (void *)16;
  const account_security_totp_enrolment_info *enrolment_info = (void *)16;
  const account_security_soft_token_info *token_info = (void *)16;
  account_security_payment payment = some_payment("tx-1");
  account_security_question question = ACCOUNT_SECURITY_QUESTION_INIT;
  account_security_payment_binding binding = ACCOUNT_SECURITY_PAYMENT_BINDING_INIT;
  account_security_freeze freeze = ACCOUNT_SECURITY_FREEZE_INIT;
  int32_t answer = 9;
  int64_t until_ms = 9;
  uint8_t digits = 9;
  uint64_t remaining = 9;
  size_t size = 9;
  const account_security_texts none = account_security_texts_of(NULL, 0);

  IS_NULL(account_security_sign_up(NULL, t("a"), b("p"), none, t("c"), t("en"), &sign_up));
  CHECK(sign_up == NULL);
  CHECK(last_field_is("security"));
  IS_NULL(account_security_confirm_contact(NULL, t("a"), t("phone"), t("x"), b("1"), &answer));
  CHECK(answer == 0);
  IS_NULL(account_security_sign_in(NULL, t("a"), b("p"), no_text(), &sign_in));
  CHECK(sign_in == NULL);
  IS_NULL(account_security_enrol_totp(NULL, t("a"), t("i"), t("n"), no_text(), &enrolment));
  CHECK(enrolment == NULL);
  IS_NULL(account_security_confirm_totp(NULL, t("a"), b("1"), &answer, &until_ms));
  CHECK(until_ms == 0);
  IS_NULL(account_security_verify_totp(NULL, t("a"), b("1"), &answer, &until_ms));
  IS_NULL(account_security_totp_enrolment_read(NULL, &enrolment_info));
  CHECK(enrolment_info == NULL);
  IS_NULL(account_security_totp_enrolment_uri(NULL, account_security_buffer_of(NULL, 0), &size));
  CHECK(size == 0);
  IS_NULL(account_security_totp_enrolment_qr(NULL, account_security_buffer_of(NULL, 0), &size));
  IS_NULL(account_security_soft_token_read(NULL, &token_info));
  CHECK(token_info == NULL);
  IS_NULL(account_security_soft_token_code(NULL, NOW_MS, account_security_buffer_of(NULL, 0), &remaining));
  CHECK(remaining == 0);
  IS_NULL(account_security_send_payment_code(NULL, t("a"), t("c"), &binding, t("en"), &sent));
  CHECK(sent == NULL);
  IS_NULL(account_security_verify_payment_code(NULL, t("a"), t("c"), t("x"), &binding, b("1"), &answer));
  IS_NULL(account_security_payment_code_digits(NULL, &digits));
  CHECK(digits == 0);
  IS_NULL(account_security_assess(NULL, t("a"), &payment, &payment_answer));
  CHECK(payment_answer == NULL);
  IS_NULL(account_security_assess_many(NULL, t("a"), NULL, 0, &answers));
  CHECK(answers == NULL);
  IS_NULL(account_security_label(NULL, t("a"), t("x"), 1));
  IS_NULL(account_security_diagnose(NULL, t("a"), &question, t("en"), &causes));
  CHECK(causes == NULL);
  IS_NULL(account_security_place_freeze(NULL, t("a"), &freeze, &placed));
  CHECK(placed == NULL);
  IS_NULL(account_security_freeze_now(NULL, t("a"), &placed));
  IS_NULL(account_security_request_lift(NULL, t("a"), t("f"), t("x"), t("agent"), no_text(), NULL, t("en"), &lift));
  CHECK(lift == NULL);
  IS_NULL(account_security_lift(NULL, t("a"), t("f"), t("x"), t("agent"), no_text(), NULL, t("en"), &lift));
  IS_NULL(account_security_restriction(NULL, t("a"), &names));
  CHECK(names == NULL);
  IS_NULL(account_security_history(NULL, t("a"), 1, 1, &history));
  CHECK(history == NULL);
  IS_NULL(account_security_verify_account(NULL, t("a"), &verdict));
  CHECK(verdict == NULL);
  IS_NULL(account_security_drain(NULL, 1, t("en"), &messages));
  CHECK(messages == NULL);
  IS_NULL(account_security_delivered(NULL, none));
  IS_NULL(account_security_keys_add_retired(NULL, 2, b("x")));
}

static void null_outs(account_security *security) {
  account_security_payment payment = some_payment("tx-1");
  account_security_question question = ACCOUNT_SECURITY_QUESTION_INIT;
  account_security_payment_binding binding = ACCOUNT_SECURITY_PAYMENT_BINDING_INIT;
  account_security_keys *keys = some_keys();
  account_security_clock clock = fixed_clock();
  account_security_texts none = account_security_texts_of(NULL, 0);
  int32_t answer;
  int64_t until_ms = 9;

  IS_NULL(account_security_keys_new(b("k"), 1, b("k"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_new_in_memory(keys, &clock, NULL));
  IS_NULL(account_security_new_in_sqlite(t("x.db"), keys, &clock, NULL));
  IS_NULL(account_security_new_in_store(NULL, keys, &clock, NULL));
  IS_NULL(account_security_evaluate_password(t("card_default"), b("p"), none, t("en"), NULL));
  IS_NULL(account_security_sign_up(security, t("a"), b("p"), none, t("c"), t("en"), NULL));
  IS_NULL(account_security_confirm_contact(security, t("a"), t("phone"), t("x"), b("1"), NULL));
  IS_NULL(account_security_sign_in(security, t("a"), b("p"), no_text(), NULL));
  IS_NULL(account_security_enrol_totp(security, t("a"), t("i"), t("n"), no_text(), NULL));
  IS_NULL(account_security_verify_totp(security, t("a"), b("123456"), NULL, &until_ms));
  CHECK(until_ms == 0);
  IS_NULL(account_security_confirm_totp(security, t("a"), b("123456"), &answer, NULL));
  IS_NULL(account_security_soft_token_new(b("otpauth://"), NULL));
  IS_NULL(account_security_send_payment_code(security, t("a"), t("c"), &binding, t("en"), NULL));
  IS_NULL(account_security_verify_payment_code(security, t("a"), t("c"), t("x"), &binding, b("1"), NULL));
  IS_NULL(account_security_payment_code_digits(security, NULL));
  IS_NULL(account_security_assess(security, t("a"), &payment, NULL));
  IS_NULL(account_security_assess_many(security, t("a"), NULL, 0, NULL));
  IS_NULL(account_security_diagnose(security, t("a"), &question, t("en"), NULL));
  IS_NULL(account_security_freeze_now(security, t("a"), NULL));
  IS_NULL(account_security_place_freeze(security, t("a"), NULL, NULL));
  IS_NULL(account_security_request_lift(security, t("a"), t("f"), t("x"), t("agent"), no_text(), NULL, t("en"), NULL));
  IS_NULL(account_security_lift(security, t("a"), t("f"), t("x"), t("agent"), no_text(), NULL, t("en"), NULL));
  IS_NULL(account_security_restriction(security, t("a"), NULL));
  IS_NULL(account_security_history(security, t("a"), 1, 1, NULL));
  IS_NULL(account_security_verify_account(security, t("a"), NULL));
  IS_NULL(account_security_drain(security, 1, t("en"), NULL));
  IS_NULL(account_security_clock_system(NULL));
  IS_NULL(account_security_last_error(NULL));
  account_security_keys_free(&keys);
}

static void null_inputs(account_security *security) {
  const account_security_payment_answer *answer;
  const account_security_payment_answers *answers;
  const account_security_payment *nothing = NULL;
  const account_security_freeze_placed *placed;
  const account_security_code_sent *sent;
  const account_security_names *names;
  account_security_keys *keys = some_keys();
  account_security_clock clock = fixed_clock();
  account_security *made = (void *)16;

  IS_NULL(account_security_assess(security, t("a"), NULL, &answer));
  CHECK(last_field_is("payment"));
  IS_NULL(account_security_assess_many(security, t("a"), NULL, 3, &answers));
  IS_NULL(account_security_assess_many(security, t("a"), &nothing, 1, &answers));
  IS_NULL(account_security_place_freeze(security, t("a"), NULL, &placed));
  IS_NULL(account_security_send_payment_code(security, t("a"), t("c"), NULL, t("en"), &sent));
  IS_NULL(account_security_restriction(security, no_text(), &names));
  CHECK(last_field_is("account"));
  IS_NULL(account_security_new_in_memory(NULL, &clock, &made));
  CHECK(made == NULL);
  IS_NULL(account_security_new_in_memory(keys, NULL, &made));
  IS_NULL(account_security_new_in_store(NULL, keys, &clock, &made));
  clock.now_ms = NULL;
  IS_NULL(account_security_new_in_memory(keys, &clock, &made));
  CHECK(last_field_is("clock.now_ms"));
  account_security_keys_free(&keys);
}

/* Lists of words and names are bounded before anything of them is copied; ids of messages may be as many as are drained. */
static void lists(account_security *security, account_security_text *many, const char *long_text) {
  const account_security_password_report *report;
  account_security_freeze freeze = ACCOUNT_SECURITY_FREEZE_INIT;
  const account_security_freeze_placed *placed;
  size_t index;
  for (index = 0; index <= ACCOUNT_SECURITY_INPUT_COUNT_MAX; index++) many[index] = t("pay-out");
  IS_INVALID(account_security_evaluate_password(t("card_default"), b("p"),
                                                account_security_texts_of(many, ACCOUNT_SECURITY_LIST_COUNT_MAX + 1),
                                                t("en"), &report));
  CHECK(last_field_is("words"));
  freeze.reason = t("owner-request");
  freeze.authority = t("owner");
  freeze.actor = t("alice");
  freeze.scopes = account_security_texts_of(many, ACCOUNT_SECURITY_LIST_COUNT_MAX + 1);
  IS_INVALID(account_security_place_freeze(security, t("listed"), &freeze, &placed));
  CHECK(last_field_is("scopes"));
  freeze.scopes.count = ACCOUNT_SECURITY_LIST_COUNT_MAX;
  CHECK_IS(account_security_place_freeze(security, t("listed"), &freeze, &placed), ACCOUNT_SECURITY_OK);
  account_security_freeze_placed_free(&placed);
  many[1].data = long_text;
  many[1].size = ACCOUNT_SECURITY_LIST_TEXT_SIZE_MAX + 1;
  IS_INVALID(account_security_evaluate_password(t("card_default"), b("p"), account_security_texts_of(many, 2), t("en"),
                                                &report));
  CHECK(last_field_is("words"));
  CHECK(report == NULL);
  for (index = 0; index < ACCOUNT_SECURITY_INPUT_COUNT_MAX; index++)
    many[index] = t("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  CHECK_IS(account_security_delivered(security, account_security_texts_of(many, ACCOUNT_SECURITY_INPUT_COUNT_MAX)),
           ACCOUNT_SECURITY_OK);
  IS_INVALID(account_security_delivered(security, account_security_texts_of(many,
                                        ACCOUNT_SECURITY_INPUT_COUNT_MAX + 1)));
  CHECK(last_field_is("ids"));
}

static void texts_that_are_none(account_security *security) {
  const account_security_names *names;
  const account_security_password_report *report;
  account_security_text text;
  account_security_text *many = calloc(ACCOUNT_SECURITY_INPUT_COUNT_MAX + 1, sizeof *many);
  char *long_text = malloc(ACCOUNT_SECURITY_INPUT_SIZE_MAX + 1);
  memset(long_text, 'a', ACCOUNT_SECURITY_INPUT_SIZE_MAX + 1);

  IS_INVALID(account_security_restriction(security, t("al\xFFice"), &names));
  CHECK(last_field_is("account"));
  IS_INVALID(account_security_restriction(security, t("\xED\xA0\x80"), &names));
  text.data = "al\0ice";
  text.size = 6;
  IS_INVALID(account_security_restriction(security, text, &names));
  CHECK(last_field_is("account"));
  IS_INVALID(account_security_restriction(security, t(""), &names));
  text.data = long_text;
  text.size = ACCOUNT_SECURITY_INPUT_SIZE_MAX + 1;
  IS_INVALID(account_security_restriction(security, text, &names));
  /* A length that cannot be: refused before anything is read. */
  text.size = SIZE_MAX;
  IS_INVALID(account_security_restriction(security, text, &names));
  text.data = NULL;
  text.size = 5;
  IS_NULL(account_security_restriction(security, text, &names));
  CHECK(names == NULL);

  IS_INVALID(account_security_evaluate_password(t("no such policy"), b("p"), account_security_texts_of(NULL, 0),
                                                t("en"), &report));
  CHECK(last_field_is("policy"));
  IS_INVALID(account_security_evaluate_password(
      t("card_default"), b("p"), account_security_texts_of(many, ACCOUNT_SECURITY_INPUT_COUNT_MAX + 1), t("en"),
                                                           &report));
  IS_NULL(account_security_evaluate_password(t("card_default"), b("p"), account_security_texts_of(many, 2), t("en"),
                                             &report));
  lists(security, many, long_text);
  /* Passwords are bytes: what is no UTF-8 is judged, not refused. */
  CHECK_IS(account_security_evaluate_password(t("card_default"), b("\xFF\xFE\xFD"), account_security_texts_of(NULL, 0),
                                              t("en"), &report),
           ACCOUNT_SECURITY_OK);
  CHECK(!report->accept);
  account_security_password_report_free(&report);
  free(long_text);
  free(many);
}

static void lengths(account_security *security) {
  account_security_keys *keys = (void *)16;
  account_security_soft_token *token;
  int32_t answer;
  int64_t until_ms;
  uint8_t key[32] = {0};
  IS_INVALID(account_security_keys_new(account_security_bytes_of(key, 31), 1, account_security_bytes_of(key, 32),
                                       &keys));
  CHECK(keys == NULL);
  IS_INVALID(account_security_keys_new(account_security_bytes_of(key, 32), 1, account_security_bytes_of(key,
                                       33 - 33), &keys));
  IS_INVALID(account_security_soft_token_new(b("no uri"), &token));
  CHECK(token == NULL);
  IS_INVALID(account_security_verify_totp(security, t("alice"), b("12345"), &answer, &until_ms));
  CHECK(last_field_is("code"));
  IS_INVALID(account_security_confirm_contact(security, t("alice"), t("phone"), t("short"), b("123456"), &answer));
  IS_INVALID(account_security_delivered(security, account_security_texts_of(&(account_security_text){"abc", 3}, 1)));
  keys = some_keys();
  IS_INVALID(account_security_keys_add_retired(keys, 1, account_security_bytes_of(key, 32)));
  CHECK_IS(account_security_keys_add_retired(keys, 2, account_security_bytes_of(key, 32)), ACCOUNT_SECURITY_OK);
  account_security_keys_free(&keys);
}

static void struct_sizes(account_security *security) {
  const account_security_payment_answer *answer;
  account_security_payment payment = some_payment("tx-size");
  account_security_clock clock = fixed_clock();
  account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
  account_security_keys *keys = some_keys();
  account_security *made;
  union {
    account_security_payment payment;
    char room[sizeof(account_security_payment) + 64];
  } larger;

  payment.struct_size = 0;
  CHECK_IS(account_security_assess(security, t("alice"), &payment, &answer), ACCOUNT_SECURITY_WRONG_STRUCT);
  CHECK(answer == NULL);
  payment.struct_size = sizeof payment - 1;
  CHECK_IS(account_security_assess(security, t("alice"), &payment, &answer), ACCOUNT_SECURITY_WRONG_STRUCT);
  memset(&larger, 0x5A, sizeof larger);
  larger.payment = some_payment("tx-larger");
  larger.payment.struct_size = sizeof larger;
  CHECK_IS(account_security_assess(security, t("alice"), &larger.payment, &answer), ACCOUNT_SECURITY_OK);
  account_security_payment_answer_free(&answer);
  clock.struct_size = 8;
  CHECK_IS(account_security_new_in_memory(keys, &clock, &made), ACCOUNT_SECURITY_WRONG_STRUCT);
  CHECK_IS(account_security_clock_system(&clock), ACCOUNT_SECURITY_WRONG_STRUCT);
  /* Whatever else stands in it. */
  memset(&error, 0xA5, sizeof error);
  error.struct_size = sizeof error;
  CHECK_IS(account_security_last_error(&error), ACCOUNT_SECURITY_OK);
  CHECK(error.code == ACCOUNT_SECURITY_WRONG_STRUCT && error.struct_size == sizeof error);
  CHECK(strcmp(error.field, "clock") == 0 && !error.is_transient);
  error.struct_size = 8;
  CHECK_IS(account_security_last_error(&error), ACCOUNT_SECURITY_WRONG_STRUCT);
  account_security_keys_free(&keys);
}

static void frees(void) {
  account_security *security = some_security();
  account_security_keys *keys = some_keys();
  const account_security_names *names = NULL;
  CHECK_IS(account_security_restriction(security, t("alice"), &names), ACCOUNT_SECURITY_OK);
  account_security_names_free(&names);
  CHECK(names == NULL);
  account_security_names_free(&names);
  account_security_names_free(NULL);
  account_security_keys_free(&keys);
  account_security_keys_free(&keys);
  account_security_keys_free(NULL);
  account_security_free(&security);
  CHECK(security == NULL);
  account_security_free(&security);
  account_security_free(NULL);
  /* Use after free through the same variable is use of NULL. */
  IS_NULL(account_security_restriction(security, t("alice"), &names));
}

void test_bad_input(void) {
  account_security *security = some_security();
  null_handles();
  null_outs(security);
  null_inputs(security);
  texts_that_are_none(security);
  lengths(security);
  struct_sizes(security);
  account_security_free(&security);
  frees();
}
