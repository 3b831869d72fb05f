//! Character sets by syntax identifier (UNB data element 0001): which bytes are allowed, and what they mean.

use std::borrow::Cow;

use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, WINDOWS_1254,
};

/// The character repertoire that an interchange declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UNOA: capitals, digits and some marks of ISO 646.
    A,
    /// UNOB: as UNOA, with small letters.
    B,
    /// UNOC: ISO 8859-1.
    C,
    /// UNOD: ISO 8859-2.
    D,
    /// UNOE: ISO 8859-5.
    E,
    /// UNOF: ISO 8859-7.
    F,
    /// UNOG: ISO 8859-3.
    G,
    /// UNOH: ISO 8859-4.
    H,
    /// UNOI: ISO 8859-6.
    I,
    /// UNOJ: ISO 8859-8.
    J,
    /// UNOK: ISO 8859-9.
    K,
    /// UNOX: code extension by ISO 2022, which is not decoded here.
    X,
    /// UNOW and UNOY: ISO 10646 as UTF-8.
    Utf8,
    /// IATA and IATB, as airlines send; read as ISO 646.
    Airline,
    /// Anything else.
    Unknown,
}

impl Charset {
    /// The character set that a syntax identifier names, such as `UNOC`.
    pub fn of(identifier: &[u8]) -> Charset {
        match identifier {
            b"UNOA" => Charset::A,
            b"UNOB" => Charset::B,
            b"UNOC" => Charset::C,
            b"UNOD" => Charset::D,
            b"UNOE" => Charset::E,
            b"UNOF" => Charset::F,
            b"UNOG" => Charset::G,
            b"UNOH" => Charset::H,
            b"UNOI" => Charset::I,
            b"UNOJ" => Charset::J,
            b"UNOK" => Charset::K,
            b"UNOX" => Charset::X,
            b"UNOW" | b"UNOY" => Charset::Utf8,
            b"IATA" | b"IATB" => Charset::Airline,
            _ => Charset::Unknown,
        }
    }

    /// The characters that bytes mean. Whatever does not fit the declared set but is UTF-8 is read as UTF-8, because
    /// senders often declare another set than they send; bytes without any meaning become U+FFFD.
    pub fn decode<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => match self.encoding() {
                Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
                None if *self == Charset::Utf8 => String::from_utf8_lossy(bytes),
                None => bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into(),
            },
        }
    }

    /// The first byte that the declared set does not allow, and whether it still has a certain meaning.
    pub(crate) fn misfit(&self, bytes: &[u8]) -> Option<Misfit> {
        let fits = |byte: u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\r' | b'\n' | 0x1C..=0x1F);
        match self {
            Charset::Utf8 => match std::str::from_utf8(bytes) {
                Ok(_) => position(bytes, |byte| byte >= 0x80 || fits(byte), false),
                Err(error) => Some(Misfit { at: error.valid_up_to(), readable: false }),
            },
            Charset::A => position(bytes, |byte| fits(byte) && is_level_a(byte), bytes.is_ascii()),
            Charset::B | Charset::Airline | Charset::Unknown => position(bytes, fits, false),
            Charset::X => position(bytes, |byte| byte != 0x1B, false),
            _ if bytes.is_ascii() => position(bytes, fits, false),
            // Valid sequences of UTF-8 beyond ASCII are next to impossible as words of an ISO 8859 part.
            _ if std::str::from_utf8(bytes).is_ok() => position(bytes, |byte| byte < 0x80, true),
            _ => position(bytes, |byte| byte >= 0xA0 || fits(byte), false),
        }
        .map(|misfit| Misfit { readable: misfit.readable || self.is_plain(bytes), ..misfit })
    }

    /// Characters of UTF-8 in a set that declares none of them can be told with certainty.
    fn is_plain(&self, bytes: &[u8]) -> bool {
        let ascii_set = matches!(self, Charset::A | Charset::B | Charset::Airline | Charset::Unknown);
        ascii_set && std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(char::is_control))
    }

    fn encoding(&self) -> Option<&'static Encoding> {
        match self {
            Charset::D => Some(ISO_8859_2),
            Charset::E => Some(ISO_8859_5),
            Charset::F => Some(ISO_8859_7),
            Charset::G => Some(ISO_8859_3),
            Charset::H => Some(ISO_8859_4),
            Charset::I => Some(ISO_8859_6),
            Charset::J => Some(ISO_8859_8),
            // Differs from ISO 8859-9 only in control characters, which no set here allows.
            Charset::K => Some(WINDOWS_1254),
            _ => None,
        }
    }
}

/// A byte outside the declared set.
pub(crate) struct Misfit {
    /// Its offset.
    pub at: usize,
    /// True when the meaning is nevertheless certain, such as a small letter in UNOA.
    pub readable: bool,
}

fn position(bytes: &[u8], fits: impl Fn(u8) -> bool, readable: bool) -> Option<Misfit> {
    bytes.iter().position(|&byte| !fits(byte)).map(|at| Misfit { at, readable })
}

/// Level A of ISO 9735: capitals, digits, blank and these marks; line breaks between segments are tolerated.
fn is_level_a(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" .,-()/='+:?!\"%&*;<>\r\n".contains(&byte)
}
