//! Folding a manifest's journal: total and blind.

use super::{Content, Entry, Manifest, Record};

pub(super) fn apply(manifest: &mut Manifest, record: &Record) {
    manifest.version += 1;
    manifest.updated_at = record.at;
    let content = match &record.entry {
        Entry::Filed { new, .. } => Some(&new.content),
        Entry::Amended { content } | Entry::AmendmentAsked { content } => Some(content),
        _ => None,
    };
    manifest.last_serial = content.map_or(0, last_serial).max(manifest.last_serial);
    match &record.entry {
        Entry::Filed { new, units, limits } => {
            manifest.opened_at = record.at;
            manifest.edition = 1;
            manifest.content = new.content.clone();
            manifest.filed = (**new).clone();
            manifest.units = units.clone();
            manifest.limits.clone_from(limits);
            manifest.late = limits.iter().any(|limit| limit.name == "file" && limit.due < record.at);
        }
        Entry::Amended { content } => {
            manifest.edition += 1;
            manifest.content = content.clone();
        }
        Entry::AmendmentAsked { content } => manifest.asked = Some((record.at, content.clone())),
        Entry::AmendmentDecided { granted, words } => {
            let asked = manifest.asked.take();
            manifest.ruled = Some((*granted, words.clone()));
            if let Some((_, content)) = asked.filter(|_| *granted) {
                manifest.edition += 1;
                manifest.content = content;
            }
        }
        Entry::Arrived { bills } => manifest.arrived.extend(bills.iter().cloned()),
        Entry::Retimed { times, limits } => {
            manifest.filed.times.clone_from(times);
            manifest.limits.clone_from(limits);
            // Who filed in time is not late because the ship comes earlier.
            let late = limits.iter().any(|limit| limit.name == "file" && limit.due < manifest.opened_at);
            manifest.late = manifest.late && late;
        }
        Entry::Withdrawn => manifest.withdrawn_at = Some(record.at),
    }
}

/// The highest serial among the numbers of an edition's consignments.
fn last_serial(content: &Content) -> u32 {
    let serial = |number: &String| number.rsplit_once('-').and_then(|(_, serial)| serial.parse().ok());
    content.bills.values().filter_map(serial).max().unwrap_or_default()
}
