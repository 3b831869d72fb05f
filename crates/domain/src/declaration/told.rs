//! What an entry of a declaration tells: each notice of the data model, by its kind; how an inspection goes on; and a limit that
//! passed.

use super::{Declaration, Entry, Record, notice};
use crate::{Instant, notice::Told};

impl Declaration {
    /// What an entry tells; nothing for those of which the data model has no notice.
    pub fn told(&self, record: &Record) -> Option<Told> {
        if let Entry::Passed { name, due } = &record.entry {
            let (event, word) = ("declaration.breach", name.clone());
            return Some(Told { event, word, until: Some(*due), ..Told::default() });
        }
        if let Entry::Surveyed(_) = &record.entry {
            return Some(Told { event: "declaration.surveyed", ..Told::default() });
        }
        if let Some((word, until)) = inspected(&record.entry) {
            return Some(Told { event: "declaration.inspection", word: word.to_owned(), until, ..Told::default() });
        }
        let (kind, _) = notice::told(self, record, "")?;
        let limit = self.open_measures().filter_map(|of| of.limit).min();
        let until = matches!(record.entry, Entry::Ordered { .. }).then_some(limit).flatten();
        Some(Told { event: "declaration.notice", word: kind.word().to_owned(), until, ..Told::default() })
    }
}

/// How an inspection goes on, which the data model has no notices for, and when the goods are looked at.
fn inspected(entry: &Entry) -> Option<(&'static str, Option<Instant>)> {
    match entry {
        Entry::Attended { .. } => Some(("attended", None)),
        Entry::Planned { from, .. } => Some(("planned", Some(*from))),
        Entry::Moved { limit } => Some(("moved", Some(limit.due))),
        Entry::Found { .. } => Some(("found", None)),
        _ => None,
    }
}
