//! `pratique bench`: what a submission and a page cost, beside their floor.

use clap::Subcommand;

use crate::setup::Settings;

/// What to measure.
#[derive(Subcommand)]
pub enum Bench {}

/// Measures.
pub fn bench(_settings: &Settings, what: &Bench) -> Result<(), String> {
    match *what {}
}
