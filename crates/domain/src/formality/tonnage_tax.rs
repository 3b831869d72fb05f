//! Tonnage-tax licence, verified at entry and at exit (Tonnage Tax Law, articles 5, 7 and 8).

use super::{
    Spec,
    faults::in_order,
    field::{Carry, Field, Kind, Required},
    read::Facts,
};
use crate::{Fault, Value};

/// Verification or application at entry.
pub const ENTRY: Spec = Spec {
    code: "tonnage_tax_entry",
    zh: "船舶吨税（进境）",
    en: "Tonnage tax at entry",
    short: "吨税",
    source: "船舶吨税法 第五条、第七条",
    fields: ENTRY_FIELDS,
    facts,
    rules,
};

/// Verification at exit.
pub const EXIT: Spec = Spec {
    code: "tonnage_tax_exit",
    zh: "船舶吨税（出境核验）",
    en: "Tonnage tax at exit",
    short: "吨税",
    source: "船舶吨税法 第七条、第八条",
    fields: EXIT_FIELDS,
    facts,
    rules,
};

const ENTRY_FIELDS: &[Field] = &[
    Field::choice(
        "request",
        &[
            ("verify", "核验现有执照", "Verify the licence held"),
            ("apply", "申领执照", "Apply for a licence"),
            ("renew", "在港期满续领", "Renew a licence that expires in port"),
            ("extend", "申请延期", "Extend (quarantine isolation, shelter or repair)"),
            ("exempt", "免征", "Exempt"),
        ],
        "事项",
        "Request",
    )
    .always()
    .clear(),
    LICENCE_NUMBER,
    ISSUED_ON,
    EXPIRY,
    Field::choice(
        "period",
        &[("30", "30 日", "30 days"), ("90", "90 日", "90 days"), ("365", "1 年", "1 year")],
        "申领期限",
        "Period asked for",
    ),
    Field::quantity("net_tonnage", 2, "", "净吨位", "Net tonnage").warn(),
    Field::of("preferential_rate", Kind::YesNo, "适用优惠税率", "Preferential rate applies"),
    Field::text("exemption_ground", 256, "免征依据", "Ground of exemption").clear(),
    Field::text("extension_ground", 256, "延期事由", "Ground of extension")
        .hint("防疫隔离、避难、修理而不上下客货", "Quarantine isolation, shelter or repair without cargo or passengers")
        .source("船舶吨税法 第十条")
        .clear(),
    Field::code("guarantee", 35, "担保编号", "Guarantee")
        .hint("抵港前放行的填写", "For clearance before arrival")
        .clear(),
    Field::long("remarks", "备注", "Remarks").clear(),
];

const EXIT_FIELDS: &[Field] = &[
    Field { required: Required::Always, ..LICENCE_NUMBER },
    ISSUED_ON,
    Field { required: Required::Always, carry: Carry::Copy, ..EXPIRY },
    Field::of("etd", Kind::Instant, "预计离港时间", "Estimated time of departure").warn().coming(),
    Field::long("remarks", "备注", "Remarks").clear(),
];

const LICENCE_NUMBER: Field = Field::code("licence_number", 35, "吨税执照号码", "Licence number");
const ISSUED_ON: Field = Field::of("issued_on", Kind::Date, "签发日期", "Date of issue").past();
const EXPIRY: Field = Field::of("expiry", Kind::Date, "执照有效期至", "Expiry of licence").coming();

fn rules(value: &Value) -> Vec<Fault> {
    in_order(value, ENTRY_FIELDS, "issued_on", "expiry").into_iter().collect()
}

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.copy("tonnage_tax_licence", value.get("licence_number"));
    facts.copy("tonnage_tax_expiry", value.get("expiry"));
    facts.copy("tonnage_tax_request", value.get("request"));
    facts.copy("etd", value.get("etd"));
    facts.into()
}
