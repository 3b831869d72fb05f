//! What was filed, read through the need-to-know table: a field that does not concern the reader is not there.

use domain::{
    Instant, Value,
    formality::{self, Difference, Field, Formality},
    ship_call::{Party, Question, QuestionItem, ShipCall},
};
use store::{DocumentPlain, Sealed};
use uuid::Uuid;

use crate::{Actor, Error, Office, Right};

/// The class of what is asked and answered, in the need-to-know table.
const QUESTION: &str = "question";

/// The reader of that class who asked, whichever organ it is.
const ASKER: &str = "asker";

/// A question to the agent: all missing items at once.
#[derive(Clone, Debug)]
pub struct Asked {
    /// About which formality.
    pub formality: Formality,
    /// The items, in the officer's words.
    pub items: Vec<String>,
    /// Until when.
    pub due: Option<Instant>,
}

/// A version of a filing as an actor may see it.
#[derive(Clone, Debug)]
pub struct Version {
    /// 1 for the first.
    pub version: u32,
    /// When it was filed.
    pub at: Instant,
    /// By which way in.
    pub channel: String,
    /// The firm that filed it.
    pub agent: String,
    /// The content without what does not concern the reader.
    pub content: Value,
    /// What changed, within what the reader may see: for an organ since the version on which it decided last (or which
    /// it took in charge), for others since the version before.
    pub changes: Vec<Difference>,
    /// True when fields were left out for this reader.
    pub reduced: bool,
    /// True when fields that the reader may see were left out, because her look at them could not be recorded.
    pub unrecorded: bool,
}

impl Office {
    /// Seals content as a document of a matter.
    pub(crate) fn seal(&self, matter: Uuid, purpose: &str, content: &Value) -> Result<Sealed, Error> {
        self.seal_bytes(matter, purpose, serde_json::to_vec(content)?)
    }

    /// Seals bytes as a document of a matter.
    pub(crate) fn seal_bytes(&self, matter: Uuid, purpose: &str, bytes: Vec<u8>) -> Result<Sealed, Error> {
        let plain =
            DocumentPlain { id: self.new_id(), matter, purpose: purpose.to_owned(), subject: String::new(), bytes };
        Ok(self.store.seal(plain)?)
    }

    /// The whole content of a document within reach. Only for use cases that reduce it, or that act for its owner.
    pub(crate) async fn content(&self, actor: &Actor, document: &str) -> Result<Value, Error> {
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        let stored = self.store.reach(actor.reach()).document(id).await?.ok_or(Error::NotFound)?;
        // An erased document is gone for everybody; the journal still says that it was.
        let store::Document { bytes, erased, .. } = stored;
        Ok(serde_json::from_slice(&bytes.ok_or_else(|| self.gone(erased))?)?)
    }

    /// The words of an item of a question, or of the answer to it, for those whom the table lets read them: the call's
    /// agent and the organ that asked. They may name persons. Others see that a question stands, by whom and about what.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those others, and for a document that is no question's; [`Error::Gone`] for what was erased.
    pub async fn words_of(&self, actor: &Actor, document: &str) -> Result<String, Error> {
        actor.require(Right::ReadCalls)?;
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        let stored = self.store.reach(actor.reach()).document(id).await?.ok_or(Error::NotFound)?;
        let call = self.load(actor, stored.matter).await?;
        let of = |item: &QuestionItem| item.document == document || item.answer.as_deref() == Some(document);
        let question = call.questions.iter().find(|question| question.items.iter().any(of)).ok_or(Error::NotFound)?;
        if !self.may_read_words(actor, &call, question) {
            return Err(Error::NotFound);
        }
        let store::Document { bytes, erased, .. } = stored;
        let words: Value = serde_json::from_slice(&bytes.ok_or_else(|| self.gone(erased))?)?;
        Ok(words.to_string())
    }

    fn may_read_words(&self, actor: &Actor, call: &ShipCall, question: &Question) -> bool {
        let reader = match &actor.party {
            Party::Firm(firm) if *firm == call.agent => "agent",
            Party::Organ(organ) if *organ == question.organ => ASKER,
            Party::Organ(organ) => organ,
            Party::Firm(_) | Party::Clock => return false,
        };
        self.known_to(reader, QUESTION, question.formality.code(), "words", call.part_of(actor.unit()))
    }

    /// A version of a filing, as the actor may see it; the standing one when `version` is none.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing stands filed, or the formality does not concern the actor's organ; [`Error::Gone`] when
    /// it was erased.
    pub async fn version(
        &self,
        actor: &Actor,
        id: Uuid,
        call: &ShipCall,
        formality: Formality,
        version: Option<u32>,
    ) -> Result<Version, Error> {
        actor.require(Right::ReadCalls)?;
        let filing = call.filings.get(&formality).ok_or(Error::NotFound)?;
        let number = version.or(filing.standing().map(|standing| standing.version)).ok_or(Error::NotFound)?;
        let of = filing.versions.iter().find(|of| of.version == number).ok_or(Error::NotFound)?;
        let whole = self.content(actor, &of.document).await?;
        let unrecorded = !self.record_look(actor, id, formality).await?;
        let shown = |whole: &Value| {
            let reduced = self.reduce(actor, call, formality, whole);
            let plain = |field: &Field| !field.personal.is_personal();
            if unrecorded { formality::visible(formality, &reduced, plain) } else { reduced }
        };
        let content = shown(&whole);
        let before = Office::compared_with(actor, call, formality, number).or(number.checked_sub(1));
        let changes = match filing.versions.iter().find(|of| Some(of.version) == before) {
            Some(before) => match self.content(actor, &before.document).await {
                // With what was erased nothing is compared.
                Err(Error::Gone(_)) => Vec::new(),
                earlier => formality::differences(formality, &shown(&earlier?), &content),
            },
            None => Vec::new(),
        };
        let reduced = content != whole;
        let (channel, agent) = (of.channel.clone(), of.agent.clone());
        Ok(Version { version: number, at: of.at, channel, agent, content, changes, reduced, unrecorded })
    }

    /// Records a look at what may be about persons, before it is shown. False when the store takes no record now: then
    /// nothing about persons is shown, so that nobody reads unseen, and a full disk does not hide the rest.
    pub(crate) async fn record_look(&self, actor: &Actor, id: Uuid, formality: Formality) -> Result<bool, Error> {
        if !formality.holds_personal_data() || matches!(actor.party, Party::Firm(_)) {
            return Ok(true);
        }
        let access = store::logs::Access {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            matter: id,
            fields: formality.code().to_owned(),
            purpose: "clearance".to_owned(),
        };
        match self.store.log_access(&access).await.map_err(Error::from) {
            Ok(()) => Ok(true),
            Err(Error::Full | Error::Unavailable) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// The version that an organ has seen before the one on which it works, so that two amendments do not hide the first.
    fn compared_with(actor: &Actor, call: &ShipCall, formality: Formality, number: u32) -> Option<u32> {
        let Party::Organ(organ) = &actor.party else { return None };
        call.review(formality, organ).filter(|review| review.version == number)?.compared_with()
    }

    /// Leaves only what concerns the actor. A firm sees all of its own.
    pub(crate) fn reduce(&self, actor: &Actor, call: &ShipCall, formality: Formality, content: &Value) -> Value {
        match &actor.party {
            Party::Firm(_) | Party::Clock => content.clone(),
            Party::Organ(organ) => {
                let part = call.part_of(organ);
                let permitted =
                    |field: &Field| self.known_to(organ, field.personal.code(), formality.code(), field.name, part);
                formality::visible(formality, content, permitted)
            }
        }
    }

    /// Need to know: the dated table `need-to-know`, by organ, class of field, formality, place, and the organ's part in
    /// the call.
    pub(crate) fn known_to(&self, reader: &str, class: &str, formality: &str, path: &str, part: &str) -> bool {
        let inputs = Value::from([
            ("reader", reader.into()),
            ("class", class.into()),
            ("formality", formality.into()),
            ("path", path.into()),
            ("part", part.into()),
        ]);
        let hit = self.profile.hit("need-to-know", self.now(), &inputs);
        hit.is_some_and(|hit| hit.is_true("read"))
    }
}
