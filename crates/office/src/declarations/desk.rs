//! Declarations as people work with them: lists, customs' queue with claims, what was declared, the journal, words and papers; and
//! declaring by a form, which is a message like any other.

use domain::{
    Fault, Value,
    declaration::{
        Declaration, Record, form,
        model::{self, Document, MetaData},
        summary,
    },
    formality::CheckContext,
    matter::Party,
};
use messages::wco;
use store::{Filter, Order, Reach, Stored};
use uuid::Uuid;

use super::{CUSTOMS, Declared, kept};
use crate::{Actor, Claim, Done, Error, Office, PageOf, Request, Right, problems::Attachment};

/// Lines of a page.
const PAGE: i64 = 40;
/// A claim holds for an hour unless it is renewed or given back.
const CLAIM: i64 = domain::instant::HOUR;
/// Entries of one declaration that are read.
const ENTRIES: i64 = 10_000;

/// Which declarations a list shows.
#[derive(Clone, Debug, Default)]
pub struct DeclarationFilter {
    /// In these states.
    pub states: Vec<String>,
    /// Held by: `firm` or `customs`.
    pub holder: Option<String>,
    /// Words: number or reference.
    pub words: String,
    /// After this cursor.
    pub after: Option<String>,
}

/// A declaration in customs' queue.
#[derive(Clone, Debug)]
pub struct Queued {
    /// Its row.
    pub stored: Stored,
    /// Until when, and since when it waits.
    pub until: Option<i64>,
    /// Since when it waits for customs.
    pub since: i64,
    /// Who has claimed it.
    pub claim: Option<Claim>,
    /// The rank by which it goes first; none without a priority.
    pub rank: Option<u32>,
}

impl Office {
    /// A page of declarations within the actor's reach, newest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn declarations(&self, actor: &Actor, filter: &DeclarationFilter) -> Result<PageOf<Stored>, Error> {
        actor.require(Right::ReadCalls)?;
        let wanted = Filter {
            states: filter.states.clone(),
            holder: filter.holder.clone(),
            tokens: crate::search::query_tokens(&filter.words),
            order: Order::Newest,
            ..Filter::default()
        };
        self.page_of(actor.declaration_reach(), kept::DECLARATION, &wanted, filter.after.as_deref(), PAGE).await
    }

    /// What waits for customs: what has a priority first, then by the clock.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody else.
    pub async fn declaration_queue(&self, actor: &Actor) -> Result<Vec<Queued>, Error> {
        actor.require(Right::SeeQueue)?;
        if actor.party != Party::Organ(CUSTOMS.to_owned()) {
            return Err(Error::Forbidden);
        }
        let wanted = Filter { step: Some("declaration:".to_owned()), ..Filter::default() };
        let tasks = self.store.reach(actor.reach()).tasks(CUSTOMS, &wanted, None, PAGE * 5).await?;
        Ok(tasks
            .into_iter()
            .map(|task| Queued {
                until: task.task.due_at,
                since: task.task.since,
                rank: task.task.rank,
                claim: task.claim.map(|(who, until)| Claim { who, until: domain::Instant(until) }),
                stored: task.matter,
            })
            .collect())
    }

    /// Who of customs has claimed a declaration that waits for it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no queue.
    pub async fn declaration_claim(&self, actor: &Actor, found: &Declared) -> Result<Option<Claim>, Error> {
        actor.require(Right::SeeQueue)?;
        let wanted = Filter {
            subject_key: Some(found.declaration.reference.clone()),
            step: Some(kept::STEP.to_owned()),
            ..Filter::default()
        };
        let tasks = self.store.reach(actor.reach()).tasks(actor.unit(), &wanted, None, PAGE * 5).await?;
        let claim = tasks.into_iter().find(|task| task.matter.id == found.id).and_then(|task| task.claim);
        Ok(claim.map(|(who, until)| Claim { who, until: domain::Instant(until) }))
    }

    /// Claims a declaration, takes it over from a colleague, or gives it back.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a colleague has it; [`Error::Forbidden`] for all but customs.
    pub async fn claim_declaration(&self, actor: &Actor, number: &str, how: &str) -> Result<(), Error> {
        actor.require(Right::SeeQueue)?;
        let found = self.declaration(actor, number).await?;
        if !actor.reads_declaration(&found.declaration) {
            return Err(Error::Forbidden);
        }
        let unit = actor.unit();
        if how == "release" {
            return Ok(self.store.release(unit, found.id, kept::STEP, &actor.person).await?);
        }
        if how == "take"
            && let Some(claim) = self.declaration_claim(actor, &found).await?
        {
            self.store.release(unit, found.id, kept::STEP, &claim.who).await?;
        }
        let until = self.now().0 + CLAIM;
        let taken = self.store.claim(unit, found.id, kept::STEP, &actor.person, until).await?;
        if taken { Ok(()) } else { Err(Error::Conflict) }
    }

    /// What a colleague has claimed no other officer decides.
    ///
    /// # Errors
    /// [`Error::Refused`] with `PQ-CLAIM-001`.
    pub async fn require_declaration_unclaimed(&self, actor: &Actor, found: &Declared) -> Result<(), Error> {
        if !matches!(&actor.party, Party::Organ(organ) if organ == CUSTOMS) {
            return Ok(());
        }
        match self.declaration_claim(actor, found).await? {
            Some(claim) if claim.who != actor.person => Err(Error::Refused(crate::queue::claimed(&claim.who))),
            _ => Ok(()),
        }
    }

    /// The journal of a declaration, oldest first. What risk looked at is in it: a page leaves it out for who is not customs.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who do not read what was declared.
    pub async fn declaration_journal(&self, actor: &Actor, found: &Declared) -> Result<Vec<Record>, Error> {
        if !actor.reads_declaration(&found.declaration) {
            return Err(Error::NotFound);
        }
        let rows = self.store.reach(actor.declaration_reach()).entries(found.id, 0, ENTRIES).await?;
        rows.iter().map(crate::kept::record::<Declaration>).collect()
    }

    /// What is declared now, as the message had it. That an officer looks is recorded first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who do not read it; [`Error::Gone`] when it was erased.
    pub async fn declared(&self, actor: &Actor, found: &Declared) -> Result<model::Declaration, Error> {
        if !actor.reads_declaration(&found.declaration) {
            return Err(Error::NotFound);
        }
        if matches!(actor.party, Party::Organ(_)) {
            let access = store::logs::Access {
                at: self.now().0,
                who: format!("{}/{}", actor.party_code(), actor.person),
                matter: found.id,
                fields: kept::DECLARATION.to_owned(),
                purpose: "clearance".to_owned(),
            };
            self.store.log_access(&access).await?;
        }
        let bytes = self.declaration_document(found, &found.declaration.document).await?;
        let (message, _) = wco::read(&bytes);
        message.content.as_ref().and_then(Document::declaration).cloned().ok_or(Error::NotFound)
    }

    /// The form of what is declared now.
    ///
    /// # Errors
    /// As [`Office::declared`].
    pub async fn declaration_form(&self, actor: &Actor, found: &Declared) -> Result<Value, Error> {
        Ok(form::form(&self.declared(actor, found).await?, &found.declaration.direction))
    }

    /// What somebody wrote in an act on a declaration.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who does not read it, or a document that it does not name.
    pub async fn declaration_words(&self, actor: &Actor, found: &Declared, document: &str) -> Result<String, Error> {
        let named = found.declaration.measures.iter().any(|of| {
            let found = of.inspection.looks.iter().filter_map(|look| look.result.as_ref());
            found.into_iter().any(|of| of.words.as_deref() == Some(document))
                || of.words.as_deref() == Some(document)
                || of.answers.iter().any(|of| of.words.as_deref() == Some(document))
        });
        let preferred = found.declaration.preferences.iter().any(|of| {
            let ended = of.ended.as_ref().and_then(|(.., words)| words.as_deref());
            of.words.as_deref() == Some(document) || ended == Some(document)
        });
        let surveyed = found.declaration.survey.as_ref().and_then(|of| of.words.as_deref()) == Some(document);
        if !(named || preferred || surveyed) || !actor.reads_declaration(&found.declaration) {
            return Err(Error::NotFound);
        }
        let bytes = self.declaration_document(found, document).await?;
        String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))
    }

    /// A paper that came with an answer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who does not read it, or a document that it does not name.
    pub async fn declaration_paper(
        &self,
        actor: &Actor,
        found: &Declared,
        document: &str,
    ) -> Result<Attachment, Error> {
        let declaration = &found.declaration;
        let mut papers = declaration.papers();
        let paper = papers.find(|paper| paper.document == document).ok_or(Error::NotFound)?;
        if !actor.reads_declaration(declaration) {
            return Err(Error::NotFound);
        }
        let ending = if paper.ending.is_empty() { "bin" } else { &paper.ending };
        let name = format!("{}-{}.{ending}", declaration.number, paper.code);
        Ok(Attachment { name, bytes: self.declaration_document(found, document).await? })
    }

    /// The bytes of a document that a declaration names: whoever found it through her reach asks.
    async fn declaration_document(&self, found: &Declared, document: &str) -> Result<Vec<u8>, Error> {
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        let reach = self.store.reach(Reach::System("documents of a declaration"));
        let stored = reach.document(id).await?.filter(|stored| stored.matter == found.id).ok_or(Error::NotFound)?;
        let store::Document { bytes, erased, .. } = stored;
        bytes.ok_or_else(|| self.gone(erased))
    }

    /// The port's own codes that begin with what was typed, or whose name holds it; with their names.
    pub fn port_codes(&self, wanted: &str) -> Vec<(String, domain::Text)> {
        let wanted = wanted.trim().to_lowercase();
        let begins = wanted.replace(['.', ' '], "");
        let begins =
            Some(begins).filter(|digits| digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()));
        let mut found = Vec::new();
        for tariff in self.profile.codes(summary::CODES, "tariff").iter().filter(|_| !wanted.is_empty()) {
            for hit in self.profile.hits(summary::CODES, self.now(), &Value::from([("tariff", tariff.as_str().into())]))
            {
                let (code, name) = (format!("{tariff}{}", hit.text("suffix")), hit.reason());
                let named = name.zh.contains(&wanted) || name.en.to_lowercase().contains(&wanted);
                if named || begins.as_ref().is_some_and(|digits| code.starts_with(digits)) {
                    found.push((code, name));
                }
            }
        }
        found
    }

    /// A form in its canonical spelling, and what is wrong with it.
    pub fn check_declaration(&self, content: Value) -> (Value, Vec<Fault>) {
        form::read(content, &CheckContext { on: self.now().timestamp(), zone: self.profile.zone.clone() })
    }

    /// Declares by a form.
    ///
    /// # Errors
    /// [`Error::Invalid`] with faults at the fields of the form; else as [`Office::send_declaration`].
    pub async fn declare_by_form(
        &self,
        actor: &Actor,
        content: &Value,
        mode: &str,
        request: &Request,
    ) -> Result<Done, Error> {
        let (content, faults) = self.check_declaration(content.clone());
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        let direction = content.get("direction").text().unwrap_or_default().to_owned();
        let mut declaration = model::Declaration {
            function_code: Some("9".to_owned()),
            type_code: Some(form::message_type(&direction, mode).to_owned()),
            ..model::Declaration::default()
        };
        form::lay(&content, &mut declaration);
        self.send_composed(actor, declaration, Some(mode), request).await
    }

    /// Asks for an amendment by a form: what the form does not ask for stays as it was declared.
    ///
    /// # Errors
    /// As [`Office::declare_by_form`]; [`Error::Invalid`] when nothing is changed.
    pub async fn amend_by_form(
        &self,
        actor: &Actor,
        found: &Declared,
        content: &Value,
        request: &Request,
    ) -> Result<Done, Error> {
        let (content, faults) = self.check_declaration(content.clone());
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        let mut declaration = self.declared(actor, found).await?;
        let (before, _) = self.check_declaration(form::form(&declaration, &found.declaration.direction));
        let changes = form::changes(&before, &content);
        if changes.is_empty() {
            return Err(Error::Invalid(vec![super::fault(
                "PQ-DECLARATION-037",
                "",
                "没有任何改动。".to_owned(),
                "Nothing is changed.".to_owned(),
                ("请修改后再提交。", "Change something, then send it."),
            )]));
        }
        form::lay(&content, &mut declaration);
        declaration.function_code = Some("13".to_owned());
        declaration.type_code = Some("COR".to_owned());
        declaration.id = Some(found.declaration.number.clone());
        declaration.amendments = changes;
        self.send_composed(actor, declaration, None, request).await
    }

    /// Sends what a form composed by the way of every message, so that there is no second set of rules.
    async fn send_composed(
        &self,
        actor: &Actor,
        declaration: model::Declaration,
        mode: Option<&str>,
        request: &Request,
    ) -> Result<Done, Error> {
        let data = MetaData {
            wco_data_model_version_code: Some("3.6".to_owned()),
            wco_type_name: Some("DEC".to_owned()),
            declaration: Some(Box::new(declaration)),
            ..MetaData::default()
        };
        let xml = wco::write(&wco::Message::new(Document::MetaData(Box::new(data))));
        match self.send_declaration(actor, xml.as_bytes(), mode, request).await {
            Ok((done, _)) => Ok(done),
            Err(Error::Invalid(faults)) => {
                let placed = |fault: Fault| Fault { location: form::place(&fault.location), ..fault };
                Err(Error::Invalid(faults.into_iter().map(placed).collect()))
            }
            Err(Error::Refused(fault)) => {
                Err(Error::Refused(Fault { location: form::place(&fault.location), ..fault }))
            }
            Err(other) => Err(other),
        }
    }
}
