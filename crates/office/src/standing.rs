//! Filings that say word for word what stands: nothing is filed, they are answered with the receipt that stands, and the key is
//! kept, so that a retry gets this answer also when something else stands by then.

use store::Reach;
use uuid::Uuid;

use crate::{Actor, Done, Error, Office, acting::Request};

impl Office {
    /// Answers a request by the receipt of what stands. The firm's draft of that `part` is used up as one that is filed.
    pub(crate) async fn answer_as_it_stands(
        &self,
        actor: &Actor,
        (id, number): (Uuid, &str),
        (part, receipt): (&str, Uuid),
        request: &Request,
    ) -> Result<Done, Error> {
        let done = self.standing_answer((id, number), receipt).await?;
        let mut sides = vec![self.draft_gone_side(actor, id, part)];
        let key = self.idempotency_key(actor, &request.about(id, part));
        sides.extend(key.map(|key| self.store.answered_key_side(&key, receipt)));
        self.store.write_sides("answered key", sides).await?;
        Ok(done)
    }

    /// The answer to a retry of a request that was answered as it stood; none for any other.
    pub(crate) async fn answered_as_it_stood(
        &self,
        actor: &Actor,
        (id, number): (Uuid, &str),
        part: &str,
        request: &Request,
    ) -> Result<Option<Done>, Error> {
        let Some(key) = self.idempotency_key(actor, &request.about(id, part)) else { return Ok(None) };
        let Some((receipt, digest)) = self.store.answered_key(&key).await? else { return Ok(None) };
        if digest != key.body_digest {
            return Err(Error::KeyReused);
        }
        self.standing_answer((id, number), receipt).await.map(Some)
    }

    /// Whoever asks has found the matter through her reach, and has filed what the receipt is for.
    async fn standing_answer(&self, (id, number): (Uuid, &str), receipt_id: Uuid) -> Result<Done, Error> {
        let reach = self.store.reach(Reach::System("receipt of what stands"));
        let receipt = reach.receipt(receipt_id).await?.ok_or(Error::NotFound)?.to_vec();
        Ok(Done { id, number: number.to_owned(), receipt, receipt_id, replayed: true })
    }
}
