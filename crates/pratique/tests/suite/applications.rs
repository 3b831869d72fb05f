//! Applications under measures over the real program: who may apply, decide and read, what each is told, and what a restart
//! with another register makes of them.

use serde_json::{Value, json};

use crate::harness::{ASKED, Answer, Client, Port, numbered, pratique};

pub fn claim() -> Value {
    json!({
        "measure": "18-customs-charges", "facts": {"relief": "late_fee", "cause": "force_majeure"}, "words": "a typhoon",
        "papers": [{"code": "cause", "name": "cause.txt", "content": "c2VjcmV0IGNhdXNl"}],
    })
}

pub fn apply(client: &Client, key: &str, body: &Value) -> Answer {
    client.call("POST", "/api/v1/applications", key, body)
}

pub fn number(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["number"].as_str().expect("a number").to_owned()
}

/// Sends the form of an act.
pub fn act(person: &Client, number: &str, pairs: &[(&str, &str)]) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    send(person, &format!("/applications/{number}/acts"), &[&[("csrf", token)], pairs].concat(), None)
}

/// Sends a multipart form, perhaps with a file.
pub fn send(person: &Client, path: &str, pairs: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
    let mut body = Vec::new();
    for (name, value) in pairs {
        body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    if let Some((name, bytes)) = file {
        body.extend(
            format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"paper.txt\"\r\n\r\n")
                .bytes(),
        );
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--part--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=part")];
    person.send("POST", path, &headers, &body).expect("an answer")
}

#[test]
fn an_application_is_seen_and_acted_on_by_those_whom_it_concerns() {
    let port = Port::open();
    let (agent, other) = (port.system("agent"), port.system("agent2"));
    assert_eq!(apply(&port.anybody(), "a", &claim()).status, 401);
    assert_eq!(apply(&port.system("border"), "a", &claim()).status, 403, "an organ does not apply");
    let done = apply(&agent, "a", &claim());
    let number = number(&done);
    assert_eq!(apply(&agent, "a", &claim()).text(), done.text(), "a retry gets the same receipt");
    let at = format!("/api/v1/applications/{number}");
    // The firm, the organ that decides and the port office; nobody else, whether it is there or not.
    assert_eq!(agent.get(&at).status, 200);
    assert_eq!(agent.get(&at).json()["words"].as_object().map(serde_json::Map::len), Some(1));
    for stranger in [&other, &port.system("border")] {
        assert_eq!(stranger.get(&at).status, 404);
        assert!(!stranger.get("/api/v1/applications").text().contains(&number));
        let paths = [format!("/applications/{number}"), format!("{at}/acts")];
        assert_eq!(stranger.call("POST", &paths[1], "s", &json!({"act": "withdraw"})).status, 404);
    }
    for (person, status) in [("agent", 200), ("customs", 200), ("portoffice", 200), ("msa", 404), ("agent2", 404)] {
        let page = port.person(person).get(&format!("/applications/{number}"));
        assert_eq!(page.status, status, "{person}");
        assert_eq!(page.text().contains("a typhoon"), status == 200, "{person}");
    }
    let document = agent.get(&at).json()["application"]["papers"][0]["document"].as_str().expect("a file").to_owned();
    let file = format!("/applications/{number}/papers/{document}");
    assert!(port.person("customs").get(&file).text().contains("secret cause"));
    assert_eq!(port.person("msa").get(&file).status, 404);

    // What is not hers to do is refused with its code, and nothing is written.
    let journal = || agent.get(&at).json()["application"]["version"].clone();
    assert_eq!(
        agent.call("POST", &format!("{at}/acts"), "g", &json!({"act": "grant"})).json()["code"],
        "PQ-APPLICATION-006"
    );
    let mute = act(&port.person("customs"), &number, &[("act", "refuse"), ("key", "m"), ("words", "no"), ("law", "")]);
    assert!(mute.status == 422 && mute.text().contains("PQ-APPLICATION-008"), "{}", mute.status);
    assert_eq!(journal(), json!(1));
    let granted = act(&port.person("customs"), &number, &[("act", "grant"), ("key", "g"), ("saved", "1,280.50")]);
    assert_eq!(granted.status, 303, "{}", granted.text());
    let now = agent.get(&at).json();
    assert_eq!(
        (&now["status"], &now["application"]["decisions"][0]["decided"]["saved"]),
        (&json!("granted"), &json!(128_050))
    );

    // Its code verifies for anybody: on the page, by API and without a network; taken back, it does not.
    let page = port.person("agent").get(&format!("/applications/{number}"));
    let code =
        page.between("name=\"code\" value=\"", "\"").expect("a code").replace("&#x2f;", "/").replace("&amp;", "&");
    assert!(code.starts_with("PQG1:"), "{code}");
    let asked = || {
        let headers = [("content-type", "text/plain")];
        port.anybody().send("POST", "/api/v1/verify", &headers, code.as_bytes()).expect("an answer").json()
    };
    let verified = asked();
    assert_eq!((&verified["verdict"], &verified["number"]), (&json!("valid"), &json!(number)), "{verified}");
    assert!(port.anybody().post("/verify", &[("code", &code)]).text().contains(&number));
    let offline = || {
        let [file, list] = ["grant.txt", "customs.status"].map(|name| port.folder.join(name));
        std::fs::write(&file, &code).expect("written");
        std::fs::write(&list, port.anybody().get("/status-list/customs").text()).expect("written");
        let trust = port.folder.join("trust-list.json");
        let [file, list, trust] = [file, list, trust].map(|path| path.display().to_string());
        let output = pratique(&port.folder, &["verify", "release", &file, "--trust", &trust, "--status", &list]);
        [output.stdout, output.stderr].iter().map(|said| String::from_utf8_lossy(said)).collect::<String>()
    };
    assert!(offline().starts_with(&format!("valid {number} 18-customs-charges")), "{}", offline());

    // What it did is counted, for those who see the port's board.
    assert_eq!(port.person("agent").get("/measures/effect").status, 403);
    effect_says(&port, |table| {
        table.lines().any(|line| line.starts_with("18-customs-charges") && line.contains("1280.50"))
    });

    let revoked = [("act", "revoke"), ("key", "r"), ("words", "untrue"), ("law", "海关法 Customs Law")];
    assert_eq!(act(&port.person("customs"), &number, &revoked).status, 303);
    assert_eq!(asked()["verdict"], "revoked");
    assert!(offline().contains(&format!("revoked {number}")), "{}", offline());
    assert!(!port.person("agent").get(&format!("/applications/{number}")).text().contains("PQG1:"));
}

#[test]
fn a_form_applies_with_its_files_and_comes_back_with_what_was_typed() {
    let port = Port::open();
    let person = port.person("agent");
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let path = "/measures/18-customs-charges/apply";
    assert_eq!(port.person("customs").get(path).status, 403);
    assert!(port.anybody().get(path).is_to_sign_in());
    let pairs = [
        ("csrf", token),
        ("key", "form-1"),
        ("on", ""),
        ("fact.relief", "late_fee"),
        ("fact.cause", "authority"),
        ("words", "typed words"),
    ];
    let missing = send(&person, path, &pairs, None);
    assert!(missing.status == 422 && missing.text().contains("PQ-APPLICATION-005"), "{}", missing.status);
    assert!(missing.text().contains("typed words") && missing.text().contains("value=\"authority\" selected"));
    let forged = send(&person, path, &[("csrf", "0"), ("key", "form-2")], None);
    assert_eq!(forged.status, 403);
    let done = send(&person, path, &pairs, Some(("paper.cause", b"why")));
    assert_eq!(done.status, 303, "{}", done.text());
    let number = done.header("location").and_then(|at| at.split(['/', '?']).nth(2)).expect("a number").to_owned();
    assert!(person.get(&format!("/applications/{number}")).text().contains("paper.txt"));
    assert!(port.person("customs").get("/applications?mine=yes").text().contains(&number));
}

#[test]
fn a_measure_that_is_gone_after_a_restart_ends_what_is_open_with_nothing_lost() {
    let port = Port::open();
    let number = number(&apply(&port.system("agent"), "a", &claim()));
    let granted = number_of_granted(&port);
    let folder = port.end();
    let profile = folder.join("profile");
    copy(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ports/dalian")), &profile);
    std::fs::remove_dir_all(profile.join("measures/18-customs-charges")).expect("removed");
    let port = Port::serve(folder, &["env", &format!("PRATIQUE_PORT={}", profile.display())]);
    let read = |number: &str| port.system("agent").get(&format!("/api/v1/applications/{number}")).json();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while read(&number)["status"] != "lapsed" {
        assert!(std::time::Instant::now() < until, "{}", read(&number));
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let lapsed = read(&number);
    assert_eq!(lapsed["words"].as_object().and_then(|words| words.values().next().cloned()), Some(json!("a typhoon")));
    assert_eq!(lapsed["application"]["papers"].as_array().map(Vec::len), Some(1));
    assert_eq!(read(&granted)["status"], "granted", "what was granted stands");
    let page = port.person("agent").get(&format!("/applications/{number}?lang=en"));
    assert!(page.status == 200 && page.text().contains("Lapsed with its measure"), "{}", page.text());
}

/// A measure that comes into the register tells the firms whom it may fit, and not those whom it cannot; who applied is told
/// in the notices of what became of it; the effect counts eligible and told firms beside those that applied.
#[test]
fn a_measure_that_starts_tells_firms_that_have_not_applied_and_its_effect_counts_them() {
    let port = Port::open();
    let wait = |port: &Port, who: &str, words: &str| {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while !port.person(who).get("/notices?lang=en").text().contains(words) {
            assert!(std::time::Instant::now() < until, "{who}: {words}");
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    };
    let number = number(&apply(&port.system("agent"), "n", &claim()));
    wait(&port, "customs", "An application is to be decided");
    assert_eq!(act(&port.person("customs"), &number, &[("act", "grant"), ("key", "g")]).status, 303);
    wait(&port, "agent", "granted your application");
    assert!(!port.person("agent2").get("/notices?lang=en").text().contains(&number), "nobody else");
    assert!(!port.person("agent").get("/notices?lang=en").text().contains("A measure that may fit"), "no news yet");

    let folder = port.end();
    let profile = folder.join("profile");
    copy(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ports/dalian")), &profile);
    let new = profile.join("measures/21-sample");
    copy(&profile.join("measures/14-cargo-flights"), &new);
    for file in ["measure.toml", "eligibility.table.md"] {
        let text = std::fs::read_to_string(new.join(file)).expect("a file");
        let text = text.replace("14-cargo-flights", "21-sample").replace("不见面", "新");
        std::fs::write(new.join(file), text).expect("written");
    }
    let port = Port::serve(folder, &["env", &format!("PRATIQUE_PORT={}", profile.display())]);
    wait(&port, "agent2", "A measure that may fit your firm is in force");
    let table = port.person("portoffice").get("/measures/effect.csv").text();
    let line = table.lines().rfind(|line| line.starts_with("21-sample")).expect("a line");
    let number = |name: &str| cell(&table, line, name).parse::<u64>().expect(name);
    assert!(number("told") >= 2 && number("eligible") >= number("told") && number("applied") == 0, "{table}");
}

/// What a measure did is counted behind the log: of every one in force this month, by applications, by uses, and by the reliefs of
/// bills; a refusal with its law, a grant that is taken back no more; and counted anew it is the same.
#[test]
fn what_measures_did_is_counted_of_all_of_them_and_the_same_when_it_is_counted_anew() {
    let port = Port::open();
    let sum = |table: &str, measure: &str, name: &str| -> u64 {
        let lines = table.lines().filter(|line| line.starts_with(measure));
        lines.map(|line| cell(table, line, name).parse::<u64>().expect(name)).sum()
    };
    let customs = |table: &str, name: &str| sum(table, "18-customs-charges", name);
    // A long log is counted over several beats.
    let did = [
        ("18-customs-charges", "granted"),
        ("09-online-entry", "used"),
        ("02-green-lane", "granted"),
        ("03-problem-feedback", "used"),
        ("05-declaration-modes", "used"),
        ("12-border-precheck", "used"),
        ("13-border-permits", "used"),
        ("14-cargo-flights", "used"),
        ("15-single-window", "firms"),
    ];
    let first = effect_says(&port, |table| did.iter().all(|(measure, name)| sum(table, measure, name) > 0));
    for measure in (1..=20).filter(|nth| *nth != 19).map(|nth| format!("{nth:02}-")) {
        assert!(sum(&first, &measure, "eligible") > 0 || first.contains(&measure), "{measure} is not told of: {first}");
    }

    let granted = number_of_granted(&port);
    let refused = number(&apply(&port.system("agent"), "refused", &claim()));
    let law = "海关法 Customs Law";
    let act_of = [("act", "refuse"), ("key", "x"), ("words", "no"), ("law", law)];
    assert_eq!(act(&port.person("customs"), &refused, &act_of).status, 303);
    // Of the two the firm is counted once, and the refusal with its law.
    effect_says(&port, |table| {
        customs(table, "granted") == customs(&first, "granted") + 1
            && customs(table, "refused") == customs(&first, "refused") + 1
            && customs(table, "applied") == customs(&first, "applied") + 2
            && table.contains(&format!("{law}: 1"))
    });

    // The port group bills a ship of March 2020: the relief came by itself, in the month of the day that decides.
    let at = format!("/calls/{}/bill", numbered(&port, ASKED));
    let form = [("arrival", "2020-03-01"), ("ship_type", "container"), ("box.20.import.dry", "3")];
    assert_eq!(port.person("portgroup").post(&at, &form).status, 303);
    let billed = |table: &str| {
        let line = table.lines().find(|line| line.starts_with("19-port-charges,2020-03,")).unwrap_or_default();
        line.contains(",217.20,") && cell(table, line, "by_itself") == "1" && cell(table, line, "firms") == "1"
    };
    let table = effect_says(&port, billed);

    let folder = port.end();
    assert!(pratique(&folder, &["rebuild"]).status.success());
    let port = Port::serve(folder, &[]);
    let anew = effect_says(&port, |table| billed(table) && customs(table, "granted") > customs(&first, "granted"));
    assert_eq!(effect_says(&port, |now| now == table), table, "counted anew: {anew}");
    let revoked = [("act", "revoke"), ("key", "r"), ("words", "untrue"), ("law", law)];
    assert_eq!(act(&port.person("customs"), &granted, &revoked).status, 303);
    effect_says(&port, |table| {
        customs(table, "granted") == customs(&first, "granted")
            && customs(table, "fell_away") == customs(&first, "fell_away") + 1
    });
}

/// The table of what measures did, once it says so: it is counted behind the log, within seconds.
fn effect_says(port: &Port, says: impl Fn(&str) -> bool) -> String {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let table = port.person("portoffice").get("/measures/effect.csv").text();
        if says(&table) {
            return table;
        }
        assert!(std::time::Instant::now() < until, "{table}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

/// A cell of a line by its column's name. No cell before the law of refusals has a comma in it.
fn cell(table: &str, line: &str, name: &str) -> String {
    let column = table.lines().next().expect("columns").split(',').position(|column| column == name);
    if name == "fell_away" {
        // Behind the laws: counted from the end.
        let of_end = table.lines().next().expect("columns").split(',').rev().position(|column| column == name);
        return line.rsplit(',').nth(of_end.expect(name)).expect(name).to_owned();
    }
    line.split(',').nth(column.expect(name)).expect(name).to_owned()
}

fn number_of_granted(port: &Port) -> String {
    let number = number(&apply(&port.system("agent"), "granted", &claim()));
    let granted = act(&port.person("customs"), &number, &[("act", "grant"), ("key", "g")]);
    assert_eq!(granted.status, 303, "{}", granted.text());
    number
}

pub fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let there = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &there);
        } else {
            std::fs::copy(&path, &there).expect("copied");
        }
    }
}

/// A day so many days from now, as the port counts days.
fn day(days: i64) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
    domain::Instant(crate::gates::now() + days * 24 * domain::instant::HOUR).date(&zone).to_string()
}

#[test]
fn a_tax_that_is_put_off_moves_the_limit_of_its_declaration_and_is_paid_by_instalments() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    let declared = crate::declarations::send(&agent, "d", "", &crate::declarations::import("DEFER"));
    let declaration = number(&declared);
    let at = format!("/api/v1/declarations/{declaration}");
    let seen = || agent.get(&at).json();
    let before = seen();
    assert_eq!((&before["balance"], &before["deferred"]), (&json!("1119000.00"), &Value::Null));
    let body = json!({
        "measure": "18-customs-charges", "facts": {"relief": "deferral", "cause": "force_majeure"}, "about": declaration,
        "words": "typhoon", "papers": [{"code": "cause", "name": "c.txt", "content": "bGlzdA=="}],
    });
    let application = number(&apply(&agent, "a", &body));
    let on = format!("/api/v1/applications/{application}/acts");
    let grant = |key: &str, first: i64, last: &str| {
        let instalments = json!([{"amount": first, "due": day(30)}, {"amount": 61_900_000, "due": last}]);
        let plan = json!({"billed": day(0), "instalments": instalments});
        customs.call("POST", &on, key, &json!({"act": "grant", "plan": plan}))
    };
    // Instalments that come to something else, and a plan beyond six months, change neither.
    let differs = grant("b", 1, &day(60));
    assert!(differs.status == 409 && differs.text().contains("PQ-DECLARATION-045"), "{}", differs.text());
    assert!(grant("c", 50_000_000, &day(230)).status >= 400);
    assert_eq!(seen(), before);
    let granted = grant("e", 50_000_000, &day(60));
    assert_eq!(granted.status, 201, "{}", granted.text());
    let after = seen();
    assert!(after["pay_by"].as_str() > before["pay_by"].as_str(), "{after}");
    assert_eq!(after["deferred"]["application"], application.as_str());
    assert_eq!(after["deferred"]["before"], before["pay_by"]);
    let page = port.person("agent").get(&format!("/declarations/{declaration}?lang=en")).text();
    assert!(page.contains("Put off") && page.contains(&application), "{page}");
    assert_eq!(grant("e", 50_000_000, &day(60)).text(), granted.text(), "a retry gets the same receipt");

    let pay = |key: &str, nth: u32| {
        customs.call("POST", &on, key, &json!({"act": "pay_instalment", "nth": nth, "reference": format!("B-{nth}")}))
    };
    assert_eq!(pay("f", 1).status, 201);
    assert_eq!(pay("f", 1).status, 201, "a retry pays nothing twice");
    assert_eq!((&seen()["paid"], &seen()["balance"]), (&json!("500000.00"), &json!("619000.00")));
    // Taken back: what is left is due as it was, and what was paid stays paid.
    let revoke = json!({"act": "revoke", "words": "no typhoon", "law": "关税法 Tariff Law (2024) art. 43"});
    let revoked = customs.call("POST", &on, "g", &revoke);
    assert_eq!(revoked.status, 201, "{}", revoked.text());
    let back = seen();
    assert_eq!((&back["pay_by"], &back["deferred"]), (&before["pay_by"], &Value::Null), "{back}");
    assert_eq!(back["balance"], json!("619000.00"));
    // Put off once more for what is left, and paid by its one instalment: nothing is owed.
    let again = number(&apply(&agent, "h", &body));
    let plan = json!({"billed": day(0), "instalments": [{"amount": 61_900_000, "due": day(40)}]});
    let on = format!("/api/v1/applications/{again}/acts");
    assert_eq!(customs.call("POST", &on, "i", &json!({"act": "grant", "plan": plan})).status, 201);
    let paid = customs.call("POST", &on, "j", &json!({"act": "pay_instalment", "nth": 1, "reference": "B-3"}));
    assert_eq!(paid.status, 201, "{}", paid.text());
    assert_eq!((&seen()["balance"], &seen()["pay_by"]), (&json!("0.00"), &Value::Null));
}

/// What a bank or a cashier takes of a tax that was put off counts for the instalments, the one that is due first before the others.
#[test]
fn what_a_bank_takes_of_a_tax_that_was_put_off_pays_the_instalments_that_it_covers() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    let declared = crate::declarations::send(&agent, "d", "", &crate::declarations::import("BANK"));
    let declaration = number(&declared);
    let seen = || agent.get(&format!("/api/v1/declarations/{declaration}")).json();
    let body = json!({
        "measure": "18-customs-charges", "facts": {"relief": "deferral", "cause": "force_majeure"}, "about": declaration,
        "words": "typhoon", "papers": [{"code": "cause", "name": "c.txt", "content": "bGlzdA=="}],
    });
    let application = number(&apply(&agent, "a", &body));
    let on = format!("/api/v1/applications/{application}");
    let instalments = json!([{"amount": 50_000_000, "due": day(30)}, {"amount": 61_900_000, "due": day(60)}]);
    let grant = json!({"act": "grant", "plan": {"billed": day(0), "instalments": instalments}});
    let granted = customs.call("POST", &format!("{on}/acts"), "b", &grant);
    assert_eq!(granted.status, 201, "{}", granted.text());
    let paid = || -> Vec<Value> {
        let seen = agent.get(&on).json();
        let plan = &seen["application"]["decisions"][0]["decided"]["plan"]["instalments"];
        plan.as_array().expect("a plan").iter().map(|of| of["paid"]["reference"].clone()).collect()
    };
    let reference = seen()["payment_reference"].clone();
    let transfer = |bank: &str, amount: &str| {
        let payment = json!({"payment_reference": reference, "amount": amount, "on": day(0), "reference": bank});
        let told = customs.call("POST", "/api/v1/payments", bank, &json!({"payments": [payment]}));
        assert_eq!(told.status, 200, "{}", told.text());
    };
    transfer("T-1", "400000.00");
    assert_eq!(paid(), [Value::Null, Value::Null], "none is covered");
    transfer("T-2", "150000.00");
    assert_eq!(paid(), [json!("T-2"), Value::Null]);
    transfer("T-2", "150000.00");
    assert_eq!(seen()["balance"], json!("569000.00"), "one transfer counts once");
    let page = port.person("agent").get(&format!("/applications/{application}?lang=en")).text();
    assert!(page.contains("T-2"), "{page}");
    // The cashier takes what is open.
    let act = json!({"act": "pay", "reference": "C-1"});
    let taken = customs.call("POST", &format!("/api/v1/declarations/{declaration}/acts"), "c", &act);
    assert_eq!(taken.status, 201, "{}", taken.text());
    assert_eq!(paid(), [json!("T-2"), json!("C-1")]);
    assert_eq!((&seen()["balance"], &seen()["pay_by"]), (&json!("0.00"), &Value::Null));
}

/// What a measure opens is closed to whom its table says no: by the row, and by what customs says of the firm.
#[test]
fn a_mode_of_declaring_is_closed_to_a_firm_to_whom_its_measure_says_no() {
    use crate::declarations::{import, send};
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.person("customs"));
    let declare = |reference: &str| send(&agent, reference, "?mode=two_step", &import(reference));
    let credit = |value: &str| {
        let form = [("fact", "credit"), ("value", value)];
        assert_eq!(customs.post("/companies/sample-agency-a/facts", &form).status, 303);
    };
    assert_eq!(declare("MODE-1").status, 201, "nobody has said anything of her credit");
    credit("low");
    let refused = declare("MODE-2");
    let said = refused.text();
    assert!(refused.status == 409 && said.contains("PQ-MEASURE-004") && said.contains("two-step-low"), "{said}");
    assert_eq!(send(&agent, "MODE-3", "", &import("MODE-3")).status, 201, "the usual mode is nobody's measure");
    credit("general");
    assert_eq!(declare("MODE-2").status, 201);
}

/// Where a measure's table says that a mode is granted on application, it is declared by once the grant stands, and no more once it is
/// taken back.
#[test]
fn goods_are_registered_and_released_first_by_a_grant_alone() {
    use crate::declarations::{import, send};
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    let declare = |reference: &str| send(&agent, reference, "?mode=register_first", &import(reference));
    let refused = |reference: &str| {
        let answer = declare(reference);
        let said = answer.text();
        assert!(answer.status == 409 && said.contains("PQ-MEASURE-005") && said.contains("papers-later"), "{said}");
        assert!(said.contains("/measures/04-release-first/apply"), "{said}");
    };
    refused("FIRST-1");
    let paper = |code: &str| json!({"code": code, "name": "p.txt", "content": "bGlzdA=="});
    let claim = json!({
        "measure": "04-release-first", "facts": {"papers_missing": true}, "words": "The invoice is on its way.",
        "papers": [paper("registration"), paper("undertaking")],
    });
    let application = number(&apply(&agent, "a", &claim));
    refused("FIRST-2");
    let on = format!("/api/v1/applications/{application}/acts");
    let granted = customs.call("POST", &on, "b", &json!({"act": "grant", "until": day(10)}));
    assert_eq!(granted.status, 201, "{}", granted.text());
    assert_eq!(declare("FIRST-1").status, 201);
    let revoke = json!({"act": "revoke", "words": "the papers never came", "law": "海关法 Customs Law"});
    assert_eq!(customs.call("POST", &on, "c", &revoke).status, 201);
    refused("FIRST-3");
    assert_eq!(declare("FIRST-1").status, 201, "a retry gets its first answer");
    // A grant for a day that has passed is none.
    let ended = number(&apply(&agent, "d", &claim));
    let on = format!("/api/v1/applications/{ended}/acts");
    assert_eq!(customs.call("POST", &on, "e", &json!({"act": "grant", "until": day(-1)})).status, 201);
    refused("FIRST-4");
}

/// A grant of the late-declaration fee makes the declaration's own fee less, by its share and to the cent; taken back it is as before.
#[test]
fn a_late_declaration_fee_is_less_by_the_grant_and_as_before_once_it_is_taken_back() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    let declared = crate::declarations::send(&agent, "d", "", &crate::declarations::import("LATE"));
    let declaration = number(&declared);
    let at = format!("/api/v1/declarations/{declaration}");
    let balance = || {
        let seen = agent.get(&at).json();
        let text = seen["balance"].as_str().expect("a balance").replace('.', "");
        text.parse::<i64>().expect("fen")
    };
    let tax = balance();
    let entered = json!({"act": "state_entry", "on": day(-40)});
    assert_eq!(customs.call("POST", &format!("{at}/acts"), "entry", &entered).status, 201);
    let fee = balance() - tax;
    assert!(fee > 0, "forty days are late: {fee}");
    let grant = |key: &str, percent: Value| {
        let mut body = claim();
        body["about"] = json!(declaration);
        let application = number(&apply(&agent, key, &body));
        let on = format!("/api/v1/applications/{application}/acts");
        let act = json!({"act": "grant", "percent": percent});
        (application.clone(), on.clone(), customs.call("POST", &on, &format!("{key}-grant"), &act))
    };
    assert_eq!(grant("zero", json!(0)).2.status, 422);
    let (application, on, granted) = grant("part", json!(60));
    assert_eq!(granted.status, 201, "{}", granted.text());
    assert_eq!(balance(), tax + fee - fee * 60 / 100);
    let seen = agent.get(&format!("/api/v1/applications/{application}")).json();
    let saved = &seen["application"]["decisions"][0]["decided"]["saved"];
    assert_eq!(saved, &json!(fee * 60 / 100), "what it saves is what the declaration is charged less");
    let page = port.person("agent").get(&format!("/declarations/{declaration}?lang=en")).text();
    assert!(page.contains(&application), "{page}");
    let revoke = json!({"act": "revoke", "words": "no typhoon", "law": "海关法 Customs Law"});
    assert_eq!(customs.call("POST", &on, "back", &revoke).status, 201);
    assert_eq!(balance(), tax + fee);
    assert_eq!(grant("all", Value::Null).2.status, 201);
    assert_eq!(balance(), tax);
}

/// A certificate that maritime safety lets hold longer counts where it is filed, for the ship that the application is about.
#[test]
fn a_certificate_that_is_let_hold_longer_counts_where_it_is_filed() {
    let port = Port::open();
    let (agent, msa) = (port.system("agent"), port.system("msa"));
    let call = crate::harness::numbered(&port, crate::harness::ASKED);
    let filed = |key: &str| {
        let row =
            json!({"kind": "load_line", "number": key, "issuer": "x", "issued_on": "2020-01-01", "expiry": day(0)});
        let answer = agent.file(&call, "certificates", key, &json!({"certificates": [row]}));
        assert!(answer.status < 300, "{}", answer.text());
        answer.text()
    };
    let before = filed("before");
    assert!(before.contains("PQ-CERTIFICATE-EXPIRES") && before.contains("/measures/10-certificates"), "{before}");
    let claim = json!({
        "measure": "10-certificates", "facts": {"certificate": "ship", "trade": "foreign", "printed_expiry": day(0)},
        "about": call, "papers": [{"code": "certificate_copy", "name": "c.pdf", "content": "bGlzdA=="}],
    });
    let application = number(&apply(&agent, "a", &claim));
    let on = format!("/api/v1/applications/{application}/acts");
    let grant = |key: &str, until: &str| msa.call("POST", &on, key, &json!({"act": "grant", "until": until}));
    let long = grant("b", &day(100));
    assert!(long.status == 409 && long.text().contains("PQ-APPLICATION-022"), "{}", long.text());
    assert_eq!(grant("c", &day(60)).status, 201);
    let after = filed("after");
    assert!(
        after.contains("PQ-CERTIFICATE-EXTENDED") && after.contains(&application) && after.contains(&day(60)),
        "{after}"
    );
    assert!(!after.contains("PQ-CERTIFICATE-EXPIRES"), "{after}");
    let page = port.person("msa").get(&format!("/calls/{call}/certificates/decide?lang=en")).text();
    assert!(page.contains(&application) && page.contains(&day(60)), "maritime safety sees it: {page}");
    let revoke = json!({"act": "revoke", "words": "renewed", "law": "海事局2020年第15号通知 MSA Notice 15/2020"});
    assert_eq!(msa.call("POST", &on, "d", &revoke).status, 201);
    assert!(filed("again").contains("PQ-CERTIFICATE-EXPIRES"), "taken back it ends as printed");
}

/// Customs names a coordinator for the firm, one of its own people; the firm finds her on its page.
#[test]
fn a_coordinator_is_named_by_the_grant_and_stands_on_the_firms_page() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.person("customs"));
    let body =
        json!({"measure": "08-contactless-customs", "facts": {"customs_service": "coordinator"}, "words": "please"});
    let application = number(&apply(&agent, "a", &body));
    let page = customs.get(&format!("/applications/{application}?lang=en")).text();
    assert!(page.contains("name=\"person\"") && page.contains("value=\"customs\""), "{page}");
    let grant = |person: &str| act(&customs, &application, &[("act", "grant"), ("person", person)]);
    for nobody in ["", "msa", "nobody"] {
        let refused = grant(nobody);
        assert!(refused.status >= 400 && refused.text().contains("PQ-APPLICATION-023"), "{nobody}: {}", refused.text());
    }
    assert_eq!(grant("customs").status, 303);
    let seen = port.person("agent").get(&format!("/applications/{application}?lang=en")).text();
    assert!(seen.contains("Who is named"), "{seen}");
    let firm = |who: &str| port.person(who).get("/companies/sample-agency-a?lang=en").text();
    assert!(firm("agent").contains("Named by a measure") && firm("border").contains("Named by a measure"));
    assert!(!firm("agent2").contains("Named by a measure"), "another firm's coordinator is no affair of hers");
}
