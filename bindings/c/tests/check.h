/* What the tests share: a check that counts, and objects to ask. NULL is passed on purpose, so the compiler's attributes that
 * warn of it are off. */
#ifndef ACCOUNT_SECURITY_TESTS_CHECK_H
#define ACCOUNT_SECURITY_TESTS_CHECK_H

#define ACCOUNT_SECURITY_NO_ATTRIBUTES
#include "account_security.h"

#define NOW_MS INT64_C(1772366400000)
#define GOOD_PASSWORD "Vx9#qLm2-tide"

extern int checks_failed;

void check_that(int holds, const char *what, const char *file, int line);
#define CHECK(condition) check_that((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_IS(result, expected) check_result((result), (expected), #result, __FILE__, __LINE__)
void check_result(account_security_result result, account_security_result expected, const char *what, const char *file,
                  int line);

#define IS_NULL(call) CHECK_IS(call, ACCOUNT_SECURITY_NULL_POINTER)
#define IS_INVALID(call) CHECK_IS(call, ACCOUNT_SECURITY_INVALID_ARGUMENT)

/* The last error names this argument, and says something of it. */
int last_field_is(const char *field);

/* Short names for the tests alone. */
account_security_text t(const char *text);
account_security_bytes b(const char *text);
account_security_text no_text(void);

account_security_keys *some_keys(void);
/* Stands at NOW_MS. */
account_security_clock fixed_clock(void);
/* Seeded, in memory, at NOW_MS. */
account_security *some_security(void);
account_security_payment some_payment(const char *tx_id);

void test_answers(void);
void test_bad_input(void);
void test_bad_input_of_flows(void);
void test_call_backs(void);
void test_desk(void);
void test_options(void);
void test_secrets(void);
void test_threads(void);
void test_versions(void);

#endif
