//! A tree of elements to the types of the model.

use std::borrow::Cow;

use domain::{
    Fault,
    declaration::model::{Class, Document, Kind, Member, Shape, Slot, Unreadable, Written},
};

use super::{
    Message,
    aside::{Aside, Child, Oddity, Path},
    places::Faults,
    spaces::{Part, Spaces, is_ours},
    unknown_root,
};
use crate::{
    words,
    xml::{Attribute, Element, Lines, Node, Space},
};

/// Reads the document under a root.
pub(super) fn message(root: Element, lines: Lines) -> (Message, Vec<Fault>) {
    let place = format!("/{}, line {}", root.name, lines.line(root.at));
    let mut reader = Reader {
        faults: Faults::new(lines),
        aside: Aside::default(),
        spaces: Spaces::default(),
        path: Path::new(),
        mangled: false,
    };
    let known = Document::named(&root.name).or_else(|| {
        let ending = Document::ROOTS.iter().find(|name| is_mangled(&root.name, name))?;
        reader.mangled = true;
        Document::named(ending)
    });
    let Some(mut document) = known else {
        let fault = unknown_root(&root.name, &place);
        let aside = Aside::of_foreign(root);
        return (Message { content: None, aside, spaces: Spaces::default() }, vec![fault]);
    };
    reader.root(&mut document, root);
    let Reader { faults, aside, spaces, .. } = reader;
    (Message { content: Some(document), aside, spaces }, faults.finish())
}

/// True for a name before which a prefix was left when its colon got lost, as `mdMetaData` or `_2MetaData`.
fn is_mangled(name: &str, known: &str) -> bool {
    name.strip_suffix(known).is_some_and(|left| (1..=8).contains(&left.len()))
}

struct Reader {
    faults: Faults,
    aside: Aside,
    spaces: Spaces,
    path: Path,
    /// The root's prefix has run into its name: so may others have.
    mangled: bool,
}

/// What is around an element.
struct Around<'a> {
    part: Part,
    space: &'a Space,
}

impl Reader {
    fn root(&mut self, document: &mut Document, root: Element) {
        let name = document.root();
        let mut oddity = Oddity::default();
        self.faults.names.push((name.to_owned(), None));
        if root.name != name {
            oddity.name = Some(root.name.clone());
        }
        if self.mangled {
            self.faults.here(&words::WCO_PREFIX_LOST, root.at, &[&root.name]);
        }
        let part = Part::begun_by(document.class().kind()).unwrap_or(Part::MetaData);
        self.spaces.learn(part, &root.space);
        if root.space.is_none() {
            self.faults.here(&words::WCO_NO_NAMESPACE, root.at, &[]);
        }
        self.class(document.class_mut(), root, part, oddity);
    }

    /// Fills a class with what an element holds.
    fn class(&mut self, class: &mut dyn Class, element: Element, part: Part, mut oddity: Oddity) {
        let Element { space, attributes, content, at, .. } = element;
        let around = Around { part, space: &space };
        self.attributes(attributes, Shape::Class, at, &mut oddity);
        let (mut order, mut regular, mut last) = (Vec::with_capacity(content.len()), true, 0);
        for node in content {
            let child = match node {
                Node::Text(text) if text.trim().is_empty() => continue,
                Node::Text(text) => {
                    self.faults.here(&words::WCO_WORDS, at, &[text.trim()]);
                    Child::Words(text)
                }
                Node::Element(child) => self.child(class, child, &around, last),
            };
            if let Child::Known(member) = child {
                if usize::from(member) < last && regular {
                    let name = class.kind().members[usize::from(member)].name;
                    self.faults.inside(name, &words::WCO_ORDER, at, &[name]);
                }
                regular &= usize::from(member) >= last;
                last = usize::from(member);
            } else {
                regular = false;
            }
            order.push(child);
        }
        self.missing(class, at);
        if !regular {
            oddity.order = Some(order);
        }
        self.aside.keep(&self.path, oddity);
    }

    /// Takes an element into the member that it belongs to.
    fn child(&mut self, class: &mut dyn Class, element: Element, around: &Around<'_>, last: usize) -> Child {
        let kind = class.kind();
        let Some(nth) = self.member(class, &element, around, last) else {
            let name = element.name.clone();
            self.faults.inside(&name, &words::WCO_UNKNOWN, element.at, &[&name, kind.name]);
            return Child::Foreign(element);
        };
        let member = &kind.members[nth];
        if element.name != member.name && !self.mangled {
            self.mangled = true;
            self.faults.here(&words::WCO_PREFIX_LOST, element.at, &[&element.name]);
        }
        let slot = class.slot_mut(nth);
        let occurrence = slot.count();
        let listed = (member.format.times > 0 || occurrence > 0).then_some(occurrence + 1);
        let place = u16::try_from(nth).unwrap_or(u16::MAX);
        self.path.push((place, u32::try_from(occurrence).unwrap_or(u32::MAX)));
        self.faults.names.push((member.name.to_owned(), listed));
        let outcome = self.take(slot, member, element, around);
        self.faults.names.pop();
        self.path.pop();
        match outcome {
            Ok(()) => Child::Known(place),
            Err(element) => Child::Foreign(element),
        }
    }

    /// The member that an element belongs to.
    fn member(&self, class: &dyn Class, element: &Element, around: &Around<'_>, last: usize) -> Option<usize> {
        let kind = class.kind();
        let exact = |member: &Member| member.name == element.name;
        // A generated prefix begins with a low line; others are looked for where the root lost its own.
        let lost = self.mangled || element.name.starts_with('_');
        let mangled = |member: &Member| lost && is_mangled(&element.name, member.name);
        // Documents follow the model's order: what comes next is near.
        let found = find(kind, last, exact).or_else(|| {
            let all = kind.members.iter().enumerate().filter(|(_, member)| mangled(member));
            all.max_by_key(|(_, member)| member.name.len()).map(|(nth, _)| nth)
        })?;
        let name = kind.members[found].name;
        let alike = (0..kind.members.len()).filter(|nth| kind.members[*nth].name == name);
        let begun = |nth: &usize| class.slot(*nth).target().and_then(Part::begun_by);
        // Two members may have one name, each in a namespace of its own.
        let chosen = alike
            .clone()
            .find(|nth| begun(nth).is_some_and(|part| part.is(&element.space)))
            .or_else(|| alike.clone().find(|nth| class.slot(*nth).count() == 0))
            .unwrap_or(found);
        let ours = is_ours(&element.space, around.space) || begun(&chosen).is_some_and(|part| part.is(&element.space));
        ours.then_some(chosen)
    }

    /// Takes an element into a slot; gives it back when it cannot be read or has no place there.
    fn take(
        &mut self,
        slot: &mut dyn Slot,
        member: &Member,
        element: Element,
        around: &Around<'_>,
    ) -> Result<(), Element> {
        let mut oddity = Oddity::default();
        if element.name != member.name {
            oddity.name = Some(element.name.clone());
        }
        let begun = slot.target().and_then(Part::begun_by);
        let usual = match begun {
            Some(part) => self.spaces.learn(part, &element.space),
            None => around.space.clone(),
        };
        if element.space != usual {
            let space = element.space.as_deref().unwrap_or("-").to_owned();
            self.faults.here(&words::WCO_NAMESPACE, element.at, &[&space]);
            oddity.space = Some(element.space.clone());
        }
        match member.format.shape {
            Shape::Class => {
                if member.format.times > 0 && slot.count() == member.format.times {
                    let most = member.format.times.to_string();
                    self.faults.here(&words::WCO_TIMES, element.at, &[member.name, &most]);
                }
                let Some(class) = slot.open() else {
                    self.faults.here(&words::WCO_TWICE, element.at, &[member.name]);
                    return Err(element);
                };
                self.class(class, element, begun.unwrap_or(around.part), oddity);
            }
            Shape::Moment => self.moment(slot, member, element, around.part.dates(), oddity)?,
            _ => self.value(slot, member, element, oddity)?,
        }
        Ok(())
    }

    fn value(
        &mut self,
        slot: &mut dyn Slot,
        member: &Member,
        element: Element,
        mut oddity: Oddity,
    ) -> Result<(), Element> {
        let Some(text) = element.text() else {
            let name = inner_name(&element);
            self.faults.inside(&name, &words::WCO_UNKNOWN, element.at, &[&name, member.name]);
            return Err(element);
        };
        let name = qualifier_name(member.format.shape);
        let qualifier = element.attributes.iter().find(|of| of.space.is_none() && Some(&*of.name) == name);
        let qualifier = qualifier.map(|of| Cow::Owned(of.value.clone()));
        let written = Written { text: Cow::Borrowed(&text), qualifier };
        if let Err(why) = slot.put(&written) {
            self.unreadable(why, member, &text, element.at);
            return Err(element);
        }
        let at = element.at;
        self.attributes(element.attributes, member.format.shape, at, &mut oddity);
        self.spelt(slot, member, &text, at, &mut oddity);
        self.aside.keep(&self.path, oddity);
        Ok(())
    }

    /// A date: its text stands in an element of its own.
    fn moment(
        &mut self,
        slot: &mut dyn Slot,
        member: &Member,
        mut element: Element,
        part: Part,
        mut oddity: Oddity,
    ) -> Result<(), Element> {
        let at = element.at;
        let wanted = |inner: &Element| inner.name == DATE || (self.mangled && is_mangled(&inner.name, DATE));
        element.content.retain(|node| !matches!(node, Node::Text(text) if text.trim().is_empty()));
        let text = match &element.content[..] {
            [Node::Element(inner)] if wanted(inner) => inner.text(),
            _ => None,
        };
        let (Some(text), Some(Node::Element(inner))) = (text, element.content.first()) else {
            self.faults.here(&words::WCO_MOMENT_INSIDE, at, &[member.name]);
            return Err(element);
        };
        let format = inner.attributes.iter().find(|of| of.space.is_none() && of.name == FORMAT);
        let written = Written { text: Cow::Borrowed(&text), qualifier: format.map(|of| Cow::Owned(of.value.clone())) };
        if let Err(why) = slot.put(&written) {
            self.unreadable(why, member, text.trim(), at);
            return Err(element);
        }
        let Some(Node::Element(inner)) = element.content.pop() else { return Err(element) };
        let mut inside = Oddity::default();
        if inner.name != DATE {
            inside.name = Some(inner.name);
        }
        if inner.space != self.spaces.learn(part, &inner.space) {
            inside.space = Some(inner.space);
        }
        self.attributes(inner.attributes, Shape::Moment, at, &mut inside);
        self.attributes(element.attributes, Shape::Class, at, &mut oddity);
        self.spelt(slot, member, &text, at, &mut inside);
        if inside != Oddity::default() {
            oddity.inside = Some(Box::new(inside));
        }
        self.aside.keep(&self.path, oddity);
        Ok(())
    }

    /// Looks whether a value fits, and keeps its spelling when it would be written otherwise.
    fn spelt(&mut self, slot: &dyn Slot, member: &Member, text: &str, at: usize, oddity: &mut Oddity) {
        let Some(value) = slot.value() else { return };
        if let Some(misfit) = member.format.misfit(&value) {
            self.faults.misfit(misfit, &value.text, at);
        }
        if value.text != text.trim() {
            oddity.spelling = Some(text.trim().to_owned());
        }
    }

    fn unreadable(&mut self, why: Unreadable, member: &Member, text: &str, at: usize) {
        match why {
            Unreadable::Number => self.faults.here(&words::WCO_NUMBER, at, &[text]),
            Unreadable::Moment => self.faults.here(&words::WCO_MOMENT, at, &[text]),
            Unreadable::Occupied => self.faults.here(&words::WCO_TWICE, at, &[member.name]),
        }
    }

    /// Keeps attributes that no type has a place for; those that the schema knows without a fault.
    fn attributes(&mut self, attributes: Vec<Attribute>, shape: Shape, at: usize, oddity: &mut Oddity) {
        for attribute in attributes {
            let own = attribute.space.is_none();
            if own && Some(&*attribute.name) == qualifier_name(shape) {
                continue;
            }
            if !(own && is_published(shape, &attribute.name)) {
                self.faults.here(&words::WCO_ATTRIBUTE, at, &[&attribute.name]);
            }
            oddity.attributes.push(attribute);
        }
    }

    /// Members that must be there and are not.
    fn missing(&mut self, class: &dyn Class, at: usize) {
        for (nth, member) in class.kind().members.iter().enumerate() {
            if member.format.needed && class.slot(nth).count() == 0 {
                self.faults.inside(member.name, &words::WCO_MISSING, at, &[member.name]);
            }
        }
    }
}

/// The first member from a place on, and then from the beginning, that fits.
fn find(kind: &Kind, from: usize, fits: impl Fn(&Member) -> bool) -> Option<usize> {
    let count = kind.members.len();
    (from..count).chain(0..from.min(count)).find(|nth| fits(&kind.members[*nth]))
}

fn inner_name(element: &Element) -> String {
    let inner = element.content.iter().find_map(|node| match node {
        Node::Element(inner) => Some(inner.name.clone()),
        Node::Text(_) => None,
    });
    inner.unwrap_or_default()
}

/// The element that holds a date's text.
pub(super) const DATE: &str = "DateTimeString";
/// The attribute with the code of its format.
const FORMAT: &str = "formatCode";

/// The attribute that qualifies a value of a shape.
pub(super) fn qualifier_name(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Amount => Some("currencyID"),
        Shape::Quantity | Shape::Measure => Some("unitCode"),
        Shape::Moment => Some(FORMAT),
        Shape::Code | Shape::Id | Shape::Text | Shape::Numeric | Shape::Class => None,
    }
}

/// Attributes that the schema lets a value have besides.
fn is_published(shape: Shape, name: &str) -> bool {
    match shape {
        Shape::Code => {
            let list = ["listID", "listAgencyID", "listAgencyName", "listName", "listVersionID", "listURI"];
            list.contains(&name) || ["listSchemeURI", "name", "languageID"].contains(&name)
        }
        Shape::Id => {
            let scheme = ["schemeID", "schemeName", "schemeAgencyID", "schemeAgencyName", "schemeVersionID"];
            scheme.contains(&name) || ["schemeDataURI", "schemeURI"].contains(&name)
        }
        Shape::Text => name == "languageID",
        _ => false,
    }
}
