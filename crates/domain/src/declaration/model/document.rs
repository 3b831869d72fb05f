//! The documents that are read and written.

use super::{
    class::Class,
    declaration::Declaration,
    envelope::{MetaData, StatusResponse, SubmitRequest},
    movement::{
        ConsolidationRequest, ControlResponse, GoodsArrival, MovementRequest, MovementResponse,
        ValidateMovementResponse,
    },
    response::Response,
};

macro_rules! documents {
    ($($(#[$doc:meta])* $document:ident($class:ty) $name:literal,)*) => {
        /// A document, by its root.
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Document {
            $($(#[$doc])* $document(Box<$class>),)*
        }

        impl Document {
            /// An empty document of the kind that a root's name tells.
            pub fn named(root: &str) -> Option<Document> {
                $(if root.eq_ignore_ascii_case($name) { return Some(Document::$document(Box::default())); })*
                None
            }

            /// The names of roots that are known.
            pub const ROOTS: &'static [&'static str] = &[$($name),*];

            /// The name of its root.
            pub fn root(&self) -> &'static str {
                match self { $(Document::$document(_) => $name,)* }
            }

            /// What it holds.
            pub fn class(&self) -> &dyn Class {
                match self { $(Document::$document(class) => class.as_ref(),)* }
            }

            /// What it holds, to be filled.
            pub fn class_mut(&mut self) -> &mut dyn Class {
                match self { $(Document::$document(class) => class.as_mut(),)* }
            }
        }
    };
}

documents! {
    /// Declaration or notices, with the metadata of the model.
    MetaData(MetaData) "MetaData",
    /// A declaration without metadata.
    Declaration(Declaration) "Declaration",
    /// A notice without metadata.
    Response(Response) "Response",
    /// A declaration, with who sends it.
    Submit(SubmitRequest) "submitDeclarationRequest",
    /// How declarations stand.
    Status(StatusResponse) "DeclarationStatusResponse",
    /// A movement that a terminal tells.
    Movement(MovementRequest) "inventoryLinkingMovementRequest",
    /// Consignments become one, or part.
    Consolidation(ConsolidationRequest) "inventoryLinkingConsolidationRequest",
    /// Customs answers to a movement.
    MovementAnswer(MovementResponse) "inventoryLinkingMovementResponse",
    /// Customs acknowledges or refuses a movement.
    Control(ControlResponse) "inventoryLinkingControlResponse",
    /// Goods of a declaration have arrived.
    Arrival(GoodsArrival) "inventoryLinkingImportsGoodsArrival",
    /// A terminal's goods match a declaration, or not.
    Validation(ValidateMovementResponse) "InventoryLinkingImportsValidateMovementResponse",
}

impl Document {
    /// The declaration that it holds, whatever is around it.
    pub fn declaration(&self) -> Option<&Declaration> {
        match self {
            Document::Declaration(declaration) => Some(declaration),
            Document::MetaData(data) => data.declaration.as_deref(),
            Document::Submit(request) => {
                request.request_detail.as_deref()?.meta_data.as_deref()?.declaration.as_deref()
            }
            _ => None,
        }
    }

    /// The notices that it holds.
    pub fn responses(&self) -> &[Response] {
        match self {
            Document::Response(response) => std::slice::from_ref(response),
            Document::MetaData(data) => &data.responses,
            _ => &[],
        }
    }
}
