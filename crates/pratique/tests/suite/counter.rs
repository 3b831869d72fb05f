//! The counter over the real program: nothing is seen before the firm consents, everything is done by the same acts with the
//! channel of the counter, and what was typed goes over and back without losing a field.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    delivery::{Hook, wait},
    harness::{ASKED, Answer, Client, Port, form, fresh, numbered},
    persons::{days_from_now, gang, workbook, worker},
};

const FIRM: &str = "sample-agency-a";

/// Begins a visit of a firm; the clerk with its cookie, and its number.
fn begin(clerk: &Client, firm: &str) -> (Client, String) {
    let begun = clerk.post("/hall/visit", &[("do", "begin"), ("firm", firm)]);
    entered(clerk, &begun)
}

/// The clerk with the cookie of the visit that an answer entered.
fn entered(clerk: &Client, answer: &Answer) -> (Client, String) {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let cookie = answer.header("set-cookie").expect("the visit's cookie").split(';').next().expect("a pair").to_owned();
    let id = cookie.trim_start_matches("pq_visit=").to_owned();
    let mut client = clerk.clone();
    let (session, token) = clerk.session.clone().expect("a session");
    client.session = Some((format!("{session}; {cookie}"), token));
    (client, format!("/hall/visit/{id}"))
}

fn scan(clerk: &Client, visit: &str, paper: &str, bytes: &[u8]) -> Answer {
    let token = clerk.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (name, value) in [("csrf", token), ("paper", paper)] {
        body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--part--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=part")];
    clerk.send("POST", &format!("{visit}/papers"), &headers, &body).expect("an answer")
}

#[test]
fn nothing_of_a_firm_is_seen_before_it_consents_and_nothing_of_its_people_after() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let (call, desk) = (format!("/calls/{number}"), port.person("clerk"));
    let (clerk, visit) = begin(&desk, FIRM);
    for page in [call.as_str(), "/calls", "/problems", "/applications"] {
        let answer = clerk.get(page);
        assert!(matches!(answer.status, 403 | 404), "{page}: {}", answer.status);
        assert!(!answer.text().contains("Sample Aurora"));
    }
    // Five wrong codes, and the right one is worth nothing.
    assert_eq!(clerk.post(&visit, &[("do", "ask")]).status, 200);
    let firm = port.person("agent");
    let code = |person: &Client| person.get("/hall/consents").between("<h2 class=\"code\">", "<");
    let right = code(&firm).expect("a code");
    assert_eq!((right.len(), code(&port.person("agent2"))), (6, None), "another firm sees none");
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let answer = clerk.post(&visit, &[("do", "code"), ("code", wrong)]);
        assert!(answer.status == 422 && answer.text().contains("PQ-HALL-018"), "{}", answer.status);
    }
    assert_eq!(clerk.post(&visit, &[("do", "code"), ("code", &right)]).status, 422, "tried too often");
    assert_eq!(clerk.get(&call).status, 403);
    // A new one, read aloud.
    assert_eq!(clerk.post(&visit, &[("do", "ask")]).status, 200);
    let right = code(&firm).expect("a code");
    assert_eq!(clerk.post(&visit, &[("do", "code"), ("code", &right)]).status, 303);
    assert_eq!(clerk.get(&call).status, 200, "now she sees what the firm sees");
    assert!(clerk.get(&call).text().contains("/hall/visit/"), "and the page says for whom she acts");
    // Its people, keys and ways of being told stay its own; and the cookie alone opens nothing for anybody else.
    for page in ["/administration/firm/sample-agency-a", "/notices/ways"] {
        let text = clerk.get(page).text();
        assert!(!text.contains("sample-system") && !text.contains("agent@"), "{page}");
    }
    assert_eq!(clerk.post("/account/keys", &[("name", "mine")]).status, 403);
    let mut thief = port.person("agent2");
    let (session, token) = thief.session.clone().expect("a session");
    let cookie = clerk.session.as_ref().expect("a session").0.split("; ").last().expect("a cookie").to_owned();
    thief.session = Some((format!("{session}; {cookie}"), token));
    assert_eq!(thief.get(&call).status, 404);
    assert_eq!(thief.get(&visit).status, 403);
    // The firm takes its consent back: the next page is closed.
    let id = visit.rsplit('/').next().expect("an id").to_owned();
    assert_eq!(port.person("agent2").post("/hall/consents", &[("id", &id)]).status, 404);
    assert_eq!(firm.post("/hall/consents", &[("id", &id)]).status, 303);
    assert_eq!(clerk.get(&call).status, 403);
}

#[test]
fn what_was_typed_goes_to_the_counter_and_back_without_losing_a_field() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let edit = format!("/calls/{number}/waste_notification/edit");
    let firm = port.person("agent");
    let typed = [("delivering", "some"), ("remarks", "half typed"), ("last_port", "KRINC"), ("do", "counter")];
    let offered = firm.post(&edit, &typed);
    assert_eq!(offered.status, 201, "{}", offered.text());
    let code = offered.between("<p class=\"code\"><b>", "<").expect("a code");
    let before = firm.get(&edit).text();
    assert!(before.contains("half typed"));
    let desk = port.person("clerk");
    assert_eq!(desk.post("/hall/visit", &[("do", "take"), ("offer", "aaaaaaaaaa")]).status, 422);
    let taken = desk.post("/hall/visit", &[("do", "take"), ("offer", &code)]);
    assert_eq!(taken.header("location"), Some(edit.as_str()), "she goes on where the firm stood");
    let (clerk, visit) = entered(&desk, &taken);
    assert_eq!(desk.post("/hall/visit", &[("do", "take"), ("offer", &code)]).status, 422, "once");
    // Every field is as it was: the pages differ in frame alone.
    let fields = |page: &str| -> Vec<String> {
        let named = page.split("name=\"").skip(1).filter_map(|rest| rest.split_once('"'));
        let own = named.filter(|(name, _)| !["csrf", "key", "place", "switch"].contains(name) && !name.contains(':'));
        own.map(|(name, rest)| format!("{name}={}", rest.split('>').next().unwrap_or_default())).collect()
    };
    let at_counter = clerk.get(&edit).text();
    let mut online = fields(&before);
    // What leads elsewhere from the firm's own page: the counter, and remote help, on the form and at the foot.
    let elsewhere = ["counter", "help", "begin"].map(|of| format!("value=\"{of}\""));
    online.retain(|field| !(field.starts_with("do=") && elsewhere.iter().any(|of| field.contains(of))));
    assert_eq!(fields(&at_counter), online);
    assert_eq!(clerk.post(&edit, &[("delivering", "none"), ("remarks", "by the clerk"), ("do", "draft")]).status, 303);
    assert_eq!(clerk.post(&visit, &[("do", "back")]).status, 303);
    assert!(firm.get(&edit).text().contains("by the clerk"), "and the firm goes on with what the clerk typed");
    assert!(firm.get("/notices?lang=en").text().contains("can be gone on with online"));
    assert_eq!(clerk.get(&edit).status, 403, "the visit is over");
}

/// Sends a form, of the kind that may have files or the plain one, from a page.
fn send_form(person: &Client, (path, from, files): (&str, &str, bool), pairs: &[(&str, &str)]) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let pairs = [&[("csrf", token)], pairs].concat();
    let referer = format!("http://port{from}");
    if !files {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("referer", referer.as_str())];
        return person.send("POST", path, &headers, form(&pairs).as_bytes()).expect("an answer");
    }
    let part = |(name, value): &(&str, &str)| {
        format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = pairs.iter().map(part).collect::<String>() + "--part--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=part"), ("referer", referer.as_str())];
    person.send("POST", path, &headers, body.as_bytes()).expect("an answer")
}

/// What is typed, by field.
type Fields<'a> = &'a [(&'a str, &'a str)];

#[test]
fn a_form_of_any_matter_goes_to_the_counter_and_back_without_losing_a_field() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let (firm, desk) = (port.person("agent"), port.person("clerk"));
    let acts = format!("/calls/{number}/acts");
    let forms: [(&str, bool, Fields); 7] = [
        ("/report", true, &[("topic", "fee"), ("impact", "ordinary"), ("words", "field-one \"quoted\"")]),
        ("/person-permits", true, &[("kind", "boarding"), ("holder.family_name", "FIELD-ONE"), ("words", "field-two")]),
        ("/crew-cases", true, &[("kind", "stowaway"), ("words", "field-one"), ("person.family_name", "FIELD-TWO")]),
        ("/measures/18-customs-charges/apply", true, &[("words", "field-one"), ("about", "FIELD-TWO")]),
        ("/manifests/new", true, &[("conveyance", "FIELD-ONE"), ("reference", "FIELD-TWO")]),
        ("/calls", false, &[("imo", "8001012"), ("last_port", "FIELD-ONE")]),
        (&acts, false, &[("act", "report_distress"), ("words", "field-one")]),
    ];
    for (to, files, typed) in forms {
        let again = format!("/begun?form={to}");
        let keep = |how: &str| format!("/begun/{how}?to={to}");
        let page_has = |person: &Client, typed: &[(&str, &str)]| {
            let page = person.get(&again);
            let text = page.text().replace("&quot;", "\"");
            assert_eq!(page.status, 200, "{to}: {text}");
            for (_, value) in typed.iter().filter(|(name, _)| !["kind", "topic", "act", "imo", "impact"].contains(name))
            {
                assert!(text.contains(value), "{to}: {value} in {text}");
            }
        };
        // The firm goes on at the counter: nothing is done by it, and no colleague of another firm finds it.
        let offered = send_form(&firm, (&keep("counter"), to, files), typed);
        assert_eq!(offered.status, 201, "{to}: {}", offered.text());
        let code = offered.between("<p class=\"code\"><b>", "<").expect("a code");
        assert!(!port.person("agent2").get(&again).text().to_lowercase().contains("field-one"), "{to}");
        page_has(&firm, typed);
        let taken = desk.post("/hall/visit", &[("do", "take"), ("offer", &code)]);
        assert_eq!(taken.header("location"), Some(again.as_str()), "she goes on where the firm stood");
        let (clerk, _) = entered(&desk, &taken);
        page_has(&clerk, typed);
        // She types on and hands it back.
        let mut by_clerk: Vec<(&str, &str)> = typed.to_vec();
        by_clerk.last_mut().expect("a field").1 = "BY-THE-CLERK";
        assert_eq!(send_form(&desk, (&keep("back"), &again, files), &by_clerk).status, 403, "of no firm");
        let back = send_form(&clerk, (&keep("back"), &again, files), &by_clerk);
        assert_eq!(back.header("location"), Some("/hall/desk?done=back"), "{to}: {}", back.text());
        assert_eq!(clerk.get(&again).status, 403, "the visit is over");
        page_has(&firm, &by_clerk);
        assert!(firm.get("/").text().contains(&again), "and her start page lists it");
        let list = firm.get("/notices").text();
        let mut notices = list.split("href=\"/notices/").skip(1).filter_map(|rest| rest.split('"').next());
        let told = notices.find(|id| id.len() == 36).expect("a notice");
        assert_eq!(firm.get(&format!("/notices/{told}")).header("location"), Some(again.as_str()), "{to}");
    }
    // Sent from another page it stays; sent from where it was drawn again it is begun no more.
    let words = [("topic", "fee"), ("impact", "ordinary"), ("urgency", "week"), ("words", "charged twice for one box")];
    let report = |from: &str, key| send_form(&firm, ("/report", from, true), &[&words[..], &[("key", key)]].concat());
    assert_eq!(report("/calls", "begun-1").status, 201);
    assert_eq!(firm.get("/begun?form=/report").status, 200);
    assert_eq!(report("/begun?form=/report", "begun-2").status, 201);
    assert_eq!(firm.get("/begun?form=/report").header("location"), Some("/report"));
    // Thrown away.
    assert_eq!(firm.post("/begun/drop?to=/person-permits", &[]).status, 303);
    assert_eq!(firm.get("/begun?form=/person-permits").header("location"), Some("/person-permits/new"));
    // What is no form that can be begun is none, whoever asks.
    for to in ["/account/keys", "/hall/lock", "/begun/drop", "//evil.example"] {
        assert_eq!(firm.post(&format!("/begun/keep?to={to}"), &[("name", "x")]).status, 404, "{to}");
    }
    assert_eq!(port.person("border").post("/begun/keep?to=/report", &[]).status, 403);
}

#[test]
fn a_visitor_with_nothing_but_paper_is_served_and_the_ledger_says_by_whom() {
    let port = Port::open();
    let desk = port.person("clerk");
    let new = [
        ("do", "record"),
        ("code", "paper-firm"),
        ("name_zh", "纸单公司"),
        ("name_en", "Paper Co."),
        ("registration", "91210200MA0000009X"),
        ("kind", "agent"),
        ("phone", "0411 8260 9999"),
    ];
    let refused =
        desk.post("/hall/visit", &[("do", "record"), ("code", FIRM), ("name_zh", "改"), ("name_en", "Changed")]);
    assert!(refused.status == 422 && refused.text().contains("PQ-HALL-015"), "a firm that is known is not changed");
    let (clerk, visit) = entered(&desk, &desk.post("/hall/visit", &new));
    // Nobody of it has an account: it signs.
    let nobody = clerk.post(&visit, &[("do", "ask")]);
    assert!(nobody.status == 409 && nobody.text().contains("PQ-HALL-017"), "{}", nobody.status);
    assert_eq!(
        clerk.post(&visit, &[("do", "services"), ("service", "entry-application"), ("service", "crew-list")]).status,
        303
    );
    let list = clerk.get(&format!("{visit}?lang=en")).text();
    for named in ["Certificate of registry", "Seafarers", "Maritime safety", "Border inspection"] {
        assert!(list.contains(named), "every organ's papers at once: {named}");
    }
    assert_eq!(scan(&clerk, &visit, "entry-application/ship-particulars", b"no picture").status, 422);
    assert_eq!(scan(&clerk, &visit, "entry-application/ship-particulars", b"%PDF-1.7 registry").status, 303);
    assert_eq!(scan(&clerk, &visit, "entry-application/nothing", b"%PDF-1.7").status, 404);
    let file = clerk.get(&format!("{visit}/papers/entry-application/ship-particulars"));
    assert_eq!((file.status, file.bytes.as_slice()), (200, &b"%PDF-1.7 registry"[..]));
    assert_eq!(port.person("agent").get(&format!("{visit}/papers/entry-application/ship-particulars")).status, 403);
    assert_eq!(clerk.post(&visit, &[("do", "later"), ("paper", "entry-application/agency-contract")]).status, 303);
    assert_eq!(clerk.post(&visit, &[("do", "shown"), ("paper", "crew-list/seamans-books")]).status, 303);
    assert_eq!(clerk.post(&visit, &[("do", "sign"), ("name", "")]).status, 422);
    assert_eq!(scan(&clerk, &visit, "consent/sheet", b"%PDF-1.7 signed").status, 404, "nothing is signed yet");
    assert_eq!(clerk.post(&visit, &[("do", "sign"), ("name", "Wang Gang")]).status, 303);
    assert!(clerk.get(&format!("{visit}?lang=en")).text().contains("The sheet that was signed"));
    assert_eq!(scan(&clerk, &visit, "consent/sheet", b"%PDF-1.7 signed").status, 303);
    let signed = clerk.get(&format!("{visit}/papers/consent/sheet"));
    assert_eq!(signed.bytes.as_slice(), &b"%PDF-1.7 signed"[..], "the consent itself is in the dossier");
    // By the same act as online, in the firm's name, through the counter.
    let call = clerk.post(
        "/calls",
        &[
            ("imo", "8001012"),
            ("kind", "ordinary"),
            ("eta", "2031-03-01T08:00"),
            ("etd", "2031-03-02T08:00"),
            ("last_port", "KRINC"),
            ("next_port", "JPYOK"),
            ("sure", "yes"),
            ("key", "counter-open"),
        ],
    );
    assert_eq!(call.status, 303, "{}", call.text());
    let number = call.header("location").expect("an address").trim_start_matches("/calls/").to_owned();
    assert_eq!(
        clerk.post(&visit, &[("do", "deliver"), ("what", &format!("{number}-R1")), ("to", "Wang Gang")]).status,
        303
    );
    let sheet = clerk.get(&format!("{visit}/sheet?lang=en"));
    assert!(sheet.text().contains(&number) && sheet.text().contains("original follows"), "{}", sheet.text());
    let ledger = desk.get("/hall/ledger?lang=en").text();
    for said in [number.as_str(), "Opened", ">clerk</td>", "by signature", "handed out"] {
        assert!(ledger.contains(said), "{said}: {ledger}");
    }
    assert_eq!(port.person("border").get("/hall/ledger").status, 403);
    // The code on the sheet opens it for whoever has it, without the names; the original comes another day.
    let secret = sheet
        .between("/hall/sheet/", "\"")
        .or_else(|| sheet.between("data-sheet=\"", "\""))
        .expect("the sheet's secret");
    let open = port.anybody().get(&format!("/hall/sheet/{secret}?lang=en"));
    assert!(open.status == 200 && open.text().contains(&number) && !open.text().contains("Wang Gang"));
    assert_eq!(port.anybody().get("/hall/sheet/nobody0nobody0nobody").status, 404);
    let came = desk.post(&visit, &[("do", "came"), ("paper", "entry-application/agency-contract")]);
    assert_eq!(came.status, 303, "{}", came.text());
    // No name of a person stands in any file of the port.
    drop(ledger);
    let folder = port.end();
    let mut files = vec![folder.clone()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if let Ok(bytes) = std::fs::read(&path) {
            let name = b"Wang Gang";
            assert!(!bytes.windows(name.len()).any(|of| of == name), "{} names a person", path.display());
        }
    }
}

#[test]
fn two_clerks_at_one_firm_see_each_other_and_a_locked_screen_is_signed_out() {
    let port = Port::open();
    let (clerk, visit) = begin(&port.person("clerk"), FIRM);
    let (_, other) = begin(&port.person("portoffice"), FIRM);
    assert!(clerk.get(&format!("{visit}?lang=en")).text().contains("portoffice has a visit of this firm open as well"));
    assert_eq!(clerk.get(&other).status, 404, "another's visit");
    let locked = clerk.post("/hall/lock", &[("place", visit.as_str())]);
    assert_eq!(locked.status, 303);
    let to = locked.header("location").expect("an address").to_owned();
    assert!(to.starts_with("/sign-in?next=%2Fhall%2Fvisit%2F") && to.ends_with("name=clerk"), "{to}");
    assert!(clerk.get(&visit).is_to_sign_in());
}

#[test]
fn a_code_goes_to_the_telephone_that_was_recorded_and_who_comes_for_herself_is_acted_for() {
    // The gateway is busy at first: the message is sent again.
    let hook = Hook::answering(1, "202 Accepted");
    let file = fresh("sms").join("channels.toml");
    let gateway = format!(
        "[[gateway]]\nname = 'sms'\ntext = '/text'\nsender = '/from'\nsend = 'http://{}/send'\nsecret = {{ env = 'SMS' }}\n",
        hook.address
    );
    std::fs::write(&file, gateway).expect("written");
    let channels = format!("PRATIQUE_CHANNELS={}", file.display());
    let secret = format!("SMS=whsec_{}", STANDARD.encode([5; 32]));
    let port = Port::serve(Port::copy(), &["env", &channels, &secret]);
    let desk = port.person("clerk");
    let sent = |nth: usize| -> (String, String) {
        wait("a message", || hook.calls().len() >= nth);
        let (headers, body) = hook.calls().swap_remove(nth - 1);
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert!(headers.contains_key("webhook-signature") && body["type"] == "message.send", "{body}");
        let text = body["data"]["text"].as_str().expect("words").to_owned();
        let digits = text.split(|letter: char| !letter.is_ascii_digit()).find(|part| part.len() == 6);
        (body["data"]["to"].as_str().expect("a number").to_owned(), digits.expect("a code").to_owned())
    };
    // A firm that nobody has an account of: its telephone alone can get a code.
    let record = [
        ("do", "record"),
        ("code", "sample-paper"),
        ("name_zh", "样例纸行"),
        ("name_en", "Sample Paper"),
        ("phone", "0411-5550123"),
    ];
    let (clerk, visit) = entered(&desk, &desk.post("/hall/visit", &record));
    assert_eq!(clerk.post(&visit, &[("do", "ask")]).status, 200);
    let (to, code) = sent(1);
    assert_eq!(to, "0411-5550123");
    assert_eq!(clerk.post(&visit, &[("do", "code"), ("code", &code)]).status, 303);
    assert_eq!(clerk.get("/calls").status, 200, "she acts for the firm");
    let back = clerk.post(&visit, &[("do", "back")]);
    assert!(back.status == 409 && back.text().contains("PQ-HALL-027"), "nobody signs in for the firm: {}", back.status);
    assert_eq!(clerk.get("/calls").status, 200, "and the visit goes on");
    assert_eq!(clerk.post(&visit, &[("do", "end")]).status, 303);
    // No firm: her own telephone, and pages that are for persons.
    let own = [("do", "begin"), ("name", "Geheimniskraemer"), ("phone", "13800005678")];
    let (clerk, visit) = entered(&desk, &desk.post("/hall/visit", &own));
    assert_ne!(clerk.get("/problems").status, 200, "before she consents");
    assert_eq!(clerk.post(&visit, &[("do", "ask")]).status, 200);
    let (to, code) = sent(2);
    assert_eq!(to, "13800005678");
    assert_eq!(clerk.post(&visit, &[("do", "code"), ("code", &code)]).status, 303);
    let words =
        [("topic", "fee"), ("impact", "ordinary"), ("urgency", "week"), ("words", "charged twice"), ("key", "own")];
    let reported = send_form(&clerk, ("/report", "/report", true), &words);
    assert_eq!(reported.status, 201, "{}", reported.text());
    let problem = reported.between("<dd class=\"code\">", "<").expect("a number");
    assert_eq!(clerk.get(&format!("/problems/{problem}")).status, 200);
    assert_ne!(clerk.get("/calls").status, 200, "a person has no ships");
    let page = clerk.get(&visit).text();
    let named = page.split("<span class=\"code\">person-").nth(1).and_then(|rest| rest.split('<').next());
    let code = format!("person-{}", named.expect("her code"));
    assert!(clerk.get(&format!("{visit}/sheet")).text().contains(&problem), "the sheet says what was done");
    assert_eq!(clerk.post(&visit, &[("do", "end")]).status, 303);
    // Her name stands in no record that others read.
    for page in ["/companies", "/problems"] {
        assert!(!port.person("portoffice").get(page).text().contains("Geheimniskraemer"), "{page}");
    }
    // She comes again: found by her code, and what she reported is there once she has signed.
    assert!(desk.get(&format!("/hall/visit?q={code}")).text().contains(&code));
    let (clerk, visit) = begin(&desk, &code);
    assert_ne!(clerk.get(&format!("/problems/{problem}")).status, 200);
    assert_eq!(clerk.post(&visit, &[("do", "sign"), ("name", "Geheimniskraemer")]).status, 303);
    assert_eq!(clerk.get(&format!("/problems/{problem}")).status, 200);
    // A firm's code is none of a person.
    let taken = [("do", "record"), ("code", "person-x"), ("name_zh", "样例"), ("name_en", "Sample")];
    assert_eq!(desk.post("/hall/visit", &taken).status, 422);
}

#[test]
fn what_was_granted_is_printed_signed_for_and_handed_out() {
    let port = Port::open();
    let application = gang(&port, 3, "pick-up");
    let (clerk, visit) = begin(&port.person("clerk"), FIRM);
    let page = || clerk.get(&format!("{visit}?lang=en")).text();
    assert!(!page().contains(&application), "nothing of the firm before it consents");
    assert_eq!(clerk.post(&visit, &[("do", "sign"), ("name", "Sample Visitor")]).status, 303);
    assert!(!page().contains(&application), "what is not granted is not handed out");
    // Of a list that is not decided to its end some hold already.
    let grant = serde_json::json!({"act": "grant", "holders": [1, 2]});
    let granted =
        port.system("border").call("POST", &format!("/api/v1/person-permits/{application}/acts"), "grant", &grant);
    assert_eq!(granted.status, 201, "{}", granted.text());
    assert!(page().contains(&format!("name=\"what\" value=\"{application}\"")), "{}", page());
    let line =
        page().split(&format!("value=\"{application}\"")).nth(1).map(|rest| rest[..400.min(rest.len())].to_owned());
    assert!(line.is_some_and(|line| line.contains("2 persons")), "of three, two hold: {}", page());
    let print = clerk.get(&format!("/person-permits/{application}/print?lang=en"));
    assert_eq!((print.status, print.text().matches("data-code>").count()), (200, 2), "printed at the counter");
    // Nothing, nobody, and a sheet before anything was handed out.
    for pairs in [[("what", ""), ("to", "Sample Visitor")], [("what", application.as_str()), ("to", "")]] {
        let wrong = clerk.post(&visit, &[("do", "deliver"), pairs[0], pairs[1]]);
        assert!(wrong.status == 422 && wrong.text().contains("PQ-HALL-022"), "{}", wrong.status);
    }
    assert_eq!(scan(&clerk, &visit, "pick-up/sheet", b"%PDF-1.7 signed").status, 404);
    let two = [("do", "deliver"), ("what", &*application), ("what", "2026-OTHER-1"), ("to", "Sample Visitor")];
    assert_eq!(clerk.post(&visit, &two).status, 303);
    assert!(page().contains("to Sample Visitor"), "who comes again is told of it: {}", page());
    let sheet = clerk.get(&format!("{visit}/sheet?lang=en")).text();
    for said in [application.as_str(), "2026-OTHER-1", "signature of the visitor"] {
        assert!(sheet.contains(said), "{said}: {sheet}");
    }
    assert_eq!(scan(&clerk, &visit, "pick-up/sheet", b"%PDF-1.7 received").status, 303);
    let received = clerk.get(&format!("{visit}/papers/pick-up/sheet"));
    assert_eq!(received.bytes.as_slice(), &b"%PDF-1.7 received"[..]);
    assert_eq!(clerk.get(&format!("{visit}/papers/pick-up/{application}")).status, 404, "a name is no scan");
    let ledger = clerk.get("/hall/ledger?lang=en").text();
    assert!(ledger.contains("Sheet signed for what was handed out") && ledger.contains(&application), "{ledger}");
    assert_eq!(clerk.post(&visit, &[("do", "end")]).status, 303);
    // Another day, another clerk's visit: what was handed out is known.
    let (other, visit) = begin(&port.person("clerk"), FIRM);
    assert_eq!(other.post(&visit, &[("do", "sign"), ("name", "Sample Visitor")]).status, 303);
    assert!(other.get(&format!("{visit}?lang=en")).text().contains("to Sample Visitor"));
}

/// Sends a form of the kind that has files, from a page; a file of a field may be none that was chosen.
fn send_files(
    person: &Client,
    (path, from): (&str, &str),
    pairs: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> Answer {
    let token = person.session.as_ref().map_or("", |(_, token)| token.as_str());
    let mut body = Vec::new();
    for (name, value) in [&[("csrf", token)], pairs].concat() {
        body.extend(format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (field, name, bytes) in files {
        let head = format!("--part\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--part--\r\n");
    let referer = format!("http://port{from}");
    let headers = [("content-type", "multipart/form-data; boundary=part"), ("referer", referer.as_str())];
    person.send("POST", path, &headers, &body).expect("an answer")
}

#[test]
fn files_that_were_chosen_go_to_the_counter_with_the_form_and_are_sent_from_there() {
    let port = Port::open();
    let (firm, desk) = (port.person("agent"), port.person("clerk"));
    let call = numbered(&port, crate::harness::LEAVING);
    let (from, until) = (days_from_now(-1), days_from_now(20));
    let form = [
        ("kind", "boarding"),
        ("place", "ship"),
        ("ship", &*call),
        ("from", &*from),
        ("until", &*until),
        ("words", "repairs"),
        ("key", "files"),
    ];
    let rows: Vec<_> = (1..=3).map(worker).collect();
    let (list, licence) = (workbook(&rows), b"%PDF-1.7 licence".as_slice());
    let files = [("list", "gang.xlsx", list.as_slice()), ("paper.licence", "licence.pdf", licence)];
    let to = "/begun/counter?to=/person-permits";
    let offered = send_files(&firm, (to, "/person-permits/new?kind=boarding"), &form, &files);
    assert_eq!(offered.status, 201, "{}", offered.text());
    let code = offered.between("<p class=\"code\"><b>", "<").expect("a code");
    let (clerk, _) = entered(&desk, &desk.post("/hall/visit", &[("do", "take"), ("offer", &code)]));
    let again = "/begun?form=/person-permits";
    let page = clerk.get(&format!("{again}&lang=en")).text();
    for said in ["gang.xlsx", "licence.pdf", "name=\"begun_files\""] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // She keeps it for the firm once more, without the licence: what was chosen stays, what she left out does not.
    let marked = [&form[..], &[("begun_files", "yes"), ("begun_without", "1")]].concat();
    let none: [(&str, &str, &[u8]); 1] = [("list", "", b"")];
    assert_eq!(send_files(&clerk, ("/begun/keep?to=/person-permits", again), &marked, &none).status, 303);
    let page = clerk.get(&format!("{again}&lang=en")).text();
    assert!(page.contains("gang.xlsx") && !page.contains("licence.pdf"), "{page}");
    // A form with the same address that does not say so has nothing of it.
    let other = send_files(&clerk, ("/person-permits", "/person-permits/new"), &form, &none);
    assert!(other.status == 422, "nobody is named: {} {}", other.status, other.text());
    // What is wrong is told with the files still there, and sent from that answer they go along.
    let mut wrong = [&form[..], &[("begun_files", "yes")]].concat();
    wrong[4].1 = "2020-01-01T00:00";
    let told = send_files(&clerk, ("/person-permits", again), &wrong, &none);
    assert!(told.status == 422 && told.text().contains("gang.xlsx"), "{} {}", told.status, told.text());
    let marked = [&form[..], &[("begun_files", "yes")]].concat();
    let sent = send_files(&clerk, ("/person-permits", "/person-permits"), &marked, &none);
    assert_eq!(sent.status, 201, "{}", sent.text());
    let number = sent.between("<a href=\"/person-permits/2", "\"").expect("a number");
    assert_eq!(sent.text().matches(&format!("2{number}-")).count(), 3, "each of the list: {}", sent.text());
    assert_ne!(clerk.get(again).status, 200, "it is begun no more");
}

#[test]
fn two_people_on_one_form_lose_nothing_and_see_what_the_other_saved() {
    let port = Port::open();
    let number = numbered(&port, ASKED);
    let edit = format!("/calls/{number}/waste_notification/edit");
    let firm = port.person("agent");
    let (clerk, visit) = begin(&port.person("clerk"), FIRM);
    assert_eq!(clerk.post(&visit, &[("do", "sign"), ("name", "Sample Visitor")]).status, 303);
    let drawn = |person: &Client| person.get(&edit).between("name=\"drawn\" value=\"", "\"").expect("a mark");
    let save = |person: &Client, drawn: &str, remarks: &str| {
        person.post(
            &format!("{edit}?lang=en"),
            &[("delivering", "some"), ("remarks", remarks), ("drawn", drawn), ("do", "draft")],
        )
    };
    // Both open the form; the firm saves first.
    let (one, other) = (drawn(&firm), drawn(&clerk));
    assert_eq!(one, other);
    assert_eq!(save(&firm, &one, "by the firm").status, 303);
    let told = save(&clerk, &other, "by the clerk");
    let text = told.text();
    assert_eq!(told.status, 409, "{text}");
    for said in ["PQ-FORM-006", "The other one saved: by the firm", "by the clerk"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(firm.get(&edit).text().contains("by the firm"), "nothing is overwritten unseen");
    // The script is told the same, and saves nothing.
    let aside = [("remarks", "typed on"), ("drawn", other.as_str())];
    let path = format!("/calls/{number}/waste_notification/draft");
    assert_eq!(clerk.post(&path, &aside).status, 409);
    // She has seen it, and saves hers over it; the firm is told then.
    let seen = told.between("name=\"drawn\" value=\"", "\"").expect("the mark of what stands");
    assert_eq!(save(&clerk, &seen, "by the clerk").status, 303);
    assert!(firm.get(&edit).text().contains("by the clerk"));
    let mine = save(&firm, &one, "by the firm again");
    assert!(mine.status == 409 && mine.text().contains("The other one saved: by the clerk"), "{}", mine.text());
    // Who saves twice is nobody else.
    let now = drawn(&firm);
    let first = firm.post(&path, &[("remarks", "one"), ("drawn", now.as_str())]);
    let mark = first.json()["drawn"].as_str().expect("a mark").to_owned();
    assert_eq!((first.status, firm.post(&path, &[("remarks", "two"), ("drawn", mark.as_str())]).status), (200, 200));
}
