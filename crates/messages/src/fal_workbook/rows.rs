//! The rows of a list: cells to fields, with a fault for each cell that cannot be read.

use std::collections::BTreeMap;

use domain::Value;
use jiff::civil::Date;

use super::{
    MAX_ROWS,
    cells::{Cell, Content, Sheet, day_of_serial, location},
    columns::{Headings, List},
};
use crate::{
    values::{self, Notes, Read},
    words,
};

/// The rows with somebody or something in them, in their order. `places` learns where each value stood.
pub(super) fn read(
    sheet: &Sheet,
    headings: &Headings,
    places: &mut BTreeMap<String, String>,
    notes: &mut Notes,
) -> Vec<Value> {
    let (code, member) = headings.list.names();
    let mut rows = Vec::new();
    for (&row, cells) in sheet.rows.range(headings.row + 1..headings.row.saturating_add(1 + MAX_ROWS)) {
        let mut reader = Row { sheet, headings, row, notes, at: format!("{code}/{member}/{}", rows.len()), places };
        rows.extend(reader.read(cells));
    }
    rows
}

struct Row<'a> {
    sheet: &'a Sheet,
    headings: &'a Headings,
    row: u32,
    at: String,
    notes: &'a mut Notes,
    places: &'a mut BTreeMap<String, String>,
}

impl Row<'_> {
    fn read(&mut self, cells: &BTreeMap<u32, Cell>) -> Option<Value> {
        let known = cells.iter().filter_map(|(column, cell)| Some((*column, *self.headings.fields.get(column)?, cell)));
        let known: Vec<_> = known.collect();
        let (placeholders, filled): (Vec<_>, Vec<_>) = known.into_iter().partition(|(_, _, cell)| is_placeholder(cell));
        // The template's own row for the master: example names and a rank, but nobody.
        let nobody = filled.iter().all(|(_, field, _)| !placeholders.is_empty() && *field == "rank");
        if nobody {
            return None;
        }
        let mut fields = BTreeMap::new();
        let mut columns = BTreeMap::new();
        for (column, field, cell) in filled {
            let value = self.value(column, field, cell);
            if !value.is_empty() {
                fields.insert(field.to_owned(), value);
                columns.insert(field, column);
            }
        }
        match self.headings.list {
            List::Stores => self.article(&mut fields),
            _ => self.person(&mut fields, &columns),
        }
        self.places.insert(self.at.clone(), location(&self.sheet.name, self.row, 0));
        // Empty cells too have a place, for what a rule misses there.
        for (column, field) in &self.headings.fields {
            let name = if *field == "article" { "name" } else { field };
            self.places.insert(format!("{}/{name}", self.at), location(&self.sheet.name, self.row, *column));
        }
        Some(Value::Map(fields))
    }

    fn value(&mut self, column: u32, field: &str, cell: &Cell) -> Value {
        let place = location(&self.sheet.name, self.row, column);
        let text = cell.text();
        if let Content::Error(error) = &cell.content {
            self.notes.at(&words::CELL_ERROR, place, &[error]);
            return Value::Null;
        }
        if cell.formula {
            self.notes.at(&words::CELL_FORMULA, place.as_str(), &[&text]);
        }
        let read = match field {
            "date_of_birth" | "document_expiry" => date(cell, self.sheet.is_1904),
            "nationality" | "document_issuer" => values::country(&text),
            "port_of_embarkation" | "port_of_disembarkation" => values::place(&text),
            "gender" => values::gender(&text),
            "document_type" => values::document_type(&text),
            "transit" => values::yes_no(&text),
            "quantity" => values::number(&text),
            "unit" => return values::unit(&text),
            "family_name" | "given_names" | "middle_name" | "name" if values::is_filler(&text) => return Value::Null,
            _ => return text.into(),
        };
        self.notes.take(read, &place)
    }

    fn article(&mut self, fields: &mut BTreeMap<String, Value>) {
        match fields.remove("article") {
            Some(name) => {
                fields.insert("name".to_owned(), name);
            }
            None => self.missing(&words::ARTICLE_MISSING, "article"),
        }
    }

    /// Family name and given names from the columns that there are; one name alone is a family name (ICAO Doc 9303-3).
    fn person(&mut self, fields: &mut BTreeMap<String, Value>, columns: &BTreeMap<&str, u32>) {
        let mut take = |field: &str| fields.remove(field).map(|value| value.to_string()).unwrap_or_default();
        let (mut family, given, middle, whole) =
            (take("family_name"), take("given_names"), take("middle_name"), take("name"));
        let mut given = [given, middle].iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        if family.is_empty() && !whole.is_empty() {
            let (before, after) = whole.split_once([',', '/']).unwrap_or((&whole, ""));
            family = before.trim().to_owned();
            given =
                [after.trim(), &given].iter().filter(|name| !name.is_empty()).copied().collect::<Vec<_>>().join(" ");
        }
        if family.is_empty() && !given.is_empty() {
            let column = columns.get("given_names").or(columns.get("middle_name")).copied().unwrap_or_default();
            self.notes.at(&words::NAME_MOVED, location(&self.sheet.name, self.row, column), &[&given]);
            family = std::mem::take(&mut given);
        }
        if family.is_empty() {
            self.missing(&words::NAME_MISSING, "family_name");
        }
        for (field, name) in [("family_name", family), ("given_names", given)] {
            if !name.is_empty() {
                fields.insert(field.to_owned(), name.into());
            }
        }
        let typed = self.headings.fields.values().any(|field| *field == "document_type");
        if self.headings.passports && !typed && fields.contains_key("document_number") {
            fields.insert("document_type".to_owned(), "P".into());
        }
    }

    fn missing(&mut self, words: &words::Words, field: &str) {
        let column = self.headings.fields.iter().find(|(_, known)| [field, "name"].contains(known));
        let column = column.map_or(0, |(column, _)| *column);
        self.notes.at(words, location(&self.sheet.name, self.row, column), &[]);
    }
}

/// Words that a template prints where a name goes, such as "last name of ship master".
fn is_placeholder(cell: &Cell) -> bool {
    let text = cell.text().to_lowercase();
    let Some((_, rest)) = text
        .split_once(' ')
        .filter(|(first, _)| matches!(*first, "last" | "first" | "middle" | "family" | "given" | "full"))
    else {
        return false;
    };
    matches!(rest, "name" | "names") || rest.starts_with("name of ") || rest.starts_with("names of ")
}

/// A day, from a date cell, a text, a serial number without a date's format, or digits such as 19800131.
fn date(cell: &Cell, is_1904: bool) -> Read {
    let text = cell.text();
    let fine = |day: Date| Read { value: day.to_string().into(), note: None };
    match cell.content {
        Content::Day(Ok(day)) => fine(day),
        Content::Number(number) if number.fract() == 0.0 && (18_800_101.0..22_000_101.0).contains(&number) => {
            values::date(&text)
        }
        // Less than ten thousand would be a day before 1928: more likely a year alone.
        Content::Number(number) if number >= 10_000.0 => match day_of_serial(number, is_1904) {
            Ok(day) => fine(day),
            Err(_) => Read { value: Value::Null, note: Some((&words::DATE_UNREADABLE, vec![text])) },
        },
        _ => values::date(&text),
    }
}
