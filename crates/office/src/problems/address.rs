//! The address that came with a report. One letter with a code goes there, and no other until somebody has shown that she
//! reads it: by that code, or by answering that letter. A slip of the pen tells no stranger of a case.

use domain::{
    matter::Party,
    problem::{Act, Problem},
};

use crate::{
    Actor, Error, Office,
    acting::{Baggage, Request},
    filing::hex,
};

/// The kind of the letter that asks whether the address of a report is its reader's.
pub(crate) const CONFIRM: &str = "problem.confirm";
/// Letters of the code in it: forty bits, which open nothing but the way for letters.
const CODE: usize = 10;

impl Office {
    /// Confirms the address of a report by the code of the letter that went there. Once it is confirmed, the same again
    /// changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] when number and code do not belong together.
    pub async fn confirm_report_address(&self, number: &str, code: &str, request: &Request) -> Result<(), Error> {
        let number = number.trim().to_uppercase();
        let secret = self.secret_of(&number).await?.ok_or(Error::NotFound)?;
        if self.address_code(&secret) != code.trim().to_lowercase() {
            return Err(Error::NotFound);
        }
        self.address_is_read(&number, &secret, request).await
    }

    /// Writes down that the address of a report is read, where that is news.
    pub(super) async fn address_is_read(&self, number: &str, secret: &str, request: &Request) -> Result<(), Error> {
        let (id, problem, report) = self.report_by_secret(number, secret).await?;
        let news = problem.report(report).filter(|of| of.contact.is_some() && !of.is_address_read());
        let Some(of) = news.filter(|of| of.withdrawn_at.is_none()) else { return Ok(()) };
        let party = Party::Firm(of.firm.clone());
        let actor = Actor { party, person: "letter".to_owned(), ..Actor::reporter("zh") };
        let acts = [(id, Act::ConfirmAddress { report })];
        self.act::<Problem>(&actor, &acts, request, &Baggage::default()).await.map(drop)
    }

    /// What the letter to the address of a report says, and nobody else can know: not even who has the report's secret, for
    /// whoever gives a stranger's address has that.
    pub(crate) fn address_code(&self, secret: &str) -> String {
        hex(&self.store.contact_digest(&format!("address/{secret}"))).chars().take(CODE).collect()
    }
}
