//! Reports by short message and chat: a gateway's message opens a case, or says something more in the one that its sender
//! has open. Who sends is what the gateway says, and never taken for a firm with an account.

use domain::{
    Fault, Severity, Text,
    problem::{Act, Problem, Status},
    ship_call::Party,
};
use serde::{Deserialize, Serialize};
use store::Reach;
use uuid::Uuid;

use super::{Contact, NewReport, ProblemAct, Words};
use crate::{
    Actor, Error, Office,
    acting::{Baggage, Request},
    channels::{Gateway, Secret},
    filing::hex,
};

/// The register of conversations: which case a sender's messages go to.
const CONVERSATIONS: &str = "gateway-sender";
/// The register of messages that were added to a case: a message that comes twice is said once.
const SAID: &str = "gateway-message";

/// A message as a gateway's adapter found it in the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its identifier.
    pub id: String,
    /// Who sent it: a number or a name within the gateway.
    pub sender: String,
    /// Its words.
    pub text: String,
    /// When it was sent, as the gateway writes it; empty when it does not.
    pub time: String,
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct MessageTaken {
    /// Number of the case.
    pub number: String,
    /// The secret of a case that it opened; none for one that stood.
    pub secret: Option<String>,
    /// The receipt of a case that it opened.
    pub receipt_id: Option<Uuid>,
    /// What the gateway may send back.
    pub reply: Text,
    /// True when it had come before.
    pub replayed: bool,
}

/// A sender's case, as the register keeps it.
#[derive(Serialize, Deserialize)]
struct Conversation {
    number: String,
    secret: String,
}

/// A message that was added to a case.
#[derive(Serialize, Deserialize)]
struct AddedTo {
    number: String,
    digest: String,
}

impl Office {
    /// Takes a message whose signature was verified.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it says nothing, or not by whom; [`Error::KeyReused`] when its identifier came with other
    /// words; the store's own: the gateway sends it again.
    pub async fn take_message(&self, gateway: &Gateway, message: &Message) -> Result<MessageTaken, Error> {
        require(message)?;
        let secret = gateway.secrets.first().ok_or_else(|| Error::Internal("a gateway without secret".to_owned()))?;
        let said = serde_json::to_vec(&[&message.sender, &message.text])?;
        let key = format!("{}/{}", gateway.name, message.id);
        let request = Request::new("webhook", Some(key.clone()), &said, gateway.channel());
        if let Some(row) = self.store.record(SAID, &key).await? {
            let before: AddedTo = serde_json::from_str(&row.json)?;
            return match before.digest == hex(&request.digest) {
                true => Ok(added(before.number, true)),
                false => Err(Error::KeyReused),
            };
        }
        let reporter =
            Actor { person: format!("gateway {}", gateway.name), ..Actor::reporter(language(&message.text)) };
        let sender = secret.pseudonym(&format!("{}\0{}", gateway.name, message.sender));
        if self.known_answer(&reporter, &request).await?.is_none()
            && let Some(number) = self.say_more(&reporter, (&sender, secret), (&key, message), &request).await?
        {
            return Ok(added(number, false));
        }
        let new = new_report(gateway, message);
        let reported = self.report(&reporter, &new, &request).await?;
        // A retry after a crash finds the case without its sender.
        if !reported.replayed || self.store.record(CONVERSATIONS, &sender).await?.is_none() {
            let open = Conversation { number: reported.number.clone(), secret: secret.pseudonym(&reported.secret) };
            self.store.put_record(CONVERSATIONS, &sender, &serde_json::to_string(&open)?, &gateway.name).await?;
        }
        let reply = Text::new(
            format!("已收到，编号 {}，查询密码 {}。再发消息可补充说明。", reported.number, reported.secret),
            format!(
                "We have it: number {}, secret {}. Send a message to say something more.",
                reported.number, reported.secret
            ),
        );
        Ok(MessageTaken {
            number: reported.number,
            secret: Some(reported.secret),
            receipt_id: Some(reported.receipt_id),
            reply,
            replayed: reported.replayed,
        })
    }

    /// Says a message in the case that its sender has open; none when she has none.
    async fn say_more(
        &self,
        reporter: &Actor,
        (sender, secret): (&str, &Secret),
        (key, message): (&str, &Message),
        request: &Request,
    ) -> Result<Option<String>, Error> {
        let Some(row) = self.store.record(CONVERSATIONS, sender).await? else { return Ok(None) };
        let open: Conversation = serde_json::from_str(&row.json)?;
        let Some(of_case) = self.secret_of(&open.number).await? else { return Ok(None) };
        if secret.pseudonym(&of_case) != open.secret {
            return Ok(None);
        }
        let (id, problem, report) = self.report_by_secret(&open.number, &of_case).await?;
        let of = problem.report(report).filter(|of| of.withdrawn_at.is_none());
        let (Some(of), true) = (of, problem.status().is_open()) else { return Ok(None) };
        let actor = Actor { party: Party::Firm(of.firm.clone()), ..reporter.clone() };
        let words = Words(Text::new(message.text.clone(), message.text.clone()));
        let (act, documents) = self.sealed_act(id, &ProblemAct::Say { report, words })?;
        let kept = AddedTo { number: open.number.clone(), digest: hex(&request.digest) };
        let side = vec![self.store.put_record_side(SAID, key, &serde_json::to_string(&kept)?, &reporter.person)];
        let baggage = Baggage { documents, side, ..Baggage::default() };
        let acts: [(Uuid, Act); 1] = [(id, act)];
        match self.act::<Problem>(&actor, &acts, request, &baggage).await {
            Ok(_) => Ok(Some(open.number)),
            // It ended in this moment: what she says is a new report.
            Err(Error::Refused(_))
                if self.read::<Problem>(Reach::System("deciding"), id).await?.status() >= Status::Closed =>
            {
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}

fn require(message: &Message) -> Result<(), Error> {
    let is_none = |value: &str| {
        value.trim().is_empty() || value.chars().count() > super::intake::MOST_LINE || value.contains(char::is_control)
    };
    let missing = [("sender", &message.sender), ("id", &message.id)].into_iter().find(|(_, value)| is_none(value));
    match missing {
        None => Ok(()),
        Some((place, _)) => Err(Error::Invalid(vec![Fault::new(
            Severity::Error,
            "PQ-WEBHOOK-003",
            place,
            Text::new(
                "消息缺少发送方或编号，或其过长。",
                "The message's sender or identifier is missing, or too long.",
            ),
            Text::new(
                "请核对网关配置中字段的位置。",
                "Compare where the gateway's configuration says that it lies with what is sent.",
            ),
        )])),
    }
}

fn added(number: String, replayed: bool) -> MessageTaken {
    let reply = Text::new(format!("已补充到 {number}。"), format!("Added to {number}."));
    MessageTaken { number, secret: None, receipt_id: None, reply, replayed }
}

/// The language in which a sender is answered: Chinese as soon as one of its letters is written.
pub fn language(text: &str) -> &'static str {
    if text.chars().any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter)) { "zh" } else { "en" }
}

fn new_report(gateway: &Gateway, message: &Message) -> NewReport {
    let told = [("gateway", gateway.name.as_str()), ("sent_at", message.time.trim())].into_iter();
    NewReport {
        topic: gateway.topic.clone(),
        impact: "ordinary".to_owned(),
        urgency: "week".to_owned(),
        words: message.text.clone(),
        answers: told.filter(|(_, told)| !told.is_empty()).map(|(name, told)| (name.into(), told.into())).collect(),
        contact: Contact { phone: message.sender.clone(), ..Contact::default() },
        language: language(&message.text).to_owned(),
        ..NewReport::default()
    }
}
