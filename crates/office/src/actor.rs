//! Who acts, and what they may do: one function of authorisation for open, list, count, search, export and notify.

use domain::ship_call::{Actor as Signature, Party};
use store::{Reach, reach::organ_party};

/// A role within a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Files and answers for a firm.
    Agent,
    /// Decides for an organ.
    Officer,
    /// Plans berths and states times for the port group.
    Operator,
    /// Coordinates for the port office.
    Coordinator,
    /// Serves visitors at a desk of the hall; sees of firms what they consent to.
    Clerk,
    /// Stands at a gate: checks permits of persons, and sees nothing else.
    Guard,
    /// Runs the program; sees no content.
    Administrator,
}

impl Role {
    /// The code by which a role is stored and named in commands.
    pub fn code(self) -> &'static str {
        match self {
            Role::Agent => "agent",
            Role::Officer => "officer",
            Role::Operator => "operator",
            Role::Coordinator => "coordinator",
            Role::Clerk => "clerk",
            Role::Guard => "guard",
            Role::Administrator => "administrator",
        }
    }

    /// Reads the role's code.
    pub fn from_code(code: &str) -> Option<Role> {
        match code {
            "agent" => Some(Role::Agent),
            "officer" => Some(Role::Officer),
            "operator" => Some(Role::Operator),
            "coordinator" => Some(Role::Coordinator),
            "clerk" => Some(Role::Clerk),
            "guard" => Some(Role::Guard),
            "administrator" => Some(Role::Administrator),
            _ => None,
        }
    }
}

/// What may be done. Every route names the right that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Reads calls within reach.
    ReadCalls,
    /// Opens calls, files, answers.
    File,
    /// Decides, asks, holds, boards.
    Decide,
    /// Plans berths.
    PlanBerths,
    /// States times.
    StateTimes,
    /// Sees the whole port's board.
    SeeBoard,
    /// Has a work queue.
    SeeQueue,
    /// Sees bills and what measures saved: a firm its own.
    SeeBills,
    /// States the bills of calls.
    StateBills,
    /// Checks permits of persons at a gate, and records who went through.
    KeepGate,
    /// Reads problems within reach.
    ReadProblems,
    /// Takes part in solving them.
    HandleProblems,
    /// Runs them for the port: triage, dispatch, rulings, the board.
    RunProblems,
    /// Reads the decision tables that count, and those that counted.
    ReadTables,
    /// Drafts and approves changes of tables, as far as the table `table-changes` gives them to the unit.
    ChangeTables,
    /// Serves visitors in the hall: calls numbers, finds firms, acts for who consents.
    ServeHall,
}

/// A person or system that acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Identifier of the person or of the system's key.
    pub person: String,
    /// Name for showing to themselves.
    pub name: String,
    /// The firm or organ.
    pub party: Party,
    /// Role within it.
    pub role: Role,
    /// Language, `zh` or `en`.
    pub language: String,
    /// The firm for which an agent acts by mandate.
    pub on_behalf: Option<String>,
}

impl Actor {
    /// The program itself, for clocks.
    pub fn clock() -> Actor {
        Actor {
            person: "clock".to_owned(),
            name: "clock".to_owned(),
            party: Party::Clock,
            role: Role::Administrator,
            language: "en".to_owned(),
            on_behalf: None,
        }
    }

    /// True when the actor has a right.
    pub fn may(&self, right: Right) -> bool {
        use Right::{Decide, File, HandleProblems, PlanBerths, ReadCalls, ReadProblems, RunProblems};
        use Right::{SeeBoard, SeeQueue, StateTimes};
        if right == Right::ServeHall {
            return matches!(self.role, Role::Clerk | Role::Coordinator);
        }
        if right == Right::KeepGate {
            return matches!(self.role, Role::Guard | Role::Officer | Role::Operator);
        }
        if matches!(right, ReadProblems | HandleProblems | RunProblems) {
            return match self.role {
                Role::Agent => right == ReadProblems,
                Role::Officer | Role::Operator => right != RunProblems,
                Role::Coordinator => true,
                Role::Administrator | Role::Clerk | Role::Guard => false,
            };
        }
        if matches!(right, Right::SeeBills | Right::StateBills) {
            return match self.role {
                Role::Operator => true,
                Role::Agent | Role::Coordinator => right == Right::SeeBills,
                Role::Officer | Role::Administrator | Role::Clerk | Role::Guard => false,
            };
        }
        if matches!(right, Right::ReadTables | Right::ChangeTables) {
            return match self.role {
                Role::Officer | Role::Operator | Role::Coordinator => true,
                Role::Agent => right == Right::ReadTables,
                Role::Administrator | Role::Clerk | Role::Guard => false,
            };
        }
        match self.role {
            Role::Agent => matches!(right, ReadCalls | File | StateTimes),
            Role::Officer => matches!(right, ReadCalls | Decide | StateTimes | SeeQueue | SeeBoard),
            Role::Operator => matches!(right, ReadCalls | Decide | PlanBerths | StateTimes | SeeQueue | SeeBoard),
            // The port office coordinates, and decides where the law gives it a part (temporary opening of a berth).
            Role::Coordinator => matches!(right, ReadCalls | Decide | SeeQueue | SeeBoard),
            Role::Administrator | Role::Clerk | Role::Guard => false,
        }
    }

    /// Refuses an actor without the right.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`].
    pub fn require(&self, right: Right) -> Result<(), crate::Error> {
        if self.may(right) { Ok(()) } else { Err(crate::Error::Forbidden) }
    }

    /// Refuses an actor that may neither file for a firm nor decide for an organ.
    pub(crate) fn require_act(&self) -> Result<(), crate::Error> {
        self.require(if matches!(self.party, Party::Firm(_)) { Right::File } else { Right::Decide })
    }

    /// What the store lets this actor find.
    pub fn reach(&self) -> Reach {
        match &self.party {
            Party::Firm(firm) => Reach::Firm(firm.clone()),
            Party::Organ(_) if self.role == Role::Coordinator => Reach::Port,
            Party::Organ(organ) => Reach::Organ(organ.clone()),
            Party::Clock => Reach::System("clocks"),
        }
    }

    /// What the store lets this actor find among the matters that an organ sees as a party alone: problems, applications,
    /// permits of persons, flights. Driven by what it takes part in, so that a list costs by that.
    pub fn party_reach(&self) -> Reach {
        match &self.party {
            Party::Organ(organ) if self.role != Role::Coordinator => Reach::Firm(organ_party(organ)),
            _ => self.reach(),
        }
    }

    /// The code of the firm or organ.
    pub fn unit(&self) -> &str {
        match &self.party {
            Party::Firm(code) | Party::Organ(code) => code,
            Party::Clock => "clock",
        }
    }

    /// The party as the journal writes it.
    pub fn party_code(&self) -> String {
        self.party.code()
    }

    /// The actor as the domain sees it.
    pub fn signature(&self) -> Signature {
        Signature { party: self.party.clone(), person: self.person.clone(), on_behalf: self.on_behalf.clone() }
    }
}
