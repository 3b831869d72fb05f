//! A person's account: language, and keys for the unit's own systems.

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use office::{Actor, Error, Role, Scope};
use serde_json::{Value, json};

use crate::{
    page::{Failure, Page},
    say,
};

/// Cookie that remembers how tables are shown on this machine.
pub const DENSE: &str = "pq_dense";

/// `GET /account`
pub async fn account(page: Page) -> Result<Response, Failure> {
    page.actor()?;
    draw(&page, StatusCode::OK, "", "").await
}

/// `POST /account` changes how the person is addressed; `POST /account/keys` makes an API key (with `name`), which is shown
/// once, or ends those of a system (with `revoke`).
pub async fn change(page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let actor = page.actor()?;
    if form.pairs.iter().any(|(name, _)| name == "name") {
        return new_key(&page, actor, form.get("name").trim(), &form.all("scope")).await;
    }
    if form.pairs.iter().any(|(name, _)| name == "revoke") {
        if !may_make_keys(actor) {
            return Err(Failure::Error(Error::Forbidden));
        }
        page.app.office.dismiss_system(form.get("revoke"), &actor.party).await?;
        return Ok(Redirect::to("/account").into_response());
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

async fn new_key(page: &Page, actor: &Actor, name: &str, scopes: &[String]) -> Result<Response, Failure> {
    if !may_make_keys(actor) {
        return Err(Failure::Error(Error::Forbidden));
    }
    let fits = (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !fits {
        return draw(page, StatusCode::UNPROCESSABLE_ENTITY, "", "account-key-name-wrong").await;
    }
    // Systems of two firms may have the same name; they are still two.
    let principal = format!("{}:{name}", actor.unit());
    let ticked = |scope: &&Scope| scopes.is_empty() || scopes.iter().any(|code| code == scope.code());
    // Who ticks nothing means no restriction; the page says so.
    let scopes: Vec<Scope> = Scope::ALL.iter().filter(ticked).copied().collect();
    let secret = page.app.office.new_api_key(&principal, &actor.party, &scopes).await?;
    draw(page, StatusCode::CREATED, &secret, "").await
}

/// A key acts as its unit does. Those whose own role is narrower make none.
fn may_make_keys(actor: &Actor) -> bool {
    matches!(actor.role, Role::Agent | Role::Officer)
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
    if may_make_keys(actor) {
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
