//! Folding a consignment's journal: total and blind.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Certificate, Cleared, Consignment, Entry, Order, Question, Record, Want,
    fate::{Abandoned, CLAIM},
};
use crate::priority;

pub(super) fn apply(consignment: &mut Consignment, record: &Record) {
    consignment.version += 1;
    consignment.updated_at = record.at;
    let at = record.at;
    match &record.entry {
        Entry::Manifested {
            number,
            manifest,
            carrier,
            mode,
            direction,
            conveyance,
            units,
            told,
            document,
            seen_by,
        } => {
            consignment.seen_by.clone_from(seen_by);
            consignment.number.clone_from(number);
            consignment.manifest.clone_from(manifest);
            consignment.carrier.clone_from(carrier);
            consignment.mode = *mode;
            consignment.direction.clone_from(direction);
            consignment.conveyance.clone_from(conveyance);
            consignment.units = units.clone();
            consignment.told = (**told).clone();
            consignment.document.clone_from(document);
            consignment.edition = 1;
            consignment.opened_at = at;
        }
        Entry::Changed { told, document, seen_by } => {
            // Who wanted to look keeps what it wanted in sight.
            consignment.seen_by = seen_by | &consignment.joint.wants.keys().cloned().collect::<BTreeSet<_>>();
            consignment.told = (**told).clone();
            consignment.document.clone_from(document);
            consignment.edition += 1;
        }
        Entry::Dropped => consignment.dropped_at = Some(at),
        Entry::Arrived { yard } => consignment.arrived = Some((at, yard.clone())),
        Entry::Appointed { firm } => consignment.tallies = Some(firm.clone()),
        Entry::Tallied { packages } => consignment.tallied = Some((at, *packages)),
        Entry::Questioned { kind, stated, found } => {
            let question = Question { kind: kind.clone(), stated: *stated, found: *found, at, ..Question::default() };
            consignment.questions.insert(next(&consignment.questions), question);
        }
        Entry::Answered { question, words } => {
            if let Some(of) = consignment.questions.get_mut(question) {
                of.answer = Some((at, words.clone()));
            }
        }
        Entry::Settled { question } => {
            if let Some(of) = consignment.questions.get_mut(question) {
                of.settled_at = Some(at);
            }
        }
        Entry::Declared { declaration, firm } => {
            consignment.declarations.insert(declaration.clone(), firm.clone());
            // What is declared waits for nobody to declare it.
            consignment.fate.limit = None;
        }
        Entry::Ordered { to, until } => {
            recall(consignment, record);
            consignment.orders.push(Order { to: to.clone(), at, until: *until, revoked_at: None });
        }
        Entry::Recalled => recall(consignment, record),
        Entry::Released { yard } => {
            consignment.cleared.push(Cleared { yard: yard.clone(), at, revoked_at: None });
        }
        Entry::Withheld => {
            if let Some(cleared) = consignment.cleared.last_mut() {
                cleared.revoked_at.get_or_insert(at);
            }
        }
        Entry::Booked(slot) => {
            consignment.slots.insert(next(&consignment.slots), (**slot).clone());
        }
        Entry::Cancelled { slot } => {
            if let Some(of) = consignment.slots.get_mut(slot) {
                of.cancelled_at.get_or_insert(at);
            }
        }
        Entry::Certified { slot, from, until, .. } => {
            let certificate = Certificate { slot: *slot, at, from: *from, until: *until, ..Certificate::default() };
            consignment.certificates.insert(next(&consignment.certificates), certificate);
        }
        Entry::Revoked { certificate, ground } => {
            if let Some(of) = consignment.certificates.get_mut(certificate) {
                of.revoked.get_or_insert((at, ground.clone()));
            }
        }
        Entry::GateIn { .. } => {}
        Entry::GateOut { certificate, passage } => {
            if let Some(of) = consignment.certificates.get_mut(certificate) {
                of.used.get_or_insert_with(|| passage.clone());
            }
        }
        Entry::Alarm { certificate, passage } => consignment.alarms.push((*certificate, passage.clone())),
        Entry::AlarmClosed { .. } => consignment.alarms_closed = consignment.alarms.len(),
        Entry::LookWanted { organ, ground, containers, length, calendar, ordered, law } => {
            consignment.seen_by.insert(organ.clone());
            let want = Want {
                ground: ground.clone(),
                containers: containers.clone(),
                length: length.clone(),
                calendar: calendar.clone(),
                ordered: *ordered,
                at,
                law: law.clone(),
                looked_at: None,
            };
            consignment.joint.wants.insert(organ.clone(), want);
        }
        Entry::LookProposed(appointment) => consignment.joint.appointment = Some(appointment.clone()),
        Entry::LookUnfit | Entry::LookMoved { .. } => consignment.joint.appointment = None,
        Entry::LookAccepted { unit } => {
            if let Some(of) = &mut consignment.joint.appointment {
                of.accepted.insert(unit.clone(), at);
            }
        }
        Entry::LookLeft { organ, .. } => leave(consignment, organ),
        Entry::Looked { organ, settles: true, .. } => leave(consignment, organ),
        Entry::Looked { organ, .. } => {
            if let Some(want) = consignment.joint.wants.get_mut(organ) {
                want.looked_at = Some(at);
            }
        }
        Entry::PriorityGranted { id, priority, words } => {
            priority::apply_granted(&mut consignment.preferences, (*id, at), priority, words.clone());
        }
        Entry::PriorityEnded { id, organ, words } => {
            priority::apply_ended(&mut consignment.preferences, (*id, at), organ, words.clone());
        }
        Entry::Loaded => consignment.loaded_at = Some(at),
        Entry::Awaited { limit } => consignment.fate.limit = Some(limit.clone()),
        Entry::Abandoned { firm, words } => {
            consignment.fate.abandoned = Some(Abandoned { at, firm: firm.clone(), words: words.clone() });
        }
        Entry::ReturnAsked(of) | Entry::ReturnOrdered(of) => consignment.fate.returns.push((**of).clone()),
        Entry::ReturnDecided { granted } => {
            if let Some(of) = consignment.fate.returns.last_mut() {
                of.decided.get_or_insert((at, *granted));
            }
        }
        Entry::SentBack => {
            if let Some(of) = consignment.fate.returns.last_mut() {
                of.sent_at.get_or_insert(at);
            }
        }
        Entry::Sold(sale) => consignment.fate.sale = Some((**sale).clone()),
        Entry::Claimed { firm, words } => {
            if let Some(sale) = &mut consignment.fate.sale {
                sale.claimed.get_or_insert_with(|| (at, firm.clone(), words.clone()));
            }
        }
        Entry::PaidOut { reference } => {
            if let Some(sale) = &mut consignment.fate.sale {
                sale.paid.get_or_insert_with(|| (at, reference.clone()));
            }
        }
        Entry::LimitPassed { clock, .. } => {
            let fate = &mut consignment.fate;
            let limit = match clock.as_str() {
                CLAIM => fate.sale.as_mut().and_then(|sale| sale.limit.as_mut()),
                _ => fate.limit.as_mut(),
            };
            if let Some(limit) = limit {
                limit.passed = true;
            }
        }
    }
}

/// An organ wants no look any more; without anybody who does no appointment stands.
fn leave(consignment: &mut Consignment, organ: &str) {
    consignment.joint.wants.remove(organ);
    if !consignment.joint.is_open() {
        consignment.joint.appointment = None;
    }
}

fn recall(consignment: &mut Consignment, record: &Record) {
    if let Some(order) = consignment.orders.last_mut() {
        order.revoked_at.get_or_insert(record.at);
    }
}

/// The serial after the last one.
fn next<T>(of: &BTreeMap<u32, T>) -> u32 {
    of.last_key_value().map_or(1, |(last, _)| last.saturating_add(1))
}
