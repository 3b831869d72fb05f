//! The law and the words of the port: matters, procedures, clocks. Pure: no IO, no SQL, no HTTP, no wire format; time
//! and chance come in as values.

mod fault;

pub use fault::{Fault, Severity, Text};
pub use rules::Value;
