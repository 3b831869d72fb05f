//! Entry formalities, before arrival or within twenty-four hours after.

use super::{
    Spec,
    field::{Class, Field, Kind},
    read::Facts,
};
use crate::Value;

/// Entry formalities.
pub const SPEC: Spec = Spec {
    code: "entry_formalities",
    zh: "进口岸手续",
    en: "Entry formalities",
    short: "进口岸手续",
    source: "国际航行船舶进出口岸检查办法 第七条、第八条、第九条",
    fields: FIELDS,
    facts,
    rules: |_| Vec::new(),
};

const FIELDS: &[Field] = &[
    Field::of("before_arrival", Kind::YesNo, "抵港前办理", "Done before arrival").always().clear(),
    Field::of("arrived_at", Kind::Instant, "实际抵港时间", "Actual time of arrival")
        .past()
        .hint("已抵港的填写", "When she has arrived"),
    Field::of("last_port", Kind::Locode, "上一港", "Last port of call").warn().clear(),
    Field::code("berth", 35, "停泊地点", "Berth or anchorage").warn(),
    Field::text("master", 140, "船长姓名", "Name of master").always().class(Class::Identity),
    Field::count("crew", 10_000, "船员人数（含船长）", "Number of crew (including master)").always(),
    Field::count("passengers", 10_000, "旅客人数", "Number of passengers").always().clear(),
    Field::of("stay_under_24h", Kind::YesNo, "在港停留不足 24 小时", "Stay under 24 hours")
        .hint("可同时办理出口岸手续", "Exit formalities may be done together")
        .clear(),
    Field::of("joint_exit", Kind::YesNo, "申请同时办理出口岸手续", "Exit formalities asked for at the same time")
        .clear(),
    Field::of("changed_since_report", Kind::YesNo, "确报后有变化", "Something changed since the arrival report")
        .always()
        .clear(),
    Field::long("changes", "变化说明", "What changed").clear(),
    Field::text("contact", 140, "经办人联系方式", "Contact of the person in charge").warn().class(Class::Contact),
    Field::long("remarks", "备注", "Remarks").clear(),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts
        .copy_all(&["arrived_at", "last_port", "berth", "stay_under_24h", "joint_exit", "changed_since_report"], value);
    facts.copy("entry_before_arrival", value.get("before_arrival"));
    facts.copy("persons_crew", value.get("crew"));
    facts.copy("persons_passengers", value.get("passengers"));
    facts.into()
}
