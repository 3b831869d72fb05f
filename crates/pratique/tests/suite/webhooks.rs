//! Short messages and chats: a gateway that signs, whose adapter is a few lines of configuration.

use std::{fs, time::SystemTime};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::{Answer, Port, form, fresh};

const SECRET: &[u8] = b"a secret of thirty-two bytes....";

const CHANNELS: &str = r#"
[[gateway]]
name = "sms"
text = "/message/text"
sender = "/message/from"
id = "/message/id"
time = "/message/at"
hourly = 8
secret = { env = "SMS_SECRET" }

[[gateway]]
name = "chat"
kind = "chat"
body = "form"
text = "Body"
sender = "From"
reply = "text"
topic = "it"
secret = { file = "SECRET_FILE" }
"#;

struct Gateway {
    port: Port,
}

impl Gateway {
    fn open() -> Gateway {
        let folder = fresh("channels");
        let (file, secret) = (folder.join("channels.toml"), folder.join("chat.secret"));
        let written = format!("whsec_{}", STANDARD.encode(SECRET));
        // The one that stood before is still good.
        fs::write(&secret, format!("whsec_{}\n{written}\n", STANDARD.encode([7; 32]))).expect("written");
        fs::write(&file, CHANNELS.replace("SECRET_FILE", &secret.display().to_string())).expect("written");
        let (channels, sms) = (format!("PRATIQUE_CHANNELS={}", file.display()), format!("SMS_SECRET={written}"));
        Gateway { port: Port::serve(Port::copy(), &["env", &channels, &sms]) }
    }

    /// Sends a body as the gateway does, so many seconds from now.
    fn deliver(&self, gateway: &str, id: &str, body: &str, seconds: i64) -> Answer {
        let timestamp = (now() + seconds).to_string();
        let signature = format!("v1,{}", sign(SECRET, id, &timestamp, body));
        self.send(gateway, id, &timestamp, &signature, body)
    }

    fn send(&self, gateway: &str, id: &str, timestamp: &str, signature: &str, body: &str) -> Answer {
        let headers = [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)];
        let anybody = self.port.anybody();
        anybody.send("POST", &format!("/webhooks/{gateway}"), &headers, body.as_bytes()).expect("an answer")
    }

    fn sms(&self, id: &str, from: &str, text: &str) -> Answer {
        self.deliver("sms", &format!("delivery-{id}"), &message(id, from, text), 0)
    }

    fn case(&self, number: &str) -> String {
        self.port.person("portoffice").get(&format!("/problems/{number}?lang=en")).text()
    }

    fn cases(&self) -> usize {
        self.port.person("portoffice").get("/problems?topic=other").text().matches("<a href=\"/problems/2").count()
    }
}

#[expect(clippy::disallowed_methods, reason = "a gateway reads a clock of its own")]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("seconds")
}

fn sign(secret: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn message(id: &str, from: &str, text: &str) -> String {
    json!({"message": {"id": id, "from": from, "text": text, "at": "2026-12-01T08:00:00+08:00"}}).to_string()
}

fn number(answer: &Answer) -> String {
    answer.json()["number"].as_str().unwrap_or_else(|| panic!("{} {}", answer.status, answer.text())).to_owned()
}

#[test]
fn a_message_opens_a_case_and_the_next_ones_of_its_sender_join_it() {
    let gateway = Gateway::open();
    let before = gateway.cases();
    let first = gateway.sms("1", "+8613900000001", "三号闸口<script>x</script>排队");
    assert_eq!(first.status, 201, "{}", first.text());
    let (case, told) = (number(&first), first.json());
    assert!(told["secret"].as_str().is_some_and(|secret| secret.len() == 20) && told["receipt_id"].is_string());
    let reply = told["reply"].as_str().expect("words");
    assert!(reply.contains(&case) && reply.contains("已收到"), "in the sender's language: {reply}");
    assert!(told["replies"]["en"].as_str().is_some_and(|words| words.contains(&case)));
    let shown = gateway.case(&case);
    assert!(shown.contains("三号闸口&lt;script&gt;x") && shown.contains("+8613900000001"), "who wrote, and what");
    assert!(shown.contains("by short message") && shown.contains("2026-12-01T08:00:00+08:00"));

    // The same message again, in another delivery: the first answer.
    let again = gateway.deliver(
        "sms",
        "delivery-1-again",
        &message("1", "+8613900000001", "三号闸口<script>x</script>排队"),
        2,
    );
    assert_eq!((again.status, again.header("idempotency-replayed"), again.json()), (200, Some("true"), told));
    let other = gateway.sms("1", "+8613900000001", "other words");
    assert_eq!((other.status, other.json()["code"].as_str()), (422, Some("PQ-KEY-001")), "{}", other.text());

    // What she sends next is said in her case, once.
    for _ in 0..2 {
        let more = gateway.sms("2", "+8613900000001", "lane 4 as well");
        assert_eq!((more.status, number(&more)), (200, case.clone()), "{}", more.text());
        assert!(more.json()["secret"].is_null() && more.json()["reply"].as_str().expect("words").starts_with("Added"));
    }
    assert_eq!(gateway.case(&case).matches("lane 4 as well").count(), 1);
    // Another sender has a case of her own, and so has the same number at another gateway.
    assert_ne!(number(&gateway.sms("3", "+8613900000002", "another matter")), case);
    assert_eq!(gateway.cases(), before + 2);
    // Once it has ended, she opens another one.
    let refused = gateway.port.person("portoffice").post(
        &format!("/problems/{case}/acts"),
        &[("act", "refuse"), ("reason", "repeated"), ("key", "webhook-refuse")],
    );
    assert_eq!(refused.status, 303, "{}", refused.between("error-summary__list\">", "</ul>").unwrap_or_default());
    let anew = gateway.sms("4", "+8613900000001", "and again");
    assert_eq!(anew.status, 201, "{}", anew.text());
    assert_ne!(number(&anew), case);
}

#[test]
fn a_form_is_read_as_the_adapter_says_and_answered_in_plain_words() {
    let gateway = Gateway::open();
    let body = form(&[("Body", "the page shows PQ-HTTP-500"), ("From", "wx:zhang"), ("Other", "x")]);
    let answer = gateway.deliver("chat", "delivery-9", &body, 0);
    assert_eq!((answer.status, answer.header("content-type")), (201, Some("text/plain; charset=utf-8")));
    let words = answer.text();
    let case = words.split_whitespace().find(|word| word.contains("-DAL-P")).expect("a number").trim_matches(',');
    assert!(gateway.case(case).contains("by chat"));
    let problem = gateway.port.system("agent");
    assert_eq!(problem.get(&format!("/api/v1/problems/{case}")).status, 404, "who writes is no firm with an account");
    let nothing = gateway.deliver("chat", "delivery-10", &form(&[("Body", " "), ("From", "wx:li")]), 0);
    assert_eq!((nothing.status, nothing.json()["code"].as_str()), (422, Some("PQ-REPORT-003")));
    let nobody = gateway.deliver("chat", "delivery-11", &form(&[("Body", "x")]), 0);
    assert_eq!((nobody.status, nobody.json()["code"].as_str()), (422, Some("PQ-WEBHOOK-003")));
    let long = gateway.deliver("chat", "delivery-12", &form(&[("Body", &"x".repeat(8001)), ("From", "wx:li")]), 0);
    assert_eq!(long.json()["code"].as_str(), Some("PQ-REPORT-004"));
}

#[test]
fn what_is_not_signed_by_the_gateway_is_refused() {
    let gateway = Gateway::open();
    let before = gateway.cases();
    let body = message("1", "+8613900000001", "let me in");
    let timestamp = now().to_string();
    let good = format!("v1,{}", sign(SECRET, "d", &timestamp, &body));
    let code = |answer: Answer| {
        let told: Value = answer.json();
        (answer.status, told["code"].as_str().unwrap_or_default().to_owned())
    };
    let refused = (422, "PQ-WEBHOOK-001".to_owned());
    assert_eq!(code(gateway.send("sms", "d", &timestamp, "", &body)), refused);
    assert_eq!(
        code(gateway.send("sms", "d", &timestamp, &format!("v1,{}", sign(b"other", "d", &timestamp, &body)), &body)),
        refused
    );
    assert_eq!(code(gateway.send("sms", "e", &timestamp, &good, &body)), refused, "another delivery's signature");
    assert_eq!(code(gateway.send("sms", "d", &timestamp, &good, &body.replace("let", "Let"))), refused);
    assert_eq!(code(gateway.deliver("sms", "d", &body, -301)), (422, "PQ-WEBHOOK-002".to_owned()));
    assert_eq!(code(gateway.deliver("sms", "d", &body, 330)), (422, "PQ-WEBHOOK-002".to_owned()));
    assert_eq!(code(gateway.deliver("sms", "d", "{", 0)), (422, "PQ-WEBHOOK-004".to_owned()));
    assert_eq!(gateway.deliver("fax", "d", &body, 0).status, 404);
    let none = gateway.port.anybody().send("POST", "/webhooks/sms", &[], body.as_bytes()).expect("an answer");
    assert_eq!(none.status, 422);
    assert_eq!(gateway.cases(), before, "nothing came of it");
    assert_eq!(gateway.send("sms", "d", &timestamp, &good, &body).status, 201, "and this is how it is right");
}

#[test]
fn a_flood_of_one_sender_waits_and_others_do_not() {
    let gateway = Gateway::open();
    let statuses: Vec<u16> =
        (0..12).map(|nth| gateway.sms(&format!("f{nth}"), "+8613900000009", "again").status).collect();
    assert_eq!((statuses[0], statuses[7], statuses[8]), (201, 200, 429), "{statuses:?}");
    let waits = gateway.sms("f12", "+8613900000009", "again");
    assert!(waits.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok_and(|of| of > 60)));
    assert_eq!(gateway.sms("g1", "+8613900000010", "one thing").status, 201);
}

#[test]
fn a_configuration_that_is_wrong_is_told_before_anything_is_served() {
    let folder = fresh("wrong-channels");
    let file = folder.join("channels.toml");
    for (text, told) in [
        ("[[gateway]]\nname = \"sms\"\n", "text and sender"),
        (CHANNELS, "SMS_SECRET"),
        (
            "[[hotline]]\nto = \"9\"\nurl = \"http://127.0.0.1\"\nservices = { \"*\" = \"x\" }\nkey = { env = \"HOME\" }\n",
            "no such hotline",
        ),
        ("[gateways]\n", "unknown field"),
    ] {
        fs::write(&file, text).expect("written");
        let at = file.display().to_string();
        let answer = crate::harness::pratique(&folder.join("data"), &["--channels", &at, "doctor"]);
        let said = String::from_utf8_lossy(&answer.stderr).into_owned() + &String::from_utf8_lossy(&answer.stdout);
        assert!(!answer.status.success() && said.contains(told), "{told}: {said}");
    }
}
