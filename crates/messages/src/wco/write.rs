//! The types of the model to XML, with what was kept aside.

use std::borrow::Cow;

use domain::declaration::model::{Class, Shape};

use super::{
    Message,
    aside::{Aside, Child, Oddity, Path},
    read::{DATE, qualifier_name},
    spaces::{Part, Spaces},
};
use crate::xml::{Attribute, Space, Writer};

/// Writes a document.
pub(super) fn message(message: &Message) -> String {
    let mut out = Writer::new();
    if let Some(foreign) = &message.aside.foreign {
        out.element(foreign);
    }
    if let Some(document) = &message.content {
        let mut pen = Pen { out: &mut out, aside: &message.aside, spaces: &message.spaces, path: Path::new() };
        let class = document.class();
        let part = Part::begun_by(class.kind()).unwrap_or(Part::MetaData);
        pen.class(document.root(), class, part, &message.spaces.of(part));
    }
    out.finish()
}

struct Pen<'a> {
    out: &'a mut Writer,
    aside: &'a Aside,
    spaces: &'a Spaces,
    path: Path,
}

impl<'a> Pen<'a> {
    fn class(&mut self, name: &str, class: &dyn Class, part: Part, space: &Space) {
        let oddity = self.aside.of(&self.path);
        let (name, space) = named(oddity, name, space);
        let attributes = oddity.map_or(&[][..], |oddity| &oddity.attributes);
        let order = oddity.and_then(|oddity| oddity.order.as_deref());
        let members = class.kind().members.len();
        if order.is_none() && (0..members).all(|nth| class.slot(nth).count() == 0) {
            return self.out.value(name, &space, attributes, "");
        }
        let words = order.is_some_and(|order| order.iter().any(|child| matches!(child, Child::Words(_))));
        self.out.open(name, &space, attributes, words);
        match order {
            Some(order) => self.in_order(class, order, part, &space),
            None => {
                for member in 0..members {
                    for nth in 0..class.slot(member).count() {
                        self.member(class, member, nth, part, &space);
                    }
                }
            }
        }
        self.out.close(name, false);
    }

    /// What an element holds, in the order in which it stood.
    fn in_order(&mut self, class: &dyn Class, order: &[Child], part: Part, space: &Space) {
        let mut written = vec![0; class.kind().members.len()];
        for child in order {
            match child {
                Child::Known(member) => {
                    let member = usize::from(*member);
                    self.member(class, member, written[member], part, space);
                    written[member] += 1;
                }
                Child::Foreign(element) => self.out.element(element),
                Child::Words(text) => self.out.words(text),
            }
        }
    }

    fn member(&mut self, class: &dyn Class, member: usize, nth: usize, part: Part, space: &Space) {
        let slot = class.slot(member);
        let (name, shape) = (class.kind().members[member].name, class.kind().members[member].format.shape);
        self.path.push((u16::try_from(member).unwrap_or(u16::MAX), u32::try_from(nth).unwrap_or(u32::MAX)));
        if let Some(inner) = slot.class(nth) {
            match Part::begun_by(inner.kind()) {
                Some(begun) => self.class(name, inner, begun, &self.spaces.of(begun)),
                None => self.class(name, inner, part, space),
            }
        } else if let Some(value) = slot.value() {
            let oddity = self.aside.of(&self.path);
            let qualifier = value.qualifier.zip(qualifier_name(shape));
            let qualifier = qualifier.map(|(value, name)| Attribute {
                name: name.to_owned(),
                space: None,
                value: value.into_owned(),
            });
            if shape == Shape::Moment {
                self.moment(name, &value.text, qualifier, oddity, part, space);
            } else {
                self.value(name, &value.text, qualifier, oddity, space);
            }
        }
        self.path.pop();
    }

    fn value(
        &mut self,
        name: &str,
        text: &str,
        qualifier: Option<Attribute>,
        oddity: Option<&'a Oddity>,
        space: &Space,
    ) {
        let (name, space) = named(oddity, name, space);
        let more = oddity.map_or(&[][..], |oddity| &oddity.attributes);
        let attributes: Cow<'_, [Attribute]> = match qualifier {
            Some(qualifier) => std::iter::once(qualifier).chain(more.iter().cloned()).collect(),
            None => Cow::Borrowed(more),
        };
        let text = oddity.and_then(|oddity| oddity.spelling.as_deref()).unwrap_or(text);
        self.out.value(name, &space, &attributes, text);
    }

    fn moment(
        &mut self,
        name: &str,
        text: &str,
        format: Option<Attribute>,
        oddity: Option<&'a Oddity>,
        part: Part,
        space: &Space,
    ) {
        let (name, space) = named(oddity, name, space);
        self.out.open(name, &space, oddity.map_or(&[][..], |oddity| &oddity.attributes), false);
        let inside = oddity.and_then(|oddity| oddity.inside.as_deref());
        self.value(DATE, text, format, inside, &self.spaces.of(part.dates()));
        self.out.close(name, false);
    }
}

/// The name and namespace that an element is written with.
fn named<'n>(oddity: Option<&'n Oddity>, name: &'n str, space: &Space) -> (&'n str, Space) {
    let own = oddity.and_then(|oddity| oddity.name.as_deref()).unwrap_or(name);
    let space = oddity.and_then(|oddity| oddity.space.clone()).unwrap_or_else(|| space.clone());
    (own, space)
}
