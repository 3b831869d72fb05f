//! What one field of a form is: the description from which pages, API, workbooks, checks and comparisons are derived.

use crate::Text;

/// A field of a form or a column of its rows. Built in `const` tables: a constructor for the kind, then what differs
/// from the usual (not required, not personal, copied into the next call).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// The member's name in the value; with the names of the rows above it, the JSON Pointer.
    pub name: &'static str,
    /// Chinese label.
    pub zh: &'static str,
    /// English label, the convention's term.
    pub en: &'static str,
    /// A short hint in Chinese and English; empty where the label says all.
    pub hint: (&'static str, &'static str),
    /// What it holds.
    pub kind: Kind,
    /// Whether a filing may come without it.
    pub required: Required,
    /// The convention, standard or law that asks for it; empty where the form's own source does.
    pub source: &'static str,
    /// The class of need to know.
    pub personal: Class,
    /// What becomes of it in a new call made from a previous one.
    pub carry: Carry,
    /// Which side of the time of filing it must be on.
    pub when: When,
    /// Other words (upper case) that mean a code of a choice: what lists from practice write.
    pub also: &'static [(&'static str, &'static str)],
    /// For rows: the names that identify a row, the best first; rows of two versions are matched by them.
    pub keys: &'static [&'static [&'static str]],
}

/// What a field holds. In a checked value, dates are text `YYYY-MM-DD`, instants RFC 3339 in UTC, countries ISO 3166-1
/// alpha-3, places UN/LOCODE.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Words on one line, in any script.
    Text { max: usize },
    /// Words on several lines, at most 4,000 characters.
    LongText,
    /// An identifier: half-width, upper case.
    Code { max: usize },
    /// A decimal number within bounds (both included) in a unit (empty: none).
    Number { min: i64, max: i64, decimals: u32, unit: &'static str },
    /// A whole number within bounds, both included.
    Integer { min: i64, max: i64 },
    /// A day.
    Date,
    /// A point in time, with its zone.
    Instant,
    /// A place as UN/LOCODE.
    Locode,
    /// A country or nationality as ISO 3166-1 alpha-3 (and the codes of ICAO Doc 9303 for persons without one).
    Country,
    /// One of the listed codes, each with Chinese and English words.
    Choice(&'static [(&'static str, &'static str, &'static str)]),
    /// Yes or no.
    YesNo,
    /// A ship's IMO number: seven digits, the last a check digit.
    ImoNumber,
    /// A UN number of dangerous goods: four digits.
    UnNumber,
    /// A kind of package, UN/ECE Recommendation 21.
    PackageCode,
    /// A unit of measure, UN/ECE Recommendation 20.
    Unit,
    /// Repeated rows of fields, at most so many.
    Rows(&'static [Field], usize),
}

/// Whether a filing may come without a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// Refused without it.
    Always,
    /// Accepted and flagged without it.
    Warn,
    /// Given where it applies.
    No,
}

/// Why a field is not for everybody: the classes of the need-to-know table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// For everybody who sees the call.
    None,
    /// Who a person is: names, birth, nationality, gender.
    Identity,
    /// Passports, seafarers' identity documents, visas.
    TravelDocument,
    /// The health of persons.
    Health,
    /// Certificates of competency.
    CrewCertificate,
    /// How to reach a person.
    Contact,
    /// Matters of the ship's security.
    Security,
    /// Secrets of trade: goods, parties, bills of lading.
    Commercial,
}

impl Class {
    /// Every class, for the need-to-know table.
    pub const ALL: [Class; 8] = [
        Class::None,
        Class::Identity,
        Class::TravelDocument,
        Class::Health,
        Class::CrewCertificate,
        Class::Contact,
        Class::Security,
        Class::Commercial,
    ];

    /// The class's name in a profile.
    pub fn code(self) -> &'static str {
        match self {
            Class::None => "none",
            Class::Identity => "identity",
            Class::TravelDocument => "travel_document",
            Class::Health => "health",
            Class::CrewCertificate => "crew_certificate",
            Class::Contact => "contact",
            Class::Security => "security",
            Class::Commercial => "commercial",
        }
    }

    /// The class with that name.
    pub fn from_code(code: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.code() == code)
    }

    /// True when it says something about a person.
    pub fn is_personal(self) -> bool {
        !matches!(self, Class::None | Class::Security | Class::Commercial)
    }
}

/// What becomes of a field in a new call made from a previous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    /// It still holds until somebody says otherwise.
    Copy,
    /// The rows move down by one: the call just made becomes the first of them.
    Roll,
    /// It belonged to that call alone.
    Clear,
}

/// Which side of the time of filing a date or instant must be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Either.
    Any,
    /// It has happened (a birth): later is refused.
    Past,
    /// It is still to come or still valid (an arrival, an expiry): earlier is flagged.
    Coming,
}

/// No ship carries more of anything: the upper bound of a quantity that has none of its own.
pub const ANY_QUANTITY: i64 = 1_000_000_000;

impl Field {
    const fn new(name: &'static str, kind: Kind, zh: &'static str, en: &'static str) -> Field {
        let carry = if matches!(kind, Kind::Instant) { Carry::Clear } else { Carry::Copy };
        Field {
            name,
            zh,
            en,
            hint: ("", ""),
            kind,
            required: Required::No,
            source: "",
            personal: Class::None,
            carry,
            when: When::Any,
            also: &[],
            keys: &[],
        }
    }

    /// Words on one line.
    pub const fn text(name: &'static str, max: usize, zh: &'static str, en: &'static str) -> Field {
        Field::new(name, Kind::Text { max }, zh, en)
    }

    /// Words on several lines.
    pub const fn long(name: &'static str, zh: &'static str, en: &'static str) -> Field {
        Field::new(name, Kind::LongText, zh, en)
    }

    /// An identifier.
    pub const fn code(name: &'static str, max: usize, zh: &'static str, en: &'static str) -> Field {
        Field::new(name, Kind::Code { max }, zh, en)
    }

    /// A quantity from zero upwards, with so many decimals, in a unit.
    pub const fn quantity(
        name: &'static str,
        decimals: u32,
        unit: &'static str,
        zh: &'static str,
        en: &'static str,
    ) -> Field {
        Field::new(name, Kind::Number { min: 0, max: ANY_QUANTITY, decimals, unit }, zh, en)
    }

    /// A temperature in °C, with one decimal.
    pub const fn celsius(name: &'static str, zh: &'static str, en: &'static str) -> Field {
        Field::new(name, Kind::Number { min: -273, max: 1_000, decimals: 1, unit: "°C" }, zh, en)
    }

    /// A whole number from zero to `max`.
    pub const fn count(name: &'static str, max: i64, zh: &'static str, en: &'static str) -> Field {
        Field::new(name, Kind::Integer { min: 0, max }, zh, en)
    }

    /// A field of a kind without parameters.
    pub const fn of(name: &'static str, kind: Kind, zh: &'static str, en: &'static str) -> Field {
        Field::new(name, kind, zh, en)
    }

    /// One of the listed codes.
    pub const fn choice(
        name: &'static str,
        codes: &'static [(&'static str, &'static str, &'static str)],
        zh: &'static str,
        en: &'static str,
    ) -> Field {
        Field::new(name, Kind::Choice(codes), zh, en)
    }

    /// Repeated rows.
    pub const fn rows(
        name: &'static str,
        fields: &'static [Field],
        max: usize,
        zh: &'static str,
        en: &'static str,
    ) -> Field {
        Field::new(name, Kind::Rows(fields, max), zh, en)
    }

    /// Refused when missing.
    pub const fn always(mut self) -> Field {
        self.required = Required::Always;
        self
    }

    /// Accepted and flagged when missing.
    pub const fn warn(mut self) -> Field {
        self.required = Required::Warn;
        self
    }

    /// With a hint.
    pub const fn hint(mut self, zh: &'static str, en: &'static str) -> Field {
        self.hint = (zh, en);
        self
    }

    /// Asked for by another source than the form's own.
    pub const fn source(mut self, source: &'static str) -> Field {
        self.source = source;
        self
    }

    /// Of a class of need to know.
    pub const fn class(mut self, class: Class) -> Field {
        self.personal = class;
        self
    }

    /// Not carried into the next call.
    pub const fn clear(mut self) -> Field {
        self.carry = Carry::Clear;
        self
    }

    /// Rolled forward into the next call.
    pub const fn roll(mut self) -> Field {
        self.carry = Carry::Roll;
        self
    }

    /// Must have happened by the time of filing.
    pub const fn past(mut self) -> Field {
        self.when = When::Past;
        self
    }

    /// Should lie after the time of filing.
    pub const fn coming(mut self) -> Field {
        self.when = When::Coming;
        self
    }

    /// Other words for the codes of a choice, in upper case.
    pub const fn also(mut self, words: &'static [(&'static str, &'static str)]) -> Field {
        self.also = words;
        self
    }

    /// The names that identify a row, the best first.
    pub const fn keyed(mut self, keys: &'static [&'static [&'static str]]) -> Field {
        self.keys = keys;
        self
    }

    /// The label in both languages.
    pub fn label(&self) -> Text {
        Text::new(self.zh, self.en)
    }

    /// The columns of rows; empty for any other kind.
    pub fn columns(&self) -> &'static [Field] {
        match self.kind {
            Kind::Rows(fields, _) => fields,
            _ => &[],
        }
    }
}
