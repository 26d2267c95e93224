#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

int checks_failed;
static int checks;

void check_that(int holds, const char *what, const char *file, int line) {
  __atomic_fetch_add(&checks, 1, __ATOMIC_SEQ_CST);
  if (holds) return;
  __atomic_fetch_add(&checks_failed, 1, __ATOMIC_SEQ_CST);
  fprintf(stderr, "%s:%d: %s does not hold\n", file, line, what);
}

void check_result(account_security_result result, account_security_result expected, const char *what, const char *file,
                  int line) {
  check_that(result == expected, what, file, line);
  if (result != expected) fprintf(stderr, "  gave %" PRId32 ", not %" PRId32 "\n", result, expected);
}

int last_field_is(const char *field) {
  account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
  return account_security_last_error(&error) == ACCOUNT_SECURITY_OK && strcmp(error.field, field) == 0 &&
         strlen(error.what) > 0;
}

account_security_text t(const char *text) { return account_security_text_of(text); }
account_security_bytes b(const char *text) { return account_security_bytes_of(text, strlen(text)); }
account_security_text no_text(void) { return account_security_text_of(NULL); }

account_security_keys *some_keys(void) {
  account_security_keys *keys;
  uint8_t lookup[32], root[32];
  memset(lookup, 0xA7, sizeof lookup);
  memset(root, 0x01, sizeof root);
  CHECK_IS(account_security_keys_new(account_security_bytes_of(lookup, 32), 1, account_security_bytes_of(root, 32), &keys),
           ACCOUNT_SECURITY_OK);
  return keys;
}

static int32_t fixed_now_ms(void *ctx, int64_t *now_ms) {
  (void)ctx;
  *now_ms = NOW_MS;
  return 0;
}

account_security_clock fixed_clock(void) {
  account_security_clock clock = ACCOUNT_SECURITY_CLOCK_INIT;
  clock.now_ms = fixed_now_ms;
  return clock;
}

account_security *some_security(void) {
  account_security *security;
  account_security_keys *keys = some_keys();
  account_security_clock clock = fixed_clock();
  CHECK_IS(account_security_dangerous_new_seeded_in_memory(keys, &clock, 7, &security), ACCOUNT_SECURITY_OK);
  account_security_keys_free(&keys);
  return security;
}

account_security_payment some_payment(const char *tx_id) {
  account_security_payment payment = ACCOUNT_SECURITY_PAYMENT_INIT;
  payment.tx_id = t(tx_id);
  payment.amount_minor = 1000;
  payment.currency = t("CNY");
  payment.direction = t("out");
  payment.kind = t("card");
  payment.at_ms = NOW_MS;
  payment.local_offset_min = 480;
  return payment;
}

/* `no-search`: under valgrind and the sanitizers the process's memory is mostly theirs. */
int main(int argc, char **argv) {
  int is_searched = argc < 2 || strcmp(argv[1], "no-search") != 0;
  test_versions();
  if (is_searched) test_secrets();
  test_answers();
  test_options();
  test_bad_input();
  test_bad_input_of_flows();
  test_desk();
  test_call_backs();
  test_threads();
  printf("%d checks, %d failed\n", checks, checks_failed);
  return checks_failed == 0 ? 0 : 1;
}
