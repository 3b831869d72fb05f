//! Priorities on the pages of goods: what an organ may grant or take back, and what stands, with reason and approver.

use std::collections::BTreeMap;

use domain::{
    Fault, Value,
    measure::Measure,
    priority::{self, Preference},
    profile::Profile,
};
use jiff::civil::Date;
use office::{Actor, Error};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{given, measures};
use crate::{
    page::{Failure, Form, Page},
    say,
};

/// Before the code of a measure, the act that grants a priority by it.
const GRANT: &str = "grant_priority.";
/// Before the number of a priority, the act that takes it back.
const END: &str = "end_priority.";

/// What a form asks for.
pub enum Preferring {
    /// Something goes first by a measure.
    Grant {
        /// Its code.
        measure: String,
        /// What its table asks.
        facts: BTreeMap<String, Value>,
        /// Why.
        words: String,
    },
    /// A priority is taken back.
    End {
        /// Which.
        priority: u32,
        /// Why.
        words: String,
    },
}

/// Each measure by which an organ puts a matter first of its own accord, and each priority that it gave: act, words, fields.
pub fn acts<W>(
    profile: &Profile,
    (of, organ, on): (&str, &str, Date),
    preferences: &[Preference<W>],
    (form, faults): (&Form, &[Fault]),
) -> Vec<Json> {
    let words =
        json!({"name": "words", "kind": "textarea", "lines": 2, "label": say::key("act-why"), "required": true});
    let act = |act: String, said: Json, mut fields: Vec<Json>, stop: bool| {
        fields.push(words.clone());
        let mut fields = json!(fields);
        if form.get("act") == act {
            given::refill(&mut fields, form, faults);
        }
        json!({"act": act, "say": said, "fields": fields, "stop": stop})
    };
    let stands = |measure: &Measure| {
        let own = |of: &Preference<W>| of.ended.is_none() && of.priority.application.is_none();
        preferences.iter().any(|of| own(of) && of.priority.measure == measure.code)
    };
    let gives = |measure: &&Measure| priority::grants(profile, measure, of, organ, on) && !stands(measure);
    let grants = profile.register.measures.iter().filter(gives).map(|measure| {
        let fields = measures::fields_of(profile, measure, &Form::default(), &BTreeMap::new(), &[]);
        let said = json!({"key": "priority-put-first", "measure": say::text(&measure.title)});
        act(format!("{GRANT}{}", measure.code), said, fields, false)
    });
    let own =
        |of: &&Preference<W>| of.ended.is_none() && of.priority.application.is_none() && of.priority.approver == organ;
    let ends = preferences.iter().filter(own).map(|of| {
        let class = say::text(&priority::said(profile, &of.priority.class, of.at));
        act(format!("{END}{}", of.id), json!({"key": "priority-take-back", "class": class}), Vec::new(), true)
    });
    grants.chain(ends).collect()
}

/// What a form asks for; none where it asks for something else.
///
/// # Errors
/// A fault at the field that is missing or cannot be read.
pub fn read(page: &Page, form: &Form) -> Result<Option<Preferring>, Fault> {
    let words = || match form.get("words").trim() {
        "" => Err(given::missing("words")),
        words => Ok(words.to_owned()),
    };
    let act = form.get("act");
    if let Some(measure) = act.strip_prefix(GRANT) {
        return Ok(Some(Preferring::Grant { measure: measure.to_owned(), facts: facts(page, form)?, words: words()? }));
    }
    let Some(priority) = act.strip_prefix(END) else { return Ok(None) };
    let priority = priority.parse().map_err(|_| given::missing("act"))?;
    Ok(Some(Preferring::End { priority, words: words()? }))
}

/// What a measure's table asks, as the form of a priority has it.
///
/// # Errors
/// A fault for what is no fact.
pub fn facts(page: &Page, form: &Form) -> Result<BTreeMap<String, Value>, Fault> {
    let given =
        form.pairs.iter().filter_map(|(name, value)| Some((name.strip_prefix(measures::FACT)?, value.as_str())));
    page.app.office.read_facts(given).map_err(|error| match error {
        Error::Invalid(faults) => faults.into_iter().next().unwrap_or_else(|| given::missing("measure")),
        _ => given::missing("measure"),
    })
}

/// What is told above goods: that they go first, and by whose approval; and how many went before them.
///
/// # Errors
/// The store's own.
pub async fn told<W>(
    page: &Page,
    actor: &Actor,
    id: Uuid,
    preference: Option<&Preference<W>>,
) -> Result<Vec<Json>, Failure> {
    let profile = &page.app.office.profile;
    let mut told = Vec::new();
    if let Some(of) = preference {
        let priority = &of.priority;
        let class = say::text(&priority::said(profile, &priority.class, of.at));
        let mut links =
            vec![json!({"href": format!("/measures/{}", priority.measure), "say": say::key("priority-measure")})];
        links.extend(priority.application.iter().map(|of| json!({"href": format!("/applications/{of}"), "say": of})));
        told.push(json!({
            "say": {"key": "priority-goods-first", "class": class, "n": priority.rank}, "tone": "ok", "links": links,
            "small": [
                say::text(&priority.reason),
                {"key": "priority-approved", "who": say::unit(profile, &priority.approver), "at": {"at": of.at.0}},
                say::law(profile, &priority.law),
            ],
        }));
    }
    let n = page.app.office.overtaken(actor, id).await?;
    if n > 0 {
        told.push(json!({
            "say": {"key": "priority-goods-overtaken", "n": n}, "tone": "", "links": [],
            "small": [say::key("priority-overtaken-why")],
        }));
    }
    Ok(told)
}
