//! What the port office's board counts over all open problems, kept for a while in proportion to what counting took: however
//! often the board is looked at, and however much stands open, counting takes a small part of the machine.

use std::sync::Arc;

use futures_util::lock::Mutex;
use store::{
    Filter, Reach, StoreError,
    problems::{AGES, DeskCell, ProblemCell},
};

use crate::Office;

/// A count of more open problems than these is kept; fewer are counted each time, which takes some milliseconds.
const MANY: i64 = 5_000;
/// It holds so many times as long as it took: that of a hundred thousand problems some seconds, which is what news of them
/// takes to come as well.
const HOLDS: i64 = 10;

/// The count that was made last, where it is kept. One counts at a time; who waited for a count that is kept counts nothing.
#[derive(Default)]
pub(crate) struct Counted(Mutex<Option<Last>>);

struct Last {
    until: i64,
    tallies: Arc<Tallies>,
}

/// What was counted.
#[derive(Default)]
pub(crate) struct Tallies {
    /// Open problems by owner, topic, state and class.
    pub cells: Vec<ProblemCell>,
    /// What waits on which desk about which topic.
    pub desks: Vec<DeskCell>,
}

impl Office {
    /// The count over open problems for who sees them all; the bounds of age are reckoned back from now.
    pub(super) async fn tallies(&self, ages: [i64; AGES]) -> Result<Arc<Tallies>, StoreError> {
        let mut last = self.counted.0.lock().await;
        let now = self.now().0;
        if let Some(last) = last.as_ref().filter(|last| now < last.until) {
            return Ok(last.tallies.clone());
        }
        let open = Filter { open: true, ..Filter::default() };
        let reach = self.store.reach(Reach::Port);
        let tallies = Arc::new(Tallies {
            cells: reach.problem_cells(&open, now, ages).await?,
            desks: reach.problem_desks(now).await?,
        });
        let (done, open) = (self.now().0, tallies.cells.iter().map(|cell| cell.count).sum::<i64>());
        let until = done + (done - now) * HOLDS;
        *last = (open > MANY).then(|| Last { until, tallies: tallies.clone() });
        Ok(tallies)
    }
}
