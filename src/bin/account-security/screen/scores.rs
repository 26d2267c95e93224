//! `--scores`: one line per judged row, written only after the row is committed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use account_security::command::PaymentDecision;
use account_security::risk::{Assessment, CheckedPolicy};

use super::findings;
use crate::exit::Failure;

/// Scores of rows that were not judged because the account was frozen: above every score that can be reached, since a
/// frozen account's payment is the first thing to look at.
pub(super) const FROZEN_SCORE: i32 = 99_999;

#[derive(Debug)]
pub(super) struct Scores {
    file: Option<BufWriter<File>>,
}

impl Scores {
    pub(super) fn create(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self { file: None }) };
        let file =
            File::create(path).map_err(|error| Failure::fault(format!("--scores {}: {error}", path.display())))?;
        let mut file = BufWriter::with_capacity(1 << 16, file);
        writeln!(file, "tx_id,score,outcome,reasons").map_err(failed)?;
        Ok(Self { file: Some(file) })
    }

    pub(super) fn write(
        &mut self,
        tx_id: &str,
        decision: &PaymentDecision,
        policy: &CheckedPolicy,
    ) -> Result<(), Failure> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let written = match decision {
            PaymentDecision::Assessed(assessment) => {
                let (score, outcome) = (score_of(decision), outcome_name(decision));
                write!(file, "{},{score},{outcome},", quoted(tx_id))
                    .and_then(|()| write_reasons(file, assessment, policy))
                    .and_then(|()| writeln!(file))
            }
            _ => writeln!(file, "{},{},{},FROZEN", quoted(tx_id), score_of(decision), outcome_name(decision)),
        };
        written.map_err(failed)
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.file.as_mut().map_or(Ok(()), Write::flush).map_err(failed)
    }
}

/// The score in millibans.
pub(super) const fn score_of(decision: &PaymentDecision) -> i32 {
    match decision {
        PaymentDecision::Assessed(assessment) => assessment.score.0,
        _ => FROZEN_SCORE,
    }
}

/// The outcome as it is written everywhere.
pub(super) const fn outcome_name(decision: &PaymentDecision) -> &'static str {
    match decision {
        PaymentDecision::Assessed(assessment) => assessment.outcome.name(),
        PaymentDecision::Frozen => "frozen",
        PaymentDecision::Conflict => "conflict",
    }
}

/// `NEW_DEVICE:+650;CUSTOM_RULE:night:+300;PAYEE_RISK:-120`: behind the last colon stand the points in millibans, which
/// add up to the score. A rule on trial is told as `NAME (shadow):+300` and not counted.
fn write_reasons(file: &mut impl Write, assessment: &Assessment, policy: &CheckedPolicy) -> std::io::Result<()> {
    for (index, reason) in assessment.reasons.iter().enumerate() {
        let separator = if index == 0 { "" } else { ";" };
        let (name, shadow) = (findings::name(reason, assessment, policy), if reason.shadow { " (shadow)" } else { "" });
        write!(file, "{separator}{name}{shadow}:{:+}", reason.points.0)?;
    }
    Ok(())
}

/// An id with a comma or quote keeps its place in the CSV. It is written as it came, so that scores can be joined to rows
/// again; who opens the file in a spreadsheet imports the column as text.
fn quoted(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err wants")]
fn failed(error: std::io::Error) -> Failure {
    Failure::fault(format!(
        "--scores: cannot write: {error}; see to it and run the same command again with --force: with --db no row is judged \
         twice"
    ))
}
