//! What a notice says, in words: on pages, in letters and in feeds.

use domain::{Value as Input, formality::Formality, notice::clock_kind, profile::Profile};
use office::notices::{CalendarEvent, Notice};
use serde_json::json;

use crate::{layout::Say, say};

/// What a notice says.
pub fn said(profile: &Profile, notice: &Notice) -> Say {
    let data = &notice.data;
    let kind = notice.kind.replace(['.', '_'], "-");
    // These have words of their own for each outcome.
    let outcome = matches!(
        notice.kind.as_str(),
        "problem.offered"
            | "problem.extension_decided"
            | "problem.told"
            | "problem.notice"
            | "problem.meeting_moved"
            | "call.decided"
            | "application.decided"
            | "application.appeal_decided"
            | "crew_case.result"
            | "declaration.notice"
            | "declaration.inspection"
            | "consignment.look"
            | "consignment.fate"
    );
    let key = if outcome { format!("notice-{kind}-{}", data.word.replace('_', "-")) } else { format!("notice-{kind}") };
    let who = match data.who.as_str() {
        "" => json!(""),
        "firm" => say::key("application-firm"),
        code => say::unit(profile, code),
    };
    json!({"key": key, "who": who, "what": what(profile, notice)})
}

fn what(profile: &Profile, notice: &Notice) -> Say {
    let data = &notice.data;
    let formality = || Formality::from_code(&data.formality).map(say::formality);
    match notice.kind.as_str() {
        kind if kind.starts_with("hall.") => hall(profile, notice),
        "problem.breach" | "problem.near" => say::key(&format!("problem-clock-{}", data.word)),
        "problem.ended" => say::key(&format!("problem-state-{}", data.word)),
        "problem.step" => level(profile, &data.word, notice),
        "consignment.questioned" => say::key(&format!("cargo-question-{}", data.word)),
        "declaration.breach" | "declaration.near" => declaration_limit(profile, &data.word, notice.at),
        "call.breach" | "call.near" => {
            let clock = say::key(&format!("notice-clock-{}", clock_kind(&data.word)));
            formality().map_or_else(|| clock.clone(), |of| json!([clock.clone(), of]))
        }
        "consignment.breach" | "consignment.near" => say::key(&format!("cargo-limit-{}", data.word)),
        kind if kind.starts_with("table.") => {
            profile.tables.get(&notice.number).map_or_else(|| json!(notice.number), crate::pages::tables::title)
        }
        kind if kind.starts_with("measure.") => {
            let measure = profile.register.measure(&notice.number);
            measure.map_or_else(|| json!(notice.number), |measure| say::text(&measure.title))
        }
        _ => formality().unwrap_or_else(|| json!("")),
    }
}

/// What a declaration owes, by the profile's row; else what a limit of it is for.
pub fn declaration_limit(profile: &Profile, what: &str, at: domain::Instant) -> Say {
    let row = profile.hit("declaration-owed", at, &Input::from([("what", what.into())]));
    row.map_or_else(|| say::key(&format!("decl-owed-{what}")), |row| say::text(&row.reason()))
}

/// The service, and when.
fn hall(profile: &Profile, notice: &Notice) -> Say {
    let service = domain::service::service(profile, &notice.data.word, notice.at);
    let name = service.map_or_else(|| json!(""), |service| say::text(&service.name));
    notice.data.at.map_or_else(|| name.clone(), |at| json!([name.clone(), {"at": at.0}]))
}

/// The name of a level of the ladder.
fn level(profile: &Profile, code: &str, notice: &Notice) -> Say {
    let row = profile.hit("notice-levels", notice.at, &Input::from([("level", code.into())]));
    row.map_or_else(|| json!(code), |row| say::text(&row.reason()))
}

/// What an event of a calendar is.
pub fn event(profile: &Profile, of: &CalendarEvent) -> Say {
    let about = match of.what.as_str() {
        "filing" => Formality::from_code(&of.about).map_or_else(|| json!(of.about), say::formality),
        "task" => match of.about.strip_prefix("problem:") {
            Some(step) => say::key(&format!("problem-step-{}", step.split(':').next().unwrap_or(step))),
            None => say::step(&of.about),
        },
        _ => topic(profile, &of.about, of.changed),
    };
    let key = format!("feed-{}", of.what);
    json!([of.number, {"key": key, "what": about}])
}

fn topic(profile: &Profile, code: &str, at: domain::Instant) -> Say {
    let known = domain::problem::topics(profile, at).into_iter().find(|topic| topic.code == code);
    known.map_or_else(|| json!(""), |topic| say::text(&topic.name))
}
