//! The shipment and its consignment: conveyances, locations, containers, terms.

use super::{
    class::class,
    item::GoodsItem,
    link::{ChargeDeduction, ConsignmentReference, Destination, ExportCountry, PreviousDocument},
    party::{Carrier, Consignor, Party, RoleParty, Trader},
    value::{Amount, Moment, Numeric},
};

class! {
    /// The shipment: parties, consignment, terms and items.
    GoodsShipment {
        exit_date_time "ExitDateTime" [MOMENT]: Option<Moment>,
        transaction_nature_code "TransactionNatureCode" [code(2).digits()]: Option<String>,
        aeo_mutual_recognition_parties "AEOMutualRecognitionParty" [class()]: Vec<RoleParty>,
        buyer "Buyer" [class()]: Option<Box<Trader>>,
        consignee "Consignee" [class()]: Option<Box<Party>>,
        consignment "Consignment" [class()]: Option<Box<GoodsConsignment>>,
        consignor "Consignor" [class()]: Option<Box<Party>>,
        customs_valuation "CustomsValuation" [class()]: Option<Box<ShipmentValuation>>,
        destination "Destination" [class()]: Option<Box<Destination>>,
        domestic_duty_tax_parties "DomesticDutyTaxParty" [class()]: Vec<RoleParty>,
        export_country "ExportCountry" [class()]: Option<Box<ExportCountry>>,
        government_agency_goods_items "GovernmentAgencyGoodsItem" [class().most(999)]: Vec<GoodsItem>,
        importer "Importer" [class()]: Option<Box<Trader>>,
        invoice "Invoice" [class()]: Option<Box<Invoice>>,
        payer "Payer" [class()]: Option<Box<Party>>,
        previous_documents "PreviousDocument" [class()]: Vec<PreviousDocument>,
        seller "Seller" [class()]: Option<Box<Trader>>,
        surety "Surety" [class()]: Option<Box<Party>>,
        trade_terms "TradeTerms" [class()]: Option<Box<TradeTerms>>,
        ucr "UCR" [class()]: Option<Box<ConsignmentReference>>,
        warehouse "Warehouse" [class()]: Option<Box<Warehouse>>,
    }

    /// A warehouse under customs.
    Warehouse {
        id "ID" [id(35)]: Option<String>,
        type_code "TypeCode" [code(3)]: Option<String>,
    }

    /// Terms of delivery (incoterms).
    TradeTerms {
        condition_code "ConditionCode" [code(3).exactly().letters()]: Option<String>,
        country_relationship_code "CountryRelationshipCode" [code(3)]: Option<String>,
        description "Description" [text(70)]: Option<String>,
        location_id "LocationID" [id(17)]: Option<String>,
        location_name "LocationName" [text(256)]: Option<String>,
    }

    /// An invoice.
    Invoice {
        id "ID" [id(70)]: Option<String>,
        issue_date_time "IssueDateTime" [MOMENT]: Option<Moment>,
    }

    /// Charges that belong to the value of the whole shipment.
    ShipmentValuation {
        freight_charge_amount "FreightChargeAmount" [amount(16, 3)]: Option<Amount>,
        charge_deductions "ChargeDeduction" [class()]: Vec<ChargeDeduction>,
    }

    /// The consignment of a shipment: conveyance, location, containers.
    GoodsConsignment {
        container_code "ContainerCode" [code(3).one_of(&["0", "1"])]: Option<String>,
        arrival_transport_means "ArrivalTransportMeans" [class()]: Option<Box<TransportMeans>>,
        departure_transport_means "DepartureTransportMeans" [class()]: Option<Box<TransportMeans>>,
        goods_location "GoodsLocation" [class()]: Option<Box<GoodsLocation>>,
        loading_location "LoadingLocation" [class()]: Option<Box<LoadingLocation>>,
        transport_equipments "TransportEquipment" [class()]: Vec<TransportEquipment>,
    }

    /// A container with its seals.
    TransportEquipment {
        sequence_numeric "SequenceNumeric" [numeric(5, 0).needed()]: Option<Numeric>,
        id "ID" [id(17)]: Option<String>,
        seals "Seal" [class()]: Vec<Seal>,
    }

    /// A seal of a container.
    Seal {
        sequence_numeric "SequenceNumeric" [numeric(5, 0).needed()]: Option<Numeric>,
        id "ID" [id(35)]: Option<String>,
    }

    /// Where the goods are loaded.
    LoadingLocation {
        name "Name" [text(256)]: Option<String>,
        id "ID" [id(17)]: Option<String>,
    }

    /// Where the goods can be examined.
    GoodsLocation {
        name "Name" [text(256)]: Option<String>,
        id "ID" [id(17)]: Option<String>,
        type_code "TypeCode" [code(3)]: Option<String>,
        address "Address" [class()]: Option<Box<LocationAddress>>,
    }

    /// Where a location lies.
    LocationAddress {
        type_code "TypeCode" [code(3)]: Option<String>,
        city_name "CityName" [text(35)]: Option<String>,
        country_code "CountryCode" [code(2).exactly().letters()]: Option<String>,
        line "Line" [text(70)]: Option<String>,
        postcode_id "PostcodeID" [id(9)]: Option<String>,
    }

    /// What carries the goods inland.
    TransportMeans {
        name "Name" [text(35)]: Option<String>,
        id "ID" [id(35)]: Option<String>,
        identification_type_code "IdentificationTypeCode" [code(17)]: Option<String>,
        type_code "TypeCode" [code(4)]: Option<String>,
        mode_code "ModeCode" [code(1).exactly().digits()]: Option<String>,
    }

    /// The consignment as a security declaration needs it.
    Consignment {
        carrier "Carrier" [class()]: Option<Box<Carrier>>,
        consignment_items "ConsignmentItem" [class().most(999)]: Vec<ConsignmentItem>,
        consignor "Consignor" [class()]: Option<Box<Consignor>>,
        freight "Freight" [class()]: Option<Box<Freight>>,
        itineraries "Itinerary" [class()]: Vec<Itinerary>,
    }

    /// A country on the way.
    Itinerary {
        sequence_numeric "SequenceNumeric" [numeric(5, 0).needed()]: Option<Numeric>,
        routing_country_code "RoutingCountryCode" [code(2).exactly().letters()]: Option<String>,
    }

    /// An item of a consignment, as a security declaration needs it.
    ConsignmentItem {
        sequence_numeric "SequenceNumeric" [numeric(5, 0).needed()]: Option<Numeric>,
        consignor "Consignor" [class()]: Option<Box<Consignor>>,
        freight "Freight" [class()]: Option<Box<Freight>>,
    }

    /// How carriage is paid.
    Freight {
        payment_method_code "PaymentMethodCode" [code(3)]: Option<String>,
    }

    /// What carries the goods over the border.
    BorderTransportMeans {
        name "Name" [text(35)]: Option<String>,
        id "ID" [id(35)]: Option<String>,
        identification_type_code "IdentificationTypeCode" [code(17)]: Option<String>,
        type_code "TypeCode" [code(4)]: Option<String>,
        registration_nationality_code "RegistrationNationalityCode" [code(2).exactly().letters()]: Option<String>,
        mode_code "ModeCode" [code(1).exactly().digits()]: Option<String>,
    }
}
