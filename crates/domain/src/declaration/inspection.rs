//! Examining goods: the declarant chooses who is there, customs appoints looks, the gentlest first, and says what each found. What is
//! found decides whether the inspection is settled, and who bears the work of the yard. All of it by dated rows.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Declaration, Measure, Paper, act::Boxes};
use crate::{
    Instant, Value,
    charge::{Facts, Item as Work, Tariff},
    profile::Profile,
};

/// What is owed while goods are looked at where they go.
pub const AWAY: &str = "destination";

/// An inspection, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Inspection {
    /// Who is there for the declarant, when that was chosen, and by which law.
    pub attendance: Option<Attendance>,
    /// Looks, in their order.
    pub looks: Vec<Look>,
}

/// Who is there for the declarant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attendance {
    /// `self`, `yard`, `carrier`, `absent`.
    pub how: String,
    /// When it was chosen.
    pub at: Instant,
    /// Legal reference.
    pub law: String,
}

/// A look at the goods.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// `scan`, `open` and so on.
    pub method: String,
    /// Where.
    pub place: String,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Legal reference.
    pub law: String,
    /// What the yard's work comes to.
    pub cost: Option<Cost>,
    /// What was found, once it was done.
    pub result: Option<Findings>,
}

/// What the yard's work for a look comes to, by the price list of its day with the reliefs that come by themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// By the list.
    #[serde(with = "crate::decimal")]
    pub listed: Decimal,
    /// What is due.
    #[serde(with = "crate::decimal")]
    pub due: Decimal,
    /// In which money.
    pub currency: String,
    /// How it was reckoned, line by line.
    pub lines: Vec<String>,
}

/// What a look found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// When it was said.
    pub at: Instant,
    /// `as_declared` and so on.
    pub found: String,
    /// Who bears the yard's work: `treasury` or `firm`.
    pub bears: String,
    /// Words: a document.
    pub words: Option<String>,
    /// Pictures and papers.
    pub papers: Vec<Paper>,
    /// Legal reference.
    pub law: String,
}

impl Declaration {
    /// The inspection that is open, here or where the goods go.
    pub fn inspection(&self) -> Option<&Inspection> {
        self.examined().map(|of| &of.inspection)
    }

    /// The measure under which goods are examined now.
    pub(super) fn examined(&self) -> Option<&Measure> {
        let away = self.owed.contains_key(AWAY);
        self.measures.iter().rfind(|of| of.kind == "inspection" && (away || of.settled_at.is_none()))
    }

    /// The look that is appointed and not done.
    pub fn next_look(&self) -> Option<&Look> {
        self.inspection()?.looks.last().filter(|look| look.result.is_none())
    }

    /// True when goods of this declaration were examined by a method.
    pub(super) fn was_examined_by(&self, method: &str) -> bool {
        let looks = self.measures.iter().flat_map(|of| &of.inspection.looks);
        looks.into_iter().any(|look| look.method == method && look.result.is_some())
    }
}

/// What the yard's work comes to, where the price list of that day asks for it.
pub(super) fn cost(profile: &Profile, method: &str, boxes: Boxes, at: Instant) -> Option<Cost> {
    let day = at.date(&profile.zone);
    let work = |(size, quantity): (i64, u32)| Work {
        kind: "inspection".to_owned(),
        quantity: Decimal::from(quantity),
        particulars: [("mode".to_owned(), method.into()), ("size".to_owned(), size.into())].into(),
        ..Work::default()
    };
    let sizes = [(20, boxes.twenty), (40, boxes.forty)].into_iter().filter(|(_, quantity)| *quantity > 0);
    let facts = Facts {
        on: Some(day),
        days: [("arrival".to_owned(), day)].into(),
        items: sizes.map(work).collect(),
        ..Facts::default()
    };
    let bill = Tariff::new(profile).bill(&facts).ok()?;
    let (currency, totals) = bill.totals.iter().next()?;
    Some(Cost {
        listed: totals.listed,
        due: totals.due,
        currency: currency.clone(),
        lines: bill.lines.iter().map(crate::charge::Line::calculation).collect(),
    })
}

/// In which order a paper counts as evidence; none for one that is no evidence.
pub fn evidence_rank(profile: &Profile, paper: &str, at: Instant) -> Option<i64> {
    let hit = profile.hit("inspection-evidence", at, &Value::from([("paper", paper.into())]))?;
    hit.number("rank").and_then(|rank| i64::try_from(rank.trunc().mantissa()).ok())
}
