//! What a reader of a call is told besides the call itself: that the ship has another open call, that her berth is planned
//! for another ship as well, that she sailed without clearance.

use domain::ship_call::{Party, ShipCall};
use office::{Actor, Call, Error, OtherCall};
use serde_json::{Value, json};

use crate::{
    page::{Failure, Page},
    say,
};

/// The notices of a call, the gravest first: `{tone, tag, say, small?: […]}`.
///
/// # Errors
/// The store's own.
pub async fn notices(page: &Page, actor: &Actor, found: &Call) -> Result<Vec<Value>, Failure> {
    let office = &page.app.office;
    let call = &found.call;
    let mut notices: Vec<Value> = uncleared(page, call).into_iter().collect();
    notices.extend(preference(page, call));
    notices.extend(overtaken(page, actor, found).await?);
    let others = office.other_calls(actor, std::iter::once(call)).await?;
    if let Some(others) = others.get(&call.number) {
        notices.push(same_ship(page, others).await?);
    }
    notices.extend(beside_at_berth(page, actor, found).await?);
    Ok(notices)
}

/// So many other open calls of a ship, and other ships at a berth, are shown; what is more is counted.
const MOST_OTHERS: usize = 6;

/// Another open call of the ship, for the page of a call and of a decision on it.
///
/// # Errors
/// The store's own.
pub async fn same_ship(page: &Page, others: &[OtherCall]) -> Result<Value, Failure> {
    let (others, more) = others.split_at(others.len().min(MOST_OTHERS));
    let codes = others.iter().filter_map(|other| other.agent.clone()).collect();
    let names = page.app.office.names_of(codes).await?;
    let mut small: Vec<Value> = others
        .iter()
        .map(|other| {
            let at =
                |at: Option<domain::Instant>| at.map_or_else(|| say::key("same-ship-unsaid"), |at| json!({"at": at.0}));
            let code = other.agent.as_deref().unwrap_or_default();
            let agent = names.get(code).map_or_else(|| json!(code), say::text);
            let Some(number) = &other.number else { return say::key("same-ship-foreign") };
            let key = if other.let_in { "same-ship-let-in" } else { "same-ship-open" };
            json!({"key": key, "agent": agent, "number": number, "from": at(other.from), "until": at(other.until)})
        })
        .collect();
    small.extend((!more.is_empty()).then(|| json!({"key": "same-ship-more", "n": more.len()})));
    let hrefs: Vec<Value> = others
        .iter()
        .filter_map(|other| other.number.as_ref())
        .map(|number| json!({"href": format!("/calls/{number}"), "say": number, "quiet": true, "small": true}))
        .collect();
    Ok(json!({
        "tone": "wait", "tag": say::tag("wait", &say::key("same-ship-tag")), "say": say::key("same-ship"),
        "small": small, "actions": hrefs,
    }))
}

fn uncleared(page: &Page, call: &ShipCall) -> Option<Value> {
    let uncleared = call.uncleared.as_ref()?;
    let profile = &page.app.office.profile;
    let mut small: Vec<Value> =
        uncleared.unmet.iter().map(|code| say::text(&domain::ship_call::said_unmet(profile, code))).collect();
    for organ in &uncleared.told {
        let who = say::unit(profile, organ);
        small.push(match uncleared.noted.get(organ) {
            Some(words) => json!({"key": "uncleared-noted", "who": who, "words": say::words(words)}),
            None => json!({"key": "uncleared-open", "who": who}),
        });
    }
    Some(json!({
        "tone": "stop", "tag": say::tag("stop", &say::key("status-sailed-uncleared")), "say": say::key("uncleared-what"),
        "small": small,
    }))
}

/// That she goes first, and by whose approval.
fn preference(page: &Page, call: &ShipCall) -> Option<Value> {
    let preference = call.preference().filter(|_| !call.status().is_over())?;
    let (profile, priority) = (&page.app.office.profile, &preference.priority);
    let class = say::text(&domain::priority::said(profile, &priority.class, preference.at));
    let mut small = vec![
        say::text(&priority.reason),
        json!({"key": "priority-approved", "who": say::unit(profile, &priority.approver), "at": {"at": preference.at.0}}),
        say::law(profile, &priority.law),
    ];
    if !preference.words.is_blank() {
        small.insert(1, say::words(&preference.words));
    }
    let href = |href: String, say: Value| json!({"href": href, "say": say, "quiet": true, "small": true});
    let mut actions = vec![href(format!("/measures/{}", priority.measure), say::key("priority-measure"))];
    actions.extend(priority.application.iter().map(|of| href(format!("/applications/{of}"), json!(of))));
    Some(json!({
        "tone": "ok", "tag": say::tag("ok", &json!({"key": "queue-priority", "n": priority.rank})),
        "say": json!({"key": "priority-first", "class": class}), "small": small, "actions": actions,
    }))
}

/// That others with a priority went before her: how many, and that the law let them.
async fn overtaken(page: &Page, actor: &Actor, found: &Call) -> Result<Option<Value>, Failure> {
    if found.call.status().is_over() {
        return Ok(None);
    }
    let n = page.app.office.overtaken(actor, found.id).await?;
    Ok((n > 0).then(|| {
        json!({
            "tone": "none", "tag": say::tag("none", &say::key("priority-tag")),
            "say": json!({"key": "priority-overtaken", "n": n}), "small": [say::key("priority-overtaken-why")],
        })
    }))
}

/// Ships that are planned for the same berth at the same time, for who plans berths or decides.
async fn beside_at_berth(page: &Page, actor: &Actor, found: &Call) -> Result<Option<Value>, Failure> {
    let plan = found.call.berths.last().filter(|_| !found.call.status().is_over());
    let Some(plan) = plan.filter(|_| matches!(actor.party, Party::Organ(_))) else { return Ok(None) };
    let office = &page.app.office;
    let beside = match office.beside_at_berth(actor, found.id, &plan.berth, (plan.from, plan.until)).await {
        Err(Error::NotFound) => Vec::new(),
        other => other?,
    };
    if beside.is_empty() {
        return Ok(None);
    }
    let (beside, more) = beside.split_at(beside.len().min(MOST_OTHERS));
    let mut small: Vec<Value> = beside
        .iter()
        .map(|of| {
            let times = json!({"key": "entry-berth-times", "from": {"at": of.from.0}, "until": {"at": of.until.0}});
            json!([say::text(&of.ship), of.number, times])
        })
        .collect();
    small.extend((!more.is_empty()).then(|| json!({"key": "berth-twice-more", "n": more.len()})));
    let berth = say::berth(&office.profile, &plan.berth);
    Ok(Some(json!({
        "tone": "wait", "tag": say::tag("wait", &say::key("berth-twice-tag")),
        "say": json!({"key": "berth-twice", "berth": berth}), "small": small,
    })))
}
