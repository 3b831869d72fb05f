//! What an agent meets on the pages: the real routes, on an office with a clock of its own, as a browser without script
//! would walk them.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
};

use axum::{Router, body::Body, http::Request as Asked};
use domain::{
    Text, Value,
    formality::Formality,
    instant::HOUR,
    ship_call::{Act, Party, ReviewState},
};
use harness::{Place, agent, officer, request};
use office::{NewCall, Submission};
use tower::ServiceExt;
use web::{app::App, limits::Limits, routes::router, templates::Templates};

#[path = "../../office/tests/office/harness.rs"]
mod harness;

const PASSWORD: &str = "a long enough password";

/// A browser with its cookies, and the token of the forms that it shows.
struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    token: String,
}

/// What came back.
struct Page {
    status: u16,
    location: String,
    html: String,
}

impl Page {
    fn has(&self, words: &str) -> bool {
        self.html.contains(words)
    }
}

impl Browser {
    fn new(place: &Place) -> Browser {
        let app = App {
            metrics: Arc::new(web::metrics::Metrics::new(None)),
            office: place.office.clone(),
            templates: Arc::new(Templates::embedded().expect("templates")),
            limits: Arc::new(Limits::new(1000, 1000.0)),
            tries: Arc::new(Limits::new(1000, 1000.0)),
            tries_of_account: Arc::new(Limits::new(1000, 1000.0)),
            senders: Arc::new(Limits::new(1000, 1000.0)),
            mailbox: false,
            site: String::new(),
            assets: None,
            secure: false,
            accounts: Arc::default(),
        };
        Browser { router: router(app), cookies: BTreeMap::new(), token: String::new() }
    }

    async fn signed_in(place: &Place, name: &str, party: &Party) -> Browser {
        Browser::signed_in_as(place, name, party, "agent").await
    }

    async fn signed_in_as(place: &Place, name: &str, party: &Party, role: &str) -> Browser {
        place.office.add_user(name, PASSWORD, party, role, "en").await.expect("added");
        let mut browser = Browser::new(place);
        browser.sign_in(name, "").await;
        browser
    }

    /// Signs in; where it leads.
    async fn sign_in(&mut self, name: &str, next: &str) -> String {
        let page = self.post("/sign-in", &[("name", name), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!(page.status, 303, "{}", page.html);
        let account = self.get("/account?lang=en").await;
        self.token = between(&account.html, "name=\"csrf\" value=\"", "\"");
        page.location
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send(Asked::get(path).header("cookie", self.cookie()).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form with the token of the session's forms.
    async fn post(&mut self, path: &str, pairs: &[(&str, &str)]) -> Page {
        let token = self.token.clone();
        let pairs = pairs.iter().copied().chain([("csrf", token.as_str())]);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let asked = Asked::post(path).header("cookie", self.cookie());
        let asked = asked.header("content-type", "application/x-www-form-urlencoded");
        self.send(asked.body(Body::from(body)).expect("a request")).await
    }

    /// Sends a file by the form of an upload.
    async fn upload(&mut self, path: &str, key: &str, bytes: &str) -> Page {
        let part = |name: &str, value: &str| {
            format!("--part\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let file = "--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"late.json\"\r\n\r\n";
        let body = format!("{}{}{file}{bytes}\r\n--part--\r\n", part("csrf", &self.token), part("key", key));
        let asked = Asked::post(path).header("cookie", self.cookie());
        let asked = asked.header("content-type", "multipart/form-data; boundary=part");
        self.send(asked.body(Body::from(body)).expect("a request")).await
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn send(&mut self, asked: Asked<Body>) -> Page {
        let answer = self.router.clone().oneshot(asked).await.expect("an answer");
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().expect("text").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get("location").map(|value| value.to_str().expect("text").to_owned());
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(answer.into_body(), 8 << 20).await.expect("a body");
        let html = String::from_utf8(bytes.to_vec()).expect("text");
        Page { status, location: location.unwrap_or_default(), html }
    }
}

fn between(text: &str, start: &str, end: &str) -> String {
    let from = text.find(start).unwrap_or_else(|| panic!("{start} is not in {text}")) + start.len();
    text[from..].split(end).next().unwrap_or_default().to_owned()
}

fn blue() -> Party {
    Party::Firm("blue".to_owned())
}

/// A place with a call of the firm `blue`, and a browser in which Anna of that firm has signed in.
async fn scene() -> (Place, Browser, office::Done) {
    let place = Place::open().await;
    let done = place.office.open_call(&agent("blue"), &place.new_call(), &request("open call", "scene")).await;
    let browser = Browser::signed_in(&place, "anna", &blue()).await;
    (place, browser, done.expect("opened"))
}

async fn file_waste(place: &Place, call: &office::Done, remarks: &str) -> String {
    let content = Value::from([("delivering", "none".into()), ("remarks", remarks.into())]);
    let waste = Submission { formality: Formality::WasteNotification, content, original: None };
    let filed = place.office.file(&agent("blue"), call.id, &waste, &request("file", remarks)).await;
    filed.expect("filed").done.receipt_id.to_string()
}

/// Nothing of a late form is done before its own person has signed in again and says so; nothing of it is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_comes_after_the_session_has_ended_is_held() {
    let (place, mut anna, call) = scene().await;
    let form = format!("/calls/{}/waste_notification/edit", call.number);
    let typed = [("delivering", "none"), ("remarks", "typed late"), ("do", "draft")];
    place.clock.fetch_add(3 * HOUR, Ordering::Relaxed);
    place.office.sweep().await.expect("swept");

    // Without the token of the session that ended it is nobody's form, and is not kept.
    let token = std::mem::replace(&mut anna.token, "0".repeat(32));
    let forged = anna.post(&form, &typed).await;
    assert!(forged.status == 303 && !forged.location.contains("held"), "{}", forged.location);
    anna.token = token.clone();
    let late = anna.post(&form, &typed).await;
    assert_eq!(late.status, 303);
    assert!(late.location.starts_with("/sign-in?next=%2Fheld%2F"), "{}", late.location);
    assert!(late.location.ends_with("&lang=en"), "in her language: {}", late.location);
    let draft = place.office.draft(&agent("blue"), Some(call.id), "waste_notification").await.expect("read");
    assert!(draft.is_none(), "nothing was done");

    let held = between(&late.location, "next=", "&").replace("%2F", "/");
    let mut ben = Browser::signed_in(&place, "ben", &blue()).await;
    assert_eq!(ben.get(&held).await.location, "/", "a colleague of the same firm does not see it");
    assert_eq!(anna.sign_in("anna", &held).await, held);
    let shown = anna.get(&held).await;
    assert!(shown.status == 200 && shown.has("typed late") && shown.has(&call.number), "{}", shown.html);
    assert!(!shown.has(&token), "the old token is not shown again");

    let mut again = typed.to_vec();
    again.push(("held", "send"));
    let sent = anna.post(&held, &again).await;
    assert_eq!(
        (sent.status, sent.location.as_str()),
        (307, form.as_str()),
        "the browser sends it where it was meant to go"
    );
    assert_eq!(anna.post(&sent.location, &again).await.status, 303);
    let draft = place.office.draft(&agent("blue"), Some(call.id), "waste_notification").await.expect("read");
    assert_eq!(draft.expect("a draft").content.get("remarks").text(), Some("typed late"));
    assert_eq!(anna.get(&held).await.location, "/", "it is held no more");

    // Half a day after its end a session is forgotten, and its forms with it.
    place.clock.fetch_add(20 * HOUR, Ordering::Relaxed);
    place.office.sweep().await.expect("swept");
    assert!(!anna.post(&form, &typed).await.location.contains("held"));
}

/// A file that was chosen before the session ended is not chosen again.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_comes_after_the_session_has_ended_is_held_with_its_form() {
    let (place, mut anna, call) = scene().await;
    let address = format!("/calls/{}/upload", call.number);
    let file = r#"{"formality": "waste_notification", "delivering": "none"}"#;
    place.clock.fetch_add(3 * HOUR, Ordering::Relaxed);
    place.office.sweep().await.expect("swept");
    let token = std::mem::replace(&mut anna.token, "0".repeat(32));
    assert!(!anna.upload(&address, "late-file-0", file).await.location.contains("held"), "nobody's form");
    anna.token = token;
    let late = anna.upload(&address, "late-file-1", file).await;
    assert!(late.location.starts_with("/sign-in?next=%2Fheld%2F"), "{} {}", late.status, late.location);
    let filed = async || {
        let call = place.office.call(&agent("blue"), &call.number).await.expect("read").call;
        call.filings.contains_key(&Formality::WasteNotification)
    };
    assert!(!filed().await, "nothing is done before she says so");
    let held = between(&late.location, "next=", "&").replace("%2F", "/");
    assert_eq!(anna.sign_in("anna", &held).await, held);
    let shown = anna.get(&held).await;
    assert!(shown.has("late.json") && shown.has(&call.number), "{}", shown.html);
    let sent = anna.post(&held, &[("held", "send")]).await;
    assert!(sent.status == 200 && sent.has("late.json"), "{} {}", sent.status, sent.html);
    assert!(filed().await);
    assert_eq!(anna.get(&held).await.location, "/", "it is held no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_that_was_chosen_goes_along_to_the_sign_in_page() {
    let place = Place::open().await;
    let mut browser = Browser::new(&place);
    let to = browser.get("/calls?lang=en&q=sample").await.location;
    assert_eq!(to, "/sign-in?next=%2Fcalls%3Fq%3Dsample&lang=en");
    assert!(browser.get(&to).await.has("<html lang=\"en\">"));
    assert_eq!(browser.get("/calls").await.location, "/sign-in?next=%2Fcalls", "the cookie remembers it");
    assert!(browser.get("/sign-in").await.has("<html lang=\"en\">"));
}

/// What is not filed leads to its form, what was withdrawn is offered again, and each version shows its receipt.
#[tokio::test(flavor = "multi_thread")]
async fn a_formality_leads_on_wherever_it_stands() {
    let (place, mut anna, call) = scene().await;
    let base = format!("/calls/{}/waste_notification", call.number);
    assert_eq!(anna.get(&base).await.location, format!("{base}/edit"));
    assert_eq!(anna.get(&format!("{base}?version=1")).await.status, 404, "a version that there is not");
    let mut officer = Browser::new(&place);
    place.office.add_user("wang", PASSWORD, &Party::Organ("msa".into()), "officer", "en").await.expect("added");
    officer.sign_in("wang", "").await;
    assert_eq!(officer.get(&base).await.location, format!("/calls/{}#due", call.number));

    let receipt = file_waste(&place, &call, "the first version").await;
    let link = format!("href=\"/calls/{}/receipts/{receipt}\"", call.number);
    for path in [&base, &format!("{base}/edit"), &format!("/calls/{}", call.number)] {
        let page = anna.get(path).await;
        assert!(page.status == 200 && page.has(&link), "{path} links the receipt");
    }

    let act =
        Act::Withdraw { formality: Formality::WasteNotification, reason: Text::new("误报", "by mistake").into() };
    place.office.do_act(&agent("blue"), call.id, &act, &request("act", "withdraw")).await.expect("withdrawn");
    assert_eq!(anna.get(&base).await.location, format!("{base}/edit"));
    let form = anna.get(&format!("{base}/edit")).await;
    assert!(form.has("the first version") && form.has("You withdrew this"), "offered again");
    assert!(anna.get(&format!("{base}/check")).await.has("the first version"));
    let filed = anna.post(&format!("{base}/check"), &[("key", "file-again")]).await;
    assert!(filed.location.contains("/receipts/"), "{}", filed.html);
    assert!(anna.get(&base).await.has("version 2"));
}

/// Buttons say what they do, and what cannot be taken back is asked for twice, with what was typed kept in between.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_is_asked_for_twice() {
    let (place, mut anna, call) = scene().await;
    file_waste(&place, &call, "filed").await;
    let page = anna.get(&format!("/calls/{}/do", call.number)).await;
    for button in ["State this time", "Withdraw the filing", "Report distress now", "Cancel or divert the call"] {
        assert!(page.has(&format!(">{button}</button>")), "{button}");
    }
    assert!(!page.has(">Confirm</button>"));

    let acts = format!("/calls/{}/acts", call.number);
    let stands = async || {
        let call = place.office.call(&agent("blue"), &call.number).await.expect("read").call;
        call.filings[&Formality::WasteNotification].standing().is_some()
    };
    let form =
        [("act", "withdraw"), ("formality", "waste_notification"), ("words", "wrong ship"), ("key", "one key 1")];
    let with = |pair: (&'static str, &'static str)| form.into_iter().chain([pair]).collect::<Vec<_>>();
    let missing = anna.post(&acts, &[("act", "withdraw"), ("formality", "waste_notification")]).await;
    assert_eq!(missing.status, 422, "what is missing is told before anything is asked");
    let asked = anna.post(&acts, &form).await;
    assert!(asked.status == 200 && asked.has("Please look once more") && asked.has("wrong ship"));
    assert!(asked.has("name=\"key\" value=\"one key 1\"") && stands().await, "nothing was done yet");
    let mut other = with(("step", "sure"));
    other.push(("switch", "zh"));
    assert!(anna.post(&acts, &other).await.has("请再核对一次"), "asked in the other language");
    let back = anna.post(&acts, &with(("sure", "no"))).await;
    assert!(back.has("wrong ship</textarea>") && stands().await, "back to the form, with what was typed");
    let done = anna.post(&acts, &with(("sure", "yes"))).await;
    assert!(done.location.contains("/receipts/") && !stands().await, "{}", done.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_puts_off_her_time_gives_the_reason_at_its_field() {
    let (_place, mut anna, call) = scene().await;
    let acts = format!("/calls/{}/acts", call.number);
    let later = [("act", "state_time"), ("event", "arrival"), ("kind", "estimated"), ("at", "2026-12-05T08:00")];
    let refused = anna.post(&acts, &later).await;
    assert_eq!(refused.status, 422);
    assert!(refused.has("PQ-CALL-031") && refused.has("href=\"#time-1-delay_reason\""), "{}", refused.html);
    assert!(refused.has("value=\"2026-12-05T08:00\""), "what was typed is kept");
    let ahead = [("act", "state_time"), ("event", "berth"), ("kind", "actual"), ("at", "2026-12-20T08:00")];
    let refused = anna.post(&acts, &ahead).await;
    assert!(refused.has("PQ-CALL-027") && refused.has("href=\"#time-1-at\""), "{}", refused.html);
    let reasoned: Vec<_> = later.into_iter().chain([("delay_reason", "WEA")]).collect();
    assert!(anna.post(&acts, &reasoned).await.location.contains("/receipts/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arrival_that_has_passed_is_asked_about() {
    let (place, mut anna, earlier) = scene().await;
    let form = [("imo", harness::IMO), ("kind", "ordinary"), ("eta", "2026-11-20T08:00")];
    let asked = anna.post("/calls", &form).await;
    assert_eq!(asked.status, 422);
    assert!(asked.has("PQ-CALL-029") && asked.has("name=\"sure\" value=\"yes\""), "{}", asked.html);
    let meant: Vec<_> = form.into_iter().chain([("sure", "yes")]).collect();
    assert_eq!(anna.post("/calls", &meant).await.status, 303);

    let copy =
        [("previous", earlier.number.as_str()), ("copy.eta", "2026-12-10T08:00"), ("copy.etd", "2026-12-09T08:00")];
    let backwards = anna.post("/calls/copy", &copy).await;
    assert!(backwards.has("PQ-CALL-030") && backwards.has("href=\"#copy.etd\""), "{}", backwards.html);
    let copy =
        [("previous", earlier.number.as_str()), ("copy.eta", "2026-12-10T08:00"), ("copy.etd", "2026-12-11T08:00")];
    // The call that was opened just now has no departure yet: she may still be here then.
    let twice = anna.post("/calls/copy", &copy).await;
    assert_eq!(twice.status, 422);
    assert!(twice.has("PQ-CALL-036") && twice.has("your own firm"), "{}", twice.html);
    let copy: Vec<_> = copy.into_iter().chain([("sure", "yes")]).collect();
    let opened = anna.post("/calls/copy", &copy).await;
    let number = between(&opened.location, "/calls/", "/");
    let call = place.office.call(&agent("blue"), &number).await.expect("read").call;
    assert_eq!(call.expected("departure").map(|at| at.to_string()), Some("2026-12-11T00:00:00Z".to_owned()));
}

/// A call in distress says so first: what happened, who was told, and who knows.
#[tokio::test(flavor = "multi_thread")]
async fn distress_stands_above_everything() {
    let (place, mut anna, call) = scene().await;
    let act = Act::ReportDistress { report: Text::new("主机失火", "fire in the engine room").into() };
    place.office.do_act(&agent("blue"), call.id, &act, &request("act", "distress")).await.expect("reported");
    let acknowledge = Act::AcknowledgeDistress;
    place.office.do_act(&officer("msa"), call.id, &acknowledge, &request("act", "known")).await.expect("known");
    let page = anna.get(&format!("/calls/{}", call.number)).await;
    let at = |words: &str| page.html.find(words).unwrap_or_else(|| panic!("{words} is not in {}", page.html));
    assert!(at("DISTRESS") < at("have not said yet that they know"));
    assert!(page.has("fire in the engine room") && page.has("knows of it") && page.has("not yet"));
    assert!(page.has("In distress") && !page.has("Entry approved"));
    assert!(
        !anna.get(&format!("/calls/{}/do", call.number)).await.has("Report distress now"),
        "it is reported already"
    );
    // Who leads the rescue says that it is over, and goes on at the queue, where it stood.
    let mut officer = Browser::signed_in_as(&place, "mo", &Party::Organ("msa".to_owned()), "officer").await;
    let acts = format!("/calls/{}/acts", call.number);
    let over = [("act", "end_distress"), ("outcome", "rescued"), ("words", "towed to Tianjin")];
    let done = officer.post(&acts, &over).await;
    assert!(done.location.starts_with("/queue?done="), "{} {}", done.status, done.html);
    let queue = officer.get(&done.location).await;
    assert!(queue.has("distress over") && queue.has("/receipts/"), "{}", queue.html);
    let page = anna.get(&format!("/calls/{}", call.number)).await;
    assert!(page.has("DISTRESS OVER") && page.has("towed to Tianjin") && page.has("does not come in by it"));
}

/// What was refused is told first, and leads to its form, whatever is still being asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_the_headline_also_with_an_open_question() {
    let (place, mut anna, call) = scene().await;
    file_waste(&place, &call, "filed").await;
    let office = &place.office;
    let organ = office.call(&agent("blue"), &call.number).await.expect("read").call;
    let organ = organ.requirement(Formality::WasteNotification).expect("due").organs[0].clone();
    let asked = office::Asked {
        formality: Formality::WasteNotification,
        items: vec!["how much".to_owned()],
        due: Some(office.now().plus_hours(1)),
    };
    office.ask(&officer(&organ), call.id, &asked, &request("ask", "a")).await.expect("asked");
    let refuse = Act::Decide {
        formality: Formality::WasteNotification,
        outcome: ReviewState::Refused,
        reason: None,
        words: vec![Text::new("理由", "a reason").into()],
        law: "art. 1".to_owned(),
        mirror: None,
    };
    office.do_act(&officer(&organ), call.id, &refuse, &request("act", "b")).await.expect("refused");
    place.clock.fetch_add(2 * HOUR - HOUR / 2, Ordering::Relaxed);
    let page = anna.get(&format!("/calls/{}", call.number)).await;
    assert!(page.has("was refused</h2>"), "{}", page.html);
    assert!(page.has("<tr class=\"overdue\"><th scope=\"row\"><a href=\"/calls/") && page.has("overdue by"));
}

/// A port of another call is not silently the new one's.
#[tokio::test(flavor = "multi_thread")]
async fn ports_typed_for_a_copy_count() {
    let (place, mut anna, earlier) = scene().await;
    let copy = [
        ("previous", earlier.number.as_str()),
        ("copy.eta", "2026-12-10T08:00"),
        ("copy.last_port", "jptyo"),
        ("key", "copy with ports"),
    ];
    let opened = anna.post("/calls/copy", &copy).await;
    let number = between(&opened.location, "/calls/", "/");
    let call = place.office.call(&agent("blue"), &number).await.expect("read").call;
    let fact = |name: &str| call.facts.get(name).and_then(Value::text).map(str::to_owned);
    let before = NewCall { ..place.new_call() };
    assert_eq!((fact("last_port"), fact("next_port")), (Some("JPTYO".to_owned()), Some(before.next_port)));
}
