//! Cases handed over to hotlines that speak GeoReport v2, followed there and taken back; and what comes from such hotlines.
//! What is sent and heard goes by the binary's worker; here is what it says and what becomes of it.

use std::collections::BTreeSet;

use domain::{
    Fault, Instant, Severity, Text,
    problem::{Act, Handover, Problem, Report},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{DocumentPlain, Filter, Order, Reach, Sealed};
use uuid::Uuid;

use super::{
    NewReport, Said,
    acts::Words,
    intake,
    kept::{HANDED, HANDING, PROBLEM},
};
use crate::{
    Actor, Error, Office, Right,
    acting::{Baggage, Request},
    channels::Hotline,
    filing::hex,
};

/// The register of tries: every version is kept, and so the register is the log.
const TRIES: &str = "handover";
/// A description has so many characters (GeoReport v2).
const MOST_DESCRIPTION: usize = 4000;
/// So many cases are read at once, and so many tries are shown.
const AT_ONCE: i64 = 50;
/// Seconds between the tries of a hotline that does not answer; after the last one the case comes back.
const PAUSES: [i64; 8] = [2, 10, 60, 300, 1800, 7200, 21_600, 21_600];
/// So many hands a report may have gone through: more is a circle that nobody marked.
const MOST_HOPS: usize = 4;

/// A case that is to be sent to a hotline.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The matter.
    pub id: Uuid,
    /// Its number here: the idempotency key there.
    pub number: String,
    /// The form, without the API key.
    pub form: Vec<(String, String)>,
}

/// A case that is at a hotline's.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The matter.
    pub id: Uuid,
    /// Its number here.
    pub number: String,
    /// Its number there, or the token for it.
    pub handover: Handover,
}

/// What a hotline did with what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It took it, under this number or token.
    Taken {
        /// Number there.
        reference: String,
        /// What stands for it until then.
        token: String,
    },
    /// It will never take it as it is; why.
    Refused(String),
    /// It may take it later; what happened.
    Later(String),
}

/// A try, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    /// The hotline.
    pub to: String,
    /// 1 for the first.
    pub nth: usize,
    /// What came of it.
    pub result: String,
    /// When.
    pub at: Instant,
    /// When it is tried again; none when it is not.
    pub next: Option<Instant>,
}

impl Office {
    /// True when the program hands cases over to this track: it is configured, and nobody gives a number by telephone.
    pub(super) fn hands_over(&self, to: &str, reference: &Words) -> bool {
        reference.0.is_blank() && self.channels.hotline(to).is_some()
    }

    /// Refuses to hand over what may not leave, or would come back in a circle.
    pub(super) fn require_handover(&self, problem: &Problem, to: &str) -> Result<(), Error> {
        let Some(hotline) = self.channels.hotline(to) else { return Ok(()) };
        let was_there = |report: &Report| {
            (!hotline.jurisdiction.is_empty() && report.hops.contains(&hotline.jurisdiction))
                || report.hops.len() >= MOST_HOPS
        };
        if problem.reports.iter().any(was_there) {
            return Err(refused(
                "PQ-HANDOVER-001",
                [
                    "该问题已经过该热线，或已多次转办，不得再转。",
                    "It has been in that hotline's hands, or in too many hands already.",
                ],
                ["请在本口岸办理。", "Work on it here."],
            ));
        }
        if hotline.service(&problem.topic).is_none() {
            return Err(refused(
                "PQ-HANDOVER-002",
                ["该热线不办理此类问题。", "That hotline has no service for this topic."],
                ["请改正类别，或转往其他途径。", "Mend the topic, or hand it over to another track."],
            ));
        }
        if problem.standing_reports().all(is_hidden) {
            return Err(refused(
                "PQ-HANDOVER-003",
                [
                    "反映人要求保密，内容不得自动转出。",
                    "The reporter is hidden: what it says does not leave by itself.",
                ],
                [
                    "请电话转办，并在“编号”中填写对方编号。",
                    "Hand it over by telephone, and give the number that you get there.",
                ],
            ));
        }
        Ok(())
    }

    /// Cases that are to be sent to a hotline now, the oldest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn outgoing(&self, hotline: &Hotline) -> Result<Vec<Outgoing>, Error> {
        let mut found = Vec::new();
        for (id, number) in self.marked(&format!("{HANDING}{}", hotline.to)).await? {
            let waits = self.last_try(&number).await?.and_then(|of| of.next);
            if waits.is_some_and(|next| next > self.now()) {
                continue;
            }
            let problem = self.read::<Problem>(Reach::System("deciding"), id).await?;
            if problem.handing_to() != Some(hotline.to.as_str()) {
                continue;
            }
            let form = self.form(hotline, &problem).await?;
            found.push(Outgoing { id, number: problem.number, form });
        }
        Ok(found)
    }

    /// Cases that are at a hotline's.
    ///
    /// # Errors
    /// The store's own.
    pub async fn outside(&self, hotline: &Hotline) -> Result<Vec<Outside>, Error> {
        let mut outside = Vec::new();
        for (id, number) in self.marked(&format!("{HANDED}{}", hotline.to)).await? {
            let handover = self.read::<Problem>(Reach::System("deciding"), id).await?.handed_to().cloned();
            outside.extend(handover.map(|handover| Outside { id, number, handover }));
        }
        Ok(outside)
    }

    /// Every case with a token, page by page: identifier and number.
    async fn marked(&self, token: &str) -> Result<Vec<(Uuid, String)>, Error> {
        let filter = Filter { tokens: vec![token.to_owned()], order: Order::Starts, ..Filter::default() };
        let reach = self.store.reach(Reach::System("handing over"));
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = reach.list(PROBLEM, &filter, after, AT_ONCE).await?;
            let Some(last) = page.last() else { return Ok(found) };
            after = Some(last.cursor(filter.order));
            found.extend(page.into_iter().map(|stored| (stored.id, stored.row.number)));
        }
    }

    /// Records what a hotline did with what was sent: it is there, comes back, or is tried again.
    ///
    /// # Errors
    /// The store's own.
    pub async fn sent(&self, hotline: &Hotline, outgoing: &Outgoing, sent: &Sent) -> Result<(), Error> {
        let nth = self.last_try(&outgoing.number).await?.filter(|of| of.next.is_some()).map_or(1, |of| of.nth + 1);
        let (result, next) = match sent {
            Sent::Taken { reference, token } if reference.is_empty() => (format!("token {token}"), None),
            Sent::Taken { reference, .. } => (reference.clone(), None),
            Sent::Refused(why) => (why.clone(), None),
            Sent::Later(why) => {
                let pause = PAUSES.get(nth - 1).map(|seconds| Instant(self.now().0 + seconds * 1_000_000));
                (why.clone(), pause)
            }
        };
        let of = Try { to: hotline.to.clone(), nth, result: result.chars().take(300).collect(), at: self.now(), next };
        self.store.put_record(TRIES, &outgoing.number, &serde_json::to_string(&of)?, "open311").await?;
        match sent {
            Sent::Taken { reference, token } => {
                let (to, reference, token) = (hotline.to.clone(), reference.clone(), token.clone());
                self.by_program(outgoing.id, Act::HandOver { to, reference, token }).await
            }
            Sent::Later(_) if next.is_some() => Ok(()),
            Sent::Refused(why) | Sent::Later(why) => {
                let words = Text::new(
                    format!("未能转交 {}：{why}", hotline.to),
                    format!("It could not be handed over to {}: {why}", hotline.to),
                );
                self.back(outgoing.id, &hotline.to, &words).await
            }
        }
    }

    /// The hotline gave a number for its token.
    ///
    /// # Errors
    /// The store's own.
    pub async fn numbered(&self, hotline: &Hotline, outside: &Outside, reference: &str) -> Result<(), Error> {
        let (to, reference) = (hotline.to.clone(), reference.to_owned());
        self.by_program(outside.id, Act::HandOver { to, reference, token: String::new() }).await
    }

    /// The hotline has closed it: it is the port's again, with what the hotline says of it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn closed_there(&self, hotline: &Hotline, outside: &Outside, notes: &str) -> Result<(), Error> {
        self.back(outside.id, &hotline.to, &said_there(&hotline.to, notes)).await
    }

    /// What the hotline says of a case while it is open there goes to its firms, each word once, however often it is looked at.
    ///
    /// # Errors
    /// The store's own.
    pub async fn heard_there(&self, hotline: &Hotline, outside: &Outside, notes: &str) -> Result<(), Error> {
        let notes: String = without_marks(notes).trim().chars().take(super::MOST_WORDS - 100).collect();
        if notes.is_empty() {
            return Ok(());
        }
        let words = Text::new(format!("{}：{notes}", hotline.to), format!("{}: {notes}", hotline.to));
        let said = hex(&Sha256::digest(notes.as_bytes()));
        let request = Request::new("heard", Some(format!("{}/{said}", outside.number)), &[], "open311");
        // Known: nothing is sealed for it a second time.
        if self.known_answer(&Actor::clock(), &request.about(outside.id, "")).await?.is_some() {
            return Ok(());
        }
        let sealed = self.sealed_words(outside.id, &words)?;
        let act = Act::Hear { to: hotline.to.clone(), words: sealed.id.to_string() };
        let baggage = Baggage { documents: vec![sealed], ..Baggage::default() };
        settled(self.act::<Problem>(&Actor::clock(), &[(outside.id, act)], &request, &baggage).await)
    }

    fn sealed_words(&self, matter: Uuid, words: &Text) -> Result<Sealed, Error> {
        Ok(self.store.seal(DocumentPlain {
            id: self.new_id(),
            matter,
            purpose: "words".to_owned(),
            subject: String::new(),
            bytes: serde_json::to_vec(words)?,
        })?)
    }

    async fn back(&self, id: Uuid, to: &str, words: &Text) -> Result<(), Error> {
        let sealed = self.sealed_words(id, words)?;
        let act = Act::HandBack { to: to.to_owned(), words: sealed.id.to_string() };
        let request = Request::new("handover", None, &[], "open311");
        let baggage = Baggage { documents: vec![sealed], ..Baggage::default() };
        settled(self.act::<Problem>(&Actor::clock(), &[(id, act)], &request, &baggage).await)
    }

    async fn by_program(&self, id: Uuid, act: Act) -> Result<(), Error> {
        let request = Request::new("handover", None, &[], "open311");
        settled(self.act::<Problem>(&Actor::clock(), &[(id, act)], &request, &Baggage::default()).await)
    }

    async fn last_try(&self, number: &str) -> Result<Option<Try>, Error> {
        let row = self.store.record(TRIES, number).await?;
        Ok(row.map(|row| serde_json::from_str(&row.json)).transpose()?)
    }

    /// The log of tries to hand a case over, the newest first, for the port office.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody else.
    pub async fn tries(&self, actor: &Actor, number: &str) -> Result<Vec<Try>, Error> {
        actor.require(Right::RunProblems)?;
        let rows = self.store.record_versions(TRIES, number, AT_ONCE).await?;
        Ok(rows.iter().map(|row| serde_json::from_str(&row.json)).collect::<Result<_, _>>()?)
    }

    /// What a hotline sends of a case that it was handed: none when the case is not one that was handed to it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn came_back(&self, to: &str, number: &str, words: &str) -> Result<Option<String>, Error> {
        let reach = self.store.reach(Reach::System("handed back"));
        let found = reach.matter_by_number(number).await?.filter(|stored| stored.kind == PROBLEM);
        let Some(stored) = found else { return Ok(None) };
        let id = stored.id;
        let problem = self.unfold::<Problem>(stored).await?;
        if !problem.handovers.iter().any(|of| of.to == to) && problem.handing_to() != Some(to) {
            return Ok(None);
        }
        if problem.handed_to().is_some_and(|of| of.to == to) || problem.handing_to() == Some(to) {
            self.back(id, to, &said_there(to, words)).await?;
        }
        // It came back before: a retry is answered like the first one.
        Ok(Some(problem.number))
    }

    /// The request as GeoReport v2 has it.
    async fn form(&self, hotline: &Hotline, problem: &Problem) -> Result<Vec<(String, String)>, Error> {
        let reach = self.store.reach(Reach::System("handing over"));
        let document = async |id: &str| -> Result<Vec<u8>, Error> {
            let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
            reach.document(id).await?.and_then(|document| document.bytes).ok_or(Error::NotFound)
        };
        let (mut words, mut places, mut hops) = (Vec::new(), Vec::new(), BTreeSet::new());
        let mut who = None;
        for report in problem.standing_reports().filter(|report| !is_hidden(report)) {
            let said: Said = serde_json::from_slice(&document(&report.words).await?)?;
            words.push(without_marks(&said.words).to_owned());
            places.extend(said.answers.into_iter().filter(|(name, _)| PLACES.contains(&name.as_str())));
            hops.extend(report.hops.iter().cloned());
            if let (true, None, Some(contact)) = (hotline.contact, &who, &report.contact) {
                who = Some(intake::contact(&document(contact).await?)?);
            }
        }
        places.sort();
        places.dedup_by(|one, other| one.0 == other.0);
        if places.is_empty() {
            let port = self.profile.port.name.zh.clone();
            let address = if hotline.address.is_empty() { port } else { hotline.address.clone() };
            places.push(("address_string".to_owned(), address));
        }
        let mark = mark(&self.profile.port.code, &problem.number, &hops);
        let language = problem.reports.first().map_or("zh", |report| report.language.as_str());
        let mut form = vec![
            ("service_code".to_owned(), hotline.service(&problem.topic).unwrap_or_default().to_owned()),
            ("description".to_owned(), described(&words.join("\n\n"), &mark)),
            ("locale".to_owned(), language.to_owned()),
        ];
        if !hotline.jurisdiction.is_empty() {
            form.push(("jurisdiction_id".to_owned(), hotline.jurisdiction.clone()));
        }
        form.extend(places);
        if let Some(who) = who {
            let pairs = [("first_name", who.name), ("email", who.email), ("phone", who.phone)];
            form.extend(
                pairs.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.into(), value)),
            );
        }
        Ok(form)
    }
}

impl NewReport {
    /// Marks of other hands in its words: who handed it over last, under which number, and all before.
    pub fn read_marks(&mut self) {
        let marks = marks(&self.words);
        if let Some((_, number)) = marks.last() {
            self.elsewhere.get_or_insert_with(|| number.clone());
        }
        self.hops = marks.into_iter().map(|(jurisdiction, _)| jurisdiction).collect();
    }

    /// The number under which this port handed it over, when its words say that it did.
    pub fn own_number(&self, jurisdiction: &str) -> Option<String> {
        marks(&self.words).into_iter().rev().find(|(of, _)| of == jurisdiction).map(|(_, number)| number)
    }
}

/// How a place is said in a request.
const PLACES: [&str; 4] = ["lat", "long", "address_string", "address_id"];

fn is_hidden(report: &Report) -> bool {
    report.hidden || !report.against.is_empty()
}

/// An act of the program that somebody else was faster with is settled.
fn settled(done: Result<crate::Done, Error>) -> Result<(), Error> {
    match done {
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

fn said_there(to: &str, notes: &str) -> Text {
    let notes: String = without_marks(notes).chars().take(super::MOST_WORDS - 100).collect();
    match notes.trim() {
        "" => Text::new(
            format!("{to} 已办结并转回，未附说明。"),
            format!("{to} has closed it and handed it back, without a word."),
        ),
        notes => Text::new(format!("{to} 转回：{notes}"), format!("{to} handed it back: {notes}")),
    }
}

/// The lines by which the next hotline, and this port, know whose hands it went through.
fn mark(jurisdiction: &str, number: &str, hops: &BTreeSet<String>) -> String {
    let before = hops.iter().map(|hop| format!("[via {hop} -]\n"));
    before.chain([format!("[via {jurisdiction} {number}]")]).collect()
}

/// Words and marks within what a description may have; words are cut, marks never.
fn described(words: &str, mark: &str) -> String {
    let room = MOST_DESCRIPTION - 3 - mark.chars().count();
    let cut = words.chars().count() > room;
    let words: String = words.chars().take(room).collect();
    format!("{words}{}\n\n{mark}", if cut { "…" } else { "" })
}

/// The marks at the end of words, the oldest first.
fn marks(words: &str) -> Vec<(String, String)> {
    let lines = words.trim_end().lines().rev().map_while(|line| {
        let inner = line.trim().strip_prefix("[via ")?.strip_suffix(']')?;
        let (jurisdiction, number) = inner.split_once(' ')?;
        let plain = |text: &str| {
            let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            (1..=60).contains(&text.len()) && text.bytes().all(sign)
        };
        (plain(jurisdiction) && plain(number)).then(|| (jurisdiction.to_owned(), number.to_owned()))
    });
    let mut marks: Vec<_> = lines.collect();
    marks.reverse();
    marks
}

/// Words without the marks at their end.
fn without_marks(words: &str) -> &str {
    let count = marks(words).len();
    let mut rest = words.trim_end();
    for _ in 0..count {
        rest = rest.rfind('\n').map_or("", |at| &rest[..at]).trim_end();
    }
    rest
}

fn refused(code: &str, [zh, en]: [&str; 2], [remedy_zh, remedy_en]: [&str; 2]) -> Error {
    let (text, remedy) = (Text::new(zh, en), Text::new(remedy_zh, remedy_en));
    Error::Refused(Fault::new(Severity::Error, code, "", text, remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_written_and_read_again() {
        let hops = BTreeSet::from(["CNSHA".to_owned()]);
        let mark = mark("CNDAL", "2026-DAL-P000012", &hops);
        let words = described("the road to gate 3\nis blocked", &mark);
        let read = marks(&words);
        let expected = [("CNSHA", "-"), ("CNDAL", "2026-DAL-P000012")].map(|(of, no)| (of.to_owned(), no.to_owned()));
        assert_eq!(read, expected);
        assert_eq!(without_marks(&words), "the road to gate 3\nis blocked");
        let mut new = NewReport { words, ..NewReport::default() };
        new.read_marks();
        assert_eq!((new.elsewhere.as_deref(), new.hops.len()), (Some("2026-DAL-P000012"), 2));
        assert_eq!(new.own_number("CNDAL").as_deref(), Some("2026-DAL-P000012"));
        assert_eq!(new.own_number("CNTAO"), None);
        for words in ["", "[via CNDAL]", "[via <b> 1]\n", "[via CNDAL 1]\nsaid after it"] {
            assert!(marks(words).is_empty(), "{words}");
            assert_eq!(without_marks(words), words.trim_end());
        }
    }

    #[test]
    fn a_long_description_is_cut_and_keeps_its_mark() {
        let mark = mark("CNDAL", "2026-DAL-P000012", &BTreeSet::new());
        let words = described(&"箱".repeat(8000), &mark);
        assert_eq!(words.chars().count(), MOST_DESCRIPTION);
        assert!(words.ends_with(&mark) && words.contains('…'));
    }
}
