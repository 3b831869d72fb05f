//! Figures: the monthly report of the port office, what is published of it for everybody, and the open data.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Text,
    problem::{Measure, MeasureUnit, Share},
};
use office::{
    Error,
    problems::{Cause, MonthReport, Published, open_data},
};
use serde_json::{Value, json};

use crate::{
    app::App,
    page::{Failure, Page},
    say,
};

/// Figures of each measure, by its code.
type Shares = BTreeMap<String, Share>;

/// A figure as pages show it.
pub fn cell(unit: MeasureUnit, share: Option<Share>) -> Value {
    let Some(share) = share else { return json!({"text": "—", "small": null}) };
    match unit {
        MeasureUnit::Number => json!({"text": share.of.to_string(), "small": null}),
        MeasureUnit::Share => json!({"text": rate(share), "small": format!("{}/{}", share.of, share.among)}),
        MeasureUnit::Hours => {
            json!({"text": {"key": "figures-hours", "n": share.of}, "small": {"key": "figures-of-cases", "n": share.among}})
        }
    }
}

/// A part of a whole in per cent, with one decimal.
fn rate(share: Share) -> String {
    share.per_mille().map_or_else(|| "—".to_owned(), |of| format!("{}.{}%", of / 10, of % 10))
}

/// Name and formula, which a row's reason gives with a colon between.
fn named(measure: &Measure) -> (Text, Text) {
    let part = |text: &str, colon: char| {
        let (name, formula) = text.split_once(colon).unwrap_or((text, ""));
        (name.trim().to_owned(), formula.trim().to_owned())
    };
    let (zh, en) = (part(&measure.name.zh, '：'), part(&measure.name.en, ':'));
    (Text::new(zh.0, en.0), Text::new(zh.1, en.1))
}

/// The measures with formula, law and the figures that `cells` gives.
pub fn measured(page: &Page, measure: &Measure, cells: &[Value]) -> Value {
    let (name, formula) = named(measure);
    let law = say::law(&page.app.office.profile, &measure.law);
    json!({"name": say::text(&name), "formula": say::text(&formula), "law": law, "cells": cells})
}

/// A table with a line for each name and a column for each measure.
fn table(measures: &[Measure], lines: Vec<(Value, Option<String>, Shares)>) -> Value {
    let heads: Vec<Value> = measures.iter().map(|measure| say::text(&named(measure).0)).collect();
    let rows: Vec<Value> = lines
        .into_iter()
        .map(|(name, href, shares)| {
            let cells: Vec<Value> =
                measures.iter().map(|measure| cell(measure.unit, shares.get(&measure.code).copied())).collect();
            json!({"name": name, "href": href, "cells": cells})
        })
        .collect();
    json!({"heads": heads, "rows": rows})
}

/// `GET /problems/month?month=2026-11`: the port office's report, for the screen, for paper, and as CSV.
pub async fn month(page: Page) -> Result<Response, Failure> {
    let wanted = asked(&page);
    draw_month(&page, &wanted, &[]).await
}

/// The month that was asked for, or this one.
fn asked(page: &Page) -> String {
    page.asked("month").map_or_else(|| page.app.office.two_months().0, str::to_owned)
}

async fn draw_month(page: &Page, wanted: &str, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let report = office.problem_month(actor, wanted).await?;
    let measures: Vec<Value> = report
        .totals
        .iter()
        .map(|(measure, this, before)| {
            measured(page, measure, &[cell(measure.unit, Some(*this)), cell(measure.unit, Some(*before))])
        })
        .collect();
    let (rows, columns) = (lines(page, &report), columns(&report));
    let [organs, topics] = rows.map(|rows| table(&columns, rows));
    let (_, until) = office.month(wanted).ok_or(Error::NotFound)?;
    let (from, _) = office.month(wanted).ok_or(Error::NotFound)?;
    let name = |at: domain::Instant| at.date(&office.profile.zone).strftime("%Y-%m").to_string();
    let published = report.published.as_ref().map(
        |of| json!({"version": of.version, "at": of.published_at.0, "href": format!("/statistics?month={}", of.month)}),
    );
    let view = json!({
        "errors": faults.iter().map(super::plain_fault).collect::<Vec<_>>(),
        "month": report.month, "made": report.made_at.0,
        "before": name(domain::Instant(from.0 - 1)),
        "after": (until <= office.now()).then(|| name(until)),
        "measures": measures, "organs": organs, "topics": topics,
        "causes": report.causes.iter().map(|of| cause(page, of)).collect::<Vec<_>>(),
        "published": published,
        "publish": report.may_be_published.is_some_and(|from| from <= office.now()),
        "publish_from": report.may_be_published.map(|from| from.0),
    });
    page.draw_with(super::status_of(faults), "problems/month.html", &page.layout("problems"), &view)
}

fn columns(report: &MonthReport) -> Vec<Measure> {
    report.totals.iter().map(|(measure, ..)| measure.clone()).collect()
}

/// The lines by department and by topic.
fn lines(page: &Page, report: &MonthReport) -> [Vec<(Value, Option<String>, Shares)>; 2] {
    let profile = &page.app.office.profile;
    let organs = report.organs.iter().map(|(organ, shares)| {
        (say::unit(profile, organ), Some(format!("/problems/departments/{organ}")), shares.clone())
    });
    let topics = report
        .topics
        .iter()
        .map(|(topic, shares)| (super::topic(page, topic), Some(format!("/problems?topic={topic}")), shares.clone()));
    [organs.collect(), topics.collect()]
}

/// A topic of the month: what it is, how often it came in this month and before, and what is known of it.
fn cause(page: &Page, of: &Cause) -> Value {
    let (what, href) = match of.kind {
        "known" => (json!({"key": "figures-cause-known", "code": of.code}), format!("/known?code={}", of.code)),
        "incident" => (json!({"key": "figures-cause-incident", "number": of.code}), format!("/problems/{}", of.code)),
        _ => (super::topic(page, &of.code), format!("/problems?topic={}", of.code)),
    };
    let known: Vec<Value> =
        of.known.iter().map(|code| json!({"code": code, "href": format!("/known?code={code}")})).collect();
    json!({
        "what": what, "href": href, "n": of.count, "before": of.before, "ship_hours": of.hours[0],
        "cargo_hours": of.hours[1], "known": known, "record": of.kind == "topic" && known.is_empty(),
    })
}

/// `POST /problems/month`: publishes a month.
pub async fn publish(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let month = form.get("month").to_owned();
    match page.app.office.publish_month(page.actor()?, &month).await {
        Ok(published) => Ok(Redirect::to(&format!("/problems/month?month={}", published.month)).into_response()),
        Err(Error::Refused(fault)) => draw_month(&page, &month, &[fault]).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /problems/month.csv?month=2026-11`: the same as CSV, in the reader's language.
pub async fn month_csv(page: Page) -> Result<Response, Failure> {
    let wanted = asked(&page);
    let report = page.app.office.problem_month(page.actor()?, &wanted).await?;
    let layout = page.layout("problems");
    let word = |value: &Value| {
        page.app.templates.say(&layout, value).map_err(|error| Failure::Error(Error::Internal(error.to_string())))
    };
    let mut text = format!("\u{feff}{}\r\n", "month,part,name,measure,numerator,denominator,rate");
    let mut put = |part: &str, name: &str, measure: &Measure, share: Share| {
        let per = if measure.unit == MeasureUnit::Share { rate(share) } else { String::new() };
        let line =
            [report.month.as_str(), part, name, &measure.code, &share.of.to_string(), &share.among.to_string(), &per];
        text.push_str(&line.map(quoted).join(","));
        text.push_str("\r\n");
    };
    for (measure, share, _) in &report.totals {
        put("all", "", measure, *share);
    }
    for (part, rows) in ["department", "topic"].into_iter().zip(lines(&page, &report)) {
        for (name, _, shares) in rows {
            let name = word(&name)?;
            for (measure, ..) in &report.totals {
                put(part, &name, measure, shares.get(&measure.code).copied().unwrap_or_default());
            }
        }
    }
    for cause in &report.causes {
        let (measure, _, _) = &report.totals[0];
        let of = Share { of: cause.count, among: cause.count };
        put(&format!("recurring {}", cause.kind), &cause.code, measure, of);
    }
    Ok(file(&format!("problems-{}.csv", report.month), "text/csv; charset=utf-8", text))
}

/// A value of a CSV file (RFC 4180); what a spreadsheet would take for a formula is text.
fn quoted(value: &str) -> String {
    let formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let value = format!("{}{value}", if formula { "'" } else { "" });
    if value.contains([',', '"', '\n', '\r']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

fn file(name: &str, kind: &'static str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}

/// `GET /statistics?month=2026-10`: what is published, for everybody.
pub async fn statistics(page: Page) -> Result<Response, Failure> {
    let months = page.app.office.published_months().await?;
    let wanted = page.asked("month").or(months.first().map(|of| of.month.as_str()));
    let shown = months.iter().find(|of| wanted == Some(of.month.as_str()));
    if shown.is_none() && page.asked("month").is_some() {
        return Err(Error::NotFound.into());
    }
    let view = json!({
        "months": months.iter().map(|of| json!({
            "name": of.month, "href": format!("/statistics?month={}", of.month),
            "current": shown.is_some_and(|shown| shown.month == of.month),
        })).collect::<Vec<_>>(),
        "shown": shown.map(|of| public(&page, of, &months)),
    });
    page.draw("problems/statistics.html", &page.layout("statistics"), &view)
}

/// A published month: totals, and its figures by topic and by department as far as they are shown; and all months.
fn public(page: &Page, of: &Published, months: &[Published]) -> Value {
    let measures: Vec<Value> = of
        .measures
        .iter()
        .map(|measure| measured(page, measure, &[cell(measure.unit, of.totals.get(&measure.code).copied())]))
        .collect();
    let by = |key: fn(&domain::problem::OpenRow) -> &str, say: &dyn Fn(&str) -> Value| {
        let names: BTreeSet<&str> = of.rows.iter().map(key).filter(|name| !name.is_empty()).collect();
        let sum = |name: &str| {
            let mut shares = Shares::new();
            for row in of.rows.iter().filter(|row| key(row) == name) {
                let sum = shares.entry(row.measure.clone()).or_default();
                *sum = sum.plus(Share { of: row.of, among: row.among });
            }
            shares
        };
        let mut lines: Vec<_> = names.into_iter().map(|name| (say(name), None, sum(name))).collect();
        let withheld = sum("");
        if !withheld.is_empty() {
            lines.push((say::key("figures-withheld"), None, withheld));
        }
        table(&of.measures, lines)
    };
    let profile = &page.app.office.profile;
    let over = months
        .iter()
        .map(|month| (json!(month.month), Some(format!("/statistics?month={}", month.month)), month.totals.clone()));
    json!({
        "month": of.month, "version": of.version, "at": of.published_at.0, "smallest": of.smallest,
        "measures": measures,
        "topics": by(|row| &row.topic, &|code| super::topic(page, code)),
        "organs": by(|row| &row.organ, &|code| say::unit(profile, code)),
        "over": table(&of.measures, over.collect()),
        "data": format!("/statistics/{}/open-data.csv", of.month),
        "report": format!("/statistics/{}/report.json", of.month),
    })
}

/// `GET /statistics/{month}/{file}`: `open-data.csv`, or `report.json` with measures, formulas and totals.
pub async fn published(
    State(app): State<App>,
    Path((month, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let published = app.office.published_month(&month).await?.ok_or(Error::NotFound)?;
    match name.as_str() {
        "open-data.csv" => {
            let name = format!("open-data-{}.csv", published.month);
            Ok(file(&name, "text/csv; charset=utf-8", open_data::write(&published)))
        }
        "report.json" => {
            let report = serde_json::to_string(&published).map_err(Error::from)?;
            Ok((StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], report).into_response())
        }
        _ => Err(Error::NotFound.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_csv_is_quoted_and_never_a_formula() {
        assert_eq!(["a", "a,b", "a\"b", "=1+1", "-3"].map(quoted), ["a", "\"a,b\"", "\"a\"\"b\"", "'=1+1", "'-3"]);
    }
}
