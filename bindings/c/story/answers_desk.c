/* Answers of lists and of the support desk. */
#include "answers.h"

void put_freezes(struct out *out, const account_security_freezes_answer *freezes) {
  size_t index;
  out_raw(out, "[");
  for (index = 0; index < freezes->count; index++) {
    const account_security_freeze_line *line = freezes->items[index];
    out_raw(out, index > 0 ? ",{\"actor\":" : "{\"actor\":");
    out_text_or_null(out, line->actor);
    out_raw(out, ",\"authority\":");
    out_text(out, line->authority);
    out_raw(out, ",\"case_ref\":");
    out_text_or_null(out, line->case_ref);
    out_raw(out, ",\"from_ms\":");
    out_number(out, line->from_ms);
    out_raw(out, ",\"id\":");
    out_text(out, line->id);
    out_raw(out, ",\"is_told\":");
    out_bool(out, line->is_told);
    out_raw(out, ",\"lift\":");
    out_text(out, line->lift);
    out_raw(out, ",\"lift_dies_at_ms\":");
    put_moment(out, line->lift_dies_at_ms != 0, line->lift_dies_at_ms);
    out_raw(out, ",\"reason\":");
    out_text(out, line->reason);
    out_raw(out, ",\"scopes\":");
    out_texts(out, line->scopes, line->scopes_count);
    out_raw(out, ",\"state\":");
    out_text(out, line->state);
    out_raw(out, ",\"text\":");
    out_text(out, line->text);
    out_raw(out, ",\"until_ms\":");
    put_moment(out, line->has_until, line->until_ms);
    out_raw(out, "}");
  }
  out_raw(out, "]");
}

void put_devices(struct out *out, const account_security_devices_answer *devices) {
  size_t index;
  out_raw(out, "[");
  for (index = 0; index < devices->count; index++) {
    const account_security_device_line *line = devices->items[index];
    out_raw(out, index > 0 ? ",{\"added_at_ms\":" : "{\"added_at_ms\":");
    out_number(out, line->added_at_ms);
    out_raw(out, ",\"device\":");
    out_text(out, line->device);
    out_raw(out, ",\"is_this\":");
    out_bool(out, line->is_this);
    out_raw(out, ",\"label\":");
    out_text(out, line->label);
    out_raw(out, ",\"seen_at_ms\":");
    out_number(out, line->seen_at_ms);
    out_raw(out, "}");
  }
  out_raw(out, "]");
}

void put_batch(struct out *out, const account_security_payment_answers *answers) {
  size_t index;
  out_raw(out, "{\"answers\":[");
  for (index = 0; index < answers->count; index++) {
    if (index > 0) out_raw(out, ",");
    put_payment(out, answers->items[index]);
  }
  out_raw(out, "],\"stopped\":");
  if (answers->stopped == ACCOUNT_SECURITY_OK) {
    out_raw(out, "null}");
    return;
  }
  out_raw(out, "{\"code\":");
  out_number(out, answers->stopped);
  out_raw(out, ",\"is_transient\":");
  out_bool(out, answers->stopped_is_transient);
  out_raw(out, ",\"reason\":");
  out_text(out, answers->stopped_reason);
  out_raw(out, ",\"what\":");
  out_text(out, answers->stopped_what);
  out_raw(out, "}}");
}

void put_settle(struct out *out, const account_security_settle_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_SETTLE_FINISH: out_kind(out, "finish"); break;
    case ACCOUNT_SECURITY_SETTLE_UNKNOWN: out_kind(out, "unknown"); break;
    case ACCOUNT_SECURITY_SETTLE_HOLD:
      out_raw(out, "{\"causes\":");
      put_causes(out, answer->causes);
      out_raw(out, ",\"freeze\":");
      out_text_or_null(out, answer->freeze);
      out_raw(out, ",\"kind\":\"hold\"}");
      break;
    default: die("an unknown kind", "settle");
  }
}

void put_cleared(struct out *out, int32_t answer) {
  static const char *const names[] = {"cleared", "nothing_to_clear", "identity_not_proven"};
  out_kind(out, NAMED(names, answer));
}

void put_report_taken(struct out *out, const account_security_report_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_REPORT_TAKEN:
      out_raw(out, "{\"already\":");
      out_bool(out, answer->already);
      out_raw(out, ",\"id\":");
      out_text(out, answer->id);
      out_raw(out, ",\"kind\":\"taken\"}");
      break;
    case ACCOUNT_SECURITY_REPORT_CLOSED: out_kind(out, "closed"); break;
    case ACCOUNT_SECURITY_REPORT_REFUSED:
      out_raw(out, "{\"code\":");
      out_number(out, answer->code);
      out_raw(out, ",\"kind\":\"refused\",\"what\":");
      out_text(out, answer->what);
      out_raw(out, "}");
      break;
    default: die("an unknown kind", "report");
  }
}

void put_rotation(struct out *out, const account_security_rotation_answer *answer) {
  size_t index;
  out_raw(out, "{\"faults\":[");
  for (index = 0; index < answer->faults_count; index++) {
    const account_security_rotation_fault *fault = answer->faults[index];
    out_raw(out, index > 0 ? ",{\"code\":" : "{\"code\":");
    out_number(out, fault->code);
    out_raw(out, ",\"key\":");
    out_text(out, fault->key);
    out_raw(out, ",\"what\":");
    out_text(out, fault->what);
    out_raw(out, "}");
  }
  out_raw(out, "],\"keys_needed\":[");
  for (index = 0; index < answer->keys_needed_count; index++) {
    if (index > 0) out_raw(out, ",");
    out_unsigned(out, answer->keys_needed[index]);
  }
  out_raw(out, "],\"last\":");
  out_text_or_null(out, answer->last);
  out_raw(out, ",\"looked_at\":");
  out_unsigned(out, answer->looked_at);
  out_raw(out, ",\"resealed\":");
  out_unsigned(out, answer->resealed);
  out_raw(out, "}");
}
