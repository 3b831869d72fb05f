//! Declarations of goods: listed, declared by form or file, amended, answered, decided; customs' queue.

mod acts;
mod edit;
pub mod licences;
mod payments;
pub mod view;

use axum::{
    extract::{Multipart, Path},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Fault, declaration::Status, matter::Party};
use office::{DeclarationFilter, Declared, Error, Request, Right};
use serde_json::{Value, json};

use super::{measures, person_permits::sent::Sent};
use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};

pub use edit::{amend, amend_form, declare, form, template, upload};
pub use payments::{payments, record_payments};

/// `GET /declarations`: those within reach, newest first.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let filter = DeclarationFilter {
        states: page.asked("state").map(str::to_owned).into_iter().collect(),
        holder: page.asked("holder").map(str::to_owned),
        words: page.asked("q").unwrap_or_default().to_owned(),
        after: page.asked("after").map(str::to_owned),
    };
    let found = office.declarations(actor, &filter).await?;
    let firms = office.names_of(found.lines.iter().map(|stored| stored.row.firm.clone()).collect()).await?;
    let lines: Vec<Value> = found.lines.iter().map(|stored| view::line(stored, &firms)).collect();
    let next = found.next.map(|after| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs
            .extend_pairs(page.query.iter().filter(|(name, _)| name != "after" && name != "lang"))
            .append_pair("after", &after);
        format!("/declarations?{}", pairs.finish())
    });
    let states = Status::ALL.iter().map(|status| {
        let code = status.code();
        json!({"value": code, "label": view::state(code)["say"], "chosen": page.asked("state") == Some(code)})
    });
    let view = json!({
        "lines": lines, "next": next, "states": states.collect::<Vec<_>>(), "holder": filter.holder, "q": filter.words,
        "declares": matches!(actor.party, Party::Firm(_)) && actor.may(Right::File), "queue": view::is_customs(actor),
        "licences": view::is_customs(actor) || matches!(actor.party, Party::Firm(_)),
    });
    page.draw("declarations/list.html", &page.layout("declarations"), &view)
}

/// `GET /declarations/queue`: what waits for customs, by the clock.
pub async fn queue(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let queued = office.declaration_queue(actor).await?;
    let firms = office.names_of(queued.iter().map(|of| of.stored.row.firm.clone()).collect()).await?;
    let lines: Vec<Value> = queued
        .iter()
        .map(|of| {
            let mut line = view::line(&of.stored, &firms);
            line["until"] = json!(of.until);
            line["since"] = json!(of.since);
            line["priority"] = json!(of.rank.map(|rank| say::tag("ok", &json!({"key": "queue-priority", "n": rank}))));
            line["claim"] = json!(of.claim.as_ref().map(|claim| json!({
                "name": claim.who, "mine": claim.who == actor.person, "until": claim.until.0,
            })));
            line
        })
        .collect();
    page.draw("declarations/queue.html", &page.layout("declarations"), &json!({"lines": lines}))
}

/// `GET /declarations/{number}`
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let found = page.app.office.declaration(page.actor()?, &number).await?;
    draw(&page, &found, &Form::default(), &[]).await
}

/// `POST /declarations/{number}/acts`
pub async fn act(mut page: Page, Path(number): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let sent = Sent::read(multipart).await.map_err(Failure::Error)?;
    page.check_token(sent.form.get("csrf"))?;
    let switched = page.switch(&sent.form);
    let office = &page.app.office;
    let found = office.declaration(page.actor()?, &number).await?;
    if switched {
        return draw(&page, &found, &sent.form, &[]).await;
    }
    let request = Request::new("declaration act", sent.form.key(), &sent.digested()?, page.channel());
    let actor = page.actor()?;
    let done = match acts::read(&page, &found.declaration, &sent) {
        Err(fault) => Err(Error::Invalid(vec![fault])),
        Ok(act) => match office.require_declaration_unclaimed(actor, &found).await {
            Ok(()) => aside(office.act_on_declaration(actor, &number, &act, &request)).await,
            Err(claimed) => Err(claimed),
        },
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/declarations/{number}?done=act")).into_response()),
        Err(Error::Refused(fault)) => draw(&page, &found, &sent.form, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &found, &sent.form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// `POST /declarations/{number}/claim/{how}`: claims, takes over with the form's `take`, or gives back (`release`).
pub async fn claim(
    page: Page,
    Path((number, how)): Path<(String, String)>,
    body: axum::body::Bytes,
) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let how = if form.get("take").is_empty() { how.as_str() } else { "take" };
    match page.app.office.claim_declaration(page.actor()?, &number, how).await {
        Ok(()) | Err(Error::Conflict) => Ok(Redirect::to(&format!("/declarations/{number}")).into_response()),
        Err(other) => Err(other.into()),
    }
}

/// `GET /declarations/{number}/papers/{document}`
pub async fn paper(page: Page, Path((number, document)): Path<(String, String)>) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.declaration(actor, &number).await?;
    Ok(super::problems::download(&office.declaration_paper(actor, &found, &document).await?))
}

/// `GET /declarations/{number}/notices`: the notices as a file of the data model.
pub async fn notices(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let found = office.declaration(actor, &number).await?;
    let notices = office.declaration_notices(actor, &found).await?;
    let bytes = office.notices_as_xml(notices).into_bytes();
    Ok(super::problems::download(&office::problems::Attachment { name: format!("{number}-notices.xml"), bytes }))
}

async fn draw(page: &Page, found: &Declared, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let mut view = view::show(page, found).await?;
    view["acts"] = json!(acts::of(page, actor, found, form, faults).await?);
    view["act"] = json!(form.get("act"));
    view["errors"] = faults.iter().map(|fault| acts::said(fault, form)).collect();
    let mut layout = page.layout("declarations");
    if let Some(done) = page.asked("done").filter(|done| matches!(*done, "declared" | "act" | "amended")) {
        layout.flash =
            Some(crate::layout::Flash { tone: "ok".to_owned(), say: say::key(&format!("decl-done-{done}")) });
    }
    page.draw_with(measures::status(faults), "declarations/show.html", &layout, &view)
}
