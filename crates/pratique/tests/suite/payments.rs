//! Payments of declarations over the real program: what a bank tells is recorded once, and what is too much goes back.

use std::time::SystemTime;

use serde_json::json;

use crate::{
    declarations::{act, import, number, send, send_form},
    harness::Port,
};

/// Today, where the port is.
#[expect(clippy::disallowed_methods, reason = "a bank reads a clock of its own")]
fn today() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    let now = jiff::Timestamp::from_second(i64::try_from(since.as_secs()).expect("a time")).expect("a time");
    now.in_tz("Asia/Shanghai").expect("a zone").date().to_string()
}

#[test]
fn what_a_bank_tells_is_recorded_once_and_what_is_too_much_goes_back() {
    let port = Port::open();
    let (agent, customs) = (port.system("agent"), port.system("customs"));
    let number = number(&send(&agent, "pay", "", &import("PAY-1")));
    let at = format!("/api/v1/declarations/{number}");
    let reference = agent.get(&at).json()["payment_reference"].as_str().expect("a reference").to_owned();
    assert!(reference.starts_with("RF"), "{reference}");
    let payment = |amount: &str, bank: &str| json!({"payment_reference": reference, "amount": amount, "on": today(), "reference": bank});
    let mut slip = payment("1.00", "B-0");
    slip["payment_reference"] = json!(format!("{}0{}", &reference[..4], &reference[4..]));
    let body = json!({"payments": [payment("1000000.00", "B-1"), slip, payment("-5", "B-2")]});
    assert_eq!(
        agent.call("POST", "/api/v1/payments", "x", &body).status,
        403,
        "the firm does not say that it has paid"
    );
    let told = customs.call("POST", "/api/v1/payments", "x", &body).json();
    let of = |nth: usize, what: &str| told["payments"][nth][what].clone();
    assert_eq!((of(0, "recorded"), of(0, "balance")), (json!(true), json!("119000.00")), "{told}");
    assert_eq!(
        (of(1, "recorded"), of(1, "errors")[0]["code"].clone()),
        (json!(false), json!("PQ-DECLARATION-064")),
        "{told}"
    );
    assert_eq!(of(2, "errors")[0]["code"], json!("PQ-DECLARATION-061"), "{told}");
    let again = customs.call("POST", "/api/v1/payments", "y", &body).json();
    assert_eq!(again["payments"][0]["known"], json!(true), "however often the file comes: {again}");
    let other = json!({"payments": [payment("2.00", "B-1")]});
    let other = customs.call("POST", "/api/v1/payments", "z", &other).json();
    assert_eq!(other["payments"][0]["errors"][0]["code"], json!("PQ-DECLARATION-068"), "{other}");
    assert_eq!(customs.get(&at).json()["paid"], json!("1000000.00"));

    // The cashier sends the bank's file by a page: too much came, and all of that goes back.
    let cashier = port.person("customs");
    // One line that cannot be read keeps no other back.
    let line = format!("{reference},119000.50,{},B-3", today());
    let file =
        format!("payment_reference,amount,on,reference\n{reference},much,yesterday,B-4\n{line}\n{reference},1\n");
    let sent = send_form(&cashier, "/declarations/payments", &[("key", "k")], &[("file", "bank.csv", file.as_bytes())]);
    assert_eq!((sent.status, sent.text().contains("应退还 0.50")), (200, true), "{}", sent.text());
    assert_eq!(sent.text().matches("行的金额或日期无法读取").count(), 2, "{}", sent.text());
    let bad = send_form(&cashier, "/declarations/payments", &[("key", "l")], &[("file", "bank.csv", b"a,b\n1,2\n")]);
    assert_eq!((bad.status, bad.text().contains("PQ-DECLARATION-065")), (422, true));
    let bank = [("file", "bank.csv", file.as_bytes())];
    assert_eq!(send_form(&port.person("agent"), "/declarations/payments", &[("key", "m")], &bank).status, 403);
    let found = agent.get(&format!("/api/v1/declarations?q={reference}")).json();
    assert_eq!(found["declarations"][0]["number"], json!(number), "its payment reference finds it");
    let acts = format!("/declarations/{number}/acts");
    let more = send_form(&cashier, &acts, &[("act", "refund"), ("reference", "R-1"), ("amount", "0.51")], &[]);
    assert_eq!((more.status, more.text().contains("PQ-DECLARATION-061")), (422, true), "{}", more.text());
    assert_eq!(send_form(&cashier, &acts, &[("act", "refund"), ("reference", "R-1")], &[]).status, 303);
    let settle = json!({"act": "settle", "kind": "documents"});
    assert_eq!(act(&customs, &number, "s", &settle).status, 201);
    let seen = agent.get(&at).json();
    assert_eq!(
        (&seen["status"], &seen["balance"], &seen["paid"]),
        (&json!("cleared"), &json!("0.00"), &json!("1119000.00")),
        "{seen}"
    );
}
