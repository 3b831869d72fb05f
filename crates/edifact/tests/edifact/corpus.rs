//! Every interchange of the corpus is read whole, alike by an independent reader, and survives being written anew.

use std::{fs, path::PathBuf};

use edifact::{FaultKind, Segments, Service, Severity, read, write};

#[test]
fn segments_are_those_of_an_independent_reader() {
    let mut compared = 0;
    for (name, bytes) in corpus() {
        let theirs: Result<Vec<_>, _> = edifact_rs::from_bytes(&bytes).collect();
        // The other reader refuses what this one tolerates (odd UNA, blanks before tags); what it reads, it must read alike.
        let Ok(theirs) = theirs else { continue };
        let ours: Vec<_> = Segments::new(&bytes).collect();
        let theirs: Vec<_> = theirs.iter().filter(|segment| segment.tag != "UNA").collect();
        assert_eq!(ours.len(), theirs.len(), "{name}: number of segments");
        for (our, their) in ours.iter().zip(&theirs) {
            assert_eq!(our.tag(), their.tag, "{name}");
            for (nth, element) in our.elements().enumerate() {
                for (mth, component) in element
                    .repetitions()
                    .next()
                    .into_iter()
                    .flat_map(|first| first.components().collect::<Vec<_>>())
                    .enumerate()
                {
                    let theirs = their.component_str(nth, mth).unwrap_or_default().replace(['\r', '\n'], "");
                    assert_eq!(
                        component.text(),
                        theirs,
                        "{name}: {} element {} component {}",
                        our.tag(),
                        nth + 1,
                        mth + 1
                    );
                }
            }
        }
        compared += 1;
    }
    assert!(compared == 0 || compared >= 10, "only {compared} files could be compared");
}

#[test]
fn envelopes_are_found_and_what_is_written_anew_is_without_count_faults() {
    for (name, bytes) in corpus() {
        let (interchange, _) = read(&bytes);
        assert!(interchange.header.is_some() && interchange.trailer.is_some(), "{name}: envelope");
        assert!(interchange.messages().all(|message| message.kind().len() == 6), "{name}: message type");
        let every: usize = interchange.messages().map(|message| message.segments.len()).sum();
        let outside = 2 + 2 * interchange.groups.iter().filter(|group| group.header.is_some()).count();
        assert_eq!(every + outside, Segments::new(&bytes).count(), "{name}: every segment has its place");

        let written = write(&interchange, &Service { repetition: Some(b'*'), ..Service::default() });
        let (again, faults) = read(&written);
        let counts = faults.iter().filter(|fault| matches!(fault.code(), Some(13 | 28 | 29)));
        assert_eq!(counts.count(), 0, "{name}: {faults:?}");
        let texts = |interchange: &edifact::Interchange<'_>| -> Vec<String> {
            let messages = interchange.messages().flat_map(|message| message.segments.clone());
            let inner = messages.filter(|segment| segment.tag() != "UNT");
            inner
                .flat_map(|segment| {
                    segment
                        .elements()
                        .flat_map(|element| {
                            element.components().map(|part| part.text().into_owned()).collect::<Vec<_>>()
                        })
                        .collect::<Vec<_>>()
                })
                .collect()
        };
        assert_eq!(texts(&interchange), texts(&again), "{name}: same texts");
    }
}

#[test]
fn files_that_are_wrong_on_purpose_are_told_apart_from_good_ones() {
    for (name, bytes) in corpus() {
        let (_, faults) = read(&bytes);
        let grave: Vec<_> = faults.iter().filter(|fault| fault.severity == Severity::Error).collect();
        let is_count = |fault: &&edifact::SyntaxFault| matches!(fault.kind, FaultKind::Count { .. });
        match name.as_str() {
            "PAXLST_D05B_wrapped_badcounts.edi" => {
                assert_eq!(grave.len(), 1, "{name}: {faults:?}");
                assert!(is_count(&grave[0]));
                assert_eq!(grave[0].place.to_string(), "UNH[1]/segment 25 UNT/element 1/component 1@570");
            }
            "PAXLST_D02B_5.edi" | "CUSCAR_D99B.edi" | "exampleMulti.edi" | "example_order_ok.edi" => {
                assert_eq!(grave, Vec::<&edifact::SyntaxFault>::new(), "{name}");
            }
            _ => {}
        }
    }
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/edifact");
    let Ok(entries) = fs::read_dir(&folder) else {
        #[expect(clippy::disallowed_methods, reason = "a missing corpus fails only where everything must be there")]
        let must = std::env::var("CI").is_ok();
        assert!(!must, "the corpus {} is missing", folder.display());
        eprintln!("SKIPPED: the corpus {} is missing", folder.display());
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<_> =
        paths.filter_map(|path| Some((path.file_name()?.to_str()?.to_owned(), fs::read(&path).ok()?))).collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus {} is empty", folder.display());
    files
}
