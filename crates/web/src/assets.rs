//! The style sheet, the scripts and the mark: embedded, precompressed, under names that carry the hash of their content
//! so that browsers keep them for good.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A file that pages refer to.
pub struct Asset {
    /// The name that templates use: `pratique.css`.
    pub name: &'static str,
    /// The name in addresses, with the hash of the content: `pratique-0a1b2c3d4e5f.css`.
    pub file: &'static str,
    /// The content as it is.
    pub identity: &'static [u8],
    /// The content compressed with gzip.
    pub gzip: &'static [u8],
    /// The content compressed with Brotli.
    pub brotli: &'static [u8],
}

/// The address of the asset that templates call `name`; none when there is no such asset.
pub fn url(name: &str) -> Option<String> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| format!("/assets/{}", asset.file))
}

/// Answers `GET /assets/{file}`. Embedded files may be kept for a year; a folder given by `--assets` is read anew each
/// time and never kept, and has what only we write (our style sheet, our script and the mark).
pub fn answer(file: &str, headers: &HeaderMap, folder: Option<&Path>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.file == file) else {
        return plain(StatusCode::NOT_FOUND, Body::empty());
    };
    if let Some(bytes) = folder.and_then(|folder| std::fs::read(folder.join("assets").join(asset.name)).ok()) {
        let mut response = plain(StatusCode::OK, Body::from(bytes));
        set(&mut response, header::CONTENT_TYPE, content_type(asset.name));
        set(&mut response, header::CACHE_CONTROL, "no-store");
        return response;
    }
    let (encoding, bytes) = match headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) {
        Some(accepted) if accepts(accepted, "br") => (Some("br"), asset.brotli),
        Some(accepted) if accepts(accepted, "gzip") => (Some("gzip"), asset.gzip),
        _ => (None, asset.identity),
    };
    let mut response = plain(StatusCode::OK, Body::from(bytes));
    set(&mut response, header::CONTENT_TYPE, content_type(asset.name));
    set(&mut response, header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    set(&mut response, header::VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        set(&mut response, header::CONTENT_ENCODING, encoding);
    }
    response
}

/// True when the `Accept-Encoding` value names the encoding and does not refuse it by `q=0`.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        named && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0)))
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn plain(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

fn set(response: &mut Response, name: header::HeaderName, value: &'static str) {
    response.headers_mut().insert(name, header::HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_with(accepted: &'static str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, header::HeaderValue::from_static(accepted));
        let address = url("govuk.css").unwrap();
        answer(address.strip_prefix("/assets/").unwrap(), &headers, None)
    }

    #[test]
    fn best_accepted_encoding_is_given() {
        let encoding = |response: Response| response.headers().get(header::CONTENT_ENCODING).cloned();
        assert_eq!(encoding(asked_with("gzip, deflate, br")).unwrap(), "br");
        assert_eq!(encoding(asked_with("gzip, br;q=0")).unwrap(), "gzip");
        assert_eq!(encoding(asked_with("identity")), None);
    }

    #[test]
    fn unknown_file_is_not_found() {
        assert_eq!(answer("govuk.css", &HeaderMap::new(), None).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn nothing_is_left_of_the_typeface_and_the_crest() {
        let css = ASSETS.iter().find(|asset| asset.name == "govuk.css").unwrap();
        let css = std::str::from_utf8(css.identity).unwrap();
        assert!(!css.contains("GDS Transport") && !css.contains("@font-face") && !css.contains("crest.svg"));
        assert!(css.contains("var(--pq-font)"));
    }
}
