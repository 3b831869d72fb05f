//! The counter, all keys: the firm found or recorded, what every organ wants named at once, consent, papers, and the way into
//! every page of the firm.

use axum::{
    body::Bytes,
    extract::{Multipart, Path},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Text, service::services};
use office::{
    Actor, CompanyRecord, Error, Right,
    hall::{AtCounter, Listed, PaperAct, Ready, SIGNED, SIGNED_FOR, is_person},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{plain_fault, service_options};
use crate::{
    page::{Failure, Form, Page, VISIT},
    pages::{begun, companies, permits, person_permits},
    say,
};

/// Kinds of firms that a clerk records.
const KINDS: [&str; 6] = ["agent", "carrier", "forwarder", "haulier", "terminal", "trader"];

/// `GET /hall/visit?q=…`: who stands before you? `?firm=…` begins with a firm.
///
/// # Errors
/// Forbidden for who does not serve in the hall.
pub async fn begin_form(page: Page) -> Result<Response, Failure> {
    let form = Form { pairs: page.query.clone() };
    draw_begin(&page, StatusCode::OK, &form, &[]).await
}

/// `POST /hall/visit`: `do` is `begin`, `record` or `take`.
///
/// # Errors
/// As the page.
pub async fn begin(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    if page.switch(&form) {
        return draw_begin(&page, StatusCode::OK, &form, &[]).await;
    }
    let (office, actor) = (&page.app.office, page.actor()?);
    let done = match form.get("do") {
        "begin" => office.begin_visit(actor, form.get("firm"), (form.get("name"), form.get("phone"))).await,
        "take" => office.take_offer(actor, form.get("offer")).await,
        "record" => {
            let record = CompanyRecord {
                code: form.get("code").trim().to_owned(),
                name: Text::new(form.get("name_zh").trim(), form.get("name_en").trim()),
                registration: form.get("registration").trim().to_owned(),
                kind: form.get("kind").to_owned(),
                phone: form.get("phone").trim().to_owned(),
            };
            match office.register_firm(actor, &record).await {
                Ok(()) => office.begin_visit(actor, &record.code, ("", "")).await,
                Err(error) => Err(error),
            }
        }
        _ => return Err(Error::NotFound.into()),
    };
    match done {
        Ok(id) => entered(&page, id, form.get("do") == "take").await,
        Err(Error::Invalid(faults)) => draw_begin(&page, StatusCode::UNPROCESSABLE_ENTITY, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// Goes on in a visit: with the firm's page where it offered one, else on the visit's.
async fn entered(page: &Page, id: Uuid, taken: bool) -> Result<Response, Failure> {
    let visit = page.app.office.visit_at_counter(page.actor()?, id).await?;
    let to = if taken && !visit.row.place.is_empty() { visit.row.place } else { format!("/hall/visit/{id}") };
    let mut response = Redirect::to(&to).into_response();
    keep_visit(page, &mut response, Some(id))?;
    Ok(response)
}

/// Keeps in the browser which visit is under way; what it says counts only while a consent stands.
pub fn keep_visit(page: &Page, response: &mut Response, id: Option<Uuid>) -> Result<(), Failure> {
    let secure = if page.app.secure { "; Secure" } else { "" };
    let (value, age) = id.map_or((String::new(), "; Max-Age=0"), |id| (id.to_string(), ""));
    let cookie = format!("{VISIT}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
    let value = HeaderValue::from_str(&cookie).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

async fn draw_begin(page: &Page, status: StatusCode, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    actor.require(Right::ServeHall)?;
    let asked = form.get("q").trim();
    let found = if asked.is_empty() { Vec::new() } else { office.hall_firms(actor, asked).await? };
    let firm = |firm: &CompanyRecord| json!({"code": firm.code, "name": say::text(&firm.name), "registration": firm.registration, "phone": firm.phone});
    let open = office.open_visits(actor).await?;
    let open: Vec<Value> = open
        .iter()
        .map(|of| json!({"href": format!("/hall/visit/{}", of.row.id), "name": named(of), "since": of.row.opened_at}))
        .collect();
    let error = |name: &str| faults.iter().find(|fault| fault.location == name).map(|fault| say::text(&fault.text));
    let text = |name: &str, label: &str, required: bool| json!({"name": name, "kind": "text", "label": say::key(label), "value": form.get(name), "error": error(name), "required": required});
    let kinds: Vec<Value> = KINDS
        .iter()
        .map(|kind| json!({"value": kind, "label": crate::pages::administration::company_kind(kind)}))
        .collect();
    let fields = json!([
        text("code", "hall-firm-code", true), text("name_zh", "hall-firm-zh", true), text("name_en", "hall-firm-en", true),
        text("registration", "hall-firm-registration", false),
        {"name": "kind", "kind": "choice", "label": say::key("hall-firm-kind"), "options": kinds, "value": form.get("kind")},
        text("phone", "hall-phone", false),
    ]);
    let view = json!({
        "errors": faults.iter().map(plain_fault).collect::<Vec<_>>(), "q": asked, "searched": !asked.is_empty(),
        "found": found.iter().map(firm).collect::<Vec<_>>(), "open": open, "fields": fields,
        "recording": form.get("do") == "record", "offer": form.get("offer"), "typed": {"name": form.get("name"), "phone": form.get("phone")}, "offer_error": error("offer"), "name_error": error("name"),
    });
    let mut layout = page.layout("visit");
    layout.path = "/hall/visit".to_owned();
    page.draw_with(status, "hall/begin.html", &layout, &view)
}

/// Who a visit is for.
pub fn named(of: &AtCounter) -> Value {
    of.firm.as_ref().map_or_else(|| json!(of.who.name), |firm| say::text(&firm.name))
}

/// `GET /hall/visit/{id}`
///
/// # Errors
/// Not found for another's visit.
pub async fn show(page: Page, Path(id): Path<Uuid>) -> Result<Response, Failure> {
    draw(&page, StatusCode::OK, id, &[], None).await
}

/// `POST /hall/visit/{id}`: what the clerk does in it.
///
/// # Errors
/// As the page.
pub async fn act(mut page: Page, Path(id): Path<Uuid>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    if page.switch(&form) {
        return draw(&page, StatusCode::OK, id, &[], None).await;
    }
    let (office, actor) = (&page.app.office, page.actor()?);
    let done = match form.get("do") {
        "services" => office.choose_services(actor, id, &form.all("service")).await,
        "ask" => match office.ask_consent(actor, id).await {
            Ok(told) => return draw(&page, StatusCode::OK, id, &[], Some(told)).await,
            Err(error) => Err(error),
        },
        "code" => office.consent_by_code(actor, id, form.get("code")).await,
        "sign" => office.consent_by_signature(actor, id, form.get("name")).await,
        "shown" | "later" | "came" => {
            let act = match form.get("do") {
                "shown" => PaperAct::Shown,
                "later" => PaperAct::Later,
                _ => PaperAct::Came,
            };
            let paper = form.get("paper").split_once('/').ok_or(Error::NotFound)?;
            office.paper_at_counter(actor, id, paper, act).await
        }
        "deliver" => office.deliver_at_counter(actor, id, &form.all("what"), form.get("to")).await,
        "end" | "back" => {
            return match ended(&page, actor, id, form.get("do") == "back").await {
                Err(Failure::Error(Error::Refused(fault))) => settle(&page, id, Err(Error::Refused(fault))).await,
                other => other,
            };
        }
        _ => return Err(Error::NotFound.into()),
    };
    settle(&page, id, done).await
}

async fn ended(page: &Page, clerk: &Actor, id: Uuid, back: bool) -> Result<Response, Failure> {
    page.app.office.end_visit(clerk, id, back).await?;
    let to = if back { "/hall/desk?done=back" } else { "/hall/desk" };
    let mut response = Redirect::to(to).into_response();
    keep_visit(page, &mut response, None)?;
    Ok(response)
}

/// Hands a visit back to the firm, from a page on which the clerk acts for it: its people go on at `place`.
///
/// # Errors
/// Not found where no clerk acts.
pub async fn handed_back(page: &Page, place: &str) -> Result<Response, Failure> {
    let (id, _) = page.visit.as_ref().ok_or(Error::NotFound)?;
    // On the pages of a firm she acts as the firm; the visit is her own.
    let token = page.token.as_deref().unwrap_or_default();
    let clerk = page.app.office.session(token).await?.ok_or(Error::SignIn)?.actor;
    page.app.office.note_place(&clerk, *id, place).await?;
    ended(page, &clerk, *id, true).await
}

async fn settle(page: &Page, id: Uuid, done: Result<(), Error>) -> Result<Response, Failure> {
    match done {
        Ok(()) => {
            let mut response = Redirect::to(&format!("/hall/visit/{id}")).into_response();
            keep_visit(page, &mut response, Some(id))?;
            Ok(response)
        }
        Err(Error::Invalid(faults)) => draw(page, StatusCode::UNPROCESSABLE_ENTITY, id, &faults, None).await,
        Err(Error::Refused(fault)) => draw(page, StatusCode::CONFLICT, id, &[fault], None).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /hall/visit/{id}/papers`: a scan, from a scanner or a telephone's camera.
///
/// # Errors
/// As the page.
pub async fn scan(page: Page, Path(id): Path<Uuid>, mut multipart: Multipart) -> Result<Response, Failure> {
    let (mut bytes, mut paper, mut token) = (Vec::new(), String::new(), String::new());
    while let Ok(Some(field)) = multipart.next_field().await {
        match field.name().unwrap_or_default() {
            "file" => bytes = field.bytes().await.map(|read| read.to_vec()).unwrap_or_default(),
            "paper" => paper = field.text().await.unwrap_or_default(),
            "csrf" => token = field.text().await.unwrap_or_default(),
            _ => {}
        }
    }
    page.check_token(&token)?;
    let paper = paper.split_once('/').ok_or(Error::NotFound)?;
    let done = page.app.office.paper_at_counter(page.actor()?, id, paper, PaperAct::Scan(bytes)).await;
    settle(&page, id, done).await
}

/// `GET /hall/visit/{id}/papers/{service}/{paper}`: what was scanned.
///
/// # Errors
/// Not found for another's visit, or what was not scanned.
pub async fn paper(page: Page, Path((id, service, paper)): Path<(Uuid, String, String)>) -> Result<Response, Failure> {
    let (kind, bytes) = page.app.office.scan_at_counter(page.actor()?, id, (&service, &paper)).await?;
    let named = format!("attachment; filename=\"{service}-{paper}.{}\"", kind.rsplit('/').next().unwrap_or("bin"));
    let named = HeaderValue::from_str(&named).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, named)], bytes)
        .into_response())
}

/// The list of papers organ by organ: `[{organ, papers: [{…}]}]`.
pub fn listed(page: &Page, id: Uuid, all: &[Listed]) -> Vec<Value> {
    let profile = &page.app.office.profile;
    let line = |of: &Listed| {
        let state = of.row.as_ref().map_or("missing", |row| row.state.as_str());
        let tone = match state {
            "missing" => "stop",
            "later" => "wait",
            _ => "ok",
        };
        let scan = of
            .row
            .as_ref()
            .and_then(|row| row.document)
            .map(|_| format!("/hall/visit/{id}/papers/{}/{}", of.service.code, of.paper.code));
        json!({
            "key": format!("{}/{}", of.service.code, of.paper.code), "name": say::text(&of.paper.name), "service": say::text(&of.service.name),
            "form": say::key(&format!("service-form-{}", of.paper.form)), "original": of.paper.form == "original",
            "state": say::tag(tone, &say::key(&format!("paper-state-{state}"))), "missing": state == "missing", "later": state == "later",
            "due": of.row.as_ref().and_then(|row| row.due_at), "scan": scan,
            "receipt": of.row.as_ref().map(|row| format!("/receipts/{}", row.receipt)),
        })
    };
    all.chunk_by(|one, other| one.paper.organ == other.paper.organ)
        .map(|of| json!({"organ": say::unit(profile, &of[0].paper.organ), "papers": of.iter().map(line).collect::<Vec<_>>()}))
        .collect()
}

async fn draw(
    page: &Page,
    status: StatusCode,
    id: Uuid,
    faults: &[Fault],
    told: Option<usize>,
) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let visit = office.visit_at_counter(actor, id).await?;
    let papers = office.papers_at_counter(actor, id).await?;
    let chosen: Vec<&str> = visit.row.services.split_whitespace().collect();
    let ended = visit.row.state == "ended";
    let (due, begun, ready) = match office.acting_at_counter(actor, id).await? {
        Some((as_firm, _)) => {
            let ready = office.ready_to_hand_out(&as_firm).await?;
            (still_due(page, &as_firm).await?, begun::lines(page, &as_firm).await?, ready)
        }
        None => Default::default(),
    };
    let (handed, signed_for) = office.handed_out_in(actor, id).await?;
    let pick_up = json!({
        "ready": ready.iter().map(ready_line).collect::<Vec<_>>(),
        "handed": handed.iter().map(|of| json!({"number": of.paper, "at": of.at, "receipt": format!("/receipts/{}", of.receipt)})).collect::<Vec<_>>(),
        "paper": format!("{}/{}", SIGNED_FOR.0, SIGNED_FOR.1), "wanted": !handed.is_empty() && signed_for.is_none() && !ended,
        "scan": signed_for.as_ref().map(|_| format!("/hall/visit/{id}/papers/{}/{}", SIGNED_FOR.0, SIGNED_FOR.1)),
        "receipt": signed_for.as_ref().map(|of| format!("/receipts/{}", of.receipt)),
    });
    let signed = office.signed_sheet(actor, id).await?;
    let signed = json!({
        "paper": format!("{}/{}", SIGNED.0, SIGNED.1), "wanted": visit.row.way == "signature" && signed.is_none() && !ended,
        "scan": signed.as_ref().map(|_| format!("/hall/visit/{id}/papers/{}/{}", SIGNED.0, SIGNED.1)),
        "receipt": signed.as_ref().map(|of| format!("/receipts/{}", of.receipt)),
    });
    let coordinator = companies::named(office.coordinator_of(&visit.row.firm).await?);
    let view = json!({
        "errors": faults.iter().map(plain_fault).collect::<Vec<_>>(), "id": id.to_string(), "name": named(&visit), "coordinator": coordinator, "signed": signed, "pick_up": pick_up,
        "code": visit.row.firm, "own": visit.row.firm.is_empty() || is_person(&visit.row.firm), "person": visit.who.name, "asks": !visit.row.firm.is_empty() || !visit.who.phone.is_empty(), "state": visit.row.state, "ended": ended,
        "asked": visit.row.state == "asked", "told": told, "until": visit.row.code_until.filter(|_| visit.row.state == "asked"),
        "acting": visit.acting, "acting_until": visit.row.acting_until.filter(|_| visit.acting),
        "way": (!visit.row.way.is_empty()).then(|| say::key(&format!("consent-way-{}", visit.row.way))),
        "receipt": visit.row.receipt.map(|id| format!("/receipts/{id}")),
        "place": (!visit.row.place.is_empty() && visit.acting).then(|| visit.row.place.clone()),
        "others": visit.others.iter().map(|(name, since)| json!({"name": name, "since": since.0})).collect::<Vec<_>>(),
        "field": {"name": "service", "kind": "checkboxes", "label": say::key("hall-visit-services"), "options": service_options(&services(&office.profile, office.now())), "value": chosen},
        "begun": begun, "organs": listed(page, id, &papers), "wanted": papers.iter().any(|of| of.row.is_none()), "due": due,
        "name_error": faults.iter().find(|fault| fault.location == "name").map(|fault| say::text(&fault.text)),
        "to_error": faults.iter().find(|fault| fault.location == "to").map(|fault| say::text(&fault.text)),
        "code_error": faults.iter().find(|fault| fault.location == "code").map(|fault| say::text(&fault.text)),
    });
    let mut layout = page.layout("visit");
    layout.path = format!("/hall/visit/{id}");
    let mut response = page.draw_with(status, "hall/visit.html", &layout, &view)?;
    if !ended {
        keep_visit(page, &mut response, Some(id))?;
    }
    Ok(response)
}

/// Something that can be printed and handed out.
fn ready_line(of: &Ready) -> Value {
    let (name, print) = match &of.call {
        Some(call) => (permits::title(&of.kind), format!("/calls/{call}/permits/{}", of.number)),
        None => (person_permits::kind_say(&of.kind), format!("/person-permits/{}/print", of.number)),
    };
    json!({
        "number": of.number, "name": name, "persons": of.persons.as_ref().and_then(|n| n.parse::<i64>().ok()), "print": print, "about": of.call,
        "handed": of.handed.as_ref().map(|(at, to)| json!({"on": at, "to": to})),
    })
}

/// What the firm's open calls still want, organ by organ, as its own page says it.
async fn still_due(page: &Page, actor: &office::Actor) -> Result<Vec<Value>, Failure> {
    let office = &page.app.office;
    let mut due = Vec::new();
    for found in office.open_calls(actor).await? {
        let call = &found.call;
        let missing = call.requirements.iter().filter(|of| !call.filings.contains_key(&of.formality));
        let lines: Vec<Value> = missing
            .map(|of| json!({"name": say::formality(of.formality), "organs": say::units(&office.profile, &of.organs), "due": of.due.map(|due| due.0), "href": format!("/calls/{}/{}/edit", call.number, of.formality.code())}))
            .collect();
        if !lines.is_empty() {
            due.push(json!({"number": call.number, "ship": say::text(&call.ship.name), "href": format!("/calls/{}", call.number), "lines": lines}));
        }
    }
    Ok(due)
}

/// `POST /hall/lock`: the screen is locked: the session ends at once, and whoever signs in again goes on where she was.
///
/// # Errors
/// Forbidden without the form's token.
pub async fn lock(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let name = page.session.as_ref().map(|session| session.actor.name.clone()).unwrap_or_default();
    if let Some(token) = &page.token {
        page.app.office.sign_out(token).await?;
    }
    let place = form.get("place");
    let pairs = [("next", if place.is_empty() { "/hall/desk" } else { place }), ("name", name.as_str())];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let mut response = Redirect::to(&format!("/sign-in?{query}")).into_response();
    crate::pages::sign_in::forget_session(&mut response, &page.app)?;
    Ok(response)
}
