//! What the port office's board counts over all open problems, kept for a while in proportion to what counting took: however
//! often the board is looked at, and however much stands open, counting takes a small part of the machine.

use std::sync::Arc;

use futures_util::lock::Mutex;
use store::{
    Filter, Reach, StoreError,
    problems::{AGES, DeskCell, ProblemCell},
};

use crate::Office;

/// A count holds so many times as long as it took. A board of a few thousand problems is at most some milliseconds old, one of
/// a hundred thousand some seconds, which is what news of them takes to come as well.
const HOLDS: i64 = 10;

/// The count that was made last. Who comes while another counts waits for it, and counts nothing.
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
        let done = self.now().0;
        *last = Some(Last { until: done + (done - now) * HOLDS, tallies: tallies.clone() });
        Ok(tallies)
    }
}
