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
    let mut totals: BTreeMap<&str, Effect> = BTreeMap::new();
    let mut all = Effect::default();
    for ((measure, _), effect) in &effects {
        totals.entry(measure).or_default().add(effect);
        all.add(effect);
    }
    let most = totals.values().map(|effect| effect.eligible).max().unwrap_or(1).max(1);
    let bars: Vec<Value> = totals
        .iter()
        .map(|(code, effect)| {
            json!({"href": format!("/measures/{code}"), "say": title(code), "n": effect.eligible, "width": effect.eligible * 100 / most,
                   "granted": effect.granted * 100 / most, "granted_n": effect.granted, "saved": money(effect.saved)})
        })
        .collect();
    let mut lines: Vec<Value> =
        effects.iter().map(|((measure, month), effect)| line(&office.profile, title(measure), month, effect)).collect();
    lines.push(line(&office.profile, say::key("effect-total"), "", &all));
    let view = json!({"bars": bars, "lines": lines});
    page.draw("applications/effect.html", &page.layout("measures"), &view)
}

fn line(profile: &domain::profile::Profile, title: Value, month: &str, effect: &Effect) -> Value {
    let reasons: Vec<Value> =
        effect.reasons.iter().map(|(law, n)| json!({"law": say::law(profile, law), "n": n})).collect();
    json!({
        "say": title, "month": month, "eligible": effect.eligible, "told": effect.told, "applied": effect.applied,
        "by_itself": effect.by_itself, "granted": effect.granted, "refused": effect.refused, "reasons": reasons,
        "open": effect.open, "fell_away": effect.fell_away, "late": effect.late, "saved": money(effect.saved), "hours": effect.hours,
        "back": (effect.back > 0).then(|| money(effect.back)),
        "users": clearance(effect.users), "others": if effect.users.0 > 0 { clearance(effect.others) } else { json!(null) },
    })
}

/// How long calls took on the mean, and how many they are; null of none.
fn clearance(of: (u64, i64)) -> Value {
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
        let counts = [effect.eligible, effect.told, effect.applied, effect.by_itself, effect.granted, effect.refused];
        let more = [effect.open, effect.fell_away, effect.late];
        let cells = [measure.clone(), month.clone()].into_iter().chain(counts.iter().map(u64::to_string));
        let cells = cells.chain([reasons.join("; ")]).chain(more.iter().map(u64::to_string));
        let cells = cells.chain([money(effect.saved), effect.hours.to_string(), money(effect.back)]);
        let hours = |of: (u64, i64)| mean_hours(of).map(|hours| hours.to_string()).unwrap_or_default();
        let took = |of: (u64, i64)| [of.0.to_string(), hours(of)];
        let others = if effect.users.0 > 0 { effect.others } else { (0, 0) };
        text += &csv_line(cells.chain(took(effect.users)).chain(took(others)));
    }
    text
}
