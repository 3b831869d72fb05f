//! Why an act on a manifest is refused.

use crate::{Fault, Severity, Text};

/// Why an act is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is somebody else's to do.
    NotYours,
    /// Not in this state.
    WrongState,
    /// It has no consignment.
    Empty,
    /// An edition waits for customs already.
    Waits,
    /// The manifest has no such bill.
    NoBill(String),
    /// Why is not said.
    Wordless,
    /// No row says who decides on such cargo.
    NoUnits,
}

impl Refusal {
    /// The refusal for people.
    pub fn fault(&self) -> Fault {
        let (code, place, text, remedy) = match self {
            Refusal::NotYours => (
                "PQ-MANIFEST-001",
                "",
                Text::new("此事由其他单位或企业办理。", "This is for another unit or firm to do."),
                Text::new("舱单页面写明由谁办理。", "The manifest’s page says whose it is."),
            ),
            Refusal::WrongState => (
                "PQ-MANIFEST-002",
                "",
                Text::new("舱单当前的状态不能这样办理。", "The manifest is not in a state for this."),
                Text::new("请刷新页面查看当前状态。", "Load its page again and see where it stands."),
            ),
            Refusal::Empty => (
                "PQ-MANIFEST-003",
                "/lines",
                Text::new("舱单没有货物。", "The manifest has no goods."),
                Text::new("请至少填写一行货物。", "Give at least one line of goods."),
            ),
            Refusal::Waits => (
                "PQ-MANIFEST-004",
                "",
                Text::new("已有一次修改在等待海关决定。", "An amendment waits for customs already."),
                Text::new("请待海关决定后再改。", "Wait for customs’ decision, then amend again."),
            ),
            Refusal::NoBill(bill) => {
                let bill: String = bill.chars().take(71).collect();
                return Fault::new(
                    Severity::Error,
                    "PQ-MANIFEST-005",
                    "/bills",
                    Text::new(format!("舱单没有提（运）单 {bill}。"), format!("The manifest has no bill {bill}.")),
                    Text::new(
                        "请对照舱单核对单号；多卸的货请报理货差异。",
                        "Compare the number with the manifest; report what is over as a discrepancy.",
                    ),
                );
            }
            Refusal::Wordless => (
                "PQ-MANIFEST-006",
                "/words",
                Text::new("没有写明理由。", "It does not say why."),
                Text::new("请写明不同意的理由。", "Say why it is refused."),
            ),
            Refusal::NoUnits => (
                "PQ-MANIFEST-007",
                "/mode",
                Text::new("本口岸没有办理此类货物的单位。", "No unit of this port handles such cargo."),
                Text::new("请向货物到达的口岸申报。", "File at the port where the goods arrive."),
            ),
        };
        Fault::new(Severity::Error, code, place, text, remedy)
    }
}
