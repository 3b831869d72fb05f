//! Serves every sample page, for looking at them and for the browser tests:
//! `cargo run -p web --example gallery -- 127.0.0.1:8099`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use web::layout::Layout;
use web::templates::Templates;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8099".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    eprintln!("http://{address}/samples.json");
    axum::serve(listener, axum::Router::new().fallback(answer)).await?;
    Ok(())
}

/// Samples, templates and words are read anew for each page, so that an edit shows at once.
async fn answer(request: Request) -> Response {
    let path = request.uri().path();
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if let Some(file) = path.strip_prefix("/assets/") {
        return web::assets::answer(file, request.headers(), Some(&home));
    }
    if path.starts_with("/events") {
        return StatusCode::NO_CONTENT.into_response();
    }
    let language = if request.uri().query().is_some_and(|query| query.contains("lang=en")) { "en" } else { "zh" };
    match page(&home, path, language) {
        Ok(Some(html)) => {
            let mut response = if path == "/samples.json" { html.into_response() } else { Html(html).into_response() };
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            response
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(fault) => (StatusCode::INTERNAL_SERVER_ERROR, fault.to_string()).into_response(),
    }
}

fn page(home: &Path, path: &str, language: &str) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let folder = home.join("templates/samples");
    let read = |path: &Path| -> Result<Value, Box<dyn std::error::Error>> {
        Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
    };
    let mut samples = BTreeMap::new();
    for entry in std::fs::read_dir(&folder)? {
        let file = entry?.path();
        if !file.ends_with("layouts.json") {
            let sample = read(&file)?;
            samples.insert(sample["address"].as_str().unwrap_or_default().to_owned(), sample);
        }
    }
    if path == "/samples.json" {
        return Ok(Some(serde_json::to_string(&samples.keys().collect::<Vec<_>>())?));
    }
    let Some(sample) = samples.get(path) else { return Ok(None) };
    let layouts = read(&folder.join("layouts.json"))?;
    let mut layout: Layout = serde_json::from_value(layouts[sample["layout"].as_str().unwrap_or_default()].clone())?;
    layout.lang = language.to_owned();
    layout.path = path.to_owned();
    for place in &mut layout.nav {
        place.current = sample["current"] == place.key.as_str();
    }
    let template = sample["template"].as_str().unwrap_or_default();
    Ok(Some(Templates::folder(home.to_owned()).render(template, &layout, &sample["view"])?))
}
