//! Deciding an act on a declaration: pure. What it returns is appended to the journal, all or nothing. What the act itself says
//! comes first; then follows what the procedure makes of it, until somebody has to act again.

mod inspection;
mod measures;
mod parked;
mod paying;
mod survey;

use rust_decimal::Decimal;

use super::{
    Act, Declaration, Drawn, Entry, Item, Line, Record, Refusal,
    act::{NewDeclaration, Step},
    assess,
    entry::Lodged,
    tables::{self, By, Events, ONWARD, SURVEY, Settled},
    total, total_assessed,
};
use crate::{
    Instant,
    matter::{Context, Matter, Party},
};

/// The organ that decides on declarations.
const CUSTOMS: &str = "customs";

/// Decides what an act adds to a declaration's journal.
pub(super) fn decide(declaration: &Declaration, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    let may = match act {
        Act::Lodge(_) | Act::Park(_) => !declaration.is_lodged(),
        // What waits for its declaration can be let go, and its limit passes.
        Act::Withdraw { .. } | Act::Fire { .. } => declaration.version > 0,
        _ => declaration.is_lodged(),
    };
    if !may {
        return Err(Refusal::WrongState);
    }
    let mut here = Here { declaration: declaration.clone(), context, entries: Vec::new() };
    if let Act::Fire { clock, due } = act {
        here.fire(clock, *due)?;
        return Ok(here.entries);
    }
    here.act(act)?;
    let lodged = match act {
        Act::Lodge(new) => Some(new.as_ref()),
        _ => None,
    };
    here.advance(lodged);
    Ok(here.entries)
}

/// The declaration as it becomes while entries are decided.
struct Here<'a> {
    declaration: Declaration,
    context: &'a Context<'a>,
    entries: Vec<Entry>,
}

impl Here<'_> {
    /// Adds an entry, and folds it ahead.
    fn add(&mut self, entry: Entry) {
        self.declaration.apply(&Record::ahead(self.context.now, entry.clone()));
        self.entries.push(entry);
    }

    fn firm(&self) -> Option<&str> {
        match (&self.context.actor.on_behalf, &self.context.actor.party) {
            (Some(principal), Party::Firm(_)) => Some(principal),
            (None, Party::Firm(firm)) => Some(firm),
            _ => None,
        }
    }

    fn require_firm(&self) -> Result<(), Refusal> {
        let own = self.firm() == Some(self.declaration.firm.as_str());
        if own { self.require_open() } else { Err(Refusal::NotYours) }
    }

    fn require_customs(&self) -> Result<(), Refusal> {
        match &self.context.actor.party {
            Party::Organ(organ) if organ == CUSTOMS => self.require_open(),
            _ => Err(Refusal::NotYours),
        }
    }

    /// The firm whose goods they are, or customs.
    fn require_either(&self) -> Result<(), Refusal> {
        self.require_firm().or_else(|_| self.require_customs())
    }

    /// Customs, also when nothing more comes of the declaration.
    fn require_organ_of_customs(&self) -> Result<(), Refusal> {
        let customs = matches!(&self.context.actor.party, Party::Organ(organ) if organ == CUSTOMS);
        if customs { Ok(()) } else { Err(Refusal::NotYours) }
    }

    fn require_organ(&self) -> Result<(), Refusal> {
        match &self.context.actor.party {
            Party::Organ(_) => self.require_open(),
            _ => Err(Refusal::NotYours),
        }
    }

    fn require_open(&self) -> Result<(), Refusal> {
        if self.declaration.ended.is_none() { Ok(()) } else { Err(Refusal::WrongState) }
    }

    fn require(holds: bool) -> Result<(), Refusal> {
        if holds { Ok(()) } else { Err(Refusal::WrongState) }
    }

    fn is_out(&self) -> bool {
        self.declaration.released_at.is_some() || self.declaration.cleared_at.is_some()
    }

    fn act(&mut self, act: &Act) -> Result<(), Refusal> {
        match act {
            Act::Lodge(new) => self.lodge(new)?,
            Act::Park(parked) => self.park(parked)?,
            Act::Withdraw { .. } if !self.declaration.is_lodged() => {
                self.require_firm()?;
                self.add(Entry::Invalidated);
            }
            Act::Present { reference, changes } => {
                self.require_firm()?;
                self.arrive(changes)?;
                self.entries.insert(0, Entry::Received { reference: reference.clone(), itself: false });
            }
            Act::Arrive { changes } => {
                self.require_organ()?;
                self.arrive(changes)?;
            }
            // The terminal sees them leave, or customs does.
            Act::Exit => {
                self.require_organ()?;
                Self::require(self.declaration.may_go() && self.declaration.direction != "import")?;
                if self.declaration.owed.contains_key(ONWARD) {
                    self.add(Entry::Completed { what: ONWARD.to_owned() });
                }
                self.add(Entry::Exited);
            }
            Act::Amend { reference, changes, items, lines, licences, document } => {
                self.require_firm()?;
                Self::require(self.declaration.pending().is_none() && self.declaration.exited_at.is_none())?;
                self.ask(reference, changes, (items.clone(), licences.clone(), document.clone()));
                self.assess_ahead(items.as_deref(), lines.as_deref());
            }
            Act::Withdraw { reference } => {
                self.require_firm()?;
                Self::require(self.declaration.pending().is_none() && self.declaration.exited_at.is_none())?;
                self.add(Entry::Received { reference: reference.clone(), itself: false });
                self.add(Entry::Asked {
                    reference: reference.clone(),
                    invalidation: true,
                    changes: Vec::new(),
                    items: None,
                    licences: None,
                    document: None,
                });
            }
            Act::Complete { what } => {
                match tables::owed_by(self.context.profile, what, self.context.now) {
                    Some(By::Customs) => self.require_customs()?,
                    Some(By::Either) => self.require_either()?,
                    // It follows of another act: what is found, what is paid, that goods leave.
                    Some(By::Nobody) | None => return Err(Refusal::WrongState),
                }
                Self::require(self.declaration.owed.contains_key(what))?;
                self.add(Entry::Completed { what: what.clone() });
            }
            Act::Attend { how } => self.attend(how)?,
            Act::Answer { words, papers } => {
                self.require_firm()?;
                // Documents that are wanted, or evidence about goods that are examined.
                let asked = self.declaration.open_measures().any(|measure| measure.kind != "hold");
                Self::require(asked && (words.is_some() || !papers.is_empty()))?;
                self.add(Entry::Answered { words: words.clone(), papers: papers.clone() });
            }
            Act::Pay { reference, lines, amount, on } => self.pay(reference, lines.as_deref(), *amount, *on)?,
            Act::Refund { reference, amount } => self.refund(reference, *amount)?,
            Act::Secure { account, free, lines } => self.secure(account, *free, lines.as_deref())?,
            Act::GrantPriority { .. }
            | Act::EndPriority { .. }
            | Act::PutOff { .. }
            | Act::DueAgain { .. }
            | Act::EndRelief { .. }
            | Act::PayInstalment { .. } => self.by_measure(act)?,
            Act::Fire { .. } => {}
            of_customs => self.customs(of_customs)?,
        }
        Ok(())
    }

    /// What customs does.
    fn customs(&mut self, act: &Act) -> Result<(), Refusal> {
        self.require_customs()?;
        match act {
            Act::Reject { errors } => {
                Self::require(self.declaration.accepted_at.is_none() || !self.is_out())?;
                if errors.is_empty() {
                    return Err(Refusal::Wordless);
                }
                self.add(Entry::Rejected { errors: errors.clone() });
            }
            Act::Assess { lines } => {
                Self::require(!self.is_out() && self.declaration.payments.is_empty())?;
                self.assessed(self.declaration.edition, lines);
            }
            Act::FallShort | Act::Remind => {
                let amount = self.declaration.balance();
                Self::require(amount > Decimal::ZERO)?;
                let short = matches!(act, Act::FallShort);
                self.add(if short { Entry::Short { amount } } else { Entry::Reminded { amount } });
            }
            Act::Order { kind, limit, papers, words } => {
                Self::require(self.declaration.exited_at.is_none())?;
                Self::require(["documents", "inspection", "hold"].contains(&kind.as_str()))?;
                let limit = limit.or_else(|| self.limit_of(kind));
                let (kind, papers) = (kind.clone(), papers.clone());
                self.add(Entry::Ordered { kind, limit, papers, words: words.clone() });
            }
            Act::Plan { method, place, from, until, boxes } => self.plan(method, place, (*from, *until), *boxes)?,
            Act::Find { found, words, papers } => self.find(found, words.as_ref(), papers)?,
            Act::Settle { kind, originals } => {
                Self::require(self.declaration.open_measures().any(|measure| measure.kind == *kind))?;
                let originals = originals.filter(|_| kind == "documents").map(|due| self.originals_by(due));
                self.add(Entry::Settled { kind: kind.clone(), originals: originals.transpose()? });
            }
            Act::Decide { granted } => {
                let invalidation = self.declaration.pending().map(|asked| asked.invalidation);
                let asked = self.declaration.pending().cloned().unwrap_or_default();
                match (invalidation.ok_or(Refusal::WrongState)?, granted) {
                    (_, false) => self.refuse(),
                    (true, true) => self.add(Entry::Invalidated),
                    (false, true) => self.add(Entry::Amended { changes: asked.changes, by_arrival: false }),
                }
            }
            Act::Survey { kilograms, words, papers } => self.survey(*kilograms, words.as_ref(), papers)?,
            Act::Revoke => {
                Self::require(self.declaration.may_go())?;
                self.add(Entry::Revoked);
            }
            Act::StateEntry { on } => {
                Self::require(*on <= self.context.now.date(&self.context.profile.zone))?;
                self.add(Entry::Entered { on: *on });
            }
            Act::Relieve { measure, percent, cause, decision } => self.relieve(measure, *percent, cause, decision)?,
            Act::AskExit { limit } => {
                Self::require(self.declaration.may_go() && self.declaration.direction != "import")?;
                self.add(Entry::ExitAsked { limit: *limit });
            }
            _ => return Err(Refusal::WrongState),
        }
        Ok(())
    }

    /// What was asked is refused. What it would have come to may have ended the limit of what stands: that runs on.
    fn refuse(&mut self) {
        self.add(Entry::Refused);
        let of = &self.declaration;
        let secured = of.secured.as_ref().is_some_and(|security| security.freed_at.is_none());
        let is_paid = matches!(of.mode.settled, Settled::Paid | Settled::Monthly) && !secured;
        let ended = is_paid && of.open_tax() > Decimal::ZERO && of.payment_limit().is_none();
        if let Some(standing) = of.assessment().filter(|_| ended).cloned() {
            self.assessed(standing.edition, &standing.lines);
        }
    }

    fn lodge(&mut self, new: &NewDeclaration) -> Result<(), Refusal> {
        if self.firm() != Some(new.firm.as_str()) {
            return Err(Refusal::NotYours);
        }
        self.require_open()?;
        if !tables::is_declarable(new) {
            return Err(Refusal::Incomplete);
        }
        let mode = tables::mode(self.context.profile, &new.mode, &new.direction, self.context.now);
        let mode = mode.ok_or_else(|| Refusal::NoMode(new.mode.clone()))?;
        if mode.owes == "completes" && new.completes.is_none() {
            return Err(Refusal::Incomplete);
        }
        self.add(Entry::Lodged(Box::new(Lodged { new: new.clone(), mode })));
        if !new.errors.is_empty() {
            self.add(Entry::Rejected { errors: new.errors.clone() });
        }
        Ok(())
    }

    fn arrive(&mut self, changes: &[Vec<Step>]) -> Result<(), Refusal> {
        Self::require(self.declaration.arrived_at.is_none())?;
        self.add(Entry::Arrived { changes: changes.to_vec() });
        Ok(())
    }

    fn ask(
        &mut self,
        reference: &str,
        changes: &[Vec<Step>],
        (items, licences, document): (Option<Vec<Item>>, Option<Vec<Drawn>>, Option<String>),
    ) {
        self.add(Entry::Received { reference: reference.to_owned(), itself: false });
        let (reference, changes) = (reference.to_owned(), changes.to_vec());
        self.add(Entry::Asked { reference, invalidation: false, changes, items, licences, document });
    }

    /// What an amendment would come to is told before it is decided.
    fn assess_ahead(&mut self, items: Option<&[Item]>, lines: Option<&[Line]>) {
        let lines = match (lines, items) {
            (Some(lines), _) => lines.to_vec(),
            (None, Some(items)) => assess::lines(self.context.profile, items, self.declaration.opened_at),
            (None, None) => return,
        };
        self.assessed(self.declaration.edition + 1, &lines);
    }

    fn assessed(&mut self, edition: u32, lines: &[Line]) {
        let mode = &self.declaration.mode.code;
        let events = Events::of(&self.declaration);
        let free = self.declaration.secured.as_ref().is_none_or(|of| of.freed_at.is_some());
        let clock = match self.declaration.mode.settled {
            Settled::Paid => "payment",
            Settled::Monthly => "aggregate",
            // What no guarantee holds any more is paid by the limit of the tax.
            Settled::Secured if free && self.is_out() => "payment",
            Settled::Secured | Settled::Later | Settled::Nothing => "",
        };
        let due = total(lines) > self.declaration.paid() && !clock.is_empty();
        let limit = due.then(|| tables::limit(self.context.profile, mode, clock, &events, self.context.now)).flatten();
        // What was put off stays put off when it is assessed anew.
        let limit = limit.map(|limit| match &self.declaration.deferred {
            Some(deferred) => deferred.moves(limit),
            None => limit,
        });
        self.add(Entry::Assessed { edition, lines: lines.to_vec(), limit });
    }

    fn secure(&mut self, account: &str, free: Decimal, lines: Option<&[Line]>) -> Result<(), Refusal> {
        self.require_either()?;
        let secured = self.declaration.secured.as_ref().is_some_and(|security| security.freed_at.is_none());
        Self::require(!secured && !self.is_out())?;
        let standing = self.declaration.assessment().ok_or(Refusal::NothingDue)?;
        let lines = lines.map_or_else(|| standing.lines.clone(), <[Line]>::to_vec);
        let amount = total_assessed(&lines).max(total(&lines)) - self.declaration.paid();
        if amount > free {
            return Err(Refusal::TooLittle { needed: amount, free });
        }
        self.add(Entry::Secured { account: account.to_owned(), amount, lines });
        Ok(())
    }

    /// What follows from how it stands now.
    fn advance(&mut self, lodged: Option<&NewDeclaration>) {
        if !self.declaration.is_lodged() {
            return;
        }
        if self.declaration.ended.is_some() {
            return self.unpark();
        }
        if self.declaration.accepted_at.is_none() {
            self.accept(lodged);
        }
        self.unpark();
        // What waited may have said that the goods are there.
        if self.declaration.accepted_at.is_none() && self.declaration.arrived_at.is_some() {
            self.accept(lodged);
        }
        self.recharge();
        if self.declaration.accepted_at.is_some() && self.declaration.exited_at.is_none() {
            self.release();
        }
    }

    fn accept(&mut self, lodged: Option<&NewDeclaration>) {
        let waits = self.declaration.mode.waits && self.declaration.arrived_at.is_none();
        if waits {
            if let Some(new) = lodged {
                self.assess_of(Some(&new.lines));
                self.add(Entry::Received { reference: new.reference.clone(), itself: true });
            }
            return;
        }
        // What stands, and what an amendment that waits would come to.
        let edition = self.declaration.edition;
        let (standing, ahead): (Vec<_>, Vec<_>) =
            self.declaration.assessments.iter().cloned().partition(|of| of.edition <= edition);
        self.add(Entry::Accepted { remarks: lodged.map(|new| new.remarks.clone()).unwrap_or_default() });
        let arrived = self.entries.iter().find_map(|entry| match entry {
            Entry::Arrived { changes } if !changes.is_empty() => Some(changes.clone()),
            _ => None,
        });
        match lodged {
            Some(new) => self.assess_of(Some(&new.lines)),
            None => self.assess_of(standing.last().map(|of| of.lines.as_slice())),
        }
        if let Some(of) = ahead.last() {
            self.assessed(of.edition, &of.lines);
        }
        if let Some(changes) = arrived {
            self.add(Entry::Amended { changes, by_arrival: true });
        }
        let seed = lodged.map_or(self.declaration.version.unsigned_abs(), |new| new.seed);
        let selected = tables::select(self.context.profile, &self.declaration, seed, self.context.now);
        let channel = selected.channel.clone();
        self.add(Entry::Selected(selected));
        if channel != "release" {
            let limit = self.limit_of(&channel);
            self.add(Entry::Ordered { kind: channel, limit, papers: Vec::new(), words: None });
        }
    }

    /// Until when the declarant answers, where documents are wanted, or chooses who is there, where goods are examined.
    fn limit_of(&self, kind: &str) -> Option<Instant> {
        let clock = match kind {
            "documents" => "documents",
            "inspection" => "attendance",
            _ => return None,
        };
        let events = Events::of(&self.declaration);
        let mode = &self.declaration.mode.code;
        tables::limit(self.context.profile, mode, clock, &events, self.context.now).map(|limit| limit.due)
    }

    /// Originals until an instant that customs names: to come, and not after the table's last day.
    fn originals_by(&self, due: Instant) -> Result<super::Limit, Refusal> {
        let events = Events::of(&self.declaration);
        let mode = &self.declaration.mode.code;
        let last = tables::limit(self.context.profile, mode, "originals", &events, self.context.now);
        let last = last.ok_or(Refusal::WrongState)?;
        if due <= self.context.now || due > last.due {
            return Err(Refusal::OriginalsBy(last.due));
        }
        Ok(super::Limit { due, ..last })
    }

    /// Assesses what is known: what was given, else what the port's rows say.
    fn assess_of(&mut self, given: Option<&[Line]>) {
        if self.declaration.mode.settled == Settled::Nothing {
            return;
        }
        let lines = match given.filter(|lines| !lines.is_empty()) {
            Some(lines) => lines.to_vec(),
            None => assess::lines(self.context.profile, &self.declaration.items, self.context.now),
        };
        if !lines.is_empty() {
            self.assessed(self.declaration.edition, &lines);
        }
    }

    /// Releases what nothing stands against; clears what owes nothing.
    fn release(&mut self) {
        let open = self.declaration.open_measures().next().is_some() || self.declaration.pending().is_some();
        if open || self.declaration.cleared_at.is_some() {
            return;
        }
        let settled = self.declaration.mode.settled;
        let balance = self.declaration.balance();
        let assessed = self.declaration.assessment().is_some();
        let secured = self.declaration.secured.as_ref().is_some_and(|security| security.freed_at.is_none());
        let paid = assessed && balance <= Decimal::ZERO;
        if paid && balance == Decimal::ZERO && self.declaration.payments.is_empty() && settled == Settled::Paid {
            // A bill over nothing is settled as it is written, unless all of it is left unpaid by a relief.
            let lines = self.declaration.assessment().map(|assessment| assessment.lines.clone()).unwrap_or_default();
            if total_assessed(&lines) == Decimal::ZERO {
                let edition = self.declaration.edition;
                let (amount, reference) = (Decimal::ZERO, String::new());
                self.add(Entry::Paid { edition, amount, reference, lines, on: None });
            }
        }
        let ready = match settled {
            Settled::Nothing | Settled::Later => true,
            Settled::Monthly => assessed,
            Settled::Paid => paid || secured,
            Settled::Secured => secured || (paid && !self.declaration.payments.is_empty()),
        };
        if !ready {
            return;
        }
        if self.declaration.released_at.is_none() {
            let owed = self.owed(paid, secured);
            if !owed.is_empty() || self.declaration.owed.keys().any(|name| name != "aggregate") {
                return self.add(Entry::Released { owed });
            }
        }
        let owes = self.declaration.owed.keys().any(|name| name != "aggregate");
        let owes_payment = settled == Settled::Later && !paid && assessed;
        // What is owed after release is settled one by one; a guarantee's payment may fall away with its cause.
        if !owes && !owes_payment {
            self.add(Entry::Cleared);
        }
    }

    /// What is owed after release, each with its limit.
    fn owed(&self, paid: bool, secured: bool) -> Vec<(String, super::Limit)> {
        let mode = &self.declaration.mode;
        // A declaration that completes another one owes nothing by that, and what was surveyed is surveyed.
        let done = |name: &str| name == "completes" || name == SURVEY && self.declaration.survey.is_some();
        let mut names: Vec<&str> = mode.owes.split_whitespace().filter(|name| !done(name)).collect();
        if secured && !paid {
            names.push("security");
        }
        if mode.settled == Settled::Later && !paid {
            names.push("payment");
        }
        let events = Events::of(&self.declaration);
        let limit = |name: &str| {
            tables::limit(self.context.profile, &mode.code, name, &events, self.context.now).unwrap_or_default()
        };
        names.into_iter().map(|name| (name.to_owned(), limit(name))).collect()
    }

    fn fire(&mut self, clock: &str, due: Instant) -> Result<(), Refusal> {
        let runs = self.declaration.clocks().iter().any(|(name, at)| name == clock && *at == due);
        Self::require(runs)?;
        self.add(Entry::Passed { name: clock.to_owned(), due });
        Ok(())
    }
}
