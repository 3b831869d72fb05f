//! What the measures did, month by month: a table, a drawing, and CSV.

use std::collections::BTreeMap;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use office::{Effect, EffectKey, mean_hours};
use serde_json::{Value, json};

use crate::{
    api::measures::csv_line,
    page::{Failure, Page},
    say,
};

/// `GET /measures/effect`
pub async fn show(page: Page) -> Result<Response, Failure> {
    let office = &page.app.office;
    let effects = office.effects(page.actor()?).await?;
    let title = |code: &str| {
        office.profile.register.measure(code).map_or_else(|| json!(code), |measure| say::text(&measure.title))
    };
    let (mut totals, mut months): (BTreeMap<&str, Effect>, BTreeMap<&str, Effect>) = Default::default();
    let mut all = Effect::default();
    for ((measure, month), effect) in &effects {
        totals.entry(measure).or_default().add(effect);
        months.entry(month).or_default().add(effect);
        all.add(effect);
    }
    let share = |part: i64, whole: i64| (part.max(0) * 100).checked_div(whole).unwrap_or(0);
    let most = totals.values().map(|effect| effect.eligible.max(effect.firms)).max().unwrap_or(0);
    let slowest = totals.values().flat_map(|effect| [mean_hours(effect.users), mean_hours(effect.others)]);
    let slowest = slowest.flatten().max().unwrap_or(0);
    let bars: Vec<Value> = totals
        .iter()
        .map(|(code, effect)| {
            let took = mean_hours(effect.users).map(|with| {
                let without = mean_hours(effect.others);
                json!({"with": with, "with_width": share(with, slowest), "with_n": effect.users.0, "without": without,
                       "without_width": without.map(|of| share(of, slowest)), "without_n": effect.others.0})
            });
            let counts = &effect.counts;
            json!({"href": format!("/measures/{code}"), "say": title(code), "eligible": effect.eligible, "firms": effect.firms,
                   "width": share(effect.eligible, most), "had": share(effect.firms, most), "granted": counts.granted,
                   "used": effect.used, "by_itself": counts.by_itself, "saved": money(counts.saved), "hours": counts.hours,
                   "took": took})
        })
        .collect();
    let dearest = months.values().map(|effect| effect.counts.saved).max().unwrap_or(0);
    let longest = months.values().map(|effect| effect.counts.hours).max().unwrap_or(0);
    let drawn: Vec<Value> = months
        .iter()
        .map(|(month, effect)| {
            let counts = &effect.counts;
            json!({"month": month, "saved": money(counts.saved), "saved_width": share(counts.saved, dearest),
                   "hours": counts.hours, "hours_width": share(counts.hours, longest)})
        })
        .collect();
    // A former month in which nothing happened stands in the table for machines alone.
    let this_month = office.today().to_string();
    let told = effects.iter().filter(|((_, month), effect)| effect.is_any() || this_month.starts_with(month.as_str()));
    let mut lines: Vec<Value> =
        told.map(|((measure, month), effect)| line(&office.profile, title(measure), month, effect)).collect();
    let mut total = line(&office.profile, say::key("effect-total"), "", &all);
    // A firm that is eligible for two measures is one firm: these do not add up, nor do calls that had both.
    for name in ["eligible", "firms", "users", "others"] {
        total[name] = Value::Null;
    }
    lines.push(total);
    let view = json!({"bars": bars, "months": drawn, "lines": lines});
    page.draw("applications/effect.html", &page.layout("measures"), &view)
}

fn line(profile: &domain::profile::Profile, title: Value, month: &str, effect: &Effect) -> Value {
    let reasons: Vec<Value> =
        effect.reasons.iter().map(|(law, n)| json!({"law": say::law(profile, law), "n": n})).collect();
    let counts = &effect.counts;
    json!({
        "say": title, "month": month, "eligible": effect.eligible, "told": counts.told, "applied": counts.applied,
        "by_itself": counts.by_itself, "used": effect.used, "firms": effect.firms, "granted": counts.granted,
        "refused": counts.refused, "reasons": reasons, "open": counts.pending, "fell_away": counts.fell_away,
        "late": counts.late, "saved": money(counts.saved), "hours": counts.hours,
        "back": (counts.back > 0).then(|| money(counts.back)),
        "users": clearance(effect.users), "others": if effect.users.0 > 0 { clearance(effect.others) } else { json!(null) },
    })
}

/// How long calls took on the mean, and how many they are; null of none.
fn clearance(of: (i64, i64)) -> Value {
    mean_hours(of).map_or_else(|| json!(null), |hours| json!({"key": "effect-clearance", "hours": hours, "n": of.0}))
}

/// Fen as yuan with two places.
pub fn money(fen: i64) -> String {
    format!("{}{}.{:02}", if fen < 0 { "-" } else { "" }, fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

/// `GET /measures/effect.csv`
pub async fn table(page: Page) -> Result<Response, Failure> {
    let effects = page.app.office.effects(page.actor()?).await?;
    let kind = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"effect-of-measures.csv\""),
    ];
    Ok((kind, written(&effects)).into_response())
}

fn written(effects: &BTreeMap<EffectKey, Effect>) -> String {
    let columns = [
        "measure",
        "month",
        "eligible",
        "told",
        "applied",
        "by_itself",
        "used",
        "firms",
        "granted",
        "refused",
        "refused_by_law",
        "open",
        "fell_away",
        "late",
        "saved_yuan",
        "hours",
        "taken_back_yuan",
        "calls_with_it",
        "calls_with_it_hours",
        "other_calls",
        "other_calls_hours",
    ];
    let mut text = csv_line(columns.iter().map(|name| (*name).to_owned()));
    for ((measure, month), effect) in effects {
        let reasons: Vec<String> = effect.reasons.iter().map(|(law, n)| format!("{law}: {n}")).collect();
        let n = &effect.counts;
        let counts = [effect.eligible, n.told, n.applied, n.by_itself, effect.used, effect.firms, n.granted, n.refused];
        let more = [n.pending, n.fell_away, n.late];
        let cells = [measure.clone(), month.clone()].into_iter().chain(counts.iter().map(i64::to_string));
        let cells = cells.chain([reasons.join("; ")]).chain(more.iter().map(i64::to_string));
        let cells = cells.chain([money(n.saved), n.hours.to_string(), money(n.back)]);
        let hours = |of: (i64, i64)| mean_hours(of).map(|hours| hours.to_string()).unwrap_or_default();
        let took = |of: (i64, i64)| [of.0.to_string(), hours(of)];
        let others = if effect.users.0 > 0 { effect.others } else { (0, 0) };
        text += &csv_line(cells.chain(took(effect.users)).chain(took(others)));
    }
    text
}
