//! Resumption of work by the sample profile: periods, answers, thresholds, and what may be published.

use std::{collections::BTreeMap, fs, path::Path};

use domain::{
    Instant,
    profile::Profile,
    resumption::{Answer, Cell, Period, link_of, published, questions, together, weakest},
};
use jiff::civil::Date;
use proptest::prelude::*;

/// 2 March 2020, noon in the port.
const MARCH: Instant = Instant(1_583_121_600_000_000);

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

#[test]
fn a_period_is_an_iso_week() {
    for (on, week) in
        [("2020-01-01", "2020-W01"), ("2019-12-30", "2020-W01"), ("2021-01-03", "2020-W53"), ("2020-03-02", "2020-W10")]
    {
        assert_eq!(Period::of(day(on)).0, week, "{on}");
    }
    let week = Period::named("2020-W10").expect("a week");
    assert_eq!(week.monday(), Some(day("2020-03-02")));
    assert_eq!(week.before(10).expect("a week").0, "2019-W52");
    for wrong in ["2021-W53", "2020-W00", "2020-10", "", "2020-W1"] {
        assert_eq!(Period::named(wrong), None, "{wrong}");
    }
}

fn answer(numbers: &[(&str, i64)]) -> Answer {
    Answer {
        link: "haulier".to_owned(),
        sector: "logistics".to_owned(),
        numbers: numbers.iter().map(|(code, number)| ((*code).to_owned(), *number)).collect(),
        ..Answer::default()
    }
}

#[test]
fn numbers_that_cannot_be_meant_are_refused_with_their_field() {
    let profile = profile();
    let faults = |numbers: &[(&str, i64)]| -> Vec<(String, String)> {
        answer(numbers).faults(&profile, MARCH).into_iter().map(|fault| (fault.code, fault.location)).collect()
    };
    let one = |code: &str, place: &str| vec![(code.to_owned(), place.to_owned())];
    assert!(faults(&[("capacity", 60), ("staff", 10), ("staff_back", 10)]).is_empty());
    assert!(faults(&[]).is_empty(), "every number may be left out");
    assert_eq!(faults(&[("capacity", 101)]), one("PQ-RESUME-002", "capacity"));
    assert_eq!(faults(&[("trucks", -1)]), one("PQ-RESUME-002", "trucks"));
    assert_eq!(faults(&[("staff", 10), ("staff_back", 11)]), one("PQ-RESUME-003", "staff_back"));
    assert_eq!(faults(&[("turnover", 5)]), one("PQ-RESUME-001", "turnover"));
    let nowhere = Answer { link: "moon".to_owned(), ..answer(&[]) };
    assert_eq!(nowhere.faults(&profile, MARCH)[0].location, "link");
    assert_eq!(questions(&profile, MARCH).len(), 12);
    assert_eq!(link_of(&profile, "forwarder", MARCH).as_deref(), Some("forwarder"));
    assert_eq!(link_of(&profile, "bakery", MARCH), None);
}

#[test]
fn thresholds_are_rows_and_hold_at_their_edge() {
    let profile = profile();
    let rows = |numbers: &[(&str, i64)]| -> Vec<String> {
        answer(numbers).alarms(&profile, MARCH).into_iter().map(|alarm| alarm.row).collect()
    };
    assert_eq!(rows(&[("capacity", 30), ("gear_days", 3), ("blocked", 19)]), Vec::<String>::new());
    assert_eq!(rows(&[("capacity", 29), ("gear_days", 2)]), ["capacity-stopped", "gear-out"]);
    assert_eq!(rows(&[("blocked", 20)]), ["blocked-many"]);
    assert_eq!(rows(&[("drivers_quarantined", 5)]), ["drivers-many"]);
    let shipper = Answer { link: "shipper".to_owned(), ..answer(&[("drivers_quarantined", 5)]) };
    assert!(shipper.alarms(&profile, MARCH).is_empty(), "a row may hold for some links alone");
}

#[test]
fn the_weakest_link_is_the_one_with_the_least_capacity() {
    let of = |link: &str, capacity: Option<i64>| Answer {
        link: link.to_owned(),
        numbers: capacity.map(|number| ("capacity".to_owned(), number)).into_iter().collect(),
        ..Answer::default()
    };
    let answers = [of("haulier", Some(20)), of("haulier", Some(45)), of("line", Some(90)), of("broker", None)];
    let cells = together(&answers, |answer| &answer.link);
    assert_eq!(cells["haulier"].capacity.map(|mean| mean.to_string()), Some("32.5".to_owned()));
    assert_eq!((cells["broker"].firms, cells["broker"].capacity), (1, None));
    assert_eq!(weakest(&cells).map(|(link, _)| link.as_str()), Some("haulier"));
}

proptest! {
    /// Whatever the cells: what is kept back is no single cell, and stands for as many firms as may be published.
    #[test]
    fn no_difference_of_totals_tells_of_a_few(sizes in prop::collection::vec(0_usize..12, 0..8), least in 1_usize..8) {
        let cell = |(nth, firms): (usize, usize)| {
            (nth.to_string(), Cell { firms, told_capacity: firms, ..Cell::default() })
        };
        let cells: BTreeMap<String, Cell> = sizes.into_iter().enumerate().map(cell).collect();
        let shown = published(&cells, least);
        let kept_back: Vec<usize> =
            shown.iter().filter(|(_, cell)| cell.is_none()).map(|(name, _)| cells[name].firms).collect();
        for figures in shown.values().flatten() {
            prop_assert!(figures.firms >= least);
        }
        let everything = kept_back.len() == cells.len();
        prop_assert!(kept_back.is_empty() || everything || (kept_back.len() > 1 && kept_back.iter().sum::<usize>() >= least));
    }
}

fn profile() -> Profile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join(option_env!("PRATIQUE_PORT").unwrap_or("../../ports/dalian")).join("tables");
    let mut tables = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the tables") {
        let path = entry.expect("an entry").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("resumption-")) {
            let (table, findings) = rules::Table::parse(&fs::read_to_string(&path).expect("a text"));
            let table = table.unwrap_or_else(|| panic!("{}: {findings:?}", path.display()));
            tables.insert(table.name.clone(), table);
        }
    }
    Profile {
        tables,
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
