/* Answers as canonical JSON, member by member. */
#ifndef STORY_ANSWERS_H
#define STORY_ANSWERS_H

#include "account_security.h"
#include "out.h"

/* The name of a kind; kinds count from 1. */
const char *named(const char *const *names, size_t count, int32_t kind);
#define NAMED(names, kind) named(names, sizeof(names) / sizeof *(names), kind)

/* Parts of answers. */
void put_moment(struct out *out, int32_t has, int64_t at_ms);
void put_offers(struct out *out, int32_t totp, int32_t recovery, const char *phone_masked, const char *email_masked);
void put_sent(struct out *out, const account_security_code_sent *sent);

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

void put_batch(struct out *out, const account_security_payment_answers *answers);
void put_freezes(struct out *out, const account_security_freezes_answer *freezes);
void put_devices(struct out *out, const account_security_devices_answer *devices);
void put_settle(struct out *out, const account_security_settle_answer *answer);
void put_cleared(struct out *out, int32_t answer);
void put_report_taken(struct out *out, const account_security_report_answer *answer);
void put_rotation(struct out *out, const account_security_rotation_answer *answer);

/* `{"name":true}` */
void put_yes_or_no(struct out *out, const char *name, int32_t answer);
void put_step_up(struct out *out, const account_security_step_up_answer *answer);
void put_proof(struct out *out, const account_security_proof_answer *answer);
void put_password(struct out *out, const account_security_password_answer *answer);
void put_reset(struct out *out, const account_security_reset_started *started);
void put_resync(struct out *out, const account_security_totp_resync_answer *answer);
void put_contact(struct out *out, const account_security_contact_answer *answer);
void put_registered(struct out *out, const account_security_registered_contacts_answer *contacts);

#endif
