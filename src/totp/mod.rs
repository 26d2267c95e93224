//! The totp feature.
