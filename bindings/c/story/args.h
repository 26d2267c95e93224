/* The members of a step as arguments. A member that is missing or of another kind ends the program, unless it may be missing. */
#ifndef STORY_ARGS_H
#define STORY_ARGS_H

#include "teller.h"

#define LIST_MAX 64

/* No text where the member is missing or null. */
account_security_text arg_perhaps(struct teller *teller, const struct json *object, const char *name);
/* The member `locale`; English where it is missing. */
account_security_text arg_locale(struct teller *teller, const struct json *step);
account_security_text arg_text(struct teller *teller, const struct json *object, const char *name);
account_security_bytes arg_bytes(struct teller *teller, const struct json *object, const char *name);
/* Into room for LIST_MAX texts; no list where the member is missing or null. */
account_security_texts arg_texts(struct teller *teller, const struct json *object, const char *name,
                                 account_security_text *items);
int64_t arg_number(struct teller *teller, const struct json *object, const char *name);
uint64_t arg_natural(const struct json *object, const char *name);
/* 0 where the member is missing or null. */
int32_t arg_flag(const struct json *object, const char *name);
/* ACCOUNT_SECURITY_YES or ACCOUNT_SECURITY_NO; 0 where the member is missing or null. */
int32_t arg_looked_at(const struct json *object, const char *name);

/* Puts the error where the call failed. */
int failed(struct teller *teller, account_security_result result);

#define TEXT(name) arg_text(teller, step, name)
#define PERHAPS(name) arg_perhaps(teller, step, name)
#define LOCALE arg_locale(teller, step)
#define BYTES(name) arg_bytes(teller, step, name)
#define WORDS(items) arg_texts(teller, step, "words", items)

#endif
