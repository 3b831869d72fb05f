//! Certificates that a measure of the port extends: what the check of a filing says of them, citing the rule.

use domain::{
    Fault, Severity, Text, Value,
    formality::Formality,
    measure::{self, Extension, Fits},
    profile::Profile,
    ship_call::ShipCall,
};
use jiff::civil::Date;

use crate::Office;

/// What is told of a ship's or company's certificate that ends before the departure, unless it holds on.
const EXPIRES: &str = "PQ-CERTIFICATE-EXPIRES";
/// The same of a seafarer's, and of which kind it is.
const CREW_EXPIRES: &str = "PQ-CREW-CERTIFICATE-EXPIRES";
const COMPETENCY: &str = "competency";

impl Office {
    /// The certificates of a call that end before she sails as printed, and what the measures do for them.
    pub fn extensions(&self, call: &ShipCall) -> Vec<Extension> {
        let zone = &self.profile.zone;
        let day = |event: &str| call.actual(event).or(call.expected(event)).map(|at| at.date(zone));
        let (on, until) = (day("arrival").unwrap_or_else(|| self.today()), day("departure"));
        let filing = call.filings.get(&Formality::Certificates);
        let Some(Value::Map(expiries)) = filing.and(call.facts.get("certificate_expiries")) else { return Vec::new() };
        let dated = expiries.iter().filter_map(|(kind, day)| Some((kind, day.text()?.parse::<Date>().ok()?)));
        let ends = dated.filter(|(_, printed)| *printed < until.unwrap_or(on));
        ends.filter_map(|(kind, printed)| measure::extension(&self.profile, kind, printed, on)).collect()
    }
}

/// Looks through what the assertions say of certificates: one that a measure extends beyond the departure is told as such,
/// with the rule; of one that may be extended on application it is told where.
pub(crate) fn look_through(
    profile: &Profile,
    (on, departure): (Date, Option<Date>),
    content: &Value,
    faults: &mut [Fault],
) {
    for fault in faults.iter_mut().filter(|fault| [EXPIRES, CREW_EXPIRES].contains(&fault.code.as_str())) {
        let Some((at, printed_at)) = fault.location.rsplit_once('/') else { continue };
        let certificate = content.at(at);
        // An extension that the agent states herself is hers to show.
        let own = !certificate.get("effective_expiry").is_empty();
        let printed = certificate.get(printed_at).text().and_then(|day| day.parse().ok()).filter(|_| !own);
        let kind = if fault.code == CREW_EXPIRES { Some(COMPETENCY) } else { certificate.get("kind").text() };
        let (Some(kind), Some(printed)) = (kind, printed) else { continue };
        let Some(extension) = measure::extension(profile, kind, printed, on) else { continue };
        let location = fault.location.clone();
        *fault = told(profile, &extension, departure.unwrap_or(on), fault, &location);
    }
}

fn told(profile: &Profile, extension: &Extension, departure: Date, fault: &Fault, location: &str) -> Fault {
    let law = profile.law(&extension.law);
    let rule = format!("{} / {}", extension.rule.table, extension.rule.row);
    let title = profile.register.measure(&extension.measure).map(|measure| measure.title.clone()).unwrap_or_default();
    let place = format!("/measures/{}", extension.measure);
    if extension.fits == Fits::OnApplication {
        let remedy = Text::new(
            format!("{}；或按“{}”申请展期（{place}，{}）", fault.remedy.zh, title.zh, law.zh),
            format!("{}; or apply under “{}” ({place}, {})", fault.remedy.en, title.en, law.en),
        );
        return Fault { remedy, ..fault.clone() };
    }
    let (zh, en) = match extension.effective {
        Some(until) => (
            format!("有效期按规定顺延至 {until}，周年日不变"),
            format!("it holds until {until} by rule, with its anniversary date unchanged"),
        ),
        None => ("到期不予处罚".to_owned(), "that it has run out is tolerated".to_owned()),
    };
    let text = Text::new(
        format!("证书所载有效期 {}；{zh}：{}（{}，{rule}）", extension.printed, extension.reason.zh, law.zh),
        format!(
            "The certificate’s printed expiry is {}; {en}: {} ({}, {rule})",
            extension.printed, extension.reason.en, law.en
        ),
    );
    if extension.covers(departure) {
        let remedy = Text::new("无需更正。", "Nothing to mend.");
        return Fault::new(Severity::Info, "PQ-CERTIFICATE-EXTENDED", location, text, remedy);
    }
    Fault { text, ..fault.clone() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{Submission, filing::check, profiles};

    /// What is told of the expiry of a certificate, by a ship that calls from one day to another.
    fn checked(
        kind: &str,
        printed: &str,
        (eta, etd): (&str, &str),
        own: Option<&str>,
    ) -> Vec<(String, Severity, Fault)> {
        let profile = profiles::sample().expect("profile");
        let day = |day: &str| day.parse::<Date>().expect("a day");
        let known =
            BTreeMap::from([("eta".to_owned(), Value::Date(day(eta))), ("etd".to_owned(), Value::Date(day(etd)))]);
        let mut row = Value::from([
            ("kind", kind.into()),
            ("number", "1".into()),
            ("issuer", "x".into()),
            ("issued_on", "2016-01-01".into()),
            ("expiry", printed.into()),
        ]);
        if let Some(own) = own {
            row.set("/effective_expiry", own.into());
            row.set("/extension_basis", "of her flag".into());
        }
        let content = Value::from([("certificates", Value::List(vec![row]))]);
        let submission = Submission { formality: Formality::Certificates, content, original: None };
        let now = domain::Instant::start_of(day(eta), &profile.zone).expect("an instant");
        let told = check(&profile, now, &submission, known).faults.into_iter();
        told.filter(|fault| fault.location == "/certificates/0/expiry")
            .map(|fault| (fault.code.clone(), fault.severity, fault))
            .collect()
    }

    #[test]
    fn a_certificate_that_a_measure_extends_beyond_the_departure_is_told_with_its_rule() {
        let july = ("2020-07-01", "2020-07-03");
        let told = checked("ship_security", "2020-05-10", july, None);
        let (code, severity, fault) = told.iter().find(|(code, ..)| code.starts_with("PQ-CERTIFICATE")).expect("told");
        assert_eq!((code.as_str(), *severity), ("PQ-CERTIFICATE-EXTENDED", Severity::Info), "{told:?}");
        for part in [
            "2020-05-10",
            "2020-09-30",
            "anniversary date unchanged",
            "MSA Notice 6/2020",
            "eligibility-10-certificates / ship-2020",
        ] {
            assert!(fault.text.en.contains(part), "{part}: {}", fault.text.en);
        }
        assert!(fault.text.zh.contains("周年日不变"));
    }

    #[test]
    fn a_seafarers_certificate_holds_six_months_longer_by_its_row() {
        let profile = profiles::sample().expect("profile");
        let day = |day: &str| Value::Date(day.parse().expect("a day"));
        let known = BTreeMap::from([("eta".to_owned(), day("2020-07-01")), ("etd".to_owned(), day("2020-07-03"))]);
        let member = |expiry: &str| Value::from([("family_name", "x".into()), ("competency_expiry", expiry.into())]);
        let members = Value::List(vec![member("2020-05-10"), member("2019-12-31"), member("2020-07-03")]);
        let content = Value::from([("members", members)]);
        let submission = Submission { formality: Formality::CrewList, content, original: None };
        let Some(Value::Date(on)) = known.get("eta").cloned() else { return };
        let now = domain::Instant::start_of(on, &profile.zone).expect("an instant");
        let faults = check(&profile, now, &submission, known).faults.into_iter();
        let told: Vec<_> = faults
            .filter(|fault| fault.location.ends_with("/competency_expiry"))
            .map(|fault| (fault.location.clone(), fault.code.clone(), fault.text.en.contains("2020-11-10")))
            .collect();
        let line = |nth: usize, code: &str, longer: bool| {
            (format!("/members/{nth}/competency_expiry"), code.to_owned(), longer)
        };
        assert_eq!(told, [line(0, "PQ-CERTIFICATE-EXTENDED", true), line(1, CREW_EXPIRES, false)]);
    }

    #[test]
    fn one_that_ends_before_she_sails_all_the_same_is_still_flagged() {
        let flagged = |told: Vec<(String, Severity, Fault)>| {
            told.into_iter().find(|(code, ..)| code == EXPIRES).map(|(_, severity, fault)| (severity, fault))
        };
        // The extension itself ends on 30 September, the day before she sails.
        let (severity, fault) =
            flagged(checked("load_line", "2020-05-10", ("2020-09-29", "2020-10-01"), None)).expect("told");
        assert!(severity == Severity::Warning && fault.text.en.contains("2020-09-30"), "{}", fault.text.en);
        // Nothing extends a sanitary certificate, nor what expired before the window.
        let (_, fault) =
            flagged(checked("sanitation", "2020-05-10", ("2020-07-01", "2020-07-03"), None)).expect("told");
        assert!(!fault.text.en.contains("anniversary"));
        assert!(flagged(checked("load_line", "2020-01-19", ("2020-07-01", "2020-07-03"), None)).is_some());
        // From October 2020 on it is applied for.
        let (_, fault) = flagged(checked("load_line", "2026-06-01", ("2026-06-02", "2026-06-03"), None)).expect("told");
        assert!(fault.remedy.en.contains("/measures/10-certificates"), "{}", fault.remedy.en);
        // What the agent states herself is judged as she states it.
        assert!(
            flagged(checked("load_line", "2026-06-01", ("2026-06-02", "2026-06-03"), Some("2026-09-01"))).is_none()
        );
    }
}
