/* A day of one account, in C: sign-up, a step-up, second factor, recovery codes, a bound payment code, a suspicious payment,
 * freeze, diagnosis.
 *
 *     cc -std=c99 example.c -o example $(pkg-config --cflags --libs account_security)
 *
 * Every step prints what it did; the last line is "the end". A real program takes its keys from a vault, hands the messages
 * to its SMS and mail gateways, and uses `account_security_new_in_sqlite` or a store of its own. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account_security.h"

/* Ends the story where a call fails. A service answers "not now" instead. */
static void must(account_security_result result, const char *what) {
  account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
  if (result == ACCOUNT_SECURITY_OK) return;
  if (account_security_last_error(&error) != ACCOUNT_SECURITY_OK) error.what[0] = '\0';
  fprintf(stderr, "%s: %s (%" PRId32 "; %s %s)\n", what, account_security_result_text(result), result, error.field,
          error.what);
  exit(1);
}

static account_security_text text(const char *of) { return account_security_text_of(of); }

/* Secrets are bytes with a length. */
static account_security_bytes secret(const char *of) { return account_security_bytes_of(of, strlen(of)); }

/* Wipes a buffer that held a secret. Through `volatile`, because a compiler drops a memset of what is not read again. */
static void wipe(void *bytes, size_t size) {
  volatile unsigned char *at = bytes;
  while (size-- > 0) *at++ = 0;
}

/* The story has a clock of its own; a service calls `account_security_clock_system(&clock)`. */
static int64_t story_now_ms = INT64_C(1772366400000);

static int32_t tell_time(void *ctx, int64_t *now_ms) {
  *now_ms = *(const int64_t *)ctx;
  return 0;
}

static account_security *opened(void) {
  /* 32 bytes each, from a vault. */
  static const uint8_t lookup[32] = {9}, root[32] = {7};
  account_security_clock clock = ACCOUNT_SECURITY_CLOCK_INIT;
  account_security_keys *keys;
  account_security *security;
  clock.ctx = &story_now_ms;
  clock.now_ms = tell_time;
  must(account_security_keys_new(account_security_bytes_of(lookup, sizeof lookup), 1,
                                 account_security_bytes_of(root, sizeof root), &keys),
       "keys");
  must(account_security_new_in_memory(keys, &clock, &security), "open");
  account_security_keys_free(&keys);
  return security;
}

/* Hands the waiting messages to the gateways and, because this is a story, gives back the digits of the last code. */
static void deliver(const account_security *security, char code[16]) {
  const account_security_messages *messages;
  size_t index;
  must(account_security_drain(security, 100, text("en"), &messages), "drain");
  for (index = 0; index < messages->count; index++) {
    const account_security_message *message = messages->items[index];
    account_security_text id = text(message->id);
    const char *at = message->text;
    printf("  [%s%s%s] %s\n", message->what, *message->to != '\0' ? " to " : "", message->to, message->text);
    /* The first digits: a code has 6 to 8. */
    at += strcspn(at, "0123456789");
    if (message->is_code) snprintf(code, 16, "%.*s", (int)strspn(at, "0123456789"), at);
    must(account_security_delivered(security, account_security_texts_of(&id, 1)), "delivered");
  }
  account_security_messages_free(&messages);
}

/* The check-list beside the password field, at each key stroke. */
static void check_list(void) {
  const account_security_password_report *report;
  size_t index;
  must(account_security_evaluate_password(text("card_default"), secret("12345678"), account_security_texts_of(NULL, 0),
                                          text("en"), &report),
       "evaluate");
  printf("\"12345678\" is %s:\n", report->accept ? "fine" : "not accepted");
  for (index = 0; index < report->rules_count; index++)
    if (report->rules[index]->state == ACCOUNT_SECURITY_RULE_UNSATISFIED)
      printf("  - %s\n", report->rules[index]->text);
  account_security_password_report_free(&report);
}

/* The answer says which code was sent; the caller frees it. */
static const account_security_sign_up_answer *sign_up(const account_security *security) {
  const account_security_sign_up_answer *answer;
  must(account_security_sign_up(security, text("alice"), secret("Vx9#qLm2-tide"), account_security_texts_of(NULL, 0),
                                text("+8613812345678"), text("en"), &answer),
       "sign up");
  if (answer->kind != ACCOUNT_SECURITY_SIGN_UP_CREATED) exit(1);
  printf("alice signed up; a code goes to %s\n", answer->sent->destination_masked);
  return answer;
}

static void confirm_phone(const account_security *security, const account_security_sign_up_answer *answer) {
  char code[16] = "";
  int32_t outcome;
  deliver(security, code);
  must(account_security_confirm_contact(security, text("alice"), text("phone"), text(answer->sent->challenge),
                                        secret(code), &outcome),
       "confirm");
  wipe(code, sizeof code);
  printf("the phone number is %s\n", outcome == ACCOUNT_SECURITY_CODE_ACCEPTED ? "confirmed" : "not confirmed");
}

/* What the authenticator app shows at this moment. */
static void shown_code(const account_security_soft_token *app, char digits[16]) {
  uint64_t remaining_ms;
  must(account_security_soft_token_code(app, story_now_ms, account_security_buffer_of(digits, 16), &remaining_ms), "code");
}

/* Who wants something delicate proves more than the sign-in: here by a code to the phone, or by the authenticator once there is
 * one. The answer's ticket opens one thing, once; the caller frees the answer. */
static const account_security_proof_answer *step_up(const account_security *security,
                                                    const account_security_soft_token *app) {
  const account_security_step_up_answer *opened;
  const account_security_proof_answer *proven;
  char code[16] = "";
  story_now_ms += 120000;
  must(account_security_begin_step_up(security, text("alice"), &opened), "begin a step-up");
  if (opened->kind != ACCOUNT_SECURITY_STEP_UP_OPENED) exit(1);
  if (app != NULL) {
    shown_code(app, code);
    must(account_security_prove_step_up(security, text("alice"), text(opened->ticket), text("totp"), text(NULL),
                                        secret(code), &proven),
         "prove");
  } else {
    const account_security_code_sent *sent;
    must(account_security_send_proof_code(security, text("alice"), text("step-up"), text(opened->ticket), text("phone"),
                                          text("en"), &sent),
         "send a code");
    if (!sent->is_sent) exit(1);
    deliver(security, code);
    must(account_security_prove_step_up(security, text("alice"), text(opened->ticket), text("code"),
                                        text(sent->challenge), secret(code), &proven),
         "prove");
    account_security_code_sent_free(&sent);
  }
  wipe(code, sizeof code);
  account_security_step_up_answer_free(&opened);
  printf("the step-up is %s\n", proven->kind == ACCOUNT_SECURITY_PROOF_COMPLETE ? "complete" : "not complete");
  return proven;
}

/* An authenticator, on the word of a step-up. Its URI is the secret: it is wiped. */
static account_security_soft_token *enrol(const account_security *security, const char *ticket) {
  account_security_totp_enrolment *enrolment;
  account_security_soft_token *app;
  char uri[1024], digits[16];
  size_t size, width;
  int32_t answer;
  int64_t until_ms;

  must(account_security_enrol_totp(security, text("alice"), text("Shop"), text("alice@shop"), text(ticket), &enrolment),
       "enrol");
  /* Ask how large the QR code is; a screen then draws `width * width` bytes of 0 and 1. */
  if (account_security_totp_enrolment_qr(enrolment, account_security_buffer_of(NULL, 0), &width) !=
      ACCOUNT_SECURITY_BUFFER_TOO_SMALL)
    exit(1);
  printf("an authenticator scans a QR code of %lu x %lu\n", (unsigned long)width, (unsigned long)width);
  must(account_security_totp_enrolment_uri(enrolment, account_security_buffer_of(uri, sizeof uri), &size), "uri");
  must(account_security_soft_token_new(account_security_bytes_of(uri, size - 1), &app), "scan");
  wipe(uri, sizeof uri);
  account_security_totp_enrolment_free(&enrolment);
  shown_code(app, digits);
  must(account_security_confirm_totp(security, text("alice"), secret(digits), &answer, &until_ms), "confirm");
  wipe(digits, sizeof digits);
  printf("the authenticator is %s\n", answer == ACCOUNT_SECURITY_TOTP_ACCEPTED ? "in force" : "not confirmed");
  return app;
}

/* Shown once, for the day when the phone is gone. A story may count them; it prints none. */
static void recovery_codes(const account_security *security, const char *ticket) {
  account_security_recovery_codes *codes;
  char shown[512];
  size_t size, index;
  int count = 1;
  must(account_security_generate_recovery_codes(security, text("alice"), text(ticket), &codes), "recovery codes");
  must(account_security_recovery_codes_text(codes, account_security_buffer_of(shown, sizeof shown), &size), "read");
  for (index = 0; index < size; index++) count += shown[index] == '\n';
  wipe(shown, sizeof shown);
  account_security_recovery_codes_free(&codes);
  printf("alice writes down %d recovery codes\n", count);
}

/* The second factor, once the first is confirmed: two delicate things, two step-ups. */
static account_security_soft_token *second_factor(const account_security *security) {
  const account_security_proof_answer *proven = step_up(security, NULL);
  account_security_soft_token *app = enrol(security, proven->ticket);
  account_security_proof_answer_free(&proven);
  proven = step_up(security, app);
  recovery_codes(security, proven->ticket);
  account_security_proof_answer_free(&proven);
  return app;
}

static void sign_in(const account_security *security, const account_security_soft_token *app) {
  const account_security_sign_in_answer *step, *done;
  char digits[16];
  /* A code is good once: the next one comes half a minute later. */
  story_now_ms += 60000;
  must(account_security_sign_in(security, text("alice"), secret("Vx9#qLm2-tide"), text(NULL), &step), "sign in");
  if (step->kind != ACCOUNT_SECURITY_SIGN_IN_SECOND_FACTOR) exit(1);
  printf("the password is right; a second factor is asked for\n");
  shown_code(app, digits);
  must(account_security_prove_sign_in(security, text("alice"), text(step->ticket), text("totp"), text(NULL),
                                      secret(digits), text("alice's laptop"), &done),
       "prove");
  wipe(digits, sizeof digits);
  printf("alice is %s\n", done->kind == ACCOUNT_SECURITY_SIGN_IN_SIGNED_IN ? "in" : "not in");
  account_security_sign_in_answer_free(&done);
  account_security_sign_in_answer_free(&step);
}

static void bound_code(const account_security *security) {
  account_security_payment_binding payment = ACCOUNT_SECURITY_PAYMENT_BINDING_INIT;
  const account_security_code_sent *sent;
  char code[16] = "";
  int32_t answer;
  story_now_ms += 120000;
  payment.amount_minor = 1299;
  payment.currency = text("CNY");
  payment.payee_account = text("6222020200112233");
  payment.payee_name = text("Bookshop");
  must(account_security_send_payment_code(security, text("alice"), text("+8613812345678"), &payment, text("en"), &sent),
       "send a code");
  if (!sent->is_sent) exit(1);
  deliver(security, code);
  /* The same code for another amount opens nothing. */
  payment.amount_minor = 129900;
  must(account_security_verify_payment_code(security, text("alice"), text("+8613812345678"), text(sent->challenge),
                                            &payment, secret(code), &answer),
       "verify");
  printf("the code with another amount: %s\n", answer == ACCOUNT_SECURITY_CODE_ACCEPTED ? "accepted" : "rejected");
  payment.amount_minor = 1299;
  must(account_security_verify_payment_code(security, text("alice"), text("+8613812345678"), text(sent->challenge),
                                            &payment, secret(code), &answer),
       "verify");
  wipe(code, sizeof code);
  printf("the code with its own payment: %s\n", answer == ACCOUNT_SECURITY_CODE_ACCEPTED ? "accepted" : "rejected");
  account_security_code_sent_free(&sent);
}

static void payments(const account_security *security) {
  static const char *const outcomes[] = {"", "allow", "step up", "hold", "hold and freeze", "frozen", "conflict"};
  int number;
  for (number = 0; number < 6; number++) {
    account_security_payment payment = ACCOUNT_SECURITY_PAYMENT_INIT;
    const account_security_payment_answer *answer;
    char tx_id[16], payee[16];
    size_t index;
    snprintf(tx_id, sizeof tx_id, "tx-%d", number);
    snprintf(payee, sizeof payee, "web-%d", number);
    story_now_ms += 20000;
    payment.tx_id = text(tx_id);
    payment.amount_minor = 100;
    payment.currency = text("CNY");
    payment.direction = text("out");
    payment.kind = text("card");
    payment.payee = text(payee);
    payment.device = text("phone-1");
    payment.at_ms = story_now_ms;
    payment.local_offset_min = 480;
    must(account_security_assess(security, text("alice"), &payment, &answer), "assess");
    printf("payment %d: %s", number + 1, outcomes[answer->outcome]);
    for (index = 0; index < answer->reasons_count; index++)
      printf(", %s %+" PRId32, answer->reasons[index]->name, answer->reasons[index]->points_millibans);
    printf("\n");
    account_security_payment_answer_free(&answer);
  }
}

static void freeze(const account_security *security) {
  const account_security_freeze_placed *placed;
  const account_security_names *closed;
  const account_security_causes *causes;
  account_security_question question = ACCOUNT_SECURITY_QUESTION_INIT;
  size_t index;
  question.direction = text("out");
  must(account_security_freeze_now(security, text("alice"), &placed), "freeze");
  must(account_security_restriction(security, text("alice"), &closed), "restriction");
  printf("alice froze her account; closed:");
  for (index = 0; index < closed->count; index++) printf(" %s", closed->items[index]);
  printf("\n");
  must(account_security_diagnose(security, text("alice"), &question, text("en"), &causes), "diagnose");
  for (index = 0; index < causes->count; index++) printf("why a payment fails: %s\n", causes->items[index]->text);
  account_security_causes_free(&causes);
  account_security_names_free(&closed);
  account_security_freeze_placed_free(&placed);
}

static void audit(const account_security *security) {
  const account_security_verdict *verdict;
  must(account_security_verify_account(security, text("alice"), &verdict), "verify");
  printf("the audit chain is %s: %" PRIu64 " events\n",
         verdict->kind == ACCOUNT_SECURITY_VERDICT_INTACT ? "whole" : "broken", verdict->events);
  account_security_verdict_free(&verdict);
}

int main(void) {
  account_security *security;
  account_security_soft_token *app;
  const account_security_sign_up_answer *signed_up;
  must(account_security_check_header(), "header and library");
  security = opened();
  check_list();
  signed_up = sign_up(security);
  confirm_phone(security, signed_up);
  account_security_sign_up_answer_free(&signed_up);
  app = second_factor(security);
  sign_in(security, app);
  account_security_soft_token_free(&app);
  bound_code(security);
  payments(security);
  freeze(security);
  audit(security);
  account_security_free(&security);
  printf("the end\n");
  return 0;
}
