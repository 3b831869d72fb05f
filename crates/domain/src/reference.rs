//! Code lists that forms and messages are checked against: countries, UN/LOCODE, UN numbers, units, packages and more.
//!
//! The tables are text in the binary, sorted by code and searched in place: a lookup allocates nothing. Sources and
//! licences stand in `reference/data/README.md`; `tools/reference/generate.py` writes them.

pub mod air_waybill;
mod commodities;
pub mod container;
pub mod imo;
mod search;
mod table;

use std::{collections::HashMap, sync::OnceLock};

use crate::Text;
pub use commodities::{Commodity, commodity, search_commodities};
pub use search::search_places;
use table::{fields, find, rows};

const COUNTRIES: &str = include_str!("reference/data/countries.txt");
const PLACES: &str = include_str!("reference/data/places.txt");
const AIRPORTS: &str = include_str!("reference/data/airports.txt");
const UN_NUMBERS: &str = include_str!("reference/data/un-numbers.txt");
const UNITS: &str = include_str!("reference/data/units.txt");
const PACKAGES: &str = include_str!("reference/data/packages.txt");
const DELAY_REASONS: &str = include_str!("reference/data/delay-reasons.txt");
const VESSEL_TYPES: &str = include_str!("reference/data/vessel-types.txt");
const IMO_CLASSES: &str = include_str!("reference/data/imo-classes.txt");
const SEGREGATION_GROUPS: &str = include_str!("reference/data/segregation-groups.txt");

/// A country or territory of ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// Two letters, as in UN/LOCODE.
    pub alpha2: &'static str,
    /// Three letters, as on passports and in PAXLST.
    pub alpha3: &'static str,
    /// English name.
    pub en: &'static str,
    /// Chinese name, as Chinese authorities write it.
    pub zh: &'static str,
}

impl Country {
    /// The name with its letters: `韩国（KR）`, `South Korea (KR)`.
    pub fn said(&self) -> Text {
        Text::new(format!("{}（{}）", self.zh, self.alpha2), format!("{} ({})", self.en, self.alpha2))
    }
}

/// A seaport or an airport of UN/LOCODE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Five letters and digits, such as `CNDAL`.
    pub code: &'static str,
    /// Function 1: ships call here. China's cities often carry their port under another code than their airport.
    pub seaport: bool,
    /// Function 4: aircraft call here.
    pub airport: bool,
    /// ISO 3166-2 subdivision without its country; empty when unknown.
    pub subdivision: &'static str,
    /// Name as UN/LOCODE writes it, with diacritics.
    pub name: &'static str,
    /// The same name in plain letters.
    pub plain: &'static str,
    /// Chinese name, where one is kept.
    pub zh: Option<&'static str>,
}

impl Place {
    /// The country's alpha-2 code: the first two letters of the place's own.
    pub fn country_code(&self) -> &'static str {
        &self.code[..2]
    }

    /// The country; `None` for installations in international waters (`XZ`).
    pub fn country(&self) -> Option<Country> {
        country(self.country_code())
    }

    /// The name in the language asked for (`zh` where a Chinese name is kept, else UN/LOCODE's).
    pub fn name_in(&self, language: &str) -> &'static str {
        self.zh.filter(|_| language.starts_with("zh")).unwrap_or(self.name)
    }

    /// The name with its code: `仁川（KRINC）`, `Incheon (KRINC)`.
    pub fn said(&self) -> Text {
        Text::new(format!("{}（{}）", self.name_in("zh"), self.code), format!("{} ({})", self.name, self.code))
    }
}

/// A number of the UN Recommendations on the Transport of Dangerous Goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnNumber {
    /// Four digits.
    pub number: u16,
    /// Class or division; class 1 without its division.
    pub class: &'static str,
    /// Proper shipping name.
    pub name: &'static str,
}

/// A row of a list that has a code, a name and perhaps something more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coded {
    /// The list's own code.
    pub code: &'static str,
    /// English name.
    pub name: &'static str,
    /// A unit's symbol, a delay reason's explanation, a vessel type's UNECE Rec 28 code; else empty.
    pub more: &'static str,
    /// Chinese words of a delay reason; else empty.
    pub zh: &'static str,
}

/// The country meant by an alpha-2 code, an alpha-3 code or a name in English or Chinese, in any case.
pub fn country(text: &str) -> Option<Country> {
    let text = text.trim();
    let alpha2: [u8; 2] = match text.as_bytes() {
        &[a, b] => [a.to_ascii_uppercase(), b.to_ascii_uppercase()],
        _ => {
            static NAMES: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
            return NAMES.get_or_init(country_names).get(&folded(text)).map(|line| read_country(line));
        }
    };
    find(COUNTRIES, str::from_utf8(&alpha2).ok()?).map(read_country)
}

/// Every country, in the order of alpha-2 codes.
pub fn countries() -> impl Iterator<Item = Country> {
    rows(COUNTRIES).map(read_country)
}

/// The seaport or airport with this UN/LOCODE; small letters and one space after the country are forgiven.
pub fn locode(code: &str) -> Option<Place> {
    with_upper::<5, _>(code, |code| find(PLACES, code).map(read_place))
}

/// The airport with this three-letter code of IATA; none for a code that UN/LOCODE does not tell of a single place.
pub fn airport(iata: &str) -> Option<Place> {
    with_upper::<3, _>(iata, |code| find(AIRPORTS, code)).and_then(|line| {
        let [_, code] = fields(line);
        locode(code)
    })
}

/// The substance or article with this UN number.
pub fn un_number(number: u16) -> Option<UnNumber> {
    let line = with_upper::<4, _>(&format!("{number:04}"), |key| find(UN_NUMBERS, key))?;
    let [_, class, name] = fields(line);
    Some(UnNumber { number, class, name })
}

/// The kind of package with this UNECE Recommendation 21 code, such as `CT` for a carton.
pub fn package(code: &str) -> Option<Coded> {
    coded(PACKAGES, code)
}

/// The unit with this UNECE Recommendation 20 common code, such as `KGM`.
pub fn unit(code: &str) -> Option<Coded> {
    coded(UNITS, code)
}

/// The reason for a delay with this SMDG code, such as `WEA` for bad weather.
pub fn delay_reason(code: &str) -> Option<Coded> {
    coded(DELAY_REASONS, code)
}

/// Every SMDG delay reason.
pub fn delay_reasons() -> impl Iterator<Item = Coded> {
    rows(DELAY_REASONS).map(read_coded)
}

/// The vessel type with this code, such as `CONT`; `more` is its UNECE Recommendation 28 code.
pub fn vessel_type(code: &str) -> Option<Coded> {
    coded(VESSEL_TYPES, code)
}

/// The class or division of the IMDG Code, such as `3` or `1.4S`.
pub fn imo_class(code: &str) -> Option<Coded> {
    coded(IMO_CLASSES, code)
}

/// The segregation group of the IMDG Code, `1` to `18`.
pub fn segregation_group(code: &str) -> Option<Coded> {
    coded(SEGREGATION_GROUPS, code)
}

/// Every segregation group.
pub fn segregation_groups() -> impl Iterator<Item = Coded> {
    rows(SEGREGATION_GROUPS).map(read_coded)
}

fn coded(table: &'static str, code: &str) -> Option<Coded> {
    with_upper::<5, _>(code, |code| find(table, code)).map(read_coded)
}

fn read_country(line: &'static str) -> Country {
    let [alpha2, alpha3, en, zh] = fields(line);
    Country { alpha2, alpha3, en, zh }
}

fn read_place(line: &'static str) -> Place {
    let [code, uses, subdivision, name, plain, zh] = fields(line);
    Place {
        code,
        seaport: uses.contains('P'),
        airport: uses.contains('A'),
        subdivision,
        name,
        plain: if plain.is_empty() { name } else { plain },
        zh: (!zh.is_empty()).then_some(zh),
    }
}

fn read_coded(line: &'static str) -> Coded {
    let [code, name, more, zh] = fields(line);
    Coded { code, name, more, zh }
}

/// Every alpha-3 code and name, folded, with its row. A name that two countries share belongs to the row named first.
fn country_names() -> HashMap<String, &'static str> {
    let mut names = HashMap::new();
    for line in rows(COUNTRIES) {
        let [_, alpha3, en, zh, others] = fields(line);
        for name in [alpha3, en, zh].into_iter().chain(others.split(';')).filter(|name| !name.is_empty()) {
            names.entry(folded(name)).or_insert(line);
        }
    }
    names
}

/// Letters and digits in lower case: what people mean by a name, whatever its dots, commas and spaces.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Calls with the code in capitals and without spaces, on the stack; `None` when it is longer than N.
fn with_upper<const N: usize, T>(code: &str, call: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let mut upper = [0u8; N];
    let mut length = 0;
    for byte in code.bytes().filter(|byte| *byte != b' ') {
        *upper.get_mut(length)? = byte.to_ascii_uppercase();
        length += 1;
    }
    call(str::from_utf8(&upper[..length]).ok()?)
}

#[cfg(test)]
mod tests;
