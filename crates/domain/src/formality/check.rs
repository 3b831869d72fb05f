//! What is wrong with a filing.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

use super::{
    Formality,
    faults::{self, Place},
    field::{Field, Kind, Required, When},
    normalise::{country_known, date, normalise, normalise_fields},
};
use crate::{Fault, Instant, Severity, Value, reference};

/// What a check knows besides the filing.
#[derive(Clone, Debug)]
pub struct CheckContext {
    /// The time of filing.
    pub on: Timestamp,
    /// The port's zone, in which faults tell instants.
    pub zone: TimeZone,
}

/// More faults than this are counted, not told: nobody reads a thousand and first line.
const SHOWN: usize = 1_000;

/// Everything that is wrong with a filing, as [`read`] finds it. Errors refuse it; warnings and infos go along with it.
pub fn check(formality: Formality, value: &Value, context: &CheckContext) -> Vec<Fault> {
    read(formality, value.clone(), context).1
}

/// The filing in its canonical form (see [`normalise`]) and everything that is wrong with it, in the order of the form.
/// Locations are JSON Pointers into the value given back. Never fails: what cannot be read stays, with an error.
pub fn read(formality: Formality, value: Value, context: &CheckContext) -> (Value, Vec<Fault>) {
    let (value, mut found) = normalise(formality, value);
    check_fields(formality.fields(), &value, "", None, context, &mut found);
    found.extend((formality.spec().rules)(&value));
    (value, shown(found))
}

/// The same for a list that is no formality: its fields, and the rows of one of them that may not stand there twice.
pub fn read_list(
    fields: &'static [Field],
    (rows, columns, keys): (&str, &'static [Field], &[&str]),
    value: Value,
    context: &CheckContext,
) -> (Value, Vec<Fault>) {
    let (value, mut found) = normalise_fields(fields, value);
    check_fields(fields, &value, "", None, context, &mut found);
    found.extend(faults::duplicates(&value, rows, columns, keys));
    (value, shown(found))
}

fn shown(mut found: Vec<Fault>) -> Vec<Fault> {
    if found.len() > SHOWN {
        // Errors first, so that none of them is among the hidden.
        found.sort_by_key(|fault| std::cmp::Reverse(fault.severity));
        let hidden = found.len() - SHOWN;
        let grave = found[0].is_error();
        found.truncate(SHOWN);
        found.push(faults::more(hidden, if grave { Severity::Error } else { Severity::Info }));
    }
    found
}

fn check_fields(
    fields: &'static [Field],
    value: &Value,
    above: &str,
    row: Option<(&'static Field, usize)>,
    context: &CheckContext,
    found: &mut Vec<Fault>,
) {
    for field in fields {
        let place = Place { above, row, field };
        let given = value.get(field.name);
        if given.is_empty() {
            match field.required {
                Required::Always => found.push(faults::missing(place, Severity::Error)),
                Required::Warn => found.push(faults::missing(place, Severity::Warning)),
                Required::No => {}
            }
        } else if let (Kind::Rows(columns, _), Value::List(rows)) = (field.kind, given) {
            check_rows(place, columns, rows, context, found);
        } else {
            found.extend(check_value(place, given, context));
        }
    }
}

fn check_rows(place: Place, columns: &'static [Field], rows: &[Value], context: &CheckContext, found: &mut Vec<Fault>) {
    for (nth, row) in rows.iter().enumerate() {
        let above = format!("{}/{nth}", place.pointer());
        match row {
            Value::Map(_) => check_fields(columns, row, &above, Some((place.field, nth)), context, found),
            other => {
                let mut fault = faults::wrong_kind(place, other);
                fault.location = above;
                found.push(fault);
            }
        }
    }
}

fn check_value(place: Place, given: &Value, context: &CheckContext) -> Option<Fault> {
    match place.field.kind {
        Kind::Number { min, max, decimals, .. } => check_number(place, given, min, max, decimals),
        Kind::Integer { min, max } => check_number(place, given, min, max, 0),
        Kind::YesNo => given.bool().is_none().then(|| faults::wrong_kind(place, given)),
        Kind::Rows(..) => Some(faults::wrong_kind(place, given)),
        _ => match given.text() {
            Some(text) => check_text(place, given, text, context),
            None => Some(faults::wrong_kind(place, given)),
        },
    }
}

fn check_number(place: Place, given: &Value, min: i64, max: i64, decimals: u32) -> Option<Fault> {
    let Some(number) = given.number() else { return Some(faults::wrong_kind(place, given)) };
    let fits = number >= Decimal::from(min) && number <= Decimal::from(max) && number.normalize().scale() <= decimals;
    (!fits).then(|| faults::out_of_bounds(place, given))
}

fn check_text(place: Place, given: &Value, text: &str, context: &CheckContext) -> Option<Fault> {
    let unlisted = |severity| Some(faults::unknown_code(place, given, severity));
    // The lists of places, substances, packages and units grow each year: what is well formed is flagged, not refused.
    let listed = |known: bool, formed: bool| match (known, formed) {
        (true, _) => None,
        (false, true) => unlisted(Severity::Warning),
        (false, false) => unlisted(Severity::Error),
    };
    match place.field.kind {
        Kind::Text { max } | Kind::Code { max } => check_length(place, text, max),
        Kind::LongText => check_length(place, text, 4_000),
        Kind::Date => check_date(place, given, text, context),
        Kind::Instant => check_instant(place, given, text, context),
        Kind::Locode => listed(reference::locode(text).is_some_and(|place| place.code == text), place_formed(text)),
        Kind::Country => listed(country_known(text), false),
        Kind::Choice(codes) => listed(codes.iter().any(|(code, ..)| *code == text), false),
        Kind::PackageCode => listed(reference::package(text).is_some(), code_formed(text, 2..=2)),
        Kind::Unit => listed(reference::unit(text).is_some() || packed(text), code_formed(text, 2..=3)),
        Kind::ImoNumber if !digits(text, 7) => Some(faults::wrong_kind(place, given)),
        Kind::ImoNumber => (!reference::imo::imo_number_ok(text)).then(|| faults::bad_check_digit(place, given)),
        Kind::UnNumber if !digits(text, 4) => Some(faults::wrong_kind(place, given)),
        Kind::UnNumber => {
            listed(text.parse().is_ok_and(|number| reference::un_number(number).is_some()), !text.starts_with("0000"))
        }
        Kind::Number { .. } | Kind::Integer { .. } | Kind::YesNo | Kind::Rows(..) => None,
    }
}

/// Recommendation 20 takes a kind of package as a unit too: its Recommendation 21 code behind an X.
fn packed(text: &str) -> bool {
    text.len() == 3 && text.strip_prefix('X').is_some_and(|code| reference::package(code).is_some())
}

fn place_formed(text: &str) -> bool {
    text.len() == 5 && text.is_char_boundary(2) && {
        let (country, rest) = text.split_at(2);
        reference::country(country).is_some() && rest.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'9'))
    }
}

fn code_formed(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn check_length(place: Place, text: &str, max: usize) -> Option<Fault> {
    let length = text.chars().count();
    (length > max).then(|| faults::too_long(place, length, max))
}

fn check_date(place: Place, given: &Value, text: &str, context: &CheckContext) -> Option<Fault> {
    let Ok(day) = text.parse::<Date>() else {
        let ambiguous = date::ambiguous(text);
        return Some(if ambiguous { faults::ambiguous_date(place, given) } else { faults::wrong_kind(place, given) });
    };
    if !(1880..=2200).contains(&day.year()) {
        return Some(faults::out_of_bounds(place, given));
    }
    // The day of filing differs from place to place by one: neither neighbour is called wrong.
    let (earliest, latest) = around(context.on)?;
    let told = given.to_string();
    check_when(place, &told, day > latest, day < earliest)
}

fn check_instant(place: Place, given: &Value, text: &str, context: &CheckContext) -> Option<Fault> {
    let Ok(at) = text.parse::<Timestamp>() else { return Some(faults::wrong_kind(place, given)) };
    let year = TimeZone::UTC.to_datetime(at).year();
    if !(1880..=2200).contains(&year) {
        return Some(faults::out_of_bounds(place, given));
    }
    let told = Instant::from(at).said(&context.zone);
    check_when(place, &told, at > context.on, at < context.on)
}

fn check_when(place: Place, given: &str, later: bool, earlier: bool) -> Option<Fault> {
    match place.field.when {
        When::Past if later => Some(faults::still_to_come(place, given)),
        When::Coming if earlier => Some(faults::gone_by(place, given)),
        _ => None,
    }
}

fn around(on: Timestamp) -> Option<(Date, Date)> {
    let day = |hours: i64| {
        let at = on.checked_add(SignedDuration::from_hours(hours)).ok()?;
        Some(TimeZone::UTC.to_datetime(at).date())
    };
    Some((day(-12)?, day(14)?))
}

fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}
