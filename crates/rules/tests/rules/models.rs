//! DMN models: requirements, types, functions, boxed expressions, and what is wrong with them.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rules::{
    Finding, Value,
    dmn::{Library, Model},
    feel,
};

const ON: Date = date(2026, 3, 1);

fn model(text: &str) -> Model {
    let (model, findings) = Model::parse(text);
    model.unwrap_or_else(|| panic!("{findings:?}"))
}

fn xml(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\" \
         namespace=\"urn:m\" id=\"m\">{body}</definitions>"
    )
}

fn decide(model: &Model, decision: &str, inputs: &Value) -> String {
    let (program, findings) = model.compile();
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    feel::literal(&program.evaluate(ON, inputs, decision).value)
}

/// A formula in the standard's own dialect.
fn strict(formula: &str) -> String {
    let body = formula.replace('&', "&amp;").replace('<', "&lt;");
    let text = xml(&format!(
        "<decision name=\"d\" id=\"d\"><literalExpression><text>{body}</text></literalExpression></decision>"
    ));
    let (model, _) = Model::from_xml(&text);
    let (program, _) = model.expect("a model").compile();
    feel::literal(&program.evaluate(ON, &Value::Null, "d").value)
}

#[test]
fn formulas_mean_what_the_standard_says() {
    let cases = [
        // Null and truth.
        ("1 = \"1\"", "null"),
        ("\"2026-01-01\" = date(\"2026-01-01\")", "null"),
        ("date(\"2026-01-01\") = date and time(\"2026-01-01T00:00:00\")", "null"),
        ("\"2026-01-01\" + duration(\"P1D\")", "null"),
        ("\"P1D\" + \"P1D\"", "\"P1DP1D\""),
        ("null < 1", "null"),
        ("1 in null", "false"),
        ("if null then 1 else 2", "2"),
        ("true and \"x\"", "null"),
        ("false and \"x\"", "false"),
        // Contexts, paths, filters.
        ("{a: 1, b: a + 1}.b", "2"),
        ("{\"full name\": \"A\", greeting: \"Hi \" + full name}.greeting", "\"Hi A\""),
        ("{a: 1, a: 2}", "null"),
        ("[{x: 1}, {x: 2}][x > 1].x", "[2]"),
        ("[1, 2, 3][item >= 2]", "[2, 3]"),
        ("[1, 2, 3][-1]", "3"),
        ("[1, 2, 3][4]", "null"),
        ("[{a: {b: 5}}].a.b", "[5]"),
        // Loops.
        ("for i in 1..3 return i * i", "[1, 4, 9]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for x in [1, 2], y in [x, 10] return x * y", "[1, 10, 4, 20]"),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        ("for d in @\"2026-01-30\"..@\"2026-02-01\" return d.day", "[30, 31, 1]"),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", "true"),
        ("every x in [] satisfies x > 1", "true"),
        // Ranges and tests.
        ("5 in [1..5]", "true"),
        ("5 in (1..5)", "false"),
        ("5 in (> 3, < 1)", "true"),
        ("5 in ([1..3], [4..6])", "true"),
        ("[1..5] = [1..5]", "true"),
        ("[1..10].end", "10"),
        ("(> 5).start included", "false"),
        ("before([1..5), 5)", "true"),
        ("meets([1..5], [5..10])", "true"),
        ("overlaps([1..5], [5..10])", "true"),
        ("includes([1..10], [2..10])", "true"),
        ("during(3, [1..5])", "true"),
        ("2 between 1 and 3", "true"),
        // Types.
        ("1 instance of number", "true"),
        ("null instance of Any", "false"),
        ("[1, \"a\"] instance of list<number>", "false"),
        ("{a: 1} instance of context<a: number>", "true"),
        ("{a: 1} instance of context<a: number, b: number>", "false"),
        ("@\"P1Y\" instance of years and months duration", "true"),
        ("(function(x) x) instance of function<Any> -> Any", "true"),
        // Functions of one's own.
        ("(function(a: number, b: number) a - b)(5, 3)", "2"),
        ("{f: function(a, b) a - b, r: f(b: 3, a: 5)}.r", "2"),
        ("{f: function(a: number) a, r: f(\"x\")}.r", "null"),
        ("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
        // The language's functions.
        ("substring(string: \"foobar\", start position: 3, length: 2)", "\"ob\""),
        ("contains(match: \"ob\", string: \"foobar\")", "true"),
        ("replace(\"banana\", \"a\", \"o\")", "\"bonono\""),
        ("replace(\"abcd\", \"(ab)|(a)\", \"[1=$1][2=$2]\")", "\"[1=ab][2=]cd\""),
        ("split(\"a;b;;c\", \";\")", "[\"a\", \"b\", \"\", \"c\"]"),
        ("string join([\"a\", null, \"b\"], \"-\")", "\"a-b\""),
        ("string([1, \"a\", {b: null}])", "\"[1, \\\"a\\\", {b: null}]\""),
        ("number(\"1 000,5\", \" \", \",\")", "1000.5"),
        ("number(\"1e2\")", "100"),
        ("append([1], 2, 3)", "[1, 2, 3]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("remove([1, 2, 3], -1)", "[1, 2]"),
        ("index of([1, 2, 1], 1)", "[1, 3]"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"),
        ("flatten([1, [2, [3]]])", "[1, 2, 3]"),
        ("sublist([1, 2, 3], 2)", "[2, 3]"),
        ("median([6, 1, 2, 3])", "2.5"),
        ("mode([6, 3, 9, 6, 6])", "[6]"),
        ("stddev([2, 4, 7, 5])", "2.081665999466132735282297707"),
        ("product([2, 3, 4])", "24"),
        ("all([true, null])", "null"),
        ("all([])", "true"),
        ("any([false, true])", "true"),
        ("sum([])", "null"),
        ("count([])", "0"),
        ("get value({a: {b: 1}}, [\"a\", \"b\"])", "1"),
        ("context put({a: 1}, \"b\", 2)", "{a: 1, b: 2}"),
        ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
        ("get entries({a: 1})[1].key", "\"a\""),
        ("date(2026, 2, 29)", "null"),
        ("date and time(date(\"2026-01-31\"), time(\"10:00:00Z\"))", "@\"2026-01-31T10:00:00Z\""),
        ("time(10, 30, 15, duration(\"PT2H\"))", "@\"10:30:15+02:00\""),
        ("day of year(date(\"2026-02-01\"))", "32"),
        ("week of year(date(\"2005-01-01\"))", "53"),
        ("date(\"2026-01-31\") + duration(\"P1M\")", "@\"2026-02-28\""),
        ("duration(\"PT24H\").days", "1"),
        ("years and months duration(date(\"2011-12-22\"), date(\"2013-08-24\"))", "@\"P1Y8M\""),
        ("is(@\"10:00:00Z\", @\"10:00:00+00:00\")", "true"),
        ("round half up(-2.5, 0)", "-3"),
        ("decimal(1115.25, -2)", "1100"),
        ("floor(1.56, 1)", "1.5"),
        // What nobody knows, what is not finished, what does not end.
        ("nobody(1)", "null"),
        ("1 +", "null"),
        ("count(for i in 1..100000000 return i)", "null"),
        ("{f: function(g) g(g), r: f(f)}.r", "null"),
        // Comments and escapes.
        ("1 /* one */ + 1 // two", "2"),
        (r#""\u0041\t\"\U01F40E""#, "\"A\\t\\\"🐎\""),
    ];
    let wrong: Vec<_> = cases
        .into_iter()
        .map(|(text, expected)| (text, strict(text), expected))
        .filter(|(_, given, expected)| given != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const FEES: &str = r#"
# fees
> 港口费 / Port dues

namespace: urn:fees
type: tShip context
type: tShip.gross tonnage number in >= 0
type: tShip.kind string in "tanker", "bulk"
type: tKinds list of string in "tanker", "bulk"
data: Ship tShip
data: Days number

## knowledge Rounded number
parameter: n number
= decimal(n, 2)

## knowledge Rate number
parameter: kind string

hit: unique
input: kind string
output: - number
default: - 0.5

| row | kind | -> | from | until | law |
|---|---|---|---|---|---|
| 1 | "tanker" | 0.3 | 2020-01-01 | 2026-01-01 | Order 1 art. 2 |
| 2 | "tanker" | 0.35 | 2026-01-01 | | Order 7 art. 1 |

## decision Dues number
> the dues of a stay
requires: Ship
requires: Days
requires: Rounded
requires: Rate
requires: Kinds
```
if list contains(Kinds, Ship.kind) // of those that pay
then Rounded(Ship.gross tonnage * Rate(kind: Ship.kind) * Days)
else 0
```

## decision Kinds tKinds
= ["tanker", "bulk"]

## service Quote number
gives: Dues
takes: Ship
takes: Days
"#;

fn ship(kind: &str, tonnage: i64) -> Value {
    Value::from([("kind", kind.into()), ("gross tonnage", Value::from(tonnage))])
}

#[test]
fn a_model_decides_for_the_day_of_an_event_and_tells_how() {
    let fees = model(FEES);
    let inputs = Value::from([("Ship", ship("tanker", 1000)), ("Days", Value::from(3))]);
    let (program, findings) = fees.compile();
    assert!(findings.is_empty(), "{findings:?}");
    let on = |day: Date| feel::literal(&program.evaluate(day, &inputs, "Dues").value);
    assert_eq!(on(date(2025, 12, 31)), "900");
    assert_eq!(on(date(2026, 1, 1)), "1050");
    assert_eq!(on(date(2019, 1, 1)), "1500");
    let answer = program.evaluate(ON, &inputs, "Quote");
    assert_eq!(feel::literal(&answer.value), "1050");
    let made: Vec<_> = answer.trace.iter().map(|made| made.decision.as_str()).collect();
    assert_eq!(made, ["Kinds", "Dues"]);
    let asked = &answer.trace[1].tables[0];
    assert_eq!((asked.table.as_str(), asked.hash.len()), ("Rate", 64));
    assert_eq!(asked.inputs, [("kind".to_owned(), "tanker".into())]);
    let hits = &asked.outcome.as_ref().expect("an answer").hits;
    assert_eq!((hits[0].row.as_str(), hits[0].law.as_str()), ("2", "Order 7 art. 1"));
}

#[test]
fn values_outside_their_types_are_null() {
    let fees = model(FEES);
    for (kind, tonnage) in [("yacht", 1000), ("tanker", -1)] {
        let inputs = Value::from([("Ship", ship(kind, tonnage)), ("Days", Value::from(3))]);
        assert_eq!(decide(&fees, "Dues", &inputs), "0", "{kind} {tonnage}");
    }
    let inputs = Value::from([("Ship", ship("bulk", 10)), ("Days", "three".into())]);
    assert_eq!(decide(&fees, "Dues", &inputs), "null");
    // A member that is missing is null; one of another type makes the whole null.
    let ship = Value::from([("kind", "bulk".into())]);
    assert_eq!(decide(&fees, "Dues", &Value::from([("Ship", ship), ("Days", Value::from(1))])), "null");
}

#[test]
fn every_written_form_means_the_same() {
    let fees = model(FEES);
    let text = fees.to_text();
    assert_eq!(model(&text).to_text(), text);
    let (again, findings) = Model::from_xml(&fees.to_xml());
    assert!(findings.is_empty(), "{findings:?}");
    let again = again.expect("a model");
    assert_eq!(again.to_text(), text);
    let inputs = Value::from([("Ship", ship("tanker", 1000)), ("Days", Value::from(3))]);
    assert_eq!(decide(&again, "Dues", &inputs), "1050");
}

#[test]
fn the_tables_of_the_sample_port_survive_xml() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ports/dalian/tables");
    for file in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let text = std::fs::read_to_string(&file).expect("a file");
        let table = rules::Table::parse(&text).0.expect("a table");
        let (again, findings) = Model::from_xml(&Model::of_table(&table.source).to_xml());
        assert!(findings.is_empty(), "{findings:?}");
        let source = again.expect("a model").to_table().expect("a table");
        let (again, _) = rules::Table::compile(&source);
        assert_eq!(again.expect("a table").hash, table.hash, "{}", file.display());
    }
}

#[test]
fn boxed_expressions_are_read_evaluated_and_written() {
    let formula = |text: &str| format!("<literalExpression><text>{text}</text></literalExpression>");
    let context = format!(
        "<context><contextEntry><variable name=\"full name\"/>{}</contextEntry><contextEntry>{}</contextEntry></context>",
        formula("\"A\" + \"B\""),
        formula("full name + \"C\"")
    );
    let relation = format!(
        "<relation><column name=\"a\"/><column name=\"b b\"/><row>{}{}</row><row>{}{}</row></relation>",
        formula("1"),
        formula("2"),
        formula("3"),
        formula("4")
    );
    let function = format!(
        "<functionDefinition><formalParameter name=\"x\" typeRef=\"number\"/>{}</functionDefinition>",
        formula("x * 2")
    );
    let call = format!(
        "<invocation>{}<binding><parameter name=\"x\"/>{}</binding></invocation>",
        formula("Double"),
        formula("21")
    );
    let builtin = format!(
        "<invocation>{}<binding><parameter name=\"string\"/>{}</binding><binding><parameter name=\"match\"/>{}</binding></invocation>",
        formula("starts with"),
        formula("\"abc\""),
        formula("\"ab\"")
    );
    let when = format!(
        "<conditional><if>{}</if><then>{}</then><else>{}</else></conditional>",
        formula("1 > 2"),
        formula("1"),
        formula("2")
    );
    let each = format!(
        "<for iteratorVariable=\"i\"><in>{}</in><return>{}</return></for>",
        formula("[1, 2]"),
        formula("i + 1")
    );
    let some = format!(
        "<every iteratorVariable=\"i\"><in>{}</in><satisfies>{}</satisfies></every>",
        formula("[1, 2]"),
        formula("i > 1")
    );
    let filter = format!("<filter><in>{}</in><match>{}</match></filter>", formula("[1, 2, 3]"), formula("item > 1"));
    let list = format!("<list>{}{}</list>", formula("1"), formula("\"x\""));
    let decisions = [
        ("context", context, "\"ABC\""),
        ("relation", relation, "[{a: 1, \"b b\": 2}, {a: 3, \"b b\": 4}]"),
        ("call", call, "42"),
        ("builtin", builtin, "true"),
        ("when", when, "2"),
        ("each", each, "[2, 3]"),
        ("some", some, "false"),
        ("filter", filter, "[2, 3]"),
        ("list", list, "[1, \"x\"]"),
    ];
    let mut body = format!("<decision name=\"Double\" id=\"f\">{function}</decision>");
    for (name, logic, _) in &decisions {
        body += &format!(
            "<decision name=\"{name}\" id=\"{name}\"><informationRequirement><requiredDecision href=\"#f\"/>\
             </informationRequirement>{logic}</decision>"
        );
    }
    let (read, findings) = Model::from_xml(&xml(&body));
    assert!(findings.is_empty(), "{findings:?}");
    let read = read.expect("a model");
    let (from_xml, _) = Model::from_xml(&read.to_xml());
    for form in [&read, &model(&read.to_text()), &from_xml.expect("a model")] {
        for (name, _, expected) in &decisions {
            assert_eq!(decide(form, name, &Value::Null), *expected, "{name}\n{}", form.to_text());
        }
    }
}

#[test]
fn models_use_each_other() {
    let base = xml("<itemDefinition name=\"tAge\"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>\
        <inputData name=\"Person\" id=\"p\"><variable name=\"Person\" typeRef=\"Any\"/></inputData>\
        <businessKnowledgeModel name=\"Say Hello\" id=\"hello\"><variable name=\"Say Hello\"/><encapsulatedLogic><formalParameter name=\"who\"/>\
        <literalExpression><text>\"Hello \" + who</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>\
        <decision name=\"Name\" id=\"n\"><informationRequirement><requiredInput href=\"#p\"/></informationRequirement>\
        <literalExpression><text>Person.name</text></literalExpression></decision>")
        .replace("urn:m", "urn:base");
    let user = xml(
        "<import name=\"base\" namespace=\"urn:base\" importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>\
        <decision name=\"Greeting\" id=\"g\"><knowledgeRequirement><requiredKnowledge href=\"urn:base#hello\"/></knowledgeRequirement>\
        <informationRequirement><requiredDecision href=\"urn:base#n\"/></informationRequirement>\
        <literalExpression><text>base.Say Hello(base.Name)</text></literalExpression></decision>\
        <decision name=\"Age\" id=\"a\"><variable name=\"Age\" typeRef=\"base.tAge\"/><literalExpression><text>200</text></literalExpression></decision>",
    );
    let mut library = Library::default();
    library.add(Model::from_xml(&base).0.expect("a model"));
    let user = Model::from_xml(&user).0.expect("a model");
    let (program, findings) = library.compile(&user);
    assert!(findings.is_empty(), "{findings:?}");
    let inputs = Value::from([("base", Value::from([("Person", Value::from([("name", "Ada".into())]))]))]);
    assert_eq!(feel::literal(&program.evaluate(ON, &inputs, "Greeting").value), "\"Hello Ada\"");
    assert_eq!(feel::literal(&program.evaluate(ON, &inputs, "Age").value), "null");
    let (_, findings) = user.compile();
    assert!(findings.iter().any(|finding| finding.code == "PQ-RULES-IMPORT"), "{findings:?}");
}

fn codes(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(|finding| format!("{} {} {}", finding.code, finding.line, finding.element.as_deref().unwrap_or("-")))
        .collect()
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let told = |text: &str| {
        let (model, mut findings) = Model::from_xml(text);
        findings.extend(model.map(|model| Library::default().review(&model)).unwrap_or_default());
        codes(&findings)
    };
    assert_eq!(told("<a><b></a>"), ["PQ-RULES-XML 1 -"]);
    assert_eq!(told("<!DOCTYPE x [<!ENTITY e \"e\">]><x>&e;</x>"), ["PQ-RULES-XML 1 -"]);
    assert_eq!(told("<x/>"), ["PQ-RULES-XML 1 -"]);
    assert_eq!(told(""), ["PQ-RULES-XML 1 -"]);
    assert_eq!(told(&"<a>".repeat(5000)), ["PQ-RULES-XML 1 -"]);
    assert_eq!(
        told(&xml(
            "\n<decision name=\"d\" id=\"d\">\n<literalExpression expressionLanguage=\"urn:js\"><text>1</text></literalExpression></decision>"
        )),
        ["PQ-RULES-LANGUAGE 4 -"]
    );
    assert_eq!(
        told(&xml(
            "\n<decision name=\"d\" id=\"d\"><literalExpression><text>1 +</text></literalExpression></decision>"
        )),
        ["PQ-RULES-CELL 3 d"]
    );
    let requires = |name: &str, other: &str| {
        format!(
            "\n<decision name=\"{name}\" id=\"{name}\"><informationRequirement><requiredDecision href=\"#{other}\"/></informationRequirement><literalExpression><text>1</text></literalExpression></decision>"
        )
    };
    assert_eq!(
        told(&xml(&(requires("a", "b") + &requires("b", "a") + &requires("c", "a")))),
        ["PQ-RULES-CIRCLE 3 a", "PQ-RULES-CIRCLE 4 b", "PQ-RULES-CIRCLE 5 c"]
    );
    assert_eq!(told(&xml(&requires("a", "zzz"))), ["PQ-RULES-REFERENCE 3 -"]);
    assert_eq!(
        told(&xml(
            "<itemDefinition name=\"a\"><typeRef>b</typeRef></itemDefinition><itemDefinition name=\"b\"><typeRef>a</typeRef></itemDefinition>"
        )),
        ["PQ-RULES-CIRCLE 2 a", "PQ-RULES-CIRCLE 2 b"]
    );
}

#[test]
fn a_table_that_is_not_fit_is_refused_with_row_and_column() {
    let text = "# m\ndata: n number\n\n## decision d number\nrequires: n\n\nhit: unique\ninput: n number\noutput: o number\n\n\
        | row | n | -> o | from | until | law |\n|-|-|-|-|-|-|\n\
        | a | < 5 | 1 | 2020-01-01 | | L |\n| b | [4..9] | 2 | 2020-01-01 | | |\n| c | > 10 | 3 | | | L |\n";
    let findings = Library::default().review(&model(text));
    let told: Vec<_> = findings.iter().filter(|finding| finding.is_error()).map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "PQ-RULES-OVERLAP, line 14, in d, row b, column n: overlaps row a: n [4..5)",
            "PQ-RULES-GAP, in d, column n: no row covers n (9..10] from 2020-01-01",
            "PQ-RULES-GAP, in d, column n: no row covers n <= 10",
            "PQ-RULES-EMPTY, line 14, in d, row b, column law: this cell must not be empty",
            "PQ-RULES-EMPTY, line 15, in d, row c, column from: this cell must not be empty",
        ]
    );
}

proptest! {
    #[test]
    fn any_text_is_a_finding_and_no_panic(text in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for text in [text.clone(), String::from_utf8_lossy(&bytes).into_owned(), xml(&text), format!("# m\n{text}\n## decision d\n{text}\n")] {
            let (read, _) = Model::from_xml(&text);
            for model in [read, Model::parse(&text).0].into_iter().flatten() {
                Library::default().review(&model);
                let _ = (model.to_xml(), model.to_text());
            }
        }
    }

    #[test]
    fn elements_in_any_order_never_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "<decision name=\"d\" id=\"d\">", "</decision>", "<decisionTable hitPolicy=\"COLLECT\" aggregation=\"SUM\">", "</decisionTable>",
        "<input>", "</input>", "<inputExpression><text>a</text></inputExpression>", "<output/>", "<rule>", "</rule>",
        "<inputEntry><text>&lt; 1</text></inputEntry>", "<outputEntry><text>1</text></outputEntry>", "<context>", "</context>",
        "<contextEntry>", "</contextEntry>", "<invocation>", "</invocation>", "<requiredDecision href=\"#d\"/>",
        "<informationRequirement>", "</informationRequirement>", "<itemDefinition name=\"t\">", "</itemDefinition>", "<typeRef>t</typeRef>",
        "<literalExpression><text>for i in 1..3 return i</text></literalExpression>", "<relation><row/></relation>",
        "<businessKnowledgeModel name=\"b\" id=\"b\">", "</businessKnowledgeModel>", "<encapsulatedLogic>", "</encapsulatedLogic>",
        "<decisionService name=\"s\" id=\"s\"><outputDecision href=\"#d\"/></decisionService>", "<!-- x -->", "<![CDATA[x]]>", "&#x41;",
    ]), 0..30)) {
        let (read, _) = Model::from_xml(&xml(&parts.concat()));
        if let Some(model) = read {
            let (program, _) = model.compile();
            for decision in ["d", "b", "s", "none"] {
                program.evaluate(ON, &Value::Null, decision);
            }
            let text = model.to_text();
            if let (Some(again), _) = Model::parse(&text) {
                prop_assert_eq!(again.to_text(), text);
            }
        }
    }
}
