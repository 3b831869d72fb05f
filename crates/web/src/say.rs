//! The words of states, holders and entries: what the fold says in codes, said for people.

use std::collections::BTreeMap;

use domain::{
    Fault, Text, Value,
    formality::Formality,
    profile::Profile,
    reference::Coded,
    ship_call::{Boarding, DistressEnd, Entry, Holding, Mirror, Record, ReviewState, StepState, Words},
};
use office::MOST_COUNTED;
use serde_json::json;

use crate::layout::Say;

/// A text in both languages.
pub fn text(text: &Text) -> Say {
    json!({"zh": text.zh, "en": text.en})
}

/// What somebody wrote in an act; for whom it is not, or once it is erased, that something was written.
pub fn words(words: &Words) -> Say {
    words.plain().map_or_else(|| key("words-kept"), text)
}

/// A legal reference, by the titles that the profile gives.
pub fn law(profile: &Profile, reference: &str) -> Say {
    text(&profile.law(reference))
}

/// A kind of certificate, as the formality lists it.
pub fn certificate(kind: &str) -> Say {
    domain::formality::certificate_kind(kind).map_or_else(|| json!(kind), |name| text(&name))
}

/// A port with its code: `仁川（KRINC）`.
pub fn place(code: &str) -> Say {
    domain::reference::locode(code).map_or_else(|| json!(code), |place| text(&place.said()))
}

/// A port in a sentence: by its name alone, with its code where no Chinese name is held.
pub fn place_name(code: &str) -> Say {
    let Some(place) = domain::reference::locode(code) else { return json!(code) };
    json!({"zh": place.zh.map_or_else(|| place.said().zh, str::to_owned), "en": place.name})
}

/// A country with its letters: `韩国（KR）`.
pub fn country(code: &str) -> Say {
    domain::reference::country(code).map_or_else(|| json!(code), |country| text(&country.said()))
}

/// A reason for a delay, in words.
pub fn delay_reason(reason: &Coded) -> Say {
    json!({"zh": reason.zh, "en": reason.name})
}

/// Who is who on a page that speaks of firms: the profile's organs, and the firms by the port's records.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// The organs.
    pub profile: &'a Profile,
    /// Names of the firms that the page speaks of, by their codes.
    pub firms: &'a BTreeMap<String, Text>,
}

impl Names<'_> {
    /// The short name of an organ, the agent, or the name of a firm; a code that nobody knows stays.
    pub fn unit(&self, code: &str) -> Say {
        self.firms.get(code).map_or_else(|| unit(self.profile, code), text)
    }
}

/// Words by key.
pub fn key(key: &str) -> Say {
    json!({"key": key})
}

/// A number that is counted only so far: the first words for what was counted, the second for more than that.
pub fn so_far((counted, more): (&str, &str), n: i64) -> Say {
    let key = if n > MOST_COUNTED { more } else { counted };
    json!({"key": key, "n": n.min(MOST_COUNTED)})
}

/// A state with its tone.
pub fn tag(tone: &str, say: &Say) -> Say {
    json!({"tone": tone, "say": say})
}

/// The short name of an organ, the agent, or the firm's code.
pub fn unit(profile: &Profile, code: &str) -> Say {
    match code {
        "agent" => key("who-agent"),
        "nobody" => key("who-nobody"),
        "clock" => key("who-clock"),
        _ => profile.organ(code).map_or_else(|| json!(code), |organ| text(&organ.short)),
    }
}

/// The names of several organs.
pub fn units(profile: &Profile, codes: &[String]) -> Say {
    codes.iter().map(|code| unit(profile, code)).collect()
}

/// The name of a formality.
pub fn formality(formality: Formality) -> Say {
    json!({"zh": formality.spec().zh, "en": formality.spec().en})
}

/// The name of what a task is about: a formality, the answers to a question, a permit.
pub fn step(step: &str) -> Say {
    match (Formality::from_code(step), step.strip_prefix("answers:")) {
        (Some(of), _) => formality(of),
        (None, Some(question)) => json!({"key": "step-answers", "n": question}),
        (None, None) if step == "distress" => key("step-distress"),
        (None, None) if step == "departure" => key("step-departure"),
        (None, None) if step.starts_with("declaration:") => key("step-declaration"),
        (None, None) if step.starts_with("consignment:") => key(&format!("step-{}", step.replace(':', "-"))),
        (None, None) => key("step-permit"),
    }
}

/// The overall state of a call.
pub fn status(code: &str) -> Say {
    let tone = match code {
        "entry_cleared" | "in_port" | "exit_cleared" | "permit_issued" => "ok",
        "in_port_not_cleared" | "reexamination_due" | "in_distress" | "sailed_uncleared" => "stop",
        "announced" | "entry_approved" | "distress_over" => "wait",
        _ => "none",
    };
    tag(tone, &key(&format!("status-{}", code.replace('_', "-"))))
}

/// Where a requirement stands.
pub fn step_state(state: StepState) -> Say {
    let (tone, word) = match state {
        StepState::NotFiled => ("none", "step-not-filed"),
        StepState::Returned => ("stop", "step-returned"),
        StepState::Questions => ("wait", "step-questions"),
        StepState::UnderReview => ("none", "step-under-review"),
        StepState::Refused => ("stop", "step-refused"),
        StepState::Met => ("ok", "step-met"),
    };
    tag(tone, &key(word))
}

/// Where an organ stands with a formality.
pub fn review_state(state: ReviewState) -> Say {
    let (tone, word) = match state {
        ReviewState::Filed => ("none", "review-filed"),
        ReviewState::InCharge => ("wait", "review-in-charge"),
        ReviewState::Returned => ("stop", "review-returned"),
        ReviewState::Granted => ("ok", "review-granted"),
        ReviewState::GrantedWithConditions => ("ok", "review-conditions"),
        ReviewState::Refused => ("stop", "review-refused"),
    };
    tag(tone, &key(word))
}

/// A decision that an organ took in its national system: where, under which number, when, and who recorded it here.
pub fn mirror(mirror: &Mirror) -> Say {
    json!({
        "key": "entry-mirrored",
        "source": mirror.source,
        "number": mirror.number,
        "at": {"at": mirror.decided_at.0},
        "who": mirror.recorder,
    })
}

/// A length as the law counts it, `P14CD` as fourteen days; what is no length of one unit stays as it is.
pub fn length(text: &str) -> Say {
    known_length(text).unwrap_or_else(|| json!(text))
}

/// The same; none for what is no length of one unit.
pub fn known_length(text: &str) -> Option<Say> {
    let rest = text.strip_prefix('P')?;
    let (rest, of_hours) = rest.strip_prefix('T').map_or((rest, false), |rest| (rest, true));
    let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
    let n: i64 = rest[..digits].parse().ok()?;
    let key = match (&rest[digits..], of_hours) {
        ("CD" | "D", false) => "measure-days",
        ("WD", false) => "measure-working-days",
        ("M", false) => "measure-months",
        ("H", true) => "length-hours",
        ("M", true) => "length-minutes",
        _ => return None,
    };
    Some(json!({"key": key, "n": n}))
}

/// What holds a call, in one sentence.
pub fn holding(profile: &Profile, holding: &Holding) -> Say {
    let what = holding.formality.map_or(json!(""), formality);
    json!({
        "key": format!("holding-{}", holding.what.replace('_', "-")),
        "who": unit(profile, holding.holder.code()),
        "what": what,
        "n": holding.count,
    })
}

/// A fault for the error summary; `field` makes it a link.
pub fn fault(fault: &Fault) -> Say {
    let field = fault.location.trim_start_matches('/').replace('/', ".");
    json!({
        "field": if field.is_empty() { json!(null) } else { json!(field) },
        "say": text(&fault.text),
        "remedy": text(&fault.remedy),
        "help": text(&fault.help),
        "code": fault.code,
    })
}

/// An entry of the journal: what happened, and its details; for whom an agent did it by mandate.
pub fn entry(names: Names<'_>, record: &Record) -> (Say, Say) {
    let (said, small) = entry_itself(names, record);
    match &record.on_behalf {
        None => (said, small),
        Some(principal) => {
            let principal = json!({"key": "entry-on-behalf", "who": names.unit(principal)});
            (said, if small.is_null() { principal } else { json!([small, principal]) })
        }
    }
}

fn entry_itself(names: Names<'_>, record: &Record) -> (Say, Say) {
    let profile = names.profile;
    let of = |formality: &Formality| self::formality(*formality);
    let who = |code: &str| unit(profile, code);
    let none = || json!(null);
    match &record.entry {
        Entry::Opened(opened) => {
            let copied =
                opened.copied_from.iter().map(|copied| json!({"key": "entry-copied", "number": copied.number}));
            let beside = (opened.beside > 0).then(|| json!({"key": "entry-beside", "n": opened.beside}));
            let small: Vec<Say> = copied.chain(beside).collect();
            (json!({"key": "entry-opened"}), if small.is_empty() { none() } else { json!(small) })
        }
        Entry::Assessed { requirements, .. } => (json!({"key": "entry-assessed", "n": requirements.len()}), none()),
        Entry::Filed(filed) => (
            json!({"key": "entry-filed", "what": of(&filed.formality), "n": filed.version}),
            json!({"key": "entry-filed-by", "channel": key(&format!("channel-{}", record.channel)), "warnings": filed.warnings}),
        ),
        Entry::Withdrawn { formality, reason } => {
            (json!({"key": "entry-withdrawn", "what": of(formality)}), self::words(reason))
        }
        Entry::InCharge { formality, organ, decision_due, silent_until, .. } => (
            json!({
                "key": if silent_until.is_some() { "entry-in-charge-by-silence" } else { "entry-in-charge" },
                "who": who(organ), "what": of(formality),
            }),
            decision_due.map_or_else(none, |due| json!({"key": "entry-decide-until", "at": {"at": due.0}})),
        ),
        Entry::Decided { .. } => decided(profile, record),
        Entry::Reopened { formality, organ, cause, .. } => {
            (json!({"key": "entry-reopened", "who": who(organ), "what": of(formality)}), self::cause(cause))
        }
        Entry::Suspended { formality, organ, law, .. } => {
            (json!({"key": "entry-suspended", "who": who(organ), "what": of(formality)}), self::law(profile, law))
        }
        Entry::Resumed { formality, organ, .. } => {
            (json!({"key": "entry-resumed", "who": who(organ), "what": of(formality)}), none())
        }
        Entry::ClockMoved(of) => (
            match limit_of(&of.clock) {
                Some(what) => json!({"key": format!("entry-moved-{}-of", of.how.code()), "what": what}),
                None => json!({"key": format!("entry-moved-{}", of.how.code())}),
            },
            moved(profile, of),
        ),
        Entry::Passed(breach) => (
            match limit_of(&breach.clock) {
                Some(what) => json!({"key": "entry-passed-of", "who": who(&breach.holder), "what": what}),
                None => json!({"key": "entry-passed", "who": who(&breach.holder)}),
            },
            json!({"key": "entry-passed-due", "at": {"at": breach.due.0}}),
        ),
        Entry::Asked { organ, formality, items, .. } => {
            (json!({"key": "entry-asked", "who": who(organ), "what": of(formality), "n": items.len()}), none())
        }
        Entry::Answered { id, item, .. } => (json!({"key": "entry-answered", "n": item + 1, "question": id}), none()),
        Entry::Closed { id, item } => (json!({"key": "entry-closed", "n": item + 1, "question": id}), none()),
        _ => port_entry(names, record),
    }
}

fn decided(profile: &Profile, record: &Record) -> (Say, Say) {
    let Entry::Decided { formality, organ, outcome, words, law, mirror, .. } = &record.entry else {
        return (json!(null), json!(null));
    };
    let word = match outcome {
        ReviewState::Granted => "entry-granted",
        ReviewState::GrantedWithConditions => "entry-conditions",
        ReviewState::Refused => "entry-refused",
        _ => "entry-returned",
    };
    let said = json!({"key": word, "who": unit(profile, organ), "what": self::formality(*formality)});
    // Where it was decided comes first: what is only recorded here is never told as if it was decided here.
    let mut small: Vec<Say> = mirror.iter().map(self::mirror).collect();
    small.extend(words.iter().map(self::words));
    if !law.is_empty() {
        small.push(self::law(profile, law));
    }
    (said, json!(small))
}

fn port_entry(names: Names<'_>, record: &Record) -> (Say, Say) {
    let profile = names.profile;
    let who = |code: &str| unit(profile, code);
    let none = || json!(null);
    match &record.entry {
        Entry::HoldPlaced(hold) => {
            let mut small = vec![self::words(&hold.ground), json!(hold.reference), law(profile, &hold.law)];
            small.extend(recorded(hold.recorder.as_deref()));
            (json!({"key": "entry-hold", "who": who(&hold.issuer)}), json!(small))
        }
        Entry::HoldLifted { reference, recorder, .. } => {
            let mut small = vec![json!(reference)];
            small.extend(recorded(recorder.as_deref()));
            (json!({"key": "entry-hold-lifted"}), json!(small))
        }
        Entry::BoardingOrdered(boarding) => (
            json!({"key": "entry-boarding", "who": who(&boarding.organ)}),
            json!([ground(profile, boarding), self::words(&boarding.words), law(profile, &boarding.law)]),
        ),
        Entry::BoardingFinished { result, .. } => (json!({"key": "entry-boarding-finished"}), self::words(result)),
        Entry::PermitIssued(permit) => match &permit.mirror {
            None => (json!({"key": "entry-permit", "number": permit.number}), law(profile, &permit.law)),
            Some(mirror) => (
                json!({"key": "entry-permit", "number": mirror.number}),
                json!([self::mirror(mirror), law(profile, &permit.law)]),
            ),
        },
        Entry::ReexaminationDue { number, cause } => {
            (json!({"key": "entry-reexamination", "number": number}), self::cause(cause))
        }
        Entry::PermitConfirmed { number, .. } => (json!({"key": "entry-permit-confirmed", "number": number}), none()),
        Entry::TimeStated(time) => (
            json!({"key": "entry-time", "event": key(&format!("event-{}", time.event.replace('_', "-"))),
                   "kind": key(&format!("time-{:?}", time.kind).to_lowercase()), "at": {"at": time.at.0}}),
            names.unit(&time.source),
        ),
        Entry::BerthPlanned(plan) => (
            json!({"key": if plan.shift { "entry-shift" } else { "entry-berth" }, "berth": berth(profile, &plan.berth)}),
            json!({"key": "entry-berth-times", "from": {"at": plan.from.0}, "until": {"at": plan.until.0}}),
        ),
        Entry::PriorityGranted { priority, words, .. } => {
            let mut small = vec![text(&priority.reason), self::words(words), law(profile, &priority.law)];
            small.extend(priority.application.as_ref().map(|number| json!(number)));
            let class = text(&domain::priority::said(profile, &priority.class, record.at));
            (json!({"key": "entry-priority", "who": who(&priority.approver), "class": class}), json!(small))
        }
        Entry::PriorityEnded { organ, words, .. } => {
            (json!({"key": "entry-priority-ended", "who": who(organ)}), self::words(words))
        }
        Entry::AgentChanged { agent } => (json!({"key": "entry-agent", "who": names.unit(agent)}), none()),
        Entry::Distress(distress) => {
            (json!({"key": "entry-distress", "told": units(profile, &distress.told)}), self::words(&distress.report))
        }
        Entry::DistressAcknowledged { organ } => (json!({"key": "entry-distress-known", "who": who(organ)}), none()),
        Entry::DistressEnded(end) => (
            json!({"key": "entry-distress-ended", "who": who(&end.organ), "how": distress_end(profile, end)}),
            json!([self::words(&end.words), law(profile, &end.law)]),
        ),
        Entry::SailedUncleared { unmet, told } => (
            json!({"key": "entry-uncleared", "told": units(profile, told)}),
            unmet.iter().map(|code| text(&domain::ship_call::said_unmet(profile, code))).collect(),
        ),
        Entry::DepartureNoted { organ, in_error, words } => {
            let key = if *in_error { "entry-not-sailed" } else { "entry-departure-noted" };
            (json!({"key": key, "who": who(organ)}), self::words(words))
        }
        Entry::Ended(ended) => (
            json!({"key": if ended.diverted_to.is_some() { "entry-diverted" } else { "entry-cancelled" }}),
            self::words(&ended.reason),
        ),
        _ => (json!(null), none()),
    }
}

/// That a measure moved a limit: by which, from when to when, and by which law.
pub fn moved(profile: &Profile, of: &domain::measure::Moved) -> Say {
    let title = profile.register.measure(&of.measure).map(|measure| text(&measure.title));
    json!([
        {"key": format!("limit-{}", of.how.code()), "measure": title.unwrap_or_else(|| json!(of.measure)),
         "from": {"at": of.from.0}, "until": {"at": of.due.0}},
        text(&of.words), law(profile, &of.law),
    ])
}

/// How a distress ended, as the table of its day says it.
pub fn distress_end(profile: &Profile, end: &DistressEnd) -> Say {
    let inputs = Value::from([("outcome", end.outcome.as_str().into()), ("organ", end.organ.as_str().into())]);
    let row = profile.hit("distress-ends", end.at, &inputs);
    row.map_or_else(|| json!(end.outcome), |row| text(&row.reason()))
}

/// What a limit was for: the clock's name says it by kind and formality.
fn limit_of(clock: &str) -> Option<Say> {
    let mut parts = clock.split(':');
    let kind = parts.next()?;
    let what = parts.next().and_then(Formality::from_code).map(formality);
    match (kind, what) {
        ("filing" | "acceptance" | "decision", Some(what)) => {
            Some(json!({"key": format!("limit-{kind}"), "what": what}))
        }
        ("distress", _) => Some(key("limit-distress")),
        _ => None,
    }
}

/// Who recorded what an authority without a desk has ordered.
fn recorded(recorder: Option<&str>) -> Option<Say> {
    recorder.map(|who| json!({"key": "entry-recorded", "who": who}))
}

/// The ground of a boarding, as the table of its day says it.
pub fn ground(profile: &Profile, boarding: &Boarding) -> Say {
    let inputs = Value::from([("ground", boarding.ground.as_str().into()), ("organ", boarding.organ.as_str().into())]);
    let row = profile.hit("boarding-grounds", boarding.at, &inputs);
    row.map_or_else(|| json!(boarding.ground), |row| text(&row.reason()))
}

/// The name of a berth.
pub fn berth(profile: &Profile, code: &str) -> Say {
    profile.berth(code).map_or_else(|| json!(code), |berth| text(&berth.name))
}

/// Why something was opened again or must be examined again.
pub fn cause(cause: &str) -> Say {
    match cause.split_once(':') {
        Some(("changed", code)) => match Formality::from_code(code) {
            Some(of) => json!({"key": "cause-changed", "what": formality(of)}),
            None if code == "departure" => key("cause-changed-departure"),
            None if code == "requirements" => key("cause-changed-requirements"),
            None => key("cause-changed-agent"),
        },
        Some(("asked", code)) => match Formality::from_code(code) {
            Some(of) => json!({"key": "cause-asked-about", "what": formality(of)}),
            None => key("cause-asked"),
        },
        Some(("hold", _)) => key("cause-hold"),
        Some(("boarding", _)) => key("cause-boarding"),
        _ if matches!(cause, "asked" | "redo" | "not_sailed" | "filed_again") => {
            key(&format!("cause-{}", cause.replace('_', "-")))
        }
        _ => json!(""),
    }
}
