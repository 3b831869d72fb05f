//! Bills reckoned by the sample profile, beside bills that were written out by hand: `situations/charges` of the profile.

use std::{collections::BTreeMap, fs, path::Path};

use domain::{
    calendar::Calendar,
    charge::{Facts, LineKind, ReceivedLine, Tariff, compare, price_list, savings},
    profile::Profile,
    situation::Situations,
};
use rust_decimal::Decimal;

#[test]
fn bills_come_out_as_they_were_written_by_hand() {
    let tried = situations().tried(&profile());
    for tried in &tried {
        assert!(!tried.title.zh.is_empty() && !tried.title.en.is_empty(), "{}: both languages", tried.name);
        assert!(tried.holds(), "{}: {:#?}", tried.name, tried.misses);
    }
    assert!(tried.len() > 30, "{} bills were tried", tried.len());
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
                LineKind::Relief | LineKind::Threshold | LineKind::Cap => {
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

fn all_facts() -> Vec<(String, Facts)> {
    let situations = situations();
    let all = situations.bills.iter().flat_map(|(name, cases)| {
        cases.facts().into_iter().map(move |(note, facts)| (format!("{name}, {note}"), facts))
    });
    all.collect()
}

fn situations() -> Situations {
    let parse = |(name, text): (String, String)| {
        let cases = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, cases)
    };
    let bills: BTreeMap<_, _> = read("situations/charges", ".toml").into_iter().map(parse).collect();
    assert!(!bills.is_empty());
    Situations { bills, ..Situations::default() }
}

fn profile() -> Profile {
    let table = |(name, text): (String, String)| {
        let (table, findings) = rules::Table::parse(&text);
        table.map(|table| (table.name.clone(), table)).unwrap_or_else(|| panic!("{name}: {findings:?}"))
    };
    let calendar = |(name, text): (String, String)| {
        let calendar: Calendar = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (calendar.name.clone(), calendar)
    };
    Profile {
        tables: read("tables", ".table.md").into_iter().map(table).collect(),
        port: Default::default(),
        zone: jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone"),
        organs: Vec::new(),
        calendars: read("calendars", ".toml").into_iter().map(calendar).collect(),
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

/// The term ends on Sunday 13 December, and so on Monday; six months later the tax is due, and bears interest from then on.
#[test]
fn a_tax_that_is_put_off_is_put_off_once_from_a_term_that_is_moved_behind_days_off() {
    let bill = |to: &str| {
        let text = format!(
            "on = \"{to}\"\n[[items]]\nkind = \"tax\"\nquantity = 1\nfrom = \"2026-11-28\"\nto = \"{to}\"\n\
             deferred_to = \"2028-01-01\"\nparticulars = {{ value = 619000 }}\n[[grants]]\nmeasure = \"18-customs-charges\"\n"
        );
        let facts = toml::from_str(&text).expect("facts");
        let bill = Tariff::new(&profile()).bill(&facts).expect("a bill");
        let sum: Decimal = bill.lines.iter().map(|line| line.amount).sum();
        (sum.normalize().to_string(), bill.lines.len())
    };
    // Free days, and those that are put off: a line each.
    assert_eq!(bill("2027-06-14"), ("0".to_owned(), 2));
    assert_eq!(bill("2027-06-15"), ("309.5".to_owned(), 3));
    // More than three years late: 0.05 % of 619,000 for each of 1,296 days.
    assert_eq!(bill("2030-12-31"), ("401112".to_owned(), 3));
}
