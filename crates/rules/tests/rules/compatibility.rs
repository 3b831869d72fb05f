//! The DMN Technology Compatibility Kit as a judge, of evaluation and of both written forms.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::civil::date;
use rules::dmn::{Library, Model, Suite, Verdict};

/// The folders of the corpus, each with its models and its suites of cases.
fn corpus() -> Vec<(PathBuf, Vec<Model>, Vec<Suite>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/dmn");
    if !folder.exists() {
        #[expect(clippy::disallowed_methods, reason = "a missing corpus fails only where everything must be there")]
        let must = std::env::var("CI").is_ok();
        assert!(!must, "the corpus {} is missing", folder.display());
        eprintln!("SKIPPED: the corpus {} is missing", folder.display());
        return Vec::new();
    }
    let mut folders: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    folders.retain(|folder| folder.is_dir());
    let read = |folder: PathBuf| {
        let (mut models, mut suites) = (Vec::new(), Vec::new());
        for file in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let text = || fs::read_to_string(&file).expect("a file");
            match file.extension().and_then(|end| end.to_str()) {
                Some("dmn") => models.push(Model::from_xml(&text()).0.expect("a model")),
                Some("xml") => suites.extend(Suite::from_xml(&text()).expect("XML")),
                _ => {}
            }
        }
        (folder, models, suites)
    };
    folders.into_iter().map(read).collect()
}

/// What every case gives with a model that was written another way in between.
fn run(rewrite: fn(&Model) -> Model) -> (usize, Vec<String>) {
    let (mut passed, mut failed) = (0, Vec::new());
    for (folder, models, suites) in corpus() {
        let mut library = Library::default();
        models.iter().map(rewrite).for_each(|model| library.add(model));
        let Some(model) = library.models().first() else { continue };
        for suite in suites {
            for Verdict { case, decision, passed: yes, expected, given } in suite.run(&library, model, date(2026, 1, 1))
            {
                if yes {
                    passed += 1;
                } else {
                    failed.push(format!("{} {case} {decision}: {given:?}, not {expected:?}", folder.display()));
                }
            }
        }
    }
    (passed, failed)
}

fn all_pass(rewrite: fn(&Model) -> Model) {
    let (passed, failed) = run(rewrite);
    assert!(failed.is_empty(), "{passed} passed, {} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(passed >= 100 || corpus().is_empty(), "only {passed} were judged");
}

fn from_text(text: &str) -> Model {
    let (model, findings) = Model::parse(text);
    model.unwrap_or_else(|| panic!("{findings:?}\n{text}"))
}

fn from_xml(text: &str) -> Model {
    let (model, findings) = Model::from_xml(text);
    assert!(findings.is_empty(), "{findings:?}");
    model.expect("a model")
}

#[test]
fn the_compatibility_kit_agrees() {
    all_pass(Model::clone);
}

#[test]
fn a_model_means_the_same_in_markdown() {
    all_pass(|model| from_text(&model.to_text()));
}

#[test]
fn a_model_means_the_same_in_xml_that_was_made_from_its_markdown() {
    all_pass(|model| from_xml(&from_text(&model.to_text()).to_xml()));
}

#[test]
fn both_forms_keep_what_is_written() {
    for (folder, models, _) in corpus() {
        for model in models {
            let text = model.to_text();
            assert_eq!(from_text(&text).to_text(), text, "{}", folder.display());
            assert_eq!(from_xml(&from_text(&text).to_xml()).to_text(), text, "{}", folder.display());
            assert_eq!(from_xml(&model.to_xml()).to_text(), text, "{}", folder.display());
        }
    }
}
