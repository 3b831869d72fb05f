//! `pratique convert`: a document of customs, read into the types of the house and written anew from them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use domain::{Fault, declaration::model::Document};
use messages::wco::{self, Message};

use crate::setup::{say, talk};

/// Exit code when only a part of the file could be read.
const ONLY_A_PART: u8 = 3;

/// What to write.
#[derive(Args)]
pub struct Convert {
    /// WCO XML (declaration, notice, movement), or the same as JSON.
    file: PathBuf,
    /// The form to write.
    #[arg(long)]
    to: Form,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// WCO XML.
    WcoXml,
    /// The types of the data model as JSON.
    Json,
}

/// Prints the document in another form, and what is wrong with it to standard error. 0 when all that the file holds is written;
/// 3 when its syntax is broken, so that only a part is.
///
/// # Errors
/// The file cannot be read, or holds no document.
pub fn convert(what: &Convert) -> Result<ExitCode, String> {
    let bytes = fs::read(&what.file).map_err(|error| format!("{}: {error}", what.file.display()))?;
    let (message, faults) = read(&what.file, &bytes)?;
    for fault in &faults {
        talk(&format!("{} at {}: {}", fault.code, fault.location, fault.text.en));
    }
    match what.to {
        Form::WcoXml => say(wco::write(&message).trim_end()),
        Form::Json => {
            let content = message.content.as_ref().ok_or("nothing in it is of the data model")?;
            say(&serde_json::to_string_pretty(content).map_err(|error| error.to_string())?);
        }
    }
    let cut = |fault: &Fault| fault.is_error() && fault.code.starts_with("PQ-XML");
    let whole = !faults.iter().any(cut);
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(ONLY_A_PART) })
}

fn read(path: &Path, bytes: &[u8]) -> Result<(Message, Vec<Fault>), String> {
    if bytes.trim_ascii_start().starts_with(b"{") {
        let document: Document =
            serde_json::from_slice(bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        return Ok((Message::new(document), Vec::new()));
    }
    Ok(wco::read(bytes))
}
