"""Judges how WCO XML is read and written: python judge.py PRATIQUE CORPUS

PRATIQUE is the program, CORPUS the folder with scenarios/ and xsd/. Every document is written anew by the program and compared
with the original, element by element, by lxml. The published schemas are asked about what is written from the types alone, and
must agree with what the program itself says of the document. Then the same of documents that are made from the schemas: every class
with every member, whether a scenario holds it or not, also turned about. The last line is the count.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from lxml import etree

import generate

SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
META = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
# Where each of the two kinds of documents has its schemas, and the namespace of what the metadata holds.
KINDS = {"Declaration": ("declaration", "WCO_DEC_2_DMS.xsd", "urn:wco:datamodel:WCO:DEC-DMS:2"),
         "Response": ("notification", "WCO_RES_2_DMS.xsd", "urn:wco:datamodel:WCO:RES-DMS:2")}

passed, failed = 0, 0


def judge(name, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {name}: {str(seen)[:400]}", file=sys.stderr)


def schema(corpus, kind):
    folder, file, space = KINDS[kind]
    folder = corpus / "xsd" / "wco" / folder
    text = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{META}">
      <xs:include schemaLocation="{(folder / 'DocumentMetaData_2_DMS.xsd').as_uri()}"/>
      <xs:import namespace="{space}" schemaLocation="{(folder / file).as_uri()}"/></xs:schema>"""
    return etree.XMLSchema(etree.fromstring(text))


def canonical(element):
    """Name, attributes, words and elements; without prefixes, comments, blank space and places of schemas."""
    attributes = sorted((name, value) for name, value in element.attrib.items() if name != SCHEMA_LOCATION)
    words = [(element.text or "").strip()]
    inside = []
    for child in element:
        if isinstance(child.tag, str):
            inside.append(canonical(child))
        words.append((child.tail or "").strip())
    return element.tag, attributes, "".join(words), inside


def run(program, *words):
    return subprocess.run([program, *words], capture_output=True, check=False)


def written_anew(program, file):
    ended = run(program, "convert", "--to", "wco-xml", str(file))
    try:
        original = canonical(etree.parse(str(file)).getroot())
    except etree.XMLSyntaxError:
        judge(f"{file.name} is not well formed, and said so", ended.returncode == 3, ended.stderr)
        return
    judge(f"{file} is written", ended.returncode == 0, ended.stderr)
    try:
        judge(f"{file} is written as it was", canonical(etree.fromstring(ended.stdout)) == original)
    except etree.XMLSyntaxError as error:
        judge(f"{file} is written whole", False, error)


def by_the_schema(program, schemas, file, folder):
    """What is written from the types alone: as the schema wants it, unless the program found something wrong."""
    types = run(program, "convert", "--to", "json", str(file))
    judge(f"{file} has types", types.returncode == 0, types.stderr)
    content = json.loads(types.stdout)
    data = content.get("meta_data")
    if data is None:
        data = content.get("submit", {}).get("request_detail", {}).get("meta_data")
    if data is None:
        return
    kind = "Declaration" if "declaration" in data else "Response"
    plain = folder / "plain.json"
    plain.write_text(json.dumps({"meta_data": data}))
    anew = folder / "anew.xml"
    anew.write_bytes(run(program, "convert", "--to", "wco-xml", str(plain)).stdout)
    told = json.loads(run(program, "check", "--json", str(anew)).stdout)
    errors = [of for of in told["faults"] if of["severity"] == "error" and of["code"].startswith("PQ-WCO")]
    valid = schemas[kind].validate(etree.parse(str(anew)))
    judge(f"the schema on {file}", valid == (not errors), schemas[kind].error_log.last_error or errors)


def wrapped(content, name):
    """A document in the metadata that says what it is."""
    meta = etree.Element(f"{{{META}}}MetaData", nsmap={"m": META})
    for member, words in (("WCODataModelVersionCode", "3.6"), ("WCOTypeName", name)):
        etree.SubElement(meta, f"{{{META}}}{member}").text = words
    meta.append(content)
    return meta


def turned(element):
    """The same with its elements the other way round, and prefixes of its own."""
    anew = etree.Element(element.tag, dict(element.attrib), nsmap={"z": etree.QName(element).namespace})
    anew.text = element.text
    anew.extend(turned(child) for child in reversed(element))
    return anew


# What words say besides themselves, and the types keep. Which list a code is of is kept beside them.
QUALIFIERS = ("currencyID", "unitCode", "formatCode")


def by_the_types(program, document, file, folder):
    """Every element that the schema allows lives in the types: through JSON nothing of it is lost."""
    document = etree.fromstring(etree.tostring(document))
    for element in document.iter():
        for name in set(element.attrib) - set(QUALIFIERS):
            del element.attrib[name]
    file.write_bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8"))
    plain = folder / "types.json"
    plain.write_bytes(run(program, "convert", "--to", "json", str(file)).stdout)
    ended = run(program, "convert", "--to", "wco-xml", str(plain))
    try:
        kept = canonical(etree.fromstring(ended.stdout)) == canonical(document)
    except etree.XMLSyntaxError as error:
        kept, ended = False, error
    judge(f"{file.name}: the types hold all of it", kept, ended)


def made_from_the_schema(program, corpus, folder):
    for kind, (place, schema_file, _) in KINDS.items():
        made = generate.documents(corpus / "xsd" / "wco" / place / schema_file, kind)
        allowed = schema(corpus, kind)
        for nth, (name, content) in enumerate(made):
            document = wrapped(content, "DEC" if kind == "Declaration" else "RES")
            file = folder / f"{nth:03}-{name.replace('/', '-')[-80:]}.xml"
            file.write_bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8"))
            judge(f"{file.name} is made as the schema wants it", allowed.validate(document), allowed.error_log.last_error)
            written_anew(program, file)
            by_the_types(program, document, file, folder)
            file.write_bytes(etree.tostring(turned(document), xml_declaration=True, encoding="UTF-8"))
            written_anew(program, file)


def main():
    program, corpus = sys.argv[1], Path(sys.argv[2]).resolve()
    files = sorted((corpus / "scenarios").rglob("*.xml"))
    if not files:
        print(f"the corpus {corpus} is missing", file=sys.stderr)
        print("0 passed, 1 failed")
        sys.exit(1)
    schemas = {kind: schema(corpus, kind) for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            written_anew(program, file)
            by_the_schema(program, schemas, file, Path(folder))
        made_from_the_schema(program, corpus, Path(folder))
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
