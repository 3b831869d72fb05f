//! What follows of an application, in the transaction of the act on it: the priority of a call, declaration or consignment comes
//! and goes with the grant, a guarantee runs longer, a declaration's tax is paid later and by the plan's instalments, and what its
//! lateness costs is less.

use domain::{
    Value,
    application::{Act, Application, Decided, Instalment, Plan, Status},
    consignment::{self, Consignment},
    declaration::{self, Declaration, LATE_PAYMENT, Surcharge, Term},
    matter::Matter,
    priority::{self, Preference},
    ship_call::{self, ShipCall},
};
use jiff::civil::Date;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use store::{Job, Reach, Side, Stored};
use uuid::Uuid;

use crate::{
    Actor, Done, Error, Office,
    acting::{Baggage, Request, Step},
    kept::Kept,
};

fn is_granted(of: &Application) -> bool {
    of.status() == Status::Granted
}

impl Office {
    /// Does an act on an application, and what follows of it, in one transaction.
    ///
    /// # Errors
    /// As [`Office::act`].
    pub(super) async fn act_on_application(
        &self,
        actor: &Actor,
        (id, act): (Uuid, Act),
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let (mut last, acts) = (Error::Conflict, [act]);
        for _ in 0..3 {
            let read: Application = self.read(Reach::System("deciding"), id).await?;
            let before = read.clone();
            let steps = vec![Step { id, read, acts: &acts }];
            let done = match self.decided(actor, steps, request) {
                Ok(mut written) => {
                    let after = written.first().map(|of| of.after.clone()).unwrap_or_default();
                    let own = &request.about(id, "");
                    let follows = self.follows(actor, (&before, &after), own).await?;
                    let baggage = baggage.with(self.guarantee_follows(&before, &after));
                    let key = self.idempotency_key(actor, own);
                    let job = self.job(&mut written, key, (self.now().0, request.digest), &baggage)?;
                    self.commit_joined(id, job, follows.into_iter().collect()).await
                }
                // A retry of what was done finds the matter moved on.
                Err(Error::Refused(fault)) => {
                    let known = self.known_answer(actor, &request.about(id, "")).await?;
                    known.ok_or(Error::Refused(fault))
                }
                Err(other) => Err(other),
            };
            match done {
                Err(Error::Conflict) => last = Error::Conflict,
                other => return other,
            }
        }
        Err(last)
    }

    /// What an application does to a guarantee account: granted it makes it run longer, taken back it ends that.
    fn guarantee_follows(&self, before: &Application, after: &Application) -> Vec<Side> {
        let extended = after.decisions.last().and_then(|decision| decision.decided.extended.as_ref());
        let Some(of) = extended.filter(|_| is_granted(before) != is_granted(after)) else { return Vec::new() };
        let (account, firm, from, until) = (of.account.as_str(), after.firm.as_str(), of.from.0, of.until.0);
        match is_granted(after) {
            true => vec![self.store.extend_guarantee_side(account, firm, (from, until))],
            false => vec![self.store.shorten_guarantee_side(account, firm, (until, from))],
        }
    }

    /// What an application does to the matter that it is about; none where it does nothing.
    async fn follows(
        &self,
        actor: &Actor,
        (before, after): (&Application, &Application),
        request: &Request,
    ) -> Result<Option<Job>, Error> {
        let Some(number) = after.about.as_ref().filter(|_| before != after) else { return Ok(None) };
        let reach = self.store.reach(Reach::System("what follows of an application"));
        // It may be about a guarantee account instead.
        let Some(stored) = reach.matter_by_number(number).await? else { return Ok(None) };
        match stored.kind.as_str() {
            ShipCall::KIND => self.call_follows(actor, (before, after), stored, request).await,
            Declaration::KIND => self.declaration_follows(actor, (before, after), stored, request).await,
            Consignment::KIND => self.consignment_follows(actor, (before, after), stored, request).await,
            _ => Ok(None),
        }
    }

    async fn call_follows(
        &self,
        actor: &Actor,
        (before, after): (&Application, &Application),
        stored: Stored,
        request: &Request,
    ) -> Result<Option<Job>, Error> {
        let (id, call): (Uuid, ShipCall) = (stored.id, self.unfold(stored).await?);
        if call.status().is_over() {
            return Ok(None);
        }
        let words = ship_call::Words::default;
        let act = match self.preferred(before, after, &call.preferences) {
            Some(Preferred::Comes) => ship_call::Act::GrantPriority {
                measure: after.measure.clone(),
                facts: after.facts.clone(),
                application: Some((after.number.clone(), after.on)),
                words: words(),
            },
            Some(Preferred::Goes(priority)) => {
                ship_call::Act::EndPriority { priority, words: words(), application: Some(after.number.clone()) }
            }
            None => return Ok(None),
        };
        self.following(actor, (id, call), &[act], Vec::new(), request)
    }

    async fn consignment_follows(
        &self,
        actor: &Actor,
        (before, after): (&Application, &Application),
        stored: Stored,
        request: &Request,
    ) -> Result<Option<Job>, Error> {
        let (id, of): (Uuid, Consignment) = (stored.id, self.unfold(stored).await?);
        if of.dropped_at.is_some() || of.holder().is_empty() {
            return Ok(None);
        }
        let act = match self.preferred(before, after, &of.preferences) {
            Some(Preferred::Comes) => consignment::Act::GrantPriority {
                measure: after.measure.clone(),
                facts: after.facts.clone(),
                application: Some((after.number.clone(), after.on)),
                words: None,
            },
            Some(Preferred::Goes(priority)) => {
                consignment::Act::EndPriority { priority, words: None, application: Some(after.number.clone()) }
            }
            None => return Ok(None),
        };
        self.following(actor, (id, of), &[act], Vec::new(), request)
    }

    /// A declaration goes first, its tax is paid later, and the plan's instalments pay it.
    async fn declaration_follows(
        &self,
        actor: &Actor,
        (before, after): (&Application, &Application),
        stored: Stored,
        request: &Request,
    ) -> Result<Option<Job>, Error> {
        let (id, declaration): (Uuid, Declaration) = (stored.id, self.unfold(stored).await?);
        if declaration.ended.is_some() {
            return Ok(None);
        }
        let application = after.number.clone();
        let mut acts = Vec::new();
        match self.preferred(before, after, &declaration.preferences) {
            Some(Preferred::Comes) => acts.push(declaration::Act::GrantPriority {
                measure: after.measure.clone(),
                facts: after.facts.clone(),
                application: Some((application.clone(), after.on)),
                words: None,
            }),
            Some(Preferred::Goes(priority)) => acts.push(declaration::Act::EndPriority {
                priority,
                words: None,
                application: Some(application.clone()),
            }),
            None => {}
        }
        let deferred = declaration.deferred.as_ref().is_some_and(|of| of.application == application);
        let relieved = declaration.reliefs.iter().any(|of| of.grant.decision == application);
        match (is_granted(before), is_granted(after)) {
            (false, true) => {
                acts.extend(put_off(after));
                let decided = after.standing().map(|decision| &decision.decided);
                acts.extend(decided.and_then(|decided| relieves(after, decided, &declaration)));
            }
            (true, false) if deferred => acts.push(declaration::Act::DueAgain { application: application.clone() }),
            (true, false) if relieved => acts.push(declaration::Act::EndRelief { application: application.clone() }),
            _ => {}
        }
        if let Some(plan) = declaration.deferred.as_ref().filter(|_| deferred) {
            let settled = plan.sum - declaration.open_tax();
            acts.extend(paid(&application, settled, before.plan(), after.plan()));
        }
        if acts.is_empty() {
            return Ok(None);
        }
        let side = self.reservations(actor, &declaration, &acts, request);
        self.following(actor, (id, declaration), &acts, side, request)
    }

    /// What a grant takes off a charge of the declaration that it is about, in fen; none where the measure's row speaks of no charge,
    /// or nothing of it stands.
    ///
    /// # Errors
    /// [`Error::Refused`] where the price list gives no such relief.
    pub(super) async fn relief_saves(
        &self,
        actor: &Actor,
        of: &Application,
        decided: &Decided,
    ) -> Result<Option<i64>, Error> {
        let Some(number) = of.about.as_ref().filter(|_| decided.granted) else { return Ok(None) };
        let (id, read) = match self.find::<Declaration>(Reach::System("what a relief takes off"), number).await {
            Err(Error::NotFound) => return Ok(None),
            found => found?,
        };
        let before = read.surcharged();
        let Some(act) = relieves(of, decided, &read) else { return Ok(None) };
        let request = Request::new("reckoned", None, number.as_bytes(), "relief");
        let written = self.decided(actor, vec![Step { id, read, acts: &[act] }], &request)?;
        let after = written.first().map_or(before, |of| of.after.surcharged());
        Ok(((before - after) * Decimal::ONE_HUNDRED).to_i64())
    }

    /// Commits a payment of a tax that was put off, and the instalments of the plan that it covers, in one transaction.
    ///
    /// # Errors
    /// As [`Office::act`]; [`Error::Conflict`] when another was faster.
    pub(crate) async fn commit_payment(
        &self,
        actor: &Actor,
        step: Step<'_, Declaration>,
        paid: (Date, &str),
        request: &Request,
        baggage: &Baggage,
    ) -> Result<Done, Error> {
        let (id, own) = (step.id, &request.about(step.id, ""));
        let mut written = match self.decided(actor, vec![step], own) {
            // A retry of what was done finds the matter moved on.
            Err(Error::Refused(fault)) => {
                return self.known_answer(actor, own).await?.ok_or(Error::Refused(fault));
            }
            written => written?,
        };
        let after = written.first().map(|of| of.after.clone()).unwrap_or_default();
        let follows = self.plan_follows(actor, &after, paid, own).await?;
        let key = self.idempotency_key(actor, own);
        let job = self.job(&mut written, key, (self.now().0, request.digest), baggage)?;
        self.commit_joined(id, job, follows.into_iter().collect()).await
    }

    /// The interest that an instalment bears once what is left of it comes on a day, in fen: what parts of it bore on days of their own,
    /// and what the rest bears. None where it is about no declaration, or no part of it came before.
    pub(super) async fn instalment_bears(&self, of: &Application, nth: u32, on: Date) -> Result<Option<i64>, Error> {
        let (Some(about), Some(plan)) = (&of.about, of.plan()) else { return Ok(None) };
        let Some(instalment) = plan.instalment(nth) else { return Ok(None) };
        let declaration = match self.find::<Declaration>(Reach::System("what an instalment bears"), about).await {
            Ok((_, declaration)) => declaration,
            Err(Error::NotFound) => return Ok(None),
            Err(other) => return Err(other),
        };
        let Some(deferred) = declaration.deferred.as_ref().filter(|by| by.application == of.number) else {
            return Ok(None);
        };
        let earlier: i64 =
            plan.instalments.iter().take_while(|of| !std::ptr::eq(*of, instalment)).map(|of| of.amount).sum();
        let came = (deferred.sum - declaration.open_tax() - fen(earlier)).clamp(Decimal::ZERO, fen(instalment.amount));
        let before = (borne(&declaration, instalment.due) * Decimal::ONE_HUNDRED).to_i64().unwrap_or_default();
        let rest = (fen(instalment.amount) - came) * Decimal::ONE_HUNDRED;
        if came.is_zero() {
            return Ok(None);
        }
        let rest = Instalment { amount: rest.to_i64().unwrap_or_default(), ..instalment.clone() };
        // A day that cannot be is refused by the act itself.
        let rest = plan.interest(&self.profile, &of.measure, &rest, on).ok().flatten().map_or(0, |(fen, ..)| fen);
        Ok(Some(before + rest))
    }

    /// What a payment of a tax that was put off does to the plan: the instalments that it covers are paid on its day. None where the
    /// plan stands no more, or nothing of it is covered.
    async fn plan_follows(
        &self,
        actor: &Actor,
        after: &Declaration,
        (on, reference): (Date, &str),
        request: &Request,
    ) -> Result<Option<Job>, Error> {
        let Some(deferred) = &after.deferred else { return Ok(None) };
        let reach = Reach::System("what follows of a payment");
        let (id, application) = match self.find::<Application>(reach, &deferred.application).await {
            Err(Error::NotFound) => return Ok(None),
            found => found?,
        };
        let Some(plan) = application.plan() else { return Ok(None) };
        let act = |nth| {
            let due = plan.instalment(nth).map(|of| of.due);
            let borne = due.and_then(|due| (borne(after, due) * Decimal::ONE_HUNDRED).to_i64());
            Act::PayInstalment { nth, on, reference: reference.to_owned(), borne }
        };
        let acts: Vec<Act> = covered(plan, deferred.sum - after.open_tax()).map(act).collect();
        if acts.is_empty() {
            return Ok(None);
        }
        match self.following(actor, (id, application), &acts, Vec::new(), request) {
            // The money is there, whatever the plan says to it.
            Err(Error::Refused(_)) => Ok(None),
            job => job,
        }
    }

    fn following<M: Kept>(
        &self,
        actor: &Actor,
        (id, read): (Uuid, M),
        acts: &[<M as Matter>::Act],
        side: Vec<Side>,
        request: &Request,
    ) -> Result<Option<Job>, Error> {
        let mut written = self.decided(actor, vec![Step { id, read, acts }], request)?;
        let baggage = Baggage { side, ..Baggage::default() };
        self.job(&mut written, None, (self.now().0, request.digest), &baggage).map(Some)
    }

    /// Whether a priority comes or goes with what became of an application.
    fn preferred<W>(
        &self,
        before: &Application,
        after: &Application,
        preferences: &[Preference<W>],
    ) -> Option<Preferred> {
        let own = |of: &&Preference<W>| {
            of.ended.is_none() && of.priority.application.as_deref() == Some(after.number.as_str())
        };
        match (is_granted(before), is_granted(after)) {
            (false, true) => {
                let measure = self.profile.register.measure(&after.measure)?;
                priority::classes(measure).next().map(|_| Preferred::Comes)
            }
            (true, false) => preferences.iter().find(own).map(|of| Preferred::Goes(of.id)),
            _ => None,
        }
    }
}

/// What becomes of a priority.
enum Preferred {
    Comes,
    Goes(u32),
}

/// The instalments that are covered once so much of the plan is paid, each with its number: money goes on what is due first.
fn covered(plan: &Plan, paid: Decimal) -> impl Iterator<Item = u32> + '_ {
    let sums = plan.instalments.iter().scan(Decimal::ZERO, |sum, of| {
        *sum += fen(of.amount);
        Some((*sum, of))
    });
    let numbered = (1_u32..).zip(sums);
    numbered.filter(move |(_, (sum, of))| *sum <= paid && of.paid.is_none()).map(|(nth, _)| nth)
}

/// The interest that parts of an instalment bore, which was due on this day.
fn borne(declaration: &Declaration, due: Date) -> Decimal {
    let of = declaration.surcharges.iter().filter(|of| of.charge == LATE_PAYMENT && of.item.term == Some(due));
    of.map(Surcharge::amount).sum()
}

fn fen(amount: i64) -> Decimal {
    Decimal::new(amount, 2)
}

/// That the tax is paid until the last day of the plan that was granted.
fn put_off(after: &Application) -> Option<declaration::Act> {
    let (plan, decision) = (after.plan()?, after.standing()?);
    Some(declaration::Act::PutOff {
        application: after.number.clone(),
        until: plan.instalments.iter().map(|of| of.due_at).max()?,
        sum: plan.instalments.iter().map(|of| fen(of.amount)).sum(),
        terms: plan.instalments.iter().map(|of| Term { due: of.due, amount: fen(of.amount) }).collect(),
        rule: decision.assessed.rule.clone(),
        law: decision.decided.law.clone(),
    })
}

/// That a charge of the declaration is less, where the row of the measure's table names one (`relieves`) and it stands.
fn relieves(of: &Application, decided: &Decided, declaration: &Declaration) -> Option<declaration::Act> {
    let charge = of.assessed.outputs.get("relieves").and_then(Value::text)?;
    declaration.surcharges.iter().any(|of| of.charge == charge && !of.amount().is_zero()).then(|| {
        declaration::Act::Relieve {
            measure: of.measure.clone(),
            percent: decided.percent,
            cause: of.facts.get("cause").and_then(Value::text).unwrap_or_default().to_owned(),
            decision: of.number.clone(),
        }
    })
}

/// The instalments that are paid now and were not before.
fn paid<'a>(
    application: &'a str,
    mut settled: Decimal,
    before: Option<&'a Plan>,
    after: Option<&'a Plan>,
) -> impl Iterator<Item = declaration::Act> + 'a {
    let pairs = before.zip(after).into_iter();
    let pairs = pairs.flat_map(|(before, after)| before.instalments.iter().zip(&after.instalments));
    pairs.filter_map(move |(before, after)| {
        // What came of it without a word is counted already.
        let came = fen(after.amount).min(settled.max(Decimal::ZERO));
        settled -= came;
        let open = fen(after.amount) - came;
        let paid = after.paid.as_ref().filter(|_| before.paid.is_none() && open > Decimal::ZERO)?;
        Some(declaration::Act::PayInstalment {
            application: application.to_owned(),
            amount: open,
            reference: paid.reference.clone(),
            on: paid.on,
            due: after.due,
        })
    })
}
