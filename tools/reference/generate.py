#!/usr/bin/env python3
"""Derives the compact reference tables of `crates/domain/src/reference/data` from the open code lists.

Usage: generate.py SHARED_DIR

SHARED_DIR holds `reference/` with the lists that the README.md beside the tables names. Each table is UTF-8 text, one
row a line, fields separated by `|`, sorted bytewise by its first field, so that the program can search it in place.
"""

import csv
import io
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "crates/domain/src/reference/data"


def main(shared):
    lists = pathlib.Path(shared) / "reference"
    write("countries.txt", countries(lists))
    write("places.txt", places(lists))
    write("airports.txt", airports(lists))
    write("un-numbers.txt", un_numbers(lists))
    write("units.txt", units(lists))
    write("packages.txt", packages(lists))
    write("delay-reasons.txt", delay_reasons(lists))
    write("vessel-types.txt", vessel_types(lists))
    write("imo-classes.txt", dcsa(lists, "dgimoclasses.csv", 2))
    write("commodities.txt", commodities(lists))
    write("segregation-groups.txt", dcsa(lists, "dgsegregationgroups.csv", 2))


def countries(lists):
    """alpha-2 | alpha-3 | English | Chinese | other names, separated by semicolons"""
    english = {row[0]: row[1] for row in rows(lists / "country-codes.csv")}
    for line in facts("countries.txt"):
        alpha2, alpha3, chinese, others = line
        name = re.sub(r" \(the\)$", "", english.get(alpha2) or others.split(";")[0])
        yield alpha2, alpha3, name, chinese, others


def places(lists):
    """code | P for a seaport, A for an airport | subdivision | name | name without diacritics | Chinese name"""
    chinese = dict(facts("places-zh.txt"))
    seen = set()
    for path in sorted((lists / "un-locode").glob("*.csv")):
        for row in rows(path):
            if row[2].startswith('"'):
                # Names with a comma were split: the halves stand in two fields each and the status is missing.
                name, plain, subdivision, function = row[2][1:] + "," + row[3][:-1], row[4][1:] + "," + row[5][:-1], row[6], row[7]
                status = ""
            else:
                name, plain, subdivision, status, function = row[2:7]
            uses = ("P" if function[:1] == "1" else "") + ("A" if function[3:4] == "4" else "")
            code = row[0] + row[1]
            # A place listed under two orders of its names keeps the first; XX marks a row that is to be removed.
            if not uses or status == "XX" or len(code) != 5 or code in seen:
                continue
            seen.add(code)
            if "\ufffd" in name:
                # The letter was lost before the list came here; the plain spelling is whole.
                name = plain
            yield code, uses, subdivision, name, "" if plain == name else plain, chinese.get(code, "")


def airports(lists):
    """IATA code | UN/LOCODE. UN/LOCODE says the code of IATA where it is not its own last three letters. Where several places
    end alike, the one whose code IATA adopted (status AI) is meant; where that tells no single one, the code is left out."""
    own, ends = {}, {}
    for path in sorted((lists / "un-locode").glob("*.csv")):
        for row in rows(path):
            if row[2].startswith('"') or row[6][3:4] != "4" or row[5] == "XX":
                continue
            code, iata = row[0] + row[1], row[7].strip()
            if iata and iata != row[1]:
                own.setdefault(iata, set()).add(code)
            else:
                ends.setdefault(row[1], {})[code] = row[5]
    for iata in sorted(own.keys() | ends.keys()):
        meant = own.get(iata, set())
        if not meant:
            places = ends[iata]
            adopted = {code for code, status in places.items() if status == "AI"}
            meant = adopted if len(places) > 1 else set(places)
        if len(meant) == 1 and len(iata) == 3:
            yield iata, *meant


def un_numbers(lists):
    """number | class | name; numbers that are no longer in use are left out"""
    for number, hazard, name in rows(lists / "un-numbers.csv"):
        if hazard[:1].isdigit():
            yield number, hazard, name


def commodities(lists):
    """code of the Harmonized System (chapter, heading, subheading) | name | Chinese name, of chapters alone"""
    chinese = dict(facts("chapters-zh.txt"))
    for _section, code, name, _parent, level in rows(lists / "hs/harmonized-system.csv"):
        if code.isdigit() and len(code) == int(level):
            yield code, name, chinese.get(code, "")


def units(lists):
    """common code | name | symbol; rows marked as deleted (X) are left out, deprecated ones (D) stay readable"""
    path = next(p for p in (lists / "rec-code-lists/Rec20/current").glob("*/code-list.csv") if "|||" in p.parent.name)
    for status, code, name, _text, _level, symbol, _factor in rows(path):
        if status != "X" and code:
            yield code, name, symbol


def packages(lists):
    """code | name"""
    for status, code, name, _text, _number in rows(lists / "rec-code-lists/Rec21/current/code-list.csv"):
        if status != "X" and code:
            yield code, name


def vessel_types(lists):
    """code | name | UNECE Rec 28 code"""
    for code, name, rec28, _text in rows(lists / "dcsa/vesseltypecodes.csv"):
        yield code, name, rec28


def delay_reasons(lists):
    """code | name | text | Chinese words"""
    chinese = dict(facts("delay-reasons-zh.txt"))
    for code, name, text in dcsa(lists, "smdgdelayreasoncodes.csv", 3):
        yield code, name, text, chinese[code]


def dcsa(lists, name, columns):
    """code | name | (text)"""
    for row in rows(lists / "dcsa" / name):
        yield tuple(row[:columns])


def rows(path):
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return [row for row in list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1:] if row]


def facts(name):
    """Rows of a table that is kept by hand beside this program."""
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line.split("|") for line in lines if line and not line.startswith("#")]


def write(name, table):
    clean = lambda field: " ".join(field.replace("|", "/").split())
    lines = sorted("|".join(clean(field) for field in row).encode() for row in table)
    keys = [line.split(b"|")[0] for line in lines]
    assert len(keys) == len(set(keys)), f"{name}: a key stands twice"
    # Sorting by key alone, as the program searches: `|` sorts above the letters of a longer key.
    lines.sort(key=lambda line: line.split(b"|")[0])
    (OUT / name).write_bytes(b"\n".join(lines) + b"\n")
    print(f"{name}: {len(lines)} rows")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
