#include "json.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (8u * 1024u * 1024u)
#define DEPTH_MAX 16
#define ALIGN sizeof(long double)

struct json_arena {
  size_t used;
  union {
    long double align;
    char bytes[ARENA_BYTES];
  } room;
};

struct reader {
  struct json_arena *arena;
  const char *at;
  const char *end;
  int depth;
};

static struct json *value(struct reader *reader);

struct json_arena *json_arena_new(void) {
  struct json_arena *arena = malloc(sizeof *arena);
  if (arena != NULL) arena->used = 0;
  return arena;
}

void json_arena_free(struct json_arena *arena) { free(arena); }

static void skip_blanks(struct reader *reader) {
  while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL && *reader->at != '\0') reader->at++;
}

const struct json *json_read(struct json_arena *arena, const char *text, size_t size) {
  struct reader reader;
  struct json *read;
  reader.arena = arena;
  reader.at = text;
  reader.end = text + size;
  reader.depth = 0;
  read = value(&reader);
  skip_blanks(&reader);
  return reader.at == reader.end ? read : NULL;
}

const struct json *json_member(const struct json *object, const char *name) {
  const struct json *member;
  if (object == NULL || object->kind != JSON_OBJECT) return NULL;
  for (member = object->first; member != NULL; member = member->next)
    if (strcmp(member->name, name) == 0) return member;
  return NULL;
}

const struct json *json_at(const struct json *object, const char *path) {
  char name[64];
  while (object != NULL) {
    const char *dot = strchr(path, '.');
    size_t size = dot == NULL ? strlen(path) : (size_t)(dot - path);
    if (size >= sizeof name) return NULL;
    memcpy(name, path, size);
    name[size] = '\0';
    object = json_member(object, name);
    if (dot == NULL) return object;
    path = dot + 1;
  }
  return NULL;
}

static void *room(struct reader *reader, size_t size) {
  struct json_arena *arena = reader->arena;
  size_t start = (arena->used + ALIGN - 1) / ALIGN * ALIGN;
  if (start > ARENA_BYTES || size > ARENA_BYTES - start) return NULL;
  arena->used = start + size;
  return arena->room.bytes + start;
}

static struct json *node(struct reader *reader, enum json_kind kind) {
  struct json *made = room(reader, sizeof *made);
  if (made != NULL) {
    memset(made, 0, sizeof *made);
    made->kind = kind;
  }
  return made;
}

static int taken(struct reader *reader, const char *word) {
  size_t size = strlen(word);
  if ((size_t)(reader->end - reader->at) < size || memcmp(reader->at, word, size) != 0) return 0;
  reader->at += size;
  return 1;
}

static int hex4(struct reader *reader, uint32_t *unit) {
  int digit;
  *unit = 0;
  for (digit = 0; digit < 4; digit++) {
    const char *digits = "0123456789abcdef";
    const char *found;
    if (reader->at == reader->end) return 0;
    found = strchr(digits, *reader->at >= 'A' && *reader->at <= 'F' ? *reader->at + 32 : *reader->at);
    if (found == NULL || *found == '\0') return 0;
    *unit = *unit * 16 + (uint32_t)(found - digits);
    reader->at++;
  }
  return 1;
}

static char *put_utf8(char *to, uint32_t point) {
  if (point < 0x80) {
    *to++ = (char)point;
  } else if (point < 0x800) {
    *to++ = (char)(0xC0 | (point >> 6));
    *to++ = (char)(0x80 | (point & 63));
  } else if (point < 0x10000) {
    *to++ = (char)(0xE0 | (point >> 12));
    *to++ = (char)(0x80 | ((point >> 6) & 63));
    *to++ = (char)(0x80 | (point & 63));
  } else {
    *to++ = (char)(0xF0 | (point >> 18));
    *to++ = (char)(0x80 | ((point >> 12) & 63));
    *to++ = (char)(0x80 | ((point >> 6) & 63));
    *to++ = (char)(0x80 | (point & 63));
  }
  return to;
}

/* What stands behind a backslash. */
static char *escape(struct reader *reader, char *to) {
  static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  const char *found;
  uint32_t point, low;
  if (reader->at == reader->end) return NULL;
  if (*reader->at != 'u') {
    found = strchr(names, *reader->at);
    if (found == NULL || *found == '\0') return NULL;
    reader->at++;
    *to++ = meant[found - names];
    return to;
  }
  reader->at++;
  if (!hex4(reader, &point)) return NULL;
  if (point >= 0xD800 && point < 0xDC00) {
    if (!taken(reader, "\\u") || !hex4(reader, &low) || low < 0xDC00 || low > 0xDFFF) return NULL;
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  } else if (point >= 0xDC00 && point < 0xE000) {
    return NULL;
  }
  return put_utf8(to, point);
}

static const char *text_of(struct reader *reader, size_t *size) {
  const char *end = reader->at;
  char *text, *to;
  if (!taken(reader, "\"")) return NULL;
  /* No text is longer decoded than as it is written. */
  for (end = reader->at; end < reader->end && *end != '"'; end++)
    if (*end == '\\') end++;
  if (end >= reader->end) return NULL;
  text = to = room(reader, (size_t)(end - reader->at) + 1);
  while (to != NULL && reader->at < end) {
    if (*reader->at == '\\') {
      reader->at++;
      to = escape(reader, to);
    } else {
      *to++ = *reader->at++;
    }
  }
  if (to == NULL || !taken(reader, "\"")) return NULL;
  *to = '\0';
  *size = (size_t)(to - text);
  return text;
}

static struct json *number(struct reader *reader) {
  struct json *made = node(reader, JSON_NUMBER);
  const char *first;
  if (made == NULL) return NULL;
  made->is_negative = taken(reader, "-");
  for (first = reader->at; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
    uint64_t digit = (uint64_t)(*reader->at - '0');
    if (made->magnitude > (UINT64_MAX - digit) / 10) return NULL;
    made->magnitude = made->magnitude * 10 + digit;
  }
  return reader->at == first ? NULL : made;
}

/* Items of a list or members of an object, behind the opening bracket. */
static struct json *items(struct reader *reader, enum json_kind kind, const char *close) {
  struct json *made = node(reader, kind);
  struct json *last = NULL;
  if (made == NULL || ++reader->depth > DEPTH_MAX) return NULL;
  skip_blanks(reader);
  while (!taken(reader, close)) {
    const char *name = NULL;
    size_t name_size;
    struct json *item;
    if (last != NULL && !taken(reader, ",")) return NULL;
    skip_blanks(reader);
    if (kind == JSON_OBJECT) {
      name = text_of(reader, &name_size);
      skip_blanks(reader);
      if (name == NULL || !taken(reader, ":")) return NULL;
    }
    item = value(reader);
    if (item == NULL) return NULL;
    item->name = name;
    if (last == NULL)
      made->first = item;
    else
      last->next = item;
    last = item;
    skip_blanks(reader);
  }
  reader->depth--;
  return made;
}

static struct json *value(struct reader *reader) {
  struct json *made;
  skip_blanks(reader);
  if (reader->at == reader->end) return NULL;
  if (taken(reader, "null")) return node(reader, JSON_NULL);
  if (taken(reader, "true")) return node(reader, JSON_TRUE);
  if (taken(reader, "false")) return node(reader, JSON_FALSE);
  if (taken(reader, "[")) return items(reader, JSON_LIST, "]");
  if (taken(reader, "{")) return items(reader, JSON_OBJECT, "}");
  if (*reader->at != '"') return number(reader);
  made = node(reader, JSON_TEXT);
  if (made == NULL) return NULL;
  made->text = text_of(reader, &made->size);
  return made->text == NULL ? NULL : made;
}
