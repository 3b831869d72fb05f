//! A request for a page: who reads it, in which language, and what its form holds.

mod failure;
mod form;

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::ship_call::Party;
use office::{Actor, Error, Role, Session};
use serde::Serialize;
use serde_json::json;

pub use self::{
    failure::{Failure, sign_in_address, status_of},
    form::Form,
};
use crate::{
    again::{self, Again, Kept},
    app::App,
    layout::{Layout, NavItem, Say, User},
};

/// Cookie that remembers how tables are shown on this machine.
pub const DENSE: &str = "pq_dense";

/// A request for a page.
pub struct Page {
    /// The application.
    pub app: App,
    /// The session, if one stands.
    pub session: Option<Session>,
    /// `zh` or `en`.
    pub lang: String,
    /// The address without `lang`.
    pub path: String,
    /// The query's pairs.
    pub query: Vec<(String, String)>,
    /// True when the language was chosen by this request, and is to be remembered.
    pub chosen: bool,
    /// Dense tables or airy ones, as this browser's reader chose.
    dense: Option<bool>,
    /// The name of the reader's firm.
    firm: Option<domain::Text>,
    /// True for a firm that flies, or handles flights.
    flies: bool,
    /// The name of the firm for which the reader acts by mandate.
    principal: Option<domain::Text>,
    /// The visit at the counter in which a clerk acts for a firm on this page, and the firm's name.
    pub visit: Option<(uuid::Uuid, domain::Text)>,
    /// The remote help for which the reader asked, while it goes on.
    pub help: Option<office::hall::Helping>,
    /// As whom what was filed is read while an operator looks at this page; none where nobody but its reader sees it.
    pub looking: Option<Actor>,
    /// The form on this page that was begun before: who kept it and when, and how it is thrown away.
    begun: Option<Arc<Again>>,
    /// The files that are kept of the form on this page.
    kept: Arc<Vec<office::Chosen>>,
    /// How many notices the reader has not read.
    unread: i64,
    /// The session cookie's value.
    pub token: Option<String>,
}

/// Name of the session cookie.
pub const SESSION: &str = "pq_session";
/// Name of the cookie that keeps for which firm an agent acts; what it says counts only while a mandate stands.
pub const PRINCIPAL: &str = "pq_for";
/// Name of the cookie that keeps in which visit a clerk of the hall is; what it says counts only while a consent stands.
pub const VISIT: &str = "pq_visit";
/// Name of the cookie that keeps for which remote help its reader asked.
pub const HELP: &str = "pq_help";
/// Pages of a firm that a clerk opens as the firm, once it has consented. Its people, keys and ways of being told are not among
/// them, nor is what is the clerk's own.
const AT_COUNTER: [&str; 17] = [
    "/begun",
    "/calls",
    "/manifests",
    "/consignments",
    "/ships",
    "/companies",
    "/applications",
    "/measures",
    "/problems",
    "/report",
    "/resumption",
    "/charges",
    "/person-permits",
    "/crew-cases",
    "/flights",
    "/declarations",
    "/known",
];
/// Those of them on which a clerk acts for somebody who came for herself.
const FOR_PERSON: [&str; 7] =
    ["/begun", "/problems", "/report", "/person-permits", "/declarations", "/consignments", "/known"];
const LANGUAGE: &str = "pq_lang";

impl FromRequestParts<App> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Page, Response> {
        let query: Vec<(String, String)> =
            form_urlencoded::parse(parts.uri.query().unwrap_or("").as_bytes()).into_owned().collect();
        let chosen = query.iter().find(|(name, _)| name == "lang").map(|(_, value)| value.clone());
        let token = cookie(&parts.headers, SESSION);
        let mut session = match &token {
            Some(token) => app.office.session(token).await.unwrap_or_default(),
            None => None,
        };
        // Only `pages/hall/help.rs` gives this along, for a page that it draws for an operator.
        let looked = parts.extensions.get::<Arc<office::hall::Looking>>().cloned();
        if let Some(looked) = &looked {
            let actor = looked.as_person.clone();
            session = Some(Session { actor, csrf: String::new(), expires: app.office.now(), must_change: false });
        }
        let mut principal = None;
        let code = match &looked {
            Some(looked) => looked.as_person.on_behalf.clone(),
            None => cookie(&parts.headers, PRINCIPAL),
        };
        if let (Some(session), Some(code)) = (&mut session, code)
            && let Ok(actor) = app.office.acting_for(session.actor.clone(), &code).await
        {
            session.actor = actor;
            let names = app.office.names_of(vec![code.clone()]).await.unwrap_or_default();
            principal =
                Some(names.get(&code).cloned().unwrap_or_else(|| domain::Text::new(code.as_str(), code.as_str())));
        }
        let mut visit = None;
        if let (Some(session), Some(id)) = (&mut session, cookie(&parts.headers, VISIT).and_then(|id| id.parse().ok()))
            && is_under(&AT_COUNTER, parts.uri.path())
            && !session.must_change
            && let Ok(Some((actor, name))) = app.office.acting_at_counter(&session.actor, id).await
            && (!office::hall::is_person(actor.unit()) || is_under(&FOR_PERSON, parts.uri.path()))
        {
            session.actor = actor;
            visit = Some((id, name));
        }
        let help = match (&session, cookie(&parts.headers, HELP).and_then(|id| id.parse().ok())) {
            (Some(session), Some(id)) if visit.is_none() => {
                app.office.own_help(&session.actor, id).await.unwrap_or_default()
            }
            _ => None,
        };
        let company = match session.as_ref().map(|session: &Session| &session.actor) {
            Some(actor) if matches!(actor.party, Party::Firm(_)) => {
                app.office.company(actor, actor.unit()).await.ok().map(|recorded| recorded.record)
            }
            _ => None,
        };
        let flies = company.as_ref().is_some_and(|company| company.kind == "airline");
        let firm = company.map(|company| company.name);
        let unread = match &session {
            Some(session) => app.office.unread(&session.actor).await.unwrap_or_default(),
            None => 0,
        };
        let lang = chosen
            .clone()
            .or_else(|| cookie(&parts.headers, LANGUAGE))
            .or_else(|| session.as_ref().map(|session| session.actor.language.clone()))
            .or_else(|| accepted(&parts.headers))
            .unwrap_or_default();
        let kept = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query.iter().filter(|(name, _)| name != "lang"))
            .finish();
        let path = parts.uri.path();
        let path = if kept.is_empty() { path.to_owned() } else { format!("{path}?{kept}") };
        // Only `pages/begun.rs` gives this along, for a form that it draws again.
        let begun = parts.extensions.get::<Arc<Again>>().cloned();
        let path = begun.as_ref().map_or(path, |of| again::address(&of.0.to));
        // Put in by `pages/begun/files.rs`, and shown again where the form comes back with its faults.
        let kept = match (&begun, parts.extensions.get::<Kept>()) {
            (Some(of), _) => Arc::new(of.0.chosen.clone()),
            (None, Some(kept)) => kept.0.clone(),
            (None, None) => Arc::default(),
        };
        Ok(Page {
            app: app.clone(),
            session,
            lang: if lang == "en" { "en" } else { "zh" }.to_owned(),
            path,
            query,
            chosen: chosen.is_some(),
            dense: cookie(&parts.headers, DENSE).map(|dense| dense == "yes"),
            firm,
            flies,
            principal,
            visit,
            help,
            looking: looked.map(|looked| looked.reader.clone()),
            begun,
            kept,
            unread,
            token,
        })
    }
}

impl Page {
    /// The person who reads.
    ///
    /// # Errors
    /// A redirect to the sign-in page, from which she comes back here; or to the page where she chooses a password, as
    /// long as hers was made by somebody else.
    pub fn actor(&self) -> Result<&Actor, Failure> {
        match &self.session {
            Some(session) if session.must_change => Err(Failure::ChangePassword(self.path.clone())),
            Some(session) => Ok(&session.actor),
            None => Err(self.sign_in_first()),
        }
    }

    /// As whom words that somebody wrote are opened: the person who reads, or the unit of an operator who looks.
    ///
    /// # Errors
    /// As [`Page::actor`].
    pub fn reader(&self) -> Result<&Actor, Failure> {
        self.looking.as_ref().map_or_else(|| self.actor(), Ok)
    }

    /// Sends to the sign-in page, in the language that this request chose, and from there back here.
    pub fn sign_in_first(&self) -> Failure {
        Failure::SignIn { next: self.path.clone(), lang: self.chosen.then(|| self.lang.clone()) }
    }

    /// Leads on to another page, which the reader gets in the language that this request chose.
    pub fn lead_to(&self, path: &str) -> Response {
        let lang = if self.chosen { format!("?lang={}", self.lang) } else { String::new() };
        Redirect::to(&format!("{path}{lang}")).into_response()
    }

    /// The value of the query's pair.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Reads a form and checks that it came from a page of this session.
    ///
    /// # Errors
    /// Forbidden when the token is missing or another session's.
    pub fn form(&self, body: &[u8]) -> Result<Form, Failure> {
        let form = Form { pairs: form_urlencoded::parse(body).into_owned().collect() };
        self.check_token(form.get("csrf"))?;
        Ok(form)
    }

    /// Checks the token that every form sends back.
    ///
    /// # Errors
    /// Forbidden when it is missing or another session's.
    pub fn check_token(&self, given: &str) -> Result<(), Failure> {
        let session = self.session.as_ref().ok_or_else(|| self.sign_in_first())?;
        let equal = given.len() == session.csrf.len()
            && given.bytes().zip(session.csrf.bytes()).fold(0, |sum, (one, other)| sum | (one ^ other)) == 0;
        if equal { Ok(()) } else { Err(Failure::Error(Error::Forbidden)) }
    }

    /// Changes the language when the form asks for it; the page is then drawn again with what was typed.
    pub fn switch(&mut self, form: &Form) -> bool {
        let wanted = form.get("switch");
        if !matches!(wanted, "zh" | "en") {
            return false;
        }
        self.lang = wanted.to_owned();
        self.chosen = true;
        true
    }

    /// The frame of a page that belongs to a place of the navigation.
    pub fn layout(&self, place: &str) -> Layout {
        let profile = &self.app.office.profile;
        let session = self.session.as_ref();
        Layout {
            lang: self.lang.clone(),
            path: self.path.clone(),
            now: self.app.office.now().0,
            zone: profile.port.zone.clone(),
            port: json!({"zh": profile.port.name.zh, "en": profile.port.name.en}),
            sample_port: profile.port.sample,
            user: session.map(|session| self.user(&session.actor)),
            nav: session.filter(|of| !of.must_change).map(|of| self.nav(&of.actor, place)).unwrap_or_default(),
            csrf: session.map(|session| session.csrf.clone()).unwrap_or_default(),
            key: self.app.office.new_id().to_string(),
            session_ends: session.map(|session| session.expires.0),
            unread: self.unread,
            counter: self
                .visit
                .as_ref()
                .map(|(id, name)| json!({"name": {"zh": name.zh, "en": name.en}, "id": id.to_string()})),
            help: self.help.as_ref().map(help_strip),
            may_ask_help: session.is_some_and(|of| of.actor.may(office::Right::File)) && self.visit.is_none(),
            lock_after: session.and_then(|session| self.lock_after(&session.actor)),
            begun: self.begun.as_ref().map(|of| json!({"to": of.0.to, "by": of.0.by, "at": of.0.at.0})),
            kept_files: self.kept.iter().map(|of| json!({"name": of.name, "size": of.size})).collect(),
            on_behalf: self.principal.as_ref().map(|name| json!({"zh": name.zh, "en": name.en})),
            dense: self
                .dense
                .unwrap_or_else(|| session.is_some_and(|of| !matches!(of.actor.role, Role::Agent | Role::Guard))),
            ..Layout::default()
        }
    }

    /// Where the reader may go. Flights are for whom they concern: carriers, the airport, and the organs that decide on them;
    /// permits of persons for who issues them.
    fn nav(&self, actor: &Actor, place: &str) -> Vec<NavItem> {
        let office = &self.app.office;
        let profile = &office.profile;
        let kinds = domain::person_permit::kinds(profile, office.now());
        let issues_permits = kinds.iter().any(|kind| kind.issuer == actor.unit());
        let flies = match &actor.party {
            Party::Firm(_) => self.flies,
            Party::Organ(organ) => domain::flight::is_concerned(profile, organ),
            Party::Clock => false,
        };
        let places: &[(&str, &str)] = match &actor.party {
            Party::Organ(organ) if domain::flight::airport(profile) == Some(organ) => AIRPORT,
            Party::Firm(_) if self.flies => CARRIER,
            _ => places(actor.role, issues_permits),
        };
        let item =
            |(href, key): (&str, &str)| NavItem { href: href.to_owned(), key: key.to_owned(), current: key == place };
        let mut items: Vec<NavItem> = places.iter().copied().map(item).collect();
        let reads = actor.may(office::Right::ReadCalls);
        if flies && reads && items.iter().all(|item| item.key != "flights") {
            items.insert(items.len().min(2), item(("/flights", "flights")));
        }
        // Goods are declared by firms that do not fly; customs decides, and the port group delivers.
        let declares = match &actor.party {
            Party::Firm(_) => !self.flies,
            Party::Organ(organ) => matches!(organ.as_str(), "customs" | "port_group"),
            Party::Clock => false,
        };
        if declares && matches!(actor.role, Role::Agent | Role::Officer | Role::Operator) {
            let href = if actor.unit() == "customs" { "/declarations/queue" } else { "/declarations" };
            items.insert(items.len().min(2), item((href, "declarations")));
        }
        items
    }

    /// By which way what this page sends comes in.
    pub fn channel(&self) -> &'static str {
        if self.visit.is_some() { "counter" } else { "page" }
    }

    /// After how many minutes without use a clerk's screen locks; none for others.
    fn lock_after(&self, actor: &Actor) -> Option<i64> {
        let office = &self.app.office;
        let serves = actor.role == Role::Clerk || self.visit.is_some();
        serves.then(|| domain::hall::rule(&office.profile, "lock_after", office.now()).n.unwrap_or(5).max(1))
    }

    fn user(&self, actor: &Actor) -> User {
        let unit: Say = match &actor.party {
            Party::Organ(code) => match self.app.office.profile.organ(code) {
                Some(organ) => json!({"zh": organ.name.zh, "en": organ.name.en}),
                None => json!(code),
            },
            Party::Firm(code) => {
                self.firm.as_ref().map_or_else(|| json!(code), |name| json!({"zh": name.zh, "en": name.en}))
            }
            Party::Clock => json!(""),
        };
        let role = match actor.role {
            Role::Agent => "agent",
            Role::Officer => "officer",
            Role::Operator => "terminal",
            Role::Coordinator => "port_office",
            Role::Clerk => "clerk",
            Role::Guard => "gate",
            Role::Administrator => "admin",
        };
        User { name: actor.name.clone(), unit, role: role.to_owned() }
    }

    /// Draws a page.
    ///
    /// # Errors
    /// An internal error when the template does not fit the view.
    pub fn draw(&self, template: &str, layout: &Layout, view: &impl Serialize) -> Result<Response, Failure> {
        self.draw_with(StatusCode::OK, template, layout, view)
    }

    /// Draws a page with another status.
    ///
    /// # Errors
    /// An internal error when the template does not fit the view.
    pub fn draw_with(
        &self,
        status: StatusCode,
        template: &str,
        layout: &Layout,
        view: &impl Serialize,
    ) -> Result<Response, Failure> {
        let page = self
            .app
            .templates
            .render(template, layout, view)
            .map_err(|error| Failure::Error(Error::Internal(format!("{template}: {error}"))))?;
        let mut response = (status, Html(page)).into_response();
        if self.chosen {
            let cookie = format!("{LANGUAGE}={}; Path=/; Max-Age=31536000; SameSite=Lax", self.lang);
            if let Ok(value) = cookie.parse() {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        Ok(response)
    }
}

/// Where carriers go.
const CARRIER: &[(&str, &str)] = &[
    ("/flights", "flights"),
    ("/consignments", "consignments"),
    ("/problems", "problems"),
    ("/measures", "measures"),
    ("/companies", "companies"),
];

/// Where the airport goes.
const AIRPORT: &[(&str, &str)] = &[
    ("/flights/board", "flights"),
    ("/consignments", "consignments"),
    ("/problems", "problems"),
    ("/applications?mine=yes", "measures"),
];

fn places(role: Role, issues_permits: bool) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Agent => &[
            ("/", "today"),
            ("/calls", "calls"),
            ("/consignments", "consignments"),
            ("/problems", "problems"),
            ("/measures", "measures"),
            ("/person-permits", "person-permits"),
            ("/ships", "ships"),
            ("/companies", "companies"),
        ],
        Role::Officer if issues_permits => &[
            ("/queue", "queue"),
            ("/calls", "calls"),
            ("/person-permits?mine=yes", "person-permits"),
            ("/prechecks", "prechecks"),
            ("/crew-cases", "crew-cases"),
            ("/gate", "gate"),
            ("/problems", "problems"),
            ("/applications?mine=yes", "measures"),
            ("/board", "board"),
            ("/ships", "ships"),
        ],
        Role::Officer | Role::Operator => &[
            ("/queue", "queue"),
            ("/calls", "calls"),
            ("/crew-cases", "crew-cases"),
            ("/consignments", "consignments"),
            ("/problems", "problems"),
            ("/applications?mine=yes", "measures"),
            ("/board", "board"),
            ("/ships", "ships"),
            ("/tables", "tables"),
        ],
        Role::Coordinator => &[
            ("/problems", "problems"),
            ("/applications?mine=yes", "measures"),
            ("/board", "board"),
            ("/queue", "queue"),
            ("/calls", "calls"),
            ("/ships", "ships"),
            ("/companies", "companies"),
            ("/hall/day", "hall-day"),
            ("/tables", "tables"),
        ],
        Role::Guard => &[("/gate", "gate"), ("/gate/aboard", "gate-aboard")],
        Role::Clerk => &[
            ("/hall/desk", "desk"),
            ("/hall/visit", "visit"),
            ("/hall/day", "hall-day"),
            ("/hall/help", "help"),
            ("/hall/ledger", "ledger"),
            ("/services", "services"),
        ],
        Role::Administrator => {
            &[("/administration", "administration"), ("/status", "status"), ("/deliveries", "deliveries")]
        }
    }
}

/// What every page says of the remote help that goes on.
fn help_strip(of: &office::hall::Helping) -> Say {
    let row = &of.row;
    let code: Vec<String> =
        of.code.as_bytes().chunks(3).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let pointed =
        (!row.pointed.is_empty()).then(|| json!({"id": row.pointed, "name": row.pointed_words, "at": row.pointed_at}));
    json!({"code": code.join(" "), "until": row.until, "operator": of.operator, "pointed": pointed, "problem": row.problem})
}

/// True for one of these pages, or one below it.
fn is_under(pages: &[&str], path: &str) -> bool {
    let under = |of: &&str| path.strip_prefix(*of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    pages.iter().any(under)
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(of, _)| *of == name)
        .map(|(_, value)| value.to_owned())
}

fn accepted(headers: &HeaderMap) -> Option<String> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let first = accepted.split(',').next()?.trim();
    Some(if first.starts_with("zh") { "zh" } else { "en" }.to_owned())
}
