//! Crew list, FAL 5.

use super::{
    Spec,
    faults::duplicates,
    field::{Class, Field, Kind},
    read::{Facts, rows},
    shared::*,
};
use crate::Value;

/// Crew list.
pub const SPEC: Spec = Spec {
    code: "crew_list",
    zh: "船员名单",
    en: "Crew list",
    short: "FAL 5",
    source: "FAL Convention, Standard 2.6, FAL 5",
    fields: &[Field::rows("members", MEMBERS, 10_000, "船员", "Crew member").always().keyed(PERSON_KEYS)],
    facts,
    rules: |value| duplicates(value, "members", MEMBERS, &["document_number", "document_issuer"]),
};

/// Crew list on departure, when the crew changed in port: what was filed for the entry stays as it was.
pub const EXIT: Spec =
    Spec {
        code: "exit_crew_list", zh: "出口岸船员名单", en: "Crew list on departure", facts: exit_facts, ..SPEC
    };

const MEMBERS: &[Field] = &[
    FAMILY_NAME,
    GIVEN_NAMES,
    RANK.always(),
    NATIONALITY,
    DATE_OF_BIRTH,
    PLACE_OF_BIRTH,
    GENDER,
    DOCUMENT_TYPE,
    DOCUMENT_NUMBER,
    DOCUMENT_ISSUER,
    DOCUMENT_EXPIRY,
    PORT_OF_EMBARKATION.hint("在本航次或本港上船的填写", "Where the member signed on"),
    PORT_OF_DISEMBARKATION.hint("在本港离船的填本港", "This port for a member who signs off here").clear(),
    VISA_NUMBER,
    Field::code("seafarers_book", 35, "海员证号码", "Seafarer's book number").class(Class::TravelDocument),
    Field::text("effects", 512, "应税或限制物品", "Effects dutiable or restricted").clear().source("FAL 4"),
    Field::code("certificate_of_competency", 35, "适任证书号码", "Certificate of competency number")
        .class(Class::CrewCertificate)
        .source("STCW Convention, regulation I/2"),
    Field::of("competency_expiry", Kind::Date, "适任证书有效期至", "Certificate of competency valid until")
        .class(Class::CrewCertificate)
        .source("STCW Convention, regulation I/2"),
];

fn exit_facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.count("exit_crew", rows(value, "members").len());
    facts.into()
}

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.count("persons_crew", rows(value, "members").len());
    facts.into()
}
