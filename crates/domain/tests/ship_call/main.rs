//! The call of a ship, told as stories that somebody of the port can read, and tried with acts in any order.

mod clocks;
mod distress;
mod entering;
mod facts;
mod golden;
mod hands;
#[path = "../golden/harness.rs"]
mod harness;
mod holds;
mod kinds;
mod leaving;
mod licence;
mod measured;
mod naive;
mod port;
mod properties;
mod same_ship;
mod story;
