//! Sample problems, each brought to a state of its own by those who would bring it there.

use domain::{Text, problem::Key, ship_call::Party};
use office::{
    Actor, Error, NewReport, Office, ProblemAct, Request, Role,
    problems::{Contact, KnownProblem},
};
use serde_json::{Value, json};

use crate::setup::Clock;

const HOUR: i64 = domain::instant::HOUR;

/// A step of a scene: so many hours before now, who does it, and the act; `firm` and `office` are short for the two.
type Step = (i64, &'static str, Value);

/// A sample problem.
struct Scene {
    /// Hours before now at which it was reported.
    reported: i64,
    /// The firm; empty for somebody without an account.
    firm: &'static str,
    topic: &'static str,
    impact: &'static str,
    urgency: &'static str,
    words: &'static str,
    keys: Vec<(&'static str, String)>,
    against: Option<&'static str>,
    steps: Vec<Step>,
}

/// Makes the sample problems and a known problem.
pub async fn make(office: &Office, clock: &Clock) -> Result<(), Error> {
    clock.shift(-72 * HOUR);
    let known = KnownProblem {
        code: "gate-3-scanner".to_owned(),
        name: Text::new("3 号闸口扫描仪故障", "The scanner of gate 3 is out of order"),
        workaround: Text::new(
            "请走 1 号闸口，凭预约号人工核验。",
            "Use gate 1; the appointment's number is checked by hand.",
        ),
        topics: vec!["terminal-gate".to_owned()],
        error_codes: vec!["GATE-3-SCAN".to_owned()],
        mended_at: None,
    };
    office.put_known_problem(&unit("port_office"), &known).await?;
    office.name_coordinator(&unit("port_office"), "sample-agency-a", "portoffice").await?;
    let year = office.now().date(&office.profile.zone).year();
    let mut numbers = Vec::new();
    for scene in scenes(year) {
        numbers.push(play(office, clock, &scene, numbers.last()).await?);
    }
    let (_, before) = office.two_months();
    for scene in last_month(office, &before) {
        play(office, clock, &scene, None).await?;
    }
    clock.shift(0);
    office.publish_month(&unit("port_office"), &before).await?;
    Ok(())
}

async fn play(office: &Office, clock: &Clock, scene: &Scene, before: Option<&String>) -> Result<String, Error> {
    clock.shift(-scene.reported * HOUR);
    let reporter = match scene.firm {
        "" => Actor::reporter("zh"),
        firm => person(Party::Firm(firm.to_owned()), if firm.ends_with('a') { "agent" } else { "agent2" }, Role::Agent),
    };
    let new = NewReport {
        topic: scene.topic.to_owned(),
        impact: scene.impact.to_owned(),
        urgency: scene.urgency.to_owned(),
        words: scene.words.to_owned(),
        keys: scene.keys.iter().map(|(kind, value)| Key::new(kind, value)).collect(),
        contact: Contact {
            name: "示例联系人".to_owned(), phone: "+86 411 0000 0000".to_owned(), ..Contact::default()
        },
        language: "zh".to_owned(),
        against: scene.against.iter().map(|organ| (*organ).to_owned()).collect(),
        ..NewReport::default()
    };
    let request = |office: &Office| Request::new("sample", Some(office.new_id().to_string()), &[], "page");
    let number = office.report(&reporter, &new, &request(office)).await?.number;
    for (hours, who, act) in &scene.steps {
        clock.shift(-hours * HOUR);
        let actor = match *who {
            "firm" => reporter.clone(),
            "office" => unit("port_office"),
            organ => unit(organ),
        };
        let mut act = act.clone();
        if act["act"] == "join_to" {
            act["number"] = json!(before);
        }
        let act: ProblemAct = serde_json::from_value(act)?;
        office.do_on_problem(&actor, &number, &act, &request(office)).await?;
    }
    Ok(number)
}

fn person(party: Party, name: &str, role: Role) -> Actor {
    Actor { person: name.to_owned(), name: name.to_owned(), party, role, language: "zh".to_owned(), on_behalf: None }
}

fn unit(organ: &str) -> Actor {
    let role = match organ {
        "port_office" => Role::Coordinator,
        "port_group" => Role::Operator,
        _ => Role::Officer,
    };
    person(Party::Organ(organ.to_owned()), &organ.replace('_', ""), role)
}

fn triage(topic: &str, impact: &str, urgency: &str) -> Value {
    json!({"act": "triage", "topic": topic, "impact": impact, "urgency": urgency})
}

fn dispatch(lead: &str, co: &[&str]) -> Value {
    json!({"act": "dispatch", "lead": lead, "co": co})
}

fn accept() -> Value {
    json!({"act": "accept"})
}

fn update(words: &str) -> Value {
    json!({"act": "send", "kind": "update", "words": words})
}

fn point(outcome: &str, zh: &str, en: &str) -> Value {
    json!([{"point": 1, "outcome": outcome, "law": "优化营商环境条例 Decree 722 art. 37", "words": {"zh": zh, "en": en}}])
}

fn sign(zh: &str, en: &str) -> Value {
    json!({"act": "sign", "points": point("solved", zh, en)})
}

fn tell(solved: bool, satisfied: bool) -> Value {
    json!({"act": "tell", "report": 1, "answered": true, "solved": solved, "satisfied": satisfied})
}

/// Looked at, dispatched and accepted.
fn begun(hours: i64, topic: &str, impact: &str, urgency: &str, lead: &'static str) -> Vec<Step> {
    vec![
        (hours, "office", triage(topic, impact, urgency)),
        (hours, "office", dispatch(lead, &[])),
        (hours - 1, lead, accept()),
    ]
}

fn scenes(year: i16) -> Vec<Scene> {
    let mut all = untouched(year);
    all.extend(handled(year));
    all.extend(ended(year));
    all
}

fn scene(reported: i64, firm: &'static str, of: [&'static str; 3], words: &'static str, steps: Vec<Step>) -> Scene {
    let [topic, impact, urgency] = of;
    Scene { reported, firm, topic, impact, urgency, words, keys: Vec::new(), against: None, steps }
}

/// What the port office has before it: new, looked at, offered, disputed.
fn untouched(year: i16) -> Vec<Scene> {
    let call = |serial: u32| vec![("call", format!("{year}-DAL-{serial:06}"))];
    let gate = vec![("container", "SMPU1234565".to_owned()), ("plate", "辽B00001".to_owned())];
    let of = ["terminal-gate", "delayed", "now"];
    vec![
        Scene {
            keys: gate.clone(),
            ..scene(1, "", of, "3 号闸口扫描仪坏了，二十多辆车排队，冷藏箱断电两小时。", Vec::new())
        },
        Scene {
            keys: gate,
            ..scene(
                3,
                "sample-agency-b",
                of,
                "Gate 3 does not read the boxes; trucks wait for two hours.",
                vec![(2, "office", triage("terminal-gate", "delayed", "now"))],
            )
        },
        Scene {
            keys: call(5),
            ..scene(
                6,
                "sample-agency-a",
                ["border-crew", "cross", "today"],
                "换班船员的隔离地点由谁确定，边检、海关、海事说法不一。",
                vec![
                    (5, "office", triage("border-crew", "cross", "today")),
                    (5, "office", dispatch("border", &["customs", "msa"])),
                    (4, "msa", accept()),
                ],
            )
        },
        scene(
            9,
            "sample-agency-b",
            ["fee", "cost", "week"],
            "同一箱的检查作业费收了两次，码头和船公司互相推。",
            vec![
                (8, "office", triage("fee", "cost", "week")),
                (8, "office", dispatch("port_administration", &[])),
                (
                    7,
                    "port_administration",
                    json!({"act": "return", "reason": "other_leads", "words": "收费主体是船公司代理，应由港口集团先核对", "instead": "port_group"}),
                ),
            ],
        ),
    ]
}

/// What departments work on: in hand, late, paused, planned, answered, opened again, the reporter hidden.
fn handled(year: i16) -> Vec<Scene> {
    let call = |serial: u32| vec![("call", format!("{year}-DAL-{serial:06}"))];
    let and = |mut steps: Vec<Step>, more: Vec<Step>| {
        steps.extend(more);
        steps
    };
    let ordinary = |topic| [topic, "ordinary", "week"];
    vec![
        Scene {
            keys: call(1),
            ..scene(
                26,
                "sample-agency-a",
                ["customs-inspection", "delayed", "today"],
                "查验指令下了，箱子还在堆场最里面，码头说明天才能调出来。",
                vec![
                    (25, "office", triage("customs-inspection", "delayed", "today")),
                    (25, "office", dispatch("customs", &["port_group"])),
                    (24, "customs", accept()),
                    (24, "port_group", accept()),
                    (22, "customs", update("已与码头约定今晚 20 点前调箱。")),
                    (
                        21,
                        "port_group",
                        json!({"act": "send", "kind": "note", "words": "岸桥检修，22 点后才有机械。", "confidential": true}),
                    ),
                ],
            )
        },
        scene(
            400,
            "sample-agency-b",
            ordinary("it"),
            "单一窗口提示 E-17，舱单改不了，电话一直占线。",
            begun(398, "it", "ordinary", "week", "port_office"),
        ),
        scene(
            50,
            "sample-agency-a",
            ordinary("quarantine-goods"),
            "一批冷冻水产等检测结果，仓储费一天一千二。",
            and(
                begun(48, "quarantine-goods", "ordinary", "week", "customs"),
                vec![(40, "customs", json!({"act": "pause", "cause": "lab_result"}))],
            ),
        ),
        scene(
            120,
            "sample-agency-a",
            ["policy", "policy", "later"],
            "内外贸同船运输没有细则，每次都要重新协调。",
            and(
                begun(110, "policy", "policy", "later", "port_office"),
                vec![(
                    60,
                    "port_office",
                    json!({"act": "sign", "points": point("not_now", "已报省口岸办请示细则。", "The province has been asked for detailed rules."), "plan_until": format!("{}-12-31T17:00:00+08:00", year + 1), "plan": {"zh": "每季度通报进展，细则出台后一周内答复。", "en": "A word each quarter; an answer within a week of the rules."}}),
                )],
            ),
        ),
        scene(
            60,
            "sample-agency-b",
            ordinary("terminal-berth"),
            "靠泊计划改了三次，没有通知代理。",
            and(
                begun(58, "terminal-berth", "ordinary", "week", "port_group"),
                vec![(
                    30,
                    "port_group",
                    sign(
                        "今后计划变更两小时内短信通知代理。",
                        "From now on agents hear of each change within two hours.",
                    ),
                )],
            ),
        ),
        scene(
            140,
            "sample-agency-a",
            ordinary("msa-permit"),
            "离港许可被退回两次，每次补的材料不一样。",
            and(
                begun(138, "msa-permit", "ordinary", "week", "msa"),
                vec![
                    (100, "msa", sign("已一次性告知全部材料。", "Everything that is missing was named at once.")),
                    (90, "firm", tell(false, false)),
                ],
            ),
        ),
        Scene {
            against: Some("customs"),
            ..scene(
                30,
                "sample-agency-b",
                ordinary("customs-declaration"),
                "窗口中午不受理，说系统维护，但隔壁窗口可以办。",
                vec![
                    (
                        29,
                        "office",
                        json!({"act": "triage", "topic": "customs-declaration", "impact": "ordinary", "urgency": "week", "points": ["中午时段窗口是否受理，依据是什么"]}),
                    ),
                    (29, "office", dispatch("customs", &[])),
                    (27, "customs", accept()),
                ],
            )
        },
    ]
}

/// A month before: enough of some topics for figures that may be published, and few of others.
fn last_month(office: &Office, month: &str) -> Vec<Scene> {
    const OF: [(&str, &str, usize); 6] = [
        ("terminal-gate", "port_group", 8),
        ("customs-declaration", "customs", 7),
        ("fee", "port_administration", 6),
        ("it", "port_office", 5),
        ("msa-permit", "msa", 3),
        ("border", "border", 1),
    ];
    let Some((first, _)) = office.month(month) else { return Vec::new() };
    let since = (office.now().0 - first.0) / HOUR;
    let of = OF.iter().flat_map(|(topic, lead, count)| (0..*count).map(move |nth| (*topic, *lead, nth)));
    of.enumerate()
        .map(|(at, (topic, lead, nth))| {
            let reported = since - 30 - 20 * i64::try_from(at).unwrap_or(0);
            let impact = if topic == "terminal-gate" { "delayed" } else { "ordinary" };
            let mut steps = begun(reported - 1, topic, impact, "week", lead);
            let answer = || sign("已处理，请核实。", "Done; please check.");
            steps.push((reported - 6 - i64::try_from(nth).unwrap_or(0), lead, answer()));
            // One in four is worked on a second time; one of all is worked on still.
            if nth % 4 == 3 {
                steps.push((reported - 20, "firm", tell(false, false)));
                if at != 3 {
                    steps.push((reported - 24, lead, answer()));
                }
            }
            if at != 3 {
                steps.push((reported - 28, "firm", tell(true, nth % 3 != 0)));
            }
            let words = "示例：上月反映的问题。";
            let container = format!("SMPU{at:07}");
            let firm = if nth % 2 == 0 { "sample-agency-a" } else { "sample-agency-b" };
            Scene {
                keys: vec![("container", container)],
                ..scene(reported, firm, [topic, impact, "week"], words, steps)
            }
        })
        .collect()
}

/// What has ended, each in its own way.
fn ended(year: i16) -> Vec<Scene> {
    let call = |serial: u32| vec![("call", format!("{year}-DAL-{serial:06}"))];
    let ordinary = |topic| [topic, "ordinary", "week"];
    vec![
        Scene {
            keys: call(9),
            ..scene(
                200,
                "sample-agency-a",
                ordinary("border"),
                "船员登轮证办理窗口排队超过三小时。",
                vec![
                    (199, "office", triage("border", "ordinary", "week")),
                    (199, "office", dispatch("border", &[])),
                    (198, "border", accept()),
                    (180, "border", update("增开一个窗口，请按预约时间到场。")),
                    (150, "border", sign("已增设窗口并开通预约。", "A second window is open, by appointment.")),
                    (149, "firm", tell(true, true)),
                ],
            )
        },
        scene(
            80,
            "sample-agency-b",
            ["other", "advice", "later"],
            "重复提交，请撤回。",
            vec![(79, "firm", json!({"act": "withdraw", "report": 1}))],
        ),
        scene(
            82,
            "",
            ["other", "ordinary", "later"],
            "我家门口的路灯坏了。",
            vec![
                (81, "office", triage("other", "ordinary", "later")),
                (81, "office", json!({"act": "transfer", "to": "12345", "reference": "SAMPLE-1"})),
            ],
        ),
        scene(
            84,
            "sample-agency-a",
            ordinary("customs-tax"),
            "对归类决定不服，已申请行政复议，请口岸办改判。",
            vec![
                (83, "office", triage("customs-tax", "ordinary", "week")),
                (83, "office", json!({"act": "refuse", "reason": "court"})),
            ],
        ),
        scene(
            20,
            "sample-agency-a",
            ordinary("terminal-yard"),
            "冷藏箱插电位不够。",
            vec![(19, "office", triage("terminal-yard", "ordinary", "week"))],
        ),
        scene(
            19,
            "sample-agency-b",
            ordinary("terminal-yard"),
            "No plugs left for reefers in the yard.",
            vec![(18, "office", json!({"act": "join_to", "number": ""}))],
        ),
    ]
}
