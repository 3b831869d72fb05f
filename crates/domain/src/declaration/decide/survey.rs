//! Deciding on a survey of bulk goods.

use rust_decimal::Decimal;

use super::Here;
use crate::declaration::{
    Entry, Paper, Refusal, assess, survey,
    survey::Survey,
    tables::{SURVEY, Settled},
};

/// The paper that is wanted where more came than the licence and its tolerance let in.
const LICENCE: &str = "licence";
/// Kilograms above this are a slip of the pen.
const MOST: i64 = 1_000_000_000_000;

impl Here<'_> {
    /// What was found takes the place of what was declared, the tax follows, and what is above the licences is asked about.
    pub(super) fn survey(&mut self, found: Decimal, words: Option<&String>, papers: &[Paper]) -> Result<(), Refusal> {
        let of = &self.declaration;
        Self::require(of.accepted_at.is_some() && of.exited_at.is_none() && of.pending().is_none())?;
        // A survey that corrects another one is held against what was declared, as that one was.
        let last = of.survey.as_ref().filter(|last| !last.items.is_empty() && last.items == of.items);
        let (before, drew) = match last {
            Some(last) => (last.before.clone(), last.drew.clone()),
            None => (of.items.clone(), of.licences.clone()),
        };
        let declared: Decimal = before.iter().filter_map(|item| item.mass).sum();
        let weighed =
            found > Decimal::ZERO && found <= Decimal::from(MOST) && found.normalize().scale() <= survey::GRAMS;
        if !weighed || declared <= Decimal::ZERO {
            return Err(Refusal::NoWeight);
        }
        let code = of.items.first().map(|item| item.code.clone()).unwrap_or_default();
        let row = self.row("survey-terms", "code", &code)?;
        let terms = |name: &str| row.number(name).unwrap_or_default();
        let differs = survey::difference(declared, found).ok_or(Refusal::NoWeight)?;
        let stands = differs.abs() <= terms("within");
        let (mut items, mut licences) = (Vec::new(), None);
        if !stands {
            items = survey::surveyed(&before, (declared, found)).ok_or(Refusal::NoWeight)?;
            licences = Some(survey::drawn(&drew, (declared, found)).ok_or(Refusal::NoWeight)?);
        } else if last.is_some() {
            (items, licences) = (before.clone(), Some(drew.clone()));
        }
        let changed = !items.is_empty();
        let above = differs > terms("over") && drew.iter().any(|of| of.unit != super::super::licences::ENTRY);
        let (rule, law) = (row.rule(), row.law().to_owned());
        let (words, papers) = (words.cloned(), papers.to_vec());
        self.add(Entry::Surveyed(Box::new(Survey {
            declared,
            found,
            stands,
            items,
            licences,
            before,
            drew,
            words,
            papers,
            rule,
            law,
        })));
        if self.declaration.owed.contains_key(SURVEY) {
            self.add(Entry::Completed { what: SURVEY.to_owned() });
        }
        if changed {
            self.assess_surveyed();
        }
        if above {
            let (kind, limit) = ("documents".to_owned(), self.limit_of("documents"));
            self.add(Entry::Ordered { kind, limit, papers: vec![LICENCE.to_owned()], words: None });
        }
        Ok(())
    }

    /// What the port's rows assessed they assess anew; what was assessed elsewhere customs assesses there.
    fn assess_surveyed(&mut self) {
        let of = &self.declaration;
        let by_rows = |lines: &[super::Line]| !lines.is_empty() && lines.iter().all(|line| !line.row.is_empty());
        let standing = of.assessment().is_some_and(|of| by_rows(&of.lines));
        if standing && of.mode.settled != Settled::Nothing {
            let lines = assess::lines(self.context.profile, &of.items, of.opened_at);
            self.assessed(of.edition, &lines);
        }
    }
}
