//! Records of companies: entered once, used by every call.

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, ship_call::Party};
use office::{
    Actor, CompanyRecord, Error, Recorded, Right,
    notices::{Absence, Named},
};
use serde_json::{Value, json};

use super::{
    administration::{company_kind, role},
    given,
    ships::{A_PAGE, source},
};
use crate::{
    layout::Say,
    page::{Failure, Form, Page},
    say,
};

/// `GET /companies`
pub async fn companies(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let found = page.app.office.companies(actor, page.asked("after")).await?;
    let next = found.last().filter(|_| found.len() == A_PAGE).map(|last| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("after", &last.record.code).finish();
        format!("/companies?{query}")
    });
    let lines: Vec<Value> = found
        .iter()
        .map(|Recorded { record, .. }| {
            json!({
                "href": format!("/companies/{}", record.code),
                "name": say::text(&record.name),
                "code": record.code,
                "kind": company_kind(&record.kind),
                "phone": record.phone,
            })
        })
        .collect();
    let view = json!({"companies": lines, "pages": {"next": next}});
    page.draw("companies/list.html", &page.layout("companies"), &view)
}

/// `GET /companies/{code}`; mandates and people are shown to the company itself, mandates to organs too.
pub async fn company(page: Page, Path(code): Path<String>) -> Result<Response, Failure> {
    draw(&page, &code, None, &[]).await
}

/// The page of a company, with the form of an absence as it was typed where it came back.
async fn draw(page: &Page, code: &str, typed: Option<&Form>, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let recorded = office.company(actor, code).await?;
    let now = office.now().0;
    let mandates = match office.mandates(actor, code).await {
        Err(Error::NotFound) => Vec::new(),
        other => other?,
    };
    let names = office.names_of(mandates.iter().map(|mandate| mandate.principal.clone()).collect()).await?;
    let mandates: Vec<Value> = mandates
        .iter()
        .map(|mandate| {
            let stands = mandate.revoked_at.is_none_or(|at| at > now) && (mandate.from..mandate.until).contains(&now);
            let (tone, word) = if stands { ("ok", "company-stands") } else { ("none", "company-ended") };
            json!({
                "principal": names.get(&mandate.principal).map_or_else(|| json!(mandate.principal), say::text),
                "from": mandate.from,
                "to": mandate.revoked_at.unwrap_or(mandate.until),
                "state": say::tag(tone, &say::key(word)),
            })
        })
        .collect();
    let own = matches!(&actor.party, Party::Firm(firm) if *firm == code);
    let people = if own { office.colleagues(actor).await? } else { Vec::new() };
    let roles = |roles: &str| roles.split(' ').map(role).collect::<Vec<Say>>();
    let people: Vec<Value> = people.iter().map(|(name, of)| json!({"name": name, "roles": roles(of)})).collect();
    let view = json!({
        "name": say::text(&recorded.record.name),
        "mandates": mandates,
        "people": people,
        "facts": company_facts(&recorded, &source(page, &recorded.source).await?),
        "coordinator": coordinator(page, actor, code, typed, faults).await?,
        "named": named_by_measures(page, actor, code).await?,
        "stated": stated(page, actor, code).await?,
        "errors": faults.iter().map(|fault| {
            let mut said = say::fault(fault);
            said["field"] = json!(fault.location.trim_start_matches('/'));
            said
        }).collect::<Vec<_>>(),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut layout = page.layout("companies");
    layout.path = format!("/companies/{code}");
    page.draw_with(status, "companies/show.html", &layout, &view)
}

/// Who is named for a firm by what it was granted: for the firm itself, and the organs.
async fn named_by_measures(page: &Page, actor: &Actor, code: &str) -> Result<Vec<Value>, Failure> {
    let profile = &page.app.office.profile;
    let line = |(organ, measure, person): (String, String, String)| {
        json!({
            "organ": say::unit(profile, &organ), "person": person, "href": format!("/measures/{measure}"),
            "measure": say::text(&profile.register.title(&measure)),
        })
    };
    Ok(page.app.office.named_for(actor, code).await?.into_iter().map(line).collect())
}

/// What organs say of a firm: for the firm itself, and the organs; who says a thing has a form for it.
async fn stated(page: &Page, actor: &Actor, code: &str) -> Result<Value, Failure> {
    let own = matches!(&actor.party, Party::Firm(firm) if firm == code);
    if !own && matches!(actor.party, Party::Firm(_)) {
        return Ok(json!(null));
    }
    let office = &page.app.office;
    let known = office.stated_of_firm(code).await?;
    let facts = office.profile.register.facts.iter().filter_map(|fact| Some((fact, fact.stated_by()?)));
    let lines = facts.map(|(fact, organ)| {
        let mine = matches!(&actor.party, Party::Organ(unit) if unit == organ) && actor.may(Right::Decide);
        let value = known.get(&fact.code);
        let chosen = value.map(ToString::to_string).unwrap_or_default();
        let none = json!({"value": "", "label": say::key("company-stated-unknown")});
        let options = fact.options.iter().map(|of| json!({"value": of.code, "label": say::text(&of.name)}));
        let options: Vec<Value> = [none].into_iter().chain(options).collect();
        json!({
            "name": say::text(&fact.name), "by": {"key": "company-stated-by", "who": say::unit(&office.profile, organ)},
            "value": value.map_or_else(
                || say::key("company-stated-unknown"),
                |value| super::measures::say::fact_value(&office.profile, &fact.code, value)["value"].clone(),
            ),
            "form": mine.then(|| json!({
                "action": format!("/companies/{code}/facts"), "fact": fact.code,
                "field": {"name": "value", "kind": "radios", "label": say::text(&fact.name), "value": chosen,
                          "options": options},
            })),
        })
    });
    Ok(json!(lines.collect::<Vec<_>>()))
}

/// `POST /companies/{code}/facts`: an organ says of a firm what is its own to say.
///
/// # Errors
/// Forbidden for others; not found for an unknown firm.
pub async fn state_of_company(page: Page, Path(code): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    page.app.office.state_of_firm(page.actor()?, &code, form.get("fact"), form.get("value")).await?;
    Ok(Redirect::to(&format!("/companies/{code}")).into_response())
}

/// The coordinator of a key firm: for the firm itself and the port office, which names her.
async fn coordinator(
    page: &Page,
    actor: &Actor,
    code: &str,
    typed: Option<&Form>,
    faults: &[Fault],
) -> Result<Value, Failure> {
    let own = matches!(&actor.party, Party::Firm(firm) if firm == code);
    if !own && !actor.runs_problems() {
        return Ok(json!(null));
    }
    let named = page.app.office.coordinator_of(code).await?;
    let mut view = json!({
        "name": named.as_ref().map(|named| named.name.clone()), "action": null, "options": [], "absence": null,
        "instead_of": named.as_ref().map(|named| named.instead_of.clone()).unwrap_or_default(),
    });
    if actor.runs_problems() {
        let none = json!({"value": "", "label": say::key("coordinator-none")});
        let people = page.app.office.coordinators(actor).await?;
        let options = people.iter().map(|(id, name)| json!({"value": id, "label": name}));
        view["action"] = json!(format!("/companies/{code}/coordinator"));
        view["options"] = [none].into_iter().chain(options).collect();
        let person = named.map(|named| named.named).unwrap_or_default();
        if !person.is_empty() {
            let absence = page.app.office.absence_of(&person).await?;
            view["absence"] = json!([
                {"name": "from", "kind": "date", "label": say::key("coordinator-away-from"), "value": absence.from},
                {"name": "until", "kind": "date", "label": say::key("coordinator-away-until"), "value": absence.until},
                {"name": "substitute", "kind": "choice", "label": say::key("coordinator-substitute"), "value": absence.substitute, "options": others(&people, &person)},
            ]);
            if let Some(form) = typed {
                given::refill(&mut view["absence"], form, faults);
            }
        }
        view["person"] = json!(person);
    }
    Ok(view)
}

/// Who looks after a firm, in words: for the firm itself and the port office.
pub async fn coordinator_line(page: &Page, actor: &Actor, code: &str) -> Result<Option<Say>, Failure> {
    let own = matches!(&actor.party, Party::Firm(firm) if firm == code);
    if !own && !actor.runs_problems() {
        return Ok(None);
    }
    Ok(named(page.app.office.coordinator_of(code).await?))
}

/// The same of who is named.
pub fn named(of: Option<Named>) -> Option<Say> {
    of.map(|of| match of.instead_of.as_str() {
        "" => json!({"key": "coordinator-of", "who": of.name}),
        away => json!({"key": "coordinator-of-instead", "who": of.name, "away": away}),
    })
}

/// Who can stand in for somebody.
fn others(people: &[(String, String)], person: &str) -> Vec<Value> {
    people.iter().filter(|(id, _)| id != person).map(|(id, name)| json!({"value": id, "label": name})).collect()
}

/// `POST /companies/{code}/coordinator`: the port office names who looks after a key firm; `do=away` keeps when she is away and
/// who stands in, for all her firms.
pub async fn name_coordinator(page: Page, Path(code): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    let office = &page.app.office;
    if form.get("do") == "away" {
        let of = |name: &str| form.get(name).trim().to_owned();
        let absence = Absence { from: of("from"), until: of("until"), substitute: of("substitute") };
        match office.keep_absence(actor, form.get("person"), &absence).await {
            Err(Error::Invalid(faults)) => return draw(&page, &code, Some(&form), &faults).await,
            other => other?,
        }
    } else {
        office.name_coordinator(actor, &code, form.get("person")).await?;
    }
    Ok(Redirect::to(&format!("/companies/{code}")).into_response())
}

fn company_facts(recorded: &Recorded<CompanyRecord>, source: &Say) -> Vec<Say> {
    let record = &recorded.record;
    let mut facts = vec![
        json!({"name": say::key("company-code"), "value": record.code}),
        json!({"name": say::key("company-kind"), "value": company_kind(&record.kind)}),
    ];
    let texts = [("company-registration", &record.registration), ("company-phone", &record.phone)];
    let given = texts.iter().filter(|(_, value)| !value.is_empty());
    facts.extend(given.map(|(name, value)| json!({"name": say::key(name), "value": value})));
    facts.push(json!({"name": say::key("record-source"), "value": source, "small": {"at": recorded.at.0}}));
    facts
}
