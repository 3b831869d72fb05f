//! The profile that counts: the folder, and over it what was published.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use domain::{profile::Profile, situation::Situations};
use rules::Table;
use uuid::Uuid;

use crate::{Error, Office, profiles::Source};

/// The profile's texts, and the profile as it stands now. One for all clones of an office.
pub struct Rules {
    source: Source,
    situations: Situations,
    now: RwLock<Now>,
}

struct Now {
    /// The published versions of which it is made.
    versions: Vec<Uuid>,
    /// Their texts, by table.
    published: BTreeMap<String, String>,
    profile: Arc<Profile>,
}

/// Something about published versions and the folder that an operator must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The folder's table was changed after a version had been published on top of it; the published version counts.
    Folder(String),
    /// The folder has no such table any more.
    Gone(String),
    /// The content is not the one whose hash was written down.
    Content(String),
}

impl Rules {
    /// The rules of a profile, before anything published is taken over.
    ///
    /// # Errors
    /// Every finding, each with its file.
    pub fn of(source: Source) -> Result<Rules, Vec<String>> {
        let profile = Arc::new(source.profile()?);
        let situations = source.situations()?;
        let now = Now { versions: Vec::new(), published: BTreeMap::new(), profile };
        Ok(Rules { source, situations, now: RwLock::new(now) })
    }

    /// The profile as it stands now.
    pub fn profile(&self) -> Arc<Profile> {
        self.read(|now| now.profile.clone())
    }

    /// The situations of the profile.
    pub(crate) fn situations(&self) -> &Situations {
        &self.situations
    }

    /// The texts of the published versions that count, by table.
    pub(super) fn published(&self) -> BTreeMap<String, String> {
        self.read(|now| now.published.clone())
    }

    /// The text of a table as it counts.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.read(|now| now.published.get(name).cloned()).or_else(|| self.source.table(name).map(str::to_owned))
    }

    /// The text of a table that counts now or stands in the folder, if its content has this hash.
    pub(super) fn text_by_hash(&self, name: &str, hash: &str) -> Option<String> {
        let texts = [self.text(name), self.source.table(name).map(str::to_owned)];
        texts.into_iter().flatten().find(|text| hash_of(text).as_deref() == Some(hash))
    }

    /// The profile with one table as a draft has it.
    pub(super) fn with(&self, name: &str, text: &str) -> Result<Profile, Vec<String>> {
        let mut tables = self.published();
        tables.insert(name.to_owned(), text.to_owned());
        self.source.with(&tables)
    }

    fn read<T>(&self, of: impl FnOnce(&Now) -> T) -> T {
        of(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The hash of a table's content; none when it cannot be read.
pub(super) fn hash_of(text: &str) -> Option<String> {
    Table::parse(text).0.map(|table| table.hash)
}

impl Office {
    /// Takes over what was published or withdrawn since this was last asked, here or by another process.
    ///
    /// # Errors
    /// [`Error::Internal`] with every finding when a published version does not go with the folder; the profile stays as it was.
    pub async fn follow_tables(&self) -> Result<(), Error> {
        let standing = self.store.standing_versions().await?;
        let versions: Vec<Uuid> = standing.iter().map(|of| of.id).collect();
        if self.rules.read(|now| now.versions == versions) {
            return Ok(());
        }
        let mut published = BTreeMap::new();
        for id in &versions {
            let version = self.store.version(*id).await?.ok_or(Error::Conflict)?;
            published.insert(version.name, version.text);
        }
        let profile = self.rules.source.with(&published).map_err(|findings| {
            Error::Internal(format!("published tables do not go with the profile: {}", findings.join("; ")))
        })?;
        let mut now = self.rules.now.write().unwrap_or_else(PoisonError::into_inner);
        *now = Now { versions, published, profile: Arc::new(profile) };
        Ok(())
    }

    /// What an operator must know of published versions: a folder that was changed underneath, a content that is not the one
    /// that was approved.
    ///
    /// # Errors
    /// The store's own.
    pub async fn drift_of_tables(&self) -> Result<Vec<Drift>, Error> {
        let mut drift = Vec::new();
        for head in self.store.standing_versions().await? {
            let all = self.store.versions_of(&head.name).await?;
            let published: Vec<_> = all.iter().filter(|of| of.published_at > 0).collect();
            drift.extend(
                published
                    .iter()
                    .filter(|of| hash_of(&of.text).as_ref() != Some(&of.hash))
                    .map(|of| Drift::Content(format!("{} {}", of.name, of.id))),
            );
            let Some(folder) = self.rules.source.table(&head.name) else {
                drift.push(Drift::Gone(head.name));
                continue;
            };
            // The first one rests on the folder; the others rest on one another.
            let rests = |hash: &str| published.iter().any(|of| of.base == hash);
            if !hash_of(folder).is_some_and(|hash| rests(&hash)) {
                drift.push(Drift::Folder(head.name));
            }
        }
        Ok(drift)
    }
}
