//! The port office's board, its morning brief, and a department's own page.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Instant,
    problem::{Measure, Share, Status},
};
use store::{
    Filter, Reach,
    problems::{AGES, LateTask, ProblemCell},
};
use uuid::Uuid;

use super::{
    ProblemFilter, ProblemLine,
    kept::{PROBLEM, STEP},
    reading::line,
    standstill::Standstill,
};
use crate::{Actor, Error, Office, Right};

/// So many lines of each part of the brief, and of the lists of the board.
const SHOWN: usize = 25;
/// A day, in microseconds.
const DAY: i64 = 24 * domain::instant::HOUR;
/// Bounds of age, in days: younger than a day, three, a week, a month; what is older comes last.
pub const DAYS: [i64; AGES] = [1, 3, 7, 30];

/// A cell of the heat map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeatCell {
    /// Open problems.
    pub open: i64,
    /// Those of them past their limit.
    pub late: i64,
}

/// What the port office sees at a glance.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Open problems by state, in the order of a case's life.
    pub states: Vec<(Status, HeatCell)>,
    /// Open problems by class.
    pub classes: BTreeMap<String, HeatCell>,
    /// Open problems by age: younger than each of [`DAYS`], but not than the one before; and those that are older.
    pub ages: [i64; AGES + 1],
    /// Open problems by owner, and since when the oldest of them stands.
    pub owners: BTreeMap<String, (HeatCell, Instant)>,
    /// By department: problems in which it must act, and those in which a limit of its own has passed.
    pub departments: BTreeMap<String, HeatCell>,
    /// The heat map: the same by department and topic.
    pub heat: BTreeMap<(String, String), HeatCell>,
    /// What stands still behind open problems, the gravest first.
    pub standstills: Vec<Standstill>,
}

/// A limit of a department that has passed.
#[derive(Clone, Debug)]
pub struct OverdueTask {
    /// The department.
    pub organ: String,
    /// What it has to do: the step of a task, `accept:2`.
    pub step: String,
    /// When it was due.
    pub due: Instant,
    /// The problem.
    pub line: ProblemLine,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The kind of the entry.
    pub kind: String,
    /// When.
    pub at: Instant,
    /// The problem as it stands now.
    pub line: ProblemLine,
}

/// The day in one page.
#[derive(Clone, Debug, Default)]
pub struct Brief {
    /// Ships, goods and firms that stand still.
    pub blocked: Vec<Standstill>,
    /// Limits that have passed, whosever they are, the longest first.
    pub clocks: Vec<OverdueTask>,
    /// Problems past their limit to solve, the longest first.
    pub overdue: Vec<ProblemLine>,
    /// Came in since the same hour yesterday.
    pub new: Vec<ProblemLine>,
    /// How often what happened since then, by the kind of the entry.
    pub counted: Vec<(String, i64)>,
    /// What changed since then, the newest first: each problem once, with what was done last.
    pub changed: Vec<Happened>,
    /// Whose firms must be called, and until when, the most urgent first: as the call list has them.
    pub to_call: Vec<(ProblemLine, Option<Instant>)>,
    /// Returned: to be ruled on.
    pub disputed: Vec<ProblemLine>,
    /// Not yet looked at.
    pub untouched: Vec<ProblemLine>,
}

/// A department's own page.
#[derive(Clone, Debug, Default)]
pub struct Department {
    /// The department.
    pub organ: String,
    /// Open problems in which it takes part, by state.
    pub states: Vec<(Status, HeatCell)>,
    /// The same by topic.
    pub topics: BTreeMap<String, HeatCell>,
    /// The same by age, as on the board.
    pub ages: [i64; AGES + 1],
    /// Its limits that have passed, the longest first.
    pub clocks: Vec<OverdueTask>,
    /// The newest problems in which it takes part.
    pub lines: Vec<ProblemLine>,
    /// The measures, with what they are for problems that it leads: this month, and the month before.
    pub measures: Vec<(Measure, Share, Share)>,
    /// This month and the month before, `2026-11`.
    pub months: [String; 2],
}

impl HeatCell {
    fn add(&mut self, cell: &ProblemCell) {
        self.open += cell.count;
        self.late += cell.late;
    }
}

/// What the cells add up to.
#[derive(Default)]
struct Sums {
    states: BTreeMap<Status, HeatCell>,
    topics: BTreeMap<String, HeatCell>,
    ages: [i64; AGES + 1],
}

fn sums(cells: &[ProblemCell]) -> Sums {
    let mut sums = Sums::default();
    for cell in cells {
        if let Some(status) = Status::from_code(&cell.state) {
            sums.states.entry(status).or_default().add(cell);
        }
        sums.topics.entry(cell.topic.clone()).or_default().add(cell);
        let mut younger = 0;
        for (age, count) in sums.ages.iter_mut().zip(cell.younger) {
            *age += count - younger;
            younger = count;
        }
        sums.ages[AGES] += cell.count - younger;
    }
    sums
}

impl Office {
    fn ages(&self) -> [i64; AGES] {
        DAYS.map(|days| self.now().0 - days * DAY)
    }

    /// The board over open problems.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub async fn problem_board(&self, actor: &Actor) -> Result<Board, Error> {
        actor.require(Right::RunProblems)?;
        let tallies = self.tallies(self.ages()).await?;
        let Sums { states, ages, .. } = sums(&tallies.cells);
        let mut board = Board { states: states.into_iter().collect(), ages, ..Board::default() };
        for cell in &tallies.cells {
            board.classes.entry(cell.class.clone()).or_default().add(cell);
            let oldest = Instant(cell.oldest);
            let owner = board.owners.entry(cell.owner.clone()).or_insert((HeatCell::default(), oldest));
            owner.0.add(cell);
            owner.1 = owner.1.min(oldest);
        }
        for desk in &tallies.desks {
            let cell = HeatCell { open: desk.count, late: desk.late };
            let department = board.departments.entry(desk.organ.clone()).or_default();
            department.open += cell.open;
            department.late += cell.late;
            board.heat.insert((desk.organ.clone(), desk.topic.clone()), cell);
        }
        board.standstills = self.standstills(actor, SHOWN).await?;
        Ok(board)
    }

    /// The morning brief: what blocks, what is late, what is new and what changed, who must be called.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub async fn brief(&self, actor: &Actor) -> Result<Brief, Error> {
        actor.require(Right::RunProblems)?;
        let now = self.now();
        let state =
            |status: Status| ProblemFilter { states: vec![status.code().to_owned()], ..ProblemFilter::default() };
        let yesterday = Instant(now.0 - DAY);
        let late = ProblemFilter { overdue: true, ..ProblemFilter::default() };
        let new = ProblemFilter { opened: Some((yesterday, Instant(now.0 + 1))), ..ProblemFilter::default() };
        let reach = self.store.reach(Reach::Port);
        let clocks = reach.late_problem_tasks(None, now.0, SHOWN as i64).await?;
        Ok(Brief {
            blocked: self.standstills(actor, SHOWN).await?,
            clocks: clocks.into_iter().map(|task| overdue(actor, task)).collect(),
            overdue: self.brief_lines(actor, &late).await?,
            new: self.brief_lines(actor, &new).await?,
            counted: reach.problem_changes_by_kind(yesterday.0).await?,
            changed: self.changes(actor, yesterday).await?,
            to_call: self.to_call(actor).await?,
            disputed: self.brief_lines(actor, &state(Status::Disputed)).await?,
            untouched: self.brief_lines(actor, &state(Status::Received)).await?,
        })
    }

    async fn brief_lines(&self, actor: &Actor, filter: &ProblemFilter) -> Result<Vec<ProblemLine>, Error> {
        let mut lines = self.problems(actor, filter).await?.lines;
        lines.truncate(SHOWN);
        Ok(lines)
    }

    /// What happened to problems since an instant: each once, with the last that was done.
    async fn changes(&self, actor: &Actor, since: Instant) -> Result<Vec<Happened>, Error> {
        let mut known = BTreeSet::new();
        // Acts on one problem follow each other closely: four on average is many.
        let changes = self.store.reach(Reach::Port).problem_changes(since.0, 4 * SHOWN as i64).await?;
        let first = changes.into_iter().filter(|change| known.insert(change.problem.id)).take(SHOWN);
        Ok(first
            .map(|change| Happened { kind: change.kind, at: Instant(change.at), line: line(actor, change.problem) })
            .collect())
    }

    /// Cases about which the port office has somebody to call, as its call list has them: what is due first at the head.
    async fn to_call(&self, actor: &Actor) -> Result<Vec<(ProblemLine, Option<Instant>)>, Error> {
        let mut due: Vec<(Uuid, Option<Instant>)> = Vec::new();
        for call in self.call_list(actor).await? {
            if due.len() < SHOWN && !due.iter().any(|(case, _)| *case == call.case) {
                due.push((call.case, call.due));
            }
        }
        let cases: Vec<Uuid> = due.iter().map(|(case, _)| *case).collect();
        let found = self.store.reach(actor.party_reach()).matters(&cases).await?;
        let mut lines: BTreeMap<Uuid, ProblemLine> =
            found.into_iter().map(|stored| (stored.id, line(actor, stored))).collect();
        Ok(due.into_iter().filter_map(|(case, at)| Some((lines.remove(&case)?, at))).collect())
    }

    /// A department's own page: for itself, and for the port office.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for others; [`Error::NotFound`] for a department that the profile does not know.
    pub async fn department(&self, actor: &Actor, organ: &str) -> Result<Department, Error> {
        actor.require(Right::HandleProblems)?;
        if !actor.runs_problems() && actor.unit() != organ {
            return Err(Error::Forbidden);
        }
        self.profile.organ(organ).ok_or(Error::NotFound)?;
        let now = self.now();
        let open = Filter { open: true, ..Filter::default() };
        let reach = self.store.reach(Reach::Firm(store::reach::organ_party(organ)));
        let Sums { states, topics, ages } = sums(&reach.problem_cells(&open, now.0, self.ages()).await?);
        let clocks = reach.late_problem_tasks(Some(organ), now.0, SHOWN as i64).await?;
        let newest = reach.list(PROBLEM, &open, None, SHOWN as i64).await?;
        let (month, before) = self.two_months();
        let mut measures = Vec::new();
        let (of_month, of_before) =
            (self.led_cases(&reach, organ, &month).await?, self.led_cases(&reach, organ, &before).await?);
        for measure in domain::problem::measures(&self.profile, now) {
            let sum = |cases: &[domain::problem::Measured]| {
                cases.iter().fold(Share::default(), |sum, case| sum.plus(measure.share(case)))
            };
            let (this, last) = (sum(&of_month), sum(&of_before));
            measures.push((measure, this, last));
        }
        Ok(Department {
            organ: organ.to_owned(),
            states: states.into_iter().collect(),
            topics,
            ages,
            clocks: clocks.into_iter().map(|task| overdue(actor, task)).collect(),
            lines: newest.into_iter().map(|stored| line(actor, stored)).collect(),
            measures,
            months: [month, before],
        })
    }
}

fn overdue(actor: &Actor, task: LateTask) -> OverdueTask {
    OverdueTask {
        organ: task.organ,
        step: task.step.trim_start_matches(STEP).to_owned(),
        due: Instant(task.due_at),
        line: line(actor, task.problem),
    }
}
