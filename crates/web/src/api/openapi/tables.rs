//! The part of the description that is about decision tables.

use serde_json::{Map, Value, json};

use super::{Address, JSON, reference};

/// Addresses of decision tables.
pub fn addresses(add: &mut impl FnMut(&Address<'_>)) {
    let many = json!({"type": "object", "properties": {"tables": {"type": "array", "items": {"type": "object"}}}});
    let checked = json!({"type": "object", "properties": {
        "sound": {"type": "boolean"}, "hash": {"type": ["string", "null"]}, "faults": {"type": "array", "items": reference("Fault")},
        "changed": {"type": "array", "items": {"type": "object"}}, "situations": {"type": "object"}, "difference": {"type": ["object", "null"]}}});
    let step = json!({"type": "object", "required": ["act", "edit"], "properties": {
        "act": {"enum": ["propose", "return", "publish", "drop", "withdraw"]}, "edit": {"type": "integer"}, "words": {"type": "string"}}});
    let object = || json!({"type": "object"});
    type Described<'d> = (&'d str, &'d str, &'d str, &'d str, Option<Value>, (&'static str, Value));
    let described: [Described<'_>; 8] = [
        (
            "/api/v1/tables",
            "get",
            "Every decision table, with who changes it",
            "全部决策表及改动权限",
            None,
            ("200", many),
        ),
        (
            "/api/v1/tables/{name}",
            "get",
            "A decision table as it counts, with its versions",
            "现行决策表及其版本",
            None,
            ("200", object()),
        ),
        (
            "/api/v1/tables/{name}/{file}",
            "get",
            "The table as a file: `table.md` or `table.dmn` (DMN XML)",
            "决策表文件：table.md 或 table.dmn（DMN XML）",
            None,
            ("200", object()),
        ),
        (
            "/api/v1/tables/{name}/check",
            "post",
            "Check a draft: faults, situations, and the difference on last month's matters; nothing is kept",
            "检查草稿：问题、情形、对上月事项的影响，不保存",
            Some(reference("TableDraft")),
            ("200", checked),
        ),
        (
            "/api/v1/tables/{name}/changes",
            "post",
            "Begin a change of a table",
            "起草决策表改动",
            Some(reference("TableDraft")),
            ("201", reference("TableChange")),
        ),
        (
            "/api/v1/table-changes/{id}",
            "get",
            "A change with its steps and receipts",
            "一项改动及其步骤、回执",
            None,
            ("200", reference("TableChange")),
        ),
        (
            "/api/v1/table-changes/{id}",
            "put",
            "Write a draft anew",
            "修改草稿",
            Some(reference("TableDraft")),
            ("200", reference("TableChange")),
        ),
        (
            "/api/v1/table-changes/{id}/acts",
            "post",
            "A step of a change; what approves wants a person who signs in",
            "改动的一个步骤；批准须由本人登录办理",
            Some(step),
            ("200", reference("TableChange")),
        ),
    ];
    for (path, method, summary, zh, body, (status, schema)) in described {
        let body = body.map(|schema| (JSON, schema));
        add(&Address { path, method, summary, zh, body, gives: (status, JSON, schema) });
    }
}

/// Schemas of decision tables.
pub fn schemas(all: &mut Map<String, Value>) {
    let text = || json!({"type": "string"});
    let draft = json!({"type": "object", "required": ["text", "valid_from"], "properties": {
        "text": {"type": "string", "description": "Markdown (`*.table.md`) or DMN XML"},
        "valid_from": {"type": "string", "format": "date", "description": "The day of publication, tomorrow at the earliest"},
        "words": text(), "edit": {"type": "integer", "description": "The edit that was read, where a draft is written anew"}}});
    all.insert("TableDraft".to_owned(), draft);
    let step = json!({"type": "object", "properties": {
        "at": {"type": "string", "format": "date-time"}, "who": text(), "kind": text(), "hash": text(), "words": text(), "receipt": text()}});
    let change = json!({"type": "object", "properties": {
        "id": text(), "table": text(), "state": {"enum": ["draft", "proposed", "published", "dropped", "withdrawn"]},
        "edit": {"type": "integer"}, "valid_from": {"type": "string", "format": "date"}, "base": text(), "hash": text(), "text": text(),
        "organ": text(), "steps": {"type": "array", "items": step}, "may": {"type": "array", "items": text()}}});
    all.insert("TableChange".to_owned(), change);
}
