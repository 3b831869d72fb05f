//! Answers of the interface in both formats, from one description: XML with its wrappers, JSON without root and wrappers.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// One of the two formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `text/xml`
    Xml,
    /// `application/json`
    Json,
}

/// A part of an answer.
pub enum Node {
    /// Members in their order.
    Map(Vec<(&'static str, Node)>),
    /// Items, each with this name in XML.
    List(&'static str, Vec<Node>),
    /// Words.
    Text(String),
    /// A number.
    Number(i64),
    /// True or false.
    Bool(bool),
    /// Nothing: an empty element, or null.
    Null,
}

impl Node {
    /// Words.
    pub fn text(words: impl Into<String>) -> Node {
        Node::Text(words.into())
    }

    fn json(&self) -> Value {
        match self {
            Node::Map(members) => members.iter().map(|(name, of)| ((*name).to_owned(), of.json())).collect(),
            Node::List(_, items) => items.iter().map(Node::json).collect(),
            Node::Text(words) => json!(words),
            Node::Number(number) => json!(number),
            Node::Bool(yes) => json!(yes),
            Node::Null => Value::Null,
        }
    }

    fn xml(&self, out: &mut String) {
        let element = |out: &mut String, name: &str, of: &Node| {
            out.push_str(&format!("<{name}>"));
            of.xml(out);
            out.push_str(&format!("</{name}>"));
        };
        match self {
            Node::Map(members) => members.iter().for_each(|(name, of)| element(out, name, of)),
            Node::List(name, items) => items.iter().for_each(|of| element(out, name, of)),
            Node::Text(words) => push_escaped(out, words),
            Node::Number(number) => out.push_str(&number.to_string()),
            Node::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
            Node::Null => {}
        }
    }
}

/// Writes words so that no letter of them is markup; what XML 1.0 cannot say at all is left out.
fn push_escaped(out: &mut String, words: &str) {
    for letter in words.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(letter),
            '\u{fffe}' | '\u{ffff}' => {}
            letter if (letter as u32) < 0x20 => {}
            letter => out.push(letter),
        }
    }
}

/// Why a call is refused.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    description: String,
}

impl Refused {
    /// A refusal whose code is the status.
    pub fn new(status: StatusCode, description: &str) -> Refused {
        Refused { status, description: description.to_owned() }
    }

    /// The address names no format, or an unknown one.
    pub fn no_format() -> Refused {
        Refused::new(StatusCode::BAD_REQUEST, "the address ends with .xml or .json")
    }
}

impl From<office::Error> for Refused {
    fn from(error: office::Error) -> Refused {
        let status = match &error {
            // What was sent is wrong: the interface has 400 for that.
            office::Error::Invalid(_) | office::Error::Refused(_) | office::Error::KeyReused => StatusCode::BAD_REQUEST,
            office::Error::SignIn | office::Error::Forbidden => StatusCode::FORBIDDEN,
            other => crate::page::status_of(other),
        };
        if let office::Error::Internal(why) = &error {
            tracing::error!(why, "internal error");
        }
        let told = error
            .faults()
            .iter()
            .map(|fault| format!("{} {} {}", fault.code, fault.location, fault.text.en))
            .collect::<Vec<_>>();
        Refused { status, description: told.join("; ") }
    }
}

/// The call of an address without its format.
pub fn format_of(address: &str) -> (&str, Option<Format>) {
    match address.rsplit_once('.') {
        Some((call, "xml")) => (call, Some(Format::Xml)),
        Some((call, "json")) => (call, Some(Format::Json)),
        _ => (address, None),
    }
}

/// The answer, or its refusal in the same format.
pub fn answered(format: Format, status: StatusCode, found: Result<(&'static str, Node), Refused>) -> Response {
    match found {
        Ok((root, node)) => drawn(format, status, root, &node),
        Err(Refused { status, description }) => {
            let code = i64::from(status.as_u16());
            let of = Node::Map(vec![("code", Node::Number(code)), ("description", Node::text(description))]);
            drawn(format, status, "errors", &Node::List("error", vec![of]))
        }
    }
}

/// An answer in a format.
pub fn drawn(format: Format, status: StatusCode, root: &str, node: &Node) -> Response {
    let (kind, body) = match format {
        Format::Json => ("application/json; charset=utf-8", node.json().to_string()),
        Format::Xml => {
            let mut body = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{root}>");
            node.xml(&mut body);
            body.push_str(&format!("</{root}>"));
            ("text/xml; charset=utf-8", body)
        }
    };
    (status, [(header::CONTENT_TYPE, kind), (header::VARY, "accept-language")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_description_gives_both_formats() {
        let of = Node::Map(vec![
            ("code", Node::text("<b>&\"\u{1}\u{ffff}]]>")),
            ("none", Node::Null),
            ("values", Node::List("value", vec![Node::Number(1), Node::Bool(false)])),
        ]);
        let mut xml = String::new();
        of.xml(&mut xml);
        let expected =
            "<code>&lt;b&gt;&amp;&quot;]]&gt;</code><none></none><values><value>1</value><value>false</value></values>";
        assert_eq!(xml, expected);
        assert_eq!(of.json(), json!({"code": "<b>&\"\u{1}\u{ffff}]]>", "none": null, "values": [1, false]}));
    }

    #[test]
    fn an_address_ends_with_its_format() {
        assert_eq!(format_of("requests.json"), ("requests", Some(Format::Json)));
        assert_eq!(format_of("2026-DAL-P000001.xml"), ("2026-DAL-P000001", Some(Format::Xml)));
        assert_eq!(format_of("requests"), ("requests", None));
        assert_eq!(format_of("requests.txt"), ("requests.txt", None));
    }
}
