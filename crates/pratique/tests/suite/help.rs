//! Remote help over the real program: nothing is seen without the code, what is seen acts on nothing and holds no person, each look
//! is recorded, and who asked sees and ends it.

use crate::harness::{ASKED, Answer, Client, Port, numbered};

/// A client that keeps a cookie of an answer.
fn with_cookie(client: &Client, answer: &Answer) -> Client {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let cookie = answer.header("set-cookie").expect("a cookie").split(';').next().expect("a pair").to_owned();
    let (session, token) = client.session.clone().expect("a session");
    let mut client = client.clone();
    client.session = Some((format!("{session}; {cookie}"), token));
    client
}

/// The code on top of a page.
fn code(page: &Answer) -> String {
    page.between("<b class=\"code\">", "<").expect("a code").replace(' ', "")
}

#[test]
fn an_operator_sees_the_same_page_without_persons_and_every_look_is_told() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let edit = format!("/calls/{number}/crew_list/edit");
    let (firm, clerk) = (port.person("agent"), port.person("clerk"));
    let typed = [
        ("members.0.family_name", "Geheimniskraemer"),
        ("members.0.document_number", "X1234567"),
        ("members.0.birth_date", "2041-13-77"),
        ("do", "help"),
    ];
    let begun = firm.post(&edit, &typed);
    assert_eq!(begun.header("location"), Some(edit.as_str()), "she stays where she was, with what she typed");
    let helped = with_cookie(&firm, &begun);
    let page = helped.get(&format!("{edit}?lang=en"));
    assert!(page.text().contains("Geheimniskraemer") && page.text().contains("read this code"));
    let digits = code(&page);
    assert_eq!(digits.len(), 6);
    // A wrong code opens nothing; nobody but the hall's people may try one; the right one is taken once.
    let wrong = if digits == "111111" { "222222" } else { "111111" };
    assert!(clerk.post("/hall/help", &[("code", wrong)]).text().contains("PQ-HALL-024"));
    assert_eq!(port.person("border").post("/hall/help", &[("code", &digits)]).status, 403);
    let taken = clerk.post("/hall/help", &[("code", &format!("{} {}", &digits[..3], &digits[3..]))]);
    let help = taken.header("location").expect("the help").to_owned();
    assert!(help.starts_with("/hall/help/"), "{help}");
    assert_eq!(port.person("portoffice").post("/hall/help", &[("code", &digits)]).status, 422, "once");
    assert_eq!(port.person("portoffice").get(&help).status, 404, "another operator's help");
    assert_eq!(port.person("agent").get(&help).status, 403);
    // The firm saves what has faults: the operator sees the fields and that they have faults, and no person.
    let checked = helped.post(&edit, &[&typed[..3], &[("do", "check")]].concat());
    assert_eq!(checked.status, 422);
    let seen = clerk.get(&format!("{help}?lang=en"));
    let text = seen.text();
    assert_eq!(seen.status, 200, "{text}");
    assert!(text.contains("data-at=\"members.0.family_name\"") && text.contains("•••"), "{text}");
    for person in ["Geheimniskraemer", "GEHEIMNISKRAEMER", "X1234567", "2041-13-77"] {
        assert!(!text.contains(person), "{person}");
    }
    assert!(text.contains("has a fault"), "that something is wrong is told");
    let mirror = seen.between("<div class=\"mirror\">", "<section class=\"card form\"").expect("the page");
    for acting in ["<form", "<button", "href=", "name=\"csrf\"", "accesskey"] {
        assert!(!mirror.contains(acting), "{acting}");
    }
    // What she points at is told on the firm's page, by a link that leads there.
    let point = [("do", "point"), ("field", "members.0.family_name Family name")];
    assert_eq!(clerk.post(&help, &point).status, 303);
    let told = helped.get(&format!("{edit}?lang=en")).text();
    assert!(told.contains("href=\"#members.0.family_name\"") && told.contains("sees this page with you"), "{told}");
    // Pages of persons are named by their fields at most, and the firm's account is not shown at all.
    helped.get("/person-permits");
    assert!(!clerk.get(&help).text().contains("class=\"mirror\""));
    helped.get("/account");
    assert!(clerk.get(&format!("{help}?lang=en")).text().contains("is not shown"));
    // A problem of the firm's own is opened from there, once.
    helped.get(&format!("/calls/{number}"));
    let call = clerk.get(&format!("{help}?lang=en")).between("<div class=\"mirror\">", "<section class=\"card form\"");
    let call = call.expect("the page");
    assert!(call.contains(&number) && call.contains("回执"), "the call as the firm sees it, in its language: {call}");
    let opened = clerk.post(&help, &[("do", "problem"), ("words", "The form does not take the document's number.")]);
    assert_eq!(opened.status, 303, "{}", opened.text());
    assert_eq!(clerk.post(&help, &[("do", "problem"), ("words", "Again.")]).status, 409);
    let own = helped.get("/help?lang=en");
    let problem = own.between("href=\"/problems/", "\"").expect("the problem");
    let its = firm.get(&format!("/problems/{problem}")).text();
    assert!(its.contains("does not take") && its.contains(&number), "the firm's own, about the call");
    // Every look is told; who asked ends it, and nothing is shown any more.
    let own = own.text();
    for place in ["edit?checked=yes", &number] {
        assert!(own.contains(&format!("{place}</span></li>")), "{place}");
    }
    assert!(!own.contains("account</span>"), "what was not shown was not looked at");
    assert_eq!(helped.post("/help", &[("do", "end")]).status, 303);
    let over = clerk.get(&format!("{help}?lang=en"));
    assert!(over.text().contains("This help is over") && !over.text().contains("Sample Aurora"));
    assert_eq!(clerk.post(&help, &point).status, 404);
}

#[test]
fn a_code_is_asked_for_once_and_ended_before_it_is_read() {
    let port = Port::open();
    let firm = port.person("agent");
    let first = with_cookie(&firm, &firm.post("/help", &[("do", "begin"), ("place", "/calls")]));
    let digits = code(&first.get("/calls"));
    let second = with_cookie(&firm, &firm.post("/help", &[("do", "begin"), ("place", "/ships")]));
    assert_eq!(code(&second.get("/ships")), digits, "the same, on whichever page she asks again");
    assert_eq!(firm.post("/help", &[("do", "begin"), ("place", "//elsewhere.example/")]).status, 404);
    assert!(!port.person("agent2").get("/calls").text().contains(&digits));
    assert_eq!(first.post("/help", &[("do", "end")]).status, 303);
    let clerk = port.person("clerk");
    assert_eq!(clerk.post("/hall/help", &[("code", &digits)]).status, 422);
    assert!(clerk.get("/hall/help").status == 200);
}
