#include <stdio.h>
#include <string.h>

#include "answers.h"
#include "args.h"
#include "steps.h"

static void put_enrolment(struct out *out, const account_security_totp_enrolment *enrolment) {
  const account_security_totp_enrolment_info *info;
  uint8_t modules[200 * 200];
  char uri[2048];
  size_t width, needed, index, dark = 0;
  if (account_security_totp_enrolment_read(enrolment, &info) != ACCOUNT_SECURITY_OK ||
      account_security_totp_enrolment_uri(enrolment, account_security_buffer_of(uri, sizeof uri), &needed) !=
          ACCOUNT_SECURITY_OK ||
      account_security_totp_enrolment_qr(enrolment, account_security_buffer_of(modules, sizeof modules), &width) !=
          ACCOUNT_SECURITY_OK)
    die("an enrolment cannot be read", "");
  for (index = 0; index < width * width; index++) dark += modules[index];
  out_raw(out, "{\"credential\":");
  out_text(out, info->credential);
  out_raw(out, ",\"expires_at_ms\":");
  out_number(out, info->expires_at_ms);
  out_raw(out, ",\"qr_dark\":");
  out_unsigned(out, dark);
  out_raw(out, ",\"qr_size\":");
  out_unsigned(out, width);
  out_raw(out, ",\"uri\":");
  out_text(out, uri);
  out_raw(out, "}");
  account_security_totp_enrolment_info_free(&info);
}

static void enrol_totp(struct teller *teller, const struct json *step) {
  account_security_totp_enrolment *enrolment;
  if (failed(teller, account_security_enrol_totp(teller->security, TEXT("account"), TEXT("issuer"),
                                                 TEXT("account_name"), PERHAPS("ticket"), &enrolment)))
    return;
  put_enrolment(&teller->out, enrolment);
  account_security_totp_enrolment_free(&enrolment);
}

static void confirm_totp(struct teller *teller, const struct json *step) {
  int32_t answer;
  int64_t until_ms;
  if (failed(teller, account_security_confirm_totp(teller->security, TEXT("account"), BYTES("code"), &answer,
                                                   &until_ms)))
    return;
  put_totp(&teller->out, answer, until_ms);
}

static void verify_totp(struct teller *teller, const struct json *step) {
  int32_t answer;
  int64_t until_ms;
  if (failed(teller,
             account_security_verify_totp(teller->security, TEXT("account"), BYTES("code"), &answer, &until_ms)))
    return;
  put_totp(&teller->out, answer, until_ms);
}

static void resync_totp(struct teller *teller, const struct json *step) {
  const account_security_totp_resync_answer *answer;
  if (failed(teller, account_security_resync_totp(teller->security, TEXT("account"), BYTES("first"), BYTES("second"),
                                                  &answer)))
    return;
  put_resync(&teller->out, answer);
  account_security_totp_resync_answer_free(&answer);
}

static void revoke_totp(struct teller *teller, const struct json *step) {
  int32_t revoked;
  if (failed(teller, account_security_revoke_totp(teller->security, TEXT("account"), TEXT("credential"),
                                                  PERHAPS("ticket"), &revoked)))
    return;
  put_yes_or_no(&teller->out, "revoked", revoked);
}

/* Each code under a name of its own, in the order of the names. */
static void put_recovery_codes(struct out *out, const account_security_recovery_codes *codes) {
  char text[1024], name[24], sorted[LIST_MAX][24];
  const char *lines[LIST_MAX];
  size_t needed, count = 0, index, at;
  uint32_t generation;
  char *line;
  if (account_security_recovery_codes_read(codes, &generation) != ACCOUNT_SECURITY_OK ||
      account_security_recovery_codes_text(codes, account_security_buffer_of(text, sizeof text), &needed) !=
          ACCOUNT_SECURITY_OK)
    die("recovery codes cannot be read", "");
  for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    if (count == LIST_MAX) die("too many recovery codes", "");
    snprintf(name, sizeof name, "code_%lu", (unsigned long)count + 1);
    for (at = count; at > 0 && strcmp(sorted[at - 1], name) > 0; at--) {
      memcpy(sorted[at], sorted[at - 1], sizeof sorted[at]);
      lines[at] = lines[at - 1];
    }
    memcpy(sorted[at], name, sizeof name);
    lines[at] = line;
    count++;
  }
  out_raw(out, "{");
  for (index = 0; index < count; index++) {
    out_text(out, sorted[index]);
    out_raw(out, ":");
    out_text(out, lines[index]);
    out_raw(out, ",");
  }
  out_raw(out, "\"generation\":");
  out_unsigned(out, generation);
  out_raw(out, "}");
}

static void generate_recovery_codes(struct teller *teller, const struct json *step) {
  account_security_recovery_codes *codes;
  if (failed(teller, account_security_generate_recovery_codes(teller->security, TEXT("account"), PERHAPS("ticket"),
                                                              &codes)))
    return;
  put_recovery_codes(&teller->out, codes);
  account_security_recovery_codes_free(&codes);
}

static void put_soft_code(struct teller *teller, const account_security_soft_token *token) {
  const account_security_soft_token_info *info;
  char digits[16];
  uint64_t remaining_ms;
  if (failed(teller, account_security_soft_token_code(token, teller->now_ms,
                                                      account_security_buffer_of(digits, sizeof digits),
                                                      &remaining_ms)))
    return;
  if (account_security_soft_token_read(token, &info) != ACCOUNT_SECURITY_OK) die("a token cannot be read", "");
  out_raw(&teller->out, "{\"account\":");
  out_text(&teller->out, info->account);
  out_raw(&teller->out, ",\"digits\":");
  out_text(&teller->out, digits);
  out_raw(&teller->out, ",\"issuer\":");
  out_text_or_null(&teller->out, info->issuer);
  out_raw(&teller->out, ",\"remaining_ms\":");
  out_unsigned(&teller->out, remaining_ms);
  out_raw(&teller->out, ",\"warnings\":");
  out_texts(&teller->out, info->warnings, info->warnings_count);
  out_raw(&teller->out, "}");
  account_security_soft_token_info_free(&info);
}

static void soft_token_code(struct teller *teller, const struct json *step) {
  account_security_soft_token *token;
  if (failed(teller, account_security_soft_token_new(BYTES("uri"), &token))) return;
  put_soft_code(teller, token);
  account_security_soft_token_free(&token);
}

const struct step_kind factor_steps[] = {
    {"enrol_totp", enrol_totp},
    {"confirm_totp", confirm_totp},
    {"verify_totp", verify_totp},
    {"resync_totp", resync_totp},
    {"revoke_totp", revoke_totp},
    {"generate_recovery_codes", generate_recovery_codes},
    {"soft_token_code", soft_token_code},
    {NULL, NULL},
};
