//! The persons of a PAXLST: one group of segments behind each NAD.

use std::collections::BTreeMap;

use domain::Value;
use edifact::{Message, Segment};
use jiff::civil::Date;

use super::{DateOf, date};
use crate::{
    values::{self, Notes},
    words,
};

/// The persons of all messages of an interchange.
#[derive(Default)]
pub(super) struct Lists {
    crew: Vec<Value>,
    passengers: Vec<Value>,
    crew_declared: bool,
    passengers_declared: bool,
    places: BTreeMap<String, String>,
}

impl Lists {
    /// How many of the crew, how many passengers.
    pub fn count(&self) -> (usize, usize) {
        (self.crew.len(), self.passengers.len())
    }

    /// The documents, each list that was declared or has somebody, and the places of their values.
    pub fn finish(self) -> (Vec<(String, Value)>, BTreeMap<String, String>) {
        let mut documents = Vec::new();
        if self.crew_declared || !self.crew.is_empty() {
            documents.push(("crew_list".to_owned(), Value::from([("members", Value::List(self.crew))])));
        }
        if self.passengers_declared || !self.passengers.is_empty() {
            let list = Value::from([("passengers", Value::List(self.passengers))]);
            documents.push(("passenger_list".to_owned(), list));
        }
        (documents, self.places)
    }
}

/// Reads the persons of a message; `declared` tells whether BGM announces crew or passengers.
pub(super) fn read(message: &Message<'_>, day: Date, declared: (bool, bool), lists: &mut Lists, notes: &mut Notes) {
    lists.crew_declared |= declared.0;
    lists.passengers_declared |= declared.1;
    let mut person: Option<Person> = None;
    let mut ended = false;
    for (index, segment) in message.segments.iter().enumerate() {
        match segment.tag() {
            "NAD" => {
                ended = false;
                keep(person.take(), lists);
                person = begin(message, index, declared, lists, notes);
            }
            // Totals and trailer are nobody's.
            "CNT" | "UNT" | "AUT" => {
                ended = true;
                keep(person.take(), lists);
            }
            _ => {
                let again = person.as_ref().map(|person| (person.crew, person.has(segment)));
                if begins_person(segment) && again.is_none_or(|(_, again)| again) {
                    let repeated = index > 0 && message.segments[index - 1].raw == segment.raw;
                    if !repeated && !ended {
                        keep(person.take(), lists);
                        let crew = again.map_or(declared.0, |(crew, _)| crew);
                        let at = message.place(index, 0, 0).to_string();
                        notes.at(&words::PAXLST_PERSON, &at, &[]);
                        person = Some(Person::new(crew, at, lists));
                    }
                }
                if let Some(person) = &mut person {
                    Reader { message, day, notes }.add(person, index, segment);
                }
            }
        }
    }
    keep(person, lists);
}

struct Person {
    crew: bool,
    /// Formality and pointer of this person, such as `crew_list/members/3`.
    at: String,
    fields: BTreeMap<String, Value>,
    places: BTreeMap<String, String>,
    /// The document behind the last DOC is the travel document, not a visa or licence.
    main_document: bool,
}

/// Sex and birth are said once of each person, and of nothing else: where they come again, another person begins.
fn begins_person(segment: &Segment<'_>) -> bool {
    matches!((segment.tag(), &*segment.text(1, 1)), ("ATT", "2") | ("DTM", "329"))
}

impl Person {
    /// Somebody who is listed next.
    fn new(crew: bool, place: String, lists: &Lists) -> Person {
        let at = if crew {
            format!("crew_list/members/{}", lists.crew.len())
        } else {
            format!("passenger_list/passengers/{}", lists.passengers.len())
        };
        let places = BTreeMap::from([(at.clone(), place)]);
        Person { crew, at, fields: BTreeMap::new(), places, main_document: true }
    }

    /// True when the segment says what was said of this person already, readable or not.
    fn has(&self, segment: &Segment<'_>) -> bool {
        let field = if segment.tag() == "ATT" { "gender" } else { "date_of_birth" };
        self.places.contains_key(&format!("{}/{field}", self.at))
    }

    fn put(&mut self, field: &str, value: Value, place: String) {
        // What could not be read has its place as well: its fault belongs to this person.
        self.places.entry(format!("{}/{field}", self.at)).or_insert_with(|| place.clone());
        if !value.is_empty() {
            self.places.insert(format!("{}/{field}", self.at), place);
            self.fields.insert(field.to_owned(), value);
        }
    }
}

fn keep(person: Option<Person>, lists: &mut Lists) {
    if let Some(person) = person {
        lists.places.extend(person.places);
        let list = if person.crew { &mut lists.crew } else { &mut lists.passengers };
        list.push(Value::Map(person.fields));
    }
}

/// NAD: its first element tells who it is (UNCL 3035), its fourth has the names.
fn begin(
    message: &Message<'_>,
    index: usize,
    declared: (bool, bool),
    lists: &Lists,
    notes: &mut Notes,
) -> Option<Person> {
    let nad = &message.segments[index];
    let role = nad.text(1, 1);
    let (crew, transit) = match &*role {
        "FM" => (true, false),
        "DDT" => (true, true),
        "FL" => (false, false),
        "DDU" => (false, true),
        _ => return None,
    };
    if (crew && declared.1) || (!crew && declared.0) {
        notes.once(&words::PAXLST_MIXED, &role, &message.place(index, 1, 1).to_string(), &[&role]);
    }
    let mut person = Person::new(crew, message.place(index, 0, 0).to_string(), lists);
    if transit && !crew {
        person.put("transit", true.into(), message.place(index, 1, 1).to_string());
    }
    // C080 is the fourth element; who counts the separators wrong has the name beside it.
    let element = [4, 3, 5].into_iter().find(|&element| !nad.element(element).is_empty()).unwrap_or(4);
    let written =
        |component: usize| Some(values::plain(&nad.text(element, component))).filter(|name| !values::is_filler(name));
    let mut family = written(1).unwrap_or_default();
    let mut given = (2..=5).filter_map(written).collect::<Vec<_>>().join(" ");
    let place = |component: usize| message.place(index, element, component).to_string();
    // As reservations write names.
    let parted = family.split_once('/').filter(|_| given.is_empty());
    let parted = parted.map(|(family, given)| (family.trim().to_owned(), given.trim().to_owned()));
    if element != 4 || parted.is_some() {
        notes.once(&words::PAXLST_APART, "NAD", &place(1), &["NAD"]);
    }
    if let Some(parted) = parted {
        (family, given) = parted;
    }
    match (family.is_empty(), given.is_empty()) {
        (true, true) => notes.at(&words::NAME_MISSING, place(1), &[]),
        (true, false) => {
            notes.at(&words::NAME_MOVED, place(2), &[&given]);
            person.put("family_name", given.into(), place(2));
        }
        _ => {
            person.put("family_name", family.into(), place(1));
            person.put("given_names", given.into(), place(2));
        }
    }
    Some(person)
}

struct Reader<'a, 'm> {
    message: &'a Message<'m>,
    day: Date,
    notes: &'a mut Notes,
}

impl Reader<'_, '_> {
    fn add(&mut self, person: &mut Person, index: usize, segment: &Segment<'_>) {
        let qualifier = segment.text(1, 1);
        match (segment.tag(), &*qualifier) {
            ("ATT", "2") => {
                let at = self.apart(index, (3, 1), (2, 1));
                let read = values::gender(&segment.text(at.0, at.1));
                self.put(person, "gender", read, (index, at.0, at.1));
            }
            // UNCL 9017: 5 is a professional title.
            ("ATT", "5") => self.rank(person, index, &[(3, 4), (3, 1)]),
            ("EMP", _) => self.rank(person, index, &[(3, 4), (3, 1), (2, 4), (2, 1)]),
            ("DTM", "329") => self.date(person, index, "date_of_birth", DateOf::Birth),
            ("DTM", "36") if person.main_document => self.date(person, index, "document_expiry", DateOf::Expiry),
            ("LOC", _) => self.location(person, index, &qualifier),
            ("NAT", _) => self.country(person, "nationality", (index, 2, 1)),
            ("DOC", _) => self.document(person, index),
            _ => {}
        }
    }

    fn put(&mut self, person: &mut Person, field: &str, read: values::Read, at: (usize, usize, usize)) {
        let place = self.message.place(at.0, at.1, at.2).to_string();
        let value = self.notes.take(read, &place);
        person.put(field, value, place);
    }

    fn rank(&mut self, person: &mut Person, index: usize, candidates: &[(usize, usize)]) {
        let segment = &self.message.segments[index];
        let text = |&(element, component): &(usize, usize)| values::plain(&segment.text(element, component));
        if let Some(at) = candidates.iter().find(|at| !text(at).is_empty()) {
            let place = self.message.place(index, at.0, at.1).to_string();
            person.put("rank", text(at).into(), place);
        }
    }

    /// Where a value stands: where it belongs, or, when nothing stands there, beside it.
    fn apart(&mut self, index: usize, at: (usize, usize), beside: (usize, usize)) -> (usize, usize) {
        let segment = &self.message.segments[index];
        if !segment.text(at.0, at.1).is_empty() || segment.text(beside.0, beside.1).is_empty() {
            return at;
        }
        let place = self.message.place(index, beside.0, beside.1).to_string();
        self.notes.once(&words::PAXLST_APART, segment.tag(), &place, &[segment.tag()]);
        beside
    }

    fn date(&mut self, person: &mut Person, index: usize, field: &str, of: DateOf) {
        let at = self.apart(index, (1, 2), (2, 1));
        let text = self.message.segments[index].text(at.0, at.1);
        let (read, century_found) = date(&text, of, self.day);
        if century_found {
            let place = self.message.place(index, at.0, at.1).to_string();
            self.notes.once(&words::DATE_TWO_DIGITS, field, &place, &[&text, &read.value.to_string()]);
        }
        self.put(person, field, read, (index, at.0, at.1));
    }

    /// LOC (UNCL 3227): 178 and 179 where the voyage begins and ends, 180 birth, 91 who issued the document.
    fn location(&mut self, person: &mut Person, index: usize, qualifier: &str) {
        let segment = &self.message.segments[index];
        let code = segment.text(2, 1);
        match qualifier {
            "178" | "179" if !code.is_empty() => {
                let field = if qualifier == "178" { "port_of_embarkation" } else { "port_of_disembarkation" };
                let place = self.message.place(index, 2, 1).to_string();
                let mut read = values::place(&code);
                // A list names few places many times: each code is told once.
                if let Some((words, found)) = read.note.take() {
                    let found: Vec<&str> = found.iter().map(String::as_str).collect();
                    self.notes.once(words, &code, &place, &found);
                }
                person.put(field, read.value, place);
            }
            "180" => {
                let name = values::plain(&segment.text(2, 4));
                let (text, component) = if name.is_empty() { (values::plain(&code), 1) } else { (name, 4) };
                person.put("place_of_birth", text.into(), self.message.place(index, 2, component).to_string());
            }
            "91" if person.main_document => self.country(person, "document_issuer", (index, 2, 1)),
            _ => {}
        }
    }

    fn country(&mut self, person: &mut Person, field: &str, at: (usize, usize, usize)) {
        let text = self.message.segments[at.0].text(at.1, at.2);
        if !text.is_empty() {
            self.put(person, field, values::country(&text), at);
        }
    }

    /// DOC: kind in its first element, number in its second. A visa or a licence does not replace the travel document,
    /// and of a passport and a seafarer's book the passport is it.
    fn document(&mut self, person: &mut Person, index: usize) {
        let segment = &self.message.segments[index];
        let number = Value::from(values::plain(&segment.text(2, 1)));
        let place = self.message.place(index, 2, 1).to_string();
        let read = values::document_type(&segment.text(1, 1));
        let main = person.fields.get("document_type").map(Value::to_string);
        person.main_document = false;
        match (read.value.text().unwrap_or_default(), main.as_deref()) {
            ("V", _) => person.put("visa_number", number, place),
            ("L", _) => {}
            ("S", Some(_)) => person.put("seafarers_book", number, place),
            (_, main) if main.is_none_or(|kind| kind == "S") => {
                if let Some(book) = person.fields.remove("document_number") {
                    person.put("seafarers_book", book, place.clone());
                    person.fields.retain(|field, _| field != "document_issuer" && field != "document_expiry");
                }
                person.main_document = true;
                self.put(person, "document_type", read, (index, 1, 1));
                person.put("document_number", number, place);
            }
            _ => {}
        }
    }
}
