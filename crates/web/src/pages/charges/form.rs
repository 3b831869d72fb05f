//! The form from which a bill is reckoned: its fields, the facts that it says, and the fields that facts fill.

use std::collections::BTreeMap;

use domain::{
    Fault, Severity, Text,
    charge::{Cause, Facts, Grant, Item, Paid},
};
use jiff::civil::Date;
use office::SHIP_TYPES;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{page::Form, say};

/// The measure by which customs reduces what it collects, where the form says that it was granted.
const CUSTOMS_MEASURE: &str = "18-customs-charges";
/// The cause that the measures of the form know.
const EPIDEMIC: &str = "epidemic";

/// Containers: size, direction and sort, each with its field.
const BOXES: [(i64, &str, &str); 12] = [
    (20, "import", "dry"),
    (40, "import", "dry"),
    (20, "export", "dry"),
    (40, "export", "dry"),
    (20, "import", "reefer"),
    (40, "import", "reefer"),
    (20, "export", "reefer"),
    (40, "export", "reefer"),
    (20, "import", "class1"),
    (40, "import", "class1"),
    (20, "export", "class1"),
    (40, "export", "class1"),
];
/// Containers in the yard: size and sort.
const YARD: [(i64, &str); 4] = [(20, "dry"), (40, "dry"), (20, "reefer"), (40, "reefer")];
const SIZES: [i64; 2] = [20, 40];
/// Cargo by the tonne.
const CARGO: [&str; 3] = ["import", "export", "oil"];

/// Charges of which the form asks what was paid already.
const PAID: [&str; 7] = [
    "cargo_dues",
    "construction_fee",
    "security_fee",
    "storage",
    "detention",
    "late_declaration_fee",
    "late_payment_interest",
];

fn paid_field(charge: &str) -> String {
    format!("paid.{charge}")
}

/// What a form says.
#[derive(Default)]
pub struct Read {
    pub facts: Facts,
    pub faults: Vec<Fault>,
    /// The field from which each item comes.
    origins: Vec<String>,
}

impl Read {
    /// Faults of facts, at the fields of the form.
    pub fn placed(&self, faults: &[Fault]) -> Vec<Fault> {
        let place = |location: &str| {
            let mut steps = location.trim_start_matches('/').split('/');
            match (steps.next().unwrap_or_default(), steps.next()) {
                ("items", Some(nth)) => {
                    let origin = nth.parse().ok().and_then(|nth: usize| self.origins.get(nth)).cloned();
                    let origin = origin.unwrap_or_default();
                    match location.rsplit('/').next() {
                        Some(end @ ("from" | "to")) => {
                            format!("{}.{end}", origin.split('.').next().unwrap_or_default())
                        }
                        _ => origin,
                    }
                }
                ("ship", Some("type")) => "ship_type".to_owned(),
                ("ship", Some(name)) | ("days", Some(name)) => name.to_owned(),
                ("items", None) => "box.20.import.dry".to_owned(),
                ("received", _) => "received".to_owned(),
                _ => location.to_owned(),
            }
        };
        faults.iter().map(|fault| Fault { location: place(&fault.location), ..fault.clone() }).collect()
    }

    fn number(&mut self, form: &Form, name: &str) -> Option<Decimal> {
        let typed = plain(form.get(name));
        if typed.is_empty() {
            return None;
        }
        match typed.parse::<Decimal>() {
            Ok(number) if !number.is_sign_negative() => Some(number).filter(|number| !number.is_zero()),
            _ => {
                self.faults.push(fault(
                    "PQ-CHARGE-004",
                    name,
                    Text::new("应填数字。", "A number is expected."),
                    Text::new("只填数字，小数用点。", "Give digits alone, with a point before decimals."),
                ));
                None
            }
        }
    }

    fn day(&mut self, form: &Form, name: &str) -> Option<Date> {
        let typed = form.get(name).trim();
        if typed.is_empty() {
            return None;
        }
        match typed.parse() {
            Ok(day) => Some(day),
            Err(_) => {
                self.faults.push(fault(
                    "PQ-CHARGE-007",
                    name,
                    Text::new("日期有误。", "This is no day."),
                    Text::new("形如 2020-03-01。", "Give it as 2020-03-01."),
                ));
                None
            }
        }
    }

    fn item(
        &mut self,
        origin: &str,
        kind: &str,
        quantity: Decimal,
        particulars: &[(&str, domain::Value)],
    ) -> &mut Item {
        let particulars: BTreeMap<String, domain::Value> =
            particulars.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.origins.push(origin.to_owned());
        self.facts.items.push(Item { kind: kind.to_owned(), quantity, particulars, ..Item::default() });
        let last = self.facts.items.len() - 1;
        &mut self.facts.items[last]
    }
}

/// A number as it is typed, full-width and with separators of thousands.
fn plain(typed: &str) -> String {
    let narrow = |letter: char| match letter {
        '０'..='９' => char::from_u32(letter as u32 - '０' as u32 + '0' as u32).unwrap_or(letter),
        '．' => '.',
        other => other,
    };
    typed.chars().map(narrow).filter(|letter| !letter.is_whitespace() && !matches!(letter, ',' | '，')).collect()
}

fn fault(code: &str, place: &str, text: Text, remedy: Text) -> Fault {
    Fault::new(Severity::Error, code, place, text, remedy)
}

/// The facts that a form says.
pub fn read(form: &Form) -> Read {
    let mut read = Read::default();
    read.facts.reference = form.get("call").trim().to_owned();
    if let Some(day) = read.day(form, "arrival") {
        read.facts.days.insert("arrival".to_owned(), day);
    }
    if !form.get("ship_type").is_empty() {
        read.facts.ship.insert("type".to_owned(), form.get("ship_type").into());
    }
    for name in ["net_tonnage", "length"] {
        if let Some(number) = read.number(form, name) {
            read.facts.ship.insert(name.to_owned(), domain::Value::Number(number));
        }
    }
    read_cargo(form, &mut read);
    read_yard(form, &mut read);
    read_services(form, &mut read);
    read_customs(form, &mut read);
    for charge in PAID {
        if let Some(amount) = read.number(form, &paid_field(charge)) {
            read.facts.paid.push(Paid { charge: charge.to_owned(), amount, on: None });
        }
    }
    read
}

fn read_cargo(form: &Form, read: &mut Read) {
    let trade: domain::Value = if form.get("trade") == "domestic" { "domestic".into() } else { "foreign".into() };
    for (size, direction, sort) in BOXES {
        let name = box_field(size, direction, sort);
        if let Some(quantity) = read.number(form, &name) {
            let mut particulars =
                vec![("size", size.into()), ("direction", direction.into()), ("trade", trade.clone())];
            match sort {
                "reefer" => particulars.push(("reefer", true.into())),
                "class1" => particulars.push(("dangerous_class", "1".into())),
                _ => {}
            }
            read.item(&name, "container", quantity, &particulars);
        }
    }
    for sort in CARGO {
        let name = format!("cargo.{sort}");
        if let Some(quantity) = read.number(form, &name) {
            let direction = if sort == "export" { "export" } else { "import" };
            let oil = [("persistent_oil", domain::Value::from(true))];
            let mut particulars = vec![("direction", direction.into()), ("trade", trade.clone())];
            particulars.extend(oil.into_iter().filter(|_| sort == "oil"));
            read.item(&name, "cargo", quantity, &particulars);
        }
    }
}

fn read_yard(form: &Form, read: &mut Read) {
    let (cause_from, cause_to) = (read.day(form, "cause.from"), read.day(form, "cause.to"));
    let causes: Vec<Cause> = (cause_from.is_some() || cause_to.is_some())
        .then(|| Cause { cause: EPIDEMIC.to_owned(), from: cause_from, to: cause_to, evidence: String::new() })
        .into_iter()
        .collect();
    let (from, to) = (read.day(form, "storage.from"), read.day(form, "storage.to"));
    for (size, sort) in YARD {
        let name = format!("storage.{size}.{sort}");
        if let Some(quantity) = read.number(form, &name) {
            let mut particulars = vec![("size", size.into()), ("reefer", (sort == "reefer").into())];
            if form.get("storage.epidemic") == "yes" {
                particulars.push(("epidemic_goods", true.into()));
            }
            let item = read.item(&name, "storage", quantity, &particulars);
            (item.from, item.to, item.causes) = (from, to, causes.clone());
        }
    }
    let (from, to) = (read.day(form, "detention.from"), read.day(form, "detention.to"));
    for size in SIZES {
        let name = format!("detention.{size}");
        if let Some(quantity) = read.number(form, &name) {
            let item = read.item(&name, "detention", quantity, &[("size", size.into())]);
            (item.from, item.to, item.causes) = (from, to, causes.clone());
        }
    }
}

fn read_services(form: &Form, read: &mut Read) {
    if form.get("emergency") == "yes" {
        read.item("emergency", "ship", Decimal::ONE, &[]);
    }
    if let Some(moves) = read.number(form, "pilotage") {
        read.item("pilotage", "pilotage", moves, &[]);
    }
    if let Some(tugs) = read.number(form, "tugs") {
        let hours = read.number(form, "hours").unwrap_or(Decimal::ONE);
        read.item("tugs", "tugs", tugs, &[("hours", domain::Value::Number(hours))]);
    }
    for (mode, size) in [("scan", 20), ("open", 20), ("open", 40)] {
        let name = if mode == "scan" { "inspection.scan".to_owned() } else { format!("inspection.open.{size}") };
        if let Some(quantity) = read.number(form, &name) {
            read.item(&name, "inspection", quantity, &[("mode", mode.into()), ("size", size.into())]);
        }
    }
}

fn read_customs(form: &Form, read: &mut Read) {
    let (cause_from, cause_to) = (read.day(form, "cause.from"), read.day(form, "cause.to"));
    let deferred = read.day(form, "tax.deferred");
    for kind in ["goods", "tax"] {
        let name = format!("{kind}.value");
        if let Some(value) = read.number(form, &name) {
            let days = (read.day(form, &format!("{kind}.from")), read.day(form, &format!("{kind}.to")));
            let item = read.item(&name, kind, Decimal::ONE, &[("value", domain::Value::Number(value))]);
            (item.from, item.to) = days;
            item.deferred_to = deferred.filter(|_| kind == "tax");
            if cause_from.is_some() || cause_to.is_some() {
                let cause =
                    Cause { cause: EPIDEMIC.to_owned(), from: cause_from, to: cause_to, evidence: String::new() };
                item.causes.push(cause);
            }
        }
    }
    if let Some(percent) = read.number(form, "granted") {
        let grant = Grant { measure: CUSTOMS_MEASURE.to_owned(), percent: Some(percent), decision: String::new() };
        read.facts.grants.push(grant);
    }
}

fn box_field(size: i64, direction: &str, sort: &str) -> String {
    format!("box.{size}.{direction}.{sort}")
}

/// The fields that facts fill: the other way of [`read`], as far as the form has fields.
pub fn pairs(facts: &Facts) -> Vec<(String, String)> {
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| pairs.push((name.to_owned(), value));
    if let Some(day) = facts.days.get("arrival") {
        put("arrival", day.to_string());
    }
    for (fact, name) in [("type", "ship_type"), ("net_tonnage", "net_tonnage"), ("length", "length")] {
        if let Some(value) = facts.ship.get(fact) {
            put(name, value.to_string());
        }
    }
    for item in &facts.items {
        let yes = |name: &str| item.particular(name).and_then(domain::Value::bool) == Some(true);
        let text = |name: &str| item.particular(name).map(ToString::to_string).unwrap_or_default();
        let size = if text("size") == "20" { 20 } else { 40 };
        let sort = match (yes("reefer"), text("dangerous_class").starts_with('1')) {
            (true, _) => "reefer",
            (_, true) => "class1",
            _ => "dry",
        };
        let field = match item.kind.as_str() {
            "container" => box_field(size, &text("direction"), sort),
            "cargo" if yes("persistent_oil") => "cargo.oil".to_owned(),
            "cargo" => format!("cargo.{}", text("direction")),
            "storage" => format!("storage.{size}.{}", if sort == "reefer" { "reefer" } else { "dry" }),
            "detention" => format!("detention.{size}"),
            "inspection" if text("mode") == "scan" => "inspection.scan".to_owned(),
            "inspection" => format!("inspection.open.{size}"),
            "goods" | "tax" => format!("{}.value", item.kind),
            other => other.to_owned(),
        };
        if text("trade") == "domestic" {
            put("trade", "domestic".to_owned());
        }
        if item.kind == "ship" {
            put("emergency", "yes".to_owned());
            continue;
        }
        if item.kind == "tugs" {
            put("hours", text("hours"));
        }
        if yes("epidemic_goods") {
            put("storage.epidemic", "yes".to_owned());
        }
        for (end, day) in [("from", item.from), ("to", item.to)] {
            if let Some(day) = day {
                put(&format!("{}.{end}", item.kind), day.to_string());
            }
        }
        if let Some(day) = item.deferred_to {
            put("tax.deferred", day.to_string());
        }
        if let Some(cause) = item.causes.first() {
            for (end, day) in [("cause.from", cause.from), ("cause.to", cause.to)] {
                if let Some(day) = day {
                    put(end, day.to_string());
                }
            }
        }
        let value = item.particular("value").and_then(domain::Value::number);
        *sums.entry(field).or_default() += value.unwrap_or(item.quantity);
    }
    if let Some(grant) = facts.grants.iter().find(|grant| grant.measure == CUSTOMS_MEASURE) {
        put("granted", grant.percent.unwrap_or(Decimal::ONE_HUNDRED).normalize().to_string());
    }
    for paid in &facts.paid {
        *sums.entry(paid_field(&paid.charge)).or_default() += paid.amount;
    }
    pairs.extend(sums.into_iter().map(|(name, sum)| (name, sum.normalize().to_string())));
    pairs
}

fn paid_label(charge: &str) -> Value {
    json!({"key": "charges-paid-of", "charge": say::key(&format!("charges-paid-{}", charge.replace('_', "-")))})
}

/// The sections of the form with what was typed and what is wrong.
pub fn sections(form: &Form, faults: &[Fault]) -> Vec<Value> {
    let field = |name: &str, kind: &str, label: Value| {
        let error = faults.iter().find(|fault| fault.location == name).map(|fault| say::text(&fault.text));
        json!({"name": name, "kind": kind, "label": label, "value": form.get(name), "error": error})
    };
    let number = |name: &str, key: &str| field(name, "number", say::key(key));
    let day = |name: &str, key: &str| field(name, "date", say::key(key));
    let types: Vec<Value> =
        SHIP_TYPES.iter().map(|(code, zh, en)| json!({"value": code, "label": {"zh": zh, "en": en}})).collect();
    let mut ship_type = field("ship_type", "choice", say::key("charges-ship-type"));
    ship_type["options"] = json!(types);
    let mut trade = field("trade", "choice", say::key("charges-trade"));
    trade["options"] = json!(
        ["foreign", "domestic"].map(|of| json!({"value": of, "label": say::key(&format!("charges-trade-{of}"))}))
    );
    if form.get("trade").is_empty() {
        trade["value"] = json!("foreign");
    }
    let labelled = |key: &str, size: i64, more: &[(&str, &str)]| {
        let mut label = json!({"key": key, "size": size});
        for (name, beginning_and_code) in more {
            label[*name] = say::key(beginning_and_code);
        }
        label
    };
    let boxes = BOXES.iter().map(|(size, direction, sort)| {
        let (of, kind) = (format!("charges-direction-{direction}"), format!("charges-sort-{sort}"));
        let label = labelled("charges-box", *size, &[("direction", of.as_str()), ("sort", kind.as_str())]);
        field(&box_field(*size, direction, sort), "number", label)
    });
    let yard = YARD.iter().map(|(size, sort)| {
        let kind = format!("charges-sort-{sort}");
        let label = labelled("charges-yard-box", *size, &[("sort", kind.as_str())]);
        field(&format!("storage.{size}.{sort}"), "number", label)
    });
    let out = SIZES.map(|size| field(&format!("detention.{size}"), "number", labelled("charges-out-box", size, &[])));
    let mut epidemic = field("storage.epidemic", "yesno", say::key("charges-epidemic-goods"));
    if form.get("storage.epidemic").is_empty() {
        epidemic["value"] = json!("no");
    }
    let mut emergency = field("emergency", "yesno", say::key("charges-emergency"));
    if form.get("emergency").is_empty() {
        emergency["value"] = json!("no");
    }
    let section = |key: &str, open: bool, fields: Vec<Value>| {
        let filled = fields.iter().any(|of| {
            of["kind"] != "yesno" && of["value"].as_str().is_some_and(|value| !value.is_empty())
                || !of["error"].is_null()
        });
        json!({"title": say::key(key), "open": open || filled, "fields": fields})
    };
    vec![
        section(
            "charges-section-ship",
            true,
            vec![
                day("arrival", "charges-arrival"),
                ship_type,
                number("net_tonnage", "charges-net-tonnage"),
                number("length", "charges-length"),
                trade,
            ],
        ),
        section("charges-section-containers", true, boxes.collect()),
        section(
            "charges-section-cargo",
            false,
            vec![
                number("cargo.import", "charges-cargo-import"),
                number("cargo.export", "charges-cargo-export"),
                number("cargo.oil", "charges-cargo-oil"),
            ],
        ),
        section(
            "charges-section-services",
            false,
            vec![
                number("pilotage", "charges-pilotage"),
                number("tugs", "charges-tugs"),
                number("hours", "charges-hours"),
                number("inspection.scan", "charges-scan"),
                number("inspection.open.20", "charges-open-20"),
                number("inspection.open.40", "charges-open-40"),
                emergency,
            ],
        ),
        section(
            "charges-section-storage",
            false,
            [day("storage.from", "charges-storage-from"), day("storage.to", "charges-storage-to")]
                .into_iter()
                .chain(yard)
                .chain([epidemic])
                .collect(),
        ),
        section(
            "charges-section-detention",
            false,
            [day("detention.from", "charges-detention-from"), day("detention.to", "charges-detention-to")]
                .into_iter()
                .chain(out)
                .collect(),
        ),
        section(
            "charges-section-customs",
            false,
            vec![
                number("goods.value", "charges-goods-value"),
                day("goods.from", "charges-goods-from"),
                day("goods.to", "charges-goods-to"),
                number("tax.value", "charges-tax-value"),
                day("tax.from", "charges-tax-from"),
                day("tax.to", "charges-tax-to"),
                day("tax.deferred", "charges-tax-deferred"),
                number("granted", "charges-granted"),
            ],
        ),
        section(
            "charges-section-cause",
            false,
            vec![day("cause.from", "charges-cause-from"), day("cause.to", "charges-cause-to")],
        ),
        section(
            "charges-section-paid",
            false,
            PAID.iter().map(|charge| field(&paid_field(charge), "number", paid_label(charge))).collect(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form { pairs: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect() }
    }

    #[test]
    fn facts_fill_the_form_from_which_they_were_read() {
        let typed = [
            ("arrival", "2020-03-01"),
            ("ship_type", "container"),
            ("box.20.import.dry", "2"),
            ("box.40.export.reefer", "1"),
            ("cargo.oil", "80000"),
            ("storage.from", "2020-03-01"),
            ("storage.to", "2020-03-20"),
            ("storage.40.dry", "3"),
            ("cause.from", "2020-03-10"),
            ("goods.value", "1000"),
            ("granted", "60"),
        ];
        let first = read(&form(&typed));
        assert!(first.faults.is_empty() && first.facts.items.len() == 5, "{:?}", first.facts);
        let filled = pairs(&first.facts);
        for (name, value) in typed {
            assert!(filled.contains(&(name.to_owned(), value.to_owned())), "{name}: {filled:?}");
        }
        let again = read(&Form { pairs: filled });
        assert_eq!(again.facts, first.facts);
    }

    #[test]
    fn a_fault_stands_at_its_field() {
        let wrong = read(&form(&[("box.20.import.dry", "two"), ("arrival", "tomorrow")]));
        let places: Vec<_> = wrong.faults.iter().map(|fault| fault.location.as_str()).collect();
        assert_eq!(places, ["arrival", "box.20.import.dry"]);
        let read = read(&form(&[("storage.20.dry", "1")]));
        let fault = fault("X", "/items/0/to", Text::default(), Text::default());
        assert_eq!(read.placed(&[fault])[0].location, "storage.to");
    }
}
