//! Maritime Declaration of Health, International Health Regulations (2005), Annex 8.

use super::{
    Spec,
    faults::needs,
    field::{Class, Field, Kind},
    read::{Facts, rows},
    shared::{GENDER_WORDS, GENDERS},
};
use crate::Value;

/// Maritime Declaration of Health.
pub const SPEC: Spec = Spec {
    code: "health_declaration",
    zh: "航海健康申报书",
    en: "Maritime Declaration of Health",
    short: "MDH",
    source: "IHR (2005), Article 37, Annex 8",
    fields: FIELDS,
    facts,
    rules: |value| DETAILS.iter().filter_map(|(answer, detail)| needs(value, FIELDS, answer, detail)).collect(),
};

const FIELDS: &[Field] = &[
    Field::of("port", Kind::Locode, "申报港口", "Submitted at the port of").clear(),
    Field::of("date", Kind::Date, "申报日期", "Date").clear(),
    Field::of("arriving_from", Kind::Locode, "来自", "Arriving from").warn().clear(),
    Field::of("sailing_to", Kind::Locode, "驶往", "Sailing to").warn().clear(),
    Field::text("master", 140, "船长姓名", "Master's name").warn().class(Class::Identity),
    Field::of(
        "sanitation_certificate",
        Kind::YesNo,
        "持有有效的船舶卫生证书",
        "Valid sanitation control exemption or control certificate on board",
    )
    .always(),
    Field::text("sanitation_issued_at", 140, "卫生证书签发地", "Certificate issued at"),
    Field::of("sanitation_issued_on", Kind::Date, "卫生证书签发日期", "Certificate issued on").past(),
    Field::of("sanitation_expiry", Kind::Date, "卫生证书有效期至", "Certificate valid until").coming(),
    Field::of("reinspection_required", Kind::YesNo, "需要复查", "Re-inspection required").warn(),
    Field::of("affected_area", Kind::YesNo, "到过受染地区", "Visited an affected area identified by WHO")
        .always()
        .clear(),
    Field::text("affected_area_port", 140, "受染地区的港口", "Port of the affected area").clear(),
    Field::of("affected_area_date", Kind::Date, "到访日期", "Date of visit").past().clear(),
    Field::rows(
        "ports_of_call",
        PORTS,
        60,
        "航次开始或近 30 天挂靠港",
        "Port of call since the voyage began or in 30 days",
    )
    .always()
    .roll()
    .hint("最近的在前", "The latest first")
    .keyed(&[&["port", "left"], &["port"]]),
    Field::rows("joined", JOINED, 10_000, "其间上船人员", "Person who joined since").clear().keyed(&[&["name"]]),
    Field::count("crew", 10_000, "船员人数", "Number of crew members on board").always(),
    Field::count("passengers", 10_000, "旅客人数", "Number of passengers on board").always().clear(),
    QUESTIONS[0],
    Field::count("deaths", 10_000, "死亡人数", "Total number of deaths").clear().class(Class::Health),
    QUESTIONS[1],
    QUESTIONS[2],
    Field::count("ill_number", 10_000, "患病人数", "Number of ill persons").clear().class(Class::Health),
    QUESTIONS[3],
    QUESTIONS[4],
    QUESTIONS[5],
    QUESTIONS[6],
    Field::text("sanitary_measure_details", 512, "卫生措施的种类、地点和日期", "Type, place and date of the measure")
        .clear(),
    QUESTIONS[7],
    Field::text("stowaways_joined", 140, "偷渡者上船地点", "Where stowaways joined the ship").clear(),
    QUESTIONS[8],
    Field::rows("cases", CASES, 10_000, "病例", "Case")
        .clear()
        .class(Class::Health)
        .keyed(&[&["name"], &["rank", "nationality", "age"]]),
    Field::rows("additional", ADDITIONAL, 50, "疫情期间附加问题", "Additional question")
        .clear()
        .hint("由口岸按疫情公布", "As the port publishes them in an epidemic")
        .source("IHR (2005), Articles 23 and 43")
        .keyed(&[&["question"]]),
    Field::long("remarks", "补充说明", "Remarks").clear().class(Class::Health),
    Field::of("surgeon_countersigned", Kind::YesNo, "船医已会签", "Countersigned by the ship's surgeon").clear(),
];

/// The nine questions of Annex 8, in its order.
const QUESTIONS: [Field; 9] = [
    question("death", "途中有非意外死亡", "Has any person died on board otherwise than as a result of accident?"),
    question(
        "infectious_disease",
        "有疑似传染病病例",
        "Is there or has there been a case of disease suspected to be infectious?",
    ),
    question("ill_more_than_usual", "患病人数多于预期", "Has the number of ill passengers been greater than expected?"),
    question("ill_now", "现有患病人员", "Is there any ill person on board now?"),
    question("medical_consulted", "曾请医生诊治", "Was a medical practitioner consulted?"),
    question(
        "infection_condition",
        "船上有可能导致感染或传播的情况",
        "Are you aware of any condition that may lead to infection or spread of disease?",
    ),
    question("sanitary_measure", "采取过卫生措施", "Has any sanitary measure been applied on board?"),
    question("stowaways", "发现偷渡者", "Have any stowaways been found on board?"),
    question("sick_animal", "船上有患病动物", "Is there a sick animal or pet on board?"),
];

const fn question(name: &'static str, zh: &'static str, en: &'static str) -> Field {
    Field::of(name, Kind::YesNo, zh, en).always().clear()
}

/// A yes that needs particulars.
const DETAILS: &[(&str, &str)] = &[
    ("affected_area", "affected_area_port"),
    ("sanitation_certificate", "sanitation_issued_on"),
    ("death", "deaths"),
    ("infectious_disease", "cases"),
    ("ill_more_than_usual", "ill_number"),
    ("ill_now", "cases"),
    ("sanitary_measure", "sanitary_measure_details"),
    ("stowaways", "stowaways_joined"),
];

const PORTS: &[Field] = &[
    Field::of("port", Kind::Locode, "港口", "Port").always(),
    Field::of("left", Kind::Date, "离港日期", "Date of departure").warn().past(),
];

const JOINED: &[Field] = &[
    Field::text("name", 140, "姓名", "Name").always().class(Class::Identity),
    Field::text("joined_from", 256, "上船地点及其间停留国家", "Joined from, and countries visited before")
        .class(Class::Identity),
    Field::of("joined_on", Kind::Date, "上船日期", "Date joined").past(),
];

/// Answers to the questions that a profile adds for a time: which are due, and their words, are its dated rows.
const ADDITIONAL: &[Field] = &[
    Field::code("question", 35, "问题代码", "Code of the question").always(),
    Field::of("answer", Kind::YesNo, "回答", "Answer").always().class(Class::Health),
    Field::text("details", 512, "说明", "Particulars").class(Class::Health),
];

const CASES: &[Field] = &[
    Field::text("name", 140, "姓名", "Name").always().class(Class::Health),
    Field::text("rank", 70, "职务或舱等", "Class or rating").class(Class::Health),
    Field::count("age", 130, "年龄", "Age").class(Class::Health),
    Field::choice("sex", GENDERS, "性别", "Sex").also(GENDER_WORDS).class(Class::Health),
    Field::of("nationality", Kind::Country, "国籍", "Nationality").class(Class::Health),
    Field::text("port_joined", 140, "上船港口", "Port joined").class(Class::Health),
    Field::of("date_joined", Kind::Date, "上船日期", "Date joined").past().class(Class::Health),
    Field::text("nature_of_illness", 512, "病情", "Nature of illness").always().class(Class::Health),
    Field::of("onset", Kind::Date, "发病日期", "Date of onset of symptoms").past().warn().class(Class::Health),
    Field::of("reported", Kind::YesNo, "已报告港口医生", "Reported to a port medical officer").class(Class::Health),
    Field::choice(
        "disposal",
        &[
            ("on_board", "仍在船上", "Still on board"),
            ("evacuated", "已送岸", "Evacuated"),
            ("buried_at_sea", "海葬", "Buried at sea"),
            ("recovered", "已痊愈", "Recovered"),
            ("died", "死亡", "Died"),
        ],
        "处置",
        "Disposal of case",
    )
    .warn()
    .class(Class::Health),
    Field::text("evacuated_at", 140, "送岸地点", "Place of evacuation").class(Class::Health),
    Field::text("treatment", 512, "治疗与用药", "Drugs, medicines or other treatment").class(Class::Health),
    Field::text("comments", 512, "说明", "Comments").class(Class::Health),
];

fn facts(value: &Value) -> Value {
    let mut facts = Facts::default();
    facts.yes("health_event", QUESTIONS.iter().any(|question| value.get(question.name).bool() == Some(true)));
    facts.copy("persons_crew", value.get("crew"));
    facts.copy("persons_passengers", value.get("passengers"));
    facts.copy("sanitation_certificate", value.get("sanitation_certificate"));
    facts.copy_all(&["sanitation_issued_on", "sanitation_expiry"], value);
    facts.copy("affected_area", value.get("affected_area"));
    facts.copy("stowaways", value.get("stowaways"));
    facts.sequence("health_ports", rows(value, "ports_of_call"), "port");
    facts.into()
}
