/* Answers as canonical JSON, member by member. */
#ifndef STORY_ANSWERS_H
#define STORY_ANSWERS_H

#include "account_security.h"
#include "out.h"

void put_last_error(struct out *out);
void put_report(struct out *out, const account_security_password_report *report);
void put_code_sent(struct out *out, const account_security_code_sent *answer);
void put_sign_up(struct out *out, const account_security_sign_up_answer *answer);
void put_sign_in(struct out *out, const account_security_sign_in_answer *answer);
void put_code(struct out *out, int32_t answer);
void put_totp(struct out *out, int32_t answer, int64_t until_ms);
void put_payment(struct out *out, const account_security_payment_answer *answer);
void put_causes(struct out *out, const account_security_causes *causes);
void put_placed(struct out *out, const account_security_freeze_placed *placed);
void put_lift(struct out *out, const account_security_lift_answer *answer);
void put_history(struct out *out, const account_security_history_answer *history);
void put_verdict(struct out *out, const account_security_verdict *verdict);
void put_messages(struct out *out, const account_security_messages *messages);

#endif
