//! A report's form as it came, read piece by piece: what is too much is left behind and told, and what was typed stays.

use axum::{
    extract::{
        Multipart,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use office::problems::{Attachment, MOST_ATTACHMENT, MOST_ATTACHMENTS};

use crate::page::Form;

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
