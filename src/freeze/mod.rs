//! The freeze feature.
