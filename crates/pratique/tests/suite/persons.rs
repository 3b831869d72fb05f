//! Permits of persons over the real program: a firm's list, what is read by whom, decisions, and what stands in no file.

use rust_xlsxwriter::Workbook;

use crate::{
    harness::{Answer, Client, LEAVING, Port, numbered},
    sealing,
};

/// Stands in for a person's name.
const NAME: &str = "CANARYWELDER";

const HEADINGS: [&str; 8] = [
    "许可编号 Permit number",
    "姓 Family name",
    "Given names",
    "国籍",
    "Date of birth",
    "Nature of identity or travel document",
    "Number of identity or travel document",
    "Capacity",
];

/// A list of persons: number, names, nationality, birth, kind and number of document, capacity.
pub fn workbook(rows: &[[String; 8]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Persons").expect("a name");
    for (at, heading) in (0_u16..).zip(HEADINGS) {
        sheet.write(2, at, heading).expect("written");
    }
    for (row, values) in (3_u32..).zip(rows) {
        for (at, value) in (0_u16..).zip(values) {
            sheet.write(row, at, value).expect("written");
        }
    }
    workbook.save_to_buffer().expect("saved")
}

/// A worker of the gang.
pub fn worker(nth: usize) -> [String; 8] {
    let text = |text: &str| text.to_owned();
    [
        text(""),
        format!("{NAME}{nth}"),
        text("Li"),
        text("China"),
        format!("1990-01-{:02}", nth % 28 + 1),
        text("身份证"),
        format!("2102021990{nth:08}"),
        text("Repair worker"),
    ]
}

/// Sends a multipart form, perhaps with a list.
pub fn send(person: &Client, path: &str, pairs: &[(&str, &str)], list: Option<&[u8]>) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (name, value) in pairs.iter().chain(&[("csrf", token)]) {
        let head = format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.bytes());
    }
    if let Some(bytes) = list {
        let head = "--part\r\ncontent-disposition: form-data; name=\"list\"; filename=\"gang.xlsx\"\r\n\r\n";
        body.extend(head.bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--part--\r\n");
    person.send("POST", path, &[("content-type", "multipart/form-data; boundary=part")], &body).expect("an answer")
}

/// What a repair gang wants: to board the ship of a call for a week.
pub fn boarding<'a>(call: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", "boarding"),
        ("place", "ship"),
        ("ship", call),
        ("from", "2026-01-01T00:00"),
        ("until", "2031-01-01T00:00"),
        ("words", "repairs of the main engine"),
        ("key", key),
    ]
}

/// The same for as long as the table lets a permit hold, from now.
fn wanted<'a>(call: &'a str, from: &'a str, until: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut pairs = boarding(call, key);
    pairs.retain(|(name, _)| !matches!(*name, "from" | "until"));
    pairs.extend([("from", from), ("until", until)]);
    pairs
}

/// The day so many days from now, as forms write an instant.
pub fn days_from_now(days: i64) -> String {
    let at = domain::Instant(crate::gates::now() + days * 24 * domain::instant::HOUR);
    format!("{}T00:00", at.date(&jiff::tz::TimeZone::UTC))
}

/// A gang of so many workers that the agent applied for: the application's number.
pub fn gang(port: &Port, workers: usize, key: &str) -> String {
    let call = numbered(port, LEAVING);
    let rows: Vec<_> = (1..=workers).map(worker).collect();
    let (from, until) = (days_from_now(-1), days_from_now(20));
    let agent = port.person("agent");
    let answer = send(&agent, "/person-permits", &wanted(&call, &from, &until, key), Some(&workbook(&rows)));
    assert_eq!(answer.status, 201, "{}", answer.text());
    number_in(&answer)
}

fn number_in(answer: &Answer) -> String {
    answer.between("<a href=\"/person-permits/2", "\"").map(|rest| format!("2{rest}")).expect("a number")
}

/// Border inspection's act.
pub fn act(port: &Port, number: &str, pairs: &[(&str, &str)]) -> Answer {
    send(&port.person("border"), &format!("/person-permits/{number}/acts"), pairs, None)
}

#[test]
fn a_gang_comes_by_workbook_and_good_rows_are_kept() {
    let port = Port::open();
    let (agent, call) = (port.person("agent"), numbered(&port, LEAVING));
    let mut rows: Vec<_> = (1..=40).map(worker).collect();
    rows[4][4] = "31 February".to_owned();
    rows[9][6] = worker(9)[6].clone();
    let (from, until) = (days_from_now(-1), days_from_now(20));
    let pairs = wanted(&call, &from, &until, "gang-1");
    let answer = send(&agent, "/person-permits?lang=en", &pairs, Some(&workbook(&rows)));
    assert_eq!(answer.status, 201, "{}", answer.text());
    let text = answer.text();
    assert!(text.contains("Persons!E8") && text.contains("Persons!G13"), "each fault at its cell: {text}");
    let number = number_in(&answer);
    assert_eq!(text.matches(&format!("{number}-")).count(), 38, "the good rows have numbers");
    // The workbook comes back with the numbers; mended and sent again, its two rows are added and no other.
    let back = answer.between("/person-permits/lists/", "\"").expect("the workbook");
    let file = agent.get(&format!("/person-permits/lists/{back}"));
    assert!(file.status == 200 && file.bytes.starts_with(b"PK"));
    assert_eq!(port.person("agent2").get(&format!("/person-permits/lists/{back}")).status, 404);
    let mut serial = 0;
    for (nth, row) in rows.iter_mut().enumerate() {
        if nth != 4 && nth != 9 {
            serial += 1;
            row[0] = format!("{number}-{serial:02}");
        }
    }
    rows[4] = worker(5);
    rows[9] = worker(10);
    let add = [("act", "add"), ("key", "gang-2")];
    let added = send(&agent, &format!("/person-permits/{number}/acts?lang=en"), &add, Some(&workbook(&rows)));
    assert!(added.status == 201 && added.text().contains(&format!("{number}-40")), "{}", added.text());
    assert!(!added.text().contains(&format!("{number}-41")));
    // One passport twice is refused also across workbooks.
    let mut again = worker(7);
    again[1] = "OTHERNAME".to_owned();
    let twice = send(
        &agent,
        &format!("/person-permits/{number}/acts"),
        &[("act", "add"), ("key", "gang-3")],
        Some(&workbook(&[again])),
    );
    assert!(twice.status == 422 && twice.text().contains("PQ-PERSON-020"), "{}", twice.text());
}

#[test]
fn persons_are_read_by_whom_they_concern_and_stand_in_no_file() {
    let port = Port::open();
    let number = gang(&port, 3, "gang-1");
    let path = format!("/person-permits/{number}");
    for (person, status, reads) in [
        ("agent", 200, true),
        ("border", 200, true),
        ("portoffice", 200, false),
        ("agent2", 404, false),
        ("customs", 404, false),
        ("portgroup", 404, false),
        ("msa", 404, false),
    ] {
        let answer = port.person(person).get(&path);
        assert_eq!((answer.status, answer.text().contains(NAME)), (status, reads), "{person}");
        let listed = port.person(person).get("/person-permits").text();
        assert_eq!(listed.contains(&number), status == 200, "{person}");
        let withdraw = send(&port.person(person), &format!("{path}/acts"), &[("act", "grant"), ("key", person)], None);
        assert!(person == "border" || matches!(withdraw.status, 403 | 404 | 422), "{person}: {}", withdraw.status);
    }
    assert!(port.anybody().get(&path).is_to_sign_in());
    assert_eq!(port.person("border").get("/person-permits/new").status, 403, "an organ does not apply");
    let folder = port.end();
    assert_eq!(sealing::stored_with(&folder, NAME.as_bytes()), [""; 0]);
}

#[test]
fn border_inspection_accepts_asks_grants_refuses_and_takes_back_on_listed_grounds() {
    let port = Port::open();
    let number = gang(&port, 4, "gang-1");
    let path = format!("/person-permits/{number}?lang=en");
    let border = port.person("border");
    assert!(border.get("/person-permits?mine=yes").text().contains(&number));
    assert_eq!(act(&port, &number, &[("act", "accept"), ("key", "1")]).status, 303);
    assert_eq!(act(&port, &number, &[("act", "ask"), ("words", "of which firm?"), ("key", "2")]).status, 303);
    let agent = port.person("agent");
    assert!(agent.get(&path).text().contains("of which firm?"));
    let answer = [("act", "answer"), ("words", "Sample Repairs"), ("key", "3")];
    assert_eq!(send(&agent, &format!("/person-permits/{number}/acts"), &answer, None).status, 303);
    // A ground that is not listed, one that wants words, nobody chosen: refused, and nothing changes.
    for (pairs, code) in [
        (vec![("act", "refuse"), ("holder", "2"), ("ground", "dislike")], "PQ-PERSON-011"),
        (vec![("act", "refuse"), ("holder", "2"), ("ground", "purpose")], "PQ-PERSON-012"),
        (vec![("act", "refuse"), ("ground", "document_invalid")], "PQ-PERSON-009"),
        (vec![("act", "revoke"), ("holder", "1"), ("ground", "work_ended")], "PQ-PERSON-008"),
        (vec![("act", "refuse"), ("holder", "2"), ("ground", "")], "未选择理由"),
    ] {
        let refused = act(&port, &number, &pairs);
        assert!(refused.status == 422 && refused.text().contains(code), "{code}: {}", refused.status);
    }
    let refuse = [("act", "refuse"), ("holder", "2"), ("ground", "purpose"), ("words", "no welder"), ("key", "4")];
    assert_eq!(act(&port, &number, &refuse).status, 303);
    assert_eq!(act(&port, &number, &[("act", "grant"), ("key", "5")]).status, 303, "everybody else");
    let revoke =
        [("act", "revoke"), ("holder", "3"), ("ground", "work_ended"), ("words", "the yard is done"), ("key", "6")];
    assert_eq!(act(&port, &number, &revoke).status, 303);
    let page = agent.get(&path).text();
    let states = ["Granted", "Refused", "Taken back"].map(|state| {
        page.split("id=\"holders\"")
            .nth(1)
            .and_then(|rest| rest.split("</table>").next())
            .map_or(0, |table| table.matches(state).count())
    });
    assert_eq!(states, [2, 1, 1], "{page}");
    assert!(page.contains("no welder") && page.contains("the purpose does not fit the permit"));
    assert!(page.contains("the yard is done"), "why it was taken back is read by who applied");
}

#[test]
fn whatever_is_missing_of_an_application_is_named_at_once() {
    let port = Port::open();
    let agent = port.person("agent");
    let empty = [("kind", "boarding"), ("place", "ship"), ("holder.given_names", "Li"), ("key", "1")];
    let answer = send(&agent, "/person-permits?lang=en", &empty, None);
    assert_eq!(answer.status, 422);
    let summary = answer.between("id=\"errors\"", "</ul>").expect("a summary");
    for named in
        ["Ship: missing", "Valid from: missing", "Valid until: missing", "Purpose: missing", "Family name", "Number of"]
    {
        assert!(summary.contains(named), "{named}: {summary}");
    }
    for field in ["#ship", "#from", "#until", "#words", "#holder.family_name"] {
        assert!(summary.contains(field), "{field}: {summary}");
    }
}

#[test]
fn forty_identity_cards_give_no_warnings_about_their_last_day() {
    let port = Port::open();
    let agent = port.person("agent");
    let call = numbered(&port, LEAVING);
    let mut rows: Vec<_> = (1..=40).map(worker).collect();
    // Passports without a last day: one warning for them all.
    for row in rows.iter_mut().take(3) {
        row[5] = "Passport".to_owned();
    }
    let (from, until) = (days_from_now(-1), days_from_now(20));
    let pairs = wanted(&call, &from, &until, "gang-cards");
    let answer = send(&agent, "/person-permits?lang=en", &pairs, Some(&workbook(&rows)));
    assert_eq!(answer.status, 201, "{}", answer.text());
    let page = answer.text();
    let told = page.split("PQ-FIELD-001").next().unwrap_or_default();
    assert!(told.contains("40 times"), "nobody said a sex, which is told once: {told}");
    let expiry = page.split("Expiry date of document: missing").count() - 1;
    assert!(expiry == 1 && page.contains("3 times"), "and of the passports once: {page}");
}
