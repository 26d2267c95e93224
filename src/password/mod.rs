//! The password feature.
