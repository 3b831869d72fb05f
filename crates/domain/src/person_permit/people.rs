//! Persons and craft, field by field, in the words of the catalogue of formalities; and what of them the health gates ask.

use crate::{
    Fault, Instant, Severity, Value,
    formality::{CheckContext, Class, Field, Kind, fields, read_list},
};

/// Why somebody goes on board or ashore.
const CAPACITIES: &[(&str, &str, &str)] = &[
    ("crew", "船员", "Crew"),
    ("family", "随行家属", "Family of crew"),
    ("repair", "修理人员", "Repair worker"),
    ("agent", "代理人员", "Agent's staff"),
    ("supplier", "供应人员", "Supplier"),
    ("surveyor", "检验人员", "Surveyor"),
    ("official", "公务人员", "Official"),
    ("visitor", "其他人员", "Other"),
];

/// A person.
pub const PERSON: &[Field] = &[
    fields::FAMILY_NAME,
    fields::GIVEN_NAMES,
    fields::NATIONALITY,
    fields::DATE_OF_BIRTH,
    fields::GENDER,
    fields::DOCUMENT_TYPE,
    fields::DOCUMENT_NUMBER,
    fields::DOCUMENT_EXPIRY,
    Field::choice("capacity", CAPACITIES, "身份", "Capacity").always(),
    Field::text("employer", 140, "单位", "Employer"),
    Field::of("last_foreign_port_left", Kind::Date, "离开最后境外港日期", "Left the last foreign port on")
        .past()
        .class(Class::Health)
        .hint("船员填写", "For crew"),
    Field::of("tested_at", Kind::Date, "核酸采样日期", "Negative test taken on").past().class(Class::Health),
    Field::of("healthy", Kind::YesNo, "无症状", "Without symptoms").class(Class::Health),
];

/// A craft that goes alongside.
pub const CRAFT: &[Field] = &[
    Field::text("craft_name", 70, "船艇名称", "Name of the craft").always(),
    Field::code("document_number", 35, "登记号或证书编号", "Registration or certificate number").always(),
    Field::text("operator", 140, "经营人", "Operator").always(),
    Field::count("persons_on_board", 500, "船上人数", "Persons on board").always(),
    Field::text("family_name", 70, "负责人", "Person in charge").always().class(Class::Identity),
    Field::text("contact", 60, "联系电话", "Telephone").always().class(Class::Contact),
];

/// The fields of a subject: `person` or `craft`.
pub fn subject_fields(subject: &str) -> &'static [Field] {
    if subject == "craft" { CRAFT } else { PERSON }
}

/// The name by which a gate knows the holder.
pub fn subject_name(content: &Value) -> String {
    let text = |name: &str| content.get(name).text().unwrap_or("").trim().to_owned();
    match text("craft_name") {
        craft if !craft.is_empty() => craft,
        _ => format!("{} {}", text("family_name"), text("given_names")).trim().to_owned(),
    }
}

/// What the health gates ask of a person at an instant. `home` is the port's State, alpha-3.
pub fn facts_of(content: &Value, home: &str, at: Instant, zone: &jiff::tz::TimeZone) -> Value {
    let day = |name: &str| content.get(name).text().and_then(|text| text.parse::<jiff::civil::Date>().ok());
    let today = at.date(zone);
    let since = |day: jiff::civil::Date| i64::from((today - day).get_days());
    let mut facts = Value::from([]);
    let capacity = content.get("capacity").text().unwrap_or("");
    facts.set("/crew", matches!(capacity, "crew" | "family").into());
    if let Some(nationality) = content.get("nationality").text() {
        facts.set("/foreign", (nationality != home).into());
    }
    if let Some(left) = day("last_foreign_port_left") {
        facts.set("/days_at_sea", since(left).into());
    }
    if let Some(tested) = day("tested_at") {
        facts.set("/tested_hours", (since(tested) * 24).into());
    }
    if let Some(healthy) = content.get("healthy").bool() {
        facts.set("/healthy", healthy.into());
    }
    facts
}

/// Most rows of a list.
const MOST: usize = 1_000;

/// A list of persons.
const PERSONS: &[Field] = &[Field::rows(HOLDERS, PERSON, MOST, "人员", "Person").always()];

/// A list of craft.
const CRAFTS: &[Field] = &[Field::rows(HOLDERS, CRAFT, MOST, "船艇", "Craft").always()];

/// The rows of such a list.
pub const HOLDERS: &str = "holders";

/// A list in its canonical form with everything that is wrong with it; one document twice is an error.
pub fn read_subjects(subject: &str, rows: Vec<Value>, context: &CheckContext) -> (Vec<Value>, Vec<Fault>) {
    let list = if subject == "craft" { CRAFTS } else { PERSONS };
    let keys = ["document_number"];
    let value = Value::from([(HOLDERS, Value::List(rows))]);
    let (value, mut faults) = read_list(list, (HOLDERS, subject_fields(subject), &keys), value, context);
    for fault in faults.iter_mut().filter(|fault| fault.code == "PQ-FORM-001") {
        fault.severity = Severity::Error;
    }
    let rows = value.get(HOLDERS).list();
    without_expiry_of_cards(&mut faults, HOLDERS, rows);
    (rows.to_vec(), faults)
}

/// An identity card is good without a last day: many hold for life, and none is asked for as that of a passport is.
pub fn without_expiry_of_cards(faults: &mut Vec<Fault>, list: &str, rows: &[Value]) {
    let is_card = |nth: &str| {
        let row = nth.parse::<usize>().ok().and_then(|nth| rows.get(nth));
        row.is_some_and(|row| row.get("document_type").text() == Some("I"))
    };
    faults.retain(|fault| {
        let of = fault.location.strip_prefix('/').and_then(|at| at.strip_prefix(list)).unwrap_or_default();
        let of_card = of.strip_prefix('/').and_then(|at| at.strip_suffix("/document_expiry")).is_some_and(is_card);
        fault.code != "PQ-FIELD-001" || !of_card
    });
}
