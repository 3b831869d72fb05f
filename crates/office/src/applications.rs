//! Applications under a measure: a firm applies, the organ decides, the firm appeals; relief without a claim is recorded.

mod codes;
mod counting;
mod effect;
mod following;
mod kept;
mod sealing;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Fault, Instant, Severity, Text, Value,
    application::{Act, Application, Decided, Extended, NewApplication, Plan, Record, Status, mark},
    consignment::Consignment,
    measure::Measure,
    ship_call::Party,
};
use jiff::civil::Date;
use serde::Deserialize;
use store::{Filter, Order, Reach, Stored};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, PageOf, Right,
    acting::{Baggage, Request},
    numbers::Numbered,
    problems::Attachment,
};

pub use codes::CODE as GRANT_CODE;
pub use effect::{Effect, EffectKey, mean_hours};

/// So many files come with an application, each of at most as many bytes.
pub const MOST_PAPERS: usize = 10;
/// So many bytes are taken of a file.
pub const MOST_PAPER: usize = 5 << 20;
/// So many characters are taken of what is written.
pub const MOST_WORDS: usize = 8000;
/// Lines of a page.
const PAGE: i64 = 40;

/// What a firm applies for.
#[derive(Clone, Debug, Default)]
pub struct NewClaim {
    /// The measure, by its code.
    pub measure: String,
    /// The day of the event; today where it is left out.
    pub on: Option<Date>,
    /// What the firm says of itself and its matter.
    pub facts: BTreeMap<String, Value>,
    /// What it is about: a ship's call or a declaration by its number, or a guarantee account.
    pub about: Option<String>,
    /// What the firm writes.
    pub words: String,
    /// Files, each with the code of the measure's document that it is.
    pub papers: Vec<(String, Attachment)>,
    /// The firm whose relief an organ records; the actor's own for a firm.
    pub firm: String,
}

/// What is done on an application, in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum ApplicationAct {
    /// The organ asks for what is missing.
    Ask {
        /// In which words.
        words: String,
    },
    /// The firm answers.
    Answer {
        /// In which words.
        words: String,
        /// Files, each with its code.
        #[serde(skip)]
        papers: Vec<(String, Attachment)>,
    },
    /// The organ grants.
    Grant {
        /// Conditions.
        #[serde(default)]
        words: String,
        /// Legal reference; that of the table's row where it is left out.
        #[serde(default)]
        law: String,
        /// What the firm pays less, in fen.
        saved: Option<i64>,
        /// Hours that are saved.
        hours: Option<i64>,
        /// The last day of what is granted.
        until: Option<Date>,
        /// How much of a hundred a charge is less; all that the measure allows where it is left out.
        #[serde(default)]
        percent: Option<u32>,
        /// Who is named for the firm, by which name she signs in.
        #[serde(default)]
        person: Option<String>,
        /// By which instalments a tax that is put off is paid: the day of the bill, amounts in fen, days.
        #[serde(default)]
        plan: Option<Plan>,
    },
    /// The organ that leads says that an instalment was paid.
    PayInstalment {
        /// Its number in the plan, from one.
        nth: u32,
        /// On which day; today where it is left out.
        #[serde(default)]
        on: Option<Date>,
        /// The reference of the payment.
        #[serde(default)]
        reference: String,
    },
    /// The organ refuses.
    Refuse {
        /// Why.
        words: String,
        /// Legal reference.
        law: String,
    },
    /// The firm withdraws.
    Withdraw,
    /// The firm appeals.
    Appeal {
        /// Why.
        words: String,
    },
    /// The port office decides on the appeal.
    DecideAppeal {
        /// True when the decision stands.
        stands: bool,
        /// Why.
        words: String,
    },
    /// The organ takes back what it granted.
    Revoke {
        /// Why.
        words: String,
        /// Legal reference.
        law: String,
        /// What the firm pays after all, in fen; what it had saved where it is left out.
        #[serde(default)]
        back: Option<i64>,
    },
}

/// An application with its identifier.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub application: Application,
}

/// Which applications to list.
#[derive(Clone, Debug, Default)]
pub struct ApplicationFilter {
    /// Only these states.
    pub states: Vec<String>,
    /// Only this measure.
    pub measure: Option<String>,
    /// Only what waits for the reader's own unit or firm.
    pub mine: bool,
    /// The cursor of the page before.
    pub after: Option<String>,
}

impl Office {
    /// A firm applies.
    ///
    /// # Errors
    /// [`Error::Invalid`] for words and files; [`Error::Refused`] by the measure's table, with row and law.
    pub async fn apply_for(&self, actor: &Actor, claim: &NewClaim, request: &Request) -> Result<Done, Error> {
        actor.require(Right::File)?;
        let firm = match (&actor.on_behalf, &actor.party) {
            (Some(principal), _) => principal.clone(),
            (None, Party::Firm(firm)) => firm.clone(),
            _ => return Err(Error::Forbidden),
        };
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok(known);
        }
        let measure = self.profile.register.measure(&claim.measure);
        match &claim.about {
            Some(about) => self.require_about(actor, &firm, about).await?,
            // A certificate is a ship's: the call says of which.
            None if measure.is_some_and(Measure::extends_certificates) => return Err(nothing_named()),
            None => {}
        }
        let (id, new, documents) = self.new_application(claim, firm).await?;
        let baggage = Baggage {
            documents,
            what: format!("application {} under {}", new.number, new.measure),
            ..Baggage::default()
        };
        self.act::<Application>(actor, &[(id, Act::File(Box::new(new)))], request, &baggage).await
    }

    /// What an application is about is a call or a declaration that the firm may read, or a guarantee account of its own.
    async fn require_about(&self, actor: &Actor, firm: &str, about: &str) -> Result<(), Error> {
        match self.call(actor, about).await {
            Err(Error::NotFound) => {}
            other => return other.map(drop),
        }
        match self.declaration(actor, about).await {
            Err(Error::NotFound) => {}
            other => return other.map(drop),
        }
        match self.consignment(actor, about).await {
            Err(Error::NotFound) => {}
            other => return other.map(drop),
        }
        match self.store.guarantee(about).await?.filter(|of| of.firm == firm) {
            Some(_) => Ok(()),
            None => Err(nothing_named()),
        }
    }

    /// An organ records relief that applied without a claim.
    ///
    /// # Errors
    /// [`Error::Refused`] by the measure's table; [`Error::Invalid`] for a firm that is not known.
    pub async fn record_relief(
        &self,
        actor: &Actor,
        claim: &NewClaim,
        (saved, hours): (Option<i64>, Option<i64>),
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require(Right::Decide)?;
        if !self.is_firm(&claim.firm).await? {
            return Err(Error::Invalid(vec![fault(
                "PQ-APPLICATION-012",
                "/firm",
                "没有这家企业。",
                "There is no such firm.",
                "请从企业名录选择。",
                "Choose it from the firms.",
            )]));
        }
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok(known);
        }
        let (id, new, documents) = self.new_application(claim, claim.firm.clone()).await?;
        let decided = Decided { saved: amount(saved)?, hours: amount(hours)?, ..Decided::default() };
        let baggage = Baggage { documents, ..Baggage::default() };
        self.act::<Application>(actor, &[(id, Act::Record(Box::new(new), decided))], request, &baggage).await
    }

    async fn new_application(
        &self,
        claim: &NewClaim,
        firm: String,
    ) -> Result<(Uuid, NewApplication, Vec<store::Sealed>), Error> {
        let id = self.new_id();
        let mut sealing = sealing::Sealing::of(self, id);
        let words = match claim.words.trim() {
            "" => None,
            words => Some(sealing.words(words)?),
        };
        let papers = sealing.papers(&claim.papers)?;
        let number = self.next_number(Numbered::Application).await?;
        let new = NewApplication {
            number,
            measure: claim.measure.clone(),
            firm,
            on: claim.on.unwrap_or_else(|| self.today()),
            facts: claim.facts.clone(),
            about: claim.about.clone(),
            words,
            papers,
        };
        Ok((id, new, sealing.documents))
    }

    /// An application by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn application(&self, actor: &Actor, number: &str) -> Result<Applied, Error> {
        actor.require(Right::ReadCalls)?;
        let found = self.store.reach(actor.party_reach()).matter_by_number(number).await?;
        let stored = found.ok_or(Error::NotFound)?;
        let id = stored.id;
        Ok(Applied { id, application: self.unfold(stored).await? })
    }

    /// A page of applications within the actor's reach; what waits for her own unit by its limit, else the newest first.
    ///
    /// # Errors
    /// The store's own.
    pub async fn applications(&self, actor: &Actor, filter: &ApplicationFilter) -> Result<PageOf<Stored>, Error> {
        actor.require(Right::ReadCalls)?;
        let holder = match &actor.party {
            Party::Organ(organ) => organ.as_str(),
            _ => "firm",
        };
        let wanted = Filter {
            states: filter.states.clone(),
            subject_key: filter.measure.clone(),
            holder: filter.mine.then(|| holder.to_owned()),
            order: if filter.mine { Order::Due } else { Order::Newest },
            ..Filter::default()
        };
        self.page_of(actor.party_reach(), kept::APPLICATION, &wanted, filter.after.as_deref(), PAGE).await
    }

    /// The journal of an application, oldest first.
    ///
    /// # Errors
    /// The store's own; empty out of reach.
    pub async fn application_journal(&self, actor: &Actor, id: Uuid) -> Result<Vec<Record>, Error> {
        let rows = self.store.reach(actor.party_reach()).entries(id, 0, 1000).await?;
        rows.iter().map(crate::kept::record::<Application>).collect()
    }

    /// What somebody wrote in an application.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a document that the application does not name.
    pub async fn application_words(&self, claim: &Applied, document: &str) -> Result<String, Error> {
        let bytes = self.application_document(claim, document).await?;
        String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))
    }

    /// A file that came with an application.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that the application does not name.
    pub async fn application_paper(&self, claim: &Applied, document: &str) -> Result<Attachment, Error> {
        let named = claim.application.papers.iter().find(|paper| paper.document == document).ok_or(Error::NotFound)?;
        let bytes = self.application_document(claim, document).await?;
        Ok(Attachment { name: named.name.clone(), bytes })
    }

    /// The bytes of a document that the application names: whoever found it through her reach may read it.
    async fn application_document(&self, claim: &Applied, document: &str) -> Result<Vec<u8>, Error> {
        let id = Uuid::parse_str(document).map_err(|_| Error::NotFound)?;
        if !serde_json::to_string(&claim.application)?.contains(&id.to_string()) {
            return Err(Error::NotFound);
        }
        let reach = self.store.reach(Reach::System("words of an application"));
        let found = reach.document(id).await?.filter(|found| found.matter == claim.id);
        found.and_then(|document| document.bytes).ok_or(Error::NotFound)
    }

    /// Does an act on an application.
    ///
    /// # Errors
    /// [`Error::NotFound`] out of reach; [`Error::Refused`] by the procedure.
    pub async fn do_on_application(
        &self,
        actor: &Actor,
        number: &str,
        act: &ApplicationAct,
        request: &Request,
    ) -> Result<Done, Error> {
        actor.require_act()?;
        let claim = self.application(actor, number).await?;
        let mut sealing = sealing::Sealing::of(self, claim.id);
        let mut act = sealing.act(act, self.today())?;
        if let Act::Decide(decided) = &mut act {
            decided.extended = self.guarantee_extended(&claim.application, decided).await?;
            let named = decided.person.as_ref();
            if let Some(person) = named
                && !self.people_to_name(actor).await?.iter().any(|(id, _)| id == person)
            {
                return Err(Error::Invalid(vec![fault(
                    "PQ-APPLICATION-023",
                    "/person",
                    "该人员不是本单位的人员。",
                    "This person is none of the organ’s people.",
                    "请从列表中选择。",
                    "Choose one of the list.",
                )]));
            }
            if decided.saved.is_none() {
                decided.saved = self.relief_saves(actor, &claim.application, decided).await?;
            }
        }
        if let Act::PayInstalment { nth, on, borne, .. } = &mut act {
            *borne = self.instalment_bears(&claim.application, *nth, *on).await?;
        }
        let baggage = Baggage { documents: sealing.documents, ..Baggage::default() };
        self.act_on_application(actor, (claim.id, act), request, &baggage).await
    }

    /// The people of the actor's unit: by which name they sign in, and their name.
    ///
    /// # Errors
    /// The store's own.
    pub async fn people_to_name(&self, actor: &Actor) -> Result<Vec<(String, String)>, Error> {
        let users = self.store.users_of(actor.unit(), true).await?;
        Ok(users.into_iter().filter(|user| !user.disabled).map(|user| (user.id, user.name)).collect())
    }

    /// The name of a person; how she signs in where she has left.
    ///
    /// # Errors
    /// The store's own.
    pub async fn person_named(&self, id: &str) -> Result<String, Error> {
        Ok(self.store.user(id).await?.map_or_else(|| id.to_owned(), |user| user.name))
    }

    /// Who is named for a firm by what it was granted: organ, measure and name. For the firm itself and for organs.
    ///
    /// # Errors
    /// The store's own.
    pub async fn named_for(&self, actor: &Actor, firm: &str) -> Result<Vec<(String, String, String)>, Error> {
        if matches!(&actor.party, Party::Firm(own) if own != firm) {
            return Ok(Vec::new());
        }
        let names = |measure: &&Measure| {
            let table = self.profile.eligibility(&measure.code);
            table.is_some_and(|table| table.outputs.iter().any(|output| output.name == "names"))
        };
        let reach = self.store.reach(Reach::System("who is named for a firm"));
        let (today, mut named) = (self.today(), Vec::new());
        for measure in self.profile.register.measures.iter().filter(names) {
            let filter = Filter {
                states: vec![Status::Granted.code().to_owned()],
                subject_key: Some(measure.code.clone()),
                firm: Some(firm.to_owned()),
                ..Filter::default()
            };
            let found = reach.list(kept::APPLICATION, &filter, None, PAGE).await?;
            let ids: Vec<Uuid> = found.iter().map(|stored| stored.id).collect();
            for stored in reach.matters(&ids).await? {
                let of: Application = self.unfold(stored).await?;
                let Some(decision) = of.standing() else { continue };
                let stands = decision.decided.until.is_none_or(|until| today <= until);
                if let Some(person) = decision.decided.person.as_ref().filter(|_| stands) {
                    named.push((decision.organ.clone(), measure.code.clone(), self.person_named(person).await?));
                }
            }
        }
        Ok(named)
    }

    /// The guarantee account that a grant makes run longer, with until when it runs now; none where the measure's row does not
    /// speak of one, or none is named.
    async fn guarantee_extended(&self, of: &Application, decided: &Decided) -> Result<Option<Extended>, Error> {
        let speaks = of.assessed.outputs.get("extends").and_then(Value::text) == Some("guarantee");
        let (Some(account), Some(until)) = (of.about.as_ref().filter(|_| speaks && decided.granted), decided.until)
        else {
            return Ok(None);
        };
        let found = self.store.guarantee(account).await?.filter(|known| known.firm == of.firm);
        let ends = until.tomorrow().ok().and_then(|day| Instant::start_of(day, &self.profile.zone));
        Ok(found.zip(ends).map(|(known, until)| Extended {
            account: account.clone(),
            from: Instant(known.expires_at),
            until,
        }))
    }

    /// Whether a firm has a grant of a measure that stands today, for goods of these keys: one that names nothing is for all of its
    /// goods, one that names a consignment for that one.
    pub(crate) async fn has_grant(&self, firm: &str, measure: &str, keys: &BTreeSet<String>) -> Result<bool, Error> {
        let wanted = Filter {
            states: vec![Status::Granted.code().to_owned()],
            subject_key: Some(measure.to_owned()),
            ..Filter::default()
        };
        let reach = self.store.reach(Reach::Firm(firm.to_owned()));
        let today = self.today();
        let mut after = None;
        loop {
            let page = reach.list(kept::APPLICATION, &wanted, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(false) };
            after = Some(last.cursor(wanted.order));
            let ids: Vec<Uuid> = page.iter().filter(|of| of.row.firm == firm).map(|of| of.id).collect();
            for stored in reach.matters(&ids).await? {
                let of: Application = self.unfold(stored).await?;
                let until = of.standing().and_then(|decision| decision.decided.until);
                if until.is_none_or(|until| today <= until) && self.is_about(&of, keys).await? {
                    return Ok(true);
                }
            }
        }
    }

    /// Whether an application is about goods of these keys: about nothing named, or about a consignment of one of them.
    async fn is_about(&self, of: &Application, keys: &BTreeSet<String>) -> Result<bool, Error> {
        let Some(about) = &of.about else { return Ok(true) };
        match self.find::<Consignment>(Reach::System("goods of a grant"), about).await {
            Ok((_, goods)) => Ok(goods.told.is_known_by(keys)),
            Err(Error::NotFound) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Looks at every application whose measure is not what it was: the measure changed, ended, or is gone. Each is told in
    /// its own journal, by which those hear of it whom it touches. Gives how many were told.
    ///
    /// # Errors
    /// The store's own.
    pub async fn look_at_measures(&self) -> Result<usize, Error> {
        let (actor, today) = (Actor::clock(), self.today());
        let states =
            [Status::Filed, Status::Asked, Status::Appealed, Status::Granted, Status::Applied, Status::Refused];
        let wanted =
            Filter { states: states.iter().map(|status| status.code().to_owned()).collect(), ..Filter::default() };
        let reach = self.store.reach(Reach::System("measures that changed"));
        let (mut told, mut after) = (0, None);
        loop {
            let page = reach.list(kept::APPLICATION, &wanted, after, 500).await?;
            let Some(last) = page.last() else { return Ok(told) };
            after = Some(last.cursor(wanted.order));
            for stored in &page {
                let now = mark(&self.profile, &stored.row.subject_key);
                if kept::mark_code(&now, now.hash.is_empty() || now.until.is_some_and(|until| until <= today))
                    == stored.row.place
                {
                    continue;
                }
                let key = format!("{}/{}/{}", stored.id, stored.version, now.hash);
                let request = Request::new("measure", Some(key), stored.row.subject_key.as_bytes(), "clock");
                match self.act::<Application>(&actor, &[(stored.id, Act::Look)], &request, &Baggage::default()).await {
                    Ok(_) => told += 1,
                    // Somebody was faster, or nothing is to be said: it is looked at again the next time.
                    Err(Error::Conflict | Error::Refused(_) | Error::NotFound) => {}
                    Err(other) => return Err(other),
                }
            }
        }
    }
}

/// An amount or a number of hours, which is never negative.
fn amount(given: Option<i64>) -> Result<Option<i64>, Error> {
    match given {
        Some(given) if given < 0 => Err(Error::Invalid(vec![fault(
            "PQ-APPLICATION-011",
            "/saved",
            "金额、小时数不能为负。",
            "An amount or a number of hours is negative.",
            "请填写零或正数。",
            "Give nought or more.",
        )])),
        given => Ok(given),
    }
}

/// What an application is about is not there, or not named.
fn nothing_named() -> Error {
    Error::Invalid(vec![fault(
        "PQ-APPLICATION-021",
        "/about",
        "没有写明，或没有这一航次、报关单、货物或担保账户。",
        "It is not said, or there is no such call, declaration, consignment or guarantee account.",
        "请核对编号；没有可留空，证书展期须写明航次。",
        "Check its number; leave it empty where there is none. A certificate is held longer in a call.",
    )])
}

fn fault(code: &str, place: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}
