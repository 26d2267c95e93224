//! Files of breached passwords: builds a filter file from the public list of hashes, and reads one in place.
//!
//! The pure half, [`crate::password::breach`], knows the format and looks passwords up; everything that touches a file is
//! here. Nothing depends on this module but the command line: a product that keeps the filter elsewhere implements
//! [`BreachSource`](crate::password::BreachSource) itself.
//!
//! The file is read with positioned reads and **not memory-mapped**. A map turns a file that is cut short or a disk that fails
//! into a signal that ends the process, where this library owes a typed fault; no safe interface can promise otherwise for
//! a file others may change. Out of the page cache a look-up costs a few microseconds either way.

mod build;
mod error;
mod source;
mod spool;

pub use build::{BuildOptions, BuildReport, Precision, Stage, build};
pub use error::BuildError;
pub use source::FileSource;
