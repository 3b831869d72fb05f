//! Expected refusals: each with a stable code, what is wrong and how to mend it.

use crate::{Fault, Severity, Text};

/// Why an act is refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The case was opened already, or not yet.
    WrongMoment,
    /// The case has ended.
    Ended,
    /// This party may not do this on this case.
    NotYours,
    /// The person has recused herself.
    Recused,
    /// Not at this point of the case.
    WrongState,
    /// No such report, assignment, task, meeting, notice or extension.
    NotThere,
    /// Not one of the codes that the tables list.
    NotListed(String),
    /// The part was ruled on, or returned before: it cannot be returned.
    Fixed,
    /// The time for it has passed.
    TooLate,
    /// Later than the row allows, or not later than what stands.
    BadLimit,
    /// A cause or extension was used as often as it may be: its name.
    UsedUp(Text),
    /// Points that are not answered, or co-handlers that have not answered: what stands against the reply, by name.
    Unmet(Vec<Text>),
    /// An answer without a single point.
    NoAnswer,
    /// A time that does not lie ahead: of a meeting, a sub-task, a plan.
    NotAhead,
    /// Minutes of a meeting that begins at this time, still to come.
    NotBegun,
    /// A joint meeting with fewer than two units.
    FewSeats,
    /// Units that have no seat in the meeting, by name.
    NotSeated(Vec<Text>),
    /// Units that do not take part in the case, by name.
    NotParty(Vec<Text>),
    /// It is so already.
    Already,
    /// A case with this number is not on the agenda.
    NotOnAgenda(String),
    /// An answer needs the rule on which it rests.
    NoRule,
    /// Something cannot be solved now, and there is no plan with a date.
    NoPlan,
    /// A department that may not read the report needs a point in words.
    NoPoints,
    /// A lead is missing.
    NoLead,
    /// On the merits the port office does not arbitrate; the text says who decides.
    Merits(Text),
    /// It came from that hotline, or was there before.
    WasThere(String),
    /// The clock does not run (any more).
    ClockStopped,
}

impl Refusal {
    /// The refusal as a fault, with words in both languages.
    pub fn fault(&self) -> Fault {
        let (code, text, remedy) = self.words();
        Fault::new(Severity::Error, code, "", text, remedy)
    }

    fn words(&self) -> (&'static str, Text, Text) {
        match self {
            Refusal::WrongMoment => (
                "PQ-PROBLEM-001",
                Text::new("该问题尚未登记，或已经登记。", "The problem was not received yet, or already was."),
                Text::new("请刷新页面。", "Open it again."),
            ),
            Refusal::Ended => (
                "PQ-PROBLEM-002",
                Text::new("该问题已办结。", "The problem has ended."),
                Text::new(
                    "如再次发生，请重新反映，并注明原编号。",
                    "Report it anew when it comes again, and name its number.",
                ),
            ),
            Refusal::NotYours => (
                "PQ-PROBLEM-003",
                Text::new("您的单位无权对该问题进行此操作。", "Your unit may not do this on this problem."),
                Text::new(
                    "请由承办单位、口岸办或反映企业办理。",
                    "Its department, the port office or the firm can do it.",
                ),
            ),
            Refusal::Recused => (
                "PQ-PROBLEM-004",
                Text::new("您已回避该问题，不能再办理。", "You have recused yourself from this problem."),
                Text::new("请由本单位其他同事办理。", "A colleague of your unit can do it."),
            ),
            Refusal::WrongState => (
                "PQ-PROBLEM-005",
                Text::new("该问题目前的状态不允许此操作。", "The problem does not stand where this can be done."),
                Text::new(
                    "请按页面所列事项办理；如刚由他人办理，请刷新查看。",
                    "Do one of the things that the page offers; open it again if somebody else has just acted.",
                ),
            ),
            Refusal::NotThere => (
                "PQ-PROBLEM-006",
                Text::new("所指的事项不存在或已处理。", "What it names is not there, or is settled."),
                Text::new("请从问题页面重新选择。", "Choose it again on the problem's page."),
            ),
            Refusal::NotListed(what) => (
                "PQ-PROBLEM-007",
                Text::new(
                    format!("“{what}”不在本口岸所列之内。"),
                    format!("“{what}” is not one that this port lists."),
                ),
                Text::new("请从列表中选择。", "Choose one from the list."),
            ),
            Refusal::Fixed => (
                "PQ-PROBLEM-008",
                Text::new(
                    "该任务已经退回过或已裁定，不得再退。",
                    "This part was returned before or ruled on: it cannot be returned.",
                ),
                Text::new(
                    "请接收办理；对裁定有异议可提请联席会议。",
                    "Take it; a joint meeting can look at the ruling.",
                ),
            ),
            Refusal::TooLate => (
                "PQ-PROBLEM-009",
                Text::new("已超过办理该操作的时限。", "The time for this has passed."),
                Text::new("逾期已经记录，请尽快办理并说明。", "The breach is recorded: act now and say why."),
            ),
            Refusal::BadLimit => (
                "PQ-PROBLEM-010",
                Text::new(
                    "申请的新时限不晚于现时限，或超过可延长的上限。",
                    "The new limit is not later than the one that stands, or later than it can be extended to.",
                ),
                Text::new(
                    "请选择晚于现时限、且不超过上限的日期。",
                    "Choose a date after the limit that stands, within the most that is allowed.",
                ),
            ),
            _ => self.more_words(),
        }
    }

    fn more_words(&self) -> (&'static str, Text, Text) {
        match self {
            Refusal::UsedUp(what) => (
                "PQ-PROBLEM-011",
                Text::new(
                    format!("“{}”的次数已用完。", what.zh),
                    format!("“{}” was used as often as it may be.", what.en),
                ),
                Text::new("请继续办理，或报口岸办协调。", "Go on with the case, or ask the port office."),
            ),
            Refusal::Unmet(list) => (
                "PQ-PROBLEM-012",
                Text::new(
                    format!("以下尚未答复：{}。", named(list).zh),
                    format!("These are not answered yet: {}.", named(list).en),
                ),
                Text::new(
                    "逐点答复，并等待协办单位答复后再签发。",
                    "Answer every point, and wait for the co-handlers, before you sign.",
                ),
            ),
            Refusal::NoRule => (
                "PQ-PROBLEM-013",
                Text::new("答复须引用所依据的规定。", "An answer needs the rule on which it rests."),
                Text::new("请填写依据。", "Give the rule."),
            ),
            Refusal::NoPlan => (
                "PQ-PROBLEM-014",
                Text::new("暂不能解决的，须有计划和日期。", "What cannot be solved now needs a plan with a date."),
                Text::new("请填写解决计划和完成日期。", "Write the plan and its date."),
            ),
            Refusal::NoPoints => (
                "PQ-PROBLEM-015",
                Text::new(
                    "反映内容对该单位保密，须先写出可交办的要点。",
                    "The report is hidden from this unit: write the points that it is to answer first.",
                ),
                Text::new(
                    "请在分办时写明要点，不含反映人信息。",
                    "Write them at triage, without a word of who reported.",
                ),
            ),
            Refusal::NoLead => (
                "PQ-PROBLEM-016",
                Text::new("缺少牵头单位。", "There is no lead."),
                Text::new("请指定一个牵头单位。", "Name one lead."),
            ),
            Refusal::Merits(who) => (
                "PQ-PROBLEM-017",
                Text::new(
                    format!("协调裁定只涉及部门协作，不涉及实体决定。{}", who.zh),
                    format!("Arbitration binds cooperation only, never the merits. {}", who.en),
                ),
                Text::new("请告知企业相应途径。", "Tell the firm of that track."),
            ),
            Refusal::WasThere(to) => (
                "PQ-PROBLEM-019",
                Text::new(
                    format!("该问题来自 {to}，或已从 {to} 转回，不得再转往该处。"),
                    format!("It came from {to}, or came back from there: it is not handed to and fro."),
                ),
                Text::new("请在本口岸办理，或转往其他途径。", "Work on it here, or hand it over to another track."),
            ),
            Refusal::ClockStopped => (
                "PQ-PROBLEM-018",
                Text::new("该时限已不再计算。", "This clock does not run any more."),
                Text::new("无需操作。", "Nothing needs to be done."),
            ),
            _ => self.words_of_units(),
        }
    }

    fn words_of_units(&self) -> (&'static str, Text, Text) {
        match self {
            Refusal::NoAnswer => (
                "PQ-PROBLEM-023",
                Text::new("没有答复任何一点。", "No point is answered."),
                Text::new(
                    "请至少就本单位职责内的一点填写结论、答复和依据。",
                    "Give outcome, answer and rule for one point at least: what is within your remit.",
                ),
            ),
            Refusal::NotAhead => (
                "PQ-PROBLEM-024",
                Text::new("所填时间不晚于现在。", "The time does not lie ahead."),
                Text::new("请选择将来的日期和时间。", "Choose a date and time that are still to come."),
            ),
            Refusal::NotBegun => (
                "PQ-PROBLEM-031",
                Text::new(
                    "会议尚未开始，会前不能登记纪要。",
                    "The meeting has not begun: its minutes are entered when it has.",
                ),
                Text::new(
                    "请在会议开始后登记；会议提前的，请先改期。",
                    "Enter them then; if it is held earlier, move the meeting first.",
                ),
            ),
            Refusal::FewSeats => (
                "PQ-PROBLEM-025",
                Text::new("联席会议至少须有两个单位参加。", "A joint meeting needs two units at least."),
                Text::new("请再选择参加单位。", "Choose one more unit."),
            ),
            Refusal::NotSeated(units) => (
                "PQ-PROBLEM-026",
                Text::new(
                    format!("以下单位未参加该会议：{}。", named(units).zh),
                    format!("These units have no seat in the meeting: {}.", named(units).en),
                ),
                Text::new("意见和不同意见只登记参加会议的单位。", "Positions and dissent are of units that took part."),
            ),
            Refusal::NotParty(units) => (
                "PQ-PROBLEM-028",
                Text::new(
                    format!("以下单位未参与该问题：{}。", named(units).zh),
                    format!("These units do not take part in the problem: {}.", named(units).en),
                ),
                Text::new(
                    "请选择参与单位，或先将其列为协办、知悉或关注单位。",
                    "Choose a unit that takes part, or give it a part first: as co-handler, informed or follower.",
                ),
            ),
            Refusal::NotOnAgenda(number) => (
                "PQ-PROBLEM-029",
                Text::new(
                    format!("{number} 不在该会议的议程中，或已办结。"),
                    format!("{number} is not on the meeting's agenda, or has ended."),
                ),
                Text::new("请从议程所列问题中选择。", "Choose one of the cases on the agenda."),
            ),
            _ => (
                "PQ-PROBLEM-027",
                Text::new("已经如此，无需重复操作。", "It is so already."),
                Text::new("请查看页面上的现状。", "See on the page how it stands."),
            ),
        }
    }
}

/// Names one after the other.
fn named(list: &[Text]) -> Text {
    let join = |of: fn(&Text) -> &str, comma: &str| list.iter().map(of).collect::<Vec<_>>().join(comma);
    Text::new(join(|text| &text.zh, "、"), join(|text| &text.en, ", "))
}
