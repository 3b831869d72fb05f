//! What journals that a release wrote are held to, whatever kind of matter they are of. They are never written anew: a change of
//! form gets an upcaster, and a release its own folder.

use std::{collections::BTreeSet, fs, path::PathBuf};

use domain::matter::{Entry as _, Matter, Record};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

/// Each journal folds to what it was, as far as its summary tells.
pub fn folds_to_what_it_was<M>(names: &[&str], summary: impl Fn(&M) -> Json)
where
    M: Matter<Entry: DeserializeOwned>,
{
    for name in names {
        let expected: Json = serde_json::from_str(&read(&format!("{name}.summary.json"))).unwrap();
        assert_eq!(summary(&M::fold(&journal::<M>(name))), expected, "{name}");
    }
}

/// A record written today has the form of the record that was read.
pub fn is_written_as_it_was<M>(names: &[&str])
where
    M: Matter<Entry: DeserializeOwned + Serialize>,
{
    for name in names {
        for (line, record) in read(&format!("{name}.jsonl")).lines().zip(journal::<M>(name)) {
            let written: Json = serde_json::to_value(&record).unwrap();
            assert_eq!(written, serde_json::from_str::<Json>(line).unwrap(), "{name}: {line}");
        }
    }
}

/// These kinds of entry stand in them, and no others.
pub fn has_the_kinds<M>(names: &[&str], expected: &[&str])
where
    M: Matter<Entry: DeserializeOwned>,
{
    let records: Vec<Record<M::Entry>> = names.iter().flat_map(|name| journal::<M>(name)).collect();
    let kinds: BTreeSet<&str> = records.iter().map(|record| record.entry.kind()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
}

/// Writes a journal of a release, once.
pub fn write<E: Serialize>(name: &str, journal: &[Record<E>], summary: &Json) {
    let lines: Vec<String> = journal.iter().map(|record| serde_json::to_string(record).unwrap()).collect();
    let path = folder().join(format!("{name}.jsonl"));
    assert!(!path.exists(), "{} stands already", path.display());
    fs::create_dir_all(folder()).unwrap();
    fs::write(path, lines.join("\n") + "\n").unwrap();
    let told = serde_json::to_string_pretty(summary).unwrap();
    fs::write(folder().join(format!("{name}.summary.json")), told + "\n").unwrap();
}

fn journal<M>(name: &str) -> Vec<Record<M::Entry>>
where
    M: Matter<Entry: DeserializeOwned>,
{
    let text = read(&format!("{name}.jsonl"));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}")))
        .collect()
}

fn read(file: &str) -> String {
    let path = folder().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v0.1")
}
