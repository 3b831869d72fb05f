//! The pages' templates: compiled once, strict, escaping; or read anew for each page from the `--assets` folder.

use crate::assets;
use crate::layout::Layout;
use crate::voice::{self, Voice};
use crate::words::Words;
use jiff::tz::TimeZone;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Templates and words, ready to draw pages.
pub struct Templates {
    source: Source,
}

enum Source {
    Embedded(Box<Set>),
    /// The folder given by `--assets`: a page edited there needs no build.
    Folder(PathBuf),
}

struct Set {
    environment: Environment<'static>,
    words: Arc<Words>,
}

impl Templates {
    /// The templates and words inside the binary. Fails only when one of them does not compile, which tests exclude.
    pub fn embedded() -> Result<Templates, Error> {
        let words = Words::read(assets::WORDS.iter().copied()).map_err(unreadable)?;
        let mut environment = environment()?;
        for (name, source) in assets::TEMPLATES {
            environment.add_template(name, source)?;
        }
        Ok(Templates { source: Source::Embedded(Box::new(Set { environment, words: Arc::new(words) })) })
    }

    /// The templates in `folder/templates` and the words in `folder/words`, read anew for each page.
    pub fn folder(folder: PathBuf) -> Templates {
        Templates { source: Source::Folder(folder) }
    }

    /// Draws a page: the template of that name (`ship_calls/call.html`) with its view and the frame around it. Errors
    /// say which template and line misses what.
    pub fn render(&self, name: &str, layout: &Layout, view: &impl Serialize) -> Result<String, Error> {
        match &self.source {
            Source::Embedded(set) => set.render(name, layout, view),
            Source::Folder(folder) => read_set(folder)?.render(name, layout, view),
        }
    }

    /// Something said outside a page, for example in a mail or a file's heading.
    pub fn say(&self, layout: &Layout, value: &crate::layout::Say) -> Result<String, Error> {
        let value = Value::from(Serde(value));
        match &self.source {
            Source::Embedded(set) => set.voice(layout)?.say(&value),
            Source::Folder(folder) => read_set(folder)?.voice(layout)?.say(&value),
        }
    }
}

impl Set {
    fn render(&self, name: &str, layout: &Layout, view: &impl Serialize) -> Result<String, Error> {
        let voice = self.voice(layout)?;
        let mut context: Vec<(&str, Value)> = voice::functions(&Arc::new(voice));
        context.push(("layout", Value::from(Serde(layout))));
        let languages: Vec<&str> = self.words.languages().collect();
        context.push(("languages", Value::from(Serde(languages))));
        let context: std::collections::BTreeMap<&str, Value> = context.into_iter().collect();
        let context = Value::from(context);
        let view = Value::from(Serde(view));
        self.environment.get_template(name)?.render(minijinja::context! { ..context, ..view })
    }

    fn voice(&self, layout: &Layout) -> Result<Voice, Error> {
        let zone = match layout.zone.as_str() {
            "" | "UTC" => TimeZone::UTC,
            name => TimeZone::get(name).map_err(|unknown| unreadable(unknown.to_string()))?,
        };
        Ok(Voice { words: Arc::clone(&self.words), language: layout.lang.clone(), now: layout.now, zone })
    }
}

fn read_set(folder: &Path) -> Result<Set, Error> {
    let words = Words::folder(&folder.join("words")).map_err(unreadable)?;
    let mut environment = environment()?;
    let root = folder.join("templates");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|fault| unreadable(format!("{}: {fault}", folder.display())))? {
            let path = entry.map_err(|fault| unreadable(fault.to_string()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html") {
                let text = std::fs::read_to_string(&path)
                    .map_err(|fault| unreadable(format!("{}: {fault}", path.display())))?;
                let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                environment.add_template_owned(name, text)?;
            }
        }
    }
    Ok(Set { environment, words: Arc::new(words) })
}

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    // What a page prints must be there; what it only asks about may be left out and counts as no.
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_formatter(|out, state, value| {
        if value.is_undefined() {
            return Err(Error::new(ErrorKind::UndefinedError, "a value that the page prints is missing"));
        }
        match value.as_str() {
            Some(words) if !value.is_safe() => out.write_str(&escaped(words)).map_err(Error::from),
            _ => minijinja::escape_formatter(out, state, value),
        }
    });
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax?);
    environment.add_function("asset", |name: String| {
        assets::url(&name).ok_or_else(|| unreadable(format!("there is no asset `{name}`")))
    });
    environment.add_function("percent", percent);
    environment.add_function("extent", extent);
    environment.add_function("fits", fits);
    environment.add_function("near", near);
    environment.add_function("switch_url", switch_url);
    Ok(environment)
}

/// Escapes for text and for attributes in double or single quotes. The engine's own also escapes slashes, which makes
/// every address three times as long.
fn escaped(words: &str) -> std::borrow::Cow<'_, str> {
    if !words.contains(['&', '<', '>', '"', '\'']) {
        return words.into();
    }
    let mut safe = String::with_capacity(words.len() + 16);
    for letter in words.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe.into()
}

/// Where an instant lies between two others, as an SVG percentage: `38.5%`, never outside 0 to 100.
fn percent(instant: i64, from: i64, to: i64) -> String {
    format!("{:.2}%", share(instant, from, to) * 100.0)
}

fn share(instant: i64, from: i64, to: i64) -> f64 {
    let whole = to.saturating_sub(from).max(1);
    (instant.saturating_sub(from) as f64 / whole as f64).clamp(0.0, 1.0)
}

/// How wide a stretch of time is on an axis, as an SVG percentage, never so small that it cannot be seen.
fn extent(from: i64, until: i64, start: i64, end: i64) -> String {
    let width = share(until, start, end) - share(from, start, end);
    format!("{:.2}%", width.max(0.004) * 100.0)
}

/// True when the words can be read inside a bar of that stretch on an axis as wide as a small laptop's; where it is narrower the bar
/// cuts its words off.
fn fits(words: String, from: i64, until: i64, start: i64, end: i64) -> bool {
    const AXIS: f64 = 760.0;
    let wide = words.chars().filter(|letter| !letter.is_ascii()).count() as f64;
    let narrow = words.chars().filter(char::is_ascii).count() as f64;
    wide * 14.0 + narrow * 7.4 + 16.0 <= (share(until, start, end) - share(from, start, end)) * AXIS
}

/// True when two instants lie so close on an axis that their words would overlap: those of one may end where it lies, and
/// those of the other begin there.
fn near(one: i64, other: i64, start: i64, end: i64) -> bool {
    (share(one, start, end) - share(other, start, end)).abs() < 0.16
}

/// The same address in another language.
fn switch_url(path: String, language: String) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}lang={language}")
}

fn unreadable(words: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, words)
}
