/* One object, many threads: every call is decided, each thread has its own last error, payments are judged once. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
/* After check.h, which turns the attributes off. */
#include "../story/place.h"

#define THREADS 8
#define ROUNDS 12

struct worker {
  account_security *security;
  int number;
};

static void *work(void *given) {
  struct worker *worker = given;
  account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
  char account[16], tx_id[16], wrong[16];
  int round;
  snprintf(account, sizeof account, "user-%d", worker->number % 3);
  snprintf(wrong, sizeof wrong, "policy-%d", worker->number);
  CHECK_IS(account_security_last_error(&error), ACCOUNT_SECURITY_OK);
  CHECK(error.code == ACCOUNT_SECURITY_OK);
  for (round = 0; round < ROUNDS; round++) {
    const account_security_payment_answer *answer;
    const account_security_password_report *report;
    account_security_payment payment;
    account_security_result result;
    /* Threads of one account send the same payments. */
    snprintf(tx_id, sizeof tx_id, "tx-%d-%d", worker->number % 3, round);
    payment = some_payment(tx_id);
    result = account_security_assess(worker->security, t(account), &payment, &answer);
    CHECK(result == ACCOUNT_SECURITY_OK || result == ACCOUNT_SECURITY_STORE_BUSY);
    if (result == ACCOUNT_SECURITY_OK) account_security_payment_answer_free(&answer);
    CHECK_IS(account_security_evaluate_password(t(wrong), b("p"), account_security_texts_of(NULL, 0), t("en"), &report),
             ACCOUNT_SECURITY_INVALID_ARGUMENT);
    CHECK_IS(account_security_last_error(&error), ACCOUNT_SECURITY_OK);
    CHECK(strcmp(error.field, "policy") == 0);
  }
  return NULL;
}

static void many(account_security *security) {
  pthread_t threads[THREADS];
  struct worker workers[THREADS];
  const account_security_history_answer *history;
  char account[16];
  int number;
  memset(workers, 0, sizeof workers);
  for (number = 0; number < THREADS; number++) {
    workers[number].security = security;
    workers[number].number = number;
    CHECK(pthread_create(&threads[number], NULL, work, &workers[number]) == 0);
  }
  for (number = 0; number < THREADS; number++) {
    CHECK(pthread_join(threads[number], NULL) == 0);
  }
  for (number = 0; number < 3; number++) {
    snprintf(account, sizeof account, "user-%d", number);
    CHECK_IS(account_security_history(security, t(account), 1, 1000, &history), ACCOUNT_SECURITY_OK);
    /* Sent by two or three threads each, written once each. */
    CHECK(history->count == ROUNDS);
    account_security_history_answer_free(&history);
  }
}

void test_threads(void) {
  account_security_keys *keys = some_keys();
  account_security_clock clock = fixed_clock();
  account_security_store place = place_new();
  account_security *security = some_security();
  many(security);
  account_security_free(&security);
  CHECK_IS(account_security_dangerous_new_seeded_in_store(&place, keys, &clock, 5, &security), ACCOUNT_SECURITY_OK);
  many(security);
  account_security_free(&security);
  account_security_keys_free(&keys);
}
