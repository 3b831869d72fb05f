//! Characters: what cannot be seen goes, widths are made one, names keep their script.

use unicode_normalization::UnicodeNormalization;

/// The text without characters that cannot be seen or that turn the writing, and whether there were any. Line ends and
/// tabs stay.
pub fn without_unseen(given: &str) -> (String, bool) {
    if given.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return (given.to_owned(), false);
    }
    let clean: String = given.chars().filter(|letter| !unseen(*letter)).collect();
    let removed = clean.len() != given.len();
    (clean, removed)
}

/// Words on one line: composed (NFC), full-width letters and digits made half-width, white space single.
pub fn words(given: &str) -> String {
    if given.is_ascii() {
        return single_spaced(given);
    }
    single_spaced(&half_width(given).nfc().collect::<String>())
}

/// Words on several lines, each trimmed at its end, without blank lines at both ends.
pub fn paragraphs(given: &str) -> String {
    let lines = given.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'], "\n");
    let composed: String = half_width(&lines).nfc().collect();
    let trimmed: Vec<&str> = composed.lines().map(str::trim_end).collect();
    trimmed.join("\n").trim().to_owned()
}

/// A code or number: compatible forms made one (NFKC), upper case, white space single.
pub fn code(given: &str) -> String {
    // Most codes are ASCII, of which every letter is its own compatible form.
    if given.is_ascii() {
        return single_spaced(&given.to_ascii_uppercase());
    }
    // Upper case can need composing again, and so on: two rounds are a fixed point for every letter there is.
    let round = |text: &str| text.nfkc().collect::<String>().to_uppercase().nfkc().collect::<String>();
    single_spaced(&round(&round(given)))
}

/// True when a word of ours, single-spaced, has this code.
pub fn is_code(word: &str, code: &str) -> bool {
    match (word.is_ascii(), code.is_ascii()) {
        (true, true) => word.eq_ignore_ascii_case(code),
        // Our words in another script hold a letter of it, and no form of that is ASCII.
        (true, false) | (false, true) => false,
        (false, false) => self::code(word) == code,
    }
}

fn single_spaced(given: &str) -> String {
    let mut text = String::with_capacity(given.len());
    for word in given.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

fn half_width(given: &str) -> String {
    if given.is_ascii() {
        return given.to_owned();
    }
    given
        .chars()
        .map(|letter| match letter {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
            '\u{3000}' => ' ',
            other => other,
        })
        .collect()
}

/// Control characters but line ends and tabs, marks that turn the writing, invisible signs, tags and non-characters. The
/// joiners stay: Persian and Indian names are written with them.
fn unseen(letter: char) -> bool {
    match letter {
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' => false,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control() || (other as u32) & 0xFFFE == 0xFFFE,
    }
}
