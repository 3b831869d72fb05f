//! Container numbers (ISO 6346): three letters of the owner, the category U, J or Z, six digits, and a check digit.

/// A container's number as it is compared and kept, `CSQU3054383`; `None` when the text is no such number or its check digit
/// does not fit. Written with blanks or hyphens between its parts, or nothing.
///
/// Each sign counts by its value (letters from 10 upwards, multiples of eleven left out) times two to the power of its place;
/// the check digit is the sum's remainder by eleven, and that by ten.
pub fn container(text: &str) -> Option<String> {
    let signs: String = text.chars().filter(|sign| !matches!(sign, '-' | ' ' | '/')).collect::<String>().to_uppercase();
    let bytes = signs.as_bytes();
    let (letters, digits) = bytes.split_at_checked(4)?;
    let owner = letters[..3].iter().all(u8::is_ascii_uppercase) && matches!(letters[3], b'U' | b'J' | b'Z');
    if !owner || digits.len() != 7 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = bytes[..10].iter().zip(0_u32..).map(|(sign, place)| value(*sign) << place).sum();
    (sum % 11 % 10 == u32::from(digits[6] - b'0')).then_some(signs)
}

/// The value of a digit or letter: A is 10, B 12, and so on, without 11, 22 and 33.
fn value(sign: u8) -> u32 {
    match sign {
        b'0'..=b'9' => u32::from(sign - b'0'),
        letter => {
            let place = u32::from(letter - b'A');
            10 + place + place.div_ceil(10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_of_the_standard_fits_and_no_other_does() {
        // The standard's own examples, and numbers of practice.
        for number in ["CSQU3054383", "TEXU3070079", "MSKU6011672", "HLXU2008419"] {
            assert_eq!(container(number).as_deref(), Some(number), "{number}");
            let last = number.as_bytes()[10] - b'0';
            for other in (0..10).filter(|digit| *digit != last) {
                assert_eq!(container(&format!("{}{other}", &number[..10])), None, "{number} {other}");
            }
        }
        assert_eq!(container("csqu 305438-3").as_deref(), Some("CSQU3054383"));
    }

    #[test]
    fn what_is_no_number_of_a_container_is_none() {
        for text in ["", "CSQU", "CSQX3054383", "CSQU30543833", "1SQU3054383", "CSQU305438A", "箱号三〇五四三八三"]
        {
            assert_eq!(container(text), None, "{text}");
        }
    }
}
