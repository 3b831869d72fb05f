//! `pratique rules`: decision tables and DMN models, without a store.

mod kit;

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Subcommand, ValueEnum};
use rules::{
    Assertions, Finding, Severity, Table, Value,
    dmn::{Library, Model},
};
use serde_json::json;

use crate::setup::{self, Settings, say};

/// Exit code when errors were found.
const ERRORS: u8 = 3;

/// What to do with rules.
#[derive(Subcommand)]
pub enum Rules {
    /// Runs folders of DMN models (`.dmn`) with the test cases beside them (`.xml`), as the DMN Technology Compatibility
    /// Kit has them; the last line is the count.
    Tck {
        /// The folder; those within are looked through as well.
        folder: PathBuf,
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Names every fault of tables, assertions and models, and what is to be known before they are published.
    Check {
        /// `*.table.md`, `*.assert.md`, `*.model.md` or `*.dmn`.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Writes a table or model in another form on standard output.
    Convert {
        /// `*.table.md`, `*.model.md` or `*.dmn`.
        file: PathBuf,
        /// The form.
        #[arg(long)]
        to: Form,
    },
    /// Prints the tables of the port as they count: the profile's folder, and what was published over it in the store, beside a
    /// running server as well. Without a name, their names and hashes.
    Show {
        /// The table.
        name: Option<String>,
        /// The form.
        #[arg(long, default_value = "table")]
        to: Form,
        /// Prints names and hashes as one JSON object a line.
        #[arg(long, conflicts_with_all = ["name", "to"])]
        json: bool,
    },
    /// Decides for the day of an event, and prints answers with their trace as JSON.
    Evaluate {
        /// `*.table.md`, `*.model.md` or `*.dmn`.
        file: PathBuf,
        /// The day of the event, `2026-01-31`.
        #[arg(long)]
        on: jiff::civil::Date,
        /// A file of JSON with the inputs by their names; `-` is standard input.
        #[arg(long)]
        inputs: PathBuf,
        /// Decisions or services to ask for; all decisions where none is named.
        #[arg(long)]
        decision: Vec<String>,
    },
}

/// A written form.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// DMN XML 1.3.
    Dmn,
    /// A model in Markdown.
    Model,
    /// A table in Markdown, as a port's profile has it.
    Table,
}

/// Works on rules; 0 when all is well, 1 when test cases fail or a file cannot be used, 3 when `check` finds errors.
pub fn rules(settings: &Settings, what: &Rules) -> ExitCode {
    let outcome = match what {
        Rules::Show { name, to, json } => show(settings, name.as_deref(), *to, *json),
        Rules::Tck { folder, json } => kit::run(folder, *json),
        Rules::Check { files, json } => return check(files, *json),
        Rules::Convert { file, to } => convert(file, *to),
        Rules::Evaluate { file, on, inputs, decision } => evaluate(file, *on, inputs, decision),
    };
    match outcome {
        Ok(code) => code,
        Err(why) => crate::fail(&why),
    }
}

/// What a file holds, by its name.
enum Content {
    Table(Box<Table>),
    Assertions,
    Model(Box<Model>),
}

fn read(path: &Path) -> Result<(Option<Content>, Vec<Finding>), String> {
    let text = text_of(path)?;
    let name = path.to_string_lossy();
    Ok(if name.ends_with(".table.md") {
        let (table, findings) = Table::parse(&text);
        (table.map(|table| Content::Table(table.into())), findings)
    } else if name.ends_with(".assert.md") {
        let (assertions, findings) = Assertions::parse(&text);
        (assertions.map(|_| Content::Assertions), findings)
    } else if name.ends_with(".md") {
        let (model, findings) = Model::parse(&text);
        (model.map(|model| Content::Model(model.into())), findings)
    } else {
        let (model, findings) = Model::from_xml(&text);
        (model.map(|model| Content::Model(model.into())), findings)
    })
}

fn text_of(path: &Path) -> Result<String, String> {
    let explain = |error: io::Error| format!("{}: {error}", path.display());
    if path.as_os_str() != "-" {
        return fs::read_to_string(path).map_err(explain);
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text).map_err(explain)?;
    Ok(text)
}

/// The DMN models of a folder, which may import each other; what cannot be read is told where it is asked for.
fn library(folder: &Path) -> Library {
    let mut library = Library::default();
    for path in kit::files(folder).iter().filter(|path| path.extension().is_some_and(|end| end == "dmn")) {
        let model = fs::read_to_string(path).ok().and_then(|text| Model::from_xml(&text).0);
        model.into_iter().for_each(|model| library.add(model));
    }
    library
}

fn beside(path: &Path) -> Library {
    path.parent().map(library).unwrap_or_default()
}

fn check(files: &[PathBuf], as_json: bool) -> ExitCode {
    let mut worst = 0;
    for path in files {
        let name = path.display().to_string();
        let findings = match read(path) {
            Ok((content, mut findings)) => {
                match content {
                    Some(Content::Table(table)) => findings.extend(table.findings()),
                    Some(Content::Model(model)) => findings.extend(beside(path).review(&model)),
                    Some(Content::Assertions) | None => {}
                }
                findings
            }
            Err(why) => {
                crate::setup::talk(&format!("pratique: {why}"));
                worst = ERRORS;
                continue;
            }
        };
        if findings.iter().any(Finding::is_error) {
            worst = ERRORS;
        }
        if as_json {
            say(&json!({"file": name, "findings": findings.iter().map(finding).collect::<Vec<_>>()}).to_string());
            continue;
        }
        say(&format!("{name}: {} findings", findings.len()));
        for finding in &findings {
            say(&format!("  {} {finding}\n    {}", severity(finding), finding.zh));
        }
    }
    ExitCode::from(worst)
}

fn severity(finding: &Finding) -> &'static str {
    match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn finding(finding: &Finding) -> serde_json::Value {
    json!({
        "code": finding.code, "severity": severity(finding), "element": finding.element, "row": finding.row,
        "column": finding.column, "line": finding.line, "text": {"zh": finding.zh, "en": finding.en},
    })
}

/// A model or table that can be used, or every finding.
fn usable(path: &Path) -> Result<Content, String> {
    let (content, findings) = read(path)?;
    let words = || findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    match content {
        Some(Content::Assertions) => Err(format!("{}: assertions decide nothing", path.display())),
        Some(content) => Ok(content),
        None => Err(format!("{} cannot be used:\n{}", path.display(), words())),
    }
}

fn show(settings: &Settings, name: Option<&str>, to: Form, as_json: bool) -> Result<ExitCode, String> {
    let profile = setup::profile(settings)?;
    let Some(name) = name else {
        for table in profile.tables.values() {
            let line = json!({"table": table.name, "hash": table.hash}).to_string();
            say(&if as_json { line } else { format!("{} {}", table.hash, table.name) });
        }
        return Ok(ExitCode::SUCCESS);
    };
    let table = profile.tables.get(name).ok_or_else(|| format!("the port has no table {name}"))?;
    write(&Model::of_table(&table.source), to)
}

fn convert(path: &Path, to: Form) -> Result<ExitCode, String> {
    let model = match usable(path)? {
        Content::Table(table) => Model::of_table(&table.source),
        Content::Model(model) => *model,
        Content::Assertions => return Err("assertions have no other form".to_owned()),
    };
    write(&model, to)
}

fn write(model: &Model, to: Form) -> Result<ExitCode, String> {
    let text = match to {
        Form::Dmn => model.to_xml(),
        Form::Model => {
            let unwritable = model.unwritable();
            if !unwritable.is_empty() {
                let names = unwritable.join(", ");
                return Err(format!("a table stands within a boxed expression, which Markdown cannot say: {names}"));
            }
            model.to_text()
        }
        Form::Table => {
            let table = model.to_table().ok_or("only a model of one decision table can be a table; use --to model")?;
            table.to_text()
        }
    };
    say(text.trim_end());
    Ok(ExitCode::SUCCESS)
}

fn evaluate(path: &Path, on: jiff::civil::Date, inputs: &Path, decisions: &[String]) -> Result<ExitCode, String> {
    let inputs: Value =
        serde_json::from_str(&text_of(inputs)?).map_err(|error| format!("{}: {error}", inputs.display()))?;
    let model = match usable(path)? {
        Content::Table(table) => {
            let trace = table.explain(on, &inputs);
            let answer = trace.outcome.as_ref().map(rules::Evaluation::value).map_err(ToString::to_string);
            say(&json!({"decision": table.name, "value": answer.as_ref().ok(), "error": answer.as_ref().err(),
                "tables": [asked(&trace.table, &trace.hash, &trace.inputs, &trace.outcome)]})
            .to_string());
            return Ok(ExitCode::SUCCESS);
        }
        Content::Model(model) => model,
        Content::Assertions => return Err("assertions decide nothing".to_owned()),
    };
    let (program, findings) = beside(path).compile(&model);
    findings.iter().for_each(|finding| crate::setup::talk(&format!("pratique: {finding}")));
    let all: Vec<String> = program.decisions().map(str::to_owned).collect();
    for wanted in if decisions.is_empty() { &all } else { decisions } {
        if !program.has(wanted) {
            return Err(format!("there is no decision “{wanted}” in {}", path.display()));
        }
        let answer = program.evaluate(on, &inputs, wanted);
        let trace = answer.trace.iter().map(|made| {
            let tables = made.tables.iter().map(|of| asked(&of.table, &of.hash, &of.inputs, &of.outcome));
            json!({"decision": made.decision, "value": made.value, "tables": tables.collect::<Vec<_>>()})
        });
        let trace: Vec<_> = trace.collect();
        say(&json!({"decision": wanted, "model": program.hash, "on": on.to_string(), "value": answer.value, "trace": trace})
            .to_string());
    }
    Ok(ExitCode::SUCCESS)
}

fn asked(
    table: &str,
    hash: &str,
    inputs: &[(String, Value)],
    outcome: &Result<rules::Evaluation, rules::EvaluationError>,
) -> serde_json::Value {
    let named: serde_json::Map<_, _> = inputs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let rows = outcome.as_ref().map(|answer| {
        answer
            .hits
            .iter()
            .map(|hit| json!({"row": hit.row, "law": hit.law, "outputs": hit.outputs}))
            .collect::<Vec<_>>()
    });
    let error =
        outcome.as_ref().err().map(|error| json!({"code": error.code(), "zh": error.zh(), "en": error.to_string()}));
    json!({"table": table, "hash": hash, "inputs": named, "rows": rows.unwrap_or_default(), "error": error})
}
