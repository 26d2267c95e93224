//! Answers as JSON, member by member.

use account_security::ffi::shell::{
    BatchAnswer, CauseLine, ClearAnswer, CodeAnswer, CodeSent, CodeSentAnswer, ContactAnswer, DeviceLine, FreezeLine,
    FreezePlaced, HistoryLine, LiftAnswer, Message, PasswordAnswer, PasswordReport, PaymentAnswer, PaymentOutcome,
    ProofAnswer, RecoveryCodes, RegisteredContacts, ReleaseAnswer, ReportAnswer, ResetStarted, RotationAnswer,
    RotationFault, RuleState, SecondFactorOffers, SettleAnswer, ShellError, SignInAnswer, SignUpAnswer, SoftCode,
    SoftToken, StepUpAnswer, TotpAnswer, TotpEnrolment, TotpResyncAnswer, VerdictAnswer,
};
use serde_json::{Value, json};

fn kind(name: &str) -> Value {
    json!({ "kind": name })
}

pub fn error(error: &ShellError) -> Value {
    let (kind, field, reason) = match error {
        ShellError::Invalid { field, .. } => ("invalid", Value::from(field.as_str()), Value::Null),
        ShellError::Denied { reason, .. } => ("denied", Value::Null, Value::from(reason.as_str())),
        ShellError::Internal => ("internal", Value::Null, Value::Null),
    };
    json!({ "error": { "code": error.code(), "field": field, "kind": kind, "reason": reason } })
}

pub fn report(report: &PasswordReport) -> Value {
    let rules: Vec<Value> = report
        .rules
        .iter()
        .map(|rule| {
            let state = match rule.state {
                RuleState::Satisfied => "satisfied",
                RuleState::Unsatisfied => "unsatisfied",
                RuleState::NotChecked => "not_checked",
            };
            json!({
                "name": rule.name, "code": rule.code, "state": kind(state), "have": rule.have, "need": rule.need,
                "text": rule.text,
            })
        })
        .collect();
    json!({
        "accept": report.accept, "score": report.score, "guesses_log10_centi": report.guesses_log10_centi,
        "rules": rules, "advice": report.advice,
    })
}

pub fn sent(sent: &CodeSent) -> Value {
    json!({
        "challenge": sent.challenge, "destination_masked": sent.destination_masked,
        "expires_at_ms": sent.expires_at_ms, "resend_at_ms": sent.resend_at_ms,
    })
}

pub fn code_sent(answer: &CodeSentAnswer) -> Value {
    match answer {
        CodeSentAnswer::Sent { sent: code } => json!({ "kind": "sent", "sent": sent(code) }),
        CodeSentAnswer::Refused { why, text, retry_at_ms } => {
            json!({ "kind": "refused", "why": why, "text": text, "retry_at_ms": retry_at_ms })
        }
    }
}

pub fn sign_up(answer: &SignUpAnswer) -> Value {
    match answer {
        SignUpAnswer::Created { sent: code } => json!({ "kind": "created", "sent": sent(code) }),
        SignUpAnswer::Unfit { report: found } => json!({ "kind": "unfit", "report": report(found) }),
        SignUpAnswer::AlreadyExists => kind("already_exists"),
        SignUpAnswer::NotSent { why, text, retry_at_ms } => {
            json!({ "kind": "not_sent", "why": why, "text": text, "retry_at_ms": retry_at_ms })
        }
    }
}

fn offers(offers: &SecondFactorOffers) -> Value {
    json!({
        "totp": offers.totp, "recovery": offers.recovery, "phone_masked": offers.phone_masked,
        "email_masked": offers.email_masked,
    })
}

pub fn sign_in(answer: &SignInAnswer) -> Value {
    match answer {
        SignInAnswer::SignedIn { change_password_soon, review_due, device_token } => json!({
            "kind": "signed_in", "change_password_soon": change_password_soon, "review_due": review_due,
            "device_token": device_token,
        }),
        SignInAnswer::SecondFactor { ticket, offers: offered } => {
            json!({ "kind": "second_factor", "ticket": ticket, "offers": offers(offered) })
        }
        SignInAnswer::ChangePassword { ticket } => json!({ "kind": "change_password", "ticket": ticket }),
        SignInAnswer::Frozen => kind("frozen"),
        SignInAnswer::Refused { retry_at_ms } => json!({ "kind": "refused", "retry_at_ms": retry_at_ms }),
    }
}

pub fn step_up(answer: &StepUpAnswer) -> Value {
    match answer {
        StepUpAnswer::Opened { ticket, offers: offered } => {
            json!({ "kind": "opened", "ticket": ticket, "offers": offers(offered) })
        }
        StepUpAnswer::NothingToProve => kind("nothing_to_prove"),
    }
}

pub fn proof(answer: &ProofAnswer) -> Value {
    match answer {
        ProofAnswer::Complete { ticket } => json!({ "kind": "complete", "ticket": ticket }),
        ProofAnswer::MoreNeeded { ticket, offers: offered } => {
            json!({ "kind": "more_needed", "ticket": ticket, "offers": offers(offered) })
        }
        ProofAnswer::Frozen => kind("frozen"),
        ProofAnswer::Refused { retry_at_ms } => json!({ "kind": "refused", "retry_at_ms": retry_at_ms }),
    }
}

pub fn password(answer: &PasswordAnswer) -> Value {
    match answer {
        PasswordAnswer::Changed { signed_in, review_due, device_token } => json!({
            "kind": "changed", "signed_in": signed_in, "review_due": review_due, "device_token": device_token,
        }),
        PasswordAnswer::Unfit { report: found } => json!({ "kind": "unfit", "report": report(found) }),
        PasswordAnswer::UsedBefore => kind("used_before"),
        PasswordAnswer::TooYoung { until_ms } => json!({ "kind": "too_young", "until_ms": until_ms }),
        PasswordAnswer::Refused { retry_at_ms } => json!({ "kind": "refused", "retry_at_ms": retry_at_ms }),
    }
}

pub fn reset(started: &ResetStarted) -> Value {
    json!({
        "challenge": started.challenge, "expires_at_ms": started.expires_at_ms, "resend_at_ms": started.resend_at_ms,
    })
}

pub fn recovery_codes(codes: &RecoveryCodes) -> Value {
    let text = codes.text();
    let mut members: serde_json::Map<String, Value> =
        text.lines().enumerate().map(|(index, code)| (format!("code_{}", index + 1), Value::from(code))).collect();
    members.insert("generation".to_owned(), Value::from(codes.generation()));
    Value::Object(members)
}

pub fn resync(answer: TotpResyncAnswer) -> Value {
    match answer {
        TotpResyncAnswer::Resynced { drift_steps } => json!({ "kind": "resynced", "drift_steps": drift_steps }),
        TotpResyncAnswer::DeviceClockOff { ahead_s } => json!({ "kind": "device_clock_off", "ahead_s": ahead_s }),
        TotpResyncAnswer::Rejected => kind("rejected"),
        TotpResyncAnswer::Blocked { until_ms } => json!({ "kind": "blocked", "until_ms": until_ms }),
        TotpResyncAnswer::NotEnrolled => kind("not_enrolled"),
    }
}

pub fn contact(answer: &ContactAnswer) -> Value {
    match answer {
        ContactAnswer::Begun { change, via, sent: code, expires_at_ms } => json!({
            "kind": "begun", "change": change, "via": via, "sent": sent(code), "expires_at_ms": expires_at_ms,
        }),
        ContactAnswer::Sent { sent: code } => json!({ "kind": "sent", "sent": sent(code) }),
        ContactAnswer::Agreed { sent: code, expires_at_ms } => json!({
            "kind": "agreed", "sent": code_sent(code), "expires_at_ms": expires_at_ms,
        }),
        ContactAnswer::CoolingOff { until_ms } => json!({ "kind": "cooling_off", "until_ms": until_ms }),
        ContactAnswer::InForce { via } => json!({ "kind": "in_force", "via": via }),
        ContactAnswer::CalledOff { via, is_suspicious } => {
            json!({ "kind": "called_off", "via": via, "is_suspicious": is_suspicious })
        }
        ContactAnswer::WithSupport { change, until_ms } => {
            json!({ "kind": "with_support", "change": change, "until_ms": until_ms })
        }
        ContactAnswer::Refused { code: number, what, text, why, typed, retry_at_ms } => json!({
            "kind": "refused", "code": number, "what": what, "text": text, "why": why, "typed": typed.map(code),
            "retry_at_ms": retry_at_ms,
        }),
    }
}

pub fn registered(contacts: &RegisteredContacts) -> Value {
    json!({
        "phone_masked": contacts.phone_masked, "email_masked": contacts.email_masked,
        "review_due_since_ms": contacts.review_due_since_ms,
        "change": contacts.change.as_ref().map(|change| json!({
            "change": change.change, "via": change.via, "new_masked": change.new_masked, "is_lost": change.is_lost,
            "step": change.step, "until_ms": change.until_ms,
        })),
    })
}

pub fn code_named(name: &str) -> CodeAnswer {
    match name {
        "accepted" => CodeAnswer::Accepted,
        "rejected" => CodeAnswer::Rejected,
        "use_newest" => CodeAnswer::UseNewest,
        "request_new" => CodeAnswer::RequestNew,
        "try_later" => CodeAnswer::TryLater,
        other => panic!("no answer {other}"),
    }
}

pub fn code(answer: CodeAnswer) -> Value {
    kind(match answer {
        CodeAnswer::Accepted => "accepted",
        CodeAnswer::Rejected => "rejected",
        CodeAnswer::UseNewest => "use_newest",
        CodeAnswer::RequestNew => "request_new",
        CodeAnswer::TryLater => "try_later",
    })
}

pub fn totp(answer: TotpAnswer) -> Value {
    match answer {
        TotpAnswer::Accepted => kind("accepted"),
        TotpAnswer::Rejected => kind("rejected"),
        TotpAnswer::Blocked { until_ms } => json!({ "kind": "blocked", "until_ms": until_ms }),
        TotpAnswer::NotEnrolled => kind("not_enrolled"),
    }
}

pub fn enrolment(enrolment: &TotpEnrolment) -> Value {
    let modules = enrolment.qr_modules().unwrap();
    let size = (1..=200).find(|size| size * size == modules.len()).unwrap();
    let dark = modules.iter().filter(|module| **module == 1).count();
    json!({
        "credential": enrolment.credential(), "expires_at_ms": enrolment.expires_at_ms(),
        "uri": enrolment.uri().as_str(), "qr_size": size, "qr_dark": dark,
    })
}

pub fn soft_code(token: &SoftToken, code: &SoftCode) -> Value {
    json!({
        "account": token.account(), "issuer": token.issuer(), "warnings": token.warnings(), "digits": code.digits,
        "remaining_ms": code.remaining_ms,
    })
}

pub fn payment(answer: &PaymentAnswer) -> Value {
    let outcome = match answer.outcome {
        PaymentOutcome::Allow => "allow",
        PaymentOutcome::StepUp => "step_up",
        PaymentOutcome::Hold => "hold",
        PaymentOutcome::FreezeRecommended => "freeze_recommended",
        PaymentOutcome::Frozen => "frozen",
        PaymentOutcome::Conflict => "conflict",
    };
    let reasons: Vec<Value> = answer
        .reasons
        .iter()
        .map(|reason| {
            json!({
                "name": reason.name, "code": reason.code, "points_millibans": reason.points_millibans,
                "observed": reason.observed, "threshold": reason.threshold, "window_ms": reason.window_ms,
                "shadow": reason.shadow,
            })
        })
        .collect();
    json!({
        "outcome": kind(outcome), "score_millibans": answer.score_millibans, "reasons": reasons,
    })
}

pub fn batch(batch: &BatchAnswer) -> Value {
    let stopped = batch.stopped.as_ref().map(|stop| {
        json!({ "code": stop.code, "reason": stop.reason, "what": stop.what, "is_transient": stop.is_transient })
    });
    json!({ "answers": batch.answers.iter().map(payment).collect::<Vec<_>>(), "stopped": stopped })
}

pub fn settle(answer: &SettleAnswer) -> Value {
    match answer {
        SettleAnswer::Finish => kind("finish"),
        SettleAnswer::Hold { freeze, causes } => {
            json!({ "kind": "hold", "freeze": freeze, "causes": causes.iter().map(cause).collect::<Vec<_>>() })
        }
        SettleAnswer::Unknown => kind("unknown"),
    }
}

pub fn released(answer: ReleaseAnswer) -> Value {
    kind(match answer {
        ReleaseAnswer::Released => "released",
        ReleaseAnswer::UnknownPayment => "unknown_payment",
        ReleaseAnswer::Conflict => "conflict",
        ReleaseAnswer::NeedsReview => "needs_review",
        ReleaseAnswer::Frozen => "frozen",
        ReleaseAnswer::Fraud => "fraud",
    })
}

pub fn cleared(answer: ClearAnswer) -> Value {
    kind(match answer {
        ClearAnswer::Cleared => "cleared",
        ClearAnswer::NothingToClear => "nothing_to_clear",
        ClearAnswer::IdentityNotProven => "identity_not_proven",
    })
}

pub fn report_taken(answer: &ReportAnswer) -> Value {
    match answer {
        ReportAnswer::Taken { id, already } => json!({ "kind": "taken", "id": id, "already": already }),
        ReportAnswer::Closed => kind("closed"),
        ReportAnswer::Refused { code, what } => json!({ "kind": "refused", "code": code, "what": what }),
    }
}

pub fn rotation(page: &RotationAnswer) -> Value {
    let fault = |fault: &RotationFault| json!({ "key": fault.key, "code": fault.code, "what": fault.what });
    json!({
        "looked_at": page.looked_at, "resealed": page.resealed, "keys_needed": page.keys_needed, "last": page.last,
        "faults": page.faults.iter().map(fault).collect::<Vec<_>>(),
    })
}

pub fn freeze(line: &FreezeLine) -> Value {
    json!({
        "id": line.id, "scopes": line.scopes, "reason": line.reason, "authority": line.authority, "from_ms": line.from_ms,
        "until_ms": line.until_ms, "state": line.state, "lift": line.lift, "lift_dies_at_ms": line.lift_dies_at_ms,
        "is_told": line.is_told, "text": line.text, "actor": line.actor, "case_ref": line.case_ref,
    })
}

pub fn device(line: &DeviceLine) -> Value {
    json!({
        "device": line.device, "label": line.label, "added_at_ms": line.added_at_ms, "seen_at_ms": line.seen_at_ms,
        "is_this": line.is_this,
    })
}

pub fn cause(cause: &CauseLine) -> Value {
    json!({ "text": cause.text, "retryable": cause.retryable, "retry_at_ms": cause.retry_at_ms })
}

pub fn placed(placed: &FreezePlaced) -> Value {
    json!({ "id": placed.id, "already": placed.already })
}

pub fn lift(answer: &LiftAnswer) -> Value {
    match answer {
        LiftAnswer::Lifted { still_closed } => json!({ "kind": "lifted", "still_closed": still_closed }),
        LiftAnswer::Requested { dies_at_ms } => json!({ "kind": "requested", "dies_at_ms": dies_at_ms }),
        LiftAnswer::NotProven { retry_at_ms } => json!({ "kind": "not_proven", "retry_at_ms": retry_at_ms }),
        LiftAnswer::Refused { code, what, text, retry_at_ms } => {
            json!({ "kind": "refused", "code": code, "what": what, "text": text, "retry_at_ms": retry_at_ms })
        }
    }
}

pub fn history(line: &HistoryLine) -> Value {
    json!({
        "seq": line.seq, "at_ms": line.at_ms, "number": line.number, "name": line.name, "freeze": line.freeze,
        "change": line.change, "credential": line.credential, "device": line.device, "report": line.report,
    })
}

pub fn verdict(answer: &VerdictAnswer) -> Value {
    match answer {
        VerdictAnswer::Intact { events } => json!({ "kind": "intact", "events": events }),
        VerdictAnswer::Altered { seq } => json!({ "kind": "altered", "seq": seq }),
        VerdictAnswer::Truncated { have, want } => json!({ "kind": "truncated", "have": have, "want": want }),
        VerdictAnswer::CannotTell { why } => json!({ "kind": "cannot_tell", "why": why }),
    }
}

pub fn message(message: &Message) -> Value {
    json!({
        "id": message.id, "what": message.what, "to": message.to, "subject": message.subject, "text": message.text,
        "details": message.details, "expires_at_ms": message.expires_at_ms, "is_code": message.is_code,
    })
}
