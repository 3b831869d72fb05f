//! The files that were chosen in a form that was begun: kept with it, shown where it is drawn again, and sent along with it
//! unless others are chosen in their place.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request},
    http::{HeaderValue, Method, header, request::Parts},
};
use office::{Chosen, Error, MOST_BEGUN_FILES};

use super::page_of;
use crate::{
    again::Kept,
    page::{Failure, Form, Page},
};

/// The field by which a form says that the files which are kept go with it.
pub const MARK: &str = "begun_files";
/// The field that names a kept file, by its place, which is left out.
pub const WITHOUT: &str = "begun_without";
/// So many bytes are read of a form with its files; more than any route takes, so that each says itself what is too much.
const MOST: usize = 130 << 20;

/// A part of a form.
struct Part {
    name: String,
    file: Option<String>,
    bytes: Bytes,
}

/// A form with its files, every part by its name.
#[derive(Default)]
pub struct Came {
    parts: Vec<Part>,
}

impl Came {
    /// Its fields.
    pub fn form(&self) -> Form {
        let field = |part: &Part| (part.name.clone(), String::from_utf8_lossy(&part.bytes).into_owned());
        Form { pairs: self.parts.iter().filter(|part| part.file.is_none()).map(field).collect() }
    }

    /// True when it says that the files which are kept go with it.
    pub fn is_marked(&self) -> bool {
        self.parts.iter().any(|part| part.file.is_none() && part.name == MARK)
    }

    /// The files that go with it: those that were chosen now, and of those that are kept the ones that nobody left out and in
    /// whose place none was chosen.
    pub fn with(&self, kept: Vec<(Chosen, Vec<u8>)>) -> Vec<(Chosen, Vec<u8>)> {
        let left_out = |nth: usize| {
            let nth = nth.to_string();
            self.parts.iter().any(|part| part.name == WITHOUT && part.bytes == nth.as_bytes())
        };
        let replaced = |field: &str| self.chosen().any(|part| part.name == field);
        let stays = |(nth, (of, _)): &(usize, (Chosen, Vec<u8>))| !left_out(*nth) && !replaced(&of.field);
        let kept = kept.into_iter().enumerate().filter(stays).map(|(_, of)| of);
        let chosen = self.chosen().map(|part| {
            let name = part.file.clone().unwrap_or_default();
            (Chosen { field: part.name.clone(), name, size: part.bytes.len() }, part.bytes.to_vec())
        });
        kept.chain(chosen).collect()
    }

    /// Files that are none: a field in which nothing was chosen sends one without bytes.
    fn chosen(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.file.is_some() && !part.bytes.is_empty())
    }

    /// The same form as a browser sends it, with these files.
    fn written(&self, files: &[(Chosen, Vec<u8>)], boundary: &str) -> Vec<u8> {
        let mut body = Vec::new();
        for part in self.parts.iter().filter(|part| part.file.is_none()) {
            let name = escaped(&part.name);
            body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").bytes());
            body.extend_from_slice(&part.bytes);
            body.extend(b"\r\n");
        }
        for (of, bytes) in files {
            let (field, name) = (escaped(&of.field), escaped(&of.name));
            let head =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n");
            body.extend(head.bytes());
            body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").bytes());
        body
    }
}

/// As browsers escape what would end a name.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Reads a form with its files; one without them comes as any other form does.
///
/// # Errors
/// [`Error::Invalid`] when it does not arrive, or its files are larger than what is kept.
pub async fn read(request: Request) -> Result<Came, Failure> {
    let broken = || Failure::Error(Error::Invalid(Vec::new()));
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|of| of.to_str().ok()).unwrap_or_default();
    if !media.starts_with("multipart/form-data") {
        let body = Bytes::from_request(request, &()).await.map_err(|_| broken())?;
        let part = |(name, value): (String, String)| Part { name, file: None, bytes: value.into() };
        return Ok(Came { parts: form_urlencoded::parse(&body).into_owned().map(part).collect() });
    }
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let mut came = Came::default();
    while let Some(field) = multipart.next_field().await.map_err(|_| broken())? {
        let (name, file) = (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
        came.parts.push(Part { name, file, bytes: field.bytes().await.map_err(|_| broken())? });
    }
    Ok(came)
}

/// A form that is sent with the files which are kept of it: they are put into its body before anybody reads it. Gives the body,
/// and whether there were any.
///
/// # Errors
/// The body's own, when it does not arrive, and the store's.
pub async fn put_in(page: &Page, parts: &mut Parts, body: Body) -> Result<(Body, bool), Failure> {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media = header(header::CONTENT_TYPE).to_owned();
    let path = parts.uri.path().to_owned();
    let from = header(header::REFERER).parse::<axum::http::Uri>().ok();
    // From where it was drawn again, or from the answer that told what is wrong with it.
    let again = from.is_some_and(|from| matches!(from.path(), "/begun") || from.path() == path);
    let fits = parts.method == Method::POST && media.starts_with("multipart/form-data") && page_of(&path).is_some();
    let Some(Ok(actor)) = page.session.as_ref().filter(|_| fits && again).map(|_| page.actor()) else {
        return Ok((body, false));
    };
    if !actor.may(office::Right::File) {
        return Ok((body, false));
    }
    let office = &page.app.office;
    let Some(begun) = office.begun(actor, &path).await?.filter(|begun| !begun.chosen.is_empty()) else {
        return Ok((body, false));
    };
    let bytes = to_bytes(body, MOST).await.map_err(|_| Failure::Error(Error::Invalid(Vec::new())))?;
    let request = Request::builder().header(header::CONTENT_TYPE, &media).body(Body::from(bytes.clone()));
    let mut request = request.map_err(|error| Error::Internal(error.to_string()))?;
    DefaultBodyLimit::disable().apply(&mut request);
    let came = match read(request).await {
        Ok(came) if came.is_marked() => came,
        // Another form, or one that is broken: its own route says so.
        _ => return Ok((Body::from(bytes), false)),
    };
    let files = came.with(office.begun_files(actor, &begun).await?);
    let boundary = office.new_id().simple().to_string();
    let media = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"));
    parts.headers.insert(header::CONTENT_TYPE, media.map_err(|error| Error::Internal(error.to_string()))?);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.extensions.insert(Kept(Arc::new(begun.chosen)));
    Ok((Body::from(came.written(&files, &boundary)), true))
}

const _: () = assert!(MOST_BEGUN_FILES < MOST);
