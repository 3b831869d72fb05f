//! Words and files on their way into documents, before the decision.

use domain::application::{Act, Decided, Paper};
use jiff::civil::Date;
use rust_decimal::Decimal;
use store::{DocumentPlain, Sealed};
use uuid::Uuid;

use super::{ApplicationAct, MOST_PAPER, MOST_PAPERS, MOST_WORDS, amount, fault};
use crate::{Error, Office, problems::Attachment};

/// The reference of a payment has at most so many letters.
const MOST_REFERENCE: usize = 80;

/// Documents of one matter.
pub(super) struct Sealing<'a> {
    office: &'a Office,
    matter: Uuid,
    pub documents: Vec<Sealed>,
}

impl<'a> Sealing<'a> {
    pub fn of(office: &'a Office, matter: Uuid) -> Sealing<'a> {
        Sealing { office, matter, documents: Vec::new() }
    }

    fn seal(&mut self, purpose: &str, bytes: Vec<u8>) -> Result<String, Error> {
        let (id, matter) = (self.office.new_id(), self.matter);
        let plain = DocumentPlain { id, matter, purpose: purpose.to_owned(), subject: String::new(), bytes };
        let sealed = self.office.store.seal(plain)?;
        let id = sealed.id.to_string();
        self.documents.push(sealed);
        Ok(id)
    }

    pub fn words(&mut self, words: &str) -> Result<String, Error> {
        let words = words.trim();
        if words.is_empty() || words.chars().count() > MOST_WORDS {
            return Err(Error::Invalid(vec![fault(
                "PQ-APPLICATION-010",
                "/words",
                "内容为空，或超过 8000 字。",
                "There are no words, or more than 8,000 characters.",
                "请填写，或删减。",
                "Write them, or fewer.",
            )]));
        }
        self.seal("application", words.as_bytes().to_vec())
    }

    pub fn papers(&mut self, papers: &[(String, Attachment)]) -> Result<Vec<Paper>, Error> {
        if papers.len() > MOST_PAPERS || papers.iter().any(|(_, file)| file.bytes.len() > MOST_PAPER) {
            return Err(Error::Invalid(vec![fault(
                "PQ-APPLICATION-013",
                "/papers",
                "材料过多或过大（最多 10 个，每个不超过 5 MB）。",
                "Too many files, or one is too large: ten at most, each up to 5 MB.",
                "请删减材料。",
                "Send fewer or smaller ones.",
            )]));
        }
        let mut sealed = Vec::with_capacity(papers.len());
        for (code, file) in papers {
            let name: String = file.name.chars().filter(|letter| !letter.is_control()).take(120).collect();
            sealed.push(Paper { code: code.clone(), document: self.seal("paper", file.bytes.clone())?, name });
        }
        Ok(sealed)
    }

    /// The act with its words and files sealed.
    pub fn act(&mut self, act: &ApplicationAct, today: Date) -> Result<Act, Error> {
        Ok(match act {
            ApplicationAct::Ask { words } => Act::Ask { words: self.words(words)? },
            ApplicationAct::Answer { words, papers } => {
                Act::Answer { words: self.words(words)?, papers: self.papers(papers)? }
            }
            ApplicationAct::Grant { words, law, saved, hours, until, percent, person, plan } => {
                let words = if words.trim().is_empty() { None } else { Some(self.words(words)?) };
                let (saved, hours) = (amount(*saved)?, amount(*hours)?);
                let (law, plan) = (law.trim().to_owned(), plan.clone());
                let person = person.as_deref().map(str::trim).filter(|person| !person.is_empty()).map(str::to_owned);
                let (until, percent) = (*until, per_cent(*percent)?);
                Act::Decide(Decided {
                    granted: true,
                    words,
                    law,
                    saved,
                    hours,
                    until,
                    percent,
                    person,
                    plan,
                    ..Decided::default()
                })
            }
            ApplicationAct::PayInstalment { nth, on, reference } => {
                let reference = reference.trim().chars().filter(|letter| !letter.is_control()).take(MOST_REFERENCE);
                Act::PayInstalment { nth: *nth, on: on.unwrap_or(today), reference: reference.collect(), borne: None }
            }
            ApplicationAct::Refuse { words, law } => Act::Decide(Decided {
                words: Some(self.words(words)?),
                law: law.trim().to_owned(),
                ..Decided::default()
            }),
            ApplicationAct::Withdraw => Act::Withdraw,
            ApplicationAct::Appeal { words } => Act::Appeal { words: self.words(words)? },
            ApplicationAct::DecideAppeal { stands, words } => {
                Act::DecideAppeal { stands: *stands, words: self.words(words)? }
            }
            ApplicationAct::Revoke { words, law, back } => {
                Act::Revoke { words: self.words(words)?, law: law.trim().to_owned(), back: amount(*back)? }
            }
        })
    }
}

/// A share of a charge, more than nothing and at most all of it.
fn per_cent(given: Option<u32>) -> Result<Option<Decimal>, Error> {
    match given {
        Some(given) if !(1..=100).contains(&given) => Err(Error::Invalid(vec![fault(
            "PQ-APPLICATION-011",
            "/percent",
            "减免比例应为 1 至 100。",
            "The share is not between 1 and 100.",
            "请填写 1 至 100 的整数；全部减免可留空。",
            "Give a whole number from 1 to 100; leave it empty for all of it.",
        )])),
        given => Ok(given.map(Decimal::from)),
    }
}
