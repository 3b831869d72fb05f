//! JSON: `{"formality": "crew_list", "members": […]}`, a list of such, or `{"crew_list": {…}, "ships_stores": {…}}`.

use domain::{Value, formality::Formality};
use serde_json::error::Category;

use crate::{MessageKind, Reading, words};

/// Longest JSON in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Deepest nesting, which the parser itself enforces.
const MAX_DEPTH: usize = 128;

/// Reads documents from JSON; faults have a JSON Pointer as their place.
pub fn read(bytes: &[u8]) -> Reading {
    let mut reading = Reading { kind: MessageKind::Json, ..Reading::default() };
    if bytes.len() > MAX_BYTES {
        let sizes = [format!("{} B", bytes.len()), format!("{MAX_BYTES} B")];
        reading.faults.push(words::UPLOAD_TOO_LARGE.at("", &[&sizes[0], &sizes[1]]));
        return reading;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let parsed: Result<Value, _> = serde_path_to_error::deserialize(&mut parser);
    let value = match parsed {
        Ok(value) => match parser.end() {
            Ok(()) => value,
            Err(error) => return refused(reading, "", &error),
        },
        Err(error) => return refused(reading, &pointer(error.path()), error.inner()),
    };
    match &value {
        Value::List(list) => {
            for (nth, one) in list.iter().enumerate() {
                documents(one, &format!("/{nth}"), &mut reading);
            }
            if list.is_empty() {
                reading.faults.push(words::JSON_SHAPE.at("", &[]));
            }
        }
        one => documents(one, "", &mut reading),
    }
    reading
}

fn documents(value: &Value, at: &str, reading: &mut Reading) {
    let Value::Map(map) = value else { return reading.faults.push(words::JSON_SHAPE.at(at, &[])) };
    if let Some(code) = map.get("formality") {
        let Some(code) = code.text().filter(|code| is_code(code)) else {
            return reading.faults.push(words::JSON_SHAPE.at(format!("{at}/formality"), &[]));
        };
        let mut rest = map.clone();
        rest.remove("formality");
        return put(reading, code, Value::Map(rest), at);
    }
    if map.is_empty() {
        reading.faults.push(words::JSON_SHAPE.at(at, &[]));
    }
    for (code, document) in map {
        let at = format!("{at}/{}", code.replace('~', "~0").replace('/', "~1"));
        match document {
            Value::Map(_) if is_code(code) => put(reading, code, document.clone(), &at),
            _ => reading.faults.push(words::JSON_SHAPE.at(at, &[])),
        }
    }
}

fn put(reading: &mut Reading, code: &str, document: Value, at: &str) {
    if Formality::from_code(code).is_none() {
        return reading.faults.push(words::JSON_UNKNOWN.at(at, &[code]));
    }
    reading.places.insert(code.to_owned(), at.to_owned());
    reading.documents.push((code.to_owned(), document));
}

/// The codes of formalities are small letters, digits and underscores.
fn is_code(code: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=64).contains(&code.len()) && code.bytes().all(fits)
}

fn refused(mut reading: Reading, at: &str, error: &serde_json::Error) -> Reading {
    let [line, column] = [error.line().to_string(), error.column().to_string()];
    let said = error.to_string();
    let why = said.split(" at line ").next().unwrap_or_default();
    reading.faults.push(if why.contains("recursion limit") {
        words::JSON_DEEP.at(at, &[&MAX_DEPTH.to_string()])
    } else if error.classify() == Category::Data || why.contains("out of range") {
        words::JSON_NUMBER.at(at, &[&line, &column])
    } else {
        words::JSON_MALFORMED.at(at, &[&line, &column, why])
    });
    reading
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let steps = path.iter().map_while(|segment| match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    steps.collect()
}
