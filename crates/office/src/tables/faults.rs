//! What stands against a change of a table, besides what is wrong with the table itself.

use domain::{Fault, Severity, Text};

use crate::Error;

/// A refusal.
pub(super) enum Refusal {
    /// The actor's organ neither drafts nor approves changes of this table.
    NotCompetent(Text),
    /// Whoever drafted it does not approve it.
    OwnDraft,
    /// A system does not approve.
    System,
    /// It is not in the state for this.
    State(String),
    /// Another change was published since it was drafted.
    OtherBase,
    /// Somebody else changed it since it was read.
    Edited,
    /// Its day has come.
    TooLate(String),
    /// A later version rests on it.
    RestsOnIt,
    /// It has faults.
    Faulty,
    /// A return says why.
    NoWords,
}

impl Refusal {
    /// The fault for people.
    pub fn fault(&self) -> Fault {
        let one = |code: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str| {
            Fault::new(Severity::Error, code, "", Text::new(zh, en), Text::new(remedy_zh, remedy_en))
        };
        match self {
            Refusal::NotCompetent(who) => one(
                "PQ-TABLE-016",
                "您的单位不起草也不批准此表的改动。",
                "Your unit neither drafts nor approves changes of this table.",
                &format!("请与有权单位联系：{}。", who.zh),
                &format!("Ask those who do: {}.", who.en),
            ),
            Refusal::OwnDraft => one(
                "PQ-TABLE-017",
                "起草或修改过此稿的人不能批准它。",
                "Whoever drafted or edited a change does not approve it.",
                "请由另一位有批准权的人办理。",
                "Another person who may approve does that.",
            ),
            Refusal::System => one(
                "PQ-TABLE-017",
                "系统密钥不能批准规则改动。",
                "A system's key does not approve a change of the rules.",
                "请由有批准权的人登录办理。",
                "A person who may approve signs in for that.",
            ),
            Refusal::State(state) => one(
                "PQ-TABLE-018",
                &format!("此稿目前的状态（{state}）不允许这样办理。"),
                &format!("In its present state ({state}) this cannot be done."),
                "请重新打开查看目前状态。",
                "Open it again to see how it stands.",
            ),
            Refusal::OtherBase => one(
                "PQ-TABLE-019",
                "起草之后，此表已公布了另一项改动。",
                "Another change of this table was published after this one was drafted.",
                "请退回草稿，把新公布的行并入后重新提交。",
                "Take it back to a draft, put the rows that were published into it, and propose it again.",
            ),
            Refusal::Edited => one(
                "PQ-TABLE-022",
                "您打开之后，此稿已被他人改动。",
                "Somebody else changed this draft after you had opened it.",
                "请重新打开，再作修改。",
                "Open it again and make your change there.",
            ),
            Refusal::TooLate(day) => one(
                "PQ-TABLE-020",
                &format!("公布日 {day} 已到，不能再撤回。"),
                &format!("Its day, {day}, has come: it cannot be withdrawn any more."),
                "请起草新的改动，自明天或以后生效。",
                "Draft another change that begins tomorrow or later.",
            ),
            Refusal::RestsOnIt => one(
                "PQ-TABLE-020",
                "之后公布的版本以它为基础。",
                "A version that was published later rests on it.",
                "请先撤回后一版本。",
                "Withdraw the later version first.",
            ),
            Refusal::Faulty => one(
                "PQ-TABLE-023",
                "检查未通过，不能提交或公布。",
                "The check finds errors: it can be neither proposed nor published.",
                "请按所列的行和列改正。",
                "Mend the rows and columns that are named.",
            ),
            Refusal::NoWords => one(
                "PQ-TABLE-024",
                "退回须写明理由。",
                "A return says why.",
                "写明需要改什么。",
                "Say what has to be changed.",
            ),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(refusal.fault())
    }
}

/// A text that is no table at all.
pub(super) fn unreadable(zh: &str, en: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-TABLE-021",
        "",
        Text::new(zh, en),
        Text::new(
            "请上传 *.table.md，或只含一个决策表的 DMN XML。",
            "Send a *.table.md, or DMN XML with one decision table alone.",
        ),
    )
}
