//! What the pages of declarations show.

use std::collections::BTreeMap;

use domain::{
    Text,
    declaration::{Answer, Declaration, Entry, Inspection, Line, Paper, Record, evidence_rank, form, model},
    matter::Party,
    profile::Profile,
    reference,
};
use office::{Actor, CURRENCY, Declared, Error};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use store::Stored;

use crate::{
    notices::declaration_limit,
    page::{Failure, Page},
    pages::{charges::line_view, preferring},
    say,
};

/// True for an officer of customs.
pub fn is_customs(actor: &Actor) -> bool {
    matches!(&actor.party, Party::Organ(organ) if organ == "customs")
}

/// The state of a declaration with its tone.
pub fn state(code: &str) -> Value {
    let tone = match code {
        "cleared" | "exited" => "ok",
        "parked" | "released" | "received" | "accepted" | "documents" | "requested" => "wait",
        "inspection" | "held" | "revoked" | "rejected" => "stop",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("decl-state-{code}")))
}

/// A declaration in a list.
pub fn line(stored: &Stored, firms: &BTreeMap<String, Text>) -> Value {
    let row = &stored.row;
    json!({
        "href": format!("/declarations/{}", row.number), "number": row.number, "reference": row.subject_key,
        "firm": firms.get(&row.firm).map_or_else(|| json!(row.firm), say::text), "mode": mode(&row.place),
        "items": row.title, "state": state(&row.state), "holder": holder(&row.holder), "until": row.due_at,
        "lodged": row.opened_at, "since": null, "claim": null, "priority": null,
    })
}

/// The modes that have words; another that a table brings is called by its code.
const MODES: [&str; 17] = [
    "on_arrival",
    "advance",
    "advance_aggregate",
    "two_step",
    "aggregate",
    "guaranteed",
    "register_first",
    "simplified",
    "simplified_advance",
    "supplementary",
    "bonded",
    "bonded_out",
    "bulk",
    "bulk_test",
    "transfer",
    "relay",
    "transhipment",
];

/// The name of a mode.
pub fn mode(code: &str) -> Value {
    if MODES.contains(&code) { say::key(&format!("decl-mode-{}", code.replace('_', "-"))) } else { json!(code) }
}

fn holder(code: &str) -> Value {
    if code.is_empty() { json!(null) } else { say::key(&format!("decl-holder-{code}")) }
}

/// The name of a paper or a reason, from the table of kinds.
pub fn kind(page: &Page, of: &str, code: &str) -> Value {
    let office = &page.app.office;
    let asked = domain::Value::from([("of", of.into()), ("code", code.into())]);
    let hit = office.profile.hit("declaration-kinds", office.now(), &asked);
    hit.map_or_else(|| json!(code), |hit| say::text(&hit.reason()))
}

/// The codes of a kind that count today, as options.
pub fn kinds(page: &Page, of: &str) -> Vec<Value> {
    let office = &page.app.office;
    let known = |code: &String| {
        let asked = domain::Value::from([("of", of.into()), ("code", code.as_str().into())]);
        office.profile.hit("declaration-kinds", office.now(), &asked).is_some()
    };
    let codes = office.profile.codes("declaration-kinds", "code").into_iter().filter(known);
    codes.map(|code| json!({"value": code, "label": kind(page, of, &code)})).collect()
}

/// The choices that a table of one input lists today, each by its reason.
pub fn rows(page: &Page, table: &str, input: &str) -> Vec<Value> {
    let codes = page.app.office.profile.codes(table, input).into_iter();
    codes.filter_map(|code| Some(json!({"value": code, "label": row(page, table, input, &code)?}))).collect()
}

fn row(page: &Page, table: &str, input: &str, code: &str) -> Option<Value> {
    let office = &page.app.office;
    let asked = domain::Value::from([(input, code.into())]);
    Some(say::text(&office.profile.hit(table, office.now(), &asked)?.reason()))
}

/// An inspection: who is there, and each look with what it found.
async fn inspection(page: &Page, found: &Declared, of: &Inspection) -> Result<Value, Failure> {
    let profile = &page.app.office.profile;
    let named = |table: &str, input: &str, code: &str| row(page, table, input, code).unwrap_or_else(|| json!(code));
    let mut looks = Vec::new();
    for look in &of.looks {
        let result = match &look.result {
            None => json!(null),
            Some(result) => {
                let words = match &result.words {
                    Some(document) => json!(words_of(page, found, document).await?),
                    None => json!(null),
                };
                json!({
                    "say": named("inspection-results", "found", &result.found), "at": result.at.0, "words": words,
                    "law": say::law(profile, &result.law),
                    "bears": say::key(&format!("decl-bears-{}", result.bears)), "papers": papers(page, found, &result.papers),
                })
            }
        };
        looks.push(json!({
            "method": named("inspection-methods", "method", &look.method), "place": look.place, "from": look.from.0,
            "until": look.until.0, "law": say::law(profile, &look.law), "result": result,
            "cost": look.cost.as_ref().map(|cost| json!({
                "due": money(cost.due), "listed": (cost.listed != cost.due).then(|| money(cost.listed)), "currency": cost.currency, "lines": cost.lines,
            })),
        }));
    }
    let attendance = of.attendance.as_ref().map(|of| {
        json!({"say": named("inspection-attendance", "how", &of.how), "at": of.at.0, "law": say::law(profile, &of.law)})
    });
    Ok(json!({"attendance": attendance, "looks": looks}))
}

/// Papers with their addresses; evidence in the order in which it counts.
fn papers(page: &Page, found: &Declared, papers: &[Paper]) -> Vec<Value> {
    let office = &page.app.office;
    let mut sorted: Vec<&Paper> = papers.iter().collect();
    sorted.sort_by_key(|paper| evidence_rank(&office.profile, &paper.code, office.now()).unwrap_or(i64::MAX));
    let number = &found.declaration.number;
    let href = |paper: &Paper| format!("/declarations/{number}/papers/{}", paper.document);
    sorted.into_iter().map(|paper| json!({"href": href(paper), "say": kind(page, "paper", &paper.code)})).collect()
}

/// Kilograms with their unit.
fn weight(kilograms: Decimal) -> String {
    format!("{} kg", kilograms.normalize())
}

/// Money with its thousands apart.
pub fn money(amount: Decimal) -> String {
    let text = format!("{:.2}", amount.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut out = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        if nth > 0 && (whole.len() - nth).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    format!("{sign}{out}.{cents}")
}

/// A declaration: what holds it, what is asked, items, tax line by line, guarantee, papers, journal. Who only delivers the goods sees
/// its number and whether they may go.
pub async fn show(page: &Page, found: &Declared) -> Result<Value, Failure> {
    let office = &page.app.office;
    let (actor, declaration) = (page.actor()?, &found.declaration);
    let reads = actor.reads_declaration(declaration);
    let mut view = json!({
        "number": declaration.number, "state": state(declaration.status().code()), "may_go": declaration.may_go(),
        "holding": holding(page, found, reads).await?, "reads": reads, "claim": null, "facts": [], "items": [],
        "asked": [], "tax": null, "guarantee": null, "journal": [], "trace": null, "erased": false, "amends": false,
        "stuck": null, "owed": [], "told": [], "parked": [], "joint": joint(page, found).await?, "yard": null,
    });
    if !reads {
        view["yard"] = yard(page, declaration);
        return Ok(view);
    }
    let profile = &office.profile;
    let firms = office.names_of(vec![declaration.firm.clone()]).await?;
    let firm = firms.get(&declaration.firm).map_or_else(|| json!(declaration.firm), say::text);
    let mut facts = vec![
        json!({"name": say::key("decl-firm"), "value": firm}),
        json!({"name": say::key("decl-reference"), "value": declaration.reference}),
    ];
    if declaration.is_lodged() {
        facts.extend(particulars(profile, declaration));
    }
    if let Some(selected) = &declaration.selected {
        let channel = say::key(&format!("decl-channel-{}", selected.channel));
        facts.push(json!({"name": say::key("decl-channel"), "value": channel}));
    }
    if let Some(of) = &declaration.survey {
        let stands = if of.stands { "decl-surveyed-stands" } else { "decl-surveyed-instead" };
        let mut small = vec![json!({"key": stands, "weight": weight(of.declared)}), say::law(profile, &of.law)];
        if let Some(document) = &of.words {
            small.push(json!(words_of(page, found, document).await?));
        }
        facts.push(json!({"name": say::key("decl-surveyed"), "value": weight(of.found), "small": small}));
    }
    for drawn in declaration.drawn() {
        let value = format!("{} {}", drawn.kind, drawn.number);
        let (unit, quantity) =
            (say::key(&format!("licence-unit-{}", drawn.unit)), drawn.quantity.normalize().to_string());
        let drawn = json!({"key": "decl-drawn", "quantity": quantity, "unit": unit});
        facts.push(json!({"name": say::key("decl-draws"), "value": value, "small": drawn}));
    }
    match office.declared(actor, found).await {
        Ok(declared) if declaration.is_lodged() => {
            facts.extend(stated(&declared, &declaration.direction));
            view["items"] = json!(items(declaration, &declared));
        }
        Ok(_) => {}
        Err(Error::Gone(_)) => view["erased"] = json!(true),
        Err(other) => return Err(other.into()),
    }
    view["told"] = json!(preferring::told(page, actor, found.id, declaration.preference()).await?);
    view["facts"] = json!(facts);
    view["asked"] = json!(asked(page, found).await?);
    view["parked"] = declaration
        .parked
        .iter()
        .map(|of| json!({"say": say::key(&format!("decl-parked-{}", of.wants)), "changes": of.changes.len()}))
        .collect();
    view["tax"] = tax(profile, declaration);
    view["owed"] = declaration
        .owed
        .iter()
        .map(|(what, limit)| {
            json!({
                "say": declaration_limit(profile, what, office.now()), "until": limit.due.0, "late": limit.passed,
                "law": say::law(profile, &limit.law),
            })
        })
        .collect();
    view["guarantee"] = json!(declaration.secured.as_ref().map(|of| json!({
        "account": of.account, "amount": money(of.amount), "at": of.at.0, "freed": of.freed_at.map(|at| at.0),
    })));
    let customs = is_customs(actor);
    let journal = office.declaration_journal(actor, found).await?;
    view["journal"] = journal.iter().rev().map(|record| entry(profile, &firm, record, customs)).collect();
    if customs {
        let waits = declaration.holder() == "customs";
        if waits {
            let claim = office.declaration_claim(actor, found).await?;
            view["claim"] = json!({
                "who": claim.as_ref().map(|claim| &claim.who), "until": claim.as_ref().map(|claim| claim.until.0),
                "mine": claim.is_some_and(|claim| claim.who == actor.person),
                "claim": format!("/declarations/{}/claim/claim", declaration.number),
                "release": format!("/declarations/{}/claim/release", declaration.number),
            });
        }
        view["trace"] = json!(declaration.selected.as_ref().map(|selected| json!({
            "row": selected.rule.row, "table": selected.rule.table, "version": selected.rule.hash.get(..12),
            "seed": selected.seed.to_string(), "share": selected.seed % 100,
        })));
    } else {
        view["amends"] = json!(
            declaration.is_lodged()
                && declaration.ended.is_none()
                && declaration.exited_at.is_none()
                && declaration.pending().is_none()
        );
        view["stuck"] = json!(format!("/report?declaration={}", declaration.number));
    }
    Ok(view)
}

/// What the yard moves for a look that is appointed, and who is there for the declarant.
fn yard(page: &Page, declaration: &Declaration) -> Value {
    let named = |table: &str, input: &str, code: &str| row(page, table, input, code).unwrap_or_else(|| json!(code));
    let attendance = declaration.inspection().and_then(|of| of.attendance.as_ref());
    json!(declaration.next_look().map(|look| json!({
        "method": named("inspection-methods", "method", &look.method), "place": look.place, "from": look.from.0, "until": look.until.0,
        "attendance": attendance.map(|of| named("inspection-attendance", "how", &of.how)),
    })))
}

/// The joint inspections of its goods: which, when, and whether everybody has accepted.
async fn joint(page: &Page, found: &Declared) -> Result<Value, Failure> {
    let office = &page.app.office;
    let profile = &office.profile;
    let looks = office.looks_of_declaration(page.actor()?, &found.declaration.number).await?;
    let look = |of: &domain::consignment::Consignment| {
        let standing = of.joint.appointment.as_ref();
        let agreed = of.joint.agreed(&of.units.terminal).is_some();
        json!({
            "href": format!("/consignments/{}", of.number), "bill": of.told.bill(),
            "who": of.joint.wants.keys().map(|organ| say::unit(profile, organ)).collect::<Vec<_>>(),
            "from": standing.map(|of| of.from.0), "until": standing.map(|of| of.until.0), "agreed": agreed,
        })
    };
    Ok(json!(looks.iter().map(look).collect::<Vec<_>>()))
}

/// What is said of a declaration by its own entries.
fn particulars(profile: &Profile, declaration: &Declaration) -> Vec<Value> {
    vec![
        json!({"name": say::key("decl-direction"), "value": say::key(&format!("decl-{}", declaration.direction))}),
        json!({"name": say::key("decl-mode"), "value": mode(&declaration.mode.code), "small": say::law(profile, &declaration.mode.law)}),
        json!({"name": say::key("decl-edition"), "value": declaration.edition.to_string()}),
    ]
}

/// One line on top: what is holding it, for whom it waits, until when.
async fn holding(page: &Page, found: &Declared, reads: bool) -> Result<Value, Failure> {
    let declaration = &found.declaration;
    let status = declaration.status().code();
    let until = declaration.clocks().into_iter().map(|(_, due)| due.0).min();
    let mut small = Vec::new();
    if reads {
        for measure in declaration.open_measures() {
            if !measure.papers.is_empty() {
                let papers: Vec<Value> = measure.papers.iter().map(|code| kind(page, "paper", code)).collect();
                small.push(json!(papers));
            }
            if let Some(words) = &measure.words {
                small.push(json!(words_of(page, found, words).await?));
            }
        }
        let balance = declaration.balance();
        if balance > Decimal::ZERO && declaration.ended.is_none() {
            small.push(json!({"key": "decl-to-pay", "amount": money(balance), "currency": CURRENCY}));
        }
    }
    let key = match (status, declaration.holder()) {
        ("documents", "customs") => "decl-holding-answered".to_owned(),
        ("accepted", "customs") => "decl-holding-deciding".to_owned(),
        _ => format!("decl-holding-{status}"),
    };
    let stop = matches!(status, "inspection" | "held" | "revoked" | "rejected") || !declaration.breaches.is_empty();
    Ok(json!({
        "say": say::key(&key), "until": if reads { json!(until) } else { json!(null) }, "small": small,
        "tone": match (stop, status) { (true, _) => "stop", (false, "cleared") => "ok", _ => "" },
    }))
}

async fn words_of(page: &Page, found: &Declared, document: &str) -> Result<String, Failure> {
    match page.app.office.declaration_words(page.actor()?, found, document).await {
        Ok(words) => Ok(words),
        Err(Error::Gone(_) | Error::NotFound) => Ok(String::new()),
        Err(other) => Err(other.into()),
    }
}

/// What the declaration says of itself.
fn stated(declared: &model::Declaration, direction: &str) -> Vec<Value> {
    let content = form::form(declared, direction);
    let shown = |name: &str| {
        let field = form::FIELDS.iter().find(|field| field.name == name)?;
        let text = content.get(name).to_string();
        (!text.is_empty()).then(|| json!({"name": say::text(&field.label()), "value": text}))
    };
    ["partner", "bill", "invoice", "terms", "completes", "currency", "rate"].into_iter().filter_map(shown).collect()
}

/// The grid of items: what each is by the list of commodities, and what it is worth here.
fn items(declaration: &Declaration, declared: &model::Declaration) -> Vec<Value> {
    let content = form::form(declared, &declaration.direction);
    let rows = content.get("items").list();
    let item = |item: &domain::declaration::Item, nth: usize| {
        let row = rows.get(nth).cloned().unwrap_or_default();
        let text = |name: &str| row.get(name).to_string();
        let licence = [text("licence_type"), text("licence")].join(" ").trim().to_owned();
        json!({
            "n": item.sequence, "code": item.code,
            "named": reference::commodity(&item.code).map(|of| say::text(&of.said())),
            "description": text("description"), "origin": if item.origin.is_empty() { json!("") } else { say::country(&item.origin) },
            "value": money(item.value), "net": text("net"), "gross": text("gross"), "packages": text("packages"), "licence": licence,
        })
    };
    declaration.items.iter().enumerate().map(|(nth, of)| item(of, nth)).collect()
}

/// What was wanted and what was answered, oldest first.
async fn asked(page: &Page, found: &Declared) -> Result<Vec<Value>, Failure> {
    let mut asked = Vec::new();
    for measure in &found.declaration.measures {
        let papers: Vec<Value> = measure.papers.iter().map(|code| kind(page, "paper", code)).collect();
        let words = match &measure.words {
            Some(document) => json!(words_of(page, found, document).await?),
            None => json!(null),
        };
        let mut answers = Vec::new();
        for answer in &measure.answers {
            answers.push(answered(page, found, answer).await?);
        }
        asked.push(json!({
            "say": say::key(&format!("decl-measure-{}", measure.kind)), "at": measure.at.0, "until": measure.limit.map(|at| at.0),
            "settled": measure.settled_at.map(|at| at.0), "papers": papers, "words": words, "answers": answers,
            "inspection": if measure.kind == "inspection" { inspection(page, found, &measure.inspection).await? } else { json!(null) },
        }));
    }
    Ok(asked)
}

async fn answered(page: &Page, found: &Declared, answer: &Answer) -> Result<Value, Failure> {
    let words = match &answer.words {
        Some(document) => json!(words_of(page, found, document).await?),
        None => json!(null),
    };
    let papers = papers(page, found, &answer.papers);
    Ok(json!({"at": answer.at.0, "words": words, "papers": papers}))
}

/// The bill, line by line.
fn tax(profile: &Profile, declaration: &Declaration) -> Value {
    let Some(assessment) = declaration.assessment() else { return json!(null) };
    let amount = |of: Option<Decimal>| of.map(money);
    let line = |line: &Line| {
        let percent = line.rate.map(|rate| format!("{}%", rate.normalize()));
        json!({
            "item": line.item, "kind": duty(&line.kind), "base": amount(line.base), "rate": percent, "deducted": amount(line.deducted),
            "amount": amount(line.payable.or(line.assessed)), "law": say::law(profile, &line.law), "row": profile.reason_of("duty-rates", &line.row).map(|reason| say::text(&reason)),
        })
    };
    let payments = declaration.payments.iter();
    let payments = payments.map(|of| json!({"at": of.at.0, "amount": money(of.amount), "reference": of.reference, "on": of.on.map(|on| on.to_string())}));
    let balance = declaration.balance();
    let late = declaration.surcharges.iter().flat_map(|of| &of.lines).filter(|line| !line.amount.is_zero());
    json!({
        "at": assessment.at.0, "lines": assessment.lines.iter().map(line).collect::<Vec<_>>(),
        "late": late.map(|line| line_view(profile, line, "")).collect::<Vec<_>>(), "total": money(declaration.due()),
        "back": balance < Decimal::ZERO, "reference": (balance > Decimal::ZERO).then(|| declaration.payment_reference()), "paid": money(declaration.paid()),
        "balance": money(balance.abs()), "currency": CURRENCY, "payments": payments.collect::<Vec<_>>(),
        "until": declaration.payment_limit().map(|limit| json!({
            "at": limit.due.0, "law": say::law(profile, &limit.law), "late": limit.passed,
        })),
        "deferred": declaration.deferred.as_ref().map(|of| json!({
            "application": of.application, "until": of.until.0, "law": say::law(profile, &of.law),
            "before": of.before.as_ref().map(|limit| limit.due.0),
        })),
    })
}

fn duty(code: &str) -> Value {
    match code {
        "duty" | "vat" | "excise" => say::key(&format!("decl-tax-{code}")),
        other => json!(other),
    }
}

/// An entry of the journal. What risk looked at is told to customs alone.
fn entry(profile: &Profile, firm: &Value, record: &Record, customs: bool) -> Value {
    let kind = domain::matter::Entry::kind(&record.entry).replace(['.', '_'], "-");
    let small = match &record.entry {
        Entry::Selected(selected) if customs => {
            json!([say::key(&format!("decl-channel-{}", selected.channel)), selected.rule.row,])
        }
        Entry::Selected(selected) => say::key(&format!("decl-channel-{}", selected.channel)),
        Entry::Ordered { kind, .. } | Entry::Settled { kind, .. } => say::key(&format!("decl-measure-{kind}")),
        Entry::Planned { place, from, .. } => json!([place, {"at": from.0}]),
        Entry::Paid { amount, reference, .. } => json!([money(amount.abs()), reference]),
        Entry::Secured { account, amount, .. } => json!([money(*amount), account]),
        Entry::Assessed { lines, .. } => json!(money(domain::declaration::total(lines))),
        Entry::Surcharged { surcharge, .. } => {
            json!([say::key(&format!("decl-{}", surcharge.charge.replace('_', "-"))), money(surcharge.amount())])
        }
        Entry::Relieved(relief) => {
            json!([say::text(&profile.register.title(&relief.grant.measure)), relief.grant.decision])
        }
        Entry::ReliefEnded { decision } => json!(decision),
        Entry::Entered { on } => json!(on.to_string()),
        Entry::Short { amount } | Entry::Reminded { amount } => json!(money(*amount)),
        Entry::Parked(parked) => json!([say::key(&format!("decl-parked-{}", parked.wants)), parked.reference]),
        Entry::Unparked { reference, fits } => {
            json!([reference, say::key(if *fits { "decl-unparked-fits" } else { "decl-unparked-not" })])
        }
        Entry::Asked { reference, .. } => json!(reference),
        Entry::Completed { what } => declaration_limit(profile, what, record.at),
        Entry::Surveyed(of) => {
            json!([weight(of.found), {"key": "decl-surveyed-declared", "weight": weight(of.declared)}])
        }
        Entry::PriorityGranted { priority, .. } => {
            json!([say::text(&priority.reason), say::law(profile, &priority.law)])
        }
        Entry::PutOff(of) => json!([of.application, {"key": "decl-put-off-until", "at": {"at": of.until.0}}]),
        Entry::DueAgain { application } => json!(application),
        Entry::Passed { name, due } => json!([
            declaration_limit(profile, name, record.at), {"key": "entry-passed-due", "at": {"at": due.0}},
        ]),
        _ => json!(null),
    };
    let key = match &record.entry {
        Entry::Asked { invalidation: true, .. } => "decl-entry-declaration-asked-back".to_owned(),
        Entry::Paid { amount, .. } if amount.is_sign_negative() => "decl-entry-tax-paid-back".to_owned(),
        _ => format!("decl-entry-{kind}"),
    };
    json!({"at": record.at.0, "say": {"key": key, "who": who(profile, firm, &record.party)}, "small": small})
}

fn who(profile: &Profile, firm: &Value, party: &str) -> Value {
    match party.split_once(':') {
        Some(("organ", code)) => say::unit(profile, code),
        Some(("firm", _)) => firm.clone(),
        _ => say::unit(profile, "clock"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_told_with_its_thousands() {
        let told = |cents: i64| money(Decimal::new(cents, 2));
        assert_eq!(
            [told(0), told(-5), told(100_000), told(-123_456_789)],
            ["0.00", "-0.05", "1,000.00", "-1,234,567.89"]
        );
    }
}
