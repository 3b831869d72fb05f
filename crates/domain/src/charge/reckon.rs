//! A bill reckoned from facts.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::{
    bill::{Bill, Factor, Line, LineKind},
    facts::{Facts, Item, fault},
    rounded,
    settle::settle,
    tariff::{Charge, Rate, Relief, Tariff},
};
use crate::{Fault, Value};

/// The base that is the quantity alone.
const QUANTITY: &str = "quantity";
/// So many free days at most are looked for.
const MOST_FREE_DAYS: i64 = 400;
/// The event of a charge for which each day decides by itself.
const EACH_DAY: &str = "each_day";

/// A relief with the percent that it takes off here.
type Given = (Arc<Relief>, Decimal);

/// Days, or the one day, that are reckoned alike.
struct Stretch {
    rate: Arc<Rate>,
    reliefs: Vec<Given>,
    from: Date,
    to: Date,
    /// Number of days; none for what is not charged by the day.
    days: Option<i64>,
}

/// The free days before what is charged by the day.
#[derive(Default)]
struct Free {
    /// Their rate.
    rate: Option<Arc<Rate>>,
    /// The last of them.
    last: Option<Date>,
    /// Whether that one is worked.
    worked: bool,
    /// True once the term is over: what follows is charged, worked or not, unless it is put off.
    begun: bool,
    /// Until when it is put off, and at which rate.
    put_off: Option<(Date, Arc<Rate>)>,
}

/// One charge for one item, being reckoned.
struct Asked<'a> {
    facts: &'a Facts,
    charge: &'a Charge,
    item: &'a Item,
    nth: usize,
}

impl Tariff<'_> {
    /// Reckons a bill by the tables of the days that decide.
    ///
    /// # Errors
    /// Every fault of the facts, each with its place as a JSON Pointer: an unknown kind of item, a particular or a day that
    /// the price depends on and that is missing, a number out of bounds.
    pub fn bill(&mut self, facts: &Facts) -> Result<Bill, Vec<Fault>> {
        let faults = facts.faults();
        if !faults.is_empty() {
            return Err(faults);
        }
        let day = facts.day().ok_or_else(|| vec![no_day("/days/arrival")])?;
        let charges = self.charges(day);
        let mut bill = Bill { reference: facts.reference.clone(), firm: facts.firm.clone(), ..Bill::default() };
        let mut faults = Vec::new();
        for charge in charges.iter() {
            for (nth, item) in facts.items.iter().enumerate().filter(|(_, item)| charge.items.contains(&item.kind)) {
                match self.lines(&Asked { facts, charge, item, nth }) {
                    Ok(lines) => bill.lines.extend(lines),
                    Err(fault) => faults.push(fault),
                }
            }
        }
        if !faults.is_empty() {
            faults.dedup();
            return Err(faults);
        }
        bill.unpriced = (0..facts.items.len()).filter(|nth| !bill.lines.iter().any(|line| line.item == *nth)).collect();
        settle(self, facts, &charges, &mut bill)?;
        bill.add_up();
        Ok(bill)
    }

    fn lines(&mut self, asked: &Asked<'_>) -> Result<Vec<Line>, Fault> {
        let place = |fault: Fault| match fault.location.is_empty() {
            true => Fault { location: format!("/items/{}/particulars", asked.nth), ..fault },
            false => fault,
        };
        let base = base(asked)?;
        let stretches = if asked.charge.event == EACH_DAY { self.by_day(asked) } else { self.once(asked) };
        let (mut lines, mut threshold, mut cap) = (Vec::new(), Decimal::ZERO, None);
        for stretch in stretches.map_err(place)? {
            lines_of(asked, &stretch, base, &mut lines)?;
            threshold = threshold.max(stretch.rate.threshold);
            // What the last day's row says holds for all of it: it is one sum.
            cap = stretch.rate.cap;
        }
        let mut sum: Decimal = lines.iter().map(|line| line.amount).sum();
        let principal = base.and_then(|base| base.checked_mul(asked.item.quantity));
        let most = cap.zip(principal).and_then(|(cap, of)| cap.checked_mul(of));
        let most = most.map(|most| rounded(most, asked.charge.decimals, asked.charge.down));
        if let Some(last) = lines.iter().rfind(|line| line.kind == LineKind::Charge)
            && let Some(most) = most.filter(|most| *most < sum)
        {
            let (from, factors) = (lines[0].from, vec![Factor { name: "cap".to_owned(), value: most }]);
            let line = Line { kind: LineKind::Cap, factors, amount: most - sum, from, ..last.clone() };
            lines.push(line);
            sum = most;
        }
        if let Some(last) = lines.iter().rfind(|line| line.kind == LineKind::Charge)
            && sum > Decimal::ZERO
            && sum < threshold
        {
            let from = lines[0].from;
            let line = Line { kind: LineKind::Threshold, factors: Vec::new(), amount: -sum, from, ..last.clone() };
            lines.push(line);
        }
        Ok(lines)
    }

    fn once(&mut self, asked: &Asked<'_>) -> Result<Vec<Stretch>, Fault> {
        let event = &asked.charge.event;
        let day = asked.facts.days.get(event).copied().or(asked.item.from);
        let day = day.ok_or_else(|| no_day(&format!("/days/{event}")))?;
        let mut inputs = inputs(asked);
        let Some(rate) = self.rate(asked.charge, day, &inputs)? else { return Ok(Vec::new()) };
        let reliefs = self.reliefs_on(asked, day, &mut inputs)?;
        Ok(vec![Stretch { rate, reliefs, from: day, to: day, days: None }])
    }

    fn by_day(&mut self, asked: &Asked<'_>) -> Result<Vec<Stretch>, Fault> {
        let place = |end: &str| no_day(&format!("/items/{}/{end}", asked.nth));
        let from = asked.item.from.ok_or_else(|| place("from"))?;
        let to = asked.item.to.ok_or_else(|| place("to"))?;
        let mut inputs = inputs(asked);
        let mut stretches: Vec<Stretch> = Vec::new();
        let (mut day, mut number) = (from, asked.charge.first_day);
        let mut free = Free::default();
        while day <= to {
            // Another rule has set the term: its days are free, and the next one is the first that the tariff charges.
            match asked.item.term {
                Some(term) if day <= term => number = asked.charge.first_day,
                Some(term) if term.saturating_add(1.day()) == day || day == from => {
                    number = self.first_charged(asked.charge, day, &mut inputs)?.unwrap_or(number);
                }
                _ => {}
            }
            inputs.set("/day", number.into());
            if let Some(rate) = self.rate(asked.charge, day, &inputs)? {
                let rate = self.after_free_days(asked, &mut free, day, rate);
                let reliefs = if rate.rate.is_zero() { Vec::new() } else { self.reliefs_on(asked, day, &mut inputs)? };
                lay(&mut stretches, rate, reliefs, day);
            }
            (day, number) = (day.saturating_add(1.day()), number + 1);
        }
        Ok(stretches)
    }

    /// The number of the first day that a tariff charges; none where it charges none.
    fn first_charged(&mut self, charge: &Charge, on: Date, inputs: &mut Value) -> Result<Option<i64>, Fault> {
        for number in charge.first_day..=MOST_FREE_DAYS {
            inputs.set("/day", number.into());
            if self.rate(charge, on, inputs)?.is_some_and(|rate| !rate.rate.is_zero()) {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// The rate of a day behind free ones: days off move the beginning of what is charged, and payment that is put off costs
    /// nothing meanwhile.
    fn after_free_days(&self, asked: &Asked<'_>, free: &mut Free, day: Date, rate: Arc<Rate>) -> Arc<Rate> {
        let worked = self.is_worked(asked.charge, day);
        if rate.rate.is_zero() {
            *free = Free { rate: Some(rate.clone()), last: Some(day), worked, ..Free::default() };
            return rate;
        }
        let moves = match asked.charge.days_off.as_str() {
            _ if asked.item.term.is_some() => false,
            "first" => !worked,
            "last" => !free.worked,
            _ => false,
        };
        match &free.rate {
            Some(nothing) if moves && !free.begun => {
                (free.last, free.worked) = (Some(day), worked);
                nothing.clone()
            }
            // The term is over, moved behind days off where it is: what is put off is reckoned from there.
            _ => {
                if !free.begun {
                    free.put_off = free.last.and_then(|term| self.put_off(asked, term));
                }
                free.begun = true;
                match &free.put_off {
                    Some((until, deferred)) if day <= *until => deferred.clone(),
                    _ => rate,
                }
            }
        }
    }

    /// Until when payment is put off by a measure that was granted, and at which rate.
    fn put_off(&self, asked: &Asked<'_>, term: Date) -> Option<(Date, Arc<Rate>)> {
        let wanted = asked.item.deferred_to?;
        let grants = asked.facts.grants.iter();
        let (most, rate) = grants.filter_map(|grant| self.deferral(asked.charge, &grant.measure, term)).next()?;
        Some((wanted.min(most), rate))
    }

    /// The reliefs of a day with the percent of each, which a decision may have set lower than the measure allows.
    fn reliefs_on(&mut self, asked: &Asked<'_>, day: Date, inputs: &mut Value) -> Result<Vec<Given>, Fault> {
        let causes = asked.item.causes.iter().filter(|cause| cause.holds(day));
        let causes: Vec<Value> = causes.map(|cause| cause.cause.as_str().into()).collect();
        let grants: Vec<Value> = asked.facts.grants.iter().map(|grant| grant.measure.as_str().into()).collect();
        inputs.set("/causes", Value::List(causes));
        inputs.set("/grants", Value::List(grants));
        inputs.set("/charge", asked.charge.code.as_str().into());
        let reliefs = self.reliefs(day, inputs)?;
        let percent = |relief: &Arc<Relief>| {
            let granted = asked.facts.grants.iter().filter(|grant| grant.measure == relief.measure);
            granted.filter_map(|grant| grant.percent).fold(relief.percent, Decimal::min).max(Decimal::ZERO)
        };
        Ok(reliefs.into_iter().map(|relief| (percent(&relief), relief)).map(|(of, relief)| (relief, of)).collect())
    }
}

/// Adds a day to the last stretch where it is reckoned alike, else begins a new one.
fn lay(stretches: &mut Vec<Stretch>, rate: Arc<Rate>, reliefs: Vec<Given>, day: Date) {
    let alike = |last: &Stretch| {
        let same = |(one, other): (&Given, &Given)| Arc::ptr_eq(&one.0, &other.0) && one.1 == other.1;
        Arc::ptr_eq(&last.rate, &rate)
            && last.to.saturating_add(1.day()) == day
            && last.reliefs.len() == reliefs.len()
            && last.reliefs.iter().zip(&reliefs).all(same)
    };
    match stretches.last_mut().filter(|last| alike(last)) {
        Some(last) => {
            last.to = day;
            last.days = last.days.map(|days| days + 1);
        }
        None => stretches.push(Stretch { rate, reliefs, from: day, to: day, days: Some(1) }),
    }
}

/// What tables are asked with: the item's particulars over what is usual, and the ship.
fn inputs(asked: &Asked<'_>) -> Value {
    let mut inputs: BTreeMap<String, Value> = BTreeMap::from([
        ("trade".to_owned(), "foreign".into()),
        ("reefer".to_owned(), false.into()),
        ("epidemic_goods".to_owned(), false.into()),
        ("persistent_oil".to_owned(), false.into()),
    ]);
    let given = asked.item.particulars.iter().filter(|(_, value)| !value.is_empty());
    inputs.extend(given.map(|(name, value)| (name.clone(), value.clone())));
    // What the item is nobody says but its kind.
    inputs.insert("of".to_owned(), asked.item.kind.as_str().into());
    inputs.insert("ship".to_owned(), Value::Map(asked.facts.ship.clone()));
    Value::Map(inputs)
}

fn lines_of(asked: &Asked<'_>, stretch: &Stretch, base: Option<Decimal>, lines: &mut Vec<Line>) -> Result<(), Fault> {
    let (charge, rate) = (asked.charge, &stretch.rate);
    let factors = factors(asked, stretch, base);
    let product = factors.iter().try_fold(Decimal::ONE, |product, factor| product.checked_mul(factor.value));
    let product = product.ok_or_else(|| too_much(asked.nth))?;
    let amount = rounded(product, charge.decimals, charge.down);
    let line = Line {
        kind: LineKind::Charge,
        charge: charge.code.clone(),
        name: charge.name.clone(),
        item: asked.nth,
        from: stretch.from,
        to: stretch.to,
        factors,
        unit: rate.unit.clone(),
        amount,
        currency: charge.currency.clone(),
        measure: None,
        rule: rate.rule.clone(),
        law: rate.law.clone(),
        reason: rate.reason.clone(),
        sample: rate.sample,
    };
    let first = lines.len();
    lines.push(line);
    let mut remaining = amount;
    let (mut any, mut closed) = (false, false);
    for (relief, percent) in &stretch.reliefs {
        if closed || relief.alone && any || remaining.is_zero() {
            continue;
        }
        let of = if relief.of_remaining { remaining } else { amount };
        let off = rounded(of * *percent / Decimal::ONE_HUNDRED, charge.decimals, false).min(remaining);
        if off.is_zero() {
            continue;
        }
        (any, closed) = (true, relief.alone);
        remaining -= off;
        let line = relief_line(&lines[first], relief, &[("percent", -*percent), ("amount", of)], -off);
        lines.push(line);
    }
    Ok(())
}

fn relief_line(charge: &Line, relief: &Relief, factors: &[(&str, Decimal)], amount: Decimal) -> Line {
    let factors = factors.iter().map(|(name, value)| Factor { name: (*name).to_owned(), value: *value });
    Line {
        kind: LineKind::Relief,
        factors: factors.collect(),
        amount,
        measure: Some(relief.measure.clone()),
        rule: relief.rule.clone(),
        law: relief.law.clone(),
        reason: relief.reason.clone(),
        sample: false,
        ..charge.clone()
    }
}

/// What the rate is multiplied by besides the quantity; none for the quantity alone.
fn base(asked: &Asked<'_>) -> Result<Option<Decimal>, Fault> {
    let base = asked.charge.base.as_str();
    if base == QUANTITY {
        return Ok(None);
    }
    let (place, value) = match base.strip_prefix("ship.") {
        Some(name) => (format!("/ship/{name}"), asked.facts.ship.get(name)),
        None => (format!("/items/{}/particulars/{base}", asked.nth), asked.item.particular(base)),
    };
    let value = value.and_then(Value::number).filter(|number| !number.is_sign_negative());
    value.map(Some).ok_or_else(|| no_base(&place))
}

fn factors(asked: &Asked<'_>, stretch: &Stretch, base: Option<Decimal>) -> Vec<Factor> {
    let factor = |name: &str, value: Decimal| Factor { name: name.to_owned(), value };
    let mut factors = vec![factor(QUANTITY, asked.item.quantity)];
    factors.extend(base.map(|base| factor(&asked.charge.base, base)));
    factors.extend(stretch.days.map(|days| factor("days", days.into())));
    factors.push(factor("rate", stretch.rate.rate));
    factors
}

fn no_day(place: &str) -> Fault {
    fault(
        "PQ-CHARGE-007",
        place,
        ("缺少决定价格的日期。", "The day that decides the price is missing."),
        ("请填写日期，形如 2020-03-01。", "Give the day, as 2020-03-01."),
    )
}

fn no_base(place: &str) -> Fault {
    fault(
        "PQ-CHARGE-008",
        place,
        ("缺少计费所依的数。", "The number by which the price is multiplied is missing."),
        ("请填写，例如净吨、小时数、完税价格。", "Give it, for example net tonnage, hours or the value."),
    )
}

fn too_much(nth: usize) -> Fault {
    fault(
        "PQ-CHARGE-004",
        &format!("/items/{nth}"),
        ("数量过大，无法计算。", "The numbers are too large to be reckoned."),
        ("请核对数量。", "Check the quantities."),
    )
}
