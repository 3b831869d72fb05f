//! What leaves the house: letters and calls of systems, made ready for the binary, which sends them and says what came of it.
//! Whom a matter no longer concerns, nothing is sent to.

use domain::{
    Instant, Text,
    declaration::{Declaration, notices},
    problem::{Problem, Reader},
    resumption::Period,
};
use store::{Reach, notices::Delivery, ways::Endpoint};
use uuid::Uuid;

use super::{About, Data, Message, Notice, Preferences, person};
use crate::{
    Actor, Case, Error, Office,
    problems::{Contact, mark},
    sign_in::actor_of,
};

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;
/// How long after a try the next one follows, in minutes: Standard Webhooks 1.0.0 proposes such a row, its first step of
/// seconds apart.
const AGAIN: [i64; 9] = [0, 5, 30, 120, 300, 600, 840, 1200, 1440];
/// The first try again, microseconds.
const SOON: i64 = 5_000_000;
/// An endpoint that failed for so long is put out of use: five days.
const PATIENCE: i64 = 5 * 24 * domain::instant::HOUR;

/// Something to be sent, under its delivery's identifier.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// A letter.
    Letter(Box<Letter>),
    /// A short message, by the gateway that takes them.
    Message(Box<Message>),
    /// A call of a system.
    Call {
        /// The delivery.
        delivery: Uuid,
        /// How often it was tried, this time included.
        tries: i64,
        /// The notice, `webhook-id`: the same at each try.
        id: Uuid,
        /// The endpoint.
        endpoint: Uuid,
        /// The address.
        url: String,
        /// The secret's bytes.
        secret: Vec<u8>,
        /// The notice that is told.
        notice: Box<Notice>,
        /// The notice of the data model that it tells of, as WCO XML.
        wco: Option<String>,
    },
}

/// A letter to be written: the notice, and to a reporter what was said to her.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The delivery.
    pub delivery: Uuid,
    /// How often it was tried, this time included.
    pub tries: i64,
    /// To whom.
    pub to: String,
    /// `zh` or `en`.
    pub language: String,
    /// The reader, for the morning brief; none for who has no account.
    pub reader: Option<Actor>,
    /// The notice.
    pub notice: Notice,
    /// What was said to a reporter without an account.
    pub said: Vec<Said>,
    /// The letter's identifier, without the part after the `@`: the same at each try.
    pub id: String,
    /// The identifier under which letters about the same matter are gathered.
    pub thread: String,
    /// The page that it opens, for who has no account; empty for none.
    pub page: String,
}

/// Something said to a firm, point by point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The outcome of a point, a code; empty for a message.
    pub outcome: String,
    /// The words.
    pub words: Text,
    /// The rule on which it rests.
    pub law: String,
}

/// What came of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The other side has it; what it said.
    Done(String),
    /// Not now; tried again, at the earliest after so many microseconds where the other side said so.
    Later(String, Option<i64>),
    /// Never; what the other side said.
    Failed(String),
    /// Never, and the endpoint wants no more (410 Gone).
    Gone(String),
}

impl Office {
    /// Takes what is due to be sent, at most so many. What is sent to nobody any more is settled at once.
    ///
    /// # Errors
    /// The store's own.
    pub async fn due_to_send(&self, most: i64) -> Result<Vec<Outgoing>, Error> {
        let mut outgoing = Vec::new();
        for delivery in self.store.due_deliveries(self.now().0, most).await? {
            match self.made_ready(&delivery).await {
                Ok(Ok(ready)) => outgoing.push(ready),
                Ok(Err(why)) => self.store.settle_delivery(delivery.id, "dropped", delivery.due_at, why).await?,
                Err(Error::NotFound) => {
                    self.store.settle_delivery(delivery.id, "dropped", delivery.due_at, "not_there").await?;
                }
                Err(Error::Internal(why)) => self.later(&delivery, &why, None).await?,
                Err(other) => return Err(other),
            }
        }
        Ok(outgoing)
    }

    /// Lets go of what a former process had in hand when it ended.
    ///
    /// # Errors
    /// The store's own.
    pub async fn release_deliveries(&self) -> Result<(), Error> {
        Ok(self.store.release_deliveries().await?)
    }

    async fn made_ready(&self, delivery: &Delivery) -> Result<Result<Outgoing, &'static str>, Error> {
        let stored = self.store.notice(&delivery.recipient, delivery.notice).await?.ok_or(Error::NotFound)?;
        let matter = stored.matter;
        let notice = Notice::of(stored);
        let (kind, whose) = delivery.recipient.split_once(':').unwrap_or_default();
        match kind {
            "person" => self.letter_to_person(delivery, whose, matter, notice).await,
            "hall" => self.letter_to_visitor(delivery, whose, notice).await,
            "sms" => self.message_to_visitor(delivery, whose, notice).await,
            "report" => self.letter_to_reporter(delivery, whose, notice).await,
            "level" => {
                let to = self.preferences_kept(&delivery.recipient).await?.email;
                if to.is_empty() {
                    return Ok(Err("no_address"));
                }
                let thread = format!("{}.thread", thread_of(&notice));
                let id = format!("notice.{}", notice.id);
                let (delivery, tries, language) = (delivery.id, delivery.tries, "zh".to_owned());
                let letter = Letter {
                    delivery,
                    tries,
                    to,
                    language,
                    reader: None,
                    notice,
                    said: Vec::new(),
                    id,
                    thread,
                    page: String::new(),
                };
                Ok(Ok(Outgoing::Letter(Box::new(letter))))
            }
            _ => self.call_of_system(delivery, whose, matter, notice).await,
        }
    }

    async fn letter_to_person(
        &self,
        delivery: &Delivery,
        id: &str,
        matter: Uuid,
        notice: Notice,
    ) -> Result<Result<Outgoing, &'static str>, Error> {
        let Some(user) = self.store.user(id).await?.filter(|user| !user.disabled) else { return Ok(Err("gone")) };
        let Preferences { email: to, unconfirmed, .. } = self.preferences_kept(&person(id)).await?;
        let confirms = notice.kind == super::ways::CONFIRM;
        if to.is_empty() {
            return Ok(Err("no_address"));
        }
        // What waits meanwhile stands on the page.
        if unconfirmed.is_empty() == confirms {
            return Ok(Err(if confirms { "concerns_no_more" } else { "unconfirmed" }));
        }
        let code = Text::new(unconfirmed.as_str(), unconfirmed.as_str());
        let mut said: Vec<Said> = confirms.then(|| Said { words: code, ..Said::default() }).into_iter().collect();
        let reader = actor_of(&user);
        if !matter.is_nil() && !self.concerns(&reader, matter, &notice.kind).await? {
            return Ok(Err("concerns_no_more"));
        }
        if notice.kind == "hall.code" {
            let stored = self.store.notice(&delivery.recipient, delivery.notice).await?.ok_or(Error::NotFound)?;
            let code = self.code_for_letter(user.firm.as_deref().unwrap_or(""), &stored.source).await?;
            let Some(code) = code else { return Ok(Err("concerns_no_more")) };
            said.push(Said { words: Text::new(code.as_str(), code.as_str()), ..Said::default() });
        }
        let (id, thread) = (format!("notice.{}", notice.id), format!("{}.thread", thread_of(&notice)));
        let mut notice = notice;
        if let Some(firm) = user.firm.as_deref().filter(|_| notice.kind == "resumption.ask") {
            let link = self.resumption_link(firm, &Period(notice.number.clone()));
            notice.number = link.unwrap_or_default();
        }
        let (delivery, tries, language) = (delivery.id, delivery.tries, user.language);
        let letter = Letter {
            delivery,
            tries,
            to,
            language,
            reader: Some(reader),
            notice,
            said,
            id,
            thread,
            page: String::new(),
        };
        Ok(Ok(Outgoing::Letter(Box::new(letter))))
    }

    /// True while what a notice is about is within its reader's reach.
    pub(super) async fn concerns(&self, reader: &Actor, matter: Uuid, kind: &str) -> Result<bool, Error> {
        Ok(self.store.reach(About::of(kind).reach(reader)).sees(matter).await?)
    }

    /// What was said to who reported, in the language of the report, under the mark by which an answer joins the case.
    async fn letter_to_reporter(
        &self,
        delivery: &Delivery,
        whose: &str,
        notice: Notice,
    ) -> Result<Result<Outgoing, &'static str>, Error> {
        let (matter, id) = whose.split_once(':').ok_or(Error::NotFound)?;
        let matter = Uuid::parse_str(matter).map_err(|_| Error::NotFound)?;
        let id: u32 = id.parse().map_err(|_| Error::NotFound)?;
        let problem = self.read::<Problem>(Reach::System("letters"), matter).await?;
        let report = problem.report(id).cloned().ok_or(Error::NotFound)?;
        let confirms = notice.kind == crate::problems::address::CONFIRM;
        if report.is_address_read() == confirms {
            return Ok(Err(if confirms { "concerns_no_more" } else { "unconfirmed" }));
        }
        let reader = Reader::Reporter([id].into());
        let case = Case { id: matter, problem: problem.seen_by(&reader), reader, report: Some(id) };
        let Some(contact) = &report.contact else { return Ok(Err("no_address")) };
        let document = Uuid::parse_str(contact).map_err(|_| Error::NotFound)?;
        let reach = self.store.reach(Reach::System("contact of a reporter"));
        let Some(bytes) = reach.document(document).await?.and_then(|document| document.bytes) else {
            return Ok(Err("no_address"));
        };
        let contact: Contact = serde_json::from_slice(&bytes)?;
        let Some(secret) = self.secret_of(&report.number).await? else { return Ok(Err("no_address")) };
        let mark = mark(&secret);
        let said = if confirms {
            let code = self.address_code(&secret);
            vec![Said { words: Text::new(code.as_str(), code.as_str()), ..Said::default() }]
        } else {
            self.said_to_reporter(&case, &notice).await?
        };
        let letter = Letter {
            delivery: delivery.id,
            tries: delivery.tries,
            to: contact.email,
            language: report.language,
            reader: None,
            id: format!("{}.{mark}.{}", report.number, notice.id.simple()),
            thread: format!("{}.{mark}.thread", report.number),
            page: String::new(),
            notice,
            said,
        };
        Ok(Ok(Outgoing::Letter(Box::new(letter))))
    }

    async fn said_to_reporter(&self, case: &Case, notice: &Notice) -> Result<Vec<Said>, Error> {
        let mut said = Vec::new();
        let problem = &case.problem;
        let number = notice.data.id;
        match notice.kind.as_str() {
            "problem.update" | "problem.ask" => {
                if let Some(message) = problem.messages.iter().find(|of| Some(of.id) == number) {
                    let words = self.problem_words(case, &message.words).await?;
                    said.push(Said { words, ..Said::default() });
                }
            }
            "problem.reply" | "problem.plan" => {
                let reply = problem.replies.iter().find(|of| Some(of.id) == number).or(problem.replies.last());
                for point in reply.iter().flat_map(|reply| &reply.points) {
                    let words = self.problem_words(case, &point.words).await?;
                    let law = self.rule_said(case, &point.law).await?;
                    said.push(Said { outcome: point.outcome.code().to_owned(), words, law });
                }
                if let Some(plan) = problem.plan.as_ref().filter(|_| notice.kind == "problem.plan") {
                    said.push(Said { words: self.problem_words(case, &plan.words).await?, ..Said::default() });
                }
            }
            "problem.ended" => {
                let instead = problem.ended.as_ref().map(|ended| ended.instead.clone());
                said.extend(instead.filter(|words| !words.is_blank()).map(|words| Said { words, ..Said::default() }));
            }
            _ => {}
        }
        Ok(said)
    }

    /// The rule on which a point rests: a document's words, or in entries from before those were sealed the rule itself.
    async fn rule_said(&self, case: &Case, law: &str) -> Result<String, Error> {
        if law.is_empty() || Uuid::parse_str(law).is_err() {
            return Ok(law.to_owned());
        }
        let words = self.problem_words(case, law).await?;
        Ok(if words.zh == words.en { words.zh } else { format!("{} {}", words.zh, words.en) })
    }

    async fn call_of_system(
        &self,
        delivery: &Delivery,
        id: &str,
        matter: Uuid,
        notice: Notice,
    ) -> Result<Result<Outgoing, &'static str>, Error> {
        let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
        let Some((endpoint, secret)) = self.store.endpoint(id).await? else { return Ok(Err("gone")) };
        if endpoint.disabled_at.is_some() {
            return Ok(Err("disabled"));
        }
        if !self.concerns_party(&endpoint.party, matter, &notice.kind).await? {
            return Ok(Err("concerns_no_more"));
        }
        Ok(Ok(Outgoing::Call {
            delivery: delivery.id,
            tries: delivery.tries,
            id: notice.id,
            endpoint: id,
            url: endpoint.url,
            secret,
            wco: self.notice_of_data_model(matter, &notice).await?,
            notice: Box::new(notice),
        }))
    }

    /// The notice of a declaration, whole; none of what is no such notice.
    async fn notice_of_data_model(&self, matter: Uuid, notice: &Notice) -> Result<Option<String>, Error> {
        let Some(place) = notice.data.id.filter(|_| notice.kind == "declaration.notice") else { return Ok(None) };
        let rows = self.store.reach(Reach::System("notices")).entries(matter, 0, i64::from(place)).await?;
        let journal = rows.iter().map(crate::kept::record::<Declaration>).collect::<Result<Vec<_>, _>>()?;
        // The journal ends with the entry that is told of.
        let told = notices(&journal, crate::CURRENCY).pop();
        Ok(told.map(|told| self.notices_as_xml(vec![told])))
    }

    async fn concerns_party(&self, party: &str, matter: Uuid, kind: &str) -> Result<bool, Error> {
        let office = |code: &str| self.profile.organ(code).is_some_and(|organ| organ.kind == "office");
        let reach = match party.split_once(':') {
            Some(("organ", code)) if office(code) => Reach::Port,
            Some(("organ", code)) if About::of(kind) != About::Call => Reach::Firm(store::reach::organ_party(code)),
            Some(("organ", code)) => Reach::Organ(code.to_owned()),
            Some((_, code)) => Reach::Firm(code.to_owned()),
            None => return Ok(false),
        };
        Ok(self.store.reach(reach).sees(matter).await?)
    }

    /// Notes what came of a letter.
    ///
    /// # Errors
    /// The store's own.
    pub async fn letter_sent(&self, letter: &Letter, sent: &Sent) -> Result<(), Error> {
        self.settle(letter.delivery, letter.tries, sent).await
    }

    /// Notes what came of a short message.
    ///
    /// # Errors
    /// The store's own.
    pub async fn message_sent(&self, message: &Message, sent: &Sent) -> Result<(), Error> {
        self.settle(message.delivery, message.tries, sent).await
    }

    /// Notes what came of calling a system. One that has failed for five days is called no more, and who entered it is told.
    ///
    /// # Errors
    /// The store's own.
    pub async fn system_called(&self, delivery: Uuid, endpoint: Uuid, tries: i64, sent: &Sent) -> Result<(), Error> {
        let now = self.now().0;
        let Some((known, _)) = self.store.endpoint(endpoint).await? else {
            return Ok(self.store.settle_delivery(delivery, "dropped", now, "gone").await?);
        };
        match sent {
            Sent::Done(_) if known.failing_since.is_some() => {
                self.store.mark_endpoint(endpoint, None, known.disabled_at, "").await?;
            }
            Sent::Done(_) => {}
            Sent::Gone(why) => self.put_out_of_use(&known, why).await?,
            Sent::Later(why, _) | Sent::Failed(why) => {
                let since = known.failing_since.unwrap_or(now);
                if now - since > PATIENCE {
                    self.put_out_of_use(&known, why).await?;
                } else {
                    self.store.mark_endpoint(endpoint, Some(since), known.disabled_at, why).await?;
                }
            }
        }
        self.settle(delivery, tries, sent).await
    }

    async fn put_out_of_use(&self, endpoint: &Endpoint, why: &str) -> Result<(), Error> {
        let now = self.now().0;
        self.store.mark_endpoint(endpoint.id, endpoint.failing_since.or(Some(now)), Some(now), why).await?;
        let data = Data { word: "disabled".to_owned(), ..Data::default() };
        let notice = store::notices::Notice {
            id: self.new_id(),
            recipient: person(&endpoint.made_by),
            source: format!("endpoint/{}/{now}", endpoint.id),
            kind: "endpoint.disabled".to_owned(),
            class: String::new(),
            matter: Uuid::nil(),
            number: String::new(),
            data: serde_json::to_string(&data)?,
            made_at: now,
            read_at: None,
        };
        Ok(self.store.put_notices(&[notice], &[]).await?)
    }

    async fn settle(&self, delivery: Uuid, tries: i64, sent: &Sent) -> Result<(), Error> {
        let now = self.now().0;
        let (state, due, result) = match sent {
            Sent::Done(said) => ("sent", now, said),
            Sent::Failed(why) | Sent::Gone(why) => ("failed", now, why),
            Sent::Later(why, wait) => match next_try(tries) {
                Some(after) => ("waiting", now + after.max(wait.unwrap_or(0)), why),
                None => ("failed", now, why),
            },
        };
        Ok(self.store.settle_delivery(delivery, state, due, result).await?)
    }

    async fn later(&self, delivery: &Delivery, why: &str, wait: Option<i64>) -> Result<(), Error> {
        self.settle(delivery.id, delivery.tries, &Sent::Later(why.to_owned(), wait)).await
    }
}

/// How long after so many tries the next one follows, microseconds; none when it is given up.
fn next_try(tries: i64) -> Option<i64> {
    let minutes = AGAIN.get(usize::try_from(tries.max(1) - 1).ok()?)?;
    Some(if *minutes == 0 { SOON } else { minutes * MINUTE })
}

/// By what letters are gathered: the matter's number, else what they are.
fn thread_of(notice: &Notice) -> &str {
    if notice.number.is_empty() { &notice.kind } else { &notice.number }
}

impl Notice {
    /// The address of the page on which it is about, for who may sign in.
    pub fn path(&self) -> String {
        match self.kind.split('.').next() {
            Some("call") => format!("/calls/{}", self.number),
            Some("application") => format!("/applications/{}", self.number),
            Some("person_permit") => format!("/person-permits/{}", self.number),
            Some("crew_case") => format!("/crew-cases/{}", self.number),
            Some("flight") => format!("/flights/{}", self.number),
            Some("declaration") => format!("/declarations/{}", self.number),
            Some("consignment") => format!("/consignments/{}", self.number),
            Some("measure") => format!("/measures/{}", self.number),
            Some("table") => format!("/tables/{}", self.number),
            // In a letter the number is the signed part of the firm's link.
            Some("resumption") if self.number.contains('.') => format!("/resumption/link/{}", self.number),
            Some("resumption") => "/resumption".to_owned(),
            Some("brief") => "/problems/brief".to_owned(),
            Some("endpoint" | "address") => "/notices/ways".to_owned(),
            Some("hall") if self.kind == "hall.code" => "/hall/consents".to_owned(),
            // What was handed back has the address at which it is gone on with.
            Some("hall") if self.data.word.starts_with('/') => self.data.word.clone(),
            Some("hall") => "/hall".to_owned(),
            _ => format!("/problems/{}", self.number),
        }
    }

    /// What a system is told, as JSON: Standard Webhooks' `type`, `timestamp` and `data`.
    pub fn payload(&self, zone: &jiff::tz::TimeZone) -> serde_json::Value {
        let mut data = serde_json::to_value(&self.data).unwrap_or_default();
        if let Some(until) = self.data.until {
            data["until"] = until.in_zone(zone).into();
        }
        data["number"] = self.number.clone().into();
        data["path"] = self.path().into();
        if !self.class.is_empty() {
            data["class"] = self.class.clone().into();
        }
        serde_json::json!({"type": self.kind, "timestamp": Instant::in_zone(self.at, zone), "data": data})
    }
}
