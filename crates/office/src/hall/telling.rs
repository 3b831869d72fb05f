//! What the hall tells: on the page, by letter, or by a short message.

use store::notices::{Delivery, Notice};
use uuid::Uuid;

use crate::{Error, Office, notices::Data};

impl Office {
    /// Where a visitor can be reached by a short message: her number, her language (empty where nobody knows it), and the page that
    /// her secret opens; none without a number.
    pub(crate) async fn telephone_for(&self, id: Uuid) -> Result<Option<(String, String, String)>, Error> {
        let who = self.who(id).await?;
        let (phone, page) = match self.store.visit(id).await? {
            Some(visit) => (self.telephone_of(&visit).await?, "sheet"),
            None => (Some(who.phone).filter(|phone| is_telephone(phone)), "appointment"),
        };
        let page = if who.secret.is_empty() { String::new() } else { format!("/hall/{page}/{}", who.secret) };
        Ok(phone.map(|phone| (phone, who.language, page)))
    }

    /// Tells a visitor once by a short message, where the operator set up a gateway.
    pub(super) async fn message_hall(&self, kind: &str, (id, once): (Uuid, &str), data: &Data) -> Result<(), Error> {
        if self.channels.sender().is_none() {
            return Ok(());
        }
        self.tell_hall(&format!("sms:{id}"), kind, (id, &format!("{once}/message")), data, false).await
    }

    /// Tells somebody of the hall once; by letter as well when she has an address.
    pub(super) async fn tell_hall(
        &self,
        recipient: &str,
        kind: &str,
        (about, once): (Uuid, &str),
        data: &Data,
        by_letter: bool,
    ) -> Result<(), Error> {
        let now = self.now();
        let notice = Notice {
            id: self.new_id(),
            recipient: recipient.to_owned(),
            source: format!("hall/{about}/{once}"),
            kind: kind.to_owned(),
            class: String::new(),
            matter: Uuid::nil(),
            number: String::new(),
            data: serde_json::to_string(data)?,
            made_at: now.0,
            read_at: None,
        };
        let message = recipient.starts_with("sms:");
        let letter = message || by_letter || recipient.starts_with("person:");
        let deliveries = letter.then(|| Delivery {
            id: self.new_id(),
            recipient: recipient.to_owned(),
            notice: notice.id,
            way: if message { "sms" } else { "email" }.to_owned(),
            kind: kind.to_owned(),
            number: String::new(),
            state: "waiting".to_owned(),
            made_at: now.0,
            due_at: now.0,
            tries: 0,
            done_at: None,
            result: String::new(),
        });
        Ok(self.store.put_notices(&[notice], deliveries.as_slice()).await?)
    }
}

/// No telephone number has fewer digits.
pub(super) fn is_telephone(text: &str) -> bool {
    text.chars().filter(char::is_ascii_digit).count() >= 5
}
