//! Why an act on a flight is refused.

use super::Demand;
use crate::{Fault, Severity, Text, formality::Formality, profile::Profile};

/// Why an act is refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// It is somebody else's to do.
    NotYours,
    /// Not in this state.
    WrongState,
    /// It was cancelled, or landed elsewhere.
    Ended,
    /// A code or number that is none: where, and what was given.
    Unknown(&'static str, String),
    /// Nothing of the kind is due for this flight.
    NotDue(Formality),
    /// An actual time that is still to come.
    NotYet,
    /// It has not landed here.
    NotLanded,
    /// Customs boards first: why.
    Quarantine(Box<Demand>),
    /// The quarantine ends only after customs was on board.
    NotBoarded,
    /// An organ holds it.
    Held,
    /// The reason or the law is missing.
    Wordless,
    /// The port has no airport.
    NoAirport,
    /// A stand is stated with an end that is not after its beginning.
    StandBackwards,
}

impl Refusal {
    /// The refusal for people.
    pub fn fault(&self, profile: &Profile) -> Fault {
        let (code, place, text, remedy) = self.words(profile);
        Fault::new(Severity::Error, code, place, text, remedy)
    }

    fn words(&self, profile: &Profile) -> (&'static str, String, Text, Text) {
        let nowhere = String::new();
        match self {
            Refusal::NotYours => (
                "PQ-FLIGHT-001",
                nowhere,
                Text::new("此事由其他单位或企业办理。", "This is for another unit or firm to do."),
                Text::new("航班页面写明各事项由谁办理。", "The flight’s page says whose each thing is."),
            ),
            Refusal::WrongState => (
                "PQ-FLIGHT-002",
                nowhere,
                Text::new("航班当前的状态不能这样办理。", "The flight is not in a state for this."),
                Text::new("请刷新页面查看当前状态。", "Load its page again and see where it stands."),
            ),
            Refusal::Ended => (
                "PQ-FLIGHT-003",
                nowhere,
                Text::new("航班已取消或已备降他处。", "The flight was cancelled, or landed elsewhere."),
                Text::new("如仍来本场，请重新预报。", "If it comes here after all, announce it anew."),
            ),
            Refusal::Unknown(place, given) => (
                "PQ-FLIGHT-004",
                format!("/{place}"),
                Text::new(format!("“{given}”无法识别。"), format!("“{given}” is not known.")),
                unknown_remedy(place),
            ),
            Refusal::NotDue(formality) => (
                "PQ-FLIGHT-005",
                nowhere,
                Text::new(
                    format!("本航班无须申报“{}”。", formality.name().zh),
                    format!("{}: not due for this flight.", formality.name().en),
                ),
                Text::new("航班页面列明应办事项及依据。", "The flight’s page lists what is due, and by which law."),
            ),
            Refusal::NotYet => (
                "PQ-FLIGHT-006",
                "/time".to_owned(),
                Text::new("实际时间不能晚于现在。", "An actual time is still to come."),
                Text::new("请填预计时间，或更正。", "State it as estimated, or correct it."),
            ),
            Refusal::NotLanded => (
                "PQ-FLIGHT-007",
                nowhere,
                Text::new("航班尚未在本场落地。", "The flight has not landed here."),
                Text::new("请先记录实际落地时间。", "State the actual time of landing first."),
            ),
            Refusal::Quarantine(demand) => (
                "PQ-FLIGHT-008",
                nowhere,
                Text::new(
                    format!(
                        "检疫结束前，任何人不得下机，货物不得卸下。{}（{}）",
                        demand.reason.zh,
                        profile.law(&demand.law).zh
                    ),
                    format!(
                        "Until quarantine has ended nobody leaves and nothing is unloaded. {} ({})",
                        demand.reason.en,
                        profile.law(&demand.law).en
                    ),
                ),
                help(profile, &demand.organ),
            ),
            Refusal::NotBoarded => (
                "PQ-FLIGHT-009",
                nowhere,
                Text::new("须登机检疫，尚未登机。", "Quarantine on board is demanded, and nobody was on board yet."),
                Text::new("请先记录登机。", "Record the boarding first."),
            ),
            Refusal::Held => (
                "PQ-FLIGHT-010",
                nowhere,
                Text::new("航班被机关扣留。", "An organ holds the flight."),
                Text::new("请联系扣留机关；航班页面写明原因。", "Speak with that organ; the flight’s page says why."),
            ),
            Refusal::Wordless => (
                "PQ-FLIGHT-011",
                "/words".to_owned(),
                Text::new("没有写明理由或依据。", "The reason or the law is missing."),
                Text::new("请写明理由和法律依据。", "Say why, and by which law."),
            ),
            Refusal::NoAirport => (
                "PQ-FLIGHT-012",
                nowhere,
                Text::new("本口岸没有机场。", "This port has no airport."),
                Text::new("请向航班所在口岸申报。", "Announce the flight at the port of its airport."),
            ),
            Refusal::StandBackwards => (
                "PQ-FLIGHT-025",
                "/until".to_owned(),
                Text::new("机位占用结束须晚于开始。", "The stand is needed until before it is needed."),
                Text::new("请更正起止时间。", "Correct the beginning or the end."),
            ),
        }
    }
}

fn unknown_remedy(place: &str) -> Text {
    match place {
        "designator" => Text::new(
            "航班号由航空公司代码（两位或三位）和 1 至 4 位数字组成，如 CZ6101。",
            "A flight number is the airline’s code of two or three signs and one to four digits, such as CZ6101.",
        ),
        "other" | "to" => Text::new(
            "请填写机场的联合国地点代码（五位），且不是本场。",
            "Give the UN/LOCODE of an airport, five signs, other than this one.",
        ),
        "stand" => Text::new("机位号最多 8 位字母或数字。", "A stand has at most eight letters or digits."),
        _ => Text::new("请从列表中选择。", "Choose from the list."),
    }
}

fn help(profile: &Profile, organ: &str) -> Text {
    match profile.organ(organ) {
        Some(organ) => Text::new(
            format!("请等待{}登机检疫；电话 {}。", organ.name.zh, organ.help),
            format!("Wait for {} to board; telephone {}.", organ.name.en, organ.help),
        ),
        None => Text::new("请等待登机检疫。", "Wait for the quarantine on board."),
    }
}
