//! Advance notification of waste delivery to port reception facilities, MEPC.1/Circ.834.

use super::{
    Spec,
    field::{Field, Kind},
    read::{Facts, rows},
};
use crate::Value;

/// Advance notification of waste delivery.
pub const SPEC: Spec = Spec {
    code: "waste_notification",
    zh: "船舶污染物送交预报",
    en: "Advance notification of waste delivery",
    short: "污染物预报",
    source: "MARPOL; MEPC.1/Circ.834",
    fields: &[
        Field::of("last_port", Kind::Locode, "上一港", "Last port of call").warn().clear(),
        Field::of("next_port", Kind::Locode, "下一港", "Next port of call").warn().clear(),
        Field::of("last_delivery_port", Kind::Locode, "上次送交港口", "Last port where waste was delivered")
            .warn()
            .clear(),
        Field::of("last_delivery_date", Kind::Date, "上次送交日期", "Date of last delivery").warn().past().clear(),
        Field::choice(
            "delivering",
            &[("all", "全部", "All"), ("some", "部分", "Some"), ("none", "不送交", "None")],
            "送交船上污染物",
            "Delivering of the waste on board",
        )
        .always()
        .clear(),
        Field::rows("kinds", KINDS_OF_WASTE, 60, "污染物种类", "Kind of waste")
            .warn()
            .keyed(&[&["kind", "note"], &["kind"]]),
        Field::long("remarks", "备注", "Remarks").clear(),
    ],
    facts,
    rules: |_| Vec::new(),
};

const KINDS_OF_WASTE: &[Field] = &[
    Field::choice("kind", KINDS, "种类", "Kind").always(),
    Field::text("note", 140, "说明", "Particulars")
        .hint("其他种类或残余货物的名称", "Name of other waste or of the cargo"),
    cubic("to_be_delivered", "送交量", "To be delivered").always().clear(),
    cubic("storage_capacity", "最大专用存储容量", "Maximum dedicated storage capacity").warn(),
    cubic("retained", "留船量", "Retained on board").warn().clear(),
    Field::of("port_of_rest", Kind::Locode, "留船部分的送交港", "Port of delivery of the rest").clear(),
    cubic("until_next_port", "至下一港预计产生量", "Estimate until the next port").clear(),
    cubic("delivered", "实际送交量", "Delivered").clear(),
];

const fn cubic(name: &'static str, zh: &'static str, en: &'static str) -> Field {
    Field::quantity(name, 3, "m³", zh, en)
}

/// By annex of MARPOL.
const KINDS: &[(&str, &str, &str)] = &[
    ("I-bilge", "附则 I 含油舱底水", "Annex I: oily bilge water"),
    ("I-sludge", "附则 I 油泥", "Annex I: oily residues (sludge)"),
    ("I-washings", "附则 I 含油洗舱水", "Annex I: oily tank washings"),
    ("I-ballast", "附则 I 污压载水", "Annex I: dirty ballast water"),
    ("I-scale", "附则 I 洗舱垢渣", "Annex I: scale and sludge from tank cleaning"),
    ("I-other", "附则 I 其他", "Annex I: other"),
    ("II-X", "附则 II X 类", "Annex II: category X"),
    ("II-Y", "附则 II Y 类", "Annex II: category Y"),
    ("II-Z", "附则 II Z 类", "Annex II: category Z"),
    ("II-OS", "附则 II 其他物质", "Annex II: other substances"),
    ("IV", "附则 IV 生活污水", "Annex IV: sewage"),
    ("V-A", "附则 V 塑料", "Annex V A: plastics"),
    ("V-B", "附则 V 食品废弃物", "Annex V B: food waste"),
    ("V-C", "附则 V 生活废弃物", "Annex V C: domestic waste"),
    ("V-D", "附则 V 食用油", "Annex V D: cooking oil"),
    ("V-E", "附则 V 焚烧炉灰", "Annex V E: incinerator ashes"),
    ("V-F", "附则 V 操作废弃物", "Annex V F: operational waste"),
    ("V-G", "附则 V 动物尸体", "Annex V G: animal carcasses"),
    ("V-H", "附则 V 渔具", "Annex V H: fishing gear"),
    ("V-I", "附则 V 电子废弃物", "Annex V I: e-waste"),
    ("V-J", "附则 V 货物残余（无害）", "Annex V J: cargo residues, not harmful"),
    ("V-K", "附则 V 货物残余（有害）", "Annex V K: cargo residues, harmful"),
    ("VI-ODS", "附则 VI 消耗臭氧层物质", "Annex VI: ozone-depleting substances"),
    ("VI-EGC", "附则 VI 废气清洗残余物", "Annex VI: exhaust-gas cleaning residues"),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    let delivered =
        rows(value, "kinds").iter().any(|row| row.get("to_be_delivered").number().is_some_and(|m3| !m3.is_zero()));
    facts.yes("waste_delivery", delivered);
    facts.copy_all(&["last_port", "next_port"], value);
    facts.into()
}
