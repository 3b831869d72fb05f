//! Asking for the answer of a week: the people of each firm of the chain that has not answered are told once, with a link to the
//! form that is signed by the port, needs no sign-in and ends after some days. Whether they answer is theirs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Instant,
    resumption::{Period, link_of, rule},
    ship_call::Party,
};

use super::ANSWERS;
use crate::{Actor, CompanyRecord, Error, Office, Role};

/// What the port signs of a link, so that nothing else that it signs is one.
const SIGNED: &str = "pratique resumption link";

impl Office {
    /// The signed part of a firm's link for a week; none while the port asks for no answers.
    pub fn resumption_link(&self, firm: &str, period: &Period) -> Option<String> {
        let days = rule(&self.profile, "link_days", self.now())?;
        let until = self.now().plus_hours(days.checked_mul(24)?).0;
        let said = format!("{firm}\n{}\n{until}", period.0);
        let signature = self.keys.port.sign(format!("{SIGNED}\n{said}").as_bytes());
        Some(format!("{}.{}", URL_SAFE_NO_PAD.encode(said), URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The actor that a link stands for: the firm that it names, for this week's answer alone.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that is forged, has ended, or was for another week.
    pub fn by_resumption_link(&self, link: &str) -> Result<Actor, Error> {
        let read = || {
            let (said, signature) = link.split_once('.')?;
            let said = String::from_utf8(URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
            let signature: [u8; 64] = URL_SAFE_NO_PAD.decode(signature).ok()?.try_into().ok()?;
            let signed = format!("{SIGNED}\n{said}");
            if !self.keys.port.public().verifies(signed.as_bytes(), &signature) {
                return None;
            }
            let mut parts = said.split('\n');
            let (firm, week, until) = (parts.next()?, parts.next()?, parts.next()?.parse::<i64>().ok()?);
            (week == self.this_week().0 && self.now().0 < until).then(|| firm.to_owned())
        };
        let firm = read().ok_or(Error::NotFound)?;
        let person = "resumption link".to_owned();
        let (party, language) = (Party::Firm(firm), "zh".to_owned());
        Ok(Actor { name: person.clone(), person, party, role: Role::Agent, language, on_behalf: None })
    }

    /// The firms of the chain that have not answered this week, and are asked; none while the port asks nobody.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) async fn firms_to_ask(&self) -> Result<Vec<CompanyRecord>, Error> {
        if rule(&self.profile, "link_days", self.now()).is_none() {
            return Ok(Vec::new());
        }
        let (week, now) = (self.this_week(), self.now());
        let mut asked = Vec::new();
        for firm in self.firms().await? {
            let in_chain = link_of(&self.profile, &firm.kind, now).is_some();
            if in_chain && self.store.record(ANSWERS, &super::key(&week, &firm.code)).await?.is_none() {
                asked.push(firm);
            }
        }
        Ok(asked)
    }

    /// The first instant of this week in the port.
    pub(crate) fn week_begins(&self) -> Instant {
        let today = self.today();
        let back = jiff::Span::new().days(i64::from(today.weekday().to_monday_zero_offset()));
        let monday = today.checked_sub(back).unwrap_or(today);
        Instant::start_of(monday, &self.profile.zone).unwrap_or_default()
    }
}
