//! What the use cases promise beyond single acts, on a store of their own.

mod clocks;
mod harness;
mod opening;
mod questions;
