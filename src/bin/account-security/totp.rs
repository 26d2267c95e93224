//! `totp new | code | verify`.

use account_security::service::{Entropy, SystemEntropy};
use account_security::totp::{
    Algorithm, KeyUri, TotpParameters, TotpPolicy, TotpSecret, WindowPolicy, code_at, dangerous_verify_stateless,
};
use account_security::types::{Timestamp, TypedCode};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

use crate::args::{AlgorithmArg, TotpCommand, TotpNumbers};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::system_time;
use crate::secret_input;

/// Runs the command.
pub(crate) fn run(command: &TotpCommand, json: bool) -> Outcome {
    match command {
        TotpCommand::New { issuer, account, algorithm, digits, period } => {
            let parameters = parameters(*algorithm, *digits, *period)?;
            new(issuer, account, parameters, json)
        }
        TotpCommand::Code(numbers) => code(numbers, json),
        TotpCommand::Verify { numbers, window } => verify(numbers, *window, json),
    }
}

fn new(issuer: &str, account: &str, parameters: TotpParameters, json: bool) -> Outcome {
    let seed = SystemEntropy.seed().ok_or_else(|| Failure::fault("the system has no randomness to offer"))?;
    let secret = TotpSecret::generate(&mut StdRng::from_seed(seed));
    let base32 = secret.to_base32();
    let key = KeyUri::new(issuer, account, secret, parameters).map_err(Failure::usage)?;
    let uri = key.to_uri();
    crate::print(&match json {
        true => format!("{}\n", json!({ "uri": *uri, "secret": *base32 })),
        false => format!("{}\n", *uri),
    })?;
    Ok(Exit::Ok)
}

fn code(numbers: &TotpNumbers, json: bool) -> Outcome {
    let input = secret_input::whole()?;
    let key = Key::read(secret_input::lines(&input)?.first().copied().unwrap_or(""), numbers)?;
    let code = code_at(&key.secret, &key.parameters, at(numbers)?).map_err(Failure::usage)?;
    crate::print(&match json {
        true => format!(
            "{}\n",
            json!({ "code": code.code(), "remaining_ms": code.remaining_ms(), "step": code.step(), "warnings": key.warnings })
        ),
        false => format!("{}\n", code.code()),
    })?;
    Ok(Exit::Ok)
}

fn verify(numbers: &TotpNumbers, window: u8, json: bool) -> Outcome {
    let input = secret_input::whole()?;
    let lines = secret_input::lines(&input)?;
    let [secret, typed] = lines.as_slice() else {
        return Err(Failure::usage("give two lines on standard input: the secret or otpauth URI, then the code"));
    };
    let key = Key::read(secret, numbers)?;
    let typed = TypedCode::parse(typed, key.parameters.digits()).map_err(Failure::usage)?;
    let mut policy = TotpPolicy::usable();
    policy.window = WindowPolicy::Steps { past_max: window, future_max: window };
    let step = dangerous_verify_stateless(&key.secret, &key.parameters, &typed, &policy, at(numbers)?);
    let step = step.map_err(Failure::usage)?;
    crate::print(&match (json, step) {
        (true, step) => format!("{}\n", json!({ "match": step.is_some(), "step": step, "warnings": key.warnings })),
        (false, Some(_)) => "match\n".to_owned(),
        (false, None) => "mismatch\n".to_owned(),
    })?;
    Ok(if step.is_some() { Exit::Ok } else { Exit::Denied })
}

struct Key {
    secret: TotpSecret,
    parameters: TotpParameters,
    warnings: Vec<String>,
}

impl Key {
    /// A base32 secret with the numbers of the command line, or an otpauth URI with its own.
    fn read(text: &str, numbers: &TotpNumbers) -> Result<Self, Failure> {
        let has_scheme = text.get(..10).is_some_and(|scheme| scheme.eq_ignore_ascii_case("otpauth://"));
        if has_scheme {
            let parsed = KeyUri::parse(text).map_err(|error| Failure::usage(format!("the otpauth URI: {error}")))?;
            let warnings = parsed.warnings.iter().map(|warning| format!("{warning:?}")).collect();
            return Ok(Self { secret: parsed.key.secret().clone(), parameters: *parsed.key.parameters(), warnings });
        }
        let secret = TotpSecret::parse_base32(text).map_err(|error| Failure::usage(format!("the secret: {error}")))?;
        let parameters = parameters(numbers.algorithm, numbers.digits, numbers.period)?;
        Ok(Self { secret, parameters, warnings: Vec::new() })
    }
}

fn parameters(algorithm: AlgorithmArg, digits: u8, period_s: u32) -> Result<TotpParameters, Failure> {
    let algorithm = match algorithm {
        AlgorithmArg::Sha1 => Algorithm::Sha1,
        AlgorithmArg::Sha256 => Algorithm::Sha256,
        AlgorithmArg::Sha512 => Algorithm::Sha512,
    };
    TotpParameters::new(algorithm, digits, period_s, 0).map_err(Failure::usage)
}

fn at(numbers: &TotpNumbers) -> Result<Timestamp, Failure> {
    match numbers.at {
        Some(unix_s) => Timestamp::from_unix_s(unix_s).map_err(|error| Failure::usage(format!("--at: {error}"))),
        None => Ok(system_time()),
    }
}
