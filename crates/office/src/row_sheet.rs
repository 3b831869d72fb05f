//! A workbook of one list whose rows go into a form: what each says by field, and the form's faults at their cells.

use domain::{
    Fault, Text, Value,
    formality::{Field, Kind},
};
use messages::list_workbook::{self, Column, Row};

/// The rows of a workbook.
#[derive(Debug)]
pub struct RowSheet {
    /// The rows as the form has them, each where it stood.
    pub rows: Value,
    /// What is wrong with the workbook itself, or with its cells.
    pub faults: Vec<Fault>,
    list: &'static str,
    read: Vec<Row>,
}

impl RowSheet {
    /// Reads the rows of a list of a form. It never fails: what cannot be read is told.
    pub(crate) fn read(bytes: &[u8], list: &'static str, columns: &[Column]) -> RowSheet {
        let read = list_workbook::read(bytes, columns);
        let row = |row: &Row| {
            let said = row.values.iter().map(|(code, said)| (code.clone(), Value::Text(said.clone())));
            Value::Map(said.collect())
        };
        let rows = Value::List(read.rows.iter().map(row).collect());
        RowSheet { rows, faults: read.faults, list, read: read.rows }
    }

    /// Faults of the form, those of its list at their cells.
    pub fn placed(&self, faults: Vec<Fault>) -> Vec<Fault> {
        faults
            .into_iter()
            .map(|fault| Fault {
                location: self.cell(&fault.location).unwrap_or_else(|| fault.location.clone()),
                ..fault
            })
            .collect()
    }

    /// The cell of a place in the list: of a field, or of the row's first column.
    fn cell(&self, location: &str) -> Option<String> {
        let mut steps = location.trim_start_matches('/').split('/');
        let row = (steps.next() == Some(self.list)).then(|| steps.next()).flatten()?;
        let places = &self.read.get(row.parse::<usize>().ok()?)?.places;
        let field = steps.next().and_then(|field| places.get(field));
        field.or_else(|| places.values().min_by_key(|place| (place.len(), *place))).cloned()
    }
}

/// What can be chosen for a field, as a workbook offers it.
pub(crate) fn choices(field: &Field) -> Vec<(String, Text)> {
    match field.kind {
        Kind::Choice(codes) => codes.iter().map(|(code, zh, en)| ((*code).to_owned(), Text::new(*zh, *en))).collect(),
        Kind::YesNo => vec![("yes".into(), Text::new("是", "Yes")), ("no".into(), Text::new("否", "No"))],
        _ => Vec::new(),
    }
}

/// The column of a field, for free text.
pub(crate) fn column(field: &Field) -> Column {
    Column { code: field.name.to_owned(), heading: Text::new(field.zh, field.en), choices: Vec::new(), width: 18 }
}
