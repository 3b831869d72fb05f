//! The faults of fields and forms, with their words. Codes: `PQ-FIELD-…` for one field, `PQ-FORM-…` where fields disagree.

use std::collections::HashMap;

use super::field::{ANY_QUANTITY, Field, Kind};
use crate::{Fault, Severity, Text, Value};

/// Where a field stands in a filing; words are made of it only when something is wrong.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The JSON Pointer of the map that holds the field, without the last slash.
    pub above: &'a str,
    /// The rows that hold it, and which of them, counted from zero.
    pub row: Option<(&'static Field, usize)>,
    /// The field.
    pub field: &'static Field,
}

impl Place<'_> {
    /// The field's JSON Pointer.
    pub fn pointer(self) -> String {
        format!("{}/{}", self.above, self.field.name)
    }

    fn zh(self) -> String {
        match self.row {
            Some((rows, nth)) => format!("{}第 {} 行“{}”", rows.zh, nth + 1, self.field.zh),
            None => format!("“{}”", self.field.zh),
        }
    }

    fn en(self) -> String {
        match self.row {
            Some((rows, nth)) => format!("{} {}, {}", rows.en, nth + 1, self.field.en),
            None => self.field.en.to_owned(),
        }
    }

    fn fault(self, severity: Severity, code: &str, zh: &str, en: &str, remedy: Text) -> Fault {
        let text = Text::new(format!("{}{zh}", self.zh()), format!("{}: {en}", self.en()));
        Fault::new(severity, code, self.pointer(), text, remedy)
    }
}

/// PQ-FIELD-001: a field is missing.
pub fn missing(place: Place, severity: Severity) -> Fault {
    let remedy = match place.field.kind {
        Kind::Rows(..) => Text::new("请至少填写一行。", "Give at least one row."),
        _ => how_to_write(place.field),
    };
    place.fault(severity, "PQ-FIELD-001", "未填写。", "missing.", remedy)
}

/// PQ-FIELD-002: what stands there is not of the field's kind.
pub fn wrong_kind(place: Place, given: &Value) -> Fault {
    let given = short(given);
    let zh = format!("无法识别：{given}。");
    place.fault(Severity::Error, "PQ-FIELD-002", &zh, &format!("cannot be read: {given}."), how_to_write(place.field))
}

/// PQ-FIELD-003: too many characters.
pub fn too_long(place: Place, length: usize, max: usize) -> Fault {
    let remedy = Text::new(format!("请缩短至 {max} 个字符以内。"), format!("Shorten it to {max} characters."));
    let zh = format!("有 {length} 个字符，最多 {max} 个。");
    let en = format!("{length} characters, at most {max} are possible.");
    place.fault(Severity::Error, "PQ-FIELD-003", &zh, &en, remedy)
}

/// PQ-FIELD-004: a number or a year out of its bounds, or with too many decimals.
pub fn out_of_bounds(place: Place, given: &Value) -> Fault {
    let given = short(given);
    let en = format!("{given} is out of bounds.");
    place.fault(Severity::Error, "PQ-FIELD-004", &format!("超出范围：{given}。"), &en, how_to_write(place.field))
}

/// PQ-FIELD-005: too many rows.
pub fn too_many_rows(place: Place, given: usize, max: usize) -> Fault {
    let remedy = Text::new(format!("请分次申报，每份最多 {max} 行。"), format!("File at most {max} rows at once."));
    let zh = format!("有 {given} 行，最多 {max} 行；其余未读取。");
    let en = format!("{given} rows, at most {max} are possible; the others were not read.");
    place.fault(Severity::Error, "PQ-FIELD-005", &zh, &en, remedy)
}

/// PQ-FIELD-006: a code that its list does not have.
pub fn unknown_code(place: Place, given: &Value, severity: Severity) -> Fault {
    let given = short(given);
    let en = format!("{given} is not in the list.");
    place.fault(severity, "PQ-FIELD-006", &format!("代码不存在：{given}。"), &en, how_to_write(place.field))
}

/// PQ-FIELD-007: a check digit that does not fit.
pub fn bad_check_digit(place: Place, given: &Value) -> Fault {
    let given = short(given);
    let remedy = Text::new("请核对证书上的号码。", "Compare the number with the certificate.");
    let en = format!("the check digit of {given} does not fit.");
    place.fault(Severity::Error, "PQ-FIELD-007", &format!("校验码不符：{given}。"), &en, remedy)
}

/// PQ-FIELD-008: characters that cannot be seen were taken out.
pub fn unsafe_characters(place: Place) -> Fault {
    let remedy = Text::new("请核对清除后的内容。", "Check what remains.");
    let en = "characters that cannot be seen or that turn the writing were removed.";
    place.fault(Severity::Warning, "PQ-FIELD-008", "含有不可见或改变书写方向的字符，已清除。", en, remedy)
}

/// PQ-FIELD-009: a field that the form does not have.
pub fn unknown_field(above: &str, name: &str) -> Fault {
    let seen = clipped(name, 60);
    let text = Text::new(
        format!("表单没有“{seen}”这一项，未采用。"),
        format!("The form has no field “{seen}”; it was left out."),
    );
    let remedy = Text::new("如有需要，请写入备注。", "Write it under remarks if it matters.");
    let pointer = format!("{above}/{}", seen.replace('~', "~0").replace('/', "~1"));
    Fault::new(Severity::Info, "PQ-FIELD-009", pointer, text, remedy)
}

/// PQ-FIELD-010, an error: what has happened by the time of filing cannot lie ahead of it.
pub fn still_to_come(place: Place, given: &str) -> Fault {
    let remedy = Text::new(
        "此处填写已经发生的时间或日期，请核对。",
        "This is about something that has happened. Check the date and the time.",
    );
    let zh = format!("{given} 晚于申报时间。");
    place.fault(Severity::Error, "PQ-FIELD-010", &zh, &format!("{given} is later than the filing."), remedy)
}

/// PQ-FIELD-010, a warning: what is still to come, or to last, has gone by at the time of filing. It may be so (filed
/// late, a certificate that is being renewed), therefore it is accepted and flagged.
pub fn gone_by(place: Place, given: &str) -> Fault {
    let (zh, en, remedy) = match place.field.kind {
        Kind::Instant => (
            format!("{given} 已经过去。"),
            format!("{given} has gone by already."),
            Text::new(
                "请核对时间。如确已发生，可以照此申报，并请在航次的“填报时间”中填报实际时间。",
                "Check the time. If it has happened, you may file it so; state the actual time on the call as well.",
            ),
        ),
        _ => (
            format!("{given} 已过期。"),
            format!("{given} has passed."),
            Text::new("请核对日期；已过期的，请办理续期。", "Check the date; renew what has expired."),
        ),
    };
    place.fault(Severity::Warning, "PQ-FIELD-010", &zh, &en, remedy)
}

/// PQ-FIELD-011: a date that can be read in two ways.
pub fn ambiguous_date(place: Place, given: &Value) -> Fault {
    let given = short(given);
    let remedy = Text::new("请按“年-月-日”填写，例如 2026-04-03。", "Write year-month-day, such as 2026-04-03.");
    let en = format!("{given} can mean two different days.");
    place.fault(Severity::Error, "PQ-FIELD-011", &format!("有歧义：{given}，日和月无法区分。"), &en, remedy)
}

/// PQ-FIELD-012: there are more faults than are shown.
pub fn more(hidden: usize, severity: Severity) -> Fault {
    let text = Text::new(format!("另有 {hidden} 项问题未列出。"), format!("{hidden} more faults are not shown."));
    let remedy = Text::new("请先更正已列出的问题。", "Mend those that are shown first.");
    Fault::new(severity, "PQ-FIELD-012", "", text, remedy)
}

/// PQ-FORM-001, a warning for each row that names the same thing as an earlier one.
pub fn duplicates(value: &Value, rows: &str, columns: &'static [Field], key: &[&str]) -> Vec<Fault> {
    let mut seen: HashMap<Vec<&str>, usize> = HashMap::new();
    let mut faults = Vec::new();
    let label = key.first().and_then(|name| columns.iter().find(|field| field.name == *name));
    for (nth, row) in value.get(rows).list().iter().enumerate() {
        let Some(named) = key.first().and_then(|name| row.get(name).text()) else { continue };
        let whole = key.iter().map(|name| row.get(name).text().unwrap_or_default()).collect();
        let Some(first) = seen.insert(whole, nth) else { continue };
        let (zh, en) = label.map_or(("", ""), |field| (field.zh, field.en));
        let text = Text::new(
            format!("名单第 {} 项与第 {} 项的{zh}相同：{}。", nth + 1, first + 1, clipped(named, 40)),
            format!("Numbers {} and {} of the list have the same {en}: {}.", first + 1, nth + 1, clipped(named, 40)),
        );
        let remedy = Text::new("请删除重复行或更正号码。", "Remove one of them or correct the number.");
        let at = format!("/{rows}/{nth}/{}", key.first().copied().unwrap_or_default());
        faults.push(Fault::new(Severity::Warning, "PQ-FORM-001", at, text, remedy));
    }
    faults
}

/// PQ-FORM-002, an error when one instant or day is not before another.
pub fn in_order(value: &Value, fields: &'static [Field], earlier: &str, later: &str) -> Option<Fault> {
    let (first, second) = (value.get(earlier).text()?, value.get(later).text()?);
    // Canonical dates and instants sort as text; anything else already has a fault of its own.
    let same_form = first.len() == second.len() && first.as_bytes().get(4) == Some(&b'-');
    if !same_form || first <= second {
        return None;
    }
    let label = |name: &str| fields.iter().find(|field| field.name == name).map(Field::label).unwrap_or_default();
    let (one, two) = (label(earlier), label(later));
    let text =
        Text::new(format!("“{}”晚于“{}”。", one.zh, two.zh), format!("“{}” is later than “{}”.", one.en, two.en));
    let remedy = Text::new("请更正其中一个时间。", "Correct one of the two times.");
    Some(Fault::new(Severity::Error, "PQ-FORM-002", format!("/{later}"), text, remedy))
}

/// PQ-FORM-003, a warning when an answer needs particulars that are missing.
pub fn needs(value: &Value, fields: &'static [Field], answer: &str, detail: &str) -> Option<Fault> {
    if value.get(answer).bool() != Some(true) || !value.get(detail).is_empty() {
        return None;
    }
    let label = |name: &str| fields.iter().find(|field| field.name == name).map(Field::label).unwrap_or_default();
    let (asked, wanted) = (label(answer), label(detail));
    let text = Text::new(
        format!("“{}”答“是”，但未填写“{}”。", asked.zh, wanted.zh),
        format!("“{}” is answered with yes, but “{}” is missing.", asked.en, wanted.en),
    );
    let remedy = Text::new(format!("请填写“{}”。", wanted.zh), format!("Give “{}”.", wanted.en));
    Some(Fault::new(Severity::Warning, "PQ-FORM-003", format!("/{detail}"), text, remedy))
}

/// PQ-FORM-005, a warning: an air waybill number whose check digit does not fit. The box is there all the same.
pub fn waybill(at: &str, nth: usize, given: &str) -> Fault {
    let given = clipped(given, 40);
    let text = Text::new(
        format!("第 {nth} 行的运单号校验位不符：{given}。"),
        format!("Row {nth}: {given} is no air waybill number, or its check digit does not fit."),
    );
    let remedy = Text::new(
        "请核对主运单：三位航空公司代码、七位流水号、一位校验位（流水号除以七的余数）。",
        "Compare it with the waybill: the airline’s three digits, seven of the serial, and its remainder by seven.",
    );
    Fault::new(Severity::Warning, "PQ-FORM-005", at, text, remedy)
}

/// A code of a choice with its Chinese and English words.
type Coded = (&'static str, &'static str, &'static str);

/// So many codes of a choice are named in a sentence.
const NAMED: usize = 8;

fn how_to_write(field: &Field) -> Text {
    match field.kind {
        Kind::Text { .. } | Kind::LongText | Kind::Code { .. } => {
            Text::new(format!("请填写“{}”。", field.zh), format!("Fill in “{}”.", field.en))
        }
        Kind::Number { min, max, decimals, unit } => number(min, max, decimals, unit),
        Kind::Integer { min, max } => {
            Text::new(format!("请填 {min} 至 {max} 之间的整数。"), format!("Give a whole number from {min} to {max}."))
        }
        Kind::Date => Text::new("请按“年-月-日”填写，例如 2026-03-20。", "Write year-month-day, such as 2026-03-20."),
        Kind::Instant => Text::new(
            "请填写日期和时间；文件和接口须带时区，例如 2026-03-20T08:00+08:00。",
            "Give date and time; in files and by the API with the zone, such as 2026-03-20T08:00+08:00.",
        ),
        Kind::Locode => Text::new(
            "请填五位联合国口岸代码，例如 CNDAL（大连）。",
            "Give the five characters of the UN/LOCODE, such as CNDAL (Dalian).",
        ),
        Kind::Country => Text::new(
            "请填两位或三位国家代码，例如 CN、PHL。",
            "Give the two or three letters of the country, such as CN or PHL.",
        ),
        Kind::Choice(codes) => {
            let list = |one: fn(&Coded) -> String, comma: &str| {
                codes.iter().take(NAMED).map(one).collect::<Vec<_>>().join(comma)
            };
            let zh = list(|(code, zh, _)| format!("{zh}（{code}）"), "、");
            let en = list(|(code, _, en)| format!("{en} ({code})"), ", ");
            match codes.len() {
                0..=NAMED => Text::new(format!("请选择一项：{zh}。"), format!("Choose one of: {en}.")),
                all => Text::new(
                    format!("请从 {all} 个选项中选择一项，例如{zh}。"),
                    format!("Choose one of the {all} in the list, such as {en}."),
                ),
            }
        }
        Kind::YesNo => Text::new("请答“是”或“否”。", "Answer yes or no."),
        Kind::ImoNumber => Text::new("请填七位 IMO 编号，例如 9074729。", "Give the seven digits, such as 9074729."),
        Kind::UnNumber => Text::new("请填四位联合国编号，例如 1203。", "Give the four digits, such as 1203."),
        Kind::PackageCode => Text::new(
            "请填两位包装代码（第 21 号建议书），例如 CT。",
            "Give the two characters of Recommendation 21, such as CT.",
        ),
        Kind::Unit => Text::new(
            "请填计量单位代码（第 20 号建议书），例如 KGM。",
            "Give the code of Recommendation 20, such as KGM.",
        ),
        Kind::Rows(..) => Text::new("请逐行填写。", "Give a list of rows."),
    }
}

/// How to write a decimal number; the bound that stands for “any quantity” is not worth a word.
fn number(min: i64, max: i64, decimals: u32, unit: &str) -> Text {
    let (in_unit_zh, in_unit_en) = match unit {
        "" => (String::new(), String::new()),
        _ => (format!("（单位 {unit}）"), format!(", in {unit}")),
    };
    let (bounds_zh, bounds_en) = match (min, max) {
        (0, ANY_QUANTITY) => ("不小于 0 的数字".to_owned(), "of 0 or more".to_owned()),
        _ => (format!("{min} 至 {max} 之间的数字"), format!("from {min} to {max}")),
    };
    let (places_zh, places_en) = match decimals {
        0 => ("不带小数".to_owned(), "without decimals".to_owned()),
        1 => ("最多 1 位小数".to_owned(), "with at most one decimal".to_owned()),
        _ => (format!("最多 {decimals} 位小数"), format!("with at most {decimals} decimals")),
    };
    Text::new(
        format!("请填{bounds_zh}，{places_zh}{in_unit_zh}。"),
        format!("Give a number {bounds_en}{in_unit_en}, {places_en}."),
    )
}

/// What was given, short enough for a sentence; lists and maps are only named.
fn short(given: &Value) -> String {
    match given {
        Value::List(_) => "[…]".to_owned(),
        Value::Map(_) => "{…}".to_owned(),
        other => clipped(&other.to_string(), 60),
    }
}

fn clipped(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
