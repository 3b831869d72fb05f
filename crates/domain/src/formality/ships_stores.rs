//! Ship's stores declaration, FAL 3.

use super::{
    Spec,
    field::{Field, Kind},
    read::{Facts, rows},
};
use crate::Value;

/// Ship's stores declaration.
pub const SPEC: Spec = Spec {
    code: "ships_stores",
    zh: "船用物品申报单",
    en: "Ship's stores declaration",
    short: "FAL 3",
    source: "FAL Convention, Standard 2.4, FAL 3",
    fields: &[
        Field::quantity("period_of_stay", 1, "d", "停留时间", "Period of stay").clear(),
        Field::text("place_of_storage", 256, "存放地点", "Place of storage"),
        Field::rows("articles", ARTICLES, 2_000, "物品", "Article").warn().keyed(&[&["name", "location"], &["name"]]),
    ],
    facts,
    rules: |_| Vec::new(),
};

const ARTICLES: &[Field] = &[
    Field::text("name", 140, "物品名称", "Name of article").always(),
    Field::quantity("quantity", 3, "", "数量", "Quantity").always(),
    Field::of("unit", Kind::Unit, "单位", "Unit").warn().hint("UN/ECE 第 20 号建议书", "UN/ECE Recommendation 20"),
    Field::text("location", 70, "船上位置", "Location on board"),
    Field::text("official_use", 140, "官方批注", "Official use").clear(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.count("stores_articles", rows(value, "articles").len());
    facts.into()
}
