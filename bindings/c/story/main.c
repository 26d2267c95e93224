/* Tells stories in C: `story tests/scenarios/NAME.json ...` compares what is told with `NAME.jsonl`; `--print` writes it to the
 * standard output instead. tests/scenarios/STORIES.md says what a story is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "teller.h"

#define FILE_BYTES_MAX (1024L * 1024L)

static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *text = malloc((size_t)FILE_BYTES_MAX);
  if (file == NULL || text == NULL) die("cannot be read", path);
  *size = fread(text, 1, (size_t)FILE_BYTES_MAX, file);
  if (ferror(file) || *size == (size_t)FILE_BYTES_MAX) die("cannot be read, or is too long", path);
  fclose(file);
  return text;
}

static int32_t now_ms(void *ctx, int64_t *now) {
  *now = ((const struct teller *)ctx)->now_ms;
  return 0;
}

static account_security *object(struct teller *teller, const struct json *story) {
  account_security_clock clock = ACCOUNT_SECURITY_CLOCK_INIT;
  account_security_keys *keys;
  account_security *security;
  const struct json *store = json_member(story, "store");
  const struct json *seed = json_member(story, "seed");
  uint8_t lookup[32], root[32];
  account_security_result result;
  if (store == NULL || store->kind != JSON_TEXT || seed == NULL) die("no store or seed", "");
  memset(lookup, 0xA7, sizeof lookup);
  memset(root, 0x01, sizeof root);
  clock.ctx = teller;
  clock.now_ms = now_ms;
  if (account_security_keys_new(account_security_bytes_of(lookup, 32), 1, account_security_bytes_of(root, 32), &keys) !=
      ACCOUNT_SECURITY_OK)
    die("no keys", "");
  if (strcmp(store->text, "foreign") == 0) {
    account_security_store place = place_new();
    result = account_security_dangerous_new_seeded_in_store(&place, keys, &clock, seed->magnitude, &security);
    if (result != ACCOUNT_SECURITY_OK) place_free(&place);
  } else {
    result = account_security_dangerous_new_seeded_in_memory(keys, &clock, seed->magnitude, &security);
  }
  account_security_keys_free(&keys);
  if (result != ACCOUNT_SECURITY_OK) die("no object", account_security_result_text(result));
  return security;
}

void teller_save(struct teller *teller, const char *name, const char *text, size_t size) {
  size_t index;
  for (index = 0; index < teller->saved_count && strcmp(teller->saved[index].name, name) != 0; index++) {
  }
  if (index == SAVED_MAX) die("too much to save", name);
  if (index == teller->saved_count) teller->saved_count++;
  teller->saved[index].name = name;
  teller->saved[index].text = text;
  teller->saved[index].size = size;
}

/* Saves what the step asks for out of the answer that was just put. */
static void save(struct teller *teller, const struct json *step) {
  const struct json *wanted = json_member(step, "save");
  const struct json *answer, *member;
  if (wanted == NULL) return;
  answer = json_read(teller->arena, teller->out.data, teller->out.size);
  for (member = wanted->first; member != NULL; member = member->next) {
    const struct json *found = json_at(answer, member->text);
    if (found == NULL || found->kind != JSON_TEXT) die("nothing to save", member->text);
    teller_save(teller, member->name, found->text, found->size);
  }
}

static void play(const char *path, struct out *transcript) {
  struct teller teller;
  size_t size;
  char *text = read_file(path, &size);
  const struct json *story, *start, *step;
  memset(&teller, 0, sizeof teller);
  teller.arena = json_arena_new();
  if (teller.arena == NULL) die("no memory", path);
  story = json_read(teller.arena, text, size);
  start = json_member(story, "start_ms");
  step = json_member(story, "steps");
  if (start == NULL || step == NULL) die("no story", path);
  teller.now_ms = (int64_t)start->magnitude;
  teller.security = object(&teller, story);
  for (step = step->first; step != NULL; step = step->next) {
    const struct json *after = json_member(step, "after_ms");
    if (after != NULL) teller.now_ms += after->is_negative ? -(int64_t)after->magnitude : (int64_t)after->magnitude;
    teller_ask(&teller, step);
    save(&teller, step);
    out_raw(&teller.out, "\n");
    out_bytes(transcript, teller.out.data, teller.out.size);
    teller.out.size = 0;
  }
  account_security_free(&teller.security);
  out_free(&teller.out);
  json_arena_free(teller.arena);
  free(text);
}

/* Whether the transcript is the one beside the story; says where not. */
static int is_as_written(const char *path, const struct out *told) {
  char expected[4096];
  char *written;
  size_t size, at, line = 1;
  int is_same;
  if (strlen(path) + 2 > sizeof expected) die("too long a path", path);
  snprintf(expected, sizeof expected, "%sl", path);
  written = read_file(expected, &size);
  for (at = 0; at < size && at < told->size && written[at] == told->data[at]; at++) line += written[at] == '\n';
  is_same = at == size && at == told->size;
  if (!is_same) fprintf(stderr, "%s: step %lu differs\n", path, (unsigned long)line);
  free(written);
  return is_same;
}

int main(int argc, char **argv) {
  int is_print = argc > 1 && strcmp(argv[1], "--print") == 0;
  int index, wrong = 0;
  if (account_security_check_header() != ACCOUNT_SECURITY_OK) die("the header is another version's", "");
  for (index = 1 + is_print; index < argc; index++) {
    struct out transcript;
    memset(&transcript, 0, sizeof transcript);
    play(argv[index], &transcript);
    if (is_print)
      fwrite(transcript.data, 1, transcript.size, stdout);
    else
      wrong += !is_as_written(argv[index], &transcript);
    out_free(&transcript);
  }
  if (is_print) return 0;
  printf("%d stories told, %d wrong\n", argc - 1, wrong);
  return wrong == 0 && argc > 1 ? 0 : 1;
}
