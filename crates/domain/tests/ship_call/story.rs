//! A call as it is told: who does what, one after the other, at clock times of the port.

use std::collections::BTreeMap;

use domain::{
    Instant, Text, Value,
    formality::Formality,
    matter::Matter,
    profile::Profile,
    ship_call::{
        Act, Actor, Context, Entry, Opened, Party, Phase, Record, Refusal, ReviewState, Ship, ShipCall, Status,
        StepState, TimeKind, Words, apply, decide,
    },
};

use crate::port::dalian;

/// The firm that is the ship's agent in every story.
pub const AGENT: &str = "sample-agency";

#[derive(Clone)]
pub struct Story {
    pub call: ShipCall,
    pub journal: Vec<Record>,
    pub now: Instant,
    /// The profile by which is decided; none for the sample port's.
    pub profile: Option<&'static Profile>,
}

impl Story {
    /// A container ship under the flag of Panama, on her way from Busan: opened on Sunday 20 September 2026, 10:00.
    pub fn opened(kind: &str) -> Story {
        Story::opened_for(kind, "PA", &[("last_port", "KRPUS".into()), ("next_port", "JPTYO".into())])
    }

    pub fn opened_for(kind: &str, flag: &str, facts: &[(&str, Value)]) -> Story {
        Story::of(opening(kind, flag, facts))
    }

    /// A general cargo ship, for the berths that are not open.
    pub fn general_cargo(flag: &str) -> Story {
        let mut opened = opening("ordinary", flag, &[("last_port", "KRPUS".into())]);
        opened.ship.ship_type = "general_cargo".to_owned();
        Story::of(opened)
    }

    pub fn of(opened: Opened) -> Story {
        let mut story =
            Story { call: ShipCall::default(), journal: Vec::new(), now: Instant::default(), profile: None };
        story.at("2026-09-20T10:00");
        story.must("agent", Act::Open(Box::new(opened)));
        story
    }

    /// An ordinary call, in port since 25 September 12:00 with entry cleared, to sail on 27 September at 12:00.
    pub fn in_port() -> Story {
        let mut story = Story::opened("ordinary");
        story.applies_for_entry("2026-09-27T12:00");
        story.grant("msa", "entry_application");
        story.at("2026-09-24T08:00");
        story.clear(Phase::Entry);
        story.arrives("2026-09-25T12:00");
        assert_eq!(story.call.status(), Status::InPort);
        story
    }

    /// The same call with her departure permit, issued on 27 September at 09:00.
    pub fn with_permit() -> Story {
        let mut story = Story::in_port();
        story.at("2026-09-27T09:00");
        story.clear(Phase::Exit);
        story.file("departure_permit", &[]);
        story.grant("msa", "departure_permit");
        assert_eq!(story.call.status(), Status::PermitIssued);
        story
    }

    /// Files the entry application on 24 September at 05:00: she leaves Busan at 06:00 and comes next day at 12:00.
    pub fn applies_for_entry(&mut self, etd: &str) {
        self.at("2026-09-24T05:00");
        let facts = [
            ("left_last_port", time_fact("2026-09-24T06:00")),
            ("eta", time_fact("2026-09-25T12:00")),
            ("etd", time_fact(etd)),
            ("berth", "DYW-12".into()),
            ("dangerous_goods", false.into()),
            ("persons_passengers", 0.into()),
        ];
        self.file("entry_application", &facts);
    }

    pub fn at(&mut self, local: &str) {
        self.now = time(local);
    }

    /// Tries an act. `who`: `agent`, `clock`, `firm:CODE` or an organ's code.
    pub fn tries(&mut self, who: &str, act: Act) -> Result<Vec<Entry>, Refusal> {
        self.tries_by(self.profile.unwrap_or(dalian()), who, act)
    }

    /// Does an act by another profile than the sample's.
    pub fn must_by(&mut self, profile: &Profile, who: &str, act: Act) -> Vec<Entry> {
        let told = format!("{who}: {act:?}");
        self.tries_by(profile, who, act).unwrap_or_else(|refusal| panic!("{told}\n{refusal:?}"))
    }

    fn tries_by(&mut self, profile: &Profile, who: &str, act: Act) -> Result<Vec<Entry>, Refusal> {
        let party = match who {
            "agent" => Party::Firm(AGENT.to_owned()),
            "clock" => Party::Clock,
            _ => match who.strip_prefix("firm:") {
                Some(firm) => Party::Firm(firm.to_owned()),
                None => Party::Organ(who.to_owned()),
            },
        };
        let actor = Actor { party, person: "sample-person".to_owned(), on_behalf: None };
        let before = self.call.clone();
        let entries = decide(&self.call, &act, &Context { now: self.now, profile, actor: &actor });
        assert_eq!(self.call, before, "deciding changes nothing by itself");
        let entries = entries?;
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
            apply(&mut self.call, &record);
            self.journal.push(record);
        }
        assert_eq!(self.call, ShipCall::fold(&self.journal), "the state is the fold of the journal");
        assert_eq!(self.call.version, i64::try_from(self.journal.len()).unwrap());
        Ok(entries)
    }

    pub fn must(&mut self, who: &str, act: Act) -> Vec<Entry> {
        let told = format!("{who}: {act:?}");
        self.tries(who, act).unwrap_or_else(|refusal| panic!("{told}\n{refusal:?}"))
    }

    pub fn refused(&mut self, who: &str, act: Act) -> Refusal {
        let told = format!("{who}: {act:?}");
        match self.tries(who, act) {
            Ok(entries) => panic!("{told}\nwas not refused: {entries:?}"),
            Err(refusal) => refusal,
        }
    }

    pub fn file(&mut self, formality: &str, facts: &[(&str, Value)]) {
        self.must("agent", file(formality, facts));
    }

    pub fn grant(&mut self, organ: &str, formality: &str) {
        self.must(organ, grant(formality));
    }

    /// Files what is due for a phase and not yet filed, and lets every organ grant it, signatures last.
    pub fn clear(&mut self, phase: Phase) {
        for signatures in [false, true] {
            let due: Vec<_> = self.call.requirements_of(phase).cloned().collect();
            let due =
                due.iter().filter(|due| due.is_signature() == signatures && !due.is_permit() && !due.is_optional());
            for due in due {
                if self.call.step_state(due) == StepState::NotFiled {
                    self.file(due.formality.code(), &[]);
                }
                for organ in &due.organs {
                    if !self.call.review(due.formality, organ).unwrap().state.is_granted() {
                        self.grant(organ, due.formality.code());
                    }
                }
            }
        }
        assert!(self.call.is_cleared(phase), "{:?}", self.call.unmet_for_departure());
    }

    pub fn arrives(&mut self, local: &str) {
        self.at(local);
        self.must("agent", happened("arrival", local));
    }

    pub fn state(&self, formality: &str, organ: &str) -> ReviewState {
        self.call.review(of(formality), organ).unwrap_or_else(|| panic!("{organ} has no {formality}")).state
    }

    pub fn is_due(&self, formality: &str) -> bool {
        self.call.requirement(of(formality)).is_some()
    }

    pub fn has_clock(&self, name: &str) -> bool {
        self.call.clocks().iter().any(|clock| clock.name == name)
    }

    /// Fires the clocks that are due now and whose names begin so.
    pub fn fire_clocks_named(&mut self, name: &str) -> usize {
        let due = |clock: &domain::ship_call::Clock| clock.due <= self.now && clock.name.starts_with(name);
        let due: Vec<_> = self.call.clocks().into_iter().filter(due).collect();
        for clock in &due {
            self.must("clock", Act::Fire { clock: clock.name.clone(), due: clock.due });
        }
        due.len()
    }

    /// Fires every clock that is due now, as the program does.
    pub fn fire_clocks(&mut self) -> usize {
        let due: Vec<_> = self.call.clocks().into_iter().filter(|clock| clock.due <= self.now).collect();
        let fired = due.len();
        for clock in due {
            self.must("clock", Act::Fire { clock: clock.name, due: clock.due });
        }
        fired
    }
}

pub fn opening(kind: &str, flag: &str, facts: &[(&str, Value)]) -> Opened {
    Opened {
        number: "2026-DAL-000412".to_owned(),
        port: "CNDAL".to_owned(),
        agent: AGENT.to_owned(),
        ship: Ship {
            imo: "9074729".to_owned(),
            name: Text::new("示例一号", "Sample One"),
            ship_type: "container".to_owned(),
            flag: flag.to_owned(),
            call_sign: "3FSA1".to_owned(),
            gross_tonnage: 54_000,
            length: 148,
        },
        kind: kind.to_owned(),
        facts: named(facts),
        copied_from: None,
        report: (kind == "distress").then(words),
        ship_record: 0,
        beside: 0,
    }
}

pub fn file(formality: &str, facts: &[(&str, Value)]) -> Act {
    Act::File {
        formality: of(formality),
        document: format!("document-of-{formality}"),
        digest: "00".repeat(32),
        original: None,
        facts: named(facts),
        warnings: 0,
    }
}

pub fn grant(formality: &str) -> Act {
    conclude(formality, ReviewState::Granted)
}

/// A decision with words and law, as any but a plain grant needs.
pub fn conclude(formality: &str, outcome: ReviewState) -> Act {
    let words = if outcome == ReviewState::Granted { Vec::new() } else { vec![words()] };
    let law = if outcome == ReviewState::Refused { "art. 46".to_owned() } else { String::new() };
    Act::Decide { formality: of(formality), outcome, reason: None, words, law, mirror: None }
}

pub fn hold(kind: &str) -> Act {
    Act::PlaceHold { kind: kind.to_owned(), ground: words(), reference: "2026-17".to_owned() }
}

pub fn lift(hold: u32) -> Act {
    Act::LiftHold { hold, reference: "2026-18".to_owned() }
}

pub fn ask(formality: &str, items: usize) -> Act {
    Act::Ask { formality: of(formality), items: (0..items).map(|nth| format!("item-{nth}")).collect(), due: None }
}

pub fn happened(event: &str, local: &str) -> Act {
    stated(event, TimeKind::Actual, local)
}

pub fn stated(event: &str, kind: TimeKind, local: &str) -> Act {
    Act::StateTime { event: event.to_owned(), kind, at: time(local), replies_to: None, delay_reason: None }
}

pub fn plan(berth: &str) -> Act {
    Act::PlanBerth {
        berth: berth.to_owned(),
        from: time("2026-09-25T13:00"),
        until: time("2026-09-27T11:00"),
        beside: Vec::new(),
    }
}

pub fn words() -> Words {
    Text::new("示例理由", "A sample reason").into()
}

pub fn of(formality: &str) -> Formality {
    Formality::from_code(formality).unwrap_or_else(|| panic!("no formality is called {formality}"))
}

/// A clock time of Dalian, `2026-09-24T06:00`.
pub fn time(local: &str) -> Instant {
    Instant::parse(&format!("{local}:00+08:00")).unwrap_or_else(|| panic!("{local} is no clock time"))
}

pub fn time_fact(local: &str) -> Value {
    format!("{local}:00+08:00").as_str().into()
}

pub fn named(facts: &[(&str, Value)]) -> BTreeMap<String, Value> {
    facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}
