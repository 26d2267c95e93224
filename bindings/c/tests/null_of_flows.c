/* The flows with several steps: NULL for the object and for each out-parameter. */
#include "outs.h"

struct outs full_outs(void) {
  struct outs outs;
  outs.sent = (void *)16;
  outs.sign_in = (void *)16;
  outs.step_up = (void *)16;
  outs.proof = (void *)16;
  outs.password = (void *)16;
  outs.started = (void *)16;
  outs.codes = (void *)16;
  outs.resync = (void *)16;
  outs.contact = (void *)16;
  outs.registered = (void *)16;
  outs.lift = (void *)16;
  outs.messages = (void *)16;
  outs.number = 9;
  outs.generation = 9;
  outs.size = 9;
  return outs;
}

account_security_identity some_identity(void) {
  account_security_identity identity = ACCOUNT_SECURITY_IDENTITY_INIT;
  identity.method = t("document-in-branch");
  identity.evidence_sha256 = t("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
  identity.is_owner = 1;
  return identity;
}

account_security_payment_binding some_binding(void) {
  account_security_payment_binding binding = ACCOUNT_SECURITY_PAYMENT_BINDING_INIT;
  binding.amount_minor = 1299;
  binding.currency = t("CNY");
  binding.payee_account = t("6222");
  return binding;
}

void test_null_handles_of_flows(void) {
  const account_security_texts none = account_security_texts_of(NULL, 0);
  account_security_identity identity = some_identity();
  account_security_payment_binding binding = some_binding();
  account_security_options options = ACCOUNT_SECURITY_OPTIONS_INIT;
  struct outs outs = full_outs();

  IS_NULL(account_security_configure(NULL, &options));
  CHECK(last_field_is("security"));
  IS_NULL(account_security_send_confirmation(NULL, t("a"), t("phone"), t("en"), &outs.sent));
  CHECK(outs.sent == NULL);
  outs.sent = (void *)16;
  IS_NULL(account_security_send_proof_code(NULL, t("a"), t("sign-in"), t("x"), t("phone"), t("en"), &outs.sent));
  CHECK(outs.sent == NULL);
  outs.sent = (void *)16;
  IS_NULL(account_security_prove_sign_in(NULL, t("a"), t("x"), t("totp"), no_text(), b("123456"), no_text(),
                                         &outs.sign_in));
  CHECK(outs.sign_in == NULL);
  outs.sign_in = (void *)16;
  IS_NULL(account_security_begin_step_up(NULL, t("a"), &outs.step_up));
  CHECK(outs.step_up == NULL);
  outs.step_up = (void *)16;
  IS_NULL(account_security_prove_step_up(NULL, t("a"), t("x"), t("totp"), no_text(), b("123456"), &outs.proof));
  CHECK(outs.proof == NULL);
  outs.proof = (void *)16;
  IS_NULL(account_security_change_password(NULL, t("a"), b("p"), b("q"), none, no_text(), t("en"), &outs.password));
  CHECK(outs.password == NULL);
  outs.password = (void *)16;
  IS_NULL(account_security_set_password_at_sign_in(NULL, t("a"), t("x"), b("q"), none, no_text(), t("en"),
                                                   &outs.password));
  CHECK(outs.password == NULL);
  outs.password = (void *)16;
  IS_NULL(account_security_begin_reset(NULL, t("a"), t("phone"), t("en"), &outs.started));
  CHECK(outs.started == NULL);
  outs.started = (void *)16;
  IS_NULL(account_security_verify_reset(NULL, t("a"), t("x"), b("123456"), &outs.proof));
  CHECK(outs.proof == NULL);
  outs.proof = (void *)16;
  IS_NULL(account_security_prove_reset(NULL, t("a"), t("x"), t("totp"), no_text(), b("123456"), &outs.proof));
  CHECK(outs.proof == NULL);
  outs.proof = (void *)16;
  IS_NULL(account_security_finish_reset(NULL, t("a"), t("x"), b("q"), none, t("en"), &outs.password));
  CHECK(outs.password == NULL);
  outs.password = (void *)16;
  IS_NULL(account_security_generate_recovery_codes(NULL, t("a"), no_text(), &outs.codes));
  CHECK(outs.codes == NULL);
  outs.codes = (void *)16;
  IS_NULL(account_security_resync_totp(NULL, t("a"), b("123456"), b("123456"), &outs.resync));
  CHECK(outs.resync == NULL);
  outs.resync = (void *)16;
  IS_NULL(account_security_revoke_totp(NULL, t("a"), t("x"), no_text(), &outs.number));
  CHECK(outs.number == 0);
  outs.number = 9;
  IS_NULL(account_security_begin_contact_change(NULL, t("a"), t("c"), no_text(), t("en"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_send_contact_code(NULL, t("a"), t("x"), t("en"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_prove_old_contact(NULL, t("a"), t("x"), b("123456"), t("en"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_prove_new_contact(NULL, t("a"), t("x"), b("123456"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_finish_contact_change(NULL, t("a"), t("x"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_cancel_contact_change(NULL, t("a"), t("x"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_cancel_contact_change_by_handle(NULL, t("a"), t("x"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_begin_lost_contact_change(NULL, t("a"), t("c"), t("x"), t("en"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_record_identity_check(NULL, t("a"), t("x"), &identity, t("y"), t("agent"), no_text(),
                                                 &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_approve_lost_contact(NULL, t("a"), t("x"), t("y"), t("agent"), &outs.contact));
  CHECK(outs.contact == NULL);
  outs.contact = (void *)16;
  IS_NULL(account_security_registered_contacts(NULL, t("a"), &outs.registered));
  CHECK(outs.registered == NULL);
  outs.registered = (void *)16;
  IS_NULL(account_security_confirm_registered_contacts(NULL, t("a"), no_text(), no_text(), &outs.number));
  CHECK(outs.number == 0);
  outs.number = 9;
  IS_NULL(account_security_remind_review(NULL, t("a"), &outs.number));
  CHECK(outs.number == 0);
  outs.number = 9;
  IS_NULL(account_security_account_key(NULL, t("a"), account_security_buffer_of(NULL, 0), &outs.size));
  IS_NULL(account_security_refusal_text(NULL, 502, t("en"), account_security_buffer_of(NULL, 0), &outs.size));
  CHECK(outs.size == 0);
  IS_NULL(account_security_resend_payment_code(NULL, t("a"), t("c"), t("x"), &binding, t("en"), &outs.sent));
  CHECK(outs.sent == NULL);
  outs.sent = (void *)16;
  IS_NULL(account_security_lift_own_freeze(NULL, t("a"), t("x"), t("x"), b("p"), no_text(), &outs.lift));
  CHECK(outs.lift == NULL);
  outs.lift = (void *)16;
  IS_NULL(account_security_drain(NULL, 1, t("en"), &outs.messages));
  CHECK(outs.messages == NULL);
  outs.messages = (void *)16;
  IS_NULL(account_security_recovery_codes_read(NULL, &outs.generation));
  CHECK(outs.generation == 0 && last_field_is("codes"));
  outs.size = 9;
  IS_NULL(account_security_recovery_codes_text(NULL, account_security_buffer_of(NULL, 0), &outs.size));
  CHECK(outs.size == 0);
}

void test_null_outs_of_flows(account_security *security) {
  const account_security_texts none = account_security_texts_of(NULL, 0);
  account_security_identity identity = some_identity();
  account_security_payment_binding binding = some_binding();
  IS_NULL(account_security_send_confirmation(security, t("a"), t("phone"), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_send_proof_code(security, t("a"), t("sign-in"), t("x"), t("phone"), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_prove_sign_in(security, t("a"), t("x"), t("totp"), no_text(), b("123456"), no_text(), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_begin_step_up(security, t("a"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_prove_step_up(security, t("a"), t("x"), t("totp"), no_text(), b("123456"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_change_password(security, t("a"), b("p"), b("q"), none, no_text(), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_set_password_at_sign_in(security, t("a"), t("x"), b("q"), none, no_text(), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_begin_reset(security, t("a"), t("phone"), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_verify_reset(security, t("a"), t("x"), b("123456"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_prove_reset(security, t("a"), t("x"), t("totp"), no_text(), b("123456"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_finish_reset(security, t("a"), t("x"), b("q"), none, t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_generate_recovery_codes(security, t("a"), no_text(), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_resync_totp(security, t("a"), b("123456"), b("123456"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_revoke_totp(security, t("a"), t("x"), no_text(), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_begin_contact_change(security, t("a"), t("c"), no_text(), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_send_contact_code(security, t("a"), t("x"), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_prove_old_contact(security, t("a"), t("x"), b("123456"), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_prove_new_contact(security, t("a"), t("x"), b("123456"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_finish_contact_change(security, t("a"), t("x"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_cancel_contact_change(security, t("a"), t("x"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_cancel_contact_change_by_handle(security, t("a"), t("x"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_begin_lost_contact_change(security, t("a"), t("c"), t("x"), t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_record_identity_check(security, t("a"), t("x"), &identity, t("y"), t("agent"), no_text(),
                                                 NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_approve_lost_contact(security, t("a"), t("x"), t("y"), t("agent"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_registered_contacts(security, t("a"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_confirm_registered_contacts(security, t("a"), no_text(), no_text(), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_remind_review(security, t("a"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_account_key(security, t("a"), account_security_buffer_of(NULL, 0), NULL));
  IS_NULL(account_security_refusal_text(security, 502, t("en"), account_security_buffer_of(NULL, 0), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_resend_payment_code(security, t("a"), t("c"), t("x"), &binding, t("en"), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_lift_own_freeze(security, t("a"), t("x"), t("x"), b("p"), no_text(), NULL));
  CHECK(last_field_is("out"));
  IS_NULL(account_security_drain(security, 1, t("en"), NULL));
  CHECK(last_field_is("out"));
}
