//! What a terminal's system tells of goods: they are there, or have left. The declarations that it is about are found by their number,
//! or by a reference among the documents that came before them.

use domain::{
    Fault,
    declaration::{
        Act, Declaration,
        model::{Document, UcrBlock},
    },
};
use messages::wco;
use uuid::Uuid;

use super::{DeclarationAct, TERMINAL, fault, kept};
use crate::{Actor, Done, Error, Office, Request, Right};

/// So many declarations of one reference are told at most.
const MOST: i64 = 50;

/// What a movement says.
enum Moved {
    There,
    Left,
}

/// What became of a movement for one declaration.
#[derive(Debug)]
pub struct MovedDeclaration {
    /// The declaration's number.
    pub number: String,
    /// The receipt's identifier; none where it was refused.
    pub receipt: Option<Uuid>,
    /// Why it was refused.
    pub faults: Vec<Fault>,
}

impl Office {
    /// Takes a movement, as XML: goods have arrived (`EAL`, or an arrival at import), or have left (`EDL`). Each declaration is told for
    /// itself; one that knows it already is left as it is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody but the terminal; [`Error::Invalid`] for what is no movement, one that says neither, or a
    /// reference that no declaration here has.
    pub async fn take_movement(
        &self,
        actor: &Actor,
        bytes: &[u8],
        request: &Request,
    ) -> Result<Vec<MovedDeclaration>, Error> {
        actor.require(Right::StateTimes)?;
        if !matches!(&actor.party, domain::matter::Party::Organ(organ) if organ == TERMINAL) {
            return Err(Error::Forbidden);
        }
        let (message, faults) = wco::read(bytes);
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        let ucr = |block: &Option<Box<UcrBlock>>| {
            let block = block.as_ref()?;
            // A part of a consignment is named by its reference and its part.
            let part = block.ucr_part_no.as_deref().unwrap_or_default();
            block.ucr.as_ref().map(|ucr| if part.is_empty() { ucr.clone() } else { format!("{ucr}-{part}") })
        };
        let (moved, number, reference) = match message.content.as_ref() {
            Some(Document::Arrival(arrival)) => {
                (Moved::There, arrival.entry_number.clone(), arrival.inventory_consignment_reference.clone())
            }
            Some(Document::Movement(movement)) => {
                let reference = ucr(&movement.ucr_block).or_else(|| movement.master_ucr.clone());
                match movement.message_code.as_deref() {
                    Some("EAL") => (Moved::There, None, reference),
                    Some("EDL") => (Moved::Left, None, reference),
                    _ => return Err(no_movement()),
                }
            }
            _ => return Err(no_movement()),
        };
        let numbers = self.moved_declarations(actor, number.as_deref(), reference.as_deref()).await?;
        if numbers.is_empty() {
            let named = number.or(reference).unwrap_or_default();
            return Err(Error::Invalid(vec![fault(
                "PQ-DECLARATION-071",
                "/ucrBlock/ucr",
                format!("没有列明“{named}”的报关单。"),
                format!("No declaration here names {named:?}."),
                (
                    "请核对编号：应为报关单号，或其前置单证中的编号。",
                    "Give a declaration's number, or a reference among the documents before it.",
                ),
            )]));
        }
        let mut told = Vec::with_capacity(numbers.len());
        for number in numbers {
            told.push(self.move_declaration(actor, number, &moved, request).await?);
        }
        Ok(told)
    }

    async fn moved_declarations(
        &self,
        actor: &Actor,
        number: Option<&str>,
        reference: Option<&str>,
    ) -> Result<Vec<String>, Error> {
        let reach = self.store.reach(actor.declaration_reach());
        if let Some(number) = number {
            let found = reach.matter_by_number(number).await?.filter(|stored| stored.kind == kept::DECLARATION);
            if let Some(stored) = found {
                return Ok(vec![stored.row.number]);
            }
        }
        let Some(reference) = reference else { return Ok(Vec::new()) };
        let (reference, mut numbers) = (reference.to_lowercase(), Vec::new());
        for stored in reach.named(kept::DECLARATION, &reference, None, MOST).await? {
            let of: Declaration = self.unfold(stored).await?;
            // Another firm may use the same word as its own reference.
            let is_named = of.keys.iter().chain([&of.number]).any(|key| key.to_lowercase() == reference);
            numbers.extend(is_named.then_some(of.number));
        }
        Ok(numbers)
    }

    async fn move_declaration(
        &self,
        actor: &Actor,
        number: String,
        moved: &Moved,
        request: &Request,
    ) -> Result<MovedDeclaration, Error> {
        let act = match moved {
            Moved::There => Act::Arrive { changes: Vec::new() },
            Moved::Left => Act::Exit,
        };
        let act = DeclarationAct::Other(Box::new(act));
        let done: Result<Done, Error> = self.act_on_declaration(actor, &number, &act, request).await;
        match done {
            Ok(done) => Ok(MovedDeclaration { number, receipt: Some(done.receipt_id), faults: Vec::new() }),
            Err(Error::Refused(fault)) => Ok(MovedDeclaration { number, receipt: None, faults: vec![fault] }),
            Err(other) => Err(other),
        }
    }
}

fn no_movement() -> Error {
    Error::Invalid(vec![fault(
        "PQ-DECLARATION-072",
        "/messageCode",
        "不是可受理的货物移动报文。".to_owned(),
        "This is no movement that can be taken.".to_owned(),
        (
            "可用：进口运抵（inventoryLinkingImportsGoodsArrival），出口运抵 EAL、离境 EDL（inventoryLinkingMovementRequest）。",
            "Send an arrival at import (inventoryLinkingImportsGoodsArrival), or EAL or EDL (inventoryLinkingMovementRequest).",
        ),
    )])
}
