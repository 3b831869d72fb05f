//! Certificates that hold longer than is printed on them, by a measure. The anniversary date stays: only the day until which a
//! certificate counts is another.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Fits, Register, answer};
use crate::{Text, Value, matter::Rule, profile::Profile};

/// What a measure does for a certificate that would end on its printed day.
#[derive(Clone, Debug)]
pub struct Extension {
    /// The certificate's kind.
    pub kind: String,
    /// The day that is printed on it.
    pub printed: Date,
    /// The measure's code.
    pub measure: String,
    /// By itself, or on application.
    pub fits: Fits,
    /// The day until which it counts; none where the row names no day: it is tolerated, or decided case by case.
    pub effective: Option<Date>,
    /// Table, version and row.
    pub rule: Rule,
    /// Legal reference of the row.
    pub law: String,
    /// Why.
    pub reason: Text,
}

impl Extension {
    /// True when the certificate still counts on a day, without anything being asked for.
    pub fn covers(&self, day: Date) -> bool {
        self.fits == Fits::ByItself && self.effective.is_none_or(|until| day <= until)
    }
}

/// What a firm says of a certificate among the facts that it applies with: the certificate's kind, as the tables name it, and the day
/// that is printed on it. None where the register asks for neither.
pub fn named_in(register: &Register, facts: &BTreeMap<String, Value>) -> (Option<String>, Option<Date>) {
    let known =
        |from: &str| register.facts.iter().find(|fact| fact.known_from == from).and_then(|of| facts.get(&of.code));
    let printed = match known("certificate.expiry") {
        Some(Value::Date(day)) => Some(*day),
        // As a journal has it.
        Some(Value::Text(day)) => day.parse().ok(),
        _ => None,
    };
    (known("certificate.kind").and_then(Value::text).map(str::to_owned), printed)
}

/// The facts by which a certificate is named, by their codes.
pub fn naming(register: &Register) -> impl Iterator<Item = &str> {
    let facts = register.facts.iter().filter(|fact| fact.known_from.starts_with("certificate."));
    facts.map(|fact| fact.code.as_str())
}

/// The kind of a certificate as the tables name it, by its code in the formality's list.
pub fn kind_in_tables<'r>(register: &'r Register, kind: &str) -> Option<&'r str> {
    let fact = register.facts.iter().find(|fact| fact.known_from == "certificate.kind")?;
    let option = fact.options.iter().find(|option| option.records.iter().any(|known| known == kind))?;
    Some(&option.code)
}

/// What the measures of a port do for a certificate of a ship in a call, on the day of her arrival; none where none fits.
/// `kind` is a code of the formality's list of certificates.
pub fn extension(profile: &Profile, kind: &str, printed: Date, on: Date) -> Option<Extension> {
    let mut facts = Value::default();
    for fact in &profile.register.facts {
        let recorded = |record: &str| {
            let of = fact.options.iter().find(|option| option.records.iter().any(|known| known == record));
            of.map(|option| Value::from(option.code.as_str()))
        };
        let value = match fact.known_from.as_str() {
            "certificate.kind" => recorded(kind),
            "certificate.expiry" => Some(Value::Date(printed)),
            "matter.kind" => recorded("ship_call"),
            _ => None,
        };
        if let Some(value) = value {
            facts.set(&format!("/{}", fact.code), value);
        }
    }
    let measures = profile.register.measures.iter();
    let of_certificates = measures.filter(|measure| measure.extends_certificates());
    let mut answers: Vec<_> = of_certificates
        .map(|measure| answer(profile, measure, on, &facts))
        .filter(|answer| answer.fits.is_favourable())
        .collect();
    answers.sort_by_key(|answer| (answer.fits, answer.measure.stacking.order));
    let answer = answers.into_iter().next()?;
    let effective = match answer.outputs().remove("effective_expiry") {
        Some(Value::Date(day)) => Some(day),
        _ => None,
    };
    Some(Extension {
        kind: kind.to_owned(),
        printed,
        measure: answer.measure.code.clone(),
        fits: answer.fits,
        effective,
        rule: answer.rule()?,
        law: answer.law().to_owned(),
        reason: answer.reason(),
    })
}
