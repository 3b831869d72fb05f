//! What every handler has at hand.

use std::sync::Arc;

use domain::Text;
use office::Office;

use crate::{limits::Limits, metrics::Metrics, templates::Templates};

/// The application: the office behind it, the templates in front of it.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub office: Office,
    /// Pages and words.
    pub templates: Arc<Templates>,
    /// How often a system may ask.
    pub limits: Arc<Limits>,
    /// How often one address may try to sign in, or post without being signed in.
    pub tries: Arc<Limits>,
    /// How often somebody may try to sign in to one account, from wherever.
    pub tries_of_account: Arc<Limits>,
    /// How often one sender of a gateway may write.
    pub senders: Arc<Limits>,
    /// What is counted for a monitoring system.
    pub metrics: Arc<Metrics>,
    /// The address under which people reach the pages, without a slash at its end; empty where none is set.
    pub site: String,
    /// True when answers to letters are read: a mailbox folder is set.
    pub mailbox: bool,
    /// The folder given by `--assets`.
    pub assets: Option<std::path::PathBuf>,
    /// True when browsers reach the program by TLS only; session cookies are then `Secure`.
    pub secure: bool,
    /// Sample accounts for the sign-in page of a sample port: who it is, name and password. Empty elsewhere.
    pub accounts: Arc<Vec<(Text, String, String)>>,
}
