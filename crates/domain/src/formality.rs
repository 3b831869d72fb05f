//! The catalogue of what an agent files, field by field: ONE description from which the forms, the API and its schema,
//! the workbooks, the need-to-know table, the comparison of versions and the checks are derived.
//!
//! A new formality is one new file here and a line in the list below.

mod check;
mod compare;
mod faults;
mod field;
mod form;
mod normalise;
mod persons;
mod read;
mod reuse;
mod schema;
mod shared;

mod air_manifest;
mod arrival_report;
mod berth_plan;
mod cargo_declaration;
mod certificates;
mod crew_effects;
mod crew_list;
mod dangerous_goods;
mod departure_permit;
mod entry_application;
mod entry_formalities;
mod exit_formalities;
mod flight_declaration;
mod general_declaration;
mod health_declaration;
mod open_waters_permit;
mod passenger_list;
mod security_report;
mod ships_stores;
mod shuttle_permit;
mod tonnage_tax;
mod waste_notification;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{Fault, Text, Value};

pub use certificates::certificate_kind;
pub use check::{CheckContext, check, read, read_list};
pub use compare::{Change, Difference, differences, display};
pub use field::{Carry, Class, Field, Kind, Required, When};
pub use form::{form_of_fields, form_to_value, value_to_form};
pub use normalise::normalise;
pub use persons::{person_key, persons, persons_of};
pub use reuse::{MASK, carried_over, masked, visible};
pub use schema::schema;

/// Fields that lists of persons outside the catalogue share with it.
pub mod fields {
    pub use super::shared::{
        DATE_OF_BIRTH, DOCUMENT_EXPIRY, DOCUMENT_NUMBER, DOCUMENT_TYPE, FAMILY_NAME, GENDER, GIVEN_NAMES, NATIONALITY,
    };
}

/// The description of one formality.
pub struct Spec {
    /// Its stable code.
    pub code: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// How people of the trade call it: letters that both languages use (`FAL 5`), or the Chinese word.
    pub short: &'static str,
    /// The convention, standard or law that asks for it.
    pub source: &'static str,
    /// Its fields, in the order of the form.
    pub fields: &'static [Field],
    /// What a filing tells the call, without any person in it.
    pub facts: fn(&Value) -> Value,
    /// What must agree between the fields of a filing that was brought into its canonical form.
    pub rules: fn(&Value) -> Vec<Fault>,
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $variant:ident => $spec:expr,)*) => {
        /// What an agent files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Formality {
            $($(#[$doc])* $variant,)*
        }

        impl Formality {
            /// Every formality, in the order of a call.
            pub const ALL: &[Formality] = &[$(Formality::$variant,)*];

            /// Its description.
            pub fn spec(self) -> &'static Spec {
                match self {
                    $(Formality::$variant => $spec,)*
                }
            }
        }
    };
}

catalogue! {
    /// Application to enter the port (进口岸申请).
    EntryApplication => &entry_application::SPEC,
    /// Arrival report to the three organs.
    ArrivalReport => &arrival_report::SPEC,
    /// FAL 1.
    GeneralDeclaration => &general_declaration::SPEC,
    /// FAL 2.
    CargoDeclaration => &cargo_declaration::SPEC,
    /// FAL 3.
    ShipsStores => &ships_stores::SPEC,
    /// FAL 4.
    CrewEffects => &crew_effects::SPEC,
    /// FAL 5.
    CrewList => &crew_list::SPEC,
    /// FAL 6.
    PassengerList => &passenger_list::SPEC,
    /// FAL 7.
    DangerousGoods => &dangerous_goods::SPEC,
    /// Maritime Declaration of Health.
    HealthDeclaration => &health_declaration::SPEC,
    /// Ship security pre-arrival information.
    SecurityReport => &security_report::SPEC,
    /// Advance notification of waste delivery.
    WasteNotification => &waste_notification::SPEC,
    /// Certificates to be carried, with their dates.
    Certificates => &certificates::SPEC,
    /// Entry formalities.
    EntryFormalities => &entry_formalities::SPEC,
    /// FAL 5 on departure, when the crew changed in port.
    ExitCrewList => &crew_list::EXIT,
    /// FAL 6 on departure, when passengers changed in port.
    ExitPassengerList => &passenger_list::EXIT,
    /// Exit formalities.
    ExitFormalities => &exit_formalities::SPEC,
    /// Application for the departure permit.
    DeparturePermit => &departure_permit::SPEC,
    /// Tonnage-tax licence at entry.
    TonnageTaxEntry => &tonnage_tax::ENTRY,
    /// Tonnage-tax licence at exit.
    TonnageTaxExit => &tonnage_tax::EXIT,
    /// Periodic permit of a shuttle ship.
    ShuttlePermit => &shuttle_permit::SPEC,
    /// Permit for waters and berths that are not open to foreign ships.
    OpenWatersPermit => &open_waters_permit::SPEC,
    /// Request of a berth.
    BerthPlan => &berth_plan::SPEC,
    /// General declaration of an aircraft, with its health part.
    FlightDeclaration => &flight_declaration::SPEC,
    /// Air waybills of a flight.
    AirManifest => &air_manifest::SPEC,
}

impl Formality {
    /// What is filed for ships' calls alone, in the order of a call.
    pub fn of_calls() -> impl Iterator<Item = Formality> {
        let flights = [Formality::FlightDeclaration, Formality::AirManifest];
        Formality::ALL.iter().copied().filter(move |formality| !flights.contains(formality))
    }

    /// What is filed for flights.
    pub const OF_FLIGHTS: [Formality; 4] =
        [Formality::FlightDeclaration, Formality::CrewList, Formality::PassengerList, Formality::AirManifest];

    /// Its stable code, as in addresses and messages.
    pub fn code(self) -> &'static str {
        self.spec().code
    }

    /// The formality with that code.
    pub fn from_code(code: &str) -> Option<Formality> {
        Formality::ALL.iter().copied().find(|formality| formality.code() == code)
    }

    /// Its name in both languages.
    pub fn name(self) -> Text {
        Text::new(self.spec().zh, self.spec().en)
    }

    /// Its fields, in the order of the form.
    pub fn fields(self) -> &'static [Field] {
        self.spec().fields
    }

    /// True when it says something about persons.
    pub fn holds_personal_data(self) -> bool {
        self.paths().iter().any(|(_, field)| field.personal.is_personal())
    }

    /// Every field with its path, rows as `members/*/family_name`, in the order of the form: the lines of the
    /// need-to-know table and the columns of a workbook.
    pub fn paths(self) -> Vec<(String, &'static Field)> {
        let mut found = Vec::new();
        paths_below("", self.fields(), &mut found);
        found
    }

    /// The field at a JSON Pointer (`/members/0/family_name`) or form name (`members/0/family_name`).
    pub fn field_at(self, pointer: &str) -> Option<&'static Field> {
        let mut fields = self.fields();
        let mut steps = pointer.trim_start_matches('/').split('/');
        loop {
            let name = steps.next()?;
            let field = fields.iter().find(|field| field.name == name)?;
            match steps.next() {
                None => return Some(field),
                Some(row) if !field.columns().is_empty() && row.bytes().all(|byte| byte.is_ascii_digit()) => {
                    fields = field.columns();
                    if steps.clone().next().is_none() {
                        return Some(field);
                    }
                }
                Some(_) => return None,
            }
        }
    }
}

fn paths_below(above: &str, fields: &'static [Field], found: &mut Vec<(String, &'static Field)>) {
    for field in fields {
        let path = format!("{above}{}", field.name);
        found.push((path.clone(), field));
        paths_below(&format!("{path}/*/"), field.columns(), found);
    }
}

/// The facts that a filing contributes to its call, never a person's: a map, empty where it says nothing new. The value
/// is the canonical one that [`read`] or [`normalise`] gives; names of facts are those of the decision tables.
pub fn facts(formality: Formality, value: &Value) -> Value {
    (formality.spec().facts)(value)
}

impl Serialize for Formality {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Formality {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let code = String::deserialize(input)?;
        Formality::from_code(&code).ok_or_else(|| D::Error::custom(format!("no formality has the code {code}")))
    }
}
