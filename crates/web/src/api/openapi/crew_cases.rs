//! Crew cases in the description.

use domain::crew_case::Status;
use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let cases = "/api/v1/crew-cases";
    add(&Address {
        path: cases,
        method: "get",
        summary: "Crew cases within reach, the newest first; state, call",
        zh: "可见范围内的船员事项，新的在前；state、call",
        body: None,
        gives: ("200", JSON, reference("CrewCases")),
    });
    add(&Address {
        path: cases,
        method: "post",
        summary: "File a crew change, a sick seafarer, a stowaway or a missing person, for all organs at once",
        zh: "申报船员换班、伤病就医、偷渡或失踪，一次提交各机关",
        body: Some((JSON, reference("NewCrewCase"))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/crew-cases/{number}",
        method: "get",
        summary: "A crew case: who decides what, until when, the joint result; the persons as the caller may know them",
        zh: "船员事项：各机关环节、期限、联合结果；可知范围内的人员",
        body: None,
        gives: ("200", JSON, reference("CrewCase")),
    });
    add(&Address {
        path: "/api/v1/crew-cases/{number}/acts",
        method: "post",
        summary: "An act: add, remove, ask, answer, grant, refuse, close, withdraw",
        zh: "操作：增加、删除人员，询问，答复，同意，不予同意，办结，撤回",
        body: Some((JSON, reference("CrewCaseAct"))),
        gives: ("201", JSON, reference("Done")),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let persons = || json!({"type": "array", "items": {"type": "object"}});
    let maybe = || json!({"type": ["string", "null"], "format": "date-time"});
    let states: Vec<&str> = Status::ALL.iter().map(|status| status.code()).collect();
    all.insert(
        "NewCrewCase".to_owned(),
        json!({"type": "object", "required": ["kind", "call", "persons"], "properties": {
            "kind": {"enum": ["crew_change", "sick", "stowaway", "missing"]}, "call": string(), "words": string(), "persons": persons()}}),
    );
    all.insert(
        "CrewCases".to_owned(),
        json!({"type": "object", "properties": {"next": {"type": ["string", "null"]}, "crew_cases": {"type": "array", "items":
            {"type": "object", "properties": {"number": string(), "kind": string(), "call": string(), "firm": string(),
            "state": {"enum": states}, "holder": string(), "until": maybe()}}}}}),
    );
    all.insert(
        "CrewCase".to_owned(),
        json!({"type": "object", "properties": {"status": {"enum": states}, "holder": string(), "persons": persons(),
            "permits": {"type": "array", "items": {"type": "object", "properties": {"number": string(), "kind": string(), "state": string(), "persons": {"type": "integer"}}}},
            "case": {"type": "object"}}}),
    );
    let act = |name: &str, properties: Value| {
        let mut properties = properties;
        properties["act"] = json!({"const": name});
        json!({"type": "object", "required": ["act"], "properties": properties})
    };
    let words = || json!({"words": string()});
    all.insert(
        "CrewCaseAct".to_owned(),
        json!({"oneOf": [
            act("add", json!({"persons": persons()})), act("remove", json!({"persons": {"type": "array", "items": {"type": "integer"}}})),
            act("ask", words()), act("answer", words()), act("grant", json!({"part": string(), "words": string()})),
            act("refuse", json!({"part": string(), "words": string(), "law": string()})),
            act("close", json!({"how": string(), "words": string()})), act("withdraw", json!({}))]}),
    );
}
