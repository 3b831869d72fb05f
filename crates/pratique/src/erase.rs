//! `pratique erase` and `pratique retention`: what was filed and written is erased, or kept longer than its rows say.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Subcommand;
use office::{Administrator, Erasable, Erased, Error, Office};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{setup, told::Told};

/// What is to be erased.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
pub enum Erase {
    /// One document, by its identifier.
    Document {
        /// Its identifier, as the journal names it.
        id: uuid::Uuid,
        #[command(flatten)]
        how: How,
    },
    /// Everything that tells of somebody.
    Subject {
        /// `firm:CODE`, `person:NUMBER` (of a passport or seafarer's book) or `person:FAMILY/GIVEN/1990-01-31`.
        subject: String,
        #[command(flatten)]
        how: How,
    },
}

/// How it is erased.
#[derive(clap::Args, Clone, Debug, Serialize, Deserialize)]
pub struct How {
    /// Why it is erased before its term has passed, for example a court's order. It is shown where the content stood.
    #[arg(long)]
    ground: Option<String>,
    /// Does not ask.
    #[arg(long)]
    pub yes: bool,
}

/// What is past its term, and what must be kept.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
pub enum Retention {
    /// Lists the documents whose term has passed.
    List {
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Erases them.
    Erase {
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Lets nothing of a call or problem be erased until it is released.
    Keep {
        /// Its number.
        number: String,
        /// Why, for example the number of a lawsuit.
        #[arg(long)]
        ground: String,
    },
    /// Lets the rows of retention hold for a call or problem again.
    Release {
        /// Its number.
        number: String,
    },
}

/// Asks on a terminal; elsewhere `--yes` says it.
pub fn sure(yes: bool) -> Result<(), String> {
    if yes {
        return Ok(());
    }
    let input = io::stdin();
    if !input.is_terminal() {
        return Err("nothing was erased: say --yes, or answer on a terminal".to_owned());
    }
    setup::talk("What is erased cannot be read again. Write yes to erase it:");
    let mut line = String::new();
    input.lock().read_line(&mut line).map_err(|error| error.to_string())?;
    if line.trim() == "yes" { Ok(()) } else { Err("nothing was erased".to_owned()) }
}

/// What would be erased.
pub async fn show(office: &Office, by: &Administrator, what: Erase) -> Result<Told, Error> {
    let (erased, how) = parted(office, what).await?;
    let found = office.erasable(by, &erased).await?;
    let mut told = Told::default();
    if found.is_empty() {
        told.talk("pratique: nothing is found that could be erased");
    }
    for of in &found {
        told.say(line(office, of, how.ground.is_some()));
    }
    Ok(told)
}

/// Erases it.
pub async fn perform(office: &Office, by: &Administrator, what: Erase) -> Result<Told, Error> {
    let (erased, how) = parted(office, what).await?;
    let (gone, kept) = office.erase(by, &erased, how.ground.as_deref()).await?;
    let mut told = Told::default();
    told.talk(format!("pratique: {gone} documents are erased, {kept} are kept"));
    Ok(told)
}

/// Retention.
pub async fn keep(office: &Office, by: &Administrator, what: Retention) -> Result<Told, Error> {
    let mut told = Told::default();
    match what {
        Retention::List { json } => {
            let due = office.due_for_erasure(by).await?;
            for of in &due {
                told.say(if json { object(office, of).to_string() } else { line(office, of, false) });
            }
            told.talk(format!("pratique: the term of {} documents has passed", due.len()));
        }
        Retention::Erase { .. } => {
            let gone = office.erase_due(by).await?;
            told.talk(format!("pratique: {gone} documents are erased"));
        }
        Retention::Keep { number, ground } => {
            office.keep_documents(by, &number, &ground).await?;
            told.talk(format!("pratique: nothing of {number} is erased until it is released"));
        }
        Retention::Release { number } => {
            office.release_documents(by, &number).await?;
            told.talk(format!("pratique: the rows of retention hold for {number} again"));
        }
    }
    Ok(told)
}

async fn parted(office: &Office, what: Erase) -> Result<(Erased, How), Error> {
    Ok(match what {
        Erase::Document { id, how } => (Erased::Document(id), how),
        Erase::Subject { subject, how } => match subject.split_once(':') {
            Some(("person", person)) => (Erased::Person(person.to_owned()), how),
            // Refused with the parties that are known.
            _ => match office.known_party(&subject).await? {
                domain::ship_call::Party::Firm(code) => (Erased::Firm(code), how),
                _ => return Err(Error::NotFound),
            },
        },
    })
}

fn line(office: &Office, of: &Erasable, with_ground: bool) -> String {
    let zone = &office.profile.zone;
    let until = of.kept_until.map_or_else(|| "-".to_owned(), |until| until.date(zone).to_string());
    let verdict = match (&of.keep, with_ground || of.is_due(office.now())) {
        (Some(ground), _) => format!("kept: {ground}"),
        (None, true) => "erased".to_owned(),
        (None, false) => "kept".to_owned(),
    };
    let law = of.row.as_ref().map_or_else(String::new, |row| format!("{} ({})", row.row, row.law.en));
    format!(
        "{}\t{}\t{}\t{}\tuntil {until}\t{law}\t{verdict}",
        of.document,
        of.number,
        of.purpose,
        of.filed_at.date(zone)
    )
}

fn object(office: &Office, of: &Erasable) -> serde_json::Value {
    let zone = &office.profile.zone;
    json!({
        "document": of.document,
        "number": of.number,
        "serves": of.purpose,
        "filed": of.filed_at.in_zone(zone),
        "until": of.kept_until.map(|until| until.in_zone(zone)),
        "row": of.row.as_ref().map(|row| &row.row),
        "law": of.row.as_ref().map(|row| json!({"zh": row.law.zh, "en": row.law.en})),
        "by_itself": of.row.as_ref().is_some_and(|row| row.by_itself),
    })
}
