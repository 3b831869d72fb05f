//! The tables of the price list, read for a day.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::civil::Date;
use rules::{Hit, Table};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::{Fault, Text, Value, profile::Profile, ship_call::Rule};

/// The table of charges.
const CHARGES: &str = "charges";
/// The table of reliefs.
pub(super) const RELIEFS: &str = "charge-reliefs";

/// The table of payments that are put off.
const DEFERRALS: &str = "deferrals";

/// The price list of a port, ready to reckon bills. What rows say is read once and kept, so that one that has reckoned
/// bills reckons the next ones faster.
pub struct Tariff<'p> {
    profile: &'p Profile,
    charges: BTreeMap<Date, Arc<Vec<Charge>>>,
    rates: HashMap<usize, (Arc<Hit>, Arc<Rate>)>,
    reliefs: HashMap<usize, (Arc<Hit>, Arc<Relief>)>,
}

/// A charge of the price list, as it stands on a day.
#[derive(Clone, Debug, Serialize)]
pub struct Charge {
    /// Code, `cargo_dues`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Kinds of items for which it is asked.
    pub items: Vec<String>,
    /// The table of its rates.
    pub table: String,
    /// By what the rate is multiplied besides the quantity: `quantity` alone, a fact of the ship (`ship.net_tonnage`) or a
    /// particular of the item.
    pub base: String,
    /// The event whose day decides, or `each_day`.
    pub event: String,
    /// The number of the first day, where each day counts.
    pub first_day: i64,
    /// Who collects it.
    pub collector: String,
    /// Currency, ISO 4217.
    pub currency: String,
    /// Decimals of a line.
    pub decimals: u32,
    /// Rounded down instead of commercially.
    pub down: bool,
    /// What moves where its free days meet days off: `first`, the first day that is charged, or `last`, the last free one;
    /// empty where nothing does.
    pub days_off: String,
    /// The calendar of these days.
    pub calendar: String,
    /// The row that says so.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
}

/// A rate of a tariff.
#[derive(Debug)]
pub(super) struct Rate {
    pub rate: Decimal,
    pub unit: String,
    /// A sum below this is not collected.
    pub threshold: Decimal,
    /// A sum above this share of what it is reckoned on is not collected; none where it grows without end.
    pub cap: Option<Decimal>,
    pub sample: bool,
    pub rule: Rule,
    pub law: String,
    pub reason: Text,
}

/// A relief of a charge, as a row of the table says.
#[derive(Debug, Serialize)]
pub struct Relief {
    /// The measure that gives it.
    pub measure: String,
    /// How much it takes off, of a hundred.
    #[serde(with = "crate::decimal")]
    pub percent: Decimal,
    /// Of what remains after the reliefs before it, instead of the listed amount.
    pub of_remaining: bool,
    /// Its place among the reliefs of a charge; the lowest first.
    pub order: i64,
    /// With no other relief.
    pub alone: bool,
    /// What happens to what was paid already: `automatic`, `application`, `none`.
    pub refund: String,
    /// So many days it can be taken back; 0 never.
    pub clawback_days: i64,
    /// The row.
    pub rule: Rule,
    /// Legal reference.
    pub law: String,
    /// Why, in both languages.
    pub reason: Text,
}

impl<'p> Tariff<'p> {
    /// The price list of a port.
    pub fn new(profile: &'p Profile) -> Self {
        Tariff { profile, charges: BTreeMap::new(), rates: HashMap::new(), reliefs: HashMap::new() }
    }

    /// The charges that the list knows on a day, in its order.
    pub fn charges(&mut self, on: Date) -> Arc<Vec<Charge>> {
        if let Some(known) = self.charges.get(&on) {
            return known.clone();
        }
        let charges = Arc::new(charges_on(self.profile, on));
        self.charges.insert(on, charges.clone());
        charges
    }

    /// The rate of a charge for an item on a day; none where the tariff asks nothing.
    pub(super) fn rate(&mut self, charge: &Charge, on: Date, inputs: &Value) -> Result<Option<Arc<Rate>>, Fault> {
        let Some(table) = self.profile.tables.get(&charge.table) else { return Ok(None) };
        let Some(hit) = evaluate(table, on, inputs)?.into_iter().next() else { return Ok(None) };
        Ok(Some(kept(&mut self.rates, hit, |hit| Rate::of(hit, table))))
    }

    /// True when a day is worked on the calendar of a charge, or the port has no such calendar.
    pub(super) fn is_worked(&self, charge: &Charge, day: Date) -> bool {
        self.profile.calendars.get(&charge.calendar).is_none_or(|calendar| calendar.works_on(day))
    }

    /// Until when payment of a charge is put off, where a measure that was granted lets it be, as a rate of nothing; `term` is
    /// the last free day.
    pub(super) fn deferral(&self, charge: &Charge, measure: &str, term: Date) -> Option<(Date, Arc<Rate>)> {
        let table = self.profile.tables.get(DEFERRALS)?;
        let inputs = Value::from([("charge", charge.code.as_str().into()), ("measure", measure.into())]);
        let hit = table.evaluate(term, &inputs).ok()?.hits.into_iter().next()?;
        let most = text(&hit, "most").parse::<jiff::Span>().ok()?;
        let until = term.checked_add(most).ok()?;
        Some((until, Arc::new(Rate { unit: "value_day".to_owned(), ..Rate::of(&hit, table) })))
    }

    /// The reliefs of a charge for an item on a day, in the order in which they stack.
    pub(super) fn reliefs(&mut self, on: Date, inputs: &Value) -> Result<Vec<Arc<Relief>>, Fault> {
        let Some(table) = self.profile.tables.get(RELIEFS) else { return Ok(Vec::new()) };
        let hits = evaluate(table, on, inputs)?;
        let mut reliefs: Vec<_> =
            hits.into_iter().map(|hit| kept(&mut self.reliefs, hit, |hit| Relief::of(hit, table))).collect();
        reliefs.sort_by_key(|relief| relief.order);
        Ok(reliefs)
    }

    /// The relief of a row, whether it is in force or not.
    pub(super) fn relief_of_row(&self, row: &str) -> Option<Relief> {
        let table = self.profile.tables.get(RELIEFS)?;
        table.answers().find(|hit| hit.row == row).map(|hit| Relief::of(hit, table))
    }
}

/// What was made of a row is kept by the row's answer, as long as the table keeps that answer too.
fn kept<T>(known: &mut HashMap<usize, (Arc<Hit>, Arc<T>)>, hit: Arc<Hit>, make: impl Fn(&Hit) -> T) -> Arc<T> {
    let place = Arc::as_ptr(&hit) as usize;
    if let Some((_, of)) = known.get(&place) {
        return of.clone();
    }
    let made = Arc::new(make(&hit));
    // An answer that was reckoned for this question alone is nobody else's.
    if Arc::strong_count(&hit) > 1 {
        known.insert(place, (hit, made.clone()));
    }
    made
}

fn evaluate(table: &Table, on: Date, inputs: &Value) -> Result<Vec<Arc<Hit>>, Fault> {
    let evaluation = table.evaluate(on, inputs).map_err(|error| {
        super::facts::fault(
            "PQ-CHARGE-006",
            "",
            (
                &format!("计费要素与价目表 {} 不符:{error}。", table.name),
                &format!("The particulars do not fit the table {}: {error}.", table.name),
            ),
            (
                "尺寸、数量用数字，是否用 true/false，日期用 YYYY-MM-DD。",
                "Sizes and quantities are numbers, yes and no are true and false, days are YYYY-MM-DD.",
            ),
        )
    })?;
    Ok(evaluation.hits)
}

fn charges_on(profile: &Profile, on: Date) -> Vec<Charge> {
    let Some(table) = profile.tables.get(CHARGES) else { return Vec::new() };
    let read = |code: String| {
        let inputs = Value::from([("charge", code.as_str().into())]);
        let hit = table.evaluate(on, &inputs).ok()?.hits.into_iter().next()?;
        Some(Charge::of(code, &hit, table))
    };
    profile.codes(CHARGES, "charge").into_iter().filter_map(read).collect()
}

fn text(hit: &Hit, name: &str) -> String {
    hit.outputs.get(name).and_then(Value::text).unwrap_or_default().to_owned()
}

fn number(hit: &Hit, name: &str) -> Decimal {
    hit.outputs.get(name).and_then(Value::number).unwrap_or_default()
}

fn reason(notes: &BTreeMap<String, String>) -> Text {
    let note = |name: &str| notes.get(name).cloned().unwrap_or_default();
    Text::new(note("reason zh"), note("reason en"))
}

fn rule(hit: &Hit, table: &Table) -> Rule {
    Rule { table: table.name.clone(), hash: table.hash.clone(), row: hit.row.clone() }
}

impl Charge {
    fn of(code: String, hit: &Hit, table: &Table) -> Charge {
        let items = hit.outputs.get("items").map(Value::list).unwrap_or_default();
        Charge {
            code,
            name: reason(&hit.notes),
            items: items.iter().filter_map(Value::text).map(str::to_owned).collect(),
            table: text(hit, "table"),
            base: text(hit, "base"),
            event: text(hit, "event"),
            first_day: hit.outputs.get("first_day").and_then(Value::integer).unwrap_or(1),
            collector: text(hit, "collector"),
            currency: text(hit, "currency"),
            decimals: u32::try_from(number(hit, "decimals")).unwrap_or(2),
            down: text(hit, "rounding") == "down",
            days_off: text(hit, "days_off"),
            calendar: text(hit, "calendar"),
            rule: rule(hit, table),
            law: hit.law.clone(),
        }
    }
}

impl Rate {
    fn of(hit: &Hit, table: &Table) -> Rate {
        Rate {
            rate: number(hit, "rate"),
            unit: text(hit, "unit"),
            threshold: number(hit, "threshold"),
            cap: hit.outputs.get("cap").and_then(Value::number),
            sample: hit.outputs.get("sample").and_then(Value::bool) == Some(true),
            rule: rule(hit, table),
            law: hit.law.clone(),
            reason: reason(&hit.notes),
        }
    }
}

impl Relief {
    fn of(hit: &Hit, table: &Table) -> Relief {
        Relief {
            measure: text(hit, "measure"),
            percent: number(hit, "percent"),
            of_remaining: text(hit, "of") == "remaining",
            order: hit.outputs.get("order").and_then(Value::integer).unwrap_or(0),
            alone: text(hit, "stacks") == "alone",
            refund: text(hit, "refund"),
            clawback_days: hit.outputs.get("clawback_days").and_then(Value::integer).unwrap_or(0),
            rule: rule(hit, table),
            law: hit.law.clone(),
            reason: reason(&hit.notes),
        }
    }
}

/// A row of the price list, as it is published.
#[derive(Clone, Debug, Serialize)]
pub struct PriceRow {
    /// The charge.
    pub charge: String,
    /// The row's id.
    pub row: String,
    /// What it holds for: each condition as the table writes it, by the name of the particular.
    pub conditions: Vec<(String, String)>,
    /// The rate; none where it is reckoned from the particulars.
    pub rate: Option<String>,
    /// Unit of the rate.
    pub unit: String,
    /// A sum below this is not collected; empty where all is.
    pub threshold: String,
    /// A sum above this share of what it is reckoned on is not collected; empty where it grows without end.
    pub cap: String,
    /// A sample price, which no source stands behind.
    pub sample: bool,
    /// The first day.
    pub from: Date,
    /// The first day on which it no longer holds.
    pub until: Option<Date>,
    /// Legal reference.
    pub law: String,
    /// In words.
    pub words: Text,
}

/// The published price list: the charges of a day, and every row of a tariff that is in force then or begins later.
pub fn price_list(profile: &Profile, on: Date) -> Vec<(Charge, Vec<PriceRow>)> {
    let rows = |charge: &Charge| {
        let table = profile.tables.get(&charge.table)?;
        let answers: BTreeMap<&str, &Arc<Hit>> = table.answers().map(|hit| (hit.row.as_str(), hit)).collect();
        let standing = table.rows.iter().filter(|row| row.until.is_none_or(|until| on < until));
        Some(standing.map(|row| price_row(charge, table, row, answers.get(row.id.as_str()))).collect())
    };
    let listed = charges_on(profile, on).into_iter().map(|charge| {
        let rows: Vec<PriceRow> = rows(&charge).unwrap_or_default();
        (charge, rows)
    });
    listed.filter(|(_, rows)| !rows.is_empty()).collect()
}

fn price_row(charge: &Charge, table: &Table, row: &rules::Row, answer: Option<&&Arc<Hit>>) -> PriceRow {
    let cells = table.inputs.iter().zip(&row.tests);
    let asked = cells.filter(|(_, (_, written))| !written.is_empty() && written != "-");
    let threshold = answer.map(|hit| number(hit, "threshold")).filter(|sum| !sum.is_zero());
    PriceRow {
        charge: charge.code.clone(),
        row: row.id.clone(),
        conditions: asked.map(|(input, (_, written))| (input.name.clone(), written.clone())).collect(),
        rate: answer.map(|hit| number(hit, "rate").to_string()),
        unit: answer.map(|hit| text(hit, "unit")).unwrap_or_default(),
        threshold: threshold.map(|sum| sum.to_string()).unwrap_or_default(),
        cap: answer.and_then(|hit| hit.outputs.get("cap")?.number()).map(|cap| cap.to_string()).unwrap_or_default(),
        sample: answer.is_some_and(|hit| hit.outputs.get("sample").and_then(Value::bool) == Some(true)),
        from: row.from,
        until: row.until,
        law: row.law.clone(),
        words: reason(&row.notes),
    }
}
