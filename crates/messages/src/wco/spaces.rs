//! Namespaces of the parts of a document. Notices often have none; what a document uses is kept, so that it is written with the
//! same ones.

use std::{collections::BTreeMap, sync::Arc};

use domain::declaration::model::Kind;

use crate::xml::Space;

/// Every namespace of the data model begins like this.
const MODEL: &str = "urn:wco:datamodel:WCO:";

/// A part of a document that has a namespace of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Metadata of the model.
    MetaData,
    /// A declaration.
    Declaration,
    /// The dates in it.
    DeclarationDates,
    /// A notice.
    Response,
    /// The dates in it.
    ResponseDates,
    /// A request to submit.
    Submit,
    /// The standing of declarations.
    Status,
    /// Movements at export.
    Movement,
    /// Movements at import.
    ImportMovement,
}

impl Part {
    /// The part that begins with a class; none when it belongs to what is around it.
    pub fn begun_by(kind: &Kind) -> Option<Part> {
        Some(match kind.name {
            "MetaData" => Part::MetaData,
            "Declaration" => Part::Declaration,
            "Response" => Part::Response,
            "SubmitRequest" => Part::Submit,
            "StatusResponse" => Part::Status,
            "MovementRequest" | "ConsolidationRequest" | "MovementResponse" | "ControlResponse" => Part::Movement,
            "GoodsArrival" | "ValidateMovementResponse" => Part::ImportMovement,
            _ => return None,
        })
    }

    /// The part of dates inside of it.
    pub fn dates(self) -> Part {
        match self {
            Part::Response | Part::Status => Part::ResponseDates,
            _ => Part::DeclarationDates,
        }
    }

    /// The published namespace.
    fn standard(self) -> &'static str {
        match self {
            Part::MetaData => "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2",
            Part::Declaration => "urn:wco:datamodel:WCO:DEC-DMS:2",
            Part::DeclarationDates => "urn:wco:datamodel:WCO:Declaration_DS:DMS:2",
            Part::Response => "urn:wco:datamodel:WCO:RES-DMS:2",
            Part::ResponseDates => "urn:wco:datamodel:WCO:Response_DS:DMS:2",
            Part::Submit => "http://uk/gov/hmrc/mdg/declarationmanagement/submitdeclaration/request/schema/v1",
            Part::Status => "http://gov.uk/customs/declarationInformationRetrieval/status/v2",
            Part::Movement => "http://gov.uk/customs/inventoryLinking/v1",
            Part::ImportMovement => "http://gov.uk/customs/inventoryLinkingImport/v1",
        }
    }

    /// True for the published namespace of this part.
    pub fn is(self, space: &Space) -> bool {
        space.as_deref() == Some(self.standard())
    }
}

/// What a document uses, by part; the published ones where it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Spaces(BTreeMap<Part, Space>);

impl Spaces {
    /// The namespace of a part.
    pub fn of(&self, part: Part) -> Space {
        self.0.get(&part).cloned().unwrap_or_else(|| Some(Arc::from(part.standard())))
    }

    /// The namespace of a part: the first one that occurs.
    pub fn learn(&mut self, part: Part, space: &Space) -> Space {
        self.0.entry(part).or_insert_with(|| space.clone()).clone()
    }
}

/// True for a namespace that the elements of a document may have: none, that of what is around, or any of the model.
pub(super) fn is_ours(space: &Space, around: &Space) -> bool {
    match space.as_deref() {
        None => true,
        Some(name) => space == around || name.starts_with(MODEL),
    }
}
