#include "steps.h"

#include <string.h>

void teller_ask(struct teller *teller, const struct json *step) {
  static const struct step_kind *const subjects[] = {access_steps, audit_steps,  contact_steps,  desk_steps,
                                                     factor_steps, freeze_steps, password_steps, payment_steps};
  const struct json *what = json_member(step, "do");
  size_t index;
  if (what == NULL || what->kind != JSON_TEXT) die("a step without `do`", "");
  for (index = 0; index < sizeof subjects / sizeof *subjects; index++) {
    const struct step_kind *kind;
    for (kind = subjects[index]; kind->name != NULL; kind++) {
      if (strcmp(kind->name, what->text) != 0) continue;
      kind->ask(teller, step);
      return;
    }
  }
  die("no such step", what->text);
}
