//! Expected refusals: each with a stable code, what is wrong, how to mend it and who can help.

use super::unmet;
use crate::{Fault, Severity, Text, priority::Refused, profile::Profile};

/// Why an act is refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The call was opened already, or not yet.
    WrongMoment,
    /// The call has ended or she has sailed.
    Ended,
    /// This party may not do this on this call.
    NotYours,
    /// The formality is not due for this call.
    NotDue,
    /// Nothing stands filed for this formality.
    NotFiled,
    /// The review is not at a point at which this can be done.
    WrongState,
    /// An approval must come first.
    EntryApprovalFirst,
    /// These things stand against it: codes of unmet requirements, holds, questions, boardings.
    Unmet(Vec<String>),
    /// No such question, item, hold, boarding or permit.
    NotThere,
    /// The ground or kind is not one that the profile lists.
    NotListed(String),
    /// A decision against the firm needs words and a legal basis.
    NoReason,
    /// Something that must be said in words is not said.
    NotSaid(Unsaid),
    /// What has happened lies ahead; the name of the field that says so.
    Ahead(&'static str),
    /// An answer is wanted by an instant that has passed.
    DuePassed,
    /// The berth is not open to foreign ships and no permission stands.
    BerthClosed(String),
    /// The berth is unknown, or its times run backwards.
    BerthPlan,
    /// The ship is longer than the berth.
    BerthTooShort {
        /// The berth.
        berth: String,
        /// Its length.
        metres: i64,
    },
    /// The ship draws more than the berth is deep.
    BerthTooShallow {
        /// The berth.
        berth: String,
        /// Its depth alongside, decimetres.
        decimetres: i64,
    },
    /// The berth does not handle what this ship carries.
    BerthOtherCargo {
        /// The berth.
        berth: String,
        /// The type of the ship.
        ship_type: String,
    },
    /// Another call of this ship at overlapping times lets her in already: numbers of those calls.
    LetInElsewhere(Vec<String>),
    /// She would leave before she comes.
    Backwards {
        /// The arrival as it would be expected.
        arrival: crate::Instant,
        /// The departure.
        departure: crate::Instant,
    },
    /// The clock does not run (any more).
    ClockStopped,
    /// A mirrored decision needs the national system and its receipt number.
    NoSource,
    /// A ship is diverted to a port that has a UN/LOCODE.
    UnknownPort(String),
    /// A distress without its report: what happened, and where.
    NoReport,
    /// What an authority without a desk ordered is recorded by the number of its order.
    NoReference,
    /// The formality opens later.
    TooEarly(crate::Instant),
    /// This measure gives no priority, and why.
    NoPriority(Refused, String),
}

/// What must be said in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaid {
    /// What is missing in a filing that is returned.
    Missing,
    /// The conditions of a grant.
    Conditions,
    /// Why she is boarded, where the listed ground asks for it.
    Boarding,
    /// The ground of a hold.
    Hold,
    /// What is asked.
    Question,
    /// How a distress ended.
    End,
    /// What is done about a departure without clearance.
    Departure,
    /// Why a call goes first, or no longer does.
    Priority,
}

impl Refusal {
    /// The refusal as a fault, with words in both languages, at the field of the act that it is about; organs, berths and
    /// holds by the profile's words.
    pub fn fault(&self, profile: &Profile) -> Fault {
        let (code, text, remedy) = self.words(profile);
        Fault::new(Severity::Error, code, self.location(), text, remedy)
    }

    /// The field of the act, as its form and the API name it; empty when it is about none.
    fn location(&self) -> String {
        let field = match self {
            Refusal::NotSaid(Unsaid::Hold) => "ground",
            Refusal::NotSaid(Unsaid::Question) => "items",
            Refusal::NotSaid(_) => "words",
            Refusal::Ahead(field) => field,
            Refusal::Backwards { .. } => "at",
            Refusal::BerthTooShort { .. } | Refusal::BerthTooShallow { .. } | Refusal::BerthOtherCargo { .. } => {
                "berth"
            }
            Refusal::DuePassed => "due",
            // Who was not consulted is told where consulted organs are ticked.
            Refusal::Unmet(list) if list.iter().all(|code| code.starts_with("consult:")) => "consulted",
            _ => return String::new(),
        };
        format!("/{field}")
    }

    fn words(&self, profile: &Profile) -> (&'static str, Text, Text) {
        let berth_said = |code: &str| {
            let name = profile.berth(code).map_or_else(|| Text::new(code, code), |berth| berth.name.clone());
            Text::new(format!("{}（{code}）", name.zh), format!("{} ({code})", name.en))
        };
        match self {
            Refusal::WrongMoment => (
                "PQ-CALL-001",
                Text::new("该航次当前不能进行此操作。", "This cannot be done at this point of the call."),
                Text::new("请刷新页面，查看航次当前状态。", "Open the call again and see where it stands."),
            ),
            Refusal::Ended => (
                "PQ-CALL-002",
                Text::new("该航次已结束。", "The call has ended."),
                Text::new("如船舶再次来港，请新建航次。", "Open a new call when the ship comes again."),
            ),
            Refusal::NotYours => (
                "PQ-CALL-003",
                Text::new("您的单位无权在本航次进行此操作。", "Your unit may not do this on this call."),
                Text::new(
                    "请由主管单位或该航次的船舶代理办理。",
                    "The competent organ, or the call's agent, can do it.",
                ),
            ),
            Refusal::NotDue => (
                "PQ-CALL-004",
                Text::new("本航次不需要办理该事项。", "This formality is not due for this call."),
                Text::new("请在航次页面查看应办事项及理由。", "See on the call's page what is due and why."),
            ),
            Refusal::NotFiled => (
                "PQ-CALL-005",
                Text::new("该事项尚未申报或已撤回。", "Nothing stands filed for this formality."),
                Text::new("请先申报。", "File it first."),
            ),
            Refusal::WrongState => (
                "PQ-CALL-006",
                Text::new("该事项当前状态不允许此操作。", "The formality does not stand where this can be done."),
                Text::new("请刷新后重试：可能已由他人办理。", "Open it again: somebody else may have acted."),
            ),
            Refusal::EntryApprovalFirst => (
                "PQ-CALL-007",
                Text::new(
                    "进口岸申请尚未获批，不能申报确报。",
                    "The entry application is not approved yet, so the arrival report cannot be filed.",
                ),
                Text::new(
                    "请等待海事批准，或补正申请。",
                    "Wait for maritime safety's approval, or mend the application.",
                ),
            ),
            Refusal::Unmet(list) => {
                let said: Vec<Text> = list.iter().map(|code| unmet::said(profile, code)).collect();
                let join = |words: fn(&Text) -> &str, mark: &str| said.iter().map(words).collect::<Vec<_>>().join(mark);
                let (zh, en) = (join(|of| &of.zh, "；"), join(|of| &of.en, "; "));
                let asked = list.iter().any(|code| code.starts_with("question:"));
                let remedy = match asked {
                    false => Text::new("请先办结所列事项。", "Settle what is listed first."),
                    true => Text::new(
                        "请先办结所列事项。询问尚待答复的，可等待企业答复，或在询问页逐项关闭；已答复的询问随批准一并关闭。",
                        "Settle what is listed first. Wait for the firm's answer to a question, or close it on its own page; what \
                         was answered is closed with the grant.",
                    ),
                };
                (
                    "PQ-CALL-008",
                    Text::new(format!("以下事项未办结：{zh}。"), format!("These stand against it: {en}.")),
                    remedy,
                )
            }
            Refusal::NotThere => (
                "PQ-CALL-009",
                Text::new(
                    "所指的问题、限制、登临、许可或时间记录不存在。",
                    "There is no such question, hold, boarding, permit or stated time.",
                ),
                Text::new("请从航次页面重新选择。", "Choose it again from the call's page."),
            ),
            Refusal::NotListed(what) => (
                "PQ-CALL-010",
                Text::new(
                    format!("“{what}”不在本口岸所列的情形之内。"),
                    format!("“{what}” is not one that this port's tables list for you."),
                ),
                Text::new("请从列表中选择。", "Choose one from the list."),
            ),
            Refusal::NoReason => (
                "PQ-CALL-011",
                Text::new("不予批准须写明理由和法律依据。", "A refusal needs its reason and its legal basis."),
                Text::new(
                    "请选择列明理由，或填写理由和法律依据。",
                    "Choose a listed reason, or give reason and legal basis.",
                ),
            ),
            Refusal::NotSaid(unsaid) => unsaid.words(),
            Refusal::Ahead(_) => (
                "PQ-CALL-027",
                Text::new(
                    "实际发生的时间不能晚于现在。",
                    "What has happened cannot lie ahead: this time is later than now.",
                ),
                Text::new(
                    "请核对时间；尚未发生的，请按“预计”或“计划”填报。",
                    "Check the time; state what is still to come as estimated or planned.",
                ),
            ),
            Refusal::DuePassed => (
                "PQ-CALL-028",
                Text::new("答复期限已过。", "The time by which an answer is wanted has passed already."),
                Text::new("请填写晚于现在的期限，或留空。", "Give a later time, or leave it empty."),
            ),
            Refusal::BerthClosed(berth) => (
                "PQ-CALL-012",
                Text::new(
                    format!("{}未对外国籍船舶开放。", berth_said(berth).zh),
                    format!("{} is not open to foreign ships.", berth_said(berth).en),
                ),
                Text::new(
                    "请选择已开放泊位，或先取得列明该泊位和时段的许可。",
                    "Choose an open berth, or obtain permission that names this berth and these times first (Maritime \
                     Traffic Safety Law art. 46).",
                ),
            ),
            Refusal::BerthPlan => (
                "PQ-CALL-013",
                Text::new("泊位不存在，或计划时间前后颠倒。", "The berth is unknown, or its times run backwards."),
                Text::new("请核对泊位与时间。", "Check the berth and the times."),
            ),
            Refusal::BerthTooShort { berth, metres } => (
                "PQ-CALL-018",
                Text::new(
                    format!("{}长 {metres} 米，短于船长。", berth_said(berth).zh),
                    format!("{} is {metres} m long: the ship is longer.", berth_said(berth).en),
                ),
                Text::new("请选择足够长的泊位。", "Choose a berth that is long enough."),
            ),
            Refusal::BerthTooShallow { berth, decimetres } => {
                let (zh, en) = (berth_said(berth).zh, berth_said(berth).en);
                let depth = format!("{}.{}", decimetres / 10, decimetres % 10);
                (
                    "PQ-CALL-033",
                    Text::new(
                        format!("{zh}水深 {depth} 米，小于船舶吃水。"),
                        format!("{en} is {depth} m deep: the ship draws more."),
                    ),
                    Text::new(
                        "请选择水深足够的泊位，或更正抵港吃水。",
                        "Choose a berth that is deep enough, or correct the draught on arrival.",
                    ),
                )
            }
            Refusal::BerthOtherCargo { berth, ship_type } => (
                "PQ-CALL-034",
                Text::new(
                    format!("{}不作业该类船舶（{ship_type}）。", berth_said(berth).zh),
                    format!("{} does not work ships of this type ({ship_type}).", berth_said(berth).en),
                ),
                Text::new(
                    "请选择作业该类货物的泊位；船型登记有误的，请更正船舶档案。",
                    "Choose a berth that handles her cargo; if her type is wrong, have the ship's record corrected.",
                ),
            ),
            Refusal::LetInElsewhere(numbers) => (
                "PQ-CALL-035",
                Text::new(
                    format!("该船已凭航次 {} 获准进港，时间与本航次重叠，不能再次批准。", numbers.join("、")),
                    format!(
                        "This ship is let in already by call {}, at times that overlap: she cannot be let in twice.",
                        numbers.join(", ")
                    ),
                ),
                Text::new(
                    "请先与两家代理核实：由其中一家取消航次，或更正抵离港时间使其不再重叠。",
                    "Ask both agents: one of them ends its call, or corrects arrival and departure so that they do not overlap.",
                ),
            ),
            Refusal::Backwards { arrival, departure } => {
                let [arrival, departure] = [arrival, departure].map(|at| at.said(&profile.zone));
                (
                    "PQ-CALL-030",
                    Text::new(
                        format!("预计离港时间（{departure}）早于预计抵港时间（{arrival}）。"),
                        format!(
                            "The expected departure ({departure}) is earlier than the expected arrival ({arrival})."
                        ),
                    ),
                    Text::new(
                        "请更正时间；如船舶延误，请先更新预计离港时间。",
                        "Correct the time; if she is delayed, state the new departure first.",
                    ),
                )
            }
            Refusal::TooEarly(opens) => {
                let opens = opens.said(&profile.zone);
                (
                    "PQ-CALL-015",
                    Text::new(format!("该事项自 {opens} 起方可申报。"), format!("This can be filed from {opens} on.")),
                    Text::new(
                        "请在开放后申报；如预计离港时间有变，请先更新。",
                        "File it then; if she sails earlier, state the new time first.",
                    ),
                )
            }
            Refusal::UnknownPort(code) => (
                "PQ-CALL-023",
                Text::new(format!("“{code}”不是联合国口岸代码。"), format!("“{code}” is not a UN/LOCODE.")),
                Text::new("请填写 5 位代码，如 KRINC。", "Give the five letters, for example KRINC."),
            ),
            Refusal::NoReport => (
                "PQ-CALL-025",
                Text::new("遇险报告未写明情况。", "The report of distress says nothing of what happened."),
                Text::new("请写明发生了什么、在何处。", "Write what happened, and where."),
            ),
            Refusal::NoSource => (
                "PQ-CALL-016",
                Text::new(
                    "转录的决定须注明原系统及其回执编号。",
                    "A mirrored decision needs its national system and the receipt number there.",
                ),
                Text::new("请填写来源系统和回执编号。", "Give the system and the number."),
            ),
            Refusal::NoReference => (
                "PQ-CALL-017",
                Text::new(
                    "代主管机关登记须注明其文书编号。",
                    "What another authority ordered is recorded by the number of its order.",
                ),
                Text::new("请填写文书编号。", "Give the number of the order."),
            ),
            Refusal::NoPriority(refused, measure) => {
                let (code, _, text, remedy) = refused.words(profile, measure);
                (code, text, remedy)
            }
            Refusal::ClockStopped => (
                "PQ-CALL-014",
                Text::new("该时限已不再计算。", "This clock does not run any more."),
                Text::new("无需操作。", "Nothing needs to be done."),
            ),
        }
    }
}

impl Unsaid {
    fn words(self) -> (&'static str, Text, Text) {
        let (text, remedy) = match self {
            Unsaid::Missing => (
                Text::new("退回补正未写明缺少什么。", "The return does not say what is missing or to be mended."),
                Text::new(
                    "请一次性列明需补正的全部内容，一行一项。",
                    "Name everything that is missing at once, one item a line.",
                ),
            ),
            Unsaid::Conditions => (
                Text::new("附条件批准未写明条件。", "The grant with conditions does not name a condition."),
                Text::new("请写明条件，一行一项。", "Write the conditions, one a line."),
            ),
            Unsaid::Boarding => (
                Text::new(
                    "所选登临情形须写明具体理由。",
                    "The ground that was chosen for boarding needs its reason in words.",
                ),
                Text::new("请填写具体理由，或选择其他情形。", "Write the reason, or choose another ground."),
            ),
            Unsaid::Hold => (
                Text::new("限制措施未写明理由。", "The hold does not say its ground."),
                Text::new("请填写理由。", "Write the ground."),
            ),
            Unsaid::End => (
                Text::new("未写明遇险如何结束。", "It is not said how the distress ended."),
                Text::new("请填写情况说明。", "Write what happened."),
            ),
            Unsaid::Departure => (
                Text::new(
                    "未写明处置情况，或如何查明未离港。",
                    "It is not said what is done about it, or how the mistake was found.",
                ),
                Text::new("请填写说明。", "Write it down."),
            ),
            Unsaid::Priority => (
                Text::new("未写明为何优先，或为何不再优先。", "It is not said why this goes first, or no longer does."),
                Text::new("请写明理由。", "Write the reason."),
            ),
            Unsaid::Question => (
                Text::new("没有写明要问什么。", "Nothing is asked."),
                Text::new("请列出全部问题，一行一项。", "Write every question, one a line."),
            ),
        };
        ("PQ-CALL-011", text, remedy)
    }
}
