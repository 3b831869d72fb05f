//! What the page of a case shows: for the port office, a unit, the firm, or whoever has the secret.

use domain::problem::{
    Assignment, AssignmentState, Clock, Delayed, Ended, Pause, Problem, Question, Reader, Record, Report, Role, Status,
    Stretch, Word, questions, transfers,
};
use office::{Actor, Case};
use serde_json::{Value, json};

use super::{
    super::given::moment,
    class, journal,
    names::{self, Names},
    state,
    thread::{self, words},
    topic,
};
use crate::{
    page::{Failure, Page},
    say,
};

/// Entries of the journal that the port office sees on the page.
const ENTRIES: i64 = 400;

/// The page of a case.
pub async fn case(page: &Page, actor: Option<&Actor>, case: &Case) -> Result<Value, Failure> {
    let problem = &case.problem;
    let office = &page.app.office;
    let runs = actor.filter(|actor| actor.runs_problems());
    let records: Vec<Record> = match runs {
        Some(actor) => office.problem_journal(actor, case.id, ENTRIES).await?,
        None => Vec::new(),
    };
    let names = Names::of(page, problem, &records).await?;
    let mut keys = Vec::new();
    for key in &problem.keys {
        keys.push(names.key(key, actor.is_some()).await);
    }
    let mut view = json!({
        "number": problem.number,
        "version": problem.version,
        "heading": topic(page, &problem.topic),
        "state": state(problem.status().code()),
        "class": class(&problem.severity),
        "facts": facts(page, case).await?,
        "keys": keys,
        "holding": holding(page, case).await?,
        "assignments": problem.assignments.iter().map(|of| assignment(page, &names, of)).collect::<Vec<_>>(),
        "clocks": clocks(page, case),
        "escalations": escalations(page, case),
        "beside": beside(&names, problem),
    });
    let mut reports = Vec::new();
    for of in &problem.reports {
        reports.push(report(page, &names, actor, case, of).await?);
    }
    view["reports"] = json!(reports);
    view["points"] = json!(thread::points(page, case).await?);
    view["messages"] = json!(thread::messages(page, actor, case).await?);
    view["replies"] = json!(thread::replies(page, case).await?);
    view["together"] = json!(thread::together(page, case).await?);
    view["known"] = json!(thread::known(page, problem).await?);
    view["delay"] = delay(page, &office.delay_behind(actor, case).await?);
    view["handover"] = super::handover::part(page, actor, case).await?;
    view["coordinators"] = coordinators(page, case).await?;
    view["papers"] = papers(actor, problem);
    view["duplicates"] = json!([]);
    if let Some(actor) = runs {
        let found = office.duplicates(actor, case).await?;
        let line = |(of, why): &(office::ProblemLine, String)| json!({"href": format!("/problems/{}", of.number), "number": of.number, "topic": topic(page, &of.topic), "why": names::key_code(why)});
        view["duplicates"] = found.iter().map(line).collect();
    }
    view["journal"] = records.iter().rev().map(|of| journal::entry(&names, problem, of)).collect();
    Ok(view)
}

async fn facts(page: &Page, case: &Case) -> Result<Vec<Value>, Failure> {
    let problem = &case.problem;
    let mut facts = vec![json!(problem.number), json!({"key": "problem-since", "at": {"at": problem.opened_at.0}})];
    if problem.reopened > 0 {
        facts.push(json!({"key": "problem-reopened", "n": problem.reopened}));
    }
    if let Some(cause) = &problem.incident {
        facts.push(json!({"key": "problem-incident", "cause": words(page, case, cause).await?}));
    }
    Ok(facts)
}

/// Other cases, who follows it, and danger that was passed on.
fn beside(names: &Names<'_>, problem: &Problem) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for of in &problem.emergencies {
        all.push(json!({"say": {"key": "problem-emergency-passed", "phone": of.phone, "who": names.unit(&of.organ), "at": {"at": of.at.0}}, "href": null}));
    }
    for (kind, number) in &problem.links {
        all.push(json!({"say": [journal::link(kind), number], "href": format!("/problems/{number}")}));
    }
    for number in &problem.merged {
        all.push(json!({"say": {"key": "problem-merged", "number": number}, "href": null}));
    }
    if !problem.watchers.is_empty() {
        let units: Vec<Value> = problem.watchers.iter().map(|organ| names.unit(organ)).collect();
        all.push(json!({"say": {"key": "problem-watched", "who": units}, "href": null}));
    }
    all
}

/// Who has it, and until when; or how it ended and where to go instead.
async fn holding(page: &Page, case: &Case) -> Result<Value, Failure> {
    let problem = &case.problem;
    let profile = &page.app.office.profile;
    if let Some(ended) = &problem.ended {
        return ended_holding(page, case, ended).await;
    }
    let owner = problem.owner().unwrap_or("");
    let due =
        problem.resolve_due().filter(|_| problem.answered_at.is_none()).or(problem.plan.as_ref().map(|of| of.until));
    let late = due.is_some_and(|due| due < page.app.office.now());
    // While the clocks stand still, their limit is no date that anybody must keep: whoever is waited for reads why, and how long.
    let pause = problem.pause();
    let at_most = |pause: &Pause| json!({"key": "problem-pause-most", "at": {"at": pause.most.0}});
    Ok(json!({
        "tone": if late { "stop" } else { "wait" },
        "who": say::tag(if late { "stop" } else { "wait" }, &say::unit(profile, owner)),
        "say": say::key(&format!("problem-holding-{}", problem.status().code())),
        "since": problem.opened_at.0,
        "until": due.filter(|_| pause.is_none()).map(|due| due.0),
        "small": pause.map(|pause| json!([names::pause_cause(profile, pause), at_most(pause)])),
        "law": pause.map(|pause| say::law(profile, &pause.law)),
    }))
}

async fn ended_holding(page: &Page, case: &Case, ended: &Ended) -> Result<Value, Failure> {
    let problem = &case.problem;
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let mut small = Vec::new();
    if problem.status() == Status::Refused {
        let inputs = domain::Value::from([("reason", ended.reason.as_str().into())]);
        small.extend(profile.hit("problem-refusals", ended.at, &inputs).map(|row| say::text(&row.reason())));
    }
    match transfers(profile, now).into_iter().find(|track| track.code == ended.reason) {
        Some(track) => {
            small.push(say::text(&track.name));
            small.push(json!(track.phone));
        }
        None => small.push(say::text(&ended.instead)),
    }
    if !ended.reference.is_empty() {
        let number = words(page, case, &ended.reference).await?;
        small.push(json!({"key": "problem-number-there", "number": number}));
    }
    let said = |of: &Value| *of != json!("") && of["zh"] != json!("");
    small.retain(said);
    let joined = problem.status() == Status::Joined;
    Ok(json!({
        "tone": if problem.status() == Status::Closed { "ok" } else { "none" },
        "who": state(problem.status().code()),
        "say": if joined { json!({"key": "problem-joined-to", "number": ended.reason}) } else { say::key(&format!("problem-ended-{}", ended.how.code())) },
        "since": ended.at.0, "until": null,
        "small": if small.is_empty() { json!(null) } else { json!(small) },
        "law": if ended.law.is_empty() { json!(null) } else { say::law(profile, &ended.law) },
    }))
}

fn assignment(page: &Page, names: &Names<'_>, of: &Assignment) -> Value {
    let profile = &page.app.office.profile;
    let (tone, word) = match of.state {
        // Who is informed owes nothing.
        AssignmentState::Offered if of.role == Role::Informed => ("none", "told"),
        AssignmentState::Done if of.role == Role::Informed => ("none", "read"),
        AssignmentState::Offered => ("wait", "offered"),
        AssignmentState::Accepted => ("none", "accepted"),
        AssignmentState::Returned => ("stop", "returned"),
        AssignmentState::Done => ("ok", "done"),
        AssignmentState::Released => ("none", "released"),
    };
    let returned = of.returned.as_ref().map(|returned| {
        let inputs = domain::Value::from([("reason", returned.reason.as_str().into())]);
        let row = profile.hit("problem-returns", returned.at, &inputs);
        row.map_or_else(|| json!(returned.reason), |row| say::text(&row.reason()))
    });
    json!({
        "id": of.id,
        "organ": say::unit(profile, &of.organ),
        "role": journal::role(of.role.code()),
        "state": say::tag(tone, &say::key(&format!("problem-assigned-{word}"))),
        "at": of.at.0,
        "ruled": of.ruled,
        "handler": of.handler.as_ref().map(|person| names.person(person)),
        "returned": returned,
    })
}

/// All clocks, not only the nearest; what was missed stays.
fn clocks(page: &Page, case: &Case) -> Vec<Value> {
    let problem = &case.problem;
    let firm = matches!(case.reader, Reader::Reporter(_) | Reader::Public);
    let shown = |clock: &&Clock| clock.ladder.is_none() && !(firm && clock.name.starts_with("action:"));
    let mut clocks: Vec<&Clock> = problem.clocks.values().filter(shown).collect();
    clocks.sort_by_key(|clock| (clock.started_at, clock.due));
    clocks.into_iter().map(|clock| drawn_clock(page, problem, clock)).collect()
}

fn drawn_clock(page: &Page, problem: &Problem, clock: &Clock) -> Value {
    let missed = problem.has_passed(clock);
    let paused = clock.pausable && problem.pause().is_some();
    let (tone, word) = match (missed, clock.stopped_at) {
        (true, _) => ("stop", "missed"),
        (false, Some(_)) => ("ok", "met"),
        (false, None) if paused => ("none", "paused"),
        (false, None) => ("wait", "running"),
    };
    let profile = &page.app.office.profile;
    let calendar = profile.calendars.get(&clock.calendar).map(|of| &of.title).filter(|title| !title.is_blank());
    let version = &clock.calendar_version;
    json!({
        "name": journal::clock_kind(&clock.name),
        "holder": say::unit(profile, &clock.holder),
        "until": clock.due.0,
        "open": clock.stopped_at.is_none() && !missed && !paused && problem.ended.is_none(),
        "state": say::tag(tone, &say::key(&format!("problem-clock-is-{word}"))),
        "law": say::law(profile, &clock.law),
        "calendar": match calendar {
            Some(title) => json!({"key": "problem-calendar", "name": say::text(title), "version": version}),
            None => json!(clock.calendar),
        },
        "extended": clock.extended_to.is_some(),
        "moved": clock.moved.iter().map(|of| say::moved(profile, of)).collect::<Vec<_>>(),
    })
}

fn escalations(page: &Page, case: &Case) -> Vec<Value> {
    if matches!(case.reader, Reader::Reporter(_) | Reader::Public) {
        return Vec::new();
    }
    let profile = &page.app.office.profile;
    let steps = case.problem.escalations.iter().map(|of| {
        json!({"at": of.at.0, "say": journal::level(&of.to), "small": [journal::trigger(&of.trigger), say::law(profile, &of.law)]})
    });
    let notices = case.problem.notices.iter().map(|of| {
        let say = json!({"key": format!("problem-notice-{}", of.kind), "who": say::unit(profile, &of.organ)});
        json!({"at": of.at.0, "say": say, "small": say::law(profile, &of.law)})
    });
    let mut all: Vec<Value> = steps.chain(notices).collect();
    all.sort_by_key(|of| std::cmp::Reverse(of["at"].as_i64()));
    all
}

async fn report(
    page: &Page,
    names: &Names<'_>,
    actor: Option<&Actor>,
    case: &Case,
    of: &Report,
) -> Result<Value, Failure> {
    let office = &page.app.office;
    if of.words.is_empty() {
        return Ok(
            json!({"hidden": true, "at": of.at.0, "told": told(page, names, case, &of.told).await?, "id": of.id}),
        );
    }
    let said = office.said(case, &of.words).await?;
    let asked = questions(&office.profile, &case.problem.topic, office.now());
    let label = |code: &str| {
        let question = asked.iter().find(|question| question.code == code);
        question.map_or_else(|| json!(code), |question| say::text(&question.label))
    };
    let value = |code: &str, value: &str| {
        asked.iter().find(|question| question.code == code).map_or_else(|| json!(value), |of| answered(page, of, value))
    };
    let answers: Vec<Value> =
        said.answers.iter().map(|(code, given)| json!({"name": label(code), "value": value(code, given)})).collect();
    let contact = match (&of.contact, actor) {
        (Some(document), Some(actor)) => Some(office.problem_contact(actor, case, document).await?),
        _ => None,
    };
    let files = thread::files(page, actor.is_some(), case, &of.attachments).await?;
    Ok(json!({
        "hidden": false,
        "id": of.id,
        "number": of.number,
        "channel": say::key(&format!("channel-{}", of.channel)),
        "at": of.at.0,
        "firm": if of.firm.is_empty() { json!(null) } else { names.firm(&of.firm) },
        "secretive": of.hidden || !of.against.is_empty(),
        "words": said.words,
        "answers": answers,
        "unconfirmed": contact.as_ref().is_some_and(|contact| !contact.email.is_empty()) && !of.is_address_read(),
        "contact": contact.map(|of| [of.name, of.firm, of.phone, of.email].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>()),
        "files": files,
        "elsewhere": of.elsewhere,
        "paper": of.paper,
        "told": told(page, names, case, &of.told).await?,
        "withdrawn": of.withdrawn_at.map(|at| at.0),
    }))
}

async fn told(page: &Page, names: &Names<'_>, case: &Case, given: &[Word]) -> Result<Vec<Value>, Failure> {
    let tag = |yes: bool, key: &str| {
        let (tone, word) = if yes { ("ok", "yes") } else { ("stop", "no") };
        say::tag(tone, &say::key(&format!("problem-told-{key}-{word}")))
    };
    let mut all = Vec::new();
    for of in given {
        let tags = [tag(of.answered, "answered"), tag(of.solved, "solved"), tag(of.satisfied, "satisfied")];
        let say = match &of.words {
            Some(document) => Some(words(page, case, document).await?),
            None => None,
        };
        all.push(json!({"at": of.at.0, "tags": tags, "say": say, "files": thread::files(page, page.session.is_some(), case, &of.files).await?, "recorder": of.recorder.as_ref().map(|person| names.person(person))}));
    }
    Ok(all)
}

/// An answer in words: a value of a list by its name, an instant as the page tells times.
fn answered(page: &Page, question: &Question, value: &str) -> Value {
    if let Some((_, name)) = question.values.iter().find(|(code, _)| code == value) {
        return say::text(name);
    }
    match question.datatype.as_str() {
        "datetime" => moment(page, value).map_or_else(|| json!(value), |at| json!({"at": at.0})),
        _ => json!(value),
    }
}

/// How long ships and cargo stood still behind a case, and by what; none when nothing did.
pub fn delay(page: &Page, delayed: &Delayed) -> Value {
    if delayed.is_empty() {
        return json!(null);
    }
    let profile = &page.app.office.profile;
    let stretch = |of: &Stretch| {
        let say = match of.what.as_str() {
            "hold" => json!({"key": "delay-hold", "who": say::unit(profile, &of.by)}),
            "put_off" => say::key(&format!("delay-put-off-{}", of.by)),
            _ => say::key("delay-stated"),
        };
        json!({"say": say, "call": of.call, "from": of.from.0, "until": (!of.runs).then_some(of.until.0)})
    };
    json!({
        "ship": (!delayed.ships.is_empty()).then(|| delayed.ship_minutes() / 60),
        "cargo": (!delayed.cargo.is_empty()).then(|| delayed.cargo_minutes() / 60),
        "consignments": delayed.consignments,
        "runs": delayed.runs(),
        "stretches": delayed.ships.iter().chain(&delayed.cargo).map(stretch).collect::<Vec<_>>(),
    })
}

/// Who of the port office looks after the firms that this reader knows of.
async fn coordinators(page: &Page, case: &Case) -> Result<Value, Failure> {
    if matches!(case.reader, Reader::Unit(_) | Reader::Public) {
        return Ok(json!([]));
    }
    let firms = case.problem.reports.iter().map(|report| report.firm.as_str()).filter(|firm| !firm.is_empty());
    let firms: std::collections::BTreeSet<&str> = firms.collect();
    let mut named = Vec::new();
    for firm in firms {
        named.extend(super::super::companies::named(page.app.office.coordinator_of(firm).await?));
    }
    named.dedup();
    Ok(json!(named))
}

/// Written notices that the reader may open as documents.
fn papers(actor: Option<&Actor>, problem: &Problem) -> Value {
    let Some(actor) = actor else { return json!([]) };
    let own = problem.notices.iter().filter(|of| actor.runs_problems() || of.organ == actor.unit());
    own.map(|of| json!({"href": format!("/problems/{}/notices/{}", problem.number, of.id), "number": format!("{}-D{}", problem.number, of.id)}))
        .collect()
}
