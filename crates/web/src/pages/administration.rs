//! Firms, people and mandates: the whole port for its administrator, her own unit for who manages its people.

mod view;

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Instant, Text, ship_call::Party};
use office::{Administrator, CompanyRecord, Error, NewPerson, Office, Scope};
use serde_json::json;
use uuid::Uuid;

use crate::page::{Failure, Form, Page};

pub use view::{company_kind, role};

/// What a form gave back: a secret that is shown once, and what was wrong.
#[derive(Default)]
struct Outcome {
    secret: Option<Secret>,
    faults: Vec<Fault>,
    form: Option<Form>,
}

/// A password or key that was made, and for whom.
struct Secret {
    /// `password` or `key`.
    kind: &'static str,
    name: String,
    words: String,
}

/// `GET /administration`: the port's firms and organs; who manages only her unit is led to its page.
///
/// # Errors
/// Forbidden for everybody else.
pub async fn overview(page: Page) -> Result<Response, Failure> {
    let by = administrator(&page).await?;
    if let Some(party) = by.unit() {
        return Ok(Redirect::to(&address(party)).into_response());
    }
    draw_overview(&page, StatusCode::OK, &Outcome::default()).await
}

/// `POST /administration` records a firm.
///
/// # Errors
/// The page again, with what is wrong.
pub async fn record_firm(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let by = administrator(&page).await?;
    if page.switch(&form) {
        return draw_overview(&page, StatusCode::OK, &Outcome { form: Some(form), ..Outcome::default() }).await;
    }
    let text = |name: &str| form.get(name).trim().to_owned();
    let record = CompanyRecord {
        code: text("code"),
        name: Text::new(text("name_zh"), text("name_en")),
        registration: text("registration"),
        kind: text("kind"),
        phone: text("phone"),
    };
    match page.app.office.record_firm(&by, &record).await {
        Ok(()) => Ok(Redirect::to(&address(&Party::Firm(record.code))).into_response()),
        Err(Error::Invalid(faults)) => {
            let outcome = Outcome { faults, form: Some(form), ..Outcome::default() };
            draw_overview(&page, StatusCode::UNPROCESSABLE_ENTITY, &outcome).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /administration/{kind}/{code}`: a firm or organ with its people, mandates and systems, and what was changed.
///
/// # Errors
/// Not found for a party that is not hers to manage.
pub async fn party(page: Page, Path((kind, code)): Path<(String, String)>) -> Result<Response, Failure> {
    let by = administrator(&page).await?;
    let party = party_of(&page, &by, &kind, &code).await?;
    draw_party(&page, &by, &party, StatusCode::OK, &Outcome::default()).await
}

/// `POST /administration/{kind}/{code}`: one change, by the form's `act`.
///
/// # Errors
/// The page again, with what is wrong.
pub async fn change(
    mut page: Page,
    Path((kind, code)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let by = administrator(&page).await?;
    let party = party_of(&page, &by, &kind, &code).await?;
    if page.switch(&form) {
        return draw_party(&page, &by, &party, StatusCode::OK, &Outcome { form: Some(form), ..Outcome::default() })
            .await;
    }
    match done(&page.app.office, &by, &party, &form).await {
        Ok(None) => Ok(Redirect::to(&address(&party)).into_response()),
        Ok(secret) => {
            draw_party(&page, &by, &party, StatusCode::CREATED, &Outcome { secret, ..Outcome::default() }).await
        }
        Err(Error::Invalid(faults)) => {
            let outcome = Outcome { faults, form: Some(form), ..Outcome::default() };
            draw_party(&page, &by, &party, StatusCode::UNPROCESSABLE_ENTITY, &outcome).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /administration/changes`: what was changed in the whole port.
///
/// # Errors
/// Forbidden for who does not administer the port.
pub async fn changes(page: Page) -> Result<Response, Failure> {
    let by = administrator(&page).await?;
    let before = page.asked("before").and_then(|id| Uuid::parse_str(id).ok());
    let found = page.app.office.recorded_changes(&by, None, before).await?;
    let view = view::changes(&page, &found);
    page.draw("administration/changes.html", &page.layout("administration"), &view)
}

/// `GET /administration/retention`: the documents whose term has passed.
///
/// # Errors
/// Forbidden for who does not administer the port.
pub async fn retention(page: Page) -> Result<Response, Failure> {
    draw_retention(&page, None).await
}

/// `POST /administration/retention` erases them.
///
/// # Errors
/// Forbidden for who does not administer the port.
pub async fn erase(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let by = administrator(&page).await?;
    // What is erased cannot be read again: the box is ticked, or nothing is done.
    if form.get("sure") != "yes" {
        return draw_retention(&page, None).await;
    }
    let gone = page.app.office.erase_due(&by).await?;
    draw_retention(&page, Some(gone)).await
}

async fn administrator(page: &Page) -> Result<Administrator, Failure> {
    Ok(page.app.office.administrator(page.actor()?).await?)
}

/// The party of an address, if it is there and hers to manage; the same answer for both.
async fn party_of(page: &Page, by: &Administrator, kind: &str, code: &str) -> Result<Party, Failure> {
    let party = page.app.office.known_party(&format!("{kind}:{code}")).await.map_err(|error| match error {
        Error::Invalid(_) => Error::NotFound,
        other => other,
    })?;
    if by.covers(&party) { Ok(party) } else { Err(Failure::Error(Error::NotFound)) }
}

/// Does what the form asks; gives the secret that was made.
async fn done(office: &Office, by: &Administrator, party: &Party, form: &Form) -> Result<Option<Secret>, Error> {
    let name = form.get("name").trim();
    let password = |words: String| Some(Secret { kind: "password", name: name.to_owned(), words });
    match form.get("act") {
        "add" => {
            let new = NewPerson {
                name: name.to_owned(),
                password: office.made_password(),
                party: party.clone(),
                role: form.get("role").to_owned(),
                language: if form.get("language") == "en" { "en" } else { "zh" }.to_owned(),
                manager: form.get("manager") == "yes",
            };
            office.admit(by, &new).await?;
            return Ok(password(new.password));
        }
        "reset" => {
            let words = office.made_password();
            office.reset_password(by, name, &words).await?;
            return Ok(password(words));
        }
        "disable" => office.disable(by, name).await?,
        "appoint" => office.appoint(by, name, true).await?,
        "dismiss" => office.appoint(by, name, false).await?,
        "mandate" => {
            let (agent, principal) = firms(party, form)?;
            let term = (day(office, form, "from", 0)?, day(office, form, "until", 1)?);
            office.mandate(by, &agent, &principal, term).await?;
        }
        "end_mandate" => office.end_mandate(by, form.get("agent"), form.get("principal")).await?,
        "key" => {
            let words = office.admit_system(by, name, party, Scope::ALL).await?;
            return Ok(Some(Secret { kind: "key", name: name.to_owned(), words }));
        }
        "end_key" => office.dismiss_system(by, name, party).await?,
        _ => return Err(Error::NotFound),
    }
    Ok(None)
}

/// A firm gives mandates; it names the agent.
fn firms(party: &Party, form: &Form) -> Result<(String, String), Error> {
    match party {
        Party::Firm(principal) => Ok((form.get("agent").trim().to_owned(), principal.clone())),
        _ => Err(Error::NotFound),
    }
}

/// The begin of a day in the port's zone, so many days later.
fn day(office: &Office, form: &Form, name: &str, more: i64) -> Result<i64, Error> {
    let day = form.get(name).trim().parse::<jiff::civil::Date>();
    let day = day.and_then(|day| day.checked_add(jiff::Span::new().days(more)));
    let at = day.ok().and_then(|day| Instant::start_of(day, &office.profile.zone));
    at.map(|at| at.0).ok_or_else(|| {
        let text = Text::new("请填写起止日期。", "Give the first and the last day.");
        let remedy = Text::new("日期如 2026-12-31。", "Write a day like 2026-12-31.");
        Error::Invalid(vec![Fault::new(domain::Severity::Error, "PQ-PEOPLE-005", format!("/{name}"), text, remedy)])
    })
}

/// Where a party is administered.
fn address(party: &Party) -> String {
    match party {
        Party::Firm(code) => format!("/administration/firm/{code}"),
        Party::Organ(code) => format!("/administration/organ/{code}"),
        Party::Clock => "/administration".to_owned(),
    }
}

async fn draw_overview(page: &Page, status: StatusCode, outcome: &Outcome) -> Result<Response, Failure> {
    let firms = page.app.office.firms().await?;
    let view = view::overview(page, &firms, outcome);
    page.draw_with(status, "administration/port.html", &page.layout("administration"), &view)
}

async fn draw_party(
    page: &Page,
    by: &Administrator,
    party: &Party,
    status: StatusCode,
    outcome: &Outcome,
) -> Result<Response, Failure> {
    let office = &page.app.office;
    let people = office.people_of(by, party).await?;
    let mandates = match party {
        Party::Firm(code) => office.store.mandates_of(code).await.map_err(Error::from)?,
        _ => Vec::new(),
    };
    let firms = mandates.iter().flat_map(|of| [of.agent.clone(), of.principal.clone()]);
    let own = match party {
        Party::Firm(code) => Some(code.clone()),
        _ => None,
    };
    let names = office.names_of(firms.chain(own).collect()).await?;
    let systems = office.systems_of(party).await?;
    let changes = office.recorded_changes(by, Some(party), None).await?;
    let parts = view::Parts { people, mandates, names, systems, changes };
    let view = view::party(page, by, party, &parts, outcome);
    page.draw_with(status, "administration/party.html", &page.layout("administration"), &view)
}

async fn draw_retention(page: &Page, gone: Option<usize>) -> Result<Response, Failure> {
    let by = administrator(page).await?;
    let due = page.app.office.due_for_erasure(&by).await?;
    let mut view = view::retention(page, &due);
    view["gone"] = json!(gone);
    page.draw("administration/retention.html", &page.layout("administration"), &view)
}
