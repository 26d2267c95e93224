#include "args.h"

#include <string.h>

#include "answers.h"

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

account_security_text arg_perhaps(struct teller *teller, const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  account_security_text text = account_security_text_of(NULL);
  if (member == NULL || member->kind == JSON_NULL) return text;
  if (member->kind != JSON_TEXT) die("this must be a text", name);
  text.data = resolved(teller, member, &text.size);
  return text;
}

account_security_text arg_locale(struct teller *teller, const struct json *step) {
  account_security_text locale = arg_perhaps(teller, step, "locale");
  return locale.data == NULL ? account_security_text_of("en") : locale;
}

account_security_text arg_text(struct teller *teller, const struct json *object, const char *name) {
  account_security_text given = arg_perhaps(teller, object, name);
  if (given.data == NULL) die("a text is missing", name);
  return given;
}

account_security_bytes arg_bytes(struct teller *teller, const struct json *object, const char *name) {
  account_security_text given = arg_text(teller, object, name);
  return account_security_bytes_of(given.data, given.size);
}

account_security_texts arg_texts(struct teller *teller, const struct json *object, const char *name,
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

int64_t arg_number(struct teller *teller, const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  if (member != NULL && member->kind == JSON_TEXT && strcmp(member->text, "$now") == 0) return teller->now_ms;
  if (member == NULL || member->kind != JSON_NUMBER) die("a number is missing", name);
  if (!member->is_negative && member->magnitude <= INT64_MAX) return (int64_t)member->magnitude;
  if (member->is_negative && member->magnitude <= INT64_MAX) return -(int64_t)member->magnitude;
  if (member->is_negative && member->magnitude == (uint64_t)INT64_MAX + 1) return INT64_MIN;
  die("a number is too large", name);
  return 0;
}

uint64_t arg_natural(const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  if (member == NULL || member->kind != JSON_NUMBER || member->is_negative) die("a number is missing", name);
  return member->magnitude;
}

int32_t arg_flag(const struct json *object, const char *name) {
  return arg_looked_at(object, name) == ACCOUNT_SECURITY_YES;
}

int32_t arg_looked_at(const struct json *object, const char *name) {
  const struct json *member = json_member(object, name);
  if (member == NULL || member->kind == JSON_NULL) return 0;
  if (member->kind != JSON_TRUE && member->kind != JSON_FALSE) die("this must be true or false", name);
  return member->kind == JSON_TRUE ? ACCOUNT_SECURITY_YES : ACCOUNT_SECURITY_NO;
}

int failed(struct teller *teller, account_security_result result) {
  if (result != ACCOUNT_SECURITY_OK) put_last_error(&teller->out);
  return result != ACCOUNT_SECURITY_OK;
}
