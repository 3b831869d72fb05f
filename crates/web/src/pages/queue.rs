//! An organ's work queue.

use std::collections::BTreeSet;

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::{matter::naming, profile::Profile, ship_call::Status};
use office::{Beside, Call, Claim, Error, QueueFilter, Right, TasksOfOrgans};
use serde_json::{Value, json};
use store::queue::QueuedTask;
use uuid::Uuid;

use super::ship_calls;
use crate::{
    page::{Failure, Page},
    say,
};

/// Within this time a limit is near.
const SOON: i64 = 2 * domain::instant::HOUR;

/// `GET /queue`
///
/// # Errors
/// Sign in first; forbidden for who has no queue.
pub async fn queue(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    actor.require(Right::SeeQueue)?;
    let office = &page.app.office;
    let filter = QueueFilter {
        state: page.asked("state").map(str::to_owned),
        step: page.asked("matter").map(str::to_owned),
        words: page.asked("q").unwrap_or("").to_owned(),
        after: page.asked("after").map(str::to_owned),
    };
    let matter = filter.step.clone().unwrap_or_default();
    let found = office.queue(actor, &filter).await?;
    let (open, late) = office.queue_count(actor).await?;
    let states: Vec<Value> = Status::ALL
        .iter()
        .map(|status| json!({"value": status.code(), "label": say::status(status.code())["say"]}))
        .collect();
    let beside = office.beside(actor, &found.lines).await?;
    let calls: Vec<Uuid> = found.lines.iter().map(|line| line.matter.id).collect();
    let twice = office.called_twice(&calls).await?;
    let busy: BTreeSet<&str> = beside.values().flat_map(|organs| organs.keys().map(String::as_str)).collect();
    let items: Vec<Value> = found.lines.iter().map(|line| item(&page, line, (&beside, &busy), &twice)).collect();
    let next = found.next.map(|after| {
        let pairs = [
            ("q", filter.words.as_str()),
            ("state", filter.state.as_deref().unwrap_or("")),
            ("matter", &matter),
            ("after", &after),
        ];
        format!("/queue?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    });
    let mut view = json!({
        "unit": say::unit(&office.profile, actor.unit()),
        "overdue": (late > 0).then(|| say::so_far(("queue-overdue", "queue-overdue-more"), late)),
        "may_claim": found.lines.iter().any(|line| line.claim.is_none()),
        "summary": say::so_far(("queue-open", "queue-open-more"), open),
        "filter": {"q": filter.words, "matter": matter, "state": filter.state},
        "pages": {"next": next},
    });
    // What is long is moved in: inside the macro it would be copied whole.
    view["done"] = done(&page).await?;
    view["changes"] = super::tables::to_approve(&page).await?.into();
    view["prechecks"] = office.prechecks_open(actor).await?.into();
    view["matters"] = matters().into();
    view["states"] = states.into();
    view["items"] = items.into();
    let mut layout = page.layout("queue");
    layout.live = Some("/events".to_owned());
    page.draw("queue.html", &layout, &view)
}

/// What a queue can be filtered by: every formality, answers to questions, permits.
fn matters() -> Vec<Value> {
    let formalities = domain::formality::Formality::of_calls();
    let formalities = formalities.map(|of| json!({"value": of.code(), "label": say::formality(of)}));
    let others = [
        ("answers:", "step-answers-any"),
        ("permit", "step-permit"),
        ("distress", "step-distress"),
        ("departure", "step-departure"),
    ];
    let others = others.into_iter().map(|(step, word)| json!({"value": step, "label": say::key(word)}));
    formalities.chain(others).collect()
}

/// Where a task is done: a formality on its page of decision, answers in their thread, a permit or a report of
/// distress among the acts.
pub fn place(number: &str, step: &str) -> String {
    match step.strip_prefix("answers:") {
        Some(question) => format!("/calls/{number}/questions/{question}"),
        None if matches!(step, "permit" | "distress" | "departure") => format!("/calls/{number}/do"),
        None => format!("/calls/{number}/{step}/decide"),
    }
}

/// Who has a task, for the page on which it is done: nobody, the reader until when, or a colleague from whom it can be
/// taken over.
///
/// # Errors
/// The store's own.
pub async fn claim_view(page: &Page, found: &Call, step: &str) -> Result<Value, Failure> {
    let actor = page.actor()?;
    let claim = page.app.office.claim_on(actor, found, step).await?;
    Ok(drawn_claim(&found.call.number, step, claim.as_ref(), &actor.person))
}

fn drawn_claim(number: &str, step: &str, claim: Option<&Claim>, reader: &str) -> Value {
    json!({
        "who": claim.map(|claim| &claim.who),
        "until": claim.map(|claim| claim.until.0),
        "mine": claim.is_some_and(|claim| claim.who == reader),
        "claim": format!("/calls/{number}/{step}/claim"),
        "release": format!("/calls/{number}/{step}/release"),
    })
}

/// What each other organ has to do on a call: how it stands with the most urgent of it, and how much there is. Organs
/// that decide are named where they have something to do on any of the calls that the page lists, so that who has
/// nothing left is told from who takes no part; the port group and the port office where something is before them.
fn others(
    profile: &Profile,
    busy: &BTreeSet<&str>,
    of_call: Option<&TasksOfOrgans>,
    mine: &str,
    now: i64,
) -> Vec<Value> {
    let tasks = |organ: &str| of_call.and_then(|organs| organs.get(organ)).map_or(&[][..], Vec::as_slice);
    profile
        .organs
        .iter()
        .filter(|organ| organ.code != mine)
        .filter(|organ| {
            let decides = organ.kind == "organ" && busy.contains(organ.code.as_str());
            decides || !tasks(&organ.code).is_empty()
        })
        .map(|organ| {
            let state = match tasks(&organ.code) {
                [] => say::tag("none", &say::key("queue-other-none")),
                tasks @ [first, ..] => {
                    let late = first.open && first.due_at.is_some_and(|due| due < now);
                    let tone = if late { "stop" } else { task_tone(&first.state) };
                    let state = task_state(&first.state);
                    say::tag(tone, &json!({"key": "queue-other-state", "state": state, "n": tasks.len()}))
                }
            };
            json!({"organ": say::text(&organ.short), "state": state})
        })
        .collect()
}

fn task_state(state: &str) -> Value {
    say::key(&format!("task-{}", state.replace('_', "-")))
}

fn task_tone(state: &str) -> &'static str {
    match state {
        "distress" | "distress_open" | "sailed_uncleared" => "stop",
        "answered" | "waiting" => "wait",
        _ => "none",
    }
}

/// What was done last, by the receipt that the address names: in words, with the receipt. Nothing for a receipt that is
/// not the reader's to see.
async fn done(page: &Page) -> Result<Value, Failure> {
    let (actor, office) = (page.actor()?, &page.app.office);
    let Some(id) = page.asked("done") else { return Ok(Value::Null) };
    let Some((call, records)) = office.done_by(actor, id).await? else { return Ok(Value::Null) };
    let firms = office.firm_names(&call, &records).await?;
    let names = say::Names { profile: &office.profile, firms: &firms };
    let Some(told) = naming(&records).filter(|record| record.party == actor.party_code()) else {
        return Ok(Value::Null);
    };
    Ok(json!({
        "say": say::entry(names, told).0,
        "about": [say::text(&call.ship.name), call.number],
        "href": format!("/calls/{}", call.number),
        "receipt": format!("/calls/{}/receipts/{id}", call.number),
    }))
}

fn item(page: &Page, line: &QueuedTask, (beside, busy): (&Beside, &BTreeSet<&str>), twice: &BTreeSet<Uuid>) -> Value {
    let row = &line.matter.row;
    let now = page.app.office.now().0;
    let base = format!("/calls/{}/{}", row.number, line.task.step);
    let mine = page.session.as_ref().map(|session| session.actor.person.clone()).unwrap_or_default();
    json!({
        "href": place(&row.number, &line.task.step),
        "until": line.task.due_at,
        "first": line.task.first,
        "priority": line.task.rank.map(|rank| say::tag("ok", &json!({"key": "queue-priority", "n": rank}))),
        "twice": twice.contains(&line.matter.id),
        "soon": line.task.due_at.is_some_and(|due| due < now + SOON),
        "ship": ship_calls::ship_name(row, &page.lang),
        "small": [format!("IMO {}", row.subject_key), row.number.clone()],
        "matter": say::step(&line.task.step),
        "state": say::tag(task_tone(&line.task.state), &task_state(&line.task.state)),
        "changed": if line.task.note.is_empty() { json!(null) } else { say::cause(&line.task.note) },
        "others": others(&page.app.office.profile, busy, beside.get(&line.matter.id), &line.task.organ, now),
        "owner": line.claim.as_ref().map(|(who, until)| json!({
            "name": who, "since": until - domain::instant::HOUR, "mine": *who == mine,
        })),
        "claim": format!("{base}/claim"),
        "release": format!("{base}/release"),
    })
}

/// `POST /queue/claim-next`: the first task that nobody has and that waits for the organ.
///
/// # Errors
/// Forbidden without the form's token.
pub async fn claim_next(page: Page, body: Bytes) -> Result<Response, Failure> {
    page.form(&body)?;
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.queue(actor, &QueueFilter::default()).await?;
    for line in found.lines.iter().filter(|line| line.claim.is_none() && line.task.state != "waiting") {
        let (number, step) = (&line.matter.row.number, &line.task.step);
        if office.claim(actor, number, step).await.is_ok() {
            return Ok(Redirect::to(&place(number, step)).into_response());
        }
    }
    Ok(Redirect::to("/queue").into_response())
}

/// `POST /calls/{number}/{formality}/claim`: claims, or with `take` takes over what a colleague has. Whoever comes too
/// late sees on the page of the matter who has it.
///
/// # Errors
/// Not found outside the reader's reach.
pub async fn claim(page: Page, Path((number, step)): Path<(String, String)>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let office = &page.app.office;
    let claimed = match form.get("take") {
        "" => office.claim(page.actor()?, &number, &step).await,
        _ => office.take_over(page.actor()?, &number, &step).await,
    };
    match claimed {
        Ok(()) | Err(Error::Conflict) => Ok(Redirect::to(&place(&number, &step)).into_response()),
        Err(other) => Err(other.into()),
    }
}

/// `POST /calls/{number}/{formality}/release`
///
/// # Errors
/// Forbidden without the form's token.
pub async fn release(
    page: Page,
    Path((number, step)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    page.form(&body)?;
    page.app.office.release_claim(page.actor()?, &number, &step).await?;
    Ok(Redirect::to("/queue").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_task_has_its_place() {
        assert_eq!(place("2026-DAL-000001", "crew_list"), "/calls/2026-DAL-000001/crew_list/decide");
        assert_eq!(place("2026-DAL-000001", "answers:3"), "/calls/2026-DAL-000001/questions/3");
        assert_eq!(place("2026-DAL-000001", "permit"), "/calls/2026-DAL-000001/do");
        assert_eq!(say::step("answers:3"), json!({"key": "step-answers", "n": "3"}));
    }

    #[test]
    fn the_state_of_each_other_organ_is_shown() {
        let profile = office::profiles::sample().expect("profile");
        let task = |organ: &str, state: &str, due_at: Option<i64>| store::TaskWrite {
            organ: organ.to_owned(),
            step: "crew_list".to_owned(),
            state: state.to_owned(),
            open: state != "waiting",
            since: 0,
            due_at,
            note: String::new(),
            first: false,
            rank: None,
        };
        let customs = vec![task("customs", "in_charge", Some(5)), task("customs", "waiting", None)];
        let berths = vec![task("port_group", "filed", None)];
        let organs = [("customs", customs), ("port_group", berths)].map(|(code, tasks)| (code.to_owned(), tasks));
        let shown = others(&profile, &["customs", "border"].into(), Some(&organs.into()), "msa", 9);
        let state = |organ: &str| {
            let name = say::text(&profile.organ(organ).expect("known").short);
            shown.iter().find(|other| other["organ"] == name).map(|other| other["state"].clone())
        };
        let late = json!({"key": "queue-other-state", "state": {"key": "task-in-charge"}, "n": 2});
        assert_eq!(state("customs"), Some(say::tag("stop", &late)));
        assert_eq!(state("border"), Some(say::tag("none", &say::key("queue-other-none"))), "who has nothing to do");
        assert!(state("port_group").is_some() && state("port_office").is_none() && state("msa").is_none());
        assert!(state("port_administration").is_none(), "takes no part in what is listed");
    }

    #[test]
    fn a_claim_names_whose_it_is() {
        let claim = Claim { who: "wang".to_owned(), until: domain::Instant(7) };
        assert_eq!(drawn_claim("1", "permit", Some(&claim), "wang")["mine"], true);
        assert_eq!(drawn_claim("1", "permit", Some(&claim), "li")["mine"], false);
        assert_eq!(drawn_claim("1", "permit", None, "li")["who"], Value::Null);
    }
}
