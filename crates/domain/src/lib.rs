//! The law and the words of the port: matters, procedures, clocks. Pure: no IO, no SQL, no HTTP, no wire format; time
//! and chance come in as values.

pub mod application;
pub mod basis;
pub mod calendar;
pub mod charge;
pub mod consignment;
pub mod crew_case;
mod decimal;
pub mod declaration;
mod fault;
pub mod flight;
pub mod formality;
pub mod hall;
pub mod instant;
pub mod law;
pub mod manifest;
pub mod matter;
pub mod measure;
pub mod notice;
pub mod person_permit;
pub mod precheck;
pub mod priority;
pub mod problem;
pub mod profile;
pub mod reference;
pub mod resumption;
pub mod screening;
pub mod service;
pub mod ship_call;
pub mod situation;
pub mod table_change;

pub use fault::{Fault, Severity, Text};
pub use instant::Instant;
pub use rules::Value;
