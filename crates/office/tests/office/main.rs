//! What the use cases promise beyond single acts, on a store of their own.

mod calls;
mod harness;
mod opening;
