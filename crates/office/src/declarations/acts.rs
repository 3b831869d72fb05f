//! Acts on a declaration, in words and with papers; both are sealed before the decision.

use std::collections::BTreeMap;

use domain::{
    Instant, Value,
    declaration::{Act, Paper},
};
use rust_decimal::Decimal;
use store::Sealed;
use uuid::Uuid;

use super::fault;
use crate::{Error, Office, problems::Attachment};

/// So many characters are taken of what is written.
const MOST_WORDS: usize = 4000;
/// So many papers come with one answer.
const MOST_PAPERS: usize = 10;
/// The largest of them.
const MOST_PAPER: usize = 5 << 20;

/// What is done with a declaration, as it is asked.
#[derive(Clone, Debug)]
pub enum DeclarationAct {
    /// A guarantee account secures it; what is free of it the store says.
    Secure {
        /// The account.
        account: String,
    },
    /// Customs orders an inspection, wants documents or holds the goods.
    Order {
        /// `inspection`, `documents` or `hold`.
        kind: String,
        /// Until when documents are to come.
        limit: Option<Instant>,
        /// Every paper that is missing, by its code.
        papers: Vec<String>,
        /// In words.
        words: String,
    },
    /// The declarant answers what documents are wanted for.
    Answer {
        /// In words.
        words: String,
        /// Papers by their code.
        papers: Vec<(String, Attachment)>,
    },
    /// Customs has looked at the goods.
    Find {
        /// `as_declared` and so on.
        found: String,
        /// In words.
        words: String,
        /// Pictures and papers by their code.
        papers: Vec<(String, Attachment)>,
    },
    /// Customs says what a survey of bulk goods came to.
    Survey {
        /// Net mass of all items in kilograms.
        kilograms: Decimal,
        /// In words.
        words: String,
        /// The surveyor's report, and what comes with it, by their code.
        papers: Vec<(String, Attachment)>,
    },
    /// Customs puts it first by a measure.
    GrantPriority {
        /// The measure, by its code.
        measure: String,
        /// What the measure's table asks.
        facts: BTreeMap<String, Value>,
        /// Why.
        words: String,
    },
    /// Customs takes a priority back that it gave.
    EndPriority {
        /// Which.
        priority: u32,
        /// Why.
        words: String,
    },
    /// Anything else.
    Other(Box<Act>),
}

/// An act whose words are sealed.
pub(super) enum Prepared {
    /// An account is to secure it.
    Secure(String),
    /// It, whole.
    Act(Box<Act>),
}

impl Office {
    pub(super) fn prepared_act(&self, id: Uuid, act: &DeclarationAct) -> Result<(Prepared, Vec<Sealed>), Error> {
        let mut documents = Vec::new();
        let act = match act {
            DeclarationAct::Secure { account } => return Ok((Prepared::Secure(account.clone()), documents)),
            DeclarationAct::Order { kind, limit, papers, words } => Act::Order {
                kind: kind.clone(),
                limit: *limit,
                papers: papers.clone(),
                words: self.declaration_sealed_words(id, words, &mut documents)?,
            },
            DeclarationAct::Answer { words, papers } => Act::Answer {
                words: self.declaration_sealed_words(id, words, &mut documents)?,
                papers: self.declaration_sealed_papers(id, papers, &mut documents)?,
            },
            DeclarationAct::Find { found, words, papers } => Act::Find {
                found: found.clone(),
                words: self.declaration_sealed_words(id, words, &mut documents)?,
                papers: self.declaration_sealed_papers(id, papers, &mut documents)?,
            },
            DeclarationAct::Survey { kilograms, words, papers } => Act::Survey {
                kilograms: *kilograms,
                words: self.declaration_sealed_words(id, words, &mut documents)?,
                papers: self.declaration_sealed_papers(id, papers, &mut documents)?,
            },
            DeclarationAct::GrantPriority { measure, facts, words } => Act::GrantPriority {
                measure: measure.clone(),
                facts: facts.clone(),
                application: None,
                words: self.declaration_sealed_words(id, words, &mut documents)?,
            },
            DeclarationAct::EndPriority { priority, words } => Act::EndPriority {
                priority: *priority,
                words: self.declaration_sealed_words(id, words, &mut documents)?,
                application: None,
            },
            DeclarationAct::Other(act) => (**act).clone(),
        };
        Ok((Prepared::Act(Box::new(act)), documents))
    }

    pub(super) fn declaration_sealed_words(
        &self,
        id: Uuid,
        words: &str,
        documents: &mut Vec<Sealed>,
    ) -> Result<Option<String>, Error> {
        self.seal_written(id, words, (MOST_WORDS, "PQ-DECLARATION-035"), documents)
    }

    pub(super) fn declaration_sealed_papers(
        &self,
        id: Uuid,
        papers: &[(String, Attachment)],
        documents: &mut Vec<Sealed>,
    ) -> Result<Vec<Paper>, Error> {
        if papers.len() > MOST_PAPERS || papers.iter().any(|(_, file)| file.bytes.len() > MOST_PAPER) {
            return Err(Error::Invalid(vec![fault(
                "PQ-DECLARATION-036",
                "/papers",
                "一次最多十份材料，每份不超过 5 MB。".to_owned(),
                "At most ten papers at a time, none above 5 MB.".to_owned(),
                ("请分次提交，或压缩文件。", "Send them in several answers, or make the files smaller."),
            )]));
        }
        let mut sealed = Vec::with_capacity(papers.len());
        for (code, file) in papers {
            let document = self.seal_bytes(id, "paper", file.bytes.clone())?;
            sealed.push(Paper { code: code.clone(), document: document.id.to_string(), ending: ending(&file.name) });
            documents.push(document);
        }
        Ok(sealed)
    }
}

/// The ending of a file's name: the name itself may tell of persons, and is not kept.
fn ending(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { ending.to_lowercase() } else { String::new() }
}
