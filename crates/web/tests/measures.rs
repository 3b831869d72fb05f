//! The register of measures as anybody meets it: pages, self-check and open data by the real routes.

use std::sync::Arc;

use axum::{Router, body::Body, http::Request as Asked};
use domain::{Text, ship_call::Party};
use harness::{Place, agent};
use office::CompanyRecord;
use serde_json::{Value, json};
use tower::ServiceExt;
use web::{app::App, limits::Limits, routes::router, templates::Templates};

#[path = "../../office/tests/office/harness.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod harness;

fn routes(place: &Place) -> Router {
    router(App {
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
    })
}

async fn send(router: &Router, asked: Asked<Body>) -> (u16, String) {
    let answer = router.clone().oneshot(asked).await.expect("an answer");
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), 8 << 20).await.expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

async fn get(router: &Router, path: &str) -> (u16, String) {
    send(router, Asked::get(path).body(Body::empty()).expect("a request")).await
}

async fn ask(router: &Router, body: &Value) -> (u16, Value) {
    let asked = Asked::post("/api/v1/measures/check").body(Body::from(body.to_string())).expect("a request");
    let (status, text) = send(router, asked).await;
    (status, serde_json::from_str(&text).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_shows_what_holds_on_a_day_and_by_what_a_firm_wants() {
    let place = Place::open().await;
    let router = routes(&place);
    let (status, today) = get(&router, "/measures?lang=en").await;
    assert_eq!(status, 200);
    assert!(today.contains("/measures/05-declaration-modes") && !today.contains("/measures/19-port-charges"));
    let (_, then) = get(&router, "/measures?lang=en&on=2020-04-15&want=pay_less").await;
    assert!(then.contains("/measures/19-port-charges") && !then.contains("/measures/05-declaration-modes"));
    let (status, wrong) = get(&router, "/measures?lang=en&on=April").await;
    assert!(status == 422 && wrong.contains("PQ-MEASURE-003"), "{status}");
    let (status, one) = get(&router, "/measures/10-certificates?lang=zh").await;
    assert!(status == 200 && one.contains("证书所载有效期至") && one.contains("第3号通知"), "{one}");
    assert_eq!(get(&router, "/measures/99-none").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_self_check_says_which_fit_and_why_and_what_is_still_to_be_known() {
    let place = Place::open().await;
    let router = routes(&place);
    let address = "/measures/check?lang=en&ask=yes&want=pay_less&on=2020-04-15&fact.charge=cargo_dues";
    let (status, page) = get(&router, &format!("{address}&fact.trade=foreign")).await;
    let fit = page.split("id=\"group-no\"").next().expect("the first groups");
    assert!(
        status == 200 && fit.contains("less 20 %") && fit.contains("eligibility-19-port-charges / dues-1"),
        "{page}"
    );
    let (_, page) = get(&router, address).await;
    let unknown = page.split("id=\"group-unknown\"").nth(1).expect("the group");
    assert!(unknown.contains("Still to be known: Voyage or trade"), "{unknown}");
    let (status, page) = get(&router, "/measures/check?lang=en&ask=yes&fact.charge=gift&fact.none=1").await;
    assert!(status == 422 && page.contains("PQ-MEASURE-001") && page.contains("PQ-MEASURE-002"), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_record_of_a_firm_says_is_filled_in() {
    let place = Place::open().await;
    let record = CompanyRecord {
        code: "blue".to_owned(),
        kind: "line".to_owned(),
        name: Text::new("蓝", "Blue"),
        ..CompanyRecord::default()
    };
    place.office.put_record("company", "blue", &record, "test").await.expect("recorded");
    let known = place.office.facts_of_firm(&agent("blue")).await.expect("read");
    assert_eq!(known.get("role").and_then(|role| role.text()), Some("carrier"));
    let of_mandate = office::Actor { on_behalf: Some("blue".to_owned()), ..agent("red") };
    assert_eq!(place.office.facts_of_firm(&of_mandate).await.expect("read"), known);
    // What customs says of it, and a guarantee that stands, are known as well; nobody else says it.
    let stated = place.office.state_of_firm(&harness::officer("msa"), "blue", "credit", "advanced").await;
    assert!(matches!(stated, Err(office::Error::Forbidden)));
    let customs = harness::officer("customs");
    let wrong = place.office.state_of_firm(&customs, "blue", "credit", "splendid").await;
    assert!(matches!(wrong, Err(office::Error::Invalid(_))));
    place.office.state_of_firm(&customs, "blue", "credit", "advanced").await.expect("stated");
    let end = domain::Instant(place.office.now().0 + domain::instant::HOUR);
    let account = office::guarantee("G", "blue", 100.into(), end).expect("money");
    place.office.set_guarantee(&customs, &account).await.expect("set");
    let more = place.office.facts_of_firm(&agent("blue")).await.expect("read");
    assert_eq!(
        (more.get("credit").and_then(|of| of.text()), more.get("guarantee").and_then(|of| of.bool())),
        (Some("advanced"), Some(true))
    );
    place.office.state_of_firm(&customs, "blue", "credit", "").await.expect("taken back");
    assert_eq!(place.office.facts_of_firm(&agent("blue")).await.expect("read").get("credit"), None);
    let nothing = place.office.facts_of_firm(&harness::officer("msa")).await.expect("read");
    assert!(nothing.is_empty());

    let router = routes(&place);
    let password = "a long enough password";
    place.office.add_user("anna", password, &Party::Firm("blue".to_owned()), "agent", "en").await.expect("added");
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("name", "anna"), ("password", password)])
        .finish();
    let asked = Asked::post("/sign-in").header("content-type", "application/x-www-form-urlencoded");
    let answer = router.clone().oneshot(asked.body(Body::from(form)).expect("a request")).await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let asked = Asked::get("/measures/check?lang=en").header("cookie", cookie).body(Body::empty());
    let (_, page) = send(&router, asked.expect("a request")).await;
    assert!(page.contains("<option value=\"carrier\" selected>") && page.contains("From your firm’s record"), "{page}");
    let (_, anybody) = get(&router, "/measures/check?lang=en").await;
    assert!(!anybody.contains("<option value=\"carrier\" selected>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_open_data_and_answers_systems() {
    let place = Place::open().await;
    let router = routes(&place);
    let (status, text) = get(&router, "/api/v1/measures").await;
    let register: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((status, register["measures"].as_array().map(Vec::len)), (200, Some(20)));
    let (_, table) = get(&router, "/api/v1/measures.csv").await;
    let rows = register["measures"].as_array().expect("measures").iter();
    let rows: usize = rows.map(|measure| measure["eligibility"]["rows"].as_array().expect("rows").len()).sum();
    assert_eq!(table.split("\r\n").filter(|line| !line.is_empty()).count(), rows + 1, "each row and the heading");
    let (_, one) = get(&router, "/api/v1/measures/19-port-charges").await;
    let one: Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!((&one["standing"], &one["until"]), (&json!("ended"), &json!("2021-01-01")));

    let (status, answered) =
        ask(&router, &json!({"on": "2020-12-01", "facts": {"certificate": "seafarer", "trade": "foreign", "printed_expiry": "2020-08-31"}})).await;
    assert_eq!(status, 200, "{answered}");
    let of =
        |code: &str| answered["answers"].as_array().expect("answers").iter().find(|of| of["measure"] == code).cloned();
    let certificates = of("10-certificates").expect("an answer");
    assert_eq!(certificates["fits"], "by_itself");
    assert_eq!(certificates["outputs"]["effective_expiry"], "2021-02-28");
    assert_eq!(certificates["rule"]["row"], "seafarer-2020");
    assert_eq!(of("18-customs-charges").expect("an answer")["missing"], json!(["relief", "cause"]));
    for (wrong, code) in [
        (json!({"on": "x"}), "PQ-MEASURE-003"),
        (json!({"facts": {"trade": 3}}), "PQ-MEASURE-001"),
        (json!({"facts": {"colour": "red"}}), "PQ-MEASURE-002"),
        (json!({"fact": {}}), "PQ-JSON-001"),
    ] {
        let (status, problem) = ask(&router, &wrong).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some(code)), "{wrong}");
    }
}
