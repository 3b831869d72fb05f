//! Why an act on an application is refused.

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
    /// The time for an appeal is over.
    TooLate,
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
            Refusal::Wordless => (
                "PQ-APPLICATION-008",
                at("words"),
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
        }
    }
}
