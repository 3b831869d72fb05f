//! What a reader may see of a case: the one function behind pages, API, search, exports and notices.

use std::collections::BTreeSet;

use super::{Message, Problem, Report};

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The port office: everything but what departments keep to themselves.
    Office,
    /// A department that takes part.
    Unit(String),
    /// Whoever reported: these reports alone.
    Reporter(BTreeSet<u32>),
    /// The public: state, topic and replies' times.
    Public,
}

impl Problem {
    /// True when a unit may read who reported and in which words.
    pub fn knows_reporter(&self, organ: &str, report: &Report) -> bool {
        let disclosed = self.disclosures.iter().any(|of| of.report == report.id && of.organ == organ);
        disclosed || (!report.hidden && !report.against.contains(organ))
    }

    /// The case as the reader may see it. What is left out is not there: no count, no place, no document.
    pub fn seen_by(&self, reader: &Reader) -> Problem {
        let mut seen = self.clone();
        for report in &mut seen.reports {
            report.secret.clear();
        }
        match reader {
            Reader::Office => seen.messages.retain(|message| is_for(message, &self.office)),
            Reader::Unit(organ) => {
                for report in &mut seen.reports {
                    if !self.knows_reporter(organ, report) {
                        hide(report);
                    }
                }
                seen.messages.retain(|message| is_for(message, organ));
                // A meeting may speak of cases in which this unit has no part.
                for meeting in seen.meetings.iter_mut().filter(|meeting| !meeting.participants.contains(organ)) {
                    meeting.close(&self.number);
                }
                for message in seen.messages.iter_mut().filter(|message| message.organ.is_empty()) {
                    let of = message.report.and_then(|id| self.report(id));
                    if of.is_some_and(|report| !self.knows_reporter(organ, report)) {
                        message.words.clear();
                        message.files.clear();
                    }
                }
                if seen.reports.iter().any(|report| report.words.is_empty()) {
                    seen.keys = self.keys_known_to(organ);
                }
                seen.disclosures.retain(|of| of.organ == *organ);
            }
            Reader::Reporter(own) => seen.reduce_to(own),
            Reader::Public => {
                seen.reduce_to(&BTreeSet::new());
                seen.incident = None;
                seen.known.clear();
                seen.emergencies.clear();
            }
        }
        seen
    }

    /// What firms see: their own reports, what is said to them, and who holds the case.
    fn reduce_to(&mut self, own: &BTreeSet<u32>) {
        self.reports.retain(|report| own.contains(&report.id));
        self.messages
            .retain(|message| message.kind.is_public() && message.report.is_none_or(|report| own.contains(&report)));
        if own.is_empty() {
            self.handovers.clear();
            self.messages.clear();
            self.points.clear();
            self.replies.clear();
            self.plan = None;
        }
        self.keys = self.reports.iter().flat_map(|report| report.keys.iter().cloned()).collect();
        self.answers.clear();
        self.tasks.clear();
        self.meetings.clear();
        self.watchers.clear();
        self.notices.clear();
        self.disclosures.clear();
        self.recused.clear();
        self.arbitrations.clear();
        self.rulings.clear();
        self.links.clear();
        self.merged.clear();
        for assignment in &mut self.assignments {
            assignment.handler = None;
            assignment.returned = None;
            assignment.basis.clear();
        }
        for extension in &mut self.extensions {
            extension.words.clear();
        }
    }

    /// The keys of reports that the unit may read, and those that the port office named.
    fn keys_known_to(&self, organ: &str) -> BTreeSet<super::Key> {
        let (known, hidden): (Vec<&Report>, Vec<&Report>) =
            self.reports.iter().partition(|report| self.knows_reporter(organ, report));
        let told: BTreeSet<_> = known.iter().flat_map(|report| report.keys.iter().cloned()).collect();
        let of_hidden: BTreeSet<_> = hidden.iter().flat_map(|report| report.keys.iter().cloned()).collect();
        self.keys.iter().filter(|key| told.contains(key) || !of_hidden.contains(key)).cloned().collect()
    }
}

/// True when a message is not another unit's own.
fn is_for(message: &Message, organ: &str) -> bool {
    message.compartment.as_deref().is_none_or(|of| of == organ)
}

/// Leaves of a report only that there is one.
fn hide(report: &mut Report) {
    *report = Report {
        id: report.id,
        language: report.language.clone(),
        at: report.at,
        hidden: true,
        told: report.told.iter().map(|word| super::Word { words: None, files: Vec::new(), ..word.clone() }).collect(),
        withdrawn_at: report.withdrawn_at,
        ..Report::default()
    };
}
