//! Changes of tables over the real program: pages and API, four eyes, before and after, another process, restart, doctor.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Port, copy, fresh, pratique};

const PRICES: &str = "tariff-cargo-dues";
const MEASURE: &str = "eligibility-02-green-lane";
const ROW: &str = "| dues-import-20 |";

/// The first day from which something may change, as the form proposes it.
fn tomorrow(client: &Client, table: &str) -> String {
    let form = client.get(&format!("/tables/{table}/draft")).text();
    form.split("id=\"from\"").nth(1).and_then(|of| of.split(" value=\"").nth(1)).expect("a day")[..10].to_owned()
}

fn text(client: &Client, table: &str) -> String {
    client.get(&format!("/tables/{table}/table.md")).text()
}

/// Prices in which a box costs 50 instead of 34 from a day on.
fn dearer(text: &str, day: &str) -> String {
    let old = text.lines().find(|line| line.starts_with(ROW)).expect("the row");
    let closed = old.replace("| 2019-04-01 |  |", &format!("| 2019-04-01 | {day} |"));
    assert_ne!(closed, old);
    let new = old.replace(ROW, "| dues-import-20-new |").replace("| 34 |", "| 50 |").replace("2019-04-01", day);
    text.replace(old, &format!("{closed}\n{new}"))
}

fn save(client: &Client, table: &str, day: &str, text: &str) -> String {
    let saved = client.post(&format!("/tables/{table}/draft"), &[("from", day), ("text", text), ("do", "save")]);
    assert_eq!(saved.status, 303, "{}", saved.text());
    saved.header("location").expect("a page").to_owned()
}

fn act(client: &Client, page: &str, act: &str) -> Answer {
    let edit = client
        .get(page)
        .text()
        .split("name=\"edit\" value=\"")
        .nth(1)
        .map(|rest| rest.split('"').next().expect("a number").to_owned());
    client.post(page, &[("act", act), ("edit", edit.as_deref().unwrap_or("0")), ("words", "looked at")])
}

fn facts(day: &str) -> Value {
    json!({"days": {"arrival": day}, "ship": {"type": "container"}, "items": [
        {"kind": "container", "quantity": 1, "particulars": {"size": 20, "direction": "import"}}]})
}

/// The cargo dues of a box on a day.
fn dues(client: &Client, day: &str) -> String {
    let bill = client.call("POST", "/api/v1/charges/estimate", day, &facts(day)).json();
    let line = bill["lines"].as_array().expect("lines").iter().find(|line| line["charge"] == "cargo_dues");
    line.expect("dues")["amount"].as_str().expect("an amount").to_owned()
}

#[test]
fn a_price_changes_from_its_day_by_four_eyes_for_the_server_and_for_commands() {
    let port = Port::open();
    let (group, office, anybody) = (port.person("portgroup"), port.person("portoffice"), port.anybody());
    let day = tomorrow(&group, PRICES);
    let before = text(&group, PRICES);
    let checked = group.post(
        &format!("/tables/{PRICES}/draft?lang=en"),
        &[("from", &day), ("text", &dearer(&before, &day)), ("do", "check")],
    );
    assert!(checked.text().contains("Nothing stands against it"), "{}", checked.text());
    assert_eq!(text(&group, PRICES), before, "a check keeps nothing");
    let page = save(&group, PRICES, &day, &dearer(&before, &day));
    assert_eq!(dues(&anybody, &day), "34.00", "a draft counts for nobody");
    assert_eq!(act(&group, &page, "propose").status, 303);
    // The port group does not approve, and who drafted does not either.
    assert_eq!(group.post(&page, &[("act", "publish"), ("edit", "2")]).status, 403);
    assert_eq!(act(&office, &page, "publish").status, 303);

    // The bills of the port are reckoned by the row of their day; no restart.
    assert_eq!(dues(&anybody, &day), "50.00");
    assert_eq!(dues(&anybody, "2026-11-01"), "34.00", "what was before stays");
    // A command beside the running server has it as well.
    let file = port.folder.join("facts.json");
    fs::write(&file, facts(&day).to_string()).expect("written");
    let bill = pratique(&port.folder, &["bill", "--json", file.to_str().expect("a path")]);
    let said = String::from_utf8_lossy(&bill.stdout).into_owned();
    assert!(said.contains("dues-import-20-new"), "{said} {}", String::from_utf8_lossy(&bill.stderr));

    let shown = pratique(&port.folder, &["rules", "show", PRICES]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("| dues-import-20-new |"), "the command has it too");

    let steps = office.get(&format!("{page}?lang=en")).text();
    for said in ["Drafted", "Proposed", "Approved and published", "portgroup", "portoffice", "Published"] {
        assert!(steps.contains(said), "{said} is not in {steps}");
    }
    let receipt = steps.split("href=\"/receipts/").nth(1).and_then(|of| of.split('"').next()).expect("a receipt");
    assert_eq!(anybody.get(&format!("/receipts/{receipt}")).status, 200);

    // After a restart it still counts; doctor finds nothing, and names a folder that was changed underneath.
    let folder = port.end();
    let doctor = pratique(&folder, &["doctor", "--full"]);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.status.success() && said.contains("OK   tables"), "{said}");
    let profile = fresh("profile");
    copy(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ports/dalian")), &profile);
    let table = profile.join("tables/tariff-cargo-dues.table.md");
    let other = fs::read_to_string(&table).expect("read").replace("| 17 |", "| 18 |");
    fs::write(&table, other).expect("written");
    let doctor = pratique(&folder, &["--port", profile.to_str().expect("a path"), "doctor"]);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(!doctor.status.success() && said.contains("FAIL tables: tariff-cargo-dues"), "{said}");
    let port = Port::serve(folder, &[]);
    assert_eq!(dues(&port.anybody(), &day), "50.00");
    let _ = fs::remove_dir_all(profile);
}

#[test]
fn a_measure_opens_to_more_and_is_withdrawn_before_its_day() {
    let port = Port::open();
    let (office, other) = (port.person("portoffice"), port.person("portoffice2"));
    let day = tomorrow(&office, MEASURE);
    // Row by row, without writing a line of the text.
    let form = |pairs: &[(&str, &str)]| office.post(&format!("/tables/{MEASURE}/draft?lang=en"), pairs);
    let closed = form(&[("from", &day), ("text", &text(&office, MEASURE)), ("close", "other-goods"), ("do", "close")]);
    let typed = |answer: &Answer| unescaped(&answer.between("name=\"text\"", "</textarea>").expect("the text"));
    let text_of = |answer: &Answer| typed(answer).split_once('>').expect("the text").1.to_owned();
    let gap = form(&[("from", &day), ("text", &text_of(&closed)), ("do", "check")]).text();
    assert!(gap.contains("PQ-RULES-GAP") && gap.contains("column goods"), "{gap}");
    let row = [
        ("row.row", "other-goods-new"),
        ("row.in0", "\"food\", \"raw\", \"other\""),
        ("row.out0", "\"by_choice\""),
        ("row.law", "本口岸选择 choice of the port"),
        ("row.zh", "可选"),
        ("row.en", "may choose"),
    ];
    let closed = text_of(&closed);
    let added = form(&[&[("from", day.as_str()), ("text", closed.as_str()), ("do", "add")], &row[..]].concat());
    let whole = text_of(&added);
    assert!(whole.contains("| other-goods-new |"), "{whole}");
    let lawless = whole.replace("| 本口岸选择 choice of the port | 可选", "|  | 可选");
    let lawless = form(&[("from", &day), ("text", &lawless), ("do", "check")]).text();
    assert!(lawless.contains("row other-goods-new, column law"), "{lawless}");
    let dateless = whole.replace(&format!("| {day} |  | 本口岸"), "|  |  | 本口岸");
    let dateless = form(&[("from", &day), ("text", &dateless), ("do", "check")]).text();
    assert!(dateless.contains("row other-goods-new, column from"), "{dateless}");
    let past = form(&[("from", "2020-01-01"), ("text", &whole), ("do", "check")]).text();
    assert!(past.contains("PQ-TABLE-001"), "{past}");

    let page = save(&office, MEASURE, &day, &whole);
    assert_eq!(act(&office, &page, "propose").status, 303);
    let own = act(&office, &format!("{page}?lang=en"), "publish");
    assert!(own.status == 409 && own.text().contains("PQ-TABLE-017"), "{} {}", own.status, own.text());
    assert_eq!(act(&other, &page, "publish").status, 303);
    let fits = |on: &str| {
        let asked = json!({"on": on, "facts": {"goods": "other"}});
        let answers = port.anybody().call("POST", "/api/v1/measures/check", on, &asked).json();
        let all = answers["answers"].as_array().or(answers["measures"].as_array()).expect("answers").clone();
        let of = all.iter().find(|of| of["measure"] == "02-green-lane" || of["code"] == "02-green-lane");
        of.expect("the measure")["fits"].as_str().expect("a word").to_owned()
    };
    assert_eq!([fits("2026-11-01"), fits(&day)], ["no", "by_choice"]);
    assert_eq!(act(&other, &page, "withdraw").status, 303);
    assert_eq!(fits(&day), "no");
    let gone = act(&other, &page, "withdraw");
    assert!(gone.status == 409 && gone.text().contains("PQ-TABLE-018"), "{}", gone.status);
}

#[test]
fn systems_draft_and_check_and_do_not_approve() {
    let port = Port::open();
    let (msa, customs) = (port.system("msa"), port.system("customs"));
    let day = tomorrow(&port.person("msa"), "holds");
    let table = msa.get("/api/v1/tables/holds").json();
    let text = table["text"].as_str().expect("the text").to_owned();
    assert_eq!(table["drafts"][0], "msa");
    let row = text.lines().rfind(|line| line.starts_with('|')).expect("a row");
    let id = row.split('|').nth(1).expect("an id").trim();
    let until = row.split('|').count() - 5;
    let cells: Vec<_> = row
        .split('|')
        .enumerate()
        .map(|(nth, cell)| if nth == until { format!(" {day} ") } else { cell.to_owned() })
        .collect();
    let asked = json!({"text": text.replace(row, &cells.join("|")), "valid_from": day, "words": "no more"});
    let checked = msa.call("POST", "/api/v1/tables/holds/check", "check", &asked).json();
    assert_eq!((checked["sound"].clone(), checked["changed"][0]["row"].clone()), (json!(true), json!(id)), "{checked}");
    assert_eq!(checked["faults"][0]["code"], "PQ-TABLE-013", "what is no longer granted is told: {checked}");
    assert!(checked["difference"]["matters"].as_u64().is_some_and(|count| count > 0), "{checked}");
    let made = msa.call("POST", "/api/v1/tables/holds/changes", "draft", &asked);
    assert_eq!(made.status, 201, "{}", made.text());
    let at = format!("/api/v1/table-changes/{}", made.json()["id"].as_str().expect("an id"));
    assert_eq!(port.system("agent").get(&at).status, 404);
    let step = |client: &Client, act: &str, edit: i64| {
        client.call("POST", &format!("{at}/acts"), &format!("{act}{edit}"), &json!({"act": act, "edit": edit}))
    };
    let proposed = step(&msa, "propose", 1);
    assert_eq!((proposed.status, proposed.json()["state"].clone()), (200, json!("proposed")), "{}", proposed.text());
    let refused = step(&customs, "publish", 2);
    assert_eq!((refused.status, refused.json()["faults"][0]["code"].clone()), (409, json!("PQ-TABLE-016")));
    let refused = step(&msa, "publish", 2);
    assert_eq!((refused.status, refused.json()["faults"][0]["code"].clone()), (409, json!("PQ-TABLE-017")));
    let stale = step(&msa, "drop", 1);
    assert_eq!((stale.status, stale.json()["faults"][0]["code"].clone()), (409, json!("PQ-TABLE-022")));
    let xml = msa.get("/api/v1/tables/holds/table.dmn");
    assert!(xml.text().contains("<decisionTable") || xml.text().contains(":decisionTable"), "{}", xml.text());
    let same = json!({"text": xml.text(), "valid_from": day});
    let same = msa.call("POST", "/api/v1/tables/holds/check", "xml", &same).json();
    assert_eq!(same["hash"], table["hash"], "DMN XML says the same: {same}");
}

/// A file takes the place of the text, and nothing is saved by it.
#[test]
fn a_file_is_read_into_the_form() {
    let port = Port::open();
    let group = port.person("portgroup");
    let xml = group.get(&format!("/tables/{PRICES}/table.dmn")).bytes;
    let read = upload(&group, &format!("/tables/{PRICES}/upload"), &xml);
    assert_eq!(read.status, 200);
    assert!(unescaped(&read.text()).contains("| dues-import-20 |"), "{}", read.text());
    assert_eq!(upload(&group, &format!("/tables/{PRICES}/upload"), b"<xml/>").status, 422);
    assert_eq!(upload(&port.person("border"), &format!("/tables/{PRICES}/upload"), &xml).status, 403);
    assert_eq!(upload(&port.anybody(), &format!("/tables/{PRICES}/upload"), &xml).status, 303);
    let day = tomorrow(&group, PRICES);
    let page = save(&group, PRICES, &day, "half a table");
    assert_eq!(upload(&group, &format!("{page}/upload"), &xml).status, 200);
    assert_eq!(upload(&port.person("border"), &format!("{page}/upload"), &xml).status, 404);
    assert_eq!(act(&group, &page, "propose").status, 422, "half a table is kept, and goes no further");
}

fn upload(client: &Client, path: &str, bytes: &[u8]) -> Answer {
    let token = client.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = format!("--part\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n").into_bytes();
    body.extend(b"--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"t.dmn\"\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--part--\r\n");
    client.send("POST", path, &[("content-type", "multipart/form-data; boundary=part")], &body).expect("an answer")
}

fn unescaped(text: &str) -> String {
    let signs = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    signs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
