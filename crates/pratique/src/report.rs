//! `pratique report`: reckons the monthly report of problems anew from the open data file, and compares it with a report.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Args;
use domain::problem::{Share, totals};
use office::problems::{Published, open_data};
use serde_json::json;

use crate::setup;

/// What to reckon from.
#[derive(Args)]
pub struct Report {
    /// The open data file, as `/statistics/MONTH/open-data.csv` gives it.
    file: PathBuf,
    /// The report that is compared with it, as `/statistics/MONTH/report.json` gives it.
    #[arg(long)]
    against: Option<PathBuf>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// Reckons, prints and compares; exit code 3 when report and file differ.
pub fn report(what: &Report) -> Result<ExitCode, String> {
    let read = |path: &PathBuf| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let months = open_data::read(&read(&what.file)?).map_err(|why| format!("{}: {why}", what.file.display()))?;
    let against: Option<Published> = match &what.against {
        None => None,
        Some(path) => Some(serde_json::from_str(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?),
    };
    let none = Vec::new();
    let differences = against
        .as_ref()
        .map(|published| open_data::differences(published, months.get(&published.month).unwrap_or(&none)));
    if what.json {
        let months: serde_json::Map<_, _> =
            months.iter().map(|(month, rows)| (month.clone(), json!(totals(rows)))).collect();
        let differ = differences.as_ref().map(|all| {
            let one =
                |(measure, said, given): &(String, _, _)| json!({"measure": measure, "report": said, "file": given});
            all.iter().map(one).collect::<Vec<_>>()
        });
        setup::say(&json!({"months": months, "differences": differ}).to_string());
    } else {
        setup::say("| month | measure | numerator | denominator | rate |\n| --- | --- | ---: | ---: | ---: |");
        for (month, rows) in &months {
            for (measure, share) in totals(rows) {
                setup::say(&format!("| {month} | {measure} | {} | {} | {} |", share.of, share.among, rate(share)));
            }
        }
        for (measure, said, given) in differences.iter().flatten() {
            let told = |share: &Option<Share>| {
                share.map_or_else(|| "nothing".to_owned(), |of| format!("{}/{}", of.of, of.among))
            };
            setup::talk(&format!(
                "pratique: {measure}: the report says {}, the file gives {}",
                told(said),
                told(given)
            ));
        }
        if differences.as_ref().is_some_and(Vec::is_empty) {
            setup::talk("pratique: report and file agree");
        }
    }
    let agrees = differences.is_none_or(|all| all.is_empty());
    Ok(if agrees { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// A part of a whole in per cent, with one decimal.
fn rate(share: Share) -> String {
    share.per_mille().map_or_else(|| "-".to_owned(), |of| format!("{}.{} %", of / 10, of % 10))
}
