/* A place for bytes of the runner's own: a sorted list under one lock, the smallest foreign store. */
#ifndef STORY_PLACE_H
#define STORY_PLACE_H

#include "account_security.h"

/* Call-backs over a new place; `destroy` frees it, or `place_free` where no object took it. */
account_security_store place_new(void);
void place_free(account_security_store *store);

#endif
