//! What was said in a case: points, messages, answers, and what units do together; each word only where the case, as its
//! reader sees it, names the document.

use domain::{
    Instant, Text,
    problem::{Meeting, MeetingMove, Problem},
};
use office::{Actor, Case, Error};
use serde_json::{Value, json};

use crate::{
    page::{Failure, Page},
    say,
};

/// The words of a document; none when this reader's case does not name it. What entries kept before words were sealed is
/// itself the words.
pub async fn words(page: &Page, case: &Case, document: &str) -> Result<Value, Failure> {
    if !office::problems::is_document(document) {
        return Ok(json!(document));
    }
    match page.app.office.problem_words(case, document).await {
        Ok(words) => Ok(say::text(&words)),
        Err(Error::NotFound) => Ok(say::key("problem-withheld")),
        Err(Error::Gone(fault)) => Ok(say::text(&fault.text)),
        Err(other) => Err(other.into()),
    }
}

/// A legal basis that somebody wrote, by the titles that the profile gives.
async fn law(page: &Page, case: &Case, document: &str) -> Result<Value, Failure> {
    let profile = &page.app.office.profile;
    Ok(match words(page, case, document).await? {
        Value::String(law) => say::law(profile, &law),
        said if said["zh"] == said["en"] => said["zh"].as_str().map_or(said.clone(), |law| say::law(profile, law)),
        said => said,
    })
}

/// What has to be answered.
pub async fn points(page: &Page, case: &Case) -> Result<Vec<Value>, Failure> {
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

/// Files, each with its name; by an address for who has signed in, else by a form with the secret.
pub async fn files(page: &Page, linked: bool, case: &Case, documents: &[String]) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    for document in documents {
        // What was erased stays in the journal, and is not offered.
        let Some(name) = page.app.office.problem_file_name(case, document).await? else { continue };
        let href = linked.then(|| format!("/problems/{}/files/{document}", case.problem.number));
        all.push(json!({"document": document, "name": name, "href": href}));
    }
    Ok(all)
}

/// What was written.
pub async fn messages(page: &Page, actor: Option<&Actor>, case: &Case) -> Result<Vec<Value>, Failure> {
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
            "confidential": of.compartment.is_some(), "files": files(page, actor.is_some(), case, &of.files).await?,
        }));
    }
    Ok(all)
}

/// Partial answers, joined replies and plans, the oldest first.
pub async fn replies(page: &Page, case: &Case) -> Result<Vec<Value>, Failure> {
    let profile = &page.app.office.profile;
    let problem = &case.problem;
    let given = problem.answers.iter().map(|of| (of.at, of.organ.as_str(), (&of.points, &of.files), false));
    let signed = problem.replies.iter().map(|of| (of.at, of.organ.as_str(), (&of.points, &of.files), true));
    let mut all: Vec<(Instant, Value)> = Vec::new();
    for (at, organ, (points, came), joined) in given.chain(signed) {
        let mut drawn = Vec::new();
        for point in points {
            drawn.push(json!({
                "id": point.point,
                "outcome": say::key(&format!("problem-outcome-{}", point.outcome.code().replace('_', "-"))),
                "say": words(page, case, &point.words).await?,
                "law": law(page, case, &point.law).await?,
            }));
        }
        let came = files(page, page.session.is_some(), case, came).await?;
        all.push((
            at,
            json!({"at": at.0, "who": say::unit(profile, organ), "joined": joined, "points": drawn, "files": came}),
        ));
    }
    if let Some(plan) = &problem.plan {
        let text = words(page, case, &plan.words).await?;
        all.push((plan.at, json!({"at": plan.at.0, "who": say::unit(profile, &plan.organ), "joined": true, "points": [], "files": [], "plan": text, "until": plan.until.0})));
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, drawn)| drawn).collect())
}

/// Sub-tasks, meetings, extensions, arbitrations, disclosures: what units do together.
pub async fn together(page: &Page, case: &Case) -> Result<Vec<Value>, Failure> {
    let profile = &page.app.office.profile;
    let problem = &case.problem;
    let unit = |organ: &str| say::unit(profile, organ);
    let mut all = Vec::new();
    for of in &problem.tasks {
        let (tone, key) = if of.done.is_some() { ("ok", "problem-task-done") } else { ("wait", "problem-task-open") };
        let mut said = vec![words(page, case, &of.words).await?];
        if let Some((_, how)) = &of.done {
            said.push(words(page, case, how).await?);
        }
        all.push(
            json!({"id": of.id, "href": null, "what": say::key("problem-task"), "who": unit(&of.organ), "say": said,
            "at": of.at.0, "until": of.due.0, "state": say::tag(tone, &say::key(key)),
            "files": files(page, page.session.is_some(), case, &of.files).await?}),
        );
    }
    for of in &problem.meetings {
        all.push(meeting(page, case, of).await?);
    }
    for of in problem.notices.iter().filter(|of| of.words.is_some() || of.answer.is_some()) {
        let said = of.words.iter().chain(of.answer.iter().map(|(document, _)| document));
        let mut texts = Vec::new();
        for document in said {
            texts.push(words(page, case, document).await?);
        }
        let (tone, key) = match &of.answer {
            Some(_) => ("ok", "problem-notice-answered"),
            None => ("wait", "problem-notice-open"),
        };
        all.push(json!({"id": of.id, "href": null, "what": say::key(&format!("problem-written-{}", of.kind)), "who": unit(&of.organ), "say": texts,
            "at": of.at.0, "until": null, "state": say::tag(tone, &say::key(key)),
            "files": files(page, page.session.is_some(), case, &of.files).await?}));
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
            json!({"id": of.id, "href": null, "what": say::key("problem-extension"), "who": unit(&of.organ), "say": say::text(&text),
            "at": of.at.0, "until": of.until.0, "state": say::tag(tone, &say::key(key))}),
        );
    }
    for of in &problem.arbitrations {
        let binds: Vec<String> = of.binds.iter().cloned().collect();
        all.push(json!({"id": of.id, "href": null, "what": say::key("problem-arbitration"), "who": say::units(profile, &binds), "say": [words(page, case, &of.words).await?, law(page, case, &of.law).await?],
            "at": of.at.0, "until": null, "state": say::tag("ok", &say::key("problem-arbitration-made"))}));
    }
    for of in &problem.rulings {
        all.push(json!({"id": of.assignment, "href": null, "what": say::key("problem-ruling"), "who": unit(&of.organ), "say": [words(page, case, &of.words).await?, law(page, case, &of.law).await?],
            "at": of.at.0, "until": null, "state": say::tag("ok", &say::key(if of.precedent { "problem-ruling-precedent" } else { "problem-ruling-made" }))}));
    }
    for of in &problem.disclosures {
        all.push(json!({"id": of.report, "href": null, "what": say::key("problem-disclosure"), "who": unit(&of.organ), "say": words(page, case, &of.words).await?,
            "at": of.at.0, "until": null, "state": say::tag("wait", &say::key("problem-disclosure-made"))}));
    }
    Ok(all)
}

/// A meeting in one line; its page says the rest.
async fn meeting(page: &Page, case: &Case, of: &Meeting) -> Result<Value, Failure> {
    let (tone, key) = meeting_state(of);
    let participants: Vec<String> = of.participants.iter().cloned().collect();
    let agenda = match of.agenda.is_empty() {
        true => say::key("problem-withheld"),
        false => words(page, case, &of.agenda).await?,
    };
    let mut said = vec![agenda];
    for moved in &of.moves {
        said.push(meeting_moved(moved));
        if !moved.words.is_empty() {
            said.push(words(page, case, &moved.words).await?);
        }
    }
    let href = page.session.as_ref().map(|_| format!("/problems/{}/meetings/{}", case.problem.number, of.id));
    Ok(json!({
        "id": if of.number.is_empty() { json!(of.id) } else { json!(of.number) }, "href": href,
        "what": say::key("problem-meeting"), "who": say::units(&page.app.office.profile, &participants), "say": said,
        "at": of.called_at.0, "until": of.at.0, "state": say::tag(tone, &say::key(key)),
    }))
}

/// How a meeting stands: tone and word.
pub fn meeting_state(of: &Meeting) -> (&'static str, &'static str) {
    match of.held_at {
        Some(_) => ("ok", "problem-meeting-held"),
        None if of.is_called_off() => ("none", "problem-meeting-off"),
        None => ("wait", "problem-meeting-called"),
    }
}

/// That it was moved, and when it would have met.
pub fn meeting_moved(of: &MeetingMove) -> Value {
    let key = if of.to.is_some() { "problem-meeting-moved-from" } else { "problem-meeting-off-from" };
    json!({"key": key, "at": {"at": of.from.0}})
}

/// Known problems that it is an instance of, or that stand for its topic.
pub async fn known(page: &Page, problem: &Problem) -> Result<Vec<Value>, Failure> {
    let mut known = page.app.office.known_for(&problem.topic, "").await?;
    for code in &problem.known {
        if !known.iter().any(|of| of.code == *code) {
            known.extend(page.app.office.known_problem(code).await?);
        }
    }
    Ok(known.iter().map(|of| json!({"name": say::text(&of.name), "workaround": say::text(&of.workaround)})).collect())
}
