/* A small bounded JSON reader: whole numbers, texts, lists, objects, true, false, null. Everything lives in one arena. */
#ifndef STORY_JSON_H
#define STORY_JSON_H

#include <stddef.h>
#include <stdint.h>

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT };

struct json {
  enum json_kind kind;
  int is_negative;
  uint64_t magnitude;       /* JSON_NUMBER */
  const char *text;         /* JSON_TEXT, ends with a NUL that is not counted */
  size_t size;
  const char *name;         /* of a member */
  const struct json *first; /* JSON_LIST, JSON_OBJECT */
  const struct json *next;  /* the next item or member */
};

struct json_arena;

/* Frees everything that was read into it. */
struct json_arena *json_arena_new(void);
void json_arena_free(struct json_arena *arena);

/* NULL where the text is no JSON of this kind, is nested deeper than 16 or does not fit the arena. */
const struct json *json_read(struct json_arena *arena, const char *text, size_t size);

/* The member of an object, or NULL. */
const struct json *json_member(const struct json *object, const char *name);

/* The member at a path like `a.b`, or NULL. */
const struct json *json_at(const struct json *object, const char *path);

#endif
