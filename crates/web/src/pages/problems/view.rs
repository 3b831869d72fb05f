//! What the page of a case shows: for the port office, a unit, the firm, or whoever has the secret.

use domain::{
    Instant, Text,
    matter::Entry as _,
    problem::{
        Assignment, AssignmentState, Clock, Delayed, Problem, Reader, Report, Status, Stretch, Word, questions,
        transfers,
    },
};
use office::{Actor, Case, Error};
use serde_json::{Value, json};

use super::{class, state, topic};
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
    let mut view = json!({
        "number": problem.number,
        "version": problem.version,
        "heading": topic(page, &problem.topic),
        "state": state(problem.status().code()),
        "class": class(&problem.severity),
        "facts": facts(problem),
        "holding": holding(page, problem),
        "assignments": problem.assignments.iter().map(|of| assignment(page, of)).collect::<Vec<_>>(),
        "clocks": clocks(page, case),
        "escalations": escalations(page, case),
    });
    let mut reports = Vec::new();
    for of in &problem.reports {
        reports.push(report(page, actor, case, of).await?);
    }
    view["reports"] = json!(reports);
    view["points"] = json!(points(page, case).await?);
    view["messages"] = json!(messages(page, actor, case).await?);
    view["replies"] = json!(replies(page, case).await?);
    view["together"] = json!(together(page, case).await?);
    view["known"] = json!(known(page, problem).await?);
    view["delay"] = delay(page, &office.delay_behind(actor, case).await?);
    view["handover"] = super::handover::part(page, actor, case).await?;
    view["duplicates"] = json!([]);
    view["journal"] = json!([]);
    if let Some(actor) = actor.filter(|actor| actor.runs_problems()) {
        let found = office.duplicates(actor, case).await?;
        let line = |(of, why): &(office::ProblemLine, String)| json!({"href": format!("/problems/{}", of.number), "number": of.number, "topic": topic(page, &of.topic), "why": why});
        view["duplicates"] = found.iter().map(line).collect();
        let records = office.problem_journal(actor, case.id, ENTRIES).await?;
        let entry = |of: &domain::problem::Record| {
            let said = say::key(&format!("problem-entry-{}", of.entry.kind().replace(['.', '_'], "-")));
            json!({"at": of.at.0, "say": said, "small": [party(page, &of.party), of.person]})
        };
        view["journal"] = records.iter().rev().map(entry).collect();
    }
    Ok(view)
}

fn party(page: &Page, party: &str) -> Value {
    match party.split_once(':') {
        Some(("organ", code)) => say::unit(&page.app.office.profile, code),
        Some(("firm", "")) => say::key("problem-who-reporter"),
        Some((_, code)) => json!(code),
        None => say::key("who-clock"),
    }
}

fn facts(problem: &Problem) -> Vec<Value> {
    let mut facts = vec![json!(problem.number), json!({"key": "problem-since", "at": {"at": problem.opened_at.0}})];
    if problem.reopened > 0 {
        facts.push(json!({"key": "problem-reopened", "n": problem.reopened}));
    }
    if let Some(cause) = &problem.incident {
        facts.push(json!({"key": "problem-incident", "cause": cause}));
    }
    facts.extend(problem.keys.iter().map(|key| json!(key.value)));
    facts
}

/// Who has it, and until when; or how it ended and where to go instead.
fn holding(page: &Page, problem: &Problem) -> Value {
    let profile = &page.app.office.profile;
    if let Some(ended) = &problem.ended {
        let now = page.app.office.now();
        let track = transfers(profile, now).into_iter().find(|track| track.code == ended.reason);
        let small = match (&track, ended.instead.is_blank()) {
            (Some(track), _) if !track.phone.is_empty() => json!([say::text(&track.name), track.phone]),
            (_, false) => say::text(&ended.instead),
            _ => json!(null),
        };
        let joined = problem.status() == Status::Joined;
        return json!({
            "tone": if problem.status() == Status::Closed { "ok" } else { "none" },
            "who": state(problem.status().code()),
            "say": if joined { json!({"key": "problem-joined-to", "number": ended.reason}) } else { say::key(&format!("problem-ended-{}", ended.how.code())) },
            "since": ended.at.0, "until": null, "small": small, "law": if ended.law.is_empty() { json!(null) } else { say::law(&page.app.office.profile, &ended.law) },
        });
    }
    let owner = problem.owner().unwrap_or("");
    let due =
        problem.resolve_due().filter(|_| problem.answered_at.is_none()).or(problem.plan.as_ref().map(|of| of.until));
    let late = due.is_some_and(|due| due < page.app.office.now());
    json!({
        "tone": if late { "stop" } else { "wait" },
        "who": say::tag(if late { "stop" } else { "wait" }, &say::unit(profile, owner)),
        "say": say::key(&format!("problem-holding-{}", problem.status().code())),
        "since": problem.opened_at.0,
        "until": due.map(|due| due.0),
        "small": null,
        "law": null,
    })
}

fn assignment(page: &Page, of: &Assignment) -> Value {
    let profile = &page.app.office.profile;
    let (tone, word) = match of.state {
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
        "role": say::key(&format!("problem-role-{}", of.role.code())),
        "state": say::tag(tone, &say::key(&format!("problem-assigned-{word}"))),
        "at": of.at.0,
        "ruled": of.ruled,
        "handler": of.handler,
        "returned": returned,
        "basis": of.basis,
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
    let kind = clock.name.split(':').next().unwrap_or("");
    json!({
        "name": say::key(&format!("problem-clock-{kind}")),
        "holder": say::unit(&page.app.office.profile, &clock.holder),
        "until": clock.due.0,
        "open": clock.stopped_at.is_none() && !missed && !paused && problem.ended.is_none(),
        "state": say::tag(tone, &say::key(&format!("problem-clock-is-{word}"))),
        "law": say::law(&page.app.office.profile, &clock.law),
        "calendar": if clock.calendar.is_empty() { String::new() } else { format!("{} {}", clock.calendar, clock.calendar_version) },
        "extended": clock.extended_to.is_some(),
    })
}

fn escalations(page: &Page, case: &Case) -> Vec<Value> {
    if matches!(case.reader, Reader::Reporter(_) | Reader::Public) {
        return Vec::new();
    }
    let profile = &page.app.office.profile;
    let steps = case.problem.escalations.iter().map(|of| {
        let say = say::key(&format!("problem-level-{}", of.to.replace('_', "-")));
        json!({"at": of.at.0, "say": say, "small": [say::key(&format!("problem-trigger-{}", of.trigger.replace('_', "-"))), say::law(&page.app.office.profile, &of.law)]})
    });
    let notices = case.problem.notices.iter().map(|of| {
        let say = json!({"key": format!("problem-notice-{}", of.kind), "who": say::unit(profile, &of.organ)});
        json!({"at": of.at.0, "say": say, "small": say::law(&page.app.office.profile, &of.law)})
    });
    let mut all: Vec<Value> = steps.chain(notices).collect();
    all.sort_by_key(|of| std::cmp::Reverse(of["at"].as_i64()));
    all
}

/// The words of a document; none when this reader's case does not name it.
async fn words(page: &Page, case: &Case, document: &str) -> Result<Value, Failure> {
    match page.app.office.problem_words(case, document).await {
        Ok(words) => Ok(say::text(&words)),
        Err(Error::NotFound) => Ok(say::key("problem-withheld")),
        Err(Error::Gone(fault)) => Ok(say::text(&fault.text)),
        Err(other) => Err(other.into()),
    }
}

async fn report(page: &Page, actor: Option<&Actor>, case: &Case, of: &Report) -> Result<Value, Failure> {
    let office = &page.app.office;
    if of.words.is_empty() {
        return Ok(json!({"hidden": true, "at": of.at.0, "told": told(page, case, &of.told).await?, "id": of.id}));
    }
    let said = office.said(case, &of.words).await?;
    let asked = questions(&office.profile, &case.problem.topic, office.now());
    let label = |code: &str| {
        let question = asked.iter().find(|question| question.code == code);
        question.map_or_else(|| json!(code), |question| say::text(&question.label))
    };
    let value = |code: &str, value: &str| {
        let question = asked.iter().find(|question| question.code == code);
        let named = question.and_then(|of| of.values.iter().find(|(of, _)| of == value));
        named.map_or_else(|| json!(value), |(_, name)| say::text(name))
    };
    let answers: Vec<Value> =
        said.answers.iter().map(|(code, given)| json!({"name": label(code), "value": value(code, given)})).collect();
    let contact = match (&of.contact, actor) {
        (Some(document), Some(actor)) => Some(office.problem_contact(actor, case, document).await?),
        _ => None,
    };
    let mut files = Vec::new();
    for document in &of.attachments {
        let name = office.problem_attachment(case, document).await?.name;
        let href = actor.map(|_| format!("/problems/{}/files/{document}", case.problem.number));
        files.push(json!({"document": document, "name": name, "href": href}));
    }
    Ok(json!({
        "hidden": false,
        "id": of.id,
        "number": of.number,
        "channel": say::key(&format!("channel-{}", of.channel)),
        "at": of.at.0,
        "firm": of.firm,
        "secretive": of.hidden || !of.against.is_empty(),
        "words": said.words,
        "answers": answers,
        "contact": contact.map(|of| [of.name, of.firm, of.phone, of.email].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>()),
        "files": files,
        "told": told(page, case, &of.told).await?,
        "withdrawn": of.withdrawn_at.map(|at| at.0),
    }))
}

async fn told(page: &Page, case: &Case, given: &[Word]) -> Result<Vec<Value>, Failure> {
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
        all.push(json!({"at": of.at.0, "tags": tags, "say": say, "recorder": of.recorder}));
    }
    Ok(all)
}

async fn points(page: &Page, case: &Case) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    for point in &case.problem.points {
        let say = match &point.words {
            Some(document) => words(page, case, document).await?,
            None => say::key("problem-point-whole"),
        };
        all.push(json!({"id": point.id, "say": say}));
    }
    Ok(all)
}

async fn messages(page: &Page, actor: Option<&Actor>, case: &Case) -> Result<Vec<Value>, Failure> {
    let profile = &page.app.office.profile;
    let mut all = Vec::new();
    for of in &case.problem.messages {
        let who = if of.organ.is_empty() { say::key("problem-who-reporter") } else { say::unit(profile, &of.organ) };
        let mine = match actor {
            Some(actor) => !of.organ.is_empty() && actor.unit() == of.organ,
            None => of.organ.is_empty(),
        };
        let text =
            if of.words.is_empty() { say::key("problem-withheld") } else { words(page, case, &of.words).await? };
        all.push(json!({
            "mine": mine, "who": who, "at": of.at.0, "say": text,
            "kind": say::tag(if of.kind.is_public() { "none" } else { "wait" }, &say::key(&format!("problem-message-{}", of.kind.code()))),
            "confidential": of.compartment.is_some(),
        }));
    }
    Ok(all)
}

async fn replies(page: &Page, case: &Case) -> Result<Vec<Value>, Failure> {
    let profile = &page.app.office.profile;
    let problem = &case.problem;
    let given = problem.answers.iter().map(|of| (of.at, of.organ.as_str(), &of.points, false));
    let signed = problem.replies.iter().map(|of| (of.at, of.organ.as_str(), &of.points, true));
    let mut all: Vec<(Instant, Value)> = Vec::new();
    for (at, organ, points, joined) in given.chain(signed) {
        let mut drawn = Vec::new();
        for point in points {
            drawn.push(json!({
                "id": point.point,
                "outcome": say::key(&format!("problem-outcome-{}", point.outcome.code().replace('_', "-"))),
                "say": words(page, case, &point.words).await?,
                "law": say::law(&page.app.office.profile, &point.law),
            }));
        }
        all.push((at, json!({"at": at.0, "who": say::unit(profile, organ), "joined": joined, "points": drawn})));
    }
    if let Some(plan) = &problem.plan {
        let text = words(page, case, &plan.words).await?;
        all.push((plan.at, json!({"at": plan.at.0, "who": say::unit(profile, &plan.organ), "joined": true, "points": [], "plan": text, "until": plan.until.0})));
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, drawn)| drawn).collect())
}

/// Sub-tasks, meetings, extensions, arbitrations, disclosures: what units do together.
async fn together(page: &Page, case: &Case) -> Result<Vec<Value>, Failure> {
    let profile = &page.app.office.profile;
    let problem = &case.problem;
    let unit = |organ: &str| say::unit(profile, organ);
    let mut all = Vec::new();
    for of in &problem.tasks {
        let (tone, key) = if of.done.is_some() { ("ok", "problem-task-done") } else { ("wait", "problem-task-open") };
        all.push(json!({"id": of.id, "what": say::key("problem-task"), "who": unit(&of.organ), "say": words(page, case, &of.words).await?,
            "at": of.at.0, "until": of.due.0, "state": say::tag(tone, &say::key(key))}));
    }
    for of in &problem.meetings {
        let (tone, key) =
            if of.held_at.is_some() { ("ok", "problem-meeting-held") } else { ("wait", "problem-meeting-called") };
        let participants: Vec<String> = of.participants.iter().cloned().collect();
        let mut texts = vec![words(page, case, &of.agenda).await?];
        if let Some(minutes) = &of.minutes {
            texts.push(words(page, case, minutes).await?);
        }
        for position in &of.positions {
            texts.push(json!([unit(&position.organ), words(page, case, &position.words).await?]));
        }
        all.push(json!({"id": of.id, "what": say::key("problem-meeting"), "who": say::units(profile, &participants), "say": texts,
            "at": of.called_at.0, "until": of.at.0, "state": say::tag(tone, &say::key(key))}));
    }
    for of in &problem.extensions {
        let (tone, key) = match of.decided {
            None => ("wait", "problem-extension-asked"),
            Some((_, true)) => ("ok", "problem-extension-approved"),
            Some((_, false)) => ("stop", "problem-extension-refused"),
        };
        let text =
            if of.words.is_empty() { Text::default() } else { page.app.office.problem_words(case, &of.words).await? };
        all.push(
            json!({"id": of.id, "what": say::key("problem-extension"), "who": unit(&of.organ), "say": say::text(&text),
            "at": of.at.0, "until": of.until.0, "state": say::tag(tone, &say::key(key))}),
        );
    }
    for of in &problem.arbitrations {
        let binds: Vec<String> = of.binds.iter().cloned().collect();
        all.push(json!({"id": of.id, "what": say::key("problem-arbitration"), "who": say::units(profile, &binds), "say": [words(page, case, &of.words).await?, say::law(&page.app.office.profile, &of.law)],
            "at": of.at.0, "until": null, "state": say::tag("ok", &say::key("problem-arbitration-made"))}));
    }
    for of in &problem.disclosures {
        all.push(json!({"id": of.report, "what": say::key("problem-disclosure"), "who": unit(&of.organ), "say": words(page, case, &of.words).await?,
            "at": of.at.0, "until": null, "state": say::tag("wait", &say::key("problem-disclosure-made"))}));
    }
    Ok(all)
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

/// Known problems that it is an instance of, or that stand for its topic.
async fn known(page: &Page, problem: &Problem) -> Result<Vec<Value>, Failure> {
    let mut known = page.app.office.known_for(&problem.topic, "").await?;
    for code in &problem.known {
        if !known.iter().any(|of| of.code == *code) {
            known.extend(page.app.office.known_problem(code).await?);
        }
    }
    Ok(known.iter().map(|of| json!({"name": say::text(&of.name), "workaround": say::text(&of.workaround)})).collect())
}
