#include "answers.h"
#include "args.h"
#include "steps.h"

static void told_placed(struct teller *teller, account_security_result result,
                        const account_security_freeze_placed *placed) {
  if (failed(teller, result)) return;
  put_placed(&teller->out, placed);
  account_security_freeze_placed_free(&placed);
}

static void place_freeze(struct teller *teller, const struct json *step) {
  account_security_text scopes[LIST_MAX];
  const struct json *given = json_member(step, "freeze");
  const struct json *until_ms = json_member(given, "until_ms");
  account_security_freeze freeze = ACCOUNT_SECURITY_FREEZE_INIT;
  const account_security_freeze_placed *placed;
  account_security_result result;
  freeze.scopes = arg_texts(teller, given, "scopes", scopes);
  freeze.reason = arg_text(teller, given, "reason");
  freeze.authority = arg_text(teller, given, "authority");
  freeze.actor = arg_text(teller, given, "actor");
  freeze.case_ref = arg_perhaps(teller, given, "case_ref");
  freeze.has_until = until_ms != NULL && until_ms->kind != JSON_NULL;
  if (freeze.has_until) freeze.until_ms = arg_number(teller, given, "until_ms");
  result = account_security_place_freeze(teller->security, TEXT("account"), &freeze, &placed);
  told_placed(teller, result, placed);
}

static void freeze_now(struct teller *teller, const struct json *step) {
  const account_security_freeze_placed *placed;
  account_security_result result = account_security_freeze_now(teller->security, TEXT("account"), &placed);
  told_placed(teller, result, placed);
}

static void told_lift(struct teller *teller, account_security_result result,
                      const account_security_lift_answer *answer) {
  if (failed(teller, result)) return;
  put_lift(&teller->out, answer);
  account_security_lift_answer_free(&answer);
}

static void lift_own_freeze(struct teller *teller, const struct json *step) {
  const account_security_lift_answer *answer;
  account_security_result result =
      account_security_lift_own_freeze(teller->security, TEXT("account"), TEXT("freeze"), TEXT("ticket"),
                                       BYTES("password"), PERHAPS("device_token"), LOCALE, &answer);
  told_lift(teller, result, answer);
}

account_security_identity identity_of(struct teller *teller, const struct json *given) {
  account_security_identity identity = ACCOUNT_SECURITY_IDENTITY_INIT;
  identity.method = arg_text(teller, given, "method");
  identity.is_owner = arg_flag(given, "is_owner");
  identity.evidence_sha256 = arg_text(teller, given, "evidence_sha256");
  return identity;
}

/* NULL where the step has none. */
static const account_security_identity *identity_or_null(struct teller *teller, const struct json *step,
                                                         account_security_identity *identity) {
  const struct json *given = json_member(step, "identity");
  if (given == NULL || given->kind == JSON_NULL) return NULL;
  *identity = identity_of(teller, given);
  return identity;
}

static void request_lift(struct teller *teller, const struct json *step) {
  account_security_identity identity;
  const account_security_lift_answer *answer;
  account_security_result result = account_security_request_lift(
      teller->security, TEXT("account"), TEXT("freeze"), TEXT("actor"), TEXT("as_authority"), PERHAPS("release"),
      identity_or_null(teller, step, &identity), LOCALE, &answer);
  told_lift(teller, result, answer);
}

static void lift(struct teller *teller, const struct json *step) {
  account_security_identity identity;
  const account_security_lift_answer *answer;
  account_security_result result = account_security_lift(
      teller->security, TEXT("account"), TEXT("freeze"), TEXT("actor"), TEXT("as_authority"), PERHAPS("release"),
      identity_or_null(teller, step, &identity), LOCALE, &answer);
  told_lift(teller, result, answer);
}

static void restriction(struct teller *teller, const struct json *step) {
  const account_security_names *closed;
  if (failed(teller, account_security_restriction(teller->security, TEXT("account"), &closed))) return;
  out_texts(&teller->out, closed->items, closed->count);
  account_security_names_free(&closed);
}

const struct step_kind freeze_steps[] = {
    {"freeze", place_freeze},
    {"freeze_now", freeze_now},
    {"lift_own_freeze", lift_own_freeze},
    {"request_lift", request_lift},
    {"lift", lift},
    {"restriction", restriction},
    {NULL, NULL},
};
