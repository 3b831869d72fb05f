//! From cells as text to a table that can be evaluated.

use std::{collections::BTreeSet, sync::Arc};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{
    Hit, HitPolicy, Input, InputSource, Kind, Output, OutputSource, Row, RowSource, Table, TableSource, index::Index,
};
use crate::{
    Finding, Value,
    feel::{self, Expr, Scope, SyntaxError, Test, Tests, Type, Vocabulary},
    markdown,
};

impl Table {
    /// Understands every cell; there is no table when a finding is an error.
    pub fn compile(source: &TableSource) -> (Option<Table>, Vec<Finding>) {
        Self::compile_with(source, &Names::of(source))
    }

    /// Understands every cell as a model does, in the standard's dialect: types are those of the model, rows need
    /// neither dates nor law, and what can never match is only a warning.
    pub(crate) fn compile_in(source: &TableSource, vocabulary: &Vocabulary<'_>) -> (Option<Table>, Vec<Finding>) {
        Self::compile_with(source, &Names::within(vocabulary))
    }

    fn compile_with(source: &TableSource, names: &Names<'_>) -> (Option<Table>, Vec<Finding>) {
        let mut findings = check_shape(source, names.is_strict());
        let inputs: Vec<_> =
            source.inputs.iter().filter_map(|input| compile_input(input, names, &mut findings)).collect();
        let outputs: Vec<_> =
            source.outputs.iter().filter_map(|output| compile_output(output, names, &mut findings)).collect();
        if outputs.len() != source.outputs.len() || inputs.len() != source.inputs.len() {
            return (None, findings);
        }
        let mut ids = BTreeSet::new();
        let mut rows = Vec::new();
        for row in &source.rows {
            if !row.id.is_empty() && !ids.insert(&row.id) {
                findings.push(
                    Finding::error(row.line, "PQ-RULES-ROW", "行号重复", "two rows have the same id").in_row(&row.id),
                );
            }
            rows.extend(compile_row(row, (&inputs, &outputs), names, &mut findings));
        }
        let table = Table {
            name: source.name.clone(),
            title: source.title.clone(),
            hit: source.hit,
            inputs,
            outputs,
            rows,
            hash: hash(&source.to_text()),
            source: source.clone(),
            index: None,
        };
        let index = Index::of(&table).map(std::sync::Arc::new);
        let table = Table { index, ..table };
        (Some(table).filter(|_| !findings.iter().any(Finding::is_error)), findings)
    }
}

pub(crate) fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check_shape(source: &TableSource, strict: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fault = |zh: &str, en: &str| findings.push(Finding::error(0, "PQ-RULES-SHAPE", zh, en));
    if source.outputs.is_empty() {
        fault("没有输出列", "there is no output");
    }
    if matches!(source.hit, HitPolicy::Sum | HitPolicy::Min | HitPolicy::Max) && source.outputs.len() > 1 {
        fault("汇总策略只能有一个输出列", "an aggregation takes one output only");
    }
    if matches!(source.hit, HitPolicy::Priority | HitPolicy::OutputOrder)
        && source.outputs.iter().all(|output| output.values.is_empty())
        // In a model the type may say them.
        && !strict
    {
        fault(
            "此命中策略要求输出列声明取值及其次序（in）",
            "this hit policy asks for outputs with values in their order (in)",
        );
    }
    let mut seen = BTreeSet::new();
    let headings = source
        .inputs
        .iter()
        .map(|input| input.name.clone())
        .chain(source.outputs.iter().map(|output| format!("-> {}", output.name)));
    for heading in headings.filter(|_| !strict) {
        if !seen.insert(heading.clone()) {
            fault(&format!("“{heading}”声明了两次"), &format!("“{heading}” is declared twice"));
        }
    }
    findings
}

/// The names that cells may use.
struct Names<'s> {
    /// Names and members whose spelling holds spaces or signs.
    special: Vec<&'s str>,
    /// First steps of the inputs' paths.
    roots: Vec<&'s str>,
    /// An input that is an expression may take any name from the data, and so may the cells beside it.
    open: bool,
    /// The model in which the table stands.
    model: Option<&'s Vocabulary<'s>>,
}

impl<'s> Names<'s> {
    fn of(source: &'s TableSource) -> Self {
        let paths = || source.inputs.iter().map(|input| input.name.as_str());
        Names {
            special: paths().flat_map(|path| path.split('.')).collect(),
            roots: paths().filter_map(|path| path.split('.').next()).collect(),
            open: source.inputs.iter().any(|input| !input.expression.is_empty()),
            model: None,
        }
    }

    fn within(model: &'s Vocabulary<'s>) -> Self {
        Names { special: Vec::new(), roots: Vec::new(), open: true, model: Some(model) }
    }

    fn is_strict(&self) -> bool {
        self.model.is_some()
    }

    fn vocabulary(&self) -> Vocabulary<'_> {
        self.model.copied().unwrap_or(Vocabulary { names: &self.special, ..Default::default() })
    }

    fn expression(&self, text: &str) -> Result<Expr, SyntaxError> {
        let expr = self.vocabulary().expression(text)?;
        let mut unknown = None;
        expr.visit_names(&mut |name| self.note(name, false, &mut unknown));
        unknown.map_or(Ok(expr), |name| Err(stranger(&name)))
    }

    fn tests(&self, text: &str) -> Result<Tests, SyntaxError> {
        let tests = self.vocabulary().tests(if text.is_empty() { "-" } else { text })?;
        let mut unknown = None;
        if let Tests::Some(list) | Tests::Not(list) = &tests {
            list.iter().for_each(|test| test.visit_names(&mut |name| self.note(name, true, &mut unknown)));
        }
        unknown.map_or(Ok(tests), |name| Err(stranger(&name)))
    }

    fn note(&self, name: &str, item: bool, unknown: &mut Option<String>) {
        if !(self.open || self.roots.contains(&name) || (item && name == "?")) {
            *unknown = Some(name.to_owned());
        }
    }
}

/// Mostly a text whose quotes were forgotten.
fn stranger(name: &str) -> SyntaxError {
    SyntaxError {
        at: 0,
        zh: format!("没有名为“{name}”的输入；文本须加引号"),
        en: format!("no input is called “{name}”; texts stand in quotes"),
    }
}

fn syntax(line: usize, column: &str, error: SyntaxError) -> Finding {
    let at = error.at + 1;
    let finding = Finding::error(
        line,
        "PQ-RULES-CELL",
        format!("{}（第 {at} 字节）", error.zh),
        format!("{} (byte {at})", error.en),
    );
    finding.in_column(column)
}

fn compile_input(source: &InputSource, names: &Names<'_>, findings: &mut Vec<Finding>) -> Option<Input> {
    if names.is_strict() {
        return typed_input(source, names, findings);
    }
    let mut failed = |error| findings.push(syntax(source.line, &source.name, error));
    let Some(kind) = Kind::from_word(&source.kind) else {
        failed(SyntaxError {
            at: 0, zh: "应为“名称 类型”".into(), en: "a name and a kind are expected".into()
        });
        return None;
    };
    let values = (!source.values.is_empty()).then(|| names.tests(&source.values)).transpose();
    // The input's own expression may take any name: it says where the value comes from.
    let expression =
        (!source.expression.is_empty()).then(|| names.vocabulary().expression(&source.expression)).transpose();
    Some(Input {
        name: source.name.clone(),
        kind,
        values: values.map_err(&mut failed).ok()?,
        expression: expression.map_err(&mut failed).ok()?,
        path: source.name.split('.').map(str::to_owned).collect(),
    })
}

fn compile_output(source: &OutputSource, names: &Names<'_>, findings: &mut Vec<Finding>) -> Option<Output> {
    let column = format!("-> {}", source.name);
    let mut failed = |error| findings.push(syntax(source.line, &column, error));
    let of = match names.is_strict().then(|| names.vocabulary().type_name(&source.kind)) {
        _ if source.kind.is_empty() => None,
        None => None,
        Some(Ok(of)) => Some(of),
        Some(Err(error)) => {
            failed(error);
            return None;
        }
    };
    let kind = match source.kind.as_str() {
        "" => Kind::Any,
        _ if names.is_strict() => of.as_ref().map_or(Kind::Any, Kind::of_type),
        word => match Kind::from_word(word) {
            Some(kind) => kind,
            None => {
                failed(SyntaxError { at: 0, zh: "不认识的类型".into(), en: "this kind is not known".into() });
                return None;
            }
        },
    };
    let values = match source.values.as_str() {
        "" => of.as_ref().and_then(Type::values).and_then(|tests| constants(tests.clone())).unwrap_or_default(),
        text => match names.tests(text).map(constants) {
            Ok(Some(values)) => values,
            Ok(None) if names.is_strict() => Vec::new(),
            Ok(None) => {
                failed(SyntaxError { at: 0, zh: "应列出取值".into(), en: "a list of values is expected".into() });
                return None;
            }
            Err(error) => {
                failed(error);
                return None;
            }
        },
    };
    let default = (!source.default.is_empty())
        .then(|| names.expression(&source.default))
        .transpose()
        .map_err(&mut failed)
        .ok()?;
    let of = of.map(std::sync::Arc::new);
    let default = default.map(|expr| typed(expr, &of));
    Some(Output { name: source.name.clone(), kind, values, default, of })
}

/// An input of a model: an expression brought to its type.
fn typed_input(source: &InputSource, names: &Names<'_>, findings: &mut Vec<Finding>) -> Option<Input> {
    let mut failed = |error| findings.push(syntax(source.line, &source.name, error));
    let vocabulary = names.vocabulary();
    let of = if source.kind.is_empty() { Ok(Type::Any) } else { vocabulary.type_name(&source.kind) };
    let of = of.map_err(&mut failed).ok()?;
    let written = if source.expression.is_empty() { &source.name } else { &source.expression };
    let expression = vocabulary.expression(written).map_err(&mut failed).ok()?;
    let values = if source.values.is_empty() {
        of.values().cloned()
    } else {
        Some(names.tests(&source.values).map_err(&mut failed).ok()?)
    };
    Some(Input {
        name: source.name.clone(),
        kind: Kind::of_type(&of),
        values,
        expression: Some(typed(expression, &Some(std::sync::Arc::new(of)))),
        path: Vec::new(),
    })
}

/// An expression brought to a type, at once where it is a constant.
fn typed(expr: Expr, of: &Option<std::sync::Arc<Type>>) -> Expr {
    match (expr, of) {
        (expr, None) => expr,
        (expr, Some(of)) if matches!(**of, Type::Any) => expr,
        (Expr::Const(value), Some(of)) => Expr::Const(of.conform(value)),
        (expr, Some(of)) => Expr::Typed(expr.into(), of.clone()),
    }
}

fn constants(tests: Tests) -> Option<Vec<Value>> {
    let Tests::Some(tests) = tests else { return None };
    let values = tests.into_iter().map(|test| match test {
        Test::Value(Expr::Const(value)) => Some(value),
        _ => None,
    });
    values.collect()
}

fn compile_row(
    source: &RowSource,
    (inputs, outputs): (&[Input], &[Output]),
    names: &Names<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Row> {
    let before = findings.len();
    check_row(source, (inputs.len(), outputs.len()), names.is_strict(), findings);
    let window = if source.from.is_empty() {
        // A row of a model that says nothing of time is always in force.
        names.is_strict().then_some((Date::MIN, None))
    } else {
        markdown::validity(&source.from, &source.until, (source.line, &source.id), findings)
    };
    let mut tests = Vec::new();
    let mut doubts = Vec::new();
    for (cell, input) in source.tests.iter().zip(inputs) {
        match names.tests(cell).and_then(|tests| match suited(tests.clone(), input) {
            Err(error) if names.is_strict() => {
                doubts.push(syntax(source.line, &input.name, error).in_row(&source.id).doubted());
                Ok(tests)
            }
            other => other,
        }) {
            Ok(test) => tests.push((test, cell.clone())),
            Err(error) => findings.push(syntax(source.line, &input.name, error).in_row(&source.id)),
        }
    }
    let mut answers = Vec::new();
    for (cell, output) in source.outputs.iter().zip(outputs) {
        let column = format!("-> {}", output.name);
        let answer = if cell.is_empty() || cell == "-" { Ok(Expr::Const(Value::Null)) } else { names.expression(cell) };
        match answer.and_then(|expr| match fitting(settle(expr.clone(), names.is_strict()), output) {
            Err(error) if names.is_strict() => {
                doubts.push(syntax(source.line, &column, error).in_row(&source.id).doubted());
                Ok(expr)
            }
            other => other,
        }) {
            Ok(expr) => answers.push(typed(expr, &output.of)),
            Err(error) => findings.push(syntax(source.line, &column, error).in_row(&source.id)),
        }
    }
    let (from, until): (Date, Option<Date>) = window?;
    let clean = findings.len() == before;
    findings.append(&mut doubts);
    clean.then(|| Row {
        answer: constant_answer(source, &answers, outputs).map(Arc::new),
        id: source.id.clone(),
        tests,
        outputs: answers,
        from,
        until,
        law: source.law.clone(),
        notes: source.notes.clone(),
        line: source.line,
    })
}

/// What a row answers whatever is asked; none where an output is reckoned from the inputs.
fn constant_answer(source: &RowSource, answers: &[Expr], outputs: &[Output]) -> Option<Hit> {
    let named = outputs.iter().zip(answers).map(|(output, answer)| match answer {
        Expr::Const(value) => Some((output.name.clone(), value.clone())),
        _ => None,
    });
    Some(Hit {
        row: source.id.clone(),
        law: source.law.clone(),
        outputs: named.collect::<Option<_>>()?,
        notes: source.notes.clone(),
    })
}

fn check_row(source: &RowSource, columns: (usize, usize), strict: bool, findings: &mut Vec<Finding>) {
    for (column, cell) in [("row", &source.id), ("from", &source.from), ("law", &source.law)] {
        if cell.is_empty() && !strict {
            let finding = Finding::error(source.line, "PQ-RULES-EMPTY", "此格不得为空", "this cell must not be empty");
            findings.push(finding.in_row(&source.id).in_column(column));
        }
    }
    if (source.tests.len(), source.outputs.len()) != columns {
        let finding =
            Finding::error(source.line, "PQ-RULES-CELLS", "格数与列数不符", "the row has too few or too many cells");
        findings.push(finding.in_row(&source.id));
    }
}

/// Constants of another kind, or outside the declared values, would never match: mostly a slip of the pen.
fn suited(tests: Tests, input: &Input) -> Result<Tests, SyntaxError> {
    let (Tests::Some(list) | Tests::Not(list)) = &tests else { return Ok(tests) };
    let mut constants: Vec<(&Value, bool)> = Vec::new();
    for test in list {
        match test {
            Test::Value(Expr::Const(Value::List(items))) if input.kind != Kind::List => {
                constants.extend(items.iter().map(|item| (item, true)));
            }
            Test::Value(Expr::Const(value)) => constants.push((value, true)),
            Test::Compare(_, Expr::Const(value)) => constants.push((value, false)),
            Test::Range(low, _, high, _) => constants.extend([low, high].into_iter().filter_map(|end| match end {
                Expr::Const(value) => Some((value, false)),
                _ => None,
            })),
            _ => {}
        }
    }
    // A limit need not be whole, and a list may be asked for one of its items.
    let kind = match input.kind {
        Kind::Integer => Kind::Number,
        Kind::List => Kind::Any,
        kind => kind,
    };
    let scope = Scope::new(&Value::Null);
    for (value, equality) in constants.into_iter().filter(|(value, _)| **value != Value::Null) {
        let Some(value) = kind.fit(value) else {
            return Err(SyntaxError { at: 0, zh: "类型不符".into(), en: "the value is of another kind".into() });
        };
        let allowed = input.values.as_ref().is_none_or(|values| feel::test(values, &value, &scope) != Some(false));
        if equality && !allowed && kind != Kind::Any {
            return Err(SyntaxError {
                at: 0,
                zh: "不在声明的取值之中".into(),
                en: "the value is not among those declared".into(),
            });
        }
    }
    Ok(tests)
}

/// An expression without names is evaluated once, here.
fn settle(expr: Expr, strict: bool) -> Expr {
    let mut named = expr.is_function();
    expr.visit_names(&mut |_| named = true);
    let scope = if strict { Scope::strict(&Value::Null) } else { Scope::new(&Value::Null) };
    if named { expr } else { Expr::Const(feel::evaluate(&expr, &scope).into_owned()) }
}

/// A constant is checked against the kind and the allowed values of its column.
fn fitting(expr: Expr, output: &Output) -> Result<Expr, SyntaxError> {
    let Expr::Const(value) = &expr else { return Ok(expr) };
    if *value == Value::Null {
        return Ok(expr);
    }
    let Some(value) = output.kind.fit(value) else {
        return Err(SyntaxError { at: 0, zh: "类型不符".into(), en: "the value is of another kind".into() });
    };
    if !output.values.is_empty() && !output.values.iter().any(|allowed| feel::equal(allowed, &value) == Some(true)) {
        return Err(SyntaxError {
            at: 0,
            zh: "不在允许的取值之中".into(),
            en: "the value is not among those allowed".into(),
        });
    }
    Ok(Expr::Const(value.into_owned()))
}
