//! Arrival report (确报) to the three organs, twenty-four hours before arrival.

use super::{
    Spec,
    faults::in_order,
    field::{Field, Kind},
    read::{Facts, rows},
};
use crate::Value;

/// Arrival report.
pub const SPEC: Spec = Spec {
    code: "arrival_report",
    zh: "抵港确报",
    en: "Arrival report",
    short: "确报",
    source: "国际航行船舶进出口岸检查办法 第六条",
    fields: FIELDS,
    facts,
    rules: |value| {
        [("left_last_port", "eta"), ("eta", "etd")].iter().filter_map(|(a, b)| in_order(value, FIELDS, a, b)).collect()
    },
};

const FIELDS: &[Field] = &[
    Field::of("eta", Kind::Instant, "抵港时间", "Time of arrival").always().coming(),
    Field::of("etd", Kind::Instant, "预计离港时间", "Estimated time of departure").coming(),
    Field::of("last_port", Kind::Locode, "上一港", "Last port of call").always().clear(),
    Field::of("left_last_port", Kind::Instant, "驶离上一港时间", "Time of leaving the last port").warn(),
    Field::of("next_port", Kind::Locode, "下一港", "Next port of call").clear(),
    Field::code("berth", 35, "停泊地点", "Berth or anchorage").always(),
    Field::rows("shifting_plan", SHIFTS, 20, "移泊计划", "Shift").clear().keyed(&[&["to", "at"], &["to"]]),
    Field::count("crew", 10_000, "船员人数（含船长）", "Number of crew (including master)").always(),
    Field::count("passengers", 10_000, "旅客人数", "Number of passengers").always().clear(),
    Field::of("crew_changes", Kind::YesNo, "本港换班船员", "Crew changes in this port").clear(),
    Field::quantity("draught_fore", 2, "m", "艏吃水", "Draught fore").warn().clear(),
    Field::quantity("draught_aft", 2, "m", "艉吃水", "Draught aft").warn().clear(),
    Field::of("all_well", Kind::YesNo, "船上人员健康正常", "All on board are well").warn().clear(),
    Field::of("defects", Kind::YesNo, "有影响安全的缺陷", "Defects that bear on safety").clear(),
    Field::long("remarks", "备注", "Remarks").clear(),
];

const SHIFTS: &[Field] = &[
    Field::code("from", 35, "自", "From berth"),
    Field::code("to", 35, "至", "To berth").always(),
    Field::of("at", Kind::Instant, "时间", "Time").warn(),
    Field::text("reason", 140, "原因", "Reason"),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.copy_all(&["eta", "etd", "last_port", "left_last_port", "next_port", "berth", "crew_changes"], value);
    facts.copy("persons_crew", value.get("crew"));
    facts.copy("persons_passengers", value.get("passengers"));
    facts.count("shifts_planned", rows(value, "shifting_plan").len());
    facts.sequence("berths_planned", rows(value, "shifting_plan"), "to");
    facts.into()
}
