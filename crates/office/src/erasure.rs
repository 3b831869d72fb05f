//! What was filed and written is kept as long as the table `retention` says, and then erased; sooner for a person or firm when
//! there is a ground. Nothing is erased of a matter that somebody must keep. Each erasure is recorded.

use domain::{
    Fault, Instant, Severity, Text, Value,
    crew_case::{self, CrewCase},
    flight::{self, Flight},
    formality::{Formality, person_key},
    person_permit::{self, PersonPermit},
    precheck::Precheck,
    problem::{self, Problem},
    ship_call::{self, ShipCall},
};
use serde_json::json;
use store::{Reach, erasure};
use uuid::Uuid;

use crate::{Administrator, Error, Office, kept::Kept, ship_calls::is_over};

/// What documents serve besides formalities.
const OTHERS: [&str; 15] = [
    "question",
    "answer",
    "words",
    "original",
    "report",
    "contact",
    "attachment",
    "secret",
    "notice",
    "holder",
    "paper",
    "crew_person",
    "precheck",
    "elsewhere",
    crate::resumption::SEALED_WORDS,
];

/// The kinds of matter of which rows may tell, and what belongs to none.
const KINDS: [&str; 7] =
    [ShipCall::KIND, Problem::KIND, Flight::KIND, PersonPermit::KIND, CrewCase::KIND, Precheck::KIND, erasure::RECORD];

/// So many documents are erased in one transaction.
const AT_ONCE: usize = 100;

/// So many documents of one purpose are looked at in a sweep; the rest wait for the next.
const LOOKED_AT: usize = 2_000;

/// Who erases by a row that says so.
const RULE: &str = "retention";

/// What is to be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erased {
    /// One document.
    Document(Uuid),
    /// What the matters of a firm hold.
    Firm(String),
    /// What tells of a person: the number of a document of hers, or `FAMILY/GIVEN/1990-01-31`.
    Person(String),
}

/// A document that could be erased.
#[derive(Clone, Debug)]
pub struct Erasable {
    /// The document.
    pub document: Uuid,
    /// Number of its call or problem.
    pub number: String,
    /// What it serves: the code of a formality, `question`, `words` …
    pub purpose: String,
    /// When it was filed or written.
    pub filed_at: Instant,
    /// Until when a row keeps it; none while its matter is under way, and where no row says so.
    pub kept_until: Option<Instant>,
    /// The row that keeps it, with law and reason.
    pub row: Option<Retained>,
    /// Why it must be kept whatever the row says.
    pub keep: Option<String>,
}

/// What a row of `retention` says.
#[derive(Clone, Debug)]
pub struct Retained {
    /// The row's id.
    pub row: String,
    /// Its law, in both languages.
    pub law: Text,
    /// Why.
    pub reason: Text,
    /// True when it is erased without anybody's saying so.
    pub by_itself: bool,
}

impl Erasable {
    /// True when nothing keeps it any more.
    pub fn is_due(&self, now: Instant) -> bool {
        self.keep.is_none() && self.kept_until.is_some_and(|until| until <= now)
    }
}

impl Office {
    /// The documents that would be erased, and what keeps each of them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not administer the port.
    pub async fn erasable(&self, by: &Administrator, what: &Erased) -> Result<Vec<Erasable>, Error> {
        by.require_port()?;
        let kept = match what {
            Erased::Document(id) => self.store.kept_document(*id).await?.into_iter().collect(),
            Erased::Firm(code) => self.store.kept_of_firm(code).await?,
            Erased::Person(text) => self.store.kept_of_person(&person_key(text)).await?,
        };
        Ok(kept.into_iter().map(|kept| self.weighed(kept)).collect())
    }

    /// Erases documents whose term has passed; with a ground also those that are kept still, unless their matter is.
    /// Gives how many were erased and how many were not.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not administer the port.
    pub async fn erase(
        &self,
        by: &Administrator,
        what: &Erased,
        ground: Option<&str>,
    ) -> Result<(usize, usize), Error> {
        let found = self.erasable(by, what).await?;
        let now = self.now();
        let of = |erasable: &Erasable| match ground {
            Some(_) => erasable.keep.is_none(),
            None => erasable.is_due(now),
        };
        let (gone, kept): (Vec<_>, Vec<_>) = found.into_iter().partition(of);
        let left = kept.len();
        Ok((self.erase_all(by, gone, ground).await?, left))
    }

    /// The documents whose term has passed: those of rows that propose it, which wait for somebody to say so, and those
    /// of rows by which it happens by itself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not administer the port.
    pub async fn due_for_erasure(&self, by: &Administrator) -> Result<Vec<Erasable>, Error> {
        by.require_port()?;
        self.past_their_term().await
    }

    /// Erases what the rows only propose to erase.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not administer the port.
    pub async fn erase_due(&self, by: &Administrator) -> Result<usize, Error> {
        let due = self.due_for_erasure(by).await?;
        self.erase_all(by, due, None).await
    }

    /// Erases what the rows erase by themselves.
    ///
    /// # Errors
    /// The store's own.
    pub async fn sweep_documents(&self) -> Result<usize, Error> {
        let mut due = self.past_their_term().await?;
        due.retain(|erasable| erasable.row.as_ref().is_some_and(|row| row.by_itself));
        self.erase_all(&Administrator::operator(RULE), due, None).await
    }

    /// Lets nothing of a call or problem be erased until it is released.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown number or an empty ground.
    pub async fn keep_documents(&self, by: &Administrator, number: &str, ground: &str) -> Result<(), Error> {
        by.require_port()?;
        if ground.trim().is_empty() {
            return Err(refused("PQ-ERASE-002", "须写明保全的依据。", "Say on which ground it is kept."));
        }
        let matter = self.matter_of(number).await?;
        let side = vec![self.store.keep_side(matter, ground.trim(), by.who())];
        self.change(by, "documents.kept", (String::new(), number), &json!({"ground": ground.trim()}), side).await
    }

    /// Lets the rows erase what belongs to a call or problem again.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a number that is not kept.
    pub async fn release_documents(&self, by: &Administrator, number: &str) -> Result<(), Error> {
        by.require_port()?;
        let side = vec![self.store.release_side(self.matter_of(number).await?)];
        match self.change(by, "documents.released", (String::new(), number), &json!({}), side).await {
            Err(Error::Conflict) => {
                Err(refused("PQ-ERASE-001", format!("{number} 未被保全。"), format!("Nothing of {number} is kept.")))
            }
            other => other,
        }
    }

    async fn matter_of(&self, number: &str) -> Result<Uuid, Error> {
        let found = self.store.reach(Reach::System(RULE)).matter_by_number(number).await?;
        found.map(|stored| stored.id).ok_or_else(|| {
            refused("PQ-ERASE-001", format!("没有编号 {number}。"), format!("There is no call or problem {number}."))
        })
    }

    async fn erase_all(
        &self,
        by: &Administrator,
        mut gone: Vec<Erasable>,
        ground: Option<&str>,
    ) -> Result<usize, Error> {
        // One change for each row and matter: what it says is then true of all that it names.
        gone.sort_by(|one, other| (key(one), one.document).cmp(&(key(other), other.document)));
        let mut count = 0;
        for same in gone.chunk_by(|one, other| key(one) == key(other)) {
            for some in same.chunks(AT_ONCE) {
                count += self.erase_some(by, some, ground).await?;
            }
        }
        Ok(count)
    }

    async fn erase_some(&self, by: &Administrator, some: &[Erasable], ground: Option<&str>) -> Result<usize, Error> {
        let Some(first) = some.first() else { return Ok(0) };
        let why = because(first, ground);
        let ids: Vec<Uuid> = some.iter().map(|erasable| erasable.document).collect();
        let detail = json!({
            "documents": some.iter().map(|of| json!({"id": of.document, "serves": of.purpose})).collect::<Vec<_>>(),
            "why": {"zh": why.zh, "en": why.en},
        });
        let change = self.recorded_change(by, "documents.erased", (String::new(), &first.number), &detail);
        match self.store.erase(&ids, &serde_json::to_string(&why)?, &change).await.map_err(Error::from) {
            Ok(()) => Ok(ids.len()),
            // Another node or administrator was first.
            Err(Error::Conflict) => Ok(0),
            Err(other) => Err(other),
        }
    }

    async fn past_their_term(&self) -> Result<Vec<Erasable>, Error> {
        let now = self.now();
        let mut due = Vec::new();
        for purpose in Formality::ALL.iter().map(|formality| formality.code()).chain(OTHERS) {
            let Some(before) = self.earliest_end(purpose, now) else { continue };
            let (mut after, mut looked_at) = (None, 0);
            while looked_at < LOOKED_AT {
                let page = self.store.kept_before(purpose, before.0, after, 200).await?;
                let Some(last) = page.last() else { break };
                after = Some((last.created_at, last.id));
                looked_at += page.len();
                due.extend(page.into_iter().map(|kept| self.weighed(kept)).filter(|weighed| weighed.is_due(now)));
            }
        }
        Ok(due)
    }

    /// What was written after this instant cannot be past its term now, by any row for the purpose.
    fn earliest_end(&self, purpose: &str, now: Instant) -> Option<Instant> {
        let ends = KINDS.into_iter().filter_map(|kind| {
            let hit = self.retention(kind, purpose)?;
            let until = self.profile.reckon(now, hit.text("keep"), hit.text("calendar"))?;
            // Months and years differ by some days: two of slack, so that nothing is passed over.
            Some(Instant(now.0 - (until.0 - now.0) + 2 * 24 * domain::instant::HOUR))
        });
        ends.max()
    }

    fn retention(&self, kind: &str, purpose: &str) -> Option<domain::profile::Hit<'_>> {
        let inputs = Value::from([("matter", kind.into()), ("document", purpose.into())]);
        self.profile.hit("retention", self.now(), &inputs).filter(|hit| !hit.text("keep").is_empty())
    }

    fn weighed(&self, kept: erasure::Kept) -> Erasable {
        let hit = self.retention(&kept.kind, &kept.purpose);
        let until = hit
            .as_ref()
            .filter(|_| has_ended(&kept))
            .and_then(|hit| self.profile.reckon(Instant(kept.last_at), hit.text("keep"), hit.text("calendar")));
        let row = hit.map(|hit| Retained {
            row: hit.row().to_owned(),
            law: self.profile.law(hit.law()),
            reason: hit.reason(),
            by_itself: hit.text("then") == "erase",
        });
        Erasable {
            document: kept.id,
            number: kept.number,
            purpose: kept.purpose,
            filed_at: Instant(kept.created_at),
            kept_until: until,
            row,
            keep: kept.keep,
        }
    }

    /// What is said to who looks for what was erased.
    pub(crate) fn gone(&self, erased: Option<(i64, String)>) -> Error {
        let Some((at, why)) = erased else { return Error::NotFound };
        let why: Text = serde_json::from_str(&why).unwrap_or_default();
        let day = Instant(at).date(&self.profile.zone);
        let text = Text::new(
            format!("该内容已于 {day} 删除：{}", why.zh),
            format!("This content was erased on {day}: {}", why.en),
        );
        let remedy = Text::new(
            "申报记录和回执仍然有效；需要内容的，请向申报单位索取原件。",
            "The record of the filing and its receipt still stand. Ask the firm that filed it for the original.",
        );
        Error::Gone(Box::new(Fault::new(Severity::Error, "PQ-ERASE-410", "", text, remedy)))
    }

    /// Seals the content of a filing, as one that tells of the persons in it.
    pub(crate) fn seal_filing(
        &self,
        matter: Uuid,
        formality: Formality,
        content: &Value,
    ) -> Result<store::Sealed, Error> {
        let sealed = self.seal(matter, formality.code(), content)?;
        Ok(sealed.about(domain::formality::persons(formality, content)).named())
    }
}

fn key(erasable: &Erasable) -> (&str, Option<&str>) {
    (&erasable.number, erasable.row.as_ref().map(|row| row.row.as_str()))
}

/// Why a document is erased, in both languages.
fn because(erasable: &Erasable, ground: Option<&str>) -> Text {
    match (ground, &erasable.row) {
        (Some(ground), _) => Text::new(ground, ground),
        (None, Some(row)) => Text::new(
            format!("保存期限表 {} 行，{}", row.row, row.law.zh),
            format!("row {} of the table of retention, {}", row.row, row.law.en),
        ),
        (None, None) => Text::default(),
    }
}

fn has_ended(kept: &erasure::Kept) -> bool {
    // What was said with a record is said: its term runs from then.
    if kept.kind == erasure::RECORD {
        return true;
    }
    if kept.kind == ShipCall::KIND {
        return ship_call::Status::ALL.into_iter().any(|status| is_over(status) && status.code() == kept.state);
    }
    if kept.kind == Flight::KIND {
        // An arrival that is cleared has nothing more to come; the term counts from its last entry.
        let ended = |status: &flight::Status| status.is_over() || *status == flight::Status::Cleared;
        return flight::Status::ALL.iter().any(|status| ended(status) && status.code() == kept.state);
    }
    if kept.kind == PersonPermit::KIND {
        // What is granted counts from when the last permit runs out; what somebody decides or answers has not ended.
        let ended = |status: &person_permit::Status| !status.is_open();
        return person_permit::Status::ALL.iter().any(|status| ended(status) && status.code() == kept.state);
    }
    if kept.kind == CrewCase::KIND {
        return crew_case::Status::ALL.iter().any(|status| status.is_over() && status.code() == kept.state);
    }
    if kept.kind == Precheck::KIND {
        // It has no end of its own: its term counts from its last entry.
        return true;
    }
    if kept.kind != Problem::KIND {
        return false;
    }
    use problem::Status::{Closed, Joined, Refused, Transferred, Withdrawn};
    [Closed, Joined, Refused, Transferred, Withdrawn].iter().any(|status| status.code() == kept.state)
}

fn refused(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Error {
    let remedy = Text::new("请更正后重试。", "Correct it and try again.");
    Error::Invalid(vec![Fault::new(Severity::Error, code, "", Text::new(zh.into(), en.into()), remedy)])
}
