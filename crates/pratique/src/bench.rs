//! `pratique bench`: what a submission and a page cost, beside their floor.

mod calls;
mod child;
mod floor;
mod load;
mod machine;
mod pages;
mod rules;
mod submit;

use clap::Subcommand;

use crate::setup::Settings;

/// What to measure.
#[derive(Subcommand)]
pub enum Bench {
    /// Measures whole submissions by the API: a filing is checked, decided on, sealed, committed and receipted.
    Submit(submit::Submit),
    /// Measures list pages and call pages over many calls.
    Pages(pages::Pages),
    /// Measures decision tables: a large one by index and by scan, and those of the profile.
    Rules(rules::Tables),
    /// Serves the floor: writes each body as one row and does nothing else.
    #[command(hide = true)]
    Floor {
        /// `sqlite:PATH` or `postgres://…`
        store: String,
    },
}

/// Measures.
pub fn bench(settings: &Settings, what: &Bench) -> Result<(), String> {
    match what {
        Bench::Submit(submit) => submit::measure(settings, submit),
        Bench::Pages(pages) => pages::measure(settings, pages),
        Bench::Rules(tables) => rules::measure(settings, tables),
        Bench::Floor { store } => floor::serve(store),
    }
}
