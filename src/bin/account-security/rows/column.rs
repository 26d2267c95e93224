//! Which column of a file is which of ours.

use std::io::Read;
use std::str::FromStr;

use super::split::Records;

/// A column we read. All others are passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Column {
    /// The transaction's id.
    TxId,
    /// When it was ordered.
    At,
    /// Whose account.
    Account,
    /// The other side.
    Payee,
    /// How much, in major units.
    Amount,
    /// ISO 4217 code.
    Currency,
    /// `out`, `in`, `refund`, `reversal`.
    Direction,
    /// `card`, `transfer`, `cash_out`, `bill`, `other`.
    Kind,
    /// The device it was ordered from.
    Device,
    /// ISO 3166-1 alpha-2 code.
    Country,
    /// Latitude in degrees.
    Lat,
    /// Longitude in degrees.
    Lon,
    /// Radius in metres.
    AccuracyM,
    /// `1` or `fraud`, `0` or `genuine`, empty.
    Label,
}

const COLUMNS: [(Column, &str); 14] = [
    (Column::TxId, "tx_id"),
    (Column::At, "at"),
    (Column::Account, "account"),
    (Column::Payee, "payee"),
    (Column::Amount, "amount"),
    (Column::Currency, "currency"),
    (Column::Direction, "direction"),
    (Column::Kind, "kind"),
    (Column::Device, "device"),
    (Column::Country, "country"),
    (Column::Lat, "lat"),
    (Column::Lon, "lon"),
    (Column::AccuracyM, "accuracy_m"),
    (Column::Label, "label"),
];

const REQUIRED: [Column; 4] = [Column::TxId, Column::At, Column::Account, Column::Amount];

impl Column {
    /// Its name in a file that needs no map.
    #[must_use]
    pub const fn name(self) -> &'static str {
        COLUMNS[self as usize].1
    }

    fn parse(name: &str) -> Option<Self> {
        COLUMNS.iter().find(|(_, known)| *known == name).map(|(column, _)| *column)
    }
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Names of our columns in a file that calls them otherwise: `at=datetime,account=customer_id`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap {
    renamed: [Option<String>; COLUMNS.len()],
}

impl FromStr for ColumnMap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut map = Self::default();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (ours, theirs) = pair
                .split_once('=')
                .ok_or_else(|| format!("`{pair}` is not of the form ours=theirs, e.g. at=datetime"))?;
            let (ours, theirs) = (ours.trim(), theirs.trim());
            let column =
                Column::parse(ours).ok_or_else(|| format!("there is no column `{ours}`; ours are {}", our_names()))?;
            if theirs.is_empty() {
                return Err(format!("`{ours}=` names no column of the file"));
            }
            if map.renamed[column as usize].is_some() {
                return Err(format!("`{ours}` is mapped twice; keep one"));
            }
            if map.renamed.iter().flatten().any(|known| known == theirs) {
                return Err(format!("two of our columns are mapped to `{theirs}`; keep one"));
            }
            map.renamed[column as usize] = Some(theirs.to_owned());
        }
        Ok(map)
    }
}

fn our_names() -> String {
    COLUMNS.map(|(_, name)| name).join(", ")
}

/// Why a header cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// No byte, or blank lines only.
    #[error("the file is empty; its first line must name the columns, at least tx_id, at, account, amount")]
    Empty,
    /// The first line is over the record limit.
    #[error("the first line is longer than 64 KiB; is this a CSV file?")]
    TooLong,
    /// NUL bytes, broken quotes or bytes that are not UTF-8.
    #[error("the first line is not text; is this a CSV file in UTF-8? (binary formats and UTF-16 are not read)")]
    NotText,
    /// A needed column is not there.
    #[error("no column `{wanted}` ({column}) in the header, which has: {found}; name it with --map {column}=…{hint}")]
    Missing {
        /// Our column.
        column: Column,
        /// The name looked for.
        wanted: String,
        /// The names in the header, cut to what fits a line.
        found: String,
        /// A guess at the cause.
        hint: &'static str,
    },
    /// Which of two columns is meant cannot be told.
    #[error("the header names `{wanted}` twice; rename one, or point --map {column}=… at the right one")]
    Doubled {
        /// Our column.
        column: Column,
        /// The name found twice.
        wanted: String,
    },
    /// No currency anywhere.
    #[error("the file has no currency column; give --currency EUR (or --map currency=…)")]
    NoCurrency,
}

/// Where each of our columns is.
#[derive(Debug)]
pub struct Layout {
    width: usize,
    places: [Option<usize>; COLUMNS.len()],
}

impl Layout {
    /// Finds our columns in the header, the current record.
    ///
    /// # Errors
    /// [`HeaderError`] says what the header or the map lacks.
    pub fn find<R: Read>(header: &Records<R>, map: &ColumnMap, has_currency: bool) -> Result<Self, HeaderError> {
        let names = header_names(header)?;
        let mut places = [None; COLUMNS.len()];
        for (column, default_name) in COLUMNS {
            let renamed = map.renamed[column as usize].as_deref();
            let wanted = renamed.unwrap_or(default_name);
            let is_taken = renamed.is_none() && map.renamed.iter().flatten().any(|taken| taken == wanted);
            let mut found = names.iter().enumerate().filter(|(_, name)| **name == wanted && !is_taken);
            let place = found.next().map(|(place, _)| place);
            if found.next().is_some() {
                return Err(HeaderError::Doubled { column, wanted: shown(wanted) });
            }
            if place.is_none() && (renamed.is_some() || REQUIRED.contains(&column)) {
                return Err(missing(column, wanted, &names));
            }
            places[column as usize] = place;
        }
        if places[Column::Currency as usize].is_none() && !has_currency {
            return Err(HeaderError::NoCurrency);
        }
        Ok(Self { width: names.len(), places })
    }

    /// Columns in the file.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Where a column is.
    pub const fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }
}

fn header_names<R: Read>(header: &Records<R>) -> Result<Vec<&str>, HeaderError> {
    (0..header.width())
        .map(|index| std::str::from_utf8(header.field(index)).map(str::trim).map_err(|_| HeaderError::NotText))
        .collect()
}

fn missing(column: Column, wanted: &str, names: &[&str]) -> HeaderError {
    const SHOWN_MAX: usize = 20;
    let mut found: Vec<String> = names.iter().take(SHOWN_MAX).map(|name| shown(name)).collect();
    if names.len() > SHOWN_MAX {
        found.push(format!("and {} more", names.len() - SHOWN_MAX));
    }
    let hint = match names {
        [only] if only.contains([';', '\t', '|']) => "; the columns must be separated by commas",
        _ => "",
    };
    HeaderError::Missing { column, wanted: shown(wanted), found: found.join(", "), hint }
}

/// A name as a terminal may show it: escaped and short.
fn shown(name: &str) -> String {
    const CHARS_MAX: usize = 40;
    name.chars().take(CHARS_MAX).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(header: &str, map: &str) -> Result<Layout, HeaderError> {
        let mut records = Records::new(header.as_bytes());
        records.next_record().unwrap();
        Layout::find(&records, &map.parse().unwrap(), true)
    }

    #[test]
    fn every_column_stands_at_its_own_place_in_the_table() {
        for (index, (column, name)) in COLUMNS.into_iter().enumerate() {
            assert_eq!((column as usize, column.name()), (index, name));
        }
    }

    #[test]
    fn a_map_that_cannot_be_right_is_refused() {
        for (text, says) in [
            ("when=datetime", "no column `when`"),
            ("at", "ours=theirs"),
            ("at=", "names no column"),
            ("at=a,at=b", "`at` is mapped twice"),
            ("at=a,account=a", "mapped to `a`"),
        ] {
            let error = text.parse::<ColumnMap>().unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_renamed_column_is_found_and_its_own_name_is_passed_over() {
        let layout = find("amount, tx_id ,datetime,at,account", "at=datetime").unwrap();
        assert_eq!(layout.place(Column::At), Some(2));
        assert_eq!(layout.place(Column::TxId), Some(1));
        assert_eq!(layout.place(Column::Payee), None);
        // A column given away is not read under its own name too.
        let layout = find("tx_id,at,account,amount,payee", "device=payee").unwrap();
        assert_eq!((layout.place(Column::Device), layout.place(Column::Payee)), (Some(4), None));
    }

    #[test]
    fn a_header_that_lacks_or_doubles_a_column_is_refused_by_name() {
        let says = |header: &str, map: &str| find(header, map).unwrap_err().to_string();
        assert!(says("tx_id,at,account", "").contains("no column `amount`"));
        assert!(says("tx_id,at,account,amount", "payee=shop").contains("no column `shop` (payee)"));
        assert!(says("tx_id,at,account,amount,at", "").contains("names `at` twice"));
        assert!(says("tx_id;at;account;amount", "").contains("separated by commas"));
        assert!(says("\u{1b}[2J", "").contains("\\u{1b}[2J"));
        assert!(says(&"x,".repeat(5_000), "").len() < 400);
    }

    #[test]
    fn a_currency_must_come_from_somewhere() {
        let mut records = Records::new(&b"tx_id,at,account,amount\n"[..]);
        records.next_record().unwrap();
        assert_eq!(Layout::find(&records, &ColumnMap::default(), false).unwrap_err(), HeaderError::NoCurrency);
    }
}
