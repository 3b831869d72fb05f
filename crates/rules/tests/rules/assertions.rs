//! Assertions over a message.

use jiff::civil::date;
use rules::{Assertions, Severity, Value};

const CREW: &str = r#"
# crew-list

| code | severity | for | required | when | from | until | law | zh | en | remedy zh | remedy en | help zh | help en |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
| PQ-EXPIRED | warning | members/*/document_expiry | | ? > context.eta | 2019-03-02 | | Decree 175 | 证件过期 | the document has expired | 更换 | renew | 边检 | border |
| PQ-NAME | error | members/*/family_name | yes | - | 2019-03-02 | | FAL 5 | 缺姓 | the name is missing | | | | |
| PQ-COUNT | error | | | crew_number = count(members) | 2019-03-02 | 2024-01-01 | FAL 5 | 人数不符 | the number differs | | | | |
| PQ-RANK | error | members/*/rank | | ? != null or role != "crew" or kind = "yacht" | 2019-03-02 | | FAL 5 | 缺职务 | the rank is missing | | | | |
| PQ-IMO | error | imo/x | | matches(?, "^[0-9]{7}$") | 2019-03-02 | | FAL 1 | 编号有误 | the number is wrong | | | | |
"#;

fn member(expiry: Option<&str>, name: &str, rank: Option<&str>) -> Value {
    Value::from([
        ("document_expiry", expiry.into()),
        ("family_name", name.into()),
        ("rank", rank.into()),
        ("role", "crew".into()),
    ])
}

fn broken(document: &Value, day: jiff::civil::Date) -> Vec<String> {
    let (assertions, findings) = Assertions::parse(CREW);
    let context = Value::from([("eta", "2024-05-01T08:00:00+08:00".into()), ("kind", "bulk".into())]);
    let broken = assertions.unwrap_or_else(|| panic!("{findings:?}")).check(day, document, &context);
    broken.iter().map(|broken| format!("{} {}", broken.code, broken.pointer)).collect()
}

#[test]
fn what_is_false_is_broken_and_what_cannot_be_told_is_not() {
    let document = Value::from([
        ("crew_number", Value::from(3)),
        (
            "members",
            Value::List(vec![
                member(Some("2024-04-30"), "LI", Some("MASTER")),
                member(Some("2024-05-02"), " ", None),
                member(None, "WANG", Some("OILER")),
            ]),
        ),
        ("imo", Value::from([("x", Value::from("90747"))])),
    ]);
    let expected = [
        "PQ-EXPIRED /members/0/document_expiry",
        "PQ-NAME /members/1/family_name",
        "PQ-RANK /members/1/rank",
        "PQ-IMO /imo/x",
    ];
    assert_eq!(broken(&document, date(2024, 5, 1)), expected);
}

#[test]
fn an_assertion_holds_for_its_time_only() {
    let document = Value::from([("crew_number", Value::from(3)), ("members", Value::List(vec![]))]);
    assert_eq!(broken(&document, date(2023, 12, 31)), ["PQ-COUNT "]);
    assert_eq!(broken(&document, date(2024, 1, 1)), [""; 0]);
    assert_eq!(broken(&document, date(2019, 3, 1)), [""; 0]);
    assert_eq!(broken(&Value::Null, date(2023, 12, 31)), [""; 0]);
}

#[test]
fn a_breach_carries_the_words_of_its_row() {
    let (assertions, _) = Assertions::parse(CREW);
    let document = Value::from([("members", Value::List(vec![member(Some("2020-01-01"), "LI", Some("AB"))]))]);
    let context = Value::from([("eta", Value::from("2024-05-01"))]);
    let broken = assertions.expect("assertions").check(date(2024, 5, 1), &document, &context);
    let broken = &broken[0];
    assert_eq!(broken.severity, Severity::Warning);
    let words =
        [&broken.zh, &broken.en, &broken.remedy_zh, &broken.remedy_en, &broken.help_zh, &broken.help_en, &broken.law];
    assert_eq!(words, ["证件过期", "the document has expired", "更换", "renew", "边检", "border", "Decree 175"]);
}

#[test]
fn a_wrong_assertion_is_told_with_row_and_column() {
    let faults = |text: String| {
        let (assertions, findings) = Assertions::parse(&text);
        assert!(assertions.is_none());
        findings.iter().map(|f| format!("{} {} {:?} {:?}", f.line, f.code, f.row, f.column)).collect::<Vec<_>>()
    };
    assert_eq!(faults(CREW.replace("? > context.eta", "? >")), [r#"6 PQ-RULES-CELL Some("PQ-EXPIRED") Some("when")"#]);
    assert_eq!(
        faults(CREW.replace("| warning |", "| grave |")),
        [r#"6 PQ-RULES-CELL Some("PQ-EXPIRED") Some("severity")"#]
    );
    assert_eq!(faults(CREW.replace("| Decree 175 |", "| |")), [r#"6 PQ-RULES-CELL Some("PQ-EXPIRED") Some("law")"#]);
    assert_eq!(faults(CREW.replace("| severity |", "| gravity |")).len(), 7);
}
