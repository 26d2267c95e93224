//! `totp new | code | verify`.

use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::path::Path;

use account_security::service::{Entropy, SystemEntropy};
use account_security::totp::{
    Algorithm, KeyUri, QrModules, TotpParameters, TotpPolicy, TotpSecret, WindowPolicy, code_at,
    dangerous_verify_stateless,
};
use account_security::types::{Timestamp, TypedCode};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;
use zeroize::Zeroizing;

use crate::args::{AlgorithmArg, QrArg, TotpCommand, TotpNumbers};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::system_time;
use crate::secret_input;

/// Runs the command.
pub(crate) fn run(command: &TotpCommand, json: bool) -> Outcome {
    match command {
        TotpCommand::New { issuer, account, algorithm, digits, period, qr, out } => {
            let parameters = parameters(*algorithm, *digits, *period, 0)?;
            new(issuer, account, parameters, Picture { qr: *qr, out: out.as_deref() }, json)
        }
        TotpCommand::Code(numbers) => code(numbers, json),
        TotpCommand::Verify { numbers, window } => verify(numbers, *window, json),
    }
}

/// Which picture of the key is wanted, and where.
struct Picture<'a> {
    qr: QrArg,
    out: Option<&'a Path>,
}

fn new(issuer: &str, account: &str, parameters: TotpParameters, picture: Picture<'_>, json: bool) -> Outcome {
    if picture.out.is_some() && picture.qr != QrArg::Svg {
        return Err(Failure::usage("--out takes the SVG picture: add --qr svg"));
    }
    let seed = SystemEntropy.seed().ok_or_else(|| Failure::fault("the system has no randomness to offer"))?;
    let secret = TotpSecret::generate(&mut StdRng::from_seed(seed));
    let base32 = secret.to_base32();
    let key = KeyUri::new(issuer, account, secret, parameters).map_err(Failure::usage)?;
    let uri = key.to_uri();
    let drawn = draw(&key, &picture)?;
    if let (Some(path), Some(svg)) = (picture.out, &drawn) {
        write_new_file(path, svg.as_bytes())?;
    }
    let shown = drawn.filter(|_| picture.out.is_none());
    let text = Zeroizing::new(match (json, shown) {
        (true, Some(drawn)) => format!("{}\n", json!({ "uri": *uri, "secret": *base32, "qr": *drawn })),
        (true, None) => format!("{}\n", json!({ "uri": *uri, "secret": *base32 })),
        (false, Some(drawn)) if picture.qr == QrArg::Svg => drawn.to_string(),
        (false, Some(drawn)) => format!("{}{}\n", *light_on_dark(&drawn), *uri),
        (false, None) => format!("{}\n", *uri),
    });
    crate::print(&text)?;
    Ok(Exit::Ok)
}

fn draw(key: &KeyUri, picture: &Picture<'_>) -> Result<Option<Zeroizing<String>>, Failure> {
    let modules = || QrModules::of(key).map_err(Failure::usage);
    Ok(match picture.qr {
        QrArg::None => None,
        QrArg::Terminal => Some(modules()?.to_terminal()),
        QrArg::Svg => Some(modules()?.to_svg()),
    })
}

/// On a terminal the colours are set, so that the code is not inverted where the ground is light.
fn light_on_dark(drawn: &Zeroizing<String>) -> Zeroizing<String> {
    if !std::io::stdout().is_terminal() {
        return drawn.clone();
    }
    let mut coloured = Zeroizing::new(String::with_capacity(drawn.len() + drawn.lines().count() * 16));
    for line in drawn.lines() {
        coloured.push_str("\u{1b}[97;40m");
        coloured.push_str(line);
        coloured.push_str("\u{1b}[0m\n");
    }
    coloured
}

/// Never over an existing file, and for its owner's eyes only where the system knows owners.
fn write_new_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::usage(format!("{} exists; name another file, secrets are never overwritten", path.display()))
        }
        _ => Failure::fault(format!("cannot write {}: {error}", path.display())),
    })
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
        let parameters = parameters(numbers.algorithm, numbers.digits, numbers.period, numbers.t0)?;
        Ok(Self { secret, parameters, warnings: Vec::new() })
    }
}

fn parameters(algorithm: AlgorithmArg, digits: u8, period_s: u32, t0_s: i64) -> Result<TotpParameters, Failure> {
    let algorithm = match algorithm {
        AlgorithmArg::Sha1 => Algorithm::Sha1,
        AlgorithmArg::Sha256 => Algorithm::Sha256,
        AlgorithmArg::Sha512 => Algorithm::Sha512,
    };
    TotpParameters::new(algorithm, digits, period_s, t0_s).map_err(Failure::usage)
}

fn at(numbers: &TotpNumbers) -> Result<Timestamp, Failure> {
    match numbers.at {
        Some(unix_s) => Timestamp::from_unix_s(unix_s).map_err(|error| Failure::usage(format!("--at: {error}"))),
        None => Ok(system_time()),
    }
}
