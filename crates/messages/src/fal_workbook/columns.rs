//! Which list a sheet holds and which column holds what, by the words of its headings.

use std::collections::BTreeMap;

use super::cells::{Sheet, location};
use crate::{
    values::{self, Notes},
    words,
};

/// The lists that a sheet can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Crew,
    Passengers,
    Stores,
    Effects,
}

impl List {
    /// Code of the formality, and the member of its document that holds the rows.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            List::Crew => ("crew_list", "members"),
            List::Passengers => ("passenger_list", "passengers"),
            List::Stores => ("ships_stores", "articles"),
            List::Effects => ("crew_effects", "members"),
        }
    }
}

/// The headings of a sheet.
pub(super) struct Headings {
    pub list: List,
    /// Row of the headings, counting from 0.
    pub row: u32,
    /// Column to the field it holds.
    pub fields: BTreeMap<u32, &'static str>,
    /// A heading above the columns says that the documents are passports.
    pub passports: bool,
    unknown: Vec<(u32, String)>,
    twice: Vec<(u32, String)>,
}

impl Headings {
    /// Tells of columns that are not read.
    pub fn tell(&self, sheet: &Sheet, notes: &mut Notes) {
        for (column, heading) in &self.unknown {
            notes.at(&words::COLUMN_UNKNOWN, location(&sheet.name, self.row, *column), &[heading]);
        }
        for (column, heading) in &self.twice {
            notes.at(&words::COLUMN_TWICE, location(&sheet.name, self.row, *column), &[heading]);
        }
    }
}

/// The row with the most known headings among the first sixty, if they make a list.
pub(super) fn find(sheet: &Sheet) -> Option<Headings> {
    let candidates = sheet.rows.range(..60).map(|(&row, _)| headings(sheet, row));
    let best = candidates.max_by_key(|found| (found.fields.len(), std::cmp::Reverse(found.row)))?;
    let has = |field: &str| best.fields.values().any(|known| *known == field);
    let person = has("family_name") || has("name") || has("given_names");
    let list = if has("article") && (has("quantity") || has("unit")) {
        List::Stores
    } else if !person || best.fields.len() < 3 {
        return None;
    } else if has("effects") && !has("nationality") && !has("date_of_birth") && !has("document_number") {
        List::Effects
    } else if has("rank") {
        List::Crew
    } else if has("transit") || has("visa_number") || !crew_by_name(&sheet.name) {
        List::Passengers
    } else {
        List::Crew
    };
    Some(Headings { list, passports: speaks_of_passports(sheet, best.row), ..best })
}

fn headings(sheet: &Sheet, row: u32) -> Headings {
    let mut found = Headings {
        list: List::Crew,
        row,
        fields: BTreeMap::new(),
        passports: false,
        unknown: Vec::new(),
        twice: Vec::new(),
    };
    for (&column, cell) in sheet.rows.get(&row).into_iter().flatten() {
        let heading = cell.text();
        match field(&heading) {
            Some("") => {}
            Some(field) if found.fields.values().any(|known| *known == field) => found.twice.push((column, heading)),
            Some(field) => {
                found.fields.insert(column, field);
            }
            None => found.unknown.push((column, heading)),
        }
    }
    found
}

/// The field that a heading means; `""` for columns that number the rows or carry our own marks.
fn field(heading: &str) -> Option<&'static str> {
    let words = values::plain(heading).to_lowercase();
    // A heading is a few words, not a sentence of instructions that happens to name a column.
    if words.chars().count() > 140 {
        return None;
    }
    let head = words.split('(').next().unwrap_or_default().trim();
    let whole = EXACT.iter().find(|(word, _)| *word == head || *word == words).map(|(_, field)| *field);
    let contained = || {
        let known = HEADINGS.iter().find(|(_, known)| known.iter().any(|word| words.contains(word)));
        known.map(|(field, _)| *field)
    };
    whole.or_else(contained)
}

const EXACT: &[(&str, &str)] =
    &[("name", "name"), ("名", "given_names"), ("姓", "family_name"), ("no", ""), ("no.", ""), ("nr", ""), ("#", "")];

/// Words in headings, in the order in which they are tried: a longer word before the word that it contains.
const HEADINGS: &[(&str, &[&str])] = &[
    ("", &["srno", "serial", "序号", "errors"]),
    ("article", &["name of article", "article", "物品名称", "品名"]),
    ("quantity", &["quantity", "数量"]),
    ("unit", &["measurement", "unit of", "units", "计量单位", "单位"]),
    ("effects", &["effects", "物品"]),
    ("location", &["location on board", "place of storage", "船上位置", "存放"]),
    ("middle_name", &["middle name", "中间名"]),
    ("name", &["full name", "name in full", "姓名"]),
    ("family_name", &["last name", "family name", "surname", "姓氏", "姓 "]),
    ("given_names", &["first name", "given name", "forename", "名字"]),
    ("date_of_birth", &["date of birth", "birth date", "birthdate", "dob", "出生日期", "出生年月"]),
    ("place_of_birth", &["place of birth", "birth place", "birthplace", "出生地"]),
    ("document_type", &["document type", "type of document", "nature of", "type of identity", "证件类型", "证件种类"]),
    ("document_expiry", &["expir", "valid until", "有效期", "失效"]),
    ("document_issuer", &["country of issue", "issuing", "issued by", "签发国", "签发"]),
    ("seafarers_book", &["seafarer", "seaman", "海员证"]),
    ("visa_number", &["visa", "签证"]),
    ("document_number", &["document number", "document no", "passport n", "number of", "证件号", "护照号"]),
    ("nationality", &["nationality", "国籍"]),
    ("gender", &["gender", "sex", "性别"]),
    ("port_of_disembarkation", &["debark", "disembark", "离船", "下船"]),
    ("port_of_embarkation", &["embark", "登船", "登轮", "上船"]),
    ("rank", &["rank", "rating", "职务", "职位"]),
    ("transit", &["transit", "过境"]),
];

fn crew_by_name(sheet: &str) -> bool {
    let name = values::plain(sheet).to_lowercase();
    name.contains("crew") || name.contains("船员")
}

fn speaks_of_passports(sheet: &Sheet, row: u32) -> bool {
    let above = sheet.rows.range(row.saturating_sub(3)..=row).flat_map(|(_, cells)| cells.values());
    above.map(|cell| cell.text().to_lowercase()).any(|text| text.contains("passport") || text.contains("护照"))
}
