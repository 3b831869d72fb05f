//! Ship security pre-arrival information, SOLAS XI-2/9 and MSC.1/Circ.1305.

use super::{
    Spec,
    field::{Class, Field, Kind},
    read::{Facts, rows},
    shared::{PURPOSES, SECURITY_LEVELS},
};
use crate::Value;

/// Ship security pre-arrival information.
pub const SPEC: Spec = Spec {
    code: "security_report",
    zh: "船舶保安信息",
    en: "Ship security pre-arrival information",
    short: "ISPS",
    source: "SOLAS XI-2/9.2; MSC.1/Circ.1305",
    fields: FIELDS,
    facts,
    rules: no_certificate,
};

const FIELDS: &[Field] = &[
    Field::text("company_security_officer", 140, "公司保安员", "Company security officer")
        .always()
        .class(Class::Identity),
    Field::text("officer_contact", 140, "公司保安员 24 小时联系方式", "24-hour contact of the officer")
        .always()
        .class(Class::Contact),
    Field::of("certificate_held", Kind::YesNo, "持有国际船舶保安证书", "International Ship Security Certificate held")
        .always(),
    Field::choice(
        "certificate_kind",
        &[("full", "正式", "Full term"), ("interim", "临时", "Interim")],
        "证书种类",
        "Kind of certificate",
    )
    .warn(),
    Field::text("certificate_issuer", 140, "签发机构", "Issued by").warn(),
    Field::of("certificate_expiry", Kind::Date, "证书有效期至", "Expiry date of certificate").warn().coming(),
    Field::text("no_certificate_reason", 512, "无证书的原因", "Reason when there is no certificate"),
    Field::of("plan_on_board", Kind::YesNo, "船上有经批准的保安计划", "Approved ship security plan on board")
        .always()
        .class(Class::Security),
    Field::choice("security_level", SECURITY_LEVELS, "当前保安等级", "Current security level")
        .always()
        .class(Class::Security),
    Field::of("position_at", Kind::Instant, "报告时间", "Time of report"),
    Field::text("position", 70, "报告时船位", "Position at the time of report").clear(),
    Field::of("eta", Kind::Instant, "预计抵港时间", "Estimated time of arrival").warn().coming(),
    Field::choice("purpose", PURPOSES, "主要挂靠目的", "Primary purpose of call").warn().clear(),
    Field::rows("last_ports", LAST_PORTS, 10, "最近挂靠的港口设施", "Call at a port facility")
        .always()
        .roll()
        .hint("最近十次，最近的在前", "The last ten, the latest first")
        .keyed(&[&["port", "facility", "arrived"], &["port", "arrived"], &["port", "left"], &["port"]]),
    Field::rows("ship_to_ship", SHIP_TO_SHIP, 50, "船到船活动", "Ship-to-ship activity")
        .clear()
        .keyed(&[&["from", "activity"]]),
    Field::long("cargo_description", "货物概况", "General description of cargo").warn().clear(),
    Field::of("dangerous_substances", Kind::YesNo, "载有危险物质", "Dangerous substances carried").warn().clear(),
    Field::text("dangerous_substances_details", 512, "危险物质说明", "Particulars of dangerous substances").clear(),
    Field::of("crew_list_attached", Kind::YesNo, "附船员名单", "Crew list attached").clear(),
    Field::of("passenger_list_attached", Kind::YesNo, "附旅客名单", "Passenger list attached").clear(),
    Field::long("other_matters", "其他保安事项", "Other security-related matters").clear().class(Class::Security),
    Field::text("agent_name", 140, "代理名称", "Name of agent"),
    Field::text("agent_contact", 140, "代理联系方式", "Contact of agent").class(Class::Contact),
];

const LAST_PORTS: &[Field] = &[
    Field::of("arrived", Kind::Date, "抵港日期", "Date of arrival").warn().past(),
    Field::of("left", Kind::Date, "离港日期", "Date of departure").warn().past(),
    Field::of("port", Kind::Locode, "港口", "Port").always(),
    Field::text("facility", 140, "港口设施", "Port facility").warn(),
    Field::choice("security_level", SECURITY_LEVELS, "保安等级", "Security level").always().class(Class::Security),
    Field::text("special_measures", 512, "特别保安措施", "Special or additional security measures")
        .class(Class::Security),
];

const SHIP_TO_SHIP: &[Field] = &[
    Field::of("from", Kind::Date, "开始日期", "From").always().past(),
    Field::of("to", Kind::Date, "结束日期", "To").past(),
    Field::text("location", 140, "地点或船位", "Location, or latitude and longitude").always(),
    Field::text("activity", 140, "活动", "Activity").always(),
    Field::text("measures", 512, "所用保安措施", "Security measures applied").class(Class::Security),
    Field::of("procedures_kept", Kind::YesNo, "遵守了保安程序", "Ship security procedures maintained")
        .warn()
        .class(Class::Security),
    Field::text("why_not", 512, "未遵守的原因", "Why they were not maintained").class(Class::Security),
];

fn no_certificate(value: &Value) -> Vec<crate::Fault> {
    let silent = value.get("certificate_held").bool() == Some(false) && value.get("no_certificate_reason").is_empty();
    if !silent {
        return Vec::new();
    }
    let text = crate::Text::new("未持有保安证书，但未说明原因。", "No security certificate, and no reason why.");
    let remedy = crate::Text::new("请填写无证书的原因。", "Give the reason.");
    let severity = crate::Severity::Error;
    vec![crate::Fault::new(severity, "PQ-FORM-003", "/no_certificate_reason", text, remedy)]
}

fn facts(value: &Value) -> Value {
    let last_ports = rows(value, "last_ports");
    let mut facts = Facts::default();
    facts.sequence("last_ports", last_ports, "port");
    facts.copy("last_port", last_ports.first().map_or(&Value::Null, |row| row.get("port")));
    facts.copy_all(&["security_level", "eta", "purpose"], value);
    facts.copy("security_certificate", value.get("certificate_held"));
    facts.copy("security_certificate_expiry", value.get("certificate_expiry"));
    facts.count("ship_to_ship_activities", rows(value, "ship_to_ship").len());
    facts.into()
}
