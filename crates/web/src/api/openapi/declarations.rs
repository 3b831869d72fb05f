//! Declarations of goods in the description.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

const XML: &str = "application/xml";

pub(super) fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let string = || json!({"type": "string"});
    add(&Address {
        path: "/api/v1/declarations",
        method: "get",
        summary: "Declarations of goods within reach, newest first",
        zh: "可见范围内的报关单，新的在前",
        body: None,
        gives: ("200", JSON, reference("Declarations")),
    });
    add(&Address {
        path: "/api/v1/declarations",
        method: "post",
        summary: "Send WCO XML (DEC): declare, amend, take back, say that the goods are there",
        zh: "发送 WCO XML（DEC）：申报、修改、撤销、货物运抵",
        body: Some((XML, string())),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/declarations/upload",
        method: "post",
        summary: "The same, for pratique submit",
        zh: "同上，供 pratique submit 使用",
        body: Some((XML, string())),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/declarations/{number}",
        method: "get",
        summary: "Where a declaration stands: channel, what is open and owed, assessment line by line",
        zh: "报关单状态：通道、未结事项、尚欠事项、逐项税款",
        body: None,
        gives: ("200", JSON, reference("Declaration")),
    });
    add(&Address {
        path: "/api/v1/declarations/{number}/notices",
        method: "get",
        summary: "Its notices as WCO XML (RES), or as JSON",
        zh: "该报关单的回执：WCO XML（RES）或 JSON",
        body: None,
        gives: ("200", XML, string()),
    });
    add(&Address {
        path: "/api/v1/declarations/{number}/acts",
        method: "post",
        summary: "An act: secure, answer, attend, complete, withdraw, present (the firm); arrive (the terminal); reject, assess, pay (`amount`, `on`), refund, state_entry, relieve, order, settle, decide, revoke, exit, ask_exit, remind, fall_short, plan, find, grant_priority, end_priority (customs)",
        zh: "操作：担保、答复、到场方式、补全、撤销、运抵（企业）；运抵（码头）；不予接受、核税、缴纳、退还、登记进境日、减免、布控、了结、审批、撤回放行、离境、安排查验、查验结果、给予或撤销优先（海关）",
        body: Some((JSON, json!({"type": "object", "required": ["act"]}))),
        gives: ("201", JSON, reference("Done")),
    });
    add(&Address {
        path: "/api/v1/movements",
        method: "post",
        summary: "What the terminal's system tells as XML: goods of declarations have arrived (inventoryLinkingImportsGoodsArrival, EAL) or left (EDL)",
        zh: "码头系统以 XML 报告货物运抵（inventoryLinkingImportsGoodsArrival、EAL）或离境（EDL）",
        body: Some((XML, string())),
        gives: (
            "200",
            JSON,
            json!({"type": "object", "properties": {"declarations": {"type": "array", "items": {
            "type": "object", "properties": {"declaration": string(), "recorded": {"type": "boolean"},
            "receipt_id": {"type": ["string", "null"]}, "errors": {"type": "array"}}}}}}),
        ),
    });
    let payment = json!({"type": "object", "required": ["payment_reference", "amount", "on", "reference"], "properties": {
        "payment_reference": string(), "amount": string(), "on": {"type": "string", "format": "date"}, "reference": string()}});
    add(&Address {
        path: "/api/v1/payments",
        method: "post",
        summary: "Record what a bank tells (customs), as JSON or as text/csv: each payment once, by the bank's own reference; each answers for itself",
        zh: "银行入账（海关），JSON 或 text/csv：按银行流水号每笔只入账一次，逐笔返回结果",
        body: Some((
            JSON,
            json!({"type": "object", "required": ["payments"], "properties": {"payments": {"type": "array", "items": payment}}}),
        )),
        gives: (
            "200",
            JSON,
            json!({"type": "object", "properties": {"payments": {"type": "array", "items": {
            "type": "object", "properties": {"declaration": {"type": ["string", "null"]}, "recorded": {"type": "boolean"},
            "known": {"type": "boolean"}, "balance": {"type": ["string", "null"]}, "errors": {"type": "array"}}}}}}),
        ),
    });
    add(&Address {
        path: "/api/v1/licences",
        method: "get",
        summary: "Licences: goods, origin, quantity, what was drawn and is left, days; a firm its own",
        zh: "许可证件：货物、原产地、数量、已核销、剩余、有效期；企业只见自己的",
        body: None,
        gives: ("200", JSON, json!({"type": "object"})),
    });
    add(&Address {
        path: "/api/v1/licences/{kind}/{number}",
        method: "put",
        summary: "Enter a licence, or what it is good for now (customs)",
        zh: "登记许可证件或调整数量（海关）",
        body: Some((
            JSON,
            json!({"type": "object", "required": ["firm", "goods", "quantity", "from", "until"], "properties": {
            "firm": string(), "goods": string(), "origin": string(), "quantity": string(),
            "from": {"type": "string", "format": "date-time"}, "until": {"type": "string", "format": "date-time"}}}),
        )),
        gives: ("200", JSON, json!({"type": "object"})),
    });
    add(&Address {
        path: "/api/v1/guarantees",
        method: "get",
        summary: "Guarantee accounts: amount, reserved, free, expiry; a firm its own",
        zh: "担保账户：额度、占用、可用、到期；企业只见自己的",
        body: None,
        gives: ("200", JSON, json!({"type": "object"})),
    });
    add(&Address {
        path: "/api/v1/guarantees/{code}",
        method: "put",
        summary: "Record a guarantee account, or what it is good for now (customs)",
        zh: "登记担保账户或调整额度（海关）",
        body: Some((
            JSON,
            json!({"type": "object", "required": ["firm", "amount", "expires"], "properties": {
            "firm": string(), "amount": string(), "expires": {"type": "string", "format": "date-time"}}}),
        )),
        gives: ("200", JSON, json!({"type": "object"})),
    });
}

pub(super) fn schemas(all: &mut Map<String, Value>) {
    let string = || json!({"type": "string"});
    all.insert(
        "Declarations".to_owned(),
        json!({"type": "object", "properties": {"next": {"type": ["string", "null"]}, "declarations": {
            "type": "array", "items": {"type": "object", "properties": {
                "number": string(), "reference": string(), "mode": string(), "firm": string(), "state": string(),
                "holder": string(), "lodged": string(), "until": {"type": ["string", "null"]},
                "released": {"type": ["string", "null"]}}}}}}),
    );
    all.insert(
        "Declaration".to_owned(),
        json!({"type": "object", "properties": {
            "number": string(), "status": string(), "may_go": {"type": "boolean"}, "reference": string(), "mode": string(),
            "direction": string(), "edition": {"type": "integer"}, "items": {"type": "array"},
            "channel": {"type": ["string", "null"]}, "open": {"type": "array"}, "owed": {"type": "array"},
            "licences": {"type": "array"}, "survey": {"type": ["object", "null"]},
            "assessment": {"type": ["object", "null"]}, "balance": string(), "paid": string(), "due": string(),
            "payment_reference": string(), "surcharges": {"type": "array"}, "payments": {"type": "array"},
            "pay_by": {"type": ["string", "null"]}, "deferred": {"type": ["object", "null"]}, "priority": {"type": ["object", "null"]}}}),
    );
}
