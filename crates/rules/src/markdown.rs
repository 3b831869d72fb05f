//! The Markdown that both kinds of file share: a heading, quoted words, lines `key: value`, and one table.

use jiff::civil::Date;

use crate::Finding;

/// What a file holds, before anyone asks what it means.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub name: String,
    pub title: String,
    /// Line, key and value.
    pub directives: Vec<(usize, String, String)>,
    pub header: Vec<String>,
    pub header_line: usize,
    pub rows: Vec<Line>,
    /// What stands after `=` or in a fenced block, and its line.
    pub formula: Option<(usize, String)>,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Line {
    pub line: usize,
    pub cells: Vec<String>,
}

pub(crate) fn read(text: &str, findings: &mut Vec<Finding>) -> Document {
    let document = read_part(text, 0, findings);
    if let Some((line, _)) = document.formula {
        findings.push(Finding::error(line, "PQ-RULES-LINE", "无法理解此行", "this line cannot be understood"));
    }
    if document.name.is_empty() {
        findings.push(Finding::error(1, "PQ-RULES-NAME", "缺少名称（“# 名称”）", "the name is missing (“# NAME”)"));
    }
    if document.header.is_empty() {
        findings.push(Finding::error(1, "PQ-RULES-TABLE", "缺少表格", "the table is missing"));
    }
    document
}

/// Reads a part of a file that begins after so many lines; nothing need be there.
pub(crate) fn read_part(text: &str, before: usize, findings: &mut Vec<Finding>) -> Document {
    let mut document = Document::default();
    // The fence that is open, its line, and what stands within.
    let mut fenced: Option<(&str, usize, String)> = None;
    for (nth, whole) in text.lines().enumerate() {
        let (number, line) = (before + nth + 1, whole.trim().trim_start_matches('\u{feff}'));
        if let Some((fence, first, formula)) = &mut fenced {
            if line == *fence {
                let formula = (*first, std::mem::take(formula));
                set_formula(&mut document, formula, findings);
                fenced = None;
            } else {
                *formula += whole;
                formula.push('\n');
            }
            continue;
        }
        if line.is_empty() || (line.starts_with("<!--") && line.ends_with("-->")) {
            continue;
        }
        if line.starts_with("```") {
            fenced = Some((&line[..line.len() - line.trim_start_matches('`').len()], number, String::new()));
        } else if let Some(formula) = line.strip_prefix("= ") {
            set_formula(&mut document, (number, formula.to_owned()), findings);
        } else if line.starts_with('|') {
            read_row(&mut document, number, line, findings);
        } else if let Some(name) = line.strip_prefix("# ") {
            if !document.name.is_empty() {
                findings.push(Finding::error(number, "PQ-RULES-NAME", "名称重复", "the file has two names"));
            }
            document.name = name.trim().to_owned();
        } else if let Some(words) = line.strip_prefix('>') {
            let separator = if document.title.is_empty() { "" } else { "\n" };
            document.title = format!("{}{separator}{}", document.title, words.trim());
        } else if let Some((key, value)) = line.split_once(':') {
            document.directives.push((number, key.trim().to_lowercase(), value.trim().to_owned()));
        } else {
            findings.push(Finding::error(number, "PQ-RULES-LINE", "无法理解此行", "this line cannot be understood"));
        }
    }
    if let Some((_, line, _)) = fenced {
        findings.push(Finding::error(line, "PQ-RULES-LINE", "此代码块没有结束", "this fenced block has no end"));
    }
    document
}

fn set_formula(document: &mut Document, (line, formula): (usize, String), findings: &mut Vec<Finding>) {
    if document.formula.is_some() {
        findings.push(Finding::error(line, "PQ-RULES-LINE", "已有表达式", "there is an expression already"));
    }
    document.formula = Some((line, formula.trim_end().to_owned()));
}

fn read_row(document: &mut Document, line: usize, text: &str, findings: &mut Vec<Finding>) {
    let cells = split(text);
    if document.header.is_empty() {
        (document.header, document.header_line) = (cells, line);
        let mut seen = std::collections::BTreeSet::new();
        for name in document.header.iter().filter(|name| !seen.insert(name.as_str())) {
            let finding = Finding::error(line, "PQ-RULES-COLUMN", "列名重复", "two columns have the same heading");
            findings.push(finding.in_column(name));
        }
        return;
    }
    let rule = |cell: &String| !cell.is_empty() && cell.bytes().all(|byte| b"-: ".contains(&byte));
    if line == document.header_line + 1 && cells.iter().all(rule) {
        return;
    }
    if cells.len() != document.header.len() {
        findings.push(Finding::error(
            line,
            "PQ-RULES-CELLS",
            format!("此行有 {} 格，表头有 {} 格", cells.len(), document.header.len()),
            format!("this row has {} cells, the heading has {}", cells.len(), document.header.len()),
        ));
        return;
    }
    document.rows.push(Line { line, cells });
}

/// The cells of a line; `\|` is a bar, and backticks around a cell are taken off.
fn split(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut signs = line.chars().skip(1).peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if signs.peek() == Some(&'|') => {
                signs.next();
                cells.last_mut().into_iter().for_each(|cell| cell.push('|'));
            }
            '|' => cells.push(String::new()),
            sign => cells.last_mut().into_iter().for_each(|cell| cell.push(sign)),
        }
    }
    if line.len() > 1 && line.ends_with('|') && !line.ends_with("\\|") {
        cells.pop();
    }
    cells.iter().map(|cell| plain(cell.trim()).to_owned()).collect()
}

fn plain(cell: &str) -> &str {
    cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')).map_or(cell, str::trim)
}

/// A cell as it is written in a file.
pub(crate) fn write_cell(cell: &str) -> String {
    cell.replace(['\n', '\r'], " ").trim().replace('|', "\\|")
}

/// A row's first day and the day on which it is no longer in force.
pub(crate) fn validity(
    from: &str,
    until: &str,
    at: (usize, &str),
    findings: &mut Vec<Finding>,
) -> Option<(Date, Option<Date>)> {
    let (line, row) = at;
    let mut day = |text: &str, column: &str| {
        let day = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
        if day.is_none() {
            let finding = Finding::error(
                line,
                "PQ-RULES-DATE",
                "应为日期（年-月-日）",
                "a date is expected here (year-month-day)",
            );
            findings.push(finding.in_row(row).in_column(column));
        }
        day
    };
    let first = day(from, "from")?;
    let end = if until.is_empty() { None } else { Some(day(until, "until")?) };
    if end.is_some_and(|end| end <= first) {
        let finding = Finding::error(line, "PQ-RULES-WINDOW", "失效日不晚于生效日", "the row ends before it begins");
        findings.push(finding.in_row(row).in_column("until"));
        return None;
    }
    Some((first, end))
}

/// The text of a table with another row at its end: cells by their headings, the others empty. What stands around the table
/// stays as it is. None where there is no table.
pub fn add_row(text: &str, cells: &std::collections::BTreeMap<String, String>) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let head = lines.iter().position(|line| line.trim().starts_with('|'))?;
    let cell = |heading: String| cells.get(heading.trim()).map(|cell| write_cell(cell)).unwrap_or_default();
    let row = written(split(lines[head].trim()).into_iter().map(cell));
    let rows = lines.iter().skip(head).take_while(|line| line.trim().starts_with('|')).count();
    let (table, after) = lines.split_at(head + rows);
    Some(table.iter().copied().chain([row.as_str()]).chain(after.iter().copied()).collect::<Vec<_>>().join("\n") + "\n")
}

/// The text of a table in which a row ends on a day. None where there is no such row.
pub fn close_row(text: &str, row: &str, until: Date) -> Option<String> {
    let head = text.lines().map(str::trim).find(|line| line.starts_with('|')).map(split)?;
    let place = |heading: &str| head.iter().position(|cell| cell == heading);
    let (id, end) = (place("row")?, place("until")?);
    let mut found = false;
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let mut cells = if line.trim().starts_with('|') { split(line.trim()) } else { Vec::new() };
            if found || cells.get(id).is_none_or(|cell| cell != row) || cells.len() != head.len() {
                return line.to_owned();
            }
            found = true;
            cells[end] = until.to_string();
            written(cells.iter().map(|cell| write_cell(cell)))
        })
        .collect();
    found.then(|| lines.join("\n") + "\n")
}

fn written(cells: impl Iterator<Item = String>) -> String {
    cells.fold("|".to_owned(), |line, cell| format!("{line} {cell} |"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# t\n> words\n\n<!-- note -->\nhit: unique\ninput: a text\noutput: b number\n\n\
        | row | a | -> b | from | until | law |\n|---|---|---|---|---|---|\n| 1 | \"x\\|y\" | 1 | 2020-01-01 | | L |\n\nafter\n";

    #[test]
    fn a_row_is_added_at_the_end_of_the_table_and_one_is_closed() {
        let pairs = [("row", "2"), ("a", "\"z\" | w"), ("-> b", "2"), ("from", "2026-12-01"), ("law", "L")];
        let cells = pairs.map(|(name, cell)| (name.to_owned(), cell.to_owned())).into();
        let added = add_row(TABLE, &cells).expect("a table");
        assert!(added.contains("| L |\n| 2 | \"z\" \\| w | 2 | 2026-12-01 |  | L |\n\nafter\n"), "{added}");
        assert!(added.starts_with("# t\n> words\n\n<!-- note -->\n"));
        let closed = close_row(TABLE, "1", "2026-12-01".parse().expect("a day")).expect("a row");
        assert!(closed.contains("| 1 | \"x\\|y\" | 1 | 2020-01-01 | 2026-12-01 | L |\n"), "{closed}");
        assert_eq!(close_row(TABLE, "9", "2026-12-01".parse().expect("a day")), None);
        assert_eq!(add_row("no table", &cells), None);
    }
}
