//! Permits of persons and gates in the description.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let permits = "/api/v1/person-permits";
    add(&Address {
        path: permits,
        method: "get",
        summary: "Applications for permits of persons within reach, newest first; mine=true: what waits for the caller's unit",
        zh: "可见范围内的人员许可申请，新的在前；mine=true 只看待本单位办理",
        body: None,
        gives: ("200", JSON, reference("PersonPermits")),
    });
    add(&Address {
        path: permits,
        method: "post",
        summary: "Apply for permits of persons or craft for a ship, a berth or a region",
        zh: "为船舶、泊位或区域申请人员、船艇许可",
        body: Some((JSON, reference("NewPersonPermits"))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/person-permits/{number}",
        method: "get",
        summary: "An application with each permit's state, and its holder and code for those who read them",
        zh: "人员许可申请：每份许可的状态；有权者可见持证人和二维码内容",
        body: None,
        gives: ("200", JSON, reference("PersonPermit")),
    });
    add(&Address {
        path: "/api/v1/person-permits/{number}/acts",
        method: "post",
        summary: "An act: accept, ask, answer, grant, refuse, revoke, withdraw",
        zh: "操作：受理、要求补充、答复、批准、不予批准、收回、撤回",
        body: Some((JSON, reference("PersonPermitAct"))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/gate/check",
        method: "post",
        summary: "What a gate is told of a code or a permit's number: pass, check or stop, and why",
        zh: "卡口查验二维码或许可编号：放行、核查或止步，及原因",
        body: Some((JSON, reference("AtGate"))),
        gives: ("200", JSON, reference("GateAnswer")),
    });
    add(&Address {
        path: "/api/v1/gate/passages",
        method: "post",
        summary: "Who went in and out, each passage recorded once by its identifier, at most 500",
        zh: "记录进出，每条按编号只记一次，每批最多 500 条",
        body: Some((JSON, reference("GatePassages"))),
        gives: ("200", JSON, reference("GatePassed")),
    });
    add(&Address {
        path: "/api/v1/gate/list",
        method: "get",
        summary: "gate=berth:DYW-12: the permits that hold there, signed, for when the connection fails; names nobody",
        zh: "gate=berth:DYW-12：该卡口有效许可的签名名单，供断网时使用；不含姓名",
        body: None,
        gives: ("200", "text/plain", json!({"type": "string"})),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let whole = || json!({"type": "integer"});
    let object = || json!({"type": "object"});
    let list = |of: Value| json!({"type": "array", "items": of});
    let maybe = || json!({"type": ["string", "null"]});
    let mut put = |name: &str, of: Value| drop(all.insert(name.to_owned(), of));
    put(
        "NewPersonPermits",
        json!({"type": "object", "required": ["kind", "place", "code", "from", "until", "holders"], "properties": {
            "kind": {"enum": ["boarding", "alongside", "landing", "overnight", "temporary_entry", "repatriation"]},
            "place": {"enum": ["ship", "berth", "region"]}, "code": string(), "from": string(), "until": string(), "words": string(),
            "holders": list(object())}}),
    );
    put(
        "PersonPermits",
        json!({"type": "object", "properties": {"next": maybe(), "person_permits": list(json!({"type": "object", "properties": {
            "number": string(), "kind": string(), "place": string(), "firm": string(), "state": string(), "holder": string(),
            "filed": string(), "until": maybe()}}))}}),
    );
    put(
        "PersonPermit",
        json!({"type": "object", "properties": {"number": string(), "status": string(), "holder": string(), "kind": string(),
            "place": string(), "from": string(), "until": string(), "version": whole(),
            "holders": list(json!({"type": "object", "properties": {"serial": whole(), "number": string(), "state": string(),
                "content": {"type": ["object", "null"]}, "ground": maybe(), "until": maybe(), "code": maybe()}}))}}),
    );
    let act = |name: &str, properties: Value| {
        let mut properties = properties;
        properties["act"] = json!({"const": name});
        json!({"type": "object", "required": ["act"], "properties": properties})
    };
    let chosen = || json!({"holders": list(whole()), "ground": string(), "words": string()});
    put(
        "PersonPermitAct",
        json!({"oneOf": [
            act("accept", json!({})), act("ask", json!({"words": string()})), act("answer", json!({"words": string()})),
            act("grant", json!({"holders": list(whole()), "until": {"type": ["integer", "null"]}, "words": string(), "exception": string()})),
            act("refuse", chosen()), act("revoke", chosen()), act("withdraw", json!({}))]}),
    );
    put(
        "AtGate",
        json!({"type": "object", "required": ["gate", "given"], "properties": {"gate": string(), "given": string(),
            "document": string(), "direction": {"enum": ["in", "out"]}}}),
    );
    put(
        "GateAnswer",
        json!({"type": "object", "properties": {"answer": {"enum": ["pass", "check", "stop"]}, "reasons": list(string()),
            "number": maybe(), "kind": maybe(), "holder": maybe(), "place": maybe(), "until": {"type": ["integer", "null"]},
            "inside": {"type": ["integer", "null"]}, "outward": {"type": "boolean"}, "holder_bound": {"type": "boolean"}, "fault": {"type": ["object", "null"]},
            "at": whole()}}),
    );
    put(
        "GatePassages",
        json!({"type": "object", "required": ["gate", "passages"], "properties": {"gate": string(),
            "now": {"type": ["integer", "null"]}, "passages": list(json!({"type": "object", "required": ["id", "given", "direction"],
                "properties": {"id": string(), "given": string(), "direction": {"enum": ["in", "out"]},
                    "at": {"type": ["integer", "null"]}, "offline": {"type": "boolean"}, "same_holder": {"type": ["boolean", "null"]}}}))}}),
    );
    put(
        "GatePassed",
        json!({"type": "object", "properties": {"ahead": whole(), "passages": list(json!({"type": "object", "properties": {
            "id": string(), "state": {"enum": ["recorded", "known", "refused"]}, "doubts": list(string()),
            "fault": {"type": ["object", "null"]}}}))}}),
    );
}
