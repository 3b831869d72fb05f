//! Exit formalities, within the last four hours before sailing.

use super::{
    Spec,
    field::{Class, Field, Kind},
    read::Facts,
};
use crate::Value;

/// Exit formalities.
pub const SPEC: Spec = Spec {
    code: "exit_formalities",
    zh: "出口岸手续",
    en: "Exit formalities",
    short: "出口岸手续",
    source: "国际航行船舶进出口岸检查办法 第十条、第十一条",
    fields: FIELDS,
    facts,
    rules: |_| Vec::new(),
};

const FIELDS: &[Field] = &[
    Field::of("etd", Kind::Instant, "预计离港时间", "Estimated time of departure").always().coming(),
    Field::of("next_port", Kind::Locode, "下一港", "Next port of call").always().clear(),
    Field::of("next_port_eta", Kind::Instant, "预计抵下一港时间", "Estimated arrival at the next port").coming(),
    Field::text("master", 140, "船长姓名", "Name of master").always().class(Class::Identity),
    Field::count("crew", 10_000, "船员人数（含船长）", "Number of crew (including master)").always(),
    Field::count("passengers", 10_000, "旅客人数", "Number of passengers").always().clear(),
    Field::of("crew_changed", Kind::YesNo, "在港期间船员有变动", "Crew changed in port").always().clear(),
    Field::of("passengers_changed", Kind::YesNo, "在港期间旅客有变动", "Passengers changed in port").warn().clear(),
    Field::count("crew_joined", 10_000, "上船人数", "Number who joined").clear(),
    Field::count("crew_left", 10_000, "离船人数", "Number who left").clear(),
    Field::of("persons_missing", Kind::YesNo, "有未归人员", "Persons missing").always().clear(),
    Field::of("cargo_loaded", Kind::YesNo, "装载了货物", "Cargo was loaded").clear(),
    Field::long("cargo_description", "离港载货概况", "Cargo on departure").warn().clear(),
    Field::of("dangerous_goods", Kind::YesNo, "离港载有危险货物", "Dangerous goods on departure").clear(),
    Field::of("dues_paid", Kind::YesNo, "税费已缴清或已担保", "Taxes and dues paid or secured").warn().clear(),
    Field::quantity("draught_fore", 2, "m", "离港艏吃水", "Draught fore on departure").warn().clear(),
    Field::quantity("draught_aft", 2, "m", "离港艉吃水", "Draught aft on departure").warn().clear(),
    Field::text("contact", 140, "经办人联系方式", "Contact of the person in charge").warn().class(Class::Contact),
    Field::long("remarks", "备注", "Remarks").clear(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    let names =
        ["etd", "next_port", "crew_changed", "passengers_changed", "persons_missing", "cargo_loaded", "dues_paid"];
    facts.copy_all(&names, value);
    facts.copy("dangerous_goods_on_departure", value.get("dangerous_goods"));
    // Who leaves is another matter than who came: the entry keeps its own numbers.
    facts.copy("exit_crew", value.get("crew"));
    facts.copy("exit_passengers", value.get("passengers"));
    facts.into()
}
