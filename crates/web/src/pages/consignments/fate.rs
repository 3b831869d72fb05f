//! What becomes of goods that nobody fetches: what is told of it, and what the reader may do.

use domain::{Fault, Instant, consignment::Consignment, ship_call::Party};
use office::{
    Actor,
    consignments::{ConsignmentAct, FoundConsignment},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    page::{Form, Page},
    pages::{
        declarations::view::{money, rows},
        given,
    },
    say,
};

/// The reason of a row by its ground.
pub fn ground(page: &Page, table: &str, ground: &str) -> Value {
    let office = &page.app.office;
    let asked = domain::Value::from([("ground", ground.into())]);
    let hit = office.profile.hit(table, office.now(), &asked);
    hit.map_or_else(|| json!(ground), |hit| say::text(&hit.reason()))
}

/// What is told: until when it is declared, that it is given up, sent back, sold, and how the sale was reckoned.
pub fn view(page: &Page, of: &Consignment, firm: &dyn Fn(&str) -> Value) -> Vec<Value> {
    let (profile, fate) = (&page.app.office.profile, &of.fate);
    let row =
        |key: &str, value: Value, small: Vec<Value>| json!({"name": say::key(key), "value": value, "small": small});
    let at = |at: Instant| json!({"key": "cargo-at", "at": {"at": at.0}});
    let mut rows = Vec::new();
    if let Some(limit) = fate.limit.as_ref().filter(|_| !fate.is_sealed()) {
        let late = limit.passed.then(|| say::key("cargo-undeclared-late"));
        let small = late.into_iter().chain([say::law(profile, &limit.law)]).collect();
        rows.push(row("cargo-limit-undeclared", at(limit.due), small));
    }
    if let Some(given) = &fate.abandoned {
        rows.push(row("cargo-state-abandoned", firm(&given.firm), vec![at(given.at)]));
    }
    if let Some(back) = fate.returns.last() {
        let state = match (back.decided, back.sent_at) {
            (_, Some(_)) => "cargo-state-returned",
            (None, _) => "cargo-return-asked",
            (Some((_, true)), _) => "cargo-return-granted",
            (Some((_, false)), _) => "cargo-return-refused",
        };
        let mut small = vec![say::key(state), say::law(profile, &back.law)];
        small.extend(back.firm.as_deref().map(firm));
        rows.push(row("cargo-return", ground(page, "return-grounds", &back.ground), small));
    }
    if let Some(sale) = &fate.sale {
        let small = vec![json!(sale.on.to_string()), say::law(profile, &sale.law)];
        rows.push(row("cargo-state-sold", ground(page, "sale-grounds", &sale.ground), small));
        rows.push(row("cargo-sale-proceeds", json!(money(sale.proceeds)), Vec::new()));
        rows.push(row("cargo-sale-costs", json!(money(-sale.costs)), Vec::new()));
        rows.push(row("cargo-sale-taxes", json!(money(-sale.taxes)), Vec::new()));
        let claim = match (&sale.limit, &sale.claimed, &sale.paid) {
            (_, _, Some((paid, reference))) => vec![say::key("cargo-sale-paid"), at(*paid), json!(reference)],
            (_, Some((claimed, by, _)), None) => vec![say::key("cargo-sale-claimed"), at(*claimed), firm(by)],
            (Some(limit), None, None) => {
                vec![json!({"key": "cargo-until-at", "at": {"at": limit.due.0}}), say::law(profile, &limit.law)]
            }
            (None, None, None) => vec![say::key("cargo-sale-treasury")],
        };
        rows.push(row("cargo-sale-left", json!(money(sale.left())), claim));
    }
    rows
}

/// What the reader may do.
pub fn codes(actor: &Actor, found: &FoundConsignment) -> Vec<&'static str> {
    let (of, fate) = (&found.consignment, &found.consignment.fate);
    let here = of.direction == "import" && of.arrived.is_some() && of.dropped_at.is_none() && !of.is_gone();
    let waits = fate.waits().map(|(what, _)| what);
    let mut codes = Vec::new();
    match &actor.party {
        Party::Firm(firm) => {
            let own = of.owns(firm);
            let free = here && !found.customs.may_go && !fate.is_sealed() && fate.asked().is_none();
            codes.extend((free && own).then_some("abandon"));
            codes.extend((free && of.concerns(firm)).then_some("ask-return"));
            let claims = fate
                .sale
                .as_ref()
                .is_some_and(|sale| sale.limit.as_ref().is_some_and(|of| !of.passed) && sale.claimed.is_none());
            codes.extend((claims && own).then_some("claim"));
        }
        Party::Organ(organ) if *organ == of.units.decides => {
            if waits == Some("return") {
                codes.extend(["grant-return", "refuse-return"]);
            }
            codes.extend((here && !fate.is_sealed() && fate.asked().is_none()).then_some("order-return"));
            let sells = here && !found.customs.may_go && fate.sale.is_none() && fate.sent_back().is_none();
            codes.extend(sells.then_some("sell"));
            codes.extend((waits == Some("payout")).then_some("pay-out"));
        }
        Party::Organ(organ) if *organ == of.units.terminal => {
            codes.extend((waits == Some("sending")).then_some("send-back"))
        }
        _ => {}
    }
    codes
}

/// The fields of an act.
pub fn fields(page: &Page, of: &Consignment, act: &str) -> Value {
    let why =
        || json!({"name": "words", "kind": "textarea", "label": say::key("cargo-why"), "required": true, "lines": 3});
    let grounds = |table: &str, by: Option<&str>| {
        let office = &page.app.office;
        let counts = |option: &Value| {
            let asked = domain::Value::from([("ground", option["value"].as_str().unwrap_or_default().into())]);
            let hit = office.profile.hit(table, office.now(), &asked);
            hit.is_some_and(|hit| by.map_or_else(|| of.fate.allows(hit.text("when")), |by| hit.text("by") == by))
        };
        let options: Vec<Value> = rows(page, table, "ground").into_iter().filter(counts).collect();
        json!({"name": "ground", "kind": "radios", "label": say::key("cargo-ground"), "options": options, "required": true})
    };
    let sum = |name: &str| json!({"name": name, "kind": "number", "label": say::key(&format!("cargo-sale-{name}")), "required": name == "proceeds"});
    match act {
        "abandon" => json!([why()]),
        "ask-return" => json!([grounds("return-grounds", Some("firm")), why()]),
        "order-return" => json!([grounds("return-grounds", Some("customs")), why()]),
        "sell" => {
            let on = json!({"name": "on", "kind": "date", "label": say::key("cargo-sale-on"), "required": true});
            json!([grounds("sale-grounds", None), on, sum("proceeds"), sum("costs"), sum("taxes")])
        }
        "claim" => {
            let left = of.fate.sale.as_ref().map_or(Decimal::ZERO, domain::consignment::Sale::left);
            let label = json!({"key": "cargo-claim-why", "amount": money(left)});
            json!([{"name": "words", "kind": "textarea", "label": label, "required": true, "lines": 3}])
        }
        "pay-out" => {
            json!([{"name": "reference", "kind": "text", "label": say::key("cargo-sale-reference"), "required": true, "width": "mid"}])
        }
        _ => json!([]),
    }
}

/// The act that a form asks for.
pub fn read(form: &Form) -> Result<ConsignmentAct, Fault> {
    let needed = |name: &str| match form.get(name).trim() {
        "" => Err(given::missing(name)),
        text => Ok(text.to_owned()),
    };
    let sum = |name: &str| domain::Value::Text(form.get(name).trim().to_owned());
    Ok(match form.get("act") {
        "abandon" => ConsignmentAct::Abandon { words: needed("words")? },
        "ask-return" => ConsignmentAct::AskReturn { ground: needed("ground")?, words: needed("words")? },
        "order-return" => ConsignmentAct::OrderReturn { ground: needed("ground")?, words: needed("words")? },
        "grant-return" => ConsignmentAct::DecideReturn { granted: true },
        "refuse-return" => ConsignmentAct::DecideReturn { granted: false },
        "send-back" => ConsignmentAct::SendBack,
        "sell" => ConsignmentAct::Sell {
            ground: needed("ground")?,
            on: needed("on")?.parse().map_err(|_| given::missing("on"))?,
            proceeds: domain::Value::Text(needed("proceeds")?),
            costs: sum("costs"),
            taxes: sum("taxes"),
        },
        "claim" => ConsignmentAct::Claim { words: needed("words")? },
        "pay-out" => ConsignmentAct::PayOut { reference: needed("reference")? },
        _ => return Err(given::missing("act")),
    })
}
