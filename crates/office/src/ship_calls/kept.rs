//! A ship's call as the store keeps it. What is due in its fold stands in the snapshot by the rows that say so: their laws and
//! reasons are the same for every call, and would be half of what is read and written with each act.

use domain::{
    Instant,
    formality::Formality,
    profile::Profile,
    ship_call::{Clock, Phase, Requirement, ShipCall, Task},
};
use serde::{Deserialize, Serialize};
use store::{ClockWrite, MatterRow, Reach, TaskWrite, jumps::Precedence};

use crate::{Actor, Error, kept::Kept, priorities};

impl Kept for ShipCall {
    const KIND: &'static str = "ship_call";
    const NOUN: &'static str = "call";
    const FOLD: &'static str = "ship_call 4";
    const IS_RENAMED: bool = false;
    // Form 2 seals words that form 1 held in the clear; both are read.
    const NEWEST_FORM: i64 = 2;

    fn row(&self) -> MatterRow {
        let holding = self.holding();
        MatterRow {
            number: self.number.clone(),
            firm: self.agent.clone(),
            title: format!("{}\u{1f}{}", self.ship.name.zh, self.ship.name.en),
            subject_key: self.ship.imo.clone(),
            state: self.status().code().to_owned(),
            holder: holding.holder.code().to_owned(),
            due_at: holding.until.map(|until| until.0),
            starts_at: self.expected("arrival").map(|at| at.0),
            ends_at: self.expected("departure").map(|at| at.0),
            place: self.berths.last().map(|plan| plan.berth.clone()).unwrap_or_default(),
            opened_at: self.opened_at.0,
            updated_at: self.updated_at.0,
        }
    }

    fn task_writes(&self) -> Vec<TaskWrite> {
        let write = |task: Task| TaskWrite {
            // What waits for the agent's answer is not the organ's to do.
            open: task.state != "waiting",
            organ: task.organ,
            step: task.step,
            state: task.state,
            since: task.since.0,
            due_at: task.due.map(|due| due.0),
            note: task.note,
            first: task.first,
            rank: task.rank,
        };
        self.tasks().into_iter().map(write).collect()
    }

    fn precedence(&self) -> Option<Precedence> {
        priorities::precedence(self.preference())
    }

    fn clock_writes(&self) -> Vec<ClockWrite> {
        let write = |clock: Clock| ClockWrite { clock: clock.name, step: clock.holder, due_at: clock.due.0 };
        self.clocks().into_iter().map(write).collect()
    }

    fn tokens(&self) -> Vec<String> {
        crate::search::tokens(self)
    }

    /// Nobody: who was the agent before keeps the receipts; the call itself concerns the new agent alone.
    fn parties(&self) -> Vec<String> {
        Vec::new()
    }

    fn pack(&self, profile: &Profile) -> Result<Vec<u8>, Error> {
        Ok(pack(self, profile)?)
    }

    fn unpack(snapshot: &[u8], profile: &Profile) -> Result<Option<ShipCall>, Error> {
        Ok(unpack(snapshot, profile)?)
    }

    fn reach_of(actor: &Actor) -> Reach {
        actor.reach()
    }

    fn begins_with(entry: &str) -> bool {
        entry.starts_with("call.")
    }
}

#[derive(Serialize)]
struct Written<'a> {
    table: &'a str,
    due: Vec<Due<'a>>,
    call: &'a ShipCall,
}

#[derive(Deserialize)]
struct Read {
    table: String,
    due: Vec<Due<'static>>,
    call: ShipCall,
}

/// A formality that is due, with the row of the table instead of what the row says.
#[derive(Serialize, Deserialize)]
struct Due<'a> {
    row: std::borrow::Cow<'a, str>,
    formality: Formality,
    phase: Phase,
    organs: std::borrow::Cow<'a, [String]>,
    due: Option<Instant>,
    opens: Option<Instant>,
}

/// The snapshot of a call; empty when something is due by another version of the table than the profile's, so that it is
/// folded from its journal, which holds every word.
fn pack(call: &ShipCall, profile: &Profile) -> Result<Vec<u8>, serde_json::Error> {
    let table = profile.tables.get("formalities-due").map_or("", |table| table.hash.as_str());
    let known = |due: &Requirement| due.basis.rule.hash == table && profile.basis(&due.basis.rule.row).is_some();
    if !call.requirements.iter().all(known) {
        return Ok(Vec::new());
    }
    let due = call.requirements.iter().map(|due| Due {
        row: due.basis.rule.row.as_str().into(),
        formality: due.formality,
        phase: due.phase,
        organs: due.organs.as_slice().into(),
        due: due.due,
        opens: due.opens,
    });
    serde_json::to_vec(&Written { table, due: due.collect(), call })
}

/// The call of a snapshot; none where its rows are not those of the profile.
fn unpack(snapshot: &[u8], profile: &Profile) -> Result<Option<ShipCall>, serde_json::Error> {
    if snapshot.is_empty() {
        return Ok(None);
    }
    let Read { table, due, mut call } = serde_json::from_slice(snapshot)?;
    if profile.tables.get("formalities-due").is_some_and(|now| now.hash != table) {
        return Ok(None);
    }
    for Due { row, formality, phase, organs, due, opens } in due {
        let Some(basis) = profile.basis(&row) else { return Ok(None) };
        call.requirements.push(Requirement { formality, phase, organs: organs.into_owned(), due, opens, basis });
    }
    Ok(Some(call))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::ship_call::Basis;

    use super::*;

    fn call(profile: &Profile) -> ShipCall {
        let table = &profile.tables["formalities-due"];
        let due = table.answers().map(|row| Requirement {
            formality: row.outputs["formality"].text().and_then(Formality::from_code).expect("a formality"),
            phase: row.outputs["phase"].text().and_then(Phase::from_code).expect("a phase"),
            organs: vec!["msa".to_owned()],
            due: Some(Instant(7)),
            opens: None,
            basis: profile.basis(&row.row).expect("what the row says"),
        });
        ShipCall {
            version: 3,
            number: "2026-DAL-000001".to_owned(),
            requirements: due.collect(),
            ..ShipCall::default()
        }
    }

    #[test]
    fn a_call_comes_back_with_every_word_of_its_rows() {
        let profile = crate::profiles::sample().expect("the sample profile");
        let call = call(&profile);
        assert!(call.requirements.len() > 20);
        let snapshot = pack(&call, &profile).expect("a snapshot");
        assert!(!String::from_utf8_lossy(&snapshot).contains(&call.requirements[0].basis.law));
        assert_eq!(unpack(&snapshot, &profile).expect("readable"), Some(call));
    }

    #[test]
    fn what_is_due_by_another_version_of_the_table_is_folded_anew() {
        let profile = crate::profiles::sample().expect("the sample profile");
        let mut call = call(&profile);
        let snapshot = pack(&call, &profile).expect("a snapshot");
        let mut other = profile.clone();
        other.tables.get_mut("formalities-due").expect("the table").hash = "another".to_owned();
        assert_eq!(unpack(&snapshot, &other).expect("readable"), None);
        call.requirements[0].basis = Arc::new(Basis::default());
        let nothing = pack(&call, &profile).expect("a snapshot");
        assert_eq!(unpack(&nothing, &profile).expect("readable"), None);
    }
}
