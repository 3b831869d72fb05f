//! A problem, told as stories that somebody of the port office can read, and tried with acts in any order.

mod answering;
mod assigning;
mod figures;
mod golden;
mod handing;
#[path = "../golden/harness.rs"]
mod harness;
mod limits;
mod linking;
#[path = "../ship_call/port.rs"]
mod port;
mod properties;
mod seeing;
mod story;
mod telling;
