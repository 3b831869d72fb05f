//! What is holding a consignment: everything that still stands before the gate, or before it is loaded, and whose it is.

use super::{Consignment, Customs};
use crate::Instant;

/// Something that stands before the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// `arrival`, `tally`, `inspection`, `declaration`, `customs`, `order`, `release`, `slot`, `certificate`, `gate`, `loading`,
    /// `return`, `sending`, `sale`, `payout` or
    /// `alarm`.
    pub what: &'static str,
    /// Who must act: an organ's code, `carrier`, `firm`, or `truck`.
    pub by: String,
}

impl Consignment {
    /// What is holding it, in the order of the way; empty when it is gone.
    pub fn held(&self, customs: Customs, now: Instant) -> Vec<Held> {
        let mut held = Vec::new();
        if matches!(self.state(), "gone" | "loaded" | "dropped" | "returned") {
            return held;
        }
        let (decides, terminal) = (self.units.decides.as_str(), self.units.terminal.as_str());
        let mut say = |what: &'static str, by: &str| held.push(Held { what, by: by.to_owned() });
        if !self.open_alarms().is_empty() {
            say("alarm", decides);
        }
        match self.fate.waits() {
            Some(("sending", _)) => say("sending", terminal),
            Some((what, _)) => say(what, decides),
            None => {}
        }
        if self.fate.is_sealed() {
            return held;
        }
        if self.arrived.is_none() {
            say("arrival", terminal);
        }
        if self.open_questions().next().is_some() {
            let answered = self.open_questions().all(|(_, question)| question.answer.is_some());
            say("tally", if answered { decides } else { "carrier" });
        }
        self.joint.wants.keys().for_each(|organ| say("inspection", organ));
        if self.declarations.is_empty() && !customs.may_go {
            say("declaration", "firm");
        } else if !customs.may_go {
            say("customs", decides);
        }
        if self.direction == "export" || customs.onward {
            if self.arrived.is_some() && customs.may_go && !self.joint.is_open() {
                say("loading", terminal);
            }
            return held;
        }
        if self.order(now).is_none() {
            say("order", "carrier");
        }
        if self.release().is_none() {
            say("release", terminal);
        }
        if held.is_empty() {
            let open: Vec<u32> =
                self.certificates.values().filter(|of| of.is_open() && of.until > now).map(|of| of.slot).collect();
            let booked = |serial: &u32| !self.certificates.values().any(|of| of.slot == *serial);
            let waiting = self.slots.iter().filter(|(_, slot)| slot.cancelled_at.is_none() && slot.until > now);
            let what = match () {
                () if !open.is_empty() => ("gate", "truck"),
                () if waiting.map(|(serial, _)| serial).any(booked) => ("certificate", "firm"),
                () => ("slot", "firm"),
            };
            held.push(Held { what: what.0, by: what.1.to_owned() });
        }
        held
    }

    /// True when customs, the carrier and the terminal all let it go, no question of the tally is open, and no organ wants to
    /// look into it.
    pub fn may_leave(&self, customs: Customs, now: Instant) -> bool {
        let questioned = self.open_questions().next().is_some();
        customs.may_go
            && self.arrived.is_some()
            && !questioned
            && !self.joint.is_open()
            && self.dropped_at.is_none()
            && !self.fate.is_sealed()
            && self.fate.asked().is_none()
            && self.order(now).is_some()
            && self.release().is_some()
    }
}
