//! The port's board: berths, calls under way, the load of each unit and what of it is overdue. What it costs follows from
//! what is under way, not from what the port ever had.

use domain::{
    formality::Formality,
    ship_call::{Holder, ShipCall, Status},
};
use store::{Filter, Order, Reader, Stored, queue::QueuedTask};

use crate::{Actor, CallLine, Error, MOST_COUNTED, Office, Right, kept::Kept, ship_calls::under_way};

/// Between which instants a board looks, microseconds.
#[derive(Clone, Copy, Debug)]
pub struct BoardWindow {
    /// Ships that lie here came after this.
    pub came: i64,
    /// The berths are shown from here
    pub from: i64,
    /// to here.
    pub until: i64,
}

/// What the board shows.
#[derive(Clone, Debug)]
pub struct Board {
    /// Number of calls in each state; [`MOST_COUNTED`] and one stand for more than that, here and below.
    pub counts: Vec<(String, i64)>,
    /// Every berth with the calls planned for it in the window.
    pub berths: Vec<BoardBerth>,
    /// Requests of berths that wait, in the order in which the plan takes them: by priority, then by limit.
    pub waiting: Vec<QueuedTask>,
    /// What each unit has before it.
    pub load: Vec<Load>,
    /// What is past its limit, the oldest first: of everything that [`Load::late`] counts, so much as a page holds.
    pub overdue: Vec<Overdue>,
}

/// A berth and what is planned there.
#[derive(Clone, Debug)]
pub struct BoardBerth {
    /// The berth's code.
    pub code: String,
    /// Who lies there, or is planned to.
    pub stays: Vec<Stay>,
}

/// A ship at a berth.
#[derive(Clone, Debug)]
pub struct Stay {
    /// Her call.
    pub call: CallLine,
    /// Since when she lies there, or from when she is planned to.
    pub from: i64,
    /// When she left, or until when she is planned to lie there; now, when she has overstayed.
    pub until: i64,
}

/// What a unit has before it: an organ its tasks, the agents the calls that they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// The organ's code, or `agent`.
    pub unit: String,
    /// How much waits for it.
    pub open: i64,
    /// How much of that is past its limit.
    pub late: i64,
}

/// Something past its limit.
#[derive(Clone, Debug)]
pub struct Overdue {
    /// Who is late: an organ's code, or `agent`.
    pub unit: String,
    /// The step of an organ's task; none for a call that its agent holds.
    pub step: Option<String>,
    /// When it was due.
    pub due: i64,
    /// The call.
    pub call: CallLine,
}

/// So many calls at berths are shown, and so many lines of what is overdue.
const PLANNED: i64 = 200;
const LATE: i64 = 50;

impl Office {
    /// The board for a window of instants.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who may not see it.
    pub async fn board(&self, actor: &Actor, window: BoardWindow) -> Result<Board, Error> {
        actor.require(Right::SeeBoard)?;
        let reach = self.store.reach(actor.reach());
        let load = self.load_of_units(&reach).await?;
        let overdue = self.overdue(&reach, &load).await?;
        let planned = self.stays(&reach, window).await?;
        let berths = self.profile.berths.iter().map(|berth| BoardBerth {
            code: berth.code.clone(),
            stays: planned.iter().filter(|stay| stay.call.row.place == berth.code).cloned().collect(),
        });
        let waiting = self.waiting(&reach).await?;
        Ok(Board { counts: counts(&reach).await?, berths: berths.collect(), waiting, load, overdue })
    }

    /// Requests of berths on the desks of who plans them.
    async fn waiting(&self, reach: &Reader) -> Result<Vec<QueuedTask>, Error> {
        let of_request = Filter { step: Some(Formality::BerthPlan.code().to_owned()), ..Filter::default() };
        let mut waiting = Vec::new();
        for planner in self.profile.organs.iter().filter(|organ| organ.kind == "operator") {
            waiting.extend(reach.tasks(&planner.code, &of_request, None, LATE).await?);
        }
        Ok(waiting)
    }

    async fn load_of_units(&self, reach: &Reader) -> Result<Vec<Load>, Error> {
        let organs: Vec<&str> = self.profile.organs.iter().map(|organ| organ.code.as_str()).collect();
        let organs = reach.queue_counts(&organs, self.now().0, MOST_COUNTED + 1).await?.into_iter();
        let mut load: Vec<Load> = organs.map(|(unit, open, late)| Load { unit, open, late }).collect();
        let held = held_by_agents();
        let late = Filter { due_before: Some(self.now().0), ..held.clone() };
        let open = reach.count_up_to(ShipCall::KIND, &held, MOST_COUNTED + 1).await?;
        let late = reach.count_up_to(ShipCall::KIND, &late, MOST_COUNTED + 1).await?;
        load.push(Load { unit: Holder::Agent.code().to_owned(), open, late });
        Ok(load)
    }

    /// Who lies at a berth in the window or is planned to: by the plan that stands, and by what happened.
    async fn stays(&self, reach: &Reader, window: BoardWindow) -> Result<Vec<Stay>, Error> {
        let now = self.now().0;
        let mut lines = planned(reach, window).await?;
        lines.retain(|line| !line.row.place.is_empty());
        let calls = self.folds_of::<ShipCall>(reach, &lines).await?;
        let stays = lines.into_iter().filter_map(|line| {
            let (from, until) = stay(calls.get(&line.id)?, now)?;
            Some(Stay { call: line.into(), from, until })
        });
        Ok(stays.filter(|stay| stay.from < window.until && stay.until > window.from).collect())
    }

    /// The oldest of what the load counts as late, by the same rows.
    async fn overdue(&self, reach: &Reader, load: &[Load]) -> Result<Vec<Overdue>, Error> {
        let now = self.now().0;
        let mut overdue = Vec::new();
        for late in load.iter().filter(|load| load.late > 0) {
            if late.unit == Holder::Agent.code() {
                let filter = Filter { due_before: Some(now), order: Order::Due, ..held_by_agents() };
                let calls = reach.list(ShipCall::KIND, &filter, None, LATE).await?.into_iter().map(CallLine::from);
                overdue.extend(calls.filter_map(|call| {
                    Some(Overdue { unit: late.unit.clone(), step: None, due: call.row.due_at?, call })
                }));
                continue;
            }
            let tasks = reach.tasks(&late.unit, &Filter::default(), None, LATE).await?;
            overdue.extend(tasks.into_iter().filter_map(|queued| {
                let due = queued.task.due_at.filter(|due| *due < now)?;
                let call = CallLine::from(queued.matter);
                Some(Overdue { unit: late.unit.clone(), step: Some(queued.task.step), due, call })
            }));
        }
        overdue.sort_by_key(|late| late.due);
        overdue.truncate(LATE as usize);
        Ok(overdue)
    }
}

/// From when until when a ship lies at the berth of her last plan. That she was late or stayed on is no plan, but it is so.
fn stay(call: &ShipCall, now: i64) -> Option<(i64, i64)> {
    let plan = call.berths.last()?;
    let berthed = call.actual("berth").map(|at| at.0).filter(|_| !plan.shift);
    let left = call.actual("unberth").or(call.actual("departure")).map(|at| at.0);
    let from = berthed.unwrap_or(plan.from.0);
    let until = match (left, call.actual("berth")) {
        (Some(left), _) => left,
        (None, Some(_)) => plan.until.0.max(now),
        (None, None) => plan.until.0,
    };
    Some((from, until.max(from)))
}

/// Calls that wait for their agents; nobody holds one that is over.
fn held_by_agents() -> Filter {
    Filter { holder: Some(Holder::Agent.code().to_owned()), ..Filter::default() }
}

/// How many calls are in each state, counted so far as a list goes.
async fn counts(reach: &Reader) -> Result<Vec<(String, i64)>, Error> {
    let mut counts = Vec::new();
    for status in Status::ALL {
        let of_state = Filter { states: vec![status.code().to_owned()], ..Filter::default() };
        let count = reach.count_up_to(ShipCall::KIND, &of_state, MOST_COUNTED + 1).await?;
        counts.extend((count > 0).then(|| (status.code().to_owned(), count)));
    }
    Ok(counts)
}

/// Calls that lie at a berth in the window or will, and those that sailed within it.
async fn planned(reach: &Reader, window: BoardWindow) -> Result<Vec<Stored>, Error> {
    let BoardWindow { came, from, until } = window;
    let open =
        Filter { states: under_way(), starts_between: Some((came, until)), order: Order::Starts, ..Filter::default() };
    let sailed = Filter {
        states: [Status::Departed, Status::SailedUncleared].map(|status| status.code().to_owned()).to_vec(),
        ends_from: Some(from),
        // Without this all are walked that will sail one day.
        ends_before: Some(until),
        order: Order::Ends,
        ..Filter::default()
    };
    let mut planned = reach.list(ShipCall::KIND, &open, None, PLANNED).await?;
    planned.extend(reach.list(ShipCall::KIND, &sailed, None, PLANNED).await?);
    planned.sort_by_key(|call| call.row.starts_at);
    Ok(planned)
}
