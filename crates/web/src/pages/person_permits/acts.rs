//! What a reader may do on an application: the forms, and the act that one asks for.

use domain::{
    Fault,
    matter::Party,
    person_permit::{self as permits, Standing, Status},
};
use office::{
    Actor,
    person_permits::{PermitAct, Permits},
};
use serde_json::{Value, json};

use super::{super::given::moment, sent::Sent};
use crate::{
    page::{Form, Page},
    say,
};

/// Simple acts that are open to a reader, each with its form; those on chosen persons stand with the list.
pub fn of(actor: &Actor, found: &Permits, form: &Form, faults: &[Fault]) -> Vec<Value> {
    let permit = &found.permit;
    let status = permit.status();
    let firm = match (&actor.on_behalf, &actor.party) {
        (Some(principal), Party::Firm(_)) => Some(principal.as_str()),
        (None, Party::Firm(firm)) => Some(firm.as_str()),
        _ => None,
    };
    let mut acts: Vec<&str> = Vec::new();
    if firm == Some(permit.firm.as_str()) {
        match status {
            Status::Asked => acts.extend(["answer", "add", "withdraw"]),
            Status::Filed | Status::Accepted => acts.extend(["add", "withdraw"]),
            _ => {}
        }
    }
    if decides(actor, found) {
        match status {
            Status::Filed => acts.extend(["accept", "ask"]),
            Status::Accepted => acts.push("ask"),
            _ => {}
        }
    }
    acts.into_iter().map(|act| drawn(act, found, form, faults)).collect()
}

/// True for the organ whose decision it is.
pub fn decides(actor: &Actor, found: &Permits) -> bool {
    matches!(&actor.party, Party::Organ(organ) if *organ == found.permit.organ) && actor.reads_holders(&found.permit)
}

fn drawn(act: &str, found: &Permits, form: &Form, faults: &[Fault]) -> Value {
    let mut fields = json!(fields(act));
    if form.get("act") == act {
        super::super::given::refill(&mut fields, form, faults);
    }
    json!({
        "act": act, "say": say::key(&format!("pperm-act-{act}")),
        "action": format!("/person-permits/{}/acts", found.permit.number), "fields": fields, "stop": act == "withdraw",
    })
}

fn fields(act: &str) -> Vec<Value> {
    let words = |label: &str| json!({"name": "words", "kind": "textarea", "lines": 3, "label": say::key(label), "required": true});
    match act {
        "ask" => vec![words("application-what-is-missing")],
        "answer" => vec![
            words("application-answer"),
            json!({"name": "paper.more", "kind": "file", "label": say::key("application-more-papers")}),
        ],
        "add" => vec![
            json!({"name": "list", "kind": "file", "label": say::key("pperm-list"), "hint": say::key("pperm-add-hint"), "accept": ".xlsx"}),
        ],
        _ => Vec::new(),
    }
}

/// What the organ can do to chosen persons, as far as any is in a state for it.
pub fn choices(page: &Page, found: &Permits, form: &Form) -> Value {
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let is = |standing: Standing| found.permit.holders.values().any(|of| of.standing(false) == standing);
    let grounds = |act: &str| -> Vec<Value> {
        let listed = permits::grounds(profile, act, now);
        let listed = listed.iter().filter(|of| !permits::FOLLOWING.contains(&of.code.as_str()));
        listed.map(|of| json!({"value": of.code, "label": say::text(&of.reason)})).collect()
    };
    let (open, granted) = (is(Standing::Open) && found.permit.withdrawn.is_none(), is(Standing::Granted));
    if !open && !granted {
        return Value::Null;
    }
    // Grounds of a refusal are grounds of a revocation too.
    let options = grounds(if granted { "revoke" } else { "refuse" });
    let mut fields = json!([
        {"name": "ground", "kind": "choice", "label": say::key("pperm-ground"), "options": options},
        {"name": "words", "kind": "textarea", "lines": 2, "label": say::key("pperm-decision-words")},
    ]);
    if open && let Some(list) = fields.as_array_mut() {
        list.push(json!({"name": "exception", "kind": "textarea", "lines": 2, "label": say::key("pperm-exception"), "hint": say::key("pperm-exception-hint")}));
        list.push(json!({"name": "until", "kind": "instant", "label": say::key("pperm-until-shorter")}));
    }
    super::super::given::refill(&mut fields, form, &[]);
    json!({"fields": fields, "grant": open, "refuse": open, "revoke": granted, "action": format!("/person-permits/{}/acts", found.permit.number)})
}

/// The act that a form asks for.
///
/// # Errors
/// A fault at the field that cannot be read.
pub fn read(page: &Page, sent: &Sent) -> Result<PermitAct, Fault> {
    let form = &sent.form;
    let text = |name: &str| form.get(name).trim().to_owned();
    let holders: Vec<u32> = form.all("holder").iter().filter_map(|serial| serial.parse().ok()).collect();
    let missing = super::super::given::missing;
    Ok(match form.get("act") {
        "accept" => PermitAct::Accept,
        "ask" => PermitAct::Ask { words: text("words") },
        "answer" => PermitAct::Answer { words: text("words"), papers: sent.papers.clone() },
        "withdraw" => PermitAct::Withdraw,
        "grant" => PermitAct::Grant {
            holders,
            until: match text("until").as_str() {
                "" => None,
                until => Some(moment(page, until).ok_or_else(|| missing("until"))?),
            },
            words: text("words"),
            exception: text("exception"),
        },
        "refuse" => PermitAct::Refuse { holders, ground: text("ground"), words: text("words") },
        "revoke" => PermitAct::Revoke { holders, ground: text("ground"), words: text("words") },
        "add" => return Err(missing("list")),
        _ => return Err(missing("act")),
    })
}
