//! Drafts: saved as they are typed, outside the journal, found again on any device.

use domain::{Instant, Value};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Actor, Error, Office, Right, filing::hex};

/// Digits of a draft's mark.
const MARK: usize = 16;

/// How often what stands is looked at while others save at the same moment.
const LOOKS: usize = 3;

/// A draft of a formality.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What was typed.
    pub content: Value,
    /// When it was saved.
    pub saved_at: Instant,
}

/// What became of a draft that was to be saved.
#[derive(Clone, Debug)]
pub enum Saved {
    /// It was, at this instant.
    Yes(Instant),
    /// Somebody else of the firm, or a clerk who acts for it, saved something else meanwhile: what stands.
    Meanwhile(Draft),
}

/// The mark of a draft, by which a form says which one it was drawn from.
pub fn mark(content: &Value) -> Result<String, Error> {
    Ok(hex(&Sha256::digest(serde_json::to_vec(content)?)).chars().take(MARK).collect())
}

/// The draft that stands, when it is neither the one that a form was drawn from nor what was typed into it.
fn another(stands: Option<Draft>, content: &Value, drawn: Option<&str>) -> Result<Option<Draft>, Error> {
    let (Some(stands), Some(drawn)) = (stands, drawn) else { return Ok(None) };
    let now = mark(&stands.content)?;
    Ok((now != drawn && now != mark(content)?).then_some(stands))
}

fn target(call: Option<Uuid>) -> String {
    call.map_or_else(|| "new".to_owned(), |id| id.to_string())
}

impl Office {
    /// Saves a draft of the actor's firm.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but agents; the store's own.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        call: Option<Uuid>,
        what: &str,
        content: &Value,
    ) -> Result<Instant, Error> {
        actor.require(Right::File)?;
        let bytes = serde_json::to_vec(content)?;
        self.store.save_draft(actor.unit(), &target(call), what, &bytes).await?;
        Ok(self.now())
    }

    /// Saves what was typed into a form that says from which draft it was drawn (empty: from none; nothing: it does not say). One
    /// that somebody else saved meanwhile is not overwritten.
    ///
    /// # Errors
    /// As [`Office::save_draft`].
    pub async fn save_drawn(
        &self,
        actor: &Actor,
        (call, what): (Uuid, &str),
        content: &Value,
        drawn: Option<&str>,
    ) -> Result<Saved, Error> {
        if drawn.is_none() {
            return self.save_draft(actor, Some(call), what, content).await.map(Saved::Yes);
        }
        let bytes = serde_json::to_vec(content)?;
        // Of two who save at one moment one is first, and the other looks again at what stands then.
        for _ in 0..LOOKS {
            let stands = self.draft(actor, Some(call), what).await?;
            let read = stands.as_ref().map(|stands| stands.saved_at.0);
            if let Some(stands) = another(stands, content, drawn)? {
                return Ok(Saved::Meanwhile(stands));
            }
            let of = (actor.unit(), target(Some(call)));
            if self.store.save_draft_over((of.0, &of.1, what), &bytes, read).await? {
                return Ok(Saved::Yes(self.now()));
            }
        }
        Err(Error::Conflict)
    }

    /// The draft that somebody else saved, with something else in it, since a form was drawn.
    ///
    /// # Errors
    /// As [`Office::save_draft`].
    pub async fn saved_meanwhile(
        &self,
        actor: &Actor,
        (call, what): (Uuid, &str),
        content: &Value,
        drawn: Option<&str>,
    ) -> Result<Option<Draft>, Error> {
        if drawn.is_none() {
            return Ok(None);
        }
        another(self.draft(actor, Some(call), what).await?, content, drawn)
    }

    /// The draft, if one is kept.
    pub async fn draft(&self, actor: &Actor, call: Option<Uuid>, what: &str) -> Result<Option<Draft>, Error> {
        actor.require(Right::File)?;
        let Some(kept) = self.store.draft(actor.unit(), &target(call), what).await? else { return Ok(None) };
        Ok(Some(Draft { content: serde_json::from_slice(&kept.bytes)?, saved_at: Instant(kept.saved_at) }))
    }

    /// Drafts of the actor's firm: number of the call, code of the formality, time of saving; the last saved first.
    pub async fn drafts(&self, actor: &Actor) -> Result<Vec<(String, String, Instant)>, Error> {
        actor.require(Right::File)?;
        let reach = self.store.reach(actor.reach());
        let mut drafts = Vec::new();
        let kept = self.store.drafts(actor.unit()).await?.into_iter();
        // Those of a new call have a list of their own.
        for (id, draft) in kept.filter_map(|draft| Some((Uuid::parse_str(&draft.target).ok()?, draft))).take(20) {
            let Some(stored) = reach.matter(id).await? else { continue };
            drafts.push((stored.row.number, draft.formality, Instant(draft.saved_at)));
        }
        Ok(drafts)
    }

    pub(crate) fn draft_side(
        &self,
        actor: &Actor,
        call: Uuid,
        what: &str,
        content: &Value,
    ) -> Result<store::Side, Error> {
        Ok(self.store.save_draft_side(actor.unit(), &target(Some(call)), what, &serde_json::to_vec(content)?)?)
    }

    pub(crate) fn draft_gone_side(&self, actor: &Actor, call: Uuid, what: &str) -> store::Side {
        self.store.delete_draft_side(actor.unit(), &target(Some(call)), what)
    }
}
