//! The hall: appointments, numbers and desks, and what a clerk does for who stands before her.
//!
//! What counts (a place that is given or taken away, a consent) is a change with a leaf of the log and a receipt; numbers of
//! the queue are plain rows. Names and telephone numbers stand beside the rows, sealed, and go after the days of the rule
//! `words_kept`.

mod appointments;
mod consents;
mod help;
mod papers;
mod pick_up;
mod ratings;
mod telling;
mod tickets;
mod visits;

use domain::{
    Fault, Instant, Severity, Text,
    hall::{after, rule},
    ship_call::Party,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Committed, Side, changes::Change, people::secret_hash};
use uuid::Uuid;

use crate::{Actor, Error, Office};

pub use appointments::{Booked, Place, Seen, Wanted};
pub use consents::AskedConsent;
pub use help::{Helping, Looking};
pub use papers::{Ledger, Listed, MOST_SCAN, PaperAct, SIGNED, Sheet};
pub use pick_up::{Ready, SIGNED as SIGNED_FOR};
pub use ratings::{Rated, Said};
pub use tickets::{Board, Counter, DayLine, Drawn, Mine, Shown, TicketAct, Visitor};
pub use visits::{AtCounter, is_person};

/// Letters of a secret: none that looks like another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Letters of a secret: a hundred bits.
const SECRET: usize = 20;
/// Words of persons go after so many days where no row says otherwise.
const KEPT: i64 = 90;
const DAY: i64 = 24 * domain::instant::HOUR;
/// No name, number or address is longer, in characters.
const MOST_LINE: usize = 200;

/// Who comes, as the hall keeps it, sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Who {
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// Address for letters; empty for none.
    pub email: String,
    /// `zh` or `en`.
    pub language: String,
    /// By which name she signs in; empty without an account.
    pub person: String,
    /// The secret of what it belongs to, so that a letter can name its page.
    pub secret: String,
    /// What else she said.
    pub words: String,
}

impl Who {
    /// What is wrong with what somebody typed of herself.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.name.trim().is_empty() || self.name.chars().count() > MOST_LINE {
            faults.push(fault(
                "PQ-HALL-001",
                "name",
                "未填写姓名。",
                "The name is missing.",
                "请填写来办事人的姓名。",
                "Write the name of who comes.",
            ));
        }
        let digits = self.phone.chars().filter(char::is_ascii_digit).count();
        if !(5..=20).contains(&digits) || self.phone.chars().count() > 40 {
            faults.push(fault(
                "PQ-HALL-002",
                "phone",
                "电话号码不正确。",
                "This is no telephone number.",
                "请填写 5 至 20 位数字的电话号码。",
                "Write a telephone number of 5 to 20 digits.",
            ));
        }
        if !self.email.is_empty() && !crate::notices::is_address(&self.email) {
            faults.push(fault(
                "PQ-HALL-003",
                "email",
                "电子邮箱地址不正确。",
                "This is no e-mail address.",
                "请填写一个邮箱地址，或留空。",
                "Write one address, or leave it empty.",
            ));
        }
        faults
    }

    /// How she is counted: the digits of her telephone number.
    fn contact(&self) -> String {
        let digits: Vec<char> = self.phone.chars().rev().filter(char::is_ascii_digit).take(11).collect();
        digits.into_iter().collect()
    }
}

pub(crate) fn fault(code: &str, place: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}

impl Office {
    /// A secret that somebody shows to open what is hers.
    fn hall_secret(&self) -> String {
        let chance = self.chance();
        chance.iter().take(SECRET).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
    }

    /// A day in the port, as rows name it.
    fn day_of(&self, at: Instant) -> String {
        at.date(&self.profile.zone).to_string()
    }

    /// A number of the hall's rules, or what holds where no row gives it.
    fn hall_number(&self, name: &str, otherwise: i64) -> i64 {
        rule(&self.profile, name, self.now()).n.unwrap_or(otherwise)
    }

    fn hall_after(&self, name: &str, start: Instant) -> Instant {
        after(&self.profile, name, start)
    }

    /// Changes something of the hall in one transaction with its leaf and receipt.
    async fn hall_change(
        &self,
        actor: Option<&Actor>,
        kind: &str,
        (firm, about): (&str, &str),
        detail: &serde_json::Value,
        side: Vec<Side>,
    ) -> Result<Committed, Error> {
        let who = actor.map_or_else(|| "visitor".to_owned(), |of| format!("{}/{}", of.party_code(), of.person));
        let unit = if firm.is_empty() { String::new() } else { Party::Firm(firm.to_owned()).code() };
        let change = Change {
            at: self.now().0,
            who,
            kind: kind.to_owned(),
            unit,
            about: about.to_owned(),
            detail: detail.to_string(),
        };
        Ok(self.store.change(&change, side).await?)
    }

    /// What the hall keeps of who comes; nothing once it has gone.
    async fn who(&self, id: Uuid) -> Result<Who, Error> {
        let bytes = self.store.hall_words(id).await?;
        bytes.map_or_else(|| Ok(Who::default()), |bytes| Ok(serde_json::from_slice(&bytes)?))
    }

    fn who_side(&self, id: Uuid, who: &Who) -> Result<Side, Error> {
        Ok(self.store.hall_words_side(id, &serde_json::to_vec(who)?)?)
    }

    /// Sweeps away what the hall kept of persons for longer than its rule says.
    pub(crate) async fn sweep_hall(&self) -> Result<(), Error> {
        let before = self.now().0 - self.hall_number("words_kept", KEPT) * DAY;
        // Identifiers are ordered in time (UUIDv7: the first 48 bits are milliseconds).
        let millis = u64::try_from(before / 1000).unwrap_or(0);
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        Ok(self.store.sweep_hall_words(Uuid::from_bytes(bytes)).await?)
    }

    /// Each minute: reminders go out, who did not come loses her place, and nobody waits for what has passed.
    ///
    /// # Errors
    /// The store's own.
    pub async fn look_at_hall(&self) -> Result<(), Error> {
        self.remind_appointments().await?;
        self.remind_originals().await?;
        self.miss_appointments().await?;
        self.lapse_appointments().await
    }

    /// A text as a code for cameras: an SVG image; none when it is too long.
    pub fn qr(&self, text: &str) -> Option<String> {
        ledger::qr::qr_svg(text, "").ok()
    }

    fn read_hall_day(&self, given: &str) -> Option<Date> {
        given.trim().parse().ok()
    }
}

fn opens(secret: &str) -> [u8; 32] {
    secret_hash(secret.trim())
}
