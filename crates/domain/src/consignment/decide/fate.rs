//! Deciding what becomes of goods that nobody fetches.

use rust_decimal::Decimal;

use super::Here;
use crate::{
    Instant, Value,
    consignment::{
        Act, Entry, Refusal, Told,
        fate::{CLAIM, Limit, Return, Sale, UNDECLARED},
    },
    profile::{Hit, Profile},
};

/// Money has so many digits behind its point.
const CENTS: u32 = 2;

/// True for what comes without a declaration, by the table `undeclared-goods`: boxes without goods.
pub fn is_exempt(profile: &Profile, told: &Told, at: Instant) -> bool {
    let inputs = Value::from([("empties", told.is_empties().into())]);
    profile.hit("undeclared-goods", at, &inputs).is_some_and(|hit| hit.is_true("exempt"))
}

impl<'a> Here<'a> {
    /// What becomes of them.
    pub(super) fn fate(&self, act: &Act) -> Result<Vec<Entry>, Refusal> {
        let fate = &self.of.fate;
        let over = match act {
            Act::Abandon { .. } | Act::AskReturn { .. } => fate.is_sealed(),
            Act::OrderReturn { .. } | Act::DecideReturn { .. } => fate.sale.is_some() || fate.sent_back().is_some(),
            _ => false,
        };
        if over {
            return Err(Refusal::WrongState);
        }
        match act {
            Act::Abandon { words, customs } => {
                let firm = self.firm().unwrap_or_default();
                Here::require(self.of.owns(firm))?;
                self.require_here(customs.may_go)?;
                let mut entries = vec![Entry::Abandoned { firm: firm.to_owned(), words: words.clone() }];
                entries.extend(self.order_ended());
                Ok(entries)
            }
            Act::AskReturn { ground, words, customs } => {
                let firm = self.firm().unwrap_or_default();
                Here::require(self.of.concerns(firm))?;
                self.require_here(customs.may_go)?;
                let of = self.returned(ground, words, Some(firm))?;
                Ok(vec![Entry::ReturnAsked(Box::new(of))])
            }
            Act::OrderReturn { ground, words } => {
                Here::require(self.is_customs())?;
                self.require_here(false)?;
                let mut of = self.returned(ground, words, None)?;
                of.decided = Some((self.context.now, true));
                let mut entries = vec![Entry::ReturnOrdered(Box::new(of))];
                entries.extend(self.order_ended());
                Ok(entries)
            }
            Act::DecideReturn { granted } => {
                Here::require(self.is_customs())?;
                self.of.fate.asked().ok_or(Refusal::WrongState)?;
                let mut entries = vec![Entry::ReturnDecided { granted: *granted }];
                if *granted {
                    self.require_here(false)?;
                    entries.extend(self.order_ended());
                }
                Ok(entries)
            }
            Act::SendBack => {
                Here::require(self.is_terminal())?;
                let waits = self.of.fate.sent_back().is_some_and(|of| of.sent_at.is_none());
                if waits { Ok(vec![Entry::SentBack]) } else { Err(Refusal::WrongState) }
            }
            Act::Sell { .. } => self.sell(act),
            Act::Claim { words } => {
                let firm = self.firm().unwrap_or_default();
                Here::require(self.of.owns(firm))?;
                let sale = self.of.fate.sale.as_ref().ok_or(Refusal::WrongState)?;
                let open = sale.limit.as_ref().is_some_and(|limit| self.context.now < limit.due);
                if !open || sale.claimed.is_some() || sale.left() <= Decimal::ZERO {
                    return Err(Refusal::NothingToClaim);
                }
                Ok(vec![Entry::Claimed { firm: firm.to_owned(), words: words.clone() }])
            }
            Act::PayOut { reference } => {
                Here::require(self.is_customs())?;
                let waits = self.of.fate.waits().is_some_and(|(what, _)| what == "payout");
                if !waits || reference.trim().is_empty() {
                    return Err(Refusal::WrongState);
                }
                Ok(vec![Entry::PaidOut { reference: reference.trim().to_owned() }])
            }
            Act::Fire { clock, due } => {
                let runs = self.of.clocks().iter().any(|(name, at)| *name == clock.as_str() && at == due);
                if runs {
                    Ok(vec![Entry::LimitPassed { clock: clock.clone(), due: *due }])
                } else {
                    Err(Refusal::WrongState)
                }
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// Until when goods that are here are declared; nothing for an export, and for goods that a declaration names.
    pub(super) fn undeclared(&self) -> Option<Entry> {
        let exempt = is_exempt(self.context.profile, &self.of.told, self.context.now);
        let waits = self.of.direction == "import" && self.of.declarations.is_empty() && !exempt;
        let limit = waits.then(|| self.limit(UNDECLARED)).flatten()?;
        Some(Entry::Awaited { limit })
    }

    /// Goods that are here, and that customs has not let go.
    fn require_here(&self, released: bool) -> Result<(), Refusal> {
        self.require_import()?;
        if self.of.arrived.is_none() {
            return Err(Refusal::NotArrived);
        }
        if self.of.is_gone() || self.of.loaded_at.is_some() || self.of.certificates.values().any(|of| of.used.is_some())
        {
            return Err(Refusal::Fetched);
        }
        if released { Err(Refusal::LetGo) } else { Ok(()) }
    }

    /// A return on a ground that counts for who asks.
    fn returned(&self, ground: &str, words: &str, firm: Option<&str>) -> Result<Return, Refusal> {
        if self.of.fate.asked().is_some() {
            return Err(Refusal::WrongState);
        }
        let row = self.ground("return-grounds", ground)?;
        let by = if firm.is_some() { "firm" } else { "customs" };
        if row.text("by") != by {
            return Err(Refusal::NoGround(ground.to_owned()));
        }
        Ok(Return {
            ground: ground.to_owned(),
            at: self.context.now,
            firm: firm.map(str::to_owned),
            words: words.to_owned(),
            law: row.law().to_owned(),
            ..Return::default()
        })
    }

    /// Customs sells what was given up, what nobody declared in time, or what spoils.
    fn sell(&self, act: &Act) -> Result<Vec<Entry>, Refusal> {
        let Act::Sell { ground, on, proceeds, costs, taxes, customs } = act else { return Err(Refusal::WrongState) };
        Here::require(self.is_customs())?;
        if self.of.fate.sale.is_some() || self.of.fate.sent_back().is_some() {
            return Err(Refusal::WrongState);
        }
        self.require_here(customs.may_go)?;
        let row = self.ground("sale-grounds", ground)?;
        if !self.of.fate.allows(row.text("when")) {
            return Err(Refusal::NotYet);
        }
        let money = |of: &Decimal| *of >= Decimal::ZERO && of.normalize().scale() <= CENTS;
        if ![proceeds, costs, taxes].into_iter().all(money) || *on > self.context.now.date(&self.context.profile.zone) {
            return Err(Refusal::NoMoney);
        }
        let mut sale = Sale {
            ground: ground.clone(),
            at: self.context.now,
            on: *on,
            proceeds: *proceeds,
            costs: *costs,
            taxes: *taxes,
            law: row.law().to_owned(),
            ..Sale::default()
        };
        if row.is_true("claimable") && sale.left() > Decimal::ZERO {
            sale.limit = self.limit(CLAIM);
        }
        let mut entries = vec![Entry::Sold(Box::new(sale))];
        entries.extend(self.order_ended());
        Ok(entries)
    }

    fn ground(&self, table: &str, ground: &str) -> Result<Hit<'a>, Refusal> {
        let context = self.context;
        let hit = context.profile.hit(table, context.now, &Value::from([("ground", ground.into())]));
        hit.ok_or_else(|| Refusal::NoGround(ground.to_owned()))
    }

    /// A limit from now on; none where no row gives one.
    fn limit(&self, clock: &str) -> Option<Limit> {
        let (profile, now) = (self.context.profile, self.context.now);
        let row = profile.hit("unclaimed-clocks", now, &Value::from([("clock", clock.into())]))?;
        let due = profile.reckon(now, row.text("length"), row.text("calendar"))?;
        Some(Limit { due, rule: row.rule(), law: row.law().to_owned(), passed: false })
    }
}
