//! The port's board: berths and calls.

use store::{Filter, Order};

use crate::{Actor, CallLine, Error, Office, Right, acting::SHIP_CALL};

/// What the board shows.
#[derive(Clone, Debug)]
pub struct Board {
    /// Number of calls in each state.
    pub counts: Vec<(String, i64)>,
    /// Every berth with the calls planned for it in the window.
    pub berths: Vec<BoardBerth>,
    /// Calls whose holder is past the limit, the oldest first.
    pub overdue: Vec<CallLine>,
}

/// A berth and what is planned there.
#[derive(Clone, Debug)]
pub struct BoardBerth {
    /// The berth's code.
    pub code: String,
    /// Calls with arrival and departure.
    pub calls: Vec<CallLine>,
}

impl Office {
    /// The board for a window of instants, microseconds.
    pub async fn board(&self, actor: &Actor, from: i64, until: i64) -> Result<Board, Error> {
        actor.require(Right::SeeBoard)?;
        let reach = self.store.reach(actor.reach());
        let counts = reach.counts_by_state(SHIP_CALL, &Filter::default()).await?;
        let window = Filter { starts_between: Some((from, until)), order: Order::Starts, ..Filter::default() };
        let planned = reach.list(SHIP_CALL, &window, None, 200).await?;
        let late = Filter { due_before: Some(self.now().0), order: Order::Due, ..Filter::default() };
        let overdue = reach.list(SHIP_CALL, &late, None, 50).await?;
        let planned: Vec<CallLine> = planned.into_iter().map(CallLine::from).collect();
        let berths = self.profile.berths.iter().map(|berth| BoardBerth {
            code: berth.code.clone(),
            calls: planned.iter().filter(|call| call.row.place == berth.code).cloned().collect(),
        });
        Ok(Board { counts, berths: berths.collect(), overdue: overdue.into_iter().map(CallLine::from).collect() })
    }
}
