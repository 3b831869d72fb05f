//! Flights of the sample port: what is due, who boards first, and that nothing clears which the journal does not prove.

mod properties;
mod scene;
mod stories;
