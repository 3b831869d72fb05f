//! Flights in the description.

use domain::{
    flight::{EVENTS, Status},
    formality::Formality,
};
use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let flights = "/api/v1/flights";
    let object = || json!({"type": "object"});
    add(&Address {
        path: flights,
        method: "get",
        summary: "Flights within reach, by their times; direction, state, mine=true",
        zh: "可见范围内的航班，按时间排列；direction、state、mine=true",
        body: None,
        gives: ("200", JSON, reference("Flights")),
    });
    add(&Address {
        path: flights,
        method: "post",
        summary: "Announce a flight",
        zh: "预报航班",
        body: Some((JSON, reference("NewFlight"))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/flights/{number}",
        method: "get",
        summary: "A flight: what is due, who decides, quarantine, times, holds",
        zh: "航班：应办事项、办理机关、检疫、时间、扣留",
        body: None,
        gives: ("200", JSON, reference("Flight")),
    });
    for formality in Formality::OF_FLIGHTS {
        let spec = formality.spec();
        let path = format!("/api/v1/flights/{{number}}/formalities/{}", spec.code);
        add(&Address {
            path: &path,
            method: "put",
            summary: &format!("File {} ({})", spec.en, spec.source),
            zh: spec.zh,
            body: Some((JSON, reference(spec.code))),
            gives: ("201", JSON, reference("Done")),
        });
        add(&Address {
            path: &path,
            method: "get",
            summary: &format!("{}: what stands filed, as the caller may see it", spec.en),
            zh: spec.zh,
            body: None,
            gives: ("200", JSON, json!({"type": "object", "properties": {"content": reference(spec.code)}})),
        });
    }
    add(&Address {
        path: "/api/v1/flights/{number}/upload",
        method: "post",
        summary: "PAXLST, workbook or JSON as the body; what is good is filed, every fault is named",
        zh: "以 PAXLST、工作簿或 JSON 为正文；正确的即予申报，每处问题列明",
        body: Some((
            "application/octet-stream",
            json!({"type": "string", "contentMediaType": "application/octet-stream"}),
        )),
        gives: ("200", JSON, object()),
    });
    add(&Address {
        path: "/api/v1/flights/{number}/acts",
        method: "post",
        summary: "An act: state, stand, grant, refuse, board, free_pratique, hold, lift, open, leave_airside, divert, return, cancel",
        zh: "操作：填报时间、分配机位、批准、不予批准、登机检疫、结束检疫、扣留、解除、开始下机或卸货、离开空侧、备降他处、返航、取消",
        body: Some((JSON, reference("FlightAct"))),
        gives: ("201", JSON, reference("Done")),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let at = || json!({"type": "string", "format": "date-time"});
    let maybe = || json!({"type": ["string", "null"], "format": "date-time"});
    let direction = || json!({"enum": ["arrival", "departure"]});
    let states: Vec<&str> = Status::ALL.iter().map(|status| status.code()).collect();
    all.insert(
        "NewFlight".to_owned(),
        json!({"type": "object", "required": ["direction", "designator", "scheduled", "other", "service", "nature"], "properties": {
            "direction": direction(), "designator": string(), "scheduled": at(), "other": string(), "service": string(),
            "nature": string(), "registration": string(), "flies_on": string(), "firm": string()}}),
    );
    all.insert(
        "Flights".to_owned(),
        json!({"type": "object", "properties": {"next": {"type": ["string", "null"]}, "flights": {"type": "array", "items":
            {"type": "object", "properties": {"number": string(), "designator": string(), "direction": direction(), "firm": string(),
            "state": {"enum": states}, "holder": string(), "at": maybe(), "until": maybe()}}}}}),
    );
    all.insert(
        "Flight".to_owned(),
        json!({"type": "object", "properties": {"status": {"enum": states}, "holder": string(), "flight": {"type": "object"}}}),
    );
    let act = |name: &str, properties: Value| {
        let mut properties = properties;
        properties["act"] = json!({"const": name});
        json!({"type": "object", "required": ["act"], "properties": properties})
    };
    let words = || json!({"words": string()});
    let founded = || json!({"words": string(), "law": string()});
    let of = || json!({"enum": Formality::OF_FLIGHTS.map(Formality::code)});
    all.insert(
        "FlightAct".to_owned(),
        json!({"oneOf": [
            act("state", json!({"event": {"enum": EVENTS}, "kind": {"enum": ["scheduled", "estimated", "actual"]}, "time": at()})),
            act("stand", json!({"stand": string(), "from": maybe(), "until": maybe()})),
            act("grant", json!({"formality": of(), "words": string()})),
            act("refuse", json!({"formality": of(), "words": string(), "law": string()})),
            act("board", founded()), act("free_pratique", words()), act("hold", founded()), act("lift", json!({})),
            act("open", json!({"what": {"enum": ["persons", "goods"]}})), act("leave_airside", json!({})),
            act("divert", json!({"to": string()})), act("return", json!({})), act("cancel", json!({}))]}),
    );
}
