//! A message that came before the declaration that it is about: it is kept, and counts as soon as the declaration is there.

use super::Here;
use crate::declaration::{Entry, Parked, Refusal, tables};

impl Here<'_> {
    /// Keeps it. The limit says until when its declaration should come; nothing is thrown away after it.
    pub(super) fn park(&mut self, parked: &Parked) -> Result<(), Refusal> {
        if self.firm() != Some(parked.firm.as_str()) {
            return Err(Refusal::NotYours);
        }
        self.require_open()?;
        if parked.reference.trim().is_empty() || parked.number.is_empty() {
            return Err(Refusal::Incomplete);
        }
        let events = tables::Events { lodged: self.context.now, arrived: None };
        let limit = tables::limit(self.context.profile, "", "parked", &events, self.context.now);
        self.add(Entry::Parked(Box::new(Parked { limit, ..parked.clone() })));
        Ok(())
    }

    /// What was kept counts, in the order in which it came, as long as nothing is being decided on. Customs is asked as if it came
    /// now; what does not fit the declaration is told, and stays in the journal.
    pub(super) fn unpark(&mut self) {
        while let Some(parked) = self.declaration.parked.first().cloned() {
            if self.declaration.pending().is_some() && self.declaration.ended.is_none() {
                return;
            }
            let fits = self.declaration.ended.is_none() && self.declaration.exited_at.is_none();
            let fits = fits && (parked.wants != "present" || self.declaration.arrived_at.is_none());
            let fits = fits && !parked.draws.lacks;
            let reference = parked.reference.clone();
            self.add(Entry::Unparked { reference: reference.clone(), fits });
            match parked.wants.as_str() {
                _ if !fits => {}
                "present" => {
                    self.add(Entry::Received { reference, itself: false });
                    self.add(Entry::Arrived { changes: parked.changes });
                }
                "withdraw" => {
                    self.add(Entry::Received { reference: reference.clone(), itself: false });
                    self.add(Entry::Asked {
                        reference,
                        invalidation: true,
                        changes: Vec::new(),
                        items: None,
                        licences: None,
                        document: None,
                    });
                }
                _ => {
                    let items = parked.amended(self.declaration.items.len()).cloned();
                    let drawn = parked.draws.drawn.filter(|_| items.is_some());
                    self.ask(&reference, &parked.changes, (items.clone(), drawn, parked.document));
                    self.assess_ahead(items.as_deref(), None);
                }
            }
        }
    }
}
