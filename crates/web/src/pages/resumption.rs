//! Resumption of work: the form of one minute, its workbook, the port office's board, and the figures for everybody.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Multipart, Path},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    Fault, Text,
    resumption::{Answer, Cell, Published, codes, weakest},
    ship_call::Party,
};
use office::{
    Error, Right,
    resumption::{Answered, ResumptionForm},
};
use serde_json::{Value, json};

use super::{
    charges::csv,
    sign_in::{Peer, take_try},
};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// `GET /resumption`: the form of a firm; a clerk chooses the firm that is on the telephone by `?firm=`.
///
/// # Errors
/// Sign in first.
pub async fn form(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let clerk = matches!(actor.party, Party::Organ(_));
    let firm = page.asked("firm").unwrap_or_default();
    if clerk && firm.is_empty() {
        page.app.office.require_resumption_desk(actor)?;
        let firms: Vec<Value> = page
            .app
            .office
            .firms()
            .await?
            .iter()
            .map(|firm| json!({"value": firm.code, "label": say::text(&firm.name)}))
            .collect();
        let field = json!({"name": "firm", "kind": "choice", "label": say::key("resumption-firm"), "options": firms, "value": ""});
        return page.draw("resumption/choose.html", &page.layout("resumption"), &json!({"field": field}));
    }
    let known = page.app.office.resumption_form(actor, firm).await?;
    let answer = known.answer.clone();
    draw(&page, StatusCode::OK, &known, &answer, &BTreeMap::new(), &[], None)
}

/// `POST /resumption`
///
/// # Errors
/// Sign in first; forbidden for who may not answer for the firm.
pub async fn answer(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let switched = page.switch(&form);
    let actor = page.actor()?;
    let known = page.app.office.resumption_form(actor, form.get("firm")).await?;
    let (answer, typed, faults) = read(&form, &known);
    if switched {
        return draw(&page, StatusCode::OK, &known, &answer, &typed, &[], None);
    }
    if !faults.is_empty() {
        return draw(&page, StatusCode::UNPROCESSABLE_ENTITY, &known, &answer, &typed, &faults, None);
    }
    let channel = if matches!(actor.party, Party::Organ(_)) { "phone" } else { page.channel() };
    match page.app.office.answer_resumption(actor, form.get("firm"), &answer, channel).await {
        Ok(done) => {
            if actor.may(Right::File) {
                // The answer stands, whatever becomes of what was begun.
                if let Err(error) = page.app.office.drop_begun(actor, "/resumption").await {
                    tracing::warn!(?error, "a form that was begun and sent is still kept");
                }
            }
            let known = page.app.office.resumption_form(actor, form.get("firm")).await?;
            let answer = known.answer.clone();
            draw(&page, StatusCode::OK, &known, &answer, &BTreeMap::new(), &[], Some(&done))
        }
        Err(Error::Invalid(faults)) => {
            draw(&page, StatusCode::UNPROCESSABLE_ENTITY, &known, &answer, &typed, &faults, None)
        }
        Err(other) => Err(other.into()),
    }
}

/// `GET /resumption/link/{link}`: the form by the link of a letter, without signing in. The link says which firm it is for.
///
/// # Errors
/// Not found for a link that is forged or has ended; too many tries.
pub async fn by_link(page: Page, peer: Peer, Path(link): Path<String>) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let actor = page.app.office.by_resumption_link(&link)?;
    let known = page.app.office.resumption_form(&actor, "").await?;
    let answer = known.answer.clone();
    let said =
        Said { known: &known, answer: &answer, typed: &BTreeMap::new(), faults: &[], link: Some(&link), marked: None };
    draw_said(&page, StatusCode::OK, &said, None)
}

/// `POST /resumption/link/{link}`
///
/// # Errors
/// As [`by_link`].
pub async fn answer_by_link(
    mut page: Page,
    peer: Peer,
    Path(link): Path<String>,
    body: Bytes,
) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    // The link itself is the secret of this form: nobody is signed in whose session another site could use.
    let form = Form { pairs: form_urlencoded::parse(&body).into_owned().collect() };
    let switched = page.switch(&form);
    let office = page.app.office.clone();
    let actor = office.by_resumption_link(&link)?;
    let known = office.resumption_form(&actor, "").await?;
    let (answer, typed, faults) = read(&form, &known);
    let said = |faults| Said { known: &known, answer: &answer, typed: &typed, faults, link: Some(&link), marked: None };
    if switched {
        return draw_said(&page, StatusCode::OK, &said(&[]), None);
    }
    if !faults.is_empty() {
        return draw_said(&page, StatusCode::UNPROCESSABLE_ENTITY, &said(&faults), None);
    }
    match office.answer_resumption(&actor, "", &answer, "letter").await {
        Ok(done) => {
            let known = office.resumption_form(&actor, "").await?;
            let answer = known.answer.clone();
            let said = Said {
                known: &known,
                answer: &answer,
                typed: &BTreeMap::new(),
                faults: &[],
                link: Some(&link),
                marked: None,
            };
            draw_said(&page, StatusCode::OK, &said, Some(&done))
        }
        Err(Error::Invalid(faults)) => draw_said(&page, StatusCode::UNPROCESSABLE_ENTITY, &said(&faults), None),
        Err(other) => Err(other.into()),
    }
}

/// What a form says, what was typed into fields of numbers, and what is no number.
fn read(form: &Form, known: &ResumptionForm) -> (Answer, BTreeMap<String, String>, Vec<Fault>) {
    let mut answer = Answer {
        link: form.get("link").to_owned(),
        sector: form.get("sector").to_owned(),
        needs: form.all("needs").into_iter().filter(|need| !need.is_empty()).collect(),
        words: form.get("words").trim().to_owned(),
        ..Answer::default()
    };
    let (mut typed, mut faults) = (BTreeMap::new(), Vec::new());
    for question in &known.questions {
        let given = form.get(&question.code).trim();
        typed.insert(question.code.clone(), given.to_owned());
        match given.parse() {
            _ if given.is_empty() => {}
            Ok(number) => drop(answer.numbers.insert(question.code.clone(), number)),
            Err(_) => faults.push(office::resumption::no_number(&question.code)),
        }
    }
    (answer, typed, faults)
}

fn draw(
    page: &Page,
    status: StatusCode,
    known: &ResumptionForm,
    answer: &Answer,
    typed: &BTreeMap<String, String>,
    faults: &[Fault],
    done: Option<&Answered>,
) -> Result<Response, Failure> {
    draw_said(page, status, &Said { known, answer, typed, faults, link: None, marked: None }, done)
}

/// What the form shows.
struct Said<'a> {
    known: &'a ResumptionForm,
    answer: &'a Answer,
    typed: &'a BTreeMap<String, String>,
    faults: &'a [Fault],
    /// The link by which it was opened; none for who is signed in.
    link: Option<&'a str>,
    /// The workbook that was sent, with its faulty cells marked.
    marked: Option<&'a [u8]>,
}

/// A workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn draw_said(page: &Page, status: StatusCode, said: &Said<'_>, done: Option<&Answered>) -> Result<Response, Failure> {
    let Said { known, answer, typed, faults, link, marked } = said;
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let error = |name: &str| faults.iter().find(|fault| fault.location == name).map(|fault| say::text(&fault.text));
    let options = |of: &str| -> Vec<Value> {
        codes(profile, of, now).iter().map(|(code, words)| json!({"value": code, "label": say::text(words)})).collect()
    };
    let mut fields = Vec::new();
    if known.link.is_none() {
        fields.push(json!({"name": "link", "kind": "choice", "label": say::key("resumption-link"), "options": options("links"), "value": answer.link, "error": error("link"), "required": true}));
    }
    fields.push(json!({"name": "sector", "kind": "choice", "label": say::key("resumption-sector"), "options": options("sectors"), "value": answer.sector, "error": error("sector"), "required": true}));
    for question in &known.questions {
        let value = typed.get(&question.code).cloned();
        let value = value.or_else(|| answer.numbers.get(&question.code).map(ToString::to_string)).unwrap_or_default();
        fields.push(json!({"name": question.code, "kind": "number", "label": say::text(&question.label), "value": value, "error": error(&question.code)}));
    }
    fields.push(json!({"name": "needs", "kind": "checkboxes", "label": say::key("resumption-needs"), "options": options("needs"), "value": answer.needs, "error": error("needs")}));
    fields.push(json!({"name": "words", "kind": "textarea", "lines": 3, "label": say::key("resumption-words"), "hint": say::key("resumption-words-hint"), "value": answer.words, "error": error("words")}));
    let clerk = page.session.as_ref().is_some_and(|session| matches!(session.actor.party, Party::Organ(_)));
    let may_report = |number: &String| json!({"number": number, "href": format!("/problems/{number}")});
    let view = json!({
        "errors": faults.iter().map(say::fault).collect::<Vec<_>>(),
        "firm": say::text(&known.firm.name), "code": known.firm.code, "clerk": clerk, "period": known.period.0,
        "answered": known.answered.map(|(version, at)| json!({"n": version, "at": at.0})),
        "from": known.from.as_ref().map(|from| from.0.clone()), "fields": fields,
        "done": done.map(|done| json!({
            "problems": done.problems.iter().map(may_report).collect::<Vec<_>>(),
            "receipt": done.receipt.map(|id| format!("/receipts/{id}")),
        })),
        "action": link.map_or_else(|| "/resumption".to_owned(), |link| format!("/resumption/link/{link}")),
        "by_link": link.is_some(),
        // It is kept nowhere: the page itself holds it.
        "marked": marked.map(|bytes| format!("data:{XLSX};base64,{}", STANDARD.encode(bytes))),
    });
    let mut layout = page.layout("resumption");
    layout.path = if let Some(link) = link {
        format!("/resumption/link/{link}")
    } else if clerk {
        format!("/resumption?firm={}", known.firm.code)
    } else {
        "/resumption".to_owned()
    };
    page.draw_with(status, "resumption/form.html", &layout, &view)
}

/// `GET /resumption/workbook`: the form as a workbook, filled like the page.
///
/// # Errors
/// As the form.
pub async fn workbook(page: Page) -> Result<Response, Failure> {
    let firm = page.asked("firm").unwrap_or_default();
    let bytes = page.app.office.resumption_workbook(page.actor()?, firm).await?;
    Ok(sheet("resumption.xlsx", bytes))
}

fn sheet(name: &str, bytes: Vec<u8>) -> Response {
    let named = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    ([(header::CONTENT_TYPE, XLSX.to_owned()), named], bytes).into_response()
}

/// `POST /resumption/workbook`: the filled workbook; with faults the page says them, and gives it back with its cells marked.
///
/// # Errors
/// As the form.
pub async fn upload(page: Page, mut multipart: Multipart) -> Result<Response, Failure> {
    let (mut bytes, mut firm, mut token) = (Vec::new(), String::new(), String::new());
    while let Ok(Some(field)) = multipart.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => bytes = field.bytes().await.map(|read| read.to_vec()).unwrap_or_default(),
            "firm" => firm = field.text().await.unwrap_or_default(),
            "csrf" => token = field.text().await.unwrap_or_default(),
            _ => {}
        }
    }
    page.check_token(&token)?;
    let actor = page.actor()?;
    let known = page.app.office.resumption_form(actor, &firm).await?;
    match page.app.office.upload_resumption(actor, &firm, &bytes).await {
        Ok(Ok(done)) => {
            let known = page.app.office.resumption_form(actor, &firm).await?;
            let answer = known.answer.clone();
            draw(&page, StatusCode::OK, &known, &answer, &BTreeMap::new(), &[], Some(&done))
        }
        Ok(Err((faults, marked))) => {
            let answer = known.answer.clone();
            let faults: Vec<Fault> = faults.into_iter().map(of_a_cell).collect();
            let (typed, marked) = (BTreeMap::new(), Some(marked.as_slice()));
            let said = Said { known: &known, answer: &answer, typed: &typed, faults: &faults, link: None, marked };
            draw_said(&page, StatusCode::UNPROCESSABLE_ENTITY, &said, None)
        }
        Err(Error::Invalid(faults)) => {
            let answer = known.answer.clone();
            draw(&page, StatusCode::UNPROCESSABLE_ENTITY, &known, &answer, &BTreeMap::new(), &faults, None)
        }
        Err(other) => Err(other.into()),
    }
}

/// A fault of a workbook says in which cell it is: no field of the page is it.
fn of_a_cell(fault: Fault) -> Fault {
    let text =
        Text::new(format!("{}：{}", fault.location, fault.text.zh), format!("{}: {}", fault.location, fault.text.en));
    if fault.location.is_empty() { fault } else { Fault { text, location: String::new(), ..fault } }
}

/// `GET /resumption/board`: for the port office.
///
/// # Errors
/// Forbidden for all others.
pub async fn board(page: Page) -> Result<Response, Failure> {
    let board = page.app.office.resumption_board(page.actor()?).await?;
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let words = |of: &str| -> BTreeMap<String, Value> {
        codes(profile, of, now).into_iter().map(|(code, words)| (code, say::text(&words))).collect()
    };
    let (links, sectors, needs) = (words("links"), words("sectors"), words("needs"));
    let name = |words: &BTreeMap<String, Value>, code: &str| words.get(code).cloned().unwrap_or_else(|| json!(code));
    let cells = |cells: &BTreeMap<String, Cell>, words: &BTreeMap<String, Value>| -> Vec<Value> {
        cells.iter().map(|(code, cell)| cell_view(&name(words, code), cell)).collect()
    };
    let weakest = weakest(&board.links).map(|(code, cell)| cell_view(&name(&links, code), cell));
    let trend: Vec<Value> = board
        .trend
        .iter()
        .map(|(week, whole, by_link)| {
            let of = links.keys().map(|code| by_link.get(code).map(capacity));
            json!({"week": week.0, "firms": whole.firms, "capacity": capacity(whole), "links": of.collect::<Vec<_>>()})
        })
        .collect();
    let silent: Vec<Value> = board
        .silent
        .iter()
        .map(|firm| json!({"name": say::text(&firm.name), "phone": firm.phone, "href": format!("/resumption?firm={}", firm.code)}))
        .collect();
    let wanted: Vec<Value> =
        board.needs.iter().map(|(need, firms)| json!({"name": name(&needs, need), "firms": firms})).collect();
    let mut by_link = vec![cell_view(&say::key("resumption-whole"), &board.whole)];
    by_link.extend(cells(&board.links, &links));
    let view = json!({
        "period": board.period.0, "weakest": weakest, "links": by_link, "sectors": cells(&board.sectors, &sectors),
        "trend": trend, "link_names": links.values().collect::<Vec<_>>(), "silent": silent, "needs": wanted,
    });
    page.draw("resumption/board.html", &page.layout("resumption"), &view)
}

fn capacity(cell: &Cell) -> Value {
    cell.capacity.map_or(Value::Null, |mean| json!(mean.normalize().to_string()))
}

fn cell_view(name: &Value, cell: &Cell) -> Value {
    let sum = |code: &str| cell.sums.get(code).copied().unwrap_or_default();
    json!({
        "name": name, "firms": cell.firms, "capacity": capacity(cell), "blocked": sum("blocked"),
        "passes": sum("passes_missing"), "cannot_return": sum("cannot_return"), "drivers": sum("drivers_quarantined"),
    })
}

/// `GET /resumption/figures`: for everybody, of the last complete week; small cells are kept back.
///
/// # Errors
/// The store's own.
pub async fn figures(page: Page) -> Result<Response, Failure> {
    let figures = page.app.office.resumption_figures().await?;
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let part = |of: &str, published: &Published| -> Vec<Value> {
        let words: BTreeMap<_, _> = codes(profile, of, now).into_iter().collect();
        let line = |(code, shown): (&String, &Option<domain::resumption::Figures>)| {
            let name = words.get(code).map_or_else(|| json!(code), say::text);
            json!({"name": name, "shown": shown.is_some(), "firms": shown.as_ref().map(|of| of.firms),
                   "capacity": shown.as_ref().and_then(|of| of.capacity).map(|mean| mean.normalize().to_string())})
        };
        published.iter().map(line).collect()
    };
    let whole = figures.whole.values().flatten().next();
    let view = json!({
        "period": figures.period.0, "links": part("links", &figures.links), "sectors": part("sectors", &figures.sectors),
        "whole": whole.map(|of| json!({"firms": of.firms, "capacity": of.capacity.map(|mean| mean.normalize().to_string())})),
    });
    page.draw("resumption/figures.html", &page.layout("resumption"), &view)
}

/// `GET /resumption/figures.csv`
///
/// # Errors
/// The store's own.
pub async fn figures_csv(page: Page) -> Result<Response, Failure> {
    let figures = page.app.office.resumption_figures().await?;
    let mut rows = vec![["week", "by", "part", "firms", "capacity_percent"].map(str::to_owned).to_vec()];
    for (by, published) in [("all", &figures.whole), ("link", &figures.links), ("sector", &figures.sectors)] {
        for (part, shown) in published {
            let firms = shown.as_ref().map(|of| of.firms.to_string()).unwrap_or_default();
            let capacity = shown.as_ref().and_then(|of| of.capacity).map(|mean| mean.to_string()).unwrap_or_default();
            rows.push(vec![figures.period.0.clone(), by.to_owned(), part.clone(), firms, capacity]);
        }
    }
    Ok(csv::answer("resumption.csv", &rows))
}
