//! The receipt sheet of a visit: printed at the counter with a code that opens it anywhere; and the day's ledger.

use axum::{extract::Path, http::HeaderMap, response::Response};
use office::hall::Sheet;
use serde_json::{Value, json};
use store::visits::CounterEntry;
use uuid::Uuid;

use super::{
    super::{
        permits::drawing,
        sign_in::{Peer, take_try},
    },
    address,
    appointment::keep_secret,
    counter,
};
use crate::{
    page::{Failure, Page},
    say,
};

/// `GET /hall/visit/{id}/sheet`: what was taken, what is missing for every organ, and where the firm consents.
///
/// # Errors
/// Not found for another's visit.
pub async fn print(page: Page, Path(id): Path<Uuid>, headers: HeaderMap) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let visit = office.visit_at_counter(actor, id).await?;
    let sheet = office.sheet_at_counter(actor, id).await?;
    let mut view = sheet_view(&page, &headers, &sheet);
    view["name"] = counter::named(&visit);
    view["person"] = json!(visit.who.name);
    view["clerk"] = json!(actor.name);
    view["back"] = json!(format!("/hall/visit/{id}"));
    view["services"] = visit.services.iter().map(|service| say::text(&service.name)).collect();
    page.draw("hall/sheet.html", &page.layout("visit"), &view)
}

/// `GET /hall/sheet/{secret}`: the same for whoever holds the sheet, as it stands now.
///
/// # Errors
/// Not found for a wrong secret; too many tries.
pub async fn open(page: Page, peer: Peer, Path(secret): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let sheet = page.app.office.sheet(&secret).await?;
    let mut view = sheet_view(&page, &headers, &Sheet { secret, ..sheet });
    for name in ["name", "person", "clerk"] {
        view[name] = json!("");
    }
    view["back"] = Value::Null;
    view["services"] = json!([]);
    let mut response = page.draw("hall/sheet.html", &page.layout("hall"), &view)?;
    keep_secret(&mut response);
    Ok(response)
}

fn sheet_view(page: &Page, headers: &HeaderMap, sheet: &Sheet) -> Value {
    let path = format!("/hall/sheet/{}", sheet.secret);
    let mut organs = counter::listed(page, sheet.row.id, &sheet.papers);
    // A scan is opened at the counter alone.
    for paper in organs.iter_mut().flat_map(|of| of["papers"].as_array_mut()).flatten() {
        paper["scan"] = Value::Null;
    }
    json!({
        "organs": organs, "opened": sheet.row.opened_at, "ended": sheet.row.ended_at, "secret": sheet.secret,
        "way": (!sheet.row.way.is_empty()).then(|| say::key(&format!("consent-way-{}", sheet.row.way))),
        "receipt": sheet.row.receipt.map(|id| format!("/receipts/{id}")), "consented": !sheet.row.way.is_empty(),
        "handed": sheet.handed.iter().map(|of| json!({"number": of.paper, "given": of.at, "receipt": format!("/receipts/{}", of.receipt)})).collect::<Vec<_>>(),
        "done": sheet.done.iter().map(done).collect::<Vec<_>>(),
        "qr": page.app.office.qr(&address(page, headers, &path)).as_deref().map(drawing), "path": path,
    })
}

/// What firms do at the counter, by the last word of an entry's kind. What else is done is done.
const DID: [&str; 18] = [
    "opened",
    "filed",
    "withdrawn",
    "answered",
    "stated",
    "reported",
    "received",
    "changed",
    "announced",
    "lodged",
    "amended",
    "asked",
    "added",
    "removed",
    "appealed",
    "booked",
    "paid",
    "secured",
];

/// Something that was done, with the page that it opens.
fn done(of: &CounterEntry) -> Value {
    let href = crate::pages::href_of(&of.number).unwrap_or_default();
    let did = of.kind.split(['.', '_']).rfind(|word| DID.contains(word)).unwrap_or("other");
    let (firm, clerk) = firm_and_clerk(of);
    json!({"number": of.number, "did": say::key(&format!("counter-did-{did}")), "at": of.at, "href": href,
           "receipt": format!("/receipts/{}", of.receipt), "firm": firm, "clerk": clerk})
}

/// For whom, and by whom: an actor of a journal is `firm:CODE/CLERK`.
fn firm_and_clerk(of: &CounterEntry) -> (&str, &str) {
    let (party, clerk) = of.actor.split_once('/').unwrap_or((&of.actor, ""));
    (party.trim_start_matches("firm:"), clerk)
}

/// `GET /hall/ledger?on=…`
///
/// # Errors
/// Forbidden for who does not serve in the hall.
pub async fn ledger(page: Page) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let on = office.read_day(page.asked("on")).unwrap_or_else(|_| office.today());
    let ledger = office.hall_ledger(actor, on).await?;
    let firms: Vec<String> = ledger
        .visits
        .iter()
        .map(|of| of.firm.clone())
        .chain(ledger.originals.iter().map(|of| of.firm.clone()))
        .chain(ledger.done.iter().map(|of| firm_and_clerk(of).0.to_owned()))
        .filter(|firm| !firm.is_empty())
        .collect();
    let names = office.names_of(firms).await?;
    let name = |code: &str| names.get(code).map_or_else(|| json!(code), say::text);
    let (profile, now) = (&office.profile, office.now());
    // A paper by its name; what was handed out has its number, and a sheet is a sheet.
    let called = |of: &store::visits::VisitPaper| {
        let service = domain::service::service(profile, &of.service, now);
        let paper = service.as_ref().and_then(|service| service.papers.iter().find(|paper| paper.code == of.paper));
        match (paper, (of.service.as_str(), of.paper.as_str())) {
            (Some(paper), _) => say::text(&paper.name),
            (None, office::hall::SIGNED) => say::key("hall-signed-sheet"),
            (None, office::hall::SIGNED_FOR) => say::key("hall-signed-for"),
            (None, _) => json!(of.paper),
        }
    };
    let paper = |of: &store::visits::VisitPaper| {
        json!({"key": format!("{}/{}", of.service, of.paper), "name": called(of), "firm": name(&of.firm), "clerk": of.clerk, "at": of.at, "due": of.due_at,
               "late": of.due_at.is_some_and(|due| due < office.now().0),
               "state": say::key(&format!("paper-state-{}", of.state)), "receipt": format!("/receipts/{}", of.receipt), "visit": of.visit.to_string()})
    };
    let visit = |of: &store::visits::Visit| {
        json!({"firm": name(&of.firm), "clerk": of.clerk, "at": of.opened_at, "ended": of.ended_at, "services": of.services,
               "way": (!of.way.is_empty()).then(|| say::key(&format!("consent-way-{}", of.way))), "receipt": of.receipt.map(|id| format!("/receipts/{id}")),
               "state": say::key(&format!("visit-state-{}", of.state))})
    };
    let act = |of: &CounterEntry| {
        let mut line = done(of);
        line["firm"] = name(firm_and_clerk(of).0);
        line
    };
    let acts: Vec<Value> = ledger.done.iter().map(act).collect();
    let view = json!({
        "on": on.to_string(), "visits": ledger.visits.iter().map(visit).collect::<Vec<_>>(), "papers": ledger.papers.iter().map(paper).collect::<Vec<_>>(),
        "done": acts, "originals": ledger.originals.iter().map(paper).collect::<Vec<_>>(),
    });
    page.draw("hall/ledger.html", &page.layout("ledger"), &view)
}
