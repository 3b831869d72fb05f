//! What a manifest says, line by line, and the consignments that its lines make: a line is goods of a bill, in a container or
//! not; a consignment is a bill, or a house bill under its master.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Mode;
use crate::{
    Fault, Severity, Text, Value,
    consignment::{Boxed, Told},
    formality::{CheckContext, Class, Field, Kind, read_list},
    reference::{air_waybill::air_waybill, container::container},
};

/// The field with the lines.
pub const LINES: &str = "lines";

/// Most lines of a manifest.
pub const MOST_LINES: usize = 5_000;

/// The fields of a manifest's content.
pub const FIELDS: &[Field] = &[Field::rows(LINES, LINE, MOST_LINES, "货物", "Goods").always().clear()];

/// A line.
pub const LINE: &[Field] = &[
    Field::code("master_bill", 35, "总提（运）单号", "Master bill or waybill").always().class(Class::Commercial),
    Field::code("house_bill", 35, "分提（运）单号", "House bill or waybill").class(Class::Commercial),
    Field::code("container", 15, "集装箱号", "Container").class(Class::Commercial).hint("ISO 6346", "ISO 6346"),
    Field::code("seal", 35, "封志号", "Seal").class(Class::Commercial),
    Field::count("packages", 99_999_999, "件数", "Packages").always(),
    Field::of("package_kind", Kind::PackageCode, "包装种类", "Kind of packages")
        .warn()
        .hint("UN/ECE 第 21 号建议书", "UN/ECE Recommendation 21"),
    Field::quantity("gross_weight", 3, "kg", "毛重", "Gross weight").always(),
    Field::quantity("measurement", 3, "m³", "体积", "Measurement"),
    Field::text("description", 512, "货物名称", "Description of goods").always().class(Class::Commercial),
    Field::code("hs_code", 13, "商品编码", "HS code").warn().class(Class::Commercial),
    Field::of("un_number", Kind::UnNumber, "危险货物联合国编号", "UN number of dangerous goods"),
    Field::of("port_of_loading", Kind::Locode, "装货港", "Port of loading").always(),
    Field::of("port_of_discharge", Kind::Locode, "卸货港", "Port of discharge").always(),
    Field::text("consignor", 256, "发货人", "Consignor").always().class(Class::Commercial),
    Field::text("consignee", 256, "收货人", "Consignee").always().class(Class::Commercial),
    Field::text("notify", 256, "通知人", "Notify party").class(Class::Commercial),
    Field::text("consignee_firm", 64, "收货企业代码", "Consignee’s code here").class(Class::Commercial).hint(
        "收货人在本口岸登记的，填其代码，其即可查看该票货物",
        "Where the consignee is known here: then it sees its goods",
    ),
];

/// The lines in their canonical form, and everything that is wrong with them. Locations are JSON Pointers into the value.
pub fn read(mode: Mode, value: Value, context: &CheckContext) -> (Value, Vec<Fault>) {
    let keys = &["master_bill", "house_bill", "container", "hs_code"];
    let (mut value, mut faults) = read_list(FIELDS, (LINES, LINE, keys), value, context);
    let rows = value.get(LINES).list().len();
    for nth in 0..rows {
        let at = |name: &str| format!("/{LINES}/{nth}/{name}");
        for name in ["container", "master_bill", "hs_code"] {
            let given = value.at(&at(name)).text().unwrap_or_default().to_owned();
            if given.is_empty() {
                continue;
            }
            let kept = match (name, mode) {
                ("container", _) => container(&given),
                ("master_bill", Mode::Air) => air_waybill(&given),
                ("hs_code", _) => is_commodity(&given).then_some(given.clone()),
                _ => Some(given.clone()),
            };
            match kept {
                Some(kept) => value.set(&at(name), kept.into()),
                None => faults.push(unfit(name, &at(name), nth + 1, &given)),
            }
        }
    }
    faults.extend(both_whole_and_in_parts(&value));
    (value, faults)
}

fn is_commodity(code: &str) -> bool {
    (4..=13).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn unfit(name: &str, at: &str, nth: usize, given: &str) -> Fault {
    let given: String = given.chars().take(40).collect();
    let (code, zh, en, remedy) = match name {
        "container" => (
            "PQ-MANIFEST-020",
            "不是集装箱号，或校验位不符",
            "no container number, or its check digit does not fit",
            Text::new(
                "请对照箱体：四个字母、六位数字和一位校验码。",
                "Compare it with the box: four letters, six digits, one check digit.",
            ),
        ),
        "master_bill" => (
            "PQ-MANIFEST-021",
            "不是航空运单号，或校验位不符",
            "no air waybill number, or its check digit does not fit",
            Text::new(
                "请对照主运单：三位航空公司代码、七位流水号、一位校验位。",
                "Compare it with the waybill: the airline’s three digits, seven of the serial, one check digit.",
            ),
        ),
        _ => (
            "PQ-MANIFEST-022",
            "商品编码应为 4 至 13 位数字",
            "a commodity code has 4 to 13 digits",
            Text::new("请核对商品编码。", "Check the code."),
        ),
    };
    let text = Text::new(format!("第 {nth} 行：{given}，{zh}。"), format!("Row {nth}: {given} is {en}."));
    Fault::new(Severity::Error, code, at, text, remedy)
}

/// A master bill with house bills is said by them: goods that also stand under the master alone would be counted twice.
fn both_whole_and_in_parts(value: &Value) -> Vec<Fault> {
    let rows = value.get(LINES).list();
    let text = |row: &Value, name: &str| row.get(name).text().unwrap_or_default().to_owned();
    let with_houses: BTreeSet<String> =
        rows.iter().filter(|row| !text(row, "house_bill").is_empty()).map(|row| text(row, "master_bill")).collect();
    let whole = rows.iter().enumerate().filter(|(_, row)| {
        let master = text(row, "master_bill");
        text(row, "house_bill").is_empty() && with_houses.contains(&master)
    });
    whole
        .map(|(nth, row)| {
            let master: String = text(row, "master_bill").chars().take(40).collect();
            Fault::new(
                Severity::Error,
                "PQ-MANIFEST-023",
                format!("/{LINES}/{nth}/house_bill"),
                Text::new(
                    format!("第 {} 行：总单 {master} 另有分单，其货物会重复计算。", nth + 1),
                    format!("Row {}: master {master} has house bills too; its goods would count twice.", nth + 1),
                ),
                Text::new(
                    "有分单的，全部按分单填写。",
                    "Where a master has house bills, give all of its goods under them.",
                ),
            )
        })
        .collect()
}

/// A consignment of a manifest: what its journal may say of it, and its lines whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What rules need of it; no person.
    pub told: Told,
    /// Its lines, as they were filed.
    pub lines: Vec<Value>,
}

/// The consignments that the lines of a checked manifest make, in the order of their bills.
pub fn consignments(value: &Value) -> Vec<Part> {
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    for row in value.get(LINES).list() {
        let text = |name: &str| row.get(name).text().unwrap_or_default().to_owned();
        let (master, house) = (text("master_bill"), text("house_bill"));
        let key = crate::consignment::bill(&master, &house);
        let part = parts.entry(key).or_insert_with(|| Part {
            told: Told {
                master,
                house,
                loading: text("port_of_loading"),
                discharge: text("port_of_discharge"),
                package_kind: text("package_kind"),
                ..Told::default()
            },
            lines: Vec::new(),
        });
        let packages = row.get("packages").integer().unwrap_or_default();
        let weight = row.get("gross_weight").number().unwrap_or_default();
        part.told.packages = part.told.packages.saturating_add(packages);
        part.told.weight = part.told.weight.checked_add(weight).unwrap_or(Decimal::MAX);
        let add = |set: &mut BTreeSet<String>, name: &str| set.extend(Some(text(name)).filter(|code| !code.is_empty()));
        add(&mut part.told.codes, "hs_code");
        add(&mut part.told.dangerous, "un_number");
        add(&mut part.told.firms, "consignee_firm");
        let number = text("container");
        if !number.is_empty() {
            let known = part.told.boxes.iter_mut().find(|of| of.number == number);
            match known {
                Some(of) => {
                    of.packages = of.packages.saturating_add(packages);
                    of.weight = of.weight.checked_add(weight).unwrap_or(Decimal::MAX);
                }
                None => part.told.boxes.push(Boxed { number, seal: text("seal"), packages, weight }),
            }
        }
        part.lines.push(row.clone());
    }
    parts.into_values().collect()
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};

    use super::*;

    fn line(master: &str, house: &str, boxed: &str, packages: i64) -> Value {
        Value::from([
            ("master_bill", master.into()),
            ("house_bill", house.into()),
            ("container", boxed.into()),
            ("packages", packages.into()),
            ("package_kind", "CT".into()),
            ("gross_weight", 100.into()),
            ("description", "Parts".into()),
            ("hs_code", "847130".into()),
            ("port_of_loading", "KRPUS".into()),
            ("port_of_discharge", "CNDAL".into()),
            ("consignor", "A".into()),
            ("consignee", "B".into()),
        ])
    }

    fn read_lines(mode: Mode, lines: Vec<Value>) -> (Value, Vec<String>) {
        let context = CheckContext { on: Timestamp::UNIX_EPOCH, zone: TimeZone::UTC };
        let (value, faults) = read(mode, Value::from([(LINES, Value::List(lines))]), &context);
        (value, faults.into_iter().filter(Fault::is_error).map(|fault| fault.code).collect())
    }

    #[test]
    fn lines_of_a_bill_make_one_consignment_with_its_boxes() {
        let lines = vec![
            line("M1", "", "CSQU3054383", 10),
            line("M1", "", "CSQU 305438-3", 5),
            line("M1", "", "TEXU3070079", 7),
            line("M2", "H1", "MSKU6011672", 1),
            line("M2", "H2", "MSKU6011672", 2),
        ];
        let (value, errors) = read_lines(Mode::Sea, lines);
        assert_eq!(errors, Vec::<String>::new());
        let parts = consignments(&value);
        let bills: Vec<_> = parts.iter().map(|part| (part.told.bill(), part.told.packages)).collect();
        assert_eq!(bills, [("M1".to_owned(), 22), ("M2/H1".to_owned(), 1), ("M2/H2".to_owned(), 2)]);
        let boxes: Vec<_> = parts[0].told.boxes.iter().map(|of| (of.number.as_str(), of.packages)).collect();
        assert_eq!(boxes, [("CSQU3054383", 15), ("TEXU3070079", 7)]);
        assert_eq!(parts[0].lines.len(), 3);
    }

    #[test]
    fn numbers_that_do_not_fit_and_goods_counted_twice_are_refused() {
        assert_eq!(read_lines(Mode::Sea, vec![line("M1", "", "CSQU3054380", 1)]).1, ["PQ-MANIFEST-020"]);
        assert_eq!(read_lines(Mode::Air, vec![line("784-12345670", "", "", 1)]).1, ["PQ-MANIFEST-021"]);
        let twice = vec![line("M1", "", "", 1), line("M1", "H1", "", 1)];
        assert_eq!(read_lines(Mode::Sea, twice).1, ["PQ-MANIFEST-023"]);
        let (value, errors) = read_lines(Mode::Air, vec![line("784 1234 5675", "H9", "", 1)]);
        assert_eq!(errors, Vec::<String>::new());
        assert_eq!(consignments(&value)[0].told.master, "784-12345675");
    }
}
