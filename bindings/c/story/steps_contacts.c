#include "answers.h"
#include "args.h"
#include "steps.h"

static void told_contact(struct teller *teller, account_security_result result,
                         const account_security_contact_answer *answer) {
  if (failed(teller, result)) return;
  put_contact(&teller->out, answer);
  account_security_contact_answer_free(&answer);
}

static void begin_contact_change(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_begin_contact_change(teller->security, TEXT("account"), TEXT("new"), PERHAPS("ticket"),
                                            TEXT("locale"), &answer);
  told_contact(teller, result, answer);
}

static void send_contact_code(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_send_contact_code(teller->security, TEXT("account"), TEXT("change"), TEXT("locale"), &answer);
  told_contact(teller, result, answer);
}

static void prove_old_contact(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_prove_old_contact(teller->security, TEXT("account"), TEXT("change"), BYTES("code"),
                                         TEXT("locale"), &answer);
  told_contact(teller, result, answer);
}

static void prove_new_contact(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_prove_new_contact(teller->security, TEXT("account"), TEXT("change"), BYTES("code"), LOCALE,
                                         &answer);
  told_contact(teller, result, answer);
}

static void finish_contact_change(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_finish_contact_change(teller->security, TEXT("account"), TEXT("change"), LOCALE, &answer);
  told_contact(teller, result, answer);
}

static void cancel_contact_change(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_cancel_contact_change(teller->security, TEXT("account"), TEXT("change"), LOCALE, &answer);
  told_contact(teller, result, answer);
}

static void cancel_contact_change_by_handle(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_cancel_contact_change_by_handle(teller->security, TEXT("account"), TEXT("handle"), LOCALE,
                                                       &answer);
  told_contact(teller, result, answer);
}

static void begin_lost_contact_change(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_begin_lost_contact_change(teller->security, TEXT("account"), TEXT("new"), TEXT("ticket"),
                                                 TEXT("locale"), &answer);
  told_contact(teller, result, answer);
}

static void record_identity_check(struct teller *teller, const struct json *step) {
  account_security_identity identity = identity_of(teller, json_member(step, "identity"));
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_record_identity_check(teller->security, TEXT("account"), TEXT("change"), &identity,
                                             TEXT("actor"), TEXT("as_authority"), PERHAPS("case_ref"), LOCALE, &answer);
  told_contact(teller, result, answer);
}

static void approve_lost_contact(struct teller *teller, const struct json *step) {
  const account_security_contact_answer *answer;
  account_security_result result =
      account_security_approve_lost_contact(teller->security, TEXT("account"), TEXT("change"), TEXT("actor"),
                                            TEXT("as_authority"), LOCALE, &answer);
  told_contact(teller, result, answer);
}

static void registered_contacts(struct teller *teller, const struct json *step) {
  const account_security_registered_contacts_answer *contacts;
  if (failed(teller, account_security_registered_contacts(teller->security, TEXT("account"), &contacts))) return;
  put_registered(&teller->out, contacts);
  account_security_registered_contacts_answer_free(&contacts);
}

static void confirm_registered_contacts(struct teller *teller, const struct json *step) {
  int32_t confirmed;
  if (failed(teller, account_security_confirm_registered_contacts(
                         teller->security, TEXT("account"), PERHAPS("phone_masked"), PERHAPS("email_masked"), &confirmed)))
    return;
  put_yes_or_no(&teller->out, "confirmed", confirmed);
}

static void remind_review(struct teller *teller, const struct json *step) {
  int32_t reminded;
  if (failed(teller, account_security_remind_review(teller->security, TEXT("account"), &reminded))) return;
  put_yes_or_no(&teller->out, "reminded", reminded);
}

const struct step_kind contact_steps[] = {
    {"begin_contact_change", begin_contact_change},
    {"send_contact_code", send_contact_code},
    {"prove_old_contact", prove_old_contact},
    {"prove_new_contact", prove_new_contact},
    {"finish_contact_change", finish_contact_change},
    {"cancel_contact_change", cancel_contact_change},
    {"cancel_contact_change_by_handle", cancel_contact_change_by_handle},
    {"begin_lost_contact_change", begin_lost_contact_change},
    {"record_identity_check", record_identity_check},
    {"approve_lost_contact", approve_lost_contact},
    {"registered_contacts", registered_contacts},
    {"confirm_registered_contacts", confirm_registered_contacts},
    {"remind_review", remind_review},
    {NULL, NULL},
};
