//! Reporting a problem: without an account, without script, with files; from any page that carries its context along.

mod caller;

use std::collections::BTreeMap;

use axum::{
    extract::Multipart,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    Fault,
    problem::{KEY_KINDS, Key, Question, questions},
    ship_call::Party,
};
use office::{
    Actor, Error, NewReport, Reported, Request, Right,
    problems::{Attachment, Contact, DRAFT, MOST_ATTACHMENT, MOST_ATTACHMENTS},
};
use serde_json::{Value, json};

use super::{
    super::{
        hall::address,
        permits::drawing,
        sign_in::{Peer, take_try},
    },
    fields::{self, IMPACTS, URGENCIES, choice, field, options},
    sent,
};
use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};

/// What an address says of the matter from which a report comes.
const CONTEXT: [&str; 4] = ["call", "flight", "formality", "receipt"];

/// What is typed into the form besides answers, keys and files.
const TYPED: [&str; 13] = [
    "topic",
    "impact",
    "urgency",
    "words",
    "name",
    "firm_name",
    "email",
    "phone",
    "firm",
    "channel",
    "caller",
    "paper",
    "came_at",
];

/// So many paper forms are drawn at once.
const FORMS: usize = 4;

/// `GET /report`: the topic first, then its questions. `?call=…`, `?container=…` and so on carry the context along.
pub async fn form(page: Page) -> Result<Response, Failure> {
    let mut form = Form { pairs: page.query.clone() };
    let drafted = match &page.session {
        Some(session) if session.actor.may(Right::File) => {
            page.app.office.draft(&session.actor, None, DRAFT).await?.map(|draft| draft.content)
        }
        _ => None,
    };
    // What was begun about another matter is not laid over this one.
    let other = |kept: &BTreeMap<String, domain::Value>| {
        page.query.iter().filter(|(name, _)| CONTEXT.contains(&name.as_str())).any(|(name, value)| {
            let begun = [name.clone(), format!("answer.{name}")].into_iter().filter_map(|name| kept.get(&name));
            begun.flat_map(|of| of.list().first().or(Some(of))).any(|of| of.text() != Some(value))
        })
    };
    if let Some(domain::Value::Map(kept)) = drafted.filter(|of| !matches!(of, domain::Value::Map(kept) if other(kept)))
    {
        // What the address says wins over what was kept.
        let pairs = kept.into_iter().flat_map(|(name, values)| match values {
            domain::Value::List(values) => values.iter().map(|of| (name.clone(), of.to_string())).collect::<Vec<_>>(),
            other => vec![(name, other.to_string())],
        });
        let asked: Vec<String> = form.pairs.iter().map(|(name, _)| name.clone()).collect();
        form.pairs.extend(pairs.filter(|(name, _)| !asked.contains(name)));
    }
    draw(&page, &form, &[], false).await
}

/// `POST /report`
pub async fn send(page: Page, peer: Peer, headers: HeaderMap, multipart: Multipart) -> Result<Response, Failure> {
    if page.session.is_none() {
        take_try(&page.app, &peer)?;
    }
    let sent::Sent { form, files, failed } = sent::read(multipart).await;
    if let Some(status) = failed {
        let key = if status == StatusCode::PAYLOAD_TOO_LARGE { "report-too-large" } else { "report-broken" };
        let view = json!([{"field": null, "say": say::key(key)}]);
        return draw_with(&page, &form, &view, status, false).await;
    }
    if page.session.is_some() {
        page.check_token(form.get("csrf"))?;
    }
    let mut page = page;
    // Another language, another topic, another caller: the form again, with what was typed.
    if page.switch(&form) || ["topic", "find"].contains(&form.get("do")) {
        return draw(&page, &form, &[], false).await;
    }
    let actor = page.session.as_ref().map_or_else(|| Actor::reporter(&page.lang), |session| session.actor.clone());
    if form.get("do") == "save" {
        let content = kept(&form);
        page.app.office.save_draft(&actor, None, DRAFT, &content).await?;
        return draw(&page, &form, &[], true).await;
    }
    let new = new_report(&page, &form, files);
    // The receipt's digest is of what the form held, in its order; files are told by their own digests in the journal.
    let bytes = serde_json::to_vec(&form.pairs.iter().filter(|(name, _)| name != "csrf").collect::<Vec<_>>());
    let channel = match (&actor.party, form.get("channel")) {
        (Party::Organ(_), "counter") => "counter",
        (Party::Organ(_), _) => "phone",
        _ => page.channel(),
    };
    let request = Request::new("report", form.key(), &bytes.map_err(Error::from)?, channel);
    let taken = page.app.office.report(&actor, &new, &request);
    // Sealing files takes long, words do not: who waits aside takes a place from others, and shares no transaction with them.
    let taken = if new.attachments.is_empty() { taken.await } else { aside(taken).await };
    match taken {
        Ok(reported) => done(&page, &headers, &new, &reported).await,
        Err(Error::Invalid(faults)) => draw(&page, &form, &faults, false).await,
        Err(other) => Err(other.into()),
    }
}

/// The page that is printed: number, secret, receipt, and what follows.
async fn done(page: &Page, headers: &HeaderMap, new: &NewReport, reported: &Reported) -> Result<Response, Failure> {
    let actor = page.session.as_ref().map(|session| &session.actor);
    let clerk = actor.is_some_and(|actor| matches!(actor.party, Party::Organ(_)));
    // A link for who may open it: the firm, and who runs problems for the port.
    let opens = match actor {
        Some(actor) => page.app.office.problem(actor, &reported.number).await.is_ok(),
        None => false,
    };
    // The code has the number alone: an address is kept in histories and logs, the secret on paper.
    let status = address(page, headers, &format!("/report/status?number={}", reported.number));
    let view = json!({
        "number": reported.number,
        "qr": page.app.office.qr(&status).as_deref().map(drawing),
        "secret": reported.secret,
        "topic": super::topic(page, &new.topic),
        "receipt": reported.receipt_id.to_string(),
        "download": format!("/receipts/{}", reported.receipt_id),
        "href": if opens { json!(format!("/problems/{}", reported.number)) } else { json!(null) },
        "again": clerk,
        "received": page.app.office.now().0,
        "port": say::text(&page.app.office.profile.port.name),
        "danger": new.impact == "danger",
        "address": Some(&new.contact.email).filter(|email| !email.is_empty()),
        "emergencies": tracks(page, "emergency").iter().map(|of| of["phone"].clone()).collect::<Vec<_>>(),
    });
    page.draw_with(StatusCode::CREATED, "problems/reported.html", &page.layout("problems"), &view)
}

fn new_report(page: &Page, form: &Form, attachments: Vec<Attachment>) -> NewReport {
    let beginning = |beginning: &'static str| {
        form.pairs.iter().filter_map(move |(name, value)| Some((name.strip_prefix(beginning)?, value)))
    };
    let text = |name: &str| form.get(name).trim().to_owned();
    let asked = questions(&page.app.office.profile, form.get("topic").trim(), page.app.office.now());
    NewReport {
        topic: text("topic"),
        impact: text("impact"),
        urgency: text("urgency"),
        words: form.get("words").to_owned(),
        // Answers to questions of a topic that was chosen before are carried along by the form, and not sent.
        answers: beginning("answer.")
            .filter(|(code, value)| !value.trim().is_empty() && asked.iter().any(|of| of.code == *code))
            .map(|(code, value)| (code.to_owned(), value.clone()))
            .collect(),
        keys: beginning("key.")
            .map(|(kind, value)| Key::new(kind, value))
            .filter(|key| !key.value.is_empty())
            .collect(),
        contact: Contact { name: text("name"), firm: text("firm_name"), email: text("email"), phone: text("phone") },
        attachments,
        language: page.lang.clone(),
        against: form.all("against").into_iter().filter(|organ| !organ.is_empty()).collect(),
        hidden: form.get("hidden") == "yes",
        firm: text("firm"),
        paper: text("paper").to_uppercase(),
        // What is no instant is none at which anything can have come, and is refused as such.
        came_at: Some(text("came_at"))
            .filter(|at| !at.is_empty())
            .map(|at| super::super::given::moment(page, &at).unwrap_or(domain::Instant(i64::MAX))),
        ..NewReport::default()
    }
}

/// What of a form is kept as a draft: everything but files and the form's own marks.
fn kept(form: &Form) -> domain::Value {
    let mut map: BTreeMap<String, domain::Value> = BTreeMap::new();
    for (name, value) in &form.pairs {
        let typed = TYPED.contains(&name.as_str()) || name.starts_with("answer.") || name.starts_with("key.");
        if typed || name == "hidden" {
            map.insert(name.clone(), value.as_str().into());
        }
    }
    map.insert(
        "against".to_owned(),
        domain::Value::List(form.all("against").iter().map(|of| of.as_str().into()).collect()),
    );
    domain::Value::Map(map)
}

/// `GET /report/paper`: forms to be filled by hand while the program cannot be reached, each with its number.
pub async fn paper(page: Page) -> Result<Response, Failure> {
    let numbers = page.app.office.paper_numbers(page.actor()?, FORMS)?;
    let fields = ["came-at", "by-whom", "topic", "impact", "urgency", "contact", "words-short"];
    let fields: Vec<Value> = fields.iter().map(|of| say::key(&format!("report-{of}"))).collect();
    let view = json!({"numbers": numbers, "fields": fields, "port": say::text(&page.app.office.profile.port.name)});
    page.draw("problems/forms.html", &page.layout("problems"), &view)
}

async fn draw(page: &Page, form: &Form, faults: &[Fault], saved: bool) -> Result<Response, Failure> {
    let errors: Vec<Value> = faults
        .iter()
        .map(|fault| {
            let mut said = say::fault(fault);
            let at = fault.location.trim_start_matches('/').replace("answers/", "answer.");
            let at = if at == "firm" { "caller".to_owned() } else { at };
            let there =
                ["words", "email", "impact", "caller", "came_at"].contains(&at.as_str()) || at.starts_with("answer.");
            said["field"] = if there { json!(at) } else { json!(null) };
            said
        })
        .collect();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    draw_with(page, form, &json!(errors), status, saved).await
}

async fn draw_with(
    page: &Page,
    form: &Form,
    errors: &Value,
    status: StatusCode,
    saved: bool,
) -> Result<Response, Failure> {
    let office = &page.app.office;
    let topic = form.get("topic");
    let chosen = office.is_topic(topic);
    let asked = questions(&office.profile, topic, office.now());
    let keys = keys(form, if chosen { &asked } else { &[] });
    let known: Vec<Value> = match chosen || !form.get("error_code").is_empty() {
        true => office.known_for(topic, form.get("error_code")).await?,
        false => Vec::new(),
    }
    .iter()
    .map(|of| json!({"name": say::text(&of.name), "workaround": say::text(&of.workaround)}))
    .collect();
    let actor = page.session.as_ref().map(|session| &session.actor);
    let clerk = actor.is_some_and(|actor| matches!(actor.party, Party::Organ(_)));
    let drafts = actor.is_some_and(|actor| actor.may(Right::File));
    let elsewhere: Vec<Value> = ["hotline", "track"].into_iter().flat_map(|kind| tracks(page, kind)).collect();
    let view = json!({
        "errors": errors,
        "saved": saved,
        "topics": super::topic_options(page),
        "topic": if chosen { json!({"code": topic, "say": super::topic(page, topic)}) } else { json!(null) },
        "keys": keys,
        "carried": carried(form, &asked),
        "context": page.query.iter().filter(|(name, _)| !["topic", "lang", "switch"].contains(&name.as_str()))
            .map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
        "known": known,
        "fields": if chosen { typed_fields(page, form, errors) } else { Vec::new() },
        "questions": asked.iter().map(|question| question_field(form, question, errors)).collect::<Vec<_>>(),
        "contact": if actor.is_none() || clerk { contact_fields(form, errors) } else { Vec::new() },
        "clerk": match actor.filter(|_| clerk) {
            Some(actor) => caller::part(page, actor, form).await?,
            None => Value::Null,
        },
        "privacy": if chosen { privacy_fields(page, form) } else { Vec::new() },
        "emergencies": tracks(page, "emergency").iter().map(|of| of["phone"].clone()).collect::<Vec<_>>(),
        "tracks": elsewhere,
        "most": MOST_ATTACHMENTS,
        "megabytes": MOST_ATTACHMENT >> 20,
        "drafts": drafts,
        "signed_in": actor.is_some(),
    });
    page.draw_with(status, "problems/report.html", &page.layout("problems"), &view)
}

/// What the report is about, as the page from which it comes knows it, or an answer that this topic does not ask for.
fn keys(form: &Form, asked: &[Question]) -> Vec<Value> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (name, value) in &form.pairs {
        let kind = name.strip_prefix("key.").or_else(|| name.strip_prefix("answer.")).unwrap_or(name);
        // What a question of the topic asks for is filled in there.
        let asked = asked.iter().any(|question| question.key == kind || question.code == kind);
        let known = found.iter().any(|(of, _)| *of == kind);
        if KEY_KINDS.contains(&kind) && !value.trim().is_empty() && !asked && !known {
            found.push((kind, value));
        }
    }
    let label = |kind: &str| say::key(&format!("problem-key-{}", kind.replace('_', "-")));
    found.into_iter().map(|(kind, value)| json!({"kind": kind, "label": label(kind), "value": value})).collect()
}

/// Answers to questions that another topic asked: they wait until that topic is chosen again.
fn carried(form: &Form, asked: &[Question]) -> Vec<Value> {
    let waits = |code: &str| !asked.iter().any(|question| question.code == code) && !KEY_KINDS.contains(&code);
    let answers = form
        .pairs
        .iter()
        .filter(|(name, value)| !value.trim().is_empty() && name.strip_prefix("answer.").is_some_and(waits));
    answers.map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// Other tracks of a kind, each with its number and what it is for.
fn tracks(page: &Page, kind: &str) -> Vec<Value> {
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let all = domain::problem::transfers(profile, now).into_iter().filter(|track| track.kind == kind);
    let label = |track: &domain::problem::Transfer| {
        if track.phone.is_empty() { say::text(&track.name) } else { json!([track.phone, say::text(&track.name)]) }
    };
    all.map(|track| json!({"value": track.code, "label": label(&track), "phone": track.phone})).collect()
}

fn with(mut of: Value, value: Value, errors: &Value) -> Value {
    let name = of["name"].clone();
    let mine = errors.as_array().into_iter().flatten().find(|error| error["field"] == name);
    of["error"] = mine.map_or(json!(null), |error| error["say"].clone());
    of["value"] = value;
    of
}

fn typed_fields(_page: &Page, form: &Form, errors: &Value) -> Vec<Value> {
    let radios = |name: &str, label: &str, beginning: &str, codes: &[&str], accesskey: &str| {
        let mut of = choice(name, "radios", label, &options(beginning, codes), &json!(null));
        of["accesskey"] = json!(accesskey);
        with(of, json!(form.get(name)), errors)
    };
    let mut words = fields::required("words", "textarea", "report-words");
    words["lines"] = json!(8);
    words["hint"] = say::key("report-words-hint");
    words["accesskey"] = json!("w");
    vec![
        with(words, json!(form.get("words")), errors),
        radios("impact", "report-impact", "problem-impact-", &IMPACTS, "i"),
        radios("urgency", "report-urgency", "problem-urgency-", &URGENCIES, "u"),
    ]
}

fn question_field(form: &Form, question: &domain::problem::Question, errors: &Value) -> Value {
    let name = format!("answer.{}", question.code);
    let kind = match question.datatype.as_str() {
        "number" => "number",
        "datetime" => "instant",
        "text" => "textarea",
        "singlevaluelist" => "choice",
        "multivaluelist" => "checkboxes",
        _ => "text",
    };
    let options: Vec<Value> =
        question.values.iter().map(|(code, name)| json!({"value": code, "label": say::text(name)})).collect();
    // The address from which the report comes may know the answer.
    let value = match form.get(&name) {
        "" if !question.key.is_empty() => match form.get(&question.key) {
            "" => json!(form.get(&format!("key.{}", question.key))),
            given => json!(given),
        },
        "" => json!(form.get(&question.code)),
        _ if kind == "checkboxes" => json!(form.all(&name)),
        given => json!(given),
    };
    let of = json!({
        "name": name, "kind": kind, "label": say::text(&question.label), "options": options,
        "required": question.required, "lines": 3,
    });
    with(of, value, errors)
}

fn contact_fields(form: &Form, errors: &Value) -> Vec<Value> {
    let text = |name: &str, label: &str, complete: &str| {
        let mut of = field(name, "text", label);
        of["autocomplete"] = json!(complete);
        with(of, json!(form.get(name)), errors)
    };
    vec![
        text("name", "report-name", "name"),
        text("firm_name", "report-firm-name", "organization"),
        text("phone", "report-phone", "tel"),
        text("email", "report-email", "email"),
    ]
}

fn privacy_fields(page: &Page, form: &Form) -> Vec<Value> {
    let mut against =
        choice("against", "checkboxes", "report-against", &fields::units(page), &json!(form.all("against")));
    against["hint"] = say::key("report-against-hint");
    let mut hidden = field("hidden", "yesno", "report-hidden");
    hidden["hint"] = say::key("report-hidden-hint");
    hidden["value"] = json!(if form.get("hidden") == "yes" { "yes" } else { "no" });
    vec![against, hidden]
}
