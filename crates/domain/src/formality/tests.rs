//! The catalogue is whole, and what is derived from it agrees with it.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::Severity;

mod reading;
mod versions;

fn context() -> CheckContext {
    CheckContext { on: "2020-03-20T00:00:00Z".parse().unwrap(), zone: TimeZone::fixed(jiff::tz::offset(8)) }
}

/// A value that fits a field; `nth` makes it another one.
fn sample(field: &Field, nth: usize) -> Value {
    match field.kind {
        Kind::Text { max } | Kind::Code { max } => "SENTINEL7".chars().take(max).collect::<String>().into(),
        Kind::LongText => "SENTINEL7\nsecond line".into(),
        Kind::Number { min, decimals, .. } => {
            let number = rust_decimal::Decimal::from(min.max(0) + 1) + rust_decimal::Decimal::new(5, decimals);
            Value::Number(number.normalize())
        }
        Kind::Integer { max, .. } => Value::from(max.min(17 + i64::try_from(nth).unwrap())),
        Kind::Date if field.when == When::Coming => "2021-01-31".into(),
        Kind::Date => "1990-04-03".into(),
        Kind::Instant if field.when == When::Past => "2020-03-15T04:00:00Z".into(),
        Kind::Instant => "2020-03-25T04:00:00Z".into(),
        Kind::Locode => "KRPUS".into(),
        Kind::Country => "PHL".into(),
        Kind::Choice(codes) => codes[nth % codes.len()].0.into(),
        Kind::YesNo => true.into(),
        Kind::ImoNumber => "9074729".into(),
        Kind::UnNumber => "1203".into(),
        Kind::PackageCode => "CT".into(),
        Kind::Unit => "KGM".into(),
        Kind::Rows(columns, _) => Value::List((0..2).map(|row| filled(columns, row)).collect()),
    }
}

fn filled(fields: &[Field], nth: usize) -> Value {
    Value::Map(fields.iter().map(|field| (field.name.to_owned(), sample(field, nth))).collect())
}

#[test]
fn every_formality_is_described_in_both_languages() {
    let mut codes = BTreeSet::new();
    for formality in Formality::ALL {
        let spec = formality.spec();
        assert!(codes.insert(spec.code), "{} comes twice", spec.code);
        assert_eq!(Formality::from_code(spec.code), Some(*formality));
        assert!([spec.zh, spec.en, spec.short, spec.source].iter().all(|words| !words.is_empty()), "{}", spec.code);
        let paths = formality.paths();
        let names: BTreeSet<&String> = paths.iter().map(|(path, _)| path).collect();
        assert_eq!(names.len(), paths.len(), "a field of {} comes twice", spec.code);
        for (path, field) in paths {
            let at = format!("{}/{path}", spec.code);
            assert!(!field.zh.is_ascii(), "{at} has no Chinese label");
            assert!(field.en.is_ascii() && !field.en.is_empty(), "{at} has no English label");
            assert_eq!(field.hint.0.is_empty(), field.hint.1.is_empty(), "{at} has a hint in one language");
            assert!(
                field.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{at} is no name"
            );
            assert_eq!(formality.field_at(&path.replace('*', "0")), Some(field), "{at} is not found by its pointer");
            if let Kind::Choice(choices) = field.kind {
                assert!(choices.iter().all(|(_, zh, en)| !zh.is_empty() && !en.is_empty()), "{at}");
                assert!(field.also.iter().all(|(_, code)| choices.iter().any(|known| known.0 == *code)), "{at}");
            }
            for key in field.keys.iter().copied().flatten() {
                assert!(field.columns().iter().any(|column| column.name == *key), "{at} has no column {key}");
            }
            assert!(field.carry != Carry::Roll || !field.columns().is_empty(), "{at} cannot roll");
        }
    }
    assert_eq!(codes.len(), 25);
}

#[test]
fn a_filing_that_fits_its_description_is_accepted_and_already_canonical() {
    for formality in Formality::ALL {
        let value = filled(formality.fields(), 0);
        let (canonical, faults) = read(*formality, value.clone(), &context());
        assert_eq!(canonical, value, "{}", formality.code());
        let errors: Vec<&Fault> = faults.iter().filter(|fault| fault.is_error()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", formality.code());
    }
}

#[test]
fn an_empty_filing_misses_exactly_the_fields_that_are_asked_for() {
    for formality in Formality::ALL {
        let faults = check(*formality, &Value::Null, &context());
        let missing = |severity: Severity| -> BTreeSet<String> {
            faults
                .iter()
                .filter(|fault| fault.code == "PQ-FIELD-001" && fault.severity == severity)
                .map(|fault| fault.location.clone())
                .collect()
        };
        let asked = |required: Required| -> BTreeSet<String> {
            let fields = formality.fields().iter().filter(|field| field.required == required);
            fields.map(|field| format!("/{}", field.name)).collect()
        };
        assert_eq!(missing(Severity::Error), asked(Required::Always));
        assert_eq!(missing(Severity::Warning), asked(Required::Warn));
        assert!(!asked(Required::Always).is_empty() || !asked(Required::Warn).is_empty(), "{}", formality.code());
        for fault in &faults {
            assert!(!fault.text.zh.is_empty() && !fault.text.en.is_empty() && !fault.remedy.zh.is_empty());
        }
    }
}

#[test]
fn facts_never_say_anything_of_a_person() {
    for formality in Formality::ALL {
        let personal = |field: &Field| field.personal != Class::None || matches!(field.kind, Kind::Rows(..));
        let value = visible(*formality, &filled(formality.fields(), 0), personal);
        let told = facts(*formality, &value).to_string();
        assert!(!told.contains("SENTINEL7") && !told.contains("1990-04-03"), "{}: {told}", formality.code());
    }
}

#[test]
fn the_schema_names_every_field_and_survives_json() {
    for formality in Formality::ALL {
        let schema = schema(*formality);
        for (path, field) in formality.paths() {
            let at = path.replace("/*/", "/items/properties/");
            let property = schema.at(&format!("/properties/{at}"));
            assert_eq!(property.get("title").text(), Some(field.en), "{}/{path}", formality.code());
            assert!(property.get("type").text().is_some());
        }
        let json = serde_json::to_string(&schema).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), schema);
    }
    let code = serde_json::to_string(&Formality::CrewList).unwrap();
    assert_eq!(code, "\"crew_list\"");
    assert_eq!(serde_json::from_str::<Formality>(&code).unwrap(), Formality::CrewList);
    assert!(serde_json::from_str::<Formality>("\"crew\"").is_err());
}

#[test]
fn forms_give_back_what_they_were_filled_with() {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    for formality in Formality::ALL {
        let value = filled(formality.fields(), 0);
        let pairs = value_to_form(*formality, &value, &zone);
        let (back, _) = normalise(*formality, form_to_value(*formality, &pairs, &zone));
        assert_eq!(back, value, "{}", formality.code());
    }
}

#[test]
fn forms_pass_over_what_is_not_theirs() {
    let pairs = [
        ("csrf", "token"),
        ("members/99999999999/rank", "AB"),
        ("members/10000/rank", "AB"),
        ("members/0", "AB"),
        ("members/0/rank", "OS"),
        ("members/0/rank", "AB"),
        ("members/x/rank", "AB"),
    ];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let value = form_to_value(Formality::CrewList, &pairs, &TimeZone::UTC);
    let member = Value::from([("rank", "AB".into())]);
    assert_eq!(value, Value::from([("members", Value::List(vec![member]))]));
}

/// Any value at all, with names and words that the forms know among it.
fn any_value() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        any::<String>(),
        "[ -~]{0,12}",
        "[0-9]{1,4}[-/. ,年][0-9A-Za-z]{1,4}[-/.月 ][0-9]{1,4}",
        "(UN|IMO|-|\\.| |[0-9]){0,9}",
        "[-+]?[0-9, ']{1,9}(\\.[0-9]{0,4})?( ?m³| ?kg|d)?",
        "[\u{200b}-\u{202e}\u{ff10}-\u{ff5a}\u{300}-\u{345} ßŉ㍘]{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        (any::<i64>(), 0u32..28).prop_map(|(number, scale)| Value::Number(rust_decimal::Decimal::new(number, scale))),
        words.prop_map(Value::Text),
    ];
    let names: Vec<String> = Formality::ALL
        .iter()
        .flat_map(|formality| formality.paths())
        .map(|(path, _)| path.rsplit('/').next().unwrap_or_default().to_owned())
        .collect();
    leaf.prop_recursive(3, 60, 12, move |inner| {
        let name = prop_oneof![4 => prop::sample::select(names.clone()), 1 => any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(name, inner, 0..10).prop_map(Value::Map),
        ]
    })
}

/// A filing of a formality: each field may hold any value, or a map of any values in its rows.
fn any_filing() -> impl Strategy<Value = (Formality, Value)> {
    prop::sample::select(Formality::ALL).prop_flat_map(|formality| {
        let fields: Vec<_> = formality.fields().iter().map(|field| (Just(field.name), any_field(field))).collect();
        (Just(formality), fields).prop_map(|(formality, fields)| {
            let map = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            (formality, Value::Map(map))
        })
    })
}

fn any_field(field: &'static Field) -> BoxedStrategy<Value> {
    let columns = field.columns();
    if columns.is_empty() {
        return any_value().boxed();
    }
    let cells: Vec<_> = columns.iter().map(|column| (Just(column.name.to_owned()), any_value())).collect();
    let row = cells.prop_map(|cells| Value::Map(cells.into_iter().collect()));
    prop_oneof![1 => any_value(), 3 => prop::collection::vec(row, 0..3).prop_map(Value::List)].boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_is_read_without_a_panic_and_reading_twice_changes_nothing((formality, value) in any_filing()) {
        let (once, faults) = read(formality, value, &context());
        let (twice, _) = normalise(formality, once.clone());
        prop_assert_eq!(&twice, &once);
        prop_assert!(faults.iter().all(|fault| fault.code.starts_with("PQ-")));
        let _ = facts(formality, &once);
        prop_assert!(differences(formality, &once, &once).is_empty());
        let _ = differences(formality, &once, &filled(formality.fields(), 1));
        let _ = carried_over(formality, &once, &Value::Null);
        let _ = value_to_form(formality, &once, &TimeZone::UTC);
    }

    #[test]
    fn a_value_of_another_shape_is_read_without_a_panic(value in any_value()) {
        for formality in Formality::ALL {
            let _ = check(*formality, &value, &context());
            let _ = facts(*formality, &value);
        }
    }
}
