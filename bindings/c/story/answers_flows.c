/* Answers of step-ups, resets, new passwords and changed contacts. */
#include "answers.h"

static void put_refused(struct out *out, int32_t has_retry_at, int64_t retry_at_ms) {
  out_raw(out, "{\"kind\":\"refused\",\"retry_at_ms\":");
  put_moment(out, has_retry_at, retry_at_ms);
  out_raw(out, "}");
}

/* A kind with one moment. */
static void put_until(struct out *out, const char *kind, int64_t until_ms) {
  out_raw(out, "{\"kind\":");
  out_text(out, kind);
  out_raw(out, ",\"until_ms\":");
  out_number(out, until_ms);
  out_raw(out, "}");
}

void put_yes_or_no(struct out *out, const char *name, int32_t answer) {
  out_raw(out, "{");
  out_text(out, name);
  out_raw(out, ":");
  out_bool(out, answer);
  out_raw(out, "}");
}

void put_step_up(struct out *out, const account_security_step_up_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_STEP_UP_OPENED:
      out_raw(out, "{\"kind\":\"opened\",\"offers\":");
      put_offers(out, answer->offers_totp, answer->offers_recovery, answer->phone_masked, answer->email_masked);
      out_raw(out, ",\"ticket\":");
      out_text(out, answer->ticket);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_STEP_UP_NOTHING_TO_PROVE: out_kind(out, "nothing_to_prove"); break;
    default: die("an unknown kind", "step-up");
  }
}

void put_proof(struct out *out, const account_security_proof_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_PROOF_COMPLETE:
      out_raw(out, "{\"kind\":\"complete\",\"ticket\":");
      out_text(out, answer->ticket);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_PROOF_MORE_NEEDED:
      out_raw(out, "{\"kind\":\"more_needed\",\"offers\":");
      put_offers(out, answer->offers_totp, answer->offers_recovery, answer->phone_masked, answer->email_masked);
      out_raw(out, ",\"ticket\":");
      out_text(out, answer->ticket);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_PROOF_FROZEN: out_kind(out, "frozen"); break;
    case ACCOUNT_SECURITY_PROOF_REFUSED: put_refused(out, answer->has_retry_at, answer->retry_at_ms); break;
    default: die("an unknown kind", "proof");
  }
}

void put_password(struct out *out, const account_security_password_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_PASSWORD_CHANGED:
      out_raw(out, "{\"device_token\":");
      out_text_or_null(out, answer->device_token);
      out_raw(out, ",\"kind\":\"changed\",\"review_due\":");
      out_bool(out, answer->review_due);
      out_raw(out, ",\"signed_in\":");
      out_bool(out, answer->signed_in);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_PASSWORD_UNFIT:
      out_raw(out, "{\"kind\":\"unfit\",\"report\":");
      put_report(out, answer->report);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_PASSWORD_USED_BEFORE: out_kind(out, "used_before"); break;
    case ACCOUNT_SECURITY_PASSWORD_TOO_YOUNG: put_until(out, "too_young", answer->until_ms); break;
    case ACCOUNT_SECURITY_PASSWORD_REFUSED: put_refused(out, answer->has_retry_at, answer->retry_at_ms); break;
    default: die("an unknown kind", "password");
  }
}

void put_reset(struct out *out, const account_security_reset_started *started) {
  out_raw(out, "{\"challenge\":");
  out_text(out, started->challenge);
  out_raw(out, ",\"expires_at_ms\":");
  out_number(out, started->expires_at_ms);
  out_raw(out, ",\"resend_at_ms\":");
  out_number(out, started->resend_at_ms);
  out_raw(out, "}");
}

void put_resync(struct out *out, const account_security_totp_resync_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_TOTP_RESYNC_RESYNCED:
      out_raw(out, "{\"drift_steps\":");
      out_number(out, answer->drift_steps);
      out_raw(out, ",\"kind\":\"resynced\"}");
      break;
    case ACCOUNT_SECURITY_TOTP_RESYNC_DEVICE_CLOCK_OFF:
      out_raw(out, "{\"ahead_s\":");
      out_number(out, answer->ahead_s);
      out_raw(out, ",\"kind\":\"device_clock_off\"}");
      break;
    case ACCOUNT_SECURITY_TOTP_RESYNC_REJECTED: out_kind(out, "rejected"); break;
    case ACCOUNT_SECURITY_TOTP_RESYNC_BLOCKED: put_until(out, "blocked", answer->until_ms); break;
    case ACCOUNT_SECURITY_TOTP_RESYNC_NOT_ENROLLED: out_kind(out, "not_enrolled"); break;
    default: die("an unknown kind", "resync");
  }
}

static void put_begun(struct out *out, const account_security_contact_answer *answer) {
  out_raw(out, "{\"change\":");
  out_text(out, answer->change);
  out_raw(out, ",\"expires_at_ms\":");
  out_number(out, answer->expires_at_ms);
  out_raw(out, ",\"kind\":\"begun\",\"sent\":");
  put_sent(out, answer->sent);
  out_raw(out, ",\"via\":");
  out_text(out, answer->via);
  out_raw(out, "}");
}

static void put_contact_refused(struct out *out, const account_security_contact_answer *answer) {
  out_raw(out, "{\"code\":");
  out_number(out, answer->code);
  out_raw(out, ",\"kind\":\"refused\",\"retry_at_ms\":");
  put_moment(out, answer->has_retry_at, answer->retry_at_ms);
  out_raw(out, ",\"text\":");
  out_text(out, answer->text);
  out_raw(out, ",\"typed\":");
  if (answer->typed == 0)
    out_raw(out, "null");
  else
    put_code(out, answer->typed);
  out_raw(out, ",\"what\":");
  out_text(out, answer->what);
  out_raw(out, ",\"why\":");
  out_text_or_null(out, answer->why);
  out_raw(out, "}");
}

void put_contact(struct out *out, const account_security_contact_answer *answer) {
  switch (answer->kind) {
    case ACCOUNT_SECURITY_CONTACT_BEGUN: put_begun(out, answer); break;
    case ACCOUNT_SECURITY_CONTACT_SENT:
      out_raw(out, "{\"kind\":\"sent\",\"sent\":");
      put_sent(out, answer->sent);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_CONTACT_AGREED:
      out_raw(out, "{\"expires_at_ms\":");
      out_number(out, answer->expires_at_ms);
      out_raw(out, ",\"kind\":\"agreed\",\"sent\":");
      put_code_sent(out, answer->sent);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_CONTACT_COOLING_OFF: put_until(out, "cooling_off", answer->until_ms); break;
    case ACCOUNT_SECURITY_CONTACT_IN_FORCE:
      out_raw(out, "{\"kind\":\"in_force\",\"via\":");
      out_text(out, answer->via);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_CONTACT_CALLED_OFF:
      out_raw(out, "{\"is_suspicious\":");
      out_bool(out, answer->is_suspicious);
      out_raw(out, ",\"kind\":\"called_off\",\"via\":");
      out_text(out, answer->via);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_CONTACT_WITH_SUPPORT:
      out_raw(out, "{\"change\":");
      out_text(out, answer->change);
      out_raw(out, ",\"kind\":\"with_support\",\"until_ms\":");
      out_number(out, answer->until_ms);
      out_raw(out, "}");
      break;
    case ACCOUNT_SECURITY_CONTACT_REFUSED: put_contact_refused(out, answer); break;
    default: die("an unknown kind", "contact");
  }
}

static void put_change(struct out *out, const account_security_contact_change_line *change) {
  if (change == NULL) {
    out_raw(out, "null");
    return;
  }
  out_raw(out, "{\"change\":");
  out_text(out, change->change);
  out_raw(out, ",\"is_lost\":");
  out_bool(out, change->is_lost);
  out_raw(out, ",\"new_masked\":");
  out_text(out, change->new_masked);
  out_raw(out, ",\"step\":");
  out_text(out, change->step);
  out_raw(out, ",\"until_ms\":");
  out_number(out, change->until_ms);
  out_raw(out, ",\"via\":");
  out_text(out, change->via);
  out_raw(out, "}");
}

void put_registered(struct out *out, const account_security_registered_contacts_answer *contacts) {
  out_raw(out, "{\"change\":");
  put_change(out, contacts->change);
  out_raw(out, ",\"email_masked\":");
  out_text_or_null(out, contacts->email_masked);
  out_raw(out, ",\"phone_masked\":");
  out_text_or_null(out, contacts->phone_masked);
  out_raw(out, ",\"review_due_since_ms\":");
  put_moment(out, contacts->is_review_due, contacts->review_due_since_ms);
  out_raw(out, "}");
}
