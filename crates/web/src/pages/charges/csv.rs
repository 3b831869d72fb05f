//! Comma-separated values for spreadsheets.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// A file of rows, the first of which are the headings.
pub fn answer(name: &str, rows: &[Vec<String>]) -> Response {
    // With the mark by which spreadsheets know that it is UTF-8.
    let mut text = String::from("\u{feff}");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| written(cell)).collect();
        text += &cells.join(",");
        text += "\r\n";
    }
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned());
    let named = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
    ([kind, named], text).into_response()
}

/// A cell that no spreadsheet takes for a formula.
fn written(cell: &str) -> String {
    let number = cell.parse::<rust_decimal::Decimal>().is_ok();
    let formula = !number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn a_cell_is_no_formula() {
        assert_eq!(written("=1+1"), "'=1+1");
        assert_eq!(written("-27.20"), "-27.20");
        assert_eq!(written("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
