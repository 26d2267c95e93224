#include "answers.h"
#include "args.h"
#include "steps.h"

static void sign_up(struct teller *teller, const struct json *step) {
  account_security_text words[LIST_MAX];
  const account_security_sign_up_answer *answer;
  if (failed(teller, account_security_sign_up(teller->security, TEXT("account"), BYTES("password"),
                                              WORDS(words), TEXT("contact"), TEXT("locale"),
                                              &answer)))
    return;
  put_sign_up(&teller->out, answer);
  account_security_sign_up_answer_free(&answer);
}

static void confirm_contact(struct teller *teller, const struct json *step) {
  int32_t answer;
  if (failed(teller, account_security_confirm_contact(teller->security, TEXT("account"), TEXT("via"),
                                                      TEXT("challenge"), BYTES("code"), &answer)))
    return;
  put_code(&teller->out, answer);
}

/* Puts a sign-in's answer and frees it. */
static void told_sign_in(struct teller *teller, account_security_result result,
                         const account_security_sign_in_answer *answer) {
  if (failed(teller, result)) return;
  put_sign_in(&teller->out, answer);
  account_security_sign_in_answer_free(&answer);
}

static void sign_in(struct teller *teller, const struct json *step) {
  const account_security_sign_in_answer *answer;
  account_security_result result = account_security_sign_in(teller->security, TEXT("account"), BYTES("password"),
                                                            PERHAPS("device_token"), &answer);
  told_sign_in(teller, result, answer);
}

static void prove_sign_in(struct teller *teller, const struct json *step) {
  const account_security_sign_in_answer *answer;
  account_security_result result =
      account_security_prove_sign_in(teller->security, TEXT("account"), TEXT("ticket"), TEXT("proof"),
                                     PERHAPS("challenge"), BYTES("code"), PERHAPS("remember"), &answer);
  told_sign_in(teller, result, answer);
}

void told_code_sent(struct teller *teller, account_security_result result, const account_security_code_sent *sent) {
  if (failed(teller, result)) return;
  put_code_sent(&teller->out, sent);
  account_security_code_sent_free(&sent);
}

static void send_confirmation(struct teller *teller, const struct json *step) {
  const account_security_code_sent *sent;
  account_security_result result = account_security_send_confirmation(teller->security, TEXT("account"), TEXT("via"),
                                                                      TEXT("locale"), &sent);
  told_code_sent(teller, result, sent);
}

static void send_proof_code(struct teller *teller, const struct json *step) {
  const account_security_code_sent *sent;
  account_security_result result = account_security_send_proof_code(
      teller->security, TEXT("account"), TEXT("errand"), TEXT("ticket"), TEXT("via"), TEXT("locale"), &sent);
  told_code_sent(teller, result, sent);
}

static void begin_step_up(struct teller *teller, const struct json *step) {
  const account_security_step_up_answer *answer;
  if (failed(teller, account_security_begin_step_up(teller->security, TEXT("account"), &answer))) return;
  put_step_up(&teller->out, answer);
  account_security_step_up_answer_free(&answer);
}

void told_proof(struct teller *teller, account_security_result result, const account_security_proof_answer *answer) {
  if (failed(teller, result)) return;
  put_proof(&teller->out, answer);
  account_security_proof_answer_free(&answer);
}

static void prove_step_up(struct teller *teller, const struct json *step) {
  const account_security_proof_answer *answer;
  account_security_result result =
      account_security_prove_step_up(teller->security, TEXT("account"), TEXT("ticket"), TEXT("proof"),
                                     PERHAPS("challenge"), BYTES("code"), &answer);
  told_proof(teller, result, answer);
}

static void configure(struct teller *teller, const struct json *step) {
  const struct json *given = json_member(step, "options");
  account_security_options options = ACCOUNT_SECURITY_OPTIONS_INIT;
  options.sender = arg_perhaps(teller, given, "sender");
  options.password_policy = arg_perhaps(teller, given, "password_policy");
  options.lockout = arg_perhaps(teller, given, "lockout");
  options.second_factor = arg_perhaps(teller, given, "second_factor");
  options.risk_preset = arg_perhaps(teller, given, "risk_preset");
  options.risk_rules = arg_perhaps(teller, given, "risk_rules");
  options.support_hotline = arg_perhaps(teller, given, "support_hotline");
  options.support_chat = arg_perhaps(teller, given, "support_chat");
  options.support_email = arg_perhaps(teller, given, "support_email");
  if (failed(teller, account_security_configure(teller->security, &options))) return;
  out_raw(&teller->out, "{}");
}

const struct step_kind access_steps[] = {
    {"sign_up", sign_up},
    {"confirm_contact", confirm_contact},
    {"send_confirmation", send_confirmation},
    {"sign_in", sign_in},
    {"send_proof_code", send_proof_code},
    {"prove_sign_in", prove_sign_in},
    {"begin_step_up", begin_step_up},
    {"prove_step_up", prove_step_up},
    {"configure", configure},
    {NULL, NULL},
};
