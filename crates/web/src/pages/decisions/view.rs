//! What the page of a decision shows besides what was filed.

use domain::{
    Fault, Instant, Value as Fact,
    formality::Formality,
    profile::Profile,
    ship_call::{Review, ReviewState, ShipCall},
};
use office::Call;
use serde_json::{Value, json};

use super::super::given;
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// The other organs' states: on this formality, and on those by which each signs for the whole; with the source of what
/// was decided elsewhere.
pub fn others(profile: &Profile, call: &ShipCall, formality: Formality, mine: &str) -> Value {
    let concerns = |of: Formality| {
        let joint =
            matches!(of, Formality::EntryFormalities | Formality::ExitFormalities | Formality::EntryApplication);
        of == formality || joint
    };
    call.reviews
        .iter()
        .filter(|review| review.organ != mine && concerns(review.formality))
        .map(|review| {
            json!({
                "organ": say::unit(profile, &review.organ),
                "state": say::review_state(review.state),
                "say": say::formality(review.formality),
                "mirror": review.mirror.as_ref().map(say::mirror),
            })
        })
        .collect()
}

/// The organ's own decision that stands, none before it is made.
pub fn standing(profile: &Profile, review: &Review) -> Value {
    if !review.state.is_decided() {
        return Value::Null;
    }
    json!({
        "state": say::review_state(review.state),
        "at": review.since.0,
        "words": review.words.iter().map(say::words).collect::<Vec<_>>(),
        "law": (!review.law.is_empty()).then(|| say::law(profile, &review.law)),
        "mirror": review.mirror.as_ref().map(say::mirror),
    })
}

/// The certificates that end before she sails as printed, with the measure that extends them and its rule.
///
/// # Errors
/// The store's own.
pub async fn extensions(page: &Page, call: &ShipCall, formality: Formality) -> Result<Value, Failure> {
    if formality != Formality::Certificates {
        return Ok(json!([]));
    }
    let office = &page.app.office;
    let line = |of: domain::measure::Extension| {
        json!({
            "say": say::certificate(&of.kind),
            "printed": of.printed.to_string(),
            "until": of.effective.map(|until| until.to_string()),
            "state": super::super::measures::say::fits(of.fits),
            "href": format!("/measures/{}#row-{}", of.measure, of.rule.row),
            "reason": say::text(&of.reason),
            "law": say::law(&office.profile, &of.law),
        })
    };
    Ok(office.extensions(call).await?.into_iter().map(line).collect())
}

/// Why the legal clock stands still, and since when.
pub fn suspended(profile: &Profile, review: &Review, now: Instant) -> Value {
    let Some((cause, since)) = &review.suspended else { return Value::Null };
    let row = row(profile, cause, now);
    json!({
        "since": since.0,
        "cause": row.as_ref().map_or_else(|| json!(cause), |row| say::text(&row.reason())),
        "law": row.map(|row| say::law(profile, row.law())),
    })
}

/// The causes that the port's table lists today, as choices.
pub fn causes(profile: &Profile, now: Instant) -> Vec<Value> {
    profile
        .codes("suspension-causes", "cause")
        .iter()
        .filter_map(|cause| {
            let row = row(profile, cause, now)?;
            Some(json!({"value": cause, "label": say::text(&row.reason()), "hint": say::law(profile, row.law())}))
        })
        .collect()
}

fn row<'p>(profile: &'p Profile, cause: &str, now: Instant) -> Option<domain::profile::Hit<'p>> {
    profile.hit("suspension-causes", now, &Fact::from([("cause", cause.into())]))
}

/// Every outcome that a national system may have.
pub fn outcomes() -> Vec<Value> {
    let all = [
        ("granted", ReviewState::Granted),
        ("granted_with_conditions", ReviewState::GrantedWithConditions),
        ("returned", ReviewState::Returned),
        ("refused", ReviewState::Refused),
    ];
    all.into_iter().map(|(code, state)| json!({"value": code, "label": say::review_state(state)["say"]})).collect()
}

/// What a mirrored outcome needs besides its source: conditions, what is missing or the reason; a refusal its law too.
pub fn mirror_faults(form: &Form) -> Vec<Fault> {
    let needs: &[&str] = match form.get("outcome") {
        "granted" | "" => &[],
        "refused" => &["words", "law"],
        _ => &["words"],
    };
    needs.iter().filter(|name| form.get(name).trim().is_empty()).map(|name| given::missing(name)).collect()
}

/// The questions of the reader's organ about the formality, item by item, each with the answer that came.
///
/// # Errors
/// The store's own.
pub async fn questions(page: &Page, found: &Call, formality: Formality) -> Result<Value, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let mut drawn = Vec::new();
    let mine = |organ: &str| organ == actor.unit();
    for question in found.call.questions.iter().filter(|of| of.formality == formality && mine(&of.organ)) {
        for item in &question.items {
            let answer = match &item.answer {
                Some(document) => Some(office.words_of(actor, document).await?),
                None => None,
            };
            let (tone, word) = match (item.closed_at, item.answered_at) {
                (Some(_), _) => ("ok", "question-closed"),
                (None, Some(_)) => ("none", "question-answered"),
                (None, None) => ("wait", "question-open"),
            };
            drawn.push(json!({
                "href": format!("/calls/{}/questions/{}", found.call.number, question.id),
                "asked": office.words_of(actor, &item.document).await?,
                "at": question.at.0,
                "answer": answer,
                "answered": item.answered_at.map(|at| at.0),
                "state": say::tag(tone, &say::key(word)),
            }));
        }
    }
    Ok(json!(drawn))
}

#[cfg(test)]
mod tests {
    use domain::ship_call::Mirror;

    use super::*;

    fn form(outcome: &str) -> Form {
        Form { pairs: vec![("outcome".to_owned(), outcome.to_owned())] }
    }

    fn review(suspended: Option<(String, Instant)>, mirror: Option<Mirror>) -> Review {
        Review {
            formality: Formality::CrewList,
            organ: "border".to_owned(),
            state: if mirror.is_some() { ReviewState::Granted } else { ReviewState::InCharge },
            suspended,
            mirror,
            ..serde_json::from_value(json!({
                "formality": "crew_list", "organ": "", "version": 1, "state": "filed", "since": 0, "in_charge_at": null,
                "decision_due": null, "suspended": null, "pauses": [], "words": [], "law": "", "mirror": null,
                "reopened_by": null
            }))
            .expect("a review as the journal keeps it")
        }
    }

    #[test]
    fn the_causes_are_those_of_the_ports_table() {
        let profile = office::profiles::sample().expect("profile");
        let now = Instant::parse("2026-11-24T06:30:00Z").expect("instant");
        let causes = causes(&profile, now);
        let quarantine = causes.iter().find(|cause| cause["value"] == "quarantine").expect("listed");
        assert!(quarantine["hint"]["en"].as_str().is_some_and(|law| law.contains("art. 45")));
        let shown = suspended(&profile, &review(Some(("quarantine".to_owned(), now)), None), now);
        assert_eq!((&shown["since"], &shown["cause"]["zh"]), (&json!(now.0), &json!("检疫")));
        assert!(suspended(&profile, &review(None, None), now).is_null());
    }

    #[test]
    fn a_mirrored_decision_is_shown_with_its_source_to_its_organ_and_the_others() {
        let mirror = Mirror {
            source: "system".to_owned(),
            number: "7".to_owned(),
            decided_at: Instant(5),
            recorder: "wang".to_owned(),
        };
        let review = review(None, Some(mirror));
        let said = json!({"key": "entry-mirrored", "source": "system", "number": "7", "at": {"at": 5}, "who": "wang"});
        let profile = office::profiles::sample().expect("profile");
        assert_eq!(standing(&profile, &review)["mirror"], said);
        let call = ShipCall { reviews: vec![review], ..ShipCall::default() };
        assert_eq!(others(&profile, &call, Formality::CrewList, "customs")[0]["mirror"], said);
    }

    #[test]
    fn every_outcome_can_be_mirrored_with_what_it_needs() {
        assert_eq!(outcomes().len(), 4);
        let needs = |outcome: &str| mirror_faults(&form(outcome)).len();
        assert_eq!(["granted", "granted_with_conditions", "returned", "refused"].map(needs), [0, 1, 1, 2]);
    }
}
