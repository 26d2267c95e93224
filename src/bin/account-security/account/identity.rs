//! How an agent made sure who asks, as options say it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use account_security::account::{CheckResult, CheckedIdentity, EvidenceHash, IdentityCheck};
use sha2::{Digest, Sha256};

use super::{dashed, unknown};
use crate::args::IdentityArgs;
use crate::exit::Failure;

/// The check that was given, if one was.
pub(super) fn given(args: &IdentityArgs) -> Result<Option<CheckedIdentity>, Failure> {
    let (Some(method), Some(evidence)) = (&args.identity, &args.evidence) else { return Ok(None) };
    let names = || IdentityCheck::ALL.iter().map(|method| method.name()).collect();
    let method = IdentityCheck::parse(&dashed(method)).ok_or_else(|| Failure::usage(unknown("--identity", names())))?;
    let result = if args.not_matched { CheckResult::NotMatched } else { CheckResult::Matched };
    Ok(Some(CheckedIdentity { method, result, evidence: hashed(evidence)? }))
}

/// The check that was given, where there has to be one.
pub(super) fn needed(args: &IdentityArgs) -> Result<CheckedIdentity, Failure> {
    given(args)?.ok_or_else(|| {
        Failure::usage("--identity METHOD and --evidence FILE: say how you made sure who asks, and what you saw")
    })
}

/// The hash of a file, however long: a recording may be.
fn hashed(path: &Path) -> Result<EvidenceHash, Failure> {
    let fault = |error| Failure::usage(format!("--evidence {}: {error}", path.display()));
    let mut file = File::open(path).map_err(fault)?;
    let (mut hasher, mut block, mut is_empty) = (Sha256::new(), vec![0; 64 * 1024], true);
    loop {
        match file.read(&mut block).map_err(fault)? {
            0 if is_empty => return Err(Failure::usage(format!("--evidence {}: the file is empty", path.display()))),
            0 => return Ok(EvidenceHash(hasher.finalize().into())),
            count => {
                is_empty = false;
                hasher.update(&block[..count]);
            }
        }
    }
}
