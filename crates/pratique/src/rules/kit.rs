//! Folders of models and test cases, as the DMN Technology Compatibility Kit has them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use jiff::civil::Date;
use rules::dmn::{Model, Suite, Verdict};
use serde_json::json;

use crate::setup::say;

/// The rows of the kit's tables hold on every day.
const ON: Date = Date::constant(2026, 1, 1);

/// The files of a folder by name; none where it cannot be read.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let mut files: Vec<_> = entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Runs every suite of a folder and of those within.
///
/// # Errors
/// The folder is none.
pub fn run(folder: &Path, as_json: bool) -> Result<ExitCode, String> {
    fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let (mut passed, mut failed) = (0_usize, 0_usize);
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let files = files(&folder);
        folders.extend(files.iter().filter(|path| path.is_dir()).rev().cloned());
        for path in files.iter().filter(|path| path.is_file() && path.extension().is_some_and(|end| end == "xml")) {
            for (verdict, why) in suite(path, &folder) {
                *(if verdict.passed { &mut passed } else { &mut failed }) += 1;
                tell(path, &verdict, why.as_deref(), as_json);
            }
        }
    }
    let count = format!("{passed} passed, {failed} failed");
    if as_json {
        say(&json!({"passed": passed, "failed": failed}).to_string());
        crate::setup::talk(&count);
    } else {
        say(&count);
    }
    if passed + failed == 0 {
        crate::setup::talk(&format!("pratique: there are no test cases in {}", folder.display()));
    }
    Ok(if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(path: &Path, verdict: &Verdict, why: Option<&str>, as_json: bool) {
    let Verdict { case, decision, passed, expected, given } = verdict;
    if as_json {
        say(&json!({
            "file": path.display().to_string(), "case": case, "decision": decision, "passed": passed,
            "expected": expected, "given": given, "why": why,
        })
        .to_string());
    } else if !passed {
        let place = format!("FAILED: {} {case} {decision}", path.display());
        match why {
            Some(why) => say(&format!("{place}: {why}")),
            None => {
                let [given, expected] = [given, expected].map(rules::feel::literal);
                say(&format!("{place}: {given}, not {expected}"));
            }
        }
    }
}

/// The verdicts of one file of cases, each with why it could not be tried.
fn suite(path: &Path, folder: &Path) -> Vec<(Verdict, Option<String>)> {
    let untried = |case: &str, decision: &str, why: &str| {
        let (case, decision) = (case.to_owned(), decision.to_owned());
        let verdict =
            Verdict { case, decision, passed: false, expected: rules::Value::Null, given: rules::Value::Null };
        (verdict, Some(why.to_owned()))
    };
    let suite = match fs::read_to_string(path)
        .map_err(|error| error.to_string())
        .and_then(|text| Suite::from_xml(&text).map_err(|finding| finding.to_string()))
    {
        Ok(Some(suite)) => suite,
        Ok(None) => return Vec::new(),
        Err(why) => return vec![untried("", "", &why)],
    };
    match model(&suite, folder) {
        Ok(model) => {
            let verdicts = suite.run(&super::library(folder), &model, ON);
            verdicts.into_iter().map(|verdict| (verdict, None)).collect()
        }
        Err(why) => {
            let cases = suite.cases.iter().flat_map(|case| case.expected.iter().map(move |(name, _)| (case, name)));
            cases.map(|(case, name)| untried(&case.id, name, &why)).collect()
        }
    }
}

/// The model that a suite names, or the only one beside it.
fn model(suite: &Suite, folder: &Path) -> Result<Model, String> {
    let mut models: Vec<_> =
        files(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "dmn")).collect();
    let named = Path::new(&suite.model).file_name().map(|name| folder.join(name)).filter(|path| path.is_file());
    let path = match (named, models.len()) {
        (Some(named), _) => named,
        (None, 1) => models.remove(0),
        _ => return Err(format!("the model {} is not there", suite.model)),
    };
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (model, findings) = Model::from_xml(&text);
    model.ok_or_else(|| findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}
