//! The scenarios of the corpus that hold notices: given the acts that led to them (`tests/data/wco`, one file a scenario), our
//! declarations send the same kinds of notices, in the order that the recorded ones have, with the same amounts and references.

use std::{collections::BTreeMap, fs, path::PathBuf};

use domain::{
    Instant,
    declaration::{
        Act, Declaration, Notice,
        model::{Response, ResponsePointer},
        notices, summary,
    },
    matter::{Actor, Context, Matter, Party, Record},
    profile::Profile,
};
use messages::wco::{self, Message};
use rules::Table;
use serde::Deserialize;

use super::scenarios;

/// The acts of a scenario: one list a declaration.
#[derive(Deserialize)]
struct Acts {
    declarations: Vec<Vec<Act>>,
    /// Set where the corpus took the notices from several runs: numbers, editions and references are not of one declaration then.
    #[serde(default)]
    runs: String,
}

/// A notice of the corpus.
struct Recorded {
    place: u32,
    at: Option<Instant>,
    response: Response,
}

impl Recorded {
    fn kind(&self) -> String {
        kind(&self.response)
    }

    fn number(&self) -> Option<&str> {
        self.response.declaration.as_ref()?.id.as_deref()
    }
}

/// The function code, with the state of tax.
fn kind(response: &Response) -> String {
    let status = response.statuses.first().and_then(|status| status.name_code.clone()).unwrap_or_default();
    let code = response.function_code.clone().unwrap_or_default();
    if code == "13" { format!("{code}/{status}") } else { code }
}

fn data(scenario: &str) -> Option<Acts> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/wco/{scenario}.json"));
    let text = fs::read_to_string(file).ok()?;
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{scenario}: {error}")))
}

/// The port's modes and channels; limits are tried elsewhere, and rates are what each scenario was assessed by.
fn profile() -> Profile {
    let tables = ["declaration-modes", "declaration-channels", "declaration-types", "declaration-owed"].map(|name| {
        let file = format!("../../ports/dalian/tables/{name}.table.md");
        let text = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        (name.to_owned(), Table::parse(&text).0.expect("a table"))
    });
    Profile {
        tables: BTreeMap::from(tables),
        calendars: BTreeMap::new(),
        port: Default::default(),
        zone: jiff::tz::TimeZone::UTC,
        organs: Vec::new(),
        berths: Vec::new(),
        assertions: BTreeMap::new(),
        laws: Vec::new(),
        register: Default::default(),
        bases: Default::default(),
    }
}

/// What a declaration sends when these acts are done, one a minute.
fn sent(acts: &[Act], profile: &Profile, scenario: &str) -> Vec<Notice> {
    let mut declaration = Declaration::default();
    let mut journal: Vec<Record<_>> = Vec::new();
    for (minute, act) in (0..).zip(acts) {
        let own = matches!(act, Act::Lodge(_) | Act::Present { .. } | Act::Amend { .. } | Act::Withdraw { .. });
        let party = if own { Party::Firm("trader".to_owned()) } else { Party::Organ("customs".to_owned()) };
        let actor = Actor { party, person: "p".to_owned(), on_behalf: None };
        let now = Instant(1_795_500_000_000_000 + minute * 60_000_000);
        let context = Context { now, profile, actor: &actor };
        let records = declaration.act(act, &context, "api");
        journal.extend(records.unwrap_or_else(|fault| panic!("{scenario}: {act:?}: {fault:?}")));
    }
    assert_eq!(Declaration::fold(&journal), declaration, "{scenario}: the journal tells all");
    notices(&journal, "GBP")
}

/// Through XML, as it is sent.
fn through_xml(notice: &Notice) -> Response {
    let text =
        wco::write(&Message::new(domain::declaration::model::Document::Response(Box::new(notice.response.clone()))));
    let (message, faults) = wco::read(text.as_bytes());
    assert!(!faults.iter().any(domain::Fault::is_error), "{faults:?}\n{text}");
    message.content.as_ref().unwrap().responses()[0].clone()
}

/// Each scenario with its notices, each once.
fn recorded() -> BTreeMap<String, Vec<Recorded>> {
    let mut all: BTreeMap<String, Vec<Recorded>> = BTreeMap::new();
    for path in scenarios().into_iter().flatten() {
        let (message, _) = wco::read(&fs::read(&path).unwrap());
        let inside = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        let scenario = inside.skip_while(|part| part != "scenarios").nth(1).unwrap();
        let digits: String =
            path.file_name().unwrap().to_string_lossy().chars().take_while(char::is_ascii_digit).collect();
        for response in message.content.iter().flat_map(|content| content.responses()) {
            let list = all.entry(scenario.clone()).or_default();
            let known = |other: &Recorded| other.response.functional_reference_id == response.functional_reference_id;
            if !list.iter().any(known) {
                let at = response.issue_date_time.as_ref();
                list.push(Recorded {
                    place: digits.parse().unwrap_or_default(),
                    at: at.and_then(|at| at.instant(&jiff::tz::TimeZone::UTC)),
                    response: response.clone(),
                });
            }
        }
    }
    all
}

/// Taxes of a notice: item, kind and amounts, in any order.
fn taxes(response: &Response) -> Vec<String> {
    let shipment = response.declaration.as_ref().and_then(|declaration| declaration.goods_shipment.as_ref());
    let items = shipment.map(|shipment| &shipment.government_agency_goods_items[..]).unwrap_or_default();
    let mut all: Vec<String> = Vec::new();
    for item in items {
        for duty in item.commodity.iter().flat_map(|commodity| &commodity.duty_tax_fees) {
            let money =
                |amount: Option<&domain::declaration::model::Amount>| amount.map(|amount| amount.value.normalize());
            let payment = duty.payment.as_ref();
            all.push(format!(
                "{:?} {:?} {:?} {:?} {:?}",
                duty.type_code,
                money(duty.ad_valorem_tax_base_amount.as_ref()),
                duty.tax_rate_numeric.map(|rate| rate.0.normalize()),
                money(payment.and_then(|payment| payment.tax_assessed_amount.as_ref())),
                money(payment.and_then(|payment| payment.payment_amount.as_ref())),
            ));
        }
    }
    all.sort();
    all
}

fn ways<'r>(pointers: impl Iterator<Item = &'r Vec<ResponsePointer>>) -> Vec<String> {
    pointers.map(|way| format!("{way:?}")).collect()
}

/// The recorded notices in the order in which they were sent; of several runs, as their files are numbered.
fn in_order(mut notices: Vec<Recorded>) -> Vec<Recorded> {
    let one = notices.iter().all(|notice| notice.number() == notices[0].number());
    notices.sort_by_key(|notice| if one { (notice.at, notice.place) } else { (None, notice.place) });
    notices
}

#[test]
fn every_scenario_with_notices_has_its_acts() {
    let missing: Vec<_> = recorded().into_keys().filter(|scenario| data(scenario).is_none()).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_acts_of_a_scenario_send_its_notices() {
    let profile = profile();
    let mut kinds = std::collections::BTreeSet::new();
    for (scenario, recorded) in recorded() {
        let acts = data(&scenario).unwrap();
        let recorded = in_order(recorded);
        let sent: Vec<Response> = acts
            .declarations
            .iter()
            .flat_map(|acts| sent(acts, &profile, &scenario))
            .map(|notice| through_xml(&notice))
            .collect();
        let mut pairs = Vec::new();
        for notice in &recorded {
            let same = |at: usize| {
                kind(&sent[at]) == notice.kind()
                    && (acts.runs.is_empty() || scenario.starts_with("TT") || number(&sent[at]) == notice.number())
            };
            // A rejection is of a declaration of its own.
            let taken = |at: usize| pairs.iter().any(|(_, taken)| *taken == at);
            let found = (0..sent.len()).find(|at| same(*at) && !taken(*at));
            let Some(found) = found else {
                let had: Vec<_> = sent.iter().map(kind).collect();
                panic!("{scenario}: no notice {} among {had:?}", notice.kind())
            };
            pairs.push((notice, found));
            kinds.insert(notice.response.function_code.clone().unwrap());
        }
        if scenario.starts_with("TT") {
            let had: Vec<_> = sent.iter().map(kind).collect();
            assert_eq!(sent.len(), recorded.len(), "{scenario}: {had:?}");
        }
        order(&scenario, &pairs);
        for (notice, found) in &pairs {
            carried(&scenario, &acts, &notice.response, &sent[*found]);
        }
    }
    if scenarios().is_some() {
        let all = ["01", "02", "03", "05", "06", "07", "08", "09", "10", "11", "13", "14", "15", "16", "18"];
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
    }
}

/// What each message wants is known by its codes, and its items are read; only money without a rate is asked about. Codes that no
/// list has are told, and refuse nothing.
#[test]
fn every_declaration_of_the_corpus_is_understood() {
    let (profile, now) = (profile(), Instant(1_795_500_000_000_000));
    for path in scenarios().into_iter().flatten() {
        let (message, _) = wco::read(&fs::read(&path).unwrap());
        let Some(declaration) = message.content.as_ref().and_then(|content| content.declaration()) else { continue };
        let wanted = summary::wanted(&profile, declaration, now);
        assert!(wanted.is_some(), "{}: {:?}", path.display(), declaration.type_code);
        if matches!(wanted, Some(summary::Wanted::Declare { .. })) {
            let (items, faults) = summary::items(declaration, "GBP");
            let other: Vec<_> =
                faults.iter().filter(|fault| fault.is_error() && fault.code != "PQ-DECLARATION-024").collect();
            assert!(other.is_empty(), "{}: {other:?}", path.display());
            let shipment = declaration.goods_shipment.as_ref().unwrap();
            assert_eq!(items.len(), shipment.government_agency_goods_items.len());
        }
    }
}

fn number(response: &Response) -> Option<&str> {
    response.declaration.as_ref()?.id.as_deref()
}

/// What was recorded later, by its time and by the number of its file, is sent later.
fn order(scenario: &str, pairs: &[(&Recorded, usize)]) {
    for (one, first) in pairs {
        for (other, second) in pairs {
            let later = one.place < other.place && one.at < other.at && one.number() == other.number();
            assert!(!later || first < second, "{scenario}: {} before {}", one.kind(), other.kind());
        }
    }
}

/// Amounts, ways to elements, states and limits are those that were recorded; of one run, numbers and editions too.
fn carried(scenario: &str, acts: &Acts, recorded: &Response, sent: &Response) {
    let what = kind(recorded);
    if acts.runs != "single notices" || what == "13/4" {
        assert_eq!(taxes(sent), taxes(recorded), "{scenario} {what}");
    }
    let codes = |response: &Response| {
        response
            .errors
            .iter()
            .map(|error| (error.validation_code.clone(), error.description.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(sent), codes(recorded), "{scenario} {what}");
    let errors = |response: &Response| ways(response.errors.iter().map(|error| &error.pointers));
    assert_eq!(errors(sent), errors(recorded), "{scenario} {what}");
    let amendments = |response: &Response| ways(response.amendments.iter().map(|amendment| &amendment.pointers));
    assert_eq!(amendments(sent), amendments(recorded), "{scenario} {what}");
    let result = |response: &Response| {
        let of = response.additional_information.iter().find(|of| of.statement_type_code.as_deref() == Some("AFB"));
        of.and_then(|of| of.statement_code.clone())
    };
    if matches!(&*what, "08" | "09") {
        assert_eq!(result(sent), result(recorded), "{scenario} {what}");
    }
    let limits = |response: &Response| {
        let limits = response.additional_information.iter().filter_map(|of| of.limit_date_time.as_ref());
        limits.filter_map(|limit| limit.instant(&jiff::tz::TimeZone::UTC)).collect::<Vec<_>>()
    };
    assert_eq!(limits(sent), limits(recorded), "{scenario} {what}");
    if !acts.runs.is_empty() {
        return;
    }
    let (sent, recorded) = (sent.declaration.as_ref().unwrap(), recorded.declaration.as_ref().unwrap());
    assert_eq!(
        (&sent.id, &sent.functional_reference_id),
        (&recorded.id, &recorded.functional_reference_id),
        "{scenario} {what}"
    );
    // Of a message about a declaration the edition is not told always.
    if recorded.version_id.is_some() && what != "02" && what != "11" {
        assert_eq!(sent.version_id, recorded.version_id, "{scenario} {what}");
    }
}
