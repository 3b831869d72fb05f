//! Pages that are drawn inside the program: a form that was begun and is drawn again, and what one asks help with.

use std::sync::Arc;

use axum::Router;
use office::{Begun, Chosen};

use crate::app::App;

/// The routes by which they are drawn.
#[derive(Clone, Copy)]
pub struct Within(pub fn(App) -> Router);

/// A form that is drawn again.
pub struct Again(pub Begun);

/// The files that are kept of the form on a page.
#[derive(Clone, Debug, Default)]
pub struct Kept(pub Arc<Vec<Chosen>>);

/// Where a form that was begun is gone on with.
pub fn address(to: &str) -> String {
    format!("/begun?form={to}")
}
