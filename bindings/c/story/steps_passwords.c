#include "answers.h"
#include "args.h"
#include "steps.h"

static void evaluate_password(struct teller *teller, const struct json *step) {
  account_security_text words[LIST_MAX];
  const account_security_password_report *report;
  if (failed(teller, account_security_evaluate_password(TEXT("policy"), BYTES("typed"),
                                                        WORDS(words), TEXT("locale"), &report)))
    return;
  put_report(&teller->out, report);
  account_security_password_report_free(&report);
}

static void told_password(struct teller *teller, account_security_result result,
                          const account_security_password_answer *answer) {
  if (failed(teller, result)) return;
  put_password(&teller->out, answer);
  account_security_password_answer_free(&answer);
}

static void change_password(struct teller *teller, const struct json *step) {
  account_security_text words[LIST_MAX];
  const account_security_password_answer *answer;
  account_security_result result =
      account_security_change_password(teller->security, TEXT("account"), BYTES("current"), BYTES("new"), WORDS(words),
                                       PERHAPS("device_token"), TEXT("locale"), &answer);
  told_password(teller, result, answer);
}

static void set_password_at_sign_in(struct teller *teller, const struct json *step) {
  account_security_text words[LIST_MAX];
  const account_security_password_answer *answer;
  account_security_result result =
      account_security_set_password_at_sign_in(teller->security, TEXT("account"), TEXT("ticket"), BYTES("new"),
                                               WORDS(words), PERHAPS("remember"), TEXT("locale"), &answer);
  told_password(teller, result, answer);
}

static void begin_reset(struct teller *teller, const struct json *step) {
  const account_security_reset_started *started;
  if (failed(teller, account_security_begin_reset(teller->security, TEXT("account"), TEXT("via"), TEXT("locale"),
                                                  &started)))
    return;
  put_reset(&teller->out, started);
  account_security_reset_started_free(&started);
}

static void verify_reset(struct teller *teller, const struct json *step) {
  const account_security_proof_answer *answer;
  account_security_result result = account_security_verify_reset(teller->security, TEXT("account"), TEXT("challenge"),
                                                                 BYTES("code"), &answer);
  told_proof(teller, result, answer);
}

static void prove_reset(struct teller *teller, const struct json *step) {
  const account_security_proof_answer *answer;
  account_security_result result =
      account_security_prove_reset(teller->security, TEXT("account"), TEXT("ticket"), TEXT("proof"),
                                   PERHAPS("challenge"), BYTES("code"), &answer);
  told_proof(teller, result, answer);
}

static void finish_reset(struct teller *teller, const struct json *step) {
  account_security_text words[LIST_MAX];
  const account_security_password_answer *answer;
  account_security_result result = account_security_finish_reset(
      teller->security, TEXT("account"), TEXT("ticket"), BYTES("new"), WORDS(words), TEXT("locale"), &answer);
  told_password(teller, result, answer);
}

const struct step_kind password_steps[] = {
    {"evaluate_password", evaluate_password},
    {"change_password", change_password},
    {"set_password_at_sign_in", set_password_at_sign_in},
    {"begin_reset", begin_reset},
    {"verify_reset", verify_reset},
    {"prove_reset", prove_reset},
    {"finish_reset", finish_reset},
    {NULL, NULL},
};
