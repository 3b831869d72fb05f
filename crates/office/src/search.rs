//! The words by which a call is found.

use domain::ship_call::ShipCall;

/// Tokens by which search finds a call: number, IMO number, call sign, the words and two-letter pieces of her names.
pub(crate) fn tokens(call: &ShipCall) -> Vec<String> {
    let mut tokens = vec![call.number.to_lowercase(), call.ship.imo.clone(), call.ship.call_sign.to_lowercase()];
    if let Some((_, code)) = call.number.rsplit_once('-') {
        tokens.push(code.to_lowercase());
    }
    tokens.extend(words(&call.ship.name.en));
    tokens.extend(words(&call.ship.name.zh));
    tokens.retain(|token| !token.is_empty());
    tokens.sort();
    tokens.dedup();
    tokens
}

/// The tokens of a search: every one of them must be found. The last word may be only begun; "IMO" before a number is
/// how people write it, and no word of the call.
pub(crate) fn query_tokens(words_given: &str) -> Vec<String> {
    let whole = words_given.trim().to_lowercase();
    let is_number = whole.contains('-') && !whole.contains(' ');
    let mut tokens = if is_number { vec![whole] } else { words(words_given) };
    if tokens.len() > 1 {
        tokens.retain(|token| token != "imo");
    }
    if let Some(last) = tokens.last_mut().filter(|last| last.len() >= BEGUN && last.is_ascii()) {
        last.push('*');
    }
    tokens
}

/// Fewer letters begin too many words to be worth the search.
const BEGUN: usize = 3;

/// Words in lower case; runs of Chinese become pairs of neighbours, since nothing separates its words.
fn words(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for word in text.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        if letters.iter().any(|letter| is_han(*letter)) {
            let pairs = letters.windows(2).map(|pair| pair.iter().collect::<String>());
            tokens.extend(pairs);
            if letters.len() == 1 {
                tokens.push(word.to_owned());
            }
        } else {
            tokens.push(word.to_owned());
        }
    }
    tokens
}

fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_are_found_by_any_two_neighbours() {
        assert_eq!(words("示例海 1 号"), ["示例", "例海", "1", "号"]);
        assert_eq!(query_tokens("例海"), ["例海"]);
    }

    #[test]
    fn a_search_may_be_begun_only_and_may_say_imo() {
        assert_eq!(query_tokens("2026-DAL-000412"), ["2026-dal-000412*"]);
        assert_eq!(query_tokens("Sample Auro"), ["sample", "auro*"]);
        assert_eq!(query_tokens("IMO 9074729"), ["9074729*"]);
        assert_eq!(query_tokens("示例海 1"), ["示例", "例海", "1"]);
        assert_eq!(query_tokens("imo"), ["imo*"]);
    }
}
