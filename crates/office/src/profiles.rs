//! Port profiles: folders of data, read whole and checked before anything is served.

mod measures;
mod situations;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use domain::{
    calendar::Calendar,
    formality::Formality,
    law::{self, Law},
    profile::Bases,
    profile::{Berth, OrganRecord, Port, Profile},
    situation::Situations,
};
use include_dir::{Dir, include_dir};
use jiff::tz::TimeZone;
use rules::{Assertions, Finding, Table};
use serde::Deserialize;

/// The sample port, part of the program.
static DALIAN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../ports/dalian");

/// The files of a profile by their names within its folder.
type Files = BTreeMap<String, String>;

/// A profile as its folder has it: the texts of its files, over which published versions of tables may lie.
#[derive(Clone, Debug)]
pub struct Source {
    files: Files,
}

impl Source {
    /// The sample port of Dalian.
    pub fn sample() -> Source {
        Source { files: embedded() }
    }

    /// A port's folder.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn from_folder(folder: &Path) -> Result<Source, Vec<String>> {
        Ok(Source { files: files_of(folder)? })
    }

    /// The profile that the folder alone gives.
    ///
    /// # Errors
    /// Every finding, each with its file.
    pub fn profile(&self) -> Result<Profile, Vec<String>> {
        read(&self.files)
    }

    /// The profile with other texts of tables, by their names. One that the folder does not have is left out: nothing asks it.
    ///
    /// # Errors
    /// As [`Source::profile`].
    pub fn with(&self, tables: &BTreeMap<String, String>) -> Result<Profile, Vec<String>> {
        let mut files = self.files.clone();
        for (name, text) in tables {
            if let Some(file) = self.file_of(name) {
                files.insert(file.to_owned(), text.clone());
            }
        }
        read(&files)
    }

    /// The text of a table, as the folder has it.
    pub fn table(&self, name: &str) -> Option<&str> {
        self.files.get(self.file_of(name)?).map(String::as_str)
    }

    /// The situations that the folder brings.
    ///
    /// # Errors
    /// Every finding, each with its file.
    pub fn situations(&self) -> Result<Situations, Vec<String>> {
        situations::read(&self.files)
    }

    fn file_of(&self, table: &str) -> Option<&str> {
        let is_named =
            |text: &str| text.lines().any(|line| line.strip_prefix("# ").is_some_and(|of| of.trim() == table));
        let mut files = self.files.iter().filter(|(name, _)| name.ends_with(".table.md"));
        files.find(|(_, text)| is_named(text)).map(|(name, _)| name.as_str())
    }
}

/// The sample port of Dalian.
///
/// # Errors
/// Every finding, each with its file.
pub fn sample() -> Result<Profile, Vec<String>> {
    read(&embedded())
}

/// The sample firms, ships and persons of the sample port, as TOML.
pub fn sample_world() -> String {
    embedded().remove("samples.toml").unwrap_or_default()
}

fn files_of(folder: &Path) -> Result<Files, Vec<String>> {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    let explain = |path: &Path, error: std::io::Error| vec![format!("{}: {error}", path.display())];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(|error| explain(&next, error))? {
            let path: PathBuf = entry.map_err(|error| explain(&next, error))?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).map_err(|error| explain(&path, error))?);
        }
    }
    Ok(files)
}

fn embedded() -> Files {
    fn collect(dir: &Dir<'_>, files: &mut Files) {
        for file in dir.files() {
            if let Some(text) = file.contents_utf8() {
                files.insert(file.path().to_string_lossy().replace('\\', "/"), text.to_owned());
            }
        }
        dir.dirs().for_each(|dir| collect(dir, files));
    }
    let mut files = Files::new();
    collect(&DALIAN, &mut files);
    files
}

#[derive(Deserialize)]
struct Organs {
    organ: Vec<OrganRecord>,
}

#[derive(Deserialize)]
struct Berths {
    berth: Vec<Berth>,
}

#[derive(Deserialize)]
struct Laws {
    law: Vec<Law>,
}

fn read(files: &Files) -> Result<Profile, Vec<String>> {
    let mut findings = Vec::new();
    let port: Option<Port> = toml_file(files, "port.toml", &mut findings);
    let organs: Option<Organs> = toml_file(files, "organs.toml", &mut findings);
    let berths: Option<Berths> = toml_file(files, "berths.toml", &mut findings);
    let calendars = calendars(files, &mut findings);
    let tables = tables(files, &mut findings);
    let mut laws = toml_file::<Laws>(files, "laws.toml", &mut findings).map(|laws| laws.law).unwrap_or_default();
    laws.extend(measures::own_laws(files, &mut findings));
    findings.extend(tables.values().flat_map(|table| unlisted(table, &laws)));
    let assertions = assertions(files, &mut findings);
    let codes: Vec<&str> = organs.iter().flat_map(|organs| &organs.organ).map(|organ| organ.code.as_str()).collect();
    let register = measures::register(files, &tables, &codes, &laws, &mut findings);
    let zone = port.as_ref().and_then(|port| TimeZone::get(&port.zone).ok());
    if zone.is_none() {
        findings.push("port.toml: the zone is not an IANA zone".to_owned());
    }
    match (port, organs, berths, zone) {
        (Some(port), Some(organs), Some(berths), Some(zone)) if findings.is_empty() => {
            let (organs, berths) = (organs.organ, berths.berth);
            let bases = Bases::default();
            Ok(Profile { port, zone, organs, calendars, berths, tables, assertions, laws, register, bases })
        }
        _ => Err(findings),
    }
}

fn toml_file<T: for<'de> Deserialize<'de>>(files: &Files, name: &str, findings: &mut Vec<String>) -> Option<T> {
    let Some(text) = files.get(name) else {
        findings.push(format!("{name} is missing"));
        return None;
    };
    toml::from_str(text).map_err(|error| findings.push(format!("{name}: {error}"))).ok()
}

fn calendars(files: &Files, findings: &mut Vec<String>) -> BTreeMap<String, Calendar> {
    let names = files.keys().filter(|name| name.starts_with("calendars/") && name.ends_with(".toml"));
    let mut calendars = BTreeMap::new();
    for name in names {
        if let Some(calendar) = toml_file::<Calendar>(files, name, findings) {
            calendars.insert(calendar.name.clone(), calendar);
        }
    }
    calendars
}

fn tables(files: &Files, findings: &mut Vec<String>) -> BTreeMap<String, Table> {
    let mut tables = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".table.md")) {
        let (table, found) = Table::parse(text);
        tell(name, &found, findings);
        if let Some(table) = table {
            tables.insert(table.name.clone(), table);
        }
    }
    tables
}

/// Laws that a table's rows cite and that the profile does not list: pages could not say them in both languages.
fn unlisted(table: &Table, laws: &[Law]) -> Vec<String> {
    let rows = table.source.rows.iter();
    let cited = rows.flat_map(|row| law::citations(&row.law).map(move |citation| (row, citation)));
    let unknown = cited.filter(|(_, citation)| law::cited(laws, citation).is_none());
    unknown.map(|(row, citation)| format!("laws.toml: {} row {} cites {citation}", table.name, row.id)).collect()
}

fn assertions(files: &Files, findings: &mut Vec<String>) -> BTreeMap<Formality, Assertions> {
    let mut all = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".assert.md")) {
        let code = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".assert.md");
        let Some(formality) = Formality::from_code(code) else {
            findings.push(format!("{name}: there is no formality {code}"));
            continue;
        };
        let (assertions, found) = Assertions::parse(text);
        tell(name, &found, findings);
        if let Some(assertions) = assertions {
            all.insert(formality, assertions);
        }
    }
    all
}

fn tell(name: &str, found: &[Finding], findings: &mut Vec<String>) {
    findings.extend(found.iter().filter(|finding| finding.is_error()).map(|finding| format!("{name}: {finding:?}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_without_titles_in_both_languages_is_refused() {
        let mut files = embedded();
        let named = files.get_mut("laws.toml").expect("laws");
        *named = named.replace("海关法 Customs Law", "a law of another name");
        let findings = read(&files).expect_err("a finding");
        assert!(findings.iter().any(|finding| finding.ends_with("cites 海关法 Customs Law art. 6")), "{findings:?}");
    }

    #[test]
    fn the_sample_profile_is_whole() {
        let profile = sample().expect("the sample profile reads without a finding");
        for table in ["formalities-due", "holds", "boarding-grounds", "permits", "reopens", "need-to-know"] {
            assert!(profile.tables.contains_key(table), "table {table}");
        }
        for organ in ["msa", "customs", "border", "port_group", "port_office"] {
            assert!(profile.organ(organ).is_some(), "organ {organ}");
        }
        let now = domain::Instant(1_795_443_600_000_000);
        assert_eq!(domain::service::findings(&profile, now), Vec::<String>::new());
        assert_eq!(domain::hall::findings(&profile, now), Vec::<String>::new());
        let cited = "国际航行船舶进出口岸检查办法 Decree 175 (2019-03-02) art. 10 para. 2; IHR (2005) Annex 8";
        let law = profile.law(cited);
        assert_eq!(law.en, "State Council Decree 175 (2019-03-02) art. 10 para. 2; IHR (2005) Annex 8");
        assert!(law.zh.ends_with("第十条第二款；《国际卫生条例（2005）》附件8"), "{}", law.zh);
        let took = |from: &str, until: &str| domain::service::Took {
            from: domain::Instant::parse(from).expect("an instant"),
            until: domain::Instant::parse(until).expect("an instant"),
        };
        let legal = |at: &str| {
            let at = domain::Instant::parse(at).expect("an instant");
            let service = domain::service::service(&profile, "entry-application", at).expect("a service");
            service.legal.into_iter().map(|term| term.length).collect::<Vec<_>>()
        };
        assert_eq!(
            (legal("2020-03-02T00:00:00Z"), legal("2026-11-27T00:00:00Z")),
            (vec!["P20WD".to_owned()], vec!["P5WD".to_owned()])
        );
        // Friday afternoon to Monday noon keeps a promise of one working day; to Tuesday breaks it.
        let promised = domain::service::Term { length: "P1WD".to_owned(), calendar: "office-hours".to_owned() };
        let cases = [
            took("2026-11-20T15:00:00+08:00", "2026-11-23T12:00:00+08:00"),
            took("2026-11-20T15:00:00+08:00", "2026-11-24T12:00:00+08:00"),
            took("2026-11-24T09:00:00+08:00", "2026-11-24T10:00:00+08:00"),
        ];
        let times = domain::service::times(&profile, Some(&promised), &cases);
        let hour = domain::instant::HOUR;
        assert_eq!((times.cases, times.kept, times.median, times.nine_of_ten), (3, Some(2), 69 * hour, 93 * hour));
        let closed = profile.berths.iter().filter(|berth| berth.open_to_foreign.is_none()).count();
        assert!(closed >= 2, "at least two berths are not open to foreign ships");
    }
}
