//! Air waybill numbers (IATA Resolution 600a): three digits of the airline, seven of the serial, and a check digit.

/// An air waybill's number as it is compared and kept, `784-12345675`; `None` when the text is no such number. Written with a
/// hyphen, a blank, or nothing between the airline and the serial.
///
/// The check digit is the remainder of the serial divided by seven.
pub fn air_waybill(text: &str) -> Option<String> {
    let digits: String = text.trim().chars().filter(|letter| !matches!(letter, '-' | ' ')).collect();
    if digits.len() != 11 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (airline, serial) = digits.split_at(3);
    let number: u32 = serial[..7].parse().ok()?;
    let check: u32 = serial[7..].parse().ok()?;
    (number % 7 == check).then(|| format!("{airline}-{serial}"))
}
