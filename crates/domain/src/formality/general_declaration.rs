//! General declaration, FAL 1. The ship's own particulars belong to the ship's record and are not asked for again.

use super::{
    Spec,
    faults::in_order,
    field::{Class, Field, Kind},
    read::Facts,
};
use crate::Value;

/// General declaration.
pub const SPEC: Spec = Spec {
    code: "general_declaration",
    zh: "总申报单",
    en: "General declaration",
    short: "FAL 1",
    source: "FAL Convention, Standard 2.2, FAL 1",
    fields: FIELDS,
    facts,
    rules: |value| in_order(value, FIELDS, "eta", "etd").into_iter().collect(),
};

const FIELDS: &[Field] = &[
    Field::choice(
        "direction",
        &[("arrival", "进口", "Arrival"), ("departure", "出口", "Departure")],
        "进口或出口",
        "Arrival or departure",
    )
    .always()
    .clear(),
    Field::code("voyage_number", 17, "航次", "Voyage number").warn().clear(),
    Field::text("master", 140, "船长姓名", "Name of master").always().class(Class::Identity),
    Field::of("port", Kind::Locode, "到达或驶离港口", "Port of arrival or departure").warn(),
    Field::of("eta", Kind::Instant, "预计抵港时间", "Time of arrival").warn(),
    Field::of("etd", Kind::Instant, "预计离港时间", "Time of departure").warn(),
    Field::of("last_port", Kind::Locode, "上一港", "Last port of call").always().clear(),
    Field::of("next_port", Kind::Locode, "下一港", "Next port of call").warn().clear(),
    Field::text("agent_name", 140, "代理名称", "Name of agent").warn(),
    Field::text("agent_contact", 256, "代理联系方式", "Contact details of agent").warn().class(Class::Contact),
    Field::text("position_in_port", 140, "在港泊位或锚位", "Position of the ship in the port (berth or station)")
        .clear(),
    Field::long("previous_ports", "本航次前几港", "Previous ports of call").clear(),
    Field::long("subsequent_ports", "本航次后几港", "Subsequent ports of call")
        .hint("注明余货卸货港", "Name those where remaining cargo will be discharged")
        .clear(),
    Field::long("cargo_description", "货物概况", "Brief description of the cargo").warn().clear(),
    Field::of("cargo_on_board", Kind::YesNo, "船上载有货物", "Cargo on board").clear(),
    Field::count("crew", 10_000, "船员人数（含船长）", "Number of crew (including master)").always(),
    Field::count("passengers", 10_000, "旅客人数", "Number of passengers").always().clear(),
    Field::long("waste_requirements", "废弃物接收需求", "Requirements for waste and residue reception").clear(),
    Field::rows("attached_documents", ATTACHED, 20, "附送单证", "Attached document").keyed(&[&["document"]]),
    Field::long("remarks", "备注", "Remarks").clear(),
    Field::text("signed_by", 140, "签署人（船长、代理或船员）", "Signed by master, agent or officer")
        .class(Class::Identity)
        .clear(),
    Field::of("signed_on", Kind::Date, "签署日期", "Date of signature").past().clear(),
];

const ATTACHED: &[Field] = &[
    Field::choice(
        "document",
        &[
            ("cargo_declaration", "货物申报单", "Cargo declaration"),
            ("ships_stores", "船用物品申报单", "Ship's stores declaration"),
            ("crew_effects", "船员物品申报单", "Crew's effects declaration"),
            ("crew_list", "船员名单", "Crew list"),
            ("passenger_list", "旅客名单", "Passenger list"),
            ("dangerous_goods", "危险货物舱单", "Dangerous goods manifest"),
            ("health_declaration", "航海健康申报书", "Maritime Declaration of Health"),
            ("waste_notification", "废弃物送交预报", "Waste notification"),
            ("security_report", "保安信息", "Security information"),
        ],
        "单证",
        "Document",
    )
    .always(),
    Field::count("copies", 20, "份数", "Number of copies"),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.copy("persons_crew", value.get("crew"));
    facts.copy("persons_passengers", value.get("passengers"));
    facts.copy_all(&["voyage_number", "last_port", "next_port", "eta", "etd", "cargo_on_board"], value);
    facts.into()
}
