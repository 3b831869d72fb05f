//! A change of a price that the port group has drafted and proposed, and that waits for the port office.

use std::collections::BTreeMap;

use domain::ship_call::Party;
use office::{Actor, Drafted, Error, Office, Role, TableAct};
use rules::{add_row, close_row};

/// The table, its row that ends, and the one that follows.
const PRICES: &str = "tariff-cargo-dues";
const OLD: &str = "dues-import-20";
const NEW: &str = "dues-import-20-next";

/// Drafts and proposes it, from a month hence.
pub async fn make(office: &Office) -> Result<(), Error> {
    let group = Actor {
        person: "portgroup".to_owned(),
        name: "portgroup".to_owned(),
        party: Party::Organ("port_group".to_owned()),
        role: Role::Operator,
        language: "zh".to_owned(),
        on_behalf: None,
    };
    let found = office.table(&group, PRICES).await?;
    let source = &found.line.table.source;
    let Some(row) = source.rows.iter().find(|row| row.id == OLD) else { return Ok(()) };
    let day = office.today();
    let day = day.checked_add(jiff::Span::new().months(1)).unwrap_or(day);
    let inputs = source.inputs.iter().map(|of| of.name.clone()).zip(row.tests.clone());
    let outputs = source.outputs.iter().map(|of| format!("-> {}", of.name)).zip(row.outputs.clone());
    let mut cells: BTreeMap<String, String> = inputs.chain(outputs).collect();
    for (heading, cell) in [
        ("row", NEW),
        ("-> rate", "36"),
        ("-> sample", "true"),
        ("from", &day.to_string()),
        ("law", "示例价目 Sample price list (sample)"),
        ("reason zh", "进口20英尺箱货物港务费，示例价"),
        ("reason en", "cargo dues of an import box of 20 feet, sample price"),
    ] {
        cells.insert(heading.to_owned(), cell.to_owned());
    }
    let text = close_row(&found.text, OLD, day).and_then(|text| add_row(&text, &cells)).unwrap_or(found.text);
    let drafted = Drafted {
        text,
        valid_from: Some(day),
        words: "示例：下月调价 / sample: a price from next month".to_owned(),
        ..Drafted::default()
    };
    let id = office.draft_table(&group, PRICES, &drafted).await?;
    office.act_on_table(&group, id, 1, TableAct::Propose, "").await
}
