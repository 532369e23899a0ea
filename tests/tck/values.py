# SPDX-License-Identifier: PostgreSQL
"""Values: the TCK's way of writing them, the wire's way of sending them, and one form to compare.

Both readers give None, bool, int, float, str, list, dict, Node, Edge and Path. canonical() turns
such a value into nested tuples that are equal exactly if the TCK calls the values equal; INT and
FLOAT differ, NaN equals NaN, labels are a set. The wire sends temporal values in PostgreSQL's
spelling and the TCK writes them as strings, so a string that stands where the wire sent a temporal
column, or inside JSON, is compared as the instant or duration it names, to the microsecond.
"""
import json
import re
from collections import namedtuple

Node = namedtuple("Node", "labels properties")
Edge = namedtuple("Edge", "label properties")
Path = namedtuple("Path", "nodes edges forward")

BOOL, BYTEA, INT8, INT2, INT4, TEXT, FLOAT4, FLOAT8 = 16, 17, 20, 21, 23, 25, 700, 701
VARCHAR, NUMERIC, JSONB = 1043, 1700, 3802
TEMPORAL = {1082, 1083, 1114, 1184, 1186, 1266}
ARRAYS = {1000: BOOL, 1005: INT2, 1007: INT4, 1016: INT8, 1021: FLOAT4, 1022: FLOAT8, 1009: TEXT,
          1015: VARCHAR, 1231: NUMERIC, 1182: 1082, 1183: 1083, 1270: 1266, 1115: 1114,
          1185: 1184, 1187: 1186, 1001: BYTEA}


# ------------------------------------------------------------------ the TCK's spelling

TOKEN = re.compile(r"""\s*(?:
    (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<float>[-+]?(?:\d+\.\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+))
  | (?P<int>[-+]?\d+)
  | (?P<name>[-+]?Inf(?:inity)?|`[^`]*`|[^\W\d]\w*)
  | (?P<mark><-\[|\]->|-\[|\]-|[-()\[\]{}<>:,]))""", re.VERBOSE)
WORDS = {"true": True, "false": False, "null": None, "NaN": float("nan"), "Inf": float("inf"),
         "Infinity": float("inf"), "-Inf": float("-inf"), "-Infinity": float("-inf")}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Reader:
    """Reads one value of a TCK table."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def peek(self):
        match = TOKEN.match(self.text, self.at)
        if not match:
            rest = self.text[self.at:].strip()
            if rest:
                raise ValueError("cannot read %r of %r" % (rest, self.text))
            return None, "", self.at
        return match.lastgroup, match.group(match.lastgroup), match.end()

    def take(self, wanted=None):
        kind, text, end = self.peek()
        if wanted is not None and text != wanted:
            raise ValueError("%r instead of %r in %r" % (text, wanted, self.text))
        self.at = end
        return kind, text

    def take_if(self, wanted):
        if self.peek()[1] != wanted:
            return False
        self.take()
        return True

    def value(self):
        kind, text = self.take()
        if kind == "string":
            return re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(1)), text[1:-1])
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
        if kind == "name" and text in WORDS:
            return WORDS[text]
        if text == "[":
            return self.edge("]") if self.peek()[1] == ":" else self.list()
        if text == "{":
            return self.map()
        if text == "(":
            return self.node()
        if text == "<":
            return self.path()
        raise ValueError("cannot read %r of %r" % (text, self.text))

    def list(self):
        items = []
        while not self.take_if("]"):
            items.append(self.value())
            self.take_if(",")
        return items

    def map(self):
        entries = {}
        while not self.take_if("}"):
            key = self.take()[1].strip("`")
            self.take(":")
            entries[key] = self.value()
            self.take_if(",")
        return entries

    def node(self):
        labels = []
        while self.take_if(":"):
            labels.append(self.take()[1].strip("`"))
        properties = self.map() if self.take_if("{") else {}
        self.take(")")
        return Node(labels, properties)

    def edge(self, *ends):
        self.take(":")
        label = self.take()[1].strip("`")
        properties = self.map() if self.take_if("{") else {}
        self.close = self.take()[1]
        if self.close not in ends:
            raise ValueError("%r ends an edge in %r" % (self.close, self.text))
        return Edge(label, properties)

    def path(self):
        self.take("(")
        path = Path([self.node()], [], [])
        while not self.take_if(">"):
            opening = self.take()[1]
            path.edges.append(self.edge("]->", "]-"))
            path.forward.append(opening == "-[")
            self.take("(")
            path.nodes.append(self.node())
        return path


def read_tck(text):
    # In a cell of a Gherkin table a backslash is written twice.
    reader = Reader(text.replace("\\\\", "\\"))
    value = reader.value()
    if reader.peek()[0] is not None:
        raise ValueError("more than one value in %r" % text)
    return value


# ------------------------------------------------------------------ the wire's spelling

def read_wire(text, oid):
    if text is None:
        return None
    if oid == BOOL:
        return {"t": True, "f": False}[text]
    if oid in (INT2, INT4, INT8):
        return int(text)
    if oid in (FLOAT4, FLOAT8, NUMERIC):
        return float(text)
    if oid == JSONB:
        return read_json(json.loads(text))
    if oid in ARRAYS:
        return [read_wire(item, ARRAYS[oid]) for item in read_array(text)]
    return text


def read_json(value):
    if value in ("NaN", "Infinity", "-Infinity"):
        return float(value)
    if isinstance(value, list):
        return [read_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    keys = set(value)
    if keys == {"id", "labels", "properties"}:
        return Node(value["labels"], read_json(value["properties"]))
    if keys == {"id", "label", "properties", "start", "end"}:
        return Edge(value["label"], read_json(value["properties"]))
    if keys == {"edges", "nodes"}:
        starts = [node["id"] for node in value["nodes"]]
        return Path([read_json(node) for node in value["nodes"]],
                    [read_json(edge) for edge in value["edges"]],
                    [edge["start"] == start for edge, start in zip(value["edges"], starts)])
    return {key: read_json(item) for key, item in value.items()}


ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)')


def read_array(text):
    """The items of a one-dimensional array, as text or None."""
    items = []
    for quoted, plain in ITEM.findall(text):
        if plain:
            items.append(None if plain == "NULL" else plain)
        else:
            items.append(re.sub(r"\\(.)", r"\1", quoted))
    return items


# ------------------------------------------------------------------ comparing

INSTANT = re.compile(r"""^(?:(?P<date>[-+]?\d{4,}-\d\d-\d\d))?
    (?:(?:(?<=\d)[T\ ]|^)(?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?
    (?P<zone>Z|[-+]\d\d(?::?\d\d(?::?\d\d)?)?)?$""", re.VERBOSE)
DURATION = re.compile(r"^P(?=.)(?P<date>[^T]*)(?:T(?P<time>.*))?$")
AMOUNT = re.compile(r"([-+]?\d+(?:\.\d+)?)([YMWDHS])")
MONTHS = {"Y": 12, "M": 1}
SECONDS = {"H": 3600, "M": 60, "S": 1}


def micros(text):
    """Microseconds of a decimal number of seconds; digits beyond them are cut."""
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("+-").partition(".")
    return sign * (int(whole) * 1000000 + int((part + "000000")[:6]))


def span_of(months, days, time):
    """A duration; one of hours only looks like a time of day in PostgreSQL's spelling."""
    return ("duration", months, days, time) if months or days else ("time", time, None)


def duration(text):
    match = DURATION.match(text)
    if not match or AMOUNT.sub("", (match["date"] or "") + (match["time"] or "")):
        return None
    months = days = time = 0
    for amount, unit in AMOUNT.findall(match["date"] or ""):
        if unit in MONTHS:
            months += int(amount) * MONTHS[unit]
        else:
            days += int(amount) * (7 if unit == "W" else 1)
    for amount, unit in AMOUNT.findall(match["time"] or ""):
        time += micros(amount) * SECONDS[unit]
    return span_of(months, days, time)


SPAN = re.compile(r"""^(?:(?P<years>[-+]?\d+)\ years?\ ?)?(?:(?P<months>[-+]?\d+)\ mons?\ ?)?
    (?:(?P<days>[-+]?\d+)\ days?\ ?)?
    (?:(?P<sign>[-+])?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d+)?))?$""", re.VERBOSE)


def span(text):
    """A duration as PostgreSQL writes it."""
    match = SPAN.match(text)
    if not match or not text:
        return None
    months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
    time = 0
    if match["hours"]:
        time = (int(match["hours"]) * 60 + int(match["minutes"])) * 60000000
        time += micros(match["seconds"])
    return span_of(months, int(match["days"] or 0), -time if match["sign"] == "-" else time)


def day_number(text):
    """Days since 0000-03-01 of the proleptic Gregorian calendar."""
    year, month, day = (int(part) for part in text.lstrip("+-").rsplit("-", 2))
    if text.startswith("-"):
        year = -year
    year -= month < 3
    return (year * 365 + year // 4 - year // 100 + year // 400
            + (153 * ((month + 9) % 12) + 2) // 5 + day)


def temporal(text):
    """What a string names in time as a tuple, or None if it names nothing."""
    found = duration(text)
    match = INSTANT.match(text)
    if found or not match or not (match["date"] or match["time"]):
        return found or span(text)
    if match["zone"] and not match["time"]:
        return None
    time = offset = None
    if match["time"]:
        hours, minutes, *rest = match["time"].split(":")
        time = (int(hours) * 60 + int(minutes)) * 60000000 + micros(rest[0] if rest else "0")
    if match["zone"]:
        digits = match["zone"].strip("Z+-").replace(":", "").ljust(6, "0")
        offset = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:])
        offset = -offset if match["zone"][0] == "-" else offset
    if match["date"] is None:
        return ("time", time, offset)
    if time is None:
        return ("date", day_number(match["date"]))
    instant = day_number(match["date"]) * 86400000000 + time
    return ("instant", instant - (offset or 0) * 1000000, offset is not None)


def canonical(value, oid, bag):
    """The form to compare; oid is that of the column, bag ignores the order of lists."""
    if value is None or isinstance(value, bool):
        return (type(value).__name__, value)
    if isinstance(value, float):
        return ("float", "NaN" if value != value else value)
    if isinstance(value, int):
        return ("int", value)
    if isinstance(value, str):
        timed = oid == JSONB or oid in TEMPORAL or ARRAYS.get(oid) in TEMPORAL
        return ("time", temporal(value)) if timed and temporal(value) else ("string", value)
    if isinstance(value, Node):
        return ("node", tuple(sorted(value.labels)), canonical(value.properties, JSONB, bag))
    if isinstance(value, Edge):
        return ("edge", value.label, canonical(value.properties, JSONB, bag))
    if isinstance(value, Path):
        return ("path", tuple(canonical(node, oid, bag) for node in value.nodes),
                tuple(canonical(edge, oid, bag) for edge in value.edges), tuple(value.forward))
    if isinstance(value, list):
        items = [canonical(item, oid, bag) for item in value]
        return ("list", tuple(sorted(items, key=repr) if bag else items))
    return ("map", tuple(sorted((key, canonical(item, JSONB, bag))
                                for key, item in value.items())))
