//! What the public may know of a month: how many, by topic and department, without any figure by which somebody who knows
//! a few firms could tell theirs. Small cells are withheld, and with them so much of others that no difference of totals
//! gives one back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Measure, Measured, Share};
use crate::matter::Organ;

/// A figure that is published: of one topic and department, or of all that is withheld (both empty).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OpenRow {
    /// The topic at the top of the tree; empty for what is withheld.
    pub topic: String,
    /// The department that leads; empty for what is withheld.
    pub organ: Organ,
    /// The measure.
    pub measure: String,
    /// Its numerator.
    pub of: u64,
    /// Its denominator.
    pub among: u64,
}

/// How many cells there are, and how they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withholding {
    /// The least size of a cell that is shown.
    pub smallest: u64,
    /// Chance, so that the choice of what is withheld besides tells nothing.
    pub chance: u64,
}

/// Which of several cells are withheld; none when not even their total may be told. A cell of nothing is withheld with
/// them: what is missing may be nothing.
///
/// Every cell below `smallest` is withheld, and besides them one of the others, by chance. What is withheld is then told as
/// one sum, which is never small and never that of one cell alone.
pub fn withheld(sizes: &[u64], by: Withholding) -> Option<Vec<bool>> {
    let total: u64 = sizes.iter().sum();
    let is_small = |size: &u64| *size > 0 && *size < by.smallest;
    let small = sizes.iter().filter(|size| is_small(size)).count();
    if total > 0 && total < by.smallest {
        return None;
    }
    if small == 0 {
        return Some(vec![false; sizes.len()]);
    }
    let large: Vec<usize> = (0..sizes.len()).filter(|nth| sizes[*nth] >= by.smallest).collect();
    let besides = match large.len() {
        0 => None,
        count => large.get(usize::try_from(by.chance % count as u64).unwrap_or(0)).copied(),
    };
    // Where all are small, their sum must leave open how much is whose.
    let most = (by.smallest - 1).saturating_mul(sizes.len() as u64);
    if besides.is_none() && total + by.smallest > most + 1 {
        return None;
    }
    Some(sizes.iter().enumerate().map(|(nth, size)| *size < by.smallest || besides == Some(nth)).collect())
}

/// The figures of a month that may be published: of each measure its cells by topic and department, and the sum of those
/// that are withheld. A measure whose total is small has none. `top` gives the topic at the top of the tree; `cells` is how
/// many cells there could be.
pub fn open_data(
    cases: &[Measured],
    measures: &[Measure],
    top: impl Fn(&str) -> String,
    cells: usize,
    by: Withholding,
) -> Vec<OpenRow> {
    let mut rows = Vec::new();
    for measure in measures {
        let mut sums: BTreeMap<(String, Organ), Share> = BTreeMap::new();
        for case in cases {
            let sum = sums.entry((top(&case.topic), case.organ.clone())).or_default();
            *sum = sum.plus(measure.share(case));
        }
        let mut sizes: Vec<u64> = sums.values().map(|share| share.among).collect();
        sizes.resize(cells.max(sizes.len()), 0);
        let Some(withheld) = withheld(&sizes, by) else { continue };
        let row = |topic: &str, organ: &str, share: Share| OpenRow {
            topic: topic.to_owned(),
            organ: organ.to_owned(),
            measure: measure.code.clone(),
            of: share.of,
            among: share.among,
        };
        let mut rest = Share::default();
        for (((topic, organ), share), withheld) in sums.iter().zip(withheld) {
            match withheld {
                true => rest = rest.plus(*share),
                // A line of nothing would tell that there was a case.
                false if *share == Share::default() => {}
                false => rows.push(row(topic, organ, *share)),
            }
        }
        if rest != Share::default() || sizes.iter().all(|size| *size == 0) {
            rows.push(row("", "", rest));
        }
    }
    rows
}

/// The total of each measure, as anybody can reckon it from the rows.
pub fn totals(rows: &[OpenRow]) -> BTreeMap<String, Share> {
    let mut totals: BTreeMap<String, Share> = BTreeMap::new();
    for row in rows {
        let sum = totals.entry(row.measure.clone()).or_default();
        *sum = sum.plus(Share { of: row.of, among: row.among });
    }
    totals
}
