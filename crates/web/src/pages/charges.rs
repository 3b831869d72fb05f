//! Charges: the published price list, estimates, bills of calls, bills received held against the list, and savings.

mod bill;
pub mod csv;
mod form;
mod received;

use axum::{
    body::Bytes,
    extract::{Multipart, Path},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault,
    charge::{Bill, Charge, Difference, Facts, PriceRow, Saving},
};
use jiff::civil::Date;
use office::{Error, Right};
use rust_decimal::Decimal;
use serde_json::{Value, json};

pub use bill::{bill_view, line_view};

use super::sign_in::{Peer, take_try};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// The day that an address asks about, else today in the port.
fn asked_day(page: &Page) -> Date {
    page.asked("on").and_then(|on| on.parse().ok()).unwrap_or_else(|| page.app.office.today())
}

/// `GET /charges`: the price list, and as CSV.
///
/// # Errors
/// An internal error when the template does not fit.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let on = asked_day(&page);
    let charges: Vec<Value> =
        page.app.office.price_list(on).iter().map(|(charge, rows)| listed(&page, charge, rows, on)).collect();
    let day = json!({"name": "on", "kind": "date", "label": say::key("charges-on"), "value": on.to_string()});
    let view = json!({
        "charges": charges, "day": day, "csv": format!("/charges/list.csv?on={on}"),
        "said_on": on.to_string(),
    });
    page.draw("charges/list.html", &page.layout("charges"), &view)
}

fn listed(page: &Page, charge: &Charge, rows: &[PriceRow], on: Date) -> Value {
    let profile = &page.app.office.profile;
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "words": say::text(&row.words), "rate": row.rate, "unit": unit(&row.unit), "sample": row.sample,
                "from": row.from.to_string(), "until": row.until.and_then(|until| until.yesterday().ok()).map(|day| day.to_string()),
                "later": row.from > on, "law": say::law(profile, &row.law), "row": row.row,
                "threshold": row.threshold, "cap": percent(&row.cap),
            })
        })
        .collect();
    json!({
        "code": charge.code, "name": say::text(&charge.name), "currency": charge.currency,
        "collector": collector(page, &charge.collector), "rows": rows, "law": say::law(profile, &charge.law),
    })
}

/// Who collects a charge.
fn collector(page: &Page, code: &str) -> Value {
    if code == "shipping_line" { say::key("charges-line") } else { say::unit(&page.app.office.profile, code) }
}

/// A share of one as per cent; null where there is none.
fn percent(share: &str) -> Value {
    let percent = share.parse::<Decimal>().ok().map(|share| (share * Decimal::ONE_HUNDRED).normalize());
    percent.map_or(Value::Null, |percent| json!(percent.to_string()))
}

/// Words of a unit of rates.
fn unit(code: &str) -> Value {
    if code.is_empty() { json!("") } else { say::key(&format!("charge-unit-{}", code.replace('_', "-"))) }
}

/// `GET /charges/list.csv`
pub async fn list_csv(page: Page) -> Response {
    let on = asked_day(&page);
    let head =
        ["charge", "name_zh", "name_en", "row", "conditions", "rate", "currency", "unit", "threshold", "cap", "sample"];
    let head = head.into_iter().chain(["from", "until", "law", "words_zh", "words_en"]).map(str::to_owned).collect();
    let mut rows: Vec<Vec<String>> = vec![head];
    for (charge, list) in page.app.office.price_list(on) {
        for row in list {
            let conditions: Vec<_> = row.conditions.iter().map(|(name, of)| format!("{name}: {of}")).collect();
            rows.push(vec![
                charge.code.clone(),
                charge.name.zh.clone(),
                charge.name.en.clone(),
                row.row,
                conditions.join("; "),
                row.rate.unwrap_or_default(),
                charge.currency.clone(),
                row.unit,
                row.threshold,
                row.cap,
                row.sample.to_string(),
                row.from.to_string(),
                row.until.map(|until| until.to_string()).unwrap_or_default(),
                row.law,
                row.words.zh,
                row.words.en,
            ]);
        }
    }
    csv::answer("price-list.csv", &rows)
}

/// `GET /charges/estimate`: what a call, a container or a consignment will cost. Everything is in the address, and nothing is
/// kept. `?call=` begins with what a call within reach knows.
///
/// # Errors
/// Sign in first, for a call.
pub async fn estimate(page: Page, peer: Peer) -> Result<Response, Failure> {
    let mut form = Form { pairs: page.query.clone() };
    if let Some(number) = page.asked("call").map(str::to_owned)
        && page.asked("go").is_none()
    {
        let known = page.app.office.call_bill(page.actor()?, &number).await?;
        form.pairs.extend(form::pairs(&known.facts));
    }
    if page.asked("go").is_none() {
        return draw_estimate(&page, &form, StatusCode::OK, None, &[]);
    }
    if page.session.is_none() {
        take_try(&page.app, &peer)?;
    }
    let read = form::read(&form);
    match read.faults.is_empty().then(|| page.app.office.estimate(&read.facts)) {
        Some(Ok(bill)) => draw_estimate(&page, &form, StatusCode::OK, Some((&bill, &read.facts)), &[]),
        Some(Err(Error::Invalid(faults))) => {
            draw_estimate(&page, &form, StatusCode::UNPROCESSABLE_ENTITY, None, &read.placed(&faults))
        }
        Some(Err(other)) => Err(other.into()),
        None => draw_estimate(&page, &form, StatusCode::UNPROCESSABLE_ENTITY, None, &read.faults),
    }
}

fn draw_estimate(
    page: &Page,
    form: &Form,
    status: StatusCode,
    bill: Option<(&Bill, &Facts)>,
    faults: &[Fault],
) -> Result<Response, Failure> {
    let view = json!({
        "errors": faults.iter().map(say::fault).collect::<Vec<_>>(),
        "sections": form::sections(form, faults),
        "bill": bill.map(|(bill, facts)| bill_view(page, bill, facts)),
        "call": form.get("call"),
    });
    page.draw_with(status, "charges/estimate.html", &page.layout("charges"), &view)
}

/// `GET /charges/compare`: the form by which a bill that was received is held against the list.
///
/// # Errors
/// Sign in first, for a call.
pub async fn compare_form(page: Page) -> Result<Response, Failure> {
    let mut form = Form { pairs: page.query.clone() };
    if let Some(number) = page.asked("call").map(str::to_owned) {
        let known = page.app.office.call_bill(page.actor()?, &number).await?;
        form.pairs.extend(form::pairs(&known.facts));
    }
    draw_compare(&page, &form, StatusCode::OK, None, &[])
}

/// `POST /charges/compare`: nothing is stored; from the difference a problem can be reported.
///
/// # Errors
/// [`Error::TooMany`] for who asks too often without an account.
pub async fn compare(page: Page, peer: Peer, multipart: Multipart) -> Result<Response, Failure> {
    let mut page = page;
    if page.session.is_none() {
        take_try(&page.app, &peer)?;
    }
    let form = match received::form(multipart).await {
        Ok(form) => form,
        Err(fault) => {
            let form = Form { pairs: Vec::new() };
            return draw_compare(&page, &form, StatusCode::UNPROCESSABLE_ENTITY, None, &[fault]);
        }
    };
    // The address answers to a form alone: another language is chosen by a button that sends it again.
    if page.switch(&form) {
        return draw_compare(&page, &form, StatusCode::OK, None, &[]);
    }
    let read = form::read(&form);
    let names: Vec<Charge> =
        page.app.office.price_list(asked_day(&page)).into_iter().map(|(charge, _)| charge).collect();
    let (received, mut faults) = received::lines(form.get("received"), &names);
    faults.extend(read.faults.clone());
    if !faults.is_empty() {
        return draw_compare(&page, &form, StatusCode::UNPROCESSABLE_ENTITY, None, &faults);
    }
    match page.app.office.compare_bill(&read.facts, &received) {
        Ok((bill, differences)) => {
            draw_compare(&page, &form, StatusCode::OK, Some((&bill, &read.facts, differences.as_slice())), &[])
        }
        Err(Error::Invalid(faults)) => {
            draw_compare(&page, &form, StatusCode::UNPROCESSABLE_ENTITY, None, &read.placed(&faults))
        }
        Err(other) => Err(other.into()),
    }
}

fn draw_compare(
    page: &Page,
    form: &Form,
    status: StatusCode,
    found: Option<(&Bill, &Facts, &[Difference])>,
    faults: &[Fault],
) -> Result<Response, Failure> {
    let error = faults.iter().find(|fault| fault.location == "received").map(|fault| say::text(&fault.text));
    let lines = json!({
        "name": "received", "kind": "textarea", "lines": 8, "label": say::key("charges-received"),
        "hint": say::key("charges-received-hint"), "value": form.get("received"), "error": error,
    });
    let file = json!({
        "name": "file", "kind": "file", "accept": ".csv,text/csv,text/plain", "label": say::key("charges-received-file"),
        "hint": say::key("charges-received-file-hint"),
    });
    let view = json!({
        "errors": faults.iter().map(say::fault).collect::<Vec<_>>(),
        "sections": form::sections(form, faults), "received": [lines, file], "call": form.get("call"),
        "found": found.map(|(bill, facts, differences)| found_view(page, form, bill, facts, differences)),
    });
    let mut layout = page.layout("charges");
    layout.path = "/charges/compare".to_owned();
    page.draw_with(status, "charges/compare.html", &layout, &view)
}

fn found_view(page: &Page, form: &Form, bill: &Bill, facts: &Facts, differences: &[Difference]) -> Value {
    let lines: Vec<Value> = differences
        .iter()
        .map(|of| {
            let (tone, word) = match (of.on_list, of.difference.cmp(&Decimal::ZERO)) {
                (false, _) => ("stop", "charges-not-listed"),
                (true, std::cmp::Ordering::Greater) => ("stop", "charges-too-much"),
                (true, std::cmp::Ordering::Equal) => ("ok", "charges-as-listed"),
                (true, std::cmp::Ordering::Less) => ("none", "charges-less"),
            };
            json!({
                "name": say::text(&of.name), "received": money(of.received), "listed": money(of.listed),
                "relief": money(of.relief), "due": money(of.due), "difference": money(of.difference),
                "state": say::tag(tone, &say::key(word)),
            })
        })
        .collect();
    let more: Decimal = differences.iter().map(|of| of.difference.max(Decimal::ZERO)).sum();
    json!({
        "lines": lines, "more": money(more), "bill": bill_view(page, bill, facts),
        "report": (more > Decimal::ZERO).then(|| report_address(page, form, differences)),
    })
}

/// An amount with its cents.
fn money(amount: Decimal) -> String {
    format!("{amount:.2}")
}

/// The form by which a problem is reported, with what the comparison found.
fn report_address(page: &Page, form: &Form, differences: &[Difference]) -> String {
    let lines = differences.iter().filter(|of| of.difference > Decimal::ZERO).map(|of| {
        let name = of.name.in_language(&page.lang);
        match page.lang == "zh" {
            true => format!("{name}:账单 {}，按价目表及减免应收 {}，多收 {}", of.received, of.due, of.difference),
            false => format!(
                "{name}: billed {}, due by list and reliefs {}, too much {}",
                of.received, of.due, of.difference
            ),
        }
    });
    let head = if page.lang == "zh" {
        "账单与公布价目不符。"
    } else {
        "The bill differs from the published price list."
    };
    let words = std::iter::once(head.to_owned()).chain(lines).collect::<Vec<_>>().join("\n");
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([("topic", "fee"), ("impact", "cost"), ("words", words.as_str())]);
    if !form.get("call").is_empty() {
        query.append_pair("call", form.get("call"));
    }
    format!("/report?{}", query.finish())
}

/// `GET /calls/{number}/bill`: the call's bill with its calculation; for the port group the form by which it is stated.
///
/// # Errors
/// Sign in first; not found out of reach.
pub async fn call_bill(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    draw_call_bill(&page, &number, None, &[]).await
}

/// `POST /calls/{number}/bill`: a new version of the bill.
///
/// # Errors
/// Forbidden for all but the port group.
pub async fn state_bill(mut page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    page.actor()?.require(Right::StateBills)?;
    if page.switch(&form) {
        return draw_call_bill(&page, &number, Some(&form), &[]).await;
    }
    let read = form::read(&form);
    if !read.faults.is_empty() {
        return draw_call_bill(&page, &number, Some(&form), &read.faults).await;
    }
    match page.app.office.state_bill(page.actor()?, &number, &read.facts).await {
        Ok(_) => Ok(Redirect::to(&format!("/calls/{number}/bill")).into_response()),
        Err(Error::Invalid(faults)) => draw_call_bill(&page, &number, Some(&form), &read.placed(&faults)).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw_call_bill(
    page: &Page,
    number: &str,
    typed: Option<&Form>,
    faults: &[Fault],
) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let known = page.app.office.call_bill(actor, number).await?;
    let versions: Vec<Value> = known
        .stated
        .iter()
        .map(|of| json!({"n": of.version, "at": of.at.0, "who": say::unit(&page.app.office.profile, &of.source)}))
        .collect();
    let shown = match known.stated.first() {
        Some(last) => Some(bill_view(page, &last.stated.bill, &last.stated.facts)),
        None => known.estimate.as_ref().ok().map(|bill| bill_view(page, bill, &known.facts)),
    };
    let prefilled = Form { pairs: form::pairs(&known.facts) };
    let missing: &[Fault] = known.estimate.as_ref().err().map_or(&[], Vec::as_slice);
    let view = json!({
        "errors": faults.iter().map(say::fault).collect::<Vec<_>>(),
        "number": number, "versions": versions, "bill": shown,
        "missing": missing.iter().map(say::fault).collect::<Vec<_>>(),
        "sections": actor.may(Right::StateBills).then(|| form::sections(typed.unwrap_or(&prefilled), faults)),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut layout = page.layout("calls");
    layout.path = format!("/calls/{number}/bill");
    page.draw_with(status, "charges/bill.html", &layout, &view)
}

/// `GET /charges/savings`: what measures saved, by month, measure and firm.
///
/// # Errors
/// Sign in first; forbidden for who sees no bills.
pub async fn savings(page: Page) -> Result<Response, Failure> {
    let (all, names) = saved(&page).await?;
    let lines: Vec<Value> = all
        .iter()
        .map(|of| {
            let firm = names.get(&of.firm).map_or_else(|| json!(of.firm), say::text);
            json!({
                "month": of.month, "measure": of.measure, "firm": firm,
                "measure_title": say::text(&page.app.office.profile.register.title(&of.measure)), "amount": of.amount.to_string(),
                "currency": of.currency, "bills": of.bills,
            })
        })
        .collect();
    let mut totals: std::collections::BTreeMap<&str, Decimal> = std::collections::BTreeMap::new();
    for of in &all {
        *totals.entry(&of.currency).or_default() += of.amount;
    }
    let totals: Vec<Value> =
        totals.iter().map(|(currency, sum)| json!({"currency": currency, "amount": sum.to_string()})).collect();
    page.draw("charges/savings.html", &page.layout("charges"), &json!({"lines": lines, "totals": totals}))
}

/// `GET /charges/savings.csv`
///
/// # Errors
/// As the page.
pub async fn savings_csv(page: Page) -> Result<Response, Failure> {
    let (all, names) = saved(&page).await?;
    let head = ["month", "measure", "firm", "firm_name", "amount", "currency", "bills"].map(str::to_owned).to_vec();
    let mut rows = vec![head];
    rows.extend(all.into_iter().map(|of| {
        let name = names.get(&of.firm).map(|name| name.in_language(&page.lang).to_owned()).unwrap_or_default();
        vec![of.month, of.measure, of.firm, name, of.amount.to_string(), of.currency, of.bills.to_string()]
    }));
    Ok(csv::answer("savings.csv", &rows))
}

type Names = std::collections::BTreeMap<String, domain::Text>;

async fn saved(page: &Page) -> Result<(Vec<Saving>, Names), Failure> {
    let all = page.app.office.savings(page.actor()?).await?;
    let names = page.app.office.names_in(&all).await?;
    Ok((all, names))
}
