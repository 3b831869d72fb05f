//! What a member may hold: the facets of the published schema, as data.

use super::value::Written;

/// What a member may hold, and how often it occurs.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The kind of value.
    pub shape: Shape,
    /// Most characters of a text; most digits of a number, 0 without limit.
    pub most: usize,
    /// Most digits behind the point.
    pub decimals: u32,
    /// A text has exactly as many characters.
    pub exact: bool,
    /// A text may be blank.
    pub blank: bool,
    /// Letters or digits alone, where only these are taken.
    pub only: Option<Only>,
    /// The values that are taken, where they are listed.
    pub one_of: &'static [&'static str],
    /// It must be there.
    pub needed: bool,
    /// Most occurrences of a list, 0 without limit.
    pub times: usize,
}

/// The kinds of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A code.
    Code,
    /// A number or name that identifies.
    Id,
    /// Words.
    Text,
    /// Money with its currency.
    Amount,
    /// A count, or a quantity with its unit.
    Quantity,
    /// A measure with its unit.
    Measure,
    /// A number.
    Numeric,
    /// A day, or a point of time, with the code of its format.
    Moment,
    /// Another class.
    Class,
}

/// The only characters that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Digits.
    Digits,
    /// Letters of the plain alphabet.
    Letters,
}

/// How a value does not fit its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Nothing but blanks.
    Blank,
    /// More characters than this.
    TooLong(usize),
    /// Not exactly as many characters.
    Length(usize),
    /// Something other than digits.
    NotDigits,
    /// Something other than letters.
    NotLetters,
    /// None of the listed values.
    NotListed(&'static [&'static str]),
    /// More digits than this.
    Digits(usize),
    /// More digits behind the point than this.
    Decimals(u32),
    /// A currency is three capital letters.
    Currency,
    /// A unit has one to five characters.
    Unit,
    /// The model takes years from 2000 on, and a clock with its distance from UTC.
    Moment,
    /// The code of a date's format is missing, or neither 102 nor 304.
    MomentFormat,
}

const fn of(shape: Shape, most: usize) -> Format {
    Format { shape, most, decimals: 0, exact: false, blank: false, only: None, one_of: &[], needed: false, times: 0 }
}

/// A code of at most so many characters.
pub(super) const fn code(most: usize) -> Format {
    of(Shape::Code, most)
}

/// An identifier.
pub(super) const fn id(most: usize) -> Format {
    of(Shape::Id, most)
}

/// Words.
pub(super) const fn text(most: usize) -> Format {
    of(Shape::Text, most)
}

/// Money of at most so many digits, so many of them behind the point.
pub(super) const fn amount(most: usize, decimals: u32) -> Format {
    Format { decimals, ..of(Shape::Amount, most) }
}

/// A quantity.
pub(super) const fn quantity(most: usize, decimals: u32) -> Format {
    Format { decimals, ..of(Shape::Quantity, most) }
}

/// A measure.
pub(super) const fn measure(most: usize, decimals: u32) -> Format {
    Format { decimals, ..of(Shape::Measure, most) }
}

/// A number.
pub(super) const fn numeric(most: usize, decimals: u32) -> Format {
    Format { decimals, ..of(Shape::Numeric, most) }
}

/// Another class.
pub(super) const fn class() -> Format {
    of(Shape::Class, 0)
}

/// A day or a point of time.
pub(super) const MOMENT: Format = of(Shape::Moment, 35);

impl Format {
    pub(super) const fn exactly(self) -> Format {
        Format { exact: true, ..self }
    }

    pub(super) const fn blank(self) -> Format {
        Format { blank: true, ..self }
    }

    pub(super) const fn digits(self) -> Format {
        Format { only: Some(Only::Digits), ..self }
    }

    pub(super) const fn letters(self) -> Format {
        Format { only: Some(Only::Letters), ..self }
    }

    pub(super) const fn one_of(self, values: &'static [&'static str]) -> Format {
        Format { one_of: values, ..self }
    }

    pub(super) const fn needed(self) -> Format {
        Format { needed: true, ..self }
    }

    pub(super) const fn most(self, times: usize) -> Format {
        Format { times, ..self }
    }

    /// How a readable value does not fit, if it does not.
    pub fn misfit(&self, value: &Written<'_>) -> Option<Misfit> {
        match self.shape {
            Shape::Code | Shape::Id | Shape::Text => self.text_misfit(&value.text),
            Shape::Amount => self.number_misfit(&value.text).or_else(|| currency(value.qualifier.as_deref())),
            Shape::Quantity | Shape::Measure => {
                self.number_misfit(&value.text).or_else(|| unit(value.qualifier.as_deref()))
            }
            Shape::Numeric => self.number_misfit(&value.text),
            Shape::Moment => moment(value),
            Shape::Class => None,
        }
    }

    fn text_misfit(&self, text: &str) -> Option<Misfit> {
        let length = text.chars().count();
        if text.trim().is_empty() {
            return (!self.blank).then_some(Misfit::Blank);
        }
        if self.exact && length != self.most {
            return Some(Misfit::Length(self.most));
        }
        if length > self.most {
            return Some(Misfit::TooLong(self.most));
        }
        match self.only {
            Some(Only::Digits) if !text.bytes().all(|byte| byte.is_ascii_digit()) => return Some(Misfit::NotDigits),
            Some(Only::Letters) if !text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                return Some(Misfit::NotLetters);
            }
            _ => {}
        }
        (!self.one_of.is_empty() && !self.one_of.contains(&text)).then_some(Misfit::NotListed(self.one_of))
    }

    fn number_misfit(&self, text: &str) -> Option<Misfit> {
        if self.most == 0 {
            return None;
        }
        let plain = text.trim_start_matches(['+', '-']);
        let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
        let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
        if part.len() > self.decimals as usize {
            return Some(Misfit::Decimals(self.decimals));
        }
        (whole.len() + part.len() > self.most).then_some(Misfit::Digits(self.most))
    }
}

fn currency(code: Option<&str>) -> Option<Misfit> {
    let code = code?;
    (code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(Misfit::Currency)
}

fn unit(code: Option<&str>) -> Option<Misfit> {
    (!(1..=5).contains(&code?.chars().count())).then_some(Misfit::Unit)
}

fn moment(value: &Written<'_>) -> Option<Misfit> {
    let text = value.text.as_bytes();
    let zoned = match text.get(14..) {
        None => text.len() == 8,
        Some(b"Z") => true,
        Some([b'+' | b'-', hours @ ..]) => hours.len() == 2,
        Some(_) => false,
    };
    if !text.starts_with(b"20") || !zoned {
        return Some(Misfit::Moment);
    }
    (!matches!(value.qualifier.as_deref(), Some("102" | "304"))).then_some(Misfit::MomentFormat)
}
