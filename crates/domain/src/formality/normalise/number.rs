//! Numbers as people write them.

use rust_decimal::Decimal;

/// A number with a point as its decimal sign; thousands may be parted by commas, spaces or apostrophes, and the field's
/// own unit may follow. `1,5` is not read: a comma parts thousands, and guessing would be a fault in law.
pub fn read(given: &str, unit: &str) -> Option<Decimal> {
    let upper = super::text::code(unit);
    let bare = if upper.is_empty() { given } else { given.strip_suffix(&upper).unwrap_or(given) }.trim();
    let (sign, digits) = match bare.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", bare.strip_prefix('+').unwrap_or(bare)),
    };
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let whole = without_groups(whole)?;
    if fraction.is_some_and(|rest| rest.is_empty() || !all_digits(rest)) {
        return None;
    }
    let plain = format!("{sign}{whole}.{}", fraction.unwrap_or("0"));
    // More digits than a decimal holds would be rounded in silence: they are refused.
    (whole.len() + fraction.map_or(0, str::len) <= 27)
        .then(|| plain.parse::<Decimal>().ok())?
        .map(|number| number.normalize())
}

fn without_groups(whole: &str) -> Option<String> {
    if all_digits(whole) && !whole.is_empty() {
        return Some(whole.to_owned());
    }
    let sign = [',', ' ', '\'', '’'].into_iter().find(|sign| whole.contains(*sign))?;
    let mut groups = whole.split(sign);
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && all_digits(first);
    (fits && groups.all(|group| group.len() == 3 && all_digits(group))).then(|| whole.replace(sign, ""))
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
