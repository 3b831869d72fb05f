//! The client of Open311: two ports that hand a case over and back, a hotline that stumbles, and nothing to and fro.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::harness::{Client, Port, copy, fresh, pratique, sign_in};

/// Waits for what the program does by itself.
fn wait<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    for _ in 0..300 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{what} does not come");
}

/// Serves a copy of the sample port, which hands over to a hotline at this address.
fn port_with(hotline: &str, key: &str, more: &str) -> Port {
    let folder = fresh("hotlines");
    let (file, secret) = (folder.join("channels.toml"), folder.join("hotline.key"));
    fs::write(&secret, key).expect("written");
    let text = format!(
        "[[hotline]]\nto = \"12345\"\nurl = \"{hotline}/open311/v2\"\nservices = {{ \"*\" = \"it\", terminal-gate = \
         \"terminal-gate\" }}\naddress = \"Dayaowan\"\nparty = \"firm:sample-agency-b\"\nevery = 1\nkey = {{ file = \"{}\" \
         }}\n{more}",
        secret.display()
    );
    fs::write(&file, text).expect("written");
    Port::serve(Port::copy(), &["env", &format!("PRATIQUE_CHANNELS={}", file.display())])
}

fn reported(port: &Port, key: &str, words: &str) -> String {
    let body = json!({"topic": "terminal-gate", "impact": "ordinary", "urgency": "week", "words": words});
    let answer = port.system("agent").call("POST", "/api/v1/problems", key, &body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["number"].as_str().expect("a number").to_owned()
}

/// Hands a case over; the refusal's code, if it is refused.
fn transfer(port: &Port, number: &str) -> Option<String> {
    static KEY: AtomicU32 = AtomicU32::new(0);
    let key = format!("transfer {}", KEY.fetch_add(1, Ordering::Relaxed));
    let form = [("act", "transfer"), ("to", "12345"), ("key", &key)];
    let answer = port.person("portoffice").post(&format!("/problems/{number}/acts"), &form);
    (answer.status != 303).then(|| answer.between("<small class=\"code\">", "<").unwrap_or_else(|| answer.text()))
}

fn state(port: &Port, number: &str) -> String {
    let answer = port.system("agent").get(&format!("/api/v1/problems/{number}"));
    answer.json()["status"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

fn case(port: &Port, number: &str) -> Value {
    port.system("agent").get(&format!("/api/v1/problems/{number}")).json()["problem"].clone()
}

/// Another jurisdiction: the sample port under another code, and a key by which it is reported to.
fn another_port() -> (PathBuf, PathBuf, String) {
    let (profile, data) = (fresh("profile"), fresh("other"));
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ports/dalian"), &profile);
    let port = fs::read_to_string(profile.join("port.toml")).expect("port.toml");
    let port = port.replace("code = \"CNDAL\"", "code = \"CNTAO\"").replace("letters = \"DAL\"", "letters = \"TAO\"");
    fs::write(profile.join("port.toml"), port).expect("written");
    let at = profile.display().to_string();
    let made = pratique(&data, &["--port", &at, "demo", "--no-serve"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let key = pratique(&data, &["--port", &at, "key", "add", "dalian", "--party", "firm:sample-agency-a"]);
    assert!(key.status.success(), "{}", String::from_utf8_lossy(&key.stderr));
    let key = String::from_utf8_lossy(&key.stdout).lines().last().unwrap_or_default().trim().to_owned();
    (profile, data, key)
}

#[test]
fn a_case_goes_to_another_port_and_comes_back() {
    let (profile, data, key) = another_port();
    let there = Port::serve(data, &["env", &format!("PRATIQUE_PORT={}", profile.display())]);
    let here = port_with(&there.base, &key, "jurisdiction = \"CNTAO\"\n");
    let number = reported(&here, "handed-1", "the road to gate 3 is blocked <b>x</b>");
    assert_eq!(transfer(&here, &number), None);
    assert_eq!(state(&here, &number), "transferred");
    let reference = wait("the number there", || {
        let of = case(&here, &number);
        of["handovers"][0]["reference"].as_str().filter(|reference| !reference.is_empty()).map(str::to_owned)
    });
    assert!(reference.contains("-TAO-P"), "{reference}");

    // There it is a report like any other, and says through whose hands it went.
    let mut office = there.anybody();
    office.session = Some(sign_in(&there.base, "portoffice"));
    let page = office.get(&format!("/problems/{reference}?lang=en")).text();
    assert!(
        page.contains("the road to gate 3 is blocked &lt;b&gt;x") && page.contains(&format!("[via CNDAL {number}]"))
    );
    let listed = there.anybody().get(&format!("/open311/v2/requests/{reference}.json")).json();
    assert_eq!(listed[0]["status"], "open");
    // Here the firm reads where it is, and nobody sends it a second time.
    let firm = here.person("agent").get(&format!("/problems/{number}?lang=en")).text();
    assert!(firm.contains(&reference) && firm.contains("there since"), "{firm}");
    std::thread::sleep(Duration::from_secs(3));
    let mine = there.anybody().get("/open311/v2/requests.json").json();
    let ours =
        mine.as_array().expect("a list").iter().filter(|of| of["service_request_id"] == reference.as_str()).count();
    assert_eq!(ours, 1);
    assert_eq!(office.get(&format!("/problems?q={number}&lang=en")).text().matches("<a href=\"/problems/2").count(), 0);

    // What is said of it there, while it is open, is read here: once, however often it is looked at.
    let heard = || here.person("agent").get(&format!("/problems/{number}?lang=en")).text().matches("12345: ").count();
    wait("how it stands there", || (heard() > 0).then_some(()));
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(heard(), 1);
    let triaged = [("act", "triage"), ("topic", "it"), ("impact", "ordinary"), ("urgency", "week"), ("key", "there-1")];
    assert_eq!(office.post(&format!("/problems/{reference}/acts"), &triaged).status, 303);
    wait("that it was looked at there", || (heard() == 2).then_some(()));

    // Closed there: it is the port office's again, and the firm reads why.
    let refused = office.post(
        &format!("/problems/{reference}/acts"),
        &[("act", "refuse"), ("reason", "out_of_remit"), ("key", "back-1")],
    );
    assert_eq!(refused.status, 303, "{}", refused.between("error-summary__list\">", "</ul>").unwrap_or_default());
    wait("its coming back", || (state(&here, &number) == "triaged").then_some(()));
    let firm = here.person("agent").get(&format!("/problems/{number}?lang=en")).text();
    assert!(firm.contains("12345 handed it back: refused"), "{firm}");
    assert_eq!(transfer(&here, &number).as_deref(), Some("PQ-PROBLEM-019"), "it is not handed to and fro");
    let journal = here.person("portoffice").get(&format!("/problems/{number}?lang=en")).text();
    assert!(journal.contains("A hotline took it") && journal.contains("It came back from the hotline"));
}

#[test]
fn what_a_hotline_sends_is_known_as_its_own() {
    // Nobody listens at this port: what is handed over waits.
    let here = port_with("http://127.0.0.1:9", "k", "");
    let send = |who: &Client, description: &str| {
        let key = who.key.clone().expect("a key");
        let pairs = [("api_key", key.as_str()), ("service_code", "it"), ("description", description)];
        let answer = here.anybody().post("/open311/v2/requests.json", &pairs);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()[0]["service_request_id"].as_str().expect("a number").to_owned()
    };
    let (hotline, firm) = (here.system("agent2"), here.system("agent"));
    // A request that came from there is never handed back as new.
    let new = send(&hotline, "a citizen asks\n\n[via CNSHA -]\n[via CNTAO H-77]");
    assert_eq!(transfer(&here, &new).as_deref(), Some("PQ-PROBLEM-019"));
    let page = here.person("portoffice").get(&format!("/problems/{new}?lang=en")).text();
    assert!(page.contains("came from") && page.contains("H-77"), "{page}");
    // Our own request is known when it comes in, whatever it is called there.
    let number = reported(&here, "own-1", "the gate");
    assert_eq!(transfer(&here, &number), None);
    let words = format!("not ours, please take it back\n\n[via CNDAL {number}]");
    let stranger = send(&firm, &words);
    assert_ne!(stranger, number, "who is not the hotline reports like everybody else");
    assert_eq!(state(&here, &number), "transferred");
    assert_eq!(send(&hotline, &words), number);
    assert_eq!(state(&here, &number), "triaged");
    assert_eq!(send(&hotline, &words), number, "and once more: the same answer, and nothing new");
    let said = here.person("agent").get(&format!("/problems/{number}?lang=en")).text();
    assert_eq!(said.matches("handed it back: not ours, please take it back").count(), 1, "{said}");
    // A number that was never there is a report of its own.
    let other = reported(&here, "own-2", "another");
    assert_ne!(send(&hotline, &format!("x\n[via CNDAL {other}]")), other);
    assert_eq!(state(&here, &other), "received");
}

/// A hotline that answers as it is told: by method and path, what it says next.
struct Stumbling {
    base: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Stumbling {
    fn open(answers: impl Fn(&str, usize) -> (u16, String) + Send + 'static) -> Stumbling {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a caller");
                let mut reader = BufReader::new(stream.try_clone().expect("the same"));
                let (mut first, mut length) = (String::new(), 0);
                reader.read_line(&mut first).expect("a line");
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).expect("a line");
                    let line = line.to_ascii_lowercase();
                    if let Some(given) = line.strip_prefix("content-length:") {
                        length = given.trim().parse().expect("a length");
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).expect("a body");
                let asked = first.rsplit_once(' ').expect("a request").0.to_owned();
                let mut told = told.lock().expect("nobody fails");
                let before = told.iter().filter(|of| of.starts_with(&asked)).count();
                told.push(format!("{asked} {}", String::from_utf8_lossy(&body)));
                let (status, text) = answers(&asked, before);
                let answer =
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}", text.len());
                stream.write_all(answer.as_bytes()).expect("answered");
            }
        });
        Stumbling { base, heard }
    }

    fn posts(&self) -> Vec<String> {
        self.heard.lock().expect("nobody fails").iter().filter(|of| of.starts_with("POST")).cloned().collect()
    }
}

#[test]
fn a_hotline_that_stumbles_is_tried_again_and_its_token_becomes_a_number() {
    let request = |member: &str| {
        (200, format!("<?xml version=\"1.0\"?><service_requests><request>{member}</request></service_requests>"))
    };
    let hotline = Stumbling::open(move |asked, before| match (asked.split('?').next().unwrap_or(asked), before) {
        ("POST /open311/v2/requests.xml", 0) => (503, "busy".to_owned()),
        ("POST /open311/v2/requests.xml", _) => request("<token>T%201</token>"),
        ("GET /open311/v2/tokens/T%25201.xml", 0) => request("<token>T 1</token>"),
        ("GET /open311/v2/tokens/T%25201.xml", _) => request("<service_request_id>H-9</service_request_id>"),
        ("GET /open311/v2/requests/H-9.xml", 0..2) => request("<status>open</status>"),
        ("GET /open311/v2/requests/H-9.xml", _) => {
            request("<status>closed</status><status_notes>the road is clear &amp; open</status_notes>")
        }
        _ => (404, String::new()),
    });
    let here = port_with(&hotline.base, "the key", "format = \"xml\"\njurisdiction = \"city\"\ncontact = true\n");
    let body = json!({"topic": "terminal-gate", "impact": "ordinary", "urgency": "week", "words": "queue at gate 3",
        "contact": {"name": "Zhang", "phone": "0411-1"}});
    let made = here.system("agent").call("POST", "/api/v1/problems", "stumble-1", &body).json();
    let number = made["number"].as_str().expect("a number").to_owned();
    assert_eq!(transfer(&here, &number), None);
    wait("the second try", || (hotline.posts().len() == 2).then_some(()));
    let office = || here.person("portoffice").get(&format!("/problems/{number}?lang=en")).text();
    assert!(office().contains("503"), "the log of tries: {}", office());
    wait("its coming back", || (state(&here, &number) == "triaged").then_some(()));
    assert!(office().contains("the road is clear &amp; open") && office().contains("H-9"));
    let posts = hotline.posts();
    assert_eq!((posts.len(), &posts[0]), (2, &posts[1]), "the same words both times");
    for part in [
        "api_key=the+key",
        "jurisdiction_id=city",
        "service_code=terminal-gate",
        "address_string=Dayaowan",
        "first_name=Zhang",
        "queue+at+gate+3",
    ] {
        assert!(posts[0].contains(part), "{part}: {}", posts[0]);
    }
    assert!(
        !here.anybody().get("/open311/v2/requests.json").text().contains("queue at gate"),
        "the public reads no word"
    );
}

#[test]
fn what_a_hotline_will_never_take_comes_back_at_once() {
    let hotline = Stumbling::open(|_, _| (400, r#"[{"code": 400, "description": "service_code unknown"}]"#.to_owned()));
    let here = port_with(&hotline.base, "k", "");
    let number = reported(&here, "refused-1", "the gate");
    assert_eq!(transfer(&here, &number), None);
    wait("its coming back", || (state(&here, &number) == "triaged").then_some(()));
    let page = here.person("agent").get(&format!("/problems/{number}?lang=en")).text();
    assert!(page.contains("could not be handed over") && page.contains("service_code unknown"), "{page}");
    assert_eq!(hotline.posts().len(), 1);
    // What a reporter wants hidden does not leave by itself.
    let body = json!({"topic": "it", "impact": "ordinary", "urgency": "week", "words": "hidden words", "hidden": true});
    let hidden = here.system("agent").call("POST", "/api/v1/problems", "hidden-1", &body).json();
    let hidden = hidden["number"].as_str().expect("a number");
    assert_eq!(transfer(&here, hidden).as_deref(), Some("PQ-HANDOVER-003"));
    assert_eq!(state(&here, hidden), "received");
    assert!(hotline.posts().iter().all(|post| !post.contains("hidden")));
}
