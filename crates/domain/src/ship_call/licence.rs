//! Extension of the tonnage-tax licence, proposed from the call's own facts: the days that she lay for shelter, repair or
//! quarantine isolation without cargo or passengers (Tonnage Tax Law 2018, articles 10 and 11). Customs decides.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Rule, ShipCall};
use crate::{Instant, Text, Value, profile::Profile};

/// What a licence could be extended by.
#[derive(Clone, Debug, PartialEq)]
pub struct LicenceExtension {
    /// Why, and from when until when.
    pub grounds: Vec<ExtensionGround>,
    /// Days of the port's calendar that the grounds touch, each counted once.
    pub days: i64,
    /// The licence's expiry, as it was filed.
    pub expiry: Option<Date>,
    /// That expiry and the days.
    pub proposed: Option<Date>,
}

/// A ground of the table `tonnage-extension` that a call's facts show.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtensionGround {
    /// Its code: a kind of call, or a kind of hold.
    pub code: String,
    /// Since when.
    pub from: Instant,
    /// Until when; none while it goes on.
    pub until: Option<Instant>,
    /// Whose paper is the evidence, by the table.
    pub evidence: String,
    /// The call's own evidence: who stated the arrival, or the hold's reference.
    pub source: String,
    /// Table, version and row.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// Why.
    pub reason: Text,
}

impl ShipCall {
    /// The extension that the call's facts show so far; none when no row of the table fits, or she has not arrived.
    pub fn licence_extension(&self, profile: &Profile, now: Instant) -> Option<LicenceExtension> {
        let is_arrival = |time: &&super::TimeStatement| {
            time.event == "arrival" && time.kind == super::TimeKind::Actual && !time.in_error
        };
        let arrived = self.times.iter().rev().find(is_arrival);
        let lay = arrived.map(|time| (self.kind.as_str(), time.at, self.actual("departure"), time.source.clone()));
        let holds = self.holds.iter().map(|hold| {
            let source = if hold.reference.is_empty() { hold.issuer.clone() } else { hold.reference.clone() };
            (hold.kind.as_str(), hold.at, hold.lifted_at, source)
        });
        let ground = |(code, from, until, source): (&str, Instant, Option<Instant>, String)| {
            let row = profile.hit("tonnage-extension", from, &Value::from([("ground", code.into())]))?;
            Some(ExtensionGround {
                code: code.to_owned(),
                from,
                until,
                evidence: row.text("evidence").to_owned(),
                source,
                rule: row.rule(),
                law: row.law().to_owned(),
                reason: row.reason(),
            })
        };
        let grounds: Vec<ExtensionGround> = lay.into_iter().chain(holds).filter_map(ground).collect();
        if grounds.is_empty() {
            return None;
        }
        let mut days = BTreeSet::new();
        for ground in &grounds {
            let last = ground.until.unwrap_or(now).date(&profile.zone);
            let first = ground.from.date(&profile.zone);
            days.extend(first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last));
        }
        let days = i64::try_from(days.len()).unwrap_or(i64::MAX);
        let expiry: Option<Date> =
            self.facts.get("tonnage_tax_expiry").and_then(Value::text).and_then(|day| day.parse().ok());
        let proposed = expiry.and_then(|expiry| expiry.checked_add(jiff::Span::new().try_days(days).ok()?).ok());
        Some(LicenceExtension { grounds, days, expiry, proposed })
    }
}
