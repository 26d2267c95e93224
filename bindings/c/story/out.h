/* Canonical JSON, written piece by piece; the caller names members in order. */
#ifndef STORY_OUT_H
#define STORY_OUT_H

#include <stddef.h>
#include <stdint.h>

struct out {
  char *data;
  size_t size;
  size_t room;
};

void out_free(struct out *out);
void out_bytes(struct out *out, const char *bytes, size_t size);
/* As it is: brackets, commas, names. */
void out_raw(struct out *out, const char *text);
void out_text(struct out *out, const char *text);
void out_text_or_null(struct out *out, const char *text);
void out_texts(struct out *out, const char *const *texts, size_t count);
void out_number(struct out *out, int64_t number);
void out_unsigned(struct out *out, uint64_t number);
void out_bool(struct out *out, int32_t value);
/* `{"kind":"..."}` */
void out_kind(struct out *out, const char *name);

/* Says why on the standard error and ends the program with 2: the story or the runner is broken. */
void die(const char *why, const char *what);

#endif
