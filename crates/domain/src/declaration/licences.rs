//! Licences and permits of other departments: which an item needs, by dated rows of code and origin, which of them are not declared,
//! and what is drawn of their quantities.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    Item,
    model::{self, GoodsItem},
    summary::{kilograms, net_mass},
};
use crate::{
    Fault, Instant, Severity, Text, Value,
    profile::{Hit, Profile},
};

/// The unit of licences that are used up by declarations, whatever these hold.
pub const ENTRY: &str = "entry";

/// A licence as it stands in the register.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Licence {
    /// Its kind: the code under which it is declared.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// To whom it was given.
    pub firm: String,
    /// For which goods: what their codes begin with.
    pub goods: String,
    /// From which country; empty for any.
    pub origin: String,
    /// `kg` or `entry`.
    pub unit: String,
    /// For how much it was given.
    pub quantity: Decimal,
    /// What was drawn of it.
    pub drawn: Decimal,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
}

impl Licence {
    /// What is left.
    pub fn left(&self) -> Decimal {
        self.quantity - self.drawn
    }
}

/// What a declaration draws of a licence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Drawn {
    /// The licence's kind.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// How much.
    #[serde(with = "crate::decimal")]
    pub quantity: Decimal,
    /// In which unit.
    pub unit: String,
}

/// A licence that an item needs.
pub struct Need<'p> {
    nth: usize,
    item: Item,
    /// Its kind.
    pub kind: String,
    /// The number that the item names.
    pub number: Option<String>,
    mass: Option<Decimal>,
    row: Hit<'p>,
}

/// What a kind of licence is like, by its row of `licence-terms`.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// `kg` or `entry`.
    pub unit: String,
    /// The last instant until which one that begins then can run.
    pub last: Option<Instant>,
    /// For how much it is given at most; nought where the table has no bound.
    pub most: Decimal,
}

/// The terms of a kind of licence, for one that begins at an instant.
pub fn terms(profile: &Profile, kind: &str, from: Instant) -> Option<Terms> {
    let row = profile.hit("licence-terms", from, &Value::from([("licence", kind.into())]))?;
    Some(Terms {
        unit: row.text("unit").to_owned(),
        last: profile.reckon(from, row.text("longest"), row.text("calendar")),
        most: row.number("most").unwrap_or_default(),
    })
}

/// Every licence that the items need, with what they name of it.
pub fn needs<'p>(
    profile: &'p Profile,
    direction: &str,
    items: &[Item],
    declaration: &model::Declaration,
    at: Instant,
) -> Vec<Need<'p>> {
    let shipment = declaration.goods_shipment.as_deref();
    let goods = shipment.map(|of| &of.government_agency_goods_items[..]).unwrap_or_default();
    let mut needs = Vec::new();
    // Items of one declaration are much alike: what was asked for one is known for the next.
    let mut known: BTreeMap<(&str, &str), Vec<Hit<'p>>> = BTreeMap::new();
    for (nth, item) in items.iter().enumerate() {
        let rows = known.entry((&item.code, &item.origin)).or_insert_with(|| {
            let inputs = Value::from([
                ("direction", direction.into()),
                ("code", item.code.as_str().into()),
                ("origin", item.origin.as_str().into()),
            ]);
            profile.hits("declaration-licences", at, &inputs)
        });
        for row in rows.clone() {
            let kind = row.text("licence").to_owned();
            let (number, mass) = goods.get(nth).map(|goods| named(goods, &kind)).unwrap_or_default();
            needs.push(Need { nth, item: item.clone(), kind, number, mass, row });
        }
    }
    needs
}

/// The number that an item names of a kind, and how many kilograms of it it uses up: its net mass, or what it states as written
/// off where that is more.
fn named(goods: &GoodsItem, kind: &str) -> (Option<String>, Option<Decimal>) {
    let document = goods.additional_documents.iter().find(|of| of.type_code.as_deref() == Some(kind));
    let number = document.and_then(|of| of.id.as_deref()).map(str::trim).filter(|id| !id.is_empty());
    let said = document.and_then(|of| of.write_off.as_ref()?.quantity.as_ref()).and_then(kilograms);
    (number.map(str::to_owned), said.max(net_mass(goods)))
}

/// What is drawn of the register, or everything that is wrong, each at its item. What `own` has drawn already counts as free.
pub fn drawing(
    needs: &[Need<'_>],
    register: &[Licence],
    (firm, own): (&str, &[Drawn]),
    at: Instant,
) -> (Vec<Drawn>, Vec<Fault>) {
    let mut drawn: Vec<Drawn> = Vec::new();
    let mut faults = Vec::new();
    for need in needs {
        let Some(number) = &need.number else {
            faults.push(need.missing());
            continue;
        };
        if !need.row.is_true("register") {
            continue;
        }
        let standing = register.iter().find(|of| of.kind == need.kind && of.number == *number && of.firm == firm);
        let Some(licence) = standing.filter(|of| need.is_covered(of, at)) else {
            faults.push(need.not_covered(number, standing));
            continue;
        };
        let same = |of: &&mut Drawn| of.kind == need.kind && of.number == *number;
        let wanted = match (licence.unit.as_str(), need.mass) {
            // One declaration, however many of its items name it.
            (ENTRY, _) => Decimal::from(u8::from(drawn.iter_mut().find(same).is_none())),
            (_, Some(mass)) if mass > Decimal::ZERO => mass,
            _ => {
                faults.push(need.without_mass(number));
                continue;
            }
        };
        match drawn.iter_mut().find(same) {
            Some(of) => of.quantity += wanted,
            None => drawn.push(Drawn {
                kind: need.kind.clone(),
                number: number.clone(),
                quantity: wanted,
                unit: licence.unit.clone(),
            }),
        }
    }
    for of in &drawn {
        let own = own.iter().find(|own| own.kind == of.kind && own.number == of.number);
        let left = register.iter().find(|licence| licence.kind == of.kind && licence.number == of.number);
        let left = left.map(Licence::left).unwrap_or_default() + own.map_or(Decimal::ZERO, |own| own.quantity);
        if of.quantity > left {
            let nth = needs.iter().find(|need| need.kind == of.kind && need.number.as_ref() == Some(&of.number));
            faults.push(short(of, left, nth.map(Need::place).unwrap_or_default()));
        }
    }
    if faults.is_empty() { (drawn, faults) } else { (Vec::new(), faults) }
}

/// There is less left of a licence than what is drawn.
pub fn short(of: &Drawn, left: Decimal, place: String) -> Fault {
    let (wanted, left) = (of.quantity.normalize(), left.normalize());
    let unit = match (of.unit == ENTRY, wanted == Decimal::ONE) {
        (true, true) => ("次", "declaration is"),
        (true, false) => ("次", "declarations are"),
        (false, _) => ("千克", "kg are"),
    };
    Fault::new(
        Severity::Error,
        "PQ-DECLARATION-028",
        place,
        Text::new(
            format!("证件 {} {} 余量不足：需要 {wanted} {}，剩余 {left}。", of.kind, of.number, unit.0),
            format!(
                "Too little is left of licence {} {}: {wanted} {} needed, {left} left.",
                of.kind, of.number, unit.1
            ),
        ),
        Text::new("请减少数量，或另行申领证件。", "Declare less, or apply for another licence."),
    )
}

impl Need<'_> {
    fn place(&self) -> String {
        format!("/goods_shipment/government_agency_goods_items/{}/additional_documents", self.nth)
    }

    fn is_covered(&self, of: &Licence, at: Instant) -> bool {
        let origin = of.origin.is_empty() || of.origin == self.item.origin;
        self.item.code.starts_with(&of.goods) && origin && of.from <= at && at < of.until
    }

    fn missing(&self) -> Fault {
        let (name, law, kind) = (self.row.reason(), self.row.law(), &self.kind);
        let Item { sequence, code, .. } = &self.item;
        Fault::new(
            Severity::Error,
            "PQ-DECLARATION-025",
            self.place(),
            Text::new(
                format!("第 {sequence} 项（{code}）缺少：{}。", name.zh),
                format!("Item {sequence} ({code}) lacks: {}.", name.en),
            ),
            Text::new(
                format!("请填写证件类型 {kind} 及其编号（{law}）。"),
                format!("Give kind {kind} with its number ({law})."),
            ),
        )
    }

    /// It is not the firm's, or not for these goods today. Whether another firm has one of that number is not told.
    fn not_covered(&self, number: &str, standing: Option<&Licence>) -> Fault {
        let (name, kind, sequence) = (self.row.reason(), &self.kind, self.item.sequence);
        let origin = standing.map(|of| &*of.origin).filter(|of| !of.is_empty());
        let text = match standing {
            None => Text::new(
                format!("第 {sequence} 项：贵企业名下没有证件 {kind} {number}（{}）。", name.zh),
                format!("Item {sequence}: the register has no licence {kind} {number} of yours ({}).", name.en),
            ),
            Some(of) => Text::new(
                format!(
                    "第 {sequence} 项：证件 {kind} {number} 不适用于此货物、原产地或日期（编码 {}，原产地 {}）。",
                    of.goods,
                    origin.unwrap_or("不限")
                ),
                format!(
                    "Item {sequence}: licence {kind} {number} is for other goods, another origin or other days (codes {}, origin {}).",
                    of.goods,
                    origin.unwrap_or("any")
                ),
            ),
        };
        Fault::new(
            Severity::Error,
            "PQ-DECLARATION-026",
            self.place(),
            text,
            Text::new(
                "请核对编号；证件由海关按主管部门的数据登记，可在“许可证件”页查看。",
                "Check the number; customs enters licences as the departments give them, see the page of licences.",
            ),
        )
    }

    fn without_mass(&self, number: &str) -> Fault {
        let (kind, sequence) = (&self.kind, self.item.sequence);
        Fault::new(
            Severity::Error,
            "PQ-DECLARATION-027",
            self.place().replace("additional_documents", "commodity/goods_measure/net_net_weight_measure"),
            Text::new(
                format!("第 {sequence} 项缺少净重，无法核销证件 {kind} {number}。"),
                format!("Item {sequence} has no net mass to draw of licence {kind} {number}."),
            ),
            Text::new("请填写净重。", "Give its net mass."),
        )
    }
}
