//! The declaration itself.

use super::{
    class::class,
    party::{Agent, Authentication, AuthorisationHolder, Office, Party, Trader},
    shipment::{BorderTransportMeans, Consignment, GoodsShipment},
    value::{Amount, Moment, Numeric, Quantity},
};

class! {
    /// A declaration, an amendment or a request for invalidation (WCO class 42A).
    Declaration {
        acceptance_date_time "AcceptanceDateTime" [MOMENT]: Option<Moment>,
        function_code "FunctionCode" [code(2).digits().one_of(&["9", "13", "14"]).needed()]: Option<String>,
        functional_reference_id "FunctionalReferenceID" [id(35)]: Option<String>,
        id "ID" [id(70)]: Option<String>,
        issue_date_time "IssueDateTime" [MOMENT]: Option<Moment>,
        issue_location_id "IssueLocationID" [id(5)]: Option<String>,
        type_code "TypeCode" [code(3)]: Option<String>,
        goods_item_quantity "GoodsItemQuantity" [quantity(5, 0)]: Option<Quantity>,
        declaration_office_id "DeclarationOfficeID" [id(17)]: Option<String>,
        invoice_amount "InvoiceAmount" [amount(16, 3)]: Option<Amount>,
        loading_list_quantity "LoadingListQuantity" [quantity(5, 0)]: Option<Quantity>,
        total_gross_mass_measure "TotalGrossMassMeasure" [measure(16, 6)]: Option<Quantity>,
        total_package_quantity "TotalPackageQuantity" [quantity(8, 0)]: Option<Quantity>,
        specific_circumstances_code "SpecificCircumstancesCodeCode" [code(3)]: Option<String>,
        authentication "Authentication" [class()]: Option<Box<Authentication>>,
        submitter "Submitter" [class()]: Option<Box<Party>>,
        additional_documents "AdditionalDocument" [class()]: Vec<AdditionalDocument>,
        additional_information "AdditionalInformation" [class()]: Vec<AdditionalInformation>,
        agent "Agent" [class()]: Option<Box<Agent>>,
        amendments "Amendment" [class()]: Vec<Amendment>,
        authorisation_holders "AuthorisationHolder" [class()]: Vec<AuthorisationHolder>,
        border_transport_means "BorderTransportMeans" [class()]: Option<Box<BorderTransportMeans>>,
        consignment "Consignment" [class()]: Option<Box<Consignment>>,
        currency_exchanges "CurrencyExchange" [class()]: Vec<CurrencyExchange>,
        declarant "Declarant" [class()]: Option<Box<Trader>>,
        exit_office "ExitOffice" [class()]: Option<Box<Office>>,
        exporter "Exporter" [class()]: Option<Box<Trader>>,
        goods_shipment "GoodsShipment" [class()]: Option<Box<GoodsShipment>>,
        obligation_guarantees "ObligationGuarantee" [class()]: Vec<ObligationGuarantee>,
        presentation_office "PresentationOffice" [class()]: Option<Box<Office>>,
        supervising_office "SupervisingOffice" [class()]: Option<Box<Office>>,
    }

    /// A guarantee for what may be owed.
    ObligationGuarantee {
        amount "AmountAmount" [amount(16, 3)]: Option<Amount>,
        id "ID" [id(70)]: Option<String>,
        reference_id "ReferenceID" [id(35)]: Option<String>,
        security_details_code "SecurityDetailsCode" [code(3)]: Option<String>,
        access_code "AccessCode" [code(4)]: Option<String>,
        guarantee_office "GuaranteeOffice" [class()]: Option<Box<Office>>,
    }

    /// The rate at which a currency was changed.
    CurrencyExchange {
        currency_type_code "CurrencyTypeCode" [code(3).exactly().letters()]: Option<String>,
        rate_numeric "RateNumeric" [numeric(12, 5)]: Option<Numeric>,
    }

    /// What is changed, and why.
    Amendment {
        change_reason_code "ChangeReasonCode" [code(3)]: Option<String>,
        pointers "Pointer" [class()]: Vec<Pointer>,
    }

    /// A statement on the declaration, with the way to the element that it is about.
    AdditionalInformation {
        statement_code "StatementCode" [code(17)]: Option<String>,
        statement_description "StatementDescription" [text(512)]: Option<String>,
        statement_type_code "StatementTypeCode" [code(3)]: Option<String>,
        pointers "Pointer" [class()]: Vec<Pointer>,
    }

    /// One step of the way to an element of a declaration: section, occurrence, and at the end the data element.
    Pointer {
        sequence_numeric "SequenceNumeric" [numeric(5, 0)]: Option<Numeric>,
        document_section_code "DocumentSectionCode" [code(3)]: Option<String>,
        tag_id "TagID" [id(4)]: Option<String>,
    }

    /// A document that goes with the whole declaration.
    AdditionalDocument {
        category_code "CategoryCode" [code(3)]: Option<String>,
        id "ID" [id(70)]: Option<String>,
        type_code "TypeCode" [code(3)]: Option<String>,
    }
}
