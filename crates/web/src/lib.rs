//! Pages, JSON API, feeds and languages: what a browser or a partner system meets.

pub mod assets;
pub mod layout;
pub mod templates;
mod voice;
pub mod words;
