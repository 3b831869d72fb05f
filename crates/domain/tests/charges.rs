//! Bills reckoned by the sample profile, beside bills that were written out by hand: `situations/charges` of the profile.

use std::{collections::BTreeMap, fs, path::Path};

use domain::{
    charge::{Facts, LineKind, Paid, ReceivedLine, Tariff, compare, price_list, savings},
    profile::Profile,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    zh: String,
    en: String,
    /// Facts of every case; a case may bring its own.
    facts: Option<Facts>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    note: String,
    facts: Option<Facts>,
    #[serde(default)]
    days: BTreeMap<String, Date>,
    #[serde(default)]
    paid: Vec<Paid>,
    totals: Expected,
    /// All lines in their order.
    lines: Option<Vec<ExpectedLine>>,
    /// All settlements in their order.
    #[serde(default)]
    settlements: Vec<ExpectedSettlement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    listed: Decimal2,
    relief: Decimal2,
    due: Decimal2,
    #[serde(default)]
    paid: Decimal2,
    balance: Decimal2,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedLine {
    charge: String,
    item: usize,
    kind: Option<String>,
    row: Option<String>,
    measure: Option<String>,
    from: Option<Date>,
    to: Option<Date>,
    amount: Decimal2,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedSettlement {
    kind: String,
    charge: String,
    amount: Decimal2,
    row: Option<String>,
}

/// An amount as it is written by hand.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
struct Decimal2(Decimal);

impl<'de> Deserialize<'de> for Decimal2 {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        text.parse().map(Decimal2).map_err(serde::de::Error::custom)
    }
}

#[test]
fn bills_come_out_as_they_were_written_by_hand() {
    let profile = profile();
    let mut tariff = Tariff::new(&profile);
    let mut tried = 0;
    for (name, situation) in situations() {
        assert!(!situation.zh.is_empty() && !situation.en.is_empty(), "{name} has no title in both languages");
        for case in &situation.case {
            let place = format!("{name}, {}", case.note);
            let mut facts = case.facts.clone().or_else(|| situation.facts.clone()).expect("facts");
            facts.days.extend(case.days.clone());
            facts.paid.extend(case.paid.clone());
            let bill = tariff.bill(&facts).unwrap_or_else(|faults| panic!("{place}: {faults:?}"));
            let totals = bill.totals.get("CNY").unwrap_or_else(|| panic!("{place}: no totals"));
            let found = [totals.listed, totals.relief, totals.due, totals.paid, totals.balance];
            let expected = &case.totals;
            let expected = [expected.listed, expected.relief, expected.due, expected.paid, expected.balance];
            assert_eq!(found, expected.map(|amount| amount.0), "{place}: listed, relief, due, paid, balance");
            if let Some(lines) = &case.lines {
                try_lines(&place, &bill, lines);
            }
            let found: Vec<_> =
                bill.settlements.iter().map(|of| (word(&of.kind), of.charge.clone(), of.amount)).collect();
            let hand: Vec<_> =
                case.settlements.iter().map(|of| (of.kind.clone(), of.charge.clone(), of.amount.0)).collect();
            assert_eq!(found, hand, "{place}: settlements");
            for (found, hand) in bill.settlements.iter().zip(&case.settlements) {
                if hand.row.is_some() {
                    assert_eq!(found.rule.as_ref().map(|rule| rule.row.clone()), hand.row, "{place}");
                }
            }
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried} bills were tried");
}

fn try_lines(place: &str, bill: &domain::charge::Bill, lines: &[ExpectedLine]) {
    let found: Vec<_> = bill.lines.iter().map(|line| (line.charge.as_str(), line.item, line.amount)).collect();
    let hand: Vec<_> = lines.iter().map(|line| (line.charge.as_str(), line.item, line.amount.0)).collect();
    assert_eq!(found, hand, "{place}: every line");
    for (found, hand) in bill.lines.iter().zip(lines) {
        let place = format!("{place}, {} {}", hand.charge, hand.amount.0);
        if let Some(kind) = &hand.kind {
            assert_eq!(word(&found.kind), *kind, "{place}");
        }
        if let Some(row) = &hand.row {
            assert_eq!(found.rule.row, *row, "{place}");
        }
        if let Some(measure) = &hand.measure {
            assert!(found.measure.as_ref().is_some_and(|of| of.starts_with(measure)), "{place}: {:?}", found.measure);
        }
        assert_eq!(hand.from.unwrap_or(found.from), found.from, "{place}");
        assert_eq!(hand.to.unwrap_or(found.to), found.to, "{place}");
        assert!(!found.law.is_empty() && !found.rule.hash.is_empty() && !found.reason.is_blank(), "{place}");
    }
}

/// A relief never stands without the charge that it lowers, never exceeds it, and what is due is never below nought.
#[test]
fn reliefs_are_lines_beside_what_they_lower() {
    let profile = profile();
    let mut tariff = Tariff::new(&profile);
    let mut reliefs = 0;
    for (name, facts) in all_facts() {
        let bill = tariff.bill(&facts).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        let mut remaining = Decimal::ZERO;
        for line in &bill.lines {
            match line.kind {
                LineKind::Charge => remaining = line.amount,
                LineKind::Relief | LineKind::Threshold => {
                    reliefs += 1;
                    assert!(line.amount < Decimal::ZERO);
                    remaining += line.amount;
                }
            }
            assert!(remaining >= Decimal::ZERO, "{name}: {line:?}");
        }
        // The savings are the reliefs, to the cent, whichever months they fall in.
        let saved: Decimal = savings([&bill]).iter().map(|saving| saving.amount).sum();
        let taken: Decimal =
            bill.lines.iter().filter(|line| line.kind == LineKind::Relief).map(|line| line.amount).sum();
        assert_eq!(saved, -taken, "{name}");
    }
    assert!(reliefs > 40);
}

#[test]
fn what_is_saved_falls_into_the_months_of_its_days() {
    let profile = profile();
    let facts = toml::from_str(
        "firm = \"sample-agency-a\"\n[[items]]\nkind = \"storage\"\nfrom = \"2020-02-20\"\nto = \"2020-03-10\"\n\
         particulars = { size = 40 }",
    );
    let bill = Tariff::new(&profile).bill(&facts.expect("facts")).expect("a bill");
    let found: Vec<_> = savings([&bill]).into_iter().map(|of| (of.month, of.amount.to_string(), of.bills)).collect();
    // 24 February to 1 March 7 x 16, half is 56: six days of seven fall into February. 2 to 10 March 9 x 32, half is 144.
    assert_eq!(found, [("2020-02".to_owned(), "48.00".to_owned(), 1), ("2020-03".to_owned(), "152.00".to_owned(), 1)]);
}

#[test]
fn what_is_missing_is_named_with_its_place() {
    let profile = profile();
    let mut tariff = Tariff::new(&profile);
    let mut codes = |text: &str| -> Vec<(String, String)> {
        let facts: Facts = toml::from_str(text).expect("facts");
        let faults = tariff.bill(&facts).expect_err("faults");
        assert!(faults.iter().all(|fault| !fault.text.is_blank() && !fault.remedy.is_blank()));
        faults.into_iter().map(|fault| (fault.code, fault.location)).collect()
    };
    let one = |code: &str, place: &str| vec![(code.to_owned(), place.to_owned())];
    let day = "days = { arrival = \"2020-03-01\" }\n";
    let item = |of: &str| format!("{day}[[items]]\n{of}");
    assert_eq!(codes(""), one("PQ-CHARGE-001", "/items"));
    assert_eq!(codes(&item("kind = \"box\"")), one("PQ-CHARGE-002", "/items/0/kind"));
    assert_eq!(
        codes(&item("kind = \"container\"\nparticulars = { size = 20 }")),
        one("PQ-CHARGE-003", "/items/0/particulars/direction")
    );
    let negative = "kind = \"cargo\"\nquantity = -5\nparticulars = { direction = \"import\" }";
    assert_eq!(codes(&item(negative)), one("PQ-CHARGE-004", "/items/0/quantity"));
    let storage = "kind = \"storage\"\nparticulars = { size = 20 }\nfrom = \"2020-03-02\"\n";
    assert_eq!(codes(&item(&format!("{storage}to = \"2020-03-01\""))), one("PQ-CHARGE-005", "/items/0/to"));
    assert!(codes(&item(storage)).contains(&("PQ-CHARGE-007".to_owned(), "/items/0/to".to_owned())));
    let wrong = "kind = \"container\"\nparticulars = { size = 20, direction = \"sideways\" }";
    assert_eq!(codes(&item(wrong))[0], ("PQ-CHARGE-006".to_owned(), "/items/0/particulars".to_owned()));
    assert_eq!(codes(&item("kind = \"pilotage\"")), one("PQ-CHARGE-008", "/ship/net_tonnage"));
    let paid = "[[paid]]\ncharge = \"tea\"\namount = 5\n";
    assert_eq!(codes(&format!("{}\n{paid}", item("kind = \"ship\""))), one("PQ-CHARGE-009", "/paid/0/charge"));
    assert_eq!(codes("[[items]]\nkind = \"ship\""), one("PQ-CHARGE-007", "/days/arrival"));
    let disguised = "kind = \"container\"\nparticulars = { size = 20, direction = \"import\", of = \"cargo\" }";
    let bill = Tariff::new(&profile).bill(&toml::from_str(&item(disguised)).expect("facts")).expect("a bill");
    assert_eq!(bill.lines[0].rule.row, "dues-import-20", "an item is what its kind says");
}

#[test]
fn a_bill_that_was_received_is_held_against_the_list() {
    let profile = profile();
    let facts = toml::from_str(
        "days = { arrival = \"2020-03-01\" }\n[[items]]\nkind = \"container\"\nparticulars = { size = 20, direction = \"import\" }",
    );
    let bill = Tariff::new(&profile).bill(&facts.expect("facts")).expect("a bill");
    let line = |charge: &str, amount: i64| ReceivedLine { charge: charge.to_owned(), amount: amount.into() };
    let received = [line("construction_fee", 64), line("security_fee", 8), line("document fee", 50)];
    let found: Vec<_> = compare(&bill, &received)
        .into_iter()
        .map(|of| (of.charge, of.due.to_string(), of.difference.to_string(), of.on_list))
        .collect();
    let expected = [
        ("cargo_dues", "27.20", "-27.20", true),
        ("construction_fee", "0.00", "64.00", true),
        ("security_fee", "6.40", "1.60", true),
        ("stevedoring", "480.00", "-480.00", true),
        ("document fee", "0", "50.00", false),
    ];
    let expected: Vec<_> =
        expected.map(|(of, due, more, on)| (of.to_owned(), due.to_owned(), more.to_owned(), on)).into();
    assert_eq!(found, expected);
}

/// What no source stands behind says so: in its column, in its words and by its law.
#[test]
fn sample_prices_say_that_they_are() {
    let profile = profile();
    let list = price_list(&profile, "2026-11-27".parse().expect("a day"));
    assert!(list.iter().any(|(charge, _)| charge.code == "cargo_dues"));
    assert!(!list.iter().any(|(charge, _)| charge.code == "construction_fee"), "abolished");
    let mut samples = 0;
    for row in list.iter().flat_map(|(_, rows)| rows) {
        let said = row.words.en.contains("sample") && row.words.zh.contains("示例");
        assert_eq!(row.sample, said, "{} {}", row.charge, row.row);
        assert!(row.rate.is_some(), "{} {}", row.charge, row.row);
        samples += usize::from(row.sample);
    }
    assert!(samples > 20);
}

fn word<T: serde::Serialize>(kind: &T) -> String {
    serde_json::to_value(kind).expect("a word").as_str().expect("a word").to_owned()
}

fn all_facts() -> Vec<(String, Facts)> {
    let mut all = Vec::new();
    for (name, situation) in situations() {
        for case in situation.case {
            let mut facts = case.facts.or_else(|| situation.facts.clone()).expect("facts");
            facts.days.extend(case.days);
            all.push((format!("{name}, {}", case.note), facts));
        }
    }
    all
}

fn situations() -> Vec<(String, Situation)> {
    let files = read("situations/charges", ".toml");
    assert!(!files.is_empty());
    let parse = |(name, text): (String, String)| {
        let situation = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, situation)
    };
    files.into_iter().map(parse).collect()
}

fn profile() -> Profile {
    let table = |(name, text): (String, String)| {
        let (table, findings) = rules::Table::parse(&text);
        table.map(|table| (table.name.clone(), table)).unwrap_or_else(|| panic!("{name}: {findings:?}"))
    };
    Profile {
        tables: read("tables", ".table.md").into_iter().map(table).collect(),
        port: Default::default(),
        zone: jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone"),
        organs: Vec::new(),
        calendars: BTreeMap::new(),
        berths: Vec::new(),
        assertions: BTreeMap::new(),
        laws: Vec::new(),
        register: Default::default(),
        bases: Default::default(),
    }
}

fn read(of: &str, suffix: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join(option_env!("PRATIQUE_PORT").unwrap_or("../../ports/dalian")).join(of);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let wanted = paths.iter().filter(|path| name(path).ends_with(suffix));
    wanted.map(|path| (name(path), fs::read_to_string(path).expect("a text"))).collect()
}
