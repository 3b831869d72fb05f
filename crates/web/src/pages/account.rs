//! A person's account: language, password, and keys for the unit's own systems.

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, Severity, Text};
use office::{Actor, Error, Scope};
use serde_json::{Value, json};

use super::sign_in::{Peer, enter, take_try};
use crate::{
    aside::aside,
    page::{DENSE, Failure, PRINCIPAL, Page},
    say,
};

/// `GET /account`
pub async fn account(page: Page) -> Result<Response, Failure> {
    page.actor()?;
    draw(&page, StatusCode::OK, "", "").await
}

/// `POST /account` changes how the person is addressed, or (with `principal`) for which firm she acts; `POST /account/keys` makes an API key (with `name`), which is shown
/// once, or ends those of a system (with `revoke`).
pub async fn change(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    if form.pairs.iter().any(|(name, _)| name == "name") {
        return new_key(&page, actor, form.get("name").trim(), &form.all("scope")).await;
    }
    if form.pairs.iter().any(|(name, _)| name == "revoke") {
        let by = page.app.office.key_maker(actor)?;
        page.app.office.dismiss_system(&by, form.get("revoke"), &actor.party).await?;
        return Ok(Redirect::to("/account").into_response());
    }
    if let Some((_, principal)) = form.pairs.iter().find(|(name, _)| name == "principal") {
        return acts_for(&page, actor, principal).await;
    }
    let language = if form.get("language") == "en" { "en" } else { "zh" };
    page.app.office.set_language(actor, language).await?;
    let mut response = Redirect::to(&format!("/account?lang={language}")).into_response();
    let dense = form.get("dense");
    if matches!(dense, "yes" | "no") {
        let cookie = format!("{DENSE}={dense}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
        let value = HeaderValue::from_str(&cookie).map_err(|error| Error::Internal(error.to_string()))?;
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// From now on the agent acts for a firm that gave hers a mandate, or for nobody but hers.
async fn acts_for(page: &Page, actor: &Actor, principal: &str) -> Result<Response, Failure> {
    let office = &page.app.office;
    if !principal.is_empty() && !office.principals(actor).await?.contains_key(principal) {
        return Err(Failure::Error(Error::Forbidden));
    }
    let mut response = Redirect::to("/account").into_response();
    let lasts = if principal.is_empty() { 0 } else { 43_200 };
    let secure = if page.app.secure { "; Secure" } else { "" };
    let cookie = format!("{PRINCIPAL}={principal}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lasts}{secure}");
    let value = HeaderValue::from_str(&cookie).map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, value);
    Ok(response)
}

async fn new_key(page: &Page, actor: &Actor, name: &str, scopes: &[String]) -> Result<Response, Failure> {
    let by = page.app.office.key_maker(actor)?;
    let fits = (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !fits {
        return draw(page, StatusCode::UNPROCESSABLE_ENTITY, "", "account-key-name-wrong").await;
    }
    let ticked = |scope: &&Scope| scopes.is_empty() || scopes.iter().any(|code| code == scope.code());
    // Who ticks nothing means no restriction; the page says so.
    let scopes: Vec<Scope> = Scope::ALL.iter().filter(ticked).copied().collect();
    let secret = page.app.office.admit_system(&by, name, &actor.party, &scopes).await?;
    draw(page, StatusCode::CREATED, &secret, "").await
}

/// `GET /account/password`
///
/// # Errors
/// Sign in first.
pub async fn password(page: Page) -> Result<Response, Failure> {
    let next = page.asked("next").unwrap_or("").to_owned();
    draw_password(&page, &next, &[])
}

/// `POST /account/password`: a new password, and a new session with it; each address has only so many tries.
///
/// # Errors
/// The form again, with what is wrong.
pub async fn change_password(page: Page, peer: Peer, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let next = form.get("next").to_owned();
    take_try(&page.app, &peer)?;
    if form.get("new") != form.get("again") {
        return draw_password(&page, &next, &[differs()]);
    }
    let Some(session) = &page.session else { return Err(page.sign_in_first()) };
    let office = &page.app.office;
    let changed = aside(office.change_password(&session.actor, form.get("present"), form.get("new"))).await;
    match changed {
        Ok(signed_in) => enter(&page.app, &signed_in, &next),
        Err(Error::Invalid(faults)) => draw_password(&page, &next, &faults),
        Err(other) => Err(other.into()),
    }
}

fn differs() -> Fault {
    let (zh, en) = ("两次输入的新密码不一致。", "The new password was typed in two ways.");
    let remedy = Text::new("请重新输入。", "Type it again.");
    Fault::new(Severity::Error, "PQ-PEOPLE-009", "/again", Text::new(zh, en), remedy)
}

fn draw_password(page: &Page, next: &str, faults: &[Fault]) -> Result<Response, Failure> {
    let Some(session) = &page.session else { return Err(page.sign_in_first()) };
    let field = |name: &str, autocomplete: &str| {
        let fault = faults.iter().find(|fault| fault.location.trim_start_matches('/') == name);
        json!({"name": name, "kind": "password", "label": say::key(&format!("password-{name}")), "required": true,
               "autocomplete": autocomplete, "width": "mid", "error": fault.map(|fault| say::text(&fault.text))})
    };
    let view = json!({
        "errors": faults.iter().map(say::fault).collect::<Vec<_>>(),
        "forced": session.must_change,
        "next": next,
        "fields": [field("present", "current-password"), field("new", "new-password"), field("again", "new-password")],
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "account_password.html", &page.layout("account"), &view)
}

async fn draw(page: &Page, status: StatusCode, secret: &str, name_error: &str) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let name_error = if name_error.is_empty() { Value::Null } else { say::key(name_error) };
    let errors = if name_error.is_null() { vec![] } else { vec![json!({"field": "name", "say": name_error})] };
    let mut view = json!({
        "errors": errors,
        "secret": secret,
        "language": actor.language,
        "name_error": name_error,
        "scopes": [
            {"value": Scope::Read.code(), "label": say::key("account-scope-read")},
            {"value": Scope::Write.code(), "label": say::key("account-scope-write")},
        ],
    });
    if page.app.office.manages(actor).await? {
        view["manages"] = json!(true);
    }
    let principals = page.app.office.principals(actor).await?;
    if !principals.is_empty() {
        let options = principals.iter().map(|(code, name)| json!({"value": code, "label": say::text(name)}));
        let own = json!({"value": "", "label": say::key("acting-own")});
        view["principals"] = [own].into_iter().chain(options).collect();
        view["principal"] = json!(actor.on_behalf.as_deref().unwrap_or(""));
    }
    if page.app.office.key_maker(actor).is_ok() {
        let systems = page.app.office.systems_of(&actor.party).await?.into_iter();
        view["keys"] = systems
            .map(|(name, scopes, made)| json!({"name": name, "scopes": scopes, "made": made.0, "revoke": name}))
            .collect();
    }
    let mut layout = page.layout("account");
    // A key is made at an address that shows nothing.
    layout.path = "/account".to_owned();
    page.draw_with(status, "account.html", &layout, &view)
}
