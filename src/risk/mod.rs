//! The risk feature.
