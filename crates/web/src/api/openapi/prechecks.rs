//! The pre-check in the description.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let path = "/api/v1/calls/{number}/precheck";
    add(&Address {
        path,
        method: "get",
        summary: "What comparing a call's crew and passengers found; border inspection alone",
        zh: "船员、旅客名单比对结果；仅边检",
        body: None,
        gives: ("200", JSON, reference("Precheck")),
    });
    add(&Address {
        path,
        method: "post",
        summary: "An act: run, look, clear; lists that are filed are compared of themselves",
        zh: "操作：比对、认定、抵港放行；名单申报后自动比对",
        body: Some((JSON, reference("PrecheckAct"))),
        gives: ("201", JSON, reference("Done")),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let count = || json!({"type": "integer"});
    let maybe = || json!({"type": ["string", "null"], "format": "date-time"});
    all.insert(
        "Precheck".to_owned(),
        json!({"type": "object", "properties": {
            "status": {"enum": ["none", "open", "stopped", "ready", "cleared"]}, "stale": {"type": "boolean"}, "run_at": maybe(),
            "cleared_at": maybe(), "reopened": count(), "lists": {"type": "object", "additionalProperties": count()},
            "persons": count(), "before": {"type": ["string", "null"]}, "joined": count(), "left": count(), "changed": count(),
            "expiring": count(), "lapsing": count(), "extended": count(),
            "elsewhere": {"type": "array", "items": {"type": "object", "properties": {"person": {"type": "object"}, "call": string(), "ship": {"type": "object"}}}},
            "hits": {"type": "array", "items": {"type": "object", "properties": {"hit": count(), "basis": string(), "alike": count(),
                "stands": {"type": "boolean"}, "looks": count(), "same": {"type": ["boolean", "null"]}, "about": {"type": ["object", "null"]}}}}}}),
    );
    all.insert(
        "PrecheckAct".to_owned(),
        json!({"oneOf": [
            {"type": "object", "required": ["act"], "properties": {"act": {"const": "run"}}},
            {"type": "object", "required": ["act", "hit", "same"], "properties": {"act": {"const": "look"}, "hit": count(), "same": {"type": "boolean"}}},
            {"type": "object", "required": ["act"], "properties": {"act": {"const": "clear"}}}]}),
    );
}
