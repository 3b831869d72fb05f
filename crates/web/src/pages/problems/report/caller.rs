//! The operator's part of the form: who calls or stands at the counter, found by name, number or telephone.

use office::{Actor, ProblemFilter, Right};
use serde_json::{Value, json};

use super::super::fields::{choice, field, options};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// So many firms are offered.
const MOST_FIRMS: usize = 12;
/// So many of the firm's cases are shown.
const MOST_CASES: usize = 8;

/// The key that leads to a place of the form: documented on the page and in `docs/problems.md`.
pub const CALLER_KEY: &str = "c";

/// The part, for who takes reports down; null for everybody else.
pub async fn part(page: &Page, actor: &Actor, form: &Form) -> Result<Value, Failure> {
    let office = &page.app.office;
    let words = form.get("caller").trim();
    let chosen = form.get("firm").trim();
    let mut found = if words.is_empty() { Vec::new() } else { office.find_firms(actor, words, MOST_FIRMS).await? };
    if !chosen.is_empty() && !found.iter().any(|firm| firm.code == chosen) {
        found
            .extend(office.find_firms(actor, chosen, MOST_FIRMS).await?.into_iter().filter(|firm| firm.code == chosen));
    }
    // One firm that fits is the caller's; the operator has nothing to choose.
    let one = (found.len() == 1 && chosen.is_empty()).then(|| found[0].code.clone());
    let chosen = one.as_deref().unwrap_or(chosen);
    let mut firms: Vec<Value> = found
        .iter()
        .map(|firm| {
            let told = [firm.code.as_str(), firm.registration.as_str(), firm.phone.as_str()];
            let told: Vec<&str> = told.into_iter().filter(|part| !part.is_empty()).collect();
            json!({"value": firm.code, "label": say::text(&firm.name), "hint": told.join(" · ")})
        })
        .collect();
    if !firms.is_empty() {
        firms.push(json!({"value": "", "label": say::key("report-no-firm")}));
    }
    let mut caller = field("caller", "text", "report-caller");
    caller["value"] = json!(words);
    caller["hint"] = say::key("report-caller-hint");
    caller["accesskey"] = json!(CALLER_KEY);
    let channel = if form.get("channel").is_empty() { "phone" } else { form.get("channel") };
    let channel =
        choice("channel", "radios", "report-channel", &options("channel-", &["phone", "counter"]), &json!(channel));
    let mut firm = choice("firm", "radios", "report-for-firm", &firms, &json!(chosen));
    firm["required"] = json!(false);
    let mut paper = field("paper", "text", "report-paper");
    paper["value"] = json!(form.get("paper"));
    paper["hint"] = say::key("report-paper-hint");
    let mut came = field("came_at", "instant", "report-came-at");
    came["value"] = json!(form.get("came_at"));
    Ok(json!({
        "paper": if actor.runs_problems() { json!([paper, came]) } else { json!([]) },
        "caller": caller,
        "firm": if firms.is_empty() { Value::Null } else { firm },
        "none": !words.is_empty() && found.is_empty(),
        "channel": channel,
        "cases": cases(page, actor, chosen, words).await?,
        "keys": keys(),
    }))
}

/// What the form's access keys lead to.
fn keys() -> Vec<Value> {
    [
        (CALLER_KEY, "report-caller"),
        ("f", "report-find"),
        ("t", "report-topic"),
        ("q", "report-other-topic"),
        ("w", "report-words"),
        ("i", "report-impact"),
        ("u", "report-urgency"),
        ("s", "report-send"),
    ]
    .into_iter()
    .map(|(key, label)| json!({"key": key.to_uppercase(), "say": say::key(label)}))
    .collect()
}

/// Cases of the caller that stand, so that what she says more is added there; found by firm, else by the words.
async fn cases(page: &Page, actor: &Actor, firm: &str, words: &str) -> Result<Vec<Value>, Failure> {
    if !actor.may(Right::RunProblems) || (firm.is_empty() && words.is_empty()) {
        return Ok(Vec::new());
    }
    let filter = match firm {
        "" => ProblemFilter { words: words.to_owned(), ..ProblemFilter::default() },
        firm => ProblemFilter { firm: Some(firm.to_owned()), ..ProblemFilter::default() },
    };
    let found = page.app.office.problems(actor, &filter).await?;
    let lines = found.lines.iter().take(MOST_CASES).map(|of| super::super::line(page, of)).collect();
    let Value::Array(lines) = super::super::with_firms(page, Value::Array(lines)).await? else { return Ok(Vec::new()) };
    Ok(lines)
}
