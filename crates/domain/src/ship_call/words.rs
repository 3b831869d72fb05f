//! What people write in an act: conditions, what is missing, grounds, reports. It can name a person, so that the journal
//! holds none of it: the words are a sealed document, and the entry names the document.

use serde::{Deserialize, Serialize};

use super::{Act, Boarding, Distress, DistressEnd, Entry, Hold, Permit, ShipCall};
use crate::Text;

/// Words of an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Words {
    /// What somebody wrote, outside the journal.
    Sealed {
        /// The document that holds them: a [`Text`].
        document: String,
    },
    /// In the clear: the words of a table's row, what is not sealed yet, and everything in entries of the first form.
    Plain(Text),
}

/// Whose words they are, and of what: who may read them follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// `decision`, `hold`, `boarding`, `distress`, `departure`, `priority`, `withdrawal` or `end`.
    pub of: &'static str,
    /// The organ that wrote them; none for the agent's.
    pub organ: Option<&'a str>,
}

impl Words {
    /// True when nothing was written.
    pub fn is_blank(&self) -> bool {
        matches!(self, Words::Plain(text) if text.is_blank())
    }

    /// The words where they stand in the clear.
    pub fn plain(&self) -> Option<&Text> {
        match self {
            Words::Plain(text) => Some(text),
            Words::Sealed { .. } => None,
        }
    }
}

impl Default for Words {
    fn default() -> Self {
        Words::Plain(Text::default())
    }
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Words::Plain(text)
    }
}

impl Act {
    /// Everything that somebody wrote in this act.
    pub fn words_mut(&mut self) -> Vec<&mut Words> {
        match self {
            Act::Open(opened) => opened.report.iter_mut().collect(),
            Act::Decide { words, .. } => words.iter_mut().collect(),
            Act::Withdraw { reason: words, .. }
            | Act::PlaceHold { ground: words, .. }
            | Act::OrderBoarding { words, .. }
            | Act::FinishBoarding { result: words, .. }
            | Act::ReportDistress { report: words }
            | Act::EndDistress { words, .. }
            | Act::NoteDeparture { words, .. }
            | Act::GrantPriority { words, .. }
            | Act::EndPriority { words, .. }
            | Act::End { reason: words, .. } => vec![words],
            _ => Vec::new(),
        }
    }
}

impl Entry {
    /// Calls `visit` with all words of this entry.
    pub fn each_words(&mut self, visit: &mut dyn FnMut(Written<'_>, &mut Words)) {
        let by_agent = |of| Written { of, organ: None };
        match self {
            Entry::Withdrawn { reason, .. } => visit(by_agent("withdrawal"), reason),
            Entry::Decided { organ, words, .. } => {
                words.iter_mut().for_each(|words| visit(Written { of: "decision", organ: Some(organ) }, words));
            }
            Entry::HoldPlaced(hold) => of_hold(hold, visit),
            Entry::BoardingOrdered(boarding) => of_boarding(boarding, visit),
            Entry::BoardingFinished { result, .. } => visit(by_agent("boarding"), result),
            Entry::PermitIssued(permit) => of_permit(permit, visit),
            Entry::Distress(distress) => of_distress(distress, visit),
            Entry::DistressEnded(end) => of_end_of_distress(end, visit),
            Entry::DepartureNoted { organ, words, .. } => {
                visit(Written { of: "departure", organ: Some(organ) }, words);
            }
            Entry::PriorityGranted { priority, words, .. } => {
                visit(Written { of: "priority", organ: Some(&priority.approver) }, words);
            }
            Entry::PriorityEnded { organ, words, .. } => {
                visit(Written { of: "priority", organ: Some(organ) }, words);
            }
            Entry::Ended(ended) => visit(by_agent("end"), &mut ended.reason),
            _ => {}
        }
    }

    /// True where words can stand: its form is 2 since words are sealed; the first form holds them in the clear.
    pub(super) fn has_words(&self) -> bool {
        let mut has_words = false;
        self.clone().each_words(&mut |_, _| has_words = true);
        has_words
    }
}

impl ShipCall {
    /// Calls `visit` with all words of the fold.
    pub fn each_words(&mut self, visit: &mut dyn FnMut(Written<'_>, &mut Words)) {
        for review in &mut self.reviews {
            let organ = review.organ.as_str();
            review.words.iter_mut().for_each(|words| visit(Written { of: "decision", organ: Some(organ) }, words));
        }
        self.holds.iter_mut().for_each(|hold| of_hold(hold, visit));
        self.boardings.iter_mut().for_each(|boarding| of_boarding(boarding, visit));
        self.permits.iter_mut().for_each(|permit| of_permit(permit, visit));
        if let Some(distress) = &mut self.distress {
            of_distress(distress, visit);
        }
        for preference in &mut self.preferences {
            let approver = preference.priority.approver.as_str();
            visit(Written { of: "priority", organ: Some(approver) }, &mut preference.words);
            if let Some((_, organ, words)) = &mut preference.ended {
                visit(Written { of: "priority", organ: Some(organ) }, words);
            }
        }
        for (organ, words) in self.uncleared.iter_mut().flat_map(|uncleared| &mut uncleared.noted) {
            visit(Written { of: "departure", organ: Some(organ) }, words);
        }
        if let Some(ended) = &mut self.ended {
            visit(Written { of: "end", organ: None }, &mut ended.reason);
        }
    }
}

fn of_distress(distress: &mut Distress, visit: &mut dyn FnMut(Written<'_>, &mut Words)) {
    visit(Written { of: "distress", organ: None }, &mut distress.report);
    distress.end.iter_mut().for_each(|end| of_end_of_distress(end, visit));
}

fn of_end_of_distress(end: &mut DistressEnd, visit: &mut dyn FnMut(Written<'_>, &mut Words)) {
    visit(Written { of: "distress", organ: Some(&end.organ) }, &mut end.words);
}

fn of_hold(hold: &mut Hold, visit: &mut dyn FnMut(Written<'_>, &mut Words)) {
    visit(Written { of: "hold", organ: Some(&hold.issuer) }, &mut hold.ground);
}

fn of_boarding(boarding: &mut Boarding, visit: &mut dyn FnMut(Written<'_>, &mut Words)) {
    let written = Written { of: "boarding", organ: Some(&boarding.organ) };
    visit(written, &mut boarding.words);
    boarding.result.iter_mut().for_each(|result| visit(written, result));
}

fn of_permit(permit: &mut Permit, visit: &mut dyn FnMut(Written<'_>, &mut Words)) {
    let organ = permit.organ.as_str();
    permit.conditions.iter_mut().for_each(|words| visit(Written { of: "decision", organ: Some(organ) }, words));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matter::Entry as _;

    #[test]
    fn entries_of_the_first_form_are_read_with_their_words_in_the_clear() {
        let first = r#"{"formality.withdrawn":{"formality":"crew_list","reason":{"zh":"误","en":"mistake"}}}"#;
        let second = r#"{"formality.withdrawn":{"formality":"crew_list","reason":{"document":"d"}}}"#;
        for (written, sealed) in [(first, false), (second, true)] {
            let mut entry: Entry = serde_json::from_str(written).expect("an entry");
            assert_eq!((entry.v(), serde_json::to_string(&entry).expect("JSON").as_str()), (2, written));
            entry.each_words(&mut |written, words| {
                assert_eq!((written.of, words.plain().is_none()), ("withdrawal", sealed));
            });
        }
        assert_eq!(Entry::Closed { id: 1, item: 0 }.v(), 1, "an entry without words has its first form");
    }
}
