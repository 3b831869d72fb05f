//! What is written is read again; no bytes make the reader panic.

use edifact::{Service, Writer, read};
use proptest::prelude::*;

fn component() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[A-Za-z0-9 +:?'*.,é中\r\n]{0,12}").expect("a valid pattern")
}

fn segments() -> impl Strategy<Value = Vec<Vec<Vec<String>>>> {
    let element = proptest::collection::vec(component(), 1..4);
    proptest::collection::vec(proptest::collection::vec(element, 1..5), 0..8)
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(segments in segments(), repetition in proptest::option::of(Just(b'*')), grouped: bool) {
        let mut writer = Writer::new(Service { repetition, ..Service::default() });
        writer.interchange(&[&["UNOY", "4"], &["A"], &["B"], &["20260101", "1200"], &["7?'+"]]);
        if grouped {
            writer.group(&[&["PAXLST"], &["A"], &["B"], &["260101", "1200"], &["G:1"]]);
        }
        writer.message("M+1", &["PAXLST", "D", "05B", "UN"]);
        writer.segment("BGM", &[&["745"]]);
        for segment in &segments {
            let parts: Vec<Vec<&str>> = segment.iter().map(|element| element.iter().map(String::as_str).collect()).collect();
            writer.segment("FTX", &parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }
        let bytes = writer.finish();
        let (interchange, faults) = read(&bytes);
        prop_assert_eq!(faults, vec![]);
        let message = interchange.messages().next().expect("the message");
        prop_assert_eq!(message.segments.len(), segments.len() + 3);
        for (sent, got) in segments.iter().zip(&message.segments[2..]) {
            for (nth, element) in sent.iter().enumerate() {
                for (mth, text) in element.iter().enumerate() {
                    prop_assert_eq!(&got.element(nth + 1).component(mth + 1).text(), text);
                }
            }
        }
        prop_assert_eq!(edifact::write(&interchange, &interchange.service), bytes);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        exercise(&bytes);
    }

    #[test]
    fn no_service_segments_make_the_reader_panic(
        parts in proptest::collection::vec(prop_oneof![
            Just("UNA:+.? '"), Just("UNB+UNOA:1"), Just("UNB+"), Just("UNG"), Just("UNH+1"), Just("UNT+"), Just("UNE"),
            Just("UNZ"), Just("'"), Just("+"), Just(":"), Just("?"), Just("\n"), Just("LOC"), Just("é"), Just("\0"),
        ], 0..60),
    ) {
        exercise(parts.concat().as_bytes());
    }
}

fn exercise(bytes: &[u8]) {
    let (interchange, faults) = read(bytes);
    assert!(bytes.len() > 60 || interchange.trailer.is_some() || !faults.is_empty());
    for fault in &faults {
        assert!(fault.place.byte <= bytes.len());
    }
    edifact::write(&interchange, &Service::default());
}
