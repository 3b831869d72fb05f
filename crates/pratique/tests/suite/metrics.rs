//! What a monitoring system reads.

use crate::harness::{ASKED, Port, numbered, waste};

fn figures(port: &Port, key: Option<&str>) -> (u16, String) {
    let address = port.figures.as_deref().expect("figures");
    let base = address.strip_suffix("/metrics").expect("an address");
    let mut system = port.at(base);
    system.key = key.map(str::to_owned);
    let answer = system.get("/metrics");
    (answer.status, answer.text())
}

/// The value of a line that begins so.
fn value(text: &str, line: &str) -> f64 {
    let found = text.lines().find_map(|of| of.strip_prefix(line)).unwrap_or_else(|| panic!("{line} in {text}"));
    found.trim().parse().unwrap_or_else(|_| panic!("{line}{found}"))
}

#[test]
fn figures_are_told_at_an_address_of_their_own_and_name_nobody() {
    let key = "a key of some length";
    let port = Port::serve_with(Port::copy(), &[], &["--metrics", "127.0.0.1:0", "--metrics-key", key]);
    let number = numbered(&port, ASKED);
    let filed = port.system("agent").file(&number, "waste_notification", "figures", &waste("figures"));
    assert_eq!(filed.status, 201);
    assert_eq!(port.anybody().get("/metrics").status, 404, "not where others ask");
    assert_eq!((figures(&port, None).0, figures(&port, Some("another of this one")).0), (401, 401));
    let (status, text) = figures(&port, Some(key));
    assert_eq!(status, 200);
    let route = "/api/v1/calls/{number}/formalities/{code}";
    let put = format!("pratique_requests_total{{method=\"PUT\",route=\"{route}\",status=\"201\"}}");
    assert_eq!(value(&text, &put) as u64, 1);
    assert!(value(&text, &format!("pratique_request_seconds_count{{route=\"{route}\"}}")) >= 1.0);
    assert!(value(&text, "pratique_store_jobs_total") >= 1.0);
    assert!(value(&text, "pratique_store_bytes") > 10_000.0);
    assert!(value(&text, "pratique_log_leaves") > 100.0);
    assert_eq!(value(&text, "pratique_store_writable") as u64, 1);
    assert_eq!(value(&text, "pratique_clocks_set_aside") as u64, 0);
    assert!(text.contains("pratique_tasks_open{organ=\"border\"}") && text.ends_with("# EOF\n"), "{text}");
    for name in [number.as_str(), "sample-agency", "Sample Aurora"] {
        assert!(!text.contains(name), "{name}");
    }
}
