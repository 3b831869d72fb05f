//! What the reader can do about a case, as forms.

use domain::problem::{Assignment, AssignmentState, KEY_KINDS, Problem, Reader, Role, Status};
use office::{Actor, Case};
use serde_json::{Value, json};

use super::fields::{self, IMPACTS, URGENCIES, choice, field, listed, options, required};
use crate::{
    page::{Failure, Page},
    say,
};

/// Decisions that the minutes' form takes at once.
pub const DECISIONS: usize = 3;

fn form(act: &str, fields: Vec<Value>) -> Value {
    json!({"act": act, "label": say::key(&format!("problem-act-{}", act.replace('_', "-"))), "fields": fields})
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
    match (&case.reader, actor) {
        (Reader::Reporter(own), _) => Ok(own.iter().flat_map(|report| firm_acts(problem, *report)).collect()),
        (Reader::Unit(organ), Some(_)) => Ok(unit_acts(page, problem, organ)),
        (Reader::Office, Some(actor)) => {
            let mut all = office_acts(page, case).await?;
            all.extend(unit_acts(page, problem, actor.unit()));
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
        all.push(form(
            "tell",
            vec![
                of.clone(),
                yes("answered", "problem-ask-answered"),
                yes("solved", "problem-ask-solved"),
                yes("satisfied", "problem-ask-satisfied"),
                more,
            ],
        ));
    }
    all.push(form("say", vec![of.clone(), words("problem-field-words")]));
    all.push(form("withdraw", vec![of]));
    all
}

/// What a unit does with its part.
fn unit_acts(page: &Page, problem: &Problem, organ: &str) -> Vec<Value> {
    let own = problem.assignment_of(organ);
    let mut all = Vec::new();
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
        all.push(form("answer_notice", vec![hidden("id", &json!(notice.id)), words("problem-field-words")]));
    }
    for task in problem.tasks.iter().filter(|of| of.organ == organ && of.done.is_none()) {
        all.push(form("do_task", vec![hidden("id", &json!(task.id)), words("problem-field-how")]));
    }
    let mut confidential = field("confidential", "yesno", "problem-field-confidential");
    confidential["value"] = json!("no");
    all.push(form("note", vec![words("problem-field-words"), confidential]));
    if own.is_some() {
        all.push(form("take", Vec::new()));
        all.push(form("recuse", vec![words("problem-field-why")]));
    }
    all
}

fn handling_acts(page: &Page, problem: &Problem, own: &Assignment) -> Vec<Value> {
    if own.role != Role::Lead {
        return vec![form("answer", point_fields(problem, false))];
    }
    let mut all = vec![form("sign", point_fields(problem, true))];
    all.push(form("update", vec![words("problem-field-words")]));
    all.push(form("ask", vec![words("problem-field-words")]));
    if problem.answered_at.is_none() {
        match problem.pause() {
            Some(_) => all.push(form("resume", Vec::new())),
            None => {
                let causes = listed(page, "problem-pauses", "cause");
                all.push(form("pause", vec![choice("cause", "radios", "problem-field-cause", &causes, &json!(""))]));
            }
        }
        all.push(form(
            "ask_extension",
            vec![required("until", "instant", "problem-field-until"), words("problem-field-why")],
        ));
    }
    let unit = choice("organ", "choice", "problem-field-organ", &fields::units(page), &json!(""));
    all.push(form(
        "give_task",
        vec![unit, required("due", "instant", "problem-field-until"), words("problem-field-task")],
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
        all.extend([plan, field("plan_until", "instant", "problem-field-plan-until")]);
    }
    all
}

async fn office_acts(page: &Page, case: &Case) -> Result<Vec<Value>, Failure> {
    let problem = &case.problem;
    let mut all = vec![triage(page, problem)];
    let undecided =
        matches!(problem.status(), Status::Received | Status::Triaged | Status::Dispatched | Status::Disputed);
    if problem.triaged_at.is_some() && problem.answered_at.is_none() {
        all.push(dispatch(page, case).await?);
    }
    for of in problem.disputes() {
        all.push(rule(page, of));
    }
    for of in problem.assignments.iter().filter(|of| releasable(of)) {
        let mut release = form("release", vec![hidden("assignment", &json!(of.id))]);
        release["label"] = json!({"key": "problem-act-release", "who": say::unit(&page.app.office.profile, &of.organ)});
        all.push(release);
    }
    for of in problem.extensions.iter().filter(|of| of.decided.is_none()) {
        all.push(form(
            "decide_extension",
            vec![hidden("id", &json!(of.id)), required("approved", "yesno", "problem-field-approved")],
        ));
    }
    if problem.reply().is_some() {
        for report in problem.standing_reports() {
            let mut told = firm_acts(problem, report.id).remove(0);
            told["label"] = json!({"key": "problem-act-tell-for", "number": report.number});
            all.push(told);
        }
    }
    if undecided {
        all.push(form(
            "refuse",
            vec![choice(
                "reason",
                "radios",
                "problem-field-reason",
                &listed(page, "problem-refusals", "reason"),
                &json!(""),
            )],
        ));
        let tracks = listed(page, "problem-transfers", "to");
        all.push(form(
            "transfer",
            vec![
                choice("to", "choice", "problem-field-to", &tracks, &json!("")),
                field("reference", "text", "problem-field-reference"),
            ],
        ));
    }
    all.push(form("join_to", vec![required("number", "text", "problem-field-number")]));
    all.push(form("pass_emergency", vec![choice("to", "radios", "problem-field-to", &emergencies(page), &json!(""))]));
    all.push(form("update", vec![words("problem-field-words")]));
    all.extend(coordination(page, problem));
    Ok(all)
}

fn releasable(of: &Assignment) -> bool {
    match of.role {
        Role::Lead => of.state == AssignmentState::Offered,
        _ => !matches!(of.state, AssignmentState::Released | AssignmentState::Done),
    }
}

fn emergencies(page: &Page) -> Vec<Value> {
    let (profile, now) = (&page.app.office.profile, page.app.office.now());
    let tracks = domain::problem::transfers(profile, now).into_iter().filter(|track| track.kind == "emergency");
    tracks.map(|track| json!({"value": track.code, "label": [track.phone, say::text(&track.name)]})).collect()
}

fn triage(page: &Page, problem: &Problem) -> Value {
    let radios =
        |name: &str, label: &str, options: &[Value], value: &str| choice(name, "choice", label, options, &json!(value));
    let mut points = field("points", "textarea", "problem-field-points");
    points["hint"] = say::key("problem-field-points-hint");
    let mut kind =
        choice("key_kind", "choice", "problem-field-key-kind", &options("problem-key-", &KEY_KINDS), &json!(""));
    kind["required"] = json!(false);
    form(
        "triage",
        vec![
            radios("topic", "problem-field-topic", &super::topic_options(page), &problem.topic),
            radios("impact", "report-impact", &options("problem-impact-", &IMPACTS), &problem.impact),
            radios("urgency", "report-urgency", &options("problem-urgency-", &URGENCIES), &problem.urgency),
            points,
            kind,
            field("key_value", "text", "problem-field-key-value"),
        ],
    )
}

/// With what rulings and the catalogue propose filled in.
async fn dispatch(page: &Page, case: &Case) -> Result<Value, Failure> {
    let problem = &case.problem;
    let proposal = page.app.office.proposal(case).await?.filter(|_| problem.assignments.is_empty());
    let mut all = Vec::new();
    let units = fields::units(page);
    if problem.lead().is_none() {
        let lead = proposal.as_ref().map_or("", |row| row.lead.as_str());
        let mut of = choice("lead", "choice", "problem-role-lead", &units, &json!(lead));
        if let Some(row) = &proposal {
            of["hint"] = json!({"key": "problem-proposed", "why": say::text(&row.reason), "law": say::law(&page.app.office.profile, &row.law)});
        }
        all.push(of);
    }
    let some = |list: Option<&Vec<String>>| json!(list.cloned().unwrap_or_default());
    all.push(choice("co", "checkboxes", "problem-role-co", &units, &some(proposal.as_ref().map(|row| &row.co))));
    all.push(choice(
        "informed",
        "checkboxes",
        "problem-role-informed",
        &units,
        &some(proposal.as_ref().map(|row| &row.informed)),
    ));
    all.push(hidden("basis", &json!(proposal.map(|row| row.basis).unwrap_or_default())));
    Ok(form("dispatch", all))
}

fn rule(page: &Page, of: &Assignment) -> Value {
    let instead =
        of.returned.as_ref().and_then(|returned| returned.instead.clone()).unwrap_or_else(|| of.organ.clone());
    let mut precedent = field("precedent", "yesno", "problem-field-precedent");
    precedent["value"] = json!("no");
    form(
        "rule",
        vec![
            hidden("assignment", &json!(of.id)),
            choice("organ", "choice", "problem-field-organ", &fields::units(page), &json!(instead)),
            required("law", "text", "problem-field-law"),
            words("problem-field-why"),
            precedent,
        ],
    )
}

/// The ladder, notices, meetings, arbitration, disclosure, links.
fn coordination(page: &Page, problem: &Problem) -> Vec<Value> {
    let units = fields::units(page);
    let organ = || choice("organ", "choice", "problem-field-organ", &units, &json!(""));
    let mut all = vec![
        form(
            "serve",
            vec![
                choice(
                    "kind",
                    "radios",
                    "problem-field-kind",
                    &listed(page, "problem-notices", "notice"),
                    &json!("reminder"),
                ),
                organ(),
                words("problem-field-words"),
            ],
        ),
        form(
            "escalate",
            vec![choice(
                "trigger",
                "radios",
                "problem-field-trigger",
                &options("problem-trigger-", &["rule_conflict"]),
                &json!("rule_conflict"),
            )],
        ),
        form(
            "give_task",
            vec![organ(), required("due", "instant", "problem-field-until"), words("problem-field-task")],
        ),
        form(
            "call_meeting",
            vec![
                required("at", "instant", "problem-field-at"),
                choice("participants", "checkboxes", "problem-field-participants", &units, &json!([])),
                words("problem-field-agenda"),
            ],
        ),
        form(
            "arbitrate",
            vec![
                choice(
                    "about",
                    "radios",
                    "problem-field-about",
                    &listed(page, "problem-arbitration", "about"),
                    &json!(""),
                ),
                choice("binds", "checkboxes", "problem-field-binds", &units, &json!([])),
                required("law", "text", "problem-field-law"),
                words("problem-field-words"),
            ],
        ),
        form("watch", vec![organ()]),
        form("link_known", vec![required("code", "text", "problem-field-code")]),
        form(
            "link",
            vec![
                choice(
                    "kind",
                    "choice",
                    "problem-field-kind",
                    &options("problem-link-", &["depends_on", "refers_to", "member_of", "duplicate_of"]),
                    &json!(""),
                ),
                required("number", "text", "problem-field-number"),
            ],
        ),
    ];
    if problem.incident.is_none() {
        all.push(form("declare_incident", vec![required("cause", "text", "problem-field-cause-of")]));
    }
    for of in problem.reports.iter().filter(|of| of.hidden || !of.against.is_empty()) {
        all.push(form("disclose", vec![hidden("report", &json!(of.id)), organ(), words("problem-field-why")]));
    }
    for of in problem.meetings.iter().filter(|of| of.held_at.is_none()) {
        all.push(minutes(page, of));
    }
    all
}

fn minutes(page: &Page, of: &domain::problem::Meeting) -> Value {
    let profile = &page.app.office.profile;
    let mut fields = vec![hidden("id", &json!(of.id)), required("minutes", "textarea", "problem-field-minutes")];
    for organ in &of.participants {
        let label = json!({"key": "problem-field-position", "who": say::unit(profile, organ)});
        fields.push(json!({"name": format!("position.{organ}"), "kind": "textarea", "lines": 2, "label": label}));
    }
    let units = fields::units(page);
    for nth in 1..=DECISIONS {
        let numbered = |name: &str, kind: &str, label: &str| json!({"name": format!("{name}.{nth}"), "kind": kind, "lines": 2, "label": {"key": "problem-field-decision", "n": nth, "what": say::key(label)}});
        let mut organ = numbered("organ", "choice", "problem-field-organ");
        organ["options"] = json!(units);
        let mut dissent = numbered("dissent", "checkboxes", "problem-field-dissent");
        let seated = of.participants.iter().map(|organ| json!({"value": organ, "label": say::unit(profile, organ)}));
        dissent["options"] = seated.collect();
        fields.extend([
            numbered("decision", "textarea", "problem-field-task"),
            organ,
            numbered("due", "instant", "problem-field-until"),
            dissent,
        ]);
    }
    form("hold_meeting", fields)
}
