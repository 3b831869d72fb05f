//! The words of every language: one folder a language, one Fluent file a group of pages. A language is added by adding
//! its folder.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::collections::BTreeMap;
use std::path::Path;
use unic_langid::LanguageIdentifier;

/// The words of all languages, read once and asked by key.
pub struct Words {
    bundles: BTreeMap<String, FluentBundle<FluentResource>>,
}

impl Words {
    /// Reads `(path, text)` pairs, where the path is `zh/ship_calls.ftl`. Errors name the file and what is wrong.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Words, String> {
        let mut bundles: BTreeMap<String, FluentBundle<FluentResource>> = BTreeMap::new();
        for (path, text) in files {
            let language = path.split('/').next().unwrap_or_default();
            let resource = FluentResource::try_new(text.to_owned())
                .map_err(|(_, faults)| format!("words/{path}: {}", faults[0]))?;
            let bundle = match bundles.entry(language.to_owned()) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(new) => new.insert(empty_bundle(language)?),
            };
            bundle.add_resource(resource).map_err(|faults| format!("words/{path}: {}", faults[0]))?;
        }
        Ok(Words { bundles })
    }

    /// Reads a folder `words` that holds a folder a language.
    pub fn folder(folder: &Path) -> Result<Words, String> {
        let mut files = Vec::new();
        for language in entries(folder)? {
            let name = language.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for file in entries(&language)? {
                let text = std::fs::read_to_string(&file).map_err(|fault| format!("{}: {fault}", file.display()))?;
                files.push((format!("{name}/{}", file.file_name().unwrap_or_default().to_string_lossy()), text));
            }
        }
        Words::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    /// The languages that there are words for, in order of their codes.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.bundles.keys().map(String::as_str)
    }

    /// The message in a language (English where that language is unknown), or what is wrong with the question.
    pub fn message(&self, language: &str, key: &str, args: &FluentArgs) -> Result<String, String> {
        let bundle = self.bundles.get(language).or_else(|| self.bundles.get("en")).ok_or("there are no words")?;
        let pattern = bundle
            .get_message(key)
            .and_then(|message| message.value())
            .ok_or_else(|| format!("no words for `{key}` in `{language}`"))?;
        let mut faults = Vec::new();
        let words = bundle.format_pattern(pattern, Some(args), &mut faults).into_owned();
        match faults.first() {
            None => Ok(words),
            Some(fault) => Err(format!("words for `{key}` in `{language}`: {fault}")),
        }
    }
}

fn empty_bundle(language: &str) -> Result<FluentBundle<FluentResource>, String> {
    let identifier: LanguageIdentifier =
        language.parse().map_err(|_| format!("words/{language}: the folder's name is not a language"))?;
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Marks of direction around each argument would end up in tests, titles and copied text.
    bundle.set_use_isolating(false);
    Ok(bundle)
}

fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let read = std::fs::read_dir(folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
    let mut paths: Vec<_> = read.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    Ok(paths)
}
