//! What every page shows around its content.

use serde::{Deserialize, Serialize};

/// Something to say in the reader's language: a string, `{zh, en}`, `{key, …}`, `{at}` or `{for}` (see `voice`).
pub type Say = serde_json::Value;

/// The frame of a page: who reads it, in which language, where it is and what it may do.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Language of the page: `zh`, `en`.
    pub lang: String,
    /// Address of this page with its query, without `lang`.
    pub path: String,
    /// The instant at which the page is drawn, µs UTC.
    pub now: i64,
    /// IANA name of the port's time zone: `Asia/Shanghai`.
    pub zone: String,
    /// The port's name.
    pub port: Say,
    /// True for a port whose firms, ships and persons are invented.
    pub sample_port: bool,
    /// Who is signed in; nobody on public pages.
    pub user: Option<User>,
    /// Places that this reader may go to.
    pub nav: Vec<NavItem>,
    /// Token that every form sends back.
    pub csrf: String,
    /// Key under which a repeated form is recognised as the same.
    pub key: String,
    /// What just happened, said once on top of the page.
    pub flash: Option<Flash>,
    /// Address of the server-sent events that concern this page.
    pub live: Option<String>,
    /// The instant at which the session ends, µs UTC.
    pub session_ends: Option<i64>,
    /// An outage or announcement that concerns everybody.
    pub notice: Option<Flash>,
    /// The firm for which an agent acts by mandate in this session.
    pub on_behalf: Option<Say>,
    /// The visit at the counter in which a clerk acts: the firm's name and the visit.
    pub counter: Option<Say>,
    /// The form on this page that was begun before: its address, who kept it, and when.
    pub begun: Option<Say>,
    /// The files that are kept of it, and go with it: name and size.
    pub kept_files: Vec<Say>,
    /// The remote help that goes on: code or operator, until when, and at what she points.
    pub help: Option<Say>,
    /// True for who may ask for remote help.
    pub may_ask_help: bool,
    /// After how many minutes without use the screen locks; none where it does not.
    pub lock_after: Option<i64>,
    /// How many notices the reader has not read; a hundred stands for more.
    pub unread: i64,
    /// Tables dense, as officers want them.
    pub dense: bool,
}

/// Who is signed in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct User {
    /// The person's name.
    pub name: String,
    /// The firm or the organ and unit for which the person acts.
    pub unit: Say,
    /// `agent`, `officer`, `port_office`, `terminal`, `gate`, `admin`.
    pub role: String,
}

/// A place in the navigation; its words have the key `nav-{key}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NavItem {
    /// Address.
    pub href: String,
    /// `today`, `calls`, `problems`, `measures`, `ships`, `companies`, `queue`, `board`, `verify`, `status`, `account`.
    pub key: String,
    /// True for the part of the program that this page belongs to.
    pub current: bool,
}

/// A short message with its tone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Flash {
    /// `ok`, `wait`, `stop` or `none`.
    pub tone: String,
    /// The message.
    pub say: Say,
}
