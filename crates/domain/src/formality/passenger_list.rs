//! Passenger list, FAL 6.

use super::{
    Spec,
    faults::duplicates,
    field::{Field, Kind},
    read::{Facts, rows, rows_where},
    shared::*,
};
use crate::Value;

/// Passenger list.
pub const SPEC: Spec = Spec {
    code: "passenger_list",
    zh: "旅客名单",
    en: "Passenger list",
    short: "FAL 6",
    source: "FAL Convention, Standard 2.7, FAL 6",
    fields: &[Field::rows("passengers", PASSENGERS, 10_000, "旅客", "Passenger").always().clear().keyed(PERSON_KEYS)],
    facts,
    rules: |value| duplicates(value, "passengers", PASSENGERS, &["document_number", "document_issuer"]),
};

/// Passenger list on departure, when passengers came or went in port: what was filed for the entry stays as it was.
pub const EXIT: Spec = Spec {
    code: "exit_passenger_list",
    zh: "出口岸旅客名单",
    en: "Passenger list on departure",
    facts: exit_facts,
    ..SPEC
};

const PASSENGERS: &[Field] = &[
    FAMILY_NAME,
    GIVEN_NAMES,
    NATIONALITY,
    DATE_OF_BIRTH,
    PLACE_OF_BIRTH,
    GENDER,
    DOCUMENT_TYPE,
    DOCUMENT_NUMBER,
    DOCUMENT_ISSUER,
    DOCUMENT_EXPIRY,
    PORT_OF_EMBARKATION.warn(),
    PORT_OF_DISEMBARKATION.warn(),
    VISA_NUMBER,
    Field::of("transit", Kind::YesNo, "过境旅客", "Transit passenger").warn(),
];

fn exit_facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.count("exit_passengers", rows(value, "passengers").len());
    facts.into()
}

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.count("persons_passengers", rows(value, "passengers").len());
    facts.count("passengers_transit", rows_where(value, "passengers", "transit"));
    facts.into()
}
