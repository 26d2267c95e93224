/* Out-parameters and arguments of the flows with several steps. */
#ifndef ACCOUNT_SECURITY_TESTS_OUTS_H
#define ACCOUNT_SECURITY_TESTS_OUTS_H

#include "check.h"

/* What a failed call has to empty: set to what is no answer before it. */
struct outs {
  const account_security_code_sent *sent;
  const account_security_sign_in_answer *sign_in;
  const account_security_step_up_answer *step_up;
  const account_security_proof_answer *proof;
  const account_security_password_answer *password;
  const account_security_reset_started *started;
  account_security_recovery_codes *codes;
  const account_security_totp_resync_answer *resync;
  const account_security_contact_answer *contact;
  const account_security_registered_contacts_answer *registered;
  const account_security_lift_answer *lift;
  const account_security_messages *messages;
  int32_t number;
  uint32_t generation;
  size_t size;
};

/* Each set to what is no answer. */
struct outs full_outs(void);

account_security_identity some_identity(void);
account_security_payment_binding some_binding(void);

void test_null_handles_of_flows(void);
void test_null_outs_of_flows(account_security *security);

#endif
