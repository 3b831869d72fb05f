//! A question of an organ: all missing items at once, answered by the agent and closed by the organ one by one.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault,
    ship_call::{Act, Party, Question, QuestionItem},
};
use office::{Actor, Asked, Call, Error, Request};
use serde_json::json;

use super::queue::claim_view;
use crate::{
    layout::Say,
    page::{Failure, Form, Page},
    say,
};

/// `GET /calls/{number}/questions/{id}`
pub async fn thread(page: Page, Path((number, id)): Path<(String, u32)>) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let found = page.app.office.call(actor, &number).await?;
    let question = question(&found, id)?;
    draw(&page, &found, question, &BTreeMap::new(), &[]).await
}

/// `POST /calls/{number}/questions/{id}`: the agent answers any number of items; the organ closes one (`close`), or asks
/// again about some (`again.N`), which closes them as they stood and opens a new question.
pub async fn answer(mut page: Page, Path((number, id)): Path<(String, u32)>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let switched = page.switch(&form);
    let actor = page.actor()?;
    let found = page.app.office.call(actor, &number).await?;
    let question = question(&found, id)?;
    let asks = Asks { page: &page, actor, found: &found, question, form: &form, body: &body };
    let here = format!("/calls/{number}/questions/{id}");
    let prefix = if is_for(actor, question) { "again." } else { "answer." };
    let given = given(&form, prefix);
    if switched {
        return draw(&page, &found, question, &given, &[]).await;
    }
    if let Some(taken) = asks.claimed().await? {
        return draw(&page, &found, question, &given, &[say::fault(&taken)]).await;
    }
    if let Ok(item) = form.get("close").parse() {
        asks.close(item).await?;
        return Ok(Redirect::to(&here).into_response());
    }
    if given.is_empty() {
        let first = open_items(actor, &found, question).next().unwrap_or(0);
        let errors = [json!({"field": format!("{prefix}{first}"), "say": say::key("question-empty")})];
        return draw(&page, &found, question, &given, &errors).await;
    }
    if prefix == "again." {
        asks.again(&given).await?;
        return Ok(Redirect::to(&format!("/calls/{number}")).into_response());
    }
    asks.answer(&given).await?;
    Ok(Redirect::to(&here).into_response())
}

/// A form about a question, with everything that its acts need.
struct Asks<'a> {
    page: &'a Page,
    actor: &'a Actor,
    found: &'a Call,
    question: &'a Question,
    form: &'a Form,
    body: &'a [u8],
}

impl Asks<'_> {
    /// Why the organ's officer may not act: a colleague has claimed the answers, or the formality that they are about.
    async fn claimed(&self) -> Result<Option<Fault>, Failure> {
        if !is_for(self.actor, self.question) {
            return Ok(None);
        }
        let steps = [format!("answers:{}", self.question.id), self.question.formality.code().to_owned()];
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        match self.page.app.office.require_unclaimed(self.actor, self.found, &steps).await {
            Ok(()) => Ok(None),
            Err(Error::Refused(fault)) => Ok(Some(fault)),
            Err(other) => Err(other.into()),
        }
    }

    async fn answer(&self, given: &BTreeMap<u32, String>) -> Result<(), Failure> {
        for (item, words) in given {
            let request = self.request("answer", &format!("{}/{item}", self.question.id));
            let at = (self.question.id, *item);
            self.page.app.office.answer(self.actor, self.found.id, at, words, &request).await?;
        }
        Ok(())
    }

    async fn close(&self, item: u32) -> Result<(), Failure> {
        let act = Act::CloseItem { question: self.question.id, item };
        let request = self.request("close item", &format!("{}/{item}", self.question.id));
        self.page.app.office.do_act(self.actor, self.found.id, &act, &request).await?;
        Ok(())
    }

    /// Asks first: were the items closed and the asking refused, nobody would be asked any more.
    async fn again(&self, given: &BTreeMap<u32, String>) -> Result<(), Failure> {
        let items = given.values().cloned().collect();
        let asked = Asked { formality: self.question.formality, items, due: None };
        let request = self.request("ask", &format!("{}/again", self.question.id));
        self.page.app.office.ask(self.actor, self.found.id, &asked, &request).await?;
        for item in given.keys() {
            match self.close(*item).await {
                // A repeated form finds the item closed.
                Ok(()) | Err(Failure::Error(Error::Refused(_))) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    fn request(&self, route: &'static str, part: &str) -> Request {
        let key = self.form.key().map(|key| format!("{key}/{part}"));
        Request::new(route, key, self.body, self.page.channel())
    }
}

/// The task by which a question stands in its organ's queue: with its formality while that is on the desk, else alone.
fn step(found: &Call, question: &Question) -> String {
    let alone = format!("answers:{}", question.id);
    let tasks = found.call.tasks();
    let is_alone = tasks.iter().any(|task| task.organ == question.organ && task.step == alone);
    if is_alone { alone } else { question.formality.code().to_owned() }
}

fn question(found: &Call, id: u32) -> Result<&Question, Failure> {
    let question = found.call.questions.iter().find(|question| question.id == id);
    question.ok_or(Failure::Error(Error::NotFound))
}

/// The fields with words in them, by the number of their item.
fn given(form: &Form, prefix: &str) -> BTreeMap<u32, String> {
    let words = form.pairs.iter().filter(|(_, words)| !words.trim().is_empty());
    words
        .filter_map(|(name, words)| Some((name.strip_prefix(prefix)?.parse().ok()?, words.trim().to_owned())))
        .collect()
}

/// True for the organ that asked.
fn is_for(actor: &Actor, question: &Question) -> bool {
    matches!(&actor.party, Party::Organ(organ) if *organ == question.organ)
}

fn is_answerable(actor: &Actor, found: &Call, item: &QuestionItem) -> bool {
    let is_agent = matches!(&actor.party, Party::Firm(firm) if *firm == found.call.agent);
    is_agent && item.closed_at.is_none() && item.answered_at.is_none()
}

fn is_closable(actor: &Actor, question: &Question, item: &QuestionItem) -> bool {
    is_for(actor, question) && item.closed_at.is_none() && item.answered_at.is_some()
}

/// Numbers of the items on which the actor can act.
fn open_items<'a>(actor: &'a Actor, found: &'a Call, question: &'a Question) -> impl Iterator<Item = usize> + 'a {
    let is_open = move |item: &QuestionItem| is_answerable(actor, found, item) || is_closable(actor, question, item);
    question.items.iter().enumerate().filter(move |(_, item)| is_open(item)).map(|(nth, _)| nth)
}

async fn draw(
    page: &Page,
    found: &Call,
    question: &Question,
    given: &BTreeMap<u32, String>,
    errors: &[Say],
) -> Result<Response, Failure> {
    let actor = page.actor()?;
    let number = &found.call.number;
    let mut items = Vec::with_capacity(question.items.len());
    for (nth, item) in question.items.iter().enumerate() {
        let draft = u32::try_from(nth).ok().and_then(|nth| given.get(&nth));
        items.push(item_view(page, found, question, nth, item, draft).await?);
    }
    let claim = if is_for(actor, question) && question.is_open() {
        claim_view(page, found, &step(found, question)).await?
    } else {
        json!(null)
    };
    let view = json!({
        "crumbs": [
            {"href": "/calls", "say": say::key("nav-calls")},
            {"href": format!("/calls/{number}"), "say": number},
            {"say": say::key("question-title")},
        ],
        "errors": errors,
        "about": say::formality(question.formality),
        "organ": say::unit(&page.app.office.profile, &question.organ),
        "until": question.due.filter(|_| question.is_open()).map(|due| due.0),
        "action": format!("/calls/{number}/questions/{}", question.id),
        "files": false,
        "items": items,
        "claim": claim,
        "may_send": open_items(actor, found, question).next().is_some(),
    });
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page.draw_with(status, "questions/thread.html", &page.layout("calls"), &view)
}

async fn item_view(
    page: &Page,
    found: &Call,
    question: &Question,
    nth: usize,
    item: &QuestionItem,
    draft: Option<&String>,
) -> Result<Say, Failure> {
    let actor = page.actor()?;
    let office = &page.app.office;
    let words = async |document: &str| match office.words_of(actor, document).await {
        Err(Error::NotFound) => Ok(say::key("question-withheld")),
        Err(Error::Gone(fault)) => Ok(say::text(&fault.text)),
        words => words.map(Say::from),
    };
    let asked = words(&item.document).await?;
    let organ = say::unit(&office.profile, &question.organ);
    let mut messages = vec![json!({"mine": is_for(actor, question), "say": asked, "who": organ, "at": question.at.0})];
    if let (Some(document), Some(at)) = (&item.answer, item.answered_at) {
        let answer = words(document).await?;
        let mine = matches!(actor.party, Party::Firm(_));
        messages.push(json!({"mine": mine, "say": answer, "who": say::unit(&office.profile, "agent"), "at": at.0}));
    }
    let state = match (item.closed_at, item.answered_at) {
        (Some(_), _) => say::tag("ok", &say::key("question-closed")),
        (None, Some(_)) => say::tag("none", &say::key("question-answered")),
        (None, None) => say::tag("wait", &say::key("question-open")),
    };
    Ok(json!({
        "id": nth,
        "say": asked,
        "state": state,
        "messages": messages,
        "answerable": is_answerable(actor, found, item),
        "closable": is_closable(actor, question, item),
        "draft": draft,
        "error": null,
    }))
}
