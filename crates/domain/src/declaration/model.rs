//! The WCO data model (DMS 2) as plain types: one struct a class, its members in the model's order and by the model's names, so
//! that who knows the model finds them and who writes a document anew has the order. How a document is spelt is not known here.
//!
//! Each class tells its members ([`Class`]), so that readers, writers and checks are one piece of code for all of them.

mod class;
mod declaration;
mod document;
mod envelope;
mod format;
mod item;
mod link;
mod movement;
mod party;
mod response;
mod shipment;
mod value;

pub use class::{Class, Kind, Member, Slot};
pub use declaration::{
    AdditionalDocument, AdditionalInformation, Amendment, CurrencyExchange, Declaration, ObligationGuarantee, Pointer,
};
pub use document::Document;
pub use envelope::{
    MetaData, RequestCommon, RequestDetail, StatusDeclaration, StatusDetails, StatusResponse, SubmitRequest,
};
pub use format::{Format, Misfit, Only, Shape};
pub use item::{
    Classification, Commodity, CommodityEquipment, DangerousGoods, DutyTaxFee, GoodsItem, GoodsMeasure,
    GovernmentProcedure, InvoiceLine, ItemDocument, ItemInformation, ItemValuation, Origin, Packaging, Payment,
    ValuationAdjustment, WriteOff,
};
pub use link::{ChargeDeduction, ConsignmentReference, Destination, ExportCountry, PreviousDocument};
pub use movement::{
    AgentDetails, ConsolidationRequest, ControlResponse, GoodsArrival, InventoryItem, MovementError, MovementRequest,
    MovementResponse, TransportDetails, UcrBlock, ValidateMovementResponse,
};
pub use party::{
    Address, Agent, Authentication, AuthorisationHolder, Carrier, Communication, Consignor, ConsignorAddress, Contact,
    DocumentIssuer, Office, Party, RoleParty, Trader,
};
pub use response::{
    AppealOffice, AssessedCommodity, AssessedDuty, AssessedItem, AssessedPayment, AssessedShipment, Bank,
    ChargedGuarantee, ContactOffice, DeclarationStanding, OfficeCommunication, Response, ResponseAmendment,
    ResponseError, ResponseInformation, ResponsePointer, Status, TotalDuty, TotalPayment,
};
pub use shipment::{
    BorderTransportMeans, Consignment, ConsignmentItem, Freight, GoodsConsignment, GoodsLocation, GoodsShipment,
    Invoice, Itinerary, LoadingLocation, LocationAddress, Seal, ShipmentValuation, TradeTerms, TransportEquipment,
    TransportMeans, Warehouse,
};
pub use value::{Amount, Clock, Leaf, Moment, Numeric, Quantity, Unreadable, Written, Zone};
