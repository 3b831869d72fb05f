//! `pratique bench`: what a submission and a page cost, beside their floor.

mod bills;
mod boarding;
mod calls;
mod child;
mod declarations;
mod floor;
mod load;
mod machine;
mod pages;
mod passengers;
mod problem_store;
mod problems;
mod rules;
mod run;
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
    /// Measures problems: reports by the API, lists over many cases, clocks that fall due together.
    Problems(problems::Problems),
    /// Measures bills: those of a year reckoned again after a change of tariff, and the difference.
    Bills(bills::Bills),
    /// Measures checks at a gate over many valid permits, and the verification of a code without a connection.
    Boarding(boarding::Boarding),
    /// Measures a ferry's list: read, checked, stored, and compared with a watch list.
    Passengers(passengers::Passengers),
    /// Measures declarations of goods: at once, at a pace, many entered again, and found by each key among ever more.
    Declarations(declarations::Declarations),
    /// Serves the floor: writes each body as one row and does nothing else.
    #[command(hide = true)]
    Floor {
        /// `sqlite:PATH` or `postgres://…`
        store: String,
        /// Bytes that each row has at least.
        #[arg(default_value_t = 0)]
        bytes: usize,
    },
}

/// Measures.
pub fn bench(settings: &Settings, what: &Bench) -> Result<(), String> {
    match what {
        Bench::Submit(submit) => submit::measure(settings, submit),
        Bench::Pages(pages) => pages::measure(settings, pages),
        Bench::Rules(tables) => rules::measure(settings, tables),
        Bench::Problems(problems) => problems::measure(settings, problems),
        Bench::Bills(bills) => bills::measure(settings, bills),
        Bench::Boarding(boarding) => boarding::measure(settings, boarding),
        Bench::Passengers(of) => passengers::measure(settings, of),
        Bench::Declarations(of) => declarations::measure(settings, of),
        Bench::Floor { store, bytes } => floor::serve(store, *bytes),
    }
}
