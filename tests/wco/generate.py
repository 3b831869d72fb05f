"""Documents made from the schemas alone: whatever the data model allows, and no scenario may happen to hold.

One document for each class that a root can reach: on the way to it only what is needed, and of itself every member, twice where
it may be repeated, with every attribute that the schema allows.
"""

from pathlib import Path

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
# The shapes of the built-in types; all others are words.
NUMBERS = {"decimal", "integer", "int", "positiveInteger", "nonNegativeInteger"}


class Schemas:
    """The types and elements of a schema and of all that it imports, by namespace and name."""

    def __init__(self, file):
        self.types, self.elements, self.read = {}, {}, set()
        self.load(Path(file).resolve())

    def load(self, file):
        if file in self.read:
            return
        self.read.add(file)
        root = etree.parse(str(file)).getroot()
        space = root.get("targetNamespace")
        for child in root:
            if child.tag in (XS + "import", XS + "include") and child.get("schemaLocation"):
                self.load((file.parent / child.get("schemaLocation")).resolve())
            elif child.tag in (XS + "complexType", XS + "simpleType"):
                self.types[space, child.get("name")] = child
            elif child.tag == XS + "element":
                self.elements[space, child.get("name")] = child

    @staticmethod
    def named(node, name):
        """A name with a prefix, as the node resolves it."""
        prefix, _, local = name.rpartition(":")
        return node.nsmap.get(prefix or None), local

    def type_of(self, element):
        """The type of an element, with the element that declares it."""
        if element.get("ref"):
            element = self.elements[self.named(element, element.get("ref"))]
        if element.get("type"):
            return self.types.get(self.named(element, element.get("type"))), self.named(element, element.get("type"))
        return element.find(XS + "complexType"), None

    def name_of(self, element):
        if element.get("ref"):
            return self.named(element, element.get("ref"))
        schema = element.getroottree().getroot()
        return schema.get("targetNamespace"), element.get("name")

    def members(self, kind):
        """The elements of a complex type."""
        if kind is None:
            return []
        groups = [of for of in kind if of.tag in (XS + "sequence", XS + "choice")]
        # Of a choice the first one.
        chosen = [of if of.tag == XS + "sequence" else of[:1] for of in groups]
        return [of for group in chosen for of in group if of.tag == XS + "element"]

    def content(self, kind, given=None):
        """Facets and attributes of a type with words, down to the built-in one."""
        facets, attributes = {}, {}
        while kind is not None:
            holder = kind.find(XS + "simpleContent")
            holder = kind if holder is None else holder
            step = holder.find(XS + "restriction")
            step = holder.find(XS + "extension") if step is None else step
            if step is None:
                break
            for of in step:
                if of.tag == XS + "attribute":
                    attributes.setdefault(of.get("name"), of)
                elif isinstance(of.tag, str):
                    facets.setdefault(etree.QName(of).localname, []).append(of.get("value"))
            base = self.named(step, step.get("base"))
            kind, given = self.types.get(base), base
        return given[1] if given else "string", facets, attributes

    def value(self, base, facets):
        """Words that the facets allow."""
        if "enumeration" in facets:
            return facets["enumeration"][-1]
        if base in NUMBERS:
            return "1"
        if base == "boolean":
            return "true"
        longest = int(facets.get("maxLength", facets.get("length", ["6"]))[0])
        shortest = int(facets.get("minLength", facets.get("length", ["1"]))[0])
        digits = any("0-9" in pattern and "a-z" not in pattern for pattern in facets.get("pattern", []))
        return ("1" if digits else "A") * max(shortest, min(longest, 6))


def classes(schemas, root):
    """Every class under a root with a way to it: elements from the root down. A class within itself is not gone into again."""
    found, waiting = {}, [(root, ())]
    while waiting:
        element, way = waiting.pop(0)
        kind, _ = schemas.type_of(element)
        if kind is None or not schemas.members(kind) or is_moment(schemas, kind):
            continue
        # A type without a name is one of its own at each place.
        place = "/".join(schemas.name_of(of)[1] for of in (*way, element))
        name = kind.get("name") or place
        if name in found:
            continue
        found[name] = way + (element,)
        waiting.extend((member, way + (element,)) for member in schemas.members(kind))
    return found


def is_moment(schemas, kind):
    """A date is an element with one of words in it, and no class."""
    inside = schemas.members(kind)
    return len(inside) == 1 and not schemas.members(schemas.type_of(inside[0])[0]) and inside[0].get("name", "").startswith("DateTime")


class Writer:
    """Makes elements of a schema."""

    def __init__(self, schemas):
        self.schemas = schemas

    def words(self, node, kind, given):
        base, facets, attributes = self.schemas.content(kind, given)
        node.text = self.schemas.value(base, facets)
        for name, attribute in attributes.items():
            of = self.schemas.named(attribute, attribute.get("type", "string"))
            base, facets, _ = self.schemas.content(self.schemas.types.get(of), of)
            if attribute.get("use") != "prohibited":
                node.set(name, self.schemas.value(base, facets))
        if node.get("formatCode") is not None:
            # Days are the shortest of all dates.
            node.set("formatCode", "102")
            node.text = "20260131"

    def one(self, element, whole):
        """An element: with all members where it is whole, else with those that are needed."""
        space, name = self.schemas.name_of(element)
        node = etree.Element(f"{{{space}}}{name}")
        kind, given = self.schemas.type_of(element)
        members = self.schemas.members(kind)
        if not members:
            self.words(node, kind, given)
            return node
        for member in members:
            needed = member.get("minOccurs", "1") != "0"
            if not (whole or needed):
                continue
            often = 2 if whole and member.get("maxOccurs", "1") not in ("0", "1") else 1
            moment = is_moment(self.schemas, self.schemas.type_of(member)[0])
            node.extend(self.one(member, moment) for _ in range(often))
        return node

    def along(self, way):
        """A document that holds the last class of a way whole."""
        element, rest = way[0], way[1:]
        if not rest:
            return self.one(element, True)
        node = self.one(element, False)
        name = self.schemas.name_of(rest[0])
        inner = self.along(rest)
        for old in node.findall(f"{{{name[0]}}}{name[1]}"):
            node.remove(old)
        # Where it belongs: behind those that the sequence has before it.
        kind, _ = self.schemas.type_of(element)
        before = [self.schemas.name_of(of) for of in self.schemas.members(kind)]
        place = before.index(name)
        after = [child for child in node if before.index((etree.QName(child).namespace, etree.QName(child).localname)) > place]
        node.insert(list(node).index(after[0]) if after else len(node), inner)
        return node


def documents(file, root):
    """Each class by its name, with a document that holds all of it."""
    schemas = Schemas(file)
    writer = Writer(schemas)
    space = etree.parse(str(file)).getroot().get("targetNamespace")
    for name, way in classes(schemas, schemas.elements[space, root]).items():
        yield name, writer.along(way)
