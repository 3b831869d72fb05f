//! What the pages of administration show.

use std::collections::BTreeMap;

use domain::{Instant, Text, formality::Formality, ship_call::Party};
use office::{Administrator, CompanyRecord, Erasable, Person};
use serde_json::{Value, json};
use store::{changes::Change, mandates::Mandate};
use uuid::Uuid;

use super::{Outcome, address};
use crate::{layout::Say, page::Page, say};

/// So many documents past their term are named.
const NAMED: usize = 200;

/// What a party has.
pub struct Parts {
    pub people: Vec<Person>,
    pub mandates: Vec<Mandate>,
    pub names: BTreeMap<String, Text>,
    pub systems: Vec<(String, Vec<String>, Instant)>,
    pub changes: Vec<(Uuid, Change)>,
}

/// The port's firms and organs, and the form that records a firm.
pub fn overview(page: &Page, firms: &[CompanyRecord], outcome: &Outcome) -> Value {
    let typed = |name: &str| outcome.form.as_ref().map_or("", |form| form.get(name)).to_owned();
    let text = |name: &str, label: &str, required: bool| {
        json!({"name": name, "kind": "text", "label": say::key(label), "value": typed(name), "required": required,
               "width": "mid"})
    };
    let kinds =
        ["agent", "line", "forwarder", "airline"].map(|kind| json!({"value": kind, "label": company_kind(kind)}));
    let firm = |firm: &CompanyRecord| {
        json!({"href": address(&Party::Firm(firm.code.clone())), "name": say::text(&firm.name), "code": firm.code,
               "kind": company_kind(&firm.kind)})
    };
    let organs = page.app.office.profile.organs.iter();
    json!({
        "errors": outcome.faults.iter().map(say::fault).collect::<Vec<_>>(),
        "firms": firms.iter().map(firm).collect::<Vec<_>>(),
        "organs": organs
            .map(|organ| json!({"href": address(&Party::Organ(organ.code.clone())), "name": say::text(&organ.name),
                                "code": organ.code}))
            .collect::<Vec<_>>(),
        "fields": [
            text("code", "company-code", true),
            text("name_zh", "administration-name-zh", true),
            text("name_en", "administration-name-en", true),
            json!({"name": "kind", "kind": "radios", "label": say::key("company-kind"), "options": kinds,
                   "value": Some(typed("kind")).filter(|kind| !kind.is_empty()).unwrap_or("agent".to_owned())}),
            text("registration", "company-registration", false),
            text("phone", "company-phone", false),
        ],
    })
}

/// A firm or organ.
pub fn party(page: &Page, by: &Administrator, party: &Party, parts: &Parts, outcome: &Outcome) -> Value {
    let here = address(party);
    let (code, name) = match party {
        Party::Firm(code) => (code, parts.names.get(code).map_or_else(|| json!(code), say::text)),
        Party::Organ(code) => {
            let organ = page.app.office.profile.organ(code);
            (code, organ.map_or_else(|| json!(code), |organ| say::text(&organ.name)))
        }
        Party::Clock => return json!({}),
    };
    let secret = outcome.secret.as_ref().map(|secret| {
        json!({"words": secret.words, "say": {"key": format!("administration-secret-{}", secret.kind), "name": secret.name}})
    });
    let me = page.session.as_ref().map(|session| session.actor.person.as_str());
    json!({
        "errors": outcome.faults.iter().map(say::fault).collect::<Vec<_>>(),
        "of_port": by.of_port(),
        "is_firm": matches!(party, Party::Firm(_)),
        "here": here,
        "name": name,
        "code": code,
        "secret": secret,
        "people": parts.people.iter().map(|of| person(&here, of, me)).collect::<Vec<_>>(),
        "new_person": new_person(by, party, outcome),
        "mandates": parts.mandates.iter().map(|of| mandate(page, &here, parts, of)).collect::<Vec<_>>(),
        "new_mandate": new_mandate(outcome),
        "systems": parts.systems.iter().map(|(name, scopes, made)| {
            json!({"name": name, "scopes": scopes, "made": made.0, "end": action(&here, "end_key", name, "account-key-revoke", true)})
        }).collect::<Vec<_>>(),
        "changes": entries(page, &parts.changes),
    })
}

/// The changes of the port.
pub fn changes(page: &Page, found: &[(Uuid, Change)]) -> Value {
    let next = found.last().map(|(id, _)| format!("/administration/changes?before={id}"));
    json!({"changes": entries(page, found), "pages": {"next": next}})
}

/// What is past its term.
pub fn retention(page: &Page, due: &[Erasable]) -> Value {
    let zone = &page.app.office.profile.zone;
    let line = |of: &Erasable| {
        json!({
            "number": of.number,
            "serves": serves(&of.purpose),
            "filed": of.filed_at.0,
            "until": of.kept_until.map(|until| until.0),
            "law": of.row.as_ref().map(|row| say::text(&row.law)),
            "reason": of.row.as_ref().map(|row| say::text(&row.reason)),
        })
    };
    json!({"count": due.len(), "zone": zone.iana_name(), "due": due.iter().take(NAMED).map(line).collect::<Vec<_>>()})
}

fn person(here: &str, of: &Person, me: Option<&str>) -> Value {
    let state = if of.may_sign_in {
        say::tag("ok", &say::key("administration-may-sign-in"))
    } else {
        say::tag("none", &say::key("administration-disabled"))
    };
    let mut actions = vec![action(here, "reset", &of.name, "administration-reset", false)];
    // Nobody locks herself out.
    if me != Some(of.name.as_str()) {
        if of.may_sign_in {
            actions.push(action(here, "disable", &of.name, "administration-disable", true));
        }
        let (act, word) =
            if of.manager { ("dismiss", "administration-dismiss") } else { ("appoint", "administration-appoint") };
        actions.push(action(here, act, &of.name, word, false));
    }
    json!({"name": of.name, "role": role(&of.role), "manager": of.manager, "state": state, "actions": actions})
}

fn action(here: &str, act: &str, name: &str, word: &str, stop: bool) -> Value {
    json!({"post": here, "say": say::key(word), "quiet": !stop, "stop": stop, "small": true,
           "fields": [{"name": "act", "value": act}, {"name": "name", "value": name}]})
}

/// What a person of a unit is there for.
pub fn role(code: &str) -> Say {
    match code {
        "agent" => say::key("role-agent"),
        "officer" => say::key("role-officer"),
        "operator" => say::key("role-operator"),
        "coordinator" => say::key("role-coordinator"),
        "clerk" => say::key("role-clerk"),
        "guard" => say::key("role-guard"),
        "administrator" => say::key("role-administrator"),
        "manager" => say::key("administration-manager"),
        other => json!(other),
    }
}

fn new_person(by: &Administrator, party: &Party, outcome: &Outcome) -> Value {
    let typed = |name: &str| outcome.form.as_ref().map_or("", |form| form.get(name)).to_owned();
    let roles: &[&str] = match party {
        Party::Firm(_) => &["agent"],
        _ if by.of_port() => &["officer", "operator", "guard", "coordinator", "administrator"],
        _ => &["officer", "operator", "guard", "coordinator"],
    };
    let usual = office::Office::usual_role(party);
    let chosen = Some(typed("role")).filter(|role| roles.contains(&role.as_str())).unwrap_or(usual.to_owned());
    let options: Vec<Value> = roles.iter().map(|code| json!({"value": code, "label": role(code)})).collect();
    let languages = [
        json!({"value": "zh", "label": say::key("language-name-zh")}),
        json!({"value": "en", "label": say::key("language-name-en")}),
    ];
    let language = if typed("language") == "en" { "en" } else { "zh" };
    let name = if typed("act") == "add" { typed("name") } else { String::new() };
    json!([
        {"name": "name", "kind": "text", "label": say::key("signin-name"), "hint": say::key("administration-name-hint"),
         "width": "mid", "value": name, "required": true},
        {"name": "role", "kind": "radios", "label": say::key("company-role"), "options": options, "value": chosen},
        {"name": "language", "kind": "radios", "label": say::key("account-language"), "options": languages, "value": language},
        {"name": "manager", "kind": "yesno", "label": say::key("administration-manager"), "value": typed("manager") == "yes"},
    ])
}

fn mandate(page: &Page, here: &str, parts: &Parts, of: &Mandate) -> Value {
    let now = page.app.office.now().0;
    let name = |code: &String| parts.names.get(code).map_or_else(|| json!(code), say::text);
    let open = of.revoked_at.is_none() && of.until > now;
    let (tone, word) = match (open, of.from > now) {
        (true, true) => ("wait", "administration-coming"),
        (true, false) => ("ok", "company-stands"),
        (false, _) => ("none", "company-ended"),
    };
    let end = json!({"post": here, "say": say::key("administration-end-mandate"), "stop": true, "small": true,
                     "fields": [{"name": "act", "value": "end_mandate"}, {"name": "agent", "value": of.agent},
                                {"name": "principal", "value": of.principal}]});
    json!({
        "agent": name(&of.agent),
        "principal": name(&of.principal),
        "from": of.from,
        // The last day, not the first instant after it.
        "to": of.revoked_at.unwrap_or(of.until - 1),
        "state": say::tag(tone, &say::key(word)),
        "end": open.then_some(end),
    })
}

fn new_mandate(outcome: &Outcome) -> Value {
    let typed = |name: &str| outcome.form.as_ref().map_or("", |form| form.get(name)).to_owned();
    json!([
        {"name": "agent", "kind": "text", "label": say::key("administration-agent"), "hint": say::key("administration-agent-hint"),
         "width": "mid", "value": typed("agent"), "required": true},
        {"name": "from", "kind": "date", "label": say::key("administration-from"), "value": typed("from"), "required": true},
        {"name": "until", "kind": "date", "label": say::key("administration-until"), "value": typed("until"), "required": true},
    ])
}

/// A change for which this program has no words, of a newer one or of an older store, is shown by its code.
fn entries(page: &Page, changes: &[(Uuid, Change)]) -> Vec<Value> {
    let layout = page.layout("administration");
    let entry = |(_, of): &(Uuid, Change)| {
        let detail: Value = serde_json::from_str(&of.detail).unwrap_or_default();
        let mut small = vec![json!(of.who)];
        small.extend(Some(json!(of.unit)).filter(|_| !of.unit.is_empty()));
        small.extend(detail.get("why").map(|why| json!({"zh": why["zh"], "en": why["en"]})));
        small.extend(detail.get("ground").cloned());
        let key = format!("change-{}", of.kind.replace(['.', '_'], "-"));
        let said = json!({"key": key, "about": of.about});
        let known = page.app.templates.say(&layout, &said).is_ok();
        let said = if known { said } else { json!(format!("{} · {}", of.kind, of.about)) };
        json!({"at": of.at, "say": said, "small": small})
    };
    changes.iter().map(entry).collect()
}

fn serves(purpose: &str) -> Say {
    match Formality::from_code(purpose) {
        Some(formality) => say::formality(formality),
        None => say::key(&format!("serves-{purpose}")),
    }
}

/// What a company is.
pub fn company_kind(code: &str) -> Say {
    match code {
        "agent" => json!({"zh": "船舶代理", "en": "Ship’s agent"}),
        "carrier" | "line" => json!({"zh": "航运公司", "en": "Shipping line"}),
        "forwarder" => json!({"zh": "货运代理", "en": "Freight forwarder"}),
        "airline" => json!({"zh": "航空公司", "en": "Airline"}),
        "person" => json!({"zh": "个人", "en": "Private person"}),
        "terminal" => json!({"zh": "码头", "en": "Terminal"}),
        other => json!(other),
    }
}
