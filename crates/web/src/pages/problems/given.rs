//! The forms of problems, read as acts.

use domain::{
    Fault, Severity, Text,
    problem::{Key, MessageKind, Outcome},
};
use office::{
    ProblemAct,
    problems::{DecisionWords, PointWords, PositionWords, Words},
};

use super::{
    super::given::{missing, moment},
    doing::DECISIONS,
};
use crate::page::{Form, Page};

/// A form of an act, read. Dates without a zone are the port's.
pub fn act(page: &Page, form: &Form) -> Result<ProblemAct, Fault> {
    let text = |name: &str| form.get(name).trim().to_owned();
    let given = |name: &str| Some(text(name)).filter(|value| !value.is_empty());
    let yes = |name: &str| form.get(name) == "yes";
    let number = |name: &str| form.get(name).trim().parse::<u32>().map_err(|_| missing(name));
    let words = |name: &str| words_of(form, name);
    let at = |name: &str| moment(page, form.get(name)).map(|at| at.to_string()).ok_or_else(|| missing(name));
    let answer = |name: &str| match form.get(name) {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(missing(name)),
    };
    Ok(match form.get("act") {
        "triage" => read_triage(form),
        "dispatch" => ProblemAct::Dispatch {
            lead: given("lead"),
            co: form.all("co"),
            informed: form.all("informed"),
            basis: text("basis"),
        },
        "accept" => ProblemAct::Accept,
        "return" => ProblemAct::Return { reason: text("reason"), words: words("words"), instead: given("instead") },
        "rule" => ProblemAct::Rule {
            assignment: number("assignment")?,
            organ: text("organ"),
            law: words("law"),
            words: words("words"),
            precedent: yes("precedent"),
            only: form.all("only").into_iter().collect(),
        },
        "release" => ProblemAct::Release { assignment: number("assignment")? },
        "take" => ProblemAct::Take,
        "recuse" => ProblemAct::Recuse { words: words("words") },
        "update" => {
            ProblemAct::Send { kind: MessageKind::Update, report: None, words: words("words"), confidential: false }
        }
        "ask" => ProblemAct::Send { kind: MessageKind::Ask, report: None, words: words("words"), confidential: false },
        "note" => ProblemAct::Send {
            kind: MessageKind::Note,
            report: None,
            words: words("words"),
            confidential: yes("confidential"),
        },
        "say" => ProblemAct::Say { report: number("report")?, words: words("words") },
        "tell" => ProblemAct::Tell {
            report: number("report")?,
            answered: answer("answered")?,
            solved: answer("solved")?,
            satisfied: answer("satisfied")?,
            words: Some(words("words")),
        },
        "withdraw" => ProblemAct::Withdraw { report: number("report")? },
        "pause" => ProblemAct::Pause { cause: text("cause") },
        "resume" => ProblemAct::Resume,
        "ask_extension" => ProblemAct::AskExtension { until: at("until")?, words: words("words") },
        "decide_extension" => ProblemAct::DecideExtension { id: number("id")?, approved: answer("approved")? },
        "answer" => ProblemAct::Answer { points: read_points(form)? },
        "sign" => ProblemAct::Sign {
            points: read_points(form)?,
            plan_until: moment(page, form.get("plan_until")).map(|at| at.to_string()),
            plan: given("plan").or(given("plan_en")).map(|_| words("plan")),
        },
        other => read_more(page, form, other)?,
    })
}

fn read_more(page: &Page, form: &Form, act: &str) -> Result<ProblemAct, Fault> {
    let text = |name: &str| form.get(name).trim().to_owned();
    let number = |name: &str| form.get(name).trim().parse::<u32>().map_err(|_| missing(name));
    let words = |name: &str| words_of(form, name);
    let at = |name: &str| moment(page, form.get(name)).map(|at| at.to_string()).ok_or_else(|| missing(name));
    Ok(match act {
        "refuse" => ProblemAct::Refuse { reason: text("reason") },
        "transfer" => ProblemAct::Transfer { to: text("to"), reference: words("reference") },
        "pass_emergency" => ProblemAct::PassEmergency { to: text("to") },
        "join_to" => ProblemAct::JoinTo { number: text("number").to_uppercase() },
        "escalate" => ProblemAct::Escalate { trigger: text("trigger") },
        "serve" => ProblemAct::Serve { kind: text("kind"), organ: text("organ"), words: words("words") },
        "answer_notice" => ProblemAct::AnswerNotice { id: number("id")?, words: words("words") },
        "give_task" => ProblemAct::GiveTask { organ: text("organ"), due: at("due")?, words: words("words") },
        "do_task" => ProblemAct::DoTask { id: number("id")?, words: words("words") },
        "watch" => ProblemAct::Watch { organ: text("organ"), on: text("on") != "no" },
        "call_meeting" => ProblemAct::CallMeeting {
            at: at("at")?,
            participants: form.all("participants").into_iter().collect(),
            agenda: words("words"),
            cases: form.all("cases").into_iter().chain(numbers(form.get("more_cases"))).collect(),
        },
        "move_meeting" => ProblemAct::MoveMeeting {
            id: number("id")?,
            // The form that calls it off has no such field; one that was left empty is no calling off.
            to: form.pairs.iter().any(|(name, _)| name == "to").then(|| at("to")).transpose()?,
            words: words("words"),
        },
        "hold_meeting" => read_minutes(page, form)?,
        "arbitrate" => ProblemAct::Arbitrate {
            about: text("about"),
            law: words("law"),
            words: words("words"),
            binds: form.all("binds").into_iter().collect(),
        },
        "disclose" => ProblemAct::Disclose { report: number("report")?, organ: text("organ"), words: words("words") },
        "link" => ProblemAct::Link { kind: text("kind"), number: text("number").to_uppercase() },
        "unlink" => ProblemAct::Unlink { kind: text("kind"), number: text("number").to_uppercase() },
        "separate" => ProblemAct::Separate { number: text("number").to_uppercase() },
        "link_known" => ProblemAct::LinkKnown { code: text("code") },
        "declare_incident" => ProblemAct::DeclareIncident { cause: words("cause") },
        _ => return Err(missing("act")),
    })
}

/// Words in one language, or in both where the English ones stand beside them.
fn words_of(form: &Form, name: &str) -> Words {
    let (one, english) = (form.get(name).trim(), form.get(&format!("{name}_en")).trim());
    let other = |of: &str, instead: &str| if of.is_empty() { instead.to_owned() } else { of.to_owned() };
    Words(Text::new(other(one, english), other(english, one)))
}

/// Numbers of cases, with commas or blanks between them.
fn numbers(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', ' ', '，', '、', '；']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_uppercase).collect()
}

fn read_triage(form: &Form) -> ProblemAct {
    let text = |name: &str| form.get(name).trim().to_owned();
    let key = Key::new(form.get("key_kind"), form.get("key_value"));
    let lines = form.get("points").lines().map(str::trim).filter(|line| !line.is_empty());
    ProblemAct::Triage {
        topic: text("topic"),
        impact: text("impact"),
        urgency: text("urgency"),
        keys: Some(key).filter(|key| !key.kind.is_empty() && !key.value.is_empty()).into_iter().collect(),
        points: lines.map(|line| Words(Text::new(line, line))).collect(),
    }
}

/// The points that have words; the English ones stand beside the Chinese where they were given.
fn read_points(form: &Form) -> Result<Vec<PointWords>, Fault> {
    let numbers = form.pairs.iter().filter_map(|(name, _)| name.strip_prefix("outcome.")?.parse::<u32>().ok());
    let mut points = Vec::new();
    for point in numbers {
        let of = |name: &str| form.get(&format!("{name}.{point}")).trim().to_owned();
        let (zh, en) = (of("words"), of("words_en"));
        if zh.is_empty() && en.is_empty() && of("outcome").is_empty() {
            continue;
        }
        let outcome = Outcome::from_code(&of("outcome")).ok_or_else(|| missing(&format!("outcome.{point}")))?;
        if zh.is_empty() && en.is_empty() {
            return Err(missing(&format!("words.{point}")));
        }
        let other = |one: &str, other: &str| if one.is_empty() { other.to_owned() } else { one.to_owned() };
        let words = Words(Text::new(other(&zh, &en), other(&en, &zh)));
        points.push(PointWords { point, outcome, law: Words(form.text(&format!("law.{point}"))), words });
    }
    Ok(points)
}

fn read_minutes(page: &Page, form: &Form) -> Result<ProblemAct, Fault> {
    let positions = form.pairs.iter().filter_map(|(name, words)| {
        let organ = name.strip_prefix("position.").filter(|_| !words.trim().is_empty())?;
        Some(PositionWords { organ: organ.to_owned(), words: Words(form.text(name)) })
    });
    let mut decisions = Vec::new();
    for nth in 1..=DECISIONS {
        let of = |name: &str| form.get(&format!("{name}.{nth}")).trim().to_owned();
        if of("decision").is_empty() {
            continue;
        }
        let due = moment(page, &of("due")).map(|at| at.to_string()).ok_or_else(|| missing(&format!("due.{nth}")))?;
        let dissent = form.all(&format!("dissent.{nth}")).into_iter().collect();
        decisions.push(DecisionWords {
            organ: of("organ"),
            words: Words(form.text(&format!("decision.{nth}"))),
            due,
            dissent,
            case: Some(of("case")).filter(|case| !case.is_empty()),
        });
    }
    let id = form.get("id").parse().map_err(|_| missing("id"))?;
    Ok(ProblemAct::HoldMeeting { id, minutes: Words(form.text("minutes")), positions: positions.collect(), decisions })
}

/// A form whose files were too much to be read to its end.
pub fn too_large() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-REPORT-006",
        "/files",
        Text::new(
            "附件过多或过大（最多 5 个，每个不超过 5 MB），表单未能读完，操作未执行。",
            "Too many files, or one is too large (five at most, each up to 5 MB): the form was not read to its end, and nothing was done.",
        ),
        Text::new("请删减附件后再提交。", "Send fewer or smaller ones."),
    )
}

/// Somebody else acted between the page and its form.
pub fn moved_on() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-PROBLEM-022",
        "",
        Text::new(
            "您打开页面后，该问题已有新的变化，您的操作未执行。",
            "The problem has changed since you opened the page; nothing was done.",
        ),
        Text::new("请核对最新情况后再提交。", "Look at what is new, then send the form again."),
    )
}
