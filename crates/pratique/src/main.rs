//! `pratique`: one-stop port clearance. The one binary; it wires everything and alone reads clock, chance, files and
//! environment.

#![deny(clippy::print_stdout, clippy::print_stderr)] // they panic when nobody reads: see `setup::say`

mod backup;
mod bench;
mod bill;
mod channels;
mod check;
mod control;
mod convert;
mod delivery;
mod demo;
mod doctor;
mod enter;
mod erase;
mod hotline;
mod keys;
mod mail;
mod people;
mod report;
mod rotation;
mod rules;
mod secrets;
mod serve;
mod setup;
mod submit;
mod told;
mod verify;

use std::{path::PathBuf, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand};

use setup::Settings;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One-stop port clearance.
#[derive(Parser)]
#[command(name = "pratique", version, about)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the pages and the API.
    Serve {
        /// Address to listen on.
        #[arg(long, env = "PRATIQUE_LISTEN", default_value = "127.0.0.1:8080", value_parser = serve::address)]
        listen: String,
    },
    /// Makes a sample port with a day of ship calls in an empty folder, prints a sign-in for each role, and serves.
    Demo {
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:8080", value_parser = serve::address)]
        listen: String,
        /// Makes the samples, and ends without serving.
        #[arg(long)]
        no_serve: bool,
    },
    /// Brings the store's tables to the form that this version needs.
    Migrate,
    /// The firms of the port's records.
    Firm {
        #[command(subcommand)]
        what: people::Firm,
    },
    /// People who sign in.
    User {
        #[command(subcommand)]
        what: people::User,
    },
    /// Mandates: one firm acts for another.
    Mandate {
        #[command(subcommand)]
        what: people::Mandate,
    },
    /// API keys of systems.
    Key {
        #[command(subcommand)]
        what: people::Key,
    },
    /// Erases what was filed or written, so that it cannot be read again; the journal and the log stay whole.
    Erase {
        #[command(subcommand)]
        what: erase::Erase,
    },
    /// Documents whose term has passed, and those that must be kept.
    Retention {
        #[command(subcommand)]
        what: erase::Retention,
    },
    /// The keys of the port and its organs.
    Keys {
        #[command(subcommand)]
        what: rotation::Rotation,
    },
    /// Checks files of any supported message and names every fault.
    Check {
        /// Files to check; `-` is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Writes a document of customs in another form, from what was read of it.
    Convert(convert::Convert),
    /// Reckons bills from files of facts by the port's price list, line by line with calculation and law.
    Bill {
        /// Files of facts, JSON or TOML; `-` is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Sends a file to a call of a running server and prints the receipt.
    Submit(submit::Submit),
    /// Sends a folder of declarations, many at once, with a bar: after an outage, and again until nothing is missing.
    Enter(enter::Enter),
    /// Verifies evidence without a network.
    Verify {
        #[command(subcommand)]
        what: verify::Verify,
    },
    /// Rebuilds every projection from the journals.
    Rebuild {
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Copies checkpoint, SQLite database and documents into a folder, also while a server runs. Keys are not copied.
    Backup {
        /// The folder; it must hold no earlier copy of the database.
        folder: PathBuf,
    },
    /// Looks whether everything that is needed is there.
    Doctor {
        /// Recomputes the whole log from what is stored, which takes a while.
        #[arg(long)]
        full: bool,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Reckons the monthly report of problems anew from the open data file, and compares it with a report.
    Report(report::Report),
    /// Decision tables and DMN models: checked, converted, evaluated, and judged by test cases.
    Rules {
        #[command(subcommand)]
        what: rules::Rules,
    },
    /// Measures what a submission and a page cost.
    Bench {
        #[command(subcommand)]
        what: bench::Bench,
    },
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let settings = match cli.settings.with_file() {
        Ok(settings) => settings,
        Err(why) => return fail(&why),
    };
    let outcome = match cli.command {
        Command::Serve { listen } => serve::serve(&settings, &listen),
        Command::Demo { listen, no_serve } => demo::demo(&settings, &listen, no_serve),
        Command::Firm { what } => control::run(&settings, control::What::Firm(what)),
        Command::User { what } => control::run(&settings, control::What::User(what)),
        Command::Mandate { what } => control::run(&settings, control::What::Mandate(what)),
        Command::Key { what } => control::run(&settings, control::What::Key(what)),
        Command::Erase { what } => control::erase(&settings, &what),
        Command::Retention { what } => control::retention(&settings, &what),
        Command::Keys { what } => rotation::change(&settings, &what),
        Command::Migrate => setup::migrate(&settings),
        Command::Check { files, json } => {
            return check::check(&settings, &files, json).unwrap_or_else(|why| fail(&why));
        }
        Command::Convert(what) => return convert::convert(&what).unwrap_or_else(|why| fail(&why)),
        Command::Bill { files, json } => {
            return bill::bill(&settings, &files, json).unwrap_or_else(|why| fail(&why));
        }
        Command::Submit(submit) => return submit::submit(&submit),
        Command::Enter(enter) => return enter::enter(&enter),
        Command::Verify { what } => return verify::verify(&what),
        Command::Rebuild { json } => setup::rebuild(&settings, json),
        Command::Backup { folder } => backup::backup(&settings, &folder),
        Command::Doctor { full, json } => return doctor::doctor(&settings, full, json),
        Command::Report(what) => return report::report(&what).unwrap_or_else(|why| fail(&why)),
        Command::Rules { what } => return rules::rules(&settings, &what),
        Command::Bench { what } => bench::bench(&settings, &what),
        Command::Completions { shell } => {
            // In memory first: the writer panics when its reader goes away.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "pratique", &mut script);
            setup::say(String::from_utf8_lossy(&script).trim_end());
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => fail(&why),
    }
}

/// Talk goes to standard error; 1 is the exit code of a failure.
fn fail(why: &str) -> ExitCode {
    setup::talk(&format!("pratique: {why}"));
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_takes_the_flag_of_a_command() {
        Cli::command().debug_assert();
        for line in ["serve", "demo", "bench submit", "bench pages", "doctor --full", "rebuild --json", "migrate"] {
            let words = std::iter::once("pratique").chain(line.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{line}");
        }
    }
}
