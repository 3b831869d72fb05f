//! What an entry of a declaration tells: each notice of the data model, by its kind; and a limit that passed.

use super::{Declaration, Entry, Record, notice};
use crate::notice::Told;

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
        let (kind, _) = notice::told(self, record, "")?;
        let limit = self.open_measures().filter_map(|of| of.limit).min();
        let until = matches!(record.entry, Entry::Ordered { .. }).then_some(limit).flatten();
        Some(Told { event: "declaration.notice", word: kind.word().to_owned(), until, ..Told::default() })
    }
}
