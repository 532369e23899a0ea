# SPDX-License-Identifier: PostgreSQL
"""One scenario: its graph is made, its steps run, what they answer is held to what is expected.

Side effects are counted as the TCK defines them, by the difference of the graph before and after:
elements by id, labels as the set in use, properties as triples of element, key and value.
"""
import json
import re
from collections import Counter

import errors
import procedures
import values
from wire import EXECUTE, PARSE

WRITES = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|FOREACH|INSERT)\b", re.IGNORECASE)
IMPLICIT = re.compile(r"\s*CALL\s+[\w.]+(?!\s*[\w.(])", re.IGNORECASE)
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|//[^\n]*|/\*.*?\*/", re.DOTALL)

# What PostgreSQL's types cannot carry: nanoseconds, named zones, years of five digits.
BEYOND = re.compile(
    r"nanosecond|[.,]\d{7}|\b(?:Europe|Pacific|America|Asia|Africa|Australia)/"
    r"|\d{5,}-\d\d-\d\d|year: -?\d{5}|'[-+]\d{5,9}'")


class Failure(Exception):
    """A scenario did not do what is expected; the text says in what."""


def out_of_scope(scenario):
    """Whether a temporal scenario needs values that the server's types have no room for."""
    if "/temporal/" not in scenario["file"]:
        return False
    text = json.dumps([scenario["setup"], scenario["params"],
                       [(step["query"], step["expect"].get("rows")) for step in scenario["steps"]]])
    return BEYOND.search(text) is not None


def tree(labels):
    """The TCK's binary trees: a root, four children in a ring, two leaves below each."""
    nodes = ["(a:A {name: 'a'})"]
    edges = ["(a)-[:%s]->(b%d)" % ("KNOWS" if b < 3 else "FOLLOWS", b) for b in range(1, 5)]
    for b in range(1, 5):
        nodes.append("(b%d:X {name: 'b%d'})" % (b, b))
        edges.append("(b%d)-[:FRIEND]->(b%d)" % (b, b % 4 + 1))
        for c, label in enumerate(labels, 1):
            nodes.append("(c%d%d:%s {name: 'c%d%d'})" % (b, c, label, b, c))
            edges.append("(b%d)-[:FRIEND]->(c%d%d)" % (b, b, c))
    return "CREATE " + ", ".join(nodes + edges)


GRAPHS = {"empty": [], "any": [], "binary-tree-1": [tree("XX")], "binary-tree-2": [tree("XY")]}


def bind(value):
    """A parameter's type and text."""
    if isinstance(value, bool):
        return values.BOOL, "true" if value else "false"
    if isinstance(value, int):
        return values.INT8, str(value)
    if isinstance(value, float):
        return values.FLOAT8, repr(value)
    if isinstance(value, str):
        return values.TEXT, value
    return values.JSONB, None if value is None else json.dumps(value)


def parameters(text, given):
    """The parameters of a text in the order of their numbers."""
    names = list(dict.fromkeys(re.findall(r"\$(\w+)", QUOTED.sub("''", text))))
    if all(name.isdigit() for name in names):
        names.sort(key=int)
    return [bind(values.read_tck(given[name])) for name in names if name in given]


def set_implicit(connection, text, given):
    """CALL of a procedure without parentheses takes parameters of the session by their names."""
    if not IMPLICIT.match(text):
        return False
    for name, written in given.items():
        value = values.read_tck(written)
        literal = json.dumps(value) if not isinstance(value, str) else (
            "'%s'" % value.replace("'", "''"))
        connection.run("SESSION SET VALUE $%s = %s" % (name, literal))
    return bool(given)


class Graph:
    """The state of a graph, to be subtracted from a later one."""

    def __init__(self, connection):
        self.nodes, self.edges, self.labels, self.properties = set(), set(), set(), set()
        if connection is None:
            return
        for element in fetch(connection, "MATCH (n) RETURN n"):
            self.nodes.add(element["id"])
            self.labels.update(element["labels"])
            self.add_properties("node", element)
        for element in fetch(connection, "MATCH ()-[r]->() RETURN r"):
            self.edges.add(element["id"])
            self.add_properties("edge", element)

    def add_properties(self, kind, element):
        for key, value in element["properties"].items():
            self.properties.add((kind, element["id"], key, json.dumps(value)))

    def changes(self, after):
        found = {}
        for name, old, new in (("nodes", self.nodes, after.nodes),
                               ("relationships", self.edges, after.edges),
                               ("labels", self.labels, after.labels),
                               ("properties", self.properties, after.properties)):
            found["+" + name] = len(new - old)
            found["-" + name] = len(old - new)
        return {name: count for name, count in found.items() if count}


def fetch(connection, text):
    result = connection.run(text)
    if result.error:
        raise Failure("%s: %s" % (text, result.error))
    return [json.loads(row[0]) for row in result.rows]


def check_error(result, expected):
    wanted = "%s(%s) at %s" % (expected["type"], expected["detail"], expected["phase"])
    if result.error is None:
        raise Failure("no error, but %s expected; %d rows" % (wanted, len(result.rows)))
    if result.error.code not in errors.codes(expected):
        raise Failure("%s instead of %s" % (result.error, wanted))
    # A typed language may find at Parse what Cypher finds while running, not the other way round.
    late = result.error.phase == EXECUTE
    if expected["phase"] == "compile time" and result.error.phase != PARSE:
        if late or expected["detail"] != "MissingParameter":
            raise Failure("%s: too late for %s" % (result.error, wanted))


def check_rows(result, expected):
    header = [name for name, _ in result.columns]
    if sorted(header) != sorted(expected["header"]):
        raise Failure("columns %s instead of %s" % (header, expected["header"]))
    order = [header.index(name) for name in expected["header"]]
    oids = [result.columns[at][1] for at in order]
    bag = expected["ignore_list_order"]
    wanted = [tuple(values.canonical(values.read_tck(cell), oid, bag)
                    for cell, oid in zip(row, oids)) for row in expected["rows"]]
    found = [tuple(values.canonical(values.read_wire(row[at], oid), oid, bag)
                   for at, oid in zip(order, oids)) for row in result.rows]
    same = wanted == found if expected["ordered"] else Counter(wanted) == Counter(found)
    if not same:
        raise Failure("rows differ\n" + difference(expected, result, wanted, found, order))


def difference(expected, result, wanted, found, order):
    """The rows that only one side has, or both in order where only the order differs."""
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    lines = []
    for row, key in zip(expected["rows"], wanted):
        if missing[key] or not (missing or extra):
            lines.append("    expected  %s" % " | ".join(row))
    for row, key in zip(result.rows, found):
        if extra[key] or not (missing or extra):
            lines.append("    answered  %s" % " | ".join(str(row[at]) for at in order))
    lines.append("    columns   %s" % ", ".join("%s %d" % column for column in result.columns))
    return "\n".join(lines)


def check_step(connection, step, given, before):
    """Runs one step; returns the graph after it where it may have changed, else before."""
    expected = step["expect"]
    is_implicit = set_implicit(connection, step["query"], given)
    result = connection.run(step["query"], parameters(step["query"], given))
    if is_implicit:
        connection.run("SESSION RESET ALL PARAMETERS")
    if expected["kind"] == "error":
        check_error(result, expected["error"])
        return before
    if result.error:
        raise Failure(str(result.error))
    if expected["kind"] == "empty" and result.rows:
        raise Failure("%d rows instead of none" % len(result.rows))
    if expected["kind"] == "rows":
        check_rows(result, expected)
    if not WRITES.search(step["query"]):
        return before
    after = Graph(connection)
    effects = expected.get("side_effects")
    if effects:
        wanted = {} if effects == "none" else {name: int(n) for name, n in effects.items()}
        found = before.changes(after)
        if found != wanted:
            raise Failure("side effects %s instead of %s" % (found, wanted))
    return after


def writes(scenario):
    """Whether the graph or the catalog may not be empty afterwards."""
    texts = scenario["setup"] + GRAPHS[scenario["graph"]] + scenario["procedures"]
    return bool(texts) or any(WRITES.search(step["query"]) for step in scenario["steps"])


def run(connection, scenario):
    """Runs a scenario on an empty graph; raises Failure, or WireError where the server is lost."""
    setup = GRAPHS[scenario["graph"]] + scenario["setup"]
    for text in [procedures.create(one) for one in scenario["procedures"]] + setup:
        result = connection.run(text, parameters(text, scenario["params"]))
        if result.error:
            raise Failure("setup: %s" % result.error)
    before = Graph(connection if setup else None)
    for step in scenario["steps"]:
        before = check_step(connection, step, scenario["params"], before)
