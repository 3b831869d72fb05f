//! Why an act on a declaration is refused.

use rust_decimal::Decimal;

use crate::{Fault, Instant, Severity, Text, priority::Refused, profile::Profile};

/// Why an act is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// It is somebody else's to do.
    NotYours,
    /// Not in this state.
    WrongState,
    /// The port knows no such mode for this direction today.
    NoMode(String),
    /// Reference, number, items or the declaration that it completes are missing.
    Incomplete,
    /// There is nothing to pay or to secure.
    NothingDue,
    /// The guarantee is too small.
    TooLittle {
        /// What is needed.
        needed: Decimal,
        /// What is free.
        free: Decimal,
    },
    /// A refusal says why.
    Wordless,
    /// No row of a table counts for this today.
    NoRow(String),
    /// Another method comes first.
    First(Text),
    /// The slot has no place, or no time to come.
    NoSlot,
    /// Until this instant the declarant chooses who is there.
    NotChosen(Instant),
    /// The instalments of a plan come to something else than what is due.
    PlanDiffers {
        /// What they come to.
        plan: Decimal,
        /// What is due.
        due: Decimal,
    },
    /// There is no such priority, and why.
    Priority(Refused, String),
    /// Originals are to come, and by this instant.
    OriginalsBy(Instant),
    /// A payment comes on no day after today, nor before it was declared.
    PaidWhen,
    /// No amount of money that can be paid here.
    NoMoney,
    /// This payment is recorded already.
    PaidAlready(String),
    /// The measure takes nothing off what lateness costs here.
    NoRelief(String),
    /// No weight that a survey can find, or none was declared.
    NoWeight,
}

impl Refusal {
    /// The refusal for people.
    pub fn fault(&self, profile: &Profile) -> Fault {
        let (code, place, text, remedy) = self.words(profile);
        Fault::new(Severity::Error, code, place, text, remedy)
    }

    fn words(&self, profile: &Profile) -> (&'static str, &'static str, Text, Text) {
        match self {
            Refusal::NotYours => (
                "PQ-DECLARATION-001",
                "",
                Text::new("此事由其他单位或企业办理。", "This is for another unit or firm to do."),
                Text::new("请看该报关单的办理单位。", "The declaration says whose it is."),
            ),
            Refusal::WrongState => (
                "PQ-DECLARATION-002",
                "",
                Text::new("报关单当前的状态不能这样办理。", "The declaration is not in a state for this."),
                Text::new("请刷新后查看当前状态。", "Load it again and see where it stands."),
            ),
            Refusal::NoMode(mode) => (
                "PQ-DECLARATION-003",
                "/mode",
                Text::new(
                    format!("今日没有“{mode}”这种申报模式。"),
                    format!("There is no mode \"{mode}\" for this direction today."),
                ),
                Text::new("请从申报模式表选择。", "Choose one of the table of modes."),
            ),
            Refusal::Incomplete => (
                "PQ-DECLARATION-004",
                "/reference",
                Text::new(
                    "缺少企业编号、商品项或所补充的报关单。",
                    "The declarant's reference, the items, or the declaration that this one completes are missing.",
                ),
                Text::new("请补填。", "Fill it in."),
            ),
            Refusal::NothingDue => (
                "PQ-DECLARATION-005",
                "",
                Text::new("没有应缴或须担保的税款。", "There is nothing to pay or to secure."),
                Text::new("请先查看税款核定。", "Look at the assessment first."),
            ),
            Refusal::TooLittle { needed, free } => (
                "PQ-DECLARATION-006",
                "/account",
                Text::new(
                    format!("担保额度不足：需要 {needed}，可用 {free}。"),
                    format!("The guarantee is too small: {needed} is needed, {free} is free."),
                ),
                Text::new("请增加担保，或缴纳税款。", "Raise the guarantee, or pay."),
            ),
            Refusal::Wordless => (
                "PQ-DECLARATION-007",
                "/errors",
                Text::new("没有写明理由。", "The reason is missing."),
                Text::new("不予接受须写明每一处原因。", "A rejection says what is wrong, each by its code."),
            ),
            Refusal::NoRow(what) => (
                "PQ-DECLARATION-009",
                "",
                Text::new(format!("今日没有“{what}”这一选项。"), format!("There is no \"{what}\" today.")),
                Text::new("请从表中所列选择。", "Choose one that the table lists."),
            ),
            Refusal::First(method) => (
                "PQ-DECLARATION-010",
                "/method",
                Text::new(
                    format!("须先有“{}”的结果。", method.zh),
                    format!("The result of \"{}\" must be there first.", method.en),
                ),
                Text::new("请先安排较轻的查验方式。", "Appoint the gentler look first."),
            ),
            Refusal::NoSlot => (
                "PQ-DECLARATION-011",
                "/from",
                Text::new(
                    "缺少地点，或时间不在以后，或结束早于开始。",
                    "The place is missing, the time is not to come, or it ends before it begins.",
                ),
                Text::new("请填写地点和以后的时段。", "Give a place, and a time to come."),
            ),
            Refusal::NotChosen(due) => (
                "PQ-DECLARATION-012",
                "/method",
                Text::new("企业尚未选择到场方式。", "The firm has not yet chosen who is there."),
                Text::new(
                    format!("企业可选择至 {due}，此后可直接安排。"),
                    format!("It chooses until {due}; after that a look can be appointed without it."),
                ),
            ),
            Refusal::PlanDiffers { plan, due } => (
                "PQ-DECLARATION-045",
                "/plan",
                Text::new(
                    format!("缴税计划共 {plan}，报关单应缴 {due}，两者不一致。"),
                    format!("The plan's instalments come to {plan}; the declaration owes {due}."),
                ),
                Text::new("请按应缴税款填写各期金额。", "Let the instalments come to what is owed."),
            ),
            Refusal::Priority(refused, measure) => refused.words(profile, measure),
            Refusal::OriginalsBy(last) => (
                "PQ-DECLARATION-008",
                "/originals",
                Text::new("正本提交期限已过或过长。", "Originals cannot be due in the past, or so late."),
                Text::new(
                    format!("请填写现在之后、{last} 之前的时间。"),
                    format!("Give a time from now on, {last} at the latest."),
                ),
            ),
            Refusal::PaidWhen => (
                "PQ-DECLARATION-060",
                "/on",
                Text::new(
                    "入账日不能晚于今日，也不能早于申报日。",
                    "Money comes on no day after today, nor before it was declared.",
                ),
                Text::new("请核对银行回单上的日期。", "Check the day on the bank’s statement."),
            ),
            Refusal::NoMoney => (
                "PQ-DECLARATION-061",
                "/amount",
                Text::new(
                    "金额须大于零、至多两位小数；退还不能超过多缴之数。",
                    "An amount is above nought and has two digits behind its point at most; no more goes back than was paid too much.",
                ),
                Text::new("请核对金额。", "Check the amount."),
            ),
            Refusal::PaidAlready(reference) => (
                "PQ-DECLARATION-062",
                "/reference",
                Text::new(
                    format!("付款编号“{reference}”已经入账。"),
                    format!("The payment {reference} is recorded already."),
                ),
                Text::new("同一笔付款不再登记。", "Do not record the same payment again."),
            ),
            Refusal::NoWeight => (
                "PQ-DECLARATION-013",
                "/kilograms",
                Text::new(
                    "重量须大于零、至多三位小数，且报关单须已申报净重。",
                    "A weight is above nought and has three digits behind its point at most, and net masses must be declared.",
                ),
                Text::new("请核对鉴定报告和报关单的净重。", "Compare the survey's report with the declared net mass."),
            ),
            Refusal::NoRelief(measure) => {
                let title = profile.register.title(measure);
                (
                    "PQ-DECLARATION-063",
                    "/measure",
                    Text::new(
                        format!("措施“{}”对此处的滞报金、滞纳金没有减免。", title.zh),
                        format!("The measure “{}” takes nothing off what lateness costs here.", title.en),
                    ),
                    Text::new(
                        "请核对措施、原因和日期：见收费减免表。",
                        "Check measure, cause and days against the table of reliefs.",
                    ),
                )
            }
        }
    }
}
