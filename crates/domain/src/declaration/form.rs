//! A declaration as people type it: the fields of the page and of the workbook, laid over the WCO data model and read from it. What
//! a form does not ask for stays as the message had it.

use rust_decimal::Decimal;

use super::model::{
    Amendment, Amount, Classification, Commodity, CurrencyExchange, Declaration, GoodsItem, GoodsMeasure,
    GoodsShipment, Invoice, InvoiceLine, ItemDocument, Numeric, Origin, Packaging, Pointer, PreviousDocument, Quantity,
    TradeTerms, Trader,
};
use crate::{
    Fault, Value,
    formality::{CheckContext, Field, Kind, read_list},
    reference,
};

/// The name of the items among the fields.
pub const ITEMS: &str = "items";
/// Items of a form: more come as a message.
const MOST_ITEMS: usize = 999;
/// The type of a document that an earlier declaration is.
const EARLIER: &str = "SDE";
/// The unit of mass in documents.
const KILOGRAM: &str = "KGM";
/// The kind of nomenclature under which a commodity code is declared.
const TARIFF: &str = "TSP";

const DIRECTIONS: &[(&str, &str, &str)] =
    &[("import", "进口", "Import"), ("export", "出口", "Export"), ("transit", "过境、转运", "Transit")];

/// The columns of an item.
pub const ITEM: &[Field] = &[
    Field::code("code", 13, "商品编码", "Commodity code")
        .always()
        .hint("六至十三位数字；不知道时在上方查找", "Six to thirteen digits; look it up above if you do not know it"),
    Field::text("description", 256, "品名与规格", "What the goods are").always(),
    Field::of("origin", Kind::Country, "原产国", "Country of origin").always(),
    Field::quantity("value", 2, "", "货值", "Value").always(),
    Field::quantity("net", 3, "kg", "净重", "Net mass"),
    Field::quantity("gross", 3, "kg", "毛重", "Gross mass"),
    Field::count("packages", 99_999_999, "件数", "Packages"),
    Field::of("package", Kind::PackageCode, "包装种类", "Kind of package")
        .hint("Rec 21 代码，如 CT", "Code of Recommendation 21, such as CT"),
    Field::code("licence_type", 3, "许可证件类型", "Kind of licence")
        .hint("须凭证件进出口时填写代码", "Its code, where one is needed"),
    Field::code("licence", 70, "许可证件编号", "Number of the licence"),
];

/// The fields of a declaration.
pub const FIELDS: &[Field] = &[
    Field::code("reference", 22, "企业编号", "Your reference")
        .always()
        .hint("贵司自编，不得重复", "Your own; used once"),
    Field::choice("direction", DIRECTIONS, "进出境", "Direction").always(),
    Field::text("partner", 70, "境外收发货人", "Partner abroad").always(),
    Field::code("bill", 70, "提运单号", "Bill of lading or waybill"),
    Field::code("invoice", 70, "发票号", "Invoice"),
    Field::code("terms", 3, "成交方式", "Terms of delivery").hint("如 CIF、FOB", "Such as CIF, FOB"),
    Field::code("currency", 3, "币制", "Currency").always().hint("如 CNY、USD", "Such as CNY, USD"),
    Field::quantity("rate", 5, "", "折算率", "Rate of exchange")
        .hint("外币时填写：一单位外币折合人民币", "For other money: what one unit of it is worth here"),
    Field::code("completes", 70, "所补充的报关单", "The declaration that this one completes"),
    Field::rows(ITEMS, ITEM, MOST_ITEMS, "商品", "Goods").always(),
];

/// What is wrong with a form, and the form in its canonical spelling.
pub fn read(value: Value, context: &CheckContext) -> (Value, Vec<Fault>) {
    read_list(FIELDS, (ITEMS, ITEM, &[]), value, context)
}

/// Where in the form a fault of the message is.
pub fn place(location: &str) -> String {
    let below = "/goods_shipment/government_agency_goods_items/";
    if let Some((nth, rest)) = location.strip_prefix(below).and_then(|rest| rest.split_once('/')) {
        let column = match rest {
            rest if rest.contains("item_charge_amount") => "value",
            "additional_documents" => "licence",
            rest if rest.contains("net_net_weight") => "net",
            _ => "code",
        };
        return format!("/items/{nth}/{column}");
    }
    match location {
        "/functional_reference_id" => "/reference",
        "/goods_shipment" => "/items",
        other => other,
    }
    .to_owned()
}

/// The type of a message that declares by a mode.
pub fn message_type(direction: &str, mode: &str) -> &'static str {
    let waits = matches!(mode, "advance" | "advance_aggregate" | "simplified_advance");
    match (direction, mode) {
        ("export", _) => ["EXA", "EXD"][usize::from(waits)],
        ("transit", _) => "TRA",
        (_, "two_step") => "IMC",
        (_, "simplified") => "IMZ",
        (_, "supplementary") => "IMY",
        _ => ["IMA", "IMD"][usize::from(waits)],
    }
}

/// Lays a form over a declaration.
pub fn lay(value: &Value, over: &mut Declaration) {
    let text = |name: &str| said(value, name);
    let currency = text("currency").unwrap_or_default();
    over.functional_reference_id = text("reference");
    let exchange = value
        .get("rate")
        .number()
        .map(|rate| CurrencyExchange { currency_type_code: Some(currency.clone()), rate_numeric: Some(Numeric(rate)) });
    over.currency_exchanges = exchange.into_iter().collect();
    let imports = text("direction").as_deref() != Some("export");
    let rows = value.get("items").list();
    over.goods_item_quantity = Some(Quantity { value: Decimal::from(rows.len()), unit: None });
    let packages: Decimal = rows.iter().filter_map(|row| row.get("packages").number()).sum();
    over.total_package_quantity = (packages > Decimal::ZERO).then_some(Quantity { value: packages, unit: None });
    if imports {
        over.exporter.get_or_insert_default().name = text("partner");
    }
    let shipment = over.goods_shipment.get_or_insert_default();
    if !imports {
        shipment.buyer.get_or_insert_default().name = text("partner");
    }
    lay_shipment(value, shipment);
    shipment.government_agency_goods_items.resize_with(rows.len(), GoodsItem::default);
    for (nth, (item, row)) in shipment.government_agency_goods_items.iter_mut().zip(rows).enumerate() {
        item.sequence_numeric = Some(Numeric(Decimal::from(nth + 1)));
        lay_item(row, &currency, item);
    }
}

fn lay_shipment(value: &Value, shipment: &mut GoodsShipment) {
    if let Some(id) = said(value, "invoice") {
        shipment.invoice.get_or_insert_with(|| Box::new(Invoice::default())).id = Some(id);
    }
    if let Some(terms) = said(value, "terms") {
        shipment.trade_terms.get_or_insert_with(|| Box::new(TradeTerms::default())).condition_code = Some(terms);
    }
    let earlier = |category: &str, kind: &str, id: String| PreviousDocument {
        category_code: Some(category.to_owned()),
        id: Some(id),
        type_code: Some(kind.to_owned()),
        ..PreviousDocument::default()
    };
    let stated = said(value, "completes").map(|id| earlier("Y", EARLIER, id));
    let bill = said(value, "bill").map(|id| earlier("X", "705", id));
    let kept = std::mem::take(&mut shipment.previous_documents);
    let kept = kept.into_iter().filter(|of| !matches!(of.type_code.as_deref(), Some(EARLIER | "705")));
    shipment.previous_documents = stated.into_iter().chain(bill).chain(kept).collect();
}

fn lay_item(row: &Value, currency: &str, item: &mut GoodsItem) {
    let commodity = item.commodity.get_or_insert_with(|| Box::new(Commodity::default()));
    commodity.description = said(row, "description");
    commodity.classifications = said(row, "code")
        .map(|id| Classification { id: Some(id), identification_type_code: Some(TARIFF.to_owned()) })
        .into_iter()
        .collect();
    let charge = row.get("value").number().map(|value| Amount::new(value, currency));
    commodity.invoice_line = Some(Box::new(InvoiceLine { item_charge_amount: charge }));
    let mass = |name: &str| row.get(name).number().map(|value| Quantity { value, unit: Some(KILOGRAM.to_owned()) });
    let measure = commodity.goods_measure.get_or_insert_with(|| Box::new(GoodsMeasure::default()));
    (measure.gross_mass_measure, measure.net_net_weight_measure) = (mass("gross"), mass("net"));
    let origin = said(row, "origin").map(|code| reference::country(&code).map_or(code, |of| of.alpha2.to_owned()));
    item.origins = origin.map(|code| Origin { country_code: Some(code), ..Origin::default() }).into_iter().collect();
    let packages = row.get("packages").number();
    item.packaging = packages
        .map(|value| Packaging {
            sequence_numeric: Some(Numeric(Decimal::ONE)),
            quantity: Some(Quantity { value, unit: None }),
            type_code: said(row, "package"),
            ..Packaging::default()
        })
        .into_iter()
        .collect();
    if let Some(id) = said(row, "licence") {
        let document = ItemDocument { id: Some(id), type_code: said(row, "licence_type"), ..ItemDocument::default() };
        match item.additional_documents.first_mut() {
            Some(first) => (first.id, first.type_code) = (document.id, document.type_code),
            None => item.additional_documents.push(document),
        }
    }
}

/// The form of a declaration.
pub fn form(declaration: &Declaration, direction: &str) -> Value {
    let mut value = Value::from([]);
    let mut set = |place: &str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            value.set(place, Value::Text(text));
        }
    };
    let shipment = declaration.goods_shipment.as_deref();
    let name = |of: Option<&Trader>| of.and_then(|of| of.name.clone());
    set("/reference", declaration.functional_reference_id.clone());
    set("/direction", Some(direction.to_owned()));
    let partner = if direction == "export" {
        name(shipment.and_then(|of| of.buyer.as_deref()))
    } else {
        name(declaration.exporter.as_deref())
    };
    set("/partner", partner);
    let before = |kind: &str| {
        let of = shipment?.previous_documents.iter().find(|of| of.type_code.as_deref() == Some(kind))?;
        of.id.clone()
    };
    set("/bill", before("705"));
    set("/completes", before(EARLIER));
    set("/invoice", shipment.and_then(|of| of.invoice.as_ref()?.id.clone()));
    set("/terms", shipment.and_then(|of| of.trade_terms.as_ref()?.condition_code.clone()));
    let exchange = declaration.currency_exchanges.first();
    set("/rate", exchange.and_then(|of| of.rate_numeric).map(|rate| rate.0.to_string()));
    let items = shipment.map(|of| &of.government_agency_goods_items[..]).unwrap_or_default();
    let currency = items.first().and_then(price).and_then(|amount| amount.currency.clone());
    set("/currency", currency.or_else(|| exchange.and_then(|of| of.currency_type_code.clone())));
    for (nth, item) in items.iter().enumerate() {
        let commodity = item.commodity.as_deref();
        let mut put = |column: &str, text: Option<String>| set(&format!("/items/{nth}/{column}"), text);
        put("code", Some(super::summary::commodity_code(item)));
        put("description", commodity.and_then(|of| of.description.clone()));
        put("origin", item.origins.first().and_then(|of| of.country_code.clone()));
        put("value", price(item).map(|amount| amount.value.to_string()));
        let measure = commodity.and_then(|of| of.goods_measure.as_deref());
        put("net", measure.and_then(|of| Some(of.net_net_weight_measure.as_ref()?.value.to_string())));
        put("gross", measure.and_then(|of| Some(of.gross_mass_measure.as_ref()?.value.to_string())));
        let packaging = item.packaging.first();
        put("packages", packaging.and_then(|of| Some(of.quantity.as_ref()?.value.normalize().to_string())));
        put("package", packaging.and_then(|of| of.type_code.clone()));
        let licence = item.additional_documents.first();
        put("licence_type", licence.and_then(|of| of.type_code.clone()));
        put("licence", licence.and_then(|of| of.id.clone()));
    }
    value
}

/// The ways to what one form changes of another: the whole declaration, or an item of it.
pub fn changes(before: &Value, after: &Value) -> Vec<Amendment> {
    let step = |section: &str, nth: Option<usize>| Pointer {
        sequence_numeric: nth.map(|nth| Numeric(Decimal::from(nth + 1))),
        document_section_code: Some(section.to_owned()),
        tag_id: None,
    };
    let amendment = |pointers: Vec<Pointer>| Amendment { change_reason_code: None, pointers };
    let head = FIELDS.iter().filter(|field| field.name != "items");
    let mut changes = Vec::new();
    if head.into_iter().any(|field| said(before, field.name) != said(after, field.name)) {
        changes.push(amendment(vec![step("42A", None)]));
    }
    let (before, after) = (before.get("items").list(), after.get("items").list());
    for nth in 0..before.len().max(after.len()) {
        let differs = |field: &Field| {
            let of = |rows: &[Value]| rows.get(nth).and_then(|row| said(row, field.name));
            of(before) != of(after)
        };
        if ITEM.iter().any(differs) {
            changes.push(amendment(vec![step("42A", None), step("67A", None), step("68A", Some(nth))]));
        }
    }
    changes
}

fn price(item: &GoodsItem) -> Option<&Amount> {
    item.commodity.as_ref()?.invoice_line.as_ref()?.item_charge_amount.as_ref()
}

fn said(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name).to_string();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Value {
        let mut value = Value::from([
            ("reference", "R-1".into()),
            ("direction", "import".into()),
            ("partner", "SAMPLE EXPORTER".into()),
            ("bill", "BL-1".into()),
            ("currency", "USD".into()),
            ("rate", Value::Number(Decimal::new(71, 1))),
        ]);
        for (column, text) in [
            ("code", "8471300000"),
            ("description", "Computers"),
            ("origin", "KOR"),
            ("licence_type", "1"),
            ("licence", "L-9"),
        ] {
            value.set(&format!("/items/0/{column}"), text.into());
        }
        value.set("/items/0/value", Value::Number(Decimal::new(100_050, 2)));
        value.set("/items/0/packages", Value::Number(Decimal::from(4)));
        value
    }

    #[test]
    fn what_was_typed_stands_in_the_message_and_comes_back() {
        let mut declaration = Declaration::default();
        lay(&typed(), &mut declaration);
        let (items, faults) = super::super::summary::items(&declaration, "CNY");
        assert_eq!(faults, []);
        assert_eq!((items[0].code.as_str(), items[0].origin.as_str()), ("8471300000", "KR"));
        assert_eq!(items[0].value.to_string(), "7103.55", "in the port's money");
        let back = form(&declaration, "import");
        for name in ["reference", "partner", "bill", "currency"] {
            assert_eq!(back.get(name), typed().get(name), "{name}");
        }
        assert_eq!(back.at("/items/0/licence").text(), Some("L-9"));
        let mut other = typed();
        other.set("/items/0/value", Value::Number(Decimal::ONE));
        assert_eq!(changes(&typed(), &typed()), []);
        assert_eq!(changes(&typed(), &other)[0].pointers.len(), 3, "the declaration, its shipment, the item");
        // Laid over again, nothing that the form does not ask for is lost, and nothing stands twice.
        declaration.type_code = Some("IMA".to_owned());
        let before = declaration.clone();
        lay(&typed(), &mut declaration);
        assert_eq!(declaration, before);
    }

    #[test]
    fn a_fault_of_the_message_is_shown_at_its_field() {
        let below = "/goods_shipment/government_agency_goods_items/2/commodity";
        assert_eq!(place(&format!("{below}/classifications")), "/items/2/code");
        assert_eq!(place(&format!("{below}/invoice_line/item_charge_amount")), "/items/2/value");
        assert_eq!(place("/functional_reference_id"), "/reference");
    }
}
