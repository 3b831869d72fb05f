//! The register of measures as open data, and the question which of them fit; for everybody.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Value as Known,
    measure::{Answer, Measure, explain, named, rows},
    profile::Profile,
};
use office::Error;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, calls::parse, json_answer};
use crate::{app::App, say};

/// `GET /api/v1/measures`: the whole register with its headings, wants, events and facts.
pub async fn list(State(app): State<App>) -> Response {
    let profile = &app.office.profile;
    let register = &profile.register;
    let measures: Vec<Value> = register.measures.iter().map(|measure| whole(&app, measure)).collect();
    let body = json!({
        "port": profile.port.code, "sample": profile.port.sample, "on": app.office.today().to_string(),
        "headings": register.headings, "wants": register.wants, "events": register.events, "facts": register.facts,
        "measures": measures,
    });
    json_answer(StatusCode::OK, &body)
}

/// `GET /api/v1/measures/{code}`
pub async fn show(State(app): State<App>, Path(code): Path<String>) -> Result<Response, Problem> {
    let measure = app.office.profile.register.measure(&code).ok_or(Error::NotFound)?;
    Ok(json_answer(StatusCode::OK, &whole(&app, measure)))
}

/// A measure with its standing today and the rows of its eligibility table.
fn whole(app: &App, measure: &Measure) -> Value {
    let profile = &app.office.profile;
    let mut body = json!(measure);
    body["standing"] = json!(measure.standing(app.office.today()).code());
    body["law_title"] = say::law(profile, &measure.law);
    body["eligibility"] = json!({
        "hash": profile.eligibility(&measure.code).map(|table| table.hash.as_str()),
        "rows": rows(profile, measure),
    });
    body
}

const COLUMNS: [&str; 20] = [
    "code",
    "title_zh",
    "title_en",
    "heading_zh",
    "heading_en",
    "wants",
    "issuer",
    "decides",
    "law",
    "from",
    "until",
    "event",
    "row",
    "conditions",
    "fits",
    "row_from",
    "row_until",
    "row_law",
    "reason_zh",
    "reason_en",
];

/// `GET /api/v1/measures.csv`: one line for each row of each eligibility table (RFC 4180, UTF-8).
pub async fn table(State(app): State<App>) -> Response {
    let profile = &app.office.profile;
    let mut text = csv_line(COLUMNS.iter().map(|name| (*name).to_owned()));
    for measure in &profile.register.measures {
        for line in lines(profile, measure) {
            text += &csv_line(line.into_iter());
        }
    }
    let kind = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"measures.csv\""),
    ];
    (kind, text).into_response()
}

fn lines(profile: &Profile, measure: &Measure) -> Vec<[String; 20]> {
    let heading = named(&profile.register.headings, &measure.heading);
    let until = |until: Option<jiff::civil::Date>| until.map(|until| until.to_string()).unwrap_or_default();
    let of = |row: domain::measure::RowSaid| {
        let conditions: Vec<String> = row.conditions.iter().map(|(fact, test)| format!("{fact}: {test}")).collect();
        [
            measure.code.clone(),
            measure.title.zh.clone(),
            measure.title.en.clone(),
            heading.zh.clone(),
            heading.en.clone(),
            measure.wants.join(" "),
            measure.issuer.clone(),
            measure.decides.join(" "),
            measure.law.clone(),
            measure.from.to_string(),
            until(measure.until),
            measure.event.clone(),
            row.row,
            conditions.join("; "),
            row.fits.code().to_owned(),
            row.from.to_string(),
            until(row.until),
            row.law,
            row.reason.zh,
            row.reason.en,
        ]
    };
    rows(profile, measure).into_iter().map(of).collect()
}

/// A line of a table for spreadsheets: what looks like a formula is made plain text.
pub fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let cell = |cell: String| {
        let cell = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err() {
            format!("'{cell}")
        } else {
            cell
        };
        if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
    };
    cells.map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The day of the event; today where it is left out.
    on: Option<String>,
    #[serde(default)]
    facts: BTreeMap<String, Known>,
}

/// `POST /api/v1/measures/check`: which measures fit, each with its row, the rows in force and what is still to be known.
/// Nothing is kept.
pub async fn check(State(app): State<App>, body: Bytes) -> Result<Response, Problem> {
    let asked: Asked = parse(&body)?;
    let office = &app.office;
    let on = office.read_day(asked.on.as_deref())?;
    let facts = office.read_fact_values(&asked.facts)?;
    let known = Known::Map(facts.clone());
    let answer = |answer: &Answer<'_>| {
        let explained = explain(&office.profile, answer.measure, on, &known);
        json!({
            "measure": answer.measure.code,
            "fits": answer.fits.code(),
            "rule": answer.rule(),
            "reason": answer.reason(),
            "law": answer.law(),
            "outputs": answer.outputs(),
            "missing": explained.as_ref().map(|of| &of.missing),
            "rows": explained.iter().flat_map(|of| &of.rows).map(|(row, decides, verdicts)| {
                json!({"row": row, "decides": decides, "verdicts": verdicts})
            }).collect::<Vec<_>>(),
        })
    };
    let answers: Vec<Value> = office.measures_that_fit(on, &facts).iter().map(answer).collect();
    Ok(json_answer(StatusCode::OK, &json!({"on": on.to_string(), "facts": known, "answers": answers})))
}

#[cfg(test)]
mod tests {
    use super::csv_line;

    #[test]
    fn cells_are_quoted_and_formulas_are_plain_text() {
        let cells = ["a,b", "say \"so\"", "=1+1", "-0.5", ""].map(str::to_owned);
        assert_eq!(csv_line(cells.into_iter()), "\"a,b\",\"say \"\"so\"\"\",'=1+1,-0.5,\r\n");
    }
}
