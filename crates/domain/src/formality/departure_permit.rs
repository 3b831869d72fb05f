//! Application for the departure permit (出口岸许可证), after all organs have signed.

use super::{
    Spec,
    field::{Class, Field, Kind},
    read::Facts,
};
use crate::Value;

/// Application for the departure permit.
pub const SPEC: Spec = Spec {
    code: "departure_permit",
    zh: "出口岸许可证申请",
    en: "Application for the departure permit",
    short: "出口岸许可证",
    source: "国际航行船舶进出口岸检查办法 第十二条、第十三条",
    fields: FIELDS,
    facts,
    rules: |_| Vec::new(),
};

const FIELDS: &[Field] = &[
    Field::of("etd", Kind::Instant, "预计离港时间", "Estimated time of departure").always().coming(),
    Field::of("next_port", Kind::Locode, "下一港", "Next port of call").always().clear(),
    Field::text("master", 140, "船长姓名", "Name of master").always().class(Class::Identity),
    Field::of(
        "changed_since_formalities",
        Kind::YesNo,
        "办理出口岸手续后有变化",
        "Something changed since the exit formalities",
    )
    .always()
    .clear(),
    Field::long("changes", "变化说明", "What changed").clear(),
    Field::text("reissue_reason", 256, "重新申请的原因", "Reason for applying again")
        .hint("许可后 24 小时内未开航的填写", "When she did not sail within 24 hours of a permit")
        .clear(),
    Field::long("remarks", "备注", "Remarks").clear(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.copy_all(&["etd", "next_port", "changed_since_formalities"], value);
    facts.into()
}
