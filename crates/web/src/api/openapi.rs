//! The description of the API, made from the same catalogue as the forms.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::formality::{Formality, schema};
use serde_json::{Map, Value, json};

use super::json_answer;

/// `GET /api/openapi.json`: OpenAPI 3.1.
pub async fn description() -> Response {
    json_answer(StatusCode::OK, &openapi())
}

/// `GET /api`: the description for people.
pub async fn docs() -> Response {
    let mut rows = String::new();
    if let Some(paths) = openapi().get("paths").and_then(Value::as_object) {
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                let summary = operation.get("summary").and_then(Value::as_str).unwrap_or("");
                rows.push_str(&format!(
                    "<tr><td>{}</td><td><code>{path}</code></td><td>{summary}</td></tr>",
                    method.to_uppercase()
                ));
            }
        }
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>API · Pratique</title>\
         <main><h1>API</h1><p>Described at <a href=\"/api/openapi.json\">/api/openapi.json</a>.</p><table><thead><tr><th>Method</th><th>Address</th><th>What</th></tr></thead><tbody>{rows}</tbody></table></main></html>"
    );
    ([(header::CACHE_CONTROL, "no-cache")], Html(page)).into_response()
}

fn openapi() -> Value {
    let mut paths = Map::new();
    let mut add = |path: &str, method: &str, summary: &str, body: Option<Value>| {
        let mut operation = json!({
            "summary": summary,
            "parameters": parameters(path, method),
            "responses": {
                "2XX": {"description": "Done"},
                "4XX": {"description": "Refused", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}},
            },
        });
        if let Some(schema) = body {
            operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": schema}}});
        }
        let entry = paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        entry[method] = operation;
    };
    add("/api/v1/calls", "get", "Calls within reach, by keyset pages", None);
    add("/api/v1/calls", "post", "Open a call", Some(json!({"$ref": "#/components/schemas/NewCall"})));
    add("/api/v1/calls/{number}", "get", "A call: state, who holds it, what is due and why", None);
    add("/api/v1/calls/{number}/journal", "get", "The call's journal", None);
    add(
        "/api/v1/calls/{number}/acts",
        "post",
        "An act: decide, ask, answer, hold, board, plan, state a time",
        Some(json!({"type": "object", "required": ["act"]})),
    );
    add("/api/v1/calls/{number}/upload", "post", "A workbook or message", None);
    for formality in Formality::ALL {
        let path = format!("/api/v1/calls/{{number}}/formalities/{}", formality.code());
        let reference = json!({"$ref": format!("#/components/schemas/{}", formality.code())});
        add(&path, "get", &format!("{}: what was filed, as the caller may see it", formality.spec().en), None);
        add(&path, "put", &format!("File {} ({})", formality.spec().en, formality.spec().source), Some(reference));
    }
    add("/api/v1/verify", "post", "Verify a permit's code", None);
    add("/trust-list", "get", "The port's signed list of keys", None);
    add("/receipts/{id}", "get", "A receipt", None);
    add("/receipts/{id}/proof", "get", "A receipt's proof of inclusion in the log", None);
    add("/log/checkpoint", "get", "The log's last signed tree head", None);
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Pratique", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}, "schemas": schemas()},
    })
}

fn parameters(path: &str, method: &str) -> Value {
    let mut list: Vec<Value> = ["number", "id"]
        .into_iter()
        .filter(|name| path.contains(&format!("{{{name}}}")))
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    if matches!(method, "post" | "put") && path.starts_with("/api/v1/calls") {
        list.push(json!({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200},
            "description": "A retry with the same key and body gets the same receipt."}));
        list.push(json!({"name": "On-Behalf-Of", "in": "header", "schema": {"type": "string"},
            "description": "Code of the principal for whom the agent acts; a mandate must stand."}));
    }
    Value::Array(list)
}

fn schemas() -> Value {
    let mut all = Map::new();
    for formality in Formality::ALL {
        if let Ok(value) = serde_json::to_value(schema(*formality)) {
            all.insert(formality.code().to_owned(), value);
        }
    }
    all.insert("Problem".to_owned(), json!({"type": "object", "properties": {
        "type": {"type": "string"}, "status": {"type": "integer"}, "title": {"type": "string"}, "code": {"type": "string"},
        "faults": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}}}}));
    let text = json!({"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}});
    all.insert(
        "Fault".to_owned(),
        json!({"type": "object", "properties": {
        "code": {"type": "string"}, "severity": {"enum": ["error", "warning", "info"]}, "location": {"type": "string"},
        "text": text, "remedy": text, "help": text}}),
    );
    all.insert(
        "NewCall".to_owned(),
        json!({"type": "object", "required": ["imo", "kind", "eta"], "properties": {
        "imo": {"type": "string", "pattern": "^[0-9]{7}$"}, "kind": {"type": "string"},
        "eta": {"type": "string", "format": "date-time"}, "etd": {"type": "string", "format": "date-time"},
        "last_port": {"type": "string"}, "next_port": {"type": "string"}, "copy_from": {"type": "string"}}}),
    );
    Value::Object(all)
}
