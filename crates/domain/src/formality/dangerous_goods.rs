//! Dangerous goods manifest, FAL 7.

use super::{
    Spec,
    field::{Class, Field, Kind},
    read::{Facts, rows, rows_where},
};
use crate::Value;

/// Dangerous goods manifest.
pub const SPEC: Spec = Spec {
    code: "dangerous_goods",
    zh: "危险货物舱单",
    en: "Dangerous goods manifest",
    short: "FAL 7",
    source: "FAL Convention, Standard 2.8, FAL 7; SOLAS VII/4-5; IMDG Code 5.4",
    fields: &[
        Field::rows("items", ITEMS, 10_000, "危险货物", "Dangerous goods item").always().clear().keyed(KEYS),
        Field::long("remarks", "补充说明", "Additional information").clear(),
    ],
    facts,
    rules: |_| Vec::new(),
};

const KEYS: &[&[&str]] = &[
    &["un_number", "reference", "container", "stowage_position"],
    &["un_number", "reference", "container"],
    &["un_number", "reference"],
    &["un_number", "container"],
    &["un_number"],
];

const ITEMS: &[Field] = &[
    Field::code("reference", 35, "订舱或参考号", "Booking or reference number").warn().class(Class::Commercial),
    Field::text("marks", 512, "标记与号码", "Marks and numbers").class(Class::Commercial),
    Field::code("container", 17, "集装箱或车辆号", "Container or vehicle identification"),
    Field::count("packages", 99_999_999, "件数", "Number of packages").warn(),
    Field::of("package_kind", Kind::PackageCode, "包装种类", "Kind of packages").warn(),
    Field::of("un_number", Kind::UnNumber, "联合国编号", "UN number").always(),
    Field::text("proper_shipping_name", 350, "正确运输名称", "Proper shipping name").always(),
    Field::text("technical_name", 350, "技术名称", "Technical name"),
    Field::code("class", 7, "类别或项别", "Class or division")
        .always()
        .hint("例如 3、2.1、1.4S", "Such as 3, 2.1, 1.4S"),
    Field::choice("packing_group", PACKING_GROUPS, "包装类", "Packing group").also(PACKING_WORDS),
    Field::code("subsidiary_hazards", 35, "副危险性", "Subsidiary hazards"),
    Field::celsius("flash_point", "闪点（闭杯）", "Flash point (closed cup)"),
    Field::of("marine_pollutant", Kind::YesNo, "海洋污染物", "Marine pollutant").warn(),
    Field::quantity("gross_mass", 3, "kg", "毛质量", "Gross mass").warn(),
    Field::quantity("net_mass", 3, "kg", "净质量", "Net mass"),
    Field::quantity("net_explosive_mass", 3, "kg", "净爆炸物质量", "Net explosive mass"),
    Field::code("ems", 17, "应急措施号", "EmS"),
    Field::celsius("control_temperature", "控制温度", "Control temperature"),
    Field::celsius("emergency_temperature", "应急温度", "Emergency temperature"),
    Field::of("limited_quantity", Kind::YesNo, "限量", "Limited quantity"),
    Field::of("excepted_quantity", Kind::YesNo, "可免除量", "Excepted quantity"),
    Field::code("stowage_position", 35, "积载位置", "Stowage position on board").warn().class(Class::Security),
    Field::text("segregation_group", 70, "隔离类", "Segregation group"),
    Field::of("port_of_loading", Kind::Locode, "装货港", "Port of loading"),
    Field::of("port_of_discharge", Kind::Locode, "卸货港", "Port of discharge"),
    Field::text("emergency_contact", 140, "托运人应急联系方式", "Shipper's emergency contact")
        .warn()
        .class(Class::Contact),
];

const PACKING_GROUPS: &[(&str, &str, &str)] = &[
    ("I", "I 类（大危险）", "I, high danger"),
    ("II", "II 类（中等危险）", "II, medium danger"),
    ("III", "III 类（小危险）", "III, low danger"),
];

const PACKING_WORDS: &[(&str, &str)] =
    &[("1", "I"), ("2", "II"), ("3", "III"), ("PG I", "I"), ("PG II", "II"), ("PG III", "III")];

fn facts(value: &Value) -> Value {
    let items = rows(value, "items");
    let mut facts = Facts::default();
    facts.yes("dangerous_goods", !items.is_empty());
    facts.count("dangerous_goods_items", items.len());
    facts.column("un_numbers", items, "un_number");
    facts.column("dangerous_goods_classes", items, "class");
    facts.yes("marine_pollutants", rows_where(value, "items", "marine_pollutant") > 0);
    facts.into()
}
