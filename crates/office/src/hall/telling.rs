//! What the hall tells: on the page, by letter, or by a short message.

use store::notices::{Delivery, Notice};
use uuid::Uuid;

use crate::{Error, Office, notices::Data};

impl Office {
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
