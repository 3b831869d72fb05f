//! Records of ships in the description.

use office::SHIP_TYPES;
use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

const PATH: &str = "/api/v1/ships/{imo}";

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    add(&Address {
        path: PATH,
        method: "get",
        summary: "The record of a ship, with who stated it and who confirmed it",
        zh: "船舶档案，及填报和确认单位",
        body: None,
        gives: ("200", JSON, reference("ShipRecorded")),
    });
    add(&Address {
        path: PATH,
        method: "put",
        summary: "State it: the first record holds at once (201), a change waits to be confirmed (202), the same again changes nothing (200)",
        zh: "填报船舶档案：首次填报即时生效（201），变更待确认（202），内容相同不重复登记（200）",
        body: Some((JSON, reference("ShipStated"))),
        gives: ("201", JSON, reference("ShipAnswer")),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let count = || json!({"type": "integer", "minimum": 0});
    let name = json!({"type": "object", "properties": {"zh": string(), "en": string()}});
    let types: Vec<&str> = SHIP_TYPES.iter().map(|(code, ..)| *code).collect();
    all.insert(
        "ShipStated".to_owned(),
        json!({"type": "object", "required": ["name", "ship_type", "flag"], "additionalProperties": false, "properties": {
            "name": name, "ship_type": {"enum": types}, "flag": {"type": "string", "description": "ISO 3166-1, two letters"},
            "call_sign": string(), "mmsi": string(), "gross_tonnage": count(), "deadweight": count(), "length": count(),
            "port_of_registry": string(), "owner": string(), "operator": string()}}),
    );
    all.insert(
        "ShipRecorded".to_owned(),
        json!({"type": "object", "properties": {
            "imo": string(), "record": reference("ShipStated"), "version": {"type": "integer"}, "source": string(),
            "at": {"type": "string", "format": "date-time"}, "confirmed_by": {"type": ["string", "null"]},
            "receipt_id": {"type": ["string", "null"]}}}),
    );
    all.insert(
        "ShipAnswer".to_owned(),
        json!({"type": "object", "properties": {
            "imo": string(), "state": {"enum": ["recorded", "proposed"]}, "receipt_id": {"type": ["string", "null"]}}}),
    );
}
