//! What can go wrong with lists of breached passwords. None of it means "not breached".

/// Why a filter gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BreachFault {
    /// Not a filter file at all.
    #[error("this is no filter of breached passwords; build one with `account-security breach build`")]
    NotAFilter,
    /// Written by another release.
    #[error("the filter has version {0}; this release reads version 1, build the filter anew")]
    Version(u16),
    /// The header contradicts itself or its checksum; names the part.
    #[error("the filter's header is damaged at its {0}; build the filter anew")]
    Header(&'static str),
    /// Cut, or something was appended.
    #[error("the filter has {have} bytes instead of {need}; copy or build it anew")]
    Length {
        /// Bytes there are.
        have: u64,
        /// Bytes the header announces.
        need: u64,
    },
    /// A part of the body is not what was written.
    #[error("the filter's body is damaged; copy or build it anew")]
    Body,
    /// The bytes could not be read, or a service could not be reached.
    #[error("the list of breached passwords cannot be read: {0}")]
    Source(String),
    /// The answer of a range service is not one.
    #[error(transparent)]
    Range(#[from] RangeError),
}

/// Why bytes are not an answer of a range service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// No line at all: no range is empty.
    #[error("the range service sent an empty answer; ask again")]
    Empty,
    /// More than [`RESPONSE_BYTES_MAX`](super::range::RESPONSE_BYTES_MAX) bytes.
    #[error("the range service sent more than 1 MiB; this is no answer to a range query")]
    TooLong,
    /// A line that is not `SUFFIX:COUNT`; the number counts from 1.
    #[error("line {0} of the range service's answer is not 35 hexadecimal digits, a colon and a number; ask again")]
    Line(usize),
}

/// Why a line is not one of a published hash list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashLineError {
    /// Longer than any line of such a list.
    #[error("the line is too long; each line must be 40 hexadecimal digits, a colon and a count")]
    TooLong,
    /// 32 hexadecimal digits: the NTLM edition.
    #[error("this is a list of NTLM or MD5 hashes; get the SHA-1 edition")]
    OtherHash,
    /// Not 40 hexadecimal digits before the colon.
    #[error("the line does not begin with 40 hexadecimal digits and a colon; is this the SHA-1 list?")]
    Hash,
    /// Not a number after the colon.
    #[error("what follows the colon is no count; the file may be cut, get it again")]
    Count,
}

impl BreachFault {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::NotAFilter => 1801,
            Self::Version(_) => 1802,
            Self::Header(_) => 1803,
            Self::Length { .. } => 1804,
            Self::Body => 1805,
            Self::Source(_) => 1806,
            Self::Range(range) => range.code(),
        }
    }
}

impl RangeError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Empty => 1811,
            Self::TooLong => 1812,
            Self::Line(_) => 1813,
        }
    }
}

impl HashLineError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TooLong => 1821,
            Self::OtherHash => 1822,
            Self::Hash => 1823,
            Self::Count => 1824,
        }
    }
}
