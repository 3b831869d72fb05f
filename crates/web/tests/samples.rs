//! Every page drawn from its sample in every language, and the words checked against the templates that use them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use serde_json::Value;
use web::layout::Layout;
use web::templates::Templates;

const LANGUAGES: [&str; 2] = ["zh", "en"];

fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn samples() -> Vec<(String, Value)> {
    files(&home().join("templates/samples"), "json")
        .into_iter()
        .filter(|path| !path.ends_with("layouts.json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let sample = serde_json::from_str(&fs::read_to_string(&path).unwrap()).expect(&name);
            (name, sample)
        })
        .collect()
}

fn layout(sample: &Value, language: &str) -> Layout {
    let layouts = fs::read_to_string(home().join("templates/samples/layouts.json")).unwrap();
    let layouts: BTreeMap<String, Layout> = serde_json::from_str(&layouts).unwrap();
    let mut layout = layouts[sample["layout"].as_str().unwrap()].clone();
    layout.lang = language.to_owned();
    layout.path = sample["address"].as_str().unwrap().to_owned();
    layout
}

#[test]
fn every_sample_is_drawn_in_every_language() {
    let pages = Templates::embedded().unwrap();
    let mut drawn = BTreeSet::new();
    for (name, sample) in samples() {
        let template = sample["template"].as_str().unwrap();
        for language in LANGUAGES {
            let html = pages
                .render(template, &layout(&sample, language), &sample["view"])
                .unwrap_or_else(|fault| panic!("{name} in {language}: {fault:#}"));
            check_page(&format!("{name} in {language}"), &html);
        }
        drawn.insert(template.to_owned());
    }
    for template in files(&home().join("templates"), "html") {
        let name = template.strip_prefix(home().join("templates")).unwrap().to_string_lossy().into_owned();
        let shared = name.starts_with("parts/") || name == "layout.html";
        assert!(shared || drawn.contains(&name), "{name} has no sample");
    }
}

/// Values printed raw, what the content security policy forbids, and what a reader's tools stumble over.
fn check_page(name: &str, html: &str) {
    // A word that is missing stands in such brackets.
    for forbidden in ["⟨", "{'", " style=\"", "<style", "javascript:", " onclick=", "<script>"] {
        assert!(!html.contains(forbidden), "{name}: {forbidden}");
    }
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    for id in &distinct {
        assert_eq!(ids.iter().filter(|other| other == &id).count(), 1, "{name}: id {id} more than once");
    }
    for (attribute, mark) in [(" for=\"", ""), ("href=\"#", ""), (" aria-describedby=\"", " ")] {
        for rest in html.split(attribute).skip(1) {
            let value = rest.split('"').next().unwrap_or_default();
            let named: Vec<&str> = if mark.is_empty() { vec![value] } else { value.split_whitespace().collect() };
            for id in named {
                assert!(distinct.contains(id), "{name}: {attribute}{id} leads nowhere");
            }
        }
    }
    assert_eq!(html.matches("<h1").count(), 1, "{name}: one heading of the first level");
}

#[test]
fn what_users_type_is_escaped() {
    let pages = Templates::embedded().unwrap();
    let (_, sample) = samples().into_iter().find(|(name, _)| name == "calls").unwrap();
    let mut view = sample["view"].clone();
    view["q"] = "\"><script>alert(1)</script>".into();
    view["calls"][0]["ship"] = serde_json::json!({"zh": "<b>船</b>", "en": "<b>ship</b>"});
    let html = pages.render("ship_calls/list.html", &layout(&sample, "en"), &view).unwrap();
    assert!(!html.contains("<script>alert") && !html.contains("<b>ship"));
    assert!(html.contains("&lt;b&gt;ship"));
}

#[test]
fn a_missing_value_is_refused() {
    let pages = Templates::embedded().unwrap();
    let (_, sample) = samples().into_iter().find(|(name, _)| name == "receipt").unwrap();
    let mut view = sample["view"].clone();
    view.as_object_mut().unwrap().remove("digest");
    assert!(pages.render("receipts/show.html", &layout(&sample, "en"), &view).is_err());
}

#[test]
fn a_folder_gives_the_same_pages() {
    let (_, sample) = samples().into_iter().find(|(name, _)| name == "call").unwrap();
    let drawn =
        |pages: Templates| pages.render("ship_calls/call.html", &layout(&sample, "zh"), &sample["view"]).unwrap();
    assert_eq!(drawn(Templates::embedded().unwrap()), drawn(Templates::folder(home())));
}

/// The variables of each message of a language, those of the messages it refers to included.
fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for path in files(&home().join("words").join(language), "ftl") {
        let text = fs::read_to_string(&path).unwrap();
        let resource =
            fluent_syntax::parser::parse(text.as_str()).unwrap_or_else(|(_, faults)| panic!("{path:?}: {faults:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut variables = BTreeSet::new();
            collect(message.value.as_ref().unwrap(), &mut variables);
            let twice = found.insert(message.id.name.to_owned(), variables);
            assert!(twice.is_none(), "{language}: {} stands twice", message.id.name);
        }
    }
    found
}

/// Adds `$name` for each variable and `name` for each message referred to.
fn collect(pattern: &Pattern<&str>, into: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            match expression {
                Expression::Inline(inline) => collect_inline(inline, into),
                Expression::Select { selector, variants } => {
                    collect_inline(selector, into);
                    variants.iter().for_each(|variant| collect(&variant.value, into));
                }
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, into: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => drop(into.insert(format!("${}", id.name))),
        InlineExpression::MessageReference { id, .. } => drop(into.insert(id.name.to_owned())),
        _ => {}
    }
}

#[test]
fn languages_have_the_same_words() {
    let [chinese, english] = LANGUAGES.map(messages);
    let keys = |words: &BTreeMap<String, BTreeSet<String>>| words.keys().cloned().collect::<BTreeSet<_>>();
    let lonely: Vec<String> = keys(&chinese).symmetric_difference(&keys(&english)).cloned().collect();
    assert!(lonely.is_empty(), "in one language alone: {lonely:?}");
    // Plurals and names of months may need a number in one language that the other does not look at; what a language
    // leaves out must at least be known to the other.
    for (key, variables) in &chinese {
        let unknown: Vec<_> =
            variables.iter().filter(|name| name.starts_with('$') && !english[key].contains(*name)).collect();
        assert!(unknown.is_empty(), "{key}: English does not know {unknown:?}");
        let lost: Vec<_> =
            english[key].iter().filter(|name| name.starts_with('$') && !variables.contains(*name)).collect();
        assert!(lost.is_empty(), "{key}: Chinese leaves out {lost:?}");
    }
}

/// The queue names the state of a task by its code; a state without words would hide the whole queue.
#[test]
fn every_state_of_a_task_has_words() {
    for language in LANGUAGES {
        let known = messages(language);
        for state in ["filed", "in-charge", "waiting", "answered", "reexamine"] {
            assert!(known.contains_key(&format!("task-{state}")), "{language}: {state}");
        }
    }
}

#[test]
fn every_word_is_used_and_none_is_missing() {
    let known = messages("en");
    let read = |folder: &str, extension: &str| {
        let texts = files(&home().join(folder), extension).into_iter().map(|path| fs::read_to_string(path).unwrap());
        texts.collect::<String>()
    };
    let [pages, samples, handlers] = [("templates", "html"), ("templates", "json"), ("src", "rs")]
        .map(|(folder, extension)| read(folder, extension));
    let sources = format!("{pages}{samples}{handlers}");
    let mut literals = BTreeSet::new();
    let mut prefixes = BTreeSet::new();
    for quoted in sources.split('"').skip(1) {
        // A key may be put together from a prefix and a code: "act-" ~ code, format!("act-{code}").
        match quoted.find('{') {
            Some(end) if quoted[..end].ends_with('-') => drop(prefixes.insert(&quoted[..end])),
            _ if quoted.ends_with('-') => drop(prefixes.insert(quoted)),
            _ => drop(literals.insert(quoted)),
        }
    }
    let referred: BTreeSet<&String> = known.values().flatten().collect();
    let unused: Vec<&String> = known
        .keys()
        .filter(|key| !literals.contains(key.as_str()) && !referred.contains(key))
        .filter(|key| !prefixes.iter().any(|prefix| prefix.len() > 2 && key.starts_with(prefix)))
        .collect();
    assert!(unused.is_empty(), "words that no page uses: {unused:?}");
    let missing: Vec<&str> = pages
        .split(" t(\"")
        .skip(1)
        .chain(pages.split("\"key\": \"").skip(1))
        .chain(samples.split("\"key\": \"").skip(1))
        .chain(handlers.split("key(\"").skip(1))
        .filter_map(|rest| rest.split_once('"'))
        .filter(|(key, after)| {
            let whole = !key.ends_with('-') && !after.trim_start().starts_with('~');
            let like_a_key =
                key.contains('-') && key.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit());
            whole && like_a_key && !known.contains_key(*key)
        })
        .map(|(key, _)| key)
        .filter(|key| !key.starts_with("019"))
        .collect();
    assert!(missing.is_empty(), "words that are missing: {missing:?}");
}

/// The names that a journal's entries have in the store.
fn entries(kind: &str) -> Vec<String> {
    let source = fs::read_to_string(home().join(format!("../domain/src/{kind}/entry.rs"))).unwrap();
    let names = source.split("#[serde(rename = \"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = format!("{kind}.");
    // A decision is told as what it decided.
    let names =
        names.map(|name| name.strip_prefix(&own).unwrap_or(name)).filter(|name| !["decided", "ruled"].contains(name));
    names.map(str::to_owned).collect()
}

/// True for a name like `user.added`.
fn is_kind(text: &str) -> bool {
    text.contains('.') && text.chars().all(|letter| letter.is_ascii_lowercase() || matches!(letter, '.' | '_'))
}

/// What is changed outside journals: each kind as the use cases write it.
fn changes() -> Vec<String> {
    let mut kinds = BTreeSet::new();
    for path in files(&home().join("../office/src"), "rs") {
        let source = fs::read_to_string(&path).unwrap();
        // A row is made by `Change { kind: … }`, or by one of the two helpers that are called `change`.
        for rest in source.split(".change(").skip(1) {
            let call = rest.split([';', '}']).next().unwrap_or_default();
            kinds.extend(call.split('"').skip(1).step_by(2).find(|text| is_kind(text)).map(str::to_owned));
        }
        for rest in source.split("Change {").skip(1) {
            let row = rest.split('}').next().unwrap_or_default();
            let kind = row.split("kind: \"").nth(1).and_then(|rest| rest.split('"').next());
            kinds.extend(kind.map(str::to_owned));
        }
    }
    kinds.into_iter().collect()
}

/// Words are put together from a beginning and a code of the profile, of a journal or of the program: each code has words, so
/// that no page shows the code itself.
#[test]
fn every_code_of_the_profile_and_of_the_journals_has_words() {
    use domain::problem::{BY_HAND, HowEnded, KEY_KINDS, LINKS, MessageKind, Outcome, Status};
    let profile = office::profiles::sample().unwrap();
    let column = |table: &str, input: &str| profile.codes(table, input);
    let output = |table: &str, name: &str| -> Vec<String> {
        let table = &profile.tables[table].source;
        let at = table.outputs.iter().position(|of| of.name == name).unwrap();
        table.rows.iter().map(|row| row.outputs[at].trim_matches('"').to_owned()).filter(|of| !of.is_empty()).collect()
    };
    let listed = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let states: Vec<String> = Status::ALL.iter().map(|state| state.code().to_owned()).collect();
    let links = LINKS.iter().flat_map(|(one, other)| [*one, *other]).collect::<Vec<_>>();
    let families: Vec<(&str, Vec<String>)> = vec![
        ("change-", changes()),
        (
            "problem-entry-",
            entries("problem")
                .into_iter()
                .map(|name| if name.contains('.') { name } else { format!("problem.{name}") })
                .collect(),
        ),
        ("application-entry-", entries("application")),
        ("flight-entry-", entries("flight")),
        ("pperm-entry-", entries("person_permit")),
        ("problem-impact-", column("problem-severity", "impact")),
        ("problem-urgency-", column("problem-severity", "urgency")),
        ("problem-class-", output("problem-severity", "severity")),
        ("problem-clock-", column("problem-clocks", "clock")),
        ("problem-trigger-", column("problem-ladder", "trigger")),
        ("problem-trigger-", listed(&BY_HAND)),
        ("problem-level-", output("problem-ladder", "to")),
        ("problem-notice-", column("problem-notices", "notice")),
        ("problem-written-", column("problem-notices", "notice")),
        ("problem-state-", states),
        (
            "problem-holding-",
            Status::ALL.iter().filter(|state| state.is_open()).map(|state| state.code().to_owned()).collect(),
        ),
        ("problem-key-", listed(&KEY_KINDS)),
        ("problem-link-", listed(&links)),
        (
            "problem-message-",
            [MessageKind::Update, MessageKind::Ask, MessageKind::Said, MessageKind::Note]
                .map(|of| of.code().to_owned())
                .to_vec(),
        ),
        (
            "problem-outcome-",
            [Outcome::Solved, Outcome::Explained, Outcome::NotNow, Outcome::NotOurs]
                .map(|of| of.code().to_owned())
                .to_vec(),
        ),
        (
            "problem-state-",
            [HowEnded::Solved, HowEnded::Withdrawn, HowEnded::Refused, HowEnded::Transferred, HowEnded::Joined]
                .map(|of| of.code().to_owned())
                .to_vec(),
        ),
    ];
    let [chinese, english] = LANGUAGES.map(messages);
    let mut missing = Vec::new();
    for (beginning, codes) in families {
        assert!(!codes.is_empty(), "{beginning}: no codes were found");
        // A cell may also say what is not meant, `not("now")`, whose words stand in another one.
        for code in codes.into_iter().filter(|code| !code.contains(['(', '"'])) {
            let key = format!("{beginning}{}", code.replace(['.', '_'], "-"));
            if !chinese.contains_key(&key) || !english.contains_key(&key) {
                missing.push(key);
            }
        }
    }
    assert!(missing.is_empty(), "codes without words: {missing:?}");
}
