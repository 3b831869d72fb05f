//! Applications under a measure in the description.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let applications = "/api/v1/applications";
    add(&Address {
        path: applications,
        method: "get",
        summary: "Applications under measures within reach, newest first; mine=true: what waits for the caller's unit",
        zh: "可见范围内的措施申请，新的在前；mine=true 只看待本单位办理",
        body: None,
        gives: ("200", JSON, reference("Applications")),
    });
    add(&Address {
        path: applications,
        method: "post",
        summary: "Apply under a measure; with firm, an organ records relief that applied without a claim",
        zh: "申请措施；带 firm 时由机关登记自动减免",
        body: Some((JSON, reference("NewApplication"))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/applications/{number}",
        method: "get",
        summary: "An application: where it stands, what was decided by which row, what was written",
        zh: "措施申请：状态、依据哪一行决定、所写内容",
        body: None,
        gives: ("200", JSON, reference("Application")),
    });
    add(&Address {
        path: "/api/v1/applications/{number}/acts",
        method: "post",
        summary: "An act: ask, answer, grant, refuse, withdraw, appeal, decide_appeal, revoke, pay_instalment",
        zh: "操作：要求补正、答复、批准、不予批准、撤回、申诉、处理申诉、收回、登记分期缴款",
        body: Some((JSON, reference("ApplicationAct"))),
        gives: ("201", JSON, reference("Done")),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let object = || json!({"type": "object"});
    let list = |of: Value| json!({"type": "array", "items": of});
    let whole = || json!({"type": ["integer", "null"], "minimum": 0});
    all.insert(
        "NewApplication".to_owned(),
        json!({"type": "object", "required": ["measure"], "properties": {
        "measure": string(), "on": {"type": "string", "format": "date"}, "facts": object(), "about": string(), "words": string(),
        "papers": list(json!({"type": "object", "required": ["code", "name", "content"], "properties": {
            "code": string(), "name": string(), "content": {"type": "string", "contentEncoding": "base64"}}})),
        "firm": string(), "saved": whole(), "hours": whole()}}),
    );
    all.insert(
        "Applications".to_owned(),
        json!({"type": "object", "properties": {"next": {"type": ["string", "null"]},
        "applications": list(json!({"type": "object", "properties": {
            "number": string(), "measure": string(), "firm": string(), "state": string(), "holder": string(), "filed": string(),
            "until": {"type": ["string", "null"]}}}))}}),
    );
    all.insert(
        "Application".to_owned(),
        json!({"type": "object", "properties": {
        "status": {"enum": ["filed", "asked", "granted", "applied", "refused", "appealed", "revoked", "withdrawn", "lapsed"]},
        "holder": string(), "application": object(), "words": object()}}),
    );
    let day = || json!({"type": "string", "format": "date"});
    all.insert(
        "PaymentPlan".to_owned(),
        json!({"type": "object", "required": ["billed", "instalments"], "properties": {
        "billed": day(), "instalments": list(json!({"type": "object", "required": ["amount", "due"], "properties": {
            "amount": {"type": "integer", "minimum": 1}, "due": day()}}))}}),
    );
    let act = |name: &str, properties: Value| {
        let mut properties = properties;
        properties["act"] = json!({"const": name});
        json!({"type": "object", "required": ["act"], "properties": properties})
    };
    let words = || json!({"words": string()});
    all.insert(
        "ApplicationAct".to_owned(),
        json!({"oneOf": [
            act("ask", words()), act("answer", words()), act("appeal", words()), act("withdraw", json!({})),
            act("grant", json!({"words": string(), "law": string(), "saved": whole(), "hours": whole(), "until": string(), "percent": {"type": "integer", "minimum": 1, "maximum": 100}, "person": string(), "plan": reference("PaymentPlan")})),
            act("pay_instalment", json!({"nth": {"type": "integer", "minimum": 1}, "on": {"type": "string", "format": "date"}, "reference": string()})),
            act("refuse", json!({"words": string(), "law": string()})),
            act("revoke", json!({"words": string(), "law": string()})),
            act("decide_appeal", json!({"stands": {"type": "boolean"}, "words": string()}))]}),
    );
}
