//! Signing in and out, and staying signed in.

use std::net::{IpAddr, SocketAddr};

use axum::{
    Extension,
    body::Bytes,
    extract::ConnectInfo,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use office::{Error, Role, SignedIn};
use serde_json::json;

use crate::{
    app::App,
    aside::aside,
    page::{Failure, Form, PRINCIPAL, Page, SESSION},
    say,
};

/// Who is at the other end; nobody in tests that use no socket.
pub type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

/// How long a browser keeps the cookie, in seconds: twelve hours longer than any session lasts, so that a form that comes
/// too late is known for what it is.
const LONGEST: u32 = 86_400;

/// No name is longer; what is typed beyond it names nobody.
const ACCOUNT: usize = 40;

/// `GET /sign-in`
pub async fn form(page: Page) -> Result<Response, Failure> {
    let next = page.asked("next").unwrap_or("").to_owned();
    if let Some(session) = &page.session {
        return Ok(Redirect::to(onward(&next, session.actor.role)).into_response());
    }
    let name: String = page.asked("name").unwrap_or("").chars().take(ACCOUNT).collect();
    draw(&page, StatusCode::OK, &name, &next)
}

/// `POST /sign-in`. There is no session whose token the form could carry; that it comes from a page of this site is
/// checked around every handler.
pub async fn sign_in(page: Page, peer: Peer, body: Bytes) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let form = Form { pairs: form_urlencoded::parse(&body).into_owned().collect() };
    let (name, next) = (form.get("name").trim(), form.get("next"));
    // Many addresses, or a proxy that is one for everybody, must not make one account cheap to try.
    let account: String = name.chars().take(ACCOUNT).collect();
    let taken = page.app.tries_of_account.take(&account, page.app.office.now().0);
    taken.map_err(Error::TooMany)?;
    let signed_in = match aside(page.app.office.sign_in(name, form.get("password"))).await {
        Err(Error::SignIn) => return draw(&page, StatusCode::UNAUTHORIZED, name, next),
        other => other?,
    };
    page.app.tries_of_account.forget(&account);
    if let Some(former) = &page.token {
        page.app.office.sign_out(former).await?;
    }
    enter(&page.app, &signed_in, next)
}

/// Goes on with a session that has just begun.
///
/// # Errors
/// An internal error when its token is no header's value.
pub fn enter(app: &App, SignedIn { token, session }: &SignedIn, next: &str) -> Result<Response, Failure> {
    let mut response = Redirect::to(onward(next, session.actor.role)).into_response();
    set_cookie(&mut response, app, token, LONGEST)?;
    Ok(response)
}

/// `POST /sign-out`
pub async fn sign_out(page: Page, body: Bytes) -> Result<Response, Failure> {
    if page.session.is_some() {
        page.form(&body)?;
    }
    if let Some(token) = &page.token {
        page.app.office.sign_out(token).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &page.app, "", 0)?;
    // For whom she acted is the session's, not the browser's.
    let forgotten = format!("{PRINCIPAL}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    let value = HeaderValue::from_str(&forgotten).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(response)
}

/// `POST /session`: the request itself keeps the session open; the answer tells for how many seconds.
pub async fn extend(page: Page, body: Bytes) -> Result<Response, Failure> {
    let Some(session) = &page.session else { return Err(Failure::Error(Error::SignIn)) };
    page.form(&body)?;
    let seconds = session.expires.0.saturating_sub(page.app.office.now().0).max(0) / 1_000_000;
    let body = json!({"seconds": seconds}).to_string();
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Takes one of the tries that an address has for what needs no session.
///
/// # Errors
/// Too many, with the seconds to wait.
pub fn take_try(app: &App, peer: &Peer) -> Result<(), Error> {
    let taken = app.tries.take(&address(peer), app.office.now().0);
    taken.map_err(Error::TooMany)
}

/// So many bills an address reckons at once, and so many it regains a second: nothing is guessed there, and who tries prices
/// has not used up her tries to sign in.
const RECKONED: (f64, f64) = (60.0, 1.0);

/// Takes one of an address's estimates, apart from its tries to sign in.
///
/// # Errors
/// Too many, with the seconds to wait.
pub fn take_estimate(app: &App, peer: &Peer) -> Result<(), Error> {
    let (burst, rate) = RECKONED;
    let taken = app.tries.take_of(&format!("estimate {}", address(peer)), app.office.now().0, burst, rate);
    taken.map_err(Error::TooMany)
}

fn address(peer: &Peer) -> String {
    match peer {
        Some(Extension(ConnectInfo(peer))) => place(peer.ip()),
        None => "local".to_owned(),
    }
}

/// The address, or the network of a subscriber where each has many addresses (IPv6, RFC 6177).
fn place(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Where a person goes after signing in: back to a page of this site, else to the place where her work is.
fn onward(next: &str, role: Role) -> &str {
    if is_path_here(next) {
        return next;
    }
    match role {
        Role::Agent => "/",
        Role::Officer | Role::Operator => "/queue",
        Role::Coordinator => "/board",
        Role::Clerk => "/hall/desk",
        Role::Guard => "/gate",
        Role::Administrator => "/status",
    }
}

/// True for an absolute path of this site. Browsers read `//` and `/\` as another site, and skip control characters.
fn is_path_here(next: &str) -> bool {
    next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(|letter| letter.is_control() || letter.is_whitespace())
}

/// Forgets the session in the browser.
///
/// # Errors
/// None that a cookie of nothing gives.
pub fn forget_session(response: &mut Response, app: &App) -> Result<(), Failure> {
    set_cookie(response, app, "", 0)
}

fn set_cookie(response: &mut Response, app: &App, token: &str, age: u32) -> Result<(), Failure> {
    let secure = if app.secure { "; Secure" } else { "" };
    let cookie = format!("{SESSION}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    let value = HeaderValue::from_str(&cookie).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(())
}

fn draw(page: &Page, status: StatusCode, name: &str, next: &str) -> Result<Response, Failure> {
    let sample = page.app.office.profile.port.sample;
    let accounts = page.app.accounts.iter().filter(|_| sample);
    let accounts: Vec<_> = accounts
        .map(|(who, name, password)| json!({"who": say::text(who), "name": name, "password": password}))
        .collect();
    let wrong = json!({"field": "name", "say": say::key("signin-wrong"), "remedy": say::key("signin-wrong-remedy")});
    let view = json!({
        "signing_in": true,
        "errors": if status == StatusCode::OK { vec![] } else { vec![wrong] },
        "name": name,
        "next": if is_path_here(next) { next } else { "" },
        "accounts": accounts,
    });
    page.draw_with(status, "sign_in.html", &page.layout(""), &view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for path in ["/", "/calls/2026-DAL-1?x=1&y=//z", "/a//b"] {
            assert!(is_path_here(path), "{path}");
        }
        for other in
            ["", "calls", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/a b"]
        {
            assert!(!is_path_here(other), "{other}");
        }
        assert_eq!(onward("//evil.example", Role::Coordinator), "/board");
        assert_eq!(onward("/calls", Role::Officer), "/calls");
    }

    #[test]
    fn addresses_of_one_subscriber_count_together() {
        assert_eq!(place("2001:db8:1:2::3".parse().unwrap()), place("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_ne!(place("2001:db8:1:2::3".parse().unwrap()), place("2001:db8:1:3::3".parse().unwrap()));
        assert_eq!(place("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1");
    }
}
