//! Application to enter the port (进口岸申请书), seven days before arrival.

use super::{
    Spec,
    faults::in_order,
    field::{Field, Kind},
    read::Facts,
    shared::PURPOSES,
};
use crate::Value;

/// Application to enter the port.
pub const SPEC: Spec = Spec {
    code: "entry_application",
    zh: "国际航行船舶进口岸申请书",
    en: "Application to enter the port",
    short: "预报",
    source: "国际航行船舶进出口岸检查办法 第五条；海上交通安全法 第四十六条",
    fields: FIELDS,
    facts,
    rules: |value| {
        [("left_last_port", "eta"), ("eta", "etd")].iter().filter_map(|(a, b)| in_order(value, FIELDS, a, b)).collect()
    },
};

const FIELDS: &[Field] = &[
    Field::code("voyage_number", 17, "航次", "Voyage number").clear(),
    Field::choice("purpose", PURPOSES, "来港目的", "Purpose of call").always(),
    Field::of("from_shipyard", Kind::YesNo, "从船厂出发（新造船）", "Starts from a shipyard").clear(),
    Field::of("first_visit", Kind::YesNo, "首次来港", "First visit to this port").clear(),
    Field::of("last_port", Kind::Locode, "上一港", "Last port of call").always().clear(),
    Field::of("left_last_port", Kind::Instant, "驶离上一港时间", "Time of leaving the last port")
        .warn()
        .hint("航程不足七天的必填", "Needed when the voyage is shorter than seven days"),
    Field::of("next_port", Kind::Locode, "下一港", "Next port of call").clear(),
    Field::of("chinese_ports", Kind::YesNo, "本航次挂靠多个中国港口", "Several Chinese ports in this voyage").clear(),
    Field::of("eta", Kind::Instant, "预计抵港时间", "Estimated time of arrival").always().coming(),
    Field::of("etd", Kind::Instant, "预计离港时间", "Estimated time of departure").coming(),
    Field::code("berth", 35, "拟靠泊位或锚地", "Intended berth or anchorage").warn(),
    Field::quantity("draught_fore", 2, "m", "预计艏吃水", "Expected draught fore").warn().clear(),
    Field::quantity("draught_aft", 2, "m", "预计艉吃水", "Expected draught aft").warn().clear(),
    Field::quantity("air_draught", 2, "m", "水面以上高度", "Air draught"),
    Field::long("cargo_description", "货物名称和数量", "Kind and quantity of cargo").warn().clear(),
    Field::of("dangerous_goods", Kind::YesNo, "载有危险货物", "Dangerous goods on board").always().clear(),
    Field::count("crew", 10_000, "船员人数（含船长）", "Number of crew (including master)").warn(),
    Field::count("passengers", 10_000, "旅客人数", "Number of passengers").warn().clear(),
    Field::of("stay_under_24h", Kind::YesNo, "在港停留不足 24 小时", "Stay under 24 hours").clear(),
    Field::of("pilot", Kind::YesNo, "申请引航", "Pilot requested"),
    Field::long("defects", "影响航行安全的缺陷", "Defects that bear on safe navigation").clear(),
    Field::long("remarks", "备注", "Remarks").clear(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    let names = [
        "voyage_number",
        "purpose",
        "from_shipyard",
        "first_visit",
        "last_port",
        "left_last_port",
        "next_port",
        "chinese_ports",
        "eta",
        "etd",
        "berth",
        "dangerous_goods",
        "stay_under_24h",
    ];
    facts.copy_all(&names, value);
    // One Chinese port alone is the first and the last of the voyage: quarantine is done here, coming and going.
    if value.get("chinese_ports").bool() == Some(false) {
        let from_abroad = value.get("last_port").text().is_none_or(|port| !port.starts_with("CN"));
        facts.yes("first_china_port", from_abroad);
        facts.yes("last_china_port", true);
    }
    facts.copy("persons_crew", value.get("crew"));
    facts.copy("persons_passengers", value.get("passengers"));
    facts.into()
}
