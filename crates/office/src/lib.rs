//! What a person or a partner system can do: load, decide, save, record. Knows no HTML and no SQL.

mod acting;
mod actor;
mod administration;
mod applications;
mod begun;
mod berths;
mod board;
pub mod channels;
pub mod charges;
mod clocks;
pub mod consignments;
mod copying;
pub mod crew_cases;
mod declarations;
mod documents;
pub mod drafts;
mod effective;
mod erasure;
mod error;
mod evidence;
mod filing;
mod firms;
mod flights;
mod folds;
mod following;
pub mod hall;
mod held;
mod instants;
mod kept;
mod lists;
pub mod manifests;
mod measures;
mod news;
pub mod notices;
mod numbers;
mod opening;
mod passwords;
mod people;
mod permits;
pub mod person_permits;
pub mod prechecks;
mod priorities;
pub mod problems;
pub mod profiles;
mod queue;
mod records;
pub mod resumption;
mod row_sheet;
mod same_ship;
mod search;
mod seed;
pub mod services;
mod ship_calls;
mod ship_records;
mod sign_in;
mod standing;
mod tables;
mod uploads;
mod words;
mod workbooks;

use std::sync::Arc;

use domain::{Instant, profile::Profile};

pub use acting::{Done, Request};
pub use actor::{Actor, Right, Role};
pub use administration::Administrator;
pub use applications::{
    ApplicationAct, ApplicationFilter, Applied, Effect, EffectKey, GRANT_CODE, NewClaim, mean_hours,
};
pub use begun::{Begun, Chosen, MOST_BEGUN_FILES};
pub use berths::Neighbour;
pub use board::{Board, BoardBerth, BoardWindow, Load, Overdue, Stay};
pub use copying::CopiedFiling;
pub use declarations::{
    BankPayment, CURRENCY, DeclarationAct, DeclarationFilter, Declared, MovedDeclaration, Queued, RecordedPayment,
    guarantee, read_item_sheet,
};
pub use documents::{Asked, Version};
pub use drafts::Draft;
pub use erasure::{Erasable, Erased, Retained};
pub use error::Error;
pub use filing::{Checked, Filed, Original, Submission, check};
pub use flights::{FlightAct, FlightFiled, FlightFilter, FlightMessage, FlightUpload, FoundFlight};
pub use held::Held;
pub use instants::{maybe_rfc3339, rfc3339};
pub use ledger::permit::PermitClaims;
pub use lists::PageOf;
pub use opening::NewCall;
pub use people::{NewPerson, Person};
pub use permits::{PermitView, SignedPermit};
pub use problems::{Case, NewReport, ProblemAct, ProblemFilter, ProblemLine, Reported};
pub use queue::{Beside, Claim, QueueFilter, TasksOfOrgans};
pub use records::{CompanyRecord, Recorded, ShipRecord};
pub use same_ship::OtherCall;
pub use seed::SeedCall;
pub use ship_calls::{Call, CallFilter, CallLine, MOST_COUNTED};
pub use ship_records::{SHIP_TYPES, ShipProposal, ShipRight};
pub use sign_in::{Scope, Session, SignedIn};
pub use tables::{
    CheckedTable, Differing, Drafted, Drift, Rules, SituationTried, TableAct, TableChange, TableDifference, TableLine,
    TableView, table_text,
};
pub use uploads::{Upload, placed};
pub use workbooks::{File, UPLOAD_ROWS, UploadReport, UploadSheet};

/// Chance, handed in by the binary.
pub type Entropy = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;
/// The clock, handed in by the binary.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// The keys of the port and of its organs.
pub struct Keys {
    /// Signs receipts and checkpoints.
    pub port: ledger::SigningKey,
    /// Each organ's key, by its code; signs its permits.
    pub organs: std::collections::BTreeMap<String, ledger::SigningKey>,
    /// The list of every key's public half.
    pub trust_list: ledger::TrustList,
    /// The same list, signed by the port, as it is served.
    pub signed_trust_list: String,
}

/// Everything that the use cases need.
pub struct Office {
    /// The store.
    pub store: store::Store,
    /// The port's profile as it stood when this office was cloned: whoever works on a clone has one profile from beginning to
    /// end, and the next clone has what was published meanwhile.
    pub profile: Arc<Profile>,
    /// The profile's texts and what was published over them, for all clones.
    rules: Arc<Rules>,
    /// The keys.
    pub keys: Arc<Keys>,
    /// Gateways and hotlines.
    pub channels: Arc<channels::Channels>,
    clock: Clock,
    entropy: Entropy,
    /// The watch list that was read last.
    watch: Arc<prechecks::Watch>,
    /// The folds that were read or written last.
    folds: Arc<folds::Folds>,
    /// What was counted of problems last.
    counted: Arc<problems::Counted>,
}

impl Clone for Office {
    /// The same office, with the profile that counts now.
    fn clone(&self) -> Office {
        Office {
            store: self.store.clone(),
            profile: self.rules.profile(),
            rules: self.rules.clone(),
            keys: self.keys.clone(),
            channels: self.channels.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            watch: self.watch.clone(),
            folds: self.folds.clone(),
            counted: self.counted.clone(),
        }
    }
}

impl Office {
    /// Opens the office of a port on its store; [`Office::follow_tables`] takes over what was published.
    pub fn new(store: store::Store, rules: Rules, keys: Arc<Keys>, clock: Clock, entropy: Entropy) -> Office {
        let profile = rules.profile();
        Office {
            store,
            profile,
            rules: Arc::new(rules),
            keys,
            channels: Arc::default(),
            clock,
            entropy,
            watch: Arc::default(),
            folds: Arc::default(),
            counted: Arc::default(),
        }
    }

    /// The same office with the gateways and hotlines that its operator configured.
    #[must_use]
    pub fn with_channels(self, channels: channels::Channels) -> Office {
        Office { channels: Arc::new(channels), ..self }
    }

    /// The instant now.
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// Thirty-two bytes of chance.
    pub fn chance(&self) -> [u8; 32] {
        (self.entropy)()
    }

    /// A new identifier, ordered in time.
    pub fn new_id(&self) -> uuid::Uuid {
        self.store.new_id()
    }
}
