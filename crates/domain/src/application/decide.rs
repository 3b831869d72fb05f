//! Deciding an act on an application: pure. What it returns is appended to the journal, all or nothing.

use super::{
    Act, Application, Assessed, Breach, Decided, Entry, Limit, Mark, NewApplication, Paid, Record, Refusal, Status,
    apply::apply, entry::Filed, mark, plan,
};
use jiff::civil::Date;

use crate::{
    Instant, Value,
    matter::{Context, Party},
    measure::{self, Fits, Measure, Running, Standing},
};

/// Decides what an act adds to an application's journal.
pub(super) fn decide(application: &Application, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    let new = matches!(act, Act::File(_) | Act::Record(..));
    if new != (application.version == 0) {
        return Err(Refusal::WrongState);
    }
    // A limit that a measure stops or makes longer is moved before anything is made of it, and again once another runs.
    let mut ahead = application.clone();
    let mut entries = move_limit(&mut ahead, context);
    if let Act::Fire { clock, due } = act {
        let moved = application.clocks().iter().any(|(name, at)| name == clock && at == due);
        return match entries.is_empty() {
            false if moved => Ok(entries),
            _ => Here { application, context }.fire(clock, *due),
        };
    }
    let here = Here { application: &ahead, context };
    let application = &ahead;
    entries.extend(here.passed(act));
    let before = entries.len();
    entries.extend(match act {
        Act::File(new) => here.file(new)?,
        Act::Record(new, decided) => here.record(new, decided)?,
        Act::Ask { words } => here.ask(words)?,
        Act::Answer { words, papers } => {
            here.require_firm(&[Status::Asked])?;
            let pause = application.questions.last().map(|question| (question.at, context.now));
            let limit = here.decision_limit(application.term.start, pause);
            vec![Entry::Answered { words: words.clone(), papers: papers.clone(), limit }]
        }
        Act::Decide(decided) => here.conclude(decided)?,
        Act::Withdraw => {
            here.require_firm(&[Status::Filed, Status::Asked, Status::Appealed])?;
            vec![Entry::Withdrawn]
        }
        Act::Appeal { words } => here.appeal(words)?,
        Act::DecideAppeal { stands, words } => {
            here.require_organ(&application.office, &[Status::Appealed])?;
            let limit = if *stands { None } else { here.decision_limit(context.now, None) };
            vec![Entry::AppealDecided { stands: *stands, words: words.clone(), limit }]
        }
        Act::Revoke { words, law, back } => {
            here.require_organ(application.organ(), &[Status::Granted, Status::Applied])?;
            if law.trim().is_empty() {
                return Err(Refusal::Lawless);
            }
            let appeal_until = here.limit("appeal_window", "firm", context.now, &[]).map(|limit| limit.due);
            let saved = application.standing().and_then(|decision| decision.decided.saved);
            let back = back.or(saved).map(|back| back.min(saved.unwrap_or(0)));
            vec![Entry::Revoked { words: words.clone(), law: law.clone(), appeal_until, back }]
        }
        Act::PayInstalment { nth, on, reference, borne } => here.pay(*nth, *on, reference, *borne)?,
        Act::Look => here.look(),
        Act::Fire { .. } => Vec::new(),
    });
    let mut after = ahead.clone();
    for entry in entries.get(before..).unwrap_or_default() {
        apply(&mut after, &Record::ahead(context.now, entry.clone()));
    }
    entries.extend(move_limit(&mut after, context));
    Ok(entries)
}

/// The moves of the limit that runs, by the measures that touch it.
fn move_limit(application: &mut Application, context: &Context<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let facts = Value::Map(application.facts.clone());
    while let Some(limit) = application.limit.as_ref().filter(|limit| !limit.passed && application.status().is_open()) {
        let start = match limit.name.as_str() {
            "decision" => application.term.start,
            _ => application.questions.last().map_or(application.opened_at, |question| question.at),
        };
        let running = Running {
            matter: "application",
            of: &application.measure,
            name: &limit.name,
            start,
            due: limit.due,
            calendar: &limit.calendar,
        };
        let Some(moved) = measure::moved(context.profile, &running, || &facts, &limit.moved) else { break };
        let entry = Entry::LimitMoved(Box::new(moved));
        apply(application, &Record::ahead(context.now, entry.clone()));
        entries.push(entry);
    }
    entries
}

/// What organs grant together: what each of them saves, the hours of the one that saves most, the first end.
fn together(application: &Application, last: Decided) -> Decided {
    let parts = || application.parts.values().map(|part| &part.decided).chain([&last]);
    let saved = parts().filter_map(|of| of.saved).reduce(i64::saturating_add);
    let hours = parts().filter_map(|of| of.hours).max();
    let until = parts().filter_map(|of| of.until).min();
    let percent = parts().filter_map(|of| of.percent).min();
    let person = parts().find_map(|of| of.person.clone());
    let plan = parts().find_map(|of| of.plan.clone());
    let extended = parts().find_map(|of| of.extended.clone());
    Decided { saved, hours, until, percent, person, plan, extended, ..last }
}

struct Here<'a> {
    application: &'a Application,
    context: &'a Context<'a>,
}

impl Here<'_> {
    /// The firm for which is acted.
    fn firm(&self) -> Option<&str> {
        match (&self.context.actor.on_behalf, &self.context.actor.party) {
            (Some(principal), Party::Firm(_)) => Some(principal),
            (None, Party::Firm(firm)) => Some(firm),
            _ => None,
        }
    }

    fn require_firm(&self, states: &[Status]) -> Result<(), Refusal> {
        if self.firm() != Some(self.application.firm.as_str()) {
            return Err(Refusal::NotYours);
        }
        self.require_state(states)
    }

    fn require_organ(&self, organ: &str, states: &[Status]) -> Result<(), Refusal> {
        match &self.context.actor.party {
            Party::Organ(own) if own == organ => self.require_state(states),
            _ => Err(Refusal::NotYours),
        }
    }

    fn require_state(&self, states: &[Status]) -> Result<(), Refusal> {
        if states.contains(&self.application.status()) { Ok(()) } else { Err(Refusal::WrongState) }
    }

    /// A measure that holds on the day of the event, and what its table says of the facts.
    fn assess(&self, new: &NewApplication) -> Result<(&Measure, Assessed, Fits), Refusal> {
        let profile = self.context.profile;
        let measure = profile.register.measure(&new.measure).ok_or_else(|| Refusal::NoMeasure(new.measure.clone()))?;
        if measure.standing(new.on) != Standing::InForce {
            return Err(Refusal::NotInForce(Box::new(measure.clone())));
        }
        let facts = Value::Map(new.facts.clone());
        let answer = measure::answer(profile, measure, new.on, &facts);
        let Some(rule) = answer.rule() else {
            let missing = measure::explain(profile, measure, new.on, &facts).map(|of| of.missing).unwrap_or_default();
            return Err(Refusal::Missing(missing));
        };
        let assessed = Assessed {
            fits: answer.fits.code().to_owned(),
            rule,
            law: answer.law().to_owned(),
            reason: answer.reason(),
            outputs: answer.outputs(),
        };
        Ok((measure, assessed, answer.fits))
    }

    fn filed(&self, new: &NewApplication, wanted: Fits, limit: Option<Limit>) -> Result<(&Measure, Filed), Refusal> {
        let (measure, assessed, fits) = self.assess(new)?;
        if fits != wanted {
            return Err(Refusal::NotByTable(fits, assessed.reason, assessed.law));
        }
        let profile = self.context.profile;
        let office = profile.organs.iter().find(|organ| organ.kind == "office");
        let filed = Filed {
            new: new.clone(),
            port: profile.port.code.clone(),
            assessed,
            organs: measure.decides.clone(),
            office: office.map(|organ| organ.code.clone()).unwrap_or_default(),
            limit,
            mark: mark(profile, &new.measure),
        };
        Ok((measure, filed))
    }

    fn file(&self, new: &NewApplication) -> Result<Vec<Entry>, Refusal> {
        if self.firm() != Some(new.firm.as_str()) {
            return Err(Refusal::NotYours);
        }
        let (measure, mut filed) = self.filed(new, Fits::OnApplication, None)?;
        let came = |code: &str| new.papers.iter().any(|paper| paper.code == code);
        if let Some(paper) = measure.documents.iter().find(|paper| paper.required && !came(&paper.code)) {
            return Err(Refusal::PaperMissing(paper.name.clone()));
        }
        // A certificate that is to hold longer is named, so that it is found where it is filed.
        let register = &self.context.profile.register;
        let unnamed: Vec<String> = measure::naming(register)
            .filter(|code| measure.extends_certificates() && !new.facts.contains_key(*code))
            .map(str::to_owned)
            .collect();
        if !unnamed.is_empty() {
            return Err(Refusal::Missing(unnamed));
        }
        let organ = measure.decides.first().cloned().unwrap_or_default();
        filed.limit = self.limit_of(&new.measure, "decision", &organ, self.context.now, &[]);
        Ok(vec![Entry::Filed(Box::new(filed))])
    }

    /// Relief without a claim is recorded by the organ that leads.
    fn record(&self, new: &NewApplication, decided: &Decided) -> Result<Vec<Entry>, Refusal> {
        let (measure, filed) = self.filed(new, Fits::ByItself, None)?;
        match &self.context.actor.party {
            Party::Organ(organ) if measure.decides.contains(organ) => {}
            _ => return Err(Refusal::NotYours),
        }
        let law = filed.assessed.law.clone();
        let decided = Decided { granted: true, law, words: None, ..decided.clone() };
        Ok(vec![Entry::Applied(Box::new(filed), Box::new(decided))])
    }

    /// What is missing is told once, and its time does not count (Administrative Licensing Law arts 32, 45).
    fn ask(&self, words: &str) -> Result<Vec<Entry>, Refusal> {
        self.require_deciding(&[Status::Filed])?;
        let limit = self.limit("answer", "firm", self.context.now, &[]);
        Ok(vec![Entry::Asked { words: words.to_owned(), limit }])
    }

    fn conclude(&self, decided: &Decided) -> Result<Vec<Entry>, Refusal> {
        let application = self.application;
        let organ = self.require_deciding(&[Status::Filed, Status::Asked])?;
        if !decided.granted && decided.words.is_none() {
            return Err(Refusal::Wordless);
        }
        if !decided.granted && decided.law.trim().is_empty() {
            return Err(Refusal::Lawless);
        }
        let filed = NewApplication {
            measure: application.measure.clone(),
            on: application.on,
            facts: application.facts.clone(),
            ..NewApplication::default()
        };
        let (_, assessed, fits) = self.assess(&filed)?;
        // The organ may refuse what the table lets be applied for, but not grant what it does not.
        if decided.granted && fits != Fits::OnApplication {
            return Err(Refusal::NotByTable(fits, assessed.reason, assessed.law));
        }
        let law = if decided.law.trim().is_empty() { assessed.law.clone() } else { decided.law.clone() };
        let window = || self.limit("appeal_window", "firm", self.context.now, &[]);
        let appeal_until = if decided.granted { None } else { window().map(|limit| limit.due) };
        let mut decided = Decided { law, ..decided.clone() };
        // The organ that leads settles how a tax is paid, and until when a guarantee runs.
        if decided.granted && organ == application.organ() {
            decided.plan = plan::checked(self.context.profile, &application.measure, &assessed, decided.plan.as_ref())?;
            plan::extended(self.context.profile, &assessed, decided.extended.as_ref())?;
            let named = (application.measure.as_str(), &application.facts);
            // Whom the row has named is named by the grant.
            let names = assessed.outputs.contains_key("names");
            decided.person = decided.person.filter(|_| names);
            if names && decided.person.is_none() {
                return Err(Refusal::NoPerson);
            }
            plan::certificate(self.context.profile, named, &assessed, decided.until)?;
        } else {
            (decided.plan, decided.extended, decided.person) = (None, None, None);
        }
        if decided.granted && application.outstanding().any(|of| of != organ) {
            return Ok(vec![Entry::PartGranted { organ, decided: Box::new(decided) }]);
        }
        let decided = if decided.granted { together(application, decided) } else { decided };
        Ok(vec![Entry::Decided { organ, decided: Box::new(decided), assessed, appeal_until }])
    }

    /// An organ that decides, and has not decided its part yet.
    fn require_deciding(&self, states: &[Status]) -> Result<String, Refusal> {
        let Party::Organ(organ) = &self.context.actor.party else { return Err(Refusal::NotYours) };
        if !self.application.organs.contains(organ) {
            return Err(Refusal::NotYours);
        }
        self.require_state(states)?;
        if self.application.parts.contains_key(organ) { Err(Refusal::WrongState) } else { Ok(organ.clone()) }
    }

    fn appeal(&self, words: &str) -> Result<Vec<Entry>, Refusal> {
        self.require_firm(&[Status::Refused, Status::Revoked])?;
        let until = self.application.standing().and_then(|decision| decision.appeal_until);
        if until.is_some_and(|until| until < self.context.now) {
            return Err(Refusal::TooLate);
        }
        let limit = self.limit("appeal", &self.application.office, self.context.now, &[]);
        Ok(vec![Entry::Appealed { words: words.to_owned(), limit }])
    }

    /// What became of the measure since it was last looked at. An application on which nothing is decided goes on while the
    /// measure holds on the day of its event; else it lapses, and says so. What was granted stands.
    fn look(&self) -> Vec<Entry> {
        let (application, context) = (self.application, self.context);
        let now = mark(context.profile, &application.measure);
        let today = context.now.date(&context.profile.zone);
        let ended = |mark: &Mark| mark.hash.is_empty() || mark.until.is_some_and(|until| until <= today);
        let holds =
            now.from.is_some_and(|from| from <= application.on) && now.until.is_none_or(|until| application.on < until);
        let told = application.measure_told.iter().any(|(_, kind)| kind == "application.measure_ended");
        if matches!(application.status(), Status::Filed | Status::Asked) && !holds {
            return vec![Entry::Lapsed { mark: now }];
        }
        if application.ended.is_some() {
            return Vec::new();
        }
        if ended(&now) {
            return if told { Vec::new() } else { vec![Entry::MeasureEnded { mark: now }] };
        }
        if now != application.mark { vec![Entry::MeasureChanged { mark: now }] } else { Vec::new() }
    }

    /// An instalment was paid, perhaps late: the interest is reckoned by the price list of those days.
    fn pay(&self, nth: u32, on: Date, reference: &str, borne: Option<i64>) -> Result<Vec<Entry>, Refusal> {
        let application = self.application;
        self.require_organ(application.organ(), &[Status::Granted])?;
        let plan = application.plan().ok_or(Refusal::WrongState)?;
        let of = plan.instalment(nth).filter(|of| of.paid.is_none()).ok_or(Refusal::Payment)?;
        // Money goes on what is due first, here as on the declaration.
        let first = plan.instalments.iter().find(|of| of.paid.is_none());
        if !first.is_some_and(|first| std::ptr::eq(first, of)) {
            return Err(Refusal::Payment);
        }
        if on > self.context.now.date(&self.context.profile.zone) {
            return Err(Refusal::Payment);
        }
        let (interest, rule, law) = match plan.interest(self.context.profile, &application.measure, of, on)? {
            Some((interest, rule, law)) => (interest, Some(rule), law),
            None => (0, None, String::new()),
        };
        let interest = borne.unwrap_or(interest);
        let paid = Paid { on, reference: reference.to_owned(), interest, rule, law };
        Ok(vec![Entry::InstalmentPaid { nth, paid }])
    }

    fn fire(&self, clock: &str, due: Instant) -> Result<Vec<Entry>, Refusal> {
        let runs = self.application.clocks().iter().any(|(name, at)| name == clock && *at == due);
        match plan::instalment_of(clock) {
            _ if !runs => Err(Refusal::WrongState),
            Some(nth) => Ok(vec![Entry::InstalmentMissed { nth, due }]),
            None => Ok(self.breach()),
        }
    }

    /// A limit that passed before this act is a fact, even when its clock has not fired yet; of an instalment it is none where
    /// the act says that it was paid in time.
    fn passed(&self, act: &Act) -> Vec<Entry> {
        let in_time = |nth: u32, due: Instant| match act {
            Act::PayInstalment { nth: paid, on, .. } => {
                *paid == nth && Instant::start_of(*on, &self.context.profile.zone).is_some_and(|at| at < due)
            }
            _ => false,
        };
        let mut entries = Vec::new();
        for (clock, due) in self.application.clocks().into_iter().filter(|(_, due)| *due < self.context.now) {
            match plan::instalment_of(&clock) {
                Some(nth) if in_time(nth, due) => {}
                Some(nth) => entries.push(Entry::InstalmentMissed { nth, due }),
                None => entries.extend(self.breach()),
            }
        }
        entries
    }

    fn breach(&self) -> Vec<Entry> {
        let Some(limit) = &self.application.limit else { return Vec::new() };
        let breach = |holder: &str| {
            Entry::Passed(Breach { name: limit.name.clone(), holder: holder.to_owned(), due: limit.due })
        };
        // Each organ that has not decided its part is late.
        if limit.name == "decision" {
            return self.application.outstanding().map(breach).collect();
        }
        vec![breach(&limit.holder)]
    }

    fn decision_limit(&self, start: Instant, pause: Option<(Instant, Instant)>) -> Option<Limit> {
        let pauses: Vec<_> = match pause {
            Some(pause) => self.application.term.pauses.iter().copied().chain([pause]).collect(),
            None => Vec::new(),
        };
        self.limit("decision", self.application.organ(), start, &pauses)
    }

    fn limit(&self, name: &str, holder: &str, start: Instant, pauses: &[(Instant, Instant)]) -> Option<Limit> {
        self.limit_of(&self.application.measure, name, holder, start, pauses)
    }

    /// A limit as the table `application-clocks` gives it; none where no row does.
    fn limit_of(
        &self,
        measure: &str,
        name: &str,
        holder: &str,
        start: Instant,
        pauses: &[(Instant, Instant)],
    ) -> Option<Limit> {
        let profile = self.context.profile;
        let inputs = Value::from([("measure", measure.into()), ("clock", name.into())]);
        let row = profile.hit("application-clocks", self.context.now, &inputs)?;
        let calendar = row.text("calendar");
        let due = profile.reckon_with_pauses(start, row.text("length"), pauses, calendar)?;
        let version = profile.calendars.get(calendar).map_or("", |calendar| calendar.version.as_str());
        Some(Limit {
            name: name.to_owned(),
            holder: holder.to_owned(),
            due,
            passed: false,
            calendar: format!("{calendar} {version}"),
            rule: row.rule(),
            law: row.law().to_owned(),
            moved: Vec::new(),
        })
    }
}
