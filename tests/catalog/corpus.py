# SPDX-License-Identifier: PostgreSQL
"""What PostgreSQL's clients and tools ask, put to this server and, where there is one, to PostgreSQL:

    corpus.py corpus.json SOCKET [--postgres SOCKET] [--schema FILE] [--least N] [--verbose]

corpus.json is a list of [client, statement]. Every statement has to run. With PostgreSQL beside it,
which holds the same tables (schema.sql), the columns' names and types must be the same, and so must be
the rows; what differs for a reason is listed with it. --verbose prints all that differs. Prints TAP.

Numbers of tables that the statements were recorded with are replaced by those of this server's.
"""
import argparse
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tck"))
import wire  # noqa: E402  (the same client as the TCK's)

TIMEOUT = 60
# Statements that name what is not there, and the error they get.
REFUSED = {"'f'::pg_catalog.regproc": "42883", "'hstore'::regtype": "42704", "'x'::regtype": "42704"}
# Statements whose columns have other names or types than PostgreSQL's, by a part of their text, and why.
# The test fails for one that is not listed, and for one that is listed and differs no more.
DIFFERENT = {}
# Statements that do not run, and why.
FAILING = {}
# Statements whose rows differ, by a part of their text, and why. FEWER: every row here is one there, which
# has more. The test fails as it does for DIFFERENT.
FEWER, OTHER = "fewer", "other"
MORE_THERE = "casts and operator classes of types that there are not here"
ONE_DATABASE = "one server is one database: no templates, no database postgres"
VERSION = "the version names this server"
COMMENTS = "types have no comments"
NOT_STORED = "no TOAST tables and no frozen transactions; the graph is a relation, too"
NOT_COUNTED = "sizes, pages and rows of tables are not counted"
DIFFERENT_ROWS = {
    "pg_catalog.pg_database d ORDER": (FEWER, ONE_DATABASE),
    'SELECT e.extname AS "Name': (FEWER, "there is no PL/pgSQL"),
    "s.source <> 'default' AND": (OTHER, "the settings that are not at their default are the server's own"),
    '"Source type", pg_catalog': (OTHER, "casts need no function; " + MORE_THERE),
    'SELECT l.lanname AS "Name': (FEWER, "there is no PL/pgSQL"),
    '"Access privileges", CASE': (OTHER, ONE_DATABASE + "; " + NOT_COUNTED),
    "c.relpersistence WHEN 'p'": (OTHER, NOT_COUNTED),
    "select pg_catalog.version": (OTHER, VERSION),
    "SELECT version()": (OTHER, VERSION),
    "pg_catalog.pg_opclass.oid": (FEWER, MORE_THERE),
    "t.*,c.relkind,format_type": (OTHER, COMMENTS),
    ",d.description,pg_catalog": (OTHER, NOT_STORED),
    "as def_value,dsc.description,dep.objid":
        (OTHER, "columns have no version: PostgreSQL 15.20 keeps one in attoptions, another each time"),
    "relname as tabrelname,dsc": (OTHER, NOT_COUNTED),
    "* from pg_catalog.pg_settings where name": (OTHER, "settings are described in the words of this server"),
    "SELECT attrelid, attname,":
        (OTHER, "catalogs have no indexes; pg_stat_statements is no extension, and property graphs have catalogs"),
}
# The tables that the recorded statements name by number.
RECORDED = {"16386": "person", "16394": "knows"}
NO_TABLE = "4294967295"


def number_of(connection, table):
    result = connection.run("SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relname = '%s'" % table)
    if result.error or not result.rows:
        return None
    return result.rows[0][0]


def with_numbers(text, numbers):
    """Other tables that the recorded database had are none here: the last number of all."""
    return re.sub(r"\b16[34]\d\d\b", lambda m: numbers.get(m.group(0)) or NO_TABLE, text)


def parameters_of(text):
    """NULLs of no type for each $n."""
    count = max([int(n) for n in re.findall(r"\$(\d+)", text)] or [0])
    return [(0, None)] * count


def run(connection, text, numbers):
    text = with_numbers(text, numbers)
    many = re.match(r"select \d;|SELECT pg_advisory_unlock_all", text)
    statements = [s for s in text.split(";") if s.strip()] if many else [text]
    for statement in statements:
        result = connection.run(statement, parameters_of(statement))
        if result.error:
            break
    return result


def differs(ours, theirs):
    """Why two answers are not the same in form; empty if they are."""
    if len(ours.columns) != len(theirs.columns):
        return "%d columns, not %d" % (len(ours.columns), len(theirs.columns))
    wrong = ["%s is %s %d, not %s %d" % (i + 1, a[0], a[1], b[0], b[1])
             for i, (a, b) in enumerate(zip(ours.columns, theirs.columns)) if a != b]
    return "; ".join(wrong)


# What is numbered by the server, each under a name that both have.
NUMBERED = """SELECT oid, 'class ' || relname FROM pg_catalog.pg_class WHERE oid >= 16384 AND relkind <> 'g'
UNION ALL SELECT oid, 'type ' || typname FROM pg_catalog.pg_type WHERE oid >= 16384
UNION ALL SELECT oid, 'constraint ' || conname FROM pg_catalog.pg_constraint WHERE oid >= 16384"""


def names_of(connection):
    return {number: name for number, name in connection.run(NUMBERED).rows}


def plain(rows, names):
    """Rows in a form that does not depend on how the server numbers its tables."""
    return sorted(repr([names.get(cell, cell) for cell in row]) for row in rows)


def listed(table, text):
    """The rows of a table of differences that are about a statement."""
    text = " ".join(text.split())
    return [part for part in table if part in text]


class Report:
    def __init__(self, verbose):
        self.verbose = verbose
        self.count = 0
        self.failed = 0

    def line(self, is_ok, name, details=""):
        self.count += 1
        self.failed += not is_ok
        print("%s %d - %s" % ("ok" if is_ok else "not ok", self.count, name))
        for detail in details.splitlines() if not is_ok else []:
            print("# " + detail)

    def note(self, text):
        if self.verbose:
            for line in text.splitlines():
                print("# " + line)


def set_up(connection, path):
    with open(path, encoding="utf-8") as file:
        for statement in file.read().split(";\n"):
            if not statement.strip():
                continue
            result = connection.run(statement)
            if result.error:
                return "%s: %s" % (statement.strip().splitlines()[0], result.error)
    return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus")
    parser.add_argument("socket")
    parser.add_argument("--postgres")
    parser.add_argument("--schema", default=os.path.join(os.path.dirname(__file__), "schema.sql"))
    parser.add_argument("--least", type=int)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    report = Report(options.verbose)
    with open(options.corpus, encoding="utf-8") as file:
        corpus = json.load(file)
    ours = wire.Connection(options.socket, TIMEOUT)
    theirs = wire.Connection(options.postgres, TIMEOUT) if options.postgres else None
    for connection in filter(None, (ours, theirs)):
        fault = set_up(connection, options.schema)
        if fault:
            report.line(False, "the schema is made", fault)
    compare(corpus, ours, theirs, report, options)
    if theirs:
        compare_settings(ours, theirs, report)
    print("1..%d" % report.count)
    return 1 if report.failed else 0


class Pair:
    """One statement's answers, here and there."""

    def __init__(self, place, client, text, result, other):
        self.name = "%d %s" % (place, client)
        self.text = text
        self.result = result
        self.other = other


def same_form(pair, report, unlisted, unseen):
    why = differs(pair.result, pair.other)
    if not why:
        return True
    report.note("%s: %s\n%s" % (pair.name, why, pair.text.strip()[:200]))
    found = listed(DIFFERENT, pair.text)
    unseen.difference_update(found)
    if not found:
        unlisted.append("%s: %s" % (pair.name, why))
    return False


def same_rows(pair, names, report, unlisted, unseen):
    ours, theirs = plain(pair.result.rows, names[0]), plain(pair.other.rows, names[1])
    if ours == theirs:
        return True
    found = listed(DIFFERENT_ROWS, pair.text)
    unseen.difference_update(found)
    here = [row for row in ours if row not in theirs]
    there = [row for row in theirs if row not in ours]
    report.note("%s: %d rows, not %d%s\n%s" % (
        pair.name, len(ours), len(theirs),
        "".join(" (%s)" % DIFFERENT_ROWS[part][1] for part in found), pair.text.strip()[:200]))
    for kind, rows in (("here: ", here), ("there:", there)):
        for row in rows[:3]:
            report.note("  %s %s" % (kind, row[:300]))
    if not found or (here and all(DIFFERENT_ROWS[part][0] == FEWER for part in found)):
        unlisted.append("%s: rows differ: %s" % (pair.name, (here + there)[0][:200]))
    return False


def compare_settings(ours, theirs, report):
    """Every setting of PostgreSQL's is known, as one of the same type."""
    query = "SELECT name, vartype FROM pg_catalog.pg_settings"
    here = {row[0]: row for row in ours.run(query).rows}
    wrong = []
    for name, vartype in theirs.run(query).rows:
        shown = ours.run("SELECT pg_catalog.current_setting('%s')" % name)
        if shown.error:
            wrong.append("%s: %s" % (name, shown.error))
        elif here[name][1] != vartype:
            wrong.append("%s is a %s, not a %s" % (name, here[name][1], vartype))
    report.line(not wrong, "PostgreSQL's settings are known", "\n".join(wrong))


def compare(corpus, ours, theirs, report, options):
    numbers = {old: number_of(ours, table) for old, table in RECORDED.items()}
    their_numbers = theirs and {old: number_of(theirs, table) for old, table in RECORDED.items()}
    names = theirs and (names_of(ours), names_of(theirs))
    ran = same = equal = 0
    unlisted, unseen = [], set(DIFFERENT) | set(DIFFERENT_ROWS) if theirs else set()
    for place, (client, text) in enumerate(corpus):
        result = run(ours, text, numbers)
        refused = [code for part, code in REFUSED.items() if part in text]
        if refused and result.error and result.error.code == refused[0]:
            ran, same, equal = ran + 1, same + 1, equal + 1
            continue
        if result.error:
            report.note("%d %s: %s\n%s" % (place, client, result.error, text.strip()[:300]))
            if not listed(FAILING, text):
                unlisted.append("%d %s: %s" % (place, client, result.error))
            continue
        ran += 1
        other = theirs and run(theirs, text, their_numbers)
        if not theirs:
            continue
        pair = Pair(place, client, text, result, other)
        if other.error:
            report.note("%s: PostgreSQL says %s" % (pair.name, other.error))
            same, equal = same + 1, equal + 1
            continue
        if not same_form(pair, report, unlisted, unseen):
            continue
        same += 1
        equal += same_rows(pair, names, report, unlisted, unseen)
    least = options.least if options.least is not None else len(corpus)
    report.line(ran >= least, "%d of %d statements run" % (ran, len(corpus)))
    unlisted += ["differs no more, take it off the list: " + part for part in sorted(unseen)]
    report.line(not unlisted, "what fails or differs is listed with its reason", "\n".join(unlisted))
    if theirs:
        report.line(True, "%d have PostgreSQL's names and types, %d its rows" % (same, equal))


if __name__ == "__main__":
    sys.exit(main())
