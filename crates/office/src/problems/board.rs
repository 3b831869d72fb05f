//! The port office's board, and its morning brief.

use std::collections::BTreeMap;

use domain::{Instant, problem::Status};
use store::problems::ProblemCell;

use super::{ProblemFilter, ProblemLine, kept::PROBLEM};
use crate::{Actor, Error, Office, Right};

/// So many lines of each part of the brief.
const SHOWN: usize = 25;
/// A day, in microseconds.
const DAY: i64 = 24 * domain::instant::HOUR;

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
    /// Open problems by owner, and since when the oldest of them stands.
    pub owners: BTreeMap<String, (HeatCell, Instant)>,
    /// The heat map: by owner and topic.
    pub heat: BTreeMap<(String, String), HeatCell>,
}

/// The day in one page.
#[derive(Clone, Debug, Default)]
pub struct Brief {
    /// Danger and standstill, open.
    pub blocked: Vec<ProblemLine>,
    /// Past their limit, the longest first.
    pub overdue: Vec<ProblemLine>,
    /// Came in since the same hour yesterday.
    pub new: Vec<ProblemLine>,
    /// Answered: whose firms must be called.
    pub to_call: Vec<ProblemLine>,
    /// Returned: to be ruled on.
    pub disputed: Vec<ProblemLine>,
    /// Not yet looked at.
    pub untouched: Vec<ProblemLine>,
}

impl HeatCell {
    fn add(&mut self, cell: &ProblemCell) {
        self.open += cell.count;
        self.late += cell.late;
    }
}

fn open_states() -> Vec<String> {
    Status::ALL.iter().filter(|status| status.is_open()).map(|status| status.code().to_owned()).collect()
}

impl Office {
    /// The board over open problems.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub async fn problem_board(&self, actor: &Actor) -> Result<Board, Error> {
        actor.require(Right::RunProblems)?;
        let open = store::Filter { states: open_states(), ..store::Filter::default() };
        let cells = self.store.reach(store::Reach::Port).problem_cells(PROBLEM, &open, self.now().0).await?;
        let mut board = Board::default();
        let mut states: BTreeMap<Status, HeatCell> = BTreeMap::new();
        for cell in &cells {
            if let Some(status) = Status::from_code(&cell.state) {
                states.entry(status).or_default().add(cell);
            }
            board.classes.entry(cell.class.clone()).or_default().add(cell);
            let oldest = Instant(cell.oldest);
            let owner = board.owners.entry(cell.owner.clone()).or_insert((HeatCell::default(), oldest));
            owner.0.add(cell);
            owner.1 = owner.1.min(oldest);
            board.heat.entry((cell.owner.clone(), cell.topic.clone())).or_default().add(cell);
        }
        board.states = states.into_iter().collect();
        Ok(board)
    }

    /// The morning brief: what blocks, what is late, what is new, who must be called.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub async fn brief(&self, actor: &Actor) -> Result<Brief, Error> {
        actor.require(Right::RunProblems)?;
        let now = self.now();
        let state =
            |status: Status| ProblemFilter { states: vec![status.code().to_owned()], ..ProblemFilter::default() };
        let yesterday = Some((Instant(now.0 - DAY), Instant(now.0 + 1)));
        let gravest = ProblemFilter { class: Some("p0".to_owned()), states: open_states(), ..ProblemFilter::default() };
        let late = ProblemFilter { overdue: true, ..ProblemFilter::default() };
        let new = ProblemFilter { opened: yesterday, ..ProblemFilter::default() };
        Ok(Brief {
            blocked: self.brief_lines(actor, &gravest).await?,
            overdue: self.brief_lines(actor, &late).await?,
            new: self.brief_lines(actor, &new).await?,
            to_call: self.brief_lines(actor, &state(Status::Answered)).await?,
            disputed: self.brief_lines(actor, &state(Status::Disputed)).await?,
            untouched: self.brief_lines(actor, &state(Status::Received)).await?,
        })
    }

    async fn brief_lines(&self, actor: &Actor, filter: &ProblemFilter) -> Result<Vec<ProblemLine>, Error> {
        let mut lines = self.problems(actor, filter).await?.lines;
        lines.truncate(SHOWN);
        Ok(lines)
    }
}
