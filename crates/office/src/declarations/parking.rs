//! Messages that came before the declaration that they are about.

use domain::declaration::{Act, Declaration, Parked, model, summary, summary::Wanted};

use super::{CURRENCY, acting_firm};
use crate::{
    Actor, Done, Error, Office, Request,
    acting::{Baggage, Step},
    numbers::Numbered,
};

impl Office {
    /// Keeps a message under the number that its declaration will have; what else comes before it waits beside it.
    pub(super) async fn park(
        &self,
        actor: &Actor,
        wanted: &Wanted,
        declaration: &model::Declaration,
        bytes: &[u8],
        request: &Request,
    ) -> Result<Done, Error> {
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok(known);
        }
        let firm = acting_firm(actor)?;
        let reference = declaration.functional_reference_id.clone().unwrap_or_default();
        // The same mark as of a declaration under this reference: of two at the same moment one looks again.
        let mark = format!("declaration {firm} {reference}");
        for _ in 0..3 {
            let seen = self.store.guard(&mark).await?;
            let waiting = self.free_reference(&firm, &reference).await?;
            let (id, read) = waiting.unwrap_or_else(|| (self.new_id(), Declaration::default()));
            let number = match read.version {
                0 => self.next_number(Numbered::Declaration).await?,
                _ => read.number.clone(),
            };
            let sealed = self.seal_declaration(id, bytes)?;
            let (items, faults) = summary::items(declaration, CURRENCY);
            let parked = Parked {
                number,
                reference: reference.clone(),
                firm: firm.clone(),
                wants: match wanted {
                    Wanted::Withdraw => "withdraw",
                    Wanted::Present => "present",
                    _ => "amend",
                }
                .to_owned(),
                changes: summary::changes(declaration),
                items: (declaration.goods_shipment.is_some() && faults.is_empty()).then_some(items),
                whole: declaration.goods_item_quantity.is_some(),
                document: Some(sealed.id.to_string()),
                limit: None,
            };
            let what = format!("a message before declaration {}", parked.number);
            let side = vec![self.store.guard_side(&mark, seen)];
            let baggage = Baggage { documents: vec![sealed], side, what, ..Baggage::default() };
            let act = Act::Park(Box::new(parked));
            let steps = vec![Step { id, read, acts: std::slice::from_ref(&act) }];
            match self.commit(actor, steps, request, &baggage).await {
                Err(Error::Conflict) => {}
                other => return other,
            }
        }
        Err(Error::Conflict)
    }
}
