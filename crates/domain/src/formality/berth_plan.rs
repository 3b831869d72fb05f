//! Request of a berth to the port: times, draughts, length and cargo operations.

use super::{
    Spec,
    faults::in_order,
    field::{Class, Field, Kind},
    read::{Facts, rows},
};
use crate::Value;

/// Request of a berth.
pub const SPEC: Spec = Spec {
    code: "berth_plan",
    zh: "靠泊申请",
    en: "Request of a berth",
    short: "靠泊申请",
    source: "港口法；港口经营管理规定",
    fields: FIELDS,
    facts,
    rules: |value| in_order(value, FIELDS, "requested_from", "requested_until").into_iter().collect(),
};

const FIELDS: &[Field] = &[
    Field::code("berth", 35, "拟靠泊位", "Berth wanted").warn(),
    Field::of("requested_from", Kind::Instant, "申请靠泊时间", "Berthing requested at").always().coming(),
    Field::of("requested_until", Kind::Instant, "预计离泊时间", "Unberthing expected at").always().coming(),
    Field::quantity("length", 2, "m", "船长（全长）", "Length overall").always(),
    Field::quantity("beam", 2, "m", "型宽", "Beam").warn(),
    Field::quantity("draught_arrival", 2, "m", "抵港最大吃水", "Greatest draught on arrival").always().clear(),
    Field::quantity("draught_departure", 2, "m", "离港最大吃水", "Greatest draught on departure").warn().clear(),
    Field::quantity("air_draught", 2, "m", "水面以上高度", "Air draught"),
    Field::choice(
        "side",
        &[("port", "左舷", "Port"), ("starboard", "右舷", "Starboard"), ("any", "不限", "Either")],
        "靠泊舷侧",
        "Side alongside",
    ),
    Field::of("pilot", Kind::YesNo, "申请引航", "Pilot requested").warn(),
    Field::count("tugs", 20, "拖轮数量", "Tugs requested"),
    Field::rows("operations", OPERATIONS, 200, "作业", "Cargo operation").clear().keyed(&[&["operation", "cargo"]]),
    Field::of("dangerous_goods", Kind::YesNo, "涉及危险货物作业", "Dangerous goods are handled").always().clear(),
    Field::text("contact", 140, "联系方式", "Contact").warn().class(Class::Contact),
    Field::long("remarks", "备注", "Remarks").clear(),
];

const OPERATIONS: &[Field] = &[
    Field::choice(
        "operation",
        &[
            ("discharge", "卸货", "Discharge"),
            ("load", "装货", "Load"),
            ("embark", "上客", "Embark passengers"),
            ("disembark", "下客", "Disembark passengers"),
            ("bunker", "加油", "Bunker"),
            ("water", "加水", "Take water"),
            ("stores", "补给", "Take stores"),
            ("repair", "修理", "Repair"),
            ("waste", "送交污染物", "Deliver waste"),
        ],
        "作业种类",
        "Operation",
    )
    .always(),
    Field::text("cargo", 140, "货物", "Cargo").class(Class::Commercial),
    Field::quantity("quantity", 3, "", "数量", "Quantity").warn(),
    Field::of("unit", Kind::Unit, "单位", "Unit").warn(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.copy("berth", value.get("berth"));
    facts.copy("berth_from", value.get("requested_from"));
    facts.copy("berth_until", value.get("requested_until"));
    facts.copy("length", value.get("length"));
    facts.copy("draught", value.get("draught_arrival"));
    facts.copy("dangerous_goods_handled", value.get("dangerous_goods"));
    facts.copy("pilot", value.get("pilot"));
    facts.column("operations", rows(value, "operations"), "operation");
    facts.into()
}
