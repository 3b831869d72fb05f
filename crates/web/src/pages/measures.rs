//! The register of measures: the list, one measure, and which of them fit. For everybody; nothing is kept.

pub mod say;

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::Path, http::StatusCode, response::Response};
use domain::{
    Fault, Value as Known,
    measure::{Answer, Fact, FactKind, Fits, Measure, Register, Standing, explain, named, rows},
};
use jiff::civil::Date;
use office::{Error, Right};
use serde_json::{Value, json};

use crate::{
    page::{Failure, Form, Page},
    say as words,
};

/// Before the names of facts in a form.
pub const FACT: &str = "fact.";

/// `GET /measures`: under their headings; `?want=…` for what the firm wants to do, `?on=…` for another day than today.
pub async fn list(page: Page) -> Result<Response, Failure> {
    let office = &page.app.office;
    let register = &office.profile.register;
    let (on, faults) = day(&page);
    let want = page.asked("want").filter(|want| register.wants.iter().any(|of| of.code == *want));
    let ended = page.asked("ended").is_some();
    let shown = |measure: &&Measure| {
        want.is_none_or(|want| measure.wants.iter().any(|of| of == want))
            && (ended || measure.standing(on) != Standing::Ended)
    };
    let headings: Vec<Value> = register
        .headings
        .iter()
        .filter_map(|heading| {
            let of = register.measures.iter().filter(|measure| measure.heading == heading.code).filter(shown);
            let lines: Vec<Value> = of.map(|measure| line(measure, on)).collect();
            (!lines.is_empty())
                .then(|| json!({"code": heading.code, "say": words::text(&heading.name), "measures": lines}))
        })
        .collect();
    let hidden = register.measures.iter().filter(|measure| !ended && measure.standing(on) == Standing::Ended).count();
    let view = json!({
        "headings": headings,
        "wants": wants(register, want),
        "want": want.unwrap_or(""),
        "on": on.to_string(),
        "ended": ended,
        "hidden": hidden,
        "signed_in": page.session.is_some(),
        "errors": faults.iter().map(words::fault).collect::<Vec<_>>(),
    });
    page.draw_with(status(&faults), "measures/list.html", &page.layout("measures"), &view)
}

/// `GET /measures/{code}`
pub async fn show(page: Page, Path(code): Path<String>) -> Result<Response, Failure> {
    let office = &page.app.office;
    let profile = &office.profile;
    let register = &profile.register;
    let measure = register.measure(&code).ok_or(Error::NotFound)?;
    let on = office.today();
    let text = |named: &domain::Text| words::text(named);
    let law = |law: &str| words::law(profile, law);
    let provision = |of: &domain::measure::Provision| json!({"say": text(&of.words), "law": law(&of.law)});
    let changes: Vec<Value> = measure
        .changes
        .iter()
        .map(|change| json!({"kind": words::key(&format!("measure-change-{}", change.kind.code())), "say": text(&change.words)}))
        .collect();
    let papers: Vec<Value> =
        measure.documents.iter().map(|paper| json!({"say": text(&paper.name), "required": paper.required})).collect();
    let not_with: Vec<Value> =
        measure.stacking.not_with.iter().filter_map(|code| register.measure(code)).map(link).collect();
    let reads_tables = page.session.as_ref().is_some_and(|session| session.actor.may(Right::ReadTables));
    let view = json!({
        "code": measure.code,
        "title": text(&measure.title),
        "state": say::standing(measure, on),
        "words": text(&measure.words),
        "heading": text(&named(&register.headings, &measure.heading)),
        "validity": say::validity(measure),
        "event": text(&named(&register.events, &measure.event)),
        "issuer": words::text(&profile.organ(&measure.issuer).map(|organ| organ.name.clone()).unwrap_or_default()),
        "competence": provision(&measure.competence),
        "law": law(&measure.law),
        "decides": words::units(profile, &measure.decides),
        "changes": changes,
        "stacking": {"order": measure.stacking.order, "say": text(&measure.stacking.words), "not_with": not_with},
        "refund": measure.refund.as_ref().map(provision),
        "clawback": measure.clawback.as_ref().map(provision),
        "papers": papers,
        "place": measure.place,
        "apply": if applies(profile, measure, on) { json!(format!("/measures/{code}/apply")) } else { json!(null) },
        "applications": page.session.is_some().then(|| format!("/applications?measure={code}")),
        "rows": say::rows(profile, measure),
        "table": reads_tables.then(|| format!("/tables/{}{code}", domain::measure::TABLE_PREFIX)),
        "inputs": say::inputs(profile, measure),
    });
    page.draw("measures/show.html", &page.layout("measures"), &view)
}

/// `GET /measures/check`: which measures fit, with the reason row by row. The answers stand in the address alone.
pub async fn check(page: Page) -> Result<Response, Failure> {
    let office = &page.app.office;
    let register = &office.profile.register;
    let (on, mut faults) = day(&page);
    let want = page.asked("want").filter(|want| register.wants.iter().any(|of| of.code == *want));
    let asked = page.asked("ask").is_some();
    let given: Vec<(&str, &str)> =
        page.query.iter().filter_map(|(name, value)| Some((name.strip_prefix(FACT)?, value.as_str()))).collect();
    let facts = match office.read_facts(given.iter().copied()) {
        Ok(facts) => facts,
        Err(Error::Invalid(found)) => {
            faults.extend(found);
            BTreeMap::new()
        }
        Err(other) => return Err(other.into()),
    };
    let known = match page.session.as_ref().filter(|_| !asked) {
        Some(session) => office.facts_of_firm(&session.actor).await?,
        None => BTreeMap::new(),
    };
    let mut view = json!({
        "fields": fields(&office.profile, want, (&given, &known), &faults),
        "wants": wants(register, want),
        "want": want.unwrap_or(""),
        "on": on.to_string(),
        "asked": asked && faults.is_empty(),
        "errors": faults.iter().map(form_fault).collect::<Vec<_>>(),
        "groups": [],
    });
    if asked && faults.is_empty() {
        let answers = office.measures_that_fit(on, &facts);
        view["groups"] = groups(&page, answers, want, on, &Known::Map(facts));
    }
    page.draw_with(status(&faults), "measures/check.html", &page.layout("measures"), &view)
}

/// The answers by how they fit; what holds no longer or not yet is counted only.
fn groups(page: &Page, answers: Vec<Answer<'_>>, want: Option<&str>, on: Date, facts: &Known) -> Value {
    let profile = &page.app.office.profile;
    let wanted = |answer: &&Answer<'_>| want.is_none_or(|want| answer.measure.wants.iter().any(|of| of == want));
    let mut groups = Vec::new();
    let of: [(&str, &[Fits]); 4] = [
        ("fit", &[Fits::ByItself, Fits::OnApplication, Fits::ByChoice]),
        ("unknown", &[Fits::Unknown]),
        ("no", &[Fits::No]),
        ("not-in-force", &[Fits::NotInForce]),
    ];
    for (code, fits) in of {
        let found = answers.iter().filter(wanted).filter(|answer| fits.contains(&answer.fits));
        let lines: Vec<Value> = found.map(|answer| answered(profile, answer, on, facts)).collect();
        groups.push(
            json!({"code": code, "title": {"key": format!("measure-group-{code}"), "n": lines.len()}, "lines": lines}),
        );
    }
    json!(groups)
}

fn answered(profile: &domain::profile::Profile, answer: &Answer<'_>, on: Date, facts: &Known) -> Value {
    let measure = answer.measure;
    let explained = explain(profile, measure, on, facts).filter(|_| answer.fits != Fits::NotInForce);
    let missing: Vec<Value> =
        explained.iter().flat_map(|of| &of.missing).map(|code| fact_name(&profile.register, code)).collect();
    json!({
        "code": measure.code,
        "apply": if answer.fits == Fits::OnApplication { apply_address(measure, on, facts) } else { json!(null) },
        "place": if matches!(answer.fits, Fits::ByChoice | Fits::ByItself) { measure.place.as_str() } else { "" },
        "title": words::text(&measure.title),
        "state": say::fits(answer.fits),
        "reason": if answer.row.is_some() { words::text(&answer.reason()) } else { words::text(&measure.words) },
        "law": words::law(profile, answer.law()),
        "row": answer.rule().map(|rule| json!({"row": rule.row, "table": rule.table, "hash": rule.hash[..12.min(rule.hash.len())]})),
        "validity": say::validity(measure),
        "outputs": say::outputs(answer),
        "missing": missing,
        "trace": explained.map(|explained| say::explained(profile, &explained)).unwrap_or_default(),
    })
}

/// True when some row in force lets the measure be applied for.
fn applies(profile: &domain::profile::Profile, measure: &Measure, on: Date) -> bool {
    let of = rows(profile, measure);
    of.iter().any(|row| row.fits == Fits::OnApplication && row.from <= on && row.until.is_none_or(|until| on < until))
}

/// Where to apply, with the day and the facts that were given.
fn apply_address(measure: &Measure, on: Date, facts: &Known) -> Value {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("on", &on.to_string());
    if let Known::Map(facts) = facts {
        for (code, value) in facts {
            let value = match value {
                Known::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                value => value.to_string(),
            };
            pairs.append_pair(&format!("{FACT}{code}"), &value);
        }
    }
    json!(format!("/measures/{}/apply?{}", measure.code, pairs.finish()))
}

/// The fields of the facts that the table of a measure asks for, with what was typed, else with what is known.
pub fn fields_of(
    profile: &domain::profile::Profile,
    measure: &Measure,
    form: &Form,
    known: &BTreeMap<String, Known>,
    faults: &[Fault],
) -> Vec<Value> {
    let inputs = profile.eligibility(&measure.code).into_iter().flat_map(|table| &table.inputs);
    let asked = inputs.map(|input| input.name.as_str()).collect();
    let given: Vec<(&str, &str)> =
        form.pairs.iter().filter_map(|(name, value)| Some((name.strip_prefix(FACT)?, value.as_str()))).collect();
    fact_fields(profile, &asked, (&given, known), faults)
}

/// The fields of the facts that the measures of a want ask for.
fn fields(
    profile: &domain::profile::Profile,
    want: Option<&str>,
    (given, known): (&[(&str, &str)], &BTreeMap<String, Known>),
    faults: &[Fault],
) -> Vec<Value> {
    let wanted = |measure: &&Measure| want.is_none_or(|want| measure.wants.iter().any(|of| of == want));
    let tables =
        profile.register.measures.iter().filter(wanted).filter_map(|measure| profile.eligibility(&measure.code));
    let asked: BTreeSet<&str> = tables.flat_map(|table| &table.inputs).map(|input| input.name.as_str()).collect();
    fact_fields(profile, &asked, (given, known), faults)
}

fn fact_fields(
    profile: &domain::profile::Profile,
    asked: &BTreeSet<&str>,
    (given, known): (&[(&str, &str)], &BTreeMap<String, Known>),
    faults: &[Fault],
) -> Vec<Value> {
    let facts = profile.register.facts.iter().filter(|fact| asked.contains(fact.code.as_str()));
    let value = |code: &str| given.iter().find(|(of, _)| *of == code).map(|(_, value)| *value);
    facts
        .map(|fact| {
            let from_record = known.get(&fact.code).and_then(Known::text).filter(|_| value(&fact.code).is_none());
            let mut field = field(fact, value(&fact.code).or(from_record).unwrap_or(""));
            if from_record.is_some() {
                field["hint"] = words::key("measure-from-record");
            }
            if let Some(fault) = faults.iter().find(|fault| fault.location == format!("/{}", fact.code)) {
                field["error"] = words::text(&fault.text);
            }
            field
        })
        .collect()
}

/// The field of a fact.
fn field(fact: &Fact, value: &str) -> Value {
    let kind = match fact.kind {
        FactKind::Choice => "choice",
        FactKind::YesNo => "yesno",
        FactKind::Date => "date",
        FactKind::Number => "number",
    };
    let options: Vec<Value> =
        fact.options.iter().map(|option| json!({"value": option.code, "label": words::text(&option.name)})).collect();
    let hint = if fact.hint.is_blank() { json!(null) } else { words::text(&fact.hint) };
    json!({"name": format!("{FACT}{}", fact.code), "kind": kind, "label": words::text(&fact.name), "hint": hint, "value": value, "options": options})
}

fn fact_name(register: &Register, code: &str) -> Value {
    register.fact(code).map_or_else(|| json!(code), |fact| words::text(&fact.name))
}

fn wants(register: &Register, chosen: Option<&str>) -> Vec<Value> {
    let option = |of: &domain::measure::Named| json!({"value": of.code, "label": words::text(&of.name), "chosen": chosen == Some(of.code.as_str())});
    register.wants.iter().map(option).collect()
}

fn line(measure: &Measure, on: Date) -> Value {
    json!({
        "code": measure.code, "title": words::text(&measure.title), "words": words::text(&measure.words),
        "state": say::standing(measure, on), "validity": say::validity(measure),
    })
}

fn link(measure: &Measure) -> Value {
    json!({"href": format!("/measures/{}", measure.code), "say": words::text(&measure.title)})
}

/// The day that was asked for; today with a fault where it is none.
fn day(page: &Page) -> (Date, Vec<Fault>) {
    match page.app.office.read_day(page.asked("on")) {
        Ok(on) => (on, Vec::new()),
        Err(error) => (page.app.office.today(), error.faults()),
    }
}

pub fn status(faults: &[Fault]) -> StatusCode {
    if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// A fault with the id of its field.
pub fn form_fault(fault: &Fault) -> Value {
    let mut said = words::fault(fault);
    if matches!(fault.code.as_str(), "PQ-MEASURE-001" | "PQ-APPLICATION-004") {
        said["field"] = json!(format!("{FACT}{}", fault.location.trim_start_matches('/')));
    } else if !matches!(fault.location.as_str(), "/on" | "/words") {
        said["field"] = json!(null);
    }
    said
}
