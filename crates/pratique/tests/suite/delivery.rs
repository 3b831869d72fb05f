//! Telling people: the real program with a mail server and a receiver of webhooks on loopback, ended in between as kill -9 does.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    harness::{ASKED, Client, Port, numbered},
    problems::report,
};

/// A mail server that takes every letter, but for the first so many.
pub struct Relay {
    pub address: String,
    letters: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    pub fn open(refused: usize) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (letters, left) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(refused)));
        let kept = letters.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, left) = (kept.clone(), left.clone());
                std::thread::spawn(move || speak(&stream, &kept, &left));
            }
        });
        Relay { address, letters }
    }

    pub fn letters(&self) -> Vec<String> {
        self.letters.lock().expect("letters").clone()
    }

    /// Letters whose subject has the words, decoded as far as these tests need it.
    pub fn about(&self, to: &str, words: &str) -> Vec<String> {
        let of = |letter: &String| {
            letter.contains(&format!("To: {to}")) && decoded(letter).contains(words) && code_of(letter).is_none()
        };
        self.letters().into_iter().filter(of).collect()
    }
}

/// The server's side of one conversation (RFC 5321).
fn speak(stream: &TcpStream, kept: &Mutex<Vec<String>>, left: &AtomicUsize) {
    let mut out = stream;
    let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).is_ok();
    let mut lines = BufReader::new(stream).lines();
    let mut going = say("220 sink ESMTP");
    while going {
        let Some(Ok(line)) = lines.next() else { return };
        let word = line.split(' ').next().unwrap_or("").to_uppercase();
        going = match word.as_str() {
            "EHLO" => say("250-sink\r\n250 8BITMIME"),
            "DATA" => {
                going = say("354 go on");
                let mut letter = String::new();
                for line in lines.by_ref() {
                    let Ok(line) = line else { return };
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                let busy = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
                if busy {
                    going && say("451 try again later")
                } else {
                    kept.lock().expect("letters").push(letter);
                    going && say("250 taken")
                }
            }
            "QUIT" => {
                say("221 bye");
                false
            }
            _ => say("250 well"),
        };
    }
}

/// The code of a letter that asks whether an address is its reader's.
fn code_of(letter: &str) -> Option<String> {
    let text = decoded(letter);
    let is_code = |line: &&str| line.len() == 10 && line.chars().all(|letter| letter.is_ascii_hexdigit());
    text.lines().map(str::trim).find(is_code).map(str::to_owned)
}

/// A person gives an address and says how she wants to be told, and confirms it by the letter that comes there.
pub fn given_address(port: &Port, relay: &Relay, who: &str, email: &str, more: &[(&str, &str)]) {
    let person = port.person(who);
    let ways: Vec<(&str, &str)> = [("do", "ways"), ("email", email)].into_iter().chain(more.iter().copied()).collect();
    assert_eq!(person.post("/notices/ways", &ways).status, 303);
    let asked = || -> Option<String> {
        let to = format!("To: {email}");
        relay.letters().iter().rev().filter(|letter| letter.contains(&to)).find_map(|letter| code_of(letter))
    };
    wait("the letter with a code", || asked().is_some());
    let wrong = person.post("/notices/ways", &[("do", "confirm"), ("code", "0000000000")]);
    assert!(wrong.status == 422 && wrong.text().contains("PQ-NOTICE-006"), "{}", wrong.status);
    let code = asked().expect("a code");
    assert_eq!(person.post("/notices/ways", &[("do", "confirm"), ("code", &code)]).status, 303);
}

/// Who reported without an account confirms her address by the letter that comes there.
pub fn confirmed_reporter(port: &Port, relay: &Relay, number: &str, email: &str) {
    let asked = || {
        let (to, subject) = (format!("To: {email}"), format!("[{number}]"));
        let of = |letter: &&String| letter.contains(&to) && decoded(letter).contains(&subject);
        relay.letters().iter().filter(of).find_map(|letter| code_of(letter))
    };
    wait("the letter that asks", || asked().is_some());
    let confirm = |code: &str| port.anybody().post("/report/address", &[("number", number), ("code", code)]);
    let wrong = confirm("0000000000");
    assert!(wrong.status == 422 && wrong.text().contains("PQ-REPORT-013"), "{}", wrong.status);
    assert_eq!(confirm(&asked().expect("a code")).status, 200);
}

/// Subject and body of a letter with its transfer encoding undone.
pub fn decoded(letter: &str) -> String {
    let mail = messages::mail::read(letter.replace('\n', "\r\n").as_bytes());
    format!("{}\n{}", mail.subject, mail.text)
}

pub fn header(letter: &str, name: &str) -> String {
    let found = letter.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    found.unwrap_or_default().trim().to_owned()
}

/// A call with its headers and its body.
pub type Called = (BTreeMap<String, String>, String);

/// A receiver of webhooks that refuses the first so many calls.
pub struct Hook {
    pub address: String,
    calls: Arc<Mutex<Vec<Called>>>,
}

impl Hook {
    fn open(refused: usize) -> Hook {
        Hook::answering(refused, "204 No Content")
    }

    /// One that answers so, after the first so many calls.
    pub fn answering(refused: usize, taken: &'static str) -> Hook {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let kept = calls.clone();
        std::thread::spawn(move || {
            for (nth, stream) in listener.incoming().flatten().enumerate() {
                let call = request(&stream);
                let status = if nth < refused { "503 Busy" } else { taken };
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = (&stream).write_all(answer.as_bytes());
                if nth >= refused {
                    kept.lock().expect("calls").push(call);
                }
            }
        });
        Hook { address, calls }
    }

    pub fn calls(&self) -> Vec<Called> {
        self.calls.lock().expect("calls").clone()
    }
}

fn request(stream: &TcpStream) -> (BTreeMap<String, String>, String) {
    let mut reader = BufReader::new(stream);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.trim().split_once(": ") {
            headers.insert(name.to_lowercase(), value.to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    (headers, String::from_utf8_lossy(&body).into_owned())
}

/// Waits up to a minute: the machine may be busy.
pub fn wait(what: &str, until: impl Fn() -> bool) {
    for _ in 0..600 {
        if until() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{what} does not come");
}

pub fn serve(folder: std::path::PathBuf, relay: &Relay) -> Port {
    serve_with(folder, relay, &[])
}

/// The same with further settings.
pub fn serve_with(folder: std::path::PathBuf, relay: &Relay, more: &[&str]) -> Port {
    let smtp = format!("PRATIQUE_SMTP=smtp://{}", relay.address);
    let mut before = vec![
        "env",
        &smtp,
        "PRATIQUE_MAIL_ADDRESS=problems@port.example",
        "PRATIQUE_SITE=https://port.example",
        "PRATIQUE_WEBHOOKS_PRIVATE=true",
    ];
    before.extend(more);
    Port::serve(folder, &before)
}

/// The number of a report that was sent.
pub fn number(answer: &crate::harness::Answer) -> String {
    assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.text());
    answer.between("<dd class=\"code\">", "<").expect("a number")
}

fn act(person: &Client, number: &str, pairs: &[(&str, &str)]) {
    let answer = person.post(&format!("/problems/{number}/acts"), pairs);
    assert_eq!(answer.status, 303, "{pairs:?}: {}", answer.text());
}

/// Triaged and given to customs, as an urgent case: letters go out at any hour.
pub fn dispatched(port: &Port, number: &str, key: &str) {
    let office = port.person("portoffice");
    let keys: Vec<String> = (0..2).map(|nth| format!("{key}-{nth}")).collect();
    let triage = [
        ("act", "triage"),
        ("topic", "customs"),
        ("impact", "stopped"),
        ("urgency", "now"),
        ("points", "is it so?"),
        ("key", &keys[0]),
    ];
    act(&office, number, &triage);
    act(&office, number, &[("act", "dispatch"), ("lead", "customs"), ("key", &keys[1])]);
}

pub fn urgent(words: &'static str, key: &'static str, email: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("topic", "customs"),
        ("impact", "stopped"),
        ("urgency", "now"),
        ("words", words),
        ("email", email),
        ("language", "en"),
        ("key", key),
    ]
}

#[test]
fn letters_go_out_once_each_whatever_ends_the_program_in_between() {
    let relay = Relay::open(1);
    let mut port = serve(Port::copy(), &relay);
    // The relay refuses the first letter, which is tried again.
    given_address(&port, &relay, "customs", "officer@customs.example", &[("letters", "act"), ("page", "act")]);
    let mut numbers = Vec::new();
    for nth in 0..3 {
        let key = ["told-1", "told-2", "told-3"][nth];
        let reported = report(&port.anybody(), &urgent("the scanner is down", key, "zhang@firm.example"), &[]);
        let number = number(&reported);
        confirmed_reporter(&port, &relay, &number, "zhang@firm.example");
        dispatched(&port, &number, key);
        numbers.push(number);
        // Ended at once: what was committed is told by the next process.
        port = serve_again(port, &relay);
    }
    wait("letters to customs", || relay.about("officer@customs.example", "").len() >= 3);
    wait("letters to the reporter", || relay.about("zhang@firm.example", "").len() >= 3);
    std::thread::sleep(Duration::from_secs(3));
    for number in &numbers {
        let of = relay.about("officer@customs.example", number);
        // A letter that the server took just as the program ended may come again, under its own identifier.
        let ids: BTreeSet<String> = of.iter().map(|letter| header(letter, "Message-ID")).collect();
        assert_eq!(ids.len(), 1, "{number}: {of:?}");
        let letter = &of[0];
        assert_eq!(header(letter, "Auto-Submitted"), "auto-generated");
        assert_eq!(header(letter, "X-Loop"), "pratique-problems");
        assert!(header(letter, "References").contains(number.as_str()), "gathered under the case");
        let text = decoded(letter);
        assert!(text.contains(&format!("https://port.example/problems/{number}")), "{text}");
        assert!(!text.contains("scanner") && !text.contains("zhang"), "no word of the firm travels: {text}");
    }
    let customs = port.person("customs");
    // The page has each once, and the reader can say that she has read them.
    let page = customs.get("/notices?lang=en").text();
    for number in &numbers {
        assert_eq!(page.matches(&format!("<span class=\"code\">{number}</span>")).count(), 1, "{number}");
    }
    let until = customs.get("/notices").between("name=\"until\" value=\"", "\"").expect("the newest");
    assert!(
        customs.get("/").text().contains("class=\"count\"") || customs.get("/queue").text().contains("class=\"count\"")
    );
    assert_eq!(customs.post("/notices", &[("until", &until)]).status, 303);
    assert!(!customs.get("/queue").text().contains("class=\"count\""));
    // The log has every delivery, with what the server said the first time.
    let log = port.person("portoffice").get("/deliveries?lang=en").text();
    assert!(log.matches("problem.offered").count() >= 6, "three to customs, three to the reporter");
    let own = customs.get("/deliveries").text();
    assert!(own.matches("problem.offered").count() >= 3 && !own.contains("zhang@firm.example"), "her own alone");
}

fn serve_again(mut port: Port, relay: &Relay) -> Port {
    port.kill();
    let folder = std::mem::take(&mut port.folder);
    serve(folder, relay)
}

#[test]
fn a_reporter_without_an_account_gets_the_public_reply_and_no_more() {
    let relay = Relay::open(0);
    let port = serve(Port::copy(), &relay);
    let reported = report(&port.anybody(), &urgent("held since Monday", "reply-1", "li@firm.example"), &[]);
    let number = number(&reported);
    dispatched(&port, &number, "reply");
    let customs = port.person("customs");
    act(&customs, &number, &[("act", "accept"), ("key", "reply-a")]);
    let early = [("act", "update"), ("words", "EARLY-CANARY"), ("key", "reply-0")];
    act(&customs, &number, &early);
    let office = port.person("portoffice");
    wait("the log", || office.get("/deliveries?lang=en").text().contains("not confirmed"));
    let shown = office.get(&format!("/problems/{number}?lang=en")).text();
    assert!(shown.contains("address not confirmed"), "the port office sees why no letter goes out");
    let letters = || relay.letters().into_iter().filter(|of| of.contains("To: li@firm.example")).collect::<Vec<_>>();
    wait("the letter that asks", || !letters().is_empty());
    let asked = letters();
    assert_eq!(asked.len(), 1, "one letter: {asked:?}");
    assert!(!decoded(&asked[0]).contains("Monday"), "without a word of the case: {}", asked[0]);
    let opened = port.anybody().get(&format!("/report/address?number={number}&code=1"));
    assert!(opened.status == 200 && opened.text().contains(&number), "a link fills the form in");
    confirmed_reporter(&port, &relay, &number, "li@firm.example");
    let note = [("act", "note"), ("words", "INTERNAL-CANARY"), ("key", "reply-n")];
    act(&customs, &number, &note);
    let update = [("act", "update"), ("words", "A second scanner is on its way"), ("key", "reply-u")];
    act(&customs, &number, &update);
    wait("the update", || !relay.about("li@firm.example", "A second scanner is on its way").is_empty());
    let letters = relay.about("li@firm.example", "");
    let told = |word: &str| letters.iter().any(|letter| decoded(letter).contains(word));
    assert!(!told("INTERNAL-CANARY") && !told("EARLY-CANARY"), "what was said before stands on the page alone");
    let shown = office.get(&format!("/problems/{number}?lang=en")).text();
    assert!(!shown.contains("address not confirmed") && shown.contains("The address of the report was confirmed"));
    let update = relay.about("li@firm.example", "A second scanner").remove(0);
    assert!(header(&update, "Message-ID").starts_with(&format!("<{number}.")), "an answer joins the case");
    assert!(decoded(&update).contains(&format!("[{number}]")));
    let hops = port.person("portoffice").get(&format!("/problems/{number}")).text();
    assert!(hops.contains("INTERNAL-CANARY"), "the port office reads the note on the page");
}

#[test]
fn systems_are_called_with_a_signature_until_they_answer() {
    let relay = Relay::open(0);
    let hook = Hook::open(1);
    let port = serve(Port::copy(), &relay);
    let agent = port.person("agent");
    let url = format!("http://{}/hook", hook.address);
    let made = agent.post("/notices/ways", &[("do", "endpoint"), ("url", &url)]);
    let secret = made.between("<p class=\"code\">whsec_", "<").expect("a secret, once");
    assert!(!agent.get("/notices/ways").text().contains(&secret), "and never again");
    assert!(!port.person("agent2").get("/notices/ways").text().contains(&url), "each unit its own");
    let call = numbered(&port, ASKED);
    // Another firm's and another unit's news are none of its own.
    let other = report(&port.person("agent2"), &urgent("another firm's", "hook-2", ""), &[]);
    let other = number(&other);
    let body = json!({"act": "place_hold", "kind": "customs_detention", "ground": {"zh": "待查", "en": "to be looked at"}, "reference": "X-1"});
    let held = port.system("customs").call("POST", &format!("/api/v1/calls/{call}/acts"), "hook-hold", &body);
    let own = report(&agent, &urgent("our own", "hook-1", ""), &[]);
    let own = number(&own);
    dispatched(&port, &own, "hook");
    // Others of its cases, of the sample port, may be told of before.
    let offered = |body: &str| body.contains("problem.offered") && body.contains(&own);
    wait("calls", || hook.calls().iter().any(|(_, body)| offered(body)));
    let calls = hook.calls();
    let ids: BTreeSet<&String> = calls.iter().map(|(headers, _)| &headers["webhook-id"]).collect();
    assert_eq!(ids.len(), calls.len(), "each once");
    let secret = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, secret).expect("base64");
    for (headers, body) in &calls {
        let signed = format!("{}.{}.{body}", headers["webhook-id"], headers["webhook-timestamp"]);
        assert_eq!(headers["webhook-signature"], sign(&secret, &signed));
        let told: Value = serde_json::from_str(body).expect("JSON");
        assert!(told["type"].is_string() && told["timestamp"].is_string() && told["data"]["number"].is_string());
        assert!(!body.contains(&other) && !body.contains("our own"), "{body}");
    }
    if (200..300).contains(&held.status) {
        assert!(calls.iter().any(|(_, body)| body.contains("call.hold") && body.contains(&call)));
    }
    // The log is written after the system has answered.
    wait("what the system said, in the log", || agent.get("/deliveries?lang=en").text().contains("204"));
    let id = agent.get("/notices/ways").between("name=\"id\" value=\"", "\"").expect("the endpoint");
    let foreign = port.person("agent2").post("/notices/ways", &[("do", "endpoint_remove"), ("id", &id)]);
    assert_eq!(foreign.status, 404);
    assert_eq!(agent.post("/notices/ways", &[("do", "endpoint_remove"), ("id", &id)]).status, 303);
}

fn sign(secret: &[u8], text: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).expect("a key");
    mac.update(text.as_bytes());
    let signed = mac.finalize().into_bytes();
    format!("v1,{}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, signed))
}

#[test]
fn feeds_open_by_their_secret_alone_and_close_at_once() {
    let port = Port::open();
    let agent = port.person("agent");
    let own = number(&report(&agent, &urgent("a feed", "feed-1", ""), &[]));
    let foreign = number(&report(&port.person("agent2"), &urgent("another", "feed-2", ""), &[]));
    dispatched(&port, &own, "feed");
    let opened = agent.post("/notices/ways", &[("do", "feeds")]);
    let secret = opened.between("/feeds/", "/notices.atom").expect("an address");
    let anybody = port.anybody();
    let feed = |name: &str| anybody.get(&format!("/feeds/{secret}/{name}"));
    wait("the notice", || feed("notices.atom").text().contains(&own));
    let atom = feed("notices.atom");
    assert_eq!((atom.status, atom.header("content-type")), (200, Some("application/atom+xml; charset=utf-8")));
    assert!(!atom.text().contains(&foreign) && atom.text().contains("<entry>"), "{}", atom.text());
    let tag = atom.header("etag").expect("a tag").to_owned();
    let again = anybody.send("GET", &format!("/feeds/{secret}/notices.atom"), &[("if-none-match", &tag)], &[]);
    assert_eq!(again.expect("an answer").status, 304);
    let calendar = feed("calendar.ics").text();
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && calendar.contains(&own), "{calendar}");
    assert!(!calendar.contains(&foreign) && calendar.contains("UID:") && calendar.contains("SEQUENCE:"));
    assert_eq!(anybody.get("/feeds/0000/notices.atom").status, 404);
    assert_eq!(feed("other").status, 404);
    let renewed = agent.post("/notices/ways", &[("do", "feeds")]);
    assert!(renewed.between("/feeds/", "/notices.atom").is_some_and(|new| new != secret));
    assert_eq!(feed("notices.atom").status, 404, "the former address is closed");
}

#[test]
fn what_a_reader_may_not_see_no_notice_tells() {
    let relay = Relay::open(0);
    let port = serve(Port::copy(), &relay);
    let told = |name: &str| port.person(name).get("/notices?lang=en").text();
    let mut hidden = urgent("CANARY-HIDDEN against customs", "hidden-1", "");
    hidden.extend([("against", "customs"), ("hidden", "yes")]);
    let number = number(&report(&port.person("agent"), &hidden, &[]));
    dispatched(&port, &number, "hidden");
    let note = [("act", "note"), ("words", "among us"), ("confidential", "yes"), ("key", "hidden-n")];
    act(&port.person("portoffice"), &number, &note);
    wait("customs", || told("customs").contains(&number));
    std::thread::sleep(Duration::from_secs(2));
    for name in ["border", "msa", "agent2", "court", "portgroup"] {
        assert!(!told(name).contains(&number), "{name} is told of it");
    }
    let customs = told("customs");
    assert!(
        !customs.contains("CANARY") && !customs.contains("sample-agency-a") && !customs.contains("A report came in")
    );
    let of_case = customs.matches(&format!("<span class=\"code\">{number}</span>")).count();
    assert_eq!(of_case, 1, "given a part; of the port office's own note it hears nothing");
}

#[test]
fn a_supervision_notice_is_a_document_with_number_receipt_and_limit() {
    let port = Port::open();
    let number = number(&report(&port.person("agent"), &urgent("slow", "paper-1", ""), &[]));
    dispatched(&port, &number, "paper");
    let serve = [
        ("act", "serve"),
        ("kind", "supervision"),
        ("organ", "customs"),
        ("words", "Deal with it"),
        ("key", "paper-s"),
    ];
    act(&port.person("portoffice"), &number, &serve);
    let customs = port.person("customs");
    let paper = customs.get(&format!("/problems/{number}/notices/1?lang=en"));
    assert_eq!(paper.status, 200, "{}", paper.text());
    assert!(paper.text().contains(&format!("{number}-D1")) && paper.text().contains("Deal with it"));
    assert!(paper.text().contains("To be answered by"), "{}", paper.text());
    let receipt = paper.between("/receipts/", "\"").expect("a receipt");
    assert_eq!(port.anybody().get(&format!("/receipts/{receipt}")).status, 200);
    for (name, status) in [("portoffice", 200), ("border", 404), ("agent", 403)] {
        assert_eq!(port.person(name).get(&format!("/problems/{number}/notices/1")).status, status, "{name}");
    }
    wait("the notice", || customs.get("/notices?lang=en").text().contains("Supervision notice"));
    act(&customs, &number, &[("act", "answer_notice"), ("id", "1"), ("words", "It is done"), ("key", "paper-w")]);
    assert!(customs.get(&format!("/problems/{number}/notices/1?lang=en")).text().contains("It is done"));
}

#[test]
fn who_is_to_be_called_stands_on_the_list_until_reached() {
    let port = Port::open();
    let office = port.person("portoffice");
    let named = office.post("/companies/sample-agency-a/coordinator", &[("person", "portoffice")]);
    assert_eq!(named.status, 303, "{}", named.text());
    let refused = office.post("/companies/sample-agency-a/coordinator", &[("person", "msa")]);
    assert_eq!(refused.status, 422);
    let agent = port.person("agent");
    assert!(agent.get("/companies/sample-agency-a?lang=en").text().contains("Coordinator"));
    let list = office.get("/problems/calls?lang=en").text();
    let number =
        list.split("href=\"/problems/2").nth(1).map(|rest| format!("2{}", &rest[..rest.find('"').expect("an end")]));
    let number = number.expect("a case that was answered stands on the list");
    let next = "2031-01-01T09:00";
    let call = [("number", number.as_str()), ("report", "1"), ("result", "no_answer"), ("next", next)];
    assert_eq!(office.post("/problems/calls", &call).status, 303);
    let list = office.get("/problems/calls?lang=en").text();
    assert!(list.contains("no answer") && list.contains("Call back"), "{list}");
    let past = [("number", number.as_str()), ("report", "1"), ("result", "busy"), ("next", "2001-01-01T09:00")];
    assert_eq!(office.post("/problems/calls", &past).status, 422);
    assert_eq!(port.person("border").post("/problems/calls", &call).status, 404);
    let page = port.person("agent").get("/problems?lang=en");
    let own = page.between("href=\"/problems/2", "\"").expect("a case of its own");
    let case = agent.get(&format!("/problems/2{own}?lang=en")).text();
    assert!(case.contains("Coordinator: portoffice"), "{case}");
    // While she is away who stands in is told of her firms' cases, and named to them; afterwards she is back by herself.
    let away = |from: &str, until: &str, substitute: &str| {
        let form =
            [("do", "away"), ("person", "portoffice"), ("from", from), ("until", until), ("substitute", substitute)];
        office.post("/companies/sample-agency-a/coordinator", &form).status
    };
    let (long_ago, far_off) = ("2001-01-01", "2199-12-31");
    assert_eq!(away(far_off, long_ago, "portoffice2"), 422, "the wrong way round");
    assert_eq!(away(long_ago, far_off, "portoffice"), 422, "for herself");
    assert_eq!(away(long_ago, far_off, "portoffice2"), 303);
    let home = agent.get("/?lang=en").text();
    assert!(home.contains("portoffice2") && home.contains("stands in for portoffice"), "{home}");
    assert!(agent.get(&format!("/problems/2{own}?lang=en")).text().contains("Coordinator: portoffice2"));
    assert_eq!(away(long_ago, "2001-01-05", "portoffice2"), 303);
    assert!(!agent.get("/?lang=en").text().contains("stands in"));
}

#[test]
fn notices_of_a_declaration_are_sent_to_the_systems_of_who_declared() {
    let relay = Relay::open(0);
    let (hook, other) = (Hook::open(0), Hook::open(0));
    let port = serve(Port::copy(), &relay);
    let agent = port.person("agent");
    for (person, hook) in [(&agent, &hook), (&port.person("agent2"), &other)] {
        let url = format!("http://{}/hook", hook.address);
        assert_eq!(person.post("/notices/ways", &[("do", "endpoint"), ("url", &url)]).status, 200);
    }
    let declared = crate::declarations::import("HOOK-1");
    let number = crate::declarations::number(&crate::declarations::send(&port.system("agent"), "hook", "", &declared));
    let told = || -> BTreeSet<String> {
        let of = hook.calls().into_iter().map(|(_, body)| serde_json::from_str::<Value>(&body).expect("JSON"));
        let of = of.filter(|told| told["type"] == "declaration.notice" && told["data"]["number"] == number.as_str());
        of.map(|told| {
            let (word, xml) =
                (told["data"]["word"].as_str().expect("a word"), told["data"]["wco"].as_str().expect("XML"));
            let code = xml.split("<FunctionCode>").nth(1).expect("a code")[..2].to_owned();
            assert!(xml.matches("<FunctionCode>").count() == 1 && xml.contains("HOOK-1"), "{xml}");
            format!("{word} {code}")
        })
        .collect()
    };
    wait("the notices", || told().len() == 3);
    assert_eq!(told().into_iter().collect::<Vec<_>>(), ["accepted 01", "documents 06", "tax 13"]);
    assert!(other.calls().iter().all(|(_, body)| !body.contains(&number)), "another firm's are none of its own");
    let page = agent.get("/notices?lang=en").text();
    assert!(page.contains("Customs wants documents for your declaration"), "{page}");
    assert!(!page.contains("The tax of your declaration"), "people are told what wants them");
}
