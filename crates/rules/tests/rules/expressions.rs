//! FEEL, expression by expression.

use proptest::prelude::*;
use rules::{
    Value,
    feel::{self, Scope},
};

fn feel(text: &str) -> String {
    let data = Value::from([
        ("eta", Value::from("2026-03-02T08:00:00+08:00")),
        ("expiry", Value::from("2026-03-01")),
        ("n", Value::from(7)),
        ("Full Name", Value::from("Ada")),
        ("nothing", Value::Null),
        (
            "crew",
            Value::List(vec![
                Value::from([("name", Value::from("A")), ("age", Value::from(30))]),
                Value::from([("name", Value::from("B")), ("age", Value::from(17))]),
            ]),
        ),
    ]);
    match feel::parse_expression(text, &["Full Name"]) {
        Ok(expr) => match feel::evaluate(&expr, &Scope::new(&data)).into_owned() {
            Value::Null => "null".into(),
            Value::Text(text) => format!("{text:?}"),
            other => other.to_string(),
        },
        Err(error) => format!("error at {}: {}", error.at, error.en),
    }
}

#[test]
fn expressions_mean_what_the_standard_says() {
    let cases = [
        ("10 + 20 / -5 - 3", "3"),
        ("-10--5", "-5"),
        ("5+2**5+3", "40"),
        ("10**-5", "0.00001"),
        ("2**3**2", "64"),
        ("-2**2", "4"),
        ("(10+20)/0", "null"),
        ("10 + null", "null"),
        (".5 * 4", "2"),
        ("79228162514264337593543950335 + 1", "null"),
        ("\"a\" + \"b\"", "\"ab\""),
        ("\"a\" - \"b\"", "null"),
        (r#""\u6A2A\uD83D\uDE00\n""#, "\"横😀\\n\""),
        ("true and null", "null"),
        ("false and null", "false"),
        ("true or null", "true"),
        ("null or false", "null"),
        ("not(null)", "null"),
        ("not(n > 3)", "false"),
        ("null = null", "true"),
        ("n = null", "false"),
        ("n != null", "true"),
        ("n = \"7\"", "null"),
        ("n < nothing", "null"),
        ("n between 1 and 7 and true", "true"),
        ("n in (1..7)", "false"),
        ("n in ]1..7]", "true"),
        ("n in [7..9[", "true"),
        ("n in (1, 7)", "true"),
        ("n in (< 3, > 6)", "true"),
        ("n in [1, 2]", "false"),
        ("n in < 8", "true"),
        ("if n > 5 then \"big\" else \"small\"", "\"big\""),
        ("\"Hello \" + Full Name", "\"Hello Ada\""),
        ("string length(Full Name) + count(crew)", "5"),
        ("count(crew[age >= 18])", "1"),
        ("crew[1].name", "\"A\""),
        ("crew[-1].name", "\"B\""),
        ("crew.age", "30, 17"),
        ("sum(crew.age)", "47"),
        ("every c in crew satisfies c.age > 16", "true"),
        ("some c in crew satisfies c.age > 40", "false"),
        ("list contains([1,2], 2)", "true"),
        ("contains([\"a\"], \"a\")", "true"),
        ("contains(\"foobar\", \"of\")", "false"),
        (r#"matches("IMO9074729", "^IMO\d{7}$")"#, "true"),
        ("matches(nothing, \"x\")", "null"),
        ("present(nothing)", "false"),
        ("min(3, 1, 2) + max([1, 5])", "6"),
        ("decimal(2.345, 2)", "2.34"),
        ("floor(-1.5)", "-2"),
        ("modulo(-12, 5)", "3"),
        ("substring(\"foobar\", -2)", "\"ar\""),
    ];
    for (text, expected) in cases {
        assert_eq!(feel(text), expected, "{text}");
    }
}

#[test]
fn dates_written_as_text_take_part() {
    let cases = [
        ("expiry < eta", "true"),
        ("expiry > eta", "false"),
        ("date(eta) = date(\"2026-03-02\")", "true"),
        ("date(\"2026-01-31\") + \"P1M\"", "2026-02-28"),
        ("expiry + duration(\"P6M\") > eta", "true"),
        ("expiry + \"P6M\"", "2026-09-01"),
        ("eta - duration(\"PT24H\")", "2026-03-01T08:00:00+08:00"),
        ("date and time(\"2026-03-02T00:00:00Z\") = eta", "true"),
        ("date(\"2026-03-02\") - date(\"2026-02-28\")", "P2D"),
        ("(date(\"2026-03-02\") - expiry).days", "1"),
        ("duration(\"P1DT2H\") * 2", "P2DT4H"),
        ("duration(\"P1Y\") < duration(\"P13M\")", "true"),
        ("duration(\"P1Y2D\")", "null"),
        ("@\"2026-03-01\" = expiry", "true"),
        ("eta.month", "3"),
        ("years and months duration(date(\"2024-12-31\"), expiry)", "P1Y2M"),
        ("date(\"2026-02-30\")", "null"),
        ("time(\"08:30:00+08:00\") < time(\"00:31:00Z\")", "true"),
        ("day of week(expiry)", "\"Sunday\""),
    ];
    for (text, expected) in cases {
        assert_eq!(feel(text), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    for (text, at) in [
        ("", 0),
        ("1 +", 3),
        ("(1", 2),
        ("1 2", 2),
        ("\"abc", 4),
        ("foo(1)", 0),
        ("a and", 5),
        ("1 ; 2", 2),
        ("count()", 0),
    ] {
        let error = feel::parse_expression(text, &[]).expect_err(text);
        assert_eq!(error.at, at, "{text}: {}", error.en);
    }
    let deep = "(".repeat(10_000);
    assert!(feel::parse_expression(&deep, &[]).is_err());
    assert!(feel::parse_tests(&deep, &[]).is_err());
    assert!(feel::parse_expression(&format!("1{}", "+1".repeat(100_000)), &[]).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in ".*", signs in r#"[-()\[\]."a1<>=?@,* +/]{0,60}"#) {
        for text in [text, signs] {
            if let Ok(expr) = feel::parse_expression(&text, &[]) {
                feel::evaluate(&expr, &Scope::new(&Value::Null));
            }
            if let Ok(tests) = feel::parse_tests(&text, &[]) {
                feel::test(&tests, &Value::from(1), &Scope::new(&Value::Null));
            }
            let _ = rules::Table::parse(&text);
            let _ = rules::Assertions::parse(&text);
        }
    }

    #[test]
    fn words_of_the_language_never_panic(words in prop::collection::vec(
        prop::sample::select(vec!["1", "\"P1M\"", "@\"2026-01-31\"", "+", "-", "*", "**", "/", "(", ")", "[", "]", "..", "in", "and", "or",
            "not(", "if", "then", "else", "some", "every", "satisfies", "x", "?", "date(", "\"9999-12-31\"", "99999999999", "<", "=", ",", ".day", "duration(\"P99999999D\")"]),
        0..14,
    )) {
        let text = words.join(" ");
        if let Ok(expr) = feel::parse_expression(&text, &[]) {
            feel::evaluate(&expr, &Scope::new(&Value::Null));
        }
        if let Ok(tests) = feel::parse_tests(&text, &[]) {
            feel::test(&tests, &Value::from(1), &Scope::new(&Value::Null));
        }
    }
}
