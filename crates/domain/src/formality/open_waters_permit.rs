//! Permit for a foreign ship to enter waters, ports or berths that are not open.

use super::{
    Spec,
    faults::in_order,
    field::{Field, Kind},
    read::Facts,
    shared::PURPOSES,
};
use crate::Value;

/// Application for waters and berths that are not open.
pub const SPEC: Spec = Spec {
    code: "open_waters_permit",
    zh: "进入非开放水域、泊位申请",
    en: "Application for waters or berths that are not open",
    short: "非开放水域",
    source: "海上交通安全法 第四十六条",
    fields: FIELDS,
    facts,
    rules: |value| in_order(value, FIELDS, "from", "until").into_iter().collect(),
};

const FIELDS: &[Field] = &[
    Field::text("waters", 256, "水域、港口或泊位", "Waters, port or berth").always(),
    Field::code("berth", 35, "泊位代码", "Berth")
        .warn()
        .hint("许可只对所列泊位和时段有效", "The permission opens only the berth and the times named here"),
    Field::of("from", Kind::Instant, "开始时间", "From").always().coming(),
    Field::of("until", Kind::Instant, "结束时间", "Until").always().coming(),
    Field::choice("purpose", PURPOSES, "目的", "Purpose").always(),
    Field::long("reason", "理由", "Reason").always().clear(),
    Field::text("local_consent", 256, "有关部门意见或批准文号", "Consent or approval of other authorities").clear(),
    Field::of("pilot", Kind::YesNo, "申请引航", "Pilot requested").warn(),
    Field::long("safety_measures", "安全与保安措施", "Safety and security measures").warn(),
    Field::long("remarks", "备注", "Remarks").clear(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.yes("closed_waters", !value.get("waters").is_empty());
    facts.copy("closed_waters_from", value.get("from"));
    facts.copy("closed_waters_until", value.get("until"));
    facts.copy("closed_waters_berth", value.get("berth"));
    facts.copy("berth", value.get("berth"));
    facts.into()
}
