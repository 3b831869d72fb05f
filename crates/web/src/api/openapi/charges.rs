//! The part of the description that is about charges.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

/// Addresses of charges.
pub fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let list = json!({"type": "object", "properties": {"on": {"type": "string", "format": "date"},
        "charges": {"type": "array", "items": {"type": "object", "properties": {"charge": {"type": "object"}, "rows": {"type": "array", "items": {"type": "object"}}}}}}});
    let comparison = json!({"type": "object", "required": ["facts", "received"], "properties": {"facts": reference("BillFacts"),
        "received": {"type": "array", "items": {"type": "object", "required": ["charge", "amount"], "properties": {"charge": {"type": "string"}, "amount": amount()}}}}});
    let differences = json!({"type": "object", "properties": {"bill": reference("Bill"), "differences": {"type": "array", "items": {"type": "object"}}}});
    let stated = json!({"type": "object", "properties": {"stated": {"type": "array", "items": {"type": "object"}}, "facts": reference("BillFacts"),
        "estimate": {"anyOf": [reference("Bill"), {"type": "null"}]}, "faults": {"type": "array", "items": reference("Fault")}}});
    let version = json!({"type": "object", "properties": {"version": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}, "bill": reference("Bill")}});
    let savings = json!({"type": "object", "properties": {"savings": {"type": "array", "items": {"type": "object", "properties": {
        "firm": {"type": "string"}, "measure": {"type": "string"}, "month": {"type": "string"}, "currency": {"type": "string"},
        "amount": amount(), "bills": {"type": "integer"}}}}}});
    type Described<'d> = (&'d str, &'d str, &'d str, &'d str, Option<Value>, Value);
    let described: [Described<'_>; 10] = [
        (
            "/api/v1/charges",
            "get",
            "The published price list of a day, with every row and its law",
            "某日的公布价目表，每行附依据",
            None,
            list,
        ),
        (
            "/api/v1/charges/estimate",
            "post",
            "Reckon a bill from facts; nothing is stored",
            "按要素试算账单，不保存",
            Some(reference("BillFacts")),
            reference("Bill"),
        ),
        (
            "/api/v1/charges/compare",
            "post",
            "Hold a bill that was received against the price list; nothing is stored",
            "将收到的账单与价目表比对，不保存",
            Some(comparison),
            differences,
        ),
        (
            "/api/v1/calls/{number}/bill",
            "get",
            "A call's bill: every version that was stated, or an estimate",
            "航次账单：历次出具的版本，或试算",
            None,
            stated,
        ),
        (
            "/api/v1/calls/{number}/bill",
            "put",
            "State the bill of a call (port group)",
            "出具航次账单（港口集团）",
            Some(reference("BillFacts")),
            version,
        ),
        (
            "/api/v1/resumption",
            "get",
            "This week's questions on the resumption of work, and what the answer begins with",
            "本周复工复产登记的问题及预填内容",
            None,
            json!({"type": "object"}),
        ),
        (
            "/api/v1/resumption",
            "put",
            "Answer for this week, or correct the answer",
            "填报或更正本周复工复产登记",
            Some(reference("ResumptionAnswer")),
            json!({"type": "object", "properties": {"version": {"type": "integer"}, "problems": {"type": "array", "items": {"type": "string"}}}}),
        ),
        (
            "/api/v1/resumption/figures",
            "get",
            "Figures of the last complete week; cells of few firms are null",
            "上一完整周的公开数据，企业过少的为空",
            None,
            json!({"type": "object"}),
        ),
        (
            "/api/v1/priorities",
            "get",
            "Who went before whom in the queues: by which priority, by whose approval; `from` and `until` are days",
            "队列中谁先于谁办理：依何种优先、由谁批准；`from`、`until` 为日期",
            None,
            json!({"type": "object"}),
        ),
        (
            "/api/v1/savings",
            "get",
            "What measures saved, by month, measure and firm",
            "各项措施为企业减免的金额，按月、措施、企业",
            None,
            savings,
        ),
    ];
    for (path, method, summary, zh, body, schema) in described {
        let body = body.map(|schema| (JSON, schema));
        add(&Address { path, method, summary, zh, body, gives: ("200", JSON, schema) });
    }
}

fn amount() -> Value {
    json!({"type": ["string", "number"], "description": "A decimal; written as text."})
}

/// Schemas of charges.
pub fn schemas(all: &mut Map<String, Value>) {
    let text = || json!({"type": "string"});
    let day = || json!({"type": "string", "format": "date"});
    let kinds: Vec<&str> = domain::charge::ITEM_KINDS.iter().map(|(kind, _)| *kind).collect();
    let cause = json!({"type": "object", "required": ["cause"], "properties": {"cause": text(), "from": day(), "to": day(), "evidence": text()}});
    let item = json!({"type": "object", "required": ["kind"], "properties": {
        "kind": {"enum": kinds}, "name": text(), "quantity": amount(), "from": day(), "to": day(),
        "particulars": {"type": "object", "description": "size, direction, trade, reefer, dangerous_class, epidemic_goods, persistent_oil, hours, mode, value"},
        "causes": {"type": "array", "items": cause}}});
    all.insert("BillFacts".to_owned(), json!({"type": "object", "required": ["items"], "properties": {
        "reference": text(), "firm": text(), "on": day(),
        "days": {"type": "object", "properties": {"arrival": day()}},
        "ship": {"type": "object", "properties": {"type": text(), "net_tonnage": {"type": "number"}, "length": {"type": "number"}}},
        "items": {"type": "array", "items": item},
        "grants": {"type": "array", "items": {"type": "object", "required": ["measure"], "properties": {"measure": text(), "percent": amount(), "decision": text()}}},
        "paid": {"type": "array", "items": {"type": "object", "required": ["charge", "amount"], "properties": {"charge": text(), "amount": amount(), "on": day()}}},
        "relieved": {"type": "array", "items": {"type": "object", "required": ["charge", "measure", "row", "amount", "on"],
            "properties": {"charge": text(), "measure": text(), "row": text(), "amount": amount(), "on": day()}}}}}));
    all.insert(
        "ResumptionAnswer".to_owned(),
        json!({"type": "object", "properties": {
        "link": text(), "sector": text(), "numbers": {"type": "object", "additionalProperties": {"type": "integer"}},
        "needs": {"type": "array", "items": text()}, "words": text()}}),
    );
    let line = json!({"type": "object", "properties": {
        "kind": {"enum": ["charge", "relief", "threshold", "cap"]}, "charge": text(), "name": {"type": "object"}, "item": {"type": "integer"},
        "from": day(), "to": day(), "factors": {"type": "array", "items": {"type": "object"}}, "unit": text(), "amount": amount(),
        "currency": text(), "measure": text(), "rule": {"type": "object"}, "law": text(), "reason": {"type": "object"}, "sample": {"type": "boolean"}}});
    all.insert(
        "Bill".to_owned(),
        json!({"type": "object", "properties": {
        "reference": text(), "firm": text(), "lines": {"type": "array", "items": line},
        "settlements": {"type": "array", "items": {"type": "object"}}, "totals": {"type": "object"},
        "unpriced": {"type": "array", "items": {"type": "integer"}}, "sample": {"type": "boolean"}}}),
    );
}
