//! The steps of a change, each one transaction with its leaf and receipt.

use domain::{Text, table_change::competence};
use jiff::civil::Date;
use serde_json::json;
use store::{
    Committed, IdempotencyKey,
    changes::Change,
    versions::{DRAFT, DROPPED, PROPOSED, PUBLISHED, Step, Version, WITHDRAWN},
};
use uuid::Uuid;

use super::{checking::written, faults::Refusal, rules::hash_of};
use crate::{Actor, Error, Office, Request, Right};

/// Words on a step have at most so many letters.
const MOST_WORDS: usize = 2000;

/// What is done with a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableAct {
    /// The text or the day is written anew.
    Edit,
    /// It is given to those who approve.
    Propose,
    /// It goes back to who drafted it.
    Return,
    /// It is approved and published.
    Publish,
    /// It is given up.
    Drop,
    /// It is taken back before its day.
    Withdraw,
}

impl TableAct {
    /// All of them.
    pub const ALL: [TableAct; 6] =
        [TableAct::Edit, TableAct::Propose, TableAct::Return, TableAct::Publish, TableAct::Drop, TableAct::Withdraw];

    /// The code in addresses, words and data.
    pub fn code(self) -> &'static str {
        match self {
            TableAct::Edit => "edit",
            TableAct::Propose => "propose",
            TableAct::Return => "return",
            TableAct::Publish => "publish",
            TableAct::Drop => "drop",
            TableAct::Withdraw => "withdraw",
        }
    }

    /// Reads the code.
    pub fn from_code(code: &str) -> Option<TableAct> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// How the step is written down.
    fn step(self) -> &'static str {
        match self {
            TableAct::Edit => "edited",
            TableAct::Propose => "proposed",
            TableAct::Return => "returned",
            TableAct::Publish => "published",
            TableAct::Drop => "dropped",
            TableAct::Withdraw => "withdrawn",
        }
    }

    /// The states in which it is done, and the one to which it leads.
    fn states(self) -> (&'static [&'static str], &'static str) {
        match self {
            TableAct::Edit => (&[DRAFT], DRAFT),
            TableAct::Propose => (&[DRAFT], PROPOSED),
            TableAct::Return => (&[PROPOSED], DRAFT),
            TableAct::Publish => (&[PROPOSED], PUBLISHED),
            TableAct::Drop => (&[DRAFT, PROPOSED], DROPPED),
            TableAct::Withdraw => (&[PUBLISHED], WITHDRAWN),
        }
    }

    /// True for what those do who approve.
    fn is_of_approval(self) -> bool {
        matches!(self, TableAct::Return | TableAct::Publish | TableAct::Withdraw)
    }
}

/// What an officer writes.
#[derive(Clone, Debug, Default)]
pub struct Drafted {
    /// The table: Markdown, or DMN XML.
    pub text: String,
    /// The day from which it may change something.
    pub valid_from: Option<Date>,
    /// Why.
    pub words: String,
    /// The request that begins a change: one that is sent again begins no second one.
    pub request: Option<Request>,
}

impl Office {
    /// Begins a change of a table. It may have faults: a draft is kept as it is.
    ///
    /// # Errors
    /// [`Error::Refused`] for an organ that does not draft changes of it, [`Error::Invalid`] for what is no table at all.
    pub async fn draft_table(&self, actor: &Actor, name: &str, drafted: &Drafted) -> Result<Uuid, Error> {
        actor.require(Right::ReadTables)?;
        let base = self.profile.tables.get(name).ok_or(Error::NotFound)?;
        if !self.may_draft(actor, name) {
            return Err(self.not_competent(name).into());
        }
        let text = written(&drafted.text)?;
        let version = Version {
            id: self.new_id(),
            name: name.to_owned(),
            state: DRAFT.to_owned(),
            edit: 1,
            valid_from: self.day_or_tomorrow(drafted.valid_from).to_string(),
            base: base.hash.clone(),
            hash: hash_of(&text).unwrap_or_default(),
            text,
            organ: actor.unit().to_owned(),
            person: actor.person.clone(),
            changed_at: self.now().0,
            published_at: 0,
        };
        let key = drafted.request.as_ref().and_then(|request| self.idempotency_key(actor, request));
        let added = self.store.new_version_side(&version);
        let done = self.step(actor, (&version, key), "drafted", &drafted.words, vec![added]).await?;
        match done.replayed {
            true => self.store.version_of_receipt(done.receipt_id).await?.ok_or(Error::NotFound),
            false => Ok(version.id),
        }
    }

    /// Writes a draft anew; `edit` is the one that was read. What was published meanwhile becomes its base: the draft is
    /// checked against the table as it stands.
    ///
    /// # Errors
    /// As [`Office::act_on_table`].
    pub async fn edit_table(&self, actor: &Actor, id: Uuid, edit: i64, drafted: &Drafted) -> Result<(), Error> {
        let before = self.allowed(actor, id, edit, TableAct::Edit).await?;
        let base = self.profile.tables.get(&before.name).ok_or(Error::NotFound)?;
        let text = written(&drafted.text)?;
        let version = Version {
            valid_from: drafted.valid_from.map_or(before.valid_from.clone(), |day| day.to_string()),
            base: base.hash.clone(),
            hash: hash_of(&text).unwrap_or_default(),
            text,
            changed_at: self.now().0,
            ..before
        };
        let side = vec![self.store.changed_version_side(&version, edit)];
        self.step(actor, (&version, None), TableAct::Edit.step(), &drafted.words, side).await.map(drop)
    }

    /// Does a step of a change; `edit` is the one that was read.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what does not concern the actor; [`Error::Refused`] by state, competence, four eyes, faults, or
    /// because something else was published meanwhile.
    pub async fn act_on_table(
        &self,
        actor: &Actor,
        id: Uuid,
        edit: i64,
        act: TableAct,
        words: &str,
    ) -> Result<(), Error> {
        let before = self.allowed(actor, id, edit, act).await?;
        // Read before looking at what stands: of two who publish at the same moment, one looks again.
        let resource = format!("table:{}", before.name);
        let mark = self.store.guard(&resource).await?;
        self.follow_tables().await?;
        let now = self.clone();
        let mut version = Version { state: act.states().1.to_owned(), changed_at: self.now().0, ..before };
        match act {
            TableAct::Return if words.trim().is_empty() => return Err(Refusal::NoWords.into()),
            TableAct::Propose => now.require_sound(&version)?,
            TableAct::Publish => {
                now.require_sound(&version)?;
                let last = now.store.versions_of(&version.name).await?.iter().map(|of| of.published_at).max();
                version.published_at = self.now().0.max(last.unwrap_or(0) + 1);
            }
            TableAct::Withdraw => now.require_withdrawable(&version).await?,
            _ => {}
        }
        let mut side = vec![self.store.changed_version_side(&version, edit)];
        if matches!(act, TableAct::Publish | TableAct::Withdraw) {
            side.push(self.store.guard_side(&resource, mark));
        }
        side.extend(self.told_of_change(actor, &version, act).await?);
        self.step(actor, (&version, None), act.step(), words, side).await?;
        self.follow_tables().await
    }

    /// What the actor may do with a version.
    pub(super) async fn may_do(&self, actor: &Actor, of: &Version, steps: &[Step]) -> Result<Vec<TableAct>, Error> {
        let mut may = Vec::new();
        for act in TableAct::ALL {
            let timely = act != TableAct::Withdraw || self.require_withdrawable(of).await.is_ok();
            if timely && self.refusal(actor, of, steps, act).await?.is_none() {
                may.push(act);
            }
        }
        Ok(may)
    }

    async fn allowed(&self, actor: &Actor, id: Uuid, edit: i64, act: TableAct) -> Result<Version, Error> {
        let version = self.version_seen(actor, id).await?;
        let steps = self.store.steps(id).await?;
        match self.refusal(actor, &version, &steps, act).await? {
            Some(refusal) => Err(refusal.into()),
            None if version.edit != edit => Err(Refusal::Edited.into()),
            None => Ok(version),
        }
    }

    /// Why the actor may not do this to a version; none when nothing stands against it.
    async fn refusal(
        &self,
        actor: &Actor,
        of: &Version,
        steps: &[Step],
        act: TableAct,
    ) -> Result<Option<Refusal>, Error> {
        let competent =
            if act.is_of_approval() { self.may_approve(actor, &of.name) } else { self.may_draft(actor, &of.name) };
        if !competent {
            return Ok(Some(self.not_competent(&of.name)));
        }
        if !act.states().0.contains(&of.state.as_str()) {
            return Ok(Some(Refusal::State(of.state.clone())));
        }
        let who = signed(actor);
        let wrote = |step: &Step| step.who == who && matches!(step.kind.as_str(), "drafted" | "edited" | "proposed");
        if act == TableAct::Publish && steps.iter().any(wrote) {
            return Ok(Some(Refusal::OwnDraft));
        }
        if act.is_of_approval() && !self.is_a_person(actor).await? {
            return Ok(Some(Refusal::System));
        }
        Ok(None)
    }

    /// Somebody who signs in: a system's key acts for its unit, and has no eyes.
    async fn is_a_person(&self, actor: &Actor) -> Result<bool, Error> {
        let user = self.store.user(&actor.person).await?.filter(|user| !user.disabled);
        Ok(user.is_some_and(|user| crate::sign_in::party(user.firm, user.organ).as_ref() == Some(&actor.party)))
    }

    fn not_competent(&self, table: &str) -> Refusal {
        let organs = competence(&self.profile, table, self.now()).map(|of| [of.drafts, of.approves].concat());
        let mut organs = organs.unwrap_or_default();
        organs.sort();
        organs.dedup();
        let name = |code: &String| self.profile.organ(code).map(|organ| organ.name.clone()).unwrap_or_default();
        let names: Vec<Text> = organs.iter().map(name).collect();
        let join = |words: fn(&Text) -> &str, mark: &str| names.iter().map(words).collect::<Vec<_>>().join(mark);
        Refusal::NotCompetent(Text::new(join(|name| &name.zh, "、"), join(|name| &name.en, ", ")))
    }

    fn require_sound(&self, of: &Version) -> Result<(), Error> {
        if self.profile.tables.get(&of.name).is_none_or(|table| table.hash != of.base) {
            return Err(Refusal::OtherBase.into());
        }
        let from = of.valid_from.parse().map_err(|_| Error::Internal(format!("no day: {}", of.valid_from)))?;
        let checked = self.checked(&of.name, &of.text, from)?;
        if checked.is_sound() {
            return Ok(());
        }
        let errors = checked.faults.into_iter().filter(domain::Fault::is_error);
        Err(Error::Invalid([Refusal::Faulty.fault()].into_iter().chain(errors).collect()))
    }

    /// A version is taken back before its day, and the last one first.
    async fn require_withdrawable(&self, of: &Version) -> Result<(), Error> {
        if self.today() >= of.valid_from.parse().unwrap_or(Date::MIN) {
            return Err(Refusal::TooLate(of.valid_from.clone()).into());
        }
        let last = self.store.standing_versions().await?.into_iter().any(|head| head.id == of.id);
        if last { Ok(()) } else { Err(Refusal::RestsOnIt.into()) }
    }

    fn day_or_tomorrow(&self, day: Option<Date>) -> Date {
        let today = self.today();
        day.unwrap_or_else(|| today.tomorrow().unwrap_or(today))
    }

    /// Writes a step down: the version, the step and the change are one transaction.
    async fn step(
        &self,
        actor: &Actor,
        (of, key): (&Version, Option<IdempotencyKey>),
        kind: &str,
        words: &str,
        mut side: Vec<store::Side>,
    ) -> Result<Committed, Error> {
        let words: String = words.trim().chars().filter(|letter| *letter != '\0').take(MOST_WORDS).collect();
        let (receipt, who) = (self.new_id(), signed(actor));
        let detail = json!({
            "version": of.id, "valid_from": of.valid_from, "base": of.base, "hash": of.hash, "words": words,
        });
        let change = Change {
            at: self.now().0,
            who: who.clone(),
            kind: format!("table.{kind}"),
            unit: actor.party_code(),
            about: of.name.clone(),
            detail: detail.to_string(),
        };
        let step = Step { at: change.at, who, kind: kind.to_owned(), hash: of.hash.clone(), words, receipt };
        side.push(self.store.step_side(of.id, &step));
        match self.store.change_by_key(receipt, key, &change, side).await {
            Err(store::CommitError::Conflict(_)) => Err(Refusal::Edited.into()),
            other => Ok(other?),
        }
    }
}

fn signed(actor: &Actor) -> String {
    format!("{}/{}", actor.party_code(), actor.person)
}
