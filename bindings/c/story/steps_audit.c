#include <string.h>

#include "answers.h"
#include "args.h"
#include "steps.h"

static void account_key(struct teller *teller, const struct json *step) {
  char key[64];
  size_t needed;
  if (failed(teller, account_security_account_key(teller->security, TEXT("account"),
                                                  account_security_buffer_of(key, sizeof key), &needed)))
    return;
  out_raw(&teller->out, "{\"key\":");
  out_text(&teller->out, key);
  out_raw(&teller->out, "}");
}

static void refusal_text(struct teller *teller, const struct json *step) {
  char text[1024];
  size_t needed;
  if (failed(teller, account_security_refusal_text(teller->security, (uint16_t)arg_natural(step, "code"),
                                                   TEXT("locale"),
                                                   account_security_buffer_of(text, sizeof text), &needed)))
    return;
  out_raw(&teller->out, "{\"text\":");
  out_text(&teller->out, text);
  out_raw(&teller->out, "}");
}

static void code_text(struct teller *teller, const struct json *step) {
  static const char *const names[] = {"accepted", "rejected", "use_newest", "request_new", "try_later"};
  account_security_text wanted = TEXT("answer");
  char text[1024];
  size_t needed;
  int32_t answer;
  for (answer = 1; answer <= ACCOUNT_SECURITY_CODE_TRY_LATER; answer++)
    if (strlen(names[answer - 1]) == wanted.size && memcmp(names[answer - 1], wanted.data, wanted.size) == 0) break;
  if (failed(teller, account_security_code_text(teller->security, answer, LOCALE,
                                                account_security_buffer_of(text, sizeof text), &needed)))
    return;
  out_raw(&teller->out, "{\"text\":");
  out_text(&teller->out, text);
  out_raw(&teller->out, "}");
}

static void denial_text(struct teller *teller, const struct json *step) {
  char text[1024];
  size_t needed;
  if (failed(teller, account_security_denial_text(teller->security, TEXT("reason"), LOCALE,
                                                  account_security_buffer_of(text, sizeof text), &needed)))
    return;
  out_raw(&teller->out, "{\"text\":");
  out_text(&teller->out, text);
  out_raw(&teller->out, "}");
}

static void history(struct teller *teller, const struct json *step) {
  const account_security_history_answer *events;
  if (failed(teller, account_security_history(teller->security, TEXT("account"), arg_natural(step, "from_seq"),
                                              (uint32_t)arg_natural(step, "limit"), &events)))
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

/* Whether three groups of four capital letters begin here and end with the piece. */
static int is_handle(const char *at, size_t size) {
  size_t index;
  if (size != HANDLE_BYTES - 1) return 0;
  for (index = 0; index < size; index++)
    if ((at[index] == '-') != (index == 4 || index == 9)) return 0;
  return 1;
}

/* The last handle of a warning, over all texts. */
static void save_handle(struct teller *teller, const account_security_messages *messages) {
  size_t index;
  for (index = 0; index < messages->count; index++) {
    const char *at = messages->items[index]->text;
    while (*at != '\0') {
      size_t size = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
      if (is_handle(at, size)) {
        memcpy(teller->handle, at, size);
        teller->handle[size] = '\0';
        teller_save(teller, "handle", teller->handle, size);
      }
      at += size > 0 ? size : 1;
    }
  }
}

static void receive(struct teller *teller, const struct json *step) {
  const account_security_messages *messages;
  account_security_text ids[1024];
  size_t index;
  if (failed(teller, account_security_drain(teller->security, (uint32_t)arg_natural(step, "limit"), LOCALE, &messages)))
    return;
  for (index = 0; index < messages->count; index++) ids[index] = account_security_text_of(messages->items[index]->id);
  if (!failed(teller, account_security_delivered(teller->security, account_security_texts_of(ids, messages->count)))) {
    put_messages(&teller->out, messages);
    save_code(teller, messages);
    save_handle(teller, messages);
  }
  account_security_messages_free(&messages);
}

const struct step_kind audit_steps[] = {
    {"account_key", account_key},
    {"refusal_text", refusal_text},
    {"code_text", code_text},
    {"denial_text", denial_text},
    {"history", history},
    {"verify_account", verify_account},
    {"receive", receive},
    {NULL, NULL},
};
