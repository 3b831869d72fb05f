//! Measures and their tables in words.

use domain::{
    Value as Known,
    measure::{self, Answer, Explained, Fact, FactKind, Fits, Measure, RowSaid, Standing},
    profile::Profile,
};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::say;

/// Where a day lies with regard to a measure's validity.
pub fn standing(measure: &Measure, on: Date) -> Value {
    let (tone, key) = match measure.standing(on) {
        Standing::Coming => ("wait", "measure-coming"),
        Standing::InForce => ("ok", "measure-in-force"),
        Standing::Ended => ("none", "measure-ended"),
    };
    say::tag(tone, &say::key(key))
}

/// From when until when a measure holds, its last day included.
pub fn validity(measure: &Measure) -> Value {
    window(measure.from, measure.until)
}

fn window(from: Date, until: Option<Date>) -> Value {
    match until {
        Some(until) => {
            let last = until.yesterday().unwrap_or(until);
            json!({"key": "measure-from-to", "from": from.to_string(), "to": last.to_string()})
        }
        None => json!({"key": "measure-from", "from": from.to_string()}),
    }
}

/// How a measure fits.
pub fn fits(fits: Fits) -> Value {
    let tone = match fits {
        Fits::ByItself | Fits::ByChoice => "ok",
        Fits::OnApplication | Fits::Unknown => "wait",
        Fits::No | Fits::NotInForce => "none",
    };
    say::tag(tone, &say::key(&format!("measure-fits-{}", fits.code().replace('_', "-"))))
}

/// What a row answers besides whether it fits.
pub fn outputs(answer: &Answer<'_>) -> Vec<Value> {
    answer.outputs().iter().map(|(name, value)| output(name, value)).collect()
}

/// An output in words: a share as a percentage, a length as the law counts it, a day.
fn output(name: &str, value: &Known) -> Value {
    let said = match (name, value) {
        ("share", Known::Number(share)) => {
            json!(share.checked_mul(100.into()).map_or_else(String::new, |share| format!("{} %", share.normalize())))
        }
        (_, Known::Text(text)) => say::known_length(text).unwrap_or_else(|| match text.as_str() {
            "green_lane" | "key_ship" | "inspection" => say::key(&format!("measure-class-{}", text.replace('_', "-"))),
            "late_payment_interest" | "late_declaration_fee" | "guarantee" | "coordinator" => {
                say::key(&format!("measure-output-{}", text.replace('_', "-")))
            }
            _ => json!(text),
        }),
        (_, value) => json!(value.to_string()),
    };
    let known = [
        "share",
        "complete_within",
        "originals_within",
        "effective_expiry",
        "most",
        "class",
        "plan",
        "extends",
        "relieves",
        "names",
    ];
    let name = if known.contains(&name) {
        say::key(&format!("measure-output-{}", name.replace('_', "-")))
    } else {
        json!(name)
    };
    json!({"name": name, "value": said})
}

/// The facts that the table of a measure asks for.
pub fn inputs(profile: &Profile, measure: &Measure) -> Vec<Value> {
    let table = profile.eligibility(&measure.code);
    let names = table.into_iter().flat_map(|table| &table.inputs).map(|input| input.name.as_str());
    names.map(|name| profile.register.fact(name).map_or_else(|| json!(name), |fact| say::text(&fact.name))).collect()
}

/// The rows of a measure's table: conditions, answer, validity, law, reason.
pub fn rows(profile: &Profile, measure: &Measure) -> Vec<Value> {
    measure::rows(profile, measure).iter().map(|said| row(profile, said)).collect()
}

/// The rows in force with the verdict on each condition.
pub fn explained(profile: &Profile, explained: &Explained) -> Vec<Value> {
    let traced = explained.rows.iter().map(|(said, decides, verdicts)| {
        let mut of = row(profile, said);
        of["decides"] = json!(decides);
        for (condition, verdict) in of["conditions"].as_array_mut().into_iter().flatten().zip(verdicts) {
            *condition = json!({"say": condition, "verdict": verdict});
        }
        of
    });
    traced.collect()
}

fn row(profile: &Profile, said: &RowSaid) -> Value {
    let conditions = said.conditions.iter().map(|(name, written)| condition(profile, name, written));
    json!({
        "row": said.row,
        "conditions": conditions.collect::<Vec<_>>(),
        "state": fits(said.fits),
        "outputs": said.outputs.iter().map(|(name, value)| output(name, value)).collect::<Vec<_>>(),
        "validity": window(said.from, said.until),
        "law": say::law(profile, &said.law),
        "reason": say::text(&said.reason),
    })
}

/// A cell in words: the fact, and what it must be.
fn condition(profile: &Profile, name: &str, written: &str) -> Value {
    let Some(fact) = profile.register.fact(name) else { return json!(format!("{name}: {written}")) };
    let test = match fact.kind {
        FactKind::Choice => choices(fact, written),
        FactKind::YesNo => match written.trim() {
            "true" => say::key("form-yes"),
            "false" => say::key("form-no"),
            other => json!(other),
        },
        FactKind::Date | FactKind::Number => json!(plain(written)),
    };
    json!({"key": "measure-condition", "fact": say::text(&fact.name), "test": test})
}

/// The options that a cell names; the cell as it is written when it is more than a list of them.
fn choices(fact: &Fact, written: &str) -> Value {
    let option = |part: &str| {
        let code = part.trim().strip_prefix('"')?.strip_suffix('"')?;
        fact.options.iter().find(|option| option.code == code).map(|option| say::text(&option.name))
    };
    let options: Option<Vec<Value>> = written.split(',').map(option).collect();
    options.map_or_else(|| json!(written), |options| json!(options))
}

/// Days without the calls around them: `[2020-01-20..2020-09-30]`.
fn plain(written: &str) -> String {
    written.replace("date(\"", "").replace("\")", "").replace("..", " – ").replace(['[', ']'], "")
}

/// The event whose day decides, as the label of that day.
pub fn event(profile: &Profile, measure: &Measure) -> Value {
    say::text(&measure::named(&profile.register.events, &measure.event))
}

/// A fact with what was said of it.
pub fn fact_value(profile: &Profile, code: &str, value: &Known) -> Value {
    let Some(fact) = profile.register.fact(code) else { return json!({"name": code, "value": value.to_string()}) };
    let option = value.text().and_then(|text| fact.options.iter().find(|option| option.code == text));
    let said = match (option, value) {
        (Some(option), _) => say::text(&option.name),
        (None, Known::Bool(yes)) => say::key(if *yes { "form-yes" } else { "form-no" }),
        (None, value) => json!(value.to_string()),
    };
    json!({"name": say::text(&fact.name), "value": said})
}
