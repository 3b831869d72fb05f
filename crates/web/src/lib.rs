//! Pages, JSON API, feeds and languages: what a browser or a partner system meets.

mod again;
pub mod api;
pub mod app;
mod aside;
pub mod assets;
pub mod events;
pub mod feeds;
mod held;
pub mod layout;
pub mod letters;
pub mod limits;
pub mod metrics;
mod mirror;
pub mod notices;
pub mod page;
pub mod pages;
mod rest;
pub mod routes;
mod say;
mod shell;
pub mod templates;
mod voice;
pub mod words;
