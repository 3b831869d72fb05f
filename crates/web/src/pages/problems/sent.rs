//! A form with files as it came, read piece by piece: what is too much is left behind and told, and what was typed stays.

use axum::{
    body::{Body, Bytes},
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};
use office::{
    Error,
    problems::{Attachment, MOST_ATTACHMENT, MOST_ATTACHMENTS},
};

use crate::page::{Failure, Form};

/// So many bytes are kept of one field: more than any field may have, so that what is longer is refused and never cut.
const MOST_TEXT: usize = 64 << 10;
/// So many fields are kept: a form has a tenth of them.
const MOST_FIELDS: usize = 400;

/// A form with its files.
#[derive(Default)]
pub struct Sent {
    /// Its fields, in their order.
    pub form: Form,
    /// Its files; of one that is too large a byte more than may be, and a file too many has a name alone.
    pub files: Vec<Attachment>,
    /// The status of what kept the rest of it from being read.
    pub failed: Option<StatusCode>,
}

impl Sent {
    /// What tells this form from another one: its fields in their order, and its files.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let fields: Vec<_> = self.form.pairs.iter().filter(|(name, _)| name != "csrf").collect();
        let mut bytes = serde_json::to_vec(&fields)?;
        for file in &self.files {
            bytes.extend(file.name.as_bytes());
            bytes.push(0);
            bytes.extend(&file.bytes);
        }
        Ok(bytes)
    }
}

/// Reads a form that may have files: one without them comes as any other form does.
///
/// # Errors
/// The body's own, when it does not arrive.
pub async fn of(request: Request) -> Result<Sent, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let broken = || Failure::Error(Error::Invalid(Vec::new()));
    if kind.starts_with("multipart/form-data") {
        let multipart = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        return Ok(read(multipart).await);
    }
    let body = Bytes::from_request(request, &()).await.map_err(|_| broken())?;
    Ok(Sent { form: Form { pairs: form_urlencoded::parse(&body).into_owned().collect() }, ..Sent::default() })
}

/// The same of bytes that have come already.
pub async fn of_bytes(media: &str, bytes: Bytes) -> Sent {
    let request = Request::builder().header(header::CONTENT_TYPE, media).body(Body::from(bytes));
    let Ok(request) = request else { return Sent::default() };
    of(request).await.unwrap_or_default()
}

/// Reads a form. It never fails: what came before the fault is there.
pub async fn read(mut multipart: Multipart) -> Sent {
    let mut sent = Sent::default();
    loop {
        let taken = match multipart.next_field().await {
            Ok(None) => return sent,
            Ok(Some(field)) => take(field, &mut sent).await,
            Err(error) => Err(error),
        };
        if let Err(error) = taken {
            sent.failed = Some(error.status());
            return sent;
        }
    }
}

async fn take(field: Field<'_>, sent: &mut Sent) -> Result<(), MultipartError> {
    let name = field.name().unwrap_or_default().to_owned();
    match field.file_name().map(str::to_owned) {
        Some(file) => {
            let most = if sent.files.len() < MOST_ATTACHMENTS { MOST_ATTACHMENT + 1 } else { 1 };
            let bytes = bytes(field, most).await?;
            // A field of files that was left empty sends one without name and bytes; one file too many is told once.
            if !bytes.is_empty() && sent.files.len() <= MOST_ATTACHMENTS {
                sent.files.push(Attachment { name: file, bytes });
            }
        }
        None => {
            let text = String::from_utf8_lossy(&bytes(field, MOST_TEXT).await?).into_owned();
            if sent.form.pairs.len() < MOST_FIELDS {
                sent.form.pairs.push((name, text));
            }
        }
    }
    Ok(())
}

/// The beginning of a field; the rest is read, so that the sender hears the answer, and dropped.
async fn bytes(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, MultipartError> {
    let mut kept = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        let room = most.saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(kept)
}
