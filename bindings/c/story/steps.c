#include <string.h>

#include "answers.h"
#include "teller.h"

#define LIST_MAX 64

/* A text of the story, or the saved one that it names. */
static const char *resolved(struct teller *teller, const struct json *given, size_t *size) {
  size_t index;
  if (given->text[0] != '$') {
    *size = given->size;
    return given->text;
  }
  for (index = 0; index < teller->saved_count; index++) {
    if (strcmp(teller->saved[index].name, given->text + 1) != 0) continue;
    *size = teller->saved[index].size;
    return teller->saved[index].text;
  }
  die("nothing is saved under this name", given->text);
  return NULL;
}

/* No text where the member is missing or null. */
static account_security_text perhaps(struct teller *teller, const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  account_security_text text = account_security_text_of(NULL);
  if (member == NULL || member->kind == JSON_NULL) return text;
  if (member->kind != JSON_TEXT) die("this must be a text", name);
  text.data = resolved(teller, member, &text.size);
  return text;
}

static account_security_text text(struct teller *teller, const struct json *object, const char *name) {
  account_security_text given = perhaps(teller, object, name);
  if (given.data == NULL) die("a text is missing", name);
  return given;
}

static account_security_bytes bytes(struct teller *teller, const struct json *object, const char *name) {
  account_security_text given = text(teller, object, name);
  return account_security_bytes_of(given.data, given.size);
}

static account_security_texts texts(struct teller *teller, const struct json *object, const char *name,
                                    account_security_text *items) {
  const struct json *list = json_member(object, name);
  const struct json *item;
  size_t count = 0;
  if (list == NULL || list->kind == JSON_NULL) return account_security_texts_of(NULL, 0);
  for (item = list->first; item != NULL; item = item->next) {
    if (count == LIST_MAX || item->kind != JSON_TEXT) die("too long a list, or no text in it", name);
    items[count].data = resolved(teller, item, &items[count].size);
    count++;
  }
  return account_security_texts_of(items, count);
}

static int64_t number(struct teller *teller, const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  if (member != NULL && member->kind == JSON_TEXT && strcmp(member->text, "$now") == 0) return teller->now_ms;
  if (member == NULL || member->kind != JSON_NUMBER) die("a number is missing", name);
  if (!member->is_negative && member->magnitude <= INT64_MAX) return (int64_t)member->magnitude;
  if (member->is_negative && member->magnitude <= INT64_MAX) return -(int64_t)member->magnitude;
  if (member->is_negative && member->magnitude == (uint64_t)INT64_MAX + 1) return INT64_MIN;
  die("a number is too large", name);
  return 0;
}

static uint64_t natural(const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  if (member == NULL || member->kind != JSON_NUMBER || member->is_negative) die("a number is missing", name);
  return member->magnitude;
}

static int failed(struct teller *teller, account_security_result result) {
  if (result != ACCOUNT_SECURITY_OK) put_last_error(&teller->out);
  return result != ACCOUNT_SECURITY_OK;
}

#define TEXT(name) text(teller, step, name)
#define PERHAPS(name) perhaps(teller, step, name)
#define BYTES(name) bytes(teller, step, name)

static void evaluate_password(struct teller *teller, const struct json *step) {
  account_security_text words[LIST_MAX];
  const account_security_password_report *report;
  if (failed(teller, account_security_evaluate_password(TEXT("policy"), BYTES("typed"),
                                                        texts(teller, step, "words", words), TEXT("locale"), &report)))
    return;
  put_report(&teller->out, report);
  account_security_password_report_free(&report);
}

static void sign_up(struct teller *teller, const struct json *step) {
  account_security_text words[LIST_MAX];
  const account_security_sign_up_answer *answer;
  if (failed(teller, account_security_sign_up(teller->security, TEXT("account"), BYTES("password"),
                                              texts(teller, step, "words", words), TEXT("contact"), TEXT("locale"),
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

static void prove_sign_in_by_code(struct teller *teller, const struct json *step) {
  const account_security_sign_in_answer *answer;
  account_security_result result =
      account_security_prove_sign_in_by_code(teller->security, TEXT("account"), TEXT("ticket"), TEXT("challenge"),
                                             BYTES("code"), PERHAPS("remember"), &answer);
  told_sign_in(teller, result, answer);
}

static void prove_sign_in_by_totp(struct teller *teller, const struct json *step) {
  const account_security_sign_in_answer *answer;
  account_security_result result = account_security_prove_sign_in_by_totp(
      teller->security, TEXT("account"), TEXT("ticket"), BYTES("code"), PERHAPS("remember"), &answer);
  told_sign_in(teller, result, answer);
}

static void told_code_sent(struct teller *teller, account_security_result result,
                           const account_security_code_sent *sent) {
  if (failed(teller, result)) return;
  put_code_sent(&teller->out, sent);
  account_security_code_sent_free(&sent);
}

static void send_sign_in_code(struct teller *teller, const struct json *step) {
  const account_security_code_sent *sent;
  account_security_result result = account_security_send_sign_in_code(
      teller->security, TEXT("account"), TEXT("ticket"), TEXT("via"), TEXT("locale"), &sent);
  told_code_sent(teller, result, sent);
}

static account_security_payment_binding binding(struct teller *teller, const struct json *step) {
  const struct json *given = json_member(step, "payment");
  account_security_payment_binding payment = ACCOUNT_SECURITY_PAYMENT_BINDING_INIT;
  payment.amount_minor = number(teller, given, "amount_minor");
  payment.currency = text(teller, given, "currency");
  payment.payee_account = text(teller, given, "payee_account");
  payment.payee_name = perhaps(teller, given, "payee_name");
  return payment;
}

static void send_payment_code(struct teller *teller, const struct json *step) {
  account_security_payment_binding payment = binding(teller, step);
  const account_security_code_sent *sent;
  account_security_result result = account_security_send_payment_code(
      teller->security, TEXT("account"), TEXT("contact"), &payment, TEXT("locale"), &sent);
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

static account_security_payment payment_of(struct teller *teller, const struct json *given) {
  account_security_payment payment = ACCOUNT_SECURITY_PAYMENT_INIT;
  payment.tx_id = text(teller, given, "tx_id");
  payment.amount_minor = number(teller, given, "amount_minor");
  payment.currency = text(teller, given, "currency");
  payment.direction = text(teller, given, "direction");
  payment.kind = text(teller, given, "kind");
  payment.payee = perhaps(teller, given, "payee");
  payment.device = perhaps(teller, given, "device");
  payment.country = perhaps(teller, given, "country");
  payment.at_ms = number(teller, given, "at_ms");
  payment.local_offset_min = (int32_t)number(teller, given, "local_offset_min");
  return payment;
}

static void assess(struct teller *teller, const struct json *step) {
  account_security_payment payment = payment_of(teller, json_member(step, "payment"));
  const account_security_payment_answer *answer;
  if (failed(teller, account_security_assess(teller->security, TEXT("account"), &payment, &answer))) return;
  put_payment(&teller->out, answer);
  account_security_payment_answer_free(&answer);
}

static void assess_many(struct teller *teller, const struct json *step) {
  account_security_payment payments[LIST_MAX];
  const account_security_payment *pointers[LIST_MAX];
  const account_security_payment_answers *answers;
  const struct json *list = json_member(step, "payments");
  const struct json *item;
  size_t count = 0, index;
  if (list == NULL) die("payments are missing", "assess_many");
  for (item = list->first; item != NULL; item = item->next, count++) {
    if (count == LIST_MAX) die("too many payments", "assess_many");
    payments[count] = payment_of(teller, item);
    pointers[count] = &payments[count];
  }
  if (failed(teller, account_security_assess_many(teller->security, TEXT("account"), pointers, count, &answers)))
    return;
  out_raw(&teller->out, "[");
  for (index = 0; index < answers->count; index++) {
    if (index > 0) out_raw(&teller->out, ",");
    put_payment(&teller->out, answers->items[index]);
  }
  out_raw(&teller->out, "]");
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
  const account_security_causes *causes;
  if (failed(teller, account_security_diagnose(teller->security, TEXT("account"), TEXT("direction"), TEXT("locale"),
                                               &causes)))
    return;
  put_causes(&teller->out, causes);
  account_security_causes_free(&causes);
}

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
  freeze.scopes = texts(teller, given, "scopes", scopes);
  freeze.reason = text(teller, given, "reason");
  freeze.authority = text(teller, given, "authority");
  freeze.actor = text(teller, given, "actor");
  freeze.case_ref = perhaps(teller, given, "case_ref");
  freeze.has_until = until_ms != NULL && until_ms->kind != JSON_NULL;
  if (freeze.has_until) freeze.until_ms = number(teller, given, "until_ms");
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

static void request_lift(struct teller *teller, const struct json *step) {
  const account_security_lift_answer *answer;
  account_security_result result =
      account_security_request_lift(teller->security, TEXT("account"), TEXT("freeze"), TEXT("actor"),
                                    TEXT("as_authority"), PERHAPS("release"), &answer);
  told_lift(teller, result, answer);
}

static void lift(struct teller *teller, const struct json *step) {
  const account_security_lift_answer *answer;
  account_security_result result =
      account_security_lift(teller->security, TEXT("account"), TEXT("freeze"), TEXT("actor"), TEXT("as_authority"),
                            PERHAPS("release"), &answer);
  told_lift(teller, result, answer);
}

static void restriction(struct teller *teller, const struct json *step) {
  const account_security_names *closed;
  if (failed(teller, account_security_restriction(teller->security, TEXT("account"), &closed))) return;
  out_texts(&teller->out, closed->items, closed->count);
  account_security_names_free(&closed);
}

static void history(struct teller *teller, const struct json *step) {
  const account_security_history_answer *events;
  if (failed(teller, account_security_history(teller->security, TEXT("account"), natural(step, "from_seq"),
                                              (uint32_t)natural(step, "limit"), &events)))
    return;
  put_history(&teller->out, events);
  account_security_history_answer_free(&events);
}

static void verify_account(struct teller *teller, const struct json *step) {
  const account_security_verdict *verdict;
  if (failed(teller, account_security_verify_account(teller->security, TEXT("account"), &verdict))) return;
  put_verdict(&teller->out, verdict);
  account_security_verdict_free(&verdict);
}

/* The last run of 6 to 8 digits in the last message that carries a code. */
static void save_code(struct teller *teller, const account_security_messages *messages) {
  const char *text_of_code = NULL, *at;
  size_t index, run = 0;
  for (index = 0; index < messages->count; index++)
    if (messages->items[index]->is_code) text_of_code = messages->items[index]->text;
  if (text_of_code == NULL) return;
  for (at = text_of_code;; at++) {
    if (*at >= '0' && *at <= '9') {
      run++;
      continue;
    }
    if (run >= 6 && run <= 8) {
      memcpy(teller->code, at - run, run);
      teller->code[run] = '\0';
    }
    run = 0;
    if (*at == '\0') break;
  }
  teller_save(teller, "code", teller->code, strlen(teller->code));
}

static void receive(struct teller *teller, const struct json *step) {
  const account_security_messages *messages;
  account_security_text ids[1024];
  size_t index;
  if (failed(teller, account_security_drain(teller->security, (uint32_t)natural(step, "limit"), &messages))) return;
  for (index = 0; index < messages->count; index++) ids[index] = account_security_text_of(messages->items[index]->id);
  if (!failed(teller, account_security_delivered(teller->security, account_security_texts_of(ids, messages->count)))) {
    put_messages(&teller->out, messages);
    save_code(teller, messages);
  }
  account_security_messages_free(&messages);
}

void teller_ask(struct teller *teller, const struct json *step) {
  static const struct {
    const char *name;
    void (*ask)(struct teller *, const struct json *);
  } steps[] = {
      {"evaluate_password", evaluate_password},
      {"sign_up", sign_up},
      {"confirm_contact", confirm_contact},
      {"sign_in", sign_in},
      {"send_sign_in_code", send_sign_in_code},
      {"prove_sign_in_by_code", prove_sign_in_by_code},
      {"prove_sign_in_by_totp", prove_sign_in_by_totp},
      {"enrol_totp", enrol_totp},
      {"confirm_totp", confirm_totp},
      {"verify_totp", verify_totp},
      {"soft_token_code", soft_token_code},
      {"send_payment_code", send_payment_code},
      {"verify_payment_code", verify_payment_code},
      {"assess", assess},
      {"assess_many", assess_many},
      {"label", label},
      {"diagnose", diagnose},
      {"freeze", place_freeze},
      {"freeze_now", freeze_now},
      {"request_lift", request_lift},
      {"lift", lift},
      {"restriction", restriction},
      {"history", history},
      {"verify_account", verify_account},
      {"receive", receive},
  };
  const struct json *what = json_member(step, "do");
  size_t index;
  if (what == NULL || what->kind != JSON_TEXT) die("a step without `do`", "");
  for (index = 0; index < sizeof steps / sizeof *steps; index++) {
    if (strcmp(steps[index].name, what->text) != 0) continue;
    steps[index].ask(teller, step);
    return;
  }
  die("no such step", what->text);
}
