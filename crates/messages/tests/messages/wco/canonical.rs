//! A document as a list of its elements: names with namespaces, attributes, words. Prefixes, comments, blank space and places of
//! schemas are left out. Written apart from what is tried here.

use quick_xml::{NsReader, events::Event, name::ResolveResult};

/// The elements of a document; what stands before a fault of syntax.
pub fn canonical(text: &str) -> Vec<String> {
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{FEFF}'));
    reader.config_mut().expand_empty_elements = true;
    let (mut all, mut words) = (Vec::new(), String::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                flush(&mut words, &mut all);
                let (space, local) = reader.resolve_element(start.name());
                let mut attributes = Vec::new();
                for attribute in start.attributes().flatten() {
                    let (space, local) = reader.resolve_attribute(attribute.key);
                    let name = format!("{}{}", named(&space), String::from_utf8_lossy(local.as_ref()));
                    if attribute.key.as_namespace_binding().is_none() && !name.ends_with("}schemaLocation") {
                        let value = String::from_utf8_lossy(&attribute.value).replace(['\n', '\t'], " ");
                        let value = quick_xml::escape::unescape(&value).unwrap_or_default().into_owned();
                        attributes.push(format!("{name}={value:?}"));
                    }
                }
                attributes.sort();
                let name = String::from_utf8_lossy(local.as_ref()).into_owned();
                all.push(format!("<{}{name} {}", named(&space), attributes.join(" ")));
            }
            Ok(Event::End(_)) => {
                flush(&mut words, &mut all);
                all.push(">".to_owned());
            }
            Ok(Event::Text(text)) => words.push_str(&text.xml_content().unwrap()),
            Ok(Event::CData(text)) => words.push_str(&text.xml_content().unwrap()),
            Ok(Event::GeneralRef(reference)) => {
                let name = String::from_utf8_lossy(&reference).into_owned();
                match reference.resolve_char_ref() {
                    Ok(Some(letter)) => words.push(letter),
                    _ => words.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap_or("?")),
                }
            }
            Ok(Event::Eof) | Err(_) => return all,
            Ok(_) => {}
        }
    }
}

fn named(space: &ResolveResult<'_>) -> String {
    match space {
        ResolveResult::Bound(space) => {
            let name = String::from_utf8_lossy(space.as_ref()).into_owned();
            format!("{{{}}}", quick_xml::escape::unescape(&name).unwrap_or_default())
        }
        _ => String::new(),
    }
}

fn flush(words: &mut String, all: &mut Vec<String>) {
    let plain = words.trim();
    if !plain.is_empty() {
        all.push(plain.to_owned());
    }
    words.clear();
}
