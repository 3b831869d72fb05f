//! Cargo manifest of a flight: its master air waybills, ICAO Annex 9, Appendix 3; IATA Resolution 600a.

use super::{
    Spec, faults,
    field::{Class, Field},
    read::{Facts, rows},
};
use crate::{Fault, Value, reference::air_waybill::air_waybill};

/// Cargo manifest of a flight.
pub const SPEC: Spec = Spec {
    code: "air_manifest",
    zh: "航空货物舱单",
    en: "Air cargo manifest",
    short: "FFM",
    source: "ICAO Annex 9, Standard 2.15, Appendix 3; IATA Resolution 600a",
    fields: &[Field::rows("waybills", WAYBILLS, 5_000, "航空主运单", "Air waybill")
        .always()
        .clear()
        .keyed(&[&["number"]])],
    facts,
    rules,
};

const WAYBILLS: &[Field] = &[
    Field::code("number", 14, "运单号", "Air waybill number")
        .always()
        .class(Class::Commercial)
        .hint("三位航空公司代码、八位流水号，如 784-12345675", "Three digits of the airline and eight of the serial"),
    Field::count("pieces", 100_000, "件数", "Pieces").always().class(Class::Commercial),
    Field::quantity("weight", 1, "kg", "毛重", "Gross weight").always().class(Class::Commercial),
    Field::text("goods", 256, "货物名称", "Nature of goods").warn().class(Class::Commercial),
];

/// Numbers whose check digit is wrong, and numbers that stand twice.
fn rules(value: &Value) -> Vec<Fault> {
    let mut found = faults::duplicates(value, "waybills", WAYBILLS, &["number"]);
    for (nth, row) in rows(value, "waybills").iter().enumerate() {
        let number = row.get("number");
        if let Some(text) = number.text().filter(|text| air_waybill(text).is_none()) {
            found.push(faults::waybill(&format!("/waybills/{nth}/number"), nth + 1, text));
        }
    }
    found
}

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.count("air_waybills", rows(value, "waybills").len());
    facts.into()
}
