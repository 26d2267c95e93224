//! Files of breached passwords: builds a filter file from the public list of hashes, and reads one in place.
//!
//! The pure half, [`crate::password::breach`], knows the format and looks passwords up; everything that touches a file is
//! here. Nothing depends on this module but the command line: a product that keeps the filter elsewhere implements
//! [`BreachSource`](crate::password::BreachSource) itself.
//!
//! A file is read in one of two ways, and a look-up takes a few microseconds out of the page cache either way:
//! - [`FileSource`], by position: a file that is cut short or a disk that fails is a typed fault;
//! - `MappedSource`, mapped into memory (feature `mmap`, Unix): for files that are replaced and never changed. It names the
//!   danger that remains.
//!
//! ```
//! use account_security::breach::{BuildOptions, FileSource, build};
//! use account_security::password::{BreachFilter, Password};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("breached.filter");
//! // The public list: SHA-1 of a password and how often it was seen, in order of the hashes. This is "password".
//! let list = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3730471\n";
//! let built = build(list.as_bytes(), &path, &BuildOptions::default(), |_| {})?;
//! assert_eq!(built.lines, 1);
//!
//! let filter = BreachFilter::open(FileSource::open(&path)?)?;
//! assert!(filter.check(&Password::parse(b"password")?)?.is_found());
//! assert!(!filter.check(&Password::parse(b"Vx9#qLm2-tide")?)?.is_found());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod error;
#[cfg(all(unix, feature = "mmap"))]
mod mapped;
mod source;
mod spool;

pub use build::{BuildOptions, BuildReport, Precision, Stage, build};
pub use error::BuildError;
#[cfg(all(unix, feature = "mmap"))]
pub use mapped::MappedSource;
pub use source::FileSource;
