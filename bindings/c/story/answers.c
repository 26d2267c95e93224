#include "answers.h"

const char *named(const char *const *names, size_t count, int32_t kind) {
  if (kind < 1 || (size_t)kind > count) die("an unknown kind", "");
  return names[kind - 1];
}

void put_last_error(struct out *out) {
  account_security_error error = ACCOUNT_SECURITY_ERROR_INIT;
  int is_invalid;
  if (account_security_last_error(&error) != ACCOUNT_SECURITY_OK) die("no last error", "");
  is_invalid = error.code == ACCOUNT_SECURITY_INVALID_ARGUMENT;
  out_raw(out, "{\"error\":{\"code\":");
  out_number(out, error.code);
  out_raw(out, ",\"field\":");
  out_text_or_null(out, is_invalid ? error.field : NULL);
  out_raw(out, ",\"kind\":");
  out_text(out, is_invalid ? "invalid" : error.code == ACCOUNT_SECURITY_INTERNAL ? "internal" : "denied");
  out_raw(out, ",\"reason\":");
  out_text_or_null(out, error.reason[0] == '\0' ? NULL : error.reason);
  out_raw(out, "}}");
}

void put_report(struct out *out, const account_security_password_report *report) {
  static const char *const states[] = {"satisfied", "unsatisfied", "not_checked"};
  size_t index;
  out_raw(out, "{\"accept\":");
  out_bool(out, report->accept);
  out_raw(out, ",\"advice\":");
  out_texts(out, report->advice, report->advice_count);
  out_raw(out, ",\"guesses_log10_centi\":");
  out_number(out, report->guesses_log10_centi);
  out_raw(out, ",\"rules\":[");
  for (index = 0; index < report->rules_count; index++) {
    const account_security_rule *rule = report->rules[index];
    out_raw(out, index > 0 ? ",{\"code\":" : "{\"code\":");
    out_number(out, rule->code);
    out_raw(out, ",\"have\":");
    out_unsigned(out, rule->have);
    out_raw(out, ",\"name\":");
    out_text(out, rule->name);
    out_raw(out, ",\"need\":");
    out_unsigned(out, rule->need);
    out_raw(out, ",\"state\":");
    out_kind(out, NAMED(states, rule->state));
    out_raw(out, ",\"text\":");
    out_text(out, rule->text);
    out_raw(out, "}");
  }
  out_raw(out, "],\"score\":");
  out_number(out, report->score);
  out_raw(out, "}");
}

void put_sent(struct out *out, const account_security_code_sent *sent) {
  out_raw(out, "{\"challenge\":");
  out_text(out, sent->challenge);
  out_raw(out, ",\"destination_masked\":");
  out_text(out, sent->destination_masked);
  out_raw(out, ",\"expires_at_ms\":");
  out_number(out, sent->expires_at_ms);
  out_raw(out, ",\"resend_at_ms\":");
  out_number(out, sent->resend_at_ms);
  out_raw(out, "}");
}

static void put_why(struct out *out, const char *kind, const char *why) {
  out_raw(out, "{\"kind\":");
  out_text(out, kind);
  out_raw(out, ",\"why\":");
  out_text(out, why);
  out_raw(out, "}");
}

static void put_not_sent(struct out *out, const char *kind, const char *why, const char *text, int32_t has_retry_at,
                         int64_t retry_at_ms) {
  out_raw(out, "{\"kind\":");
  out_text(out, kind);
  out_raw(out, ",\"retry_at_ms\":");
  put_moment(out, has_retry_at, retry_at_ms);
  out_raw(out, ",\"text\":");
  out_text(out, text);
  out_raw(out, ",\"why\":");
  out_text(out, why);
  out_raw(out, "}");
}

void put_code_sent(struct out *out, const account_security_code_sent *answer) {
  if (!answer->is_sent) {
    put_not_sent(out, "refused", answer->why, answer->text, answer->has_retry_at, answer->retry_at_ms);
    return;
  }
  out_raw(out, "{\"kind\":\"sent\",\"sent\":");
  put_sent(out, answer);
  out_raw(out, "}");
}

void put_sign_up(struct out *out, const account_security_sign_up_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_SIGN_UP_CREATED:
      out_raw(out, "{\"kind\":\"created\",\"sent\":");
      put_sent(out, answer->sent);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_SIGN_UP_UNFIT:
      out_raw(out, "{\"kind\":\"unfit\",\"report\":");
      put_report(out, answer->report);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_SIGN_UP_ALREADY_EXISTS: out_kind(out, "already_exists"); break;
    case ACCOUNT_SECURITY_SIGN_UP_NOT_SENT:
      put_not_sent(out, "not_sent", answer->why, answer->text, answer->has_retry_at, answer->retry_at_ms);
      break;
    default: die("an unknown kind", "sign-up");
  }
}

void put_offers(struct out *out, int32_t totp, int32_t recovery, const char *phone_masked, const char *email_masked) {
  out_raw(out, "{\"email_masked\":");
  out_text_or_null(out, email_masked);
  out_raw(out, ",\"phone_masked\":");
  out_text_or_null(out, phone_masked);
  out_raw(out, ",\"recovery\":");
  out_bool(out, recovery);
  out_raw(out, ",\"totp\":");
  out_bool(out, totp);
  out_raw(out, "}");
}

void put_moment(struct out *out, int32_t has, int64_t at_ms) {
  if (has)
    out_number(out, at_ms);
  else
    out_raw(out, "null");
}

void put_sign_in(struct out *out, const account_security_sign_in_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_SIGN_IN_SIGNED_IN:
      out_raw(out, "{\"change_password_soon\":");
      out_bool(out, answer->change_password_soon);
      out_raw(out, ",\"device_token\":");
      out_text_or_null(out, answer->device_token);
      out_raw(out, ",\"kind\":\"signed_in\",\"review_due\":");
      out_bool(out, answer->review_due);
      break;
    case ACCOUNT_SECURITY_SIGN_IN_SECOND_FACTOR:
      out_raw(out, "{\"kind\":\"second_factor\",\"offers\":");
      put_offers(out, answer->offers_totp, answer->offers_recovery, answer->phone_masked, answer->email_masked);
      out_raw(out, ",\"ticket\":");
      out_text(out, answer->ticket);
      break;
    case ACCOUNT_SECURITY_SIGN_IN_CHANGE_PASSWORD:
      out_raw(out, "{\"kind\":\"change_password\",\"ticket\":");
      out_text(out, answer->ticket);
      break;
    case ACCOUNT_SECURITY_SIGN_IN_FROZEN: out_raw(out, "{\"kind\":\"frozen\""); break;
    case ACCOUNT_SECURITY_SIGN_IN_REFUSED:
      out_raw(out, "{\"kind\":\"refused\",\"retry_at_ms\":");
      put_moment(out, answer->has_retry_at, answer->retry_at_ms);
      break;
    default: die("an unknown kind", "sign-in");
  }
  out_raw(out, "}");
}

void put_code(struct out *out, int32_t answer) {
  static const char *const names[] = {"accepted", "rejected", "use_newest", "request_new", "try_later"};
  out_kind(out, NAMED(names, answer));
}

void put_totp(struct out *out, int32_t answer, int64_t until_ms) {
  static const char *const names[] = {"accepted", "rejected", "blocked", "not_enrolled"};
  if (answer != ACCOUNT_SECURITY_TOTP_BLOCKED) {
    out_kind(out, NAMED(names, answer));
    return;
  }
  out_raw(out, "{\"kind\":\"blocked\",\"until_ms\":");
  out_number(out, until_ms);
  out_raw(out, "}");
}

void put_payment(struct out *out, const account_security_payment_answer *answer) {
  static const char *const outcomes[] = {"allow", "step_up", "hold", "freeze_recommended", "frozen", "conflict"};
  size_t index;
  out_raw(out, "{\"outcome\":");
  out_kind(out, NAMED(outcomes, answer->outcome));
  out_raw(out, ",\"reasons\":[");
  for (index = 0; index < answer->reasons_count; index++) {
    const account_security_reason *reason = answer->reasons[index];
    out_raw(out, index > 0 ? ",{\"code\":" : "{\"code\":");
    out_number(out, reason->code);
    out_raw(out, ",\"name\":");
    out_text(out, reason->name);
    out_raw(out, ",\"observed\":");
    out_number(out, reason->observed);
    out_raw(out, ",\"points_millibans\":");
    out_number(out, reason->points_millibans);
    out_raw(out, ",\"shadow\":");
    out_bool(out, reason->shadow);
    out_raw(out, ",\"threshold\":");
    out_number(out, reason->threshold);
    out_raw(out, ",\"window_ms\":");
    out_unsigned(out, reason->window_ms);
    out_raw(out, "}");
  }
  out_raw(out, "],\"score_millibans\":");
  out_number(out, answer->score_millibans);
  out_raw(out, "}");
}

void put_causes(struct out *out, const account_security_causes *causes) {
  size_t index;
  out_raw(out, "[");
  for (index = 0; index < causes->count; index++) {
    const account_security_cause *cause = causes->items[index];
    out_raw(out, index > 0 ? ",{\"retry_at_ms\":" : "{\"retry_at_ms\":");
    put_moment(out, cause->has_retry_at, cause->retry_at_ms);
    out_raw(out, ",\"retryable\":");
    out_bool(out, cause->retryable);
    out_raw(out, ",\"text\":");
    out_text(out, cause->text);
    out_raw(out, "}");
  }
  out_raw(out, "]");
}

void put_placed(struct out *out, const account_security_freeze_placed *placed) {
  out_raw(out, "{\"already\":");
  out_bool(out, placed->already);
  out_raw(out, ",\"id\":");
  out_text(out, placed->id);
  out_raw(out, "}");
}

void put_lift(struct out *out, const account_security_lift_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_LIFT_LIFTED:
      out_raw(out, "{\"kind\":\"lifted\",\"still_closed\":");
      out_texts(out, answer->still_closed, answer->still_closed_count);
      break;
    case ACCOUNT_SECURITY_LIFT_REQUESTED:
      out_raw(out, "{\"dies_at_ms\":");
      out_number(out, answer->dies_at_ms);
      out_raw(out, ",\"kind\":\"requested\"");
      break;
    case ACCOUNT_SECURITY_LIFT_REFUSED:
      out_raw(out, "{\"code\":");
      out_number(out, answer->code);
      out_raw(out, ",\"kind\":\"refused\",\"retry_at_ms\":");
      put_moment(out, answer->has_retry_at, answer->retry_at_ms);
      out_raw(out, ",\"text\":");
      out_text(out, answer->text);
      out_raw(out, ",\"what\":");
      out_text(out, answer->what);
      break;
    case ACCOUNT_SECURITY_LIFT_NOT_PROVEN:
      out_raw(out, "{\"kind\":\"not_proven\",\"retry_at_ms\":");
      put_moment(out, answer->has_retry_at, answer->retry_at_ms);
      break;
    default: die("an unknown kind", "lift");
  }
  out_raw(out, "}");
}

void put_history(struct out *out, const account_security_history_answer *history) {
  size_t index;
  out_raw(out, "[");
  for (index = 0; index < history->count; index++) {
    const account_security_event *event = history->items[index];
    out_raw(out, index > 0 ? ",{\"at_ms\":" : "{\"at_ms\":");
    out_number(out, event->at_ms);
    out_raw(out, ",\"change\":");
    out_text_or_null(out, event->change);
    out_raw(out, ",\"credential\":");
    out_text_or_null(out, event->credential);
    out_raw(out, ",\"device\":");
    out_text_or_null(out, event->device);
    out_raw(out, ",\"freeze\":");
    out_text_or_null(out, event->freeze);
    out_raw(out, ",\"name\":");
    out_text(out, event->name);
    out_raw(out, ",\"number\":");
    out_number(out, event->number);
    out_raw(out, ",\"report\":");
    out_text_or_null(out, event->report);
    out_raw(out, ",\"seq\":");
    out_unsigned(out, event->seq);
    out_raw(out, "}");
  }
  out_raw(out, "]");
}

void put_verdict(struct out *out, const account_security_verdict *verdict) {
  switch (verdict->kind) {
    case ACCOUNT_SECURITY_VERDICT_INTACT:
      out_raw(out, "{\"events\":");
      out_unsigned(out, verdict->events);
      out_raw(out, ",\"kind\":\"intact\"}");
      break;
    case ACCOUNT_SECURITY_VERDICT_ALTERED:
      out_raw(out, "{\"kind\":\"altered\",\"seq\":");
      out_unsigned(out, verdict->seq);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_VERDICT_TRUNCATED:
      out_raw(out, "{\"have\":");
      out_unsigned(out, verdict->have);
      out_raw(out, ",\"kind\":\"truncated\",\"want\":");
      out_unsigned(out, verdict->want);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_VERDICT_CANNOT_TELL: put_why(out, "cannot_tell", verdict->why); break;
    default: die("an unknown kind", "verdict");
  }
}

void put_messages(struct out *out, const account_security_messages *messages) {
  size_t index;
  out_raw(out, "[");
  for (index = 0; index < messages->count; index++) {
    const account_security_message *message = messages->items[index];
    out_raw(out, index > 0 ? ",{\"details\":" : "{\"details\":");
    out_text_or_null(out, message->details);
    out_raw(out, ",\"expires_at_ms\":");
    put_moment(out, message->has_expires_at, message->expires_at_ms);
    out_raw(out, ",\"id\":");
    out_text(out, message->id);
    out_raw(out, ",\"is_code\":");
    out_bool(out, message->is_code);
    out_raw(out, ",\"subject\":");
    out_text_or_null(out, message->subject);
    out_raw(out, ",\"text\":");
    out_text(out, message->text);
    out_raw(out, ",\"to\":");
    out_text(out, message->to);
    out_raw(out, ",\"what\":");
    out_text(out, message->what);
    out_raw(out, "}");
  }
  out_raw(out, "]");
}
