//! Persons, words and files on their way into documents, before the decision.

use domain::{
    Value,
    formality::persons_of,
    person_permit::{NewHolder, Paper, subject_fields},
};
use store::{DocumentPlain, Sealed};
use uuid::Uuid;

use super::{MOST_PAPER, MOST_PAPERS, MOST_WORDS, fault};
use crate::{Error, Office, problems::Attachment};

/// What a document about a person serves.
pub(super) const HOLDER: &str = "holder";

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

    fn seal(&mut self, purpose: &str, bytes: Vec<u8>, subjects: Vec<String>) -> Result<String, Error> {
        let (id, matter) = (self.office.new_id(), self.matter);
        let plain = DocumentPlain { id, matter, purpose: purpose.to_owned(), subject: String::new(), bytes };
        let sealed = self.office.store.seal(plain)?.about(subjects);
        let id = sealed.id.to_string();
        self.documents.push(sealed);
        Ok(id)
    }

    /// A document for each, so that one can be erased without the others.
    pub fn holders(&mut self, subject: &str, rows: &[Value]) -> Result<Vec<NewHolder>, Error> {
        let columns = subject_fields(subject);
        let holder = |row: &Value| {
            let document = self.seal(HOLDER, serde_json::to_vec(row)?, persons_of(columns, row))?;
            Ok(NewHolder { document })
        };
        rows.iter().map(holder).collect()
    }

    pub fn words(&mut self, words: &str) -> Result<String, Error> {
        let words = words.trim();
        if words.is_empty() || words.chars().count() > MOST_WORDS {
            return Err(Error::Invalid(vec![fault(
                "PQ-PERSON-022",
                "/words",
                "内容为空，或超过 8000 字。",
                "There are no words, or more than 8,000 characters.",
                "请填写，或删减。",
                "Write them, or fewer.",
            )]));
        }
        self.seal("words", words.as_bytes().to_vec(), Vec::new())
    }

    pub fn optional(&mut self, words: &str) -> Result<Option<String>, Error> {
        if words.trim().is_empty() { Ok(None) } else { self.words(words).map(Some) }
    }

    pub fn papers(&mut self, papers: &[(String, Attachment)]) -> Result<Vec<Paper>, Error> {
        if papers.len() > MOST_PAPERS || papers.iter().any(|(_, file)| file.bytes.len() > MOST_PAPER) {
            return Err(Error::Invalid(vec![fault(
                "PQ-PERSON-023",
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
            sealed.push(Paper { code: code.clone(), document: self.seal("paper", file.bytes.clone(), vec![])?, name });
        }
        Ok(sealed)
    }
}
