//! Forms that came after their session had ended: held, sealed as drafts are, until the same person has signed in again
//! and says what is to become of them. Holding a form does nothing of what it says.

use domain::instant::HOUR;
use store::people::secret_hash;

use crate::{Actor, Error, Office, sign_in::actor_of};

/// So long after its end a session is still known by its token, so that a late form can be told from a forged one.
pub const KNOWN_AFTER_END: i64 = 12 * HOUR;

/// Where they lie among the drafts of a unit.
const TARGET: &str = "held";

/// A form as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The address to which it was sent.
    pub path: String,
    /// Its media type, with the boundary of a form that carries a file.
    pub media_type: String,
    /// Its body.
    pub body: Vec<u8>,
}

fn name(actor: &Actor, id: &str) -> String {
    format!("{}/{id}", actor.person)
}

impl Office {
    /// Whose session a token was, when it has ended since and `csrf` is the token of that session's forms.
    ///
    /// # Errors
    /// The store's own.
    pub async fn ended_session(&self, token: &str, csrf: &str) -> Result<Option<Actor>, Error> {
        let since = self.now().0 - KNOWN_AFTER_END;
        let found = self.store.session(secret_hash(token), since).await?;
        // The token is as long as a secret of high entropy; that it is compared letter by letter tells nothing of use.
        Ok(found.filter(|session| session.csrf == csrf).map(|session| actor_of(&session.user)))
    }

    /// Holds a form for the person who sent it; the identifier by which she finds it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn hold_form(&self, actor: &Actor, held: &Held) -> Result<String, Error> {
        let id = self.new_id().to_string();
        // Neither an address nor a media type has line breaks or tabs; the first line is divided from the body.
        let mut bytes = format!("{}\t{}\n", held.path, held.media_type).into_bytes();
        bytes.extend_from_slice(&held.body);
        self.store.save_draft(actor.unit(), TARGET, &name(actor, &id), &bytes).await?;
        Ok(id)
    }

    /// The form that is held for a person.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none (any more), or it is another person's.
    pub async fn held_form(&self, actor: &Actor, id: &str) -> Result<Held, Error> {
        let kept = self.store.draft(actor.unit(), TARGET, &name(actor, id)).await?.ok_or(Error::NotFound)?;
        let end = kept.bytes.iter().position(|byte| *byte == b'\n').ok_or(Error::NotFound)?;
        let first = String::from_utf8_lossy(&kept.bytes[..end]).into_owned();
        let (path, media_type) = first.split_once('\t').unwrap_or((&first, ""));
        let (path, media_type) = (path.to_owned(), media_type.to_owned());
        Ok(Held { path, media_type, body: kept.bytes[end + 1..].to_vec() })
    }

    /// Lets a form go, sent or thrown away.
    ///
    /// # Errors
    /// The store's own.
    pub async fn let_go(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        Ok(self.store.delete_draft(actor.unit(), TARGET, &name(actor, id)).await?)
    }
}
