#include "answers.h"
#include "args.h"
#include "steps.h"

static account_security_payment_binding binding(struct teller *teller, const struct json *step) {
  const struct json *given = json_member(step, "payment");
  account_security_payment_binding payment = ACCOUNT_SECURITY_PAYMENT_BINDING_INIT;
  payment.amount_minor = arg_number(teller, given, "amount_minor");
  payment.currency = arg_text(teller, given, "currency");
  payment.payee_account = arg_text(teller, given, "payee_account");
  payment.payee_name = arg_perhaps(teller, given, "payee_name");
  return payment;
}

static void send_payment_code(struct teller *teller, const struct json *step) {
  account_security_payment_binding payment = binding(teller, step);
  const account_security_code_sent *sent;
  account_security_result result = account_security_send_payment_code(
      teller->security, TEXT("account"), TEXT("contact"), &payment, TEXT("locale"), &sent);
  told_code_sent(teller, result, sent);
}

static void resend_payment_code(struct teller *teller, const struct json *step) {
  account_security_payment_binding payment = binding(teller, step);
  const account_security_code_sent *sent;
  account_security_result result =
      account_security_resend_payment_code(teller->security, TEXT("account"), TEXT("contact"), TEXT("challenge"),
                                           &payment, TEXT("locale"), &sent);
  told_code_sent(teller, result, sent);
}

static void verify_payment_code(struct teller *teller, const struct json *step) {
  account_security_payment_binding payment = binding(teller, step);
  int32_t answer;
  if (failed(teller, account_security_verify_payment_code(teller->security, TEXT("account"), TEXT("contact"),
                                                          TEXT("challenge"), &payment, BYTES("code"), &answer)))
    return;
  put_code(&teller->out, answer);
}

static void place(struct teller *teller, const struct json *given, account_security_payment *payment) {
  const struct json *lat_e6 = json_member(given, "lat_e6");
  payment->has_position = lat_e6 != NULL && lat_e6->kind != JSON_NULL;
  if (!payment->has_position) return;
  payment->lat_e6 = (int32_t)arg_number(teller, given, "lat_e6");
  payment->lon_e6 = (int32_t)arg_number(teller, given, "lon_e6");
  payment->accuracy_m = (uint32_t)arg_number(teller, given, "accuracy_m");
}

static account_security_payment payment_of(struct teller *teller, const struct json *given) {
  account_security_payment payment = ACCOUNT_SECURITY_PAYMENT_INIT;
  payment.tx_id = arg_text(teller, given, "tx_id");
  payment.amount_minor = arg_number(teller, given, "amount_minor");
  payment.currency = arg_text(teller, given, "currency");
  payment.direction = arg_text(teller, given, "direction");
  payment.kind = arg_text(teller, given, "kind");
  payment.payee = arg_perhaps(teller, given, "payee");
  payment.device = arg_perhaps(teller, given, "device");
  payment.country = arg_perhaps(teller, given, "country");
  payment.at_ms = arg_number(teller, given, "at_ms");
  payment.local_offset_min = (int32_t)arg_number(teller, given, "local_offset_min");
  payment.malware = arg_looked_at(given, "malware");
  payment.rooted = arg_looked_at(given, "rooted");
  payment.compromised_credential = arg_looked_at(given, "compromised_credential");
  payment.high_risk_payee_location = arg_looked_at(given, "high_risk_payee_location");
  payment.deny_listed = arg_flag(given, "deny_listed");
  payment.allow_listed = arg_flag(given, "allow_listed");
  place(teller, given, &payment);
  return payment;
}

static void assess(struct teller *teller, const struct json *step) {
  account_security_payment payment = payment_of(teller, json_member(step, "payment"));
  const account_security_payment_answer *answer;
  if (failed(teller, account_security_assess(teller->security, TEXT("account"), &payment, &answer))) return;
  put_payment(&teller->out, answer);
  account_security_payment_answer_free(&answer);
}

static void release_payment(struct teller *teller, const struct json *step) {
  static const char *const names[] = {"released", "unknown_payment", "conflict", "needs_review", "frozen", "fraud"};
  account_security_payment payment = payment_of(teller, json_member(step, "payment"));
  int32_t answer;
  if (failed(teller, account_security_release_payment(teller->security, TEXT("account"), &payment, PERHAPS("actor"),
                                                      PERHAPS("as_authority"), &answer)))
    return;
  if (answer < 1 || answer > 6) die("an unknown kind", "release");
  out_kind(&teller->out, names[answer - 1]);
}

static void assess_many(struct teller *teller, const struct json *step) {
  account_security_payment payments[LIST_MAX];
  const account_security_payment *pointers[LIST_MAX];
  const account_security_payment_answers *answers;
  const struct json *list = json_member(step, "payments");
  const struct json *item;
  size_t count = 0;
  if (list == NULL) die("payments are missing", "assess_many");
  for (item = list->first; item != NULL; item = item->next, count++) {
    if (count == LIST_MAX) die("too many payments", "assess_many");
    payments[count] = payment_of(teller, item);
    pointers[count] = &payments[count];
  }
  if (failed(teller, account_security_assess_many(teller->security, TEXT("account"), pointers, count, &answers)))
    return;
  put_batch(&teller->out, answers);
  account_security_payment_answers_free(&answers);
}

static void label(struct teller *teller, const struct json *step) {
  const struct json *is_fraud = json_member(step, "is_fraud");
  if (is_fraud == NULL) die("is_fraud is missing", "label");
  if (failed(teller, account_security_label(teller->security, TEXT("account"), TEXT("tx_id"),
                                            is_fraud->kind == JSON_TRUE)))
    return;
  out_raw(&teller->out, "{}");
}

static void diagnose(struct teller *teller, const struct json *step) {
  account_security_question question = ACCOUNT_SECURITY_QUESTION_INIT;
  const account_security_causes *causes;
  question.direction = TEXT("direction");
  question.tx_id = PERHAPS("tx_id");
  question.balance_too_low = arg_flag(step, "balance_too_low");
  question.recipient_unavailable = arg_flag(step, "recipient_unavailable");
  question.network_fault = arg_flag(step, "network_fault");
  if (failed(teller, account_security_diagnose(teller->security, TEXT("account"), &question, LOCALE, &causes)))
    return;
  put_causes(&teller->out, causes);
  account_security_causes_free(&causes);
}

const struct step_kind payment_steps[] = {
    {"send_payment_code", send_payment_code},
    {"resend_payment_code", resend_payment_code},
    {"verify_payment_code", verify_payment_code},
    {"assess", assess},
    {"release_payment", release_payment},
    {"assess_many", assess_many},
    {"label", label},
    {"diagnose", diagnose},
    {NULL, NULL},
};
