//! What the reader may do on a declaration, each act a small form.

use std::cmp::Ordering;

use domain::{
    Fault,
    declaration::{Act, Boxes, By, Declaration, Remark, Status, is_surveyed, owed_by, relieving},
    matter::Party,
    priority,
};
use office::{Actor, DeclarationAct, Declared, Right};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::view;
use crate::{
    notices::declaration_limit,
    page::{Failure, Form, Page},
    pages::{
        given::{self, moment},
        person_permits::sent::Sent,
        preferring::{self, Preferring},
    },
    say,
};

/// The acts of the reader, each with its fields and what was typed.
pub async fn of(
    page: &Page,
    actor: &Actor,
    found: &Declared,
    form: &Form,
    faults: &[Fault],
) -> Result<Vec<Value>, Failure> {
    let declaration = &found.declaration;
    let accounts = match &actor.party {
        Party::Firm(_) if actor.may(Right::File) => page.app.office.guarantees(actor).await?,
        _ => Vec::new(),
    };
    let drawn = |code: &str| {
        let mut fields = fields(page, declaration, &accounts, code);
        if form.get("act") == code {
            given::refill(&mut fields, form, faults);
        }
        json!({
            "act": code, "say": say::key(&format!("decl-act-{}", code.replace('_', "-"))), "fields": fields,
            "action": format!("/declarations/{}/acts", declaration.number),
            "stop": matches!(code, "reject" | "hold" | "revoke" | "withdraw" | "refuse"),
        })
    };
    let codes = codes(page, actor, declaration, !accounts.is_empty());
    let mut acts: Vec<Value> = codes.into_iter().map(drawn).collect();
    let decides = view::is_customs(actor) && actor.may(Right::Decide);
    if decides && declaration.ended.is_none() && declaration.cleared_at.is_none() {
        let profile = &page.app.office.profile;
        let asked = (priority::of::DECLARATION, actor.unit(), declaration.opened_at.date(&profile.zone));
        for mut act in preferring::acts(profile, asked, &declaration.preferences, (form, faults)) {
            act["action"] = json!(format!("/declarations/{}/acts", declaration.number));
            acts.push(act);
        }
    }
    Ok(acts)
}

fn codes(page: &Page, actor: &Actor, declaration: &Declaration, accounts: bool) -> Vec<&'static str> {
    let customs = view::is_customs(actor) && actor.may(Right::Decide);
    if declaration.ended.is_some() {
        // What was paid for it goes back.
        return if customs && declaration.balance() < Decimal::ZERO { vec!["refund"] } else { Vec::new() };
    }
    match &actor.party {
        Party::Firm(_) if actor.may(Right::File) => of_firm(page, declaration, accounts),
        Party::Organ(_) if !declaration.is_lodged() => Vec::new(),
        Party::Organ(_) if customs => of_customs(page, declaration),
        Party::Organ(organ) if organ == "port_group" && actor.may(Right::StateTimes) => {
            let leaves = declaration.may_go() && declaration.direction != "import" && declaration.exited_at.is_none();
            let arrives = declaration.arrived_at.is_none().then_some("arrive");
            arrives.into_iter().chain(leaves.then_some("exit")).collect()
        }
        _ => Vec::new(),
    }
}

fn of_firm(page: &Page, declaration: &Declaration, accounts: bool) -> Vec<&'static str> {
    let mut codes = Vec::new();
    if is_open(declaration, "inspection") {
        codes.push("attend");
    }
    if is_open(declaration, "documents") || is_open(declaration, "inspection") {
        codes.push("answer");
    }
    let out = declaration.released_at.is_some() || declaration.cleared_at.is_some();
    let secured = declaration.secured.as_ref().is_some_and(|of| of.freed_at.is_none());
    if accounts && !secured && !out && declaration.balance() > Decimal::ZERO {
        codes.push("secure");
    }
    if !declaration.is_lodged() {
        return vec!["withdraw"];
    }
    if declaration.arrived_at.is_none() && declaration.mode.waits {
        codes.push("present");
    }
    if owed(page, declaration, false).next().is_some() {
        codes.push("complete");
    }
    if declaration.pending().is_none() && declaration.exited_at.is_none() {
        codes.push("withdraw");
    }
    codes
}

fn of_customs(page: &Page, declaration: &Declaration) -> Vec<&'static str> {
    let mut codes = Vec::new();
    if declaration.pending().is_some() {
        codes.extend(["grant", "refuse"]);
    }
    if declaration.next_look().is_some() {
        codes.push("find");
    }
    if declaration.inspection().is_some() {
        codes.push("plan");
    }
    if declaration.open_measures().next().is_some() {
        codes.push("settle");
    }
    let out = declaration.may_go();
    let office = &page.app.office;
    let weighs = declaration.accepted_at.is_some() && declaration.exited_at.is_none();
    if weighs && declaration.pending().is_none() && is_surveyed(&office.profile, declaration, office.now()) {
        codes.push("survey");
    }
    if declaration.exited_at.is_none() {
        codes.extend(["ask", "examine"]);
        if !is_open(declaration, "hold") {
            codes.push("hold");
        }
    }
    if declaration.assessment().is_some() {
        match declaration.balance().cmp(&Decimal::ZERO) {
            Ordering::Greater => codes.extend(["pay", "remind"]),
            Ordering::Less => codes.push("refund"),
            Ordering::Equal => {}
        }
    }
    if declaration.direction == "import" && declaration.accepted_at.is_some() {
        codes.push("enter");
    }
    if declaration.surcharged() > Decimal::ZERO {
        codes.push("relieve");
    }
    if owed(page, declaration, true).next().is_some() {
        codes.push("complete");
    }
    if out {
        codes.push("revoke");
        if declaration.direction != "import" && declaration.exited_at.is_none() {
            codes.push("exit");
        }
    } else if matches!(declaration.status(), Status::Received | Status::Accepted) {
        codes.push("reject");
    }
    codes
}

fn is_open(declaration: &Declaration, kind: &str) -> bool {
    declaration.open_measures().any(|of| of.kind == kind)
}

/// What is owed and the reader can say to be there.
fn owed<'a>(page: &Page, declaration: &'a Declaration, customs: bool) -> impl Iterator<Item = &'a String> {
    let office = &page.app.office;
    let sayable = move |name: &&String| match owed_by(&office.profile, name, office.now()) {
        Some(By::Either) => true,
        Some(By::Customs) => customs,
        Some(By::Nobody) | None => false,
    };
    declaration.owed.keys().filter(sayable)
}

fn fields(page: &Page, declaration: &Declaration, accounts: &[store::guarantees::Guarantee], act: &str) -> Value {
    let words = |required: bool, label: &str| json!({"name": "words", "kind": "textarea", "label": say::key(label), "required": required, "lines": 3});
    let papers = || view::kinds(page, "paper");
    match act {
        "answer" => {
            let wanted = declaration.open_measures().flat_map(|of| &of.papers);
            let mut codes: Vec<&String> = wanted.collect();
            codes.dedup();
            let file = |code: &str| {
                json!({
                    "name": format!("paper.{code}"), "kind": "file", "label": view::kind(page, "paper", code),
                    "accept": ".pdf,.png,.jpg,.jpeg,.xlsx,.docx,.zip",
                })
            };
            let mut fields = vec![words(false, "decl-words-answer")];
            fields.extend(codes.iter().map(|code| file(code)));
            if is_open(declaration, "inspection") {
                fields.extend(
                    page.app.office.profile.codes("inspection-evidence", "paper").iter().map(|code| file(code)),
                );
            }
            if fields.len() == 1 {
                fields.push(file("other"));
            }
            json!(fields)
        }
        "attend" => json!([
            {"name": "how", "kind": "radios", "label": say::key("decl-attend-how"), "hint": say::key("decl-attend-hint"), "options": view::rows(page, "inspection-attendance", "how"), "required": true},
        ]),
        "plan" => json!([
            {"name": "method", "kind": "radios", "label": say::key("decl-look-method"), "options": view::rows(page, "inspection-methods", "method"), "required": true},
            {"name": "place", "kind": "text", "label": say::key("decl-look-place"), "required": true, "width": "mid"},
            {"name": "from", "kind": "instant", "label": say::key("decl-look-from"), "required": true},
            {"name": "until", "kind": "instant", "label": say::key("decl-look-until"), "required": true},
            {"name": "twenty", "kind": "number", "label": say::key("decl-look-twenty"), "hint": say::key("decl-look-boxes"), "width": "short"},
            {"name": "forty", "kind": "number", "label": say::key("decl-look-forty"), "width": "short"},
        ]),
        "find" => json!([
            {"name": "found", "kind": "radios", "label": say::key("decl-look-found"), "options": view::rows(page, "inspection-results", "found"), "required": true},
            words(false, "decl-words-why"),
            {"name": "paper.picture", "kind": "file", "label": view::kind(page, "paper", "picture"), "accept": ".png,.jpg,.jpeg,.pdf"},
        ]),
        "ask" => json!([
            {"name": "papers", "kind": "checkboxes", "label": say::key("decl-papers-missing"), "options": papers()},
            words(false, "decl-words-ask"),
            {"name": "limit", "kind": "instant", "label": say::key("decl-limit"), "hint": say::key("decl-limit-hint")},
        ]),
        "examine" | "hold" => json!([words(act == "hold", "decl-words-why")]),
        "settle" => {
            let options: Vec<Value> = ["documents", "inspection", "hold"]
                .into_iter()
                .filter(|kind| is_open(declaration, kind))
                .map(|kind| json!({"value": kind, "label": say::key(&format!("decl-measure-{kind}"))}))
                .collect();
            let mut fields = vec![
                json!({"name": "kind", "kind": "radios", "label": say::key("decl-settle-what"), "options": options, "required": true}),
            ];
            if is_open(declaration, "documents") {
                fields.push(json!({"name": "originals", "kind": "instant", "label": say::key("decl-originals"), "hint": say::key("decl-originals-hint")}));
            }
            json!(fields)
        }
        "reject" => {
            json!([{"name": "errors", "kind": "checkboxes", "label": say::key("decl-reject-why"), "options": view::kinds(page, "rejection")}])
        }
        "secure" => {
            let options: Vec<Value> = accounts
                .iter()
                .map(|of| {
                    let free = view::money(Decimal::new(of.amount - of.reserved, 2));
                    json!({"value": of.code, "label": {"key": "decl-account", "code": of.code, "free": free}})
                })
                .collect();
            json!([{"name": "account", "kind": "radios", "label": say::key("decl-account-which"), "options": options, "required": true}])
        }
        "complete" => {
            let office = &page.app.office;
            let customs = page.actor().is_ok_and(view::is_customs);
            let named = |name: &String| declaration_limit(&office.profile, name, office.now());
            let options: Vec<Value> =
                owed(page, declaration, customs).map(|name| json!({"value": name, "label": named(name)})).collect();
            json!([{"name": "what", "kind": "radios", "label": say::key("decl-complete-what"), "options": options, "required": true}])
        }
        "survey" => json!([
            {"name": "kilograms", "kind": "number", "label": say::key("decl-survey-kilograms"), "hint": say::key("decl-survey-hint"), "required": true},
            words(false, "decl-words-survey"),
            {"name": "paper.report", "kind": "file", "label": view::kind(page, "paper", "report"), "accept": ".pdf,.png,.jpg,.jpeg"},
        ]),
        "pay" => {
            json!([
                {"name": "reference", "kind": "text", "label": say::key("decl-pay-reference"), "required": true, "width": "mid"},
                {"name": "amount", "kind": "number", "label": say::key("decl-pay-amount"), "hint": say::key("decl-pay-amount-hint")},
                {"name": "on", "kind": "date", "label": say::key("decl-pay-on"), "hint": say::key("decl-pay-on-hint")},
            ])
        }
        "refund" => json!([
            {"name": "reference", "kind": "text", "label": say::key("decl-pay-reference"), "required": true, "width": "mid"},
            {"name": "amount", "kind": "number", "label": say::key("decl-pay-amount"), "hint": say::key("decl-refund-hint")},
        ]),
        "enter" => json!([{
            "name": "on", "kind": "date", "label": say::key("decl-enter-on"), "hint": say::key("decl-enter-hint"), "required": true,
            "value": declaration.entered.map(|on| on.to_string()),
        }]),
        "relieve" => {
            let profile = &page.app.office.profile;
            let measure = |code: String| json!({"value": code, "label": say::text(&profile.register.title(&code))});
            let options: Vec<Value> = relieving(profile).into_iter().map(measure).collect();
            let causes = profile.register.fact("cause").map(|fact| fact.options.as_slice()).unwrap_or_default().iter();
            let causes: Vec<Value> = causes.map(|of| json!({"value": of.code, "label": say::text(&of.name)})).collect();
            json!([
                {"name": "measure", "kind": "choice", "label": say::key("decl-relieve-measure"), "options": options, "required": true},
                {"name": "percent", "kind": "number", "label": say::key("decl-relieve-percent"), "hint": say::key("decl-relieve-percent-hint")},
                {"name": "cause", "kind": "choice", "label": say::key("decl-relieve-cause"), "options": causes, "required": true},
                {"name": "decision", "kind": "text", "label": say::key("decl-relieve-decision"), "required": true, "width": "mid"},
            ])
        }
        _ => json!([]),
    }
}

/// A fault with the id of its field in the form that was sent.
pub fn said(fault: &Fault, form: &Form) -> Value {
    let mut said = say::fault(fault);
    let at = fault.location.trim_start_matches('/');
    let sent = form.pairs.iter().any(|(name, _)| name == at) && !at.is_empty();
    said["field"] = if sent { json!(format!("{}-{at}", form.get("act"))) } else { json!(null) };
    said
}

/// The act that a form asks for.
///
/// # Errors
/// A fault at the field that is missing or cannot be read.
pub fn read(page: &Page, declaration: &Declaration, sent: &Sent) -> Result<DeclarationAct, Fault> {
    let form = &sent.form;
    let text = |name: &str| form.get(name).trim().to_owned();
    let needed = |name: &str| Some(text(name)).filter(|text| !text.is_empty()).ok_or_else(|| given::missing(name));
    let time = |name: &str| match form.get(name).trim() {
        "" => Ok(None),
        given => moment(page, given).map(Some).ok_or_else(|| given::missing(name)),
    };
    let count = |name: &str| match form.get(name).trim() {
        "" => Ok(0),
        given => given.parse::<u32>().ok().filter(|many| *many < 10_000).ok_or_else(|| given::missing(name)),
    };
    let number = |name: &str| match form.get(name).trim() {
        "" => Ok(None),
        given => given.replace(',', "").parse::<Decimal>().map(Some).map_err(|_| given::missing(name)),
    };
    let day = |name: &str| match form.get(name).trim() {
        "" => Ok(None),
        given => given.parse().map(Some).map_err(|_| given::missing(name)),
    };
    let order = |kind: &str, words: String, papers: Vec<String>, limit| DeclarationAct::Order {
        kind: kind.to_owned(),
        limit,
        papers,
        words,
    };
    match preferring::read(page, form)? {
        Some(Preferring::Grant { measure, facts, words }) => {
            return Ok(DeclarationAct::GrantPriority { measure, facts, words });
        }
        Some(Preferring::End { priority, words }) => return Ok(DeclarationAct::EndPriority { priority, words }),
        None => {}
    }
    let act = match form.get("act") {
        "answer" => return Ok(DeclarationAct::Answer { words: text("words"), papers: sent.papers.clone() }),
        "secure" => return Ok(DeclarationAct::Secure { account: needed("account")? }),
        "ask" => {
            let papers = form.all("papers");
            if papers.is_empty() && text("words").is_empty() {
                return Err(given::missing("papers"));
            }
            return Ok(order("documents", text("words"), papers, time("limit")?));
        }
        "find" => {
            let (found, words) = (needed("found")?, text("words"));
            return Ok(DeclarationAct::Find { found, words, papers: sent.papers.clone() });
        }
        "survey" => {
            let kilograms = number("kilograms")?.ok_or_else(|| given::missing("kilograms"))?;
            let (words, papers) = (text("words"), sent.papers.clone());
            return Ok(DeclarationAct::Survey { kilograms, words, papers });
        }
        "attend" => Act::Attend { how: needed("how")? },
        "plan" => Act::Plan {
            method: needed("method")?,
            place: needed("place")?,
            from: time("from")?.ok_or_else(|| given::missing("from"))?,
            until: time("until")?.ok_or_else(|| given::missing("until"))?,
            boxes: Boxes { twenty: count("twenty")?, forty: count("forty")? },
        },
        "examine" => return Ok(order("inspection", text("words"), Vec::new(), None)),
        "hold" => return Ok(order("hold", needed("words")?, Vec::new(), None)),
        "settle" => Act::Settle { kind: needed("kind")?, originals: time("originals")? },
        "grant" => Act::Decide { granted: true },
        "refuse" => Act::Decide { granted: false },
        "pay" => Act::Pay { reference: needed("reference")?, lines: None, amount: number("amount")?, on: day("on")? },
        "refund" => Act::Refund { reference: needed("reference")?, amount: number("amount")? },
        "enter" => Act::StateEntry { on: day("on")?.ok_or_else(|| given::missing("on"))? },
        "relieve" => Act::Relieve {
            measure: needed("measure")?,
            percent: number("percent")?,
            cause: text("cause"),
            decision: needed("decision")?,
        },
        "remind" => Act::Remind,
        "complete" => Act::Complete { what: needed("what")? },
        "revoke" => Act::Revoke,
        "exit" => Act::Exit,
        "arrive" => Act::Arrive { changes: Vec::new() },
        // Who presents by a page refers to nothing but the declaration itself.
        "present" => Act::Present { reference: declaration.reference.clone(), changes: Vec::new() },
        "withdraw" => Act::Withdraw { reference: declaration.reference.clone() },
        "reject" => {
            let remark = |code: String| Remark { code, ..Remark::default() };
            let errors: Vec<Remark> = form.all("errors").into_iter().map(remark).collect();
            if errors.is_empty() {
                return Err(given::missing("errors"));
            }
            Act::Reject { errors }
        }
        _ => return Err(given::missing("act")),
    };
    Ok(DeclarationAct::Other(Box::new(act)))
}
