//! Why an act on an application is refused.

use jiff::civil::Date;

use crate::{
    Fault, Severity, Text,
    measure::{Fits, Measure},
    profile::Profile,
};

/// Why an act is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The port has no such measure.
    NoMeasure(String),
    /// It does not hold on the day of the event.
    NotInForce(Box<Measure>),
    /// By its table there is nothing to apply for, or nothing to grant: how it fits, why, and by which law.
    NotByTable(Fits, Text, String),
    /// Facts that the table asks for are not known, by their codes.
    Missing(Vec<String>),
    /// A document that is required did not come along: its name.
    PaperMissing(Text),
    /// It is somebody else's to do.
    NotYours,
    /// Not in this state.
    WrongState,
    /// A refusal, a condition or a revocation says why, and by which law.
    Wordless,
    /// The same, without the law alone.
    Lawless,
    /// The time for an appeal is over.
    TooLate,
    /// The grant needs a plan of instalments, in whole amounts and with days after the bill.
    NoPlan,
    /// By its row there is nothing to pay in instalments.
    NothingToPlan,
    /// An instalment is due later than the measure lets it be.
    PlanTooLong(Date),
    /// No such instalment is open, or the day is not one on which it can have been paid.
    Payment,
    /// The grant names the guarantee that runs longer, and no other does.
    NoGuarantee,
    /// The guarantee would run longer than the measure lets it: until when it runs now, and the last day that may be.
    GuaranteeTooLong(Date, Option<Date>),
    /// The grant names a person of the organ, and none is named.
    NoPerson,
    /// It is not said until when a certificate holds, or longer than the measure lets it: its printed day, and the last day that may be.
    CertificateUntil(Date, Option<Date>),
}

impl Refusal {
    /// The refusal for people.
    pub fn fault(&self, profile: &Profile) -> Fault {
        let (code, place, text, remedy) = self.words(profile);
        Fault::new(Severity::Error, code, place, text, remedy)
    }

    fn words(&self, profile: &Profile) -> (&'static str, String, Text, Text) {
        let at = |place: &str| format!("/{place}");
        match self {
            Refusal::NoMeasure(code) => (
                "PQ-APPLICATION-001",
                at("measure"),
                Text::new(format!("没有“{code}”这项措施。"), format!("There is no measure {code}.")),
                Text::new("请从措施列表选择。", "Choose one of the list of measures."),
            ),
            Refusal::NotInForce(measure) => (
                "PQ-APPLICATION-002",
                at("on"),
                Text::new(
                    format!("事项发生之日，“{}”不在有效期内。", measure.title.zh),
                    format!("“{}” does not hold on the day of the event.", measure.title.en),
                ),
                Text::new(
                    "请核对日期；有效期见该措施页面。",
                    "Look at the day again; the measure’s page says when it holds.",
                ),
            ),
            Refusal::NotByTable(fits, reason, law) => {
                let (zh, en) = match fits {
                    Fits::ByItself => ("自动适用，不用申请", "It applies by itself: there is nothing to apply for"),
                    Fits::ByChoice => ("可直接使用，不用申请", "It is yours to use: there is nothing to apply for"),
                    _ => ("按适用条件不适用", "By its table it does not fit"),
                };
                let law = profile.law(law);
                (
                    "PQ-APPLICATION-003",
                    at("facts"),
                    Text::new(
                        format!("{zh}：{}（{}）。", reason.zh, law.zh),
                        format!("{en}: {} ({}).", reason.en, law.en),
                    ),
                    Text::new(
                        "请核对所填情况；有异议可向口岸办反映。",
                        "Look at the facts again; if you disagree, report it to the port office.",
                    ),
                )
            }
            Refusal::Missing(codes) => {
                let name = |code: &String| {
                    profile.register.fact(code).map_or_else(|| Text::new(code, code), |fact| fact.name.clone())
                };
                let names: Vec<Text> = codes.iter().map(name).collect();
                let join =
                    |words: fn(&Text) -> &str, mark: &str| names.iter().map(words).collect::<Vec<_>>().join(mark);
                (
                    "PQ-APPLICATION-004",
                    at(codes.first().map_or("facts", String::as_str)),
                    Text::new(
                        format!("还需要知道：{}。", join(|name| &name.zh, "、")),
                        format!("Still to be known: {}.", join(|name| &name.en, ", ")),
                    ),
                    Text::new("请补填。", "Fill it in."),
                )
            }
            Refusal::PaperMissing(name) => (
                "PQ-APPLICATION-005",
                at("papers"),
                Text::new(format!("缺少材料：{}。", name.zh), format!("A document is missing: {}.", name.en)),
                Text::new("请附上后提交。", "Attach it and send again."),
            ),
            Refusal::NotYours => (
                "PQ-APPLICATION-006",
                String::new(),
                Text::new("此事由其他单位或企业办理。", "This is for another unit or firm to do."),
                Text::new("请看该申请的办理单位。", "The application’s page says whose it is."),
            ),
            Refusal::WrongState => (
                "PQ-APPLICATION-007",
                String::new(),
                Text::new("申请当前的状态不能这样办理。", "The application is not in a state for this."),
                Text::new("请刷新页面查看当前状态。", "Load its page again and see where it stands."),
            ),
            Refusal::Wordless | Refusal::Lawless => (
                "PQ-APPLICATION-008",
                at(if *self == Refusal::Lawless { "law" } else { "words" }),
                Text::new("没有写明理由或依据。", "The reason or the law is missing."),
                Text::new(
                    "不予批准、收回须写明理由和法律依据。",
                    "A refusal or revocation says why, and by which law.",
                ),
            ),
            Refusal::TooLate => (
                "PQ-APPLICATION-009",
                String::new(),
                Text::new("已过申诉期限。", "The time for an appeal is over."),
                Text::new(
                    "仍可依法申请行政复议或提起诉讼，或向口岸办反映。",
                    "Reconsideration or a court by law remain, and a report to the port office.",
                ),
            ),
            _ => self.words_of_plan(),
        }
    }

    /// What is wrong with a plan of instalments or a guarantee.
    fn words_of_plan(&self) -> (&'static str, String, Text, Text) {
        let at = |place: &str| format!("/{place}");
        match self {
            Refusal::NothingToPlan => (
                "PQ-APPLICATION-016",
                at("plan"),
                Text::new("这项批准没有分期缴纳。", "Nothing is paid in instalments under this grant."),
                Text::new("请删去缴税计划。", "Leave the plan out."),
            ),
            Refusal::PlanTooLong(due) => (
                "PQ-APPLICATION-017",
                at("plan"),
                Text::new(
                    format!("{due} 一期超过了可以缓缴的最长期限。"),
                    format!("The instalment of {due} is due later than the tax may be put off."),
                ),
                Text::new(
                    "最长期限见措施的适用条件，自缴税期限届满起算；请提前该期。",
                    "The measure’s table says how long at most, from the end of the term for paying; make it earlier.",
                ),
            ),
            Refusal::Payment => (
                "PQ-APPLICATION-018",
                at("nth"),
                Text::new(
                    "没有这一期、该期已缴、前期未缴，或缴纳日期不成立。",
                    "There is no such instalment, it is paid, an earlier one is not, or the day is not one on which it can have been paid.",
                ),
                Text::new("请核对期次和日期。", "Check the number of the instalment, and the day."),
            ),
            Refusal::NoGuarantee => (
                "PQ-APPLICATION-019",
                at("until"),
                Text::new(
                    "没有写明哪一个担保账户展期到何时，或这项批准不涉及担保。",
                    "It is not said which guarantee account runs until when, or this grant concerns none.",
                ),
                Text::new(
                    "申请时在“关于”一栏填写担保账户；批准时填写“有效至”。",
                    "The application names the account as what it is about; the grant says its last day.",
                ),
            ),
            Refusal::GuaranteeTooLong(from, last) => (
                "PQ-APPLICATION-020",
                at("until"),
                Text::new(
                    last.map_or_else(
                        || format!("担保现至 {from}，展期须晚于此日。"),
                        |last| format!("担保现至 {from}，展期须晚于此日，且不得超过 {last}。"),
                    ),
                    last.map_or_else(
                        || format!("The guarantee runs until {from}; longer means later than that."),
                        |last| format!("The guarantee runs until {from}; it may run longer, until {last} at most."),
                    ),
                ),
                Text::new("请更正“有效至”。", "Correct its last day."),
            ),
            Refusal::NoPerson => (
                "PQ-APPLICATION-023",
                at("person"),
                Text::new("没有写明由谁负责。", "It is not said who is named."),
                Text::new("请选择本单位的一名人员。", "Choose one of the organ’s people."),
            ),
            Refusal::CertificateUntil(printed, last) => (
                "PQ-APPLICATION-022",
                at("until"),
                Text::new(
                    last.map_or_else(
                        || format!("证书所载有效期至 {printed}，须写明展期至晚于此日的哪一天。"),
                        |last| format!("证书所载有效期至 {printed}，须写明展期至哪一天：晚于此日，且不得超过 {last}。"),
                    ),
                    last.map_or_else(
                        || format!("The certificate’s printed expiry is {printed}: say until which later day it holds."),
                        |last| {
                            format!(
                                "The certificate’s printed expiry is {printed}: say until which later day it holds, {last} at most."
                            )
                        },
                    ),
                ),
                Text::new("请填写或更正“有效至”。", "Give or correct its last day."),
            ),
            _ => (
                "PQ-APPLICATION-015",
                at("plan"),
                Text::new(
                    "缓税须有缴税计划：每期金额大于零，日期不早于税款缴款书之日，最多 60 期。",
                    "A tax is put off on a plan: each instalment with an amount and a day after the bill, sixty at most.",
                ),
                Text::new(
                    "每行写一期，如“2026-07-15 12,000.00”，并填写税款缴款书日期。",
                    "Write each on a line, as “2026-07-15 12,000.00”, and give the day of the tax bill.",
                ),
            ),
        }
    }
}
