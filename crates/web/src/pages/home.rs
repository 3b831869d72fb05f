//! The agent's start: what needs you today.

use axum::response::Response;
use domain::{
    Instant,
    profile::Profile,
    ship_call::{Holder, Holding, ShipCall},
};
use office::Role;
use serde_json::{Value, json};

use crate::{
    page::{Failure, Page},
    say,
};

/// So much of what needs the agent is shown, the most urgent first; what is more is counted.
const MOST_NEEDS: usize = 60;
/// So many ships that are expected are shown; the list of calls has them all.
const MOST_ARRIVALS: usize = 25;

/// `GET /`
///
/// # Errors
/// Sign in first.
pub async fn home(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    match actor.role {
        Role::Agent => {}
        Role::Operator if domain::flight::airport(&page.app.office.profile) == Some(actor.unit()) => {
            return Ok(page.lead_to("/flights/board"));
        }
        Role::Officer | Role::Operator => return Ok(page.lead_to("/queue")),
        Role::Coordinator => return Ok(page.lead_to("/board")),
        Role::Clerk => return Ok(page.lead_to("/hall/desk")),
        Role::Guard => return Ok(page.lead_to("/gate")),
        Role::Administrator => return Ok(page.lead_to("/status")),
    }
    let office = &page.app.office;
    let calls = office.open_calls(actor).await?;
    let (now, profile) = (office.now(), &office.profile);
    let twice = office.called_twice(&calls.iter().map(|found| found.id).collect::<Vec<_>>()).await?;
    let holdings: Vec<(&ShipCall, Vec<Holding>)> =
        calls.iter().map(|found| (&found.call, found.call.holdings())).collect();
    let mut needs: Vec<(&ShipCall, Option<&Holding>)> = holdings
        .iter()
        .flat_map(|(call, lines)| lines.iter().filter(|line| is_for_today(line, now)).map(|line| (*call, Some(line))))
        .collect();
    needs.extend(calls.iter().filter(|found| twice.contains(&found.id)).map(|found| (&found.call, None)));
    // What is late first, then what has no limit, then what falls due soon.
    needs.sort_by_key(|(_, line)| line.and_then(|line| line.until).unwrap_or(now));
    let more = needs.len().saturating_sub(MOST_NEEDS);
    needs.truncate(MOST_NEEDS);
    let needs: Vec<Value> = needs
        .into_iter()
        .map(|(call, line)| line.map_or_else(|| called_twice(call), |line| need(profile, call, line, now)))
        .collect();
    let arrivals: Vec<Value> = calls
        .iter()
        .filter(|found| found.call.actual("arrival").is_none())
        .take(MOST_ARRIVALS)
        .map(|found| {
            json!({
                "href": format!("/calls/{}", found.call.number),
                "ship": say::text(&found.call.ship.name),
                "number": found.call.number,
                "arrives": found.call.expected("arrival").map(|at| at.0),
                "state": say::status(found.call.status().code()),
            })
        })
        .filter(|line| !line["arrives"].is_null())
        .collect();
    let mut drafts: Vec<Value> = office
        .drafts(actor)
        .await?
        .into_iter()
        .filter_map(|(number, what, saved)| {
            let formality = domain::formality::Formality::from_code(&what)?;
            Some(json!({
                "saved": saved.0,
                "href": format!("/calls/{number}/{what}/edit"),
                "say": say::formality(formality),
                "small": number,
            }))
        })
        .collect();
    drafts.extend(super::begun::lines(&page, actor).await?);
    drafts.sort_by_key(|line| std::cmp::Reverse(line["saved"].as_i64()));
    let coordinator = office.coordinator_of(actor.unit()).await?;
    let coordinator = coordinator.map(|of| json!({"name": of.name, "instead_of": of.instead_of}));
    let layout = page.layout("today");
    let mut view = json!({
        "coordinator": coordinator,
        "actions": [{"href": "/calls/new", "say": say::key("calls-new")}],
        "more": (more > 0).then(|| json!({"key": "home-needs-more", "n": more})),
    });
    // What is long is moved in: inside the macro it would be copied whole.
    view["needs"] = needs.into();
    view["arrivals"] = arrivals.into();
    view["drafts"] = drafts.into();
    page.draw("home.html", &layout, &view)
}

/// A ship of the agent that has another open call at overlapping times.
fn called_twice(call: &ShipCall) -> Value {
    let href = format!("/calls/{}", call.number);
    json!({
        "state": say::tag("wait", &say::key("same-ship-tag")),
        "until": null,
        "href": href,
        "ship": say::text(&call.ship.name),
        "number": call.number,
        "say": say::key("same-ship"),
        "action": {"href": href, "say": say::key("do-open"), "small": true, "quiet": true},
    })
}

/// Today is what falls due within three days, and what waits for the agent's answer without a limit: a question, a return,
/// a refusal. A formality whose limit is not known yet (nobody has stated when she sails) waits on the call's own page.
fn is_for_today(line: &Holding, now: Instant) -> bool {
    line.holder == Holder::Agent
        && line.what != "sail"
        && line.until.map_or(line.what != "file", |until| until < now.plus_hours(72))
}

/// Something of a call that waits for the agent.
fn need(profile: &Profile, call: &ShipCall, line: &Holding, now: Instant) -> Value {
    let (href, word) = match (line.what.as_str(), line.formality) {
        ("answer", _) => (format!("/calls/{}/questions/{}", call.number, line.id.unwrap_or(1)), "do-answer"),
        (_, Some(formality)) => (format!("/calls/{}/{}/edit", call.number, formality.code()), "do-file"),
        _ => (format!("/calls/{}", call.number), "do-open"),
    };
    let state = match line.until {
        Some(until) if until < now => {
            say::tag("stop", &json!({"key": "time-overdue", "span": {"for": now.0 - until.0}}))
        }
        Some(until) => say::tag("wait", &json!({"key": "time-left", "span": {"for": until.0 - now.0}})),
        None => say::tag("none", &say::key("queue-no-limit")),
    };
    json!({
        "state": state,
        "until": line.until.map(|until| until.0),
        "href": format!("/calls/{}", call.number),
        "ship": say::text(&call.ship.name),
        "number": call.number,
        "say": say::holding(profile, line),
        "action": {"href": href, "say": say::key(word), "small": true, "quiet": true},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_limit_is_not_lost() {
        let now = Instant::parse("2026-11-24T06:30:00Z").unwrap_or_default();
        let line = |what: &str, hours: Option<i64>| Holding {
            holder: Holder::Agent,
            what: what.to_owned(),
            formality: None,
            id: None,
            count: 1,
            since: None,
            until: hours.map(|hours| now.plus_hours(hours)),
        };
        for what in ["answer", "returned", "refused"] {
            assert!(is_for_today(&line(what, None), now), "{what} without a limit");
        }
        assert!(is_for_today(&line("file", Some(71)), now) && is_for_today(&line("file", Some(-5)), now));
        assert!(!is_for_today(&line("file", Some(73)), now) && !is_for_today(&line("file", None), now));
        assert!(!is_for_today(&Holding { holder: Holder::Nobody, ..line("answer", None) }, now));
    }
}
