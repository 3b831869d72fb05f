//! What a reader may do on an application: each act with its form.

use domain::{
    Fault, Severity, Text,
    application::{Application, Instalment, Plan, Status},
    ship_call::Party,
};
use office::{Actor, ApplicationAct, problems::Attachment};
use serde_json::{Value, json};

use super::{super::given, effect};
use crate::{page::Form, say};

/// The acts that are open to a reader.
pub fn of(
    actor: &Actor,
    application: &Application,
    people: &[(String, String)],
    (form, faults): (&Form, &[Fault]),
) -> Vec<Value> {
    let status = application.status();
    let firm = match (&actor.on_behalf, &actor.party) {
        (Some(principal), Party::Firm(_)) => Some(principal.as_str()),
        (None, Party::Firm(firm)) => Some(firm.as_str()),
        _ => None,
    };
    let organ = if let Party::Organ(organ) = &actor.party { organ.as_str() } else { "" };
    let mut acts: Vec<&str> = Vec::new();
    if firm == Some(application.firm.as_str()) {
        match status {
            Status::Asked => acts.extend(["answer", "withdraw"]),
            Status::Filed | Status::Appealed => acts.push("withdraw"),
            Status::Refused | Status::Revoked => acts.push("appeal"),
            _ => {}
        }
    }
    if application.outstanding().any(|of| of == organ) {
        match status {
            Status::Filed => acts.extend(["grant", "ask", "refuse"]),
            Status::Asked => acts.extend(["grant", "refuse"]),
            _ => {}
        }
    }
    if !organ.is_empty() && organ == application.organ() {
        if status == Status::Granted && open_instalments(application).next().is_some() {
            acts.push("pay_instalment");
        }
        match status {
            Status::Granted | Status::Applied => acts.push("revoke"),
            _ => {}
        }
    }
    if !organ.is_empty() && organ == application.office && status == Status::Appealed {
        acts.extend(["appeal_stands", "appeal_anew"]);
    }
    acts.into_iter().map(|act| drawn(act, application, people, (form, faults))).collect()
}

fn drawn(
    act: &str,
    application: &Application,
    people: &[(String, String)],
    (form, faults): (&Form, &[Fault]),
) -> Value {
    let mut fields = json!(fields(act, application, people));
    if form.get("act") == act {
        given::refill(&mut fields, form, faults);
    }
    json!({
        "act": act, "say": say::key(&format!("application-act-{}", act.replace('_', "-"))),
        "action": format!("/applications/{}/acts", application.number), "fields": fields,
        "stop": matches!(act, "refuse" | "revoke" | "withdraw"),
    })
}

/// The instalments that are not paid, with their numbers.
fn open_instalments(application: &Application) -> impl Iterator<Item = (usize, &Instalment)> {
    let of = application.plan().into_iter().flat_map(|plan| &plan.instalments);
    of.enumerate().map(|(nth, of)| (nth + 1, of)).filter(|(_, of)| of.paid.is_none())
}

fn fields(act: &str, application: &Application, people: &[(String, String)]) -> Vec<Value> {
    let lines = |required: bool, label: &str| json!({"name": "words", "kind": "textarea", "lines": 3, "label": say::key(label), "required": required});
    let field = |name: &str, kind: &str, label: &str, required: bool| json!({"name": name, "kind": kind, "label": say::key(label), "required": required});
    match act {
        "grant" => {
            let outputs = &application.assessed.outputs;
            let mut grant = vec![
                lines(false, "application-conditions"),
                field("saved", "number", "application-saved", false),
                field("hours", "number", "application-hours", false),
                field("until", "date", "application-until", outputs.contains_key("extends")),
            ];
            if outputs.contains_key("relieves") && application.about.is_some() {
                grant.push(json!({
                    "name": "percent", "kind": "number", "label": say::key("decl-relieve-percent"),
                    "hint": say::key("application-percent-hint"), "required": false,
                }));
            }
            if outputs.contains_key("names") {
                let options: Vec<Value> = people.iter().map(|(id, name)| json!({"value": id, "label": name})).collect();
                grant.push(json!({
                    "name": "person", "kind": "choice", "label": say::key("application-person"), "required": true,
                    "options": options,
                }));
            }
            if outputs.contains_key("plan") {
                grant.push(field("billed", "date", "application-billed", true));
                grant.push(json!({
                    "name": "plan", "kind": "textarea", "lines": 4, "label": say::key("application-plan"),
                    "hint": say::key("application-plan-hint"), "required": true,
                }));
            }
            grant
        }
        "pay_instalment" => {
            let options: Vec<Value> = open_instalments(application)
                .map(|(nth, of)| json!({"value": nth.to_string(), "label": format!("{nth} · {} · {}", of.due, effect::money(of.amount))}))
                .collect();
            vec![
                json!({"name": "nth", "kind": "choice", "label": say::key("application-instalment"), "required": true, "options": options}),
                field("paid_on", "date", "application-paid-on", true),
                field("reference", "text", "application-payment", false),
            ]
        }
        "refuse" => vec![lines(true, "application-why"), field("law", "text", "application-law", true)],
        "revoke" => vec![
            lines(true, "application-why"),
            field("law", "text", "application-law", true),
            field("back", "number", "application-back", false),
        ],
        "answer" => vec![
            lines(true, "application-answer"),
            json!({"name": "paper.more", "kind": "file", "label": say::key("application-more-papers")}),
        ],
        "ask" => vec![lines(true, "application-what-is-missing")],
        "withdraw" => Vec::new(),
        _ => vec![lines(true, "application-why")],
    }
}

/// A fault with the id of its field in the form that was sent.
pub fn said(fault: &Fault, form: &Form, application: &Application) -> Value {
    let mut said = say::fault(fault);
    let at = fault.location.trim_start_matches('/');
    let act = form.get("act");
    let there = fields(act, application, &[]).iter().any(|field| field["name"] == at);
    said["field"] = if there { json!(format!("{act}-{at}")) } else { json!(null) };
    said
}

/// The act that a form asks for.
///
/// # Errors
/// A fault at the field that cannot be read.
pub fn read(form: &Form, papers: Vec<(String, Attachment)>) -> Result<ApplicationAct, Fault> {
    let text = |name: &str| form.get(name).trim().to_owned();
    let words = text("words");
    Ok(match form.get("act") {
        "grant" => ApplicationAct::Grant {
            words,
            law: text("law"),
            saved: fen(&text("saved")).ok_or_else(|| given::missing("saved"))?,
            hours: whole(&text("hours")).ok_or_else(|| given::missing("hours"))?,
            until: match text("until").as_str() {
                "" => None,
                until => Some(until.parse().map_err(|_| given::missing("until"))?),
            },
            percent: match text("percent").as_str() {
                "" => None,
                percent => Some(percent.parse().map_err(|_| given::missing("percent"))?),
            },
            person: Some(text("person")),
            plan: plan(&text("billed"), &text("plan"))?,
        },
        "pay_instalment" => ApplicationAct::PayInstalment {
            nth: text("nth").parse().map_err(|_| given::missing("nth"))?,
            on: Some(text("paid_on").parse().map_err(|_| given::missing("paid_on"))?),
            reference: text("reference"),
        },
        "ask" => ApplicationAct::Ask { words },
        "refuse" => ApplicationAct::Refuse { words, law: text("law") },
        "answer" => ApplicationAct::Answer { words, papers },
        "withdraw" => ApplicationAct::Withdraw,
        "appeal" => ApplicationAct::Appeal { words },
        "appeal_stands" => ApplicationAct::DecideAppeal { stands: true, words },
        "appeal_anew" => ApplicationAct::DecideAppeal { stands: false, words },
        "revoke" => ApplicationAct::Revoke {
            words,
            law: text("law"),
            back: fen(&text("back")).ok_or_else(|| given::missing("back"))?,
        },
        _ => return Err(given::missing("act")),
    })
}

/// A plan as people write it: an instalment on each line, `2026-07-15 12,000.00`; none where nothing is written.
fn plan(billed: &str, lines: &str) -> Result<Option<Plan>, Fault> {
    if lines.is_empty() && billed.is_empty() {
        return Ok(None);
    }
    let billed = billed.parse().map_err(|_| given::missing("billed"))?;
    let mut instalments = Vec::new();
    for (nth, line) in (1..).zip(lines.lines().map(str::trim).filter(|line| !line.is_empty())) {
        let read = line.split_once(char::is_whitespace).and_then(|(due, amount)| {
            let amount = fen(amount.trim()).flatten()?;
            Some(Instalment { amount, due: due.parse().ok()?, ..Instalment::default() })
        });
        instalments.push(read.ok_or_else(|| unreadable(nth, line))?);
    }
    Ok(Some(Plan { billed, instalments, ..Plan::default() }))
}

fn unreadable(nth: usize, line: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-APPLICATION-015",
        "/plan",
        Text::new(format!("第 {nth} 行读不懂：{line}"), format!("Line {nth} cannot be read: {line}")),
        Text::new("每行写“日期 金额”，如“2026-07-15 12,000.00”。", "Write day and amount, as “2026-07-15 12,000.00”."),
    )
}

/// Yuan as people write them, in fen: `1,280.50`; none for what is no amount.
fn fen(text: &str) -> Option<Option<i64>> {
    let plain = text.replace([',', '，', ' '], "");
    if plain.is_empty() {
        return Some(None);
    }
    let (yuan, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if yuan.is_empty() || part.len() > 2 || !digits(yuan) || !digits(part) {
        return None;
    }
    let fen: i64 = format!("{part:0<2}").parse().ok()?;
    Some(Some(yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fen)?))
}

fn whole(text: &str) -> Option<Option<i64>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().filter(|hours| *hours >= 0).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::{fen, plan};

    #[test]
    fn amounts_are_read_to_the_fen_and_nothing_else_is() {
        assert_eq!(
            [fen("1,280.50"), fen("7"), fen("0.5"), fen("")],
            [Some(Some(128_050)), Some(Some(700)), Some(Some(50)), Some(None)]
        );
        let read = plan("2026-06-01", "2026-07-15 12,000.00\n\n 2026-08-15  8000 ").expect("a plan").expect("one");
        let lines: Vec<_> = read.instalments.iter().map(|of| (of.due.to_string(), of.amount)).collect();
        assert_eq!(lines, [("2026-07-15".to_owned(), 1_200_000), ("2026-08-15".to_owned(), 800_000)]);
        let wrong = plan("2026-06-01", "2026-07-15 12,000.00\n15 August 800").expect_err("no day");
        assert!(wrong.text.en.contains("Line 2") && wrong.text.en.contains("15 August"), "{wrong:?}");
        assert!(plan("", "2026-07-15 1").is_err() && plan("", "").expect("none").is_none());
        assert_eq!([fen("1.234"), fen("-1"), fen("ten"), fen(".5"), fen("99999999999999999999")], [None; 5]);
    }
}
