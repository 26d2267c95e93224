/* Buffers, the last error, SQLite and the system's clock: what the stories do not reach. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static void small_buffers(void) {
  account_security *security = some_security();
  account_security_totp_enrolment *enrolment;
  const account_security_sign_up_answer *signed_up;
  char uri[1024];
  uint8_t modules[200 * 200];
  size_t needed = 0, width = 0, again = 0;
  CHECK_IS(account_security_sign_up(security, t("alice"), b(GOOD_PASSWORD), account_security_texts_of(NULL, 0),
                                    t("+8613812345678"), t("en"), &signed_up),
           ACCOUNT_SECURITY_OK);
  account_security_sign_up_answer_free(&signed_up);
  CHECK_IS(account_security_enrol_totp(security, t("alice"), t("Shop"), t("alice@shop"), no_text(), &enrolment),
           ACCOUNT_SECURITY_OK);
  CHECK_IS(account_security_totp_enrolment_uri(enrolment, account_security_buffer_of(NULL, 0), &needed),
           ACCOUNT_SECURITY_BUFFER_TOO_SMALL);
  CHECK(needed > 20 && needed < sizeof uri);
  memset(uri, 'x', sizeof uri);
  CHECK_IS(account_security_totp_enrolment_uri(enrolment, account_security_buffer_of(uri, needed - 1), &again),
           ACCOUNT_SECURITY_BUFFER_TOO_SMALL);
  CHECK(again == needed && uri[0] == 'x');
  CHECK_IS(account_security_totp_enrolment_uri(enrolment, account_security_buffer_of(uri, needed), &again),
           ACCOUNT_SECURITY_OK);
  CHECK(strlen(uri) + 1 == needed && uri[needed] == 'x');
  CHECK_IS(account_security_totp_enrolment_uri(enrolment, account_security_buffer_of(uri, sizeof uri), NULL),
           ACCOUNT_SECURITY_NULL_POINTER);
  CHECK_IS(account_security_totp_enrolment_qr(enrolment, account_security_buffer_of(NULL, 0), &width),
           ACCOUNT_SECURITY_BUFFER_TOO_SMALL);
  CHECK(width > 20 && width * width < sizeof modules);
  CHECK_IS(account_security_totp_enrolment_qr(enrolment, account_security_buffer_of(modules, width * width), &width),
           ACCOUNT_SECURITY_OK);
  CHECK_IS(account_security_totp_enrolment_qr(enrolment, account_security_buffer_of(modules, sizeof modules), NULL),
           ACCOUNT_SECURITY_NULL_POINTER);
  account_security_totp_enrolment_free(&enrolment);
  account_security_totp_enrolment_free(&enrolment);
  account_security_free(&security);
}

static void last_errors(void) {
  account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
  const account_security_password_report *report;
  CHECK_IS(account_security_evaluate_password(t("x"), b("p"), account_security_texts_of(NULL, 0), t("en"), &report),
           ACCOUNT_SECURITY_INVALID_ARGUMENT);
  CHECK_IS(account_security_evaluate_password(t("card_default"), b("p"), account_security_texts_of(NULL, 0), t("en"),
                                              &report),
           ACCOUNT_SECURITY_OK);
  account_security_password_report_free(&report);
  /* A call that succeeds leaves the last error. */
  CHECK_IS(account_security_last_error(&error), ACCOUNT_SECURITY_OK);
  CHECK(error.code == ACCOUNT_SECURITY_INVALID_ARGUMENT && strcmp(error.field, "policy") == 0 && !error.is_transient);
}

static void sqlite_and_system_clock(void) {
  account_security_clock clock = ACCOUNT_SECURITY_CLOCK_INIT;
  account_security_keys *keys = some_keys();
  account_security *security;
  const account_security_names *names;
  account_security_result result;
  char path[64];
  snprintf(path, sizeof path, "/tmp/account_security_%ld.db", (long)getpid());
  CHECK_IS(account_security_clock_system(&clock), ACCOUNT_SECURITY_OK);
  result = account_security_new_in_sqlite(t(path), keys, &clock, &security);
  if (result == ACCOUNT_SECURITY_NOT_BUILT) {
    CHECK(security == NULL);
  } else {
    CHECK_IS(result, ACCOUNT_SECURITY_OK);
    CHECK_IS(account_security_restriction(security, t("alice"), &names), ACCOUNT_SECURITY_OK);
    account_security_names_free(&names);
    account_security_free(&security);
    CHECK_IS(account_security_new_in_sqlite(t("/no/such/folder/x.db"), keys, &clock, &security),
             ACCOUNT_SECURITY_INVALID_ARGUMENT);
    CHECK(security == NULL);
  }
  remove(path);
  strcat(path, "-wal");
  remove(path);
  account_security_keys_free(&keys);
}

void test_answers(void) {
  small_buffers();
  last_errors();
  sqlite_and_system_clock();
}
