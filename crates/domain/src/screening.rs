//! Persons compared with a watch list. Names meet in Latin letters, whichever part stands first; births also with day and month
//! exchanged. What counts as alike are rows of the table `watch-matching`. A hit decides nothing.

use jiff::civil::Date;
use strsim::jaro_winkler;

use crate::{Instant, Value, profile::Profile};

/// Most hits that are told of one person.
const MOST_HITS: usize = 20;

/// Somebody on a watch list, or on a list that is compared with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Date of birth.
    pub birth: Option<Date>,
    /// Number of a document; may be empty.
    pub document: String,
}

/// What somebody has in common with an entry of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The entry, by its place in the list.
    pub entry: usize,
    /// Where they meet.
    pub basis: Basis,
    /// How alike the names are, of a hundred.
    pub alike: u8,
}

/// Where two persons meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The same document.
    Document,
    /// The same birth.
    Birth,
    /// Day and month of birth exchanged.
    Swapped,
    /// The name.
    Name,
}

impl Basis {
    /// The code in tables, data and words.
    pub fn code(self) -> &'static str {
        match self {
            Basis::Document => "document",
            Basis::Birth => "birth",
            Basis::Swapped => "swapped",
            Basis::Name => "name",
        }
    }
}

/// What counts as alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// How alike names are at least, of a hundred, by basis: document, birth, swapped, name. None: not compared.
    least: [Option<u8>; 4],
    /// By how many years births lie apart where the basis is the name.
    years: i16,
}

impl Alike {
    /// As the table says on the day of an instant.
    pub fn of(profile: &Profile, at: Instant) -> Alike {
        let row = |basis: Basis| profile.hit("watch-matching", at, &Value::from([("basis", basis.code().into())]));
        let least = |basis: Basis| row(basis).and_then(|row| u8::try_from(row.integer("least")?).ok());
        let years = row(Basis::Name).and_then(|row| row.integer("years")).and_then(|years| i16::try_from(years).ok());
        Alike {
            least: [least(Basis::Document), least(Basis::Birth), least(Basis::Swapped), least(Basis::Name)],
            years: years.unwrap_or_default(),
        }
    }

    fn allows(&self, basis: Basis, alike: u8) -> bool {
        self.least[basis as usize].is_some_and(|least| alike >= least)
    }
}

/// A name as it is compared.
#[derive(Clone, Debug, Default, PartialEq)]
struct Compared {
    /// Its parts in the order of letters, with a space between them: 王小明 and Ming Xiao Wang are `MING WANG XIAO`.
    sorted: Box<str>,
    /// Family name and then given names without spaces: `WANGXIAOMING` however they are parted.
    joined: Box<str>,
}

/// A watch list, made for looking through quickly: a few tables of numbers beside the names.
#[derive(Debug, Default)]
pub struct WatchList {
    names: Vec<Compared>,
    births: Vec<Option<Date>>,
    /// Hashes of documents, of births and of sounds, each with the entry, in order.
    by_document: Vec<(u64, u32)>,
    by_birth: Vec<(u64, u32)>,
    by_sound: Vec<(u64, u32)>,
}

impl WatchList {
    /// A list of these entries.
    pub fn new(entries: impl Iterator<Item = Named>) -> WatchList {
        let mut list = WatchList::default();
        for (entry, named) in (0_u32..).zip(entries) {
            let compared = Compared::of(&named);
            list.by_sound.push((hash(&sound(&compared.sorted)), entry));
            if let Some(document) = plain_document(&named.document) {
                list.by_document.push((hash(&document), entry));
            }
            if let Some(birth) = named.birth {
                list.by_birth.push((day(birth), entry));
            }
            list.names.push(compared);
            list.births.push(named.birth);
        }
        for index in [&mut list.by_document, &mut list.by_birth, &mut list.by_sound] {
            index.sort_unstable();
        }
        list
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// True for a list of nobody.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whom somebody may be, the surest first.
    pub fn hits(&self, who: &Named, alike: &Alike) -> Vec<Hit> {
        let compared = Compared::of(who);
        let mut hits: Vec<Hit> = Vec::new();
        let mut found = |entry: u32, basis: Basis| {
            let entry = entry as usize;
            if hits.iter().any(|hit| hit.entry == entry) {
                return;
            }
            let likeness = compared.likeness(&self.names[entry]);
            if alike.allows(basis, likeness) {
                hits.push(Hit { entry, basis, alike: likeness });
            }
        };
        if let Some(document) = plain_document(&who.document) {
            range(&self.by_document, hash(&document)).for_each(|entry| found(entry, Basis::Document));
        }
        if let Some(birth) = who.birth {
            range(&self.by_birth, day(birth)).for_each(|entry| found(entry, Basis::Birth));
            let swapped = Date::new(birth.year(), birth.day(), birth.month()).ok().filter(|swapped| *swapped != birth);
            if let Some(swapped) = swapped {
                range(&self.by_birth, day(swapped)).for_each(|entry| found(entry, Basis::Swapped));
            }
        }
        for entry in range(&self.by_sound, hash(&sound(&compared.sorted))) {
            let near = match (who.birth, self.births[entry as usize]) {
                (Some(one), Some(other)) => (one.year() - other.year()).abs() <= alike.years,
                _ => true,
            };
            if near {
                found(entry, Basis::Name);
            }
        }
        hits.sort_by_key(|hit| (hit.basis, std::cmp::Reverse(hit.alike), hit.entry));
        hits.truncate(MOST_HITS);
        hits
    }
}

impl Compared {
    fn of(named: &Named) -> Compared {
        let (family, given) = (parts(&named.family), parts(&named.given));
        let joined = family.iter().chain(&given).map(String::as_str).collect::<String>();
        let mut all: Vec<String> = family.into_iter().chain(given).collect();
        all.sort_unstable();
        Compared { sorted: all.join(" ").into(), joined: joined.into() }
    }

    /// How alike two names are, of a hundred, whichever way of writing them is more alike.
    fn likeness(&self, other: &Compared) -> u8 {
        if self.joined.is_empty() || other.joined.is_empty() {
            return 0;
        }
        let best = jaro_winkler(&self.sorted, &other.sorted).max(jaro_winkler(&self.joined, &other.joined));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between nought and a hundred")]
        return (best * 100.0).floor() as u8;
    }
}

/// The parts of a name in upper-case Latin letters.
fn parts(name: &str) -> Vec<String> {
    let latin = if name.is_ascii() { name.to_ascii_uppercase() } else { deunicode::deunicode(name).to_uppercase() };
    // What stands within a part belongs to it: O'BRIEN, AL-HASSAN.
    let plain: String = latin.chars().filter(|letter| !matches!(letter, '\'' | '`' | '.')).collect();
    plain
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How a name sounds, roughly: its first letters and its consonants, of which those that are often exchanged are one.
fn sound(sorted: &str) -> String {
    let mut sounds: Vec<String> = sorted.split(' ').map(sound_of).collect();
    sounds.sort_unstable();
    sounds.concat()
}

fn sound_of(part: &str) -> String {
    let part = part.replace("PH", "F").replace("CK", "K").replace("SCH", "S").replace("SH", "S").replace("TH", "T");
    let mut out = String::with_capacity(part.len());
    for (nth, letter) in part.chars().enumerate() {
        let one = match letter {
            'A' | 'E' | 'I' | 'O' | 'U' | 'Y' | 'H' | 'W' if nth > 0 => continue,
            'Y' | 'I' | 'J' => 'I',
            'C' | 'K' | 'Q' | 'G' => 'K',
            'S' | 'Z' | 'X' => 'S',
            'V' | 'W' => 'V',
            'D' | 'T' => 'T',
            'B' | 'P' => 'P',
            other => other,
        };
        if !out.ends_with(one) {
            out.push(one);
        }
    }
    out
}

fn plain_document(number: &str) -> Option<String> {
    let plain: String = number.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    // What is shorter is no number of a document.
    (plain.chars().count() >= 4).then_some(plain)
}

fn day(date: Date) -> u64 {
    let number = |part: i64| part.unsigned_abs();
    number(i64::from(date.year())) * 10_000 + number(i64::from(date.month())) * 100 + number(i64::from(date.day()))
}

/// FNV-1a: the same on every machine, and no secret hangs on it.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn range(index: &[(u64, u32)], key: u64) -> impl Iterator<Item = u32> + '_ {
    let from = index.partition_point(|(of, _)| *of < key);
    index[from..].iter().take_while(move |(of, _)| *of == key).map(|(_, entry)| *entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(family: &str, given: &str, birth: &str, document: &str) -> Named {
        let (family, given, document) = (family.to_owned(), given.to_owned(), document.to_owned());
        Named { family, given, birth: birth.parse().ok(), document }
    }

    const ALIKE: Alike = Alike { least: [Some(0), Some(84), Some(90), Some(96)], years: 2 };

    fn basis(list: &WatchList, who: &Named) -> Vec<(usize, Basis)> {
        list.hits(who, &ALIKE).into_iter().map(|hit| (hit.entry, hit.basis)).collect()
    }

    #[test]
    fn somebody_is_found_however_the_name_is_written() {
        let list = WatchList::new(
            [
                named("王", "小明", "1980-05-07", "E12345678"),
                named("МИХАЙЛОВ", "Сергей", "1975-11-03", ""),
                named("Müller", "Jürgen", "1969-01-31", "C01X0001"),
                named("DELA CRUZ", "JUAN CARLOS", "1990-02-01", ""),
            ]
            .into_iter(),
        );
        assert_eq!(basis(&list, &named("WANG", "XIAOMING", "1980-05-07", "")), [(0, Basis::Birth)]);
        assert_eq!(basis(&list, &named("Xiao Ming", "Wang", "1980-05-07", "")), [(0, Basis::Birth)], "parts exchanged");
        assert_eq!(basis(&list, &named("WANG", "XIAO MING", "1980-07-05", "")), [(0, Basis::Swapped)]);
        assert_eq!(basis(&list, &named("SOMEBODY", "ELSE", "2000-01-01", "e 1234-5678")), [(0, Basis::Document)]);
        assert_eq!(basis(&list, &named("MIKHAILOV", "SERGEI", "1975-11-03", "")), [(1, Basis::Birth)]);
        assert_eq!(basis(&list, &named("MULLER", "JURGEN", "1969-01-31", "")), [(2, Basis::Birth)]);
        assert_eq!(basis(&list, &named("DELACRUZ", "JUAN CARLOS", "1990-02-01", "")), [(3, Basis::Birth)]);
        assert_eq!(basis(&list, &named("DELA CRUZ", "JUAN CARLOS", "1991-07-09", "")), [(3, Basis::Name)]);
        assert_eq!(basis(&list, &named("DELA CRUZ", "JUAN CARLOS", "", "")), [(3, Basis::Name)], "no birth is known");
    }

    #[test]
    fn others_are_left_alone() {
        let list = WatchList::new([named("WANG", "XIAOMING", "1980-05-07", "E12345678")].into_iter());
        for (family, given, birth, document) in [
            ("LI", "QIANG", "1980-05-07", ""),
            ("WANG", "DAPENG", "1992-05-07", ""),
            ("WANG", "XIAOMING", "1955-12-12", ""),
            ("", "", "1980-05-07", ""),
            ("X", "", "", "1"),
        ] {
            assert_eq!(basis(&list, &named(family, given, birth, document)), [], "{family} {given}");
        }
        assert!(WatchList::new(std::iter::empty()).hits(&named("A", "B", "1980-01-01", "E1234567"), &ALIKE).is_empty());
    }
}
