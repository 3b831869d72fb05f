//! Resumption of work over the real program: every way in, corrections, thresholds, the board, and what everybody sees.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::Text;
use messages::answers_workbook::{self, Line};
use serde_json::json;

use crate::harness::{Answer, Client, Port};

fn upload(client: &Client, bytes: &[u8]) -> Answer {
    let token = client.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = format!("--part\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n").into_bytes();
    body.extend(b"--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--part--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=part")];
    client.send("POST", "/resumption/workbook", &headers, &body).expect("an answer")
}

#[test]
fn a_firm_answers_in_a_minute_and_a_threshold_opens_a_problem_once() {
    let port = Port::open();
    let (agent, system) = (port.person("agent"), port.system("agent"));
    let form = agent.get("/resumption?lang=en").text();
    assert!(form.contains("name=\"capacity\"") && !form.contains("name=\"link\""), "the records know the link: {form}");
    let wrong = agent.post("/resumption", &[("sector", "logistics"), ("capacity", "many"), ("trucks", "7")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("value=\"many\"") && wrong.text().contains("value=\"7\""), "nothing typed is lost");

    let said = [("sector", "logistics"), ("capacity", "20"), ("needs", "gear"), ("needs", "passes")];
    let done = agent.post("/resumption", &said);
    let number = done.between("href=\"/problems/", "\"").expect("a problem was opened");
    assert!(agent.get(&format!("/problems/{number}?lang=en")).text().contains("capacity below 30 %"));
    // The same by API is the version that stands; a correction is a version, and opens no second problem.
    let same = json!({"sector": "logistics", "numbers": {"capacity": 20}, "needs": ["gear", "passes"]});
    let again = system.call("PUT", "/api/v1/resumption", "again", &same).json();
    assert_eq!(again, json!({"version": 1, "problems": [], "receipt_id": null}), "nothing new, no receipt");
    let less = json!({"sector": "logistics", "numbers": {"capacity": 10, "stock_days": 9}});
    let corrected = system.call("PUT", "/api/v1/resumption", "less", &less).json();
    assert_eq!((&corrected["version"], &corrected["problems"]), (&json!(2), &json!([])));
    let receipt = corrected["receipt_id"].as_str().expect("a receipt");
    assert_eq!(port.anybody().get(&format!("/receipts/{receipt}")).status, 200);
    let changes = port.person("admin").get("/administration/changes?lang=en").text();
    assert!(changes.contains("Answer on the resumption of work"), "{changes}");
    assert_eq!(system.get("/api/v1/resumption").json()["answer"]["numbers"]["stock_days"], 9);
    let refused =
        system.call("PUT", "/api/v1/resumption", "bad", &json!({"sector": "logistics", "numbers": {"capacity": 200}}));
    assert_eq!((refused.status, refused.json()["faults"][0]["location"].clone()), (422, json!("capacity")));
    assert_eq!(port.anybody().get("/api/v1/resumption").status, 401);
}

#[test]
fn the_workbook_comes_back_filled_or_marked() {
    let port = Port::open();
    let (agent, system) = (port.person("agent"), port.system("agent"));
    let first = json!({"sector": "logistics", "numbers": {"capacity": 70, "trucks": 12}});
    assert_eq!(system.call("PUT", "/api/v1/resumption", "first", &first).status, 200);
    let workbook = agent.get("/resumption/workbook");
    assert_eq!(workbook.status, 200);
    // Sent back as it came, it says what stands.
    assert_eq!(upload(&agent, &workbook.bytes).status, 200);
    let stands = system.get("/api/v1/resumption").json();
    assert_eq!(
        (stands["answered"]["version"].clone(), stands["answer"]["numbers"]["trucks"].clone()),
        (json!(1), json!(12))
    );
    // With a fault it comes back marked, what was typed is in it, and nothing is recorded.
    let line = |code: &str, value: &str| Line { code: code.to_owned(), value: value.to_owned(), ..Line::default() };
    let lines = [line("sector", "logistics"), line("capacity", "many"), line("trucks", "9")];
    let faulty = answers_workbook::write(&Text::new("登记", "form"), &lines).expect("a workbook");
    let marked = upload(&agent, &faulty);
    assert_eq!(marked.status, 422);
    let page = marked.text();
    let held = page.split("base64,").nth(1).and_then(|rest| rest.split('"').next()).expect("the marked workbook");
    let held = STANDARD.decode(held.replace("&#x2f;", "/").replace("&#43;", "+").replace("&#x3d;", "="));
    let held = held.expect("base64");
    assert!(page.contains("resumption-marked.xlsx") && page.contains("PQ-RESUME-006") && held != faulty, "{page}");
    let read = answers_workbook::read(&held).expect("the workbook");
    assert_eq!((read["capacity"].1.as_str(), read["trucks"].1.as_str()), ("many", "9"));
    assert_eq!(system.get("/api/v1/resumption").json()["answered"]["version"], 1);
    assert_eq!(upload(&agent, b"no workbook").status, 422);
    assert_eq!(upload(&port.anybody(), &workbook.bytes).status, 303, "sign in first");
}

#[test]
fn a_clerk_answers_for_a_caller_and_the_port_office_sees_who_is_silent() {
    let port = Port::open();
    let office = port.person("portoffice");
    let before = office.get("/resumption/board?lang=en").text();
    assert!(before.contains("href=\"/resumption?firm=sample-line-c\""), "she has not answered: {before}");
    let typed = [("firm", "sample-line-c"), ("sector", "logistics"), ("capacity", "55")];
    assert_eq!(office.post("/resumption", &typed).status, 200);
    let after = office.get("/resumption/board?lang=en").text();
    assert!(!after.contains("href=\"/resumption?firm=sample-line-c\""));
    assert!(after.contains("The weakest link now: Shipping line") && after.contains("55 %"), "{after}");
    // A firm answers for itself alone, whatever it names.
    let agent = port.person("agent");
    assert_eq!(
        agent.post("/resumption", &[("firm", "sample-line-c"), ("sector", "food"), ("capacity", "90")]).status,
        200
    );
    let line = office.get("/resumption?firm=sample-line-c&lang=en").text();
    assert!(line.contains("name=\"capacity\"") && line.contains("value=\"55\""));
    for person in ["border", "portgroup", "msa", "court"] {
        for page in ["/resumption", "/resumption?firm=sample-line-c", "/resumption/workbook?firm=sample-line-c"] {
            assert_eq!(port.person(person).get(page).status, 403, "{person} {page}: the port office has the telephone");
        }
        assert_eq!(port.person(person).post("/resumption", &typed).status, 403, "{person}");
    }
    for person in ["agent", "border", "portgroup"] {
        assert_eq!(port.person(person).get("/resumption/board").status, 403, "{person}");
    }
    let figures = port.anybody().get("/resumption/figures?lang=en");
    assert!(figures.status == 200 && !figures.text().contains("55 %"), "a single firm is nobody's business");
    assert_eq!(port.anybody().get("/api/v1/resumption/figures").status, 200);
}

/// What a firm says in words is in no file of the port, and comes back to the firm and to nobody else.
#[test]
fn words_of_an_answer_are_sealed() {
    let port = Port::open();
    let system = port.system("agent");
    let said = json!({"sector": "logistics", "numbers": {"capacity": 70}, "words": "Zhang Sanfeng cannot come back"});
    assert_eq!(system.call("PUT", "/api/v1/resumption", "words", &said).status, 200);
    assert_eq!(system.get("/api/v1/resumption").json()["answer"]["words"], "Zhang Sanfeng cannot come back");
    let same = system.call("PUT", "/api/v1/resumption", "again", &said).json();
    assert_eq!(same["version"], 1, "the same words are the same answer");
    assert!(!port.system("agent2").get("/api/v1/resumption").text().contains("Sanfeng"));
    let folder = port.end();
    for file in std::fs::read_dir(&folder).expect("a folder") {
        let path = file.expect("a file").path();
        let bytes = if path.is_file() { std::fs::read(&path).expect("read") } else { Vec::new() };
        assert!(!bytes.windows(7).any(|of| of == b"Sanfeng"), "{}", path.display());
    }
    let _ = std::fs::remove_dir_all(folder);
}
