//! Ship identification numbers (IMO Resolution A.1117(30)).

/// True for seven digits whose last one is the check digit, with or without `IMO` before them.
///
/// The check digit is the last digit of the sum of the first six, weighted 7 to 2.
pub fn imo_number_ok(text: &str) -> bool {
    digits(text).is_some_and(|[rest @ .., last]| {
        rest.iter().zip((2..=7).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum::<u32>() % 10
            == u32::from(last)
    })
}

/// The seven digits of a ship's number as they are compared and kept, `None` when the text is no such number.
pub fn imo_number(text: &str) -> Option<String> {
    digits(text)
        .filter(|_| imo_number_ok(text))
        .map(|digits| digits.map(|digit| char::from(b'0' + digit)).iter().collect())
}

fn digits(text: &str) -> Option<[u8; 7]> {
    let text = text.trim();
    let text = match text.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("IMO") => text[3..].trim_start(),
        _ => text,
    };
    let digits: [u8; 7] = text.as_bytes().try_into().ok()?;
    digits.iter().all(u8::is_ascii_digit).then(|| digits.map(|digit| digit - b'0'))
}
