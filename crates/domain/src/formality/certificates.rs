//! Certificates that a ship carries, with their dates.

use std::collections::BTreeMap;

use super::{
    Spec,
    field::{Field, Kind},
    read::{Facts, rows},
};
use crate::{Text, Value};

/// Certificates to be carried, with their dates.
pub const SPEC: Spec = Spec {
    code: "certificates",
    zh: "船舶证书",
    en: "Ship's certificates",
    short: "证书",
    source: "FAL.2/Circ.131-MEPC.1/Circ.873-MSC.1/Circ.1586-LEG.2/Circ.3",
    fields: &[Field::rows("certificates", CERTIFICATES, 200, "证书", "Certificate").always().keyed(&[
        &["kind", "number"],
        &["kind", "name"],
        &["kind"],
    ])],
    facts,
    rules: |_| Vec::new(),
};

const CERTIFICATES: &[Field] = &[
    Field::choice("kind", KINDS, "种类", "Kind").always(),
    Field::text("name", 140, "名称", "Name").hint("种类为“其他”或“船级”时填写", "For other and class certificates"),
    Field::code("number", 35, "编号", "Number").warn(),
    Field::text("issuer", 140, "签发机构", "Issued by").warn(),
    Field::text("place", 140, "签发地点", "Place of issue"),
    Field::of("issued_on", Kind::Date, "签发日期", "Date of issue").warn().past(),
    Field::of("expiry", Kind::Date, "证书所载有效期至", "Printed expiry date")
        .coming()
        .hint("长期有效的不填", "Leave empty when it does not expire"),
    Field::of("effective_expiry", Kind::Date, "展期后有效期至", "Effective expiry date")
        .coming()
        .hint("按展期规定计算的日期", "With the extension that a rule or the issuer gives"),
    Field::text("extension_basis", 256, "展期依据", "Basis of the extension"),
];

const KINDS: &[(&str, &str, &str)] = &[
    ("registry", "国籍证书", "Registry"),
    ("tonnage", "国际吨位证书", "International tonnage"),
    ("load_line", "国际载重线证书", "International load line"),
    ("safety_construction", "货船构造安全证书", "Cargo ship safety construction"),
    ("safety_equipment", "货船设备安全证书", "Cargo ship safety equipment"),
    ("safety_radio", "货船无线电安全证书", "Cargo ship safety radio"),
    ("passenger_safety", "客船安全证书", "Passenger ship safety"),
    ("safety_management", "安全管理证书", "Safety management"),
    ("document_of_compliance", "公司符合证明", "Company's document of compliance"),
    ("ship_security", "国际船舶保安证书", "International ship security"),
    ("oil_pollution", "防止油污证书", "Oil pollution prevention"),
    ("sewage_pollution", "防止生活污水污染证书", "Sewage pollution prevention"),
    ("air_pollution", "防止空气污染证书", "Air pollution prevention"),
    ("noxious_liquids", "防止散装有毒液体物质污染证书", "Pollution prevention for noxious liquid substances"),
    ("energy_efficiency", "国际能效证书", "International energy efficiency"),
    ("ballast_water", "压载水管理证书", "Ballast water management"),
    ("anti_fouling", "防污底系统证书", "Anti-fouling system"),
    ("sanitation", "船舶卫生控制或免予控制证书", "Ship sanitation control or exemption"),
    ("minimum_safe_manning", "最低安全配员证书", "Minimum safe manning"),
    ("bunker_liability", "燃油污染民事责任证书", "Civil liability, bunker oil"),
    ("oil_liability", "油污损害民事责任证书", "Civil liability, oil"),
    ("wreck_liability", "残骸清除责任证书", "Liability for the removal of wrecks"),
    ("dangerous_goods", "危险货物运输符合证明", "Document of compliance, dangerous goods"),
    ("maritime_labour", "海事劳工证书", "Maritime labour"),
    ("class", "船级证书", "Class"),
    ("other", "其他", "Other"),
];

/// The name of a kind of certificate.
pub fn certificate_kind(code: &str) -> Option<Text> {
    KINDS.iter().find(|(of, ..)| *of == code).map(|(_, zh, en)| Text::new(*zh, *en))
}

/// The expiry that counts of each kind: of two certificates of one kind, the one that ends first.
fn facts(value: &Value) -> Value {
    let mut expiries: BTreeMap<String, Value> = BTreeMap::new();
    for row in rows(value, "certificates") {
        let effective = row.get("effective_expiry");
        let expiry = if effective.is_empty() { row.get("expiry") } else { effective };
        let (Some(kind), Some(day)) = (row.get("kind").text(), expiry.text()) else { continue };
        let sooner = expiries.get(kind).and_then(Value::text).is_none_or(|known| day < known);
        if sooner {
            expiries.insert(kind.to_owned(), expiry.clone());
        }
    }
    let mut facts = Facts::default();
    facts.column("certificates_held", rows(value, "certificates"), "kind");
    let sanitation = rows(value, "certificates").iter().filter(|row| row.get("kind").text() == Some("sanitation"));
    let issued = sanitation.map(|row| row.get("issued_on")).filter(|day| !day.is_empty());
    facts.copy("sanitation_issued_on", issued.max_by_key(|day| day.text()).unwrap_or(&Value::Null));
    facts.copy("sanitation_expiry", expiries.get("sanitation").unwrap_or(&Value::Null));
    facts.copy("security_certificate_expiry", expiries.get("ship_security").unwrap_or(&Value::Null));
    facts.copy("certificate_expiries", &Value::Map(expiries));
    facts.into()
}
