//! The catalogue of services in the description.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    add(&Address {
        path: "/api/v1/services",
        method: "get",
        summary: "The catalogue of services: limits, papers, who decides, and how long each took in the last days",
        zh: "服务事项目录：时限、材料、办理机关及近期实际用时",
        body: None,
        gives: ("200", JSON, reference("Services")),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let list = |of: Value| json!({"type": "array", "items": of});
    let text = json!({"type": "object", "properties": {"zh": string(), "en": string()}});
    let term = json!({"type": "object", "properties": {"length": string(), "calendar": string()}});
    let paper = json!({"type": "object", "properties": {"code": string(), "organ": string(), "name": text, "law": string(),
        "form": {"enum": ["online", "copy", "original"]}}});
    let service = json!({"type": "object", "properties": {
        "code": string(), "name": text, "part": string(), "about": string(), "organs": list(string()), "law": string(),
        "legal": list(term.clone()), "promised": {"anyOf": [term, {"type": "null"}]}, "online": string(), "line": string(),
        "papers": list(paper)}});
    let times = json!({"type": "object", "properties": {
        "cases": {"type": "integer"}, "median": {"type": "integer", "description": "Microseconds"},
        "nine_of_ten": {"type": "integer", "description": "Microseconds"}, "kept": {"type": ["integer", "null"]}}});
    all.insert(
        "Services".to_owned(),
        json!({"type": "object", "properties": {
            "port": string(), "sample": {"type": "boolean"}, "days": {"type": "integer"}, "reckoned_at": {"type": "string", "format": "date-time"},
            "services": list(service), "times": {"type": "object", "additionalProperties": times}}}),
    );
}
