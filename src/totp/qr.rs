//! Key URIs as QR codes (ISO/IEC 18004): raw modules, SVG and terminal text.
//!
//! `fast_qr` does the encoding; drawing is done here, because each picture *is* the secret: every buffer of this module
//! has its full size from the start and is wiped on drop, the encoder's matrix is wiped before it is let go. Not wiped
//! are the encoder's own work buffers, and whatever shows the picture afterwards.

use std::fmt::Write;

use fast_qr::{ECL, Module, QRBuilder};
use zeroize::{Zeroize, Zeroizing};

use super::uri::KeyUri;

/// Light modules around the code, without which readers do not find it (ISO/IEC 18004 §5.3.8).
const QUIET: usize = 4;

/// Why a key URI has no QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// Longer than the largest QR code can hold; no key URI is.
    #[error("the key URI does not fit a QR code; use shorter names")]
    TooLong,
}

impl QrError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TooLong => 2601,
        }
    }
}

/// A QR code as a square of dark and light modules. Wiped on drop, redacted in `Debug`.
///
/// ```
/// use account_security::totp::{KeyUri, QrModules, TotpParameters, TotpSecret};
/// let secret = TotpSecret::from_bytes(b"12345678901234567890")?;
/// let key = KeyUri::new("Big Bank", "alice@example.com", secret, TotpParameters::STANDARD)?;
/// let qr = QrModules::of(&key)?;
/// assert_eq!((qr.size(), qr.is_dark(0, 0), qr.is_dark(7, 7)), (41, true, false));
/// assert!(qr.to_svg().starts_with("<svg "));
/// println!("{}", *qr.to_terminal());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct QrModules {
    size: usize,
    dark: Zeroizing<Vec<bool>>,
}

impl QrModules {
    /// Encodes a key URI with level M: readable with 15 % of it hidden.
    ///
    /// # Errors
    /// [`QrError::TooLong`].
    pub fn of(key: &KeyUri) -> Result<Self, QrError> {
        let uri = key.to_uri();
        let mut encoded = QRBuilder::new(uri.as_bytes()).ecl(ECL::M).build().map_err(|_| QrError::TooLong)?;
        let size = encoded.size;
        let mut dark = Zeroizing::new(Vec::with_capacity(size * size));
        dark.extend(encoded.data.iter().take(size * size).map(|module| module.value()));
        encoded.data.iter_mut().for_each(|module: &mut Module| module.0.zeroize());
        Ok(Self { size, dark })
    }

    /// Modules of a side, without the quiet zone of four light modules that belongs around them.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Whether the module in this column and row is dark. Everything outside is light.
    #[must_use]
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.size && self.dark.get(row * self.size + column).copied().unwrap_or(false)
    }

    /// The rows from top to bottom, `true` = dark.
    pub fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks(self.size.max(1))
    }

    /// An SVG picture, black on white, quiet zone included; it scales to any size.
    #[must_use]
    pub fn to_svg(&self) -> Zeroizing<String> {
        let side = self.size + 2 * QUIET;
        // Every other module begins a run of at most 22 bytes: growing would leave copies behind.
        let mut svg = Zeroizing::new(String::with_capacity(256 + self.size * (self.size / 2 + 1) * 22));
        // Writing into a String cannot fail.
        let _ = write!(
            *svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path d=\""
        );
        for (row, modules) in self.rows().enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(|left, right| left == right) {
                if run.first() == Some(&true) {
                    let (x, y, length) = (column + QUIET, row + QUIET, run.len());
                    let _ = write!(*svg, "M{x} {y}h{length}v1h-{length}z");
                }
                column += run.len();
            }
        }
        svg.push_str("\"/></svg>\n");
        svg
    }

    /// Text for a terminal, two modules to a character, quiet zone included. Light modules are drawn, dark ones left
    /// empty: show it in a light colour on a dark ground.
    #[must_use]
    pub fn to_terminal(&self) -> Zeroizing<String> {
        let side = self.size + 2 * QUIET;
        let mut text = Zeroizing::new(String::with_capacity(side.div_ceil(2) * (side * 3 + 1)));
        for upper in (0..side).step_by(2) {
            for column in 0..side {
                let light = |row: usize| row < side && !self.is_dark_in_frame(column, row);
                text.push(match (light(upper), light(upper + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push('\n');
        }
        text
    }

    /// Counted from the outer corner of the quiet zone.
    fn is_dark_in_frame(&self, column: usize, row: usize) -> bool {
        match (column.checked_sub(QUIET), row.checked_sub(QUIET)) {
            (Some(column), Some(row)) => self.is_dark(column, row),
            _ => false,
        }
    }
}

impl std::fmt::Debug for QrModules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "QrModules({0} x {0}, redacted)", self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::totp::{Algorithm, TotpParameters, TotpSecret};

    fn qr(issuer: &str, account: &str) -> QrModules {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        QrModules::of(&KeyUri::new(issuer, account, secret, TotpParameters::STANDARD).unwrap()).unwrap()
    }

    /// The finder pattern of ISO/IEC 18004 §5.3.3: a 7 x 7 square with a 3 x 3 square inside.
    fn has_finder(qr: &QrModules, left: usize, top: usize) -> bool {
        let ring = |at: usize| at == 0 || at == 6;
        let inner = |at: usize| (2..=4).contains(&at);
        (0..7).all(|row| {
            (0..7).all(|column| {
                let dark = ring(row) || ring(column) || (inner(row) && inner(column));
                qr.is_dark(left + column, top + row) == dark
            })
        })
    }

    #[test]
    fn it_has_the_three_finder_patterns_and_a_version_size() {
        for account in ["a", "alice@example.com", &"王".repeat(42)] {
            let qr = qr("Big Bank", account);
            assert!(qr.size() >= 21 && (qr.size() - 17).is_multiple_of(4));
            let far = qr.size() - 7;
            assert!(has_finder(&qr, 0, 0) && has_finder(&qr, far, 0) && has_finder(&qr, 0, far));
            assert!(!has_finder(&qr, far, far));
            assert!(!qr.is_dark(qr.size(), 0) && !qr.is_dark(0, qr.size()) && !qr.is_dark(usize::MAX, 1));
        }
    }

    #[test]
    fn the_longest_key_uri_fits() {
        let parameters = TotpParameters::new(Algorithm::Sha512, 8, 120, 0).unwrap();
        let secret = TotpSecret::from_bytes(&[255; 64]).unwrap();
        let key = KeyUri::new(&"ü".repeat(64), &"%".repeat(128), secret, parameters).unwrap();
        let qr = QrModules::of(&key).unwrap();
        assert_eq!(qr.rows().count(), qr.size());
        assert!(qr.to_svg().len() <= qr.to_svg().capacity());
    }

    #[test]
    fn terminal_text_and_svg_draw_exactly_these_modules() {
        let qr = qr("支付", "alice");
        let side = qr.size() + 8;
        let frame = |column: usize, row: usize| qr.is_dark_in_frame(column, row);

        let text = qr.to_terminal();
        let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
        assert_eq!((lines.len(), text.capacity() >= text.len()), (side.div_ceil(2), true));
        for row in 0..side {
            assert_eq!(lines[row / 2].len(), side);
            for (column, mark) in lines[row / 2].iter().enumerate() {
                let light = match *mark {
                    '█' => true,
                    '▀' => row % 2 == 0,
                    '▄' => row % 2 == 1,
                    other => {
                        assert_eq!(other, ' ');
                        false
                    }
                };
                assert_eq!(light, !frame(column, row), "{column} {row}");
            }
        }

        let svg = qr.to_svg();
        let runs = svg.rsplit_once("d=\"").unwrap().1.split('M').skip(1);
        let mut drawn = vec![vec![false; side]; side];
        for run in runs {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            (x..x + length).for_each(|column| drawn[y][column] = true);
        }
        for (row, drawn) in drawn.iter().enumerate() {
            for (column, dark) in drawn.iter().enumerate() {
                assert_eq!(*dark, frame(column, row));
            }
        }
    }

    #[test]
    fn debug_shows_no_module() {
        assert_eq!(format!("{:?}", qr("a", "b")), "QrModules(37 x 37, redacted)");
    }
}
