/* One story being told: the object, its clock, what was saved. */
#ifndef STORY_TELLER_H
#define STORY_TELLER_H

#include "account_security.h"
#include "json.h"
#include "out.h"

#define SAVED_MAX 64
#define CODE_BYTES 16
/* Three groups of four letters, and a NUL. */
#define HANDLE_BYTES 15

struct saved {
  const char *name;
  const char *text; /* in the story's arena */
  size_t size;
};

struct teller {
  account_security *security;
  int64_t now_ms;
  struct json_arena *arena;
  struct saved saved[SAVED_MAX];
  size_t saved_count;
  char code[CODE_BYTES];
  char handle[HANDLE_BYTES];
  struct out out; /* the answer of the step */
};

/* Asks for the step and puts the answer, or the error, into `teller->out`. */
void teller_ask(struct teller *teller, const struct json *step);

/* Saves a text, which must live as long as the story. */
void teller_save(struct teller *teller, const char *name, const char *text, size_t size);

#endif
