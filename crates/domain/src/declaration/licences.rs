//! Licences and permits of other departments: which an item needs, by dated rows of code and origin, and which of them are not declared.

use super::{Item, model};
use crate::{Fault, Instant, Severity, Text, Value, profile::Profile};

/// Every licence that an item needs and does not name, each at its place: all of them at once.
pub fn missing(
    profile: &Profile,
    direction: &str,
    items: &[Item],
    declaration: &model::Declaration,
    at: Instant,
) -> Vec<Fault> {
    let goods =
        declaration.goods_shipment.as_deref().map(|of| &of.government_agency_goods_items[..]).unwrap_or_default();
    let mut faults = Vec::new();
    for (nth, item) in items.iter().enumerate() {
        let inputs = Value::from([
            ("direction", direction.into()),
            ("code", item.code.as_str().into()),
            ("origin", item.origin.as_str().into()),
        ]);
        for hit in profile.hits("declaration-licences", at, &inputs) {
            let licence = hit.text("licence");
            let named = goods.get(nth).is_some_and(|goods| {
                goods.additional_documents.iter().any(|of| {
                    of.type_code.as_deref() == Some(licence) && of.id.as_ref().is_some_and(|id| !id.trim().is_empty())
                })
            });
            if !named {
                faults.push(needed(nth, item, licence, &hit.reason(), hit.law()));
            }
        }
    }
    faults
}

fn needed(nth: usize, item: &Item, licence: &str, name: &Text, law: &str) -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-DECLARATION-025",
        format!("/goods_shipment/government_agency_goods_items/{nth}/additional_documents"),
        Text::new(
            format!("第 {} 项（{}）缺少：{}。", item.sequence, item.code, name.zh),
            format!("Item {} ({}) lacks: {}.", item.sequence, item.code, name.en),
        ),
        Text::new(
            format!("请填写证件类型 {licence} 及其编号（{law}）。"),
            format!("Give kind {licence} with its number ({law})."),
        ),
    )
}
