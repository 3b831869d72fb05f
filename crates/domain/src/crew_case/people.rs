//! Persons of a crew case, field by field, in the words of the catalogue of formalities; and what of them the tables ask.

use std::collections::BTreeMap;

use crate::{
    Fault, Severity, Value,
    formality::{CheckContext, Class, Field, Kind, fields, read_list},
};

/// What a person of a case does.
pub const MOVEMENTS: &[(&str, &str, &str)] = &[
    ("joins", "上船", "Joins"),
    ("leaves", "离船", "Leaves"),
    ("sick", "患病、受伤", "Sick or hurt"),
    ("stowaway", "偷渡", "Stowaway"),
    ("missing", "失踪、未归", "Missing"),
];

const MOVEMENT: Field = Field::choice("movement", MOVEMENTS, "事由", "What the person does").always();

/// What is known of a seafarer.
const SEAFARER: &[Field] = &[
    MOVEMENT,
    fields::FAMILY_NAME,
    fields::GIVEN_NAMES,
    Field::text("rank", 35, "职务", "Rank or rating").always(),
    fields::NATIONALITY,
    fields::DATE_OF_BIRTH,
    fields::GENDER,
    fields::DOCUMENT_TYPE,
    fields::DOCUMENT_NUMBER,
    fields::DOCUMENT_EXPIRY,
    Field::code("certificate_of_competency", 35, "适任证书号码", "Certificate of competency number")
        .class(Class::CrewCertificate),
    Field::of("last_foreign_port_left", Kind::Date, "离开最后境外港日期", "Left the last foreign port on")
        .past()
        .class(Class::Health),
    Field::of("healthy", Kind::YesNo, "无症状", "Without symptoms").class(Class::Health),
    Field::text("condition", 512, "病情、伤情", "Illness or injury").class(Class::Health),
    Field::text("onward", 140, "离船后行程（班次、日期、目的地）", "Onward journey (flight or train, day, where to)"),
    Field::text("lodging", 140, "住宿或隔离地点", "Hotel or place of isolation"),
    Field::text("last_seen", 280, "最后见到的时间地点", "Last seen, when and where"),
];

/// What is known of a stowaway, often nothing that a document says.
const STOWAWAY: &[Field] = &[
    MOVEMENT,
    Field::text("family_name", 70, "自称姓名", "Name as stated").class(Class::Identity),
    Field::text("given_names", 70, "名", "Given names").class(Class::Identity),
    Field::of("nationality", Kind::Country, "自称国籍", "Nationality as stated").class(Class::Identity),
    Field::of("date_of_birth", Kind::Date, "出生日期", "Date of birth").past().class(Class::Identity),
    Field::code("document_number", 35, "证件号码", "Number of a document").class(Class::TravelDocument),
    Field::of("embarked_at", Kind::Locode, "登船港", "Where the person came on board"),
    Field::of("found_on", Kind::Date, "发现日期", "Found on").past().always(),
    Field::text("found_where", 280, "发现地点", "Found where on board").always(),
    Field::of("healthy", Kind::YesNo, "无症状", "Without symptoms").class(Class::Health),
    Field::text("condition", 512, "健康状况", "State of health").class(Class::Health),
];

/// The fields of a person: of a `seafarer`, or of a `stowaway`.
pub fn fields_of(subject: &str) -> &'static [Field] {
    if subject == "stowaway" { STOWAWAY } else { SEAFARER }
}

/// Most rows of a list.
const MOST: usize = 500;

/// A list of seafarers, and one of stowaways.
const SEAFARERS: &[Field] = &[Field::rows(PERSONS, SEAFARER, MOST, "人员", "Person").always()];
const STOWAWAYS: &[Field] = &[Field::rows(PERSONS, STOWAWAY, MOST, "人员", "Person").always()];

/// The rows of such a list.
pub const PERSONS: &str = "persons";

/// A list in its canonical form with everything that is wrong with it; one document twice is an error. Where a row does not
/// say what its person does, it is the only thing that persons of such a case do.
pub fn read_persons(
    subject: &str,
    movements: &[String],
    mut rows: Vec<Value>,
    context: &CheckContext,
) -> (Vec<Value>, Vec<Fault>) {
    if let [only] = movements {
        for row in rows.iter_mut().filter(|row| row.get("movement").is_empty()) {
            row.set("/movement", only.as_str().into());
        }
    }
    let list = if subject == "stowaway" { STOWAWAYS } else { SEAFARERS };
    let value = Value::from([(PERSONS, Value::List(rows))]);
    let (value, mut faults) = read_list(list, (PERSONS, fields_of(subject), &["document_number"]), value, context);
    for fault in faults.iter_mut().filter(|fault| fault.code == "PQ-FORM-001") {
        fault.severity = Severity::Error;
    }
    let rows = value.get(PERSONS).list();
    crate::person_permit::without_expiry_of_cards(&mut faults, PERSONS, rows);
    (rows.to_vec(), faults)
}

/// The persons, counted, as the tables ask: none of them can be told from it.
pub fn facts_of<'a>(persons: impl Iterator<Item = &'a Value>, home: &str) -> BTreeMap<String, Value> {
    let (mut joining, mut leaving, mut foreign, mut onward, mut lodging, mut ill, mut all) = (0, 0, 0, 0, 0, 0, 0);
    for person in persons {
        let has = |name: &str| !person.get(name).is_empty();
        let nationality = person.get("nationality").text().unwrap_or_default();
        all += 1;
        joining += i64::from(person.get("movement").text() == Some("joins"));
        leaving += i64::from(person.get("movement").text() == Some("leaves"));
        foreign += i64::from(!nationality.is_empty() && nationality != home);
        onward += i64::from(has("onward"));
        lodging += i64::from(has("lodging"));
        ill += i64::from(has("condition") || person.get("healthy").bool() == Some(false));
    }
    let counted = [
        ("persons", all),
        ("joining", joining),
        ("leaving", leaving),
        ("foreign", foreign),
        ("onward", onward),
        ("lodging", lodging),
        ("ill", ill),
    ];
    counted.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect()
}
