//! `password check | explain | suggest | hash | verify | calibrate`.

use std::path::Path;

use account_security::password::{
    Conflict, CostGoal, Engine, Evaluation, HashParams, Hasher, NoPepper, Password, PasswordPolicy, PolicyNumbers,
    Preset, RuleOutcome, UserContext, Verified, VerifyCeiling, calibrate, evaluate, generate_password, generate_phrase,
};
use account_security::service::{Entropy, SystemEntropy};
use account_security::types::Locale;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

use crate::args::{PasswordCommand, PolicyArgs};
use crate::breach;
use crate::exit::{Exit, Failure, Outcome};
use crate::secret_input;

/// Memory for one hash at the ceiling, in KiB.
const MEMORY_KIB: u32 = 256 * 1024;

/// Runs the command.
pub(crate) fn run(command: &PasswordCommand, json: bool) -> Outcome {
    match command {
        PasswordCommand::Check { policy, breached } => check(policy, breached.as_deref(), json),
        PasswordCommand::Explain { preset, locale } => explain(preset, locale, json),
        PasswordCommand::Suggest { policy, words, length } => suggest(policy, *words, *length, json),
        PasswordCommand::Hash => hash(json),
        PasswordCommand::Verify { phc } => verify(phc, json),
        PasswordCommand::Calibrate { target_ms, memory_mib } => {
            costs(&CostGoal { target_ms: *target_ms, memory_kib_max: memory_mib * 1_024 }, json)
        }
    }
}

fn check(args: &PolicyArgs, breached: Option<&Path>, json: bool) -> Outcome {
    let mut policy = preset(&args.preset)?.policy();
    let filter = breached.map(|file| breach::open(file).map(|filter| (file, filter))).transpose()?;
    if filter.is_some() {
        let numbers = PolicyNumbers { breached: true, ..*policy.numbers() };
        policy = PasswordPolicy::new(numbers).map_err(Failure::fault)?;
    }
    let words: Vec<&str> = args.user_word.iter().map(String::as_str).collect();
    let context = context(&words)?;
    let typed = secret_input::whole()?;
    let mut evaluation = evaluate(&policy, typed.expose(), &context);
    // What is too long to be a password is refused already and is not on any list.
    if let (Some((file, filter)), Ok(password)) = (&filter, Password::parse(typed.expose())) {
        evaluation = evaluation.with_breach(filter.check(&password).map_err(|fault| breach::told(file, &fault))?);
    }
    crate::print(&if json { check_json(&evaluation) } else { check_text(&evaluation) })?;
    Ok(if evaluation.accept { Exit::Ok } else { Exit::Denied })
}

fn preset(name: &str) -> Result<Preset, Failure> {
    let names = || Preset::ALL.map(Preset::name).join(", ");
    Preset::by_name(name).ok_or_else(|| Failure::usage(format!("--preset: unknown; give one of {}", names())))
}

fn context<'a>(words: &'a [&'a str]) -> Result<UserContext<'a>, Failure> {
    UserContext::new(words).map_err(|error| Failure::usage(format!("--user-word: {error}")))
}

fn explain(name: &str, locale: &str, json: bool) -> Outcome {
    let preset = preset(name)?;
    let locale = Locale::from_bcp47(locale);
    let conflict =
        |it: Conflict| json!({ "standard": it.standard.name(locale), "clause": it.clause, "text": it.text(locale) });
    let text = preset.explain(locale);
    crate::print(&if json {
        let conflicts: Vec<_> = preset.policy().conflicts().into_iter().map(conflict).collect();
        let about = text.lines().next().unwrap_or("");
        format!("{}\n", json!({ "preset": preset.name(), "about": about, "conflicts": conflicts }))
    } else {
        text
    })?;
    Ok(Exit::Ok)
}

fn suggest(args: &PolicyArgs, words: Option<u8>, length: Option<u16>, json: bool) -> Outcome {
    let policy = preset(&args.preset)?.policy();
    let own: Vec<&str> = args.user_word.iter().map(String::as_str).collect();
    let context = context(&own)?;
    let mut rng = generator()?;
    let offered = match words {
        Some(words) => generate_phrase(&policy, &context, Some(words), &mut rng),
        None => generate_password(&policy, &context, length, &mut rng),
    };
    let offered = offered.map_err(Failure::usage)?;
    crate::print(&if json {
        format!("{}\n", json!({ "password": offered.expose(), "entropy_bits": offered.entropy_bits() }))
    } else {
        format!("{}\n", offered.expose())
    })?;
    Ok(Exit::Ok)
}

fn generator() -> Result<StdRng, Failure> {
    let seed = SystemEntropy.seed().ok_or_else(|| Failure::fault("the system has no randomness to offer"))?;
    Ok(StdRng::from_seed(seed))
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
    let phc = hasher()?.hash(&password, &NoPepper, &mut generator()?).map_err(Failure::fault)?;
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
