//! What the use cases promise beyond single acts, on a store of their own.

mod berths;
mod calls;
mod clocks;
mod figures;
mod hall;
mod harness;
mod opening;
mod questions;
mod reading;
mod resumption;
mod retention;
mod same_ship;
mod ship_records;
mod tables;
mod uploads;
