//! A form's fields from the catalogue, with values and faults in their places.

use domain::{
    Fault, Value,
    formality::{Field, Kind, Required, display},
};
use serde_json::{Map, Value as Json, json};

use crate::{page::Page, say};

/// The fields of a form. Inputs are named by pointers with dots, `members.0.family_name`.
pub fn fields(page: &Page, list: &[Field], content: &Value, faults: &[Fault]) -> Vec<Json> {
    list.iter().map(|field| field_view(page, field, content.get(field.name), field.name, faults)).collect()
}

fn field_view(page: &Page, field: &Field, value: &Value, name: &str, faults: &[Fault]) -> Json {
    let mut view = described(field);
    view["name"] = json!(name);
    view["error"] = error_at(faults, name);
    match field.kind {
        Kind::Rows(columns, _) => {
            let empty = [Value::Null];
            let rows =
                if value.list().is_empty() && field.required == Required::Always { &empty } else { value.list() };
            view["columns"] = columns.iter().map(described_column).collect();
            view["rows"] = rows
                .iter()
                .enumerate()
                .map(|(nth, row)| row_view(page, columns, row, &format!("{name}.{nth}"), faults))
                .collect();
        }
        _ => view["value"] = shown(page, field, value),
    }
    view
}

fn row_view(page: &Page, columns: &[Field], row: &Value, name: &str, faults: &[Fault]) -> Json {
    let mut values = Map::new();
    let mut errors = Map::new();
    for column in columns {
        values.insert(column.name.to_owned(), shown(page, column, row.get(column.name)));
        let error = error_at(faults, &format!("{name}.{}", column.name));
        if !error.is_null() {
            errors.insert(column.name.to_owned(), error);
        }
    }
    let title: Vec<String> = columns
        .iter()
        .filter(|column| !matches!(column.kind, Kind::Rows(..)))
        .take(2)
        .map(|column| display(column, row.get(column.name)).in_language(&page.lang).to_owned())
        .filter(|words| !words.is_empty())
        .collect();
    json!({"title": title.join(" "), "values": values, "errors": errors, "open": row.is_empty()})
}

/// A column of rows; rows within rows are typed as text lines by workbook or API, so the page names them only.
fn described_column(field: &Field) -> Json {
    let mut view = described(field);
    view["name"] = json!(field.name);
    view
}

fn described(field: &Field) -> Json {
    let mut view = json!({
        "label": {"zh": field.zh, "en": field.en},
        "kind": kind(field.kind),
        "required": field.required == Required::Always,
    });
    if !field.hint.0.is_empty() {
        view["hint"] = json!({"zh": field.hint.0, "en": field.hint.1});
    }
    match field.kind {
        Kind::Choice(choices) => {
            view["options"] =
                choices.iter().map(|(code, zh, en)| json!({"value": code, "label": {"zh": zh, "en": en}})).collect();
        }
        Kind::Number { unit, .. } if !unit.is_empty() => view["unit"] = json!(unit),
        Kind::Locode | Kind::Country | Kind::UnNumber | Kind::PackageCode | Kind::Unit | Kind::ImoNumber => {
            view["width"] = json!("mid");
        }
        _ => {}
    }
    view
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::LongText => "textarea",
        Kind::Number { .. } | Kind::Integer { .. } => "number",
        Kind::Date => "date",
        Kind::Instant => "instant",
        Kind::Locode => "locode",
        Kind::Country => "country",
        Kind::Choice(_) => "choice",
        Kind::YesNo => "yesno",
        Kind::Rows(..) => "rows",
        _ => "text",
    }
}

fn shown(page: &Page, field: &Field, value: &Value) -> Json {
    match (field.kind, value) {
        (_, Value::Null) => json!(""),
        (Kind::YesNo, Value::Bool(yes)) => json!(if *yes { "yes" } else { "no" }),
        (Kind::Instant, Value::Text(text)) => match text.parse::<jiff::Timestamp>() {
            Ok(at) => {
                let local = page.app.office.profile.zone.to_datetime(at);
                json!(local.strftime("%Y-%m-%dT%H:%M").to_string())
            }
            Err(_) => json!(text),
        },
        _ => json!(value.to_string()),
    }
}

fn error_at(faults: &[Fault], name: &str) -> Json {
    let place = format!("/{}", name.replace('.', "/"));
    faults
        .iter()
        .find(|fault| fault.is_error() && fault.location == place)
        .map_or(json!(null), |fault| say::text(&fault.text))
}

/// Takes away rows that were added and left empty, and closes the gaps that removed rows left.
pub fn tidy(list: &[Field], content: &mut Value) {
    for field in list {
        let Kind::Rows(..) = field.kind else { continue };
        if let Value::Map(map) = content
            && let Some(Value::List(rows)) = map.get_mut(field.name)
        {
            rows.retain(|row| match row {
                Value::Map(members) => members.values().any(|value| !value.is_empty()),
                other => !other.is_empty(),
            });
        }
    }
}

/// Adds an empty row.
pub fn add_row(content: &mut Value, name: &str) {
    let nth = content.get(name).list().len();
    content.set(&format!("/{name}/{nth}"), Value::Null);
}

/// Removes a row.
pub fn remove_row(content: &mut Value, name: &str, nth: &str) {
    if let (Value::Map(map), Ok(nth)) = (content, nth.parse::<usize>())
        && let Some(Value::List(rows)) = map.get_mut(name)
        && nth < rows.len()
    {
        rows.remove(nth);
    }
}
