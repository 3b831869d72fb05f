//! What was typed into a form of a page with several: checked field by field, and drawn again when the form comes back.

use axum::http::StatusCode;
use domain::{Fault, Instant, Severity, Text};
use serde_json::{Value, json};

use crate::{
    page::{Form, Page},
    say,
};

/// The code of a field that is missing or cannot be read.
pub const MISSING: &str = "PQ-ACT-001";

/// The code of a time that is put off without its reason.
pub const DELAY: &str = "PQ-CALL-031";

/// An instant as a browser sends it, in the port's zone.
pub fn moment(page: &Page, given: &str) -> Option<Instant> {
    if let Some(at) = Instant::parse(given) {
        return Some(at);
    }
    let local: jiff::civil::DateTime = given.trim().parse().ok()?;
    page.app.office.profile.zone.to_timestamp(local).ok().map(Instant::from)
}

/// Faults of the fields: what is required and missing, and times that cannot be read.
pub fn faults(page: &Page, fields: &Value, form: &Form) -> Vec<Fault> {
    faults_of(fields, form, |given| moment(page, given).is_some())
}

fn faults_of(fields: &Value, form: &Form, is_moment: impl Fn(&str) -> bool) -> Vec<Fault> {
    let is_faulty = |field: &&Value| {
        let given = form.get(name(field)).trim();
        let unreadable = field["kind"] == "instant" && !given.is_empty() && !is_moment(given);
        unreadable || field["required"] == true && given.is_empty()
    };
    listed(fields).filter(is_faulty).map(|field| missing(name(field))).collect()
}

/// Puts what was typed back into the fields, with each fault at its own.
pub fn refill(fields: &mut Value, form: &Form, faults: &[Fault]) {
    for field in fields.as_array_mut().into_iter().flatten() {
        let name = name(field).to_owned();
        field["value"] = match field["kind"].as_str() {
            Some("checkboxes") => json!(form.all(&name)),
            _ => json!(form.get(&name)),
        };
        let fault = faults.iter().find(|fault| fault.location.trim_start_matches('/') == name);
        field["error"] = json!(fault.map(|fault| say::text(&fault.text)));
    }
}

/// The faults for the summary: each leads to its field, whose id has the form's `prefix`, where the form has that field.
pub fn summary(faults: &[Fault], fields: &Value, prefix: &str) -> Vec<Value> {
    let said = faults.iter().map(|fault| {
        let at = fault.location.trim_start_matches('/');
        let mut said = say::fault(fault);
        let field = listed(fields).find(|field| name(field) == at);
        said["field"] = json!(field.map(|_| format!("{prefix}{at}")));
        if let Some(field) = field.filter(|_| fault.code == MISSING) {
            said["say"] = json!({"key": "act-missing", "name": field["label"]});
        }
        said
    });
    said.collect()
}

/// The status of a page with these faults: of its fields, or of what the procedure says to the act.
pub fn status(faults: &[Fault]) -> StatusCode {
    match faults.first() {
        None => StatusCode::OK,
        Some(fault) if matches!(fault.code.as_str(), MISSING | DELAY) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::CONFLICT,
    }
}

/// A field is missing or cannot be read.
pub fn missing(name: &str) -> Fault {
    Fault::new(
        Severity::Error,
        MISSING,
        format!("/{name}"),
        Text::new("有一项未填写或无法读取。", "Something is missing, or cannot be read."),
        Text::new("请补填后再提交。", "Fill it in and send the form again."),
    )
}

fn listed(fields: &Value) -> impl Iterator<Item = &Value> {
    fields.as_array().into_iter().flatten()
}

fn name(field: &Value) -> &str {
    field["name"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Value {
        json!([
            {"name": "words", "kind": "textarea", "required": true, "label": "Reason"},
            {"name": "source_at", "kind": "instant", "required": true},
            {"name": "due", "kind": "instant"},
            {"name": "consulted", "kind": "checkboxes"},
        ])
    }

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form { pairs: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
    }

    #[test]
    fn what_is_missing_or_unreadable_is_told_at_its_field() {
        let typed = form(&[("words", "  "), ("source_at", "yesterday"), ("due", "soon")]);
        let faults = faults_of(&fields(), &typed, |given| given.starts_with("2026"));
        let places: Vec<&str> = faults.iter().map(|fault| fault.location.as_str()).collect();
        assert_eq!(places, ["/words", "/source_at", "/due"]);
        let said = summary(&faults, &fields(), "mirror-");
        assert_eq!(said[1]["field"], "mirror-source_at");
        assert_eq!(said[0]["say"], json!({"key": "act-missing", "name": "Reason"}));
        let whole = form(&[("words", "x"), ("source_at", "2026-11-24T06:30")]);
        assert!(faults_of(&fields(), &whole, |given| given.starts_with("2026")).is_empty());
    }

    #[test]
    fn nothing_that_was_typed_is_lost() {
        let mut fields = fields();
        let typed = form(&[("words", "two lines"), ("source_at", "yesterday"), ("consulted", "a"), ("consulted", "b")]);
        refill(&mut fields, &typed, &[missing("source_at")]);
        assert_eq!(fields[0]["value"], "two lines");
        assert_eq!(fields[1]["value"], "yesterday");
        assert!(fields[0]["error"].is_null() && fields[1]["error"]["en"].is_string());
        assert_eq!(fields[3]["value"], json!(["a", "b"]));
    }

    #[test]
    fn a_fault_of_no_field_leads_nowhere() {
        let fault = Fault::new(Severity::Error, "PQ-CALL-006", "", Text::new("一", "one"), Text::new("", ""));
        assert!(summary(&[fault], &fields(), "a-")[0]["field"].is_null());
    }
}
