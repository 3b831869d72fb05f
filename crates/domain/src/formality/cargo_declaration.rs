//! Cargo declaration, FAL 2.

use super::{
    Spec,
    field::{Class, Field, Kind},
    read::{Facts, rows, rows_where},
};
use crate::Value;

/// Cargo declaration.
pub const SPEC: Spec = Spec {
    code: "cargo_declaration",
    zh: "货物申报单",
    en: "Cargo declaration",
    short: "FAL 2",
    source: "FAL Convention, Standard 2.3, FAL 2",
    fields: &[
        Field::code("voyage_number", 17, "航次", "Voyage number").clear(),
        Field::text("port_of_report", 70, "报告港", "Port where report is made").clear(),
        Field::rows("consignments", CONSIGNMENTS, 10_000, "提单货物", "Consignment").warn().clear().keyed(KEYS),
    ],
    facts,
    rules: |_| Vec::new(),
};

const KEYS: &[&[&str]] = &[
    &["bill_of_lading", "container", "description"],
    &["bill_of_lading", "container"],
    &["bill_of_lading"],
    &["container"],
];

const CONSIGNMENTS: &[Field] = &[
    Field::code("bill_of_lading", 35, "提单号", "Bill of lading number").always().class(Class::Commercial),
    Field::of("port_of_loading", Kind::Locode, "装货港", "Port of loading").always(),
    Field::of("port_of_discharge", Kind::Locode, "卸货港", "Port of discharge").always(),
    Field::text("original_ports", 140, "联运货物原装港", "Original ports of shipment, through bills of lading"),
    Field::text("marks", 512, "标记与号码", "Marks and numbers").class(Class::Commercial),
    Field::code("container", 17, "集装箱号", "Container identification").class(Class::Commercial),
    Field::code("seal", 35, "封志号", "Seal number").class(Class::Commercial),
    Field::count("packages", 99_999_999, "件数", "Number of packages").warn(),
    Field::of("package_kind", Kind::PackageCode, "包装种类", "Kind of packages")
        .warn()
        .hint("UN/ECE 第 21 号建议书", "UN/ECE Recommendation 21"),
    Field::text("description", 512, "货物名称", "Description of goods").warn().class(Class::Commercial),
    Field::code("hs_code", 13, "商品编码", "HS code").class(Class::Commercial),
    Field::quantity("gross_weight", 3, "kg", "毛重", "Gross weight").warn(),
    Field::quantity("measurement", 3, "m³", "体积", "Measurement"),
    Field::of("transhipment", Kind::YesNo, "转运", "Transhipment"),
    Field::of("in_transit", Kind::YesNo, "过境", "In transit"),
];

fn facts(value: &Value) -> Value {
    let consignments = rows(value, "consignments");
    let mut facts = Facts::default();
    facts.yes("cargo_on_board", !consignments.is_empty());
    facts.count("consignments", consignments.len());
    facts.count("consignments_transhipment", rows_where(value, "consignments", "transhipment"));
    facts.column("ports_of_discharge", consignments, "port_of_discharge");
    facts.into()
}
