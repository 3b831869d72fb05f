//! Deciding an act on a manifest: pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, Content, Entry, Limit, Manifest, Mode, NewManifest, Refusal, Units};
use crate::{
    Instant, Value,
    matter::{Context, Party},
    profile::Profile,
};

/// Who decides on what goes this way, and who delivers it: the table `cargo-units`.
pub fn units(profile: &Profile, mode: Mode, at: Instant) -> Option<Units> {
    let hit = profile.hit("cargo-units", at, &Value::from([("mode", mode.code().into())]))?;
    let text = |name: &str| hit.text(name).to_owned();
    Some(Units { decides: text("decides"), terminal: text("terminal"), certificate: text("certificate") })
}

pub(super) fn decide(manifest: &Manifest, act: &Act, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    if matches!(act, Act::File(_)) != (manifest.version == 0) || manifest.withdrawn_at.is_some() {
        return Err(Refusal::WrongState);
    }
    let here = Here { manifest, context };
    match act {
        Act::File(new) => here.file(new),
        Act::Amend(content) => here.amend(content),
        Act::Decide { granted, words } => here.rule(*granted, words.as_ref()),
        Act::Arrive { bills } => here.arrive(bills),
        Act::Withdraw => here.withdraw(),
        Act::Retime { times } => here.retime(times),
    }
}

struct Here<'a> {
    manifest: &'a Manifest,
    context: &'a Context<'a>,
}

impl Here<'_> {
    fn require_firm(&self, firm: &str) -> Result<(), Refusal> {
        let acts_for = match (&self.context.actor.on_behalf, &self.context.actor.party) {
            (Some(principal), Party::Firm(_)) => Some(principal),
            (None, Party::Firm(firm)) => Some(firm),
            _ => None,
        };
        if acts_for.is_some_and(|of| of == firm) { Ok(()) } else { Err(Refusal::NotYours) }
    }

    fn require_unit(&self, unit: &str) -> Result<(), Refusal> {
        let is = matches!(&self.context.actor.party, Party::Organ(organ) if organ == unit);
        if is { Ok(()) } else { Err(Refusal::NotYours) }
    }

    fn file(&self, new: &NewManifest) -> Result<Vec<Entry>, Refusal> {
        self.require_firm(&new.firm)?;
        if new.content.bills.is_empty() {
            return Err(Refusal::Empty);
        }
        let units = units(self.context.profile, new.mode, self.context.now).ok_or(Refusal::NoUnits)?;
        let limits = self.limits(new);
        Ok(vec![Entry::Filed { new: Box::new(new.clone()), units, limits }])
    }

    fn limits(&self, new: &NewManifest) -> Vec<Limit> {
        ["file", "amend"].iter().filter_map(|name| self.limit(new, name)).collect()
    }

    /// Once something of it is there, limits move no more.
    fn retime(&self, times: &BTreeMap<String, Instant>) -> Result<Vec<Entry>, Refusal> {
        if self.context.actor.party != Party::Clock {
            return Err(Refusal::NotYours);
        }
        let mut new = self.manifest.filed.clone();
        new.times.extend(times.iter().map(|(name, at)| (name.clone(), *at)));
        let limits = self.limits(&new);
        let due = |limits: &[Limit]| limits.iter().map(|limit| (limit.name.clone(), limit.due)).collect::<Vec<_>>();
        if !self.manifest.arrived.is_empty() || due(&limits) == due(&self.manifest.limits) {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Retimed { times: new.times, limits }])
    }

    /// A limit by the table `manifest-limits`; none where no row gives one, or its event is not known.
    fn limit(&self, new: &NewManifest, name: &str) -> Option<Limit> {
        let profile = self.context.profile;
        let inputs = Value::from([
            ("mode", new.mode.code().into()),
            ("direction", new.direction.as_str().into()),
            ("containers", (new.content.containers > 0).into()),
            ("clock", name.into()),
        ]);
        let hit = profile.hit("manifest-limits", self.context.now, &inputs)?;
        let start = new.times.get(hit.text("event"))?;
        let due = profile.reckon(*start, hit.text("offset"), hit.text("calendar"))?;
        Some(Limit { name: name.to_owned(), due, rule: hit.rule(), law: hit.law().to_owned() })
    }

    fn amend(&self, content: &Content) -> Result<Vec<Entry>, Refusal> {
        let manifest = self.manifest;
        self.require_firm(&manifest.filed.firm)?;
        if content.bills.is_empty() {
            return Err(Refusal::Empty);
        }
        if manifest.asked.is_some() {
            return Err(Refusal::Waits);
        }
        Ok(vec![match manifest.needs_leave(self.context.now) {
            true => Entry::AmendmentAsked { content: content.clone() },
            false => Entry::Amended { content: content.clone() },
        }])
    }

    fn rule(&self, granted: bool, words: Option<&String>) -> Result<Vec<Entry>, Refusal> {
        self.require_unit(&self.manifest.units.decides)?;
        if self.manifest.asked.is_none() {
            return Err(Refusal::WrongState);
        }
        if !granted && words.is_none() {
            return Err(Refusal::Wordless);
        }
        Ok(vec![Entry::AmendmentDecided { granted, words: words.cloned() }])
    }

    fn arrive(&self, bills: &BTreeSet<String>) -> Result<Vec<Entry>, Refusal> {
        self.require_unit(&self.manifest.units.terminal)?;
        if let Some(strange) = bills.iter().find(|bill| !self.manifest.content.bills.contains_key(*bill)) {
            return Err(Refusal::NoBill(strange.clone()));
        }
        let new: BTreeSet<String> = bills.difference(&self.manifest.arrived).cloned().collect();
        if new.is_empty() { Err(Refusal::WrongState) } else { Ok(vec![Entry::Arrived { bills: new }]) }
    }

    fn withdraw(&self) -> Result<Vec<Entry>, Refusal> {
        self.require_firm(&self.manifest.filed.firm)?;
        if self.manifest.needs_leave(self.context.now) {
            return Err(Refusal::WrongState);
        }
        Ok(vec![Entry::Withdrawn])
    }
}
