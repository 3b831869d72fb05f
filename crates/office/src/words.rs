//! What people write in acts, sealed outside the journal and opened for those whom the need-to-know table lets read it.

use std::collections::BTreeMap;

use domain::{
    Fault, Severity, Text, Value,
    ship_call::{Act, Party, Record, ShipCall, Words, Written},
};
use store::Sealed;
use uuid::Uuid;

use crate::{Actor, Error, Office};

/// What documents of words serve.
const PURPOSE: &str = "words";

/// The class of words in the need-to-know table, and its reader who wrote them, whichever organ that is.
const CLASS: &str = "act";
const WRITER: &str = "writer";

impl Office {
    /// What somebody wrote, sealed as a document of a matter; none where nothing is written. More characters than `most` are
    /// refused under a code of the matter's own.
    pub(crate) fn seal_written(
        &self,
        matter: Uuid,
        words: &str,
        (most, code): (usize, &str),
        documents: &mut Vec<Sealed>,
    ) -> Result<Option<String>, Error> {
        let words = words.trim();
        if words.chars().count() > most {
            let text = Text::new(format!("超过 {most} 字。"), format!("More than {most} characters."));
            let remedy = Text::new("请删减。", "Write fewer.");
            return Err(Error::Invalid(vec![Fault::new(Severity::Error, code, "/words", text, remedy)]));
        }
        if words.is_empty() {
            return Ok(None);
        }
        let sealed = self.seal_bytes(matter, PURPOSE, words.as_bytes().to_vec())?;
        let document = sealed.id.to_string();
        documents.push(sealed);
        Ok(Some(document))
    }

    /// The act with everything that somebody wrote in it as documents of its matter, and these documents.
    pub(crate) fn seal_act(&self, matter: Uuid, act: &Act) -> Result<(Act, Vec<Sealed>), Error> {
        let (mut act, mut documents) = (act.clone(), Vec::new());
        for words in act.words_mut() {
            // Who wrote nothing is told so by the procedure.
            let Some(text) = words.plain().filter(|text| !text.is_blank()) else { continue };
            let content = Value::from([("zh", text.zh.as_str().into()), ("en", text.en.as_str().into())]);
            let sealed = self.seal(matter, PURPOSE, &content)?;
            *words = Words::Sealed { document: sealed.id.to_string() };
            documents.push(sealed);
        }
        Ok((act, documents))
    }

    /// Opens the words of entries that the actor may read; the others stay sealed.
    pub(crate) async fn open_records(&self, actor: &Actor, id: Uuid, records: &mut [Record]) -> Result<(), Error> {
        let mut sealed = false;
        records
            .iter_mut()
            .for_each(|record| record.entry.each_words(&mut |_, words| sealed |= words.plain().is_none()));
        if sealed {
            let known = self.words_of_matter(actor, id).await?;
            let mut open = |written: Written<'_>, words: &mut Words| self.open(actor, &known, written, words);
            records.iter_mut().for_each(|record| record.entry.each_words(&mut open));
        }
        Ok(())
    }

    /// Opens the words of a call that the actor may read; the others stay sealed. What is opened is shown, never kept.
    pub(crate) async fn open_call_words(&self, actor: &Actor, id: Uuid, call: &mut ShipCall) -> Result<(), Error> {
        let mut sealed = false;
        call.each_words(&mut |_, words| sealed |= words.plain().is_none());
        if sealed {
            let known = self.words_of_matter(actor, id).await?;
            call.each_words(&mut |written, words| self.open(actor, &known, written, words));
        }
        Ok(())
    }

    /// Words of sealed documents of a matter, by document; those that were erased are not there.
    pub(crate) async fn words_of_matter(&self, actor: &Actor, id: Uuid) -> Result<BTreeMap<String, Text>, Error> {
        let documents = self.store.reach(actor.reach()).documents_for(id, PURPOSE).await?;
        let texts = documents.into_iter().filter_map(|document| {
            let text = serde_json::from_slice(&document.bytes?).map_err(Error::from);
            Some(text.map(|text| (document.id.to_string(), text)))
        });
        texts.collect()
    }

    fn open(&self, actor: &Actor, known: &BTreeMap<String, Text>, written: Written<'_>, words: &mut Words) {
        let Words::Sealed { document } = words else { return };
        let Some(text) = known.get(document) else { return };
        if self.may_read_act(actor, written) {
            *words = Words::Plain(text.clone());
        }
    }

    /// Only the call's own agent reaches its journal among the firms.
    fn may_read_act(&self, actor: &Actor, written: Written<'_>) -> bool {
        let reader = match &actor.party {
            Party::Firm(_) => "agent",
            Party::Organ(organ) if Some(organ.as_str()) == written.organ => WRITER,
            Party::Organ(organ) => organ,
            Party::Clock => return true,
        };
        // Words of acts are for who takes part in the port's work on the call; the rows name them.
        self.known_to(reader, CLASS, "", written.of, "none")
    }
}
