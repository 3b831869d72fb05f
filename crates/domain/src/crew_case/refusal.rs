//! Why an act on a crew case is refused.

use crate::{Fault, Severity, Text, profile::Profile};

/// Why an act is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The port has no such kind of case.
    NoKind(String),
    /// Persons of such a case do nothing of the kind.
    NoMovement(String),
    /// Nobody, or more than one case takes: so many.
    Persons(usize),
    /// No such person on the list.
    NoPerson(u32),
    /// What happened is not said: the law.
    Wordless(String),
    /// A refusal without reason or law.
    Unfounded,
    /// There is no such part.
    NoPart(String),
    /// It does not end like that.
    NoEnd(String),
    /// It ends so only when everything is granted.
    Undecided,
    /// Such a case is not withdrawn.
    NotWithdrawn,
    /// It is somebody else's to do.
    NotYours,
    /// Not in this state.
    WrongState,
    /// It is over.
    Ended,
}

impl Refusal {
    /// The refusal for people.
    pub fn fault(&self, profile: &Profile) -> Fault {
        let (code, place, text, remedy) = self.words(profile);
        Fault::new(Severity::Error, code, place, text, remedy)
    }

    fn words(&self, profile: &Profile) -> (&'static str, &'static str, Text, Text) {
        match self {
            Refusal::NoKind(code) => (
                "PQ-CREW-001",
                "/kind",
                Text::new(format!("没有“{code}”这种船员事项。"), format!("There is no crew case of the kind {code}.")),
                Text::new("请从列表选择。", "Choose one of the list."),
            ),
            Refusal::NoMovement(code) => (
                "PQ-CREW-002",
                "/movement",
                Text::new(
                    format!("本事项的人员不能填“{code}”。"),
                    format!("{code}: persons of such a case do nothing of the kind."),
                ),
                Text::new(
                    "请按事项种类选择人员事由。",
                    "Choose what this kind of case is about, or file another case.",
                ),
            ),
            Refusal::Persons(count) => (
                "PQ-CREW-003",
                "/persons",
                Text::new(
                    format!("名单不能为空，也不能超过 500 人（现为 {count} 人）。"),
                    format!("A case is about somebody, and about 500 persons at most; this would be {count}."),
                ),
                Text::new(
                    "请补充人员；整件撤销请用“撤回”。",
                    "Add somebody; who wants none of it any more withdraws the case.",
                ),
            ),
            Refusal::NoPerson(serial) => (
                "PQ-CREW-004",
                "/persons",
                Text::new(format!("名单上没有第 {serial} 项。"), format!("No. {serial} is not on the list.")),
                Text::new("请刷新页面。", "Load the page again."),
            ),
            Refusal::Wordless(law) => {
                let law = profile.law(law);
                (
                    "PQ-CREW-005",
                    "/words",
                    Text::new(
                        format!("没有写明发生了什么（{}）。", law.zh),
                        format!("What happened is not said ({}).", law.en),
                    ),
                    Text::new("请写明时间、地点、经过。", "Say when, where and how."),
                )
            }
            Refusal::Unfounded => (
                "PQ-CREW-006",
                "/words",
                Text::new("不予同意须写明理由和依据。", "A refusal says why, and by which law."),
                Text::new("请补填理由和法律依据。", "Fill in the reason and the law."),
            ),
            Refusal::NoPart(code) if code.is_empty() => (
                "PQ-CREW-007",
                "/part",
                Text::new("未选择要决定的环节。", "No part was chosen to decide on."),
                Text::new("请从列表选择。", "Choose one from the list."),
            ),
            Refusal::NoPart(code) => (
                "PQ-CREW-007",
                "/part",
                Text::new(format!("本事项没有“{code}”这一环节。"), format!("This case has no part {code}.")),
                Text::new("请刷新页面后从列表选择。", "Load the page again and choose from the list."),
            ),
            Refusal::NoEnd(code) => (
                "PQ-CREW-008",
                "/how",
                Text::new(
                    format!("本事项不能以“{code}”结束。"),
                    format!("{code}: a case of this kind does not end like that."),
                ),
                Text::new("请从列表选择。", "Choose one of the list."),
            ),
            Refusal::Undecided => (
                "PQ-CREW-009",
                "/how",
                Text::new(
                    "尚有机关未同意，不能办结。",
                    "Not every organ has granted its part; it does not end like that yet.",
                ),
                Text::new(
                    "事项页面列明在等哪个机关、何时到期。",
                    "The case’s page says which organ it waits for, and until when.",
                ),
            ),
            Refusal::NotWithdrawn => (
                "PQ-CREW-010",
                "",
                Text::new("已发生的情况不能撤回。", "What has happened is not withdrawn."),
                Text::new(
                    "请把新情况告知办理机关，由其办结。",
                    "Tell the organ what is known now: it says how the case ended.",
                ),
            ),
            Refusal::NotYours => (
                "PQ-CREW-011",
                "",
                Text::new("此事由其他单位或企业办理。", "This is for another unit or firm to do."),
                Text::new("事项页面写明各环节由谁办理。", "The case’s page says whose each part is."),
            ),
            Refusal::WrongState => (
                "PQ-CREW-012",
                "",
                Text::new("事项当前的状态不能这样办理。", "The case is not in a state for this."),
                Text::new("请刷新页面查看当前状态。", "Load its page again and see where it stands."),
            ),
            Refusal::Ended => (
                "PQ-CREW-013",
                "",
                Text::new("事项已办结或撤回。", "The case is over, or was withdrawn."),
                Text::new("有新情况的，请另行申报。", "File another case for what is new."),
            ),
        }
    }
}
