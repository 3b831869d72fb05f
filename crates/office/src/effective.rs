//! Certificates that a measure of the port extends: what the check of a filing says of them, citing the rule.

use domain::{
    Fault, Severity, Text, Value,
    application::{Application, Status},
    formality::Formality,
    measure::{self, Extension, Fits},
    profile::Profile,
    ship_call::ShipCall,
};
use jiff::civil::Date;
use store::{Filter, Reach, reach::APPLICATION};

use crate::{Error, Office, kept::Kept};

/// So many grants of a firm are looked at, the newest first.
const MOST_GRANTS: i64 = 200;

/// What is told of a ship's or company's certificate that ends before the departure, unless it holds on.
const EXPIRES: &str = "PQ-CERTIFICATE-EXPIRES";
/// The same of a seafarer's, and of which kind it is.
const CREW_EXPIRES: &str = "PQ-CREW-CERTIFICATE-EXPIRES";
const COMPETENCY: &str = "competency";

/// A certificate that an organ let hold longer on application.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    /// Its kind, as the tables name it, and the day that is printed on it.
    kind: String,
    printed: Date,
    /// What the grant does for it; its kind is empty.
    extension: Extension,
}

impl Granted {
    /// What it does for a certificate of the formality's list; none for another one.
    fn of(&self, profile: &Profile, kind: &str, printed: Date) -> Option<Extension> {
        let same = self.printed == printed && measure::kind_in_tables(&profile.register, kind) == Some(&self.kind);
        same.then(|| Extension { kind: kind.to_owned(), ..self.extension.clone() })
    }
}

impl Office {
    /// The certificates of a call that end before she sails as printed, and what was granted for them, or what the measures do.
    ///
    /// # Errors
    /// The store's own.
    pub async fn extensions(&self, call: &ShipCall) -> Result<Vec<Extension>, Error> {
        let ends = self.ending(call);
        if ends.is_empty() {
            return Ok(Vec::new());
        }
        let granted = self.certificates_granted(call).await?;
        let on = self.arrival(call);
        let of = |(kind, printed): (String, Date)| {
            let granted = granted.iter().find_map(|of| of.of(&self.profile, &kind, printed));
            granted.or_else(|| measure::extension(&self.profile, &kind, printed, on))
        };
        Ok(ends.into_iter().filter_map(of).collect())
    }

    /// The day on which a ship comes.
    fn arrival(&self, call: &ShipCall) -> Date {
        let at = call.actual("arrival").or(call.expected("arrival"));
        at.map_or_else(|| self.today(), |at| at.date(&self.profile.zone))
    }

    /// What was granted for certificates of a ship, to the firm that has her in this call: in this call or in another one of hers.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) async fn certificates_granted(&self, call: &ShipCall) -> Result<Vec<Granted>, Error> {
        let mut granted = Vec::new();
        let measures = self.profile.register.measures.iter().filter(|measure| measure.extends_certificates());
        let reach = self.store.reach(Reach::System("certificates that hold longer"));
        for measure in measures {
            let filter = Filter {
                states: vec![Status::Granted.code().to_owned()],
                subject_key: Some(measure.code.clone()),
                firm: Some(call.agent.clone()),
                ..Filter::default()
            };
            let found = reach.list(APPLICATION, &filter, None, MOST_GRANTS).await?;
            let ids: Vec<_> = found.iter().map(|stored| stored.id).collect();
            for stored in reach.matters(&ids).await? {
                let application: Application = self.unfold(stored).await?;
                let Some(about) = &application.about else { continue };
                let hers = *about == call.number
                    || reach
                        .matter_by_number(about)
                        .await?
                        .is_some_and(|of| of.kind == ShipCall::KIND && of.row.subject_key == call.ship.imo);
                if hers {
                    granted.extend(granted_by(&self.profile, &application));
                }
            }
        }
        Ok(granted)
    }

    /// The certificates of a call that end before she sails as printed: kind and day.
    fn ending(&self, call: &ShipCall) -> Vec<(String, Date)> {
        let departure = call.actual("departure").or(call.expected("departure"));
        let until = departure.map_or_else(|| self.arrival(call), |at| at.date(&self.profile.zone));
        let filing = call.filings.get(&Formality::Certificates);
        let Some(Value::Map(expiries)) = filing.and(call.facts.get("certificate_expiries")) else { return Vec::new() };
        let dated = expiries.iter().filter_map(|(kind, day)| Some((kind, day.text()?.parse::<Date>().ok()?)));
        dated.filter(|(_, printed)| *printed < until).map(|(kind, printed)| (kind.clone(), printed)).collect()
    }
}

/// What a granted application does for the certificate that it names.
fn granted_by(profile: &Profile, application: &Application) -> Option<Granted> {
    let decision = application.standing()?;
    let (Some(kind), Some(printed)) = measure::named_in(&profile.register, &application.facts) else { return None };
    let organ = profile.organs.iter().find(|organ| organ.code == decision.organ).map(|organ| organ.name.clone());
    let organ = organ.unwrap_or_else(|| Text::new(&decision.organ, &decision.organ));
    let number = &application.number;
    let extension = Extension {
        kind: String::new(),
        printed,
        measure: application.measure.clone(),
        fits: Fits::ByItself,
        effective: Some(decision.decided.until?),
        rule: decision.assessed.rule.clone(),
        law: decision.decided.law.clone(),
        reason: Text::new(
            format!("{}批准，申请 {number}", organ.zh),
            format!("granted by {}, application {number}", organ.en),
        ),
    };
    Some(Granted { kind, printed, extension })
}

/// Whether something is told of certificates for which a grant may have come.
pub(crate) fn is_of_certificates(faults: &[Fault]) -> bool {
    faults.iter().any(|fault| [EXPIRES, CREW_EXPIRES].contains(&fault.code.as_str()))
}

/// Looks through what was told of certificates again: one that was let hold beyond the departure on application is told as such.
pub(crate) fn look_through_granted(
    profile: &Profile,
    (granted, departure): (&[Granted], Date),
    content: &Value,
    faults: &mut [Fault],
) {
    for (nth, kind, printed) in expiring(content, faults) {
        let found = granted.iter().find_map(|of| of.of(profile, &kind, printed));
        if let (Some(extension), Some(fault)) = (found, faults.get_mut(nth)) {
            let location = fault.location.clone();
            *fault = told(profile, &extension, departure, fault, &location);
        }
    }
}

/// What is told of a certificate that ends too early: the fault's place, the certificate's kind and its printed day.
fn expiring(content: &Value, faults: &[Fault]) -> Vec<(usize, String, Date)> {
    let of_certificates = |(_, fault): &(usize, &Fault)| [EXPIRES, CREW_EXPIRES].contains(&fault.code.as_str());
    let named = |(nth, fault): (usize, &Fault)| {
        let (at, printed_at) = fault.location.rsplit_once('/')?;
        let certificate = content.at(at);
        // An extension that the agent states herself is hers to show.
        let own = !certificate.get("effective_expiry").is_empty();
        let printed = certificate.get(printed_at).text().and_then(|day| day.parse().ok()).filter(|_| !own)?;
        let kind = if fault.code == CREW_EXPIRES { Some(COMPETENCY) } else { certificate.get("kind").text() };
        Some((nth, kind?.to_owned(), printed))
    };
    faults.iter().enumerate().filter(of_certificates).filter_map(named).collect()
}

/// Looks through what the assertions say of certificates: one that a measure extends beyond the departure is told as such,
/// with the rule; of one that may be extended on application it is told where.
pub(crate) fn look_through(
    profile: &Profile,
    (on, departure): (Date, Option<Date>),
    content: &Value,
    faults: &mut [Fault],
) {
    for (nth, kind, printed) in expiring(content, faults) {
        let found = measure::extension(profile, &kind, printed, on);
        if let (Some(extension), Some(fault)) = (found, faults.get_mut(nth)) {
            let location = fault.location.clone();
            *fault = told(profile, &extension, departure.unwrap_or(on), fault, &location);
        }
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
