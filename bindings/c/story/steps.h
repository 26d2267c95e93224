/* What a step can ask for, by subject; each list ends with a name that is NULL. */
#ifndef STORY_STEPS_H
#define STORY_STEPS_H

#include "teller.h"

struct step_kind {
  const char *name;
  void (*ask)(struct teller *teller, const struct json *step);
};

extern const struct step_kind access_steps[];
extern const struct step_kind audit_steps[];
extern const struct step_kind contact_steps[];
extern const struct step_kind desk_steps[];
extern const struct step_kind factor_steps[];
extern const struct step_kind freeze_steps[];
extern const struct step_kind password_steps[];
extern const struct step_kind payment_steps[];

/* Puts the answer of asking for a code and frees it. */
void told_code_sent(struct teller *teller, account_security_result result, const account_security_code_sent *sent);
/* Puts the answer of a step-up or a reset and frees it. */
void told_proof(struct teller *teller, account_security_result result, const account_security_proof_answer *answer);

/* An identity check; `given` is an object. */
account_security_identity identity_of(struct teller *teller, const struct json *given);

#endif
