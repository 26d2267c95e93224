//! The verification feature.
