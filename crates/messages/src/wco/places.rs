//! Places as faults name them, and a bounded list of faults.

use std::{collections::BTreeMap, fmt::Write};

use domain::{Fault, declaration::model::Misfit};

use crate::{
    words::{self, Words},
    xml::Lines,
};

/// More faults are counted, not listed.
const LISTED: usize = 300;

/// The faults of a document.
#[derive(Debug, Default)]
pub(super) struct Faults {
    lines: Lines,
    listed: Vec<Fault>,
    more: BTreeMap<&'static str, usize>,
    /// Names on the way to the element that is being read, with their occurrence where the model has a list.
    pub names: Vec<(String, Option<usize>)>,
}

impl Faults {
    pub fn new(lines: Lines) -> Faults {
        Faults { lines, ..Faults::default() }
    }

    /// A fault of the element that is being read.
    pub fn here(&mut self, kind: &Words, at: usize, found: &[&str]) {
        if self.listed.len() < LISTED {
            let place = self.place(at);
            self.listed.push(kind.at(place, found));
        } else {
            *self.more.entry(kind.code()).or_default() += 1;
        }
    }

    /// A fault of something that it holds.
    pub fn inside(&mut self, name: &str, kind: &Words, at: usize, found: &[&str]) {
        self.names.push((name.to_owned(), None));
        self.here(kind, at, found);
        self.names.pop();
    }

    /// How a value does not fit its format.
    pub fn misfit(&mut self, misfit: Misfit, value: &str, at: usize) {
        match misfit {
            Misfit::Blank => self.here(&words::WCO_BLANK, at, &[]),
            Misfit::TooLong(most) => {
                let length = value.chars().count().to_string();
                self.here(&words::WCO_LONG, at, &[value, &most.to_string(), &length]);
            }
            Misfit::Length(exact) => self.here(&words::WCO_LENGTH, at, &[value, &exact.to_string()]),
            Misfit::NotDigits => self.here(&words::WCO_DIGITS_ONLY, at, &[value]),
            Misfit::NotLetters => self.here(&words::WCO_LETTERS_ONLY, at, &[value]),
            Misfit::NotListed(values) => self.here(&words::WCO_LISTED, at, &[value, &values.join(", ")]),
            Misfit::Digits(most) => self.here(&words::WCO_DIGITS, at, &[value, &most.to_string()]),
            Misfit::Decimals(most) => self.here(&words::WCO_DECIMALS, at, &[value, &most.to_string()]),
            Misfit::Currency => self.here(&words::WCO_CURRENCY, at, &[value]),
            Misfit::Unit => self.here(&words::WCO_UNIT, at, &[value]),
            Misfit::Moment => self.here(&words::WCO_MOMENT_FORM, at, &[value]),
            Misfit::MomentFormat => self.here(&words::WCO_MOMENT_CODE, at, &[value]),
        }
    }

    /// All of them.
    pub fn finish(mut self) -> Vec<Fault> {
        if !self.more.is_empty() {
            let more: Vec<_> = self.more.iter().map(|(code, times)| format!("{code} × {times}")).collect();
            self.listed.push(words::MORE_PLACES.at("", &[&more.join(", ")]));
        }
        self.listed
    }

    /// `/MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/Commodity, line 120`.
    fn place(&self, at: usize) -> String {
        let mut place = String::new();
        for (name, nth) in &self.names {
            let _ = write!(place, "/{name}");
            if let Some(nth) = nth {
                let _ = write!(place, "[{nth}]");
            }
        }
        let _ = write!(place, ", line {}", self.lines.line(at));
        place
    }
}
