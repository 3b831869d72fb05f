//! What the pages of flights show.

use std::collections::BTreeSet;

use domain::{
    flight::{Direction, EVENTS, Entry, Flight, Record},
    formality::Formality,
    profile::Profile,
    ship_call::Party,
};
use office::{Error, FoundFlight, Right};
use serde_json::{Value, json};
use store::Stored;

use crate::{
    page::{Failure, Page},
    pages::formalities,
    say,
};

/// The state of a flight with its tone.
pub fn state(code: &str) -> Value {
    let tone = match code {
        "cleared" | "departed" => "ok",
        "quarantine" | "held" | "refused" => "stop",
        "announced" | "in_review" => "wait",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("flight-state-{}", code.replace('_', "-"))))
}

/// A flight in a list.
pub fn line(profile: &Profile, stored: &Stored) -> Value {
    let row = &stored.row;
    json!({
        "href": format!("/flights/{}", row.number), "number": row.number, "designator": row.title,
        "direction": say::key(&format!("flight-{}", row.place)), "at": row.starts_at, "state": state(&row.state),
        "holder": holder(profile, &row.holder), "until": row.due_at,
    })
}

/// Who must act next.
pub fn holder(profile: &Profile, code: &str) -> Value {
    match code {
        "" => json!(null),
        "firm" => say::key("flight-carrier"),
        organ => say::unit(profile, organ),
    }
}

/// The fields of the form in which a flight is announced.
pub fn fields(page: &Page, names_firm: bool) -> Value {
    let office = &page.app.office;
    let kinds = |of: &str| -> Vec<Value> {
        let codes = office.profile.codes("flight-kinds", "code").into_iter();
        let hit = |code: &str| {
            let asked = domain::Value::from([("of", of.into()), ("code", code.into())]);
            office.profile.hit("flight-kinds", office.now(), &asked)
        };
        codes.filter_map(|code| Some(json!({"value": code, "label": say::text(&hit(&code)?.reason())}))).collect()
    };
    let directions: Vec<Value> = [Direction::Arrival, Direction::Departure]
        .map(|direction| json!({"value": direction.code(), "label": say::key(&format!("flight-{}", direction.code()))}))
        .into();
    let mut fields = vec![
        json!({"name": "direction", "kind": "radios", "label": say::key("flight-direction"), "options": directions, "required": true}),
        json!({"name": "designator", "kind": "text", "label": say::key("flight-designator"), "hint": say::key("flight-designator-hint"), "required": true, "width": "mid"}),
        json!({"name": "scheduled", "kind": "instant", "label": say::key("flight-scheduled"), "required": true}),
        json!({"name": "other", "kind": "locode", "label": say::key("flight-other"), "hint": say::key("flight-other-hint"), "required": true, "width": "mid"}),
        json!({"name": "registration", "kind": "text", "label": say::key("flight-registration"), "width": "mid"}),
        json!({"name": "service", "kind": "choice", "label": say::key("flight-service"), "options": kinds("service"), "required": true}),
        json!({"name": "nature", "kind": "choice", "label": say::key("flight-nature"), "options": kinds("nature"), "required": true}),
        json!({"name": "flies_on", "kind": "text", "label": say::key("flight-flies-on"), "hint": say::key("flight-flies-on-hint"), "width": "mid"}),
    ];
    if names_firm {
        fields.insert(
            0,
            json!({"name": "firm", "kind": "text", "label": say::key("flight-firm"), "hint": say::key("flight-firm-hint"), "required": true, "width": "mid"}),
        );
    }
    json!(fields)
}

/// A flight: what holds it, what is due, who decides what, its times, and its journal.
pub async fn show(page: &Page, found: &FoundFlight) -> Result<Value, Failure> {
    let office = &page.app.office;
    let (profile, actor, flight) = (&office.profile, page.actor()?, &found.flight);
    let firms = office.names_of(vec![flight.told.firm.clone()]).await?;
    let carrier = firms.get(&flight.told.firm).map_or_else(|| json!(flight.told.firm), say::text);
    let mine = matches!(&actor.party, Party::Firm(_)) && actor.may(Right::File) && !flight.status().is_over();
    let mut due = Vec::new();
    for of in &flight.due {
        due.push(due_view(page, found, of.formality, mine).await?);
    }
    let journal: Vec<Value> = office
        .flight_journal(actor, found.id)
        .await?
        .iter()
        .rev()
        .map(|record| entry(profile, &carrier, record))
        .collect();
    Ok(json!({
        "number": flight.number, "designator": flight.told.designator,
        "direction": say::key(&format!("flight-{}", flight.told.direction.code())),
        "carrier": carrier, "other": say::place(&flight.told.other), "registration": flight.told.registration,
        "kinds": [kind(profile, office.now(), "service", &flight.told.service), kind(profile, office.now(), "nature", &flight.told.nature)],
        "flies_on": flight.told.flies_on, "stand": flight.stand(), "state": state(flight.status().code()),
        "holding": holding(page, found).await?,
        "due": due, "times": times(profile, &carrier, flight), "journal": journal,
        "uploads": mine.then(|| format!("/flights/{}/upload", flight.number)),
        "stuck": matches!(actor.party, Party::Firm(_)).then(|| format!("/report?flight={}", flight.number)),
    }))
}

fn kind(profile: &Profile, now: domain::Instant, of: &str, code: &str) -> Value {
    let asked = domain::Value::from([("of", of.into()), ("code", code.into())]);
    profile.hit("flight-kinds", now, &asked).map_or_else(|| json!(code), |hit| say::text(&hit.reason()))
}

/// One line on top: what is holding this flight, and since when or until when.
async fn holding(page: &Page, found: &FoundFlight) -> Result<Value, Failure> {
    let (profile, flight) = (&page.app.office.profile, &found.flight);
    let status = flight.status().code().replace('_', "-");
    let who = holder(profile, flight.holder());
    // While customs boards first no limit of a decision says when people leave.
    let boarding = flight.quarantine.demanded.is_some() && flight.quarantine.stands();
    let until = flight
        .limits
        .iter()
        .filter(|_| !boarding)
        .filter(|limit| limit.holder == flight.holder())
        .map(|limit| limit.due.0)
        .min();
    let mut small = Vec::new();
    if let Some(demand) = flight.quarantine.demanded.as_ref().filter(|_| flight.quarantine.stands()) {
        small.push(json!([say::text(&demand.reason), say::law(profile, &demand.law)]));
    }
    for hold in flight.standing_holds() {
        small.push(json!([say::unit(profile, &hold.organ), say::law(profile, &hold.placed.ruled.law)]));
        if let Some(words) = &hold.placed.ruled.words {
            small.push(json!(words_of(page, found, words).await?));
        }
    }
    if let Some(recorded) = flight.uncleared.last() {
        let at = flight.actual("take_off").unwrap_or(*recorded);
        small.push(json!({"key": "flight-departed-uncleared", "at": {"at": at.0}}));
    }
    let late: BTreeSet<_> = flight.breaches.iter().map(|breach| (breach.due, breach.holder.as_str())).collect();
    for (due, who) in late {
        small.push(json!({"key": "flight-late", "who": holder(profile, who), "at": {"at": due.0}}));
    }
    let stop = matches!(status.as_str(), "quarantine" | "held" | "refused") || !flight.breaches.is_empty();
    Ok(json!({
        "say": {"key": format!("flight-holding-{status}"), "who": if who.is_null() { json!("") } else { who }},
        "until": until, "small": small, "tone": if stop { "stop" } else { "" },
    }))
}

async fn due_view(page: &Page, found: &FoundFlight, of: Formality, mine: bool) -> Result<Value, Failure> {
    let office = &page.app.office;
    let (profile, actor, flight) = (&office.profile, page.actor()?, &found.flight);
    let due = flight.due.iter().find(|due| due.formality == of);
    let content = match office.flight_filing(actor, found, of).await {
        Ok(content) => formalities::tables(profile, of, &content),
        Err(Error::NotFound | Error::Gone(_)) => Vec::new(),
        Err(other) => return Err(other.into()),
    };
    let mut reviews = Vec::new();
    for review in flight.reviews.iter().filter(|review| review.formality == of) {
        let tag = match &review.ruling {
            Some(ruling) if ruling.ruled.granted => say::tag("ok", &say::key("flight-granted")),
            Some(_) => say::tag("stop", &say::key("flight-refused")),
            None if review.reopened => say::tag("wait", &say::key("flight-reopened")),
            None => say::tag("wait", &say::key("flight-undecided")),
        };
        let words = match review.ruling.as_ref().and_then(|ruling| ruling.ruled.words.as_ref()) {
            Some(document) => json!(words_of(page, found, document).await?),
            None => json!(null),
        };
        let law = review.ruling.as_ref().map(|ruling| &ruling.ruled.law).filter(|law| !law.is_empty());
        reviews.push(json!({"organ": say::unit(profile, &review.organ), "state": tag, "words": words, "law": law}));
    }
    let filed = flight.filed(of);
    Ok(json!({
        "code": of.code(), "say": say::formality(of),
        "reason": due.map(|due| json!([say::text(&due.reason), say::law(profile, &due.law)])),
        "by": due.and_then(|due| due.by).map(|by| by.0),
        "filed": filed.map(|filed| filed.at.0), "n": flight.filings.get(&of).map_or(0, Vec::len),
        "organs": due.map(|due| say::units(profile, &due.organs)),
        "reviews": reviews, "content": content,
        "edit": mine.then(|| format!("/flights/{}/{}/edit", flight.number, of.code())),
    }))
}

async fn words_of(page: &Page, found: &FoundFlight, document: &str) -> Result<String, Failure> {
    match page.app.office.flight_words(found, document).await {
        Ok(words) => Ok(words),
        Err(Error::Gone(_) | Error::NotFound) => Ok(String::new()),
        Err(other) => Err(other.into()),
    }
}

/// Each event with what was said of it, the latest word of each kind last.
fn times(profile: &Profile, carrier: &Value, flight: &Flight) -> Vec<Value> {
    let said = |event: &str| -> Vec<Value> {
        let times = flight.times.iter().filter(|time| time.event == event);
        times
            .map(|time| {
                json!({
                    "say": {"key": format!("flight-time-{}", time.kind), "at": {"at": time.time.0}},
                    "small": {"key": "flight-said-by", "who": who(profile, carrier, &time.source), "at": {"at": time.said_at.0}},
                })
            })
            .collect()
    };
    let events = EVENTS.iter().map(|event| (event, said(event))).filter(|(_, said)| !said.is_empty());
    events.map(|(event, said)| json!({"say": say::key(&format!("flight-event-{}", event.replace('_', "-"))), "said": said})).collect()
}

fn who(profile: &Profile, carrier: &Value, party: &str) -> Value {
    match party.split_once(':') {
        Some(("organ", code)) => say::unit(profile, code),
        Some(("firm", _)) => carrier.clone(),
        _ => say::unit(profile, "clock"),
    }
}

/// An entry of the journal.
fn entry(profile: &Profile, carrier: &Value, record: &Record) -> Value {
    let kind = domain::matter::Entry::kind(&record.entry).trim_start_matches("flight.").replace('_', "-");
    let small = match &record.entry {
        Entry::Filed { filed, .. } => say::formality(filed.formality),
        Entry::Ruled { formality, .. } => say::formality(*formality),
        Entry::TimeStated { event, kind, time } => json!([
            say::key(&format!("flight-event-{}", event.replace('_', "-"))),
            {"key": format!("flight-time-{kind}"), "at": {"at": time.0}},
        ]),
        Entry::StandGiven { stand, used } => {
            let of = used.map(
                |(from, until)| json!({"key": "flight-stand-stated", "from": {"at": from.0}, "until": {"at": until.0}}),
            );
            json!(std::iter::once(json!(stand)).chain(of).collect::<Vec<_>>())
        }
        Entry::Opened { what } => say::key(&format!("flight-open-{what}")),
        Entry::Diverted { to } => say::place(to),
        Entry::Assessed { assessed, .. } => {
            let due = assessed.due.iter().map(|due| say::formality(due.formality));
            let boards = assessed.demanded.iter().map(|demand| say::text(&demand.reason));
            json!(due.chain(boards).collect::<Vec<_>>())
        }
        Entry::Passed(limit) => json!({"key": "entry-passed-due", "at": {"at": limit.due.0}}),
        _ => json!(null),
    };
    let key = match &record.entry {
        Entry::Ruled { ruled, .. } if ruled.granted => "flight-entry-granted".to_owned(),
        Entry::Ruled { .. } => "flight-entry-refused".to_owned(),
        _ => format!("flight-entry-{kind}"),
    };
    json!({"at": record.at.0, "say": {"key": key, "who": who(profile, carrier, &record.party)}, "small": small})
}
