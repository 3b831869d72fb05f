//! Permits: on paper, and verified by anybody.

use axum::{body::Bytes, extract::Path, http::StatusCode, response::Response};
use domain::{
    Instant,
    formality::Formality,
    ship_call::{Entry, Mirror, Permit, PermitStanding, Record, ReviewState},
};
use office::{Actor, Call, Error, PermitClaims, SignedPermit};
use serde_json::{Value, json};

use super::sign_in::{Peer, take_try};
use crate::{
    layout::Say,
    page::{Failure, Form, Page},
    say,
};

/// So many entries of a journal are looked through for the signatures.
const ENTRIES: i64 = 10_000;

/// `GET /calls/{number}/permits/{permit}`
pub async fn show(page: Page, Path((number, permit)): Path<(String, String)>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let found = office.call(actor, &number).await?;
    let view = office.permit(&found, &permit).await?;
    let signatures = signatures(&page, actor, &found).await?;
    let permit = &view.permit;
    let view = json!({
        "crumbs": [
            {"href": "/calls", "say": say::key("nav-calls")},
            {"href": format!("/calls/{number}"), "say": number},
            {"say": title(&permit.kind)},
        ],
        "title": title(&permit.kind),
        "number": permit.mirror.as_ref().map_or(&permit.number, |mirror| &mirror.number),
        "state": state(permit, view.standing, office.now()),
        "mirror": permit.mirror.as_ref().map(mirrored),
        "unsigned": view.unsigned.as_ref().map(say::fault),
        "issuer": issuer(&page, &permit.organ),
        "issued": permit.at.0,
        "qr": view.signed.as_ref().map(|signed| drawing(&signed.svg)),
        "facts": facts(&page, &found, permit),
        "signatures": if permit.kind == "departure" { signatures } else { Vec::new() },
        "rules": permit.kind == "departure",
        "actions": actions(&number, view.signed.as_ref()),
    });
    page.draw("permits/show.html", &page.layout("calls"), &view)
}

/// `GET /verify`
pub async fn verify_form(page: Page) -> Result<Response, Failure> {
    draw(&page, StatusCode::OK, "", &Value::Null, "")
}

/// `POST /verify`: anybody may ask, so that a pilot or a gate needs no account; each address only so often.
pub async fn verify(mut page: Page, peer: Peer, body: Bytes) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let form = Form { pairs: form_urlencoded::parse(&body).into_owned().collect() };
    let switched = page.switch(&form);
    let code = form.get("code").trim();
    if code.is_empty() && switched {
        return draw(&page, StatusCode::OK, "", &Value::Null, "");
    }
    if code.is_empty() {
        return draw(&page, StatusCode::UNPROCESSABLE_ENTITY, "", &Value::Null, "verify-empty");
    }
    let office = &page.app.office;
    if let Some(verdict) = person(&page, code).await? {
        return draw(&page, StatusCode::OK, code, &verdict, "");
    }
    if let Some(verdict) = granted(&page, code).await? {
        return draw(&page, StatusCode::OK, code, &verdict, "");
    }
    let by_number = is_number(code);
    let verified = if by_number { office.verify_number(code).await } else { office.verify_permit(code).await };
    let verdict = match verified {
        Ok(permit) => {
            let (word, words) = verdict_words(permit.verdict.code());
            let claims = &permit.claims;
            // Who has the number alone is told no more than whose permit it is: numbers can be guessed, codes cannot.
            let facts = match by_number {
                true => vec![
                    fact("permit-number", &json!(claims.number)),
                    fact("permit-ship", &json!(claims.ship_name)),
                    fact("verify-by-number", &say::key("verify-by-number-why")),
                ],
                false => claimed(&page, claims),
            };
            json!({"word": word, "say": say::key(words), "facts": facts})
        }
        Err(Error::Refused(fault)) => json!({
            "word": "stop",
            "say": say::text(&fault.text),
            "facts": [fact("fault-remedy", &say::text(&fault.remedy)), fact("fault-code", &json!(fault.code))],
        }),
        Err(other) => return Err(other.into()),
    };
    draw(&page, StatusCode::OK, code, &verdict, "")
}

/// What is said of a permit of a person, by its code; none for what is no such code.
async fn person(page: &Page, code: &str) -> Result<Option<Value>, Failure> {
    if !code.starts_with(office::person_permits::CODE) {
        return Ok(None);
    }
    Ok(Some(match page.app.office.verify_person(code).await {
        Ok(verified) => {
            let claims = &verified.claims;
            let (word, words) = match verified.verdict.code() {
                // Whoever shows it may have photographed it: the document is compared.
                "valid" if claims.holder_bound => ("check", "verify-person-compare"),
                "used" => ("stop", "verify-person-used"),
                other => verdict_words(other),
            };
            json!({"word": word, "say": say::key(words), "facts": [
                fact("permit-number", &json!(claims.number)),
                fact("verify-kind", &super::person_permits::kind_say(&claims.kind)),
                fact("pperm-name", &json!(claims.holder)),
                fact("pperm-place", &json!(claims.place_name)),
                fact("permit-issuer", &issuer(page, &claims.issuer)),
                fact("pperm-from", &json!({"at": claims.not_before})),
                fact("pperm-until", &json!({"at": claims.expires_at})),
            ]})
        }
        Err(Error::Refused(fault)) => json!({
            "word": "stop",
            "say": say::text(&fault.text),
            "facts": [self::fact("fault-remedy", &say::text(&fault.remedy)), self::fact("fault-code", &json!(fault.code))],
        }),
        Err(other) => return Err(other.into()),
    }))
}

/// What is said of a grant under a measure, by its code; none for what is no such code.
async fn granted(page: &Page, code: &str) -> Result<Option<Value>, Failure> {
    if !code.starts_with(office::GRANT_CODE) {
        return Ok(None);
    }
    Ok(Some(match page.app.office.verify_grant(code).await {
        Ok(granted) => {
            let claims = &granted.claims;
            let (word, words) = verdict_words(granted.verdict.code());
            let mut facts = vec![
                fact("applications-number", &json!(claims.number)),
                fact("measures-measure", &json!(claims.title)),
                fact("applications-firm", &json!(claims.firm)),
            ];
            facts.extend(claims.about.iter().map(|about| fact("application-about", &json!(about))));
            facts.extend([
                fact("permit-issuer", &issuer(page, &claims.issuer)),
                fact("permit-issued", &json!({"at": claims.issued_at})),
                fact("application-trace", &json!(claims.row)),
                fact("application-law", &say::law(&page.app.office.profile, &claims.law)),
            ]);
            facts.extend(claims.expires_at.map(|end| fact("application-until", &json!({"at": end}))));
            json!({"word": word, "say": say::key(words), "facts": facts})
        }
        Err(Error::Refused(fault)) => json!({
            "word": "stop",
            "say": say::text(&fault.text),
            "facts": [fact("fault-remedy", &say::text(&fault.remedy)), fact("fault-code", &json!(fault.code))],
        }),
        Err(other) => return Err(other.into()),
    }))
}

/// The number of a permit is the call's and what follows it, `2026-DAL-000412-D1`; a code is much longer and has a colon.
fn is_number(given: &str) -> bool {
    given.len() <= 40 && given.contains('-') && given.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn verdict_words(verdict: &str) -> (&'static str, &'static str) {
    match verdict {
        "valid" => ("pass", "verify-is-valid"),
        "re_examination_due" => ("check", "verify-is-reexamined"),
        "not_yet_valid" => ("check", "verify-is-early"),
        "revoked" => ("stop", "verify-is-revoked"),
        "used" => ("check", "verify-is-used"),
        _ => ("stop", "verify-is-expired"),
    }
}

/// Everything that a permit's code says.
fn claimed(page: &Page, claims: &PermitClaims) -> Vec<Say> {
    let mut facts = vec![
        fact("permit-number", &json!(claims.number)),
        fact("verify-kind", &title(&claims.kind)),
        fact("permit-ship", &json!(claims.ship_name)),
    ];
    facts.extend(claims.imo_number.iter().map(|imo| fact("permit-imo", &json!(imo))));
    facts.extend([
        fact("ships-flag", &say::country(&claims.flag)),
        fact("permit-call", &json!(claims.call_number)),
        fact("permit-issuer", &issuer(page, &claims.issuer)),
        fact("permit-issued", &json!({"at": claims.issued_at})),
        fact(until(&claims.kind), &json!({"at": claims.sail_before})),
    ]);
    facts.extend(claims.next_port.iter().map(|port| fact("permit-next-port", &say::place(port))));
    facts.extend(claims.conditions.iter().map(|words| fact("permit-condition", &json!(words))));
    facts
}

fn draw(page: &Page, status: StatusCode, code: &str, verdict: &Value, error: &str) -> Result<Response, Failure> {
    let errors = if error.is_empty() { vec![] } else { vec![json!({"field": "code", "say": say::key(error)})] };
    let view = json!({
        "errors": errors,
        "verdict": verdict,
        "code": code,
        "code_error": if error.is_empty() { Value::Null } else { say::key(error) },
    });
    page.draw_with(status, "verify.html", &page.layout("verify"), &view)
}

fn actions(number: &str, signed: Option<&SignedPermit>) -> Vec<Value> {
    let verify = signed.map(|signed| {
        let fields = json!([{"name": "code", "value": signed.code}]);
        json!({"post": "/verify", "fields": fields, "say": say::key("nav-verify"), "quiet": true})
    });
    let back = json!({"href": format!("/calls/{number}"), "say": say::key("receipt-back"), "quiet": true});
    verify.into_iter().chain([back]).collect()
}

/// Where a permit was issued that is only recorded here, by whom it was recorded, and when it was issued.
fn mirrored(mirror: &Mirror) -> Value {
    json!([
        fact("decide-source", &json!(mirror.source)),
        fact("decide-source-number", &json!(mirror.number)),
        fact("decide-source-at", &json!({"at": mirror.decided_at.0})),
        fact("permit-recorder", &json!(mirror.recorder)),
    ])
}

pub fn title(kind: &str) -> Say {
    match kind {
        "departure" => say::key("permit-title"),
        "shuttle" => say::key("permit-title-shuttle"),
        other => Formality::from_code(other).map_or_else(|| json!(other), say::formality),
    }
}

/// A departure permit says by when she sails; any other, how long it holds.
fn until(kind: &str) -> &'static str {
    if kind == "departure" { "permit-until" } else { "permit-holds-until" }
}

fn state(permit: &Permit, standing: PermitStanding, now: Instant) -> Say {
    match standing {
        // A departure permit that nobody sailed by is examined again, which its standing says; a periodic one has a term.
        PermitStanding::Stands if permit.kind != "departure" => match (permit.from, permit.until) {
            (Some(from), _) if now < from => say::tag("wait", &say::key("permit-early")),
            (_, until) if until <= now => say::tag("stop", &say::key("permit-expired")),
            _ => say::tag("ok", &say::key("permit-holds")),
        },
        PermitStanding::Stands => say::tag("ok", &say::key("permit-valid")),
        PermitStanding::ReexaminationDue(_) => say::tag("wait", &say::key("permit-reexamine")),
        PermitStanding::Superseded(_) => say::tag("stop", &say::key("permit-superseded")),
        PermitStanding::Used(sailed) => say::tag("none", &json!({"key": "permit-used", "at": {"at": sailed.0}})),
    }
}

fn issuer(page: &Page, code: &str) -> Say {
    page.app.office.profile.organ(code).map_or_else(|| json!(code), |organ| say::text(&organ.name))
}

fn fact(name: &str, value: &Say) -> Say {
    json!({"name": say::key(name), "value": value})
}

fn facts(page: &Page, found: &Call, permit: &Permit) -> Vec<Say> {
    let call = &found.call;
    let mut facts = vec![
        fact("permit-ship", &say::text(&call.ship.name)),
        fact("permit-imo", &json!(call.ship.imo)),
        fact("ships-flag", &say::country(&call.ship.flag)),
        fact("permit-call", &json!(call.number)),
        fact("permit-port", &say::text(&page.app.office.profile.port.name)),
    ];
    facts.extend(permit.from.map(|from| fact("permit-holds-from", &json!({"at": from.0}))));
    facts.push(fact(until(&permit.kind), &json!({"at": permit.until.0})));
    let next = call.facts.get("next_port").and_then(domain::Value::text).filter(|code| !code.is_empty());
    facts.extend(next.map(|port| fact("permit-next-port", &say::place(port))));
    facts.extend(permit.conditions.iter().map(|words| fact("permit-condition", &say::words(words))));
    if let Some((since, cause)) = &permit.reexamination {
        facts.push(fact("permit-reexamine", &json!([{"at": since.0}, say::cause(cause)])));
    }
    facts.push(fact("permit-law", &say::law(&page.app.office.profile, &permit.law)));
    facts
}

/// The organs that signed for exit, each with who signed and when.
async fn signatures(page: &Page, actor: &Actor, found: &Call) -> Result<Vec<Say>, Failure> {
    let office = &page.app.office;
    let records = office.journal(actor, found.id, ENTRIES).await?;
    let reviews = found.call.reviews.iter().filter(|review| review.formality == Formality::ExitFormalities);
    let granted =
        reviews.filter(|review| matches!(review.state, ReviewState::Granted | ReviewState::GrantedWithConditions));
    Ok(granted
        .map(|review| {
            let signed = |record: &&Record| {
                matches!(
                    &record.entry,
                    Entry::Decided { formality, organ, .. } if *formality == review.formality && *organ == review.organ
                )
            };
            json!({
                "organ": issuer(page, &review.organ),
                "officer": records.iter().rev().find(signed).map_or("", |record| record.person.as_str()),
                "at": review.since.0,
            })
        })
        .collect())
}

/// Side and path of the symbol, which the page draws within its own picture.
pub(super) fn drawing(svg: &str) -> Value {
    let between = |start: &str, end: &str| {
        let rest = &svg[svg.find(start)? + start.len()..];
        Some(&rest[..rest.find(end)?])
    };
    let side = between("viewBox=\"0 0 ", " ").and_then(|side| side.parse::<u32>().ok());
    match (side, between(" d=\"", "\"")) {
        (Some(size), Some(path)) => json!({"size": size, "path": path}),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_from_a_code() {
        assert!(is_number("2026-DAL-000412-D1") && is_number("2026-dal-000412-s2"));
        assert!(!is_number("PQ1:6BF-A/*9") && !is_number("") && !is_number("2026 DAL") && !is_number(&"A-".repeat(40)));
    }

    #[test]
    fn the_symbol_is_taken_out_of_its_picture() {
        let svg = r##"<svg viewBox="0 0 29 29" aria-label="x"><rect width="29" height="29"/><path fill="#000" d="M4 4h7v1h-7z"/></svg>"##;
        assert_eq!(drawing(svg), json!({"size": 29, "path": "M4 4h7v1h-7z"}));
        assert_eq!(drawing("<svg/>"), Value::Null);
    }
}
