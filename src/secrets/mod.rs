//! Finds secrets in text.
