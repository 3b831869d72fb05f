//! A form with its files.

use axum::{extract::Multipart, http::StatusCode};
use domain::{Fault, Severity, Text};
use office::{Error, problems::Attachment};

use crate::page::Form;

/// Before the codes of papers in a form.
const PAPER: &str = "paper.";
/// The list of persons.
const LIST: &str = "list";

/// The form as it came.
#[derive(Default)]
pub struct Sent {
    /// Its pairs.
    pub form: Form,
    /// Files by the code of the listed paper.
    pub papers: Vec<(String, Attachment)>,
    /// The workbook with the list.
    pub list: Option<(String, Vec<u8>)>,
}

impl Sent {
    /// Reads it.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is too large, or its end did not come.
    pub async fn read(mut multipart: Multipart) -> Result<Sent, Error> {
        let mut sent = Sent::default();
        loop {
            let field = match multipart.next_field().await {
                Ok(None) => return Ok(sent),
                Ok(Some(field)) => field,
                Err(error) => return Err(broken(error.status())),
            };
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let bytes = field.bytes().await.map_err(|error| broken(error.status()))?;
            match (file, name.strip_prefix(PAPER)) {
                (Some(_), _) if bytes.is_empty() => {}
                (Some(file), Some(code)) => {
                    sent.papers.push((code.to_owned(), Attachment { name: file, bytes: bytes.to_vec() }));
                }
                (Some(file), None) if name == LIST => sent.list = Some((short(&file), bytes.to_vec())),
                (Some(_), None) => {}
                (None, _) => sent.form.pairs.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            }
        }
    }

    /// What the receipt has the digest of: what the form held, in its order, without the session's token.
    pub fn digested(&self) -> Result<Vec<u8>, Error> {
        let pairs: Vec<_> = self.form.pairs.iter().filter(|(name, _)| name != "csrf").collect();
        let mut bytes = serde_json::to_vec(&pairs)?;
        for file in self.papers.iter().map(|(_, file)| &file.bytes).chain(self.list.iter().map(|(_, bytes)| bytes)) {
            bytes.extend_from_slice(file);
        }
        Ok(bytes)
    }
}

fn short(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|letter| !letter.is_control()).take(120).collect()
}

fn broken(status: StatusCode) -> Error {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::Invalid(vec![Fault::new(
            Severity::Error,
            "PQ-PERSON-023",
            "/papers",
            Text::new("材料过大。", "The files are too large."),
            Text::new("请返回，删减材料后再提交。", "Go back and send fewer or smaller ones."),
        )]);
    }
    Error::NotFound
}
