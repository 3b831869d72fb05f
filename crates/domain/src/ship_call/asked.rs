//! The questions that a call put to the tables of the profile, as far as its fold tells.

use super::{ShipCall, facts};
use crate::{Instant, Value, matter::Asked, profile::Profile};

impl ShipCall {
    /// What was asked of the tables for this call: what is due by its facts, and each hold, boarding, permit, suspension and
    /// end of distress by the row that allowed it.
    pub fn asked(&self, profile: &Profile) -> Vec<Asked> {
        let due = Asked {
            table: "formalities-due".to_owned(),
            about: String::new(),
            at: self.updated_at,
            inputs: Value::Map(facts(self, profile, self.updated_at)),
        };
        let mut asked = vec![due, Asked::by("call-kinds", self.opened_at, &[("kind", &self.kind)])];
        asked.extend(self.limits());
        asked.extend(self.holds.iter().flat_map(|hold| {
            let codes = [("hold", hold.kind.as_str()), ("issuer", hold.issuer.as_str())];
            [Asked::by("holds", hold.at, &codes), Asked::by("tonnage-extension", hold.at, &[("ground", &hold.kind)])]
        }));
        if let Some(arrived) = self.actual("arrival") {
            asked.push(Asked::by("tonnage-extension", arrived, &[("ground", &self.kind)]));
        }
        asked.extend(self.boardings.iter().map(|boarding| {
            let codes = [("ground", boarding.ground.as_str()), ("organ", boarding.organ.as_str())];
            Asked::by("boarding-grounds", boarding.at, &codes)
        }));
        let permit = |permit: &super::Permit| Asked::by("permits", permit.at, &[("permit", &permit.kind)]);
        asked.extend(self.permits.iter().map(permit));
        let suspended = self.reviews.iter().filter_map(|review| review.suspended.as_ref());
        asked.extend(suspended.map(|(cause, at)| Asked::by("suspension-causes", *at, &[("cause", cause)])));
        if let Some(distress) = &self.distress {
            asked.push(Asked::by("distress-recipients", distress.at, &[]));
            asked.extend(distress.end.iter().map(|end| {
                let codes = [("outcome", end.outcome.as_str()), ("organ", end.organ.as_str())];
                Asked::by("distress-ends", end.at, &codes)
            }));
        }
        asked
    }

    /// Limits of the organs and of certificates, and what a second filing opens again.
    fn limits(&self) -> Vec<Asked> {
        let mut asked = Vec::new();
        let filed: Vec<(_, Instant)> = self
            .filings
            .iter()
            .filter_map(|(formality, filing)| Some((formality, filing.versions.last()?.at, filing.versions.len())))
            .map(|(formality, at, versions)| {
                if versions > 1 {
                    asked.push(self.reopening(formality.code(), at));
                }
                (formality, at)
            })
            .collect();
        let last = filed.iter().map(|(_, at)| *at).max();
        asked.extend(last.map(|at| Asked::by("decision-limits", at, &[("decision", "acceptance")])));
        if let Some(at) = last.filter(|_| self.facts.contains_key("sanitation_issued_on")) {
            asked.push(Asked::by("decision-limits", at, &[("decision", "sanitary_certificate")]));
        }
        asked
    }

    fn reopening(&self, formality: &str, at: Instant) -> Asked {
        let reported = self.filings.keys().any(|of| of.code() == "arrival_report");
        let inputs = Value::from([("formality", formality.into()), ("arrival_reported", reported.into())]);
        Asked { inputs, ..Asked::by("reopens", at, &[("formality", formality)]) }
    }
}
