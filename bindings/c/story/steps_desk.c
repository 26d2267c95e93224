/* Lists, and what the support desk does. */
#include "answers.h"
#include "args.h"
#include "steps.h"

static void told_freezes(struct teller *teller, account_security_result result,
                         const account_security_freezes_answer *freezes) {
  if (failed(teller, result)) return;
  put_freezes(&teller->out, freezes);
  account_security_freezes_answer_free(&freezes);
}

static void freezes(struct teller *teller, const struct json *step) {
  const account_security_freezes_answer *found;
  account_security_result result = account_security_freezes(teller->security, TEXT("account"), LOCALE, &found);
  told_freezes(teller, result, found);
}

static void all_freezes(struct teller *teller, const struct json *step) {
  const account_security_freezes_answer *found;
  account_security_result result = account_security_all_freezes(teller->security, TEXT("account"), LOCALE, &found);
  told_freezes(teller, result, found);
}

static void devices(struct teller *teller, const struct json *step) {
  const account_security_devices_answer *found;
  if (failed(teller, account_security_devices(teller->security, TEXT("account"), PERHAPS("device_token"), &found)))
    return;
  put_devices(&teller->out, found);
  account_security_devices_answer_free(&found);
}

static void forget_device(struct teller *teller, const struct json *step) {
  int32_t forgotten;
  if (failed(teller, account_security_forget_device(teller->security, TEXT("account"), TEXT("device"), &forgotten)))
    return;
  put_yes_or_no(&teller->out, "forgotten", forgotten);
}

static void settle_pending(struct teller *teller, const struct json *step) {
  const account_security_settle_answer *answer;
  if (failed(teller, account_security_settle_pending(teller->security, TEXT("account"), TEXT("tx_id"), LOCALE, &answer)))
    return;
  put_settle(&teller->out, answer);
  account_security_settle_answer_free(&answer);
}

static void clear_lockout(struct teller *teller, const struct json *step) {
  account_security_identity identity = identity_of(teller, json_member(step, "identity"));
  int32_t answer;
  if (failed(teller, account_security_clear_lockout(teller->security, TEXT("account"), TEXT("proof"), TEXT("actor"),
                                                    TEXT("as_authority"), &identity, &answer)))
    return;
  put_cleared(&teller->out, answer);
}

static void told_report(struct teller *teller, account_security_result result,
                        const account_security_report_answer *answer) {
  if (failed(teller, result)) return;
  put_report_taken(&teller->out, answer);
  account_security_report_answer_free(&answer);
}

static int32_t moment(struct teller *teller, const struct json *given, const char *name, int64_t *at_ms) {
  const struct json *member = json_member(given, name);
  if (member == NULL || member->kind == JSON_NULL) return 0;
  *at_ms = arg_number(teller, given, name);
  return 1;
}

static void report_unauthorised(struct teller *teller, const struct json *step) {
  const struct json *given = json_member(step, "report");
  account_security_report report = ACCOUNT_SECURITY_REPORT_INIT;
  const account_security_report_answer *answer;
  account_security_result result;
  report.kind = arg_text(teller, given, "kind");
  report.actor = arg_text(teller, given, "actor");
  report.tx_id = arg_perhaps(teller, given, "tx_id");
  report.has_reported_at = moment(teller, given, "reported_at_ms", &report.reported_at_ms);
  report.has_learned_at = moment(teller, given, "learned_at_ms", &report.learned_at_ms);
  result = account_security_report_unauthorised(teller->security, TEXT("account"), &report, &answer);
  told_report(teller, result, answer);
}

static void close_report(struct teller *teller, const struct json *step) {
  const account_security_report_answer *answer;
  account_security_result result =
      account_security_close_report(teller->security, TEXT("account"), TEXT("report"), TEXT("outcome"), TEXT("actor"),
                                    TEXT("as_authority"), &answer);
  told_report(teller, result, answer);
}

static void tell_freezes_ended(struct teller *teller, const struct json *step) {
  uint32_t count;
  int64_t next_end_ms;
  if (failed(teller, account_security_tell_freezes_ended(teller->security, TEXT("account"), &count, &next_end_ms)))
    return;
  out_raw(&teller->out, "{\"count\":");
  out_unsigned(&teller->out, count);
  out_raw(&teller->out, ",\"next_end_ms\":");
  put_moment(&teller->out, next_end_ms != 0, next_end_ms);
  out_raw(&teller->out, "}");
}

static void rotate_keys(struct teller *teller, const struct json *step) {
  const account_security_rotation_answer *answer;
  if (failed(teller, account_security_rotate_keys(teller->security, PERHAPS("after"),
                                                  (uint32_t)arg_natural(step, "limit"), &answer)))
    return;
  put_rotation(&teller->out, answer);
  account_security_rotation_answer_free(&answer);
}

const struct step_kind desk_steps[] = {
    {"freezes", freezes},
    {"all_freezes", all_freezes},
    {"devices", devices},
    {"forget_device", forget_device},
    {"settle_pending", settle_pending},
    {"clear_lockout", clear_lockout},
    {"report_unauthorised", report_unauthorised},
    {"close_report", close_report},
    {"tell_freezes_ended", tell_freezes_ended},
    {"rotate_keys", rotate_keys},
    {NULL, NULL},
};
