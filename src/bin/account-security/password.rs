//! `password check | hash | verify | calibrate`.

use account_security::password::{
    CostGoal, Engine, Evaluation, HashParams, Hasher, NoPepper, Password, PasswordPolicy, RuleOutcome, UserContext,
    Verified, VerifyCeiling, calibrate, evaluate,
};
use account_security::service::{Entropy, SystemEntropy};
use account_security::types::Locale;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

use crate::args::PasswordCommand;
use crate::exit::{Exit, Failure, Outcome};
use crate::secret_input;

/// Memory for one hash at the ceiling, in KiB.
const MEMORY_KIB: u32 = 256 * 1024;

/// Runs the command.
pub(crate) fn run(command: &PasswordCommand, json: bool) -> Outcome {
    match command {
        PasswordCommand::Check { preset, user_word } => check(preset, user_word, json),
        PasswordCommand::Hash => hash(json),
        PasswordCommand::Verify { phc } => verify(phc, json),
        PasswordCommand::Calibrate { target_ms, memory_mib } => {
            costs(&CostGoal { target_ms: *target_ms, memory_kib_max: memory_mib * 1_024 }, json)
        }
    }
}

fn check(preset: &str, user_words: &[String], json: bool) -> Outcome {
    let policy = PasswordPolicy::by_name(preset).ok_or_else(|| {
        Failure::usage("--preset: unknown; give card_default, nist_800_63b_4 or nist_800_63b_4_second_factor")
    })?;
    let words: Vec<&str> = user_words.iter().map(String::as_str).collect();
    let context = UserContext::new(&words).map_err(|error| Failure::usage(format!("--user-word: {error}")))?;
    let typed = secret_input::whole()?;
    let evaluation = evaluate(&policy, typed.expose(), &context);
    crate::print(&if json { check_json(&evaluation) } else { check_text(&evaluation) })?;
    Ok(if evaluation.accept { Exit::Ok } else { Exit::Denied })
}

fn check_json(evaluation: &Evaluation) -> String {
    let rule = |rule: &RuleOutcome| json!({ "code": rule.code.name(), "state": rule.state.name(), "have": rule.have, "need": rule.need });
    let answer = json!({
        "accept": evaluation.accept,
        "score": evaluation.score,
        "guesses_log10": f64::from(evaluation.guesses_log10_centi) / 100.0,
        "rules": evaluation.rules.iter().map(rule).collect::<Vec<_>>(),
        "pending": evaluation.pending().iter().map(|code| code.name()).collect::<Vec<_>>(),
        "feedback": evaluation.feedback.iter().map(|code| code.name()).collect::<Vec<_>>(),
    });
    format!("{answer}\n")
}

fn check_text(evaluation: &Evaluation) -> String {
    let verdict = if evaluation.accept { "acceptable" } else { "not acceptable" };
    let mut text = format!("{verdict}, strength {} of 4\n", evaluation.score);
    for rule in &evaluation.rules {
        text.push_str(&format!("  {:<12} {}\n", rule.state.name(), rule.text(Locale::En)));
    }
    for advice in &evaluation.feedback {
        text.push_str(&format!("  {}\n", advice.text(Locale::En)));
    }
    text
}

fn hash(json: bool) -> Outcome {
    let password = typed_password()?;
    if password.expose().is_empty() {
        return Err(Failure::usage("standard input is empty; give the password there"));
    }
    let seed = SystemEntropy.seed().ok_or_else(|| Failure::fault("the system has no randomness to offer"))?;
    let phc = hasher()?.hash(&password, &NoPepper, &mut StdRng::from_seed(seed)).map_err(Failure::fault)?;
    let phc = phc.to_text();
    crate::print(&if json { format!("{}\n", json!({ "phc": phc })) } else { format!("{phc}\n") })?;
    Ok(Exit::Ok)
}

fn verify(phc: &str, json: bool) -> Outcome {
    let hasher = hasher()?;
    let stored = hasher.parse(phc).map_err(|error| Failure::fault(format!("--phc refused: {error}")))?;
    let password = typed_password()?;
    let verified = hasher.verify(Some(&stored), &password, &NoPepper).map_err(Failure::fault)?;
    let (matches, rehash) = match verified {
        Verified::Match { rehash } => (true, rehash.is_some()),
        Verified::Mismatch => (false, false),
    };
    crate::print(&match (json, matches, rehash) {
        (true, ..) => format!("{}\n", json!({ "match": matches, "rehash": rehash })),
        (false, true, false) => "match\n".to_owned(),
        (false, true, true) => "match; weaker than the current settings, hash it again\n".to_owned(),
        (false, false, _) => "mismatch\n".to_owned(),
    })?;
    Ok(if matches { Exit::Ok } else { Exit::Denied })
}

fn costs(goal: &CostGoal, json: bool) -> Outcome {
    #[expect(clippy::disallowed_methods, reason = "how long a hash takes here is the question")]
    let start = std::time::Instant::now();
    let found = calibrate(goal, Engine::default(), &mut || start.elapsed()).map_err(Failure::fault)?;
    let (params, took_ms) = (found.params, found.took.as_millis());
    crate::print(&if json {
        let answer = json!({
            "m_kib": params.m_kib(), "t": params.t(), "p": params.p(), "took_ms": u64::try_from(took_ms).unwrap_or(u64::MAX),
            "target_ms": goal.target_ms, "is_within_target": found.is_within_target,
        });
        format!("{answer}\n")
    } else {
        let verdict = if found.is_within_target {
            ""
        } else {
            "these are the least allowed costs, and they take longer than asked for; allow more time\n"
        };
        format!("m_kib={} t={} p={}, {took_ms} ms per hash\n{verdict}", params.m_kib(), params.t(), params.p())
    })?;
    Ok(if found.is_within_target { Exit::Ok } else { Exit::Denied })
}

fn typed_password() -> Result<Password, Failure> {
    let typed = secret_input::whole()?;
    Password::parse(typed.expose()).map_err(Failure::fault)
}

fn hasher() -> Result<Hasher, Failure> {
    Hasher::new(HashParams::owasp_19m(), VerifyCeiling::default(), MEMORY_KIB).map_err(Failure::fault)
}
