/* The flows with several steps: NULL and wrong input for each of their functions, and nothing left in the out-parameters. */
#include <string.h>

#include "outs.h"

/* Every text and every typed secret that must be there is missed by its name. */
static void null_inputs(account_security *security) {
  const account_security_texts none = account_security_texts_of(NULL, 0);
  const account_security_bytes nothing = account_security_bytes_of(NULL, 0);
  account_security_identity identity = some_identity();
  account_security_payment_binding binding = some_binding();
  struct outs outs = full_outs();

  IS_NULL(account_security_configure(security, NULL));
  CHECK(last_field_is("options"));
#define MISSES(call, field) do { IS_NULL(call); CHECK(last_field_is(field)); } while (0)
  MISSES(account_security_send_confirmation(security, no_text(), t("phone"), t("en"), &outs.sent), "account");
  MISSES(account_security_send_confirmation(security, t("a"), no_text(), t("en"), &outs.sent), "via");
  MISSES(account_security_send_confirmation(security, t("a"), t("phone"), no_text(), &outs.sent), "locale");
  CHECK(outs.sent == NULL);
  MISSES(account_security_send_proof_code(security, no_text(), t("sign-in"), t("x"), t("phone"), t("en"), &outs.sent),
                                          "account");
  MISSES(account_security_send_proof_code(security, t("a"), no_text(), t("x"), t("phone"), t("en"), &outs.sent),
                                          "errand");
  MISSES(account_security_send_proof_code(security, t("a"), t("sign-in"), no_text(), t("phone"), t("en"), &outs.sent),
                                          "ticket");
  MISSES(account_security_send_proof_code(security, t("a"), t("sign-in"), t("x"), no_text(), t("en"), &outs.sent),
                                          "via");
  MISSES(account_security_send_proof_code(security, t("a"), t("sign-in"), t("x"), t("phone"), no_text(), &outs.sent),
                                          "locale");
  CHECK(outs.sent == NULL);
  MISSES(account_security_prove_sign_in(security, no_text(), t("x"), t("totp"), no_text(), b("123456"), no_text(),
                                        &outs.sign_in), "account");
  MISSES(account_security_prove_sign_in(security, t("a"), no_text(), t("totp"), no_text(), b("123456"), no_text(),
                                        &outs.sign_in), "ticket");
  MISSES(account_security_prove_sign_in(security, t("a"), t("x"), no_text(), no_text(), b("123456"), no_text(),
                                        &outs.sign_in), "proof");
  MISSES(account_security_prove_sign_in(security, t("a"), t("x"), t("totp"), no_text(), nothing, no_text(),
                                        &outs.sign_in), "code");
  CHECK(outs.sign_in == NULL);
  MISSES(account_security_begin_step_up(security, no_text(), &outs.step_up), "account");
  CHECK(outs.step_up == NULL);
  MISSES(account_security_prove_step_up(security, no_text(), t("x"), t("totp"), no_text(), b("123456"), &outs.proof),
                                        "account");
  MISSES(account_security_prove_step_up(security, t("a"), no_text(), t("totp"), no_text(), b("123456"), &outs.proof),
                                        "ticket");
  MISSES(account_security_prove_step_up(security, t("a"), t("x"), no_text(), no_text(), b("123456"), &outs.proof),
                                        "proof");
  MISSES(account_security_prove_step_up(security, t("a"), t("x"), t("totp"), no_text(), nothing, &outs.proof), "code");
  CHECK(outs.proof == NULL);
  MISSES(account_security_change_password(security, no_text(), b("p"), b("q"), none, no_text(), t("en"),
                                          &outs.password), "account");
  MISSES(account_security_change_password(security, t("a"), nothing, b("q"), none, no_text(), t("en"), &outs.password),
                                          "current");
  MISSES(account_security_change_password(security, t("a"), b("p"), nothing, none, no_text(), t("en"), &outs.password),
                                          "new");
  MISSES(account_security_change_password(security, t("a"), b("p"), b("q"), none, no_text(), no_text(),
                                          &outs.password), "locale");
  CHECK(outs.password == NULL);
  MISSES(account_security_set_password_at_sign_in(security, no_text(), t("x"), b("q"), none, no_text(), t("en"),
                                                  &outs.password), "account");
  MISSES(account_security_set_password_at_sign_in(security, t("a"), no_text(), b("q"), none, no_text(), t("en"),
                                                  &outs.password), "ticket");
  MISSES(account_security_set_password_at_sign_in(security, t("a"), t("x"), nothing, none, no_text(), t("en"),
                                                  &outs.password), "new");
  MISSES(account_security_set_password_at_sign_in(security, t("a"), t("x"), b("q"), none, no_text(), no_text(),
                                                  &outs.password), "locale");
  CHECK(outs.password == NULL);
  MISSES(account_security_begin_reset(security, no_text(), t("phone"), t("en"), &outs.started), "account");
  MISSES(account_security_begin_reset(security, t("a"), no_text(), t("en"), &outs.started), "via");
  MISSES(account_security_begin_reset(security, t("a"), t("phone"), no_text(), &outs.started), "locale");
  CHECK(outs.started == NULL);
  MISSES(account_security_verify_reset(security, no_text(), t("x"), b("123456"), &outs.proof), "account");
  MISSES(account_security_verify_reset(security, t("a"), no_text(), b("123456"), &outs.proof), "challenge");
  MISSES(account_security_verify_reset(security, t("a"), t("x"), nothing, &outs.proof), "code");
  CHECK(outs.proof == NULL);
  MISSES(account_security_prove_reset(security, no_text(), t("x"), t("totp"), no_text(), b("123456"), &outs.proof),
                                      "account");
  MISSES(account_security_prove_reset(security, t("a"), no_text(), t("totp"), no_text(), b("123456"), &outs.proof),
                                      "ticket");
  MISSES(account_security_prove_reset(security, t("a"), t("x"), no_text(), no_text(), b("123456"), &outs.proof),
                                      "proof");
  MISSES(account_security_prove_reset(security, t("a"), t("x"), t("totp"), no_text(), nothing, &outs.proof), "code");
  CHECK(outs.proof == NULL);
  MISSES(account_security_finish_reset(security, no_text(), t("x"), b("q"), none, t("en"), &outs.password), "account");
  MISSES(account_security_finish_reset(security, t("a"), no_text(), b("q"), none, t("en"), &outs.password), "ticket");
  MISSES(account_security_finish_reset(security, t("a"), t("x"), nothing, none, t("en"), &outs.password), "new");
  MISSES(account_security_finish_reset(security, t("a"), t("x"), b("q"), none, no_text(), &outs.password), "locale");
  CHECK(outs.password == NULL);
  MISSES(account_security_generate_recovery_codes(security, no_text(), no_text(), &outs.codes), "account");
  CHECK(outs.codes == NULL);
  MISSES(account_security_resync_totp(security, no_text(), b("123456"), b("123456"), &outs.resync), "account");
  MISSES(account_security_resync_totp(security, t("a"), nothing, b("123456"), &outs.resync), "first");
  MISSES(account_security_resync_totp(security, t("a"), b("123456"), nothing, &outs.resync), "second");
  CHECK(outs.resync == NULL);
  MISSES(account_security_revoke_totp(security, no_text(), t("x"), no_text(), &outs.number), "account");
  MISSES(account_security_revoke_totp(security, t("a"), no_text(), no_text(), &outs.number), "credential");
  MISSES(account_security_begin_contact_change(security, no_text(), t("c"), no_text(), t("en"), &outs.contact),
                                               "account");
  MISSES(account_security_begin_contact_change(security, t("a"), no_text(), no_text(), t("en"), &outs.contact), "new");
  MISSES(account_security_begin_contact_change(security, t("a"), t("c"), no_text(), no_text(), &outs.contact),
                                               "locale");
  CHECK(outs.contact == NULL);
  MISSES(account_security_send_contact_code(security, no_text(), t("x"), t("en"), &outs.contact), "account");
  MISSES(account_security_send_contact_code(security, t("a"), no_text(), t("en"), &outs.contact), "change");
  MISSES(account_security_send_contact_code(security, t("a"), t("x"), no_text(), &outs.contact), "locale");
  CHECK(outs.contact == NULL);
  MISSES(account_security_prove_old_contact(security, no_text(), t("x"), b("123456"), t("en"), &outs.contact),
                                            "account");
  MISSES(account_security_prove_old_contact(security, t("a"), no_text(), b("123456"), t("en"), &outs.contact),
                                            "change");
  MISSES(account_security_prove_old_contact(security, t("a"), t("x"), nothing, t("en"), &outs.contact), "code");
  MISSES(account_security_prove_old_contact(security, t("a"), t("x"), b("123456"), no_text(), &outs.contact), "locale");
  CHECK(outs.contact == NULL);
  MISSES(account_security_prove_new_contact(security, no_text(), t("x"), b("123456"), t("en"), &outs.contact),
                                            "account");
  MISSES(account_security_prove_new_contact(security, t("a"), no_text(), b("123456"), t("en"), &outs.contact),
                                            "change");
  MISSES(account_security_prove_new_contact(security, t("a"), t("x"), nothing, t("en"), &outs.contact), "code");
  CHECK(outs.contact == NULL);
  MISSES(account_security_finish_contact_change(security, no_text(), t("x"), t("en"), &outs.contact), "account");
  MISSES(account_security_finish_contact_change(security, t("a"), no_text(), t("en"), &outs.contact), "change");
  CHECK(outs.contact == NULL);
  MISSES(account_security_cancel_contact_change(security, no_text(), t("x"), t("en"), &outs.contact), "account");
  MISSES(account_security_cancel_contact_change(security, t("a"), no_text(), t("en"), &outs.contact), "change");
  CHECK(outs.contact == NULL);
  MISSES(account_security_cancel_contact_change_by_handle(security, no_text(), t("x"), t("en"), &outs.contact),
                                                          "account");
  MISSES(account_security_cancel_contact_change_by_handle(security, t("a"), no_text(), t("en"), &outs.contact),
                                                          "handle");
  CHECK(outs.contact == NULL);
  MISSES(account_security_begin_lost_contact_change(security, no_text(), t("c"), t("x"), t("en"), &outs.contact),
                                                    "account");
  MISSES(account_security_begin_lost_contact_change(security, t("a"), no_text(), t("x"), t("en"), &outs.contact),
                                                    "new");
  MISSES(account_security_begin_lost_contact_change(security, t("a"), t("c"), no_text(), t("en"), &outs.contact),
                                                    "ticket");
  MISSES(account_security_begin_lost_contact_change(security, t("a"), t("c"), t("x"), no_text(), &outs.contact),
                                                    "locale");
  CHECK(outs.contact == NULL);
  MISSES(account_security_record_identity_check(security, no_text(), t("x"), &identity, t("y"), t("agent"), no_text(),
                                                t("en"), &outs.contact), "account");
  MISSES(account_security_record_identity_check(security, t("a"), no_text(), &identity, t("y"), t("agent"), no_text(),
                                                t("en"), &outs.contact), "change");
  MISSES(account_security_record_identity_check(security, t("a"), t("x"), NULL, t("y"), t("agent"), no_text(),
                                                t("en"), &outs.contact), "identity");
  MISSES(account_security_record_identity_check(security, t("a"), t("x"), &identity, no_text(), t("agent"), no_text(),
                                                t("en"), &outs.contact), "actor");
  MISSES(account_security_record_identity_check(security, t("a"), t("x"), &identity, t("y"), no_text(), no_text(),
                                                t("en"), &outs.contact), "as_authority");
  CHECK(outs.contact == NULL);
  MISSES(account_security_approve_lost_contact(security, no_text(), t("x"), t("y"), t("agent"), t("en"), &outs.contact),
                                               "account");
  MISSES(account_security_approve_lost_contact(security, t("a"), no_text(), t("y"), t("agent"), t("en"), &outs.contact),
                                               "change");
  MISSES(account_security_approve_lost_contact(security, t("a"), t("x"), no_text(), t("agent"), t("en"), &outs.contact),
                                               "actor");
  MISSES(account_security_approve_lost_contact(security, t("a"), t("x"), t("y"), no_text(), t("en"), &outs.contact),
                                               "as_authority");
  CHECK(outs.contact == NULL);
  MISSES(account_security_registered_contacts(security, no_text(), &outs.registered), "account");
  CHECK(outs.registered == NULL);
  MISSES(account_security_confirm_registered_contacts(security, no_text(), no_text(), no_text(), &outs.number),
                                                      "account");
  MISSES(account_security_remind_review(security, no_text(), &outs.number), "account");
  MISSES(account_security_refusal_text(security, 502, no_text(), account_security_buffer_of(NULL, 0), &outs.size),
                                       "locale");
  MISSES(account_security_account_key(security, no_text(), account_security_buffer_of(NULL, 0), &outs.size), "account");
  MISSES(account_security_resend_payment_code(security, no_text(), t("c"), t("x"), &binding, t("en"), &outs.sent),
                                              "account");
  MISSES(account_security_resend_payment_code(security, t("a"), no_text(), t("x"), &binding, t("en"), &outs.sent),
                                              "contact");
  MISSES(account_security_resend_payment_code(security, t("a"), t("c"), no_text(), &binding, t("en"), &outs.sent),
                                              "challenge");
  MISSES(account_security_resend_payment_code(security, t("a"), t("c"), t("x"), NULL, t("en"), &outs.sent), "payment");
  MISSES(account_security_resend_payment_code(security, t("a"), t("c"), t("x"), &binding, no_text(), &outs.sent),
                                              "locale");
  CHECK(outs.sent == NULL);
  MISSES(account_security_lift_own_freeze(security, no_text(), t("x"), t("x"), b("p"), no_text(), t("en"), &outs.lift),
                                          "account");
  MISSES(account_security_lift_own_freeze(security, t("a"), no_text(), t("x"), b("p"), no_text(), t("en"), &outs.lift),
                                          "freeze");
  MISSES(account_security_lift_own_freeze(security, t("a"), t("x"), no_text(), b("p"), no_text(), t("en"), &outs.lift),
                                          "ticket");
  MISSES(account_security_lift_own_freeze(security, t("a"), t("x"), t("x"), nothing, no_text(), t("en"), &outs.lift),
                                          "password");
  CHECK(outs.lift == NULL);
  MISSES(account_security_prove_new_contact(security, t("a"), t("x"), b("123456"), no_text(), &outs.contact), "locale");
  MISSES(account_security_finish_contact_change(security, t("a"), t("x"), no_text(), &outs.contact), "locale");
  MISSES(account_security_cancel_contact_change(security, t("a"), t("x"), no_text(), &outs.contact), "locale");
  MISSES(account_security_cancel_contact_change_by_handle(security, t("a"), t("x"), no_text(), &outs.contact), "locale");
  MISSES(account_security_record_identity_check(security, t("a"), t("x"), &identity, t("y"), t("agent"), no_text(),
                                                no_text(), &outs.contact), "locale");
  MISSES(account_security_approve_lost_contact(security, t("a"), t("x"), t("y"), t("agent"), no_text(), &outs.contact),
                                               "locale");
  CHECK(outs.contact == NULL);
  MISSES(account_security_lift_own_freeze(security, t("a"), t("x"), t("x"), b("p"), no_text(), no_text(), &outs.lift),
                                          "locale");
  MISSES(account_security_request_lift(security, t("a"), t("x"), t("y"), t("agent"), no_text(), NULL, no_text(),
                                       &outs.lift), "locale");
  MISSES(account_security_lift(security, t("a"), t("x"), t("y"), t("agent"), no_text(), NULL, no_text(), &outs.lift),
                               "locale");
  MISSES(account_security_code_text(security, 1, no_text(), account_security_buffer_of(NULL, 0), &outs.size), "locale");
  MISSES(account_security_denial_text(security, no_text(), t("en"), account_security_buffer_of(NULL, 0), &outs.size),
                                      "reason");
  MISSES(account_security_denial_text(security, t("frozen"), no_text(), account_security_buffer_of(NULL, 0), &outs.size),
                                      "locale");
  MISSES(account_security_drain(security, 1, no_text(), &outs.messages), "locale");
  CHECK(outs.messages == NULL);
}

static void wrong_inputs(account_security *security) {
  const account_security_texts none = account_security_texts_of(NULL, 0);
  account_security_identity identity = some_identity();
  account_security_payment payment = some_payment("tx-signals");
  const account_security_payment_answer *judged;
  account_security_text id = t("0123456789abcdef0123456789abcdef");
  static const char long_password[8192];
  const account_security_bytes too_long = account_security_bytes_of(long_password, sizeof long_password);
  struct outs outs = full_outs();
#define REFUSES(call, field) do { IS_INVALID(call); CHECK(last_field_is(field)); } while (0)
  REFUSES(account_security_refusal_text(security, 999, t("en"), account_security_buffer_of(NULL, 0), &outs.size),
                                        "code");
  REFUSES(account_security_refusal_text(security, 605, t("en"), account_security_buffer_of(NULL, 0), &outs.size), "code");
  REFUSES(account_security_code_text(security, 0, t("en"), account_security_buffer_of(NULL, 0), &outs.size), "answer");
  REFUSES(account_security_code_text(security, 6, t("en"), account_security_buffer_of(NULL, 0), &outs.size), "answer");
  REFUSES(account_security_send_confirmation(security, t("a"), t("pigeon"), t("en"), &outs.sent), "via");
  REFUSES(account_security_send_proof_code(security, t("a"), t("holiday"), id, t("phone"), t("en"), &outs.sent),
                                           "errand");
  /* A kind that is none, a challenge too many, one too few, an id and codes that are none. */
  REFUSES(account_security_prove_step_up(security, t("a"), id, t("face"), no_text(), b("123456"), &outs.proof),
                                         "proof");
  REFUSES(account_security_prove_step_up(security, t("a"), id, t("totp"), id, b("123456"), &outs.proof), "challenge");
  REFUSES(account_security_prove_step_up(security, t("a"), id, t("code"), no_text(), b("123456"), &outs.proof),
                                         "challenge");
  REFUSES(account_security_prove_step_up(security, t("a"), t("short"), t("totp"), no_text(), b("123456"), &outs.proof),
                                         "ticket");
  REFUSES(account_security_prove_step_up(security, t("a"), id, t("totp"), no_text(), b("12345"), &outs.proof), "code");
  REFUSES(account_security_prove_reset(security, t("a"), id, t("recovery"), no_text(), b("?"), &outs.proof), "code");
  REFUSES(account_security_prove_sign_in(security, t("a"), id, t("code"), t("x"), b("123456"), no_text(),
                                         &outs.sign_in), "challenge");
  REFUSES(account_security_prove_sign_in(security, t("a"), id, t("totp"), no_text(), b("123456"), t(""),
                                         &outs.sign_in), "remember");
  REFUSES(account_security_change_password(security, t("a"), too_long, b("q"), none, no_text(), t("en"),
                                           &outs.password), "current");
  REFUSES(account_security_change_password(security, t("a"), b("p"), too_long, none, no_text(), t("en"),
                                           &outs.password), "new");
  REFUSES(account_security_set_password_at_sign_in(security, t("a"), t("x"), b("q"), none, no_text(), t("en"),
                                                   &outs.password), "ticket");
  REFUSES(account_security_begin_reset(security, t("a"), t("letter"), t("en"), &outs.started), "via");
  REFUSES(account_security_verify_reset(security, t("a"), t("x"), b("12345678"), &outs.proof), "challenge");
  REFUSES(account_security_finish_reset(security, t("a"), t("x"), b("q"), none, t("en"), &outs.password), "ticket");
  REFUSES(account_security_generate_recovery_codes(security, t("a"), t("x"), &outs.codes), "ticket");
  REFUSES(account_security_resync_totp(security, t("a"), b("12345"), b("123456"), &outs.resync), "first");
  REFUSES(account_security_revoke_totp(security, t("a"), t("x"), no_text(), &outs.number), "credential");
  REFUSES(account_security_begin_contact_change(security, t("a"), t("nowhere"), no_text(), t("en"), &outs.contact),
                                                "new");
  REFUSES(account_security_send_contact_code(security, t("a"), t("x"), t("en"), &outs.contact), "change");
  REFUSES(account_security_prove_old_contact(security, t("a"), id, b("?"), t("en"), &outs.contact), "code");
  REFUSES(account_security_prove_new_contact(security, t("a"), id, b("?"), t("en"), &outs.contact), "code");
  REFUSES(account_security_finish_contact_change(security, t("a"), t("x"), t("en"), &outs.contact), "change");
  REFUSES(account_security_cancel_contact_change(security, t("a"), t("x"), t("en"), &outs.contact), "change");
  REFUSES(account_security_cancel_contact_change_by_handle(security, t("a"), t("x"), t("en"), &outs.contact), "handle");
  REFUSES(account_security_begin_lost_contact_change(security, t("a"), t("+8613812345678"), t("x"), t("en"),
                                                     &outs.contact), "ticket");
  REFUSES(account_security_approve_lost_contact(security, t("a"), id, t("y"), t("king"), t("en"), &outs.contact),
                                                "as_authority");
  REFUSES(account_security_lift_own_freeze(security, t("a"), t("x"), id, b("p"), no_text(), t("en"), &outs.lift),
                                           "freeze");
  CHECK(outs.lift == NULL && outs.contact == NULL && outs.number == 0 && outs.codes == NULL && outs.password == NULL);

  identity.is_owner = 2;
  REFUSES(account_security_record_identity_check(security, t("a"), id, &identity, t("y"), t("agent"), no_text(),
                                                 t("en"), &outs.contact), "is_owner");
  identity.is_owner = 1;
  identity.method = t("a feeling");
  REFUSES(account_security_record_identity_check(security, t("a"), id, &identity, t("y"), t("agent"), no_text(),
                                                 t("en"), &outs.contact), "identity");
  identity = some_identity();
  identity.evidence_sha256 = t("beef");
  REFUSES(account_security_request_lift(security, t("a"), id, t("y"), t("agent"), no_text(), &identity, t("en"),
                                        &outs.lift),
                                        "identity");
  identity.struct_size = 8;
  CHECK_IS(account_security_lift(security, t("a"), id, t("y"), t("agent"), no_text(), &identity, t("en"), &outs.lift),
           ACCOUNT_SECURITY_WRONG_STRUCT);
  CHECK(outs.lift == NULL);

  payment.malware = 3;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "malware");
  payment.malware = ACCOUNT_SECURITY_NO;
  payment.rooted = -1;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "rooted");
  payment = some_payment("tx-reserved");
  payment.reserved = 1;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "reserved");
  payment = some_payment("tx-signals");
  payment.rooted = 0;
  payment.compromised_credential = 7;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "compromised_credential");
  payment.compromised_credential = ACCOUNT_SECURITY_NO;
  payment.high_risk_payee_location = INT32_MIN;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "high_risk_payee_location");
  payment.high_risk_payee_location = ACCOUNT_SECURITY_NO;
  payment.deny_listed = 2;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "deny_listed");
  payment.deny_listed = 0;
  payment.allow_listed = -1;
  REFUSES(account_security_assess(security, t("a"), &payment, &judged), "allow_listed");
  payment.allow_listed = 0;
  payment.malware = ACCOUNT_SECURITY_YES;
  CHECK_IS(account_security_assess(security, t("a"), &payment, &judged), ACCOUNT_SECURITY_OK);
  CHECK(judged->outcome != ACCOUNT_SECURITY_PAYMENT_ALLOW);
  account_security_payment_answer_free(&judged);
}

/* The same accounts through an object that knows from where it is asked; it outlives the first one. */
static void asked_from(account_security *security) {
  account_security *asked = NULL;
  const account_security_names *names = NULL;
  IS_NULL(account_security_asked_from(NULL, t("203.0.113.7"), &asked));
  IS_NULL(account_security_asked_from(security, t("203.0.113.7"), NULL));
  IS_NULL(account_security_asked_from(security, no_text(), &asked));
  CHECK(last_field_is("address"));
  IS_INVALID(account_security_asked_from(security, t("203.0.113"), &asked));
  CHECK(last_field_is("address") && asked == NULL);
  CHECK_IS(account_security_asked_from(security, t("2001:db8::7"), &asked), ACCOUNT_SECURITY_OK);
  account_security_free(&asked);
  CHECK_IS(account_security_asked_from(security, t("203.0.113.7"), &asked), ACCOUNT_SECURITY_OK);
  CHECK_IS(account_security_restriction(asked, t("alice"), &names), ACCOUNT_SECURITY_OK);
  account_security_names_free(&names);
  account_security_free(&asked);
  CHECK(asked == NULL);
}

static void frees(void) {
  struct outs outs;
  memset(&outs, 0, sizeof outs);
  account_security_step_up_answer_free(&outs.step_up);
  account_security_step_up_answer_free(NULL);
  account_security_proof_answer_free(&outs.proof);
  account_security_proof_answer_free(NULL);
  account_security_password_answer_free(&outs.password);
  account_security_password_answer_free(NULL);
  account_security_reset_started_free(&outs.started);
  account_security_reset_started_free(NULL);
  account_security_recovery_codes_free(&outs.codes);
  account_security_recovery_codes_free(NULL);
  account_security_totp_resync_answer_free(&outs.resync);
  account_security_totp_resync_answer_free(NULL);
  account_security_contact_answer_free(&outs.contact);
  account_security_contact_answer_free(NULL);
  account_security_registered_contacts_answer_free(&outs.registered);
  account_security_registered_contacts_answer_free(NULL);
}

void test_bad_input_of_flows(void) {
  account_security *security = some_security();
  test_null_handles_of_flows();
  test_null_outs_of_flows(security);
  null_inputs(security);
  wrong_inputs(security);
  asked_from(security);
  frees();
  account_security_free(&security);
}
