//! What a bill is reckoned from.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Fault, Severity, Text, Value};

/// The kinds of item that the price list knows, each with the particulars that it must have.
pub const ITEM_KINDS: [(&str, &[&str]); 10] = [
    ("ship", &[]),
    ("container", &["size", "direction"]),
    ("cargo", &["direction"]),
    ("storage", &["size"]),
    ("detention", &["size"]),
    ("pilotage", &[]),
    ("tugs", &["hours"]),
    ("inspection", &["mode", "size"]),
    ("goods", &["value"]),
    ("tax", &["value"]),
];

/// So many items at most are reckoned in one bill.
const MOST_ITEMS: usize = 5000;
/// So many days at most lie between the first and the last of an item: a tax that was evaded is asked for without a limit in
/// time, and a bill of a century is a mistake of typing.
const MOST_DAYS: i32 = 36_600;
/// So many days at most lie within all items of a bill, each of which is reckoned by itself.
const MOST_DAYS_IN_ALL: i64 = 200_000;

/// What a bill is reckoned from. Days are days of the port.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// What the bill is for: a call's number, a consignment's.
    #[serde(default)]
    pub reference: String,
    /// The firm that pays.
    #[serde(default)]
    pub firm: String,
    /// The day on which it is reckoned; it decides only how long a relief can be taken back.
    #[serde(default)]
    pub on: Option<Date>,
    /// The days of events: `arrival`.
    #[serde(default)]
    pub days: BTreeMap<String, Date>,
    /// The ship: `type`, `net_tonnage`, `length` (metres).
    #[serde(default)]
    pub ship: BTreeMap<String, Value>,
    /// What is charged.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Measures that an authority has granted to this bill.
    #[serde(default)]
    pub grants: Vec<Grant>,
    /// What was paid already.
    #[serde(default)]
    pub paid: Vec<Paid>,
    /// Reliefs of an earlier bill for the same.
    #[serde(default)]
    pub relieved: Vec<Relieved>,
}

/// One thing, or several alike, for which something is charged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What it is: `container`, `cargo`, `storage`, `detention`, `pilotage`, `tugs`, `inspection`, `goods`, `tax`, `ship`.
    pub kind: String,
    /// A container's number, or any words of the firm.
    #[serde(default)]
    pub name: String,
    /// How many, or how much in the unit of the tariff.
    #[serde(default = "one", with = "crate::decimal")]
    pub quantity: Decimal,
    /// The first day, for what is charged by the day: into the yard, entry declared, tax bill made out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day, which counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Until when its payment was put off, where a measure that is granted lets it be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferred_to: Option<Date>,
    /// The last day for paying, where another rule has set it: what is charged begins with the day after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Date>,
    /// The particulars by which the tables tell items apart: `size` (feet), `direction`, `trade`, `reefer`,
    /// `dangerous_class`, `epidemic_goods`, `persistent_oil`, `hours`, `mode`, `value`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub particulars: BTreeMap<String, Value>,
    /// Why it was late or lay idle, and on which days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
}

/// Why something took longer, between two days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Code, `epidemic`.
    pub cause: String,
    /// The first day; open when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day, which counts; open when none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// What proves it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
}

/// A measure that an authority has granted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The measure.
    pub measure: String,
    /// By how much the charge is lowered, where it is less than the measure allows.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::decimal::optional")]
    pub percent: Option<Decimal>,
    /// The decision.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub decision: String,
}

/// What was paid for a charge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paid {
    /// The charge.
    pub charge: String,
    /// In the charge's currency.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

/// A relief that an earlier bill gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relieved {
    /// The charge.
    pub charge: String,
    /// The measure.
    pub measure: String,
    /// The row of the table of reliefs.
    pub row: String,
    /// What it took off, above nought.
    #[serde(with = "crate::decimal")]
    pub amount: Decimal,
    /// The day of that bill.
    pub on: Date,
}

impl Cause {
    /// True when it lasted over a day.
    pub fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl Facts {
    /// The day by which the list of charges is read: of the arrival, else the first of any item, else that of the bill.
    pub fn day(&self) -> Option<Date> {
        let first = self.items.iter().filter_map(|item| item.from).min();
        self.days.get("arrival").copied().or(first).or(self.on)
    }

    /// What is wrong with the facts themselves, before any table is asked.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.items.is_empty() || self.items.len() > MOST_ITEMS {
            faults.push(fault(
                "PQ-CHARGE-001",
                "/items",
                ("没有收费对象，或超过 5000 项。", "There is nothing to charge for, or more than 5,000 items."),
                ("请至少填写一项，过多时请分开计算。", "Give at least one item; reckon very long lists in parts."),
            ));
            return faults;
        }
        for (nth, item) in self.items.iter().enumerate() {
            item.faults(nth, &mut faults);
        }
        if self.items.iter().map(Item::days).map(i64::from).sum::<i64>() > MOST_DAYS_IN_ALL {
            faults.push(fault(
                "PQ-CHARGE-014",
                "/items",
                ("各项天数合计超过 20 万天。", "All items together have more than 200,000 days."),
                ("请分开计算。", "Reckon them in parts."),
            ));
        }
        for (nth, paid) in self.paid.iter().enumerate() {
            if paid.amount.is_sign_negative() || paid.amount > largest() {
                faults.push(amount_fault(&format!("/paid/{nth}/amount")));
            }
        }
        for (nth, relieved) in self.relieved.iter().enumerate() {
            if relieved.amount.is_sign_negative() || relieved.amount > largest() {
                faults.push(amount_fault(&format!("/relieved/{nth}/amount")));
            }
        }
        faults
    }
}

impl Item {
    /// A particular.
    pub fn particular(&self, name: &str) -> Option<&Value> {
        self.particulars.get(name).filter(|value| !value.is_empty())
    }

    fn faults(&self, nth: usize, faults: &mut Vec<Fault>) {
        let known = ITEM_KINDS.into_iter().find(|(kind, _)| *kind == self.kind);
        let Some((_, needed)) = known else {
            faults.push(fault(
                "PQ-CHARGE-002",
                &format!("/items/{nth}/kind"),
                ("不认识此收费对象。", "This kind of item is not known."),
                (
                    "可用：ship、container、cargo、storage、detention、pilotage、tugs、inspection、goods、tax。",
                    "Use ship, container, cargo, storage, detention, pilotage, tugs, inspection, goods or tax.",
                ),
            ));
            return;
        };
        for name in needed.iter().filter(|name| self.particular(name).is_none()) {
            faults.push(fault(
                "PQ-CHARGE-003",
                &format!("/items/{nth}/particulars/{name}"),
                ("缺少计费所需的要素。", "A particular that the price depends on is missing."),
                ("请补填该要素，例如箱型尺寸、进出口方向。", "Give it, for example the size or the direction."),
            ));
        }
        if self.quantity <= Decimal::ZERO || self.quantity > largest() {
            faults.push(amount_fault(&format!("/items/{nth}/quantity")));
        }
        for (name, value) in &self.particulars {
            let negative = value.number().is_some_and(|number| number.is_sign_negative() || number > largest());
            let wrong = matches!(name.as_str(), "size" | "hours" | "value") && value.number().is_none();
            if negative || wrong {
                faults.push(amount_fault(&format!("/items/{nth}/particulars/{name}")));
            }
        }
        self.day_faults(nth, faults);
    }

    /// How many days lie between the first and the last; negative where they are the wrong way round.
    fn days(&self) -> i32 {
        let (Some(from), Some(to)) = (self.from, self.to) else { return 0 };
        from.until(to).map_or(i32::MAX, |span| span.get_days())
    }

    fn day_faults(&self, nth: usize, faults: &mut Vec<Fault>) {
        if !(0..=MOST_DAYS).contains(&self.days()) {
            faults.push(fault(
                "PQ-CHARGE-005",
                &format!("/items/{nth}/to"),
                (
                    "结束日早于开始日，或相隔超过一百年。",
                    "The last day is before the first, or more than a hundred years after it.",
                ),
                ("请核对起止日期。", "Check both days."),
            ));
        }
    }
}

/// Amounts beyond this are mistakes of typing, and products of several stay within a decimal's 28 digits.
fn largest() -> Decimal {
    Decimal::from(1_000_000_000_000_i64)
}

fn amount_fault(place: &str) -> Fault {
    fault(
        "PQ-CHARGE-004",
        place,
        ("数量或金额应为大于零的数。", "A quantity or amount is a number above nought."),
        ("请填写数字，不带货币符号。", "Give the number, without a currency's sign."),
    )
}

pub(super) fn fault(code: &str, place: &str, text: (&str, &str), remedy: (&str, &str)) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(text.0, text.1), Text::new(remedy.0, remedy.1))
}

fn one() -> Decimal {
    Decimal::ONE
}
