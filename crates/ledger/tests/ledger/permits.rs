//! Permits.
