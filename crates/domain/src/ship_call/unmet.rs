//! What stands against an act, in words. The fold names it by codes; people read what is meant.

use crate::{Text, formality::Formality, profile::Profile};

/// The words of a code: a formality's own, `formalities:ORGAN`, `consult:ORGAN`, `question:ID`, `hold:ID:KIND`,
/// `boarding:ID:ORGAN`, `entry`, `arrival`, `tonnage_tax_licence`. One that is not known stays as it is.
pub fn said(profile: &Profile, code: &str) -> Text {
    let organ = |code: &str| profile.organ(code).map_or_else(|| Text::new(code, code), |organ| organ.short.clone());
    match code.split(':').collect::<Vec<_>>().as_slice() {
        ["formalities", by] => {
            let by = organ(by);
            Text::new(format!("{}经办的其他事项", by.zh), format!("the other matters before {}", by.en))
        }
        ["consult", with] => {
            let with = organ(with);
            Text::new(format!("尚未征求{}意见", with.zh), format!("{} was not consulted", with.en))
        }
        ["question", id] => Text::new(format!("第 {id} 号询问"), format!("question {id}")),
        ["question", id, of] => {
            let of = organ(of);
            Text::new(format!("{}的第 {id} 号询问", of.zh), format!("question {id} of {}", of.en))
        }
        ["hold", id, kind] => {
            let kind = hold(profile, kind);
            Text::new(format!("第 {id} 号限制措施（{}）", kind.zh), format!("hold {id} ({})", kind.en))
        }
        ["boarding", id, of] => {
            let of = organ(of);
            Text::new(format!("{}的第 {id} 次登轮", of.zh), format!("boarding {id} by {}", of.en))
        }
        ["entry"] => Text::new("进口岸手续", "the entry formalities of the call"),
        ["arrival"] => Text::new("实际抵港时间", "the actual time of arrival"),
        ["tonnage_tax_licence"] => {
            Text::new("吨税执照在港期间到期，须先续办", "a tonnage-tax licence that ends in port")
        }
        _ => match Formality::from_code(code) {
            Some(of) => Text::new(of.spec().zh, of.spec().en),
            None => Text::new(code, code),
        },
    }
}

/// The words of a kind of hold, by the newest row that has it.
fn hold(profile: &Profile, kind: &str) -> Text {
    let quoted = format!("\"{kind}\"");
    let mut rows = profile.tables.get("holds").into_iter().flat_map(|table| table.source.rows.iter());
    let row = rows.rfind(|row| row.tests.first().is_some_and(|test| *test == quoted));
    let note = |name: &str| row.and_then(|row| row.notes.get(name)).cloned().unwrap_or_else(|| kind.to_owned());
    Text::new(note("reason zh"), note("reason en"))
}
