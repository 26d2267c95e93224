//! Reads a file of transactions row by row: CSV, plain or gzip, from a path or standard input.
//!
//! What it promises:
//! * Memory is bounded whatever the file holds: one record of at most 64 KiB is kept at a time.
//! * After a good header no content stops the run. A row that cannot be read is refused by its line number, its
//!   column and what to do about it; the next row is read as if nothing had happened.
//! * A refusal never repeats what the field held: files come from strangers and reports end up on terminals.
//! * Money and places are read without floating point; nothing is guessed.
//!
//! Only a damaged header, a failing disk or a broken gzip stream ends a run ([`ReadError`]).

mod column;
mod field;
mod source;
mod split;

use std::borrow::Cow;
use std::io::Read;

use account_security::types::{AccountId, Currency, Payment};

pub use account_security::types::Zone;
pub use column::{Column, ColumnMap, HeaderError};
pub use source::{detect as decompressed, open};

use column::Layout;
use field::{Fields, Reason};
use split::{FIELD_BYTES_MAX, Fault, RECORD_BYTES_MAX, Records, Split};

/// How to read a file.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Which column of the file is which of ours.
    pub columns: ColumnMap,
    /// The currency of rows that name none.
    pub currency: Option<Currency>,
    /// The zone of times that name none, and of local days.
    pub zone: Zone,
}

/// One transaction as the file told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line the record begins on; the header's first line is 1.
    pub line: u64,
    /// The transaction's id, as text for reports.
    pub tx_id: String,
    /// Whose account.
    pub account: AccountId,
    /// The payment, ready to be judged.
    pub payment: Payment,
    /// What became of it: `Some(true)` fraud, `Some(false)` genuine, `None` not known.
    pub label: Option<bool>,
}

/// A row that was not read, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{}: {reason}", .column.map_or_else(String::new, |column| format!(", column {column}")))]
pub struct RefusedRow {
    /// The line the record begins on; the header's first line is 1.
    pub line: u64,
    /// Lines the record spans: more than one where a quoted field holds line breaks.
    pub lines: u64,
    /// The column at fault, by our name, if it is one column's fault.
    pub column: Option<Column>,
    /// What is wrong and what to do; never holds text of the file.
    pub reason: Cow<'static, str>,
}

/// Why a file cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened.
    #[error("cannot open {path}: {source}; check the path and its permissions")]
    Open {
        /// The path as given.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The header does not name the columns.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The stream broke: a failing disk, a closed pipe.
    #[error("reading broke off after line {line}: {source}; no later row was read")]
    Broken {
        /// The last line seen.
        line: u64,
        /// What the system says.
        source: std::io::Error,
    },
    /// The gzip stream is cut short or damaged.
    #[error("the gzip file is damaged or cut short after line {line}: {source}; fetch it again, no later row was read")]
    Gzip {
        /// The last line seen.
        line: u64,
        /// What the decoder says.
        source: std::io::Error,
    },
}

/// Reads rows one at a time.
///
/// ```text
/// let mut rows = RowReader::new(open(path)?.reader, &options)?;
/// while let Some(read) = rows.next_row()? {
///     match read {
///         Ok(row) => judge(row),
///         Err(refused) => eprintln!("{refused}"),
///     }
/// }
/// ```
pub struct RowReader<R: Read> {
    records: Records<source::Plain<R>>,
    layout: Layout,
    currency: Option<Currency>,
    zone: Zone,
    is_gzip: bool,
}

impl<R: Read> RowReader<R> {
    /// Reads the header. The bytes may be gzip: the first two tell.
    ///
    /// # Errors
    /// [`ReadError::Header`] if a column is missing, doubled or the file is not CSV text;
    /// [`ReadError::Broken`] or [`ReadError::Gzip`] if the bytes cannot be read.
    pub fn new(reader: R, options: &ReadOptions) -> Result<Self, ReadError> {
        let plain = source::detect(reader).map_err(|source| ReadError::Broken { line: 0, source })?;
        let is_gzip = plain.is_gzip();
        let mut records = Records::new(plain);
        let split = records.next_record().map_err(|source| broken(is_gzip, 0, source))?;
        let layout = match split {
            Split::Record { .. } => Layout::find(&records, &options.columns, options.currency.is_some())?,
            Split::Refused { fault: Fault::TooLong, .. } => return Err(HeaderError::TooLong.into()),
            Split::Refused { .. } => return Err(HeaderError::NotText.into()),
            Split::End => return Err(HeaderError::Empty.into()),
        };
        Ok(Self { records, layout, currency: options.currency, zone: options.zone.clone(), is_gzip })
    }

    /// Reads the next row: `None` after the last, `Some(Err(_))` for a row that must be set right in the file.
    ///
    /// # Errors
    /// [`ReadError::Broken`] or [`ReadError::Gzip`] if the bytes cannot be read; a bad row is not an error.
    pub fn next_row(&mut self) -> Result<Option<Result<Row, RefusedRow>>, ReadError> {
        let split = self.records.next_record().map_err(|source| broken(self.is_gzip, self.records.line(), source))?;
        Ok(match split {
            Split::End => None,
            Split::Refused { line, lines, fault } => {
                let reason = fault_reason(fault, line, lines);
                Some(Err(RefusedRow { line, lines, column: None, reason }))
            }
            Split::Record { line, lines } => {
                let row = self.row(line);
                Some(row.map_err(|(column, reason)| RefusedRow { line, lines, column, reason }))
            }
        })
    }

    fn row(&self, line: u64) -> Result<Row, (Option<Column>, Reason)> {
        self.check_shape().map_err(|reason| (None, reason))?;
        let fields = Fields::new(&self.records, &self.layout);
        let tx_id = fields.tx_id()?;
        let account = fields.account()?;
        let at = fields.at(&self.zone)?;
        let currency = fields.currency(self.currency)?;
        let money = fields.amount(currency)?;
        let payee = fields.payee()?;
        let mut payment = Payment::new(tx_id, money, at, fields.direction()?)
            .map_err(|error| (Some(Column::Amount), error.to_string().into()))?
            .of_kind(fields.kind()?);
        if let Some(payee) = payee {
            payment = payment.to(payee);
        }
        if let Some(device) = fields.device()? {
            payment = payment.from_device(device);
        }
        if let Some(country) = fields.country()? {
            payment = payment.in_country(country);
        }
        if let Some(position) = fields.position()? {
            payment = payment.at_position(position);
        }
        let label = fields.label()?;
        Ok(Row { line, tx_id: tx_id.to_owned(), account, payment, label })
    }

    fn check_shape(&self) -> Result<(), Reason> {
        let (found, expected) = (self.records.width(), self.layout.width());
        if found != expected {
            return Err(format!(
                "{found} fields where the header has {expected}; put fields that hold commas in quotes"
            )
            .into());
        }
        match self.records.longest_field() {
            Some((index, bytes)) if bytes > FIELD_BYTES_MAX => {
                Err(format!("field {} is {bytes} bytes long; shorten it to 4,096", index + 1).into())
            }
            _ => Ok(()),
        }
    }
}

fn fault_reason(fault: Fault, line: u64, lines: u64) -> Reason {
    let last = line + lines - 1;
    match fault {
        Fault::TooLong => format!(
            "the record is longer than {} KiB and ends on line {last}; shorten it, or close the quote it opens",
            RECORD_BYTES_MAX / 1024
        )
        .into(),
        Fault::UnclosedQuote if lines == 1 => {
            "a quote opened here is never closed, so this line was not read; close it".into()
        }
        Fault::UnclosedQuote => {
            format!("a quote opened here is never closed, so lines {line} to {last} were not read; close it").into()
        }
        Fault::StrayQuote => "text follows a closing quote; double a quote that belongs to the text (\"\")".into(),
        Fault::Nul => "the record holds a NUL byte; export the file again as UTF-8 text".into(),
    }
}

fn broken(is_gzip: bool, line: u64, source: std::io::Error) -> ReadError {
    if is_gzip { ReadError::Gzip { line, source } } else { ReadError::Broken { line, source } }
}

#[cfg(test)]
mod tests;
