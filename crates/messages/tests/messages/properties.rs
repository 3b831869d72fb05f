//! Chance: what is prefilled is read again, and no bytes make reading panic.

use domain::Value;
use messages::fal_workbook;
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::read;

fn name() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?|[王李张][小大]明"
}

fn date() -> impl Strategy<Value = String> {
    (1930..2049_i32, 1..=12_i32, 1..=28_i32).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

fn text(strategy: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Option<Value>> {
    option::of(strategy.prop_map(Value::from)).boxed()
}

fn fields(list: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = list.into_iter().unzip();
    let pairs = values.prop_map(move |values| {
        let pairs = names.iter().zip(values).filter_map(|(name, value)| Some((name.to_string(), value?)));
        Value::Map(pairs.collect())
    });
    pairs.boxed()
}

fn person(more: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> BoxedStrategy<Value> {
    let mut list = vec![
        ("family_name", name().prop_map(|name| Some(Value::from(name))).boxed()),
        ("given_names", text(name())),
        ("nationality", text(select(vec!["CHN", "PHL", "GBR", "XXB"]).prop_map(str::to_owned))),
        ("date_of_birth", text(date())),
        ("place_of_birth", text(name())),
        ("gender", text(select(vec!["M", "F", "X"]).prop_map(str::to_owned))),
        ("document_type", text(select(vec!["P", "S", "I"]).prop_map(str::to_owned))),
        ("document_number", text("[A-Z0-9]{6,9}")),
        ("document_issuer", text(select(vec!["CHN", "PHL", "DEU"]).prop_map(str::to_owned))),
        ("document_expiry", text(date())),
        ("port_of_embarkation", text(select(vec!["CNSHA", "SGSIN"]).prop_map(str::to_owned))),
        ("port_of_disembarkation", text(select(vec!["KRPUS", "JPTYO"]).prop_map(str::to_owned))),
        ("visa_number", text("[A-Z0-9]{6,9}")),
    ];
    list.extend(more);
    fields(list)
}

fn documents() -> impl Strategy<Value = Vec<(String, Value)>> {
    let rank = || text(select(vec!["MASTER", "Able Seaman", "船长"]).prop_map(str::to_owned));
    let member = person(vec![("rank", rank()), ("seafarers_book", text("[A-Z0-9]{6,9}"))]);
    let passenger = person(vec![("transit", option::of(any::<bool>().prop_map(Value::from)).boxed())]);
    let quantity = (0..1_000_000_i64).prop_map(|number| Some(Value::from(number))).boxed();
    let article = fields(vec![
        ("name", name().prop_map(|name| Some(Value::from(name))).boxed()),
        ("quantity", quantity),
        ("unit", text(select(vec!["LTR", "KGM", "C62", "cartons"]).prop_map(str::to_owned))),
        ("location", text(name())),
    ]);
    let effects = fields(vec![
        ("family_name", name().prop_map(|name| Some(Value::from(name))).boxed()),
        ("rank", rank()),
        ("effects", text("[0-9]{1,2} bottles of wine")),
    ]);
    let list = |code: &str, member: &'static str, rows: BoxedStrategy<Value>| {
        let code = code.to_owned();
        vec(rows, 1..6).prop_map(move |rows| (code.clone(), Value::from([(member, Value::List(rows))])))
    };
    (
        list("crew_effects", "members", effects),
        list("crew_list", "members", member),
        list("passenger_list", "passengers", passenger),
        list("ships_stores", "articles", article),
    )
        .prop_map(|(effects, crew, passengers, stores)| vec![effects, crew, passengers, stores])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_is_prefilled_is_read_again(documents in documents()) {
        let bytes = fal_workbook::prefilled(&documents).expect("a workbook");
        let reading = read("", &bytes);
        prop_assert_eq!(&reading.faults, &vec![]);
        prop_assert_eq!(reading.documents, documents);
    }

    #[test]
    fn no_bytes_make_reading_panic(
        start in select(vec![&b""[..], b"PK\x03\x04", b"{", b"UNB+UNOA:4+", b"UNA:+.? '", b"UNH+1+PAXLST:D:05B'"]),
        bytes in vec(any::<u8>(), 0..200),
    ) {
        crate::faults(&read("", &[start, &bytes].concat()));
    }

    #[test]
    fn no_segments_make_paxlst_panic(parts in vec(select(vec![
        "UNH+1+PAXLST:D:05B:UN'", "BGM+745'", "BGM+250", "NAD+FL+++", "NAD+FM", "A:B", "'", "+", ":", "DTM+329:", "000230'",
        "é日本語", "DTM+232:20", "LOC+178+", "LOC+", "DOC+P", "DOC+S+1'", "UNT+1'", "CNT+42:1'", "991231'", "?", "ATT+2++",
    ]), 0..80)) {
        let text = format!("UNB+UNOY:4+A+B+260101:1200+7'{}", parts.concat());
        crate::faults(&read("", text.as_bytes()));
    }
}
