//! Electronic mail in: what a letter says, by whom, in answer to what, and whether a machine wrote it. Reading never fails.

use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders};

/// A letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Its identifier without angle brackets; empty when it has none.
    pub id: String,
    /// Address of its sender, small letters; empty when it has none.
    pub from: String,
    /// Name of its sender.
    pub name: String,
    /// Addresses of those to whom it is written.
    pub to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Words, as plain text; a part in HTML is read as text.
    pub text: String,
    /// Identifiers of the letters that it answers, the nearest first.
    pub answers: Vec<String>,
    /// Files: name and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Why nobody answers it: it was written by a machine, or sent to a list (RFC 3834).
    pub automatic: Option<&'static str>,
    /// Values of `X-Loop`: whose programs have handled it before.
    pub loops: Vec<String>,
}

/// Reads a letter. Bytes that are none give an empty one.
pub fn read(bytes: &[u8]) -> Mail {
    let Some(message) = MessageParser::default().parse(bytes) else { return Mail::default() };
    let from = message.from().and_then(|from| from.first());
    let files = message.attachments().enumerate().map(|(nth, part)| {
        let name = part.attachment_name().map_or_else(|| format!("file-{}", nth + 1), str::to_owned);
        (name, part.contents().to_vec())
    });
    let mut answers: Vec<String> = texts(message.in_reply_to());
    for id in texts(message.references()).into_iter().rev() {
        if !answers.contains(&id) {
            answers.push(id);
        }
    }
    Mail {
        id: message.message_id().unwrap_or_default().to_owned(),
        from: from.and_then(|from| from.address()).unwrap_or_default().trim().to_lowercase(),
        name: from.and_then(|from| from.name()).unwrap_or_default().to_owned(),
        to: message
            .to()
            .into_iter()
            .flat_map(|to| to.iter())
            .filter_map(|to| to.address().map(str::to_owned))
            .collect(),
        subject: message.subject().unwrap_or_default().trim().to_owned(),
        text: message.body_text(0).map(|text| text.trim().to_owned()).unwrap_or_default(),
        answers,
        files: files.collect(),
        automatic: automatic(&message),
        loops: raw(&message, "X-Loop"),
    }
}

fn texts(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.to_string()],
        HeaderValue::TextList(list) => list.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// The values of a header, as they stand.
fn raw(message: &Message<'_>, name: &str) -> Vec<String> {
    let named = message.headers_raw().filter(|(of, _)| of.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim().to_owned()).collect()
}

fn automatic(message: &Message<'_>) -> Option<&'static str> {
    let any =
        |name: &str, test: &dyn Fn(&str) -> bool| raw(message, name).iter().any(|value| test(&value.to_lowercase()));
    if any("Auto-Submitted", &|value| !value.starts_with("no")) {
        return Some("Auto-Submitted");
    }
    if any("Precedence", &|value| ["bulk", "junk", "list", "auto_reply"].contains(&value)) {
        return Some("Precedence");
    }
    if any("List-Id", &|_| true) || any("List-Unsubscribe", &|_| true) {
        return Some("List-Id");
    }
    if any("Return-Path", &|value| value == "<>") {
        return Some("Return-Path");
    }
    let machines = ["mailer-daemon@", "postmaster@", "noreply@", "no-reply@", "donotreply@"];
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address()).unwrap_or_default();
    let from = from.to_lowercase();
    machines.iter().any(|machine| from.starts_with(machine)).then_some("From")
}
