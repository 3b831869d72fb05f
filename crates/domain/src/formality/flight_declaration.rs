//! Aircraft general declaration with its health part, ICAO Annex 9, Appendix 1; International Health Regulations, Annex 9.

use super::{
    Spec,
    faults::needs,
    field::{Class, Field, Kind},
    read::{Facts, rows},
};
use crate::Value;

/// Aircraft general declaration.
pub const SPEC: Spec = Spec {
    code: "flight_declaration",
    zh: "航空器总申报单",
    en: "Aircraft general declaration",
    short: "GENDEC",
    source: "ICAO Annex 9, Standard 2.13, Appendix 1; IHR (2005), Article 38, Annex 9",
    fields: FIELDS,
    facts,
    rules: |value| DETAILS.iter().filter_map(|(answer, detail)| needs(value, FIELDS, answer, detail)).collect(),
};

const FIELDS: &[Field] = &[
    Field::rows("route", ROUTE, 20, "航路经停", "Place of the routing")
        .always()
        .clear()
        .hint("从始发地起，依次填写", "From the place of origin, in their order")
        .keyed(&[&["place"]]),
    Field::count("crew", 500, "机组人数", "Number of crew").always().clear(),
    Field::count("passengers_embarking", 5_000, "登机旅客人数", "Passengers embarking").warn().clear(),
    Field::count("passengers_disembarking", 5_000, "离机旅客人数", "Passengers disembarking").warn().clear(),
    Field::count("passengers_through", 5_000, "过站旅客人数", "Passengers in through transit").warn().clear(),
    Field::of(
        "illness",
        Kind::YesNo,
        "机上有晕机、意外伤害以外的患病者（含有传染病症状者）",
        "Persons on board with illnesses other than airsickness or the effects of accidents",
    )
    .always()
    .clear()
    .source("IHR (2005), Annex 9"),
    Field::rows("cases", CASES, 500, "病例", "Case").clear().class(Class::Health).keyed(&[&["seat"]]),
    Field::count("deaths", 500, "途中死亡人数", "Deaths on board").clear().class(Class::Health),
    Field::of(
        "other_condition",
        Kind::YesNo,
        "机上有可能导致疾病传播的其他情况",
        "Any other condition on board which may lead to the spread of disease",
    )
    .always()
    .clear()
    .source("IHR (2005), Annex 9"),
    Field::text("other_condition_details", 512, "其他情况说明", "Particulars of the condition")
        .clear()
        .class(Class::Health),
    Field::text("disinsection", 512, "本次飞行期间的灭虫或卫生处理", "Disinsecting or sanitary treatment in flight")
        .clear()
        .hint("方法、地点、日期、时间", "Method, place, date and time"),
    Field::text("commander", 140, "机长或授权代理人姓名", "Pilot-in-command or authorized agent")
        .always()
        .class(Class::Identity),
];

/// A yes that needs particulars.
const DETAILS: &[(&str, &str)] = &[("illness", "cases"), ("other_condition", "other_condition_details")];

const ROUTE: &[Field] = &[Field::of("place", Kind::Locode, "地点", "Place").always()];

const CASES: &[Field] = &[
    Field::text("seat", 10, "座位号或职务", "Seat number or function").always().class(Class::Health),
    Field::text("name", 140, "姓名", "Name").warn().class(Class::Health),
    Field::text("symptoms", 512, "症状", "Symptoms").always().class(Class::Health),
    Field::of("left_before", Kind::YesNo, "已在前站离机", "Disembarked at a previous stop").class(Class::Health),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.copy("persons_crew", value.get("crew"));
    facts.copy_all(&["passengers_embarking", "passengers_disembarking", "passengers_through"], value);
    facts.yes("illness", value.get("illness").bool() == Some(true));
    facts.count("cases", rows(value, "cases").len());
    facts.yes("deaths_on_board", value.get("deaths").integer().is_some_and(|deaths| deaths > 0));
    facts.yes("other_condition", value.get("other_condition").bool() == Some(true));
    facts.sequence("route", rows(value, "route"), "place");
    facts.into()
}
