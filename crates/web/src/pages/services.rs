//! The catalogue of services, for everybody: what is brought, who decides, within which limit, and how long it really took.

use axum::{extract::Path, response::Response};
use domain::service::{Service, Term, Times};
use office::{Error, services::Catalogue};
use serde_json::{Value, json};

use super::charges::csv;
use crate::{
    page::{Failure, Page},
    say,
};

/// The headings, in their order.
const PARTS: [&str; 4] = ["call", "problem", "measure", "firm"];

/// `GET /services`
///
/// # Errors
/// The store's own.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let catalogue = page.app.office.service_catalogue().await?;
    let part = |part: &&str| {
        let of = catalogue.services.iter().filter(|service| service.part == **part);
        json!({"title": say::key(&format!("service-part-{part}")), "services": of.map(|of| line(&page, &catalogue, of)).collect::<Vec<_>>()})
    };
    let view = json!({"parts": PARTS.iter().map(part).collect::<Vec<_>>(), "reckoned": catalogue.at.0, "days": catalogue.days});
    page.draw("services/list.html", &page.layout("services"), &view)
}

/// `GET /services/{code}`
///
/// # Errors
/// Not found for what is not offered.
pub async fn show(page: Page, Path(code): Path<String>) -> Result<Response, Failure> {
    let catalogue = page.app.office.service_catalogue().await?;
    let service = catalogue.services.iter().find(|service| service.code == code).ok_or(Error::NotFound)?;
    let profile = &page.app.office.profile;
    let mut view = line(&page, &catalogue, service);
    let papers = service.papers.iter().map(|paper| {
        json!({"name": say::text(&paper.name), "organ": say::unit(profile, &paper.organ), "law": say::law(profile, &paper.law),
               "form": say::key(&format!("service-form-{}", paper.form))})
    });
    view["papers"] = papers.collect();
    view["law"] = say::law(profile, &service.law);
    view["organs"] =
        service.organs.iter().filter_map(|code| profile.organ(code)).map(|organ| say::text(&organ.name)).collect();
    view["online"] = json!(service.online);
    view["line"] = json!(service.line);
    view["days"] = json!(catalogue.days);
    view["reckoned"] = json!(catalogue.at.0);
    page.draw("services/show.html", &page.layout("services"), &view)
}

fn line(page: &Page, catalogue: &Catalogue, service: &Service) -> Value {
    let terms = |terms: &[Term]| -> Vec<Value> { terms.iter().map(|of| term(page, of)).collect() };
    json!({
        "code": service.code, "name": say::text(&service.name), "organs": say::units(&page.app.office.profile, &service.organs),
        "legal": terms(&service.legal), "promised": terms(service.promised.as_slice()),
        "took": catalogue.times.get(&service.code).filter(|times| times.cases > 0).map(took),
    })
}

/// A limit in words: how long, on which calendar.
fn term(page: &Page, term: &Term) -> Value {
    let calendar = page.app.office.profile.calendars.get(&term.calendar).map(|calendar| say::text(&calendar.title));
    json!({"say": say::length(&term.length), "calendar": calendar.unwrap_or_else(|| json!(term.calendar))})
}

fn took(times: &Times) -> Value {
    let kept = times.kept.map(|kept| kept * 100 / times.cases.max(1));
    json!({"cases": times.cases, "median": {"for": times.median}, "nine": {"for": times.nine_of_ten}, "kept": kept})
}

const COLUMNS: [&str; 15] = [
    "code",
    "name_zh",
    "name_en",
    "part",
    "decides",
    "law",
    "legal_limit",
    "promised_limit",
    "online",
    "papers",
    "cases",
    "median_minutes",
    "nine_of_ten_minutes",
    "kept",
    "days",
];

/// `GET /services.csv`: the catalogue as open data.
///
/// # Errors
/// The store's own.
pub async fn table(page: Page) -> Result<Response, Failure> {
    const MINUTE: i64 = 60_000_000;
    let catalogue = page.app.office.service_catalogue().await?;
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    let written = |term: &Term| format!("{} {}", term.length, term.calendar);
    for service in &catalogue.services {
        let times = catalogue.times.get(&service.code).cloned().unwrap_or_default();
        let of_cases = |value: i64| if times.cases == 0 { String::new() } else { (value / MINUTE).to_string() };
        let papers = service.papers.iter().map(|paper| format!("{} ({}, {})", paper.code, paper.organ, paper.form));
        rows.push(vec![
            service.code.clone(),
            service.name.zh.clone(),
            service.name.en.clone(),
            service.part.clone(),
            service.organs.join(" "),
            service.law.clone(),
            service.legal.iter().map(written).collect::<Vec<_>>().join("; "),
            service.promised.as_ref().map(written).unwrap_or_default(),
            service.online.clone(),
            papers.collect::<Vec<_>>().join("; "),
            times.cases.to_string(),
            of_cases(times.median),
            of_cases(times.nine_of_ten),
            times.kept.filter(|_| times.cases > 0).map(|kept| kept.to_string()).unwrap_or_default(),
            catalogue.days.to_string(),
        ]);
    }
    Ok(csv::answer("services.csv", &rows))
}
