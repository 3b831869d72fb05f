//! Chance: documents of the model in every shape come through; broken ones do no harm and lose nothing.

use std::fs;

use domain::declaration::model::{Class, Document, Member, Shape, Written};
use messages::wco::{self, Message};
use proptest::{prelude::*, test_runner::TestRng};

use super::{canonical::canonical, read, scenarios};

/// A document with values of chance in every member that chance takes.
fn filled(root: &str, rng: &mut TestRng) -> Document {
    let mut document = Document::named(root).unwrap();
    fill(document.class_mut(), rng, 0);
    document
}

fn fill(class: &mut dyn Class, rng: &mut TestRng, depth: u32) {
    for (nth, member) in class.kind().members.iter().enumerate() {
        if member.format.shape == Shape::Class {
            // The deeper, the rarer: a notice may hold a declaration.
            let times = if rng.random_ratio(1, 1 + depth) { rng.random_range(1..=2) } else { 0 };
            for _ in 0..times {
                let Some(inner) = class.slot_mut(nth).open() else { break };
                fill(inner, rng, depth + 1);
            }
        } else if member.format.needed || rng.random_ratio(2, 3) {
            class.slot_mut(nth).put(&value(member, rng)).unwrap();
        }
    }
}

fn value(member: &Member, rng: &mut TestRng) -> Written<'static> {
    let number = |rng: &mut TestRng| format!("{}.{:02}", rng.random_range(0..100_000), rng.random_range(0..100));
    let (text, qualifier) = match member.format.shape {
        Shape::Amount => (number(rng), rng.random_bool(0.8).then(|| "CNY".to_owned())),
        Shape::Quantity | Shape::Measure => (number(rng), rng.random_bool(0.5).then(|| "KGM".to_owned())),
        Shape::Numeric => (rng.random_range(0..99_999).to_string(), None),
        Shape::Moment if rng.random_bool(0.5) => ("20260131".to_owned(), Some("102".to_owned())),
        Shape::Moment => (format!("202601310930{:02}+08", rng.random_range(0..60)), Some("304".to_owned())),
        _ => {
            let letters = ["A", "9", "z", "<&>\"'", "港", " a", "\u{1F6A2}", "]]>"];
            let text: String =
                (0..rng.random_range(0..6)).map(|_| letters[rng.random_range(0..letters.len())]).collect();
            (text.trim().to_owned(), None)
        }
    };
    Written { text: text.into(), qualifier: qualifier.map(Into::into) }
}

/// A document, broken by chance.
fn broken(text: &str, rng: &mut TestRng) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let tags: Vec<usize> = text.match_indices('<').map(|(at, _)| at).collect();
    for _ in 0..rng.random_range(1..4) {
        let at = rng.random_range(0..bytes.len());
        match rng.random_range(0..6) {
            0 => bytes[at] = rng.random_range(0..=255),
            1 => bytes.truncate(at.max(1)),
            2 => drop(bytes.splice(at..at, b"<x a='&lt;'>t</x>".iter().copied())),
            3 => drop(bytes.splice(at..at, b"&#x10FFFF;<![CDATA[<]]>".iter().copied())),
            _ => {
                let (from, to) = (tags[rng.random_range(0..tags.len())], tags[rng.random_range(0..tags.len())]);
                let (from, to) = (from.min(to).min(bytes.len()), from.max(to).min(bytes.len()));
                let part = bytes[from..to].to_vec();
                if rng.random_bool(0.5) {
                    bytes.drain(from..to);
                } else {
                    drop(bytes.splice(from..from, part));
                }
                if bytes.is_empty() {
                    return bytes;
                }
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn documents_of_every_shape_come_through(seed in any::<[u8; 32]>()) {
        let mut rng = TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &seed);
        for root in Document::ROOTS {
            let document = filled(root, &mut rng);
            let text = wco::write(&Message::new(document.clone()));
            let (message, _) = read(&text);
            prop_assert!(message.is_plain(), "{text}");
            prop_assert_eq!(message.content.as_ref().unwrap(), &document);
            prop_assert_eq!(canonical(&wco::write(&message)), canonical(&text));
        }
    }

    #[test]
    fn what_is_broken_does_no_harm_and_loses_nothing(seed in any::<[u8; 32]>()) {
        let mut rng = TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &seed);
        let root = Document::ROOTS[rng.random_range(0..Document::ROOTS.len())];
        let bytes = broken(&wco::write(&Message::new(filled(root, &mut rng))), &mut rng);
        let (message, faults) = wco::read(&bytes);
        let written = wco::write(&message);
        if message.content.is_none() && !written.contains("?>\n<") {
            prop_assert!(!faults.is_empty());
        } else {
            // What was written is whole, says the same, and is written the same again.
            let (again, told) = read(&written);
            prop_assert!(told.iter().all(|fault| !fault.code.starts_with("PQ-XML")), "{told:?}\n{written}");
            prop_assert_eq!(&again.content, &message.content);
            prop_assert_eq!(wco::write(&again), written.clone());
        }
        if faults.iter().all(|fault| !fault.code.starts_with("PQ-XML")) {
            prop_assert_eq!(canonical(&written), canonical(&String::from_utf8_lossy(&bytes)));
        }
    }
}

#[test]
fn documents_of_the_corpus_are_broken_by_chance() {
    let Some(files) = scenarios() else { return };
    let mut rng = TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    for path in files.iter().step_by(3) {
        let text = fs::read_to_string(path).unwrap();
        let bytes = broken(&text, &mut rng);
        let (message, faults) = wco::read(&bytes);
        if faults.iter().all(|fault| !fault.code.starts_with("PQ-XML")) {
            let whole = canonical(&String::from_utf8_lossy(&bytes));
            assert_eq!(canonical(&wco::write(&message)), whole, "{}", path.display());
        }
    }
}
