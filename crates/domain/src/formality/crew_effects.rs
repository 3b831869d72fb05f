//! Crew's effects declaration, FAL 4.

use super::{
    Spec,
    field::{Field, Kind},
    read::{Facts, rows},
    shared::*,
};
use crate::Value;

/// Crew's effects declaration.
pub const SPEC: Spec = Spec {
    code: "crew_effects",
    zh: "船员物品申报单",
    en: "Crew's effects declaration",
    short: "FAL 4",
    source: "FAL Convention, Standard 2.5, FAL 4",
    fields: &[Field::rows("members", MEMBERS, 10_000, "船员", "Crew member")
        .warn()
        .keyed(&[&["family_name", "given_names", "rank"], &["family_name", "given_names"]])],
    facts,
    rules: |_| Vec::new(),
};

const MEMBERS: &[Field] = &[
    FAMILY_NAME,
    GIVEN_NAMES,
    RANK.warn(),
    Field::text("effects", 512, "应税、禁止或限制进境物品", "Effects dutiable, prohibited or restricted")
        .hint("酒、烟、其他：名称和数量", "Wine, spirits, cigarettes, tobacco, others: name and quantity")
        .clear(),
    Field::of("signed", Kind::YesNo, "本人已签名", "Signed by the member").clear(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts
        .count("crew_with_effects", rows(value, "members").iter().filter(|row| !row.get("effects").is_empty()).count());
    facts.into()
}
