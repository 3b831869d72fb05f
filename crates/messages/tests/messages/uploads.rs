//! Files that are not what they say, or that mean harm.

use std::io::{Cursor, Write};

use messages::fal_workbook;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{faults, has, read};

#[test]
fn what_is_no_message_is_refused_by_kind() {
    for (bytes, code) in [
        (&b""[..], "PQ-UPLOAD-002"),
        (b"<html></html>", "PQ-UPLOAD-001"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "PQ-UPLOAD-007"),
        (b"PK\x03\x04 and then nothing", "PQ-UPLOAD-004"),
    ] {
        assert!(has(&read("list.xlsx", bytes), code, ""), "{code}");
    }
}

#[test]
fn bombs_are_refused_before_they_burst() {
    let zeros = vec![b' '; 150 * 1024 * 1024];
    let bomb = archive(&[("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(bomb.len() < 1024 * 1024);
    assert!(has(&read("", &bomb), "PQ-UPLOAD-003", ""));
    let inner = archive(&[("a", b"b")]);
    let text = "<a/>".repeat(20_000) + "<!DocType lolz [<!ENTITY lol \"lol\">]>";
    let many: Vec<(String, &[u8])> = (0..1100).map(|nth| (format!("{nth}.xml"), &b"<a/>"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    for (bytes, code) in [
        (archive(&[("xl/embeddings/oleObject1.bin", &inner)]), "PQ-UPLOAD-005"),
        (archive(&[("xl/workbook.xml", text.as_bytes())]), "PQ-UPLOAD-006"),
        (
            archive(&[(
                "xl/workbook.xml",
                "\u{FEFF}<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice(),
            )]),
            "PQ-UPLOAD-006",
        ),
        (archive(&many), "PQ-UPLOAD-003"),
        (archive(&[("xl/workbook.xml", b"<workbook/>")]), "PQ-UPLOAD-004"),
    ] {
        let reading = read("", &bytes);
        assert!(has(&reading, code, ""), "{code}: {:?}", faults(&reading));
        assert!(fal_workbook::mark(&bytes, &[]).is_err(), "{code}");
    }
}

#[test]
fn a_directory_that_lies_about_sizes_is_found_out() {
    let zeros = vec![b' '; 150 * 1024 * 1024];
    let mut bomb = archive(&[("xl/worksheets/sheet1.xml", &zeros)]);
    // The sizes in the local header and in the directory.
    let declared = (zeros.len() as u32).to_le_bytes();
    let places: Vec<_> = (0..bomb.len() - 4).filter(|&at| bomb[at..at + 4] == declared).collect();
    assert!(!places.is_empty());
    for at in places {
        bomb[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let codes: Vec<_> = faults(&read("", &bomb)).into_iter().map(|(code, _)| code).collect();
    assert!(codes == ["PQ-UPLOAD-003"] || codes == ["PQ-UPLOAD-004"], "{codes:?}");
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a name");
        archive.write_all(bytes).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}
