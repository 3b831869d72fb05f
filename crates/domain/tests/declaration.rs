//! Declarations, tried with acts in any order by anybody: what must never happen does not.

use std::{collections::BTreeMap, fs, path::Path};

use domain::{
    Instant,
    declaration::{Act, Declaration, Drawn, Entry, Item, Line, NewDeclaration, Parked, Status, Term, notices, total},
    matter::{Actor, Context, Matter, Party, Record},
    profile::Profile,
};
use proptest::{collection::vec, prelude::*, sample::select};
use rules::Table;
use rust_decimal::Decimal;

fn profile() -> Profile {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ports/dalian");
    let tables = [
        "declaration-modes",
        "declaration-channels",
        "declaration-clocks",
        "declaration-owed",
        "survey-terms",
        "wood-packaging",
        "duty-rates",
        "inspection-methods",
        "inspection-attendance",
        "inspection-results",
        "charges",
        "charge-reliefs",
        "deferrals",
        "tariff-late-declaration",
        "tariff-late-payment",
    ]
    .map(|name| {
        let text = fs::read_to_string(folder.join(format!("tables/{name}.table.md"))).unwrap();
        (name.to_owned(), Table::parse(&text).0.expect("a table"))
    });
    let calendars = ["office-hours", "round-the-clock"].map(|name| {
        let text = fs::read_to_string(folder.join(format!("calendars/{name}.toml"))).unwrap();
        (name.to_owned(), toml::from_str(&text).unwrap())
    });
    Profile {
        tables: BTreeMap::from(tables),
        calendars: BTreeMap::from(calendars),
        port: Default::default(),
        zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(),
        organs: Vec::new(),
        berths: Vec::new(),
        assertions: BTreeMap::new(),
        laws: Vec::new(),
        register: Default::default(),
        bases: Default::default(),
    }
}

/// 24 November 2026, ten in the morning of the port.
const NOW: i64 = 1_795_485_600_000_000;

fn lodge(mode: &str, direction: &str, value: &str, seed: u64) -> Act {
    let item = |sequence, code: &str| Item {
        sequence,
        code: code.to_owned(),
        origin: "KR".to_owned(),
        value: value.parse().unwrap(),
        ..Item::default()
    };
    Act::Lodge(Box::new(NewDeclaration {
        number: "CNDAL26X000001".to_owned(),
        reference: "A-1".to_owned(),
        firm: "trader".to_owned(),
        direction: direction.to_owned(),
        mode: mode.to_owned(),
        document: "d".to_owned(),
        items: vec![item(1, "84713000"), item(2, "22083000")],
        completes: Some("CNDAL26X000000".to_owned()),
        seed,
        ..NewDeclaration::default()
    }))
}

/// An amendment to one item of that value.
fn amend(value: &str) -> Act {
    let origin = "KR".to_owned();
    let (code, value) = ("84713000".to_owned(), value.parse().unwrap());
    let item = Item { sequence: 1, code, origin, value, ..Item::default() };
    Act::Amend {
        reference: "A-2".to_owned(),
        changes: Vec::new(),
        items: Some(vec![item]),
        lines: None,
        licences: None,
        document: None,
    }
}

/// All that is open.
fn pay(reference: String) -> Act {
    Act::Pay { reference, lines: None, amount: None, on: None }
}

/// A sum, on a day.
fn pay_part(reference: &str, amount: &str, on: Option<jiff::civil::Date>) -> Act {
    Act::Pay { reference: reference.to_owned(), lines: None, amount: Some(amount.parse().unwrap()), on }
}

fn settle(kind: &str) -> Act {
    Act::Settle { kind: kind.to_owned(), originals: None }
}

struct Told {
    declaration: Declaration,
    journal: Vec<Record<Entry>>,
    profile: Profile,
    now: i64,
}

impl Told {
    fn new() -> Told {
        Told { declaration: Declaration::default(), journal: Vec::new(), profile: profile(), now: NOW }
    }

    fn by(&mut self, party: Party, act: &Act) -> bool {
        let actor = Actor { party, person: "p".to_owned(), on_behalf: None };
        let context = Context { now: Instant(self.now), profile: &self.profile, actor: &actor };
        let before = self.declaration.clone();
        match self.declaration.act(act, &context, "page") {
            Ok(records) => {
                self.journal.extend(records);
                true
            }
            Err(_) => {
                assert_eq!(self.declaration, before, "a refusal changes nothing");
                false
            }
        }
    }

    fn firm(&mut self, act: &Act) -> bool {
        self.by(Party::Firm("trader".to_owned()), act)
    }

    fn customs(&mut self, act: &Act) -> bool {
        self.by(Party::Organ("customs".to_owned()), act)
    }

    fn kinds(&self) -> String {
        notices(&self.journal, "CNY").iter().map(|notice| notice.kind.code()).collect::<Vec<_>>().join(" ")
    }
}

#[test]
fn a_declaration_on_arrival_is_assessed_paid_and_cleared() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 50)));
    // Machines: 5 % of 1000, and 13 % of 1050. Spirits: 10 % of 1000; 1100 / 0.8 = 1375 bears 20 % and 13 %.
    let lines = &told.declaration.assessment().unwrap().lines;
    let amounts: Vec<String> = lines.iter().map(|line| line.payable.unwrap().to_string()).collect();
    assert_eq!(amounts, ["50.00", "136.50", "100.00", "275.00", "178.75"]);
    assert_eq!(told.declaration.balance().to_string(), "740.25");
    assert_eq!(told.declaration.status(), Status::Accepted);
    // Fifteen days from completing the declaration, since December 2024.
    assert_eq!(told.declaration.limits["payment"].law, "关税法 Tariff Law (2024) art. 43");
    assert!(!told.firm(&pay(String::new())), "the firm does not say that it has paid");
    assert!(told.customs(&pay("P-1".to_owned())));
    assert_eq!(told.kinds(), "01 13 13 09");
    assert!(told.declaration.may_go() && told.declaration.clocks().is_empty());
}

#[test]
fn an_advance_declaration_is_accepted_and_released_by_the_arrival() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("simplified_advance", "import", "1000.00", 50)));
    assert_eq!((told.declaration.status(), told.declaration.may_go()), (Status::Received, false));
    assert!(told.by(Party::Organ("terminal".to_owned()), &Act::Arrive { changes: Vec::new() }));
    assert_eq!(told.kinds(), "02 01 09");
}

#[test]
fn two_steps_are_completed_within_fourteen_days_of_the_conveyance_s_entry() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("two_step", "import", "1000.00", 50)));
    assert!(told.by(Party::Organ("terminal".to_owned()), &Act::Arrive { changes: Vec::new() }));
    told.now += 86_400_000_000;
    assert!(!told.firm(&Act::Secure { account: "g".to_owned(), free: "740.24".parse().unwrap(), lines: None }));
    assert!(told.firm(&Act::Secure { account: "g".to_owned(), free: "740.25".parse().unwrap(), lines: None }));
    assert_eq!(told.declaration.status(), Status::Released);
    // From the day of arrival, the 24th, the fourteenth day ends with the 8th of December.
    let end = Instant::start_of(jiff::civil::date(2026, 12, 9), &told.profile.zone);
    assert_eq!(Some(told.declaration.owed["completion"].due), end);
    assert!(told.firm(&Act::Complete { what: "completion".to_owned() }));
    assert_eq!(told.declaration.status(), Status::Released, "the guarantee still stands for the tax");
    assert!(told.customs(&pay("P".to_owned())));
    assert_eq!(told.declaration.status(), Status::Cleared);
    assert!(told.declaration.secured.as_ref().unwrap().freed_at.is_some(), "what was reserved is free");
    assert_eq!(told.kinds(), "01 13 13 08 13 09");
}

#[test]
fn taxes_of_a_month_are_due_by_the_fifth_working_day_of_the_next() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("aggregate", "import", "1000.00", 50)));
    assert_eq!((told.declaration.status(), &*told.kinds()), (Status::Cleared, "01 13 09"));
    // 1 December 2026 is a Tuesday: its fifth working day is Monday the 7th.
    let (_, due) = told.declaration.clocks()[0];
    assert_eq!(due.date(&told.profile.zone), jiff::civil::date(2026, 12, 7));
    assert!(told.customs(&pay("P".to_owned())));
    assert!(told.declaration.clocks().is_empty());
}

#[test]
fn registered_and_released_first_owes_papers_and_tax() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("register_first", "import", "1000.00", 50)));
    assert_eq!(told.declaration.status(), Status::Released);
    assert_eq!(told.declaration.owed.keys().collect::<Vec<_>>(), ["papers", "payment"]);
    let (clock, due) = told.declaration.clocks().into_iter().find(|(name, _)| name == "papers").unwrap();
    assert!(told.by(Party::Clock, &Act::Fire { clock, due }));
    assert_eq!(told.declaration.breaches.len(), 1, "late is a fact, and undoes nothing");
    assert!(told.firm(&Act::Complete { what: "papers".to_owned() }));
    assert!(!told.firm(&Act::Complete { what: "payment".to_owned() }), "tax is paid, not said to be");
    assert!(told.customs(&pay("P".to_owned())));
    assert_eq!(told.declaration.status(), Status::Cleared);
}

#[test]
fn risk_chooses_by_dated_rows_and_a_recorded_number() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 202)));
    let selected = told.declaration.selected.clone().unwrap();
    assert_eq!((&*selected.channel, selected.seed, &*selected.rule.row), ("inspection", 202, "random"));
    assert!(told.customs(&pay("P".to_owned())));
    assert_eq!(told.declaration.status(), Status::Inspection, "paid, and examined first");
    assert!(told.customs(&settle("inspection")));
    assert_eq!(told.kinds(), "01 13 05 13 09");
}

#[test]
fn goods_are_scanned_before_they_are_opened_and_the_firm_chooses_who_is_there() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 202)));
    let plan = |method: &str, now: i64| Act::Plan {
        method: method.to_owned(),
        place: "Y-1".to_owned(),
        from: Instant(now + 1),
        until: Instant(now + 3_600_000_000),
        boxes: Default::default(),
    };
    let find = |found: &str| Act::Find { found: found.to_owned(), words: None, papers: Vec::new() };
    assert!(!told.customs(&plan("scan", told.now)), "the firm has a working day to choose");
    assert!(
        !told.firm(&Act::Attend { how: "ghost".to_owned() }) && told.firm(&Act::Attend { how: "absent".to_owned() })
    );
    assert!(!told.customs(&plan("open", told.now)) && told.customs(&plan("scan", told.now)));
    assert!(!told.firm(&find("as_declared")) && told.customs(&find("unclear")));
    assert_eq!(told.declaration.status(), Status::Inspection, "what is not clear settles nothing");
    assert!(told.customs(&plan("open", told.now)) && told.customs(&find("as_declared")));
    let looks = &told.declaration.measures[0].inspection.looks;
    assert_eq!(looks.iter().map(|look| look.method.as_str()).collect::<Vec<_>>(), ["scan", "open"]);
    assert_eq!(looks[1].result.as_ref().map(|of| of.bears.as_str()), Some("treasury"));
    assert!(told.customs(&pay("P".to_owned())));
    assert!(told.declaration.may_go());
    // Looked at where they go: the port lets them, and nobody but who looks says that it is done.
    let mut away = Told::new();
    assert!(away.firm(&lodge("on_arrival", "import", "1000.00", 202)));
    assert!(away.firm(&Act::Attend { how: "self".to_owned() }) && away.customs(&plan("destination", away.now)));
    assert!(!away.declaration.may_go() && away.customs(&pay("P".to_owned())));
    assert_eq!(away.declaration.status(), Status::Released);
    let done = Act::Complete { what: "destination".to_owned() };
    assert!(!away.firm(&done) && !away.customs(&done) && away.customs(&find("as_declared")));
    assert_eq!(away.declaration.status(), Status::Cleared);
    // Who says nothing does not hold customs up for longer than the limit.
    let mut silent = Told::new();
    assert!(silent.firm(&lodge("on_arrival", "import", "1000.00", 202)));
    silent.now += 3 * 24 * 3_600_000_000;
    assert!(silent.customs(&plan("scan", silent.now)));
}

#[test]
fn a_refused_amendment_leaves_what_was_assessed() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 50)));
    assert!(told.firm(&amend("1")));
    assert_eq!(told.declaration.balance().to_string(), "0.19");
    assert!(told.customs(&Act::Decide { granted: false }));
    assert_eq!((told.declaration.edition, told.declaration.balance().to_string()), (1, "740.25".to_owned()));
}

/// Accepted by the goods' arrival while an amendment waits: what stands is what was declared, until customs decides.
#[test]
fn goods_that_arrive_while_an_amendment_waits_owe_what_stands() {
    for granted in [false, true] {
        let mut told = Told::new();
        assert!(told.firm(&lodge("advance", "import", "1000.00", 50)) && told.firm(&amend("100.00")));
        assert!(told.by(Party::Organ("terminal".to_owned()), &Act::Arrive { changes: Vec::new() }));
        assert!(told.declaration.accepted_at.is_some() && !told.declaration.may_go());
        assert!(told.customs(&Act::Decide { granted }));
        // 5 % of 100, and 13 % of 105.
        let owed = if granted { "18.65" } else { "740.25" };
        assert_eq!((granted, told.declaration.balance().to_string()), (granted, owed.to_owned()));
        assert_eq!(&Declaration::fold(&told.journal), &told.declaration);
    }
}

/// What an amendment would come to is covered by the part that was paid; refused, the rest is due as before, and bears interest.
#[test]
fn a_refused_amendment_ends_no_limit_and_pays_nothing_back() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 50)));
    let due = told.declaration.pay_by(&told.profile);
    assert!(due.is_some() && told.customs(&pay_part("B-1", "240.25", None)) && told.firm(&amend("100.00")));
    assert!(!told.customs(&Act::Refund { reference: "R-1".to_owned(), amount: None }), "nobody has decided yet");
    assert!(!told.customs(&pay("R-2".to_owned())), "nor is it paid back by paying");
    assert!(told.customs(&Act::Decide { granted: false }));
    assert_eq!(
        (told.declaration.open_tax().to_string(), told.declaration.pay_by(&told.profile)),
        ("500.00".to_owned(), due)
    );
    told.now += 40 * 86_400_000_000;
    assert!(told.customs(&pay_part("B-2", "500.00", None)) && !told.declaration.surcharged().is_zero());
}

/// Ten days after the fifteenth: 740.25 × 0.0005 × 10, as the law says since when and how much.
#[test]
fn tax_that_is_paid_late_bears_interest_on_each_part_until_the_day_on_which_it_came() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 50)));
    // Declared on 24 November: the fifteenth day is Wednesday 9 December.
    let day = |day| Some(jiff::civil::date(2026, 12, day));
    assert_eq!(told.declaration.pay_by(&told.profile), day(9));
    told.now += 30 * 86_400_000_000;
    assert!(!told.customs(&pay_part("B-0", "10.005", None)), "no coin is so small");
    assert!(!told.customs(&pay_part("B-0", "10", Some(jiff::civil::date(2026, 12, 25)))), "not tomorrow");
    assert!(told.customs(&pay_part("B-1", "240.25", day(9))));
    assert!(told.declaration.surcharges.is_empty(), "this part came in time");
    assert!(!told.customs(&pay_part("B-1", "240.25", day(9))), "one payment counts once");
    assert_eq!((told.declaration.status(), told.declaration.open_tax()), (Status::Accepted, "500.00".parse().unwrap()));
    assert!(told.customs(&pay_part("B-2", "500.00", day(19))));
    let interest = &told.declaration.surcharges[0];
    let charged = interest.lines.iter().find(|line| !line.amount.is_zero()).unwrap();
    // 500 × 10 days × 0.0005.
    assert_eq!(
        (interest.amount().to_string(), charged.from, charged.to),
        ("2.50".to_owned(), day(10).unwrap(), day(19).unwrap())
    );
    let law = "关税法 Tariff Law (2024) art. 43; 行政强制法 Administrative Compulsory Law (2011) art. 45";
    assert_eq!((&*charged.rule.row, &*charged.law), ("late-2024", law));
    assert_eq!(told.declaration.balance().to_string(), "2.50");
    assert!(!told.declaration.may_go(), "interest stands before the release, too");
    // Three yuan come where two and a half are open: the rest goes back.
    assert!(told.customs(&pay_part("B-3", "3.00", day(20))));
    assert_eq!(told.declaration.status(), Status::Cleared);
    assert!(!told.customs(&Act::Refund { reference: "R-1".to_owned(), amount: Some("0.51".parse().unwrap()) }));
    assert!(told.customs(&Act::Refund { reference: "R-1".to_owned(), amount: None }));
    assert_eq!((told.declaration.balance(), told.declaration.paid()), (Decimal::ZERO, told.declaration.due()));
}

#[test]
fn money_for_a_tax_that_was_put_off_goes_on_the_instalment_that_is_due_first() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 50)));
    let day = |month, day| jiff::civil::date(2026, month, day);
    let term = |due, amount: &str| Term { due, amount: amount.parse().unwrap() };
    let put_off = Act::PutOff {
        application: "M-1".to_owned(),
        until: Instant::start_of(jiff::civil::date(2027, 1, 1), &told.profile.zone).unwrap(),
        sum: "740.25".parse().unwrap(),
        terms: vec![term(day(12, 11), "400.00"), term(day(12, 31), "340.25")],
        rule: Default::default(),
        law: String::new(),
    };
    assert!(told.customs(&put_off));
    assert_eq!(told.declaration.pay_by(&told.profile), Some(day(12, 31)));
    told.now += 30 * 86_400_000_000;
    // In time for half of the first instalment; then the other half late by ten days, with some of the second, which is in time.
    assert!(told.customs(&pay_part("B-1", "200.00", Some(day(12, 11)))));
    assert!(told.declaration.surcharges.is_empty());
    assert!(told.customs(&pay_part("B-2", "300.00", Some(day(12, 21)))));
    let interest: Vec<String> = told.declaration.surcharges.iter().map(|of| of.amount().to_string()).collect();
    // 200 × 10 days × 0.0005.
    assert_eq!(interest, ["1.00"]);
    assert_eq!(told.declaration.open_tax().to_string(), "240.25");
    let parts = told.declaration.deferred.as_ref().unwrap().parts("240.25".parse().unwrap(), "250.00".parse().unwrap());
    assert_eq!(parts, [("240.25".parse().unwrap(), Some(day(12, 31))), ("9.75".parse().unwrap(), None)]);
}

#[test]
fn a_month_s_tax_bears_interest_from_the_sixth_working_day_on() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("aggregate", "import", "1000.00", 50)));
    told.now += 16 * 86_400_000_000;
    // Due on Monday 7 December, paid on the 10th: 740.25 × 3 × 0.0005 = 1.11.
    assert!(told.customs(&pay("P".to_owned())));
    assert_eq!(
        (told.declaration.surcharged().to_string(), told.declaration.balance()),
        ("1.11".to_owned(), Decimal::ZERO)
    );
    assert!(told.declaration.clocks().is_empty());
}

#[test]
fn who_declares_late_pays_a_fee_that_follows_value_day_and_relief() {
    let mut told = Told::new();
    told.now = Instant::start_of(jiff::civil::date(2020, 2, 25), &told.profile.zone).unwrap().0 + 1;
    let Act::Lodge(mut new) = lodge("on_arrival", "import", "500000.00", 50) else { unreachable!() };
    new.entered = Some(jiff::civil::date(2020, 2, 3));
    assert!(told.firm(&Act::Lodge(new)));
    // As the bill of the price list has it: 8 days × 0.05 % × 1,000,000.
    assert_eq!(told.declaration.surcharged().to_string(), "4000.00");
    let tax = total(&told.declaration.assessment().unwrap().lines);
    assert_eq!(told.declaration.balance(), tax + told.declaration.surcharged());
    let relieve = |measure: &str| Act::Relieve {
        measure: measure.to_owned(),
        percent: Some(Decimal::from(60)),
        cause: "epidemic".to_owned(),
        decision: "sample decision".to_owned(),
    };
    assert!(!told.firm(&relieve("18-customs-charges")));
    assert!(!told.customs(&relieve("4-advance-declaration")), "a measure that takes nothing off is not granted");
    assert!(told.customs(&pay("P".to_owned())));
    assert!(told.customs(&relieve("18-customs-charges")));
    assert_eq!(
        (told.declaration.surcharged().to_string(), told.declaration.balance().to_string()),
        ("1600.00".to_owned(), "-2400.00".to_owned())
    );
    // Entered a week later than the manifest had it: in time, and all of the fee goes back.
    assert!(told.customs(&Act::StateEntry { on: jiff::civil::date(2020, 2, 20) }));
    assert_eq!(
        (told.declaration.surcharged(), told.declaration.balance().to_string()),
        (Decimal::ZERO, "-4000.00".to_owned())
    );
    assert!(told.customs(&Act::Refund { reference: "R".to_owned(), amount: None }));
    assert_eq!((told.declaration.balance(), told.declaration.paid()), (Decimal::ZERO, tax));
}

#[test]
fn what_was_paid_for_a_declaration_that_is_taken_back_goes_back() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 202)));
    assert!(told.customs(&pay("P".to_owned())));
    assert!(told.firm(&Act::Withdraw { reference: "W".to_owned() }));
    assert!(told.customs(&Act::Decide { granted: true }));
    assert_eq!(
        (told.declaration.status(), told.declaration.balance().to_string()),
        (Status::Invalidated, "-740.25".to_owned())
    );
    assert!(!told.firm(&Act::Refund { reference: "R".to_owned(), amount: None }));
    assert!(told.customs(&Act::Refund { reference: "R".to_owned(), amount: None }));
    assert_eq!(told.declaration.paid(), Decimal::ZERO);
}

fn park(wants: &str, items: Option<Vec<Item>>) -> Act {
    Act::Park(Box::new(Parked {
        number: "CNDAL26X000001".to_owned(),
        reference: "A-1".to_owned(),
        firm: "trader".to_owned(),
        wants: wants.to_owned(),
        items,
        whole: true,
        document: Some("amending".to_owned()),
        ..Parked::default()
    }))
}

#[test]
fn an_amendment_that_comes_before_its_declaration_waits_and_counts_when_it_is_there() {
    let mut told = Told::new();
    let item = Item {
        sequence: 1,
        code: "84713000".to_owned(),
        origin: "KR".to_owned(),
        value: "100.00".parse().unwrap(),
        ..Item::default()
    };
    assert!(!told.by(Party::Firm("stranger".to_owned()), &park("amend", None)));
    assert!(told.firm(&park("amend", Some(vec![item]))));
    assert_eq!((told.declaration.status(), told.declaration.holder(), &*told.kinds()), (Status::Parked, "firm", "02"));
    assert!(!told.customs(&pay("P".to_owned())) && !told.customs(&settle("hold")), "nothing else can be done with it");
    let (clock, due) = told.declaration.clocks().pop().unwrap();
    told.now = due.0;
    assert!(told.by(Party::Clock, &Act::Fire { clock, due }), "it ages, and stays");
    assert!(told.firm(&lodge("register_first", "import", "1000.00", 50)));
    let now = &told.declaration;
    assert_eq!(
        (now.status(), now.may_go(), now.parked.len()),
        (Status::Requested, false, 0),
        "not released past what waited"
    );
    assert!(told.customs(&Act::Decide { granted: true }));
    let now = &told.declaration;
    assert_eq!((now.edition, now.items.len(), &*now.document), (2, 1, "amending"));
    // 5 % of 100, and 13 % of 105.
    assert_eq!((now.balance().to_string(), now.status()), ("18.65".to_owned(), Status::Released));
    assert_eq!(&Declaration::fold(&told.journal), &told.declaration);
}

#[test]
fn what_waits_is_let_go_or_told_not_to_fit() {
    let mut told = Told::new();
    assert!(told.firm(&park("withdraw", None)) && told.firm(&park("amend", None)));
    assert!(!told.customs(&Act::Withdraw { reference: "A-1".to_owned() }));
    assert!(told.firm(&Act::Withdraw { reference: "A-1".to_owned() }));
    assert_eq!((told.declaration.status(), told.declaration.clocks().len()), (Status::Invalidated, 0));
    assert!(!told.firm(&lodge("on_arrival", "import", "1000.00", 50)), "it has ended");

    let mut told = Told::new();
    assert!(told.firm(&park("present", None)) && told.firm(&park("present", None)));
    assert!(told.firm(&lodge("advance", "import", "1000.00", 50)));
    assert!(told.declaration.arrived_at.is_some() && told.declaration.parked.is_empty());
    let fits = told.journal.iter().filter_map(|record| match &record.entry {
        Entry::Unparked { fits, .. } => Some(*fits),
        _ => None,
    });
    assert_eq!(fits.collect::<Vec<_>>(), [true, false], "the goods arrive once");
}

/// Ore of a thousand tonnes in two items, under a licence that counts kilograms.
fn ore(mode: &str) -> Act {
    let item = |sequence, mass: &str, value: &str| Item {
        sequence,
        code: "2601112000".to_owned(),
        origin: "AU".to_owned(),
        value: value.parse().unwrap(),
        mass: Some(mass.parse().unwrap()),
        ..Item::default()
    };
    let Act::Lodge(new) = lodge(mode, "import", "1.00", 50) else { unreachable!() };
    Act::Lodge(Box::new(NewDeclaration {
        items: vec![item(1, "600000", "300000.00"), item(2, "400000", "200000.00")],
        licences: vec![Drawn {
            kind: "Q".to_owned(),
            number: "P".to_owned(),
            quantity: "1000000".parse().unwrap(),
            unit: "kg".to_owned(),
        }],
        ..*new
    }))
}

fn survey(kilograms: &str) -> Act {
    Act::Survey { kilograms: kilograms.parse().unwrap(), words: None, papers: Vec::new() }
}

fn secure() -> Act {
    Act::Secure { account: "g".to_owned(), free: "1000000.00".parse().unwrap(), lines: None }
}

#[test]
fn bulk_goods_go_against_a_guarantee_and_are_taxed_by_the_weight_that_a_survey_finds() {
    let mut told = Told::new();
    assert!(told.firm(&ore("bulk")) && !told.customs(&survey("0")));
    assert_eq!(told.declaration.balance().to_string(), "101725.00", "6.5 % of 500,000, and 13 % of all");
    assert!(told.firm(&secure()));
    let now = &told.declaration;
    assert_eq!((now.status(), now.owed.contains_key("survey"), now.may_go()), (Status::Released, true, true));
    assert!(!told.firm(&Act::Complete { what: "survey".to_owned() }), "nobody says that it was surveyed but who did");
    assert!(!told.firm(&survey("980000")), "customs alone enters it");
    assert!(!told.customs(&survey("980000.0001")), "no finer than grams");
    assert!(told.customs(&survey("980000.001")));
    let now = &told.declaration;
    let masses: Decimal = now.items.iter().filter_map(|item| item.mass).sum();
    assert_eq!((masses.to_string(), now.edition, now.owed.contains_key("survey")), ("980000.001".to_owned(), 2, false));
    // Two hundredths less: 490,000 bear 31,850, and 13 % of 521,850.
    assert_eq!(
        (now.balance().to_string(), now.drawn()[0].quantity.to_string()),
        ("99690.50".to_owned(), "980000.001".to_owned())
    );
    assert!(told.customs(&pay("P".to_owned())));
    assert_eq!(told.declaration.status(), Status::Cleared);
    assert_eq!(&Declaration::fold(&told.journal), &told.declaration);
}

#[test]
fn a_survey_within_what_may_differ_changes_nothing_and_one_above_the_licence_is_asked_about() {
    let mut told = Told::new();
    assert!(told.firm(&ore("bulk")) && told.firm(&secure()) && told.customs(&survey("1005000")));
    let now = &told.declaration;
    assert_eq!((now.edition, now.balance().to_string()), (1, "101725.00".to_owned()), "half a hundredth stands");
    assert!(now.survey.as_ref().is_some_and(|of| of.stands) && now.status() == Status::Released);
    // Paid as it was declared, what more weighs is to be paid besides, and what less weighs goes back.
    assert!(told.customs(&pay("P".to_owned())) && told.customs(&survey("1040000")));
    let now = &told.declaration;
    assert_eq!((now.balance().to_string(), now.status()), ("4069.00".to_owned(), Status::Cleared));
    assert!(now.limits.contains_key("payment"), "what no guarantee holds is paid by a limit");
    assert_eq!(now.drawn()[0].quantity.to_string(), "1000000", "no more is drawn than there is");
    assert!(told.customs(&survey("900000")));
    assert_eq!(told.declaration.balance().to_string(), "-10172.50");
    // A slip is mended by another survey, which is held against what was declared and not against the slip.
    assert!(told.customs(&survey("1005000")));
    let now = &told.declaration;
    assert_eq!(
        (now.balance().to_string(), now.drawn()[0].quantity.to_string()),
        ("0.00".to_owned(), "1000000".to_owned())
    );
    assert!(now.survey.as_ref().is_some_and(|of| of.stands));
    let mut told = Told::new();
    assert!(told.firm(&ore("bulk")) && told.firm(&secure()) && told.customs(&survey("1050001")));
    let wanted: Vec<_> = told.declaration.open_measures().flat_map(|of| of.papers.clone()).collect();
    assert_eq!((wanted, told.declaration.status()), (vec!["licence".to_owned()], Status::Documents));
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 50)) && !told.customs(&survey("10")), "no bulk goods");
}

#[test]
fn goods_that_pass_through_owe_that_they_go_on_or_arrive_under_seal() {
    for mode in ["relay", "transhipment"] {
        let mut told = Told::new();
        assert!(told.firm(&lodge(mode, "transit", "1000.00", 50)));
        assert_eq!(told.declaration.status(), Status::Released, "{mode}");
        let (clock, due) = told.declaration.clocks().pop().unwrap();
        assert_eq!((&*clock, due.date(&told.profile.zone)), ("onward", jiff::civil::date(2027, 2, 24)));
        assert!(!told.customs(&Act::Complete { what: "onward".to_owned() }), "they leave, or they do not");
        assert!(told.by(Party::Organ("terminal".to_owned()), &Act::Exit));
        assert!(told.declaration.owed.is_empty() && told.declaration.status() == Status::Exited);
    }
    for (mode, direction, what) in [("transfer", "transit", "inland"), ("bonded", "import", "zone")] {
        let mut told = Told::new();
        assert!(told.firm(&lodge(mode, direction, "1000.00", 50)));
        let now = &told.declaration;
        assert_eq!((now.status(), now.owed.contains_key(what)), (Status::Released, true), "{mode}");
        assert!(now.assessment().is_none(), "{mode} bears no tax here");
        let done = Act::Complete { what: what.to_owned() };
        assert!(!told.firm(&done) && told.customs(&done), "customs says so");
        assert_eq!(told.declaration.status(), Status::Cleared);
    }
    let mut told = Told::new();
    assert!(told.firm(&ore("bulk_test")) && told.firm(&secure()) && told.customs(&survey("1000000")));
    assert!(told.customs(&pay("P".to_owned())));
    assert_eq!(told.declaration.status(), Status::Released, "its test is owed");
    assert!(told.customs(&Act::Revoke) && !told.declaration.may_go(), "a test that fails takes the release back");
}

#[test]
fn wood_packaging_is_looked_at_more_often_and_a_firm_does_not_settle_what_is_secured() {
    let packed = |kind: &str, seed| {
        let Act::Lodge(mut new) = lodge("guaranteed", "import", "1000.00", seed) else { unreachable!() };
        new.items[0].packages = [kind.to_owned()].into();
        let mut told = Told::new();
        assert!(told.firm(&Act::Lodge(new)));
        told
    };
    assert_eq!(packed("8A", 9).declaration.status(), Status::Inspection);
    assert_eq!(packed("8A", 10).declaration.status(), Status::Accepted);
    let mut told = packed("CT", 9);
    assert_eq!(told.declaration.status(), Status::Accepted, "a carton is no wood");
    let security = Act::Complete { what: "security".to_owned() };
    assert!(told.firm(&secure()) && !told.firm(&security) && told.customs(&security));
}

fn amount() -> impl Strategy<Value = Decimal> {
    (0..100_000_i64).prop_map(|cents| Decimal::new(cents, 2))
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = amount().prop_map(|amount| Line {
        item: 1,
        kind: "duty".to_owned(),
        assessed: Some(amount),
        payable: Some(amount),
        ..Line::default()
    });
    vec(line, 0..4)
}

fn act() -> impl Strategy<Value = Act> {
    let kind = || select(vec!["documents", "inspection", "hold"]).prop_map(str::to_owned);
    let some_lines = || proptest::option::of(lines());
    prop_oneof![
        Just(Act::Present { reference: "R".to_owned(), changes: Vec::new() }),
        Just(Act::Arrive { changes: Vec::new() }),
        lines().prop_map(|lines| Act::Assess { lines }),
        some_lines().prop_map(|lines| Act::Pay { reference: "P".to_owned(), lines, amount: None, on: None }),
        (amount(), 0..1000_u32).prop_map(|(amount, nth)| Act::Pay {
            reference: format!("B-{nth}"),
            lines: None,
            amount: Some(amount),
            on: None,
        }),
        proptest::option::of(amount()).prop_map(|amount| Act::Refund { reference: "R".to_owned(), amount }),
        (1..28_i8).prop_map(|day| Act::StateEntry { on: jiff::civil::date(2026, 10, day) }),
        (amount(), some_lines()).prop_map(|(free, lines)| Act::Secure { account: "g".to_owned(), free, lines }),
        Just(Act::FallShort),
        kind().prop_map(|kind| Act::Order { kind, limit: None, papers: Vec::new(), words: None }),
        kind().prop_map(|kind| Act::Settle { kind, originals: None }),
        lines().prop_map(|lines| Act::Amend {
            reference: "B".to_owned(),
            changes: Vec::new(),
            items: None,
            lines: Some(lines),
            licences: None,
            document: None,
        }),
        select(vec!["self", "absent", "nobody"]).prop_map(|how| Act::Attend { how: how.to_owned() }),
        (select(vec!["scan", "open"]), 1..9_i64).prop_map(|(method, hours)| Act::Plan {
            method: method.to_owned(),
            place: "Y-1".to_owned(),
            from: Instant(NOW),
            until: Instant(NOW + hours * 100_000_000),
            boxes: Default::default(),
        }),
        select(vec!["as_declared", "differs", "unclear"]).prop_map(|found| Act::Find {
            found: found.to_owned(),
            words: None,
            papers: Vec::new()
        }),
        Just(Act::Withdraw { reference: "W".to_owned() }),
        any::<bool>().prop_map(|granted| Act::Decide { granted }),
        select(vec!["completion", "papers", "security", "payment"])
            .prop_map(|what| Act::Complete { what: what.to_owned() }),
        (1..2_000_000_u32).prop_map(|kilograms| survey(&kilograms.to_string())),
        Just(Act::Revoke),
        Just(Act::Exit),
    ]
}

fn party() -> impl Strategy<Value = Party> {
    prop_oneof![
        4 => Just(Party::Organ("customs".to_owned())),
        4 => Just(Party::Firm("trader".to_owned())),
        1 => Just(Party::Firm("stranger".to_owned())),
        1 => Just(Party::Organ("terminal".to_owned())),
    ]
}

proptest! {
    #[test]
    fn nothing_goes_around_a_hold_and_money_adds_up(
        mode in select(vec![("on_arrival", "import"), ("advance", "import"), ("two_step", "import"), ("aggregate", "import"),
            ("guaranteed", "import"), ("register_first", "import"), ("supplementary", "import"), ("on_arrival", "export"),
            ("advance", "export"), ("on_arrival", "transit"), ("bulk", "import"), ("relay", "transit")]),
        seed in 0..100_u64,
        acts in vec((party(), act(), 0..400_000_000_000_i64), 0..25),
    ) {
        let mut told = Told::new();
        let lodged = if mode.0 == "bulk" { ore(mode.0) } else { lodge(mode.0, mode.1, "1000.00", seed) };
        prop_assert!(told.firm(&lodged));
        for (party, act, later) in acts {
            told.now += later;
            let before = told.declaration.clone();
            let did = told.by(party.clone(), &act);
            let now = &told.declaration;
            if party == Party::Firm("stranger".to_owned()) {
                prop_assert!(!did, "a stranger did {act:?}");
            }
            // No release while something stands open, whatever was paid.
            let open = now.open_measures().next().is_some() || now.pending().is_some();
            prop_assert!(!(now.may_go() && open));
            let released = now.released_at != before.released_at || now.cleared_at != before.cleared_at;
            if released && now.may_go() {
                prop_assert!(!open);
                prop_assert!(now.accepted_at.is_some());
            }
            // What was paid is what is assessed, to the cent, whenever something was paid.
            if did && matches!(act, Act::Pay { amount: None, .. } | Act::Refund { amount: None, .. }) {
                prop_assert_eq!(now.balance(), Decimal::ZERO);
                prop_assert_eq!(now.paid(), now.due());
            }
            // Whatever was amended, paid and paid back in whatever order: tax and what lateness costs, line by line, less what came.
            let lines = now.assessment().map_or(Decimal::ZERO, |assessment| total(&assessment.lines));
            let late: Decimal = now.surcharges.iter().flat_map(|of| &of.lines).map(|line| line.amount).sum();
            let due = if now.ended.is_some() { Decimal::ZERO } else { lines + late };
            prop_assert_eq!(now.balance(), due - now.payments.iter().map(|of| of.amount).sum::<Decimal>());
            prop_assert!(now.balance().scale() <= 2 && now.paid() >= Decimal::ZERO);
            // Cleared for money means paid or secured.
            if now.cleared_at.is_some() && before.cleared_at.is_none() && mode.0 == "on_arrival" && mode.1 == "import" {
                let secured = now.secured.is_some();
                prop_assert!(now.balance() <= Decimal::ZERO || secured);
            }
        }
        prop_assert_eq!(&Declaration::fold(&told.journal), &told.declaration);
        for notice in notices(&told.journal, "CNY") {
            prop_assert!(notice.response.declaration.is_some());
        }
    }
}
