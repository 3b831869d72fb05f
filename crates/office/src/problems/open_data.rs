//! The open data file: CSV (RFC 4180) with a line for each published figure, read and written, and compared with a report.

use std::collections::BTreeMap;

use domain::problem::{OpenRow, Share, totals};

use super::Published;

/// The names of the columns.
const COLUMNS: [&str; 6] = ["month", "topic", "department", "measure", "numerator", "denominator"];

/// The file of a published month. A line without topic and department is the sum of what is withheld.
pub fn write(published: &Published) -> String {
    let mut text = COLUMNS.join(",");
    text.push_str("\r\n");
    for OpenRow { topic, organ, measure, of, among } in &published.rows {
        text.push_str(&format!("{},{topic},{organ},{measure},{of},{among}\r\n", published.month));
    }
    text
}

/// Reads such a file: the rows of each month.
///
/// # Errors
/// The line that is wrong, and how.
pub fn read(text: &str) -> Result<BTreeMap<String, Vec<OpenRow>>, String> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    if lines.next() != Some(COLUMNS.join(",").as_str()) {
        return Err(format!("line 1: the columns are not {}", COLUMNS.join(",")));
    }
    let mut months: BTreeMap<String, Vec<OpenRow>> = BTreeMap::new();
    for (nth, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
        let wrong = |what: &str| format!("line {}: {what}", nth + 2);
        let cells: Vec<&str> = line.split(',').collect();
        let [month, topic, organ, measure, of, among] = cells.as_slice() else {
            return Err(wrong("there are not six values"));
        };
        // Codes alone stand in it, so that no value is ever quoted.
        let is_code = |text: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
        if ![*month, *topic, *organ, *measure].into_iter().all(is_code) {
            return Err(wrong("a value is no code"));
        }
        let number = |text: &str| text.parse::<u64>().map_err(|_| wrong(&format!("\"{text}\" is no number")));
        let row = OpenRow {
            topic: (*topic).to_owned(),
            organ: (*organ).to_owned(),
            measure: (*measure).to_owned(),
            of: number(of)?,
            among: number(among)?,
        };
        let rows = months.entry((*month).to_owned()).or_default();
        let same =
            |other: &OpenRow| other.topic == row.topic && other.organ == row.organ && other.measure == row.measure;
        if rows.iter().any(same) {
            return Err(wrong("this figure stands in the file twice"));
        }
        rows.push(row);
    }
    Ok(months)
}

/// Where a report and the rows of its month differ: measure, what the report says, what the rows give. Empty when they agree.
pub fn differences(published: &Published, rows: &[OpenRow]) -> Vec<(String, Option<Share>, Option<Share>)> {
    let reckoned = totals(rows);
    let measures = published.totals.keys().chain(reckoned.keys());
    let mut measures: Vec<&String> = measures.collect();
    measures.sort();
    measures.dedup();
    measures
        .into_iter()
        .map(|measure| (measure.clone(), published.totals.get(measure).copied(), reckoned.get(measure).copied()))
        .filter(|(_, said, given)| said != given)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_open_data_is_named_by_its_line() {
        let head = "month,topic,department,measure,numerator,denominator\r\n";
        let wrong = |body: &str| read(&format!("{head}{body}")).expect_err("wrong");
        assert!(read("a,b\n").expect_err("wrong").starts_with("line 1"));
        assert!(wrong("2026-10,customs,customs,received,5\r\n").starts_with("line 2"));
        assert!(wrong("2026-10,customs,customs,received,5,x\r\n").contains("\"x\""));
        assert!(wrong("2026-10,customs,customs,received,-5,5\r\n").contains("\"-5\""));
        assert!(wrong("2026-10,=1+1,customs,received,5,5\r\n").contains("no code"));
        assert!(wrong("2026-10,fee,customs,received,5,5\r\n2026-10,fee,customs,received,6,6\r\n").contains("line 3"));
        let read = read(&format!("\u{feff}{head}2026-10,,,received,5,5\r\n")).expect("read");
        assert_eq!(totals(&read["2026-10"])["received"], Share { of: 5, among: 5 });
    }
}
