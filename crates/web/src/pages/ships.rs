//! Records of ships: entered once, used by every call.

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Instant, Text,
    formality::{Formality, Kind},
    ship_call::Ship,
};
use office::{Actor, CallFilter, CallLine, Error, Recorded, Right, SHIP_TYPES, ShipProposal, ShipRecord, ShipRight};
use serde_json::{Value, json};

use crate::{
    layout::Say,
    page::{Failure, Form, Page},
    say,
};

/// A search looks through so many ships.
const LOOKED_AT: usize = 2_000;
/// So many records stand on a page.
pub(super) const A_PAGE: usize = 50;

/// `GET /ships`; with `new` the form that registers a ship.
pub async fn ships(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let may_record = actor.may(Right::File);
    if page.asked("new").is_some() && may_record {
        let mut record = ShipRecord::default();
        record.ship.imo = page.asked("imo").unwrap_or("").chars().filter(char::is_ascii_digit).take(7).collect();
        return draw_form(&page, StatusCode::OK, &record, &[], ShipRight::Record);
    }
    let words = page.asked("q").unwrap_or("");
    let (found, next) = search(&page, actor, words).await?;
    let mut lines = Vec::with_capacity(found.len());
    for Recorded { record, .. } in &found {
        let last = calls_of(&page, actor, &record.ship.imo).await?.into_iter().next();
        lines.push(json!({
            "href": format!("/ships/{}", record.ship.imo),
            "name": ship_name(&record.ship),
            "imo": record.ship.imo,
            "flag": say::country(&record.ship.flag),
            "type": ship_type(&record.ship.ship_type),
            "last": last.map(|call| json!({"href": format!("/calls/{}", call.row.number), "number": call.row.number})),
        }));
    }
    let new = json!([{"href": "/ships?new=1", "say": say::key("ships-new")}]);
    let waiting = if actor.may(Right::Decide) { page.app.office.ship_proposals(actor).await? } else { Vec::new() };
    let waiting: Vec<Value> = waiting
        .iter()
        .map(|proposal| {
            let ship = &proposal.record.record.ship;
            json!({"href": format!("/ships/{}", ship.imo), "name": ship_name(ship), "imo": ship.imo, "at": proposal.at.0})
        })
        .collect();
    let view = json!({
        "q": words,
        "waiting": waiting,
        "ships": lines,
        "pages": {"next": next},
        "actions": if may_record { new } else { json!([]) },
    });
    page.draw("ships/list.html", &page.layout("ships"), &view)
}

/// `POST /ships`
pub async fn record_ship(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let record = record_of(&form);
    let switched = page.switch(&form);
    let (actor, office) = (page.actor()?, &page.app.office);
    let right = office.ship_right(actor, &record.ship.imo).await?;
    if switched {
        return draw_form(&page, StatusCode::OK, &record, &[], right);
    }
    match office.record_ship(actor, &record).await {
        Ok(_) => Ok(Redirect::to(&format!("/ships/{}", record.ship.imo)).into_response()),
        Err(Error::Invalid(faults)) => draw_form(&page, StatusCode::UNPROCESSABLE_ENTITY, &record, &faults, right),
        Err(Error::Refused(fault)) => draw_form(&page, StatusCode::CONFLICT, &record, &[fault], right),
        Err(other) => Err(other.into()),
    }
}

/// `GET /ships/{imo}`
pub async fn ship(page: Page, Path(imo): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    draw_ship(&page, actor, &imo, &[]).await
}

/// `POST /ships/{imo}`: the record or what was proposed of it is confirmed, or the proposal refused.
///
/// # Errors
/// The page again for a refusal without its reason, or when another version came since.
pub async fn settle_ship(page: Page, Path(imo): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    let seen = form.get("seen").parse().unwrap_or(-1);
    let refused = (form.get("do") == "refuse").then(|| form.get("words"));
    match page.app.office.settle_ship(actor, &imo, seen, refused).await {
        Ok(()) => Ok(Redirect::to(&format!("/ships/{imo}")).into_response()),
        Err(error @ (Error::Invalid(_) | Error::Conflict)) => draw_ship(&page, actor, &imo, &error.faults()).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw_ship(page: &Page, actor: &Actor, imo: &str, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let recorded = office.ship(actor, imo).await?;
    let Recorded { record, .. } = &recorded;
    let right = office.ship_right(actor, imo).await?;
    let may_edit = matches!(right, ShipRight::Record | ShipRight::Propose);
    if page.asked("edit").is_some() && may_edit {
        return draw_form(page, StatusCode::OK, record, &[], right);
    }
    let source = source(page, &recorded.source).await?;
    let calls = calls_of(page, actor, imo).await?;
    let certificates = certificates(page, actor, &calls).await?;
    let proposal = office.ship_proposal(actor, imo).await?;
    let proposal = match &proposal {
        Some(proposal) => proposal_view(page, &recorded, proposal, right).await?,
        None => Value::Null,
    };
    // A record that nobody has compared with the ship's papers yet is confirmed as it stands.
    let unconfirmed = record.confirmed_by.is_empty();
    let confirm = (proposal.is_null() && unconfirmed && right == ShipRight::Confirm).then_some(recorded.version);
    let lines: Vec<Value> = calls
        .iter()
        .map(|call| {
            json!({
                "href": format!("/calls/{}", call.row.number),
                "number": call.row.number,
                "arrives": call.row.starts_at,
                "state": say::status(&call.row.state),
            })
        })
        .collect();
    let edit = json!([{"href": format!("/ships/{imo}?edit=1"), "say": say::key("ships-edit"), "quiet": true}]);
    let view = json!({
        "name": ship_name(&record.ship),
        "imo": imo,
        "errors": faults.iter().map(say::fault).collect::<Vec<_>>(),
        "actions": if may_edit { edit } else { json!([]) },
        "standing": match record.confirmed_by.as_str() {
            "" => say::tag("wait", &say::key("ship-unconfirmed")),
            by => say::tag("ok", &json!({"key": "ship-confirmed", "who": say::unit(&office.profile, by)})),
        },
        "proposal": proposal,
        "confirm": confirm,
        "action": format!("/ships/{imo}"),
        "certificates": certificates,
        "calls": lines,
        "facts": ship_facts(&recorded, &source),
    });
    let status = match faults.first() {
        None => StatusCode::OK,
        Some(fault) if fault.location.is_empty() => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page.draw_with(status, "ships/show.html", &page.layout("ships"), &view)
}

/// What was proposed, beside what the record says.
async fn proposal_view(
    page: &Page,
    known: &Recorded<ShipRecord>,
    proposal: &Recorded<ShipProposal>,
    right: ShipRight,
) -> Result<Value, Failure> {
    let (now, then) = (ship_values(&known.record), ship_values(&proposal.record.record));
    let differ = now.iter().zip(&then).filter(|(now, then)| now["value"] != then["value"]);
    let changes: Vec<Value> = differ
        .map(|(now, then)| json!({"name": now["name"], "before": now["value"], "after": then["value"]}))
        .collect();
    let state = match proposal.record.state.as_str() {
        "confirmed" => say::tag("ok", &say::key("ship-proposal-confirmed")),
        "refused" => say::tag("stop", &say::key("ship-proposal-refused")),
        _ => say::tag("wait", &say::key("ship-proposal-open")),
    };
    let open = proposal.record.state == "open";
    Ok(json!({
        "state": state,
        "at": proposal.at.0,
        "by": source(page, &proposal.source).await?,
        "receipt": proposal.record.settled.or(proposal.record.record.receipt).map(|of| format!("/receipts/{of}")),
        "words": (!proposal.record.words.is_empty()).then_some(&proposal.record.words),
        "changes": if proposal.record.state == "confirmed" { Vec::new() } else { changes },
        "seen": (open && right == ShipRight::Confirm).then_some(proposal.version),
    }))
}

/// What a record says, value by value, for comparing two of them.
fn ship_values(record: &ShipRecord) -> Vec<Say> {
    let ship = &record.ship;
    let number = |value: i64, unit: &str| if value > 0 { json!(format!("{value} {unit}")) } else { json!("—") };
    let text = |value: &str| if value.is_empty() { json!("—") } else { json!(value) };
    let values = [
        ("ship-name", text(&ship.name.en)),
        ("ship-name-zh", text(&ship.name.zh)),
        ("ships-type", ship_type(&ship.ship_type)),
        ("ships-flag", say::country(&ship.flag)),
        ("ship-call-sign", text(&ship.call_sign)),
        ("ship-mmsi", text(&record.mmsi)),
        ("ship-gross-tonnage", number(ship.gross_tonnage, "GT")),
        ("ship-deadweight", number(record.deadweight, "t")),
        ("ship-length", number(ship.length, "m")),
        ("ship-port-of-registry", text(&record.port_of_registry)),
        ("ship-owner", text(&record.owner)),
        ("ship-operator", text(&record.operator)),
    ];
    values.into_iter().map(|(name, value)| json!({"name": say::key(name), "value": value})).collect()
}

/// Ships whose IMO number or name has the words; all of them, page by page, when there are none.
async fn search(
    page: &Page,
    actor: &Actor,
    words: &str,
) -> Result<(Vec<Recorded<ShipRecord>>, Option<String>), Failure> {
    let office = &page.app.office;
    if words.trim().is_empty() {
        let found = office.ships(actor, page.asked("after")).await?;
        let next =
            found.last().filter(|_| found.len() == A_PAGE).map(|last| format!("/ships?after={}", last.record.ship.imo));
        return Ok((found, next));
    }
    let wanted = words.trim().to_lowercase();
    let fits = |ship: &Ship| {
        ship.imo == wanted || ship.name.en.to_lowercase().contains(&wanted) || ship.name.zh.contains(&wanted)
    };
    let (mut found, mut looked_at, mut after) = (Vec::new(), 0, None::<String>);
    while looked_at < LOOKED_AT && found.len() < A_PAGE {
        let some = office.ships(actor, after.as_deref()).await?;
        let Some(last) = some.last() else { break };
        after = Some(last.record.ship.imo.clone());
        looked_at += some.len();
        found.extend(some.into_iter().filter(|recorded| fits(&recorded.record.ship)));
    }
    found.truncate(A_PAGE);
    Ok((found, None))
}

/// Calls of a ship within the reader's reach, the newest first.
async fn calls_of(page: &Page, actor: &Actor, imo: &str) -> Result<Vec<CallLine>, Failure> {
    let filter = CallFilter { words: imo.to_owned(), ..CallFilter::default() };
    let mut calls = page.app.office.calls(actor, &filter).await?.lines;
    calls.retain(|call| call.row.subject_key == imo);
    calls.sort_by_key(|call| std::cmp::Reverse(call.row.opened_at));
    Ok(calls)
}

/// Certificates as they were last filed for a call that the reader sees, with their effective expiry.
async fn certificates(page: &Page, actor: &Actor, calls: &[CallLine]) -> Result<Vec<Say>, Failure> {
    let office = &page.app.office;
    for line in calls.iter().take(5) {
        let found = office.call(actor, &line.row.number).await?;
        let version = match office.version(actor, found.id, &found.call, Formality::Certificates, None).await {
            Err(Error::NotFound | Error::Gone(_)) => continue,
            other => other?,
        };
        let rows = version.content.get("certificates").list();
        return Ok(rows.iter().map(|row| certificate(page, row)).collect());
    }
    Ok(Vec::new())
}

fn certificate(page: &Page, row: &domain::Value) -> Say {
    let kind = row.get("kind").text().unwrap_or("other");
    let name = match row.get("name").text().filter(|name| !name.is_empty()) {
        Some(name) => json!(name),
        None => certificate_kind(kind),
    };
    let effective = row.get("effective_expiry").text().filter(|day| !day.is_empty());
    let expiry = effective.or(row.get("expiry").text()).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let profile = &page.app.office.profile;
    // A certificate holds to the end of its last day, in the port's zone.
    let ends = expiry.and_then(|day| profile.zone.to_timestamp(day.at(23, 59, 59, 0)).ok()).map(Instant::from);
    let now = page.app.office.now();
    let state = match ends {
        Some(ends) if ends < now => say::tag("stop", &say::key("certificate-expired")),
        Some(ends) if ends < now.plus_hours(30 * 24) => say::tag("wait", &say::key("certificate-soon")),
        _ => say::tag("ok", &say::key("certificate-valid")),
    };
    json!({"name": name, "expires": ends.map(|at| at.0), "state": state})
}

fn certificate_kind(kind: &str) -> Say {
    let field = Formality::Certificates.field_at("/certificates/0/kind");
    let Some(Kind::Choice(kinds)) = field.map(|field| field.kind) else { return json!(kind) };
    match kinds.iter().find(|(code, _, _)| *code == kind) {
        Some((_, zh, en)) => json!({"zh": zh, "en": en}),
        None => json!(kind),
    }
}

fn record_of(form: &Form) -> ShipRecord {
    let text = |name: &str| form.get(name).trim().to_owned();
    let number = |name: &str| form.get(name).trim().replace(',', "").parse().unwrap_or(0);
    ShipRecord {
        ship: Ship {
            imo: text("imo").trim_start_matches("IMO").trim().to_owned(),
            name: Text::new(text("name_zh"), text("name")),
            ship_type: text("ship_type"),
            flag: text("flag").to_uppercase(),
            call_sign: text("call_sign").to_uppercase(),
            gross_tonnage: number("gross_tonnage"),
            length: number("length"),
        },
        mmsi: text("mmsi"),
        deadweight: number("deadweight"),
        port_of_registry: text("port_of_registry"),
        owner: text("owner"),
        operator: text("operator"),
        ..ShipRecord::default()
    }
}

fn draw_form(
    page: &Page,
    status: StatusCode,
    record: &ShipRecord,
    faults: &[Fault],
    right: ShipRight,
) -> Result<Response, Failure> {
    let ship = &record.ship;
    let error = |name: &str| {
        let fault = faults.iter().find(|fault| fault.location.trim_start_matches('/') == name);
        fault.map(|fault| say::text(&fault.text))
    };
    let text = |name: &str, value: &str, required: bool| {
        json!({"name": name, "kind": "text", "label": say::key(&format!("ship-{}", name.replace('_', "-"))), "value": value,
               "width": "mid", "required": required, "error": error(name)})
    };
    let number = |name: &str, value: i64, unit: &str| {
        let value = if value == 0 { json!("") } else { json!(value) };
        json!({"name": name, "kind": "number", "label": say::key(&format!("ship-{}", name.replace('_', "-"))), "value": value,
               "unit": unit, "error": error(name)})
    };
    let types: Vec<Value> =
        SHIP_TYPES.iter().map(|(code, zh, en)| json!({"value": code, "label": {"zh": zh, "en": en}})).collect();
    let fields = [
        text("imo", &ship.imo, true),
        text("name", &ship.name.en, true),
        text("name_zh", &ship.name.zh, false),
        json!({"name": "ship_type", "kind": "choice", "label": say::key("ships-type"), "value": ship.ship_type, "options": types}),
        text("flag", &ship.flag, true),
        text("call_sign", &ship.call_sign, false),
        text("mmsi", &record.mmsi, false),
        number("gross_tonnage", ship.gross_tonnage, "GT"),
        number("deadweight", record.deadweight, "t"),
        number("length", ship.length, "m"),
        text("port_of_registry", &record.port_of_registry, false),
        text("owner", &record.owner, false),
        text("operator", &record.operator, false),
    ];
    let errors: Vec<Say> = faults.iter().map(say::fault).collect();
    let proposes = right == ShipRight::Propose;
    let view = json!({
        "errors": errors,
        "fields": fields,
        "hint": say::key(if proposes { "ship-record-proposes" } else { "ship-record-first" }),
        "button": say::key(if proposes { "ship-record-propose" } else { "ship-record-save" }),
    });
    page.draw_with(status, "ships/record.html", &page.layout("ships"), &view)
}

/// Who gave a record: a firm by its name, the operator in words.
pub(super) async fn source(page: &Page, code: &str) -> Result<Say, Failure> {
    let names = page.app.office.names_of(vec![code.to_owned()]).await?;
    Ok(match names.get(code) {
        Some(name) => say::text(name),
        None if code == "operator" => say::key("record-source-operator"),
        None if code == "sample" => say::key("record-source-sample"),
        None => say::unit(&page.app.office.profile, code),
    })
}

fn ship_facts(recorded: &Recorded<ShipRecord>, source: &Say) -> Vec<Say> {
    let ShipRecord { ship, mmsi, deadweight, port_of_registry, owner, operator, .. } = &recorded.record;
    let fact = |name: &str, value: Say| json!({"name": say::key(name), "value": value});
    let mut facts = vec![fact("ships-type", ship_type(&ship.ship_type)), fact("ships-flag", say::country(&ship.flag))];
    let texts = [
        ("ship-call-sign", &ship.call_sign),
        ("ship-mmsi", mmsi),
        ("ship-port-of-registry", port_of_registry),
        ("ship-owner", owner),
        ("ship-operator", operator),
    ];
    facts.extend(texts.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| fact(name, json!(value))));
    let numbers = [
        ("ship-gross-tonnage", ship.gross_tonnage, "GT"),
        ("ship-deadweight", *deadweight, "t"),
        ("ship-length", ship.length, "m"),
    ];
    let given = numbers.iter().filter(|(_, value, _)| *value > 0);
    facts.extend(given.map(|(name, value, unit)| fact(name, json!(format!("{value} {unit}")))));
    facts.push(json!({"name": say::key("record-source"), "value": source, "small": {"at": recorded.at.0}}));
    facts.push(fact("ship-record-version", json!(recorded.version.to_string())));
    facts.extend(recorded.record.receipt.map(|receipt| {
        json!({"name": say::key("filed-receipt"), "value": receipt.to_string(), "href": format!("/receipts/{receipt}")})
    }));
    facts
}

/// Her names; the one that she has where the other is missing.
fn ship_name(ship: &Ship) -> Say {
    let or = |one: &str, other: &str| if one.is_empty() { other.to_owned() } else { one.to_owned() };
    json!({"zh": or(&ship.name.zh, &ship.name.en), "en": or(&ship.name.en, &ship.name.zh)})
}

fn ship_type(code: &str) -> Say {
    match SHIP_TYPES.iter().find(|(known, _, _)| *known == code) {
        Some((_, zh, en)) => json!({"zh": zh, "en": en}),
        None => json!(code),
    }
}
