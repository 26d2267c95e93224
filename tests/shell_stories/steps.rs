//! One story, step by step.

use std::collections::BTreeMap;
use std::sync::Arc;

use account_security::ffi::shell::{
    FixedClock, FreezeInput, KeyMaterial, PaymentBinding, PaymentInput, Security, ShellError, SoftToken,
    evaluate_password,
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
            "send_sign_in_code" => answers::code_sent(&security.send_sign_in_code(
                text("account"),
                text("ticket"),
                text("via"),
                text("locale"),
            )?),
            "prove_sign_in_by_code" => answers::sign_in(&security.prove_sign_in_by_code(
                text("account"),
                text("ticket"),
                text("challenge"),
                bytes("code"),
                perhaps("remember"),
            )?),
            "prove_sign_in_by_totp" => answers::sign_in(&security.prove_sign_in_by_totp(
                text("account"),
                text("ticket"),
                bytes("code"),
                perhaps("remember"),
            )?),
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
            "assess" => answers::payment(&security.assess(text("account"), &payment(&step["payment"]))?),
            "assess_many" => {
                let payments: Vec<PaymentInput> = step["payments"].as_array().unwrap().iter().map(payment).collect();
                security.assess_many(text("account"), &payments)?.iter().map(answers::payment).collect()
            }
            "label" => {
                security.label(text("account"), text("tx_id"), step["is_fraud"].as_bool().unwrap())?;
                json!({})
            }
            "diagnose" => {
                let causes = security.diagnose(text("account"), text("direction"), text("locale"))?;
                causes.iter().map(answers::cause).collect()
            }
            "freeze" => answers::placed(&security.freeze(text("account"), &freeze(&step["freeze"]))?),
            "freeze_now" => answers::placed(&security.freeze_now(text("account"))?),
            "request_lift" => answers::lift(&security.request_lift(
                text("account"),
                text("freeze"),
                text("actor"),
                text("as_authority"),
                perhaps("release"),
            )?),
            "lift" => answers::lift(&security.lift(
                text("account"),
                text("freeze"),
                text("actor"),
                text("as_authority"),
                perhaps("release"),
            )?),
            "restriction" => json!(security.restriction(text("account"))?),
            "history" => {
                let (from_seq, limit) = (step["from_seq"].as_u64().unwrap(), step["limit"].as_u64().unwrap());
                let lines = security.history(text("account"), from_seq, u32::try_from(limit).unwrap())?;
                lines.iter().map(answers::history).collect()
            }
            "verify_account" => answers::verdict(&security.verify_account(text("account"))?),
            "receive" => return self.receive(u32::try_from(step["limit"].as_u64().unwrap()).unwrap()),
            other => panic!("no step {other}"),
        })
    }

    fn receive(&mut self, limit: u32) -> Result<Value, ShellError> {
        let messages = self.security.drain(limit)?;
        let ids: Vec<String> = messages.iter().map(|message| message.id.clone()).collect();
        self.security.delivered(&ids)?;
        if let Some(last) = messages.iter().rfind(|message| message.is_code) {
            let mut runs = last.text.split(|character: char| !character.is_ascii_digit());
            let code = runs.rfind(|run| (6..=8).contains(&run.len())).expect("a code is 6 to 8 digits");
            self.saved.insert("code".to_owned(), code.to_owned());
        }
        Ok(messages.iter().map(answers::message).collect())
    }
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
        at_ms: value["at_ms"].as_i64().unwrap(),
        local_offset_min: i32::try_from(value["local_offset_min"].as_i64().unwrap()).unwrap(),
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
