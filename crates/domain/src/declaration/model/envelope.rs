//! What declarations and notices travel in: the document's metadata, a request to submit, and the answer on a declaration's
//! standing.

use super::{class::class, declaration::Declaration, response::Response, value::Moment};

class! {
    /// A document of the data model: which model, whose, and what it holds.
    MetaData {
        wco_data_model_version_code "WCODataModelVersionCode" [code(6).blank()]: Option<String>,
        wco_type_name "WCOTypeName" [text(70).blank()]: Option<String>,
        responsible_country_code "ResponsibleCountryCode" [code(2).blank()]: Option<String>,
        responsible_agency_name "ResponsibleAgencyName" [text(70).blank()]: Option<String>,
        agency_assigned_customization_code "AgencyAssignedCustomizationCode" [code(6).blank()]: Option<String>,
        agency_assigned_customization_version_code "AgencyAssignedCustomizationVersionCode" [code(6).blank()]: Option<String>,
        declaration "Declaration" [class()]: Option<Box<Declaration>>,
        responses "Response" [class()]: Vec<Response>,
    }

    /// A request to take a declaration in.
    SubmitRequest {
        request_common "requestCommon" [class()]: Option<Box<RequestCommon>>,
        request_detail "requestDetail" [class()]: Option<Box<RequestDetail>>,
    }

    /// Who sends a request, by which system, when.
    RequestCommon {
        regime "regime" [code(70)]: Option<String>,
        receipt_date "receiptDate" [text(70)]: Option<String>,
        client_id "clientID" [id(70)]: Option<String>,
        conversation_id "conversationID" [id(70)]: Option<String>,
        correlation_id "correlationID" [id(70)]: Option<String>,
        badge_identifier "badgeIdentifier" [id(70)]: Option<String>,
        originating_party_id "originatingPartyID" [id(70)]: Option<String>,
        authenticated_party_id "authenticatedPartyID" [id(70)]: Option<String>,
    }

    /// What is requested to be taken in.
    RequestDetail {
        meta_data "MetaData" [class()]: Option<Box<MetaData>>,
    }

    /// Answer to the question how declarations stand.
    StatusResponse {
        declaration_status_details "DeclarationStatusDetails" [class()]: Vec<StatusDetails>,
    }

    /// How one declaration stands, and which one it is.
    StatusDetails {
        declaration "Declaration" [class()]: Option<Box<StatusDeclaration>>,
        original "Declaration" [class()]: Option<Box<Declaration>>,
    }

    /// The standing of a declaration.
    StatusDeclaration {
        acceptance_date_time "AcceptanceDateTime" [MOMENT]: Option<Moment>,
        id "ID" [id(70).blank()]: Option<String>,
        version_id "VersionID" [id(9).blank()]: Option<String>,
        received_date_time "ReceivedDateTime" [MOMENT]: Option<Moment>,
        goods_released_date_time "GoodsReleasedDateTime" [MOMENT]: Option<Moment>,
        roe "ROE" [code(2)]: Option<String>,
        ics "ICS" [code(2)]: Option<String>,
        irc "IRC" [code(3)]: Option<String>,
    }
}
