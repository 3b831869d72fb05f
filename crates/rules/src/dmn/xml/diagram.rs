//! A plain diagram, so that editors that draw what a file places have something to draw: each element above what it
//! requires.

use std::collections::BTreeMap;

use super::elements::{Ids, Writer};
use crate::dmn::model::Model;

/// Width, height, and the space between, in the units of diagrams.
const BOX: (usize, usize, usize) = (180, 60, 60);

/// Writes the places of data, knowledge and decisions.
pub(super) fn write(model: &Model, ids: &Ids<'_>, out: &mut Writer) {
    let requires = (model.decisions.iter().map(|of| (of.name.as_str(), &of.requires)))
        .chain(model.knowledge.iter().map(|of| (of.name.as_str(), &of.requires)));
    let requires: BTreeMap<&str, &Vec<String>> = requires.collect();
    let names: Vec<&str> = (model.decisions.iter().map(|of| of.name.as_str()))
        .chain(model.knowledge.iter().map(|of| of.name.as_str()))
        .chain(model.data.iter().map(|of| of.name.as_str()))
        .collect();
    let mut levels: BTreeMap<&str, usize> = names.iter().map(|name| (*name, 0)).collect();
    // Longest ways by repeated lifting; a circle stops it after as many rounds as there are elements.
    for _ in 0..names.len().min(50) {
        let mut still = true;
        for (name, required) in &requires {
            let above =
                required.iter().filter_map(|other| levels.get(other.as_str())).max().map_or(0, |level| level + 1);
            if levels.get(name).is_some_and(|level| *level < above) {
                levels.insert(name, above);
                still = false;
            }
        }
        if still {
            break;
        }
    }
    let highest = levels.values().copied().max().unwrap_or(0);
    let mut used: BTreeMap<usize, usize> = BTreeMap::new();
    out.open("dmndi:DMNDI", &[]);
    out.open("dmndi:DMNDiagram", &[]);
    for name in names {
        let level = levels.get(name).copied().unwrap_or(0);
        let place = used.entry(level).or_default();
        let (width, height, space) = BOX;
        let (x, y) = (space + *place * (width + space), space + (highest - level) * (height + space));
        *place += 1;
        out.open("dmndi:DMNShape", &[("dmnElementRef", &ids.get(name))]);
        out.empty(
            "dc:Bounds",
            &[
                ("height", &height.to_string()),
                ("width", &width.to_string()),
                ("x", &x.to_string()),
                ("y", &y.to_string()),
            ],
        );
        out.close("dmndi:DMNShape");
    }
    out.close("dmndi:DMNDiagram");
    out.close("dmndi:DMNDI");
}
