//! Periodic permit of a shuttle ship: fixed route and crew, round trip within twenty-four hours.

use super::{
    Spec,
    faults::in_order,
    field::{Class, Field, Kind},
    read::Facts,
};
use crate::Value;

/// Application for the periodic permit.
pub const SPEC: Spec = Spec {
    code: "shuttle_permit",
    zh: "定期进出口岸许可申请",
    en: "Application for a periodic permit (shuttle ship)",
    short: "定期许可",
    source: "国际航行船舶进出口岸检查办法 第十四条",
    fields: FIELDS,
    facts,
    rules: |value| in_order(value, FIELDS, "valid_from", "valid_until").into_iter().collect(),
};

const FIELDS: &[Field] = &[
    Field::of("valid_from", Kind::Date, "起始日期", "From").always().clear(),
    Field::of("valid_until", Kind::Date, "截止日期", "Until").always().coming().clear(),
    Field::of("other_port", Kind::Locode, "对方港口", "Other port of the route").always(),
    Field::text("route", 256, "固定航线", "Fixed route").always(),
    Field::quantity("round_trip_hours", 1, "h", "往返时间", "Duration of the round trip").always(),
    Field::count("round_trips", 1_000, "期内往返次数", "Number of round trips").warn().clear(),
    Field::of("crew_fixed", Kind::YesNo, "船员固定", "Crew fixed").always(),
    Field::count("crew", 10_000, "船员人数（含船长）", "Number of crew (including master)").warn(),
    Field::text("master", 140, "船长姓名", "Name of master").warn().class(Class::Identity),
    Field::long("cargo_description", "载运货物或旅客", "Cargo or passengers carried").warn(),
    Field::long("remarks", "备注", "Remarks").clear(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.copy("shuttle_from", value.get("valid_from"));
    facts.copy("shuttle_until", value.get("valid_until"));
    facts.copy("round_trip_hours", value.get("round_trip_hours"));
    facts.copy("crew_fixed", value.get("crew_fixed"));
    facts.copy("persons_crew", value.get("crew"));
    facts.into()
}
