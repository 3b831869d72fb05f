//! The DMN Technology Compatibility Kit as a judge: decision tables and literal expressions of its compliance level 2.
//! Reads just as much of the XML as these need.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::civil::date;
use quick_xml::{Reader, events::Event};
use rules::{
    HitPolicy, InputSource, OutputSource, RowSource, Table, TableSource, Value,
    feel::{self, Expr, Scope},
};

#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }

    fn words(&self) -> String {
        self.first("text").map_or("", |text| text.text.trim()).to_owned()
    }
}

fn read(path: &Path) -> Element {
    let text = fs::read_to_string(path).expect("a file");
    let mut reader = Reader::from_str(&text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => open.push(element(&start)),
            Event::Empty(empty) => {
                let child = element(&empty);
                open.last_mut().expect("an element").children.push(child);
            }
            Event::End(_) => {
                let child = open.pop().expect("an element");
                open.last_mut().expect("an element").children.push(child);
            }
            Event::Text(text) => open.last_mut().expect("an element").text += &text.decode().expect("text"),
            Event::GeneralRef(reference) => {
                let name = reference.decode().expect("text");
                let point = reference.resolve_char_ref().expect("a reference").map(String::from);
                let plain = point.or_else(|| quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned));
                open.last_mut().expect("an element").text += &plain.expect("a known reference");
            }
            Event::Eof => return open.remove(0).children.remove(0),
            _ => {}
        }
    }
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Element {
    let own = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.expect("an attribute");
        (own(attribute.key.local_name().as_ref()), attribute.unescape_value().expect("a value").into_owned())
    });
    Element { name: own(start.local_name().as_ref()), attributes: attributes.collect(), ..Default::default() }
}

fn kind(word: &str) -> String {
    // Types of the model's own are not read here.
    if rules::Kind::from_word(word).is_some() { word.to_owned() } else { "any".to_owned() }
}

fn table(decision: &Element, dmn: &Element) -> Table {
    let name = decision.get("name").to_owned();
    let part = |element: &Element, child: &str| element.first(child).map(Element::words).unwrap_or_default();
    let inputs = dmn.all("input").map(|input| {
        let expression = input.first("inputExpression").expect("an expression");
        InputSource {
            name: expression.words(),
            kind: kind(expression.get("typeRef")),
            values: part(input, "inputValues"),
            ..Default::default()
        }
    });
    let outputs = dmn.all("output").map(|output| OutputSource {
        name: output.get("name").to_owned(),
        kind: kind(output.get("typeRef")),
        values: part(output, "outputValues"),
        default: part(output, "defaultOutputEntry"),
        line: 0,
    });
    let rows = dmn.all("rule").enumerate().map(|(nth, rule)| RowSource {
        id: (nth + 1).to_string(),
        tests: rule.all("inputEntry").map(Element::words).collect(),
        outputs: rule.all("outputEntry").map(Element::words).collect(),
        from: "0001-01-01".into(),
        law: "DMN".into(),
        ..Default::default()
    });
    let policy = match (dmn.get("hitPolicy"), dmn.get("aggregation")) {
        ("", _) => "unique".to_owned(),
        ("COLLECT", aggregation) => format!("collect {aggregation}"),
        (policy, _) => policy.to_owned(),
    };
    let hit = HitPolicy::from_word(&policy).expect("a policy");
    let source = TableSource {
        name,
        title: String::new(),
        hit,
        inputs: inputs.collect(),
        outputs: outputs.collect(),
        rows: rows.collect(),
    };
    let (table, findings) = Table::compile(&source);
    table.unwrap_or_else(|| panic!("{findings:?}"))
}

enum Logic {
    Table(Box<Table>),
    Literal(Expr),
}

fn logic(model: &Element) -> BTreeMap<String, Logic> {
    let names: Vec<&str> = model.all("inputData").map(|data| data.get("name")).collect();
    let decisions = model.all("decision").filter(|decision| decision.first("knowledgeRequirement").is_none());
    let read = decisions.filter_map(|decision| {
        let logic = match (decision.first("decisionTable"), decision.first("literalExpression")) {
            (Some(dmn), _) => Logic::Table(table(decision, dmn).into()),
            (_, Some(literal)) => {
                Logic::Literal(feel::parse_expression(&literal.words(), &names).expect("an expression"))
            }
            _ => return None,
        };
        Some((decision.get("name").to_owned(), logic))
    });
    read.collect()
}

fn value(element: &Element) -> Value {
    if let Some(list) = element.first("list") {
        return Value::List(list.all("item").map(value).collect());
    }
    if element.first("component").is_some() {
        return Value::Map(element.all("component").map(|part| (part.get("name").to_owned(), value(part))).collect());
    }
    let Some(written) = element.first("value").filter(|value| value.get("nil") != "true") else { return Value::Null };
    let text = written.text.as_str();
    match written.get("type").rsplit(':').next().unwrap_or("") {
        "boolean" => Value::Bool(text == "true"),
        "string" => Value::from(text),
        "decimal" | "double" | "integer" => {
            Value::Number(text.parse().or_else(|_| rust_decimal::Decimal::from_scientific(text)).expect("a number"))
        }
        _ => feel::evaluate(
            &feel::parse_expression(&format!("@\"{text}\""), &[]).expect("a value"),
            &Scope::new(&Value::Null),
        )
        .into_owned(),
    }
}

/// Numbers agree to eight places, as the kit asks.
fn agree(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => (left - right).abs() < rust_decimal::Decimal::new(1, 8),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| agree(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| agree(value, other)))
        }
        _ => left == right,
    }
}

#[test]
fn the_compatibility_kit_agrees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/dmn");
    if !folder.exists() {
        #[expect(clippy::disallowed_methods, reason = "a missing corpus fails only where everything must be there")]
        let must = std::env::var("CI").is_ok();
        assert!(!must, "the corpus {} is missing", folder.display());
        eprintln!("SKIPPED: the corpus {} is missing", folder.display());
        return;
    }
    let (mut passed, mut failed) = (0, Vec::new());
    let mut folders: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let files: Vec<_> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        let of_kind = |kind: &str| {
            files
                .iter()
                .filter(move |file| file.extension().is_some_and(|end| end == kind))
                .cloned()
                .collect::<Vec<_>>()
        };
        let Some(model) = of_kind("dmn").first().map(|path| read(path)) else { continue };
        let decisions = logic(&model);
        for case in of_kind("xml")
            .iter()
            .map(|path| read(path))
            .collect::<Vec<_>>()
            .iter()
            .flat_map(|suite| suite.all("testCase"))
        {
            let inputs =
                Value::Map(case.all("inputNode").map(|node| (node.get("name").to_owned(), value(node))).collect());
            for wanted in case.all("resultNode") {
                let result = match decisions.get(wanted.get("name")) {
                    None => continue,
                    // Where a table has no answer, DMN's answer is null.
                    Some(Logic::Table(table)) => {
                        table.evaluate(date(2026, 1, 1), &inputs).map(|answer| answer.value()).unwrap_or_default()
                    }
                    Some(Logic::Literal(expr)) => feel::evaluate(expr, &Scope::new(&inputs)).into_owned(),
                };
                let expected = value(wanted.first("expected").expect("an expectation"));
                if agree(&result, &expected) {
                    passed += 1;
                } else {
                    failed.push(format!(
                        "{} {} {}: {result:?}, not {expected:?}",
                        folder.display(),
                        case.get("id"),
                        wanted.get("name")
                    ));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{passed} passed, {} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(passed >= 90, "only {passed} were judged");
}
