//! What a call took from an earlier one, field by field, and what has changed since.

use axum::{
    body::Bytes,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Value,
    formality::{Change, Formality, differences, normalise},
    profile::Profile,
};
use office::{Call, CopiedFiling, Error};
use serde_json::json;

use crate::{
    layout::Say,
    page::{Failure, Page},
    pages::formalities::{difference, facts, words},
    say,
};

/// `GET /calls/{number}/copied`: every formality that was copied, whether it is a draft still or filed by now.
///
/// # Errors
/// Not found outside the reader's reach, and for a call that was copied from none.
pub async fn copied(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.call(actor, &number).await?;
    let earlier = found.call.copied_from.clone().ok_or(Error::NotFound)?;
    let before = office.call(actor, &earlier).await?;
    let mut sections = Vec::new();
    for filing in office.copied_from(actor, &before, found.call.opened_at).await? {
        let (now, state) = now(&page, &found, filing.formality).await?;
        sections.push(section(&office.profile, &number, &filing, now.as_ref(), &state));
    }
    let view = json!({
        "number": number, "href": format!("/calls/{number}"), "previous": earlier,
        "action": format!("/calls/{number}/copied"), "sections": sections,
    });
    page.draw("ship_calls/copied.html", &page.layout("calls"), &view)
}

/// What the formality says now: the draft, else what stands filed.
async fn now(page: &Page, found: &Call, formality: Formality) -> Result<(Option<Value>, Say), Failure> {
    let office = &page.app.office;
    let actor = page.actor()?;
    if let Some(draft) = office.draft(actor, Some(found.id), formality.code()).await? {
        return Ok((Some(draft.content), say::tag("wait", &say::key("copied-draft"))));
    }
    match office.version(actor, found.id, &found.call, formality, None).await {
        Ok(filed) => Ok((Some(filed.content), say::tag("ok", &json!({"key": "form-version", "n": filed.version})))),
        Err(Error::NotFound | Error::Gone(_)) => Ok((None, say::tag("none", &say::key("copied-gone")))),
        Err(other) => Err(other.into()),
    }
}

fn section(profile: &Profile, number: &str, filing: &CopiedFiling, now: Option<&Value>, state: &Say) -> Say {
    let formality = filing.formality;
    // A draft is kept as it was typed: a number that was saved again is the same number.
    let copied = normalise(formality, filing.copied.clone()).0;
    let changes = now.map(|now| differences(formality, &copied, &normalise(formality, now.clone()).0));
    let changes = changes.map(|changes| changes.iter().map(difference).collect::<Vec<_>>());
    json!({
        "name": say::formality(formality),
        "href": format!("/calls/{number}/{}/edit", formality.code()),
        "state": state,
        "copied": facts(profile, formality.fields(), &filing.copied),
        "changes": changes,
        "left_out": left_out(filing),
    })
}

/// What belonged to the earlier call alone (its times, its answers about health) is asked anew.
fn left_out(filing: &CopiedFiling) -> Vec<Say> {
    let gone = differences(filing.formality, &filing.filed, &filing.copied);
    gone.iter()
        .filter(|gone| gone.kind == Change::Removed)
        .map(|gone| json!({"name": say::text(&gone.label), "value": gone.before.as_ref().map(words)}))
        .collect()
}

/// `POST /calls/{number}/copied`: the copy was looked through.
///
/// # Errors
/// Forbidden without the form's token.
pub async fn looked_through(page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    page.form(&body)?;
    page.app.office.call(page.actor()?, &number).await?;
    Ok(Redirect::to(&format!("/calls/{number}")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crew(names: &[&str]) -> Value {
        let rows = names.iter().map(|name| Value::from([("family_name", (*name).into())])).collect();
        Value::from([("members", Value::List(rows))])
    }

    #[test]
    fn rows_are_shown_one_by_one_and_compared_with_what_was_copied() {
        let filing = CopiedFiling {
            formality: Formality::CrewList,
            filed: crew(&["KIM", "LEE"]),
            copied: crew(&["KIM", "LEE"]),
        };
        let profile = office::profiles::sample().expect("profile");
        let drawn = section(&profile, "1", &filing, Some(&crew(&["KIM", "PARK"])), &Say::Null);
        assert_eq!(drawn["copied"].as_array().map(Vec::len), Some(2));
        assert!(drawn["changes"].as_array().is_some_and(|changes| !changes.is_empty()));
        assert_eq!(section(&profile, "1", &filing, None, &Say::Null)["changes"], Say::Null);
    }

    #[test]
    fn a_draft_that_was_saved_again_as_typed_has_not_changed() {
        let with = |crew: Value| Value::from([("crew", crew)]);
        let filing =
            CopiedFiling { formality: Formality::ArrivalReport, filed: with(25.into()), copied: with(25.into()) };
        let profile = office::profiles::sample().expect("profile");
        assert_eq!(section(&profile, "1", &filing, Some(&with("25".into())), &Say::Null)["changes"], json!([]));
        let changed = section(&profile, "1", &filing, Some(&with("26".into())), &Say::Null);
        assert_eq!(changed["changes"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn what_was_not_copied_is_told() {
        let filing = CopiedFiling { formality: Formality::CrewList, filed: crew(&["KIM"]), copied: Value::from([]) };
        assert_eq!(left_out(&filing).len(), 1);
    }
}
