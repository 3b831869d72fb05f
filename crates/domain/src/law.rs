//! Laws by their titles in both languages. Rows and journals cite a law by the name that the profile gives it, with the
//! place within it in one form (`art. 10 para. 2`); pages say both in the reader's language.

use serde::{Deserialize, Serialize};

use crate::Text;

/// A law that rows cite.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Law {
    /// As rows cite it, without the place within it: `港口法 Port Law (2018)`.
    pub cited: String,
    /// Its title, as pages show it.
    pub title: Text,
}

/// The law that a citation names, and the rest of it: the place, `art. 6`, and after a Chinese comma a note in both
/// languages, `，参照 as a model`. Empty for the whole law.
pub fn cited<'a>(laws: &'a [Law], citation: &'a str) -> Option<(&'a Law, &'a str)> {
    let named = laws.iter().filter_map(|law| {
        let place = citation.strip_prefix(law.cited.as_str())?;
        (place.is_empty() || place.starts_with([' ', '，'])).then(|| (law, place.trim()))
    });
    // `FAL 1` is no place in a law named `FAL`: the longest name is meant.
    named.max_by_key(|(law, _)| law.cited.len())
}

/// The citations of a reference, `LAW art. 6; OTHER LAW arts 42, 82`.
pub fn citations(reference: &str) -> impl Iterator<Item = &str> {
    reference.split(';').map(str::trim).filter(|citation| !citation.is_empty())
}

/// A reference in both languages. What an officer wrote in her own words stays as it is.
pub fn said(laws: &[Law], reference: &str) -> Text {
    let parts: Vec<Text> = citations(reference).map(|citation| citation_said(laws, citation)).collect();
    let join = |words: fn(&Text) -> &str, mark: &str| parts.iter().map(words).collect::<Vec<_>>().join(mark);
    Text::new(join(|part| &part.zh, "；"), join(|part| &part.en, "; "))
}

fn citation_said(laws: &[Law], citation: &str) -> Text {
    match cited(laws, citation) {
        Some((law, rest)) => {
            let (place, note) = rest.split_once('，').unwrap_or((rest, ""));
            let (mut zh, mut en) = (law.title.zh.clone(), law.title.en.clone());
            if !place.is_empty() {
                zh += &place_in_chinese(place).unwrap_or_else(|| format!(" {place}"));
                en += &format!(" {place}");
            }
            if let Some((zh_note, en_note)) = note.split_once(' ') {
                zh += &format!("（{zh_note}）");
                en += &format!(" ({en_note})");
            }
            Text::new(zh, en)
        }
        None => Text::new(citation, citation),
    }
}

/// `arts 8, 12` as 第八条、第十二条; none for a form that is not known.
fn place_in_chinese(place: &str) -> Option<String> {
    let (kind, numbers) = place.split_once(' ')?;
    match kind {
        "art." | "arts" => articles(numbers),
        // Regulations of conventions may have a number within another: 2.5.
        "reg." | "regs" => articles(numbers).or_else(|| Some(format!("规则{numbers}"))),
        "Annex" => Some(format!("附件{numbers}")),
        _ => None,
    }
}

fn articles(numbers: &str) -> Option<String> {
    let (list, paragraph) = match numbers.split_once(" para. ") {
        Some((list, paragraph)) => (list, format!("第{}款", numeral(paragraph)?)),
        None => (numbers, String::new()),
    };
    let article = |number: &str| Some(format!("第{}条", numeral(number)?));
    let runs = list.split(", ").map(|run| match run.split_once('-') {
        Some((first, last)) => Some(format!("{}至{}", article(first)?, article(last)?)),
        None => article(run),
    });
    Some(runs.collect::<Option<Vec<_>>>()?.join("、") + &paragraph)
}

/// A number from 1 to 999 as statutes write it.
fn numeral(number: &str) -> Option<String> {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let number: usize = number.parse().ok().filter(|number| (1..1000).contains(number))?;
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    let hundred = if hundreds > 0 { format!("{}百", DIGITS[hundreds]) } else { String::new() };
    let ten = match (hundreds, tens) {
        (0, 1) => "十".to_owned(),
        (0, 0) => String::new(),
        (_, 0) if ones > 0 => "零".to_owned(),
        (_, 0) => String::new(),
        _ => format!("{}十", DIGITS[tens]),
    };
    Some(format!("{hundred}{ten}{}", DIGITS[ones]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laws() -> Vec<Law> {
        let law = |cited: &str, zh: &str, en: &str| Law { cited: cited.to_owned(), title: Text::new(zh, en) };
        vec![
            law("港口法 Port Law (2018)", "《港口法》（2018年修正）", "Port Law (2018)"),
            law("FAL", "《便利运输公约》", "FAL Convention"),
            law("FAL 1", "《便利运输公约》总申报单", "FAL 1"),
        ]
    }

    #[test]
    fn a_reference_is_said_in_each_language() {
        let said = said(&laws(), "港口法 Port Law (2018) arts 34-35; FAL 1");
        assert_eq!(said.zh, "《港口法》（2018年修正）第三十四条至第三十五条；《便利运输公约》总申报单");
        assert_eq!(said.en, "Port Law (2018) arts 34-35; FAL 1");
    }

    #[test]
    fn places_are_numbered_as_statutes_number_them() {
        for (place, zh) in [
            ("art. 6", "第六条"),
            ("art. 10 para. 2", "第十条第二款"),
            ("arts 42, 82", "第四十二条、第八十二条"),
            ("art. 105", "第一百零五条"),
            ("art. 110", "第一百一十条"),
            ("reg. 19", "第十九条"),
            ("Annex 8", "附件8"),
        ] {
            assert_eq!(place_in_chinese(place).as_deref(), Some(zh), "{place}");
        }
        assert_eq!(place_in_chinese("arts 0"), None);
    }

    #[test]
    fn a_note_on_how_a_law_is_meant_is_said_too() {
        let said = said(&laws(), "港口法 Port Law (2018) art. 3，参照 as a model; FAL 1，参照 as a model");
        assert_eq!(said.zh, "《港口法》（2018年修正）第三条（参照）；《便利运输公约》总申报单（参照）");
        assert_eq!(said.en, "Port Law (2018) art. 3 (as a model); FAL 1 (as a model)");
    }

    #[test]
    fn words_of_an_officer_stay_as_they_are() {
        let own = "根据现场检查结果 on the spot";
        assert_eq!(said(&laws(), own), Text::new(own, own));
        assert!(cited(&laws(), "港口法 Port Law (2018)x").is_none());
    }
}
