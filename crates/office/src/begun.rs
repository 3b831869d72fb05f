//! Forms that somebody began and did not send: kept for her firm with every field and the files that were chosen, so that she, a colleague or a clerk who acts
//! for the firm goes on where she was. Keeping a form does nothing of what it says. They are sealed and swept as drafts are.

use domain::Instant;
use serde::{Deserialize, Serialize};

use crate::{Actor, Error, Office, Right, hall::fault};

/// Where they lie among the drafts of a firm.
const TARGET: &str = "begun";
/// So many are kept for one firm.
const MOST: usize = 100;
/// So many bytes are kept of one: more than any form that a person fills in has.
const MOST_BYTES: usize = 256 << 10;
/// Where the files lie that were chosen in a form.
const FILES: &str = "begun-files";
/// So many bytes of files are kept of one firm.
pub const MOST_BEGUN_FILES: usize = 24 << 20;

/// A form that was begun. A firm has one for each address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The address to which it will be sent.
    pub to: String,
    /// True where it is sent with files.
    pub files: bool,
    /// The files that were chosen, and are kept beside it.
    #[serde(default)]
    pub chosen: Vec<Chosen>,
    /// What was typed, in its order.
    pub pairs: Vec<(String, String)>,
    /// Who kept it: her name.
    pub by: String,
    /// By which way: `page` or `counter`.
    pub channel: String,
    /// When.
    #[serde(skip)]
    pub at: Instant,
}

/// A file that was chosen in a form that was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The form's field.
    pub field: String,
    /// The file's name.
    pub name: String,
    /// How many bytes it has.
    pub size: usize,
}

impl Office {
    /// Keeps a form for the actor's firm, in the place of the one that it had begun at this address.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm; [`Error::Invalid`] for one that is too long, or one too many.
    pub async fn keep_begun(&self, actor: &Actor, begun: &Begun, files: &[Vec<u8>]) -> Result<(), Error> {
        actor.require(Right::File)?;
        let bytes = serde_json::to_vec(begun)?;
        let mut others = self.all_begun(actor).await?;
        others.retain(|of| of.to != begun.to);
        let kept: usize = others.iter().flat_map(|of| &of.chosen).map(|of| of.size).sum();
        let weight = kept + files.iter().map(Vec::len).sum::<usize>();
        if bytes.len() > MOST_BYTES || others.len() >= MOST || weight > MOST_BEGUN_FILES {
            return Err(Error::Invalid(vec![fault(
                "PQ-HALL-026",
                "",
                "该表内容过长，或贵企业未办完的表已有 100 份，或其附件合计超过 24 MB。",
                "This form is too long, or your firm has a hundred forms that were begun, or more than 24 MB of files in them.",
                "请缩短内容，或先办完、丢弃首页所列的表。",
                "Shorten it, or send or throw away some of those that your start page lists.",
            )]));
        }
        let unit = actor.unit();
        let files = match files {
            [] => self.store.delete_draft_side(unit, FILES, &begun.to),
            files => self.store.save_draft_side(unit, FILES, &begun.to, &files.concat())?,
        };
        // In one transaction: the form says how many bytes of what lies beside it are which file.
        let form = self.store.save_draft_side(unit, TARGET, &begun.to, &bytes)?;
        Ok(self.store.write_sides("begun", vec![files, form]).await?)
    }

    /// The files that were chosen in a form that was begun, in the order in which it names them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm.
    pub async fn begun_files(&self, actor: &Actor, begun: &Begun) -> Result<Vec<(Chosen, Vec<u8>)>, Error> {
        actor.require(Right::File)?;
        let kept = self.store.draft(actor.unit(), FILES, &begun.to).await?.map(|kept| kept.bytes).unwrap_or_default();
        let (mut rest, mut files) = (kept.as_slice(), Vec::new());
        for chosen in &begun.chosen {
            // Kept anew in between: what it names now is read with the form that names it.
            let Some((bytes, after)) = rest.split_at_checked(chosen.size) else { break };
            files.push((chosen.clone(), bytes.to_vec()));
            rest = after;
        }
        Ok(files)
    }

    /// The form that the actor's firm has begun at an address; none where there is none (any more).
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm.
    pub async fn begun(&self, actor: &Actor, to: &str) -> Result<Option<Begun>, Error> {
        actor.require(Right::File)?;
        let Some(kept) = self.store.draft(actor.unit(), TARGET, to).await? else { return Ok(None) };
        Ok(Some(opened(&kept)?))
    }

    /// All forms that the actor's firm has begun, the last kept first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm.
    pub async fn all_begun(&self, actor: &Actor) -> Result<Vec<Begun>, Error> {
        actor.require(Right::File)?;
        self.store.drafts_of(actor.unit(), TARGET).await?.iter().map(opened).collect()
    }

    /// Lets a form go that was sent or thrown away.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who files for no firm.
    pub async fn drop_begun(&self, actor: &Actor, to: &str) -> Result<(), Error> {
        // Most of what is sent was not begun before: a look costs less than a write.
        if self.begun(actor, to).await?.is_some() {
            let gone = |target| self.store.delete_draft_side(actor.unit(), target, to);
            self.store.write_sides("begun", vec![gone(TARGET), gone(FILES)]).await?;
        }
        Ok(())
    }
}

fn opened(kept: &store::drafts::Draft) -> Result<Begun, Error> {
    let begun: Begun = serde_json::from_slice(&kept.bytes)?;
    Ok(Begun { at: Instant(kept.saved_at), ..begun })
}
