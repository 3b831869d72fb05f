//! GeoReport v2, row by row of what the frozen text asks of a server: calls, required members, formats, errors, traps.

use serde_json::Value;

use crate::harness::{Answer, Client, Port};

const BASE: &str = "/open311/v2";
const HERE: [(&str, &str); 2] = [("lat", "38.99"), ("long", "121.88")];

fn key(port: &Port) -> String {
    port.system("agent").key.expect("a key")
}

fn send(client: &Client, format: &str, pairs: &[(&str, &str)]) -> Answer {
    client.post(&format!("{BASE}/requests.{format}"), pairs)
}

/// Sends a request and gives its number.
fn sent(port: &Port, description: &str, more: &[(&str, &str)]) -> String {
    let key = key(port);
    let pairs: Vec<(&str, &str)> =
        [("api_key", key.as_str()), ("service_code", "terminal-gate"), ("description", description)]
            .into_iter()
            .chain(HERE)
            .chain(more.iter().copied())
            .collect();
    let answer = send(&port.anybody(), "json", &pairs);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()[0]["service_request_id"].as_str().expect("a string").to_owned()
}

#[track_caller]
fn is_of(answer: &Answer, status: u16, kind: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some(format!("{kind}; charset=utf-8").as_str()));
    if kind == "text/xml" {
        assert!(answer.text().starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"));
    }
}

#[track_caller]
fn refuses(port: &Port, method: &str, path: &str, pairs: &[(&str, &str)], status: u16) {
    for format in ["xml", "json"] {
        let at = path.replace("{f}", format);
        let answer = if method == "GET" { port.anybody().get(&at) } else { port.anybody().post(&at, pairs) };
        is_of(&answer, status, if format == "xml" { "text/xml" } else { "application/json" });
        if format == "xml" {
            assert!(
                answer.text().contains(&format!("<errors><error><code>{status}</code><description>")),
                "{}",
                answer.text()
            );
        } else {
            assert_eq!(answer.json()[0]["code"], status);
            assert!(!answer.json()[0]["description"].as_str().expect("words").is_empty());
        }
    }
}

/// Row 1.
#[test]
fn discovery_stands_in_both_formats() {
    let port = Port::open();
    let json = port.anybody().get("/open311/discovery.json");
    is_of(&json, 200, "application/json");
    let found = json.json();
    for name in ["changeset", "contact", "key_service"] {
        assert!(!found[name].as_str().expect(name).is_empty());
    }
    let endpoint = &found["endpoints"][0];
    assert_eq!(endpoint["specification"], "http://wiki.open311.org/GeoReport_v2");
    assert!(endpoint["url"].as_str().expect("an address").ends_with(BASE));
    assert_eq!((&endpoint["type"], endpoint["formats"].as_array().map(Vec::len)), (&Value::from("test"), Some(2)));
    let xml = port.anybody().get("/open311/discovery.xml");
    is_of(&xml, 200, "text/xml");
    assert!(
        xml.text().contains("<endpoints><endpoint><specification>http://wiki.open311.org/GeoReport_v2</specification>")
    );
    assert!(xml.text().contains("<formats><format>text/xml</format><format>application/json</format></formats>"));
}

/// Row 2.
#[test]
fn services_are_topics_with_strings_for_codes() {
    let port = Port::open();
    let answer = port.anybody().get(&format!("{BASE}/services.json"));
    is_of(&answer, 200, "application/json");
    let services = answer.json();
    let services = services.as_array().expect("a bare list");
    assert!(services.len() > 15);
    for service in services {
        assert!(
            service["service_code"].is_string()
                && service["service_name"].is_string()
                && service["metadata"].is_boolean()
        );
        assert!(["realtime", "batch", "blackbox"].contains(&service["type"].as_str().expect("a type")));
        assert!(service["keywords"].is_string() && service["group"].is_string() && service["description"].is_string());
    }
    let xml = port.anybody().get(&format!("{BASE}/services.xml"));
    is_of(&xml, 200, "text/xml");
    assert!(xml.text().contains("<services><service><service_code>customs</service_code>"));
    assert_eq!(port.anybody().get(&format!("{BASE}/services.json?jurisdiction_id=CNDAL")).status, 200);
    assert_eq!(port.anybody().get(&format!("{BASE}/services.json?jurisdiction_id=")).status, 200, "empty is absent");
    refuses(&port, "GET", &format!("{BASE}/services.{{f}}?jurisdiction_id=USNYC"), &[], 404);
    assert_eq!(port.anybody().get(&format!("{BASE}/services")).status, 400);
    let zh = port
        .anybody()
        .send("GET", &format!("{BASE}/services.json"), &[("accept-language", "zh-CN")], &[])
        .expect("an answer");
    assert!(zh.text().contains("海关"));
}

/// Row 3.
#[test]
fn a_definition_names_its_attributes_in_order() {
    let port = Port::open();
    let answer = port.anybody().get(&format!("{BASE}/services/customs-inspection.json"));
    is_of(&answer, 200, "application/json");
    let found = answer.json();
    assert_eq!(found["service_code"], "customs-inspection", "an object, without its root");
    let attributes = found["attributes"].as_array().expect("attributes");
    for (nth, of) in attributes.iter().enumerate() {
        assert_eq!(of["order"], nth + 1);
        assert!(of["variable"].is_boolean() && of["required"].is_boolean() && of["code"].is_string());
        let kind = of["datatype"].as_str().expect("a datatype");
        assert!(["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"].contains(&kind));
        assert_eq!(of.get("values").is_some(), kind.ends_with("valuelist"), "{of}");
    }
    let goods = attributes.iter().find(|of| of["code"] == "goods").expect("goods");
    assert!(goods["values"][0]["key"].is_string() && goods["values"][0]["name"].is_string());
    let xml = port.anybody().get(&format!("{BASE}/services/customs-inspection.xml"));
    is_of(&xml, 200, "text/xml");
    assert!(xml.text().contains("<values><value><key>general</key><name>general cargo</name></value>"));
    refuses(&port, "GET", &format!("{BASE}/services/weather.{{f}}"), &[], 404);
    refuses(&port, "GET", &format!("{BASE}/services/it.{{f}}?jurisdiction_id=USNYC"), &[], 404);
    assert_eq!(port.anybody().get(&format!("{BASE}/services/it")).status, 400, "an address ends with its format");
    let impact = attributes.iter().find(|of| of["code"] == "impact").expect("impact");
    assert_eq!(impact["values"][0]["key"], "danger");
    assert_ne!(impact["values"][0]["name"], "danger", "values are said in words");
}

/// Row 3 and 4: whether a place is needed stands in the service's definition, and is what the server asks for.
#[test]
fn the_definition_says_whether_a_place_is_needed() {
    let port = Port::open();
    let key = key(&port);
    for (service, needed) in [("terminal-gate", true), ("it", false)] {
        let definition = port.anybody().get(&format!("{BASE}/services/{service}.json")).json();
        let attributes = definition["attributes"].as_array().expect("attributes").clone();
        let place = attributes.iter().find(|of| of["code"] == "location").expect("a word on the place");
        assert_eq!((&place["variable"], &place["required"]), (&Value::from(false), &Value::from(needed)), "{service}");
        let pairs = [("api_key", key.as_str()), ("service_code", service), ("description", "no place")];
        let status = send(&port.anybody(), "json", &pairs).status;
        assert_eq!(status, if needed { 400 } else { 201 }, "{service}");
        let half = [pairs[0], pairs[1], ("description", "half a place"), ("lat", "38.9")];
        assert_eq!(send(&port.anybody(), "json", &half).status, 400, "what is said of the place must be sound");
    }
}

/// The language that `locale` names, in an address or a form; else the one that is accepted.
#[test]
fn a_locale_is_the_language_of_the_answer() {
    let port = Port::open();
    let names = |query: &str, accepted: &str| {
        let path = format!("{BASE}/services.json{query}");
        port.anybody().send("GET", &path, &[("accept-language", accepted)], &[]).expect("an answer").text()
    };
    assert!(names("?locale=zh-CN", "en").contains("海关\"") && names("?locale=en", "zh").contains("\"Customs\""));
    assert!(names("", "zh-CN,zh").contains("海关\"") && names("?locale=fr", "zh").contains("海关\""));
    assert!(names("?locale=fr", "fr").contains("\"Customs\""), "English when neither is spoken here");
    let key = key(&port);
    let pairs = [("api_key", key.as_str()), ("service_code", "it"), ("description", "locale"), ("locale", "zh")];
    let answer = send(&port.anybody(), "json", &pairs).text();
    assert!(answer.contains("凭编号和密码"), "{answer}");
    let definition = port.anybody().get(&format!("{BASE}/services/it.xml?locale=zh")).text();
    assert!(definition.contains("<name>危及"), "{definition}");
}

/// Row 4.
#[test]
fn a_request_is_sent_with_a_key_a_service_and_a_place() {
    let port = Port::open();
    let key = key(&port);
    let whole =
        [("api_key", key.as_str()), ("service_code", "terminal-gate"), ("description", "stuck"), HERE[0], HERE[1]];
    let without = |name: &str| whole.iter().copied().filter(|(of, _)| *of != name).collect::<Vec<_>>();
    let path = format!("{BASE}/requests.{{f}}");
    refuses(&port, "POST", &path, &without("api_key"), 403);
    refuses(
        &port,
        "POST",
        &path,
        &[("api_key", "pq_nobody"), ("service_code", "terminal-gate"), HERE[0], HERE[1]],
        403,
    );
    refuses(&port, "POST", &path, &without("service_code"), 400);
    refuses(&port, "POST", &format!("{BASE}/services.{{f}}"), &whole, 404);
    assert_eq!(port.anybody().post(&format!("{BASE}/requests"), &whole).status, 400, "an address ends with its format");
    refuses(&port, "POST", &path, &without("lat"), 400);
    let with = |name: &'static str, value: &'static str| {
        let mut pairs = without(name);
        pairs.push((name, value));
        pairs
    };
    refuses(&port, "POST", &path, &with("service_code", "weather"), 404);
    refuses(&port, "POST", &path, &with("lat", "95"), 400);
    refuses(&port, "POST", &path, &with("jurisdiction_id", "USNYC"), 404);
    let long = "x".repeat(4001);
    let mut pairs = without("description");
    pairs.push(("description", &long));
    refuses(&port, "POST", &path, &pairs, 400);
    let mut long = whole.to_vec();
    let name = "x".repeat(201);
    long.push(("first_name", &name));
    refuses(&port, "POST", &path, &long, 400);
    let mut bad = whole.to_vec();
    bad.push(("attribute[since]", "yesterday"));
    refuses(&port, "POST", &path, &bad, 400);

    let answer = send(&port.anybody(), "xml", &whole);
    is_of(&answer, 201, "text/xml");
    let number = answer.between("<service_requests><request><service_request_id>", "</").expect("a number");
    assert!(!answer.text().contains("<token>"), "a number or a token, never both");
    let again = send(&port.anybody(), "xml", &whole);
    assert_eq!(again.bytes, answer.bytes, "the same request twice is one");
    for place in [("address_string", "Gate 3"), ("address_id", "DYW-01")] {
        let mut pairs: Vec<_> = whole.iter().copied().filter(|(name, _)| *name != "lat" && *name != "long").collect();
        pairs.push(place);
        assert_eq!(send(&port.anybody(), "json", &pairs).status, 201, "{place:?}");
    }
    let kept = port.system("agent").get(&format!("/api/v1/problems/{number}")).text();
    assert!(kept.contains("stuck") && kept.contains("38.99") && kept.contains("\"open311\""));
    let typed =
        port.anybody().send("POST", &format!("{BASE}/requests.json"), &[("content-type", "application/json")], b"{}");
    assert_eq!(typed.expect("an answer").status, 400);
}

#[test]
fn attributes_and_who_reports_arrive() {
    let port = Port::open();
    let number = sent(
        &port,
        "attributes",
        &[
            ("attribute[container]", "abcu 123456 0"),
            ("attribute[impact]", "delayed"),
            ("attribute[urgency]", "now"),
            ("first_name", "SECRET"),
            ("last_name", "NAME"),
            ("email", "a@example.com"),
            ("media_url", "http://169.254.169.254/x.jpg"),
        ],
    );
    let case = port.system("agent").get(&format!("/api/v1/problems/{number}")).json();
    assert_eq!(
        (&case["problem"]["severity"], &case["problem"]["keys"][0]["value"]),
        (&Value::from("p1"), &Value::from("ABCU1234560"))
    );
    for path in
        ["requests.json", &format!("requests/{number}.json"), &format!("requests.xml?service_request_id={number}")]
    {
        let text = port.anybody().get(&format!("{BASE}/{path}")).text();
        assert!(
            text.contains(&number)
                && !text.contains("SECRET")
                && !text.contains("a@example.com")
                && !text.contains("attributes"),
            "{path}"
        );
    }
}

/// Row 5.
#[test]
fn a_token_leads_to_the_number() {
    let port = Port::open();
    let made = port
        .system("agent")
        .call(
            "POST",
            "/api/v1/problems",
            "token-1",
            &serde_json::json!({"topic": "it", "impact": "ordinary", "urgency": "week", "words": "x"}),
        )
        .json();
    let (receipt, number) =
        (made["receipt_id"].as_str().expect("a receipt"), made["number"].as_str().expect("a number"));
    let answer = port.anybody().get(&format!("{BASE}/tokens/{receipt}.json"));
    is_of(&answer, 200, "application/json");
    assert_eq!(answer.json()[0]["service_request_id"], number);
    assert_eq!(answer.json()[0]["token"], receipt);
    refuses(&port, "GET", &format!("{BASE}/tokens/nothing.{{f}}"), &[], 404);
    refuses(&port, "GET", &format!("{BASE}/tokens/{receipt}.{{f}}?jurisdiction_id=USNYC"), &[], 404);
    let xml = port.anybody().get(&format!("{BASE}/tokens/{receipt}.xml"));
    is_of(&xml, 200, "text/xml");
    assert!(xml.text().contains(&format!(
        "<service_requests><request><service_request_id>{number}</service_request_id><token>{receipt}</token></request>"
    )));
}

/// Row 6.
#[test]
fn requests_are_listed_by_identifier_service_time_and_state() {
    let port = Port::open();
    let (one, other) = (sent(&port, "one", &[]), sent(&port, "other", &[]));
    let list = |query: &str| {
        let answer = port.anybody().get(&format!("{BASE}/requests.json?{query}"));
        is_of(&answer, 200, "application/json");
        let list = answer.json();
        list.as_array().expect("a bare list").clone()
    };
    let numbers = |query: &str| -> Vec<String> {
        list(query).iter().map(|of| of["service_request_id"].as_str().expect("a string").to_owned()).collect()
    };
    let both = format!("{one},{other}");
    assert_eq!(
        numbers(&format!("service_request_id={both}&status=closed&service_code=weather")),
        [one.clone(), other.clone()],
        "identifiers override all else"
    );
    let all = numbers("");
    assert!(all.contains(&one) && all.contains(&other));
    assert!(list("status=closed").iter().all(|of| of["status"] == "closed") && !list("status=closed").is_empty());
    assert_eq!(numbers("status=open,closed"), all);
    assert!(
        list("service_code=terminal-gate,it")
            .iter()
            .all(|of| ["terminal-gate", "it"].contains(&of["service_code"].as_str().expect("a string")))
    );
    assert!(numbers("start_date=2001-01-01T00:00:00Z&end_date=2001-02-01T00:00:00Z").is_empty());
    assert!(numbers("start_date=2001-01-01T00:00:00+08:00").is_empty(), "a plus sign that nobody escaped");
    assert_eq!(numbers("service_request_id=&status="), all, "empty is absent");
    for of in list("") {
        for name in ["requested_datetime", "updated_datetime"] {
            assert!(of[name].as_str().expect("a time").ends_with('Z'), "{of}");
        }
        assert!(of["description"].is_null() && of["service_code"].is_string() && of["status_notes"].is_string());
    }
    for bad in [
        "start_date=yesterday",
        "start_date=2026-01-01T00:00:00",
        "start_date=2026-01-01T00:00:00Z&end_date=2026-12-01T00:00:00Z",
        "status=broken",
    ] {
        refuses(&port, "GET", &format!("{BASE}/requests.{{f}}?{bad}"), &[], 400);
    }
    refuses(&port, "GET", &format!("{BASE}/requests.{{f}}?service_code=weather"), &[], 404);
    let xml = port.anybody().get(&format!("{BASE}/requests.xml"));
    is_of(&xml, 200, "text/xml");
    assert!(xml.text().contains("<service_requests><request><service_request_id>"));
}

/// Row 7.
#[test]
fn one_request_is_a_list_of_one() {
    let port = Port::open();
    let number = sent(&port, "alone", &[]);
    let answer = port.anybody().get(&format!("{BASE}/requests/{number}.json"));
    is_of(&answer, 200, "application/json");
    assert_eq!(answer.json().as_array().map(Vec::len), Some(1));
    assert_eq!(answer.json()[0]["status"], "open");
    let members = [
        "service_request_id",
        "status",
        "status_notes",
        "service_name",
        "service_code",
        "description",
        "agency_responsible",
        "service_notice",
        "requested_datetime",
        "updated_datetime",
        "expected_datetime",
        "address",
        "address_id",
        "zipcode",
        "lat",
        "long",
        "media_url",
    ];
    let one = answer.json()[0].as_object().expect("an object").clone();
    assert_eq!(one.len(), members.len(), "no foreign member unless it was asked for");
    assert!(members.iter().all(|member| one.contains_key(*member)));
    let xml = port.anybody().get(&format!("{BASE}/requests/{number}.xml")).text();
    assert!(members.iter().all(|member| xml.contains(&format!("<{member}>"))), "{xml}");
    refuses(&port, "GET", &format!("{BASE}/requests/{number}.{{f}}?jurisdiction_id=USNYC"), &[], 404);
    refuses(&port, "GET", &format!("{BASE}/requests/2026-DAL-P999999.{{f}}"), &[], 404);
    refuses(&port, "GET", &format!("{BASE}/nothing.{{f}}"), &[], 404);
}
