//! Filing a formality: every way in (page, API, workbook, message) comes through here, under the same rules, with the
//! same words and the same receipt.

use std::collections::BTreeMap;

use domain::{
    Fault, Instant, Severity, Text, Value,
    formality::{self, CheckContext, Formality},
    matter::{Context, Matter},
    profile::Profile,
    ship_call::{Act, Filing, ShipCall, facts},
};
use store::Sealed;
use uuid::Uuid;

use crate::{
    Actor, Call, Done, Error, Office, Right,
    acting::{Baggage, Request, Step},
    effective, following,
};

/// What a filing looks like after the rules have seen it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The content in its canonical form.
    pub content: Value,
    /// Everything that the rules say, errors and warnings.
    pub faults: Vec<Fault>,
}

impl Checked {
    /// True when nothing of it is refused.
    pub fn is_acceptable(&self) -> bool {
        !self.faults.iter().any(Fault::is_error)
    }
}

/// A filing to be submitted.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Which formality.
    pub formality: Formality,
    /// Its content, as it came.
    pub content: Value,
    /// The file from which it was read; none for a form or a request.
    pub original: Option<Original>,
}

/// What became of a filing.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The answer, with its receipt: that of the version that stands, where nothing was filed.
    pub done: Done,
    /// What is to be said of it: warnings, and that it stands as it is.
    pub faults: Vec<Fault>,
    /// True when the same stands filed word for word, so that nothing was filed and nobody looks again.
    pub unchanged: bool,
}

/// The file from which filings are read, sealed as it came.
#[derive(Clone, Debug)]
pub struct Original {
    /// Its document.
    pub(crate) document: String,
    /// The document itself, as long as no filing has brought it into the store.
    pub(crate) sealed: Option<Sealed>,
}

impl Office {
    /// Checks a filing against the catalogue and the profile's assertions, without keeping anything.
    ///
    /// # Errors
    /// The store's own.
    pub async fn check(&self, call: &ShipCall, submission: &Submission) -> Result<Checked, Error> {
        let now = self.now();
        let mut known = facts(call, &self.profile, now);
        let day = |at: Instant| Value::Date(at.date(&self.profile.zone));
        for (name, event) in [("eta", "arrival"), ("etd", "departure")] {
            if let Some(at) = call.expected(event) {
                known.insert(name.to_owned(), day(at));
            }
        }
        let departure = call.expected("departure").map_or(now, |at| at).date(&self.profile.zone);
        let mut checked = check(&self.profile, now, submission, known);
        if effective::is_of_certificates(&checked.faults) {
            let granted = self.certificates_granted(call).await?;
            let (content, faults) = (&checked.content, &mut checked.faults);
            effective::look_through_granted(&self.profile, (&granted, departure), content, faults);
        }
        Ok(checked)
    }

    /// Why the procedure would refuse a filing now (it waits for an approval, or opens later), told before it is typed.
    pub fn refused_now(&self, actor: &Actor, call: &ShipCall, formality: Formality, content: &Value) -> Option<Fault> {
        let facts = facts_of(formality, content);
        let (document, digest) = (String::new(), String::new());
        let act = Act::File { formality, document, digest, original: None, facts, warnings: 0 };
        let signature = actor.signature();
        let context = Context { now: self.now(), profile: &self.profile, actor: &signature };
        call.clone().act(&act, &context, "").err()
    }

    /// Files a version of a formality.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault when a rule forbids it; warnings are accepted and flagged.
    pub async fn file(
        &self,
        actor: &Actor,
        id: Uuid,
        submission: &Submission,
        request: &Request,
    ) -> Result<Filed, Error> {
        actor.require(Right::File)?;
        let call = self.load(actor, id).await?;
        self.file_on(actor, Call { id, call }, submission, request).await
    }

    /// Files a version of a formality on a call that was read before.
    ///
    /// # Errors
    /// As [`Office::file`].
    pub async fn file_on(
        &self,
        actor: &Actor,
        Call { id, call }: Call,
        submission: &Submission,
        request: &Request,
    ) -> Result<Filed, Error> {
        actor.require(Right::File)?;
        let formality = submission.formality;
        if let Some(answered) = self.answered_before(actor, (id, &call), formality, request).await? {
            return Ok(answered);
        }
        let checked = self.check(&call, submission).await?;
        if let Some(standing) = self.as_it_stands(actor, id, (&call, submission), &checked.content, request).await? {
            return Ok(standing);
        }
        if !checked.is_acceptable() {
            // A retry gets its first answer, whatever the rules say today.
            let known = self.known_answer(actor, &request.about(id, formality.code())).await?;
            let answer = |done| Filed { done, faults: Vec::new(), unchanged: false };
            return known.map(answer).ok_or(Error::Invalid(checked.faults));
        }
        let warnings = checked.faults.iter().filter(|fault| fault.severity == Severity::Warning).count();
        let sealed = self.seal_filing(id, formality, &checked.content)?;
        let act = Act::File {
            formality,
            document: sealed.id.to_string(),
            digest: hex(&sealed.salted_digest),
            original: submission.original.as_ref().map(|original| original.document.clone()),
            facts: facts_of(formality, &checked.content),
            warnings: u32::try_from(warnings).unwrap_or(u32::MAX),
        };
        let version = call.filings.get(&formality).map_or(0, |filing| filing.versions.len()) + 1;
        let original = submission.original.as_ref().and_then(|original| original.sealed.clone());
        let baggage = Baggage {
            what: format!("{} v{version} of call {}", formality.code(), call.number),
            side: vec![self.draft_gone_side(actor, id, formality.code())],
            documents: [sealed].into_iter().chain(original).collect(),
            events: match formality {
                Formality::CrewList | Formality::PassengerList => vec![following::listed(id, &call.number)],
                _ => Vec::new(),
            },
        };
        let acts = [(id, act)];
        let step = Step { id, read: call, acts: std::slice::from_ref(&acts[0].1) };
        let done = match self.commit(actor, vec![step], request, &baggage).await {
            Err(Error::Conflict) => self.act::<ShipCall>(actor, &acts, request, &baggage).await?,
            other => other?,
        };
        Ok(Filed { done, faults: checked.faults, unchanged: false })
    }

    /// What says word for word what stands filed is no new version, whichever way it came: it is answered with the receipt
    /// of the one that stands. None where it differs, where an organ sent back or refused what stands (it may be filed again
    /// as it is), and for a retry of the request that filed it, which has an answer of its own.
    async fn as_it_stands(
        &self,
        actor: &Actor,
        id: Uuid,
        (call, submission): (&ShipCall, &Submission),
        content: &Value,
        request: &Request,
    ) -> Result<Option<Filed>, Error> {
        let formality = submission.formality;
        let standing = call.filings.get(&formality).and_then(Filing::standing);
        let Some(standing) = standing.filter(|_| call.stands_as_filed(formality)) else { return Ok(None) };
        let same = match self.content(actor, &standing.document).await {
            // What was erased cannot be compared: it is filed anew.
            Err(Error::Gone(_)) => false,
            stands => stands? == *content,
        };
        if !same || self.known_answer(actor, &request.about(id, formality.code())).await?.is_some() {
            return Ok(None);
        }
        let receipts = self.filing_receipts(actor, id, formality).await?;
        let receipt_id = receipts.get(&standing.version).and_then(|of| Uuid::parse_str(of).ok());
        let receipt_id = receipt_id.ok_or(Error::NotFound)?;
        let about = (formality.code(), receipt_id);
        let done = self.answer_as_it_stands(actor, (id, &call.number), about, request).await?;
        Ok(Some(Filed { done, faults: vec![unchanged(formality)], unchanged: true }))
    }

    /// The answer to a retry of a request that was answered as it stood. A formality that was never filed has none, and costs
    /// no reading.
    async fn answered_before(
        &self,
        actor: &Actor,
        (id, call): (Uuid, &ShipCall),
        formality: Formality,
        request: &Request,
    ) -> Result<Option<Filed>, Error> {
        if !call.filings.contains_key(&formality) {
            return Ok(None);
        }
        let done = self.answered_as_it_stood(actor, (id, &call.number), formality.code(), request).await?;
        Ok(done.map(|done| Filed { done, faults: vec![unchanged(formality)], unchanged: true }))
    }

    /// Asks for all missing items at once, in words; they are sealed, since they may name persons.
    pub async fn ask(&self, actor: &Actor, id: Uuid, asked: &crate::Asked, request: &Request) -> Result<Done, Error> {
        actor.require(Right::Decide)?;
        let mut baggage = Baggage::default();
        for item in asked.items.iter().filter(|item| !item.trim().is_empty()) {
            baggage.documents.push(self.seal(id, "question", &Value::from(item.as_str()))?);
        }
        let items = baggage.documents.iter().map(|sealed| sealed.id.to_string()).collect();
        let act = Act::Ask { formality: asked.formality, items, due: asked.due };
        self.act::<ShipCall>(actor, &[(id, act)], request, &baggage).await
    }

    /// Answers one item of a question.
    pub async fn answer(
        &self,
        actor: &Actor,
        id: Uuid,
        (question, item): (u32, u32),
        words: &str,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::File)?;
        if words.trim().is_empty() {
            return Err(Error::Invalid(vec![Fault::new(
                Severity::Error,
                "PQ-ANSWER-001",
                "/words",
                Text::new("答复为空。", "The answer is empty."),
                Text::new("请填写答复。", "Write the answer."),
            )]));
        }
        let sealed = self.seal(id, "answer", &Value::from(words))?;
        let act = Act::Answer { question, item, document: sealed.id.to_string() };
        let baggage = Baggage { documents: vec![sealed], ..Baggage::default() };
        self.act::<ShipCall>(actor, &[(id, act)], request, &baggage).await
    }
}

/// Checks a filing against the catalogue and the assertions of a profile. `known` are the facts of its call by name; an
/// assertion about one that is not known breaks nothing, so that a file can be checked without its call.
pub fn check(profile: &Profile, now: Instant, submission: &Submission, mut known: BTreeMap<String, Value>) -> Checked {
    let context = CheckContext { on: now.timestamp(), zone: profile.zone.clone() };
    let (content, mut faults) = formality::read(submission.formality, submission.content.clone(), &context);
    if let Some(assertions) = profile.assertions.get(&submission.formality) {
        let today = now.date(&profile.zone);
        known.insert("today".to_owned(), Value::Date(today));
        let known = Value::Map(known);
        let broken = assertions.check(today, &content, &known);
        faults.extend(broken.into_iter().map(fault_of));
        if matches!(submission.formality, Formality::Certificates | Formality::CrewList | Formality::ExitCrewList) {
            let day = |name: &str| if let Value::Date(day) = known.get(name) { Some(*day) } else { None };
            effective::look_through(profile, (day("eta").unwrap_or(today), day("etd")), &content, &mut faults);
        }
    }
    Checked { content, faults }
}

/// What a filing's content says for the tables.
fn facts_of(formality: Formality, content: &Value) -> BTreeMap<String, Value> {
    match (formality.spec().facts)(content) {
        Value::Map(facts) => facts,
        _ => BTreeMap::new(),
    }
}

/// Said of a filing that stands word for word.
pub(crate) fn unchanged(formality: Formality) -> Fault {
    let spec = formality.spec();
    Fault::new(
        Severity::Info,
        "PQ-UPLOAD-010",
        "",
        Text::new(
            format!("“{}”与已申报的内容完全相同，未重复申报，原回执有效。", spec.zh),
            format!(
                "{}: nothing differs from what stands filed, so it is not filed again; its receipt holds.",
                spec.en
            ),
        ),
        Text::new("无须处理。", "Nothing is to be done."),
    )
}

fn fault_of(broken: rules::Broken) -> Fault {
    let severity = match broken.severity {
        rules::Severity::Error => Severity::Error,
        rules::Severity::Warning => Severity::Warning,
        rules::Severity::Info => Severity::Info,
    };
    let text = sentence(&broken.zh, &broken.en);
    let remedy = sentence(&broken.remedy_zh, &broken.remedy_en);
    let fault = Fault::new(severity, &broken.code, broken.pointer, text, remedy);
    match (broken.help_zh.as_str(), broken.help_en.as_str()) {
        ("", "") => fault,
        (zh, en) => fault.with_help(Text::new(zh, en)),
    }
}

/// What a table of assertions says in a few words, as a sentence among the other faults.
fn sentence(zh: &str, en: &str) -> Text {
    let ended = |words: &str, stop: char| match words.chars().last() {
        Some(last) if !matches!(last, '。' | '.' | '！' | '!' | '？' | '?') => format!("{words}{stop}"),
        _ => words.to_owned(),
    };
    let mut letters = en.chars();
    let en = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default();
    Text::new(ended(zh, '。'), ended(&en, '.'))
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
