//! The lines of a bill that was received: typed, pasted or from a file.

use axum::extract::Multipart;
use domain::{
    Fault, Severity, Text,
    charge::{Charge, ReceivedLine},
};
use rust_decimal::Decimal;

use crate::page::Form;

/// The form with the file's lines added to those that were typed.
pub async fn form(mut multipart: Multipart) -> Result<Form, Fault> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut lines = String::new();
    while let Ok(Some(field)) = multipart.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.file_name().is_some();
        let bytes = field.bytes().await.map_err(|_| not_text())?;
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| not_text())?;
        match is_file {
            true => lines += without_headings(text.trim_start_matches('\u{feff}')),
            false => pairs.push((name, text)),
        }
    }
    if !lines.trim().is_empty() {
        match pairs.iter_mut().find(|(name, _)| name == "received") {
            Some((_, typed)) if typed.trim().is_empty() => *typed = lines,
            Some((_, typed)) => *typed = format!("{}\n{lines}", typed.trim_end()),
            None => pairs.push(("received".to_owned(), lines)),
        }
    }
    Ok(Form { pairs })
}

/// The lines of a file without those of its headings, which have no amount.
fn without_headings(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if !first.contains(|letter: char| letter.is_ascii_digit()) => rest,
        _ => text,
    }
}

/// The lines: a charge by its code or its name in either language, and the amount at the end. What the list does not know
/// keeps its words.
pub fn lines(text: &str, charges: &[Charge]) -> (Vec<ReceivedLine>, Vec<Fault>) {
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for (nth, line) in text.lines().enumerate() {
        let line = line.trim().trim_matches([',', ';', '\t']).trim();
        if line.is_empty() {
            continue;
        }
        match read(line) {
            Some((name, amount)) => lines.push(ReceivedLine { charge: code(&name, charges), amount }),
            // The headings of a file.
            None if nth == 0 && !line.contains(|letter: char| letter.is_ascii_digit()) => {}
            None => faults.push(bad_line(nth + 1, line)),
        }
    }
    (lines, faults)
}

fn read(line: &str) -> Option<(String, Decimal)> {
    let place = line.rfind([',', ';', '\t', ' ', '，', '；', '　'])?;
    let (name, amount) = line.split_at(place);
    let amount = amount.trim_start_matches([',', ';', '\t', ' ', '，', '；', '　']);
    let amount = amount.trim_matches(['"', '¥', '￥', '元']);
    let amount: Decimal = amount.parse().ok().filter(|amount: &Decimal| !amount.is_sign_negative())?;
    let name = name.trim_matches([',', ';', '\t', ' ', '"', '，', '；', '　', ':', ':']).to_owned();
    (!name.is_empty()).then_some((name, amount))
}

fn code(name: &str, charges: &[Charge]) -> String {
    let same = |charge: &&Charge| {
        charge.code.eq_ignore_ascii_case(name) || charge.name.zh == name || charge.name.en.eq_ignore_ascii_case(name)
    };
    charges.iter().find(same).map_or_else(|| name.to_owned(), |charge| charge.code.clone())
}

fn bad_line(nth: usize, line: &str) -> Fault {
    let shown: String = line.chars().take(60).collect();
    Fault::new(
        Severity::Error,
        "PQ-CHARGE-012",
        "received",
        Text::new(format!("第 {nth} 行没有金额:{shown}"), format!("Line {nth} has no amount: {shown}")),
        Text::new(
            "请写“收费项目 金额”，金额不带千位分隔符。",
            "Write a charge and its amount, without separators of thousands.",
        ),
    )
}

fn not_text() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-CHARGE-013",
        "file",
        Text::new("文件不是文本，或过大。", "The file is no text, or too large."),
        Text::new("请上传 UTF-8 编码的 CSV，或把各行贴到文本框中。", "Upload CSV in UTF-8, or paste the lines."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_however_they_are_written() {
        let (lines, faults) = lines("item,amount\nconstruction fee;64.00\n单证费 50\ntea, =2\n", &[]);
        let found: Vec<_> = lines.iter().map(|line| (line.charge.as_str(), line.amount.to_string())).collect();
        assert_eq!(found, [("construction fee", "64.00".to_owned()), ("单证费", "50".to_owned())]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].text.en.contains("Line 4"), "{}", faults[0].text.en);
    }
}
