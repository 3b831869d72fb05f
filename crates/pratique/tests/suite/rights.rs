//! Every route is tried without rights and with another's, and each refusal is paired with the right person's success.

use serde_json::json;

use crate::{
    cases, figures,
    harness::{ASKED, Answer, Client, LEAVING, Port, SAILED, numbered, waste},
    imports, problems,
    routes::{self, Route},
};

/// How one route is tried.
struct Try {
    method: &'static str,
    path: &'static str,
    /// Who may.
    right: &'static str,
    /// Signed in, and yet without this right.
    wrong: &'static [&'static str],
    /// The form that the right person sends.
    form: &'static [(&'static str, &'static str)],
}

const fn see(path: &'static str, right: &'static str, wrong: &'static [&'static str]) -> Try {
    Try { method: "GET", path, right, wrong, form: &[] }
}

const fn send(
    path: &'static str,
    right: &'static str,
    wrong: &'static [&'static str],
    form: &'static [(&'static str, &'static str)],
) -> Try {
    Try { method: "POST", path, right, wrong, form }
}

/// Officers, the port group and the port office: they read calls, and file nothing.
const NOT_AGENTS: &[&str] = &["agent2", "border", "portgroup", "portoffice"];
const AGENTS: &[&str] = &["agent", "agent2"];
/// Whoever does not serve in the hall.
const NOT_HALL: &[&str] = &["agent", "agent2", "border", "portgroup", "admin"];

/// Each page, in an order in which each finds what it needs. A route that is not here fails the test.
const PAGES: &[Try] = &[
    see("/", "agent", &[]),
    see("/calls", "agent", &[]),
    see("/calls/new", "agent", &["border", "portgroup", "portoffice"]),
    send(
        "/calls",
        "agent",
        &["border", "portgroup", "portoffice"],
        &[
            ("imo", "8001012"),
            ("kind", "ordinary"),
            ("eta", "2031-03-01T08:00"),
            ("etd", "2031-03-02T08:00"),
            ("last_port", "KRINC"),
            ("next_port", "JPYOK"),
            ("sure", "yes"),
            ("key", "rights-open-1"),
        ],
    ),
    send(
        "/calls/copy",
        "agent",
        NOT_AGENTS,
        &[("previous", "{sailed}"), ("copy.eta", "2031-04-01T08:00"), ("sure", "yes"), ("key", "rights-copy-1")],
    ),
    see("/calls/{number}", "agent", &["agent2"]),
    see("/calls/{number}/copied", "agent", &["agent2"]),
    send("/calls/{number}/copied", "agent", &["agent2"], &[]),
    see("/calls/{number}/do", "agent", &["agent2"]),
    see("/calls/{number}/upload", "agent", NOT_AGENTS),
    see("/calls/{number}/workbook", "agent", NOT_AGENTS),
    see("/calls/{number}/uploads/{id}", "agent", NOT_AGENTS),
    see("/calls/{number}/questions/{id}", "agent", &["agent2"]),
    send(
        "/calls/{number}/questions/{id}",
        "agent",
        // Who asked closes items at the same address.
        &["agent2", "portgroup", "portoffice"],
        &[("answer.0", "a new book is sent"), ("key", "rights-answer-1")],
    ),
    see("/calls/{number}/permits/{permit}", "agent", &["agent2"]),
    see("/calls/{number}/receipts/{id}", "agent", &["agent2"]),
    see("/calls/{number}/{formality}", "agent", &["agent2"]),
    see("/calls/{number}/{formality}/original", "agent", &["agent2"]),
    see("/calls/{number}/{formality}/edit", "agent", NOT_AGENTS),
    send("/calls/{number}/{formality}/edit", "agent", NOT_AGENTS, &[("delivering", "none"), ("do", "save")]),
    send("/calls/{number}/{formality}/draft", "agent", NOT_AGENTS, &[("delivering", "none")]),
    see("/calls/{number}/{formality}/check", "agent", NOT_AGENTS),
    send("/calls/{number}/{formality}/check", "agent", NOT_AGENTS, &[("key", "rights-file-1")]),
    send(
        "/calls/{number}/acts",
        "agent",
        NOT_AGENTS,
        &[
            ("act", "withdraw"),
            ("formality", "waste_notification"),
            ("words", "by mistake"),
            ("sure", "yes"),
            ("key", "rights-act-1"),
        ],
    ),
    see("/ships", "agent", &[]),
    send(
        "/ships",
        "agent",
        &["border", "portgroup", "portoffice"],
        &[
            ("imo", "9074729"),
            ("name_en", "Suite"),
            ("name_zh", "试验"),
            ("flag", "PA"),
            ("ship_type", "container"),
            ("gross_tonnage", "5000"),
            ("call_sign", "SUITE1"),
            ("length", "120"),
        ],
    ),
    see("/ships/{imo}", "agent", &[]),
    send(
        "/ships/{imo}",
        "msa",
        &["agent", "agent2", "border", "portgroup", "portoffice"],
        &[("do", "confirm"), ("seen", "1")],
    ),
    see("/companies", "agent", &[]),
    see("/companies/{code}", "agent", &[]),
    see("/account", "agent", &[]),
    send("/account", "agent", &[], &[("language", "en")]),
    see("/account/password", "agent", &[]),
    send("/account/keys", "agent", &["portgroup", "portoffice"], &[("name", "rights")]),
    send("/session", "agent", &[], &[]),
    // What is held is found by its own person alone; everybody else is led to her own start.
    see("/held/{id}", "agent", &[]),
    send("/held/{id}", "agent", &[], &[("held", "discard")]),
    see("/events", "agent", &[]),
    see("/queue", "border", AGENTS),
    send("/calls/{number}/{formality}/claim", "border", AGENTS, &[]),
    // Customs signs the exit formalities as well, each for itself.
    see("/calls/{number}/{formality}/decide", "border", &["agent", "agent2", "court"]),
    send(
        "/calls/{number}/{formality}/decide",
        "border",
        &["agent", "agent2", "court"],
        &[("act", "approve"), ("seen", "1"), ("key", "rights-decide-1")],
    ),
    send("/calls/{number}/{formality}/release", "border", AGENTS, &[]),
    send("/queue/claim-next", "border", AGENTS, &[]),
    see("/queue/priorities", "border", AGENTS),
    see("/queue/priorities.csv", "portoffice", AGENTS),
    see("/board", "portoffice", AGENTS),
    see("/applications", "agent", &[]),
    see("/person-permits", "agent", &[]),
    see("/person-permits/new", "agent", &["border", "portgroup", "portoffice"]),
    see("/person-permits/template?kind=boarding", "agent", &["border", "portgroup", "portoffice"]),
    see("/manifests", "agent", &["guard", "admin"]),
    see("/manifests/new", "agent", &["border", "portgroup", "portoffice"]),
    see("/manifests/template", "agent", &["border", "portgroup", "portoffice"]),
    see("/consignments", "agent", &["guard", "admin"]),
    see("/gate", "guard", &["agent", "agent2", "portoffice"]),
    see("/gate/aboard", "guard", &["agent", "agent2", "portoffice"]),
    see("/gate/list?gate=berth:DYW-12", "guard", &["agent", "agent2", "portoffice"]),
    see("/gate/worker.js", "guard", &["agent", "agent2", "portoffice"]),
    see("/measures/effect", "portoffice", AGENTS),
    see("/measures/effect.csv", "portoffice", AGENTS),
    see("/measures/18-customs-charges/apply", "agent", &["border", "portgroup", "portoffice"]),
    see("/charges/savings", "agent", &["border"]),
    see("/charges/savings.csv", "portoffice", &["border"]),
    see("/calls/{number}/bill", "agent", &["agent2", "border"]),
    send(
        "/calls/{number}/bill",
        "portgroup",
        &["agent", "agent2", "border", "portoffice"],
        &[("arrival", "2020-03-01"), ("box.20.import.dry", "2")],
    ),
    see("/resumption", "agent", &[]),
    send("/resumption", "agent", &[], &[("sector", "logistics"), ("capacity", "80")]),
    see("/resumption/workbook", "agent", &[]),
    see("/resumption/board", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    see("/hall/desk", "clerk", NOT_HALL),
    see("/hall/desk/{code}", "clerk", NOT_HALL),
    send("/hall/desk/{code}", "clerk", NOT_HALL, &[("do", "next")]),
    see("/hall/day", "clerk", NOT_HALL),
    see("/tables", "agent", &["admin", "clerk"]),
    see("/tables/{name}", "agent", &["admin", "clerk"]),
    see("/tables/{name}/{file}", "agent", &["admin", "clerk"]),
    see("/tables/{name}/draft", "portgroup", &["agent", "border", "msa", "clerk"]),
    send(
        "/tables/{name}/draft",
        "portgroup",
        &["agent", "border", "msa", "clerk"],
        &[("from", "2031-01-01"), ("text", "no table"), ("do", "check")],
    ),
    see("/tables/changes/{id}", "portoffice", &["agent", "border", "msa", "clerk"]),
    see("/tables/changes/{id}/edit", "portgroup", &["agent", "border", "msa", "clerk"]),
    send(
        "/tables/changes/{id}/edit",
        "portgroup",
        &["agent", "border", "msa", "clerk"],
        &[("from", "2031-01-01"), ("text", "no table"), ("do", "check"), ("edit", "1")],
    ),
    send("/tables/changes/{id}", "portgroup", &["agent", "border", "msa", "clerk"], &[("act", "drop"), ("edit", "1")]),
    see("/hall/ratings", "clerk", NOT_HALL),
    see("/hall/visit", "clerk", NOT_HALL),
    send("/hall/visit", "clerk", NOT_HALL, &[("do", "begin"), ("firm", "sample-agency-a")]),
    see("/hall/visit/{id}", "clerk", NOT_HALL),
    send("/hall/visit/{id}", "clerk", NOT_HALL, &[("do", "services"), ("service", "crew-list")]),
    see("/hall/visit/{id}/sheet", "clerk", NOT_HALL),
    see("/hall/ledger", "clerk", NOT_HALL),
    see("/hall/help", "clerk", NOT_HALL),
    see("/help", "agent", &["clerk", "border", "portgroup", "portoffice"]),
    send("/help", "agent", &["clerk", "border", "portgroup", "portoffice"], &[("do", "begin"), ("place", "/calls")]),
    see("/hall/consents", "agent", &["clerk", "border", "portgroup", "portoffice"]),
    send("/hall/handover", "agent", &["clerk", "border", "portgroup", "portoffice"], &[("place", "/calls")]),
    see("/problems", "agent", &[]),
    see("/problems/desk", "portoffice", AGENTS),
    see("/problems/import", "agent", &[]),
    see("/problems/import/template", "agent", &[]),
    see("/problems/import/{id}", "agent", NOT_AGENTS),
    see("/problems/board", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    see("/problems/brief", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    see("/problems/departments/{organ}", "border", &["agent", "agent2", "msa", "portgroup"]),
    see("/problems/month", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    see("/problems/month.csv", "portoffice", &["agent", "agent2", "border", "portgroup"]),
    send("/problems/month", "portoffice", &["agent", "agent2", "border", "portgroup"], &[("month", "{month}")]),
    see("/problems/catalogue", "customs", AGENTS),
    // The scene's ruling, which is ended once.
    send("/problems/catalogue", "portoffice", &["agent", "border", "portgroup"], &[("ruling", "trucking")]),
    // A department sees it once it takes part.
    see("/problems/{number}", "agent", &["agent2", "border", "portgroup"]),
    see("/problems/{number}/acts", "agent", &["agent2", "border", "portgroup"]),
    send("/problems/{number}/open", "portoffice", &["agent2", "border", "portgroup"], &[("writing", "yes")]),
    see("/problems/{number}/meetings/{id}", "portoffice", &["agent2", "border", "portgroup"]),
    see("/problems/{number}/files/{document}", "agent", &["agent2", "border", "portgroup"]),
    send(
        "/problems/{number}/acts",
        "portoffice",
        &["agent", "agent2", "border", "portgroup"],
        &[("act", "watch"), ("organ", "msa"), ("key", "rights-watch-1")],
    ),
    see("/notices", "agent", &[]),
    // A notice is found by its own person alone.
    see("/notices/{id}", "agent", &["agent2", "border", "portoffice"]),
    send("/notices", "agent", &["agent2", "border"], &[("until", "{notice}")]),
    see("/notices/ways", "agent", &[]),
    send("/notices/ways", "agent", &[], &[("do", "ways"), ("email", "agent@firm.example")]),
    see("/deliveries", "agent", &[]),
    send("/deliveries", "portoffice", &["agent", "border"], &[("id", "{delivery}")]),
    see("/problems/calls", "portoffice", &["agent", "agent2"]),
    see("/report/paper", "portoffice", &["agent", "agent2", "border"]),
    send(
        "/problems/calls",
        "portoffice",
        &["agent", "agent2", "border"],
        &[("number", "{problem}"), ("report", "1"), ("result", "no_answer")],
    ),
    see("/problems/ladder", "portoffice", &["agent", "border", "portgroup"]),
    send(
        "/problems/ladder",
        "portoffice",
        &["agent", "border", "portgroup"],
        &[("level", "ministry"), ("email", "desk@ministry.example")],
    ),
    see("/problems/{number}/notices/{id}", "portoffice", &["agent", "agent2", "border"]),
    send("/companies/{code}/coordinator", "portoffice", &["agent", "border"], &[("person", "portoffice")]),
    send("/companies/{code}/facts", "customs", &["agent", "border"], &[("fact", "credit"), ("value", "advanced")]),
    send(
        "/known",
        "portoffice",
        &["agent", "border", "portgroup"],
        &[("code", "rights"), ("name", "试验"), ("workaround", "等待")],
    ),
    // Who manages her own unit is led to its page.
    see("/administration", "admin", &["agent2", "border", "portoffice"]),
    send(
        "/administration",
        "admin",
        &["agent", "agent2", "border", "portoffice"],
        &[("code", "rights-firm"), ("name_zh", "试验"), ("name_en", "Rights"), ("kind", "agent")],
    ),
    see("/declarations", "agent", &[]),
    see("/declarations/queue", "customs", &["agent", "msa", "portgroup"]),
    see("/declarations/new", "agent", &["customs", "msa", "portgroup"]),
    send(
        "/declarations/new",
        "agent",
        &["customs", "msa", "portgroup"],
        &[
            ("mode", "on_arrival"),
            ("reference", "RIGHTS-1"),
            ("direction", "import"),
            ("partner", "RIGHTS"),
            ("currency", "CNY"),
            ("items.0.code", "8471300000"),
            ("items.0.description", "Computers"),
            ("items.0.origin", "KOR"),
            ("items.0.value", "10"),
            ("key", "rights-declaration-1"),
        ],
    ),
    see("/crew-cases", "agent", &[]),
    see("/crew-cases/new", "agent", &["border", "msa", "portgroup"]),
    see("/crew-cases/template?kind=crew_change", "agent", &["border", "msa", "portgroup"]),
    see("/flights", "airline", &[]),
    see("/flights/board", "airport", &["airline", "agent2"]),
    see("/flights/new", "airline", &["border", "msa", "portgroup"]),
    send(
        "/flights/new",
        "airline",
        &["border", "msa", "portgroup"],
        &[
            ("direction", "arrival"),
            ("designator", "ZZ6199"),
            ("scheduled", "2031-03-01T08:00"),
            ("other", "KRICN"),
            ("service", "passenger"),
            ("nature", "scheduled"),
            ("key", "rights-flight-1"),
        ],
    ),
    see("/administration/changes", "admin", &["agent", "agent2", "border", "portoffice"]),
    see("/administration/retention", "admin", &["agent", "agent2", "border", "portoffice"]),
    send("/administration/retention", "admin", &["agent", "agent2", "border", "portoffice"], &[("sure", "yes")]),
    see("/administration/{kind}/{code}", "agent", &["agent2", "border", "portoffice"]),
    send(
        "/administration/{kind}/{code}",
        "agent",
        &["agent2", "border", "portoffice"],
        &[("act", "add"), ("name", "rights-person"), ("role", "agent")],
    ),
];

/// Of problems and charges, what anybody may open or send; tried in `problems.rs` and `charges.rs`.
const FOR_ANYBODY: &[(&str, &str)] = &[
    ("GET", "/report"),
    ("POST", "/report"),
    ("GET", "/report/status"),
    ("POST", "/report/status"),
    ("GET", "/known"),
    ("GET", "/statistics"),
    ("GET", "/statistics/{month}/{file}"),
    ("GET", "/charges"),
    ("GET", "/resumption/figures"),
    ("GET", "/resumption/figures.csv"),
    ("GET", "/charges/list.csv"),
    ("GET", "/charges/estimate"),
    ("GET", "/charges/compare"),
    ("POST", "/charges/compare"),
];

/// Of the hall, what anybody may open or is opened by a secret; and the answer to a request, which needs one. Tried in `hall.rs`.
const OF_HALL: &[(&str, &str)] = &[
    ("GET", "/hall"),
    ("GET", "/hall/open"),
    ("GET", "/hall/book"),
    ("POST", "/hall/book"),
    ("GET", "/hall/appointment/{secret}"),
    ("POST", "/hall/appointment/{secret}"),
    ("GET", "/hall/appointment/{secret}/calendar.ics"),
    ("GET", "/hall/ticket"),
    ("POST", "/hall/ticket"),
    ("GET", "/hall/ticket/{secret}"),
    ("POST", "/hall/ticket/{secret}"),
    ("GET", "/hall/display"),
    ("GET", "/hall/display/stream"),
    ("POST", "/hall/day"),
    ("POST", "/hall/visit/{id}/papers"),
    ("GET", "/hall/visit/{id}/papers/{service}/{paper}"),
    ("GET", "/hall/sheet/{secret}"),
    ("POST", "/hall/consents"),
    ("POST", "/hall/lock"),
    ("GET", "/help/stream"),
    ("POST", "/hall/help"),
    ("GET", "/hall/help/{id}"),
    ("POST", "/hall/help/{id}"),
    ("GET", "/hall/help/{id}/stream"),
    ("GET", "/hall/rate/{secret}"),
    ("POST", "/hall/rate/{secret}"),
];

/// Of applications, what is tried in `applications.rs`: their forms carry files.
const OF_APPLICATIONS: &[(&str, &str)] = &[
    ("GET", "/measures/{code}/apply"),
    ("POST", "/measures/{code}/apply"),
    ("GET", "/applications/{number}"),
    ("POST", "/applications/{number}/acts"),
    ("GET", "/applications/{number}/papers/{document}"),
];

/// Of flights, what is tried in `flights.rs`: they need one.
const OF_FLIGHTS: &[(&str, &str)] = &[
    ("POST", "/flights/read"),
    ("GET", "/flights/{number}"),
    ("POST", "/flights/{number}/acts"),
    ("POST", "/flights/{number}/upload"),
    ("GET", "/flights/{number}/{formality}/edit"),
    ("POST", "/flights/{number}/{formality}/edit"),
];

/// Of declarations, what is tried in `declarations.rs`: they need one.
const OF_DECLARATIONS: &[(&str, &str)] = &[
    ("POST", "/declarations/upload"),
    ("GET", "/declarations/{number}"),
    ("POST", "/declarations/{number}/acts"),
    ("GET", "/declarations/{number}/amend"),
    ("POST", "/declarations/{number}/amend"),
    ("GET", "/declarations/{number}/notices"),
    ("GET", "/declarations/{number}/papers/{document}"),
    ("POST", "/declarations/{number}/claim/{how}"),
];

/// Of manifests and consignments, what is tried in `cargo.rs`: they need one, or a workbook.
const OF_CARGO: &[(&str, &str)] = &[
    ("POST", "/manifests/new"),
    ("GET", "/manifests/{number}"),
    ("POST", "/manifests/{number}/amend"),
    ("POST", "/manifests/{number}/acts"),
    ("GET", "/consignments/{number}"),
    ("POST", "/consignments/{number}/acts"),
];

/// Of permits of persons, what is tried in `persons.rs`, `gates.rs`, `prechecks.rs` and `crew_cases.rs`.
const OF_PERSONS: &[(&str, &str)] = &[
    ("POST", "/crew-cases"),
    ("GET", "/crew-cases/{number}"),
    ("POST", "/crew-cases/{number}/acts"),
    ("POST", "/person-permits"),
    ("GET", "/person-permits/lists/{id}"),
    ("GET", "/person-permits/{number}"),
    ("POST", "/person-permits/{number}/acts"),
    ("GET", "/person-permits/{number}/papers/{document}"),
    ("GET", "/person-permits/{number}/print"),
    ("POST", "/gate"),
    ("GET", "/calls/{number}/precheck"),
    ("POST", "/calls/{number}/precheck"),
    ("GET", "/watch-list"),
    ("POST", "/watch-list"),
    ("POST", "/gate/pass"),
    ("POST", "/gate/answer"),
    ("POST", "/gate/passages"),
];

/// A port with what the routes need: a receipt, a permit, an upload with faults.
struct Scene {
    port: Port,
    asked: String,
    copied: String,
    leaving: String,
    sailed: String,
    receipt: String,
    /// A problem of the agent's, and the file that came with it.
    problem: (String, String),
    /// A month that has ended.
    month: String,
    /// A workbook of problems that the agent sent.
    import: String,
    /// A notice of the agent's, and a delivery that was given up.
    told: (String, String),
    /// A change of a table that the port group drafts.
    change: String,
    /// A visit at the counter.
    visit: String,
}

/// What was filed by a file.
const BY_FILE: &str = "ships_stores";

const UPLOAD: &str = "rights-upload-1";

fn scene() -> Scene {
    let port = Port::open();
    let [asked, leaving, sailed] = [ASKED, LEAVING, SAILED].map(|sample| numbered(&port, sample));
    let receipt = port.system("agent").file(&asked, "waste_notification", "rights-0", &waste("scene")).receipt_id();
    let faulty = b"UNB+UNOC:3+A+B+261124:0800+1'UNZ+9+2'";
    let answer = upload(&port.person("agent"), &asked, UPLOAD, faulty);
    assert_eq!(answer.status, 422, "{}", answer.text());
    let stores = json!({BY_FILE: {"articles": [{"name": "Rice", "quantity": 50, "unit": "KGM", "location": "Store"}]}});
    let answer = upload(&port.person("agent"), &asked, "rights-upload-0", stores.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let new = json!({"imo": "8001012", "kind": "ordinary", "eta": "2031-05-01T08:00:00+08:00", "copy_from": sailed});
    let copied = port.system("agent").call("POST", "/api/v1/calls", "rights-copy-0", &new).json();
    let copied = copied["number"].as_str().expect("a number").to_owned();
    let words =
        [("topic", "it"), ("impact", "ordinary"), ("urgency", "week"), ("words", "rights"), ("key", "rights-p")];
    let reported = problems::report(&port.person("agent"), &words, &[("a.txt", b"a")]);
    let problem = reported.between("<dd class=\"code\">", "<").expect("a number");
    let page = port.person("agent").get(&format!("/problems/{problem}"));
    let document = page.between(&format!("/problems/{problem}/files/"), "\"").expect("a file");
    cases::meet(&port, &problem, &["msa", "customs"], "");
    cases::ruled(&port, "trucking", "rights-ruling");
    let told = told(&port, &problem);
    assert_eq!(port.anybody().post("/hall/ticket", &[("service", "S")]).status, 303);
    let visit = port.person("clerk").post("/hall/visit", &[("do", "begin"), ("firm", "sample-agency-a")]);
    let visit = visit.header("location").and_then(|to| to.rsplit('/').next()).expect("a visit").to_owned();
    let month = figures::published(&port);
    let answer = imports::upload(&port.person("agent"), &imports::workbook(&[["", "weather", "", "", "", "", "", ""]]));
    let import = answer.between("href=\"/problems/import/", "\"").expect("a workbook");
    let draft = [("from", "2031-01-01"), ("text", "no table yet"), ("do", "save")];
    let saved = port.person("portgroup").post("/tables/tariff-cargo-dues/draft", &draft);
    let change = saved.header("location").and_then(|to| to.rsplit('/').next()).expect("a draft").to_owned();
    Scene {
        port,
        asked,
        copied,
        leaving,
        sailed,
        receipt,
        problem: (problem, document),
        month,
        import,
        told,
        change,
        visit,
    }
}

/// The agent is told who leads, on the page and by a letter that no relay takes; maritime safety is reminded in writing.
fn told(port: &Port, problem: &str) -> (String, String) {
    let (agent, office) = (port.person("agent"), port.person("portoffice"));
    let ways = [("do", "ways"), ("email", "agent@firm.example"), ("letters", "act"), ("page", "act")];
    assert_eq!(agent.post("/notices/ways", &ways).status, 303);
    let acts: [&[(&str, &str)]; 3] = [
        &[("act", "triage"), ("topic", "it"), ("impact", "stopped"), ("urgency", "now"), ("key", "rights-t")],
        &[("act", "dispatch"), ("lead", "msa"), ("key", "rights-d")],
        &[("act", "serve"), ("kind", "reminder"), ("organ", "msa"), ("words", "please"), ("key", "rights-s")],
    ];
    for act in acts {
        let answer = office.post(&format!("/problems/{problem}/acts"), act);
        assert_eq!(answer.status, 303, "{act:?}: {}", answer.text());
    }
    for _ in 0..150 {
        let notice = agent.get("/notices").between("<a href=\"/notices/0", "\"");
        let delivery = office.get("/deliveries").between("name=\"id\" value=\"", "\"");
        if let (Some(notice), Some(delivery)) = (notice, delivery) {
            return (format!("0{notice}"), delivery);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("nobody is told");
}

/// Sends a file by the upload form.
pub fn upload(person: &Client, number: &str, key: &str, bytes: &[u8]) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (name, value) in [("csrf", token), ("key", key)] {
        body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"fal.xlsx\"\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--part--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=part")];
    person.send("POST", &format!("/calls/{number}/upload"), &headers, &body).expect("an answer")
}

impl Scene {
    /// The address with this scene's parameters.
    fn path(&self, route: &Try) -> String {
        let organ = ["claim", "decide", "release"].iter().any(|end| route.path.ends_with(end));
        let number = match route.path {
            path if path.starts_with("/problems") => &self.problem.0,
            path if path.contains("{permit}") => &self.sailed,
            path if path.ends_with("/copied") => &self.copied,
            _ if organ => &self.leaving,
            _ => &self.asked,
        };
        let id = match route.path {
            path if path.starts_with("/hall/visit") => &self.visit,
            path if path.contains("/questions/") || path.contains("{number}/notices/") => "1",
            path if path.starts_with("/notices") => &self.told.0,
            path if path.contains("/uploads/") => UPLOAD,
            path if path.contains("/import/") => &self.import,
            path if path.contains("/meetings/") => "1",
            path if path.starts_with("/tables/changes") => &self.change,
            _ => &self.receipt,
        };
        let formality = match route.path {
            path if path.ends_with("/original") => BY_FILE,
            _ if organ => "exit_formalities",
            _ => "waste_notification",
        };
        route
            .path
            .replace("{number}", number)
            .replace("{permit}", &format!("{}-D1", self.sailed))
            .replace("{name}", "tariff-cargo-dues")
            .replace("{file}", "table.dmn")
            .replace("{id}", id)
            .replace("{document}", &self.problem.1)
            .replace("{formality}", formality)
            .replace("{imo}", "8001012")
            .replace("{organ}", "border")
            .replace("{kind}", "firm")
            .replace("{code}", if route.path.starts_with("/hall") { "1" } else { "sample-agency-a" })
    }

    /// The value of a form's field with this scene's parameters.
    fn value(&self, value: &str) -> String {
        value
            .replace("{sailed}", &self.sailed)
            .replace("{notice}", &self.told.0)
            .replace("{delivery}", &self.told.1)
            .replace("{problem}", &self.problem.0)
            .replace("{month}", &self.month)
    }

    fn attempt(&self, client: &Client, route: &Try) -> Answer {
        let path = self.path(route);
        if route.method == "GET" {
            return client.get(&path);
        }
        let form: Vec<_> = route.form.iter().map(|(name, value)| (*name, self.value(value))).collect();
        client.post(&path, &form.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    }

    /// The number of entries of every call that the routes touch.
    fn entries(&self) -> usize {
        let count = |number: &String| {
            let answer = self.port.system("agent").get(&format!("/api/v1/calls/{number}/journal"));
            answer.json()["journal"].as_array().expect("entries").len()
        };
        [&self.asked, &self.copied, &self.leaving, &self.sailed].into_iter().map(count).sum()
    }
}

#[test]
fn every_page_is_tried_without_rights_and_opened_with_them() {
    let scene = scene();
    let mut wrongs = Vec::new();
    for route in routes::all().iter().filter(|route| {
        let groups = [
            "agent",
            "organ",
            "problems",
            "applications",
            "declarations",
            "flights",
            "persons",
            "crew_cases",
            "charges",
            "administration",
            "told",
            "hall",
            "tables",
        ];
        groups.contains(&route.group)
    }) {
        if [FOR_ANYBODY, OF_APPLICATIONS, OF_CARGO, OF_DECLARATIONS, OF_FLIGHTS, OF_PERSONS, OF_HALL]
            .concat()
            .contains(&(route.method, route.path))
        {
            continue;
        }
        // Upload forms are tried below, in `imports` and in `tables`: their bodies have another form. Changing a password ends the session that the others
        // are tried with: `commands` does.
        let elsewhere = [
            "/calls/{number}/upload",
            "/problems/import",
            "/account/password",
            "/resumption/workbook",
            "/tables/{name}/upload",
            "/tables/changes/{id}/upload",
        ];
        if route.method == "POST" && elsewhere.contains(&route.path) {
            continue;
        }
        let known = PAGES
            .iter()
            .any(|page| (page.method, page.path.split('?').next().unwrap_or_default()) == (route.method, route.path));
        assert!(known, "say in PAGES who may {} {}", route.method, route.path);
    }
    for page in PAGES {
        let before = scene.entries();
        let name = format!("{} {}", page.method, scene.path(page));
        let answer = scene.attempt(&scene.port.anybody(), page);
        if !(answer.is_to_sign_in() || matches!(answer.status, 401 | 403)) {
            wrongs.push(format!("{name} without a session: {}", answer.status));
        }
        if answer.text().contains("Sample Aurora") {
            wrongs.push(format!("{name} without a session tells content"));
        }
        for person in page.wrong {
            let answer = scene.attempt(&scene.port.person(person), page);
            if !matches!(answer.status, 403 | 404) {
                wrongs.push(format!("{name} as {person}: {}", answer.status));
            }
            if *person == "agent2" && answer.text().contains("Sample Aurora") {
                wrongs.push(format!("{name} tells another firm content"));
            }
        }
        if scene.entries() != before {
            wrongs.push(format!("{name}: a refused request left an entry"));
        }
        let answer = scene.attempt(&scene.port.person(page.right), page);
        if !(200..400).contains(&answer.status) || answer.is_to_sign_in() {
            wrongs.push(format!(
                "{name} as {}: {} {}",
                page.right,
                answer.status,
                answer.between("<h1", "</h1>").unwrap_or_default()
            ));
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

#[test]
fn an_upload_needs_a_session_and_the_firm_whose_call_it_is() {
    let scene = scene();
    let file = b"UNB+UNOC:3+A+B+261124:0800+1'UNZ+0+1'";
    let nobody = upload(&scene.port.anybody(), &scene.asked, "upload-none", file);
    assert!(nobody.is_to_sign_in() || matches!(nobody.status, 401 | 403), "{}", nobody.status);
    for wrong in ["agent2", "border", "portgroup", "portoffice"] {
        let answer = upload(&scene.port.person(wrong), &scene.asked, "upload-wrong", file);
        assert!(matches!(answer.status, 403 | 404), "{wrong}: {}", answer.status);
    }
    let answer = upload(&scene.port.person("agent"), &scene.asked, "upload-right", file);
    assert!(matches!(answer.status, 200 | 422), "{}", answer.status);
}

#[test]
fn what_anybody_may_open_answers_anybody() {
    let scene = scene();
    let anybody = scene.port.anybody();
    for Route { method, path, .. } in
        routes::all().into_iter().filter(|route| matches!(route.group, "public" | "measures" | "services"))
    {
        let at = path
            .replace("{organ}", "msa")
            .replace("{id}", &scene.receipt)
            .replace("{name}", "app.js")
            .replace("{code}", if path.starts_with("/services") { "crew-list" } else { "19-port-charges" })
            .replace("{*path}", "0/000.p/1");
        let answer = match (method, path) {
            ("GET", _) => anybody.get(&at),
            (_, "/sign-in") => anybody.post(&at, &[("name", "agent"), ("password", "sample-port")]),
            (_, "/verify") => anybody.post(&at, &[("code", "HC1:NOTHING")]),
            _ => anybody.post(&at, &[]),
        };
        let expected: &[u16] = match path {
            "/sign-in" | "/sign-out" => &[200, 303],
            // A text that is no permit is refused with its reason; a name that is no file is not there.
            "/api/v1/verify" => &[409, 422],
            // A form is no JSON.
            "/api/v1/measures/check" => &[422],
            "/assets/{name}" => &[200, 404],
            // A link that the port did not sign leads nowhere.
            "/resumption/link/{link}" => &[404],
            // The log gives a leaf its place within a second.
            "/receipts/{id}/proof" => &[200, 404],
            _ => &[200],
        };
        assert!(expected.contains(&answer.status), "{method} {at}: {}", answer.status);
        assert!(!answer.text().contains("Sample Aurora"), "{method} {at} names a ship");
    }
}

#[test]
fn every_address_of_the_api_wants_a_key_and_the_firm_whose_call_it_is() {
    let scene = scene();
    let body = waste("rights");
    let act =
        json!({"act": "state_time", "event": "departure", "kind": "estimated", "at": "2031-03-02T08:00:00+08:00"});
    let new = json!({"imo": "8001012", "kind": "ordinary", "eta": "2031-05-01T08:00:00+08:00"});
    for Route { method, path, .. } in routes::all().into_iter().filter(|route| route.group == "systems") {
        let formality = if path.ends_with("/original") { BY_FILE } else { "waste_notification" };
        let at = path.replace("{number}", &scene.asked).replace("{code}", formality);
        let body = if path.ends_with("/acts") {
            &act
        } else if path == "/api/v1/calls" {
            &new
        } else {
            &body
        };
        let attempt = |client: &Client| match method {
            "GET" => client.get(&at),
            _ => client.call(method, &at, &format!("rights {path}"), body),
        };
        let name = format!("{method} {at}");
        assert_eq!(attempt(&scene.port.anybody()).status, 401, "{name} without a key");
        let mut false_key = scene.port.anybody();
        false_key.key = Some("pq_0000000000000000000000000000000000000000000000000000000000000000".to_owned());
        assert_eq!(attempt(&false_key).status, 401, "{name} with a key that nobody has");
        assert_eq!(attempt(&scene.port.person("agent")).status, 401, "{name} with a session in place of a key");
        if path.contains("{number}") {
            let before = scene.entries();
            let other = attempt(&scene.port.system("agent2"));
            assert_eq!(other.status, 404, "{name} as another firm");
            assert!(!other.text().contains("Sample Aurora"), "{name}");
            if method != "GET" {
                let organ = attempt(&scene.port.system("border"));
                assert!(
                    path.ends_with("/acts") || matches!(organ.status, 403 | 404),
                    "{name} as an organ: {}",
                    organ.status
                );
            }
            assert!(scene.entries() == before || path.ends_with("/acts"), "{name} left an entry");
        }
        let right = attempt(&scene.port.system("agent"));
        let expected: &[u16] = if path.ends_with("/upload") { &[201, 422] } else { &[200, 201] };
        assert!(expected.contains(&right.status), "{name} as the agent: {} {}", right.status, right.text());
    }
    let list = scene.port.system("agent2").get("/api/v1/calls").text();
    assert!(!list.contains(&scene.asked) && list.contains("\"number\""), "each firm's list holds its own calls");
}

#[test]
fn a_key_does_what_its_scopes_say_until_it_is_revoked() {
    let port = Port::open();
    let (number, agent) = (numbered(&port, ASKED), port.person("agent"));
    let made = agent.post("/account/keys", &[("name", "reader"), ("scope", "calls:read")]);
    let mut reader = port.anybody();
    reader.key = made.between("<p class=\"code\">", "<");
    assert_eq!(reader.get(&format!("/api/v1/calls/{number}")).status, 200);
    assert_eq!(reader.file(&number, "waste_notification", "scopes", &waste("scopes")).status, 403);
    let is_listed = || agent.get("/account").text().contains("name=\"revoke\" value=\"reader\"");
    assert!(is_listed(), "the page lists the key");
    assert_eq!(agent.post("/account/keys", &[("revoke", "reader")]).status, 303);
    assert_eq!(reader.get(&format!("/api/v1/calls/{number}")).status, 401);
    assert!(!is_listed(), "and no longer");
}

#[test]
fn a_receipt_is_shown_under_its_own_call_alone() {
    let scene = scene();
    let agent = scene.port.person("agent");
    let under = |number: &str| agent.get(&format!("/calls/{number}/receipts/{}", scene.receipt)).status;
    assert_eq!((under(&scene.asked), under(&scene.sailed)), (200, 404));
}
