//! The register of measures: what a firm's record already says, and which measures fit what is said.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Fault, Severity, Text, Value,
    measure::{
        Answer, Choice, Fact, FactKind, Fits, MODE, Measure, Standing, Verdict, answer, answers, choice, explain,
        is_opened,
    },
    ship_call::Party,
};
use jiff::civil::Date;
use store::guarantees::Guarantee;

use crate::{Actor, CompanyRecord, Error, Office, Right};

/// What is known of a firm: facts by code.
pub type Stated = BTreeMap<String, Value>;

/// The register of what organs say of firms, and so many lines of it at once.
const STATED: &str = "company-stated";
const STATED_PAGE: i64 = 500;

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
        match (&actor.on_behalf, &actor.party) {
            (Some(principal), _) => self.facts_known_of(principal).await,
            (None, Party::Firm(firm)) => self.facts_known_of(firm).await,
            _ => Ok(BTreeMap::new()),
        }
    }

    /// What the port's records say of a firm.
    async fn facts_known_of(&self, code: &str) -> Result<BTreeMap<String, Value>, Error> {
        let Some(company) = self.recorded::<CompanyRecord>("company", code).await? else {
            return Ok(BTreeMap::new());
        };
        let stated = self.stated_of_firm(code).await?;
        let secured = self.store.guarantees(Some(code)).await?.iter().any(|of| self.stands(of));
        Ok(self.facts_of(&company.record.kind, &stated, secured))
    }

    /// That a firm may declare goods of these keys by a mode: the table of a measure that opens it does not say no by what is known of
    /// the firm; where the mode is granted on application, a grant stands.
    ///
    /// # Errors
    /// [`Error::Refused`] with the reason, the law and the row.
    pub(crate) async fn require_mode(&self, firm: &str, mode: &str, keys: &BTreeSet<String>) -> Result<(), Error> {
        if !is_opened(&self.profile, MODE, mode) {
            return Ok(());
        }
        let today = self.today();
        // Many a table asks nothing of the firm.
        let mut stands = choice(&self.profile, (MODE, mode), today, &Stated::new());
        if matches!(stands, Choice::Unknown) {
            stands = choice(&self.profile, (MODE, mode), today, &self.facts_known_of(firm).await?);
        }
        let (code, answer, remedy) = match stands {
            Choice::Open | Choice::Unknown => return Ok(()),
            Choice::Closed(answer) => (
                "PQ-MEASURE-004",
                answer,
                Text::new(
                    "请改用其他申报方式；对所记信息有异议的，请联系海关。",
                    "Declare by another mode; ask customs where what is recorded of the firm is wrong.",
                ),
            ),
            Choice::ByGrant(answer) if self.has_grant(firm, &answer.measure.code, keys).await? => return Ok(()),
            Choice::ByGrant(answer) => {
                let at = format!("/measures/{}/apply", answer.measure.code);
                let remedy = Text::new(
                    format!("此方式须先经批准：请在 {at} 申请，批准后再按此方式申报；或改用其他申报方式。"),
                    format!(
                        "This mode wants a grant: apply at {at} and declare once it is granted, or declare by another mode."
                    ),
                );
                ("PQ-MEASURE-005", answer, remedy)
            }
        };
        let (title, reason, law) = (&answer.measure.title, answer.reason(), self.profile.law(answer.law()));
        let row = answer.rule().map(|rule| format!("{} / {}", rule.table, rule.row)).unwrap_or_default();
        let text = Text::new(
            format!("{}：{}。依据：{}（{row}）。", title.zh, reason.zh, law.zh),
            format!("{}: {}. By: {} ({row}).", title.en, reason.en, law.en),
        );
        Err(Error::Refused(fault(code, "mode", text, remedy)))
    }

    /// What organs say of a firm: facts by code.
    ///
    /// # Errors
    /// The store's own.
    pub async fn stated_of_firm(&self, firm: &str) -> Result<Stated, Error> {
        let record = self.store.record(STATED, firm).await?;
        record.map_or_else(|| Ok(Stated::new()), |record| Ok(serde_json::from_str(&record.json)?))
    }

    /// An organ says of a firm what is its own to say, for example customs its credit; an empty answer takes it back.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for what another organ says; [`Error::NotFound`] for an unknown firm; [`Error::Invalid`] for what
    /// is no answer.
    pub async fn state_of_firm(&self, actor: &Actor, firm: &str, code: &str, words: &str) -> Result<(), Error> {
        actor.require(Right::Decide)?;
        let fact = self.profile.register.fact(code).ok_or(Error::NotFound)?;
        if !matches!(&actor.party, Party::Organ(organ) if Some(organ.as_str()) == fact.stated_by()) {
            return Err(Error::Forbidden);
        }
        if !self.is_firm(firm).await? {
            return Err(Error::NotFound);
        }
        let mut stated = self.stated_of_firm(firm).await?;
        match self.read_facts([(code, words)].into_iter())?.remove(code) {
            Some(value) => drop(stated.insert(code.to_owned(), value)),
            None => drop(stated.remove(code)),
        }
        let json = serde_json::to_string(&stated)?;
        let change = store::changes::Change {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            kind: "firm.stated".to_owned(),
            unit: format!("firm:{firm}"),
            about: firm.to_owned(),
            detail: json.clone(),
        };
        let side = vec![self.store.put_record_side(STATED, firm, &json, actor.unit())];
        Ok(self.store.change(&change, side).await.map(drop)?)
    }

    fn stands(&self, of: &Guarantee) -> bool {
        of.expires_at > self.now().0 && of.amount > 0
    }

    /// What is known of a firm: by the kind of its record, what organs say of it, and whether a guarantee of its own stands.
    fn facts_of(&self, kind: &str, stated: &Stated, secured: bool) -> Stated {
        let known = self.profile.register.facts.iter().filter_map(|fact| {
            let value = match fact.known_from.as_str() {
                "company.kind" => {
                    let of = fact.options.iter().find(|option| option.records.iter().any(|record| record == kind))?;
                    Value::from(of.code.as_str())
                }
                // That there is none with customs does not say that none stands elsewhere.
                "company.guarantee" => secured.then_some(Value::Bool(true))?,
                _ => fact.stated_by().and_then(|_| stated.get(&fact.code))?.clone(),
            };
            Some((fact.code.clone(), value))
        });
        known.collect()
    }

    /// The firms that could have something of a measure on a day by what their records say, whether they applied or not: the
    /// table gives it to them, or gives it once they say more. Of a measure that has ended, by its last day.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) async fn firms_eligible(&self, measure: &Measure, on: Date) -> Result<Vec<String>, Error> {
        let known = self.facts_of_firms().await?;
        Ok(self.eligible_among(&known, measure, on))
    }

    /// Every firm with what is known of it.
    pub(crate) async fn facts_of_firms(&self) -> Result<Vec<(String, Stated)>, Error> {
        let (mut stated, mut after) = (BTreeMap::<String, Stated>::new(), String::new());
        loop {
            let page = self.store.records(STATED, &after, STATED_PAGE).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.key);
            for record in page {
                stated.insert(record.key, serde_json::from_str(&record.json)?);
            }
        }
        let guarantees = self.store.guarantees(None).await?.into_iter();
        let secured: BTreeSet<String> = guarantees.filter(|of| self.stands(of)).map(|of| of.firm).collect();
        let none = Stated::new();
        let firms = self.firms().await?.into_iter();
        let facts = |firm: &CompanyRecord| {
            self.facts_of(&firm.kind, stated.get(&firm.code).unwrap_or(&none), secured.contains(&firm.code))
        };
        Ok(firms.map(|firm| (firm.code.clone(), facts(&firm))).collect())
    }

    /// Those of them that could have something of a measure on a day.
    pub(crate) fn eligible_among(&self, firms: &[(String, Stated)], measure: &Measure, on: Date) -> Vec<String> {
        let on = match (measure.standing(on), measure.until) {
            (Standing::Ended, Some(until)) => until.yesterday().unwrap_or(on),
            (Standing::Coming, _) => measure.from,
            _ => on,
        };
        let fits = |facts: &Stated| {
            let facts = Value::Map(facts.clone());
            let fits = answer(&self.profile, measure, on, &facts).fits;
            let could = || {
                let rows = explain(&self.profile, measure, on, &facts).map(|of| of.rows).unwrap_or_default();
                rows.iter().any(|(row, _, said)| row.fits.is_favourable() && !said.contains(&Verdict::Not))
            };
            fits.is_favourable() || fits == Fits::Unknown && could()
        };
        // Many firms are alike: the table is asked once for each that is not.
        let mut known: Vec<(&Stated, bool)> = Vec::new();
        let mut eligible = Vec::new();
        for (code, facts) in firms {
            let answer = match known.iter().find(|(of, _)| *of == facts) {
                Some((_, answer)) => *answer,
                None => {
                    known.push((facts, fits(facts)));
                    known.last().is_some_and(|(_, answer)| *answer)
                }
            };
            eligible.extend(answer.then(|| code.clone()));
        }
        eligible
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
