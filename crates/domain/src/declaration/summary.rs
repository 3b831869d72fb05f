//! What rules need of a declaration of the data model: kind, direction, items with their values in the port's currency; and what
//! is wrong with it before any rule is asked.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{
    Item, Step,
    model::{self, Amount, GoodsItem, Quantity},
};
use crate::{Fault, Severity, Text, Value, instant::Instant, profile::Profile, reference};

/// What a message wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// It declares, by this mode and direction.
    Declare {
        /// The mode that its type stands for.
        mode: String,
        /// `import`, `export` or `transit`.
        direction: String,
    },
    /// The goods of an earlier one are there.
    Present,
    /// It amends an earlier one.
    Amend,
    /// It takes an earlier one back.
    Withdraw,
}

/// What a message wants, by its function and the dated table `declaration-types`.
pub fn wanted(profile: &Profile, declaration: &model::Declaration, at: Instant) -> Option<Wanted> {
    let kind = declaration.type_code.as_deref().unwrap_or_default();
    let function = declaration.function_code.as_deref().unwrap_or_default();
    let inputs = Value::from([("function", function.into()), ("type", kind.into())]);
    let hit = profile.hit("declaration-types", at, &inputs)?;
    Some(match hit.text("wants") {
        "declare" => Wanted::Declare { mode: hit.text("mode").to_owned(), direction: hit.text("direction").to_owned() },
        "present" => Wanted::Present,
        "withdraw" => Wanted::Withdraw,
        _ => Wanted::Amend,
    })
}

/// The ways to what a message changes.
pub fn changes(declaration: &model::Declaration) -> Vec<Vec<Step>> {
    let step = |pointer: &model::Pointer| Step {
        section: pointer.document_section_code.clone().unwrap_or_default(),
        nth: pointer.sequence_numeric.and_then(|nth| u32::try_from(nth.0.trunc().mantissa()).ok()),
        tag: pointer.tag_id.clone(),
    };
    declaration.amendments.iter().map(|amendment| amendment.pointers.iter().map(step).collect()).collect()
}

/// The items, and what is wrong with them.
pub fn items(declaration: &model::Declaration, currency: &str) -> (Vec<Item>, Vec<Fault>) {
    let mut faults = Vec::new();
    let shipment = declaration.goods_shipment.as_deref();
    let goods = shipment.map(|shipment| &shipment.government_agency_goods_items[..]).unwrap_or_default();
    if goods.is_empty() {
        faults.push(fault(
            "PQ-DECLARATION-020",
            "/goods_shipment",
            Text::new("没有商品项。", "There are no items."),
            Text::new("请至少申报一项商品。", "Declare at least one item."),
        ));
    }
    let stated = declaration.goods_item_quantity.as_ref().map(|quantity| quantity.value);
    if stated.is_some_and(|stated| stated != Decimal::from(goods.len())) {
        faults.push(fault(
            "PQ-DECLARATION-021",
            "/goods_item_quantity",
            Text::new(
                format!("申报 {} 项，实有 {} 项。", stated.unwrap_or_default(), goods.len()),
                format!("{} items are stated, {} are there.", stated.unwrap_or_default(), goods.len()),
            ),
            Text::new("请核对项数。", "Check the number of items."),
        ));
    }
    let mut seen = BTreeSet::new();
    let mut items = Vec::with_capacity(goods.len());
    for (nth, item) in goods.iter().enumerate() {
        let place = format!("/goods_shipment/government_agency_goods_items/{nth}");
        let sequence = item.sequence_numeric.and_then(|number| u32::try_from(number.0.normalize().mantissa()).ok());
        if !seen.insert(sequence) {
            faults.push(fault(
                "PQ-DECLARATION-022",
                &format!("{place}/sequence_numeric"),
                Text::new("项号重复。", "Two items have one number."),
                Text::new("请为每项编号。", "Number the items one by one."),
            ));
        }
        let code = commodity_code(item);
        // Who enters goods in records may give their code later; then customs assesses.
        if !code.is_empty() && (code.len() < 6 || !code.bytes().all(|byte| byte.is_ascii_digit())) {
            faults.push(fault(
                "PQ-DECLARATION-023",
                &format!("{place}/commodity/classifications"),
                Text::new(
                    format!("商品编码“{code}”不足六位数字。"),
                    format!("The commodity code \"{code}\" has less than six digits."),
                ),
                Text::new("请填写税则号列。", "Give the code of the tariff."),
            ));
        }
        let subheading = code.get(..6).unwrap_or_default();
        if !subheading.is_empty() && subheading.bytes().all(|byte| byte.is_ascii_digit()) {
            faults.extend(unlisted(subheading, &place));
        }
        let value = match value(declaration, item, currency) {
            Ok(value) => value,
            Err(other) => {
                faults.push(fault(
                    "PQ-DECLARATION-024",
                    &format!("{place}/commodity/invoice_line/item_charge_amount"),
                    Text::new(
                        format!("币种 {other} 没有折算率，也不是 {currency}。"),
                        format!("The currency {other} is not {currency}, and the declaration gives no rate for it."),
                    ),
                    Text::new(
                        "请在 CurrencyExchange 中给出折算率，或以本币申报。",
                        "Give its rate in CurrencyExchange, or declare in the port's currency.",
                    ),
                ));
                Decimal::ZERO
            }
        };
        let origin = item.origins.first().and_then(|origin| origin.country_code.clone()).unwrap_or_default();
        let mass = net_mass(item);
        if value < Decimal::ZERO || mass.is_some_and(|mass| mass < Decimal::ZERO) {
            faults.push(fault(
                "PQ-DECLARATION-029",
                &format!("{place}/commodity/invoice_line/item_charge_amount"),
                Text::new("货值或净重为负。", "A value or a net mass is below nought."),
                Text::new("请核对；多报的以修改申请更正。", "Check it; what was declared too much is amended."),
            ));
        }
        if !origin.is_empty() && reference::country(&origin).is_none() {
            faults.push(warning(
                "PQ-DECLARATION-014",
                &format!("{place}/origins/0/country_code"),
                Text::new(format!("没有原产国“{origin}”。"), format!("There is no country {origin} of origin.")),
                Text::new("请填写 ISO 3166 代码。", "Give a code of ISO 3166."),
            ));
        }
        let packages = item.packaging.iter().filter_map(|of| of.type_code.clone()).collect();
        items.push(Item { sequence: sequence.unwrap_or_default(), code, origin, value, mass, packages });
    }
    (items, faults)
}

/// What the port's own list of codes says: what extends the tariff's code is one that it has, and is not left out.
pub fn listed(profile: &Profile, items: &[Item], at: Instant) -> Vec<Fault> {
    // Items of one declaration are much alike: what was asked for one is known for the next.
    let mut known: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut faults = Vec::new();
    for (nth, item) in items.iter().enumerate() {
        let Some((tariff, suffix)) = item.code.split_at_checked(TARIFF) else { continue };
        let suffixes = known.entry(tariff).or_insert_with(|| {
            let hits = profile.hits(CODES, at, &Value::from([("tariff", tariff.into())]));
            hits.iter().map(|hit| hit.text("suffix").to_owned()).collect()
        });
        if suffixes.is_empty() || suffixes.iter().any(|known| known == suffix) {
            continue;
        }
        let place = format!("/goods_shipment/government_agency_goods_items/{nth}/commodity/classifications");
        let (zh, en) = (suffixes.join("、"), suffixes.join(", "));
        let remedy = Text::new(format!("{tariff} 之后可用：{zh}。"), format!("Behind {tariff} give one of: {en}."));
        let Item { sequence, code, .. } = item;
        faults.push(if suffix.is_empty() {
            let text = Text::new(
                format!("第 {sequence} 项：{code} 缺少检验检疫附加码。"),
                format!("Item {sequence}: {code} lacks the digits that inspection adds."),
            );
            warning("PQ-DECLARATION-016", &place, text, remedy)
        } else {
            let text = Text::new(
                format!("第 {sequence} 项：本口岸目录中没有 {code}。"),
                format!("Item {sequence}: the port's list has no code {code}."),
            );
            fault("PQ-DECLARATION-017", &place, text, remedy)
        });
    }
    faults
}

/// The port's own list of codes.
pub const CODES: &str = "commodity-codes";
/// Digits of the tariff, before those that inspection adds.
const TARIFF: usize = 10;

/// The code of the tariff with what extends it, in the order in which they are declared.
pub(super) fn commodity_code(item: &GoodsItem) -> String {
    let classifications = item.commodity.iter().flat_map(|commodity| &commodity.classifications);
    let tariff = classifications
        .filter(|of| matches!(of.identification_type_code.as_deref(), Some("TSP" | "TRC" | "HS") | None));
    tariff.filter_map(|of| of.id.as_deref()).collect()
}

/// The net mass in kilograms; none where it is not declared, or in a unit of its own.
pub(super) fn net_mass(item: &GoodsItem) -> Option<Decimal> {
    let measure = item.commodity.as_ref()?.goods_measure.as_ref()?;
    kilograms(measure.net_net_weight_measure.as_ref()?)
}

/// Kilograms; none in a unit that is no mass.
pub(super) fn kilograms(of: &Quantity) -> Option<Decimal> {
    match of.unit.as_deref() {
        None | Some("KGM") => Some(of.value),
        Some("TNE") => of.value.checked_mul(Decimal::ONE_THOUSAND),
        _ => None,
    }
}

/// The customs value in the port's currency: as it is declared, else the price.
fn value(declaration: &model::Declaration, item: &GoodsItem, currency: &str) -> Result<Decimal, String> {
    let price = || item.commodity.as_ref()?.invoice_line.as_ref()?.item_charge_amount.as_ref();
    let amount = item.customs_value_amount.as_ref().or_else(price).or(item.statistical_value_amount.as_ref());
    let Some(Amount { value, currency: stated }) = amount else { return Ok(Decimal::ZERO) };
    let stated = stated.as_deref().unwrap_or(currency);
    if stated == currency {
        return Ok(*value);
    }
    let exchange = declaration.currency_exchanges.iter().find(|of| of.currency_type_code.as_deref() == Some(stated));
    let rate = exchange.and_then(|of| of.rate_numeric).map(|rate| rate.0).filter(|rate| *rate > Decimal::ZERO);
    let converted = rate.and_then(|rate| value.checked_mul(rate)).ok_or_else(|| stated.to_owned())?;
    Ok(converted.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
}

/// A subheading that the Harmonized System does not have: of another year's edition, or of none.
fn unlisted(subheading: &str, place: &str) -> Option<Fault> {
    if reference::commodity(subheading).is_some() {
        return None;
    }
    Some(warning(
        "PQ-DECLARATION-015",
        &format!("{place}/commodity/classifications"),
        Text::new(
            format!("协调制度中没有子目 {subheading}。"),
            format!("The Harmonized System has no subheading {subheading}."),
        ),
        Text::new("请核对税则号列及其版本。", "Check the code, and of which edition it is."),
    ))
}

fn warning(code: &str, place: &str, text: Text, remedy: Text) -> Fault {
    Fault::new(Severity::Warning, code, place, text, remedy)
}

fn fault(code: &str, place: &str, text: Text, remedy: Text) -> Fault {
    Fault::new(Severity::Error, code, place, text, remedy)
}
