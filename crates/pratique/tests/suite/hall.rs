//! The hall over the real program: places that are never given twice, the waiting list, numbers that two clerks never call at
//! once, and who may do what.

use std::thread;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    delivery::Hook,
    harness::{Answer, Client, Port, fresh},
};

/// The first working day that has places, and its slots as the page offers them.
fn slots(port: &Port, service: &str) -> (String, Vec<String>) {
    let page = port.anybody().get(&format!("/hall/book?service={service}&lang=en")).text();
    let day = between(&page, "name=\"day\" value=\"", "\"").expect("a day");
    let slots = page.split("name=\"slot\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    (day, slots.filter(|slot| slot.contains('@')).map(str::to_owned).collect())
}

fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let rest = &text[text.find(start)? + start.len()..];
    Some(rest[..rest.find(end)?].to_owned())
}

fn book(client: &Client, service: &str, day: &str, slot: &str, nth: usize) -> Answer {
    let phone = format!("0411 8260 {nth:04}");
    let form = [
        ("service", service),
        ("day", day),
        ("slot", slot),
        ("name", "Visitor"),
        ("phone", phone.as_str()),
        ("email", ""),
    ];
    client.post("/hall/book", &form)
}

fn secret(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = answer.header("location").expect("an address").to_owned();
    to.rsplit('/').next().and_then(|end| end.split('?').next()).expect("a secret").to_owned()
}

fn state(port: &Port, secret: &str) -> String {
    let page = port.anybody().get(&format!("/hall/appointment/{secret}?lang=en"));
    assert_eq!(page.status, 200, "{}", page.text());
    let words = ["booked", "on the waiting list", "given up", "came"];
    let text = page.text();
    words
        .iter()
        .find(|word| text.contains(&format!("</svg>{word}</span>")))
        .map(|word| (*word).to_owned())
        .unwrap_or(text)
}

#[test]
fn a_slot_is_never_given_twice_and_a_freed_place_goes_to_who_waits() {
    let port = Port::open();
    // Registration has one place a slot.
    let (day, all) = slots(&port, "firm-record");
    let slot = all.first().expect("a slot").clone();
    let answers: Vec<Answer> = thread::scope(|scope| {
        let tries: Vec<_> = (0..12)
            .map(|nth| {
                let (port, day, slot) = (&port, &day, &slot);
                scope.spawn(move || book(&port.anybody(), "firm-record", day, slot, nth))
            })
            .collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 303);
    assert_eq!(taken.len(), 1, "one place, one appointment");
    for answer in &refused {
        assert_eq!(answer.status, 422);
        assert!(
            answer.text().contains("PQ-HALL-008") && answer.text().contains("value=\"Visitor\""),
            "nothing typed is lost"
        );
    }
    assert!(!slots(&port, "firm-record").1.contains(&slot), "what is full is not offered");
    let first = secret(&taken[0]);
    // Two wait for the day; a place is given up; the one who waited longer has it.
    let waiting = [20, 21].map(|nth| secret(&book(&port.anybody(), "firm-record", &day, "wait", nth)));
    assert_eq!(state(&port, &waiting[0]), "on the waiting list");
    let gone = port.anybody().post(&format!("/hall/appointment/{first}"), &[("do", "cancel")]);
    assert_eq!(gone.status, 303, "{}", gone.text());
    assert_eq!((state(&port, &first), state(&port, &waiting[0])), ("given up".to_owned(), "booked".to_owned()));
    assert_eq!(state(&port, &waiting[1]), "on the waiting list");
    let again = port.anybody().post(&format!("/hall/appointment/{first}"), &[("do", "cancel")]);
    assert!(again.status == 409 && again.text().contains("PQ-HALL-010"));
    // Moved, it frees its place for the other one.
    let other = all.last().expect("a slot");
    let moved = port.anybody().post(&format!("/hall/appointment/{}", waiting[0]), &[("do", "move"), ("slot", other)]);
    assert_eq!(moved.status, 303, "{}", moved.text());
    assert_eq!(state(&port, &waiting[1]), "booked");
    let file = port.anybody().get(&format!("/hall/appointment/{}/calendar.ics", waiting[1]));
    let text = file.text();
    assert!(text.contains("BEGIN:VEVENT") && text.contains("SEQUENCE:1") && text.contains("BEGIN:VALARM"), "{text}");
    assert_eq!(port.anybody().get("/hall/appointment/nobody0nobody0nobody").status, 404);
}

#[test]
fn one_telephone_holds_so_many_places_and_hours_outside_are_for_key_goods() {
    let port = Port::open();
    let (day, all) = slots(&port, "crew-list");
    for slot in all.iter().take(3) {
        assert_eq!(book(&port.anybody(), "crew-list", &day, slot, 1).status, 303);
    }
    let more = book(&port.anybody(), "crew-list", &day, &all[4], 1);
    assert!(more.status == 422 && more.text().contains("PQ-HALL-005"), "{}", more.text());
    let ask = |goods: &str, wish: &str| {
        let form = [
            ("service", "crew-list"),
            ("day", day.as_str()),
            ("slot", "off_hours"),
            ("goods", goods),
            ("wish", wish),
            ("name", "Night"),
            ("phone", "0411 8260 7777"),
            ("words", "masks"),
        ];
        port.person("agent").post("/hall/book", &form)
    };
    for (goods, wish, code) in [("", "2031-01-01T03:00", "PQ-HALL-006"), ("medical", "2020-01-01T03:00", "PQ-HALL-007")]
    {
        let answer = ask(goods, wish);
        assert!(answer.status == 422 && answer.text().contains(code), "{code}: {}", answer.text());
    }
    let asked = secret(&ask("medical", "2031-01-01T03:00"));
    let clerk = port.person("clerk");
    let list = clerk.get("/hall/day?lang=en");
    assert!(list.text().contains("masks"), "{}", list.text());
    let id = list.between("name=\"id\" value=\"", "\"").expect("a request");
    assert_eq!(port.person("agent").post("/hall/day", &[("id", &id), ("do", "grant"), ("desk", "1")]).status, 403);
    assert_eq!(clerk.post("/hall/day", &[("id", &id), ("do", "grant"), ("desk", "1")]).status, 303);
    assert_eq!(clerk.post("/hall/day", &[("id", &id), ("do", "refuse")]).status, 404, "answered once");
    assert!(port.person("agent").get(&format!("/hall/appointment/{asked}?lang=en")).text().contains("Desk 1"));
    assert!(port.person("agent").get("/hall?lang=en").text().contains(&asked), "a firm finds its own");
    assert!(!port.person("agent2").get("/hall?lang=en").text().contains(&asked));
    let told = port.person("agent").get("/notices?lang=en").text();
    assert!(told.contains("The hall opens for you outside its hours"), "{told}");
}

#[test]
fn who_left_her_telephone_alone_is_told_and_reminded_by_short_messages() {
    let hook = Hook::answering(0, "202 Accepted");
    let file = fresh("hall-sms").join("channels.toml");
    let gateway = format!(
        "[[gateway]]\nname = 'sms'\ntext = '/text'\nsender = '/from'\nsend = 'http://{}/send'\nsecret = {{ env = 'SMS' }}\n",
        hook.address
    );
    std::fs::write(&file, gateway).expect("written");
    let channels = format!("PRATIQUE_CHANNELS={}", file.display());
    let secret_of = format!("SMS=whsec_{}", STANDARD.encode([5; 32]));
    let port = Port::serve(Port::copy(), &["env", &channels, &secret_of]);
    // The next whole minute after a day from now: a reminder goes out within a minute of asking.
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
    let wish = zone.to_datetime(crate::harness::now() + jiff::SignedDuration::from_secs(86_400 + 75));
    let (day, _) = slots(&port, "crew-list");
    let form = [
        ("service", "crew-list"),
        ("day", day.as_str()),
        ("slot", "off_hours"),
        ("goods", "medical"),
        ("wish", &wish.strftime("%Y-%m-%dT%H:%M").to_string()),
        ("name", "Night"),
        ("phone", "13800009999"),
        ("email", ""),
        ("words", "masks"),
    ];
    secret(&port.anybody().post("/hall/book", &form));
    let clerk = port.person("clerk");
    let id = clerk.get("/hall/day?lang=en").between("name=\"id\" value=\"", "\"").expect("a request");
    assert_eq!(clerk.post("/hall/day", &[("id", &id), ("do", "grant"), ("desk", "1")]).status, 303);
    let message = |nth: usize| -> serde_json::Value {
        let since = std::time::Instant::now();
        while hook.calls().len() < nth {
            assert!(since.elapsed().as_secs() < 150, "message {nth} does not come");
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        serde_json::from_str(&hook.calls()[nth - 1].1).expect("JSON")
    };
    for nth in [1, 2] {
        let told = message(nth);
        assert_eq!((&told["type"], &told["data"]["to"]), (&"message.send".into(), &"13800009999".into()), "{told}");
        assert!(told["data"]["text"].as_str().is_some_and(|text| text.contains("船员名单")), "{told}");
    }
    assert_ne!(message(1)["data"]["text"], message(2)["data"]["text"], "granted, and reminded");
}

#[test]
fn two_clerks_never_call_one_number() {
    let port = Port::open();
    let draw = |line: &str| secret(&port.anybody().post("/hall/ticket", &[("service", line)]));
    let numbers: Vec<String> = (0..6).map(|_| draw("S")).collect();
    let page = |secret: &str| port.anybody().get(&format!("/hall/ticket/{secret}?lang=en")).text();
    assert!(page(&numbers[0]).contains("S001") && page(&numbers[0]).contains("You are next."));
    assert!(page(&numbers[5]).contains("S006") && page(&numbers[5]).contains("5 numbers are before you."));
    // A clerk and the port office's own person, at two desks, press the same key many times at one moment.
    let called: Vec<Answer> = thread::scope(|scope| {
        let tries: Vec<_> = [("clerk", "1"), ("portoffice", "2")]
            .into_iter()
            .flat_map(|of| [of; 3])
            .map(|(who, desk)| {
                let port = &port;
                scope.spawn(move || port.person(who).post(&format!("/hall/desk/{desk}"), &[("do", "next")]))
            })
            .collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    for answer in &called {
        assert_eq!(answer.status, 303, "{}", answer.text());
    }
    // Each has one number before her, and the two are not the same; a key pressed twice calls no second one.
    let states: Vec<String> = numbers.iter().map(|secret| page(secret)).collect();
    let count = |state: &str| states.iter().filter(|page| page.contains(&format!("data-state=\"{state}\""))).count();
    assert_eq!((count("called"), count("waiting") + count("skipped")), (2, 4));
    let desks = |desk: &str| states.iter().filter(|page| page.contains(&format!("Please go to {desk}"))).count();
    assert_eq!((desks("Desk 1"), desks("Desk 2")), (1, 1));
    for _ in 0..count("waiting") {
        assert_eq!(port.person("clerk").post("/hall/desk/1", &[("do", "next")]).status, 303);
    }
    let empty = port.person("clerk").post("/hall/desk/1", &[("do", "next")]);
    assert!(empty.status == 409 && empty.text().contains("PQ-HALL-013"), "{}", empty.text());
}

#[test]
fn a_number_is_called_served_transferred_and_counted() {
    let port = Port::open();
    let clerk = port.person("clerk");
    let act = |pairs: &[(&str, &str)]| clerk.post("/hall/desk/1", pairs).status;
    assert_eq!(act(&[("do", "serve")]), 409, "nobody is before her");
    let first = secret(&port.anybody().post("/hall/ticket", &[("service", "crew-list")]));
    let second = secret(&port.anybody().post("/hall/ticket", &[("service", "S")]));
    let stranger = port.person("agent").post("/hall/desk/1", &[("do", "next")]);
    assert_eq!(stranger.status, 403);
    assert_eq!(act(&[("do", "next")]), 303);
    let display = port.anybody().get("/hall/display").text();
    assert!(
        display.contains("S001") && display.contains("1号综合窗口") && display.contains("Desk 1"),
        "both languages"
    );
    assert!(display.contains("S 0 0 1"), "spelled for a voice");
    assert_eq!((act(&[("do", "serve")]), act(&[("do", "skip")])), (303, 409), "who is served is not passed over");
    assert_eq!(act(&[("do", "transfer"), ("line", "G")]), 303);
    let moved = port.anybody().get(&format!("/hall/ticket/{first}?lang=en")).text();
    assert!(moved.contains("G001") && moved.contains("data-state=\"waiting\""), "{moved}");
    assert_eq!((act(&[("do", "next")]), act(&[("do", "recall")]), act(&[("do", "recall")])), (303, 303, 303));
    // The third call was the last one.
    assert_eq!(act(&[("do", "recall")]), 303);
    let gone = port.anybody().get(&format!("/hall/ticket/{second}?lang=en")).text();
    assert!(gone.contains("data-state=\"skipped\"") && gone.contains("your number can be put back"));
    let id = clerk.get("/hall/desk/1").between("name=\"id\" value=\"", "\"").expect("one was passed over");
    assert_eq!(act(&[("do", "back"), ("id", &id)]), 303);
    assert_eq!((act(&[("do", "next")]), act(&[("do", "serve")]), act(&[("do", "finish")])), (303, 303, 303));
    let day = clerk.get("/hall/day?lang=en").text();
    assert!(day.contains("data-label=\"Served\">1<"), "{day}");
    let given_back = secret(&port.anybody().post("/hall/ticket", &[("service", "M")]));
    let path = format!("/hall/ticket/{given_back}");
    assert_eq!((port.anybody().post(&path, &[]).status, port.anybody().post(&path, &[]).status), (303, 404));
}

#[test]
fn a_service_is_rated_once_and_who_was_not_content_is_called_back() {
    let port = Port::open();
    let clerk = port.person("clerk");
    let served = |line: &str| {
        let number = secret(&port.anybody().post("/hall/ticket", &[("service", line)]));
        for act in ["next", "serve", "finish"] {
            assert_eq!(clerk.post("/hall/desk/1", &[("do", act)]).status, 303);
        }
        format!("/hall/rate/{number}")
    };
    let waiting = secret(&port.anybody().post("/hall/ticket", &[("service", "G")]));
    assert_eq!(
        port.anybody().get(&format!("/hall/rate/{waiting}")).status,
        404,
        "before the service there is nothing to rate"
    );
    let (first, second) = (served("crew-list"), served("S"));
    let anybody = port.anybody();
    assert_eq!(anybody.post(&first, &[("do", "good"), ("why", "quick")]).status, 200);
    let again = anybody.post(&first, &[("do", "bad")]);
    assert!(again.status == 409 && again.text().contains("PQ-HALL-023"), "{}", again.status);
    let nameless = anybody.post(&second, &[("do", "bad"), ("why", "too long"), ("name", "Zhao"), ("phone", "no")]);
    assert!(nameless.status == 422 && nameless.text().contains("too long"), "nothing typed is lost");
    let bad = [("do", "bad"), ("why", "too long"), ("name", "Zhao"), ("phone", "0411 8260 5555"), ("lang", "en")];
    let rated = anybody.post(&second, &bad);
    assert_eq!(rated.status, 200, "{}", rated.text());
    let list = clerk.get("/hall/ratings").text();
    let number = between(&list, "href=\"/problems/", "\"").expect("a problem was opened");
    assert!(rated.text().contains(&number) && list.contains("too long"));
    let office = port.person("portoffice").get(&format!("/problems/{number}"));
    assert!(office.status == 200 && office.text().contains("too long"), "the port office has it");
    assert_eq!(port.person("agent").get("/hall/ratings").status, 403);
}
