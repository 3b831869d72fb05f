//! The monthly report, what is published of it, and the open data from which anybody can reckon it anew.
//!
//! A month's cases are those whose first report came in it, as they stand when the report is made. What is published is
//! kept as it was published; a later publication of the same month stands beside it as a new version.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Fault, Instant, Severity, Text, Value,
    problem::{
        Measure, Measured, OpenRow, Share, Status, Withholding, delayed, measured, measures, open_data, topics, totals,
    },
};
use serde::{Deserialize, Serialize};
use store::{Cursor, Filter, Reach};

use super::kept::PROBLEM;
use crate::{Actor, Error, Office, Right};

/// The register of published months.
const REGISTER: &str = "problem-month";
/// So many cases are folded at a time.
const AT_ONCE: i64 = 200;
/// So many months are listed.
const MONTHS: i64 = 240;
/// So many months before are looked through for what comes again.
const BEFORE: usize = 2;

/// The report of a month, for the port office.
#[derive(Clone, Debug)]
pub struct MonthReport {
    /// The month, `2026-11`.
    pub month: String,
    /// When it was made.
    pub made_at: Instant,
    /// The measures with their totals, and those of the month before.
    pub totals: Vec<(Measure, Share, Share)>,
    /// By department.
    pub organs: BTreeMap<String, BTreeMap<String, Share>>,
    /// By topic.
    pub topics: BTreeMap<String, BTreeMap<String, Share>>,
    /// What comes again: topics of the month.
    pub causes: Vec<Cause>,
    /// The newest publication of this month.
    pub published: Option<Published>,
    /// From when the month may be published; none for one that the program cannot reckon.
    pub may_be_published: Option<Instant>,
}

/// What several cases of a month have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// `known` (a known problem), `incident` (joined reports), or `topic`.
    pub kind: &'static str,
    /// The known problem's code, the incident's case number, or the topic.
    pub code: String,
    /// Cases in the month; for an incident, reports.
    pub count: u64,
    /// Cases in the months before, the nearest first.
    pub before: Vec<u64>,
    /// Hours that ships and consignments stood still behind them.
    pub hours: [u64; 2],
    /// Known problems that are recorded for the topic and not mended.
    pub known: Vec<String>,
}

/// What was published of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// UN/LOCODE of the port.
    pub port: String,
    /// The month.
    pub month: String,
    /// Which publication of this month, from 1.
    pub version: i64,
    /// When it was published.
    pub published_at: Instant,
    /// The least size of a cell that is shown.
    pub smallest: u64,
    /// The measures, each with its formula.
    pub measures: Vec<Measure>,
    /// The totals, reckoned from the cases; those that are too small are missing.
    pub totals: BTreeMap<String, Share>,
    /// The open data.
    pub rows: Vec<OpenRow>,
}

/// A month with its cases.
struct Month {
    name: String,
    cases: Vec<(String, Measured)>,
}

impl Office {
    /// This month and the one before, as the port's clocks have it.
    pub fn two_months(&self) -> (String, String) {
        let today = self.now().date(&self.profile.zone);
        let name = |day: jiff::civil::Date| day.strftime("%Y-%m").to_string();
        let before = today.first_of_month().yesterday().unwrap_or(today);
        (name(today), name(before))
    }

    /// The instants between which a month lies, the second excluded; none for what is no month.
    pub fn month(&self, name: &str) -> Option<(Instant, Instant)> {
        let first: jiff::civil::Date = format!("{name}-01").parse().ok()?;
        let next = first.last_of_month().tomorrow().ok()?;
        Some((Instant::start_of(first, &self.profile.zone)?, Instant::start_of(next, &self.profile.zone)?))
    }

    fn month_before(&self, name: &str) -> Option<String> {
        let first: jiff::civil::Date = format!("{name}-01").parse().ok()?;
        Some(first.yesterday().ok()?.strftime("%Y-%m").to_string())
    }

    /// The cases of a month within reach, as the report counts them, each with its number.
    async fn cases(&self, reach: &store::reach::Reader, month: &str) -> Result<Vec<(String, Measured)>, Error> {
        let (from, until) = self.month(month).ok_or(Error::NotFound)?;
        let wanted = Filter { starts_between: Some((from.0, until.0)), ..Filter::default() };
        let (mut cases, mut after) = (Vec::new(), None);
        loop {
            let page = reach.snapshots(PROBLEM, &wanted, after, AT_ONCE).await?;
            let whole = page.len() == AT_ONCE as usize;
            for stored in page {
                after = Some(Cursor { key: 0, id: stored.id });
                let problem: domain::problem::Problem = self.unfold(stored).await?;
                let calls = self.calls_named(&problem, None).await?;
                let delayed = delayed(&problem, &calls, &self.profile, self.now());
                cases.push((problem.number.clone(), measured(&problem, &delayed)));
            }
            if !whole {
                return Ok(cases);
            }
        }
    }

    /// The cases of a month that a department leads, among those in which it takes part.
    pub(super) async fn led_cases(
        &self,
        reach: &store::reach::Reader,
        organ: &str,
        month: &str,
    ) -> Result<Vec<Measured>, Error> {
        let cases = self.cases(reach, month).await?;
        Ok(cases.into_iter().map(|(_, case)| case).filter(|case| case.organ == organ).collect())
    }

    /// The report of a month.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office; [`Error::NotFound`] for what is no month.
    pub async fn problem_month(&self, actor: &Actor, month: &str) -> Result<MonthReport, Error> {
        actor.require(Right::RunProblems)?;
        let reach = self.store.reach(Reach::Port);
        let mut months = Vec::new();
        let mut name = month.to_owned();
        for _ in 0..=BEFORE {
            let before = self.month_before(&name).ok_or(Error::NotFound)?;
            let cases = self.cases(&reach, &name).await?;
            months.push(Month { name: std::mem::replace(&mut name, before), cases });
        }
        let measures = measures(&self.profile, self.now());
        let sum = |measure: &Measure, cases: &[(String, Measured)]| {
            cases.iter().fold(Share::default(), |sum, (_, case)| sum.plus(measure.share(case)))
        };
        let (mut organs, mut of_topics) = (BTreeMap::new(), BTreeMap::new());
        for (_, case) in &months[0].cases {
            for measure in &measures {
                add(&mut organs, &case.organ, measure, case);
                add(&mut of_topics, &case.topic, measure, case);
            }
        }
        let totals = measures.into_iter().map(|measure| {
            let (this, before) = (sum(&measure, &months[0].cases), sum(&measure, &months[1].cases));
            (measure, this, before)
        });
        Ok(MonthReport {
            month: months[0].name.clone(),
            made_at: self.now(),
            totals: totals.collect(),
            organs,
            topics: of_topics,
            causes: self.causes(&months).await?,
            published: self.published_month(month).await?,
            may_be_published: self.may_be_published(month),
        })
    }

    /// What comes again: known problems, incidents and topics with as many cases as the table says, the most first.
    async fn causes(&self, months: &[Month]) -> Result<Vec<Cause>, Error> {
        let least = self.publication().map_or(u64::MAX, |row| row.1);
        let count = |month: &Month| {
            let mut counts: BTreeMap<(&'static str, String), (u64, [u64; 2])> = BTreeMap::new();
            for (number, case) in month.cases.iter().filter(|(_, case)| case.state != Status::Joined.code()) {
                let hours = ["ship_hours", "cargo_hours"].map(|of| case.counts.get(of).copied().unwrap_or(0));
                let mut count = |kind: &'static str, code: &str, n: u64| {
                    let sum = counts.entry((kind, code.to_owned())).or_default();
                    sum.0 += n;
                    sum.1 = [sum.1[0] + hours[0], sum.1[1] + hours[1]];
                };
                count("topic", &case.topic, 1);
                case.known.iter().for_each(|code| count("known", code, 1));
                if case.reports > 1 {
                    count("incident", number, case.reports);
                }
            }
            counts
        };
        let counted: Vec<_> = months.iter().map(count).collect();
        let mut causes = Vec::new();
        for ((kind, code), (n, hours)) in counted[0].iter().filter(|(_, (n, _))| *n >= least) {
            let before =
                counted[1..].iter().map(|month| month.get(&(*kind, code.clone())).map_or(0, |(n, _)| *n)).collect();
            let known = match *kind {
                "topic" => self.known_for(code, "").await?.into_iter().map(|known| known.code).collect(),
                _ => Vec::new(),
            };
            causes.push(Cause { kind, code: code.clone(), count: *n, before, hours: *hours, known });
        }
        causes.sort_by_key(|cause| (std::cmp::Reverse(cause.count), cause.kind, cause.code.clone()));
        Ok(causes)
    }

    /// The row of publication: the least cell, from how many on something comes again, and how long after a month's end.
    fn publication(&self) -> Option<(u64, u64, (String, String))> {
        let row = self.profile.hit("problem-publication", self.now(), &Value::from([("figures", "monthly".into())]))?;
        let count = |name: &str| row.integer(name).and_then(|count| u64::try_from(count).ok());
        let after = (row.text("after").to_owned(), row.text("calendar").to_owned());
        // Without a least size of a cell nothing is published.
        Some((count("smallest").filter(|smallest| *smallest > 1)?, count("recurring").unwrap_or(u64::MAX), after))
    }

    /// From when on a month may be published.
    fn may_be_published(&self, month: &str) -> Option<Instant> {
        let (_, end) = self.month(month)?;
        let (_, _, (length, calendar)) = self.publication()?;
        self.profile.reckon(end, &length, &calendar)
    }

    /// Publishes a month: totals, and the open data without small cells. Once published it stays as it is; publishing again
    /// makes a new version.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office; [`Error::Refused`] before the month may be published.
    pub async fn publish_month(&self, actor: &Actor, month: &str) -> Result<Published, Error> {
        actor.require(Right::RunProblems)?;
        let now = self.now();
        let (smallest, ..) = self.publication().ok_or_else(|| Error::Refused(too_early()))?;
        if self.may_be_published(month).ok_or(Error::NotFound)? > now {
            return Err(Error::Refused(too_early()));
        }
        let cases = self.cases(&self.store.reach(Reach::Port), month).await?;
        let cases: Vec<Measured> = cases.into_iter().map(|(_, case)| case).collect();
        let all = topics(&self.profile, now);
        let top = |code: &str| {
            let found = all.iter().find(|topic| topic.code == code);
            found.map_or(code, |of| if of.parent.is_empty() { &of.code } else { &of.parent }).to_owned()
        };
        let tops: BTreeSet<String> = all.iter().map(|topic| top(&topic.code)).collect();
        let measures = measures(&self.profile, now);
        let chance = self.chance();
        let by =
            Withholding { smallest, chance: chance.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte)) };
        let rows = open_data(&cases, &measures, top, tops.len() * self.profile.organs.len(), by);
        // Reckoned from the cases, not from the rows: that both give the same is what everybody can check.
        let shown = totals(&rows);
        let total = |measure: &Measure| {
            let sum = cases.iter().fold(Share::default(), |sum, case| sum.plus(measure.share(case)));
            shown.contains_key(&measure.code).then(|| (measure.code.clone(), sum))
        };
        let published = Published {
            port: self.profile.port.code.clone(),
            month: month.to_owned(),
            version: self.published_month(month).await?.map_or(1, |before| before.version + 1),
            published_at: now,
            smallest,
            totals: measures.iter().filter_map(total).collect(),
            measures,
            rows,
        };
        let json = serde_json::to_string(&published)?;
        self.store.put_record(REGISTER, month, &json, &actor.person).await?;
        Ok(published)
    }

    /// What was published of a month, the newest version.
    ///
    /// # Errors
    /// The store's own.
    pub async fn published_month(&self, month: &str) -> Result<Option<Published>, Error> {
        let row = self.store.record(REGISTER, month).await?;
        Ok(row.map(|row| serde_json::from_str(&row.json)).transpose()?)
    }

    /// The months that were published, the newest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn published_months(&self) -> Result<Vec<Published>, Error> {
        let rows = self.store.records(REGISTER, "", MONTHS).await?;
        let months = rows.iter().rev().map(|row| serde_json::from_str(&row.json));
        Ok(months.collect::<Result<_, _>>()?)
    }
}

fn add(sums: &mut BTreeMap<String, BTreeMap<String, Share>>, of: &str, measure: &Measure, case: &Measured) {
    let sum = sums.entry(of.to_owned()).or_default().entry(measure.code.clone()).or_default();
    *sum = sum.plus(measure.share(case));
}

fn too_early() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-FIGURES-001",
        "/month",
        Text::new("这个月还不能公布。", "This month cannot be published yet."),
        Text::new("月份结束并过了公布期限后再公布。", "Publish it after its end, when the table of publication says."),
    )
}
