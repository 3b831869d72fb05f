//! Applications under the measures of the sample port, from the filing to the appeal, with the limits of its tables.

use std::collections::BTreeMap;

use domain::{
    Instant, Value,
    application::{Act, Application, Decided, Entry, Extended, Instalment, NewApplication, Paper, Plan, Status, mark},
    matter::{Actor, Context, Matter, Party},
    profile::Profile,
};

use super::port::profile;

/// An application with a clock and a profile of its own.
struct Scene {
    profile: Profile,
    application: Application,
    now: Instant,
}

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

impl Scene {
    fn new(now: &str) -> Scene {
        Scene { profile: profile(), application: Application::default(), now: at(now) }
    }

    /// Does an act; the kinds of the entries, or the code of the refusal.
    fn act(&mut self, party: &str, act: &Act) -> Result<Vec<&'static str>, String> {
        let party = match party.split_once(':') {
            Some(("firm", code)) => Party::Firm(code.to_owned()),
            Some(("organ", code)) => Party::Organ(code.to_owned()),
            _ => Party::Clock,
        };
        let actor = Actor { party, person: "somebody".to_owned(), on_behalf: None };
        let context = Context { now: self.now, profile: &self.profile, actor: &actor };
        let records = self.application.act(act, &context, "page").map_err(|fault| fault.code)?;
        Ok(records.iter().map(|record| domain::matter::Entry::kind(&record.entry)).collect())
    }

    fn due(&self) -> String {
        let due = self.application.limit.as_ref().expect("a limit").due;
        due.in_zone(&self.profile.zone)
    }
}

fn claim(measure: &str, on: &str, facts: &[(&str, &str)]) -> NewApplication {
    let facts: BTreeMap<String, Value> =
        facts.iter().map(|(code, value)| ((*code).to_owned(), (*value).into())).collect();
    NewApplication {
        number: "2026-DAL-M000001".to_owned(),
        measure: measure.to_owned(),
        firm: "blue".to_owned(),
        on: on.parse().expect("a day"),
        facts,
        papers: vec![Paper { code: "cause".to_owned(), document: "1".to_owned(), name: "cause.pdf".to_owned() }],
        ..NewApplication::default()
    }
}

/// Late because of a typhoon: the general ground, decided on application.
fn typhoon() -> NewApplication {
    claim("18-customs-charges", "2026-06-01", &[("relief", "late_fee"), ("cause", "force_majeure")])
}

fn file(new: NewApplication) -> Act {
    Act::File(Box::new(new))
}

fn refuse() -> Act {
    Act::Decide(Decided { words: Some("2".to_owned()), law: "海关法 Customs Law".to_owned(), ..Decided::default() })
}

fn grant(saved: i64) -> Act {
    Act::Decide(Decided { granted: true, saved: Some(saved), ..Decided::default() })
}

#[test]
fn an_application_is_granted_within_the_limit_of_its_row_with_the_trace_of_its_table() {
    let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
    assert_eq!(scene.act("firm:blue", &file(typhoon())).unwrap(), ["application.filed"]);
    // Twenty working days from 1 June, with the dragon-boat holiday on Friday 19 June.
    assert_eq!(scene.due(), "2026-06-30T17:00:00+08:00");
    assert_eq!(scene.application.holder(), "customs");
    assert_eq!(scene.application.assessed.rule.row, "late-general");
    assert_eq!(scene.act("organ:msa", &grant(1)).unwrap_err(), "PQ-APPLICATION-006");
    scene.now = at("2026-06-03T09:00:00+08:00");
    assert_eq!(scene.act("organ:customs", &grant(128_050)).unwrap(), ["application.decided"]);
    let decision = scene.application.standing().expect("a decision");
    assert_eq!((decision.decided.saved, decision.assessed.rule.row.as_str()), (Some(128_050), "late-general"));
    assert_eq!(decision.decided.law, scene.application.assessed.law, "by the row's law where none is named");
    assert!(scene.application.clocks().is_empty());
    assert_eq!(scene.act("organ:customs", &refuse()).unwrap_err(), "PQ-APPLICATION-007", "decided once");
}

/// Originals follow later: who is asked under measure 8 has ten working days more, and the limit cites the measure.
#[test]
fn the_limit_of_an_answer_is_longer_by_the_measure_and_cites_it() {
    let asked = |mut scene: Scene, new: NewApplication| {
        scene.act("firm:blue", &file(new)).unwrap();
        let kinds = scene.act("organ:customs", &Act::Ask { words: "3".to_owned() }).unwrap();
        (scene, kinds)
    };
    let plain = asked(Scene::new("2026-06-01T09:00:00+08:00"), typhoon());
    assert_eq!((plain.0.due().as_str(), plain.1), ("2026-06-17T00:00:00+08:00", vec!["application.asked"]));
    let facts = [("customs_service", "coordinator")];
    let claim = claim("08-contactless-customs", "2026-06-01", &facts);
    let (mut scene, kinds) = asked(Scene::new("2026-06-01T09:00:00+08:00"), claim);
    assert_eq!(kinds, ["application.asked", "application.limit_moved"]);
    // Ten working days from Tuesday 16 June, without Friday 19 June.
    assert_eq!(scene.due(), "2026-07-01T17:00:00+08:00");
    let moved = &scene.application.limit.as_ref().unwrap().moved;
    assert_eq!((moved.len(), moved[0].measure.as_str()), (1, "08-contactless-customs"));
    assert!(moved[0].law.contains("Nanjing"), "{moved:?}");
    scene.now = at("2026-06-20T09:00:00+08:00");
    assert_eq!(
        scene.act("firm:blue", &Act::Answer { words: "4".to_owned(), papers: Vec::new() }).unwrap(),
        ["application.answered"]
    );
    assert!(scene.application.breaches.is_empty(), "in time by the longer limit");
}

#[test]
fn what_the_table_does_not_let_be_applied_for_is_refused_with_its_reason() {
    let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
    let mut refused = |new: NewApplication| scene.act("firm:blue", &file(new)).unwrap_err();
    let own = [("relief", "late_fee"), ("cause", "other")];
    assert_eq!(refused(claim("18-customs-charges", "2026-06-01", &own)), "PQ-APPLICATION-003");
    assert_eq!(refused(claim("18-customs-charges", "2026-06-01", &[("relief", "late_fee")])), "PQ-APPLICATION-004");
    assert_eq!(refused(claim("19-port-charges", "2026-06-01", &[])), "PQ-APPLICATION-002");
    assert_eq!(refused(claim("15-single-window", "2026-06-01", &[("role", "agent")])), "PQ-APPLICATION-003");
    assert_eq!(refused(claim("99-none", "2026-06-01", &[])), "PQ-APPLICATION-001");
    assert_eq!(refused(NewApplication { papers: Vec::new(), ..typhoon() }), "PQ-APPLICATION-005");
    assert_eq!(refused(NewApplication { firm: "red".to_owned(), ..typhoon() }), "PQ-APPLICATION-006");
    assert_eq!(scene.application, Application::default(), "nothing came of it");
}

#[test]
fn what_is_missing_is_asked_once_and_its_time_does_not_count() {
    let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
    scene.act("firm:blue", &file(typhoon())).unwrap();
    scene.now = at("2026-06-02T09:00:00+08:00");
    scene.act("organ:customs", &Act::Ask { words: "3".to_owned() }).unwrap();
    assert_eq!((scene.application.status(), scene.application.holder()), (Status::Asked, "firm"));
    assert_eq!(scene.act("organ:customs", &Act::Ask { words: "3".to_owned() }).unwrap_err(), "PQ-APPLICATION-007");
    // Three working days later the clock runs on, and ends three working days later.
    scene.now = at("2026-06-05T09:00:00+08:00");
    let answer = Act::Answer { words: "4".to_owned(), papers: Vec::new() };
    assert_eq!(scene.act("firm:red", &answer).unwrap_err(), "PQ-APPLICATION-006");
    scene.act("firm:blue", &answer).unwrap();
    assert_eq!((scene.application.status(), scene.due().as_str()), (Status::Filed, "2026-07-03T17:00:00+08:00"));
}

#[test]
fn a_refusal_says_why_and_may_be_appealed_in_time() {
    let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
    scene.act("firm:blue", &file(typhoon())).unwrap();
    let mute = Act::Decide(Decided::default());
    assert_eq!(scene.act("organ:customs", &mute).unwrap_err(), "PQ-APPLICATION-008");
    scene.act("organ:customs", &refuse()).unwrap();
    let until = scene.application.standing().and_then(|decision| decision.appeal_until).expect("a window");
    let appeal = Act::Appeal { words: "5".to_owned() };
    let mut late = Scene { profile: profile(), application: scene.application.clone(), now: Instant(until.0 + 1) };
    assert_eq!(late.act("firm:blue", &appeal).unwrap_err(), "PQ-APPLICATION-009");

    scene.now = until;
    scene.act("firm:blue", &appeal).unwrap();
    assert_eq!((scene.application.status(), scene.application.holder()), (Status::Appealed, "port_office"));
    let anew = Act::DecideAppeal { stands: false, words: "6".to_owned() };
    assert_eq!(scene.act("organ:customs", &anew).unwrap_err(), "PQ-APPLICATION-006");
    scene.act("organ:port_office", &anew).unwrap();
    assert_eq!((scene.application.status(), scene.application.holder()), (Status::Filed, "customs"), "decided anew");
    scene.now = scene.now.plus_hours(1);
    scene.act("organ:customs", &grant(5000)).unwrap();
    assert_eq!(scene.application.status(), Status::Granted);
    assert_eq!(scene.application.decisions.len(), 2, "the refusal stays in the journal");

    let revoke = Act::Revoke { words: "7".to_owned(), law: "海关法 Customs Law".to_owned(), back: None };
    scene.act("organ:customs", &revoke).unwrap();
    assert_eq!(scene.application.status(), Status::Revoked);
    assert_eq!(scene.application.standing().and_then(|decision| decision.back), Some(5000), "all that was saved");
    scene.now = scene.now.plus_hours(1);
    scene.act("firm:blue", &appeal).unwrap();
    scene.act("organ:port_office", &Act::DecideAppeal { stands: true, words: "8".to_owned() }).unwrap();
    assert_eq!(scene.application.status(), Status::Revoked, "what was taken back stays so");
}

#[test]
fn a_limit_that_passes_is_a_fact_and_grants_nothing() {
    let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
    scene.act("firm:blue", &file(typhoon())).unwrap();
    let (clock, due) = scene.application.clocks().remove(0);
    let fire = Act::Fire { clock, due };
    scene.now = due.plus_hours(1);
    assert_eq!(scene.act("clock", &fire).unwrap(), ["application.limit_passed"]);
    assert_eq!(scene.act("clock", &fire).unwrap_err(), "PQ-APPLICATION-007", "once");
    assert_eq!(scene.application.breaches[0].holder, "customs");
    assert_eq!(scene.application.status(), Status::Filed);
    assert_eq!(scene.act("organ:customs", &grant(1)).unwrap(), ["application.decided"], "late, and told once");
}

#[test]
fn relief_without_a_claim_is_recorded_by_an_organ_and_where_the_table_gives_it() {
    let mut scene = Scene::new("2020-04-15T09:00:00+08:00");
    let facts = [("charge", "cargo_dues"), ("trade", "foreign")];
    let new = claim("19-port-charges", "2020-04-15", &facts);
    assert_eq!(scene.act("firm:blue", &file(new.clone())).unwrap_err(), "PQ-APPLICATION-003", "nothing to apply for");
    let record = Act::Record(Box::new(new), Decided { saved: Some(680), ..Decided::default() });
    assert_eq!(scene.act("organ:customs", &record).unwrap_err(), "PQ-APPLICATION-006");
    assert_eq!(scene.act("organ:port_group", &record).unwrap(), ["application.applied"]);
    assert_eq!(scene.application.status(), Status::Applied);
    assert_eq!(scene.application.standing().and_then(|decision| decision.decided.saved), Some(680));
}

#[test]
fn a_measure_that_is_withdrawn_ends_what_is_open_and_leaves_what_was_granted() {
    let mut open = Scene::new("2026-06-01T09:00:00+08:00");
    open.act("firm:blue", &file(typhoon())).unwrap();
    let mut granted = Scene { profile: profile(), application: open.application.clone(), now: open.now };
    granted.act("organ:customs", &grant(1)).unwrap();
    assert!(open.act("clock", &Act::Look).unwrap().is_empty(), "nothing changed");

    // The measure ends after the day of the event: the application goes on, and is told.
    let withdraw = |scene: &mut Scene, until: Option<&str>| {
        let register = &mut scene.profile.register;
        match until {
            Some(until) => {
                let of = register.measures.iter_mut().find(|measure| measure.code == "18-customs-charges").unwrap();
                of.until = Some(until.parse().unwrap());
            }
            None => register.measures.retain(|measure| measure.code != "18-customs-charges"),
        }
    };
    let mut changed = Scene { profile: profile(), application: open.application.clone(), now: open.now };
    withdraw(&mut changed, Some("2026-07-01"));
    assert_eq!(changed.act("clock", &Act::Look).unwrap(), ["application.measure_changed"]);
    assert!(changed.act("clock", &Act::Look).unwrap().is_empty(), "told once");
    changed.now = at("2026-07-01T00:00:00+08:00");
    let kinds = changed.act("clock", &Act::Look).unwrap();
    assert_eq!(kinds, ["application.limit_passed", "application.measure_ended"]);
    assert!(changed.act("clock", &Act::Look).unwrap().is_empty(), "told once");
    assert_eq!(
        changed.act("organ:customs", &grant(1)).unwrap(),
        ["application.decided"],
        "its event lies before the end"
    );

    // It is gone: what is open lapses with everything that was filed, what was granted stands.
    withdraw(&mut open, None);
    assert_eq!(open.act("organ:customs", &grant(1)).unwrap_err(), "PQ-APPLICATION-001");
    assert_eq!(open.act("clock", &Act::Look).unwrap(), ["application.lapsed"]);
    assert_eq!((open.application.status(), open.application.papers.len()), (Status::Lapsed, 1));
    assert!(open.application.clocks().is_empty() && open.application.holder().is_empty());
    assert!(open.act("clock", &Act::Look).unwrap().is_empty());
    withdraw(&mut granted, None);
    assert_eq!(granted.act("clock", &Act::Look).unwrap(), ["application.measure_ended"]);
    assert_eq!(granted.application.status(), Status::Granted);
    assert_eq!(granted.application.mark, mark(&granted.profile, "18-customs-charges"));
}

/// Entries survive the way through the encoding of the store, and fold to the same application.
#[test]
fn the_journal_gives_the_same_application_again() {
    let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
    let actor =
        Actor { party: Party::Firm("green".to_owned()), person: "a".to_owned(), on_behalf: Some("blue".to_owned()) };
    let context = Context { now: scene.now, profile: &scene.profile, actor: &actor };
    let mut records = scene.application.act(&file(typhoon()), &context, "api").unwrap();
    assert_eq!(scene.application.agent.as_deref(), Some("green"));
    let officer = Actor { party: Party::Organ("customs".to_owned()), person: "b".to_owned(), on_behalf: None };
    let context = Context { actor: &officer, now: scene.now.plus_hours(1), ..context };
    records.extend(scene.application.act(&grant(7), &context, "page").unwrap());
    let text = serde_json::to_string(&records.iter().map(|record| &record.entry).collect::<Vec<_>>()).unwrap();
    let entries: Vec<Entry> = serde_json::from_str(&text).unwrap();
    let again: Vec<_> = records
        .iter()
        .zip(entries)
        .map(|(record, entry)| domain::application::Record { entry, ..record.clone() })
        .collect();
    assert_eq!(Application::fold(&again), scene.application);
}

/// Maritime safety and the port group decide together: each its part, in any order; one refusal refuses.
#[test]
fn where_several_organs_decide_each_decides_its_part() {
    let goods = || {
        let papers = vec![Paper { code: "cargo_list".to_owned(), document: "1".to_owned(), name: "list".to_owned() }];
        NewApplication { papers, ..claim("11-priority-ships", "2026-06-01", &[("goods", "daily")]) }
    };
    let filed = || {
        let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
        scene.act("firm:blue", &file(goods())).unwrap();
        scene
    };
    let mut scene = filed();
    assert_eq!(scene.application.holder(), "msa");
    assert_eq!(scene.act("organ:customs", &grant(1)).unwrap_err(), "PQ-APPLICATION-006");
    assert_eq!(scene.act("organ:port_group", &grant(300)).unwrap(), ["application.part_granted"]);
    assert_eq!((scene.application.status(), scene.application.holder()), (Status::Filed, "msa"));
    assert_eq!(scene.act("organ:port_group", &grant(1)).unwrap_err(), "PQ-APPLICATION-007", "its part is decided");
    assert_eq!(scene.act("organ:msa", &grant(200)).unwrap(), ["application.decided"]);
    assert_eq!(scene.application.status(), Status::Granted);
    assert_eq!(scene.application.standing().and_then(|decision| decision.decided.saved), Some(500));

    let mut refused = filed();
    refused.act("organ:msa", &grant(1)).unwrap();
    assert_eq!(refused.application.holder(), "port_group");
    assert_eq!(refused.act("organ:port_group", &refuse()).unwrap(), ["application.decided"]);
    assert_eq!(refused.application.status(), Status::Refused);

    // Who has decided its part is not late with the others.
    let mut late = filed();
    late.act("organ:msa", &grant(1)).unwrap();
    let (clock, due) = late.application.clocks().remove(0);
    late.now = due.plus_hours(1);
    assert_eq!(late.act("clock", &Act::Fire { clock, due }).unwrap(), ["application.limit_passed"]);
    assert_eq!(late.application.breaches[0].holder, "port_group");
}

fn put_off(billed: &str, instalments: &[(i64, &str)]) -> Act {
    let instalments = instalments.iter();
    let instalments = instalments.map(|(amount, due)| Instalment {
        amount: *amount,
        due: due.parse().unwrap(),
        ..Instalment::default()
    });
    let plan = Plan { billed: billed.parse().unwrap(), instalments: instalments.collect(), ..Plan::default() };
    Act::Decide(Decided { granted: true, plan: Some(plan), ..Decided::default() })
}

fn paid(nth: u32, on: &str) -> Act {
    Act::PayInstalment { nth, on: on.parse().unwrap(), reference: "P".to_owned(), borne: None }
}

/// The bill is of 1 April 2020, the term for paying ends on Thursday 16 April: the tax is put off until 16 July at the latest.
#[test]
fn a_tax_that_is_put_off_is_paid_by_its_plan_and_bears_interest_from_the_day_it_is_late() {
    let deferral = || {
        let mut scene = Scene::new("2020-04-15T09:00:00+08:00");
        let facts = [("relief", "deferral"), ("cause", "epidemic")];
        scene.act("firm:blue", &file(claim("18-customs-charges", "2020-04-15", &facts))).unwrap();
        scene
    };
    for (act, code) in [
        (grant(0), "PQ-APPLICATION-015"),
        (put_off("2020-04-01", &[]), "PQ-APPLICATION-015"),
        (put_off("2020-04-01", &[(0, "2020-06-15")]), "PQ-APPLICATION-015"),
        (put_off("2020-04-01", &[(1, "2020-03-31")]), "PQ-APPLICATION-015"),
        (put_off("2020-04-01", &[(800_000, "2020-06-15"), (1_200_000, "2020-07-17")]), "PQ-APPLICATION-017"),
    ] {
        assert_eq!(deferral().act("organ:customs", &act), Err(code.to_owned()), "{act:?}");
    }
    let mut fee = Scene::new("2026-06-01T09:00:00+08:00");
    fee.act("firm:blue", &file(typhoon())).unwrap();
    assert_eq!(
        fee.act("organ:customs", &put_off("2026-06-01", &[(1, "2026-06-10")])).unwrap_err(),
        "PQ-APPLICATION-016"
    );

    let mut scene = deferral();
    // In the order in which they are due, however they were written.
    scene.act("organ:customs", &put_off("2020-04-01", &[(1_200_000, "2020-07-16"), (800_000, "2020-06-15")])).unwrap();
    let clocks = scene.application.clocks();
    let ends: Vec<_> = clocks.iter().map(|(name, due)| (name.as_str(), due.in_zone(&scene.profile.zone))).collect();
    let (first, second) = ("2020-06-16T00:00:00+08:00".to_owned(), "2020-07-17T00:00:00+08:00".to_owned());
    assert_eq!(ends, [("instalment:1", first), ("instalment:2", second)]);
    scene.now = at("2020-06-17T09:00:00+08:00");
    assert_eq!(scene.act("firm:blue", &paid(1, "2020-06-15")).unwrap_err(), "PQ-APPLICATION-006");
    assert_eq!(scene.act("organ:customs", &paid(1, "2020-06-18")).unwrap_err(), "PQ-APPLICATION-018", "tomorrow");
    assert_eq!(scene.act("organ:customs", &paid(3, "2020-06-15")).unwrap_err(), "PQ-APPLICATION-018", "no third one");
    // Recorded two days later, and paid in time: nothing was missed.
    assert_eq!(scene.act("organ:customs", &paid(1, "2020-06-15")).unwrap(), ["application.instalment_paid"]);
    assert_eq!(scene.act("organ:customs", &paid(1, "2020-06-15")).unwrap_err(), "PQ-APPLICATION-018", "paid once");
    let (clock, due) = scene.application.clocks().remove(0);
    scene.now = due.plus_hours(1);
    assert_eq!(scene.act("clock", &Act::Fire { clock, due }).unwrap(), ["application.instalment_missed"]);
    assert!(scene.application.clocks().is_empty());
    // Four days of 0.05 % on 12,000 yuan: 17 to 20 July.
    scene.now = at("2020-07-20T15:00:00+08:00");
    assert_eq!(scene.act("organ:customs", &paid(2, "2020-07-20")).unwrap(), ["application.instalment_paid"]);
    let plan = scene.application.plan().expect("a plan");
    let of: Vec<_> =
        plan.instalments.iter().map(|of| (of.missed, of.paid.as_ref().map(|paid| paid.interest))).collect();
    assert_eq!(of, [(false, Some(0)), (true, Some(2_400))]);
    let late = plan.instalments[1].paid.as_ref().and_then(|paid| paid.rule.as_ref()).expect("a row");
    assert_eq!((late.table.as_str(), late.row.as_str()), ("tariff-late-payment", "late-2012"));
}

#[test]
fn a_guarantee_runs_longer_at_most_as_its_row_says() {
    let extended = |from: &str, until: &str| {
        let mut scene = Scene::new("2020-04-20T09:00:00+08:00");
        let facts = [("relief", "guarantee"), ("cause", "epidemic")];
        let new = NewApplication { about: Some("G-1".to_owned()), ..claim("18-customs-charges", "2020-04-20", &facts) };
        scene.act("firm:blue", &file(new)).unwrap();
        let of = Extended { account: "G-1".to_owned(), from: at(from), until: at(until) };
        scene.act("organ:customs", &Act::Decide(Decided { granted: true, extended: Some(of), ..Decided::default() }))
    };
    let from = "2020-04-30T12:00:00+08:00";
    assert_eq!(extended(from, "2020-07-30T12:00:00+08:00").unwrap(), ["application.decided"]);
    assert_eq!(extended(from, "2020-07-31T12:00:00+08:00").unwrap_err(), "PQ-APPLICATION-020");
    assert_eq!(extended(from, from).unwrap_err(), "PQ-APPLICATION-020");
    let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
    scene.act("firm:blue", &file(typhoon())).unwrap();
    let of = Extended { account: "G-1".to_owned(), from: at(from), until: at("2020-05-30T12:00:00+08:00") };
    let stray = Act::Decide(Decided { granted: true, extended: Some(of), ..Decided::default() });
    assert_eq!(scene.act("organ:customs", &stray).unwrap_err(), "PQ-APPLICATION-019");
}

/// A certificate that is let hold longer is named by kind and printed day, and the grant says until when, within what the row says.
#[test]
fn a_certificate_holds_longer_at_most_as_its_row_says() {
    let mut scene = Scene::new("2026-06-01T09:00:00+08:00");
    let named = [("certificate", "ship"), ("trade", "foreign")];
    let mut unnamed = claim("10-certificates", "2026-06-01", &named);
    unnamed.papers.push(Paper { code: "certificate_copy".to_owned(), ..Paper::default() });
    assert_eq!(scene.act("firm:blue", &file(unnamed.clone())).unwrap_err(), "PQ-APPLICATION-004");
    let mut new = unnamed;
    new.facts.insert("printed_expiry".to_owned(), Value::Date("2026-06-20".parse().unwrap()));
    scene.act("firm:blue", &file(new)).unwrap();
    let grant = |until: Option<&str>| {
        let until = until.map(|until| until.parse().unwrap());
        Act::Decide(Decided { granted: true, until, ..Decided::default() })
    };
    for until in [None, Some("2026-06-20"), Some("2026-09-21")] {
        assert_eq!(scene.act("organ:msa", &grant(until)).unwrap_err(), "PQ-APPLICATION-022", "{until:?}");
    }
    scene.act("organ:msa", &grant(Some("2026-09-20"))).unwrap();
}
