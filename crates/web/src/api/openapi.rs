//! The description of the API, made from the same catalogue as the forms.

use axum::{http::StatusCode, response::Response};
use domain::formality::{Formality, schema};
use serde_json::{Map, Value, json};

use super::json_answer;
use crate::page::{Failure, Page};

mod acts;
mod applications;
mod cargo;
mod charges;
mod crew_cases;
mod declarations;
mod flights;
mod measures;
mod person_permits;
mod prechecks;
mod problems;
mod services;
mod ships;
mod tables;

/// `GET /api/openapi.json`: OpenAPI 3.1.
pub async fn description() -> Response {
    json_answer(StatusCode::OK, &openapi())
}

/// `GET /api`: the description for people, in their language.
///
/// # Errors
/// An internal error when the template does not fit.
pub async fn docs(page: Page) -> Result<Response, Failure> {
    page.draw("api.html", &page.layout(""), &for_people())
}

/// What the page shows: addresses of calls and of everybody, formalities and acts, each with what it does.
fn for_people() -> Value {
    let (mut calls, mut filings, mut everybody) = (Vec::new(), Vec::new(), Vec::new());
    let row = |address: &Address<'_>| {
        json!({"method": address.method.to_uppercase(), "path": address.path,
               "say": {"zh": address.zh, "en": address.summary}})
    };
    addresses_of_calls(&mut |address| calls.push(row(address)));
    measures::addresses(&mut |address| everybody.push(row(address)));
    problems::everybody(&mut |address| everybody.push(row(address)));
    public_addresses(&mut |address| everybody.push(row(address)));
    for formality in Formality::of_calls() {
        let spec = formality.spec();
        filings.push(json!({"code": spec.code, "say": {"zh": spec.zh, "en": spec.en}, "source": spec.source}));
    }
    json!({"calls": calls, "formalities": filings, "acts": acts::for_people(), "everybody": everybody})
}

/// An address with its method: what it does, what it takes, what it gives.
struct Address<'a> {
    path: &'a str,
    method: &'a str,
    /// What it does, in English as the description has it, and in Chinese for people.
    summary: &'a str,
    zh: &'a str,
    /// Media type and schema of the body.
    body: Option<(&'a str, Value)>,
    /// Status, media type and schema of the answer.
    gives: (&'a str, &'a str, Value),
}

const JSON: &str = "application/json";

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn openapi() -> Value {
    let mut paths = Map::new();
    let mut add = |address: &Address<'_>| {
        let entry = paths.entry(address.path.to_owned()).or_insert_with(|| json!({}));
        entry[address.method] = operation(address);
    };
    addresses_of_calls(&mut add);
    addresses_of_filings(&mut add);
    problems::addresses(&mut add);
    problems::everybody(&mut add);
    measures::addresses(&mut add);
    applications::addresses(&mut add);
    declarations::addresses(&mut add);
    person_permits::addresses(&mut add);
    crew_cases::addresses(&mut add);
    prechecks::addresses(&mut add);
    cargo::addresses(&mut add);
    flights::addresses(&mut add);
    charges::addresses(&mut add);
    services::addresses(&mut add);
    ships::addresses(&mut add);
    tables::addresses(&mut add);
    public_addresses(&mut add);
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Pratique", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}, "schemas": schemas()},
    })
}

fn operation(address: &Address<'_>) -> Value {
    let (status, media, schema) = &address.gives;
    const KEYED: [&str; 14] = [
        "/api/v1/manifests",
        "/api/v1/consignments",
        "/api/v1/calls",
        "/api/v1/problems",
        "/api/v1/applications",
        "/api/v1/priorities",
        "/api/v1/crew-cases",
        "/api/v1/flights",
        "/api/v1/declarations",
        "/api/v1/guarantees",
        "/api/v1/licences",
        "/api/v1/savings",
        "/api/v1/ships",
        "/api/v1/resumption",
    ];
    let needs_key =
        KEYED.iter().any(|beginning| address.path.starts_with(beginning)) && !address.path.ends_with("/figures");
    let mut operation = json!({
        "summary": address.summary,
        "security": if needs_key { json!([{"key": []}]) } else { json!([]) },
        "parameters": parameters(address.path, address.method),
        "responses": {
            *status: {"description": "Done", "content": {*media: {"schema": schema}}},
            "4XX": {"description": "Refused", "content": {"application/problem+json": {"schema": reference("Problem")}}},
        },
    });
    if address.path.ends_with("/{number}/upload") {
        // What became of a file of which nothing was filed, or nothing is new, is told in the same form.
        let told = [("422", "Nothing was filed: every fault at its place"), ("200", "Nothing of it is new")];
        for (code, description) in told.into_iter().filter(|(code, _)| code != status) {
            operation["responses"][code] = json!({"description": description, "content": {*media: {"schema": schema}}});
        }
    }
    if let Some((media, schema)) = &address.body {
        operation["requestBody"] = json!({"required": true, "content": {*media: {"schema": schema}}});
    }
    operation
}

fn addresses_of_calls(add: &mut impl FnMut(&Address<'_>)) {
    let object = || json!({"type": "object"});
    let calls = "/api/v1/calls";
    add(&Address {
        path: calls,
        method: "get",
        summary: "Calls within reach, newest first",
        zh: "可见范围内的航次，新的在前",
        body: None,
        gives: ("200", JSON, reference("Calls")),
    });
    let body = Some((JSON, reference("NewCall")));
    add(&Address {
        path: calls,
        method: "post",
        summary: "Open a call",
        zh: "新建航次",
        body,
        gives: ("201", JSON, reference("Done")),
    });
    let path = "/api/v1/calls/{number}";
    let summary = "A call: state, who holds it, what is due and why; with an ETag of its version";
    let zh = "航次：状态、在谁手里、需办手续及理由；ETag 为其版本";
    add(&Address { path, method: "get", summary, zh, body: None, gives: ("200", JSON, reference("Call")) });
    let path = "/api/v1/calls/{number}/journal";
    let journal = json!({"type": "object", "properties": {
        "journal": {"type": "array", "items": object()}, "next": {"type": ["string", "null"]}}});
    add(&Address {
        path,
        method: "get",
        summary: "The call's journal, oldest first",
        zh: "航次的办理记录，旧的在前",
        body: None,
        gives: ("200", JSON, journal),
    });
    let path = "/api/v1/calls/{number}/acts";
    let summary = "An act: decide, ask, answer, hold, board, plan, state a time";
    add(&Address {
        path,
        method: "post",
        summary,
        zh: "操作：决定、询问、答复、限制、登临、安排泊位、填报时间",
        body: Some((JSON, reference("Act"))),
        gives: ("201", JSON, reference("Done")),
    });
    let path = "/api/v1/calls/{number}/workbook";
    let summary = "The FAL workbook with what the call already says, to be filled in and uploaded";
    let file = json!({"type": "string", "contentMediaType": "application/octet-stream"});
    let gives = ("200", "application/octet-stream", file);
    let zh = "预填的 FAL 工作簿，补充后上传";
    add(&Address { path, method: "get", summary, zh, body: None, gives });
    let path = "/api/v1/calls/{number}/upload";
    let summary = "A FAL workbook, PAXLST interchange or JSON; good lists are filed, faulty ones become drafts";
    let body =
        Some(("application/octet-stream", json!({"type": "string", "contentMediaType": "application/octet-stream"})));
    let zh = "上传 FAL 工作簿、PAXLST 报文或 JSON；无误的清单即行申报，有误的存为草稿";
    add(&Address { path, method: "post", summary, zh, body, gives: ("201", JSON, reference("Upload")) });
}

fn addresses_of_filings(add: &mut impl FnMut(&Address<'_>)) {
    for formality in Formality::of_calls() {
        let spec = formality.spec();
        let path = format!("/api/v1/calls/{{number}}/formalities/{}", formality.code());
        let filed = json!({"type": "object", "properties": {
            "version": {"type": "integer"}, "filed_at": {"type": "string", "format": "date-time"},
            "channel": {"type": "string"}, "reduced": {"type": "boolean"}, "content": reference(formality.code())}});
        let summary = format!("{}: what was filed, as the caller may see it", spec.en);
        add(&Address {
            path: &path,
            method: "get",
            summary: &summary,
            zh: spec.zh,
            body: None,
            gives: ("200", JSON, filed),
        });
        let original = format!("{path}/original");
        let file = json!({"type": "string", "contentMediaType": "application/octet-stream"});
        let summary = format!("{}: the file from which it was read, as it was received", spec.en);
        let gives = ("200", "application/octet-stream", file);
        add(&Address { path: &original, method: "get", summary: &summary, zh: spec.zh, body: None, gives });
        let summary = format!("File {} ({})", spec.en, spec.source);
        let body = Some((JSON, reference(formality.code())));
        add(&Address {
            path: &path,
            method: "put",
            summary: &summary,
            zh: spec.zh,
            body,
            gives: ("201", JSON, reference("Done")),
        });
    }
}

fn public_addresses(add: &mut impl FnMut(&Address<'_>)) {
    let text = || json!({"type": "string"});
    let object = || json!({"type": "object"});
    let body = Some(("text/plain", text()));
    let verdict = json!({"type": "object", "properties": {
        "verdict": {"enum": ["valid", "not_yet_valid", "expired", "re_examination_due", "revoked"]}, "number": text(),
        "kind": text(), "ship": text(), "imo": text(), "issuer": text(), "sail_before": text()}});
    add(&Address {
        path: "/api/v1/verify",
        method: "post",
        summary: "Verify the text of a permit's code",
        zh: "核验许可证二维码文字",
        body,
        gives: ("200", JSON, verdict),
    });
    let gets = [
        ("/trust-list", "The port's signed list of keys", "口岸签名的密钥清单", JSON, object()),
        (
            "/status-list/{organ}",
            "Permits of an organ that stand no longer or must be examined again, signed",
            "某单位已失效或须重新核查的许可证清单（签名）",
            "text/plain",
            text(),
        ),
        ("/receipts/{id}", "A receipt's bytes", "回执原文", JSON, object()),
        (
            "/receipts/{id}/proof",
            "A receipt's proof of inclusion in the log, within a second",
            "回执在日志中的存证证明（一秒内）",
            JSON,
            object(),
        ),
        (
            "/log/checkpoint",
            "The log's last signed tree head (C2SP)",
            "日志最新的签名树头（C2SP）",
            "text/plain",
            text(),
        ),
        (
            "/log/tile/{path}",
            "A tile of the log's hashes (C2SP tlog-tiles), such as 0/000.p/17",
            "日志的哈希块（C2SP tlog-tiles），如 0/000.p/17",
            "application/octet-stream",
            json!({"type": "string", "contentMediaType": "application/octet-stream"}),
        ),
        ("/health", "The process lives", "程序在运行", "text/plain", text()),
        ("/ready", "The store reads and writes", "数据可读写", JSON, object()),
        ("/api/openapi.json", "This description", "接口描述文件", JSON, object()),
    ];
    for (path, summary, zh, media, schema) in gets {
        add(&Address { path, method: "get", summary, zh, body: None, gives: ("200", media, schema) });
    }
}

fn parameters(path: &str, method: &str) -> Value {
    let string = json!({"type": "string"});
    let given =
        |place: &str, name: &str, what: &str| json!({"name": name, "in": place, "schema": string, "description": what});
    let mut list: Vec<Value> = ["number", "id", "organ", "path", "code", "month", "secret", "imo"]
        .into_iter()
        .filter(|name| path.contains(&format!("{{{name}}}")))
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": string}))
        .collect();
    if path == "/api/v1/calls" && method == "get" {
        list.push(given("query", "state", "States, parted by commas"));
        list.push(given("query", "q", "Words: ship, IMO number, number of the call"));
    }
    if matches!(path, "/api/v1/calls" | "/api/v1/calls/{number}/journal") && method == "get" {
        list.push(given("query", "after", "The cursor `next` of the page before"));
    }
    if path == "/api/v1/problems" && method == "get" {
        list.extend(problems::QUERY.iter().map(|(name, what)| given("query", name, what)));
    }
    if path.contains("/formalities/") && method == "get" {
        list.push(given("query", "version", "A version, the last one by default"));
    }
    if path.ends_with("/upload") {
        list.push(given("header", "X-File-Name", "The file's name"));
    }
    if path == "/api/v1/charges" {
        list.push(given("query", "on", "The day of the price list, today by default"));
    }
    if matches!(method, "post" | "put") && !path.ends_with("/verify") && !path.starts_with("/api/v1/charges") {
        list.push(json!({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200},
            "description": "A retry with the same key and body gets the same receipt."}));
        list.push(given(
            "header",
            "On-Behalf-Of",
            "Code of the principal for whom the agent acts; a mandate must stand.",
        ));
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
        "left_last_port": {"type": "string", "format": "date-time", "description": "When she left, or leaves, her last port: decides the limit of the entry application"},
        "last_port": {"type": "string"}, "next_port": {"type": "string"}, "copy_from": {"type": "string"},
        "report": {"type": "object", "description": "What happened, when she comes in distress", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}}}}),
    );
    all.insert("Act".to_owned(), acts::schema());
    problems::schemas(&mut all);
    measures::schemas(&mut all);
    applications::schemas(&mut all);
    declarations::schemas(&mut all);
    person_permits::schemas(&mut all);
    crew_cases::schemas(&mut all);
    prechecks::schemas(&mut all);
    cargo::schemas(&mut all);
    flights::schemas(&mut all);
    charges::schemas(&mut all);
    services::schemas(&mut all);
    ships::schemas(&mut all);
    tables::schemas(&mut all);
    let string = || json!({"type": "string"});
    let faults = || json!({"type": "array", "items": reference("Fault")});
    all.insert(
        "Done".to_owned(),
        json!({"type": "object", "properties": {
        "number": string(), "receipt_id": string(), "faults": faults(), "receipt": {"type": "object"}}}),
    );
    all.insert("Calls".to_owned(), json!({"type": "object", "properties": {"next": {"type": ["string", "null"]},
        "calls": {"type": "array", "items": {"type": "object", "properties": {
            "number": string(), "imo": string(), "state": string(), "holder": string(), "until": {"type": ["string", "null"]},
            "arrival": {"type": ["string", "null"]}, "departure": {"type": ["string", "null"]}, "berth": string()}}}}}));
    all.insert(
        "Call".to_owned(),
        json!({"type": "object", "properties": {
        "status": string(), "holding": {"type": "object"}, "blockers": {"type": "object"},
        "due": {"type": "array", "items": {"type": "object"}}, "call": {"type": "object"}}}),
    );
    all.insert("Upload".to_owned(), json!({"type": "object", "properties": {
        "type": string(), "filed": {"type": "array", "items": {"type": "object"}}, "drafted": {"type": "array", "items": string()},
        "unchanged": {"type": "array", "items": string()},
        "faults": faults()}}));
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page on which every address stands.
    const ROUTES: &str = include_str!("../routes.rs");

    #[test]
    fn every_address_for_systems_is_described() {
        let paths = openapi()["paths"].clone();
        let systems = ROUTES.split(".route(").skip(1).filter_map(|route| route.split('"').nth(1));
        let mut count = 0;
        for path in systems.filter(|path| path.starts_with("/api/v1")) {
            let path = path.replace("/formalities/{code}", &format!("/formalities/{}", Formality::CrewList.code()));
            assert!(paths.get(&path).is_some(), "{path}");
            count += 1;
        }
        assert!(count > 5);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let whole = openapi();
        let text = whole.to_string();
        for name in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(whole["components"]["schemas"].get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_page_for_people_is_drawn_in_their_language() {
        let pages = crate::templates::Templates::embedded().expect("templates");
        for (lang, word) in [("en", "Open a call"), ("zh", "撤回申报")] {
            let layout = crate::layout::Layout { lang: lang.to_owned(), ..Default::default() };
            let html = pages.render("api.html", &layout, &for_people()).expect("drawn");
            assert!(html.contains(word) && html.contains("/api/v1/calls/{number}/journal"), "{lang}");
            assert!(html.contains("acknowledge_distress"), "{lang}");
        }
    }
}
