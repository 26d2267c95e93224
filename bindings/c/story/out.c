#include "out.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void out_bytes(struct out *out, const char *bytes, size_t size) {
  if (size > out->room - out->size) {
    size_t room = (out->size + size) * 2;
    char *data = realloc(out->data, room);
    if (data == NULL) die("no memory", "");
    out->data = data;
    out->room = room;
  }
  memcpy(out->data + out->size, bytes, size);
  out->size += size;
}

void out_free(struct out *out) {
  free(out->data);
  memset(out, 0, sizeof *out);
}

void out_raw(struct out *out, const char *text) { out_bytes(out, text, strlen(text)); }

void out_text(struct out *out, const char *text) {
  char escaped[8];
  out_bytes(out, "\"", 1);
  for (; *text != '\0'; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') out_bytes(out, "\\", 1);
    if (byte < 0x20) {
      snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out_bytes(out, escaped, 6);
    } else {
      out_bytes(out, text, 1);
    }
  }
  out_bytes(out, "\"", 1);
}

void out_text_or_null(struct out *out, const char *text) {
  if (text == NULL)
    out_raw(out, "null");
  else
    out_text(out, text);
}

void out_texts(struct out *out, const char *const *texts, size_t count) {
  size_t index;
  out_raw(out, "[");
  for (index = 0; index < count; index++) {
    if (index > 0) out_raw(out, ",");
    out_text(out, texts[index]);
  }
  out_raw(out, "]");
}

void out_number(struct out *out, int64_t number) {
  char digits[24];
  snprintf(digits, sizeof digits, "%" PRId64, number);
  out_raw(out, digits);
}

void out_unsigned(struct out *out, uint64_t number) {
  char digits[24];
  snprintf(digits, sizeof digits, "%" PRIu64, number);
  out_raw(out, digits);
}

void out_bool(struct out *out, int32_t value) { out_raw(out, value ? "true" : "false"); }

void out_kind(struct out *out, const char *name) {
  out_raw(out, "{\"kind\":");
  out_text(out, name);
  out_raw(out, "}");
}

void die(const char *why, const char *what) {
  fprintf(stderr, "%s: %s\n", why, what);
  exit(2);
}
