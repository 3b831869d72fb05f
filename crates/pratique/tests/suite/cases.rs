//! A case as it is worked on: what is refused comes back as it was typed, several cases meet, rulings extend the catalogue,
//! and nothing is said in codes.

use serde_json::json;

use crate::{
    harness::{Answer, Port, now},
    problems::{LOOKED_AT, TO_THE_PORT_GROUP, act, by_api, must, number_and_secret, report},
};

fn new(port: &Port, who: &str, key: &str) -> String {
    by_api(port, who, key, &json!({}))["number"].as_str().expect("a number").to_owned()
}

/// Calls a joint meeting over a case and others.
pub fn meet(port: &Port, number: &str, seats: &[&str], others: &str) {
    let mut pairs = vec![
        ("act", "call_meeting"),
        ("at", "2031-03-01T14:00"),
        ("words", "who opens which lane"),
        ("more_cases", others),
    ];
    pairs.extend(seats.iter().map(|seat| ("participants", *seat)));
    must(port, "portoffice", number, &pairs);
}

/// A problem of a topic whose lead sends it back, and the ruling that gives such problems to the port group.
pub fn ruled(port: &Port, topic: &str, key: &str) -> String {
    ruled_for(port, topic, key, &[])
}

/// The same, for some inputs of the catalogue alone.
pub fn ruled_for(port: &Port, topic: &str, key: &str, only: &[&str]) -> String {
    let number = by_api(port, "agent", key, &json!({"topic": topic}))["number"].as_str().expect("a number").to_owned();
    let looked = [("act", "triage"), ("topic", topic), ("impact", "ordinary"), ("urgency", "week")];
    must(port, "portoffice", &number, &looked);
    let given = [("act", "dispatch"), ("lead", "port_administration"), ("basis", "problem-dispatch/trucking")];
    must(port, "portoffice", &number, &given);
    let back = [
        ("act", "return"),
        ("reason", "not_competent"),
        ("words", "the gate is the terminal's"),
        ("instead", "port_group"),
    ];
    must(port, "portadmin", &number, &back);
    let mut rule = vec![
        ("act", "rule"),
        ("assignment", "1"),
        ("organ", "port_group"),
        ("law", "Port Law"),
        ("words", "the gate is the terminal's"),
        ("precedent", "yes"),
    ];
    rule.extend(only.iter().map(|input| ("only", *input)));
    must(port, "portoffice", &number, &rule);
    number
}

fn page(port: &Port, who: &str, number: &str) -> Answer {
    port.person(who).get(&format!("/problems/{number}?lang=en"))
}

/// A ruling with precedent is proposed for the next problem of its topic, until it is ended.
#[test]
fn a_ruling_extends_the_dispatch_catalogue() {
    let port = Port::open();
    let proposed = |key: &str| {
        let number =
            by_api(&port, "agent", key, &json!({"topic": "trucking"}))["number"].as_str().expect("one").to_owned();
        must(
            &port,
            "portoffice",
            &number,
            &[("act", "triage"), ("topic", "trucking"), ("impact", "ordinary"), ("urgency", "week")],
        );
        let form =
            page(&port, "portoffice", &number).between("name=\"act\" value=\"dispatch\"", "</form>").expect("the form");
        let chosen =
            form.split("<option value=\"").find(|option| option.contains("selected")).unwrap_or_default().to_owned();
        (chosen.split('"').next().unwrap_or_default().to_owned(), form)
    };
    assert_eq!(proposed("ruling-0").0, "port_administration", "as the table says");
    let ruled = ruled(&port, "trucking", "ruling-1");
    let (lead, form) = proposed("ruling-2");
    assert_eq!(lead, "port_group");
    assert!(form.contains(&ruled) && form.contains("Port Law"), "the ruling is its law: {form}");
    let catalogue = port.person("customs").get("/problems/catalogue?lang=en").text();
    assert!(catalogue.contains(&ruled) && catalogue.contains("Port Law"));
    assert_eq!(port.person("portoffice").post("/problems/catalogue", &[("ruling", "trucking")]).status, 303);
    assert_eq!(proposed("ruling-3").0, "port_administration", "a ruling that was ended is proposed no more");
    assert_eq!(port.person("portoffice").post("/problems/catalogue", &[("ruling", "trucking")]).status, 404);
}

#[test]
fn what_is_refused_comes_back_as_it_was_typed_in_either_language() {
    let port = Port::open();
    let number = new(&port, "agent", "typed-1");
    must(&port, "portoffice", &number, &LOOKED_AT);
    must(&port, "portoffice", &number, &TO_THE_PORT_GROUP);
    must(&port, "portgroup", &number, &[("act", "accept")]);
    let typed = "<b>two lanes</b> 开两条通道";
    let escaped = "&lt;b&gt;two lanes&lt;/b&gt; 开两条通道";
    let signed = [("act", "sign"), ("outcome.1", "not_now"), ("words.1", typed), ("law.1", "Decree 722")];
    let refused = act(&port, "portgroup", &number, &signed);
    assert_eq!(refused.status, 422);
    let open = |answer: &Answer| answer.between("<details open>", "</details>").expect("the form is open again");
    assert!(open(&refused).contains(escaped) && open(&refused).contains("value=\"Decree 722\""), "{}", open(&refused));
    assert!(
        refused.text().contains("PQ-PROBLEM-012") && refused.text().contains("海关"),
        "who has not answered, by name"
    );
    assert!(!refused.text().contains("尚未答复：customs"));
    // The other language keeps what was typed, and does nothing.
    let switched: Vec<_> = signed.iter().copied().chain([("switch", "en")]).collect();
    let english = act(&port, "portgroup", &number, &switched);
    assert_eq!(english.status, 200);
    assert!(open(&english).contains(escaped) && english.text().contains("Sign the joined reply"));
}

#[test]
fn an_address_typed_again_or_wrong_leads_on() {
    let port = Port::open();
    let number = new(&port, "agent", "lead-1");
    let again = port.person("agent").get(&format!("/problems/{number}/acts?lang=en"));
    assert_eq!((again.status, again.header("location")), (303, Some(format!("/problems/{number}").as_str())));
    let wrong = port.person("agent").get("/problems/2026-DAL-P999999?lang=en");
    assert_eq!(wrong.status, 404);
    assert!(wrong.text().contains("No problem has the number") && wrong.text().contains("value=\"2026-DAL-P999999\""));
    for (pairs, code) in [
        ([("act", "join_to"), ("number", "2026-DAL-P999999"), ("kind", "")], "PQ-PROBLEM-030"),
        ([("act", "link"), ("number", "2026-DAL-P999999"), ("kind", "refers_to")], "PQ-PROBLEM-030"),
        ([("act", "link_known"), ("code", "no-such"), ("kind", "")], "PQ-KNOWN-002"),
    ] {
        let refused = act(&port, "portoffice", &number, &pairs);
        assert!(refused.status == 422 && refused.text().contains(code), "{code}: {}", refused.status);
    }
    assert!(
        port.anybody().post("/report/status", &[("number", "x"), ("secret", "y")]).text().contains("PQ-REPORT-011")
    );
}

#[test]
fn who_recused_herself_is_offered_nothing() {
    let port = Port::open();
    let number = new(&port, "agent", "recused-1");
    must(&port, "portoffice", &number, &LOOKED_AT);
    must(&port, "portoffice", &number, &TO_THE_PORT_GROUP);
    must(&port, "customs", &number, &[("act", "recuse"), ("words", "my brother's firm")]);
    let seen = page(&port, "customs", &number).text();
    assert!(!seen.contains("id=\"acts\"") && seen.contains("You have recused yourself"));
    assert!(act(&port, "customs", &number, &[("act", "accept")]).text().contains("PQ-PROBLEM-004"));
    assert!(page(&port, "portgroup", &number).text().contains("id=\"acts\""));
}

#[test]
fn links_followers_and_emergencies_are_seen_by_those_concerned() {
    let port = Port::open();
    let [one, other] = ["beside-1", "beside-2"].map(|key| new(&port, "agent", key));
    must(&port, "portoffice", &one, &LOOKED_AT);
    must(&port, "portoffice", &one, &TO_THE_PORT_GROUP);
    must(&port, "portoffice", &one, &[("act", "link"), ("kind", "depends_on"), ("number", &other.to_lowercase())]);
    must(&port, "portoffice", &one, &[("act", "watch"), ("organ", "msa")]);
    must(&port, "customs", &one, &[("act", "pass_emergency"), ("to", "120")]);
    let beside =
        |who: &str, number: &str| page(&port, who, number).between("id=\"beside\"", "</section>").unwrap_or_default();
    let office = beside("portoffice", &one);
    assert!(
        office.contains("depends on")
            && office.contains(&other)
            && office.contains("Maritime safety")
            && office.contains("120"),
        "{office}"
    );
    assert!(beside("portoffice", &other).contains("needed by") && beside("portoffice", &other).contains(&one));
    // The customs take no part in the other case: there is none for them.
    assert!(!page(&port, "customs", &one).text().contains(&other) && beside("customs", &one).contains("120"));
    assert!(beside("agent", &one).contains("120") && !page(&port, "agent", &one).text().contains("depends on"));
    must(&port, "msa", &one, &[("act", "watch"), ("organ", "msa"), ("on", "no")]);
    assert_eq!(page(&port, "msa", &one).status, 404, "who follows no more sees it no more");
}

#[test]
fn a_meeting_over_several_cases_gives_each_its_decisions() {
    let port = Port::open();
    let [one, two] = ["meet-1", "meet-2"].map(|key| new(&port, "agent", key));
    let far = act(
        &port,
        "portoffice",
        &one,
        &[
            ("act", "call_meeting"),
            ("at", "2020-03-01T14:00"),
            ("words", "x"),
            ("participants", "msa"),
            ("participants", "customs"),
        ],
    );
    assert!(far.text().contains("PQ-PROBLEM-024") && !far.text().contains("PQ-PROBLEM-010"));
    let unknown = [
        ("act", "call_meeting"),
        ("at", "2031-03-01T14:00"),
        ("words", "x"),
        ("participants", "msa"),
        ("participants", "customs"),
        ("more_cases", "2026-DAL-P999999"),
    ];
    assert!(act(&port, "portoffice", &one, &unknown).text().contains("PQ-PROBLEM-030"));
    meet(&port, &one, &["msa", "customs"], &two);
    let meeting = port.person("msa").get(&format!("/problems/{one}/meetings/1?lang=en")).text();
    assert!(
        meeting.contains(&two) && meeting.contains("who opens which lane"),
        "a seat leads to every case of the agenda"
    );
    let held = [
        ("act", "hold_meeting"),
        ("id", "1"),
        ("minutes", "both agreed"),
        ("position.msa", "we can"),
        ("decision.1", "opens the lane"),
        ("organ.1", "customs"),
        ("due.1", "2031-03-02T12:00"),
        ("dissent.1", "msa"),
        ("case.1", one.as_str()),
        ("decision.2", "sends a guard"),
        ("organ.2", "border"),
        ("due.2", "2031-03-03T12:00"),
        ("case.2", two.as_str()),
    ];
    assert!(!port.person("portoffice").get(&format!("/problems/{one}")).text().contains("value=\"hold_meeting\""));
    assert!(act(&port, "portoffice", &one, &held).text().contains("PQ-PROBLEM-031"), "nothing was said there yet");
    let soon = (now() + jiff::SignedDuration::from_secs(2)).to_string();
    let earlier = [("act", "move_meeting"), ("id", "1"), ("to", soon.as_str()), ("words", "all are here")];
    must(&port, "portoffice", &one, &earlier);
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert!(port.person("portoffice").get(&format!("/problems/{one}")).text().contains("value=\"hold_meeting\""));
    must(&port, "portoffice", &one, &held);
    let tasks = |number: &str| -> Vec<String> {
        let case = port.person("portoffice").get(&format!("/problems/{number}?lang=en")).text();
        ["opens the lane", "sends a guard"]
            .into_iter()
            .filter(|words| case.contains(words))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!((tasks(&one), tasks(&two)), (vec!["opens the lane".to_owned()], vec!["sends a guard".to_owned()]));
    // Who carries out a decision in one case learns of that case alone.
    let border = port.person("border").get(&format!("/problems/{two}/meetings/1?lang=en")).text();
    assert!(
        border.contains("sends a guard")
            && !border.contains(&one)
            && !border.contains("opens the lane")
            && !border.contains("both agreed"),
        "{border}"
    );
    assert_eq!(port.person("border").get(&format!("/problems/{one}")).status, 404);
    let minutes = port.person("customs").get(&format!("/problems/{two}/meetings/1?lang=en")).text();
    for words in ["both agreed", "opens the lane", "sends a guard", "we can", "Maritime safety"] {
        assert!(minutes.contains(words), "{words}: {minutes}");
    }
    assert!(port.person("border").get("/problems/desk").text().contains(&two));
}

#[test]
fn who_else_has_the_case_open_is_told() {
    let port = Port::open();
    let number = new(&port, "agent", "present-1");
    must(&port, "portoffice", &number, &LOOKED_AT);
    must(&port, "portoffice", &number, &TO_THE_PORT_GROUP);
    assert!(!page(&port, "portgroup", &number).text().contains("has it open"));
    assert!(page(&port, "customs", &number).text().contains("Port group has it open"));
    let open = port.person("customs").post(&format!("/problems/{number}/open"), &[("writing", "yes")]);
    assert_eq!(open.status, 200);
    assert!(page(&port, "portgroup", &number).text().contains("Customs is writing"));
    let firm = page(&port, "agent", &number).text();
    assert!(!firm.contains("is writing") && !firm.contains("has it open"), "firms are told of nobody");
    assert_eq!(port.person("msa").post(&format!("/problems/{number}/open"), &[]).status, 404);
}

#[test]
fn a_case_speaks_in_words() {
    let port = Port::open();
    let more = json!({"topic": "customs-inspection", "keys": [{"kind": "formality", "value": "entry_formalities"}, {"kind": "call", "value": "2026-DAL-000001"}], "answers": {"since": "2026-03-01T08:30", "goods": "dangerous"}});
    let number = by_api(&port, "agent", "said-1", &more)["number"].as_str().expect("a number").to_owned();
    must(
        &port,
        "portoffice",
        &number,
        &[("act", "triage"), ("topic", "customs-inspection"), ("impact", "ordinary"), ("urgency", "week")],
    );
    let given = [("act", "dispatch"), ("lead", "customs"), ("co", "port_group"), ("informed", "msa")];
    must(&port, "portoffice", &number, &given);
    must(&port, "customs", &number, &[("act", "accept")]);
    must(&port, "customs", &number, &[("act", "take")]);
    for lang in ["zh", "en"] {
        for who in ["agent", "customs", "portoffice"] {
            let text = port.person(who).get(&format!("/problems/{number}?lang={lang}")).text();
            let main = text.split("<form").collect::<Vec<_>>();
            // What a form sends is code; what is read is not.
            let read: String = main
                .iter()
                .enumerate()
                .map(
                    |(nth, part)| if nth == 0 { part } else { part.split_once("</form>").map_or("", |(_, rest)| rest) },
                )
                .collect();
            for code in [
                "sample-agency-a",
                "office-hours",
                "ENTRY_FORMALITIES",
                "entry_formalities",
                "2026-03-01T08:30",
                ">dangerous<",
                "round-the-clock",
            ] {
                let found = read.split_once(code).map(|(before, _)| before.chars().rev().take(200).collect::<String>());
                let found = found.map(|before| before.chars().rev().collect::<String>());
                assert!(found.is_none(), "{who} in {lang} reads {code}: {found:?}");
            }
        }
    }
    let office = page(&port, "portoffice", &number).text();
    assert!(office.contains("told") && office.contains("office hours (version 2026.1)"));
    must(&port, "msa", &number, &[("act", "accept")]);
    assert!(page(&port, "portoffice", &number).text().contains("has read"));
}

#[test]
fn not_solved_and_not_content_with_a_plan_opens_it_again() {
    let port = Port::open();
    let answer = report(
        &port.anybody(),
        &[
            ("topic", "terminal-gate"),
            ("impact", "ordinary"),
            ("urgency", "week"),
            ("words", "stuck"),
            ("key", "plan-1"),
        ],
        &[],
    );
    let (number, secret) = number_and_secret(&answer);
    must(&port, "portoffice", &number, &LOOKED_AT);
    must(&port, "portoffice", &number, &[("act", "dispatch"), ("lead", "port_group")]);
    must(&port, "portgroup", &number, &[("act", "accept")]);
    let plan = [
        ("act", "sign"),
        ("outcome.1", "not_now"),
        ("words.1", "not yet"),
        ("law.1", "a rule"),
        ("plan", "两条新通道"),
        ("plan_en", "two new lanes"),
        ("plan_until", "2031-03-01T12:00"),
    ];
    must(&port, "portgroup", &number, &plan);
    let tell = |satisfied: &str, key: &str| {
        let pairs = [
            ("number", number.as_str()),
            ("secret", &secret),
            ("act", "tell"),
            ("report", "1"),
            ("answered", "yes"),
            ("solved", "no"),
            ("satisfied", satisfied),
            ("key", key),
        ];
        assert_eq!(port.anybody().post("/report/status?lang=en", &pairs).status, 200);
        let planned = port.person("portoffice").get("/problems?state=planned").text().contains(&number);
        let handling = port.person("portoffice").get("/problems?state=handling").text().contains(&number);
        (planned, handling)
    };
    assert_eq!(tell("yes", "plan-2"), (true, false), "content with the plan: it stands");
    let shown = port.anybody().post("/report/status?lang=en", &[("number", &number), ("secret", &secret)]).text();
    assert!(shown.contains("two new lanes") && !shown.contains("两条新通道"));
    assert_eq!(tell("no", "plan-3"), (false, true));
}

#[test]
fn free_words_of_a_case_stand_in_no_file() {
    const NAME: &str = "CANARYLISI";
    let port = Port::open();
    let [number, other] = ["sealed-1", "sealed-2"].map(|key| new(&port, "agent", key));
    must(&port, "portoffice", &number, &LOOKED_AT);
    must(&port, "portoffice", &number, &[("act", "dispatch"), ("lead", "port_group")]);
    must(&port, "portgroup", &number, &[("act", "accept")]);
    must(&port, "portoffice", &number, &[("act", "declare_incident"), ("cause", &format!("{NAME} cause"))]);
    let law = format!("{NAME} law");
    must(
        &port,
        "portgroup",
        &number,
        &[("act", "sign"), ("outcome.1", "solved"), ("words.1", "done"), ("law.1", &law)],
    );
    let there = format!("{NAME} number");
    must(&port, "portoffice", &other, &[("act", "transfer"), ("to", "12345"), ("reference", &there)]);
    let firm = page(&port, "agent", &number).text();
    assert!(firm.contains(&law) && firm.contains(&format!("{NAME} cause")), "its reader reads it");
    assert!(page(&port, "agent", &other).text().contains(&there));
    let api = port.system("agent").get(&format!("/api/v1/problems/{number}")).text();
    assert!(api.contains(&law));
    let folder = port.end();
    let found = crate::sealing::files_with(&folder, NAME.as_bytes());
    assert!(found.is_empty(), "{found:?}");
    let port = Port::serve(folder, &[]);
    assert!(page(&port, "portgroup", &number).text().contains(&law), "after a restart");
}
