//! Figures of problems: read without an account, reckoned anew by the command, and the pages of those who work.

use std::fs;

use serde_json::json;

use crate::harness::{Port, pratique};

/// The month that the sample port has published, from its page.
pub fn published(port: &Port) -> String {
    let page = port.anybody().get("/statistics").text();
    page.split("/statistics?month=").nth(1).and_then(|rest| rest.get(..7)).expect("a month").to_owned()
}

#[test]
fn anybody_reckons_the_report_anew_from_the_open_data() {
    let port = Port::open();
    let anybody = port.anybody();
    let month = published(&port);
    let data = anybody.get(&format!("/statistics/{month}/open-data.csv"));
    assert_eq!((data.status, data.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    let report = anybody.get(&format!("/statistics/{month}/report.json"));
    assert_eq!(report.json()["totals"]["received"], json!({"of": 30, "among": 30}));
    let text = data.text();
    for line in text.lines().skip(1) {
        let among: u64 = line.rsplit(',').next().and_then(|last| last.parse().ok()).expect("a denominator");
        assert!(among == 0 || among >= 5, "{line}");
    }
    assert!(!text.contains("msa") && !text.contains("border"), "three and one of a unit are not told: {text}");

    let (file, against) = (port.folder.join("open-data.csv"), port.folder.join("report.json"));
    fs::write(&file, &data.bytes).expect("written");
    fs::write(&against, &report.bytes).expect("written");
    let words = |more: &[&str]| {
        let mut words = vec!["report", file.to_str().expect("a path"), "--against", against.to_str().expect("a path")];
        words.extend(more);
        pratique(&port.folder, &words)
    };
    let agreed = words(&["--json"]);
    assert_eq!(agreed.status.code(), Some(0), "{}", String::from_utf8_lossy(&agreed.stderr));
    let said: serde_json::Value = serde_json::from_slice(&agreed.stdout).expect("JSON");
    assert_eq!(said["months"][&month], report.json()["totals"]);
    assert_eq!(said["differences"], json!([]));
    let row = text.lines().find(|line| line.contains(",received,")).expect("a row");
    let (start, end) = row.rsplit_once(',').expect("a row");
    let other = text.replacen(row, &format!("{start},{}", end.parse::<u64>().expect("a number") + 1), 1);
    fs::write(&file, other).expect("written");
    let differs = words(&[]);
    assert_eq!(differs.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&differs.stderr).contains("received: the report says 30/30, the file gives 30/31"));
    fs::write(&file, "no,such,file\n").expect("written");
    let broken = words(&[]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("line 1"));

    for path in
        ["/statistics?month=1999-01", "/statistics/1999-01/open-data.csv", &format!("/statistics/{month}/other")]
    {
        assert_eq!(anybody.get(path).status, 404, "{path}");
    }
    // A report that comes in afterwards, hidden or not, changes nothing of what is published.
    let (page, data) = (body(&anybody.get("/statistics").text()), data.bytes.clone());
    for (key, hidden) in [("figures-1", true), ("figures-2", false)] {
        let body = json!({"topic": "fee", "impact": "ordinary", "urgency": "week", "words": "w", "hidden": hidden});
        assert_eq!(port.system("agent").call("POST", "/api/v1/problems", key, &body).status, 201);
    }
    assert_eq!(body(&anybody.get("/statistics").text()), page);
    assert_eq!(anybody.get(&format!("/statistics/{month}/open-data.csv")).bytes, data);
}

/// What a page says between its head and its foot, where the time of drawing stands.
fn body(page: &str) -> String {
    page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page").to_owned()
}

#[test]
fn the_port_office_reads_and_prints_the_month_and_departments_their_own_page() {
    let port = Port::open();
    let desk = port.person("portoffice");
    let month = published(&port);
    let page = desk.get(&format!("/problems/month?month={month}&lang=en"));
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Topics of the month") && page.text().contains("data-print"));
    let csv = desk.get(&format!("/problems/month.csv?month={month}&lang=en"));
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = csv.text();
    let received = |part: &str| {
        // From the end: a name may have a comma of its own.
        let of = |line: &str| {
            let mut values = line.rsplit(',').skip(2);
            let count = values.next()?.parse::<u64>().ok();
            count.filter(|_| values.next() == Some("received") && line.split(',').nth(1) == Some(part))
        };
        text.lines().filter_map(of).sum::<u64>()
    };
    assert_eq!((received("all"), received("department"), received("topic")), (30, 30, 30));
    let now = desk.post("/problems/month", &[("month", &this_month(&port))]);
    assert_eq!(now.status, 422, "a month that has not ended");
    assert!(now.text().contains("PQ-FIGURES-001"));
    assert_eq!(desk.get("/problems/month?month=nonsense").status, 404);
    assert_eq!(desk.post("/problems/month", &[("month", &month)]).status, 303);
    assert!(port.anybody().get("/statistics").text().contains(&month));

    assert_eq!(port.person("customs").get("/problems/departments/customs").status, 200);
    assert_eq!(desk.get("/problems/departments/customs").status, 200);
    for (who, path) in [
        ("customs", "/problems/departments/msa"),
        ("agent", "/problems/departments/customs"),
        ("customs", "/problems/month"),
        ("agent", "/problems/month.csv"),
        ("customs", "/problems/board"),
    ] {
        assert_eq!(port.person(who).get(path).status, 403, "{who} {path}");
    }
    assert_eq!(port.anybody().get("/problems/month").status, 303, "sign in first");
}

/// The month that has not ended, as the port's clocks have it.
fn this_month(port: &Port) -> String {
    let head = port.person("portoffice").get("/problems/month").between("<h1>", "</h1>").expect("a head");
    head.get(head.len() - 7..).expect("a month").to_owned()
}

#[test]
fn the_board_and_the_brief_say_what_stands_still_and_who_must_act() {
    let port = Port::open();
    let desk = port.person("portoffice");
    let board = desk.get("/problems/board?lang=en").text();
    for words in ["Standing still", "Must act", "/problems/departments/customs", "less than 3 days", "30 days or more"]
    {
        assert!(board.contains(words), "{words}");
    }
    let brief = desk.get("/problems/brief?lang=en").text();
    for words in
        ["Blocked ships and goods", "Limits that have passed", "Firms to be called", "What changed since yesterday"]
    {
        assert!(brief.contains(words), "{words}");
    }
    assert!(brief.contains("A report came in"));
}
