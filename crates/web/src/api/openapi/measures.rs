//! The register of measures in the description.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let gets = [
        (
            "/api/v1/measures",
            "The register of measures: headings, facts, measures with the rows of their eligibility tables",
            "措施库开放数据：分类、各项事实、各项措施及其适用条件",
            JSON,
            reference("Measures"),
        ),
        (
            "/api/v1/measures.csv",
            "The same as a table: a line for each row of each eligibility table",
            "措施库开放数据（CSV）：适用条件每行一条",
            "text/csv",
            json!({"type": "string"}),
        ),
        ("/api/v1/measures/{code}", "A measure", "一项措施", JSON, reference("Measure")),
    ];
    for (path, summary, zh, media, schema) in gets {
        add(&Address { path, method: "get", summary, zh, body: None, gives: ("200", media, schema) });
    }
    add(&Address {
        path: "/api/v1/measures/check",
        method: "post",
        summary: "Which measures fit on a day, with the reason row by row; nothing is kept",
        zh: "哪些措施适合：逐行说明理由，不保存",
        body: Some((JSON, reference("MeasuresAsked"))),
        gives: ("200", JSON, reference("MeasuresAnswered")),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let list = |of: Value| json!({"type": "array", "items": of});
    let object = || json!({"type": "object"});
    let text = json!({"type": "object", "properties": {"zh": string(), "en": string()}});
    let fits = json!({"enum": ["by_itself", "on_application", "by_choice", "no", "unknown", "not_in_force"]});
    let row = json!({"type": "object", "properties": {
        "row": string(), "conditions": list(list(string())), "fits": fits, "outputs": object(),
        "from": {"type": "string", "format": "date"}, "until": {"type": ["string", "null"], "format": "date"},
        "law": string(), "reason": text}});
    all.insert(
        "Measure".to_owned(),
        json!({"type": "object", "properties": {
        "code": string(), "title": text, "words": text, "heading": string(), "wants": list(string()), "issuer": string(),
        "competence": object(), "law": string(), "from": string(), "until": {"type": ["string", "null"]}, "event": string(),
        "decides": list(string()), "changes": list(object()), "stacking": object(), "refund": {"type": ["object", "null"]},
        "clawback": {"type": ["object", "null"]}, "documents": list(object()),
        "standing": {"enum": ["coming", "in_force", "ended"]},
        "eligibility": {"type": "object", "properties": {"hash": string(), "rows": list(row.clone())}}}}),
    );
    all.insert(
        "Measures".to_owned(),
        json!({"type": "object", "properties": {
        "port": string(), "sample": {"type": "boolean"}, "on": string(), "headings": list(object()), "wants": list(object()),
        "events": list(object()), "facts": list(object()), "measures": list(reference("Measure"))}}),
    );
    all.insert(
        "MeasuresAsked".to_owned(),
        json!({"type": "object", "properties": {
        "on": {"type": "string", "format": "date", "description": "The day of the event, today by default"},
        "facts": {"type": "object", "description": "By the codes of `facts` in the register"}}}),
    );
    all.insert(
        "MeasuresAnswered".to_owned(),
        json!({"type": "object", "properties": {
        "on": string(), "facts": object(), "answers": list(json!({"type": "object", "properties": {
            "measure": string(), "fits": fits, "rule": {"type": ["object", "null"]}, "reason": text, "law": string(),
            "outputs": object(), "missing": list(string()), "rows": list(json!({"type": "object", "properties": {
                "row": row, "decides": {"type": "boolean"}, "verdicts": list(json!({"enum": ["holds", "not", "unknown"]}))}}))}}))}}),
    );
}
