//! The register of measures: what a firm's record already says, and which measures fit what is said.

use std::collections::BTreeMap;

use domain::{
    Fault, Severity, Text, Value,
    measure::{Answer, Fact, FactKind, Fits, Measure, Standing, Verdict, answer, answers, explain},
    ship_call::Party,
};
use jiff::civil::Date;

use crate::{Actor, CompanyRecord, Error, Office};

impl Office {
    /// The day of this port now.
    pub fn today(&self) -> Date {
        self.now().date(&self.profile.zone)
    }

    /// What the port's records say of the actor's firm, or of the firm for which she acts by mandate: facts by code.
    ///
    /// # Errors
    /// The store's own.
    pub async fn facts_of_firm(&self, actor: &Actor) -> Result<BTreeMap<String, Value>, Error> {
        let code = match (&actor.on_behalf, &actor.party) {
            (Some(principal), _) => principal,
            (None, Party::Firm(firm)) => firm,
            _ => return Ok(BTreeMap::new()),
        };
        let Some(company) = self.recorded::<CompanyRecord>("company", code).await? else {
            return Ok(BTreeMap::new());
        };
        Ok(self.facts_of_kind(&company.record.kind))
    }

    /// What the kind of a firm's record says.
    fn facts_of_kind(&self, kind: &str) -> BTreeMap<String, Value> {
        let of_kind = self.profile.register.facts.iter().filter(|fact| fact.known_from == "company.kind");
        let known = of_kind.filter_map(|fact| {
            let option = fact.options.iter().find(|option| option.records.iter().any(|record| record == kind))?;
            Some((fact.code.clone(), Value::from(option.code.as_str())))
        });
        known.collect()
    }

    /// The firms that could have something of a measure on a day by what their records say, whether they applied or not: the
    /// table gives it to them, or gives it once they say more. Of a measure that has ended, by its last day.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) async fn firms_eligible(&self, measure: &Measure, on: Date) -> Result<Vec<String>, Error> {
        let on = match (measure.standing(on), measure.until) {
            (Standing::Ended, Some(until)) => until.yesterday().unwrap_or(on),
            (Standing::Coming, _) => measure.from,
            _ => on,
        };
        let fits = |kind: &str| {
            let facts = Value::Map(self.facts_of_kind(kind));
            let fits = answer(&self.profile, measure, on, &facts).fits;
            let could = || {
                let rows = explain(&self.profile, measure, on, &facts).map(|of| of.rows).unwrap_or_default();
                rows.iter().any(|(row, _, said)| row.fits.is_favourable() && !said.contains(&Verdict::Not))
            };
            fits.is_favourable() || fits == Fits::Unknown && could()
        };
        let mut known: BTreeMap<String, bool> = BTreeMap::new();
        let mut firms = Vec::new();
        for firm in self.firms().await? {
            if *known.entry(firm.kind.clone()).or_insert_with(|| fits(&firm.kind)) {
                firms.push(firm.code);
            }
        }
        Ok(firms)
    }

    /// Facts as a form gives them, each read as its kind; empty answers are left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every answer that cannot be read.
    pub fn read_facts<'a>(
        &self,
        given: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<BTreeMap<String, Value>, Error> {
        let (mut facts, mut faults) = (BTreeMap::new(), Vec::new());
        for (code, words) in given.filter(|(_, words)| !words.trim().is_empty()) {
            let read = self.profile.register.fact(code).map(|fact| read_fact(fact, words.trim()));
            match read {
                Some(Some(value)) => drop(facts.insert(code.to_owned(), value)),
                Some(None) => faults.push(fault(
                    "PQ-MEASURE-001",
                    code,
                    Text::new(format!("“{words}”不是这一项的答案。"), format!("“{words}” is no answer to this.")),
                    Text::new(
                        "请从所列选项中选择；日期写作 2026-06-01。",
                        "Choose one of the options; write a day as 2026-06-01.",
                    ),
                )),
                None => faults.push(fault(
                    "PQ-MEASURE-002",
                    code,
                    Text::new(format!("没有“{code}”这一项。"), format!("There is no fact “{code}”.")),
                    Text::new(
                        "可用的各项见开放数据 /api/v1/measures 的 facts。",
                        "The facts are listed in the open data, /api/v1/measures, under facts.",
                    ),
                )),
            }
        }
        if faults.is_empty() { Ok(facts) } else { Err(Error::Invalid(faults)) }
    }

    /// The same for facts that come as values.
    ///
    /// # Errors
    /// As [`Office::read_facts`].
    pub fn read_fact_values(&self, given: &BTreeMap<String, Value>) -> Result<BTreeMap<String, Value>, Error> {
        let written: Vec<(&str, String)> =
            given.iter().map(|(code, value)| (code.as_str(), value.to_string())).collect();
        self.read_facts(written.iter().map(|(code, words)| (*code, words.as_str())))
    }

    /// A day as a form gives it; today where it is left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no day.
    pub fn read_day(&self, given: Option<&str>) -> Result<Date, Error> {
        let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else { return Ok(self.today()) };
        given.parse().map_err(|_| {
            Error::Invalid(vec![fault(
                "PQ-MEASURE-003",
                "on",
                Text::new(format!("“{given}”不是日期。"), format!("“{given}” is no day.")),
                Text::new("请写作 2026-06-01。", "Write it as 2026-06-01."),
            )])
        })
    }

    /// Which measures fit, on the day of the event. Nothing of it is kept.
    pub fn measures_that_fit(&self, on: Date, facts: &BTreeMap<String, Value>) -> Vec<Answer<'_>> {
        answers(&self.profile, on, &Value::Map(facts.clone()))
    }
}

/// An answer as the tables test it.
fn read_fact(fact: &Fact, words: &str) -> Option<Value> {
    match fact.kind {
        FactKind::Choice => fact.options.iter().find(|option| option.code == words).map(|_| Value::from(words)),
        FactKind::YesNo => match words {
            "yes" | "true" => Some(Value::Bool(true)),
            "no" | "false" => Some(Value::Bool(false)),
            _ => None,
        },
        FactKind::Date => words.parse().ok().map(Value::Date),
        FactKind::Number => words.parse().ok().map(Value::Number),
    }
}

fn fault(code: &str, place: &str, text: Text, remedy: Text) -> Fault {
    Fault::new(Severity::Error, code, format!("/{place}"), text, remedy)
}
