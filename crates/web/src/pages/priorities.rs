//! Who went before whom in the queues: by which priority, why, and by whose approval. A page, a file and an address for
//! systems say the same.

use std::collections::BTreeMap;

use axum::response::Response;
use domain::{Instant, priority, profile::Profile};
use jiff::civil::Date;
use office::{Office, Right, Role};
use serde_json::{Value, json};
use store::{
    jumps::Jump,
    reach::{CONSIGNMENT, DECLARATION},
};

use super::{charges::csv, ship_calls::ship_name};
use crate::{
    page::{Failure, Page},
    say,
};

/// So many days are shown where nobody asks for others.
const DAYS: i64 = 30;

/// The days that are asked for; the last thirty where they are left out.
///
/// # Errors
/// [`office::Error::Invalid`] for what is no day.
pub fn days(office: &Office, from: Option<&str>, until: Option<&str>) -> Result<(Date, Date), office::Error> {
    let until = office.read_day(until)?;
    let given = from.map(str::trim).filter(|from| !from.is_empty());
    let from = match given {
        Some(given) => office.read_day(Some(given))?,
        None => until.checked_sub(jiff::Span::new().days(DAYS)).unwrap_or(until),
    };
    Ok((from, until))
}

/// `GET /queue/priorities`
///
/// # Errors
/// Forbidden for who has no queue.
pub async fn show(page: Page) -> Result<Response, Failure> {
    let (from, until, jumps) = found(&page).await?;
    let profile = &page.app.office.profile;
    // Of one moment, what went before what is one line, however many steps of each stood there.
    let mut lines: Vec<(&Jump, Vec<&str>, Vec<&str>)> = Vec::new();
    for jump in &jumps {
        let same = |of: &Jump| {
            (of.at, &of.organ, &of.first.row.number) == (jump.at, &jump.organ, &jump.first.row.number)
                && (&of.over.row.number, &of.why.measure) == (&jump.over.row.number, &jump.why.measure)
        };
        match lines.iter_mut().find(|(of, ..)| same(of)) {
            Some((_, steps, over)) => {
                push(steps, &jump.step);
                push(over, &jump.over_step);
            }
            None => lines.push((jump, vec![&jump.step], vec![&jump.over_step])),
        }
    }
    let steps = |of: &[&str]| -> Vec<Value> { of.iter().map(|step| say::step(step)).collect() };
    let lines: Vec<Value> = lines
        .iter()
        .map(|(jump, first, over)| {
            json!({
                "at": jump.at, "organ": say::unit(profile, &jump.organ),
                "first": named(&page, &jump.first), "steps": steps(first),
                "over": named(&page, &jump.over), "over_steps": steps(over),
                "class": class(profile, jump), "measure": measure(profile, jump),
                "application": jump.why.application, "approver": say::unit(profile, &jump.why.approver),
            })
        })
        .collect();
    let asked = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("from", from.to_string()), ("until", until.to_string())])
        .finish();
    let view = json!({
        "from": from.to_string(), "until": until.to_string(), "lines": lines,
        "csv": format!("/queue/priorities.csv?{asked}"),
    });
    page.draw("priorities.html", &page.layout("queue"), &view)
}

/// `GET /queue/priorities.csv`
///
/// # Errors
/// As the page.
pub async fn table(page: Page) -> Result<Response, Failure> {
    let (.., jumps) = found(&page).await?;
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    rows.extend(jumps.iter().map(|jump| row(jump).into_iter().map(|(_, cell)| cell).collect()));
    Ok(csv::answer("priorities.csv", &rows))
}

fn push<'a>(steps: &mut Vec<&'a str>, step: &'a str) {
    if !steps.contains(&step) {
        steps.push(step);
    }
}

/// What went first, or was gone before: a ship by its name, goods by their number. Who coordinates reads the numbers of goods,
/// and no page of them.
fn named(page: &Page, of: &store::Stored) -> Value {
    let (row, kind) = (&of.row, of.kind.as_str());
    let coordinates = page.actor().is_ok_and(|actor| actor.role == Role::Coordinator);
    let (folder, name) = match kind {
        DECLARATION => ("declarations", String::new()),
        CONSIGNMENT => ("consignments", String::new()),
        _ => ("calls", ship_name(row, &page.lang)),
    };
    let href = (folder == "calls" || !coordinates).then(|| format!("/{folder}/{}", row.number));
    json!({"href": href, "name": name, "number": row.number})
}

async fn found(page: &Page) -> Result<(Date, Date, Vec<Jump>), Failure> {
    let actor = page.actor()?;
    actor.require(Right::SeeQueue)?;
    let office = &page.app.office;
    let (from, until) = days(office, page.asked("from"), page.asked("until"))?;
    Ok((from, until, office.jumps(actor, (from, until)).await?))
}

const HEAD: [&str; 12] = [
    "at",
    "organ",
    "call",
    "step",
    "went_before_call",
    "went_before_step",
    "class",
    "measure",
    "application",
    "approved_by",
    "ship",
    "kind",
];

/// A line for systems, in codes.
pub fn row(jump: &Jump) -> Vec<(&'static str, String)> {
    let at = Instant(jump.at).to_string();
    let why = &jump.why;
    let is_call = !matches!(jump.first.kind.as_str(), DECLARATION | CONSIGNMENT);
    let ship = if is_call { jump.first.row.subject_key.clone() } else { String::new() };
    let cells = [
        &at,
        &jump.organ,
        &jump.first.row.number,
        &jump.step,
        &jump.over.row.number,
        &jump.over_step,
        &why.class,
        &why.measure,
        &why.application,
        &why.approver,
        &ship,
        &jump.first.kind,
    ];
    HEAD.into_iter().zip(cells.map(Clone::clone)).collect()
}

/// A line as JSON.
pub fn line(jump: &Jump) -> BTreeMap<&'static str, String> {
    row(jump).into_iter().collect()
}

fn class(profile: &Profile, jump: &Jump) -> Value {
    say::text(&priority::said(profile, &jump.why.class, Instant(jump.at)))
}

fn measure(profile: &Profile, jump: &Jump) -> Value {
    let measure = profile.register.measure(&jump.why.measure);
    json!({
        "href": measure.map(|of| format!("/measures/{}", of.code)),
        "say": measure.map_or_else(|| json!(jump.why.measure), |of| say::text(&of.title)),
    })
}
