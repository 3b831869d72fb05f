//! What a shipment and an item of it say alike: where it goes and comes from, what it belongs to, what is deducted.

use super::{
    class::class,
    value::{Amount, Numeric},
};

class! {
    /// The unique reference of a consignment.
    ConsignmentReference {
        id "ID" [id(35)]: Option<String>,
        trader_assigned_reference_id "TraderAssignedReferenceID" [id(35)]: Option<String>,
    }

    /// A document that came before: manifest, waybill, earlier declaration.
    PreviousDocument {
        category_code "CategoryCode" [code(3)]: Option<String>,
        id "ID" [id(70)]: Option<String>,
        type_code "TypeCode" [code(3)]: Option<String>,
        line_numeric "LineNumeric" [numeric(5, 0)]: Option<Numeric>,
    }

    /// The country from which the goods are sent.
    ExportCountry {
        id "ID" [code(2).exactly().letters()]: Option<String>,
    }

    /// Where the goods go.
    Destination {
        country_code "CountryCode" [code(2).exactly().letters()]: Option<String>,
        region_id "RegionID" [id(9)]: Option<String>,
    }

    /// A charge that is added to the value, or taken off.
    ChargeDeduction {
        charges_type_code "ChargesTypeCode" [code(3)]: Option<String>,
        other_charge_deduction_amount "OtherChargeDeductionAmount" [amount(16, 3)]: Option<Amount>,
    }
}
