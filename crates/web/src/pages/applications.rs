//! Applications under a measure: applied for, listed, decided, appealed; and what the measures did.

mod acts;
pub mod effect;

use axum::{
    extract::{Multipart, Path, multipart::MultipartError},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault,
    application::{Application, Decision, Entry, Record, Status},
    measure::{Fits, Measure},
    profile::Profile,
};
use office::{ApplicationFilter, Applied, Error, NewClaim, Request, Right, problems::Attachment};
use serde_json::{Value, json};

use super::measures::{self, say as of_measures};
use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};

/// Before the codes of a measure's documents in a form.
const PAPER: &str = "paper.";

/// `GET /measures/{code}/apply`: what the table asks, filled in with what the firm's record and the address say.
pub async fn form(page: Page, Path(code): Path<String>) -> Result<Response, Failure> {
    page.actor()?.require(Right::File)?;
    let form = Form { pairs: page.query.clone() };
    draw_form(&page, &code, &form, &[]).await
}

/// `POST /measures/{code}/apply`
pub async fn apply(mut page: Page, Path(code): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let (form, papers) = match read(multipart).await {
        Ok(read) => read,
        Err(error) => return broken(&error),
    };
    page.check_token(form.get("csrf"))?;
    if page.switch(&form) {
        return draw_form(&page, &code, &form, &[]).await;
    }
    let office = &page.app.office;
    let actor = page.actor()?;
    let given =
        form.pairs.iter().filter_map(|(name, value)| Some((name.strip_prefix(measures::FACT)?, value.as_str())));
    let read = office.read_facts(given).and_then(|facts| Ok((facts, office.read_day(Some(form.get("on")))?)));
    let (facts, on) = match read {
        Ok(read) => read,
        Err(error) => return draw_form(&page, &code, &form, &error.faults()).await,
    };
    let about = Some(form.get("about").trim().to_owned()).filter(|about| !about.is_empty());
    let claim = NewClaim {
        measure: code.clone(),
        on: Some(on),
        facts,
        about,
        words: form.get("words").to_owned(),
        papers,
        firm: String::new(),
    };
    let request = Request::new("apply", form.key(), &digested(&form)?, page.channel());
    match aside(office.apply_for(actor, &claim, &request)).await {
        Ok(done) => Ok(Redirect::to(&format!("/applications/{}?done=filed", done.number)).into_response()),
        Err(Error::Refused(fault)) => draw_form(&page, &code, &form, &[fault]).await,
        Err(Error::Invalid(faults)) => draw_form(&page, &code, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

async fn draw_form(page: &Page, code: &str, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let measure = office.profile.register.measure(code).ok_or(Error::NotFound)?;
    // What is nobody's to apply for is said by the measure's own page.
    if !is_applied_for(&office.profile, measure) {
        return Ok(Redirect::to(&format!("/measures/{code}")).into_response());
    }
    let known = office.facts_of_firm(page.actor()?).await?;
    let papers: Vec<Value> = measure
        .documents
        .iter()
        .map(|paper| json!({"name": format!("{PAPER}{}", paper.code), "kind": "file", "label": say::text(&paper.name), "required": paper.required}))
        .collect();
    let view = json!({
        "code": code,
        "title": say::text(&measure.title),
        "words": say::text(&measure.words),
        "event": {"key": "application-day", "event": of_measures::event(&office.profile, measure)},
        "fields": measures::fields_of(&office.profile, measure, form, &known, faults),
        "on": if form.get("on").is_empty() { office.today().to_string() } else { form.get("on").to_owned() },
        "about": form.get("about"),
        "text": form.get("words"),
        "papers": papers,
        "errors": faults.iter().map(measures::form_fault).collect::<Vec<_>>(),
    });
    page.draw_with(measures::status(faults), "applications/form.html", &page.layout("measures"), &view)
}

/// Whether a row of the measure's table, of any time, lets it be applied for.
fn is_applied_for(profile: &Profile, measure: &Measure) -> bool {
    domain::measure::rows(profile, measure).iter().any(|row| row.fits == Fits::OnApplication)
}

/// `GET /applications`: those within reach; `?mine=yes` what waits for the reader's unit.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let filter = ApplicationFilter {
        states: page.asked("state").map(str::to_owned).into_iter().collect(),
        measure: page.asked("measure").map(str::to_owned),
        mine: page.asked("mine").is_some(),
        after: page.asked("after").map(str::to_owned),
    };
    let found = office.applications(actor, &filter).await?;
    let firms = office.names_of(found.lines.iter().map(|stored| stored.row.firm.clone()).collect()).await?;
    let lines: Vec<Value> = found
        .lines
        .iter()
        .map(|stored| {
            let row = &stored.row;
            let measure = office.profile.register.measure(&row.subject_key);
            json!({
                "href": format!("/applications/{}", row.number), "number": row.number,
                "measure": measure.map_or_else(|| json!(row.subject_key), |measure| say::text(&measure.title)),
                "firm": firms.get(&row.firm).map_or_else(|| json!(row.firm), say::text),
                "state": state(&row.state), "until": row.due_at, "filed": row.opened_at,
            })
        })
        .collect();
    let next = found.next.map(|after| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs
            .extend_pairs(page.query.iter().filter(|(name, _)| name != "after" && name != "lang"))
            .append_pair("after", &after);
        format!("/applications?{}", pairs.finish())
    });
    let states: Vec<Value> = Status::ALL
        .iter()
        .map(|status| json!({"value": status.code(), "label": state(status.code())["say"], "chosen": page.asked("state") == Some(status.code())}))
        .collect();
    let view = json!({
        "lines": lines, "next": next, "states": states, "mine": filter.mine, "measure": filter.measure.unwrap_or_default(),
        "effects": actor.may(Right::SeeBoard),
    });
    page.draw("applications/list.html", &page.layout("measures"), &view)
}

/// `GET /applications/{number}`
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let claim = page.app.office.application(page.actor()?, &number).await?;
    draw(&page, &claim, &Form { pairs: Vec::new() }, &[]).await
}

/// `POST /applications/{number}/acts`
pub async fn act(mut page: Page, Path(number): Path<String>, multipart: Multipart) -> Result<Response, Failure> {
    let (form, papers) = match read(multipart).await {
        Ok(read) => read,
        Err(error) => return broken(&error),
    };
    page.check_token(form.get("csrf"))?;
    let switched = page.switch(&form);
    let office = &page.app.office;
    let claim = office.application(page.actor()?, &number).await?;
    if switched {
        return draw(&page, &claim, &form, &[]).await;
    }
    let request = Request::new("application act", form.key(), &digested(&form)?, page.channel());
    let done = match acts::read(&form, papers) {
        Ok(act) => aside(office.do_on_application(page.actor()?, &number, &act, &request)).await,
        Err(fault) => Err(Error::Invalid(vec![fault])),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/applications/{number}?done=act")).into_response()),
        Err(Error::Refused(fault)) => draw(&page, &claim, &form, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &claim, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

/// `GET /applications/{number}/papers/{document}`
pub async fn paper(page: Page, Path((number, document)): Path<(String, String)>) -> Result<Response, Failure> {
    let office = &page.app.office;
    let claim = office.application(page.actor()?, &number).await?;
    Ok(super::problems::download(&office.application_paper(&claim, &document).await?))
}

async fn draw(page: &Page, claim: &Applied, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let office = &page.app.office;
    let (profile, actor, application) = (&office.profile, page.actor()?, &claim.application);
    let firms = office.names_of(vec![application.firm.clone()]).await?;
    let measure = profile.register.measure(&application.measure);
    let journal: Vec<Value> =
        office.application_journal(actor, claim.id).await?.iter().rev().map(|of| entry(profile, of)).collect();
    let mut layout = page.layout("measures");
    if let Some(done) = page.asked("done").filter(|done| matches!(*done, "filed" | "act")) {
        layout.flash =
            Some(crate::layout::Flash { tone: "ok".to_owned(), say: say::key(&format!("application-done-{done}")) });
    }
    let signed = office.grant_code(application).await?;
    let names = application.status().is_open() && application.assessed.outputs.contains_key("names");
    let people = match &actor.party {
        domain::ship_call::Party::Organ(_) if names => office.people_to_name(actor).await?,
        _ => Vec::new(),
    };
    let assessed = application.decisions.last().map_or(&application.assessed, |decision| &decision.assessed);
    let view = json!({
        "number": application.number,
        "title": measure.map_or_else(|| json!(application.measure), |measure| say::text(&measure.title)),
        "measure": measure.map(|measure| format!("/measures/{}", measure.code)),
        "state": state(application.status().code()),
        "holder": holder(profile, application),
        "until": application.limit.as_ref().filter(|_| application.status().is_open()).map(|limit| limit.due.0),
        "limit_moved": application.limit.iter().flat_map(|limit| &limit.moved).map(|of| say::moved(profile, of)).collect::<Vec<_>>(),
        "limit_law": application.limit.as_ref().map(|limit| say::law(profile, &limit.law)),
        "firm": firms.get(&application.firm).map_or_else(|| json!(application.firm), say::text),
        "on": application.on.to_string(),
        "code": signed.as_ref().map(|signed| {
            json!({
                "qr": super::permits::drawing(&signed.svg), "text": signed.code,
                "verify": {"post": "/verify", "fields": [{"name": "code", "value": signed.code}], "say": say::key("nav-verify"), "quiet": true},
            })
        }),
        "about": application.about, "super::href_of": application.about.as_deref().and_then(super::href_of),
        "facts": facts(profile, application),
        "organs": say::units(profile, &application.organs),
        "parts": parts(page, claim).await?,
        "assessed": {
            "say": say::text(&assessed.reason), "law": say::law(profile, &assessed.law), "row": assessed.rule.row,
            "table": assessed.rule.table, "hash": assessed.rule.hash.get(..12).unwrap_or_default(),
        },
        "words": words(page, claim, application.words.as_deref()).await?,
        "papers": papers(measure, application),
        "questions": questions(page, claim).await?,
        "decisions": decisions(page, claim).await?,
        "appeals": appeals(page, claim).await?,
        "journal": journal,
        "acts": acts::of(actor, application, &people, (form, faults)),
        "act": form.get("act"),
        "errors": faults.iter().map(|fault| acts::said(fault, form, application)).collect::<Vec<_>>(),
    });
    page.draw_with(measures::status(faults), "applications/show.html", &layout, &view)
}

fn holder(profile: &domain::profile::Profile, application: &Application) -> Value {
    match application.holder() {
        "" => json!(null),
        "firm" => say::key("application-firm"),
        organ => say::unit(profile, organ),
    }
}

fn facts(profile: &domain::profile::Profile, application: &Application) -> Vec<Value> {
    let facts = application.facts.iter();
    facts.map(|(code, value)| of_measures::fact_value(profile, code, value)).collect()
}

fn papers(measure: Option<&Measure>, application: &Application) -> Vec<Value> {
    let name = |code: &str| {
        let listed = measure.and_then(|measure| measure.documents.iter().find(|paper| paper.code == code));
        let other = || if code == "more" { say::key("application-more-papers") } else { json!(code) };
        listed.map_or_else(other, |paper| say::text(&paper.name))
    };
    let of = application.papers.iter();
    of.map(|paper| json!({"say": name(&paper.code), "name": paper.name, "href": format!("/applications/{}/papers/{}", application.number, paper.document)})).collect()
}

async fn words(page: &Page, claim: &Applied, document: Option<&str>) -> Result<Value, Failure> {
    Ok(match document {
        Some(document) => json!(page.app.office.application_words(claim, document).await?),
        None => json!(null),
    })
}

/// What each of several organs decided for its part; empty where one decides.
async fn parts(page: &Page, claim: &Applied) -> Result<Vec<Value>, Failure> {
    let (profile, application) = (&page.app.office.profile, &claim.application);
    let mut said = Vec::new();
    for organ in application.organs.iter().filter(|_| application.organs.len() > 1) {
        let part = application.parts.get(organ);
        let own = application.decisions.last().filter(|decision| decision.organ == *organ);
        let at = part.map(|part| part.at).or(own.filter(|of| of.decided.granted).map(|of| of.at));
        let (tone, key) =
            if at.is_some() { ("ok", "application-part-granted") } else { ("wait", "application-part-open") };
        let document = part.and_then(|part| part.decided.words.as_deref());
        said.push(json!({
            "organ": say::unit(profile, organ), "state": say::tag(tone, &say::key(key)), "at": at.map(|at| at.0),
            "words": words(page, claim, document).await?,
        }));
    }
    // Once it was refused, nobody else decides.
    if application.status() == Status::Refused {
        said.clear();
    }
    Ok(said)
}

async fn questions(page: &Page, claim: &Applied) -> Result<Vec<Value>, Failure> {
    let mut said = Vec::new();
    for question in &claim.application.questions {
        let answer = question.answer.as_ref();
        said.push(json!({
            "at": question.at.0, "words": words(page, claim, Some(&question.words)).await?, "due": question.due.map(|due| due.0),
            "answer": words(page, claim, answer.map(|(_, words)| words.as_str())).await?, "answered": answer.map(|(at, _)| at.0),
        }));
    }
    Ok(said)
}

async fn decisions(page: &Page, claim: &Applied) -> Result<Vec<Value>, Failure> {
    let profile = &page.app.office.profile;
    let mut said = Vec::new();
    let decisions = &claim.application.decisions;
    for (nth, decision) in decisions.iter().enumerate() {
        let decided = &decision.decided;
        // Who has appealed, or whose matter was decided anew, has no time that runs.
        let appealed = claim.application.appeals.iter().any(|appeal| appeal.at >= decision.at);
        let appeal_until = decision.appeal_until.filter(|_| nth + 1 == decisions.len() && !appealed);
        let revoked = match &decision.revoked {
            Some((at, document, law)) => {
                json!({"at": at.0, "words": words(page, claim, Some(document)).await?, "law": say::law(profile, law),
                       "back": decision.back.filter(|back| *back > 0).map(effect::money)})
            }
            None => json!(null),
        };
        let person = match &decided.person {
            Some(person) => json!(page.app.office.person_named(person).await?),
            None => json!(null),
        };
        said.push(json!({
            "at": decision.at.0, "organ": say::unit(profile, &decision.organ), "person": person,
            "say": say::key(if decided.granted { "application-granted" } else { "application-refused" }),
            "granted": decided.granted,
            "words": words(page, claim, decided.words.as_deref()).await?, "law": say::law(profile, &decided.law),
            "saved": decided.saved.map(effect::money), "hours": decided.hours, "until": decided.until.map(|until| until.to_string()),
            "appeal_until": appeal_until.map(|until| until.0), "revoked": revoked,
            "plan": plan(page, &claim.application, decision),
            "extended": decided.extended.as_ref().map(|of| json!({"account": of.account, "from": of.from.0, "until": of.until.0})),
        }));
    }
    Ok(said)
}

/// The schedule of a grant: what is paid, what was missed, and the interest that runs.
fn plan(page: &Page, application: &Application, decision: &Decision) -> Vec<Value> {
    let (profile, today) = (&page.app.office.profile, page.app.office.today());
    let Some(plan) = &decision.decided.plan else { return Vec::new() };
    let lines = plan.instalments.iter().enumerate().map(|(nth, of)| {
        let (tone, key) = match &of.paid {
            Some(paid) if paid.on > of.due => ("ok", "instalment-paid-late"),
            Some(_) => ("ok", "instalment-paid"),
            None if of.missed || of.due < today => ("stop", "instalment-missed"),
            None => ("wait", "instalment-open"),
        };
        let (interest, law) = match &of.paid {
            Some(paid) => (paid.interest, paid.law.clone()),
            None => {
                let runs = plan.interest(profile, &application.measure, of, today.max(plan.billed));
                runs.ok().flatten().map_or((0, String::new()), |(fen, _, law)| (fen, law))
            }
        };
        json!({
            "nth": nth + 1, "due": of.due.to_string(), "amount": effect::money(of.amount), "state": say::tag(tone, &say::key(key)),
            "paid_on": of.paid.as_ref().map(|paid| paid.on.to_string()),
            "reference": of.paid.as_ref().map(|paid| &paid.reference),
            "interest": (interest > 0).then(|| effect::money(interest)),
            "law": (!law.is_empty()).then(|| say::law(profile, &law)),
        })
    });
    lines.collect()
}

async fn appeals(page: &Page, claim: &Applied) -> Result<Vec<Value>, Failure> {
    let mut said = Vec::new();
    for appeal in &claim.application.appeals {
        let decided = match &appeal.decided {
            Some((at, stands, document)) => json!({
                "at": at.0, "words": words(page, claim, Some(document)).await?,
                "say": say::key(if *stands { "application-appeal-stands" } else { "application-appeal-anew" }),
            }),
            None => json!(null),
        };
        said.push(
            json!({"at": appeal.at.0, "words": words(page, claim, Some(&appeal.words)).await?, "decided": decided}),
        );
    }
    Ok(said)
}

/// An entry of the journal.
fn entry(profile: &domain::profile::Profile, record: &Record) -> Value {
    let kind = domain::matter::Entry::kind(&record.entry).trim_start_matches("application.").replace('_', "-");
    let who = match record.party.split_once(':') {
        Some(("organ", code)) => say::unit(profile, code),
        Some(("firm", _)) => say::key("application-firm"),
        _ => say::unit(profile, "clock"),
    };
    let small = match &record.entry {
        Entry::Filed(filed) | Entry::Applied(filed, _) => say::text(&filed.assessed.reason),
        Entry::Decided { decided, .. } => say::law(profile, &decided.law),
        Entry::LimitMoved(of) => say::moved(profile, of),
        Entry::InstalmentPaid { nth, paid } => json!({"key": "instalment-of", "nth": nth, "on": paid.on.to_string()}),
        Entry::InstalmentMissed { nth, due } => json!([{"key": "instalment-nth", "nth": nth}, {"at": due.0}]),
        Entry::Passed(breach) => json!({"key": "entry-passed-due", "at": {"at": breach.due.0}}),
        _ => json!(null),
    };
    let key = match &record.entry {
        Entry::Decided { decided, .. } if decided.granted => "application-entry-granted".to_owned(),
        Entry::Decided { .. } => "application-entry-refused".to_owned(),
        _ => format!("application-entry-{kind}"),
    };
    json!({"at": record.at.0, "say": {"key": key, "who": who}, "small": small})
}

/// The state of an application with its tone.
pub fn state(code: &str) -> Value {
    let tone = match code {
        "granted" | "applied" => "ok",
        "refused" | "revoked" => "stop",
        "filed" | "asked" | "appealed" => "wait",
        _ => "none",
    };
    say::tag(tone, &say::key(&format!("application-state-{code}")))
}

/// The receipt's digest is of what the form held, in its order, without the session's token.
fn digested(form: &Form) -> Result<Vec<u8>, Failure> {
    let pairs: Vec<_> = form.pairs.iter().filter(|(name, _)| name != "csrf").collect();
    Ok(serde_json::to_vec(&pairs).map_err(Error::from)?)
}

/// A form whose end did not come, or that is too large.
fn broken(error: &MultipartError) -> Result<Response, Failure> {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let fault = Fault::new(
            domain::Severity::Error,
            "PQ-APPLICATION-013",
            "/papers",
            domain::Text::new("材料过大。", "The files are too large."),
            domain::Text::new("请返回，删减材料后再提交。", "Go back and send fewer or smaller ones."),
        );
        return Err(Failure::Error(Error::Invalid(vec![fault])));
    }
    Err(Failure::Error(Error::NotFound))
}

/// The pairs of a form, and its files by the code of the measure's document.
async fn read(mut multipart: Multipart) -> Result<(Form, Vec<(String, Attachment)>), MultipartError> {
    let (mut pairs, mut files) = (Vec::new(), Vec::new());
    while let Some(field) = multipart.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match (field.file_name().map(str::to_owned), name.strip_prefix(PAPER)) {
            (Some(file), Some(code)) => {
                let bytes = field.bytes().await?;
                if !bytes.is_empty() {
                    files.push((code.to_owned(), Attachment { name: file, bytes: bytes.to_vec() }));
                }
            }
            (Some(_), None) => {}
            (None, _) => pairs.push((name, field.text().await?)),
        }
    }
    Ok((Form { pairs }, files))
}
