//! What the port office can do about a case, as forms.

use domain::problem::{
    Assignment, AssignmentState, BY_HAND, KEY_KINDS, LINKS, Meeting, Problem, Role, Status, dispatch_inputs,
    dispatch_narrowings,
};
use office::{Actor, Case};
use serde_json::{Value, json};

use super::{
    super::{
        fields::{self, IMPACTS, URGENCIES, choice, field, listed, options, required},
        journal, names,
    },
    files, firm_acts, form, hidden, public_words, words,
};
use crate::{
    page::{Failure, Page},
    say,
};

/// Decisions that the minutes' form takes at once.
pub const DECISIONS: usize = 4;

/// What the port office does, besides what it does as a unit that takes part.
pub async fn all(page: &Page, case: &Case, actor: &Actor) -> Result<Vec<Value>, Failure> {
    let problem = &case.problem;
    let mut all = vec![triage(page, problem)];
    let undecided =
        matches!(problem.status(), Status::Received | Status::Triaged | Status::Dispatched | Status::Disputed);
    let disputed = problem.lead().is_none() && problem.disputes().any(|of| of.role == Role::Lead);
    if problem.triaged_at.is_some() && problem.answered_at.is_none() && !disputed {
        all.push(dispatch(page, case).await?);
    }
    for of in problem.disputes() {
        all.push(rule(page, problem, of));
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
    let emergencies = fields::emergencies(page);
    all.push(form("pass_emergency", vec![choice("to", "radios", "problem-field-to", &emergencies, &json!(""))]));
    let leads = problem
        .assignment_of(actor.unit())
        .is_some_and(|own| own.role == Role::Lead && own.state == AssignmentState::Accepted);
    if !leads {
        all.push(form("update", public_words()));
    }
    all.extend(coordination(page, problem));
    all.extend(meetings(page, case, actor).await?);
    all.extend(links(page, problem).await?);
    Ok(all)
}

fn releasable(of: &Assignment) -> bool {
    match of.role {
        Role::Lead => of.state == AssignmentState::Offered,
        _ => !matches!(of.state, AssignmentState::Released | AssignmentState::Done),
    }
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
            radios("topic", "problem-field-topic", &super::super::topic_options(page), &problem.topic),
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

fn rule(page: &Page, problem: &Problem, of: &Assignment) -> Value {
    let instead =
        of.returned.as_ref().and_then(|returned| returned.instead.clone()).unwrap_or_else(|| of.organ.clone());
    let mut precedent = field("precedent", "yesno", "problem-field-precedent");
    precedent["value"] = json!("no");
    let mut all = vec![
        hidden("assignment", &json!(of.id)),
        choice("organ", "choice", "problem-field-organ", &fields::units(page), &json!(instead)),
        required("law", "text", "problem-field-law"),
        words("problem-field-why"),
        precedent,
    ];
    let inputs = dispatch_inputs(problem);
    let narrowings = dispatch_narrowings(&page.app.office.profile);
    let narrowings: Vec<Value> = narrowings
        .iter()
        .filter_map(|name| Some(json!({"value": name, "label": names::narrowing(name, inputs.get(name)?)})))
        .collect();
    if !narrowings.is_empty() {
        let mut only = choice("only", "checkboxes", "problem-field-only", &narrowings, &json!([]));
        only["hint"] = say::key("problem-field-only-hint");
        all.push(only);
    }
    form("rule", all)
}

/// The ladder, notices, sub-tasks, arbitration, disclosure.
fn coordination(page: &Page, problem: &Problem) -> Vec<Value> {
    let units = fields::units(page);
    let parties = fields::units_of(page, &problem.units());
    let one = |of: &[Value]| choice("organ", "choice", "problem-field-organ", of, &json!(""));
    let mut all = Vec::new();
    if !parties.is_empty() {
        let kinds = listed(page, "problem-notices", "notice");
        let kind = choice("kind", "radios", "problem-field-kind", &kinds, &json!("reminder"));
        all.push(form("serve", vec![kind, one(&parties), words("problem-field-words"), files()]));
    }
    let left: Vec<&str> =
        BY_HAND.into_iter().filter(|of| !problem.escalations.iter().any(|step| step.trigger == *of)).collect();
    if !left.is_empty() {
        let triggers = options("problem-trigger-", &left);
        all.push(form("escalate", vec![choice("trigger", "radios", "problem-field-trigger", &triggers, &json!(""))]));
    }
    let due = required("due", "instant", "problem-field-until");
    all.push(form("give_task", vec![one(&units), due, words("problem-field-task")]));
    if !parties.is_empty() {
        let abouts = listed(page, "problem-arbitration", "about");
        let mut about = choice("about", "radios", "problem-field-about", &abouts, &json!(""));
        about["hint"] = say::key("problem-field-about-hint");
        let binds = choice("binds", "checkboxes", "problem-field-binds", &parties, &json!([]));
        let law = required("law", "text", "problem-field-law");
        all.push(form("arbitrate", vec![about, binds, law, words("problem-field-words")]));
    }
    for of in problem.reports.iter().filter(|of| of.hidden || !of.against.is_empty()) {
        let unknowing =
            problem.units().into_iter().filter(|organ| *organ != problem.office && !problem.knows_reporter(organ, of));
        let unknowing = fields::units_of(page, &unknowing.collect());
        if !unknowing.is_empty() {
            let mut disclose =
                form("disclose", vec![hidden("report", &json!(of.id)), one(&unknowing), words("problem-field-why")]);
            disclose["label"] = json!({"key": "problem-act-disclose-of", "number": of.number});
            all.push(disclose);
        }
    }
    all
}

/// Calling meetings, and their minutes.
async fn meetings(page: &Page, case: &Case, actor: &Actor) -> Result<Vec<Value>, Failure> {
    let problem = &case.problem;
    let units = fields::units(page);
    let taking_part: Vec<String> = problem.units().into_iter().filter(|organ| *organ != problem.office).collect();
    let seats = choice("participants", "checkboxes", "problem-field-participants", &units, &json!(taking_part));
    let mut call = vec![required("at", "instant", "problem-field-at"), seats, words("problem-field-agenda")];
    let mut related: Vec<String> = problem.links.iter().map(|(_, number)| number.clone()).collect();
    related.extend(page.app.office.duplicates(actor, case).await?.into_iter().map(|(line, _)| line.number));
    related.sort();
    related.dedup();
    if !related.is_empty() {
        let options: Vec<Value> = related.iter().map(|number| json!({"value": number, "label": number})).collect();
        call.push(choice("cases", "checkboxes", "problem-field-cases", &options, &json!([])));
    }
    let mut more = field("more_cases", "text", "problem-field-more-cases");
    more["hint"] = say::key("problem-field-more-cases-hint");
    call.push(more);
    let mut all = vec![form("call_meeting", call)];
    for of in problem.meetings.iter().filter(|of| of.stands()) {
        // Minutes tell of what was said: they are offered once the meeting has begun.
        if of.at <= page.app.office.now() {
            all.push(minutes(page, problem, of));
        }
        let labelled = |act: &str, fields: Vec<Value>| {
            let mut form = form("move_meeting", fields);
            form["label"] = json!({"key": format!("problem-act-{act}-meeting-at"), "at": {"at": of.at.0}});
            form
        };
        let to = required("to", "instant", "problem-field-meeting-to");
        all.push(labelled("move", vec![hidden("id", &json!(of.id)), to, words("problem-field-why")]));
        all.push(labelled("call-off", vec![hidden("id", &json!(of.id)), words("problem-field-why")]));
    }
    Ok(all)
}

/// Other cases, followers, known problems, incidents.
async fn links(page: &Page, problem: &Problem) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    let following: Vec<Value> = fields::units(page)
        .into_iter()
        .filter(|unit| unit["value"].as_str().is_none_or(|organ| !problem.watchers.contains(organ)))
        .collect();
    all.push(form("watch", vec![choice("organ", "choice", "problem-field-organ", &following, &json!(""))]));
    for organ in &problem.watchers {
        let mut stop = form("watch", vec![hidden("organ", &json!(organ)), hidden("on", &json!("no"))]);
        stop["label"] = json!({"key": "problem-act-unwatch", "who": say::unit(&page.app.office.profile, organ)});
        all.push(stop);
    }
    let standing = page.app.office.known_problems(false, None).await?;
    if standing.next.is_some() {
        // More than a list can hold: named by code.
        all.push(form("link_known", vec![required("code", "text", "problem-field-code")]));
    } else {
        let known = standing.lines.into_iter().filter(|of| !problem.known.contains(&of.code));
        let known: Vec<Value> = known.map(|of| json!({"value": of.code, "label": say::text(&of.name)})).collect();
        if !known.is_empty() {
            all.push(form("link_known", vec![choice("code", "choice", "problem-field-code", &known, &json!(""))]));
        }
    }
    let kinds = options("problem-link-", &LINKS.map(|(kind, _)| kind));
    let kind = choice("kind", "choice", "problem-field-kind", &kinds, &json!(""));
    all.push(form("link", vec![kind, required("number", "text", "problem-field-number")]));
    for (kind, number) in &problem.links {
        let mut back = form("unlink", vec![hidden("kind", &json!(kind)), hidden("number", &json!(number))]);
        back["label"] = json!({"key": "problem-act-unlink-of", "kind": journal::link(kind), "number": number});
        all.push(back);
    }
    for number in &problem.merged {
        let mut back = form("separate", vec![hidden("number", &json!(number))]);
        back["label"] = json!({"key": "problem-act-separate-of", "number": number});
        all.push(back);
    }
    if problem.incident.is_none() {
        let mut cause = required("cause", "text", "problem-field-cause-of");
        cause["hint"] = say::key("problem-field-cause-of-hint");
        all.push(form("declare_incident", vec![cause, field("cause_en", "text", "problem-field-cause-of-en")]));
    }
    Ok(all)
}

fn minutes(page: &Page, problem: &Problem, of: &Meeting) -> Value {
    let profile = &page.app.office.profile;
    let mut fields = vec![hidden("id", &json!(of.id)), required("minutes", "textarea", "problem-field-minutes")];
    for organ in &of.participants {
        let label = json!({"key": "problem-field-position", "who": say::unit(profile, organ)});
        fields.push(json!({"name": format!("position.{organ}"), "kind": "textarea", "lines": 2, "label": label}));
    }
    let units = fields::units(page);
    let cases: Vec<Value> = of.cases.iter().map(|number| json!({"value": number, "label": number})).collect();
    for nth in 1..=DECISIONS {
        let numbered = |name: &str, kind: &str, label: &str| json!({"name": format!("{name}.{nth}"), "kind": kind, "lines": 2, "label": {"key": "problem-field-decision", "n": nth, "what": say::key(label)}});
        let mut organ = numbered("organ", "choice", "problem-field-organ");
        organ["options"] = json!(units);
        let mut dissent = numbered("dissent", "checkboxes", "problem-field-dissent");
        let seated = of.participants.iter().map(|organ| json!({"value": organ, "label": say::unit(profile, organ)}));
        dissent["options"] = seated.collect();
        fields.push(numbered("decision", "textarea", "problem-field-task"));
        if cases.len() > 1 {
            let mut about = numbered("case", "choice", "problem-field-case");
            about["options"] = json!(cases);
            about["value"] = json!(problem.number);
            fields.push(about);
        }
        fields.extend([organ, numbered("due", "instant", "problem-field-until"), dissent]);
    }
    fields.push(files());
    let mut held = form("hold_meeting", fields);
    held["label"] = json!({"key": "problem-act-hold-meeting-at", "at": {"at": of.at.0}});
    held
}
