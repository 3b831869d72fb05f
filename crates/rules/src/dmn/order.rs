//! Requirements in an order, and circles among them.

use std::collections::{BTreeMap, BTreeSet};

use super::{model::Model, program::Node};
use crate::Finding;

/// Each node after what it requires. What goes in a circle is told and left out.
pub(super) fn order(model: &Model, nodes: &BTreeMap<String, Node>, findings: &mut Vec<Finding>) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    let services: BTreeMap<&str, &Vec<String>> =
        model.services.iter().map(|service| (service.name.as_str(), &service.gives)).collect();
    let mut left: Vec<&String> = nodes.keys().collect();
    // As long as something can be placed; models are small, and this needs no deep recursion.
    loop {
        let before = left.len();
        left.retain(|name| {
            let waits = |required: &String| {
                let inner =
                    services.get(required.as_str()).map_or(std::slice::from_ref(required), |gives| gives.as_slice());
                inner.iter().any(|required| nodes.contains_key(required) && !placed.contains(required.as_str()))
            };
            let ready = nodes.get(*name).is_some_and(|node| !node.requires.iter().any(waits));
            if ready {
                placed.insert(name);
                order.push((*name).clone());
            }
            !ready
        });
        if left.is_empty() {
            return order;
        }
        if left.len() == before {
            break;
        }
    }
    let lines = (model.decisions.iter().map(|of| (&of.name, of.line)))
        .chain(model.knowledge.iter().map(|of| (&of.name, of.line)));
    let lines: BTreeMap<&String, usize> = lines.collect();
    for name in left {
        let way = circle(name, nodes);
        let (zh, en) = match &way {
            Some(way) => (format!("需求形成循环：{way}"), format!("the requirements go in a circle: {way}")),
            None => ("其需求形成循环，无法求值".to_owned(), "it waits for requirements that go in a circle".to_owned()),
        };
        let line = lines.get(name).copied().unwrap_or(0);
        findings.push(Finding::error(line, "PQ-RULES-CIRCLE", zh, en).of(name));
    }
    order
}

/// The way from a node back to itself, where there is one.
fn circle(start: &str, nodes: &BTreeMap<String, Node>) -> Option<String> {
    let mut from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = vec![start];
    while let Some(here) = open.pop() {
        let (name, node) = nodes.get_key_value(here)?;
        for required in &node.requires {
            if required == start {
                let mut way = vec![start, name];
                let mut back = name.as_str();
                while let Some(before) = from.get(back) {
                    way.push(before);
                    back = before;
                }
                way.dedup();
                way.reverse();
                return Some(way.join(" → "));
            }
            if nodes.contains_key(required) && required != here && !from.contains_key(required.as_str()) {
                from.insert(required, name);
                open.push(required);
            }
        }
    }
    None
}
