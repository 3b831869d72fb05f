//! Why an act on a consignment is refused.

use crate::{Fault, Instant, Severity, Text, priority::Refused, profile::Profile};

/// Why an act is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is somebody else's to do.
    NotYours,
    /// Not in this state.
    WrongState,
    /// Its goods are there already.
    Arrived,
    /// Its goods are not there yet.
    NotArrived,
    /// A truck may fetch it already, or has.
    Fetched,
    /// The yard is missing.
    NoYard,
    /// A count that cannot be.
    WrongCount,
    /// There is no such open question.
    NoQuestion(u32),
    /// No delivery order holds.
    NoOrder,
    /// A time that is past: which.
    Past(&'static str),
    /// Plate or haulier is missing.
    NoTruck,
    /// The bill has no such container.
    NoContainer(String),
    /// So many packages are left.
    NothingLeft(i64),
    /// The slot takes no more trucks.
    SlotFull,
    /// There is no such slot that stands.
    NoSlot(u32),
    /// There is no such certificate.
    NoCertificate(u32),
    /// What still holds it, by code.
    Held(Vec<&'static str>),
    /// The certificate is issued from then on.
    TooEarly(Instant),
    /// No such ground.
    NoGround(String),
    /// The passage is recorded already.
    Known,
    /// This measure gives no priority, or it does not end, and why.
    Priority(Refused, String),
    /// No row says how certificates are.
    NoRules,
    /// The organ may not look into these goods on this ground.
    NoLookGround(String),
    /// Customs has ordered no inspection of a declaration of the goods.
    NotOrdered,
    /// No appointment for a look stands that this could be done on.
    NoAppointment,
    /// There is no such reason for moving or leaving it.
    NoLookReason(String),
    /// No time fits, or none that is better.
    NoTime,
    /// What an ordered inspection found is said on its declaration.
    SaidThere,
    /// There is no such result.
    NoResult(String),
    /// Customs has let the goods go: they are the firm's own.
    LetGo,
    /// The ground is not met yet.
    NotYet,
    /// Nothing is left of a sale, or it is claimed no more.
    NothingToClaim,
    /// No amount of money, or a day to come.
    NoMoney,
}

impl Refusal {
    /// The refusal for people.
    pub fn fault(&self, profile: &Profile) -> Fault {
        let (code, place, text, remedy) = self.words(profile);
        Fault::new(Severity::Error, code, place, text, remedy)
    }

    fn words(&self, profile: &Profile) -> (&'static str, &'static str, Text, Text) {
        let look =
            || Text::new("请刷新货物页面查看当前状态。", "Load the consignment’s page again and see where it stands.");
        match self {
            Refusal::NotYours => (
                "PQ-CARGO-001",
                "",
                Text::new("此事由其他单位或企业办理。", "This is for another unit or firm to do."),
                Text::new("货物页面写明各事项由谁办理。", "The consignment’s page says whose each thing is."),
            ),
            Refusal::WrongState => (
                "PQ-CARGO-002",
                "",
                Text::new("货物当前的状态不能这样办理。", "The consignment is not in a state for this."),
                look(),
            ),
            Refusal::Arrived => (
                "PQ-CARGO-003",
                "",
                Text::new("货物已运抵，不能从舱单中删除。", "The goods are there, and cannot leave the manifest."),
                Text::new("短少或溢卸请报理货差异。", "Report what is short or over as a discrepancy."),
            ),
            Refusal::NotArrived => (
                "PQ-CARGO-004",
                "",
                Text::new("货物尚未运抵。", "The goods are not there yet."),
                Text::new("请待码头报告运抵。", "Wait until the terminal reports their arrival."),
            ),
            Refusal::Fetched => (
                "PQ-CARGO-005",
                "",
                Text::new(
                    "已签发放行凭证或已提货、装船，不能再改。",
                    "A certificate is out, or the goods are gone: it cannot be changed.",
                ),
                Text::new("请先收回放行凭证。", "Take the certificate back first."),
            ),
            Refusal::NoYard => (
                "PQ-CARGO-006",
                "/yard",
                Text::new("没有这个堆场。", "There is no such yard."),
                Text::new("请从列表选择堆场。", "Choose a yard from the list."),
            ),
            Refusal::WrongCount => (
                "PQ-CARGO-007",
                "/packages",
                Text::new("件数不成立，或货物尚未运抵。", "These counts cannot be, or the goods are not there yet."),
                Text::new("请核对实卸件数和残损件数。", "Check the packages counted and those damaged."),
            ),
            Refusal::NoQuestion(question) => (
                "PQ-CARGO-008",
                "/question",
                Text::new(format!("没有未了结的差异 {question}。"), format!("No discrepancy {question} is open.")),
                look(),
            ),
            Refusal::NoOrder => (
                "PQ-CARGO-009",
                "",
                Text::new("没有有效的提货单。", "No delivery order holds."),
                Text::new("请联系承运人签发提货单。", "Ask the carrier for the delivery order."),
            ),
            Refusal::Past(place) => (
                "PQ-CARGO-010",
                match *place {
                    "until" => "/until",
                    "after" => "/after",
                    _ => "/from",
                },
                Text::new("时间已过。", "That time is past."),
                Text::new("请填写以后的时间。", "Give a time that is still to come."),
            ),
            Refusal::NoTruck => (
                "PQ-CARGO-011",
                "/plate",
                Text::new("没有写明车队或车牌号。", "The haulier or the plate is missing."),
                Text::new(
                    "请填写车队名称和车牌号（5 至 10 位字母、数字或汉字）。",
                    "Give the haulier, and a plate of 5 to 10 letters or digits.",
                ),
            ),
            Refusal::NoContainer(container) => {
                let container: String = container.chars().take(20).collect();
                (
                    "PQ-CARGO-012",
                    "/container",
                    Text::new(
                        format!("本单没有集装箱“{container}”。"),
                        format!("The bill has no container “{container}”."),
                    ),
                    Text::new("请从本单的集装箱中选择。", "Choose one of the bill’s containers."),
                )
            }
            Refusal::NothingLeft(left) => (
                "PQ-CARGO-013",
                "/packages",
                Text::new(format!("可预约的件数为 {left}。"), format!("{left} packages are left to book.")),
                Text::new(
                    "请减少件数，或先取消其他预约；集装箱须整箱提取。",
                    "Book fewer, or give another slot back; a container goes whole.",
                ),
            ),
            Refusal::SlotFull => (
                "PQ-CARGO-014",
                "/from",
                Text::new("该时段车辆已满。", "That slot takes no more trucks."),
                Text::new("请改约其他时段。", "Choose another hour."),
            ),
            Refusal::NoSlot(slot) => (
                "PQ-CARGO-015",
                "/slot",
                Text::new(format!("没有有效的预约 {slot}。"), format!("No slot {slot} stands.")),
                Text::new("请重新预约时段。", "Book a slot anew."),
            ),
            Refusal::NoCertificate(serial) => (
                "PQ-CARGO-016",
                "/certificate",
                Text::new(format!("没有放行凭证 {serial}。"), format!("There is no certificate {serial}.")),
                look(),
            ),
            Refusal::Held(held) => {
                let say = |zh: bool| held.iter().map(|what| said(what, zh)).collect::<Vec<_>>();
                (
                    "PQ-CARGO-017",
                    "",
                    Text::new(
                        format!("尚未具备：{}。", say(true).join("、")),
                        format!("Still missing: {}.", say(false).join(", ")),
                    ),
                    Text::new("货物页面写明由谁办理。", "The consignment’s page says whose each thing is."),
                )
            }
            Refusal::TooEarly(from) => {
                let at = profile.zone.to_datetime(from.timestamp()).strftime("%Y-%m-%d %H:%M").to_string();
                (
                    "PQ-CARGO-018",
                    "/slot",
                    Text::new(format!("放行凭证自 {at} 起签发。"), format!("The certificate is issued from {at} on.")),
                    Text::new("请届时再来，或改约较早的时段。", "Come back then, or book an earlier slot."),
                )
            }
            Refusal::NoGround(ground) => {
                let ground: String = ground.chars().take(40).collect();
                (
                    "PQ-CARGO-019",
                    "/ground",
                    Text::new(format!("没有理由“{ground}”。"), format!("There is no ground “{ground}”.")),
                    Text::new("请从列表选择理由。", "Choose a ground from the list."),
                )
            }
            Refusal::Known => (
                "PQ-CARGO-020",
                "/id",
                Text::new("这次进出已经记录。", "This passage is recorded already."),
                Text::new("无需再记。", "There is nothing more to do."),
            ),
            Refusal::NoLookGround(ground) => {
                let ground: String = ground.chars().take(40).collect();
                (
                    "PQ-CARGO-040",
                    "/ground",
                    Text::new(
                        format!("贵单位不能以“{ground}”为由查看这票货物。"),
                        format!("Your unit may not look into these goods on the ground “{ground}”."),
                    ),
                    Text::new("请从列表选择理由。", "Choose a ground from the list."),
                )
            }
            Refusal::NotOrdered => (
                "PQ-CARGO-041",
                "/ground",
                Text::new(
                    "没有对这票货物的报关单下达查验。",
                    "No inspection of a declaration of these goods is ordered.",
                ),
                Text::new("请先在报关单上下达查验。", "Order it on the declaration first."),
            ),
            Refusal::NoAppointment => (
                "PQ-CARGO-042",
                "",
                Text::new(
                    "没有可以这样办理的查验时间：尚未提出、未经各方接受、未到或已过。",
                    "No appointment stands for this: none is proposed, not everybody accepted it, it is not yet time, or it is past.",
                ),
                Text::new("请重新提出时间，或等待各方答复。", "Have a time proposed anew, or wait for the others."),
            ),
            Refusal::NoLookReason(reason) => {
                let reason: String = reason.chars().take(40).collect();
                (
                    "PQ-CARGO-043",
                    "/reason",
                    Text::new(format!("没有理由“{reason}”。"), format!("There is no reason “{reason}” for you.")),
                    Text::new("请从列表选择理由。", "Choose a reason from the list."),
                )
            }
            Refusal::NoTime => (
                "PQ-CARGO-044",
                "",
                Text::new(
                    "没有其他适合各方的时间：货物未到，或各方工作时间、船期、堆场作业排不开。",
                    "No other time fits: the goods are not there, or working hours, the ship and the yard leave none.",
                ),
                Text::new(
                    "请与各方联系，或待船期、货物变化后再试。",
                    "Ask the others, or try again when ship or goods move.",
                ),
            ),
            Refusal::SaidThere => (
                "PQ-CARGO-045",
                "/found",
                Text::new(
                    "报关单查验的结果在报关单上填写。",
                    "What an ordered inspection found is said on its declaration.",
                ),
                Text::new("请在报关单上填写结果。", "Say it there; it counts here by itself."),
            ),
            Refusal::NoResult(found) => {
                let found: String = found.chars().take(40).collect();
                (
                    "PQ-CARGO-047",
                    "/found",
                    Text::new(format!("没有结果“{found}”。"), format!("There is no result “{found}”.")),
                    Text::new("请从列表选择。", "Choose one from the list."),
                )
            }
            Refusal::Priority(refused, measure) => refused.words(profile, measure),
            Refusal::LetGo => (
                "PQ-CARGO-022",
                "",
                Text::new(
                    "海关已放行，货物不再由海关处理。",
                    "Customs has let the goods go: it disposes of them no more.",
                ),
                Text::new(
                    "请由企业自行处理；确需收回时先撤回放行。",
                    "It is for the firm; or take the release back first.",
                ),
            ),
            Refusal::NotYet => (
                "PQ-CARGO-023",
                "/ground",
                Text::new("此项变卖理由的条件尚未满足。", "What this ground for a sale wants is not there yet."),
                Text::new(
                    "须已声明放弃，或申报期限已过；不宜长期保存的另选理由。",
                    "The goods are given up, or their limit has passed; choose another ground for what does not keep.",
                ),
            ),
            Refusal::NothingToClaim => (
                "PQ-CARGO-024",
                "",
                Text::new(
                    "没有余款，或已过申请期限，或已有人申请。",
                    "Nothing is left of the sale, it is claimed already, or too late.",
                ),
                Text::new("请查看变卖明细。", "Look at how the sale was reckoned."),
            ),
            Refusal::NoMoney => (
                "PQ-CARGO-025",
                "/proceeds",
                Text::new(
                    "金额不能为负，至多两位小数；变卖日不能晚于今日。",
                    "Amounts are not below nought and have two digits behind their point at most; the day is not to come.",
                ),
                Text::new("请核对变卖清单。", "Compare them with the account of the sale."),
            ),
            Refusal::NoRules => (
                "PQ-CARGO-021",
                "",
                Text::new("本口岸没有放行凭证的规则。", "This port has no rules for certificates of release."),
                Text::new("请联系口岸办补充决策表。", "Ask the port office to complete the table."),
            ),
        }
    }
}

/// What holds it, in words.
fn said(what: &str, zh: bool) -> &'static str {
    let (chinese, english) = match what {
        "arrival" => ("运抵报告", "arrival"),
        "tally" => ("理货差异的处理", "the tally's questions"),
        "declaration" => ("报关单", "a declaration"),
        "customs" => ("海关放行", "customs' release"),
        "inspection" => ("查验", "an inspection"),
        "order" => ("承运人提货单", "the carrier's delivery order"),
        "release" => ("码头放行", "the terminal's release"),
        "alarm" => ("卡口警报的处理", "the gate's alarm"),
        "return" => ("退运申请的决定", "the decision on sending it back"),
        "sale" => ("逾期未报货物的处理", "what becomes of goods that nobody declared"),
        _ => ("其他事项", "something else"),
    };
    if zh { chinese } else { english }
}
