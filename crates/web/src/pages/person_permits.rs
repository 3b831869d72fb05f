//! Permits of persons: applied for, listed, decided, taken back.

mod acts;
pub mod sent;
pub mod view;

use axum::{
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Value as Known,
    person_permit::{self as permits, Kind, Status, subject_fields},
};
use office::{
    Error, Request, Right,
    person_permits::{ImportedPermits, PermitFilter, Permits, Wanted},
};
use serde_json::{Value, json};

use super::{
    formalities,
    given::moment,
    ship_calls::lists_with_countries,
    uploads::{download, grouped},
};
use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};
pub use sent::Sent;

/// Before the names of a person's fields in a form.
const HOLDER: &str = "holder.";

/// `GET /person-permits/new?kind=boarding`: which kind, and then its form.
pub async fn form(page: Page) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    let form = Form { pairs: page.query.clone() };
    draw_form(&page, &form, &[])
}

/// `POST /person-permits`
pub async fn apply(mut page: Page, multipart: Multipart) -> Result<Response, Failure> {
    let sent = Sent::read(multipart).await.map_err(Failure::Error)?;
    page.check_token(sent.form.get("csrf"))?;
    if page.switch(&sent.form) {
        return draw_form(&page, &sent.form, &[]);
    }
    let wanted = match wanted(&page, &sent) {
        Ok(wanted) => wanted,
        Err(mut faults) => {
            if sent.list.is_none() {
                let of = page.app.office.faults_of_holders(sent.form.get("kind"), vec![holder(&sent.form)]);
                faults.extend(of.into_iter().filter(Fault::is_error));
            }
            return draw_form(&page, &sent.form, &faults);
        }
    };
    let (office, actor) = (&page.app.office, page.actor()?);
    let request = Request::new("person permits", sent.form.key(), &sent.digested()?, page.channel());
    if let Some((name, bytes)) = &sent.list {
        let request = Request { channel: "workbook", ..request };
        let done = aside(office.import_permits(actor, (&wanted, None), (name, bytes), &request)).await;
        return match done {
            Ok(import) => imported(&page, name, &import),
            Err(Error::Refused(fault)) => draw_form(&page, &sent.form, &[fault]),
            Err(Error::Invalid(faults)) => draw_form(&page, &sent.form, &faults),
            Err(other) => Err(other.into()),
        };
    }
    match aside(office.apply_for_permits(actor, &wanted, vec![holder(&sent.form)], &request)).await {
        Ok(done) => Ok(Redirect::to(&format!("/person-permits/{}?done=filed", done.number)).into_response()),
        Err(Error::Refused(fault)) => draw_form(&page, &sent.form, &[fault]),
        Err(Error::Invalid(faults)) => draw_form(&page, &sent.form, &faults),
        Err(other) => Err(other.into()),
    }
}

/// What is applied for, without the persons.
fn wanted(page: &Page, sent: &Sent) -> Result<Wanted, Vec<Fault>> {
    let form = &sent.form;
    let instant = |name: &str| moment(page, form.get(name)).ok_or_else(|| super::given::missing(name));
    let place = form.get("place").to_owned();
    let code = form.get(code_field(&place));
    let needs = permits::needs(&page.app.office.profile, form.get("kind"), page.app.office.now());
    // Whatever is missing is told at once.
    let mut missing = Vec::new();
    if !place.is_empty() && code.trim().is_empty() {
        missing.push(super::given::missing(code_field(&place)));
    }
    let (from, until) = (instant("from"), instant("until"));
    missing.extend([from.as_ref().err(), until.as_ref().err()].into_iter().flatten().cloned());
    if needs.iter().any(|need| need.what == "purpose") && form.get("words").trim().is_empty() {
        missing.push(super::given::missing("words"));
    }
    let (Ok(from), Ok(until), true) = (from, until, missing.is_empty()) else { return Err(missing) };
    Ok(Wanted {
        kind: form.get("kind").to_owned(),
        code: code.to_owned(),
        place,
        from,
        until,
        words: form.get("words").to_owned(),
        papers: sent.papers.clone(),
    })
}

/// The field that says of a kind of place which one.
fn code_field(place: &str) -> &'static str {
    match place {
        "berth" => "berth",
        "region" => "region",
        _ => "ship",
    }
}

/// The person of a form with one.
fn holder(form: &Form) -> Known {
    let given = form.pairs.iter().filter_map(|(name, value)| Some((name.strip_prefix(HOLDER)?.to_owned(), value)));
    Known::Map(given.map(|(name, value)| (name, Known::Text(value.clone()))).collect())
}

fn draw_form(page: &Page, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let (profile, now) = (&office.profile, office.now());
    let kind = permits::kind(profile, form.get("kind"), now);
    let kinds: Vec<Value> = permits::kinds(profile, now).iter().map(|kind| offered(profile, kind)).collect();
    let fields = kind.as_ref().map(|kind| form_fields(page, kind, form, faults)).unwrap_or_default();
    let view = json!({
        "kinds": kinds,
        "kind": kind.as_ref().map(|kind| offered(profile, kind)),
        "fields": fields.first(), "holder": fields.get(1), "papers": fields.get(2),
        "lists": lists_with_countries(),
        "errors": faults.iter().map(|fault| form_fault(fault, form)).collect::<Vec<_>>(),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "person_permits/form.html", &page.layout("person-permits"), &view)
}

fn offered(profile: &domain::profile::Profile, kind: &Kind) -> Value {
    json!({
        "code": kind.code, "say": kind_say(&kind.code), "reason": say::text(&kind.reason), "law": say::law(profile, &kind.law),
        "longest": kind.longest.0.trim_start_matches('P').trim_end_matches('D'), "craft": kind.subject == "craft",
    })
}

/// The form's parts: place and time, one person, papers.
fn form_fields(page: &Page, kind: &Kind, form: &Form, faults: &[Fault]) -> Vec<Vec<Value>> {
    let profile = &page.app.office.profile;
    let error = |name: &str| {
        let fault = faults.iter().find(|fault| fault.location == format!("/{name}"));
        fault.map_or(Value::Null, |fault| say::text(&fault.text))
    };
    let option = |value: &str, label: Value| json!({"value": value, "label": label});
    let places: Vec<Value> =
        kind.places.iter().map(|place| option(place, say::key(&format!("pperm-place-{place}")))).collect();
    let mut fields = vec![json!({
        "name": "place", "kind": "radios", "label": say::key("pperm-place"), "options": places, "required": true, "error": error("place"),
        "value": if form.get("place").is_empty() { kind.places.first().cloned().unwrap_or_default() } else { form.get("place").to_owned() },
    })];
    let code_error = |place: &str| match form.get("place") == place {
        true => Some(error("code")).filter(|error| !error.is_null()).unwrap_or_else(|| error(code_field(place))),
        false => Value::Null,
    };
    for place in &kind.places {
        fields.push(match place.as_str() {
            "berth" => {
                let berths = profile.berths.iter().map(|berth| option(&berth.code, say::text(&berth.name)));
                json!({"name": "berth", "kind": "choice", "label": say::key("pperm-berth"), "options": berths.collect::<Vec<_>>(), "value": form.get("berth"), "error": code_error("berth")})
            }
            "region" => {
                let mut regions: Vec<&domain::Text> = profile.berths.iter().map(|berth| &berth.area).collect();
                regions.dedup();
                let regions = regions.into_iter().map(|area| option(&area.en, say::text(area)));
                json!({"name": "region", "kind": "choice", "label": say::key("pperm-region"), "options": regions.collect::<Vec<_>>(), "value": form.get("region"), "error": code_error("region")})
            }
            _ => {
                json!({"name": "ship", "kind": "text", "label": say::key("pperm-ship"), "hint": say::key("pperm-ship-hint"), "width": "mid", "value": form.get("ship"), "error": code_error("ship")})
            }
        });
    }
    for name in ["from", "until"] {
        fields.push(json!({"name": name, "kind": "instant", "label": say::key(&format!("pperm-{name}")), "required": true, "value": form.get(name), "error": error(name)}));
    }
    let needs = permits::needs(profile, &kind.code, page.app.office.now());
    fields.push(json!({
        "name": "words", "kind": "textarea", "lines": 3, "label": say::key("pperm-words"), "value": form.get("words"), "error": error("words"),
        "required": needs.iter().any(|need| need.what == "purpose"),
    }));
    let given = holder(form);
    let mut holders = formalities::fields::fields(page, subject_fields(&kind.subject), &given, &holder_faults(faults));
    for field in &mut holders {
        field["name"] = json!(format!("{HOLDER}{}", field["name"].as_str().unwrap_or_default()));
        // With a list there is nobody to type: the server says what is missing.
        field["required"] = json!(false);
    }
    let papers = needs.iter().filter(|need| need.paper).map(|need| {
        json!({"name": format!("paper.{}", need.what), "kind": "file", "label": say::text(&need.reason), "required": true, "error": error("papers")})
    });
    vec![fields, holders, papers.collect()]
}

/// Faults of the only person, at the fields of the form.
fn holder_faults(faults: &[Fault]) -> Vec<Fault> {
    let own = faults.iter().filter_map(|fault| {
        let field = fault.location.strip_prefix("/holders/0")?;
        Some(Fault { location: field.to_owned(), ..fault.clone() })
    });
    own.collect()
}

fn form_fault(fault: &Fault, form: &Form) -> Value {
    let mut said = say::fault(fault);
    if fault.code == super::given::MISSING
        && let Some(name) = fault.location.strip_prefix('/')
    {
        said["say"] = json!({"key": "act-missing", "name": say::key(&format!("pperm-{name}"))});
    }
    let field = match fault.location.strip_prefix("/holders/0/") {
        Some(field) => json!(format!("{HOLDER}{field}")),
        None => match fault.location.as_str() {
            "/from" | "/until" | "/words" | "/place" | "/ship" | "/berth" | "/region" => {
                json!(fault.location.trim_start_matches('/'))
            }
            "/code" => json!(code_field(form.get("place"))),
            _ => Value::Null,
        },
    };
    said["field"] = field;
    said
}

/// The name of a kind of permit.
pub fn kind_say(code: &str) -> Value {
    say::key(&format!("pperm-kind-{}", code.replace('_', "-")))
}

/// `GET /person-permits/template?kind=boarding`
pub async fn template(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    Ok(download(page.app.office.permit_template(actor, page.asked("kind").unwrap_or_default())?))
}

/// `GET /person-permits/lists/{id}`: the workbook back.
pub async fn back(page: Page, Path(id): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    super::problems::import::is_import(&id)?;
    Ok(download(page.app.office.imported_permits(actor, &id).await?))
}

fn imported(page: &Page, file: &str, import: &ImportedPermits) -> Result<Response, Failure> {
    let rows: Vec<Value> = import
        .rows
        .iter()
        .map(|row| {
            let (tone, key) = match (&row.number, row.before) {
                (Some(_), true) => ("none", "pperm-row-before"),
                (Some(_), false) => ("ok", "pperm-row-taken"),
                (None, _) => ("stop", "pperm-row-bad"),
            };
            json!({"row": row.row, "number": row.number, "state": say::tag(tone, &say::key(key))})
        })
        .collect();
    let bad = import.rows.iter().filter(|row| row.number.is_none()).count();
    let view = json!({
        "file": file, "rows": rows, "faults": grouped(&import.faults), "number": import.done.as_ref().map(|done| &done.number),
        "taken": import.rows.iter().filter(|row| row.number.is_some() && !row.before).count(), "bad": bad,
        "back": (!import.rows.is_empty()).then(|| format!("/person-permits/lists/{}", import.id)),
        "unreadable": import.rows.is_empty(),
    });
    let status = if import.done.is_none() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CREATED };
    page.draw_with(status, "person_permits/imported.html", &page.layout("person-permits"), &view)
}

/// `GET /person-permits`: those within reach; `?mine=yes` what waits for the reader's unit.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let filter = PermitFilter {
        states: page.asked("state").map(str::to_owned).into_iter().collect(),
        place: page.asked("place").map(str::to_owned),
        mine: page.asked("mine").is_some(),
        after: page.asked("after").map(str::to_owned),
    };
    let found = office.list_permits(actor, &filter).await?;
    let firms = office.names_of(found.lines.iter().map(|stored| stored.row.firm.clone()).collect()).await?;
    let ships = office.ships_at(found.lines.iter().map(|stored| stored.row.subject_key.as_str())).await?;
    let lines: Vec<Value> = found
        .lines
        .iter()
        .map(|stored| {
            let row = &stored.row;
            json!({
                "href": format!("/person-permits/{}", row.number), "number": row.number, "kind": kind_say(&row.place), "n": row.title,
                "place": view::place_named(&office.profile, &ships, &row.subject_key),
                "firm": firms.get(&row.firm).map_or_else(|| json!(row.firm), say::text),
                "state": view::state(&row.state), "until": row.due_at, "filed": row.opened_at,
            })
        })
        .collect();
    let next = found.next.map(|after| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs
            .extend_pairs(page.query.iter().filter(|(name, _)| name != "after" && name != "lang"))
            .append_pair("after", &after);
        format!("/person-permits?{}", pairs.finish())
    });
    let states: Vec<Value> = Status::ALL
        .iter()
        .map(|status| json!({"value": status.code(), "label": view::state(status.code())["say"], "chosen": page.asked("state") == Some(status.code())}))
        .collect();
    let view = json!({
        "lines": lines, "next": next, "states": states, "mine": filter.mine, "may_apply": actor.may(Right::File),
    });
    page.draw("person_permits/list.html", &page.layout("person-permits"), &view)
}

/// `GET /person-permits/{number}`
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let found = page.app.office.permits_of(page.actor()?, &number).await?;
    view::draw(&page, &found, &Form::default(), &[]).await
}

/// `POST /person-permits/{number}/acts`
pub async fn act(mut page: Page, Path(number): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let sent = Sent::read(multipart).await.map_err(Failure::Error)?;
    page.check_token(sent.form.get("csrf"))?;
    let switched = page.switch(&sent.form);
    let office = &page.app.office;
    let found: Permits = office.permits_of(page.actor()?, &number).await?;
    if switched {
        return view::draw(&page, &found, &sent.form, &[]).await;
    }
    let request = Request::new("person permit act", sent.form.key(), &sent.digested()?, page.channel());
    if let Some((name, bytes)) = &sent.list {
        let (wanted, request) = (Wanted::default(), Request { channel: "workbook", ..request });
        let into = (&wanted, Some(number.as_str()));
        let done = aside(office.import_permits(page.actor()?, into, (name, bytes), &request)).await;
        return match done {
            Ok(import) => imported(&page, name, &import),
            Err(Error::Refused(fault)) => view::draw(&page, &found, &sent.form, &[fault]).await,
            Err(other) => Err(other.into()),
        };
    }
    let done = match acts::read(&page, &sent) {
        Ok(act) => aside(office.do_on_permits(page.actor()?, &number, &act, &request)).await,
        Err(fault) => Err(Error::Invalid(vec![fault])),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/person-permits/{number}?done=act")).into_response()),
        Err(Error::Refused(fault)) => view::draw(&page, &found, &sent.form, &[fault]).await,
        Err(Error::Invalid(faults)) => view::draw(&page, &found, &sent.form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /person-permits/{number}/papers/{document}`
pub async fn paper(page: Page, Path((number, document)): Path<(String, String)>) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.permits_of(actor, &number).await?;
    Ok(super::problems::download(&office.permit_paper(actor, &found, &document).await?))
}

/// `GET /person-permits/{number}/print?serial=3`: the permits with their codes, one below the other, for paper.
pub async fn print(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.permits_of(actor, &number).await?;
    let serial = page.asked("serial").and_then(|serial| serial.parse().ok());
    let permits = aside(office.person_codes(actor, &found, serial)).await?;
    let profile = &office.profile;
    let lines: Vec<Value> = permits
        .iter()
        .map(|of| {
            let text = |name: &str| of.holder.get(name).text().unwrap_or_default().to_owned();
            json!({
                "number": of.number, "state": view::standing_tag(of.standing), "holder": permits::subject_name(&of.holder),
                "nationality": Some(text("nationality")).filter(|code| !code.is_empty()).map(|code| say::country(&code)), "document": text("document_number"),
                "from": of.ruling.from.0, "until": of.ruling.until.0, "issued": of.ruling.at.0,
                "qr": of.signed.as_ref().map(|signed| super::permits::drawing(&signed.svg)), "code": of.signed.as_ref().map(|signed| &signed.code),
                "unsigned": of.unsigned.as_ref().map(say::fault),
            })
        })
        .collect();
    let view = json!({
        "number": number, "kind": kind_say(&found.permit.kind), "place": view::place(profile, &found.permit.place),
        "issuer": say::unit(profile, &found.permit.organ), "law": permits.first().map(|of| say::law(profile, &of.ruling.law)),
        "single_use": found.permit.single_use, "permits": lines,
    });
    page.draw("person_permits/print.html", &page.layout("person-permits"), &view)
}
