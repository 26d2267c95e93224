//! `audit checkpoint`: the heads of all chains in one file, and their root in another that is kept elsewhere.

use std::path::Path;

use account_security::account::checkpoint::{CheckpointBuilder, CheckpointFile, CheckpointKey, HEADS_HEADER};
use account_security::service::{AUDIT_PAGE_MAX, Service};
use account_security::store::SqliteStore;
use account_security::types::hex;
use indicatif::ProgressBar;
use serde_json::json;

use super::heads::beside;
use crate::args::DatabaseArgs;
use crate::draft::Draft;
use crate::exit::{Exit, Failure, Outcome};
use crate::key_file;
use crate::screen::system_time;
use crate::secret_input;

/// Runs the command.
pub(super) fn run(database: &DatabaseArgs, out: &Path, sign: bool, json: bool) -> Outcome {
    let key = sign.then(signing_key).transpose()?;
    let service = crate::database::open(database)?;
    let heads = beside(out);
    let (begun, mut heads_file, mut file) = (system_time(), Draft::begin(&heads)?, Draft::begin(out)?);
    let (tree, left_out) = write_heads(&service, &mut heads_file)?;
    let checkpoint = tree.finish(service.keyring().lookup_fingerprint(), left_out, begun);
    let signed = key.as_ref().map_or_else(|| CheckpointFile::unsigned(checkpoint), |key| key.sign(checkpoint));
    file.write(signed.to_text().as_bytes())?;
    keep_both(heads_file, file, &heads)?;
    let public = key.map(|key| hex::text(&key.public().to_bytes()));
    crate::print(&if json {
        let answer = json!({
            "checkpoint": out.display().to_string(), "heads": heads.display().to_string(),
            "chains": checkpoint.tree_size, "root": hex::text(&checkpoint.root), "left_out": left_out, "public_key": public,
        });
        format!("{answer}\n")
    } else {
        let signed = public.map_or_else(String::new, |key| format!("signed; the public key is {key}\n"));
        let missing = if left_out > 0 {
            format!("LEFT OUT: {left_out} chains whose record does not open\n")
        } else {
            String::new()
        };
        format!(
            "{} chains; keep {} elsewhere, and {} anywhere\n{signed}{missing}",
            checkpoint.tree_size,
            out.display(),
            heads.display()
        )
    })?;
    Ok(if left_out == 0 { Exit::Ok } else { Exit::CannotTell })
}

/// Both files or neither: heads without their check-point would stand in the way of the next run.
fn keep_both(heads_file: Draft, file: Draft, heads: &Path) -> Result<(), Failure> {
    heads_file.keep()?;
    file.keep().inspect_err(|_| {
        let _ = std::fs::remove_file(heads);
    })
}

fn write_heads(service: &Service<SqliteStore>, file: &mut Draft) -> Result<(CheckpointBuilder, u64), Failure> {
    let bar = ProgressBar::new_spinner();
    let (mut tree, mut left_out, mut after) = (CheckpointBuilder::new(), 0_u64, None);
    file.write(HEADS_HEADER.as_bytes())?;
    loop {
        let page = service.heads(after, AUDIT_PAGE_MAX).map_err(Failure::fault)?;
        for head in &page.heads {
            tree.push(head).map_err(|error| Failure::fault(format!("the store's keys: {error}")))?;
            file.write(head.line().as_bytes())?;
        }
        left_out += u64::try_from(page.left_out.len()).unwrap_or(u64::MAX);
        bar.set_message(format!("{} chains", tree.size()));
        bar.tick();
        match page.last {
            Some(last) => after = Some(last),
            None => break,
        }
    }
    bar.finish_and_clear();
    Ok((tree, left_out))
}

/// The signing key on standard input, 64 hex digits: it belongs to somebody else than the database's keys do.
fn signing_key() -> Result<CheckpointKey, Failure> {
    let text = secret_input::whole()?;
    let wrong = || Failure::usage("--sign: give the Ed25519 secret key on standard input, 64 hex digits");
    let secret = key_file::secret_of(text.expose()).ok_or_else(wrong)?;
    CheckpointKey::new(&secret).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_point_that_cannot_be_kept_leaves_no_heads_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (out, heads) = (folder.path().join("C"), folder.path().join("C.heads"));
        let (heads_file, file) = (Draft::begin(&heads).unwrap(), Draft::begin(&out).unwrap());
        std::fs::write(&out, "somebody else's, meanwhile").unwrap();
        let failure = keep_both(heads_file, file, &heads).unwrap_err();
        assert_eq!(failure.exit, Exit::Fault);
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [out], "neither heads nor drafts");
    }
}
