//! Manifests and consignments in the description.

use domain::manifest::content;
use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let manifests = "/api/v1/manifests";
    add(&Address {
        path: manifests,
        method: "get",
        summary: "Manifests within reach, newest first; conveyance: those of a call or flight; next is the cursor for after",
        zh: "可见范围内的舱单，新的在前；conveyance 只看某次到港或航班；next 为下一页的 after",
        body: None,
        gives: ("200", JSON, reference("Manifests")),
    });
    add(&Address {
        path: manifests,
        method: "post",
        summary: "File the manifest of a call or flight, line by line; each bill becomes a consignment",
        zh: "为到港船舶或航班申报舱单，逐行填写；每个提（运）单成为一票货物",
        body: Some((JSON, reference("NewManifest"))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/manifests/{number}",
        method: "get",
        summary: "A manifest: its limits, editions, consignments; its lines for its firm and customs",
        zh: "舱单：时限、版次、各票货物；申报企业和海关可见各行内容",
        body: None,
        gives: ("200", JSON, reference("Manifest")),
    });
    add(&Address {
        path: "/api/v1/manifests/{number}",
        method: "put",
        summary: "Another edition, with all lines; after the cut-off, or once goods are there, it waits for customs",
        zh: "重报舱单全部内容；截止后或货物已运抵的，须经海关同意",
        body: Some((JSON, reference("ManifestEdition"))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/manifests/{number}/acts",
        method: "post",
        summary: "An act: decide (customs), arrive (the terminal, which also releases declarations that waited), withdraw",
        zh: "操作：决定修改（海关）、运抵报告（码头，同时触发提前申报的报关单）、撤回",
        body: Some((JSON, reference("ManifestAct"))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/where",
        method: "post",
        summary: "Where goods stand, for who holds a number of theirs (container, bill, declaration, consignment); no key is wanted",
        zh: "凭箱号、提（运）单号、报关单号或货物编号查询货物在哪里，无需密钥",
        body: Some((
            JSON,
            json!({"type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}}),
        )),
        gives: ("200", JSON, reference("Whereabouts")),
    });
    let consignments = "/api/v1/consignments";
    add(&Address {
        path: consignments,
        method: "get",
        summary: "Consignments within reach by number=: a container, bill, waybill, declaration, manifest, call or flight",
        zh: "按 number= 查货物：箱号、提（运）单号、报关单号、舱单号、到港或航班编号",
        body: None,
        gives: ("200", JSON, reference("Consignments")),
    });
    add(&Address {
        path: "/api/v1/consignments/{number}",
        method: "get",
        summary: "A consignment: what is holding it and whose it is, every event with its source and time, slots, certificates",
        zh: "一票货物：卡在哪里、由谁办理，每个事件的来源和时间，预约和放行凭证",
        body: None,
        gives: ("200", JSON, reference("Consignment")),
    });
    add(&Address {
        path: "/api/v1/consignments/{number}/acts",
        method: "post",
        summary: "An act: appoint (who tallies), tally, answer, settle, declare, order, recall, release, withhold, book, cancel, certify, revoke, close_alarm, load, abandon, ask_return, order_return, decide_return, send_back, sell, claim, pay_out, grant_priority, end_priority; of a joint inspection: want_look (an organ, also by a container or bill that it does not see yet), accept_look, move_look, propose_look, look",
        zh: "操作：指定理货企业、理货、答复、了结、关联报关单、签发或收回提货单、码头放行或撤回、预约、取消、领证、收回凭证、了结警报、装船、放弃、申请或责令退运、决定退运、退运出境、变卖、申请余款、发还余款、给予或撤销优先；联合查验：要求查看（机关，也可凭箱号、提运单号）、接受时间、改期、重新提出时间、填写结果",
        body: Some((JSON, reference("ConsignmentAct"))),
        gives: ("201", JSON, reference("Done")),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    let whole = || json!({"type": "integer"});
    let list = |of: Value| json!({"type": "array", "items": of});
    let maybe = || json!({"type": ["string", "null"]});
    let mut put = |name: &str, of: Value| drop(all.insert(name.to_owned(), of));
    let fields = content::LINE.iter().map(|field| {
        let kind = match field.kind {
            domain::formality::Kind::Number { .. } => json!({"type": ["number", "string"]}),
            domain::formality::Kind::Integer { .. } => json!({"type": "integer"}),
            _ => json!({"type": "string"}),
        };
        (field.name.to_owned(), kind)
    });
    let needed = content::LINE.iter().filter(|field| field.required == domain::formality::Required::Always);
    let line = json!({
        "type": "object", "required": needed.map(|field| field.name).collect::<Vec<_>>(),
        "properties": fields.collect::<Map<String, Value>>(),
    });
    put("ManifestLine", line);
    let lines = || list(reference("ManifestLine"));
    put(
        "NewManifest",
        json!({"type": "object", "required": ["mode", "direction", "conveyance", "reference", "lines"], "properties": {
            "mode": {"enum": ["sea", "air"]}, "direction": {"enum": ["import", "export"]}, "conveyance": string(),
            "reference": string(), "loading": maybe(), "lines": lines()}}),
    );
    put("ManifestEdition", json!({"type": "object", "required": ["lines"], "properties": {"lines": lines()}}));
    put(
        "Manifests",
        json!({"type": "object", "properties": {"next": maybe(), "manifests": list(json!({"type": "object", "properties": {
            "number": string(), "reference": string(), "conveyance": string(), "direction": string(), "firm": string(),
            "state": string(), "holder": string(), "filed": string()}}))}}),
    );
    put(
        "Manifest",
        json!({"type": "object", "properties": {"number": string(), "reference": string(), "mode": string(),
            "direction": string(), "conveyance": string(), "firm": string(), "holder": string(), "edition": whole(),
            "state": {"enum": ["filed", "asked", "arriving", "arrived", "withdrawn"]}, "late": {"type": "boolean"},
            "limits": list(json!({"type": "object"})), "consignments": {"type": "object"}, "dangerous": list(string()),
            "dangerous_differences": {"type": ["array", "null"]},
            "arrived": list(string()), "asked": maybe(), "granted": {"type": ["boolean", "null"]},
            "lines": {"type": ["array", "null"], "items": reference("ManifestLine")}}}),
    );
    let act = |name: &str, properties: Value| {
        let mut properties = properties;
        properties["act"] = json!({"const": name});
        json!({"type": "object", "required": ["act"], "properties": properties})
    };
    put(
        "ManifestAct",
        json!({"oneOf": [
            act("decide", json!({"granted": {"type": "boolean"}, "words": string()})),
            act("arrive", json!({"bills": list(string()), "yard": string()})), act("withdraw", json!({}))]}),
    );
    put(
        "Consignments",
        json!({"type": "object", "properties": {"next": maybe(), "consignments": list(json!({"type": "object", "properties": {
            "number": string(), "bill": string(), "conveyance": string(), "carrier": string(), "yard": string(),
            "state": string(), "holder": string(), "updated": string()}}))}}),
    );
    put(
        "Whereabouts",
        json!({"type": "object", "properties": {"goods": list(json!({"type": "object", "properties": {
            "number": string(), "state": string(),
            "held": list(json!({"type": "object", "properties": {"what": string(), "by": string()}})),
            "inspection": {"type": ["object", "null"]},
            "events": list(json!({"type": "object", "properties": {"at": string(), "event": string(), "by": string()}}))}}))}}),
    );
    let objects = || list(json!({"type": "object"}));
    put(
        "Consignment",
        json!({"type": "object", "properties": {"number": string(), "bill": string(), "manifest": string(),
            "conveyance": string(), "mode": string(), "direction": string(), "carrier": string(), "state": string(),
            "told": {"type": "object"}, "edition": whole(),
            "held": list(json!({"type": "object", "properties": {"what": string(), "by": string()}})),
            "declarations": objects(), "order": {"type": ["object", "null"]}, "released": maybe(), "questions": objects(),
            "slots": objects(), "certificates": objects(), "joint_inspection": {"type": ["object", "null"]},
            "events": list(json!({"type": "object", "properties": {"at": string(), "event": string(), "source": string(),
                "number": string(), "about": maybe()}})),
            "lines": {"type": ["array", "null"], "items": reference("ManifestLine")}}}),
    );
    put(
        "ConsignmentAct",
        json!({"oneOf": [
            act("appoint", json!({"firm": string()})), act("tally", json!({"packages": whole(), "damaged": whole()})),
            act("answer", json!({"question": whole(), "words": string()})), act("settle", json!({"question": whole()})),
            act("declare", json!({"declaration": string()})), act("order", json!({"to": string(), "until": string()})),
            act("recall", json!({})), act("release", json!({})), act("withhold", json!({})),
            act("book", json!({"container": string(), "packages": {"type": ["integer", "null"]}, "haulier": string(),
                "plate": string(), "from": string()})),
            act("cancel", json!({"slot": whole()})), act("certify", json!({"slot": whole()})),
            act("revoke", json!({"certificate": whole(), "ground": {"enum": ["order", "customs", "plate", "lost", "error"]}})),
            act("close_alarm", json!({"words": string()})), act("load", json!({})),
            act("want_look", json!({"ground": string(), "containers": list(string())})),
            act("accept_look", json!({"method": string(), "boxes": {"type": "object", "properties": {"twenty": whole(), "forty": whole()}}})),
            act("move_look", json!({"reason": string(), "after": maybe()})), act("propose_look", json!({})),
            act("look", json!({"found": string(), "words": string()})),
            act("abandon", json!({"words": string()})), act("ask_return", json!({"ground": string(), "words": string()})),
            act("order_return", json!({"ground": string(), "words": string()})),
            act("decide_return", json!({"granted": {"type": "boolean"}})), act("send_back", json!({})),
            act("sell", json!({"ground": string(), "on": {"type": "string", "format": "date"},
                "proceeds": {"type": ["number", "string"]}, "costs": {"type": ["number", "string"]},
                "taxes": {"type": ["number", "string"]}})),
            act("claim", json!({"words": string()})), act("pay_out", json!({"reference": string()}))]}),
    );
}
