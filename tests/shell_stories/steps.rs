//! One story, step by step.

use std::collections::BTreeMap;
use std::sync::Arc;

use account_security::ffi::shell::{
    FixedClock, FreezeInput, IdentityInput, KeyMaterial, Options, PaymentBinding, PaymentInput, PaymentQuestion, Proof,
    ReportInput, Security, ShellError, SoftToken, evaluate_password,
};
use serde_json::{Value, json};

use crate::place::Place;
use crate::{answers, canonical};

/// Plays a story; the transcript.
pub fn play(story: &Value) -> String {
    let mut teller = Teller::of(story);
    let mut transcript = String::new();
    for step in story["steps"].as_array().unwrap() {
        let answer = teller.step(step);
        canonical::write(&answer, &mut transcript);
        transcript.push('\n');
    }
    transcript
}

struct Teller {
    security: Security,
    clock: Arc<FixedClock>,
    now_ms: i64,
    saved: BTreeMap<String, String>,
}

impl Teller {
    fn of(story: &Value) -> Self {
        let (seed, now_ms) = (story["seed"].as_u64().unwrap(), story["start_ms"].as_i64().unwrap());
        let keys = KeyMaterial::new(&[0xa7; 32], 1, &[1; 32]).unwrap();
        let clock = Arc::new(FixedClock::at(now_ms));
        let security = match story["store"].as_str().unwrap() {
            "memory" => Security::dangerous_seeded_in_memory(&keys, clock.clone(), seed),
            "foreign" => Security::dangerous_seeded_in_foreign(Place::default(), &keys, clock.clone(), seed),
            other => panic!("no store {other}"),
        };
        Self { security: security.unwrap(), clock, now_ms, saved: BTreeMap::new() }
    }

    fn step(&mut self, step: &Value) -> Value {
        self.now_ms += step["after_ms"].as_i64().unwrap_or(0);
        self.clock.set(self.now_ms);
        let answer = self.ask(&self.filled(step)).unwrap_or_else(|error| answers::error(&error));
        for (name, path) in step["save"].as_object().into_iter().flatten() {
            let found = path.as_str().unwrap().split('.').fold(&answer, |value, member| &value[member]);
            let text = found.as_str().unwrap_or_else(|| panic!("nothing to save at {path} of {answer}"));
            self.saved.insert(name.clone(), text.to_owned());
        }
        answer
    }

    /// The step with saved texts and the time in the places of their names.
    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text == "$now" => json!(self.now_ms),
            Value::String(text) => match text.strip_prefix('$') {
                Some(name) => json!(self.saved.get(name).unwrap_or_else(|| panic!("nothing saved as {name}"))),
                None => value.clone(),
            },
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(members) => {
                let filled = members.iter().map(|(name, member)| match name.as_str() {
                    "save" => (name.clone(), Value::Null),
                    _ => (name.clone(), self.filled(member)),
                });
                Value::Object(filled.collect())
            }
            other => other.clone(),
        }
    }

    fn ask(&mut self, step: &Value) -> Result<Value, ShellError> {
        let security = &self.security;
        let text = |name: &str| step[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {step}"));
        let bytes = |name: &str| text(name).as_bytes();
        let perhaps = |name: &str| step[name].as_str();
        let locale = perhaps("locale").unwrap_or("en");
        Ok(match text("do") {
            "evaluate_password" => {
                let words = step["words"].as_array().map(|_| texts(&step["words"]));
                let report = evaluate_password(text("policy"), bytes("typed"), words.as_deref(), text("locale"))?;
                answers::report(&report)
            }
            "sign_up" => answers::sign_up(&security.sign_up(
                text("account"),
                bytes("password"),
                &texts(&step["words"]),
                text("contact"),
                text("locale"),
            )?),
            "confirm_contact" => answers::code(security.confirm_contact(
                text("account"),
                text("via"),
                text("challenge"),
                bytes("code"),
            )?),
            "sign_in" => {
                answers::sign_in(&security.sign_in(text("account"), bytes("password"), perhaps("device_token"))?)
            }
            "configure" => {
                security.configure(&options(&step["options"]))?;
                json!({})
            }
            "send_confirmation" => {
                answers::code_sent(&security.send_confirmation(text("account"), text("via"), text("locale"))?)
            }
            "send_proof_code" => answers::code_sent(&security.send_proof_code(
                text("account"),
                text("errand"),
                text("ticket"),
                text("via"),
                text("locale"),
            )?),
            "prove_sign_in" => answers::sign_in(&security.prove_sign_in(
                text("account"),
                text("ticket"),
                proof(step)?,
                perhaps("remember"),
            )?),
            "begin_step_up" => answers::step_up(&security.begin_step_up(text("account"))?),
            "prove_step_up" => {
                answers::proof(&security.prove_step_up(text("account"), text("ticket"), proof(step)?)?)
            }
            "change_password" => answers::password(&security.change_password(
                text("account"),
                bytes("current"),
                bytes("new"),
                &texts(&step["words"]),
                perhaps("device_token"),
                text("locale"),
            )?),
            "set_password_at_sign_in" => answers::password(&security.set_password_at_sign_in(
                text("account"),
                text("ticket"),
                bytes("new"),
                &texts(&step["words"]),
                perhaps("remember"),
                text("locale"),
            )?),
            "begin_reset" => answers::reset(&security.begin_reset(text("account"), text("via"), text("locale"))?),
            "verify_reset" => {
                answers::proof(&security.verify_reset(text("account"), text("challenge"), bytes("code"))?)
            }
            "prove_reset" => answers::proof(&security.prove_reset(text("account"), text("ticket"), proof(step)?)?),
            "finish_reset" => answers::password(&security.finish_reset(
                text("account"),
                text("ticket"),
                bytes("new"),
                &texts(&step["words"]),
                text("locale"),
            )?),
            "generate_recovery_codes" => {
                let drawn = security.generate_recovery_codes(text("account"), perhaps("ticket"))?;
                answers::recovery_codes(&drawn)
            }
            "resync_totp" => answers::resync(security.resync_totp(text("account"), bytes("first"), bytes("second"))?),
            "revoke_totp" => {
                json!({ "revoked": security.revoke_totp(text("account"), text("credential"), perhaps("ticket"))? })
            }
            "begin_contact_change" => answers::contact(&security.begin_contact_change(
                text("account"),
                text("new"),
                perhaps("ticket"),
                text("locale"),
            )?),
            "send_contact_code" => {
                answers::contact(&security.send_contact_code(text("account"), text("change"), text("locale"))?)
            }
            "prove_old_contact" => answers::contact(&security.prove_old_contact(
                text("account"),
                text("change"),
                bytes("code"),
                text("locale"),
            )?),
            "prove_new_contact" => {
                answers::contact(&security.prove_new_contact(text("account"), text("change"), bytes("code"), locale)?)
            }
            "finish_contact_change" => {
                answers::contact(&security.finish_contact_change(text("account"), text("change"), locale)?)
            }
            "cancel_contact_change" => {
                answers::contact(&security.cancel_contact_change(text("account"), text("change"), locale)?)
            }
            "cancel_contact_change_by_handle" => {
                answers::contact(&security.cancel_contact_change_by_handle(text("account"), text("handle"), locale)?)
            }
            "begin_lost_contact_change" => answers::contact(&security.begin_lost_contact_change(
                text("account"),
                text("new"),
                text("ticket"),
                text("locale"),
            )?),
            "record_identity_check" => answers::contact(&security.record_identity_check(
                text("account"),
                text("change"),
                &identity(&step["identity"]).unwrap(),
                text("actor"),
                text("as_authority"),
                perhaps("case_ref"),
                locale,
            )?),
            "approve_lost_contact" => answers::contact(&security.approve_lost_contact(
                text("account"),
                text("change"),
                text("actor"),
                text("as_authority"),
                locale,
            )?),
            "registered_contacts" => answers::registered(&security.registered_contacts(text("account"))?),
            "confirm_registered_contacts" => json!({ "confirmed": security.confirm_registered_contacts(
                text("account"),
                perhaps("phone_masked"),
                perhaps("email_masked"),
            )? }),
            "remind_review" => json!({ "reminded": security.remind_review(text("account"))? }),
            "refusal_text" => {
                let code = step["code"].as_u64().and_then(|code| u16::try_from(code).ok()).expect("a code");
                json!({ "text": security.refusal_text(code, text("locale"))? })
            }
            "code_text" => json!({ "text": security.code_text(answers::code_named(text("answer")), locale) }),
            "denial_text" => json!({ "text": security.denial_text(text("reason"), locale) }),
            "account_key" => json!({ "key": security.account_key(text("account"))? }),
            "enrol_totp" => answers::enrolment(&security.enrol_totp(
                text("account"),
                text("issuer"),
                text("account_name"),
                perhaps("ticket"),
            )?),
            "confirm_totp" => answers::totp(security.confirm_totp(text("account"), bytes("code"))?),
            "verify_totp" => answers::totp(security.verify_totp(text("account"), bytes("code"))?),
            "soft_token_code" => {
                let token = SoftToken::from_uri(bytes("uri"))?;
                answers::soft_code(&token, &token.code_at(self.now_ms)?)
            }
            "send_payment_code" => answers::code_sent(&security.send_payment_code(
                text("account"),
                text("contact"),
                &binding(&step["payment"]),
                text("locale"),
            )?),
            "verify_payment_code" => answers::code(security.verify_payment_code(
                text("account"),
                text("contact"),
                text("challenge"),
                &binding(&step["payment"]),
                bytes("code"),
            )?),
            "resend_payment_code" => answers::code_sent(&security.resend_payment_code(
                text("account"),
                text("contact"),
                text("challenge"),
                &binding(&step["payment"]),
                text("locale"),
            )?),
            "assess" => answers::payment(&security.assess(text("account"), &payment(&step["payment"]))?),
            "release_payment" => {
                let (actor, rank) = (step["actor"].as_str(), step["as_authority"].as_str());
                answers::released(security.release_payment(text("account"), &payment(&step["payment"]), actor, rank)?)
            }
            "assess_many" => {
                let payments: Vec<PaymentInput> = step["payments"].as_array().unwrap().iter().map(payment).collect();
                answers::batch(&security.assess_many(text("account"), &payments)?)
            }
            "label" => {
                security.label(text("account"), text("tx_id"), step["is_fraud"].as_bool().unwrap())?;
                json!({})
            }
            "diagnose" => {
                let causes = security.diagnose(text("account"), &question(step), locale)?;
                causes.iter().map(answers::cause).collect()
            }
            "freeze" => answers::placed(&security.freeze(text("account"), &freeze(&step["freeze"]))?),
            "freeze_now" => answers::placed(&security.freeze_now(text("account"))?),
            "lift_own_freeze" => answers::lift(&security.lift_own_freeze(
                text("account"),
                text("freeze"),
                text("ticket"),
                bytes("password"),
                perhaps("device_token"),
                locale,
            )?),
            "request_lift" => answers::lift(&security.request_lift(
                text("account"),
                text("freeze"),
                text("actor"),
                text("as_authority"),
                perhaps("release"),
                identity(&step["identity"]).as_ref(),
                locale,
            )?),
            "lift" => answers::lift(&security.lift(
                text("account"),
                text("freeze"),
                text("actor"),
                text("as_authority"),
                perhaps("release"),
                identity(&step["identity"]).as_ref(),
                locale,
            )?),
            "freezes" => security.freezes(text("account"), locale)?.iter().map(answers::freeze).collect(),
            "all_freezes" => security.all_freezes(text("account"), locale)?.iter().map(answers::freeze).collect(),
            "devices" => {
                let devices = security.devices(text("account"), perhaps("device_token"))?;
                devices.iter().map(answers::device).collect()
            }
            "forget_device" => json!({ "forgotten": security.forget_device(text("account"), text("device"))? }),
            "settle_pending" => answers::settle(&security.settle_pending(text("account"), text("tx_id"), locale)?),
            "clear_lockout" => answers::cleared(security.clear_lockout(
                text("account"),
                text("proof"),
                text("actor"),
                text("as_authority"),
                &identity(&step["identity"]).unwrap(),
            )?),
            "report_unauthorised" => {
                answers::report_taken(&security.report_unauthorised(text("account"), &report(&step["report"]))?)
            }
            "close_report" => answers::report_taken(&security.close_report(
                text("account"),
                text("report"),
                text("outcome"),
                text("actor"),
                text("as_authority"),
            )?),
            "tell_freezes_ended" => {
                let ended = security.tell_freezes_ended(text("account"))?;
                json!({ "count": ended.count, "next_end_ms": ended.next_end_ms })
            }
            "rotate_keys" => {
                let limit = u32::try_from(step["limit"].as_u64().unwrap()).unwrap();
                answers::rotation(&security.rotate_keys(perhaps("after"), limit)?)
            }
            "restriction" => json!(security.restriction(text("account"))?),
            "history" => {
                let (from_seq, limit) = (step["from_seq"].as_u64().unwrap(), step["limit"].as_u64().unwrap());
                let lines = security.history(text("account"), from_seq, u32::try_from(limit).unwrap())?;
                lines.iter().map(answers::history).collect()
            }
            "verify_account" => answers::verdict(&security.verify_account(text("account"))?),
            "receive" => {
                let limit = u32::try_from(step["limit"].as_u64().unwrap()).unwrap();
                return self.receive(limit, perhaps("locale").unwrap_or("en"));
            }
            other => panic!("no step {other}"),
        })
    }

    fn receive(&mut self, limit: u32, locale: &str) -> Result<Value, ShellError> {
        let messages = self.security.drain(limit, locale)?;
        let ids: Vec<String> = messages.iter().map(|message| message.id.clone()).collect();
        self.security.delivered(&ids)?;
        if let Some(last) = messages.iter().rfind(|message| message.is_code) {
            let mut runs = last.text.split(|character: char| !character.is_ascii_digit());
            let code = runs.rfind(|run| (6..=8).contains(&run.len())).expect("a code is 6 to 8 digits");
            self.saved.insert("code".to_owned(), code.to_owned());
        }
        let mut handles = messages.iter().flat_map(|message| {
            message.text.split(|character: char| !(character.is_ascii_uppercase() || character == '-'))
        });
        if let Some(handle) = handles.rfind(|run| is_handle(run)) {
            self.saved.insert("handle".to_owned(), handle.to_owned());
        }
        Ok(messages.iter().map(answers::message).collect())
    }
}

/// Letters in three groups of four, as a warning carries them.
fn is_handle(run: &str) -> bool {
    let groups: Vec<&str> = run.split('-').collect();
    groups.len() == 3 && groups.iter().all(|group| group.len() == 4)
}

fn proof(step: &Value) -> Result<Proof<'_>, ShellError> {
    let text = |name: &str| step[name].as_str();
    Proof::of_kind(text("proof").unwrap(), text("challenge"), text("code").unwrap().as_bytes())
}

fn options(value: &Value) -> Options {
    Options {
        sender: perhaps(&value["sender"]),
        password_policy: perhaps(&value["password_policy"]),
        lockout: perhaps(&value["lockout"]),
        second_factor: perhaps(&value["second_factor"]),
        risk_preset: perhaps(&value["risk_preset"]),
        risk_rules: perhaps(&value["risk_rules"]),
        support_hotline: perhaps(&value["support_hotline"]),
        support_chat: perhaps(&value["support_chat"]),
        support_email: perhaps(&value["support_email"]),
    }
}

fn identity(value: &Value) -> Option<IdentityInput> {
    value.as_object().map(|_| IdentityInput {
        method: owned(&value["method"]),
        is_owner: value["is_owner"].as_bool().unwrap(),
        evidence_sha256: owned(&value["evidence_sha256"]),
    })
}

fn texts(values: &Value) -> Vec<String> {
    values.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn owned(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text is missing")).to_owned()
}

fn perhaps(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn binding(value: &Value) -> PaymentBinding {
    PaymentBinding {
        amount_minor: value["amount_minor"].as_i64().unwrap(),
        currency: owned(&value["currency"]),
        payee_account: owned(&value["payee_account"]),
        payee_name: perhaps(&value["payee_name"]),
    }
}

fn payment(value: &Value) -> PaymentInput {
    PaymentInput {
        tx_id: owned(&value["tx_id"]),
        amount_minor: value["amount_minor"].as_i64().unwrap(),
        currency: owned(&value["currency"]),
        direction: owned(&value["direction"]),
        kind: owned(&value["kind"]),
        payee: perhaps(&value["payee"]),
        device: perhaps(&value["device"]),
        country: perhaps(&value["country"]),
        lat_e6: value["lat_e6"].as_i64().map(|number| i32::try_from(number).unwrap()),
        lon_e6: value["lon_e6"].as_i64().map(|number| i32::try_from(number).unwrap()),
        accuracy_m: value["accuracy_m"].as_u64().map(|number| u32::try_from(number).unwrap()),
        at_ms: value["at_ms"].as_i64().unwrap(),
        local_offset_min: i32::try_from(value["local_offset_min"].as_i64().unwrap()).unwrap(),
        malware: value["malware"].as_bool(),
        rooted: value["rooted"].as_bool(),
        compromised_credential: value["compromised_credential"].as_bool(),
        high_risk_payee_location: value["high_risk_payee_location"].as_bool(),
        deny_listed: value["deny_listed"].as_bool().unwrap_or(false),
        allow_listed: value["allow_listed"].as_bool().unwrap_or(false),
    }
}

fn question(step: &Value) -> PaymentQuestion {
    let is = |name: &str| step[name].as_bool().unwrap_or(false);
    PaymentQuestion {
        direction: owned(&step["direction"]),
        tx_id: perhaps(&step["tx_id"]),
        balance_too_low: is("balance_too_low"),
        recipient_unavailable: is("recipient_unavailable"),
        network_fault: is("network_fault"),
    }
}

fn report(value: &Value) -> ReportInput {
    ReportInput {
        kind: owned(&value["kind"]),
        actor: owned(&value["actor"]),
        reported_at_ms: value["reported_at_ms"].as_i64(),
        learned_at_ms: value["learned_at_ms"].as_i64(),
        tx_id: perhaps(&value["tx_id"]),
    }
}

fn freeze(value: &Value) -> FreezeInput {
    FreezeInput {
        scopes: texts(&value["scopes"]),
        reason: owned(&value["reason"]),
        authority: owned(&value["authority"]),
        actor: owned(&value["actor"]),
        case_ref: perhaps(&value["case_ref"]),
        until_ms: value["until_ms"].as_i64(),
    }
}
