//! The step before what cannot be taken back: it says what will be done with what was typed, and the same form is sent
//! again with `sure`. It needs no script.

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};

use super::given::moment;
use crate::{
    layout::{Layout, Say},
    page::{Failure, Form, Page},
    say,
};

/// What is asked before it is done.
pub struct Step<'a> {
    /// The places above.
    pub crumbs: Say,
    /// Names the words: `act-title-ID`, `act-sure-ID`, `act-do-ID`.
    pub id: &'a str,
    /// What it is about.
    pub about: Say,
    /// The fields of the form, with their labels.
    pub fields: &'a Value,
    /// The address that takes the form.
    pub action: &'a str,
}

/// True while a form waits for the second word.
pub fn is_asked(form: &Form) -> bool {
    !matches!(form.get("sure"), "yes" | "no")
}

/// True when the reader goes back to change what she typed.
pub fn is_back(form: &Form) -> bool {
    form.get("sure") == "no"
}

/// True when the form comes from this step, to be shown in another language.
pub fn is_shown(form: &Form) -> bool {
    form.get("step") == "sure"
}

/// The page that asks.
///
/// # Errors
/// An internal error when the template does not fit.
pub fn draw(page: &Page, layout: &Layout, form: &Form, step: &Step<'_>) -> Result<Response, Failure> {
    let own = ["csrf", "sure", "step", "switch"];
    let hidden: Vec<Value> = form
        .pairs
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    let facts: Vec<Value> = step
        .fields
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|field| {
            Some(json!({"name": field["label"], "value": told(field, form, |given| moment(page, given))?}))
        })
        .collect();
    let view = json!({
        "crumbs": step.crumbs,
        "title": say::key(&format!("act-title-{}", step.id)),
        "about": step.about,
        "follows": say::key(&format!("act-sure-{}", step.id)),
        "facts": facts,
        "action": step.action,
        "hidden": hidden,
        "button": say::key(&format!("act-do-{}", step.id)),
    });
    page.draw_with(StatusCode::OK, "ship_calls/sure.html", layout, &view)
}

/// What was typed into a field, as a reader knows it: the words of a choice, a time as all times.
fn told(field: &Value, form: &Form, moment: impl Fn(&str) -> Option<domain::Instant>) -> Option<Say> {
    let given = form.get(field["name"].as_str()?).trim();
    if given.is_empty() {
        return None;
    }
    let options = field["options"].as_array().into_iter().flatten();
    let chosen = options.into_iter().find(|option| option["value"] == given).map(|option| option["label"].clone());
    let at = (field["kind"] == "instant").then(|| moment(given)).flatten().map(|at| json!({"at": at.0}));
    Some(chosen.or(at).unwrap_or_else(|| json!(given)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_told_as_the_reader_chose_it() {
        let options = json!([{"value": "crew_list", "label": {"zh": "船员名单", "en": "Crew list"}}]);
        let choice = json!({"name": "formality", "kind": "choice", "options": options});
        let pairs = [("formality", "crew_list"), ("words", " by mistake "), ("at", "2026-09-25T12:00")];
        let form = Form { pairs: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec() };
        let none = |_: &str| None;
        assert_eq!(told(&choice, &form, none), Some(json!({"zh": "船员名单", "en": "Crew list"})));
        assert_eq!(told(&json!({"name": "words", "kind": "textarea"}), &form, none), Some(json!("by mistake")));
        assert_eq!(told(&json!({"name": "law", "kind": "text"}), &form, none), None);
        let at = told(&json!({"name": "at", "kind": "instant"}), &form, |_| Some(domain::Instant(7)));
        assert_eq!(at, Some(json!({"at": 7})));
    }

    #[test]
    fn only_the_word_itself_does_it() {
        let form = |sure: &str| Form { pairs: vec![("sure".to_owned(), sure.to_owned())] };
        assert!(is_asked(&form("")) && is_asked(&form("maybe")) && !is_asked(&form("yes")));
        assert!(is_back(&form("no")) && !is_asked(&form("no")));
    }
}
