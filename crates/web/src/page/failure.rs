//! Why a page is not drawn, and with which status.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use office::Error;

/// Why a page is not drawn.
pub enum Failure {
    /// Sign in first, in this language if one was chosen, then come back to this address.
    SignIn { next: String, lang: Option<String> },
    /// Choose a password first, then come back to this address.
    ChangePassword(String),
    /// The use case's error.
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl IntoResponse for Failure {
    /// The status and the error; a layer that knows the reader's language draws the page.
    fn into_response(self) -> Response {
        match self {
            Failure::SignIn { next, lang } => Redirect::to(&sign_in_address(&next, lang.as_deref())).into_response(),
            Failure::ChangePassword(next) => {
                Redirect::to(&leading_on("/account/password", &next, None)).into_response()
            }
            Failure::Error(error) => {
                let mut response = status_of(&error).into_response();
                response.extensions_mut().insert(Arc::new(error));
                response
            }
        }
    }
}

/// The address of the sign-in page, which leads on to another page.
pub fn sign_in_address(next: &str, lang: Option<&str>) -> String {
    leading_on("/sign-in", next, lang)
}

/// The address of a page that comes first, and leads on to another one.
fn leading_on(first: &str, next: &str, lang: Option<&str>) -> String {
    let pairs = [("next", Some(next)), ("lang", lang)];
    let pairs = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    format!("{first}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// The status of an error.
pub fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) | Error::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Refused(_) | Error::Conflict => StatusCode::CONFLICT,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Gone(_) => StatusCode::GONE,
        Error::SignIn => StatusCode::UNAUTHORIZED,
        Error::Forbidden => StatusCode::FORBIDDEN,
        Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Full | Error::Unrecorded => StatusCode::INSUFFICIENT_STORAGE,
        Error::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
