//! Declarations, tried with acts in any order by anybody: what must never happen does not.

use std::{collections::BTreeMap, fs, path::Path};

use domain::{
    Instant,
    declaration::{Account, Act, Declaration, Entry, Item, Line, NewDeclaration, Quota, Status, notices, total},
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
        "duty-rates",
        "inspection-methods",
        "inspection-attendance",
        "inspection-results",
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
    assert!(!told.firm(&Act::Pay { reference: String::new(), lines: None }), "the firm does not say that it has paid");
    assert!(told.customs(&Act::Pay { reference: "P-1".to_owned(), lines: None }));
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
    assert!(told.customs(&Act::Pay { reference: "P".to_owned(), lines: None }));
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
    assert!(told.customs(&Act::Pay { reference: "P".to_owned(), lines: None }));
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
    assert!(told.customs(&Act::Pay { reference: "P".to_owned(), lines: None }));
    assert_eq!(told.declaration.status(), Status::Cleared);
}

#[test]
fn risk_chooses_by_dated_rows_and_a_recorded_number() {
    let mut told = Told::new();
    assert!(told.firm(&lodge("on_arrival", "import", "1000.00", 202)));
    let selected = told.declaration.selected.clone().unwrap();
    assert_eq!((&*selected.channel, selected.seed, &*selected.rule.row), ("inspection", 202, "random"));
    assert!(told.customs(&Act::Pay { reference: "P".to_owned(), lines: None }));
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
    assert!(told.customs(&Act::Pay { reference: "P".to_owned(), lines: None }));
    assert!(told.declaration.may_go());
    // Looked at where they go: the port lets them, and nobody but who looks says that it is done.
    let mut away = Told::new();
    assert!(away.firm(&lodge("on_arrival", "import", "1000.00", 202)));
    assert!(away.firm(&Act::Attend { how: "self".to_owned() }) && away.customs(&plan("destination", away.now)));
    assert!(!away.declaration.may_go() && away.customs(&Act::Pay { reference: "P".to_owned(), lines: None }));
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
    let item = Item { sequence: 1, code: "84713000".to_owned(), origin: String::new(), value: Decimal::ONE };
    let items = Some(vec![item]);
    let amend = Act::Amend { reference: "A-2".to_owned(), changes: Vec::new(), items, lines: None, document: None };
    assert!(told.firm(&amend));
    assert_eq!(told.declaration.balance().to_string(), "0.19");
    assert!(told.customs(&Act::Decide { granted: false }));
    assert_eq!((told.declaration.edition, told.declaration.balance().to_string()), (1, "740.25".to_owned()));
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
        some_lines().prop_map(|lines| Act::Pay { reference: "P".to_owned(), lines }),
        (amount(), some_lines()).prop_map(|(free, lines)| Act::Secure { account: "g".to_owned(), free, lines }),
        Just(Act::FallShort),
        kind().prop_map(|kind| Act::Order { kind, limit: None, papers: Vec::new(), words: None }),
        kind().prop_map(|kind| Act::Settle { kind, originals: None }),
        lines().prop_map(|lines| Act::Amend {
            reference: "B".to_owned(),
            changes: Vec::new(),
            items: None,
            lines: Some(lines),
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
            ("advance", "export"), ("on_arrival", "transit")]),
        seed in 0..100_u64,
        acts in vec((party(), act(), 0..10_000_000_i64), 0..25),
    ) {
        let mut told = Told::new();
        prop_assert!(told.firm(&lodge(mode.0, mode.1, "1000.00", seed)));
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
            if did && matches!(act, Act::Pay { .. }) {
                prop_assert_eq!(now.balance(), Decimal::ZERO);
                prop_assert_eq!(now.paid(), total(&now.assessment().unwrap().lines));
            }
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

    #[test]
    fn a_guarantee_is_never_overdrawn(amount in amount(), steps in vec((0..6_u8, amount(), any::<bool>()), 0..40)) {
        let mut account = Account { amount, expires_at: Some(Instant(NOW)), ..Account::default() };
        for (declaration, wanted, back) in steps {
            let name = declaration.to_string();
            if back { account.release(&name) } else { let _ = account.reserve(&name, wanted, Instant(NOW - 1)); }
            prop_assert!(account.free(Instant(NOW - 1)) >= Decimal::ZERO);
        }
        prop_assert!(account.reserve("late", Decimal::ONE, Instant(NOW)).is_err(), "it has expired");
    }

    #[test]
    fn a_quota_is_never_below_zero(quantity in amount(), steps in vec((0..6_u8, amount(), any::<bool>()), 0..40)) {
        let mut quota = Quota { quantity, ..Quota::default() };
        for (declaration, wanted, back) in steps {
            let name = declaration.to_string();
            if back { quota.give_back(&name) } else { let _ = quota.draw(&name, wanted); }
            prop_assert!(quota.left() >= Decimal::ZERO && quota.left() <= quantity);
        }
    }
}
