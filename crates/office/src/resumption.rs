//! Resumption of work: firms answer once a week, by page, API, workbook or telephone; the port office sees who has not
//! answered, the trend and the weakest link; a threshold opens a problem by itself; the public sees figures in which no firm
//! can be recognised.
//!
//! An answer is a record of the firm and the week with every version kept: a correction is a version, nothing is overwritten.
//! Each is stated in one transaction with an entry among the changes and a receipt; what is said in words is sealed.
//! `asking.rs` asks for it by letter, with a link that needs no sign-in.

mod asking;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Fault, Instant, Severity, Text,
    resumption::{
        Alarm, Answer, Cell, Period, Published, Question, codes, link_of, published, questions, rule, together,
    },
    ship_call::Party,
};
use messages::answers_workbook::{self, Line};
use serde::{Deserialize, Serialize};
use store::Sealed;
use uuid::Uuid;

use crate::{Actor, CompanyRecord, Error, NewReport, Office, Recorded, Request, Right, problems::BY_THRESHOLD};

/// The register of answers, by week and firm.
const ANSWERS: &str = "resumption";
/// The register of each firm's last answer, from which the next form is filled.
const LAST: &str = "resumption-last";
/// The topic of the problems that thresholds open.
const TOPIC: &str = "resumption";
/// So many answers are read at once.
const A_PAGE: i64 = 500;
/// Fields of the workbook besides the numbers.
const LINK: &str = "link";
const SECTOR: &str = "sector";
const NEEDS: &str = "needs";
const WORDS: &str = "words";
/// What sealed words of answers serve.
pub(crate) const SEALED_WORDS: &str = "resumption";

/// An answer as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stated {
    /// The firm.
    pub firm: String,
    /// The week.
    pub period: Period,
    /// By which way it came: `page`, `api`, `workbook`, `phone`.
    pub channel: String,
    /// The answer, without its free words.
    pub answer: Answer,
    /// The document of what was said in words, sealed; none where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What a firm finds when it opens the form.
#[derive(Clone, Debug)]
pub struct ResumptionForm {
    /// The firm.
    pub firm: CompanyRecord,
    /// The week that is asked about.
    pub period: Period,
    /// What the fields begin with: this week's answer, else the last one.
    pub answer: Answer,
    /// When this week was answered last, and in which version; none when it was not.
    pub answered: Option<(i64, Instant)>,
    /// The week from which it is filled, when this week was not answered yet.
    pub from: Option<Period>,
    /// The link in which the records have the firm: it is not asked for.
    pub link: Option<String>,
    /// The questions.
    pub questions: Vec<Question>,
}

/// What comes of an answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The version of this week's answer.
    pub version: i64,
    /// Numbers of the problems that it opened.
    pub problems: Vec<String>,
    /// The receipt; none where the same was said before.
    pub receipt: Option<Uuid>,
}

/// What the port office sees.
#[derive(Clone, Debug)]
pub struct ResumptionBoard {
    /// This week.
    pub period: Period,
    /// All that answered this week.
    pub whole: Cell,
    /// By link of the chain.
    pub links: BTreeMap<String, Cell>,
    /// By sector.
    pub sectors: BTreeMap<String, Cell>,
    /// Earlier weeks and this one, the oldest first: all, and by link.
    pub trend: Vec<(Period, Cell, BTreeMap<String, Cell>)>,
    /// Firms of the records that have not answered this week.
    pub silent: Vec<CompanyRecord>,
    /// What is needed, by how many firms.
    pub needs: BTreeMap<String, usize>,
}

/// What everybody may see of a week.
#[derive(Clone, Debug, Serialize)]
pub struct ResumptionFigures {
    /// The week.
    pub period: Period,
    /// All that answered; none when they are too few.
    pub whole: Published,
    /// By link.
    pub links: Published,
    /// By sector.
    pub sectors: Published,
}

impl Office {
    /// This week in the port.
    pub fn this_week(&self) -> Period {
        Period::of(self.today())
    }

    /// The form for a firm: its own, or the one that a clerk has on the telephone.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others, [`Error::NotFound`] for a firm that the records do not know.
    pub async fn resumption_form(&self, actor: &Actor, firm: &str) -> Result<ResumptionForm, Error> {
        let firm = self.answering_firm(actor, firm).await?;
        let (period, now) = (self.this_week(), self.now());
        let current = self.store.record(ANSWERS, &key(&period, &firm.code)).await?;
        let last = self.recorded::<Stated>(LAST, &firm.code).await?.map(|of| of.record);
        let link = link_of(&self.profile, &firm.kind, now);
        let from = last.as_ref().filter(|_| current.is_none()).map(|of| of.period.clone());
        let mut answer = match last {
            Some(last) => self.whole(last).await?,
            None => Answer::default(),
        };
        if from.is_some() {
            // What is needed and said in words is of its week.
            answer.needs = BTreeSet::new();
            answer.words = String::new();
        }
        if let Some(link) = &link {
            answer.link.clone_from(link);
        }
        let answered = current.map(|record| (record.version, Instant(record.recorded_at)));
        Ok(ResumptionForm { firm, period, answer, answered, from, link, questions: questions(&self.profile, now) })
    }

    /// Takes this week's answer, or a correction of it, and opens a problem for each threshold under which it newly comes.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault; else as [`Office::resumption_form`].
    pub async fn answer_resumption(
        &self,
        actor: &Actor,
        firm: &str,
        answer: &Answer,
        channel: &'static str,
    ) -> Result<Answered, Error> {
        let form = self.resumption_form(actor, firm).await?;
        let mut answer = answer.clone();
        if let Some(link) = form.link {
            answer.link = link;
        }
        let now = self.now();
        let faults = answer.faults(&self.profile, now);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let before = self.recorded::<Stated>(LAST, &form.firm.code).await?.map(|of| of.record.answer);
        let place = key(&form.period, &form.firm.code);
        let known = self.store.record(ANSWERS, &place).await?;
        let same = match &known {
            Some(record) => self.whole(serde_json::from_str(&record.json)?).await? == answer,
            None => false,
        };
        let mut problems = Vec::new();
        let known_rows: BTreeSet<String> =
            before.iter().flat_map(|before| before.alarms(&self.profile, now)).map(|alarm| alarm.row).collect();
        // The problem first: an answer that is sent again after a fault opens the same one, and not another.
        for alarm in answer.alarms(&self.profile, now).iter().filter(|alarm| !known_rows.contains(&alarm.row)) {
            problems.push(self.open_for(&form.firm, &form.period, alarm).await?);
        }
        let mut receipt = None;
        if !same {
            let firm = form.firm.code.clone();
            let (words, documents) = self.seal_words(&mut answer)?;
            let stated = Stated { firm: firm.clone(), period: form.period, channel: channel.to_owned(), answer, words };
            let json = serde_json::to_string(&stated)?;
            let records = [(ANSWERS, place.as_str(), json.clone()), (LAST, firm.as_str(), json)];
            let entry = ("resumption.answered", format!("firm:{firm}"));
            receipt = Some(self.state_record(actor, (entry.0, &entry.1, &stated.period.0), &records, documents).await?);
        }
        let version = self.store.record(ANSWERS, &place).await?.map_or(1, |record| record.version);
        Ok(Answered { version, problems, receipt })
    }

    /// What was said in words, taken out of an answer and sealed: it can name persons.
    fn seal_words(&self, answer: &mut Answer) -> Result<(Option<String>, Vec<Sealed>), Error> {
        let words = std::mem::take(&mut answer.words);
        if words.trim().is_empty() {
            return Ok((None, Vec::new()));
        }
        let sealed = self.seal_bytes(self.new_id(), SEALED_WORDS, words.into_bytes())?;
        Ok((Some(sealed.id.to_string()), vec![sealed]))
    }

    /// An answer with its words, for the firm and for who has it on the telephone; without them once they were erased.
    async fn whole(&self, stated: Stated) -> Result<Answer, Error> {
        let Stated { mut answer, words, .. } = stated;
        if let Some(id) = words.as_deref().and_then(|id| Uuid::parse_str(id).ok()) {
            let found = self.store.document_of_record(id, SEALED_WORDS).await?;
            let bytes = found.and_then(|document| document.bytes).unwrap_or_default();
            answer.words = String::from_utf8_lossy(&bytes).into_owned();
        }
        Ok(answer)
    }

    /// Opens the problem of a threshold, once for firm, week and row.
    async fn open_for(&self, firm: &CompanyRecord, period: &Period, alarm: &Alarm) -> Result<String, Error> {
        let question = questions(&self.profile, self.now()).into_iter().find(|of| of.code == alarm.question);
        let label = question.map(|of| of.label).unwrap_or_default();
        let words = format!(
            "{}:{}（{}: {}）{}。\n{}: {}, {}: {}. {}.",
            firm.name.zh,
            period.0,
            label.zh,
            alarm.value,
            alarm.reason.zh,
            firm.name.en,
            period.0,
            label.en,
            alarm.value,
            alarm.reason.en,
        );
        let new = NewReport {
            topic: TOPIC.to_owned(),
            impact: alarm.impact.clone(),
            urgency: alarm.urgency.clone(),
            words,
            firm: firm.code.clone(),
            language: "zh".to_owned(),
            ..NewReport::default()
        };
        let clerk = Actor {
            person: "resumption".to_owned(),
            name: "resumption".to_owned(),
            party: Party::Organ(self.port_office().to_owned()),
            role: crate::Role::Coordinator,
            language: "zh".to_owned(),
            on_behalf: None,
        };
        let once = format!("{}/{}/{}", period.0, firm.code, alarm.row);
        let request = Request::new("resumption", Some(once.clone()), once.as_bytes(), BY_THRESHOLD);
        Ok(self.report(&clerk, &new, &request).await?.number)
    }

    /// The organ that coordinates the port.
    fn port_office(&self) -> &str {
        let office = self.profile.organs.iter().find(|organ| organ.kind == "office");
        office.map_or("port_office", |organ| organ.code.as_str())
    }

    /// The port office has firms on the telephone, and answers for them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all others.
    pub fn require_resumption_desk(&self, actor: &Actor) -> Result<(), Error> {
        let office = matches!(&actor.party, Party::Organ(organ) if organ == self.port_office());
        if office && actor.may(Right::HandleProblems) { Ok(()) } else { Err(Error::Forbidden) }
    }

    async fn answering_firm(&self, actor: &Actor, firm: &str) -> Result<CompanyRecord, Error> {
        let code = match &actor.party {
            Party::Firm(own) => own.clone(),
            _ => {
                self.require_resumption_desk(actor)?;
                firm.to_owned()
            }
        };
        let found: Option<Recorded<CompanyRecord>> = self.recorded("company", &code).await?;
        Ok(found.ok_or(Error::NotFound)?.record)
    }

    /// The form as a workbook, filled like the page.
    ///
    /// # Errors
    /// As [`Office::resumption_form`].
    pub async fn resumption_workbook(&self, actor: &Actor, firm: &str) -> Result<Vec<u8>, Error> {
        let form = self.resumption_form(actor, firm).await?;
        answers_workbook::write(&form.firm.name, &self.workbook_lines(&form)).map_err(Error::Internal)
    }

    fn workbook_lines(&self, form: &ResumptionForm) -> Vec<Line> {
        let now = self.now();
        let choices = |of: &str| codes(&self.profile, of, now);
        let line = |code: &str, zh: &str, en: &str, value: String, choices: Vec<(String, Text)>| Line {
            code: code.to_owned(),
            label: Text::new(zh, en),
            value,
            choices,
        };
        let mut lines = Vec::new();
        if form.link.is_none() {
            lines.push(line(LINK, "物流链环节", "Link of the chain", form.answer.link.clone(), choices("links")));
        }
        lines.push(line(SECTOR, "行业", "Sector", form.answer.sector.clone(), choices("sectors")));
        lines.extend(form.questions.iter().map(|question| {
            let value = form.answer.numbers.get(&question.code).map(ToString::to_string).unwrap_or_default();
            line(&question.code, &question.label.zh, &question.label.en, value, Vec::new())
        }));
        let needs = form.answer.needs.iter().cloned().collect::<Vec<_>>().join(", ");
        lines.push(line(
            NEEDS,
            "需要的帮助（代码，逗号分隔）",
            "Help wanted (codes, by commas)",
            needs,
            choices("needs"),
        ));
        lines.push(line(WORDS, "其他需要", "What else is needed", form.answer.words.clone(), Vec::new()));
        lines
    }

    /// Takes the workbook of an answer: what came of it, or the workbook with its faulty cells marked.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no such workbook; else as [`Office::resumption_form`].
    pub async fn upload_resumption(
        &self,
        actor: &Actor,
        firm: &str,
        bytes: &[u8],
    ) -> Result<Result<Answered, (Vec<Fault>, Vec<u8>)>, Error> {
        self.answering_firm(actor, firm).await?;
        let read = answers_workbook::read(bytes).map_err(|fault| Error::Invalid(vec![fault]))?;
        let (mut answer, mut faults) = (Answer::default(), Vec::new());
        for (code, (place, value)) in &read {
            match code.as_str() {
                LINK => answer.link.clone_from(value),
                SECTOR => answer.sector.clone_from(value),
                WORDS => answer.words.clone_from(value),
                NEEDS => {
                    let given = value.split([',', '，', ';']).map(str::trim).filter(|need| !need.is_empty());
                    answer.needs = given.map(str::to_owned).collect();
                }
                _ if value.is_empty() => {}
                _ => match value.parse() {
                    Ok(number) => drop(answer.numbers.insert(code.clone(), number)),
                    Err(_) => faults.push(no_number(place)),
                },
            }
        }
        if faults.is_empty() {
            match self.answer_resumption(actor, firm, &answer, "workbook").await {
                Err(Error::Invalid(found)) => faults.extend(found.into_iter().map(|fault| {
                    let place = read.get(&fault.location).map_or(String::new(), |(place, _)| place.clone());
                    Fault { location: place, ..fault }
                })),
                other => return other.map(Ok),
            }
        }
        let marked = messages::fal_workbook::mark(bytes, &faults).map_err(|fault| Error::Invalid(vec![fault]))?;
        Ok(Err((faults, marked)))
    }

    /// What the port office sees of this week and those before.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub async fn resumption_board(&self, actor: &Actor) -> Result<ResumptionBoard, Error> {
        actor.require(Right::RunProblems)?;
        let period = self.this_week();
        let weeks = rule(&self.profile, "periods", self.now()).unwrap_or(1).clamp(1, 104);
        let mut trend = Vec::new();
        for back in (1..weeks).rev() {
            let Some(week) = period.before(back) else { continue };
            let answers = self.answers_of(&week).await?;
            trend.push((week, all_of(&answers), by_link(&answers)));
        }
        let answers = self.answers_of(&period).await?;
        trend.push((period.clone(), all_of(&answers), by_link(&answers)));
        let answered: BTreeSet<&str> = answers.iter().map(|of| of.firm.as_str()).collect();
        let silent = self.firms().await?.into_iter().filter(|firm| !answered.contains(firm.code.as_str())).collect();
        let mut needs: BTreeMap<String, usize> = BTreeMap::new();
        for need in answers.iter().flat_map(|of| &of.answer.needs) {
            *needs.entry(need.clone()).or_default() += 1;
        }
        let sectors = together(answers.iter().map(|of| &of.answer), |answer| &answer.sector);
        Ok(ResumptionBoard { whole: all_of(&answers), links: by_link(&answers), sectors, trend, silent, needs, period })
    }

    /// What everybody may see of the week before this one, which is complete.
    ///
    /// # Errors
    /// The store's own.
    pub async fn resumption_figures(&self) -> Result<ResumptionFigures, Error> {
        let period = self.this_week().before(1).unwrap_or_default();
        let least = rule(&self.profile, "small_cell", self.now()).and_then(|least| usize::try_from(least).ok());
        // Without the row nothing is published.
        let least = least.unwrap_or(usize::MAX);
        let answers = self.answers_of(&period).await?;
        let sectors = together(answers.iter().map(|of| &of.answer), |answer| &answer.sector);
        let whole = published(&BTreeMap::from([("all".to_owned(), all_of(&answers))]), least);
        Ok(ResumptionFigures {
            whole,
            links: published(&by_link(&answers), least),
            sectors: published(&sectors, least),
            period,
        })
    }

    async fn answers_of(&self, period: &Period) -> Result<Vec<Stated>, Error> {
        let beginning = format!("{}/", period.0);
        let (mut answers, mut after) = (Vec::new(), beginning.clone());
        loop {
            let page = self.store.records(ANSWERS, &after, A_PAGE).await?;
            let full = i64::try_from(page.len()) == Ok(A_PAGE);
            for record in page {
                after.clone_from(&record.key);
                if !record.key.starts_with(&beginning) {
                    return Ok(answers);
                }
                answers.push(serde_json::from_str(&record.json)?);
            }
            if !full {
                return Ok(answers);
            }
        }
    }
}

fn key(period: &Period, firm: &str) -> String {
    format!("{}/{firm}", period.0)
}

fn all_of(answers: &[Stated]) -> Cell {
    together(answers.iter().map(|of| &of.answer), |_| "all").remove("all").unwrap_or_default()
}

fn by_link(answers: &[Stated]) -> BTreeMap<String, Cell> {
    together(answers.iter().map(|of| &of.answer), |answer| &answer.link)
}

/// What is no whole number where one is expected.
pub fn no_number(place: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-RESUME-006",
        place,
        Text::new("应为整数。", "This is a whole number."),
        Text::new("只填数字；不清楚可留空。", "Give digits alone; leave it empty where you do not know."),
    )
}
