//! Messages that came before the declaration that they are about.

use domain::{
    Fault, Severity, Text,
    declaration::{
        Act, Declaration, Draws, Parked,
        model::{self, Document},
        summary,
        summary::Wanted,
    },
};
use messages::wco;
use store::Reach;
use uuid::Uuid;

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
                items: (declaration.goods_shipment.is_some() && !faults.iter().any(Fault::is_error)).then_some(items),
                whole: declaration.goods_item_quantity.is_some(),
                document: Some(sealed.id.to_string()),
                ..Parked::default()
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

    /// What each message that waits for a declaration of so many items would draw of licences in its place; and of those that lack
    /// some, which: they do not fit, and the declaration does.
    pub(super) async fn waiting_draws(
        &self,
        read: &Declaration,
        (firm, direction, count): (&str, &str, usize),
    ) -> Result<(Vec<Draws>, Vec<Fault>), Error> {
        let (mut waiting, mut faults) = (Vec::with_capacity(read.parked.len()), Vec::new());
        for parked in &read.parked {
            let mut draws = Draws::default();
            if let Some(items) = parked.amended(count)
                && let Some(message) = self.parked_message(parked).await?
                && let Some(declaration) = message.content.as_ref().and_then(Document::declaration)
            {
                match self.drawn_licences((firm, direction, &[]), items, declaration).await {
                    Ok(drawn) => draws.drawn = Some(drawn),
                    Err(Error::Invalid(lacking)) => {
                        draws.lacks = true;
                        faults.push(lacks(&parked.reference));
                        faults.extend(lacking.into_iter().map(|fault| Fault { severity: Severity::Warning, ..fault }));
                    }
                    Err(other) => return Err(other),
                }
            }
            waiting.push(draws);
        }
        Ok((waiting, faults))
    }

    /// A message that waits, as it was sent; none once it is erased.
    async fn parked_message(&self, parked: &Parked) -> Result<Option<wco::Message>, Error> {
        let Some(id) = parked.document.as_deref().and_then(|id| Uuid::parse_str(id).ok()) else { return Ok(None) };
        let stored = self.store.reach(Reach::System("a message came first")).document(id).await?;
        Ok(stored.and_then(|stored| stored.bytes).map(|bytes| wco::read(&bytes).0))
    }
}

/// What waited needs a licence that it does not have, and is left in the journal.
fn lacks(reference: &str) -> Fault {
    Fault::new(
        Severity::Warning,
        "PQ-DECLARATION-073",
        "/functional_reference_id",
        Text::new(
            format!("先到的修改申请（{reference}）缺少许可证件，未予采用；报关单按本报文办理。"),
            format!(
                "The amendment of {reference} that came first lacks licences and does not count: what is declared here does."
            ),
        ),
        Text::new("请取得证件后重新申请修改。", "Ask for the amendment again once there are licences for it."),
    )
}
