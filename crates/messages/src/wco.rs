//! WCO XML: declarations (DEC), notices (RES) and what travels with them, to the types of the data model and back.
//!
//! One piece of code reads and writes every class, by the members that it tells ([`domain::declaration::model::Class`]). What a
//! document holds beyond the model, or other than the model has it, is kept aside ([`Aside`]) with a fault that names it, and is
//! written again where it stood: nothing that somebody declared gets lost between reading and writing.

use domain::{Fault, declaration::model::Document};

use crate::{words, xml};

mod aside;
mod places;
mod read;
mod spaces;
mod write;

use aside::Aside;
use spaces::Spaces;

/// A document that was read, or is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What it says, by the data model; none when the root is of another kind.
    pub content: Option<Document>,
    /// What it says beyond the model, or in another way.
    aside: Aside,
    /// The namespaces of its parts.
    spaces: Spaces,
}

impl Message {
    /// A document of our own.
    pub fn new(content: Document) -> Message {
        Message { content: Some(content), aside: Aside::default(), spaces: Spaces::default() }
    }

    /// True when all that it says is in the types of the model, in its order.
    pub fn is_plain(&self) -> bool {
        self.aside.is_empty()
    }
}

/// Reads a document. What is wrong is told, what can be read is there.
pub fn read(bytes: &[u8]) -> (Message, Vec<Fault>) {
    let xml::Tree { root, lines, mut faults } = xml::read(bytes);
    let Some(root) = root else {
        return (Message { content: None, aside: Aside::default(), spaces: Spaces::default() }, faults);
    };
    let (message, found) = read::message(root, lines);
    faults.extend(found);
    (message, faults)
}

/// Writes a document.
pub fn write(message: &Message) -> String {
    write::message(message)
}

/// What an element of another kind is called in a fault.
fn unknown_root(name: &str, place: &str) -> Fault {
    words::WCO_ROOT.at(place, &[name])
}
