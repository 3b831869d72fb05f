//! Notices of customs: what became of a declaration.

use super::{
    class::class,
    declaration::Declaration,
    value::{Amount, Moment, Numeric, Quantity},
};

class! {
    /// A notice of customs.
    Response {
        function_code "FunctionCode" [code(2).digits().needed()]: Option<String>,
        functional_reference_id "FunctionalReferenceID" [id(35).blank()]: Option<String>,
        issue_date_time "IssueDateTime" [MOMENT]: Option<Moment>,
        additional_information "AdditionalInformation" [class()]: Vec<ResponseInformation>,
        amendments "Amendment" [class()]: Vec<ResponseAmendment>,
        appeal_office "AppealOffice" [class()]: Option<Box<AppealOffice>>,
        bank "Bank" [class()]: Option<Box<Bank>>,
        contact_offices "ContactOffice" [class()]: Vec<ContactOffice>,
        errors "Error" [class()]: Vec<ResponseError>,
        statuses "Status" [class()]: Vec<Status>,
        declaration "Declaration" [class().needed()]: Option<Box<DeclarationStanding>>,
        original "Declaration" [class()]: Option<Box<Declaration>>,
    }

    /// The declaration that a notice is about: numbers, dates, sums.
    DeclarationStanding {
        acceptance_date_time "AcceptanceDateTime" [MOMENT]: Option<Moment>,
        cancellation_date_time "CancellationDateTime" [MOMENT]: Option<Moment>,
        functional_reference_id "FunctionalReferenceID" [id(35).blank()]: Option<String>,
        id "ID" [id(70).blank()]: Option<String>,
        rejection_date_time "RejectionDateTime" [MOMENT]: Option<Moment>,
        version_id "VersionID" [id(9).blank()]: Option<String>,
        duty_tax_fees "DutyTaxFee" [class()]: Vec<TotalDuty>,
        goods_shipment "GoodsShipment" [class()]: Option<Box<AssessedShipment>>,
    }

    /// The items of which duties were assessed.
    AssessedShipment {
        government_agency_goods_items "GovernmentAgencyGoodsItem" [class()]: Vec<AssessedItem>,
    }

    /// An item of which duties were assessed.
    AssessedItem {
        sequence_numeric "SequenceNumeric" [numeric(5, 0).needed()]: Option<Numeric>,
        commodity "Commodity" [class()]: Option<Box<AssessedCommodity>>,
    }

    /// The duties of an item.
    AssessedCommodity {
        duty_tax_fees "DutyTaxFee" [class()]: Vec<AssessedDuty>,
    }

    /// A duty or tax of an item, as customs assessed it.
    AssessedDuty {
        ad_valorem_tax_base_amount "AdValoremTaxBaseAmount" [amount(16, 3)]: Option<Amount>,
        deduct_amount "DeductAmount" [amount(16, 3)]: Option<Amount>,
        duty_regime_code "DutyRegimeCode" [code(3).blank()]: Option<String>,
        specific_tax_base_quantity "SpecificTaxBaseQuantity" [quantity(16, 6)]: Option<Quantity>,
        tax_rate_numeric "TaxRateNumeric" [numeric(0, 0)]: Option<Numeric>,
        type_code "TypeCode" [code(3).blank()]: Option<String>,
        payment "Payment" [class()]: Option<Box<AssessedPayment>>,
    }

    /// What was assessed of a duty, and what is to be paid.
    AssessedPayment {
        tax_assessed_amount "TaxAssessedAmount" [amount(16, 3)]: Option<Amount>,
        payment_amount "PaymentAmount" [amount(16, 3)]: Option<Amount>,
    }

    /// A sum of the whole declaration.
    TotalDuty {
        payment "Payment" [class()]: Option<Box<TotalPayment>>,
    }

    /// A sum of all items that is due or was paid.
    TotalPayment {
        reference_id "ReferenceID" [id(35).blank()]: Option<String>,
        tax_assessed_amount "TaxAssessedAmount" [amount(16, 3)]: Option<Amount>,
        due_date_time "DueDateTime" [MOMENT]: Option<Moment>,
        payment_amount "PaymentAmount" [amount(16, 3)]: Option<Amount>,
        obligation_guarantees "ObligationGuarantee" [class()]: Vec<ChargedGuarantee>,
    }

    /// A guarantee that is charged.
    ChargedGuarantee {
        reference_id "ReferenceID" [id(35).blank()]: Option<String>,
    }

    /// A state of the goods or the declaration, and since when.
    Status {
        effective_date_time "EffectiveDateTime" [MOMENT]: Option<Moment>,
        name_code "NameCode" [code(3).blank()]: Option<String>,
        release_date_time "ReleaseDateTime" [MOMENT]: Option<Moment>,
        pointers "Pointer" [class()]: Vec<ResponsePointer>,
    }

    /// An error, by code, with the way to the element.
    ResponseError {
        description "Description" [text(512).blank()]: Option<String>,
        validation_code "ValidationCode" [code(8).blank()]: Option<String>,
        pointers "Pointer" [class()]: Vec<ResponsePointer>,
    }

    /// The office that answers questions.
    ContactOffice {
        id "ID" [id(17).blank()]: Option<String>,
        communications "Communication" [class()]: Vec<OfficeCommunication>,
    }

    /// How an office can be reached.
    OfficeCommunication {
        id "ID" [id(50).blank()]: Option<String>,
        type_code "TypeCode" [code(3).blank()]: Option<String>,
    }

    /// The account from which, or to which, is paid.
    Bank {
        reference_id "ReferenceID" [id(17).blank()]: Option<String>,
        id "ID" [id(35).blank()]: Option<String>,
    }

    /// Where an objection goes.
    AppealOffice {
        id "ID" [id(17).blank()]: Option<String>,
    }

    /// What customs found changed, and why.
    ResponseAmendment {
        change_reason_code "ChangeReasonCode" [code(3).blank()]: Option<String>,
        pointers "Pointer" [class()]: Vec<ResponsePointer>,
    }

    /// A statement of customs, with a limit where one is set.
    ResponseInformation {
        statement_code "StatementCode" [code(17).blank()]: Option<String>,
        statement_description "StatementDescription" [text(512).blank()]: Option<String>,
        limit_date_time "LimitDateTime" [MOMENT]: Option<Moment>,
        statement_type_code "StatementTypeCode" [code(3).blank()]: Option<String>,
        pointers "Pointer" [class()]: Vec<ResponsePointer>,
    }

    /// One step of the way to an element of a declaration, in a notice.
    ResponsePointer {
        sequence_numeric "SequenceNumeric" [numeric(5, 0)]: Option<Numeric>,
        document_section_code "DocumentSectionCode" [code(3).blank()]: Option<String>,
        tag_id "TagID" [id(4).blank()]: Option<String>,
    }
}
