//! An item of goods: what it is, where it is from, what it is worth, what is owed for it.

use super::{
    class::class,
    link::{ChargeDeduction, ConsignmentReference, Destination, ExportCountry, PreviousDocument},
    party::{DocumentIssuer, Party, RoleParty, Trader},
    value::{Amount, Moment, Numeric, Quantity},
};

class! {
    /// An item of goods.
    GoodsItem {
        customs_value_amount "CustomsValueAmount" [amount(16, 3)]: Option<Amount>,
        sequence_numeric "SequenceNumeric" [numeric(5, 0).needed()]: Option<Numeric>,
        statistical_value_amount "StatisticalValueAmount" [amount(16, 3)]: Option<Amount>,
        transaction_nature_code "TransactionNatureCode" [code(2).digits()]: Option<String>,
        additional_documents "AdditionalDocument" [class()]: Vec<ItemDocument>,
        additional_information "AdditionalInformation" [class()]: Vec<ItemInformation>,
        aeo_mutual_recognition_parties "AEOMutualRecognitionParty" [class()]: Vec<RoleParty>,
        buyer "Buyer" [class()]: Option<Box<Trader>>,
        commodity "Commodity" [class()]: Option<Box<Commodity>>,
        consignee "Consignee" [class()]: Option<Box<Party>>,
        consignor "Consignor" [class()]: Option<Box<Party>>,
        customs_valuation "CustomsValuation" [class()]: Option<Box<ItemValuation>>,
        destination "Destination" [class()]: Option<Box<Destination>>,
        domestic_duty_tax_parties "DomesticDutyTaxParty" [class()]: Vec<RoleParty>,
        export_country "ExportCountry" [class()]: Option<Box<ExportCountry>>,
        government_procedures "GovernmentProcedure" [class()]: Vec<GovernmentProcedure>,
        origins "Origin" [class()]: Vec<Origin>,
        packaging "Packaging" [class()]: Vec<Packaging>,
        previous_documents "PreviousDocument" [class()]: Vec<PreviousDocument>,
        seller "Seller" [class()]: Option<Box<Trader>>,
        ucr "UCR" [class()]: Option<Box<ConsignmentReference>>,
        valuation_adjustment "ValuationAdjustment" [class()]: Option<Box<ValuationAdjustment>>,
    }

    /// Whether anything but the price counts for the value.
    ValuationAdjustment {
        addition_code "AdditionCode" [code(4)]: Option<String>,
    }

    /// Packages of an item.
    Packaging {
        sequence_numeric "SequenceNumeric" [numeric(5, 0).needed()]: Option<Numeric>,
        marks_numbers_id "MarksNumbersID" [id(512)]: Option<String>,
        quantity "QuantityQuantity" [quantity(8, 0)]: Option<Quantity>,
        type_code "TypeCode" [code(2)]: Option<String>,
        packing_material_description "PackingMaterialDescription" [text(256)]: Option<String>,
        length_measure "LengthMeasure" [measure(15, 0)]: Option<Quantity>,
        width_measure "WidthMeasure" [measure(15, 0)]: Option<Quantity>,
        height_measure "HeightMeasure" [measure(15, 0)]: Option<Quantity>,
        volume_measure "VolumeMeasure" [measure(16, 6)]: Option<Quantity>,
    }

    /// Where the goods come from.
    Origin {
        country_code "CountryCode" [code(4)]: Option<String>,
        region_id "RegionID" [id(9)]: Option<String>,
        type_code "TypeCode" [code(3)]: Option<String>,
    }

    /// A procedure, and the one before it.
    GovernmentProcedure {
        current_code "CurrentCode" [code(7)]: Option<String>,
        previous_code "PreviousCode" [code(7)]: Option<String>,
    }

    /// How the value of an item was found.
    ItemValuation {
        method_code "MethodCode" [code(3)]: Option<String>,
        charge_deductions "ChargeDeduction" [class()]: Vec<ChargeDeduction>,
    }

    /// What the goods of an item are.
    Commodity {
        description "Description" [text(512)]: Option<String>,
        classifications "Classification" [class()]: Vec<Classification>,
        dangerous_goods "DangerousGoods" [class()]: Vec<DangerousGoods>,
        duty_tax_fees "DutyTaxFee" [class()]: Vec<DutyTaxFee>,
        goods_measure "GoodsMeasure" [class()]: Option<Box<GoodsMeasure>>,
        invoice_line "InvoiceLine" [class()]: Option<Box<InvoiceLine>>,
        transport_equipments "TransportEquipment" [class()]: Vec<CommodityEquipment>,
    }

    /// The container that an item is in.
    CommodityEquipment {
        sequence_numeric "SequenceNumeric" [numeric(5, 0).needed()]: Option<Numeric>,
        id "ID" [id(17)]: Option<String>,
    }

    /// The item's price on the invoice.
    InvoiceLine {
        item_charge_amount "ItemChargeAmount" [amount(16, 3)]: Option<Amount>,
    }

    /// Masses and the quantity that the tariff asks for.
    GoodsMeasure {
        gross_mass_measure "GrossMassMeasure" [measure(16, 6)]: Option<Quantity>,
        net_net_weight_measure "NetNetWeightMeasure" [measure(16, 6)]: Option<Quantity>,
        tariff_quantity "TariffQuantity" [quantity(16, 6)]: Option<Quantity>,
    }

    /// A duty or tax of an item, as it is declared.
    DutyTaxFee {
        ad_valorem_tax_base_amount "AdValoremTaxBaseAmount" [amount(16, 3)]: Option<Amount>,
        deduct_amount "DeductAmount" [amount(16, 3)]: Option<Amount>,
        duty_regime_code "DutyRegimeCode" [code(3)]: Option<String>,
        specific_tax_base_quantity "SpecificTaxBaseQuantity" [quantity(16, 6)]: Option<Quantity>,
        tax_rate_numeric "TaxRateNumeric" [numeric(0, 0)]: Option<Numeric>,
        type_code "TypeCode" [code(3)]: Option<String>,
        quota_order_id "QuotaOrderID" [id(17)]: Option<String>,
        payment "Payment" [class()]: Option<Box<Payment>>,
    }

    /// How a duty is paid, and how much.
    Payment {
        method_code "MethodCode" [code(1).exactly().letters()]: Option<String>,
        tax_assessed_amount "TaxAssessedAmount" [amount(16, 3)]: Option<Amount>,
        payment_amount "PaymentAmount" [amount(16, 3)]: Option<Amount>,
    }

    /// A number of dangerous goods.
    DangerousGoods {
        undg_id "UNDGID" [id(4).digits()]: Option<String>,
    }

    /// A commodity code, by one of several nomenclatures.
    Classification {
        id "ID" [id(18)]: Option<String>,
        identification_type_code "IdentificationTypeCode" [code(3)]: Option<String>,
    }

    /// A statement on an item.
    ItemInformation {
        statement_code "StatementCode" [code(17)]: Option<String>,
        statement_description "StatementDescription" [text(512)]: Option<String>,
        statement_type_code "StatementTypeCode" [code(3)]: Option<String>,
    }

    /// A document, certificate or licence of an item.
    ItemDocument {
        category_code "CategoryCode" [code(3)]: Option<String>,
        effective_date_time "EffectiveDateTime" [MOMENT]: Option<Moment>,
        id "ID" [id(70)]: Option<String>,
        name "Name" [text(35)]: Option<String>,
        type_code "TypeCode" [code(3)]: Option<String>,
        lpco_exemption_code "LPCOExemptionCode" [code(3)]: Option<String>,
        submitter "Submitter" [class()]: Option<Box<DocumentIssuer>>,
        write_off "WriteOff" [class()]: Option<Box<WriteOff>>,
    }

    /// What an item uses up of a licence.
    WriteOff {
        quantity "QuantityQuantity" [quantity(16, 6)]: Option<Quantity>,
        amount "AmountAmount" [amount(16, 3)]: Option<Amount>,
    }
}
