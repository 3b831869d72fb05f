//! What a workbook must fulfil before anything reads it: bounded sizes, no archives inside, no entity declarations.

use std::io::{Cursor, Read};

use domain::Fault;
use zip::{CompressionMethod, ZipArchive};

use crate::words;

/// Longest file in bytes.
const MAX_FILE: usize = 20 * 1024 * 1024;
/// Most entries; a workbook of five sheets has about thirty.
const MAX_ENTRIES: usize = 1000;
/// Most bytes of all entries together once inflated.
const MAX_INFLATED: u64 = 128 * 1024 * 1024;

/// Refuses archives that are too large, declared or in truth, nested, encrypted or that declare XML entities.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Box<Fault>> {
    too_large(bytes.len() as u64, MAX_FILE as u64)?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error.to_string()))?;
    if archive.len() > MAX_ENTRIES {
        let [found, limit] = [archive.len(), MAX_ENTRIES].map(|count| format!("{count} entries"));
        return Err(Box::new(words::UPLOAD_TOO_LARGE.at("", &[&found, &limit])));
    }
    let mut declared = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| broken(&error.to_string()))?;
        declared = declared.saturating_add(entry.size());
        if entry.encrypted() || !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated)
        {
            return Err(broken(&format!("entry {index}")));
        }
    }
    too_large(declared, MAX_INFLATED)?;
    // What the directory says may be a lie, so that everything is inflated once, piece by piece.
    let mut inflated = 0_u64;
    for index in 0..archive.len() {
        inflated += check_entry(&mut archive, index, MAX_INFLATED - inflated)?;
    }
    Ok(())
}

fn check_entry(archive: &mut ZipArchive<Cursor<&[u8]>>, index: usize, left: u64) -> Result<u64, Box<Fault>> {
    let entry = archive.by_index(index).map_err(|error| broken(&error.to_string()))?;
    let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
    let lower = name.to_lowercase();
    let is_xml = [".xml", ".rels", ".vml"].iter().any(|ending| lower.ends_with(ending));
    let mut entry = entry.take(left + 1);
    let mut piece = vec![0_u8; 64 * 1024];
    let (mut total, mut kept) = (0_u64, 0);
    loop {
        // The end of the last piece stays in front, so that a word across two pieces is seen.
        let count = entry.read(&mut piece[kept..]).map_err(|error| broken(&error.to_string()))?;
        if count == 0 {
            return Ok(total);
        }
        let seen = &piece[..kept + count];
        if total == 0 && (seen.starts_with(b"PK\x03\x04") || lower.ends_with(".zip")) {
            return Err(Box::new(words::UPLOAD_NESTED.at("", &[&name])));
        }
        if is_xml && declares_entities(seen, total == 0) {
            return Err(Box::new(words::UPLOAD_DOCTYPE.at("", &[&name])));
        }
        total += count as u64;
        too_large(total, left)?;
        let tail = seen.len().min(16);
        let from = seen.len() - tail;
        piece.copy_within(from..from + tail, 0);
        kept = tail;
    }
}

/// Anything but UTF-8 could hide a declaration, and no spreadsheet program writes it.
fn declares_entities(seen: &[u8], beginning: bool) -> bool {
    let wide = beginning && (seen.starts_with(b"\xFF\xFE") || seen.starts_with(b"\xFE\xFF") || seen.contains(&0));
    let has = |word: &[u8]| seen.windows(word.len()).any(|here| here.eq_ignore_ascii_case(word));
    wide || (seen.contains(&b'!') && (has(b"<!DOCTYPE") || has(b"<!ENTITY")))
}

fn too_large(found: u64, limit: u64) -> Result<(), Box<Fault>> {
    if found <= limit {
        return Ok(());
    }
    let [found, limit] = [found, limit].map(|bytes| format!("{} KB", bytes / 1024));
    Err(Box::new(words::UPLOAD_TOO_LARGE.at("", &[&found, &limit])))
}

pub(crate) fn broken(why: &str) -> Box<Fault> {
    Box::new(words::UPLOAD_BROKEN.at("", &[why]))
}
