//! Letters: a notice written out as plain text in the reader's language. Who has no account reads what was said to her; who has
//! one is led to the page, where her rights are looked at again.

use domain::{Text, ship_call::Party};
use office::{
    ProblemLine,
    notices::{Letter, Message, Said},
    problems::Brief,
};
use serde_json::json;

use crate::{
    app::App,
    layout::{Layout, Say},
    notices, pages, say,
};

/// A letter that can be sent.
#[derive(Clone, Debug)]
pub struct Written {
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Writes a letter. `site` is the address under which the pages are reached, without a slash at its end; empty where none is
/// set, and then no page is named.
///
/// # Errors
/// [`office::Error::Internal`] when words are missing, and what reading the brief gives.
pub async fn write(app: &App, letter: &Letter, site: &str) -> Result<Written, office::Error> {
    let pen = Pen::new(app, &letter.language);
    let profile = &app.office.profile;
    let said = pen.say(&notices::said(profile, &letter.notice))?;
    let number = &letter.notice.number;
    let subject = match number.as_str() {
        "" => said.clone(),
        _ => pen.say(&json!({"key": "letter-subject", "number": number, "what": said}))?,
    };
    let mut lines = vec![pen.say(&say::key("letter-greeting"))?, String::new(), said];
    match letter.notice.kind.as_str() {
        "address.confirm" => lines.push(pen.say(&say::key("letter-code"))?),
        "problem.confirm" => lines.push(pen.say(&say::key("letter-report-code"))?),
        _ => {}
    }
    if let Some(until) = letter.notice.data.until {
        lines.push(pen.say(&json!({"key": "notices-until", "at": {"at": until.0}}))?);
    }
    for of in &letter.said {
        lines.push(String::new());
        lines.extend(pen.said(profile, of)?);
    }
    if letter.notice.kind == "brief"
        && let Some(reader) = &letter.reader
    {
        lines.extend(brief(app, &pen, reader).await?);
    }
    // A key firm reads who of the port office looks after it, and for whom she stands in.
    if let Some(reader) = letter.reader.as_ref().filter(|reader| matches!(reader.party, Party::Firm(_)))
        && (letter.notice.kind.starts_with("call.") || letter.notice.kind.starts_with("problem."))
        && let Some(named) = pages::companies::named(app.office.coordinator_of(reader.unit()).await?)
    {
        lines.push(String::new());
        lines.push(pen.say(&named)?);
    }
    lines.push(String::new());
    lines.extend(pen.foot(letter, site)?);
    Ok(Written { subject, text: lines.join("\n") + "\n" })
}

/// Writes a short message, with the page that it opens: in both languages where nobody knows which one its reader reads.
///
/// # Errors
/// [`office::Error::Internal`] when words are missing.
pub fn message(app: &App, of: &Message, site: &str) -> Result<String, office::Error> {
    let profile = &app.office.profile;
    let port = say::text(&profile.port.name);
    let words = match &of.code {
        Some((code, until)) => json!({"key": "message-consent", "port": port, "code": code, "at": {"at": until.0}}),
        None => json!({"key": "message-notice", "port": port, "what": notices::said(profile, &of.notice)}),
    };
    let languages = if of.language.is_empty() { vec!["zh", "en"] } else { vec![of.language.as_str()] };
    let said = languages.iter().map(|language| {
        let pen = Pen::new(app, language);
        let mut said = pen.say(&words)?;
        if let Some(until) = of.notice.data.until.filter(|_| of.code.is_none()) {
            said = format!("{said} {}", pen.say(&json!({"key": "notices-until", "at": {"at": until.0}}))?);
        }
        Ok(said)
    });
    let mut lines = said.collect::<Result<Vec<String>, office::Error>>()?;
    if !of.page.is_empty() && !site.is_empty() {
        lines.push(format!("{site}{}", of.page));
    }
    Ok(lines.join("\n"))
}

/// The morning brief as text: each part with its lines.
async fn brief(app: &App, pen: &Pen<'_>, reader: &office::Actor) -> Result<Vec<String>, office::Error> {
    let brief = app.office.brief(reader).await?;
    let mut lines = Vec::new();
    for (key, part) in parts(&brief) {
        lines.push(String::new());
        lines.push(pen.say(&json!({"key": "letter-brief", "title": say::key(key), "n": part.len()}))?);
        for of in part {
            let topic = pages::problems::topic_name(&app.office, &of.topic);
            let class = say::key(&format!("problem-class-{}", of.class));
            let owner = if of.owner.is_empty() { json!("") } else { say::unit(&app.office.profile, &of.owner) };
            let due = of.due.map_or_else(|| json!(""), |due| json!({"at": due.0}));
            lines.push(format!(
                "  {}  {}  {}  {}  {}",
                of.number,
                pen.say(&topic)?,
                pen.say(&class)?,
                pen.say(&owner)?,
                pen.say(&due)?
            ));
        }
    }
    Ok(lines)
}

/// The parts of the brief that have lines of their own, as the page has them.
fn parts(brief: &Brief) -> [(&'static str, Vec<&ProblemLine>); 7] {
    [
        ("brief-blocked", brief.blocked.iter().map(|of| &of.line).collect()),
        ("brief-clocks", brief.clocks.iter().map(|of| &of.line).collect()),
        ("brief-call", brief.to_call.iter().map(|(line, _)| line).collect()),
        ("brief-overdue", brief.overdue.iter().collect()),
        ("brief-untouched", brief.untouched.iter().collect()),
        ("brief-disputed", brief.disputed.iter().collect()),
        ("brief-new", brief.new.iter().collect()),
    ]
}

/// Words in one language, outside a page.
struct Pen<'a> {
    app: &'a App,
    layout: Layout,
}

impl<'a> Pen<'a> {
    fn new(app: &'a App, language: &str) -> Pen<'a> {
        let layout = Layout {
            lang: if language == "en" { "en" } else { "zh" }.to_owned(),
            now: app.office.now().0,
            zone: app.office.profile.port.zone.clone(),
            ..Layout::default()
        };
        Pen { app, layout }
    }

    fn say(&self, say: &Say) -> Result<String, office::Error> {
        self.app.templates.say(&self.layout, say).map_err(|error| office::Error::Internal(error.to_string()))
    }

    fn text(&self, text: &Text) -> String {
        text.in_language(&self.layout.lang).to_owned()
    }

    fn said(&self, profile: &domain::profile::Profile, of: &Said) -> Result<Vec<String>, office::Error> {
        let mut lines = Vec::new();
        if !of.outcome.is_empty() {
            lines.push(self.say(&say::key(&format!("problem-outcome-{}", of.outcome.replace('_', "-"))))?);
        }
        lines.push(self.text(&of.words));
        if !of.law.is_empty() {
            lines.push(self.say(&json!({"key": "letter-law", "law": say::law(profile, &of.law)}))?);
        }
        Ok(lines)
    }

    /// Where to go on, and whether an answer is read.
    fn foot(&self, letter: &Letter, site: &str) -> Result<Vec<String>, office::Error> {
        let mut lines = Vec::new();
        let number = &letter.notice.number;
        let kind = letter.notice.kind.as_str();
        if letter.reader.is_some() {
            if !site.is_empty() {
                let link = format!("{site}{}", letter.notice.path());
                lines.push(self.say(&json!({"key": "letter-page", "link": link}))?);
                lines.push(self.say(&json!({"key": "letter-settings", "link": format!("{site}/notices/ways")}))?);
            }
            let answered = self.app.mailbox && kind.starts_with("problem.");
            let answer = if answered { "letter-answer-case" } else { "letter-do-not-answer" };
            lines.push(self.say(&say::key(answer))?);
            return Ok(lines);
        }
        if !letter.page.is_empty() && !site.is_empty() {
            lines.push(self.say(&json!({"key": "letter-page", "link": format!("{site}{}", letter.page)}))?);
        }
        if letter.id.starts_with("notice.") {
            lines.push(self.say(&say::key("letter-do-not-answer"))?);
            return Ok(lines);
        }
        if kind == "problem.reply" {
            lines.push(self.say(&say::key("letter-visit"))?);
        }
        if kind == "problem.confirm" {
            if let (false, Some(code)) = (site.is_empty(), letter.said.first()) {
                let link = format!("{site}/report/address?number={number}&code={}", code.words.en);
                lines.push(self.say(&json!({"key": "letter-page", "link": link}))?);
            }
            let answer = if self.app.mailbox { "letter-report-answer" } else { "letter-do-not-answer" };
            lines.push(self.say(&say::key(answer))?);
            lines.push(self.say(&say::key("letter-report-not-yours"))?);
            return Ok(lines);
        }
        if !site.is_empty() {
            let link = format!("{site}/report/status?number={number}");
            lines.push(self.say(&json!({"key": "letter-status", "link": link, "number": number}))?);
        }
        lines.push(self.say(&say::key(if self.app.mailbox { "letter-answer" } else { "letter-do-not-answer" }))?);
        Ok(lines)
    }
}
