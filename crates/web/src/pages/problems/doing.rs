//! What the reader can do about a case, as forms.

mod office_acts;

use domain::problem::{Assignment, AssignmentState, Problem, Reader, Role};
use office::{
    Actor, Case,
    problems::{MOST_ATTACHMENT, MOST_ATTACHMENTS},
};
use serde_json::{Value, json};

use super::fields::{self, choice, field, listed, options, required};
use crate::{
    page::{Failure, Page},
    say,
};

pub use office_acts::DECISIONS;

fn form(act: &str, fields: Vec<Value>) -> Value {
    let files = fields.iter().any(|field| field["kind"] == "file");
    let label = say::key(&format!("problem-act-{}", act.replace('_', "-")));
    json!({"act": act, "label": label, "fields": fields, "files": files})
}

fn hidden(name: &str, value: &Value) -> Value {
    json!({"name": name, "kind": "hidden", "value": value})
}

/// Everything that this reader can do now; whoever shows the secret has no `actor`.
pub async fn acts(page: &Page, actor: Option<&Actor>, case: &Case) -> Result<Vec<Value>, Failure> {
    let problem = &case.problem;
    if problem.ended.is_some() {
        return Ok(Vec::new());
    }
    // Who has recused herself reads, and does nothing.
    if actor.is_some_and(|actor| problem.recused.contains(&actor.person)) {
        return Ok(Vec::new());
    }
    match (&case.reader, actor) {
        (Reader::Reporter(own), _) => Ok(own.iter().flat_map(|report| firm_acts(problem, *report)).collect()),
        (Reader::Unit(organ), Some(actor)) => Ok(unit_acts(page, actor, problem, organ)),
        (Reader::Office, Some(actor)) => {
            let mut all = office_acts::all(page, case, actor).await?;
            all.extend(unit_acts(page, actor, problem, actor.unit()));
            Ok(all)
        }
        _ => Ok(Vec::new()),
    }
}

fn words(label: &str) -> Value {
    let mut of = required("words", "textarea", label);
    of["lines"] = json!(3);
    of
}

/// Files that come with what is written.
fn files() -> Value {
    let mut of = field("files", "file", "report-files-choose");
    of["multiple"] = json!(true);
    of["hint"] = json!({"key": "report-files-hint", "n": MOST_ATTACHMENTS, "mb": MOST_ATTACHMENT >> 20});
    of
}

/// Words to the firm, which reads them in its language.
fn public_words() -> Vec<Value> {
    let mut english = field("words_en", "textarea", "problem-field-words-en");
    english["lines"] = json!(2);
    english["hint"] = say::key("problem-field-words-en-hint");
    vec![words("problem-field-words"), english, files()]
}

fn firm_acts(problem: &Problem, report: u32) -> Vec<Value> {
    let standing = problem.report(report).is_some_and(|of| of.withdrawn_at.is_none());
    if !standing {
        return Vec::new();
    }
    let of = hidden("report", &json!(report));
    let mut all = Vec::new();
    if problem.reply().is_some() {
        let yes = |name: &str, label: &str| required(name, "yesno", label);
        let mut more = field("words", "textarea", "problem-field-more");
        more["lines"] = json!(2);
        let mut satisfied = yes("satisfied", "problem-ask-satisfied");
        if problem.plan.is_some() {
            satisfied["hint"] = say::key("problem-ask-satisfied-plan");
        }
        all.push(form(
            "tell",
            vec![
                of.clone(),
                yes("answered", "problem-ask-answered"),
                yes("solved", "problem-ask-solved"),
                satisfied,
                more,
                files(),
            ],
        ));
    }
    all.push(form("say", vec![of.clone(), words("problem-field-words"), files()]));
    all.push(form("withdraw", vec![of]));
    all
}

/// What a unit does with its part.
fn unit_acts(page: &Page, actor: &Actor, problem: &Problem, organ: &str) -> Vec<Value> {
    let own = problem.assignment_of(organ);
    let mut all = Vec::new();
    if own.is_some_and(|own| own.state == AssignmentState::Offered && own.role == Role::Informed) {
        let mut read = form("accept", Vec::new());
        read["label"] = say::key("problem-act-read");
        all.push(read);
    }
    if let Some(own) = own.filter(|own| own.state == AssignmentState::Offered && own.role != Role::Informed) {
        all.push(form("accept", Vec::new()));
        let before = problem.assignments.iter().any(|of| of.organ == organ && of.returned.is_some());
        if !own.ruled && !before {
            let reasons = listed(page, "problem-returns", "reason");
            let mut instead = choice("instead", "choice", "problem-field-instead", &fields::units(page), &json!(""));
            instead["required"] = json!(false);
            let reason = choice("reason", "radios", "problem-field-reason", &reasons, &json!(""));
            all.push(form("return", vec![reason, words("problem-field-why"), instead]));
        }
    }
    if let Some(own) = own.filter(|own| own.state == AssignmentState::Accepted) {
        all.extend(handling_acts(page, problem, own));
    }
    for notice in problem.notices.iter().filter(|of| of.organ == organ && of.answer.is_none()) {
        all.push(form("answer_notice", vec![hidden("id", &json!(notice.id)), words("problem-field-words"), files()]));
    }
    for task in problem.tasks.iter().filter(|of| of.organ == organ && of.done.is_none()) {
        all.push(form("do_task", vec![hidden("id", &json!(task.id)), words("problem-field-how"), files()]));
    }
    let mut confidential = field("confidential", "yesno", "problem-field-confidential");
    confidential["value"] = json!("no");
    all.push(form("note", vec![words("problem-field-words"), confidential, files()]));
    if organ != problem.office {
        let emergencies = fields::emergencies(page);
        let to = choice("to", "radios", "problem-field-to", &emergencies, &json!(""));
        all.push(form("pass_emergency", vec![to]));
    }
    if let Some(own) = own {
        if own.role != Role::Informed && own.handler.as_deref() != Some(&actor.person) {
            all.push(form("take", Vec::new()));
        }
        all.push(form("recuse", vec![words("problem-field-why")]));
    } else if organ == problem.office {
        all.push(form("recuse", vec![words("problem-field-why")]));
    }
    if organ != problem.office && problem.watchers.contains(organ) {
        let stop = vec![hidden("organ", &json!(organ)), hidden("on", &json!("no"))];
        let mut stop = form("watch", stop);
        stop["label"] = say::key("problem-act-unwatch-own");
        all.push(stop);
    }
    all
}

fn handling_acts(page: &Page, problem: &Problem, own: &Assignment) -> Vec<Value> {
    if own.role != Role::Lead {
        return vec![form("answer", point_fields(problem, false))];
    }
    let mut all = vec![form("sign", point_fields(problem, true))];
    all.push(form("update", public_words()));
    all.push(form("ask", public_words()));
    if problem.answered_at.is_none() {
        match problem.pause() {
            Some(_) => all.push(form("resume", Vec::new())),
            None => {
                let causes = listed(page, "problem-pauses", "cause");
                all.push(form("pause", vec![choice("cause", "radios", "problem-field-cause", &causes, &json!(""))]));
            }
        }
        let asked = problem.extensions.iter().any(|of| of.decided.is_none_or(|(_, approved)| approved));
        let runs = |clock: &domain::problem::Clock| clock.stopped_at.is_none() && !problem.has_passed(clock);
        if !asked && problem.clocks.get("resolve").is_some_and(runs) {
            all.push(form(
                "ask_extension",
                vec![required("until", "instant", "problem-field-until"), words("problem-field-why")],
            ));
        }
    }
    let unit = choice("organ", "choice", "problem-field-organ", &fields::units(page), &json!(""));
    all.push(form(
        "give_task",
        vec![unit, required("due", "instant", "problem-field-until"), words("problem-field-task"), files()],
    ));
    all
}

/// One set of fields for each point; the joined reply also has a plan.
fn point_fields(problem: &Problem, joined: bool) -> Vec<Value> {
    let outcomes = options("problem-outcome-", &["solved", "explained", "not_now", "not_ours"]);
    let mut all = Vec::new();
    for point in &problem.points {
        let numbered = |name: &str, kind: &str, label: &str| {
            let mut of = required(&format!("{name}.{}", point.id), kind, label);
            of["label"] = json!({"key": "problem-field-point", "n": point.id, "what": say::key(label)});
            of["required"] = json!(joined);
            of
        };
        let mut outcome = numbered("outcome", "choice", "problem-field-outcome");
        outcome["options"] = json!(outcomes);
        let mut text = numbered("words", "textarea", "problem-field-answer");
        text["lines"] = json!(3);
        let mut english = numbered("words_en", "textarea", "problem-field-answer-en");
        english["required"] = json!(false);
        english["lines"] = json!(2);
        all.extend([outcome, text, english, numbered("law", "text", "problem-field-law")]);
    }
    if joined {
        let mut plan = field("plan", "textarea", "problem-field-plan");
        plan["hint"] = say::key("problem-field-plan-hint");
        let mut english = field("plan_en", "textarea", "problem-field-plan-en");
        english["lines"] = json!(2);
        all.extend([plan, english, field("plan_until", "instant", "problem-field-plan-until")]);
    }
    all.push(files());
    all
}
