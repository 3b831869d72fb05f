//! What leaves the house for who comes to the hall without an account: a letter to the address that she left, or a short message to
//! her telephone, by the gateway that the operator set up.

use domain::Instant;
use store::notices::Delivery;
use uuid::Uuid;

use super::{Letter, Notice, Outgoing};
use crate::{Error, Office};

/// A short message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The delivery.
    pub delivery: Uuid,
    /// How often it was tried, this time included.
    pub tries: i64,
    /// The gateway's address.
    pub url: String,
    /// The gateway's secret.
    pub secret: Vec<u8>,
    /// The telephone number.
    pub to: String,
    /// `zh` or `en`; empty where nobody knows what its reader reads.
    pub language: String,
    /// The notice; its identifier is the same at each try (`webhook-id`).
    pub notice: Notice,
    /// The code of a consent, and until when it holds; none for another message.
    pub code: Option<(String, Instant)>,
    /// The page that it opens; empty for none.
    pub page: String,
}

impl Office {
    /// To who comes to the hall without an account: the notice, and the page that her secret opens.
    pub(super) async fn letter_to_visitor(
        &self,
        delivery: &Delivery,
        whose: &str,
        notice: Notice,
    ) -> Result<Result<Outgoing, &'static str>, Error> {
        let id = Uuid::parse_str(whose).map_err(|_| Error::NotFound)?;
        let Some(bytes) = self.store.hall_words(id).await? else { return Ok(Err("gone")) };
        let who: crate::hall::Who = serde_json::from_slice(&bytes)?;
        if who.email.is_empty() {
            return Ok(Err("no_address"));
        }
        let letter = Letter {
            delivery: delivery.id,
            tries: delivery.tries,
            to: who.email,
            language: who.language,
            reader: None,
            said: Vec::new(),
            id: format!("notice.{}", notice.id),
            thread: format!("hall.{id}.thread"),
            page: format!("/hall/appointment/{}", who.secret),
            notice,
        };
        Ok(Ok(Outgoing::Letter(Box::new(letter))))
    }

    /// To the telephone of a visit or of an appointment: the code of a consent, or the notice.
    pub(super) async fn message_to_visitor(
        &self,
        delivery: &Delivery,
        whose: &str,
        notice: Notice,
    ) -> Result<Result<Outgoing, &'static str>, Error> {
        let id = Uuid::parse_str(whose).map_err(|_| Error::NotFound)?;
        let Some(gateway) = self.channels.sender() else { return Ok(Err("no_gateway")) };
        let (to, language, code, page) = if notice.kind == "hall.code" {
            let Some((to, code, until)) = self.code_for_message(id).await? else {
                return Ok(Err("concerns_no_more"));
            };
            (to, String::new(), Some((code, until)), String::new())
        } else {
            let Some((to, language, page)) = self.telephone_for(id).await? else { return Ok(Err("no_address")) };
            (to, language, None, page)
        };
        let secret = gateway.secrets.first().map(|of| of.0.clone()).unwrap_or_default();
        let (url, delivery, tries) = (gateway.send.clone(), delivery.id, delivery.tries);
        Ok(Ok(Outgoing::Message(Box::new(Message { delivery, tries, url, secret, to, language, notice, code, page }))))
    }
}
