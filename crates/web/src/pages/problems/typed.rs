//! A form that comes back: opened where it stood, with what was typed, each fault at its field. Where the case has moved on so
//! that the form is not offered any more, what was typed is shown all the same.

use domain::Fault;
use serde_json::{Value, json};

use super::{super::given, plain_fault};
use crate::page::Form;

/// Names of a form's own marks, which nobody typed.
const MARKS: [&str; 8] = ["csrf", "key", "act", "version", "switch", "number", "secret", "report"];

/// What comes back.
#[derive(Default)]
pub struct Again {
    /// Faults for the summary.
    pub errors: Vec<Value>,
    /// What was typed into a form that is not offered any more.
    pub lost: Vec<String>,
    /// True when a form is open again.
    pub opened: bool,
}

/// Sets the forms' ids apart, and opens the one that comes back.
pub fn fill(acts: &mut [Value], typed: Option<&Form>, faults: &[Fault]) -> Again {
    for (nth, act) in acts.iter_mut().enumerate() {
        act["at"] = json!(format!("a{}-", nth + 1));
        act["open"] = json!(false);
    }
    let Some(form) = typed else {
        return Again { errors: faults.iter().map(plain_fault).collect(), ..Again::default() };
    };
    let Some(act) = acts.iter_mut().find(|act| is_of(act, form)) else {
        let typed =
            form.pairs.iter().filter(|(name, value)| !MARKS.contains(&name.as_str()) && !value.trim().is_empty());
        let lost = typed.map(|(_, value)| value.clone()).collect();
        return Again { errors: faults.iter().map(plain_fault).collect(), lost, opened: false };
    };
    act["open"] = json!(true);
    given::refill(&mut act["fields"], form, faults);
    let prefix = act["at"].as_str().unwrap_or_default().to_owned();
    let mut errors = given::summary(faults, &act["fields"], &prefix);
    // A fault of the act as a whole leads to its form.
    for error in errors.iter_mut().filter(|error| error["field"].is_null()) {
        error["field"] = json!("typed");
    }
    Again { errors, lost: Vec::new(), opened: true }
}

/// True when a form is of this act, and about the same.
fn is_of(act: &Value, form: &Form) -> bool {
    let hidden = act["fields"].as_array().into_iter().flatten().filter(|field| field["kind"] == "hidden");
    let mut marks = hidden.map(|field| (field["name"].as_str().unwrap_or_default(), plain(&field["value"])));
    act["act"] == form.get("act") && marks.all(|(name, value)| form.get(name) == value)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
