//! Why an act on an application for permits of persons is refused.

use super::Condition;
use crate::{Fault, Severity, Text, profile::Profile};

/// Why an act is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The port has no such kind of permit.
    NoKind(String),
    /// This kind does not hold for such a place: its law.
    NoPlace(String),
    /// It ends before it begins, or has ended.
    Backwards,
    /// Longer than the kind allows: the length, and the law.
    TooLong(String, String),
    /// What must come along did not: what, its name, its law.
    NeedMissing(String, Text, String),
    /// Nobody, or more than one application takes.
    Holders(usize),
    /// No such serial.
    NoHolder(u32),
    /// It was decided before, or does not stand.
    Decided(u32),
    /// The act is about nobody.
    Nobody,
    /// A health gate is not passed.
    Condition(u32, Box<Condition>),
    /// The ground is not listed for this act.
    NoGround(String),
    /// The ground wants words.
    Wordless,
    /// It is somebody else's to do.
    NotYours,
    /// Not in this state.
    WrongState,
    /// The passage was recorded before.
    KnownPassage,
}

impl Refusal {
    /// The refusal for people.
    pub fn fault(&self, profile: &Profile) -> Fault {
        let (code, place, text, remedy) = self.words(profile);
        Fault::new(Severity::Error, code, place, text, remedy)
    }

    fn words(&self, profile: &Profile) -> (&'static str, &'static str, Text, Text) {
        let cited = |zh: String, en: String, law: &str| {
            let law = profile.law(law);
            Text::new(format!("{zh}（{}）。", law.zh), format!("{en} ({}).", law.en))
        };
        let nth = |serial: &u32| (format!("第 {serial} 项"), format!("No. {serial}"));
        match self {
            Refusal::NoKind(code) => (
                "PQ-PERSON-001",
                "/kind",
                Text::new(format!("没有“{code}”这种许可。"), format!("There is no permit of the kind {code}.")),
                Text::new("请从列表选择。", "Choose one of the list."),
            ),
            Refusal::NoPlace(law) => (
                "PQ-PERSON-002",
                "/place",
                cited(
                    "此种许可不能以该范围申请".into(),
                    "A permit of this kind does not hold for such a place".into(),
                    law,
                ),
                Text::new("请选择船舶、泊位或区域中的另一种。", "Choose another of ship, berth and region."),
            ),
            Refusal::Backwards => (
                "PQ-PERSON-003",
                "/until",
                Text::new("期限颠倒，或已过期。", "It ends before it begins, or has ended."),
                Text::new("请核对起止时间。", "Look at both times again."),
            ),
            Refusal::TooLong(length, law) => (
                "PQ-PERSON-004",
                "/until",
                cited(format!("超过最长期限 {length}"), format!("It is longer than {length}"), law),
                Text::new("请缩短期限；需要更久的，到期前再申请。", "Ask for less, and again before it ends."),
            ),
            Refusal::NeedMissing(what, name, law) => (
                "PQ-PERSON-005",
                if what == "purpose" { "/words" } else { "/papers" },
                cited(format!("缺少：{}", name.zh), format!("Missing: {}", name.en), law),
                Text::new("请补充后提交。", "Add it and send again."),
            ),
            Refusal::Holders(most) => (
                "PQ-PERSON-006",
                "/persons",
                Text::new(
                    format!("没有人员，或超过 {most} 人。"),
                    format!("There is nobody in it, or there are more than {most}."),
                ),
                Text::new("请至少填写一人；人数过多请分次申请。", "Name at least one person; divide a longer list."),
            ),
            Refusal::NoHolder(serial) => {
                let (zh, en) = nth(serial);
                (
                    "PQ-PERSON-007",
                    "/holders",
                    Text::new(format!("{zh}不存在。"), format!("{en} is not there.")),
                    Text::new("请刷新页面后再选。", "Load the page again and choose."),
                )
            }
            Refusal::Decided(serial) => {
                let (zh, en) = nth(serial);
                (
                    "PQ-PERSON-008",
                    "/holders",
                    Text::new(format!("{zh}的状态不能这样办理。"), format!("{en} is not in a state for this.")),
                    Text::new("可能已有人办理，请刷新页面。", "Somebody may have decided it; load the page again."),
                )
            }
            Refusal::Nobody => (
                "PQ-PERSON-009",
                "/holders",
                Text::new("没有选择人员。", "Nobody is chosen."),
                Text::new("请勾选至少一人。", "Tick at least one."),
            ),
            Refusal::Condition(serial, condition) => {
                let (zh, en) = nth(serial);
                let said = &condition.reason;
                let remedy = if condition.in_principle {
                    Text::new("确需批准的，请写明例外理由。", "Where it must be, state why as an exception.")
                } else {
                    Text::new("请要求补充，或不予批准。", "Ask for what is missing, or refuse.")
                };
                (
                    "PQ-PERSON-010",
                    "/exception",
                    cited(format!("{zh}：{}", said.zh), format!("{en}: {}", said.en), &condition.law),
                    remedy,
                )
            }
            Refusal::NoGround(ground) => (
                "PQ-PERSON-011",
                "/ground",
                if ground.is_empty() {
                    Text::new("未选择理由。", "No ground was chosen.")
                } else {
                    Text::new(format!("“{ground}”不是列明的理由。"), format!("{ground} is not a listed ground."))
                },
                Text::new("请从列表选择。", "Choose one of the list."),
            ),
            Refusal::Wordless => (
                "PQ-PERSON-012",
                "/words",
                Text::new("此项理由须写明情况。", "This ground wants words."),
                Text::new("请写明具体情况。", "Say what it is about."),
            ),
            Refusal::NotYours => (
                "PQ-PERSON-013",
                "",
                Text::new("此事由其他单位或企业办理。", "This is for another unit or firm to do."),
                Text::new("请看该申请的办理单位。", "The application’s page says whose it is."),
            ),
            Refusal::WrongState => (
                "PQ-PERSON-014",
                "",
                Text::new("申请当前的状态不能这样办理。", "The application is not in a state for this."),
                Text::new("请刷新页面查看当前状态。", "Load its page again and see where it stands."),
            ),
            Refusal::KnownPassage => (
                "PQ-PERSON-015",
                "/id",
                Text::new("这次进出已记录。", "This passage was recorded before."),
                Text::new("无需再次发送。", "It need not be sent again."),
            ),
        }
    }
}
