//! A problem as it is told: who does what, one after the other, at clock times of the port.

use std::collections::BTreeSet;

use domain::{
    Instant,
    matter::{Actor, Context, Matter, Party},
    problem::{
        Act, Dispatched, Entry, Key, MessageKind, Outcome, PointAnswered, Problem, Received, Record, Refusal, Report,
        Status, apply, decide,
    },
    profile::Profile,
};

use crate::port::dalian;

/// The firm that reports in every story.
pub const FIRM: &str = "sample-agency-a";

#[derive(Default)]
pub struct Story {
    /// The profile by which is decided; none for the sample port's.
    pub profile: Option<&'static Profile>,
    pub problem: Problem,
    pub journal: Vec<Record>,
    pub now: Instant,
}

impl Story {
    /// A box is stuck at the gate; reported on Thursday 24 September 2026, 09:00.
    pub fn received() -> Story {
        Story::reported("terminal-gate", "ordinary", "week")
    }

    pub fn reported(topic: &str, impact: &str, urgency: &str) -> Story {
        let mut story = Story::default();
        story.at("2026-09-24T09:00");
        story.must("firm", receive(topic, impact, urgency));
        story
    }

    /// Looked at as it was reported, and given to the port group with the customs as co-handler.
    pub fn dispatched() -> Story {
        let mut story = Story::received();
        story.triage();
        story.must("port_office", dispatch("port_group", &["customs"]));
        story
    }

    /// Accepted by both.
    pub fn handled() -> Story {
        let mut story = Story::dispatched();
        story.must("port_group", Act::Accept);
        story.must("customs", Act::Accept);
        story
    }

    /// Answered and signed; the firm is asked.
    pub fn answered() -> Story {
        let mut story = Story::handled();
        story.must("customs", Act::Answer { points: vec![point(1, Outcome::Solved)] });
        story.must("port_group", sign(Outcome::Solved));
        assert_eq!(story.problem.status(), Status::Answered);
        story
    }

    pub fn profile(&self) -> &'static Profile {
        self.profile.unwrap_or_else(dalian)
    }

    pub fn triage(&mut self) {
        let of = self.problem.clone();
        self.must("port_office", triage(&of.topic, &of.impact, &of.urgency, &[]));
    }

    pub fn at(&mut self, local: &str) {
        self.now = time(local);
    }

    /// Tries an act. `who`: `firm`, `clock`, `firm:CODE` or an organ's code; `organ/person` for a certain person.
    pub fn tries(&mut self, who: &str, act: Act) -> Result<Vec<Entry>, Refusal> {
        let (unit, person) = who.split_once('/').unwrap_or((who, "sample-person"));
        let party = match unit {
            "firm" => Party::Firm(FIRM.to_owned()),
            "clock" => Party::Clock,
            _ => match unit.strip_prefix("firm:") {
                Some(firm) => Party::Firm(firm.to_owned()),
                None => Party::Organ(unit.to_owned()),
            },
        };
        let actor = Actor { party, person: person.to_owned(), on_behalf: None };
        let before = self.problem.clone();
        let entries = decide(&self.problem, &act, &Context { now: self.now, profile: self.profile(), actor: &actor });
        assert_eq!(self.problem, before, "deciding changes nothing by itself");
        let entries = entries?;
        assert!(!entries.is_empty(), "an act that is allowed leaves an entry: {act:?}");
        let at = if let Act::Fire { due, .. } = act { due } else { self.now };
        for entry in &entries {
            let record = Record {
                at,
                party: who.to_owned(),
                person: actor.person.clone(),
                on_behalf: None,
                channel: "page".to_owned(),
                entry: entry.clone(),
            };
            apply(&mut self.problem, &record);
            self.journal.push(record);
        }
        assert_eq!(self.problem, Problem::fold(&self.journal), "the state is the fold of the journal");
        assert_eq!(self.problem.version, i64::try_from(self.journal.len()).unwrap());
        Ok(entries)
    }

    #[track_caller]
    pub fn must(&mut self, who: &str, act: Act) -> Vec<Entry> {
        self.tries(who, act.clone()).unwrap_or_else(|refusal| panic!("{who} {act:?}: {refusal:?}"))
    }

    #[track_caller]
    pub fn refused(&mut self, who: &str, act: Act) -> Refusal {
        self.tries(who, act.clone()).expect_err(&format!("{who} {act:?}"))
    }

    /// Fires every clock that is due, one after the other, as the program does.
    pub fn fire(&mut self) -> usize {
        let mut fired = 0;
        loop {
            let now = self.now;
            let due = self.problem.running().filter(|clock| clock.due <= now).min_by_key(|clock| clock.due).cloned();
            let Some(clock) = due else { return fired };
            self.must("clock", Act::Fire { clock: clock.name, due: clock.due });
            fired += 1;
        }
    }

    pub fn due(&self, clock: &str) -> String {
        local(self.problem.clocks[clock].due)
    }

    pub fn passed(&self, clock: &str) -> usize {
        self.problem.breaches.iter().filter(|breach| breach.clock == clock).count()
    }
}

pub fn time(local: &str) -> Instant {
    Instant::parse(&format!("{local}:00+08:00")).unwrap()
}

pub fn local(at: Instant) -> String {
    dalian().zone.to_datetime(at.timestamp()).strftime("%Y-%m-%dT%H:%M").to_string()
}

pub fn receive(topic: &str, impact: &str, urgency: &str) -> Act {
    Act::Receive(Box::new(Received {
        number: "2026-DAL-P000001".into(),
        port: "CNDAL".into(),
        topic: topic.into(),
        impact: impact.into(),
        urgency: urgency.into(),
        report: report("2026-DAL-P000001", FIRM),
        ..Received::default()
    }))
}

pub fn report(number: &str, firm: &str) -> Report {
    Report {
        number: number.into(),
        firm: firm.into(),
        words: format!("words of {number}"),
        contact: Some(format!("contact of {number}")),
        language: "zh".into(),
        channel: "page".into(),
        keys: BTreeSet::from([Key::new("container", &format!("box {number}"))]),
        ..Report::default()
    }
}

pub fn triage(topic: &str, impact: &str, urgency: &str, points: &[&str]) -> Act {
    Act::Triage {
        topic: topic.into(),
        impact: impact.into(),
        urgency: urgency.into(),
        keys: BTreeSet::new(),
        points: points.iter().map(|words| (*words).to_owned()).collect(),
    }
}

pub fn dispatch(lead: &str, co: &[&str]) -> Act {
    Act::Dispatch(Dispatched {
        lead: Some(lead.into()),
        co: co.iter().map(|organ| (*organ).to_owned()).collect(),
        ..Dispatched::default()
    })
}

pub fn give_back() -> Act {
    Act::Return { reason: "not_competent".into(), words: "why".into(), instead: None }
}

pub fn rule(assignment: u32, organ: &str) -> Act {
    let (law, words) = ("a rule".into(), "why".into());
    Act::Rule { assignment, organ: organ.into(), law, words, precedent: true, only: BTreeSet::new() }
}

pub fn point(point: u32, outcome: Outcome) -> PointAnswered {
    PointAnswered { point, outcome, law: "a rule".into(), words: "answer".into() }
}

pub fn sign(outcome: Outcome) -> Act {
    Act::Sign { points: vec![point(1, outcome)], plan: None }
}

pub fn tell(report: u32, solved: bool, satisfied: bool) -> Act {
    Act::Tell { report, answered: true, solved, satisfied, words: None }
}

pub fn update() -> Act {
    Act::Send { kind: MessageKind::Update, report: None, words: "how it stands".into(), confidential: false }
}

pub fn note(confidential: bool) -> Act {
    Act::Send { kind: MessageKind::Note, report: None, words: "a note".into(), confidential }
}
