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
