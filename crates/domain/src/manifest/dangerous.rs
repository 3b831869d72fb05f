//! Dangerous goods, said twice: in the manifest, and in the ship's FAL 7 with where they are stowed. What one says and the other does
//! not is worth knowing, and no reason to refuse either.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Value, reference::container::container};

/// Dangerous goods by UN number and container; without a container it is empty.
pub type Carried = BTreeSet<(String, String)>;

/// An item of FAL 7.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stowed {
    /// UN number.
    pub un_number: String,
    /// Container; empty where none is named.
    pub container: String,
    /// Where on board; empty where it is not said.
    pub position: String,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// `manifest_only`, `fal7_only`, `not_stowed` or `same_place`.
    pub kind: &'static str,
    /// UN number; of goods in one place, the first.
    pub un_number: String,
    /// Container; empty where none is named.
    pub container: String,
}

/// The dangerous goods of a manifest's lines.
pub fn carried<'a>(lines: impl IntoIterator<Item = &'a Value>) -> Carried {
    let pair = |line: &Value| {
        let number = plain(line.get("un_number").text()?);
        (!number.is_empty()).then(|| (number, boxed(line.get("container").text().unwrap_or_default())))
    };
    lines.into_iter().filter_map(pair).collect()
}

/// The items of FAL 7, as it was filed.
pub fn stowed(fal7: &Value) -> Vec<Stowed> {
    let text = |item: &Value, name: &str| item.get(name).text().unwrap_or_default().trim().to_owned();
    let item = |item: &Value| Stowed {
        un_number: plain(&text(item, "un_number")),
        container: boxed(&text(item, "container")),
        position: text(item, "stowage_position"),
    };
    fal7.get("items").list().iter().map(item).collect()
}

/// What the manifest and FAL 7 say differently. Where one names no container, any container with this number will do.
pub fn differences(manifest: &Carried, fal7: &[Stowed]) -> Vec<Difference> {
    let said: Carried = fal7.iter().map(|of| (of.un_number.clone(), of.container.clone())).collect();
    let fits = |(number, container): &(String, String), others: &Carried| {
        let same =
            |of: &&(String, String)| of.0 == *number && (of.1 == *container || of.1.is_empty() || container.is_empty());
        others.iter().any(|of| same(&of))
    };
    let of = |kind, (un_number, container): &(String, String)| Difference {
        kind,
        un_number: un_number.clone(),
        container: container.clone(),
    };
    let mut found: Vec<Difference> =
        manifest.iter().filter(|of| !fits(of, &said)).map(|pair| of("manifest_only", pair)).collect();
    found.extend(said.iter().filter(|of| !fits(of, manifest)).map(|pair| of("fal7_only", pair)));
    let unstowed = fal7.iter().filter(|of| of.position.is_empty());
    found.extend(unstowed.map(|item| of("not_stowed", &(item.un_number.clone(), item.container.clone()))));
    // Two containers in one place: one of them is somewhere else.
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for item in fal7.iter().filter(|of| !of.position.is_empty() && !of.container.is_empty()) {
        let there = places.entry(&item.position).or_default();
        there.insert(&item.container);
        if there.len() > 1 && !found.iter().any(|known| known.kind == "same_place" && known.container == item.container)
        {
            found.push(of("same_place", &(item.un_number.clone(), item.container.clone())));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// A UN number without the letters before it.
fn plain(number: &str) -> String {
    number.trim_start_matches(|sign: char| !sign.is_ascii_digit()).to_owned()
}

/// A container as it is compared: FAL 7 also names vehicles, which have no check digit.
fn boxed(number: &str) -> String {
    container(number).unwrap_or_else(|| number.trim().to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(number: &str, container: &str, position: &str) -> Value {
        Value::from([
            ("un_number", number.into()),
            ("container", container.into()),
            ("stowage_position", position.into()),
        ])
    }

    #[test]
    fn what_one_says_and_the_other_does_not_is_found() {
        let lines = [item("UN1203", "CSQU3054383", ""), item("1950", "TEXU3070079", ""), item("3480", "", "")];
        let fal7 = Value::from([(
            "items",
            Value::List(vec![
                item("1203", "CSQU 305438-3", "010282"),
                item("1950", "MSKU6011672", "010284"),
                item("3480", "MSKU6011672", "010284"),
                item("1263", "", ""),
                item("1090", "TRUCK 1", "010282"),
            ]),
        )]);
        let found = differences(&carried(&lines), &stowed(&fal7));
        let told: Vec<_> = found.iter().map(|of| (of.kind, of.un_number.as_str(), of.container.as_str())).collect();
        assert_eq!(
            told,
            [
                ("fal7_only", "1090", "TRUCK 1"),
                ("fal7_only", "1263", ""),
                ("fal7_only", "1950", "MSKU6011672"),
                ("manifest_only", "1950", "TEXU3070079"),
                ("not_stowed", "1263", ""),
                ("same_place", "1090", "TRUCK 1"),
            ]
        );
    }
}
