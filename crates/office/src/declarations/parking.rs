//! Messages that came before the declaration that they are about.

use domain::declaration::{Act, Parked, model, summary, summary::Wanted};

use super::{CURRENCY, Under, acting_firm};
use crate::{
    Actor, Done, Error, Office, Request,
    acting::{Baggage, Step},
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
        let firm = acting_firm(actor)?;
        let reference = declaration.functional_reference_id.clone().unwrap_or_default();
        for _ in 0..3 {
            let Under { mark, id, read, number } = self.under(&firm, &reference).await?;
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
            let baggage = Baggage { documents: vec![sealed], side: vec![mark], what, ..Baggage::default() };
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
