/* No copy of a secret is left in this process after the call: its memory is searched, with a control that must be found. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define WINDOW 12
/* What is searched for is kept masked, so that the search does not find itself. */
#define MASK 0x55

static char masked[WINDOW];
static char chunk[1 << 16];

static int count_in(const char *bytes, size_t size) {
  size_t at, index;
  int count = 0;
  for (at = 0; at + WINDOW <= size; at++) {
    for (index = 0; index < WINDOW && (bytes[at + index] ^ MASK) == masked[index]; index++) {
    }
    count += index == WINDOW;
  }
  return count;
}

/* Copies of the secret in the writable memory of this process; -1 where it cannot be read. */
static int copies(void) {
  char line[512];
  int count = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  FILE *memory = fopen("/proc/self/mem", "rb");
  if (maps == NULL || memory == NULL) return -1;
  setvbuf(memory, NULL, _IONBF, 0);
  while (fgets(line, sizeof line, maps) != NULL) {
    uintptr_t from, to;
    char readable, writable;
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %c%c", &from, &to, &readable, &writable) != 4) continue;
    if (readable != 'r' || writable != 'w') continue;
    while (from < to) {
      size_t size = to - from < sizeof chunk ? to - from : sizeof chunk;
      /* The search's own buffer holds what was read last. */
      if ((from < (uintptr_t)chunk + sizeof chunk && from + size > (uintptr_t)chunk) ||
          fseek(memory, (long)from, SEEK_SET) != 0 || fread(chunk, 1, size, memory) != size) {
        from += size;
        continue;
      }
      count += count_in(chunk, size);
      memset(chunk, 0, sizeof chunk);
      from += size;
    }
  }
  fclose(memory);
  fclose(maps);
  return count;
}

static void wipe(void *bytes, size_t size) {
  volatile char *at = bytes;
  while (size-- > 0) *at++ = 0;
}

/* A secret of its own for each call, so that one call's copy is not taken for another's. */
static char *secret(const char *prefix, unsigned number) {
  char *made = malloc(64);
  size_t index;
  snprintf(made, 64, "%s%08xQq7!", prefix, number * 2654435761u + 12345u);
  for (index = 0; index < WINDOW; index++) masked[index] = (char)(made[index] ^ MASK);
  return made;
}

static void expect_none(char *own, const char *call) {
  int found;
  wipe(own, 64);
  free(own);
  found = copies();
  if (found > 0) fprintf(stderr, "%d copies after %s\n", found, call);
  CHECK(found == 0);
}

/* Codes that are handed out are in the handle until it is freed, and in the caller's buffer until it is wiped. */
static void recovery_codes(account_security *security) {
  account_security_recovery_codes *codes;
  char text[512];
  size_t needed, index;
  CHECK_IS(account_security_generate_recovery_codes(security, t("rita"), no_text(), &codes), ACCOUNT_SECURITY_OK);
  CHECK_IS(account_security_recovery_codes_text(codes, account_security_buffer_of(text, sizeof text), &needed),
           ACCOUNT_SECURITY_OK);
  CHECK(needed > WINDOW && strlen(text) + 1 == needed);
  for (index = 0; index < WINDOW; index++) masked[index] = (char)(text[index] ^ MASK);
  CHECK(copies() >= 1);
  wipe(text, sizeof text);
  account_security_recovery_codes_free(&codes);
  CHECK(copies() == 0);
}

/* What a person's message carried last, for the story below. */
static void last_code(account_security *security, char code[16]) {
  const account_security_messages *messages;
  size_t index;
  CHECK_IS(account_security_drain(security, 100, t("en"), &messages), ACCOUNT_SECURITY_OK);
  for (index = 0; index < messages->count; index++) {
    const char *at = messages->items[index]->text;
    at += strcspn(at, "0123456789");
    if (messages->items[index]->is_code) snprintf(code, 16, "%.*s", (int)strspn(at, "0123456789"), at);
  }
  account_security_messages_free(&messages);
}

static int64_t story_now_ms = NOW_MS;

static int32_t tell_time(void *ctx, int64_t *now_ms) {
  (void)ctx;
  *now_ms = story_now_ms;
  return 0;
}

/* Seeded, in memory, with a clock that moves: messages have to keep their distance. */
static account_security *over_time(void) {
  account_security *security;
  account_security_keys *keys = some_keys();
  account_security_clock clock = ACCOUNT_SECURITY_CLOCK_INIT;
  clock.now_ms = tell_time;
  CHECK_IS(account_security_dangerous_new_seeded_in_memory(keys, &clock, 9, &security), ACCOUNT_SECURITY_OK);
  account_security_keys_free(&keys);
  return security;
}

static void new_passwords(void) {
  account_security *security = over_time();
  const account_security_texts none = account_security_texts_of(NULL, 0);
  const account_security_sign_up_answer *signed_up;
  const account_security_password_answer *changed;
  const account_security_reset_started *started;
  const account_security_proof_answer *proven;
  char code[16] = "", first[64];
  int32_t answer;
  char *own = secret("Pw4#", 6), *next;
  snprintf(first, sizeof first, "%s", own);
  CHECK_IS(account_security_sign_up(security, t("nina"), b(own), none, t("+8613912345678"), t("en"), &signed_up),
           ACCOUNT_SECURITY_OK);
  last_code(security, code);
  CHECK_IS(account_security_confirm_contact(security, t("nina"), t("phone"), t(signed_up->sent->challenge), b(code),
                                            &answer),
           ACCOUNT_SECURITY_OK);
  CHECK(answer == ACCOUNT_SECURITY_CODE_ACCEPTED);
  account_security_sign_up_answer_free(&signed_up);

  /* The new one and the one before, each looked for on its own. */
  story_now_ms += 86400000;
  next = secret("Pw5#", 7);
  CHECK_IS(account_security_change_password(security, t("nina"), b(first), b(next), none, no_text(), t("en"), &changed),
           ACCOUNT_SECURITY_OK);
  CHECK(changed->kind == ACCOUNT_SECURITY_PASSWORD_CHANGED);
  account_security_password_answer_free(&changed);
  expect_none(next, "change_password, of the new one");
  wipe(first, sizeof first);
  wipe(own, 64);
  free(own);
  own = secret("Pw4#", 6);
  expect_none(own, "change_password, of the one before");

  story_now_ms += 86400000;
  CHECK_IS(account_security_begin_reset(security, t("nina"), t("phone"), t("en"), &started), ACCOUNT_SECURITY_OK);
  last_code(security, code);
  CHECK_IS(account_security_verify_reset(security, t("nina"), t(started->challenge), b(code), &proven),
           ACCOUNT_SECURITY_OK);
  account_security_reset_started_free(&started);
  own = secret("Pw6#", 8);
  CHECK(proven != NULL && proven->kind == ACCOUNT_SECURITY_PROOF_COMPLETE);
  if (proven != NULL && proven->kind == ACCOUNT_SECURITY_PROOF_COMPLETE) {
    CHECK_IS(account_security_finish_reset(security, t("nina"), t(proven->ticket), b(own), none, t("en"), &changed),
             ACCOUNT_SECURITY_OK);
    CHECK(changed->kind == ACCOUNT_SECURITY_PASSWORD_CHANGED);
    account_security_password_answer_free(&changed);
  }
  account_security_proof_answer_free(&proven);
  expect_none(own, "finish_reset");
  account_security_free(&security);
}

void test_secrets(void) {
  account_security *security = some_security();
  account_security_keys *keys;
  const account_security_password_report *report;
  const account_security_sign_up_answer *signed_up;
  const account_security_sign_in_answer *signed_in;
  account_security_texts none = account_security_texts_of(NULL, 0);
  uint8_t root[32] = {1};
  char *own = secret("control-", 1);
  int before = copies();
  if (before < 0) {
    printf("SKIPPED copies of secrets: no /proc/self/mem\n");
    free(own);
    account_security_free(&security);
    return;
  }
  /* The control: a live secret is found, a wiped one is not. */
  CHECK(before == 1);
  expect_none(own, "nothing");

  own = secret("Pw1#", 2);
  CHECK_IS(account_security_evaluate_password(t("card_default"), b(own), none, t("en"), &report), ACCOUNT_SECURITY_OK);
  account_security_password_report_free(&report);
  expect_none(own, "evaluate_password");

  own = secret("Pw2#", 3);
  CHECK_IS(account_security_sign_up(security, t("alice"), b(own), none, t("+8613812345678"), t("en"), &signed_up),
           ACCOUNT_SECURITY_OK);
  CHECK(signed_up->kind == ACCOUNT_SECURITY_SIGN_UP_CREATED);
  account_security_sign_up_answer_free(&signed_up);
  expect_none(own, "sign_up");

  own = secret("Pw3#", 4);
  CHECK_IS(account_security_sign_in(security, t("alice"), b(own), no_text(), &signed_in), ACCOUNT_SECURITY_OK);
  account_security_sign_in_answer_free(&signed_in);
  expect_none(own, "sign_in");

  own = secret("0123456789-lookup-key-32-bytes-", 5);
  own[32] = '\0';
  CHECK_IS(account_security_keys_new(account_security_bytes_of(own, 32), 1, account_security_bytes_of(root, 32), &keys),
           ACCOUNT_SECURITY_OK);
  account_security_keys_free(&keys);
  expect_none(own, "keys");

  recovery_codes(security);
  new_passwords();
  account_security_free(&security);
}
