//! Declarations of goods: a message is read, declares or changes; customs and the terminal act; a guarantee is reserved in the
//! transaction of the act that needs it.

mod acts;
mod desk;
mod kept;
mod licences;
mod movements;
mod parking;
mod payments;
mod seeding;
mod workbook;

pub use desk::{DeclarationFilter, Queued};

use domain::{
    Fault, Instant, Severity, Text,
    declaration::{
        Act, Declaration, NewDeclaration, Notice, Status,
        model::{self, Document, MetaData, Response},
        notices,
        summary::{self, Wanted},
    },
    matter::{Context, Matter, Party},
};
use messages::wco;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use store::{DocumentPlain, Filter, Reach, Sealed, Side, guarantees::Guarantee, reach::organ_party};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office, Request, Right, Role,
    acting::{Baggage, Step},
    numbers::Numbered,
};

/// The organ that decides.
pub(crate) const CUSTOMS: &str = "customs";
/// The party that says that goods are there, and delivers them.
pub(crate) const TERMINAL: &str = "port_group";
/// The port's currency.
pub const CURRENCY: &str = "CNY";
/// A currency without a rate.
const NO_RATE: &str = "PQ-DECLARATION-024";
/// Cents of a unit of money.
const CENTS: i64 = 100;

pub use acts::DeclarationAct;
use acts::Prepared;
pub use movements::MovedDeclaration;
pub use payments::{BankPayment, RecordedPayment};
pub use workbook::read_item_sheet;

/// A declaration with its identifier.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The matter's identifier.
    pub id: Uuid,
    /// The fold.
    pub declaration: Declaration,
}

impl Actor {
    /// What the store lets this actor find among declarations.
    fn declaration_reach(&self) -> Reach {
        match &self.party {
            Party::Firm(firm) => Reach::Firm(firm.clone()),
            Party::Organ(organ) => Reach::Firm(organ_party(organ)),
            Party::Clock => Reach::System("clocks"),
        }
    }

    /// True when this actor reads what was declared: the firm, its agent, and customs' officers.
    pub fn reads_declaration(&self, declaration: &Declaration) -> bool {
        match &self.party {
            Party::Firm(firm) => declaration.firm == *firm || declaration.agent.as_ref() == Some(firm),
            Party::Organ(organ) => organ == CUSTOMS && self.may(Right::Decide),
            Party::Clock => false,
        }
    }
}

/// A firm's reference, as it is about to be used.
struct Under {
    mark: store::Side,
    id: Uuid,
    read: Declaration,
    number: String,
}

impl Office {
    /// Takes a message of the WCO data model: it declares, amends, takes back, or says that the goods are there.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault of the message; [`Error::Refused`] by the procedure; [`Error::NotFound`] when what it
    /// is about is not there.
    pub async fn send_declaration(
        &self,
        actor: &Actor,
        bytes: &[u8],
        mode: Option<&str>,
        request: &Request,
    ) -> Result<(Done, Vec<Fault>), Error> {
        actor.require(Right::File)?;
        let firm = acting_firm(actor)?;
        let (message, faults) = wco::read(bytes);
        if faults.iter().any(Fault::is_error) {
            return Err(Error::Invalid(faults));
        }
        let declaration = message.content.as_ref().and_then(Document::declaration).ok_or_else(no_declaration)?;
        let mut faults = faults;
        let done = match summary::wanted(&self.profile, declaration, self.now()).ok_or_else(no_declaration)? {
            Wanted::Declare { mode: usual, direction } => {
                let mode = mode.map_or(usual, str::to_owned);
                let (done, waited) = self.declare(actor, (firm, mode, direction), declaration, bytes, request).await?;
                faults.extend(waited);
                done
            }
            wanted => match self.change_declaration(actor, &wanted, declaration, bytes, request).await? {
                (done, false) => done,
                (done, true) => {
                    faults.push(waits(&done.number));
                    done
                }
            },
        };
        Ok((done, faults))
    }

    async fn declare(
        &self,
        actor: &Actor,
        (firm, mode, direction): (String, String, String),
        declaration: &model::Declaration,
        bytes: &[u8],
        request: &Request,
    ) -> Result<(Done, Vec<Fault>), Error> {
        match self.declare_anew(actor, (firm, mode, direction), declaration, bytes, request).await {
            // A retry finds its reference used, or what it drew of licences: its answer is the first one.
            Err(error @ (Error::Refused(_) | Error::Invalid(_))) => {
                self.known_answer(actor, request).await?.map(|known| (known, Vec::new())).ok_or(error)
            }
            other => other,
        }
    }

    async fn declare_anew(
        &self,
        actor: &Actor,
        (firm, mode, direction): (String, String, String),
        declaration: &model::Declaration,
        bytes: &[u8],
        request: &Request,
    ) -> Result<(Done, Vec<Fault>), Error> {
        let (items, mut told) = summary::items(declaration, CURRENCY);
        told.extend(summary::listed(&self.profile, &items, self.now()));
        if told.iter().any(Fault::is_error) {
            return Err(Error::Invalid(told));
        }
        let keys = crate::consignments::business_keys(declaration);
        self.require_mode(&firm, &mode, &keys).await?;
        let reference = declaration.functional_reference_id.clone().unwrap_or_default();
        let entered = self.entered(declaration).await?;
        for _ in 0..3 {
            let Under { mark, id, read, number } = self.under(&firm, &reference).await?;
            let licences = self.drawn_licences((&firm, &direction, &[]), &items, declaration).await?;
            let (waiting, waited) = self.waiting_draws(&read, (&firm, &direction, items.len())).await?;
            let sealed = self.seal_declaration(id, bytes)?;
            let new = NewDeclaration {
                number,
                reference: reference.clone(),
                firm: firm.clone(),
                direction: direction.clone(),
                mode: mode.clone(),
                document: sealed.id.to_string(),
                items: items.clone(),
                completes: completed(declaration),
                entered,
                licences,
                waiting,
                keys: keys.clone(),
                seed: u64::try_from(self.new_id().as_u128() & u128::from(u64::MAX)).unwrap_or_default(),
                ..NewDeclaration::default()
            };
            let what = format!("declaration {} of {} items", new.number, new.items.len());
            let mut side = vec![mark];
            side.extend(self.licence_sides(&firm, &[], &new.licences).await?);
            let baggage = Baggage { documents: vec![sealed], side, what, ..Baggage::default() };
            let act = Act::Lodge(Box::new(new));
            let steps = vec![Step { id, read, acts: std::slice::from_ref(&act) }];
            match self.commit(actor, steps, request, &baggage).await {
                Err(Error::Conflict) => {}
                other => return Ok((other?, [told, waited].concat())),
            }
        }
        Err(Error::Conflict)
    }

    /// What stands under a firm's reference: a message that came before its declaration opened it, or nothing does yet. Of two at
    /// the same moment one looks again.
    async fn under(&self, firm: &str, reference: &str) -> Result<Under, Error> {
        let mark = format!("declaration {firm} {reference}");
        let mark = self.store.guard_side(&mark, self.store.guard(&mark).await?);
        let waiting = self.free_reference(firm, reference).await?;
        let (id, read) = waiting.unwrap_or_else(|| (self.new_id(), Declaration::default()));
        let number = match read.version {
            0 => self.next_number(Numbered::Declaration).await?,
            _ => read.number.clone(),
        };
        Ok(Under { mark, id, read, number })
    }

    /// A firm uses a reference once: it finds its declarations by it. What waits for the declaration of this reference, or nothing.
    async fn free_reference(&self, firm: &str, reference: &str) -> Result<Option<(Uuid, Declaration)>, Error> {
        let filter = Filter { subject_key: Some(reference.to_owned()), ..Filter::default() };
        let own = self.store.reach(Reach::Firm(firm.to_owned())).list(kept::DECLARATION, &filter, None, 50).await?;
        let ended = [Status::Rejected.code(), Status::Invalidated.code()];
        let standing = own.iter().find(|of| of.row.firm == firm && !ended.contains(&of.row.state.as_str()));
        match standing {
            None => Ok(None),
            Some(waiting) if waiting.row.state == Status::Parked.code() => {
                let id = waiting.id;
                Ok(Some((id, self.read::<Declaration>(Reach::System("a message came first"), id).await?)))
            }
            Some(other) => Err(Error::Refused(fault(
                "PQ-DECLARATION-030",
                "/functional_reference_id",
                format!("企业编号“{reference}”已用于报关单 {}。", other.row.number),
                format!("The reference {reference} is that of declaration {} already.", other.row.number),
                ("请改用新的编号，或对该报关单申请修改。", "Use a new reference, or ask to amend that declaration."),
            ))),
        }
    }

    /// A message about an earlier declaration.
    async fn change_declaration(
        &self,
        actor: &Actor,
        wanted: &Wanted,
        declaration: &model::Declaration,
        bytes: &[u8],
        request: &Request,
    ) -> Result<(Done, bool), Error> {
        // What waited and counts by now was answered then.
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok((known, false));
        }
        let found = match self.earlier(actor, declaration).await {
            Ok(found) if found.declaration.is_lodged() || found.declaration.ended.is_some() => found,
            Ok(_) | Err(Error::NotFound) if declaration.id.is_none() => {
                return Ok((self.park(actor, wanted, declaration, bytes, request).await?, true));
            }
            other => other?,
        };
        let reference = declaration.functional_reference_id.clone().unwrap_or_default();
        let changes = summary::changes(declaration);
        let mut documents = Vec::new();
        let act = match wanted {
            Wanted::Withdraw => Act::Withdraw { reference },
            Wanted::Present => Act::Present { reference, changes },
            _ => {
                let items = if declaration.goods_shipment.is_some() {
                    let (items, mut faults) = summary::items(declaration, CURRENCY);
                    faults.extend(summary::listed(&self.profile, &items, self.now()));
                    // Money whose rate only the declaration itself gives is asked about by customs.
                    if faults.iter().any(|fault| fault.is_error() && fault.code != NO_RATE) {
                        return Err(Error::Invalid(faults));
                    }
                    // An amendment says what changes; items that it does not repeat whole, or count, stand as they are.
                    let whole =
                        declaration.goods_item_quantity.is_some() || items.len() >= found.declaration.items.len();
                    (!faults.iter().any(Fault::is_error) && whole).then_some(items)
                } else {
                    None
                };
                let licences = match &items {
                    Some(items) => {
                        let of = &found.declaration;
                        let whose = (of.firm.as_str(), of.direction.as_str(), of.drawn());
                        Some(self.drawn_licences(whose, items, declaration).await?)
                    }
                    None => None,
                };
                let sealed = self.seal_declaration(found.id, bytes)?;
                let document = Some(sealed.id.to_string());
                documents.push(sealed);
                Act::Amend { reference, changes, items, lines: None, licences, document }
            }
        };
        let act = Prepared::Act(Box::new(act));
        Ok((self.commit_declaration(actor, found.id, &act, documents, request).await?, false))
    }

    /// The declaration that a message is about: by its number, else by the declarant's reference.
    async fn earlier(&self, actor: &Actor, declaration: &model::Declaration) -> Result<Declared, Error> {
        if let Some(number) = &declaration.id {
            return self.declaration(actor, number).await;
        }
        let reference = declaration.functional_reference_id.clone().unwrap_or_default();
        let filter = Filter { subject_key: Some(reference), ..Filter::default() };
        let reach = self.store.reach(actor.declaration_reach());
        let found = reach.list(kept::DECLARATION, &filter, None, 1).await?.pop().ok_or(Error::NotFound)?;
        self.declaration(actor, &found.row.number).await
    }

    /// Does an act of a firm, of customs or of the terminal.
    ///
    /// # Errors
    /// [`Error::Refused`] by the procedure, [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn act_on_declaration(
        &self,
        actor: &Actor,
        number: &str,
        act: &DeclarationAct,
        request: &Request,
    ) -> Result<Done, Error> {
        match (&actor.party, act) {
            (Party::Firm(_), _) => actor.require(Right::File)?,
            (Party::Organ(organ), act) if organ == TERMINAL => {
                actor.require(Right::StateTimes)?;
                if !matches!(act, DeclarationAct::Other(act) if matches!(**act, Act::Arrive { .. } | Act::Exit)) {
                    return Err(Error::Forbidden);
                }
            }
            _ => actor.require(Right::Decide)?,
        }
        let found = self.declaration(actor, number).await?;
        let (act, documents) = self.prepared_act(found.id, act)?;
        self.commit_declaration(actor, found.id, &act, documents, request).await
    }

    /// Decides an act on what is read now, with the guarantee that it reserves or frees; tried again when others were faster.
    async fn commit_declaration(
        &self,
        actor: &Actor,
        id: Uuid,
        act: &Prepared,
        documents: Vec<Sealed>,
        request: &Request,
    ) -> Result<Done, Error> {
        for _ in 0..3 {
            let read = self.read::<Declaration>(Reach::System("deciding"), id).await?;
            let act = match act {
                Prepared::Secure(account) => self.securing(&read, account).await?,
                Prepared::Act(act) => (**act).clone(),
            };
            let side = self.reservations(actor, &read, std::slice::from_ref(&act), request);
            let baggage = Baggage { documents: documents.clone(), side, ..Baggage::default() };
            let baggage = self.with_licences(actor, (&read, &act), request, baggage).await?;
            let paid = match &act {
                Act::Pay { reference, on, .. } if read.deferred.is_some() => {
                    Some((on.unwrap_or_else(|| self.today()), reference.as_str()))
                }
                _ => None,
            };
            let step = Step { id, read, acts: std::slice::from_ref(&act) };
            let done = match paid {
                Some(paid) => self.commit_payment(actor, step, paid, request, &baggage).await,
                None => self.commit(actor, vec![step], request, &baggage).await,
            };
            match done {
                Err(Error::Conflict) => {}
                other => return other,
            }
        }
        Err(Error::Conflict)
    }

    /// The act with what is free of the account now.
    async fn securing(&self, declaration: &Declaration, account: &str) -> Result<Act, Error> {
        let found = self.store.guarantee(account).await?.filter(|of| of.firm == declaration.firm);
        let of = found.ok_or(Error::NotFound)?;
        let free = if of.expires_at > self.now().0 { of.amount - of.reserved } else { 0 };
        Ok(Act::Secure { account: account.to_owned(), free: Decimal::new(free, 2), lines: None })
    }

    /// What acts reserve of a guarantee, or free: found by deciding them ahead. What is refused moves nothing.
    pub(crate) fn reservations(&self, actor: &Actor, read: &Declaration, acts: &[Act], request: &Request) -> Vec<Side> {
        let (now, signature) = (self.now(), actor.signature());
        let context = Context { now, profile: &self.profile, actor: &signature };
        let mut after = read.clone();
        if acts.iter().any(|act| after.act(act, &context, request.channel).is_err()) {
            return Vec::new();
        }
        let held = |of: &Declaration| {
            let standing = of.secured.clone().filter(|security| security.freed_at.is_none());
            standing.map(|security| (security.account, cents(security.amount)))
        };
        match (held(read), held(&after)) {
            (None, Some((account, amount))) => {
                vec![self.store.reserve_guarantee_side(&account, &after.firm, amount, now.0)]
            }
            (Some((account, amount)), None) => vec![self.store.free_guarantee_side(&account, amount)],
            _ => Vec::new(),
        }
    }

    /// A declaration by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the actor.
    pub async fn declaration(&self, actor: &Actor, number: &str) -> Result<Declared, Error> {
        actor.require(Right::ReadCalls)?;
        if actor.role == Role::Coordinator {
            return Err(Error::NotFound);
        }
        let stored = self.store.reach(actor.declaration_reach()).matter_by_number(number).await?;
        let stored = stored.ok_or(Error::NotFound)?;
        Ok(Declared { id: stored.id, declaration: self.unfold(stored).await? })
    }

    /// The notices that were sent about a declaration, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who do not read what was declared.
    pub async fn declaration_notices(&self, actor: &Actor, found: &Declared) -> Result<Vec<Notice>, Error> {
        if !actor.reads_declaration(&found.declaration) {
            return Err(Error::NotFound);
        }
        Ok(notices(&self.declaration_journal(actor, found).await?, CURRENCY))
    }

    /// Notices as a document of the data model.
    pub fn notices_as_xml(&self, notices: Vec<Notice>) -> String {
        let responses: Vec<Response> = notices.into_iter().map(|notice| notice.response).collect();
        let data = MetaData {
            wco_data_model_version_code: Some("3.6".to_owned()),
            wco_type_name: Some("RES".to_owned()),
            responsible_country_code: self.profile.port.code.get(..2).map(str::to_owned),
            responses,
            ..MetaData::default()
        };
        wco::write(&wco::Message::new(Document::MetaData(Box::new(data))))
    }

    /// Records a guarantee account, or what it is good for now. Customs alone does.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Refused`] when more is reserved of it than it would hold, or it is another firm's.
    pub async fn set_guarantee(&self, actor: &Actor, guarantee: &Guarantee) -> Result<(), Error> {
        actor.require(Right::Decide)?;
        if !matches!(&actor.party, Party::Organ(organ) if organ == CUSTOMS) {
            return Err(Error::Forbidden);
        }
        let change = store::changes::Change {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            kind: "guarantee.set".to_owned(),
            unit: format!("firm:{}", guarantee.firm),
            about: guarantee.code.clone(),
            detail: serde_json::json!({"amount": guarantee.amount, "expires_at": guarantee.expires_at}).to_string(),
        };
        let side = vec![self.store.set_guarantee_side(guarantee)];
        match self.store.change(&change, side).await {
            Ok(_) => Ok(()),
            Err(store::CommitError::Conflict(_)) => Err(Error::Refused(fault(
                "PQ-DECLARATION-031",
                "/amount",
                "已占用的额度多于此数，或该账户属于其他企业。".to_owned(),
                "More than this is reserved of it, or the account is another firm's.".to_owned(),
                (
                    "请先了结占用的报关单，或核对账户。",
                    "Settle the declarations that it secures first, or check the account.",
                ),
            ))),
            Err(other) => Err(other.into()),
        }
    }

    /// Guarantee accounts: a firm's own; all of them for customs.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn guarantees(&self, actor: &Actor) -> Result<Vec<Guarantee>, Error> {
        match &actor.party {
            Party::Firm(firm) => {
                actor.require(Right::File)?;
                Ok(self.store.guarantees(Some(firm)).await?)
            }
            Party::Organ(organ) if organ == CUSTOMS => {
                actor.require(Right::Decide)?;
                Ok(self.store.guarantees(None).await?)
            }
            _ => Err(Error::Forbidden),
        }
    }

    fn seal_declaration(&self, matter: Uuid, bytes: &[u8]) -> Result<Sealed, Error> {
        let (purpose, subject) = ("declaration".to_owned(), String::new());
        let plain = DocumentPlain { id: self.new_id(), matter, purpose, subject, bytes: bytes.to_vec() };
        Ok(self.store.seal(plain)?)
    }
}

/// A guarantee of so much money, until an instant.
///
/// # Errors
/// [`Error::Invalid`] for an amount that is negative or no money.
pub fn guarantee(code: &str, firm: &str, amount: Decimal, expires_at: Instant) -> Result<Guarantee, Error> {
    let whole =
        (amount * Decimal::from(CENTS)).to_i64().filter(|_| amount.normalize().scale() <= 2 && amount >= Decimal::ZERO);
    let wrong = || {
        Error::Invalid(vec![fault(
            "PQ-DECLARATION-032",
            "/amount",
            "金额为负，或小数超过两位。".to_owned(),
            "The amount is negative, or has more than two digits behind the point.".to_owned(),
            ("请核对金额。", "Check the amount."),
        )])
    };
    let amount = whole.ok_or_else(wrong)?;
    Ok(Guarantee { code: code.to_owned(), firm: firm.to_owned(), amount, reserved: 0, expires_at: expires_at.0 })
}

/// Whole cents, never less than the amount.
fn cents(amount: Decimal) -> i64 {
    (amount * Decimal::from(CENTS)).ceil().to_i64().unwrap_or(i64::MAX)
}

/// The declaration that one completes: an earlier declaration among what came before.
fn completed(declaration: &model::Declaration) -> Option<String> {
    let shipment = declaration.goods_shipment.as_deref()?;
    let before = shipment.previous_documents.iter().find(|of| of.type_code.as_deref() == Some("SDE"));
    before.or(shipment.previous_documents.first())?.id.clone()
}

fn acting_firm(actor: &Actor) -> Result<String, Error> {
    match (&actor.on_behalf, &actor.party) {
        (Some(principal), _) => Ok(principal.clone()),
        (None, Party::Firm(firm)) => Ok(firm.clone()),
        _ => Err(Error::Forbidden),
    }
}

/// What came before its declaration is kept, and said to be.
fn waits(number: &str) -> Fault {
    Fault::new(
        Severity::Warning,
        "PQ-DECLARATION-070",
        "/functional_reference_id",
        Text::new(
            format!("所指的报关单尚未收到；本报文已保留（{number}），报关单到达后即生效。"),
            format!(
                "The declaration that this is about has not come yet: the message is kept as {number}, and counts when it comes."
            ),
        ),
        Text::new("请发送该报关单，或核对企业编号。", "Send the declaration, or check the reference."),
    )
}

fn no_declaration() -> Error {
    Error::Invalid(vec![fault(
        "PQ-DECLARATION-033",
        "",
        "报文中没有申报，或其类型代码不认识。".to_owned(),
        "The message holds no declaration, or one of a type that is not known.".to_owned(),
        ("请发送 WCO XML（DEC），类型如 IMA、IMD、EXA。", "Send WCO XML (DEC) of a type such as IMA, IMD or EXA."),
    )])
}

fn fault(code: &str, place: &str, zh: String, en: String, (remedy_zh, remedy_en): (&str, &str)) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}
