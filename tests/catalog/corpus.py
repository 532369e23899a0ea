# SPDX-License-Identifier: PostgreSQL
"""What PostgreSQL's clients and tools ask, put to this server and, where there is one, to PostgreSQL:

    corpus.py corpus.json SOCKET [--postgres SOCKET] [--schema FILE] [--least N] [--verbose]

corpus.json is a list of [client, statement]. Every statement has to run. With PostgreSQL beside it,
which holds the same tables (schema.sql), the columns' names and types must be the same, and so must be
the rows of the statements that ask about these tables (ROWS). What differs is printed. Prints TAP.

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
DIFFERENT = {
    "SELECT CURRENT_USER": "calls without an alias are named as written",
    "SELECT LASTVAL()": "calls without an alias are named as written",
    "NULL::OID, t.typbasetype": "casts without an alias are named after the type as written",
    "'::timestamp,NULL,true": "a bare true is named bool, as a cast is",
    "as def_value,dsc.description,dep.objid": "there is no type anyarray: attmissingval is text, and always NULL",
}
# Statements that do not run, and why.
FAILING = {"parse_ident('person')": "there is no function parse_ident"}
# The tables that the recorded statements name by number.
RECORDED = {"16386": "person", "16394": "knows"}


def number_of(connection, table):
    result = connection.run("SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relname = '%s'" % table)
    if result.error or not result.rows:
        return None
    return result.rows[0][0]


def with_numbers(text, numbers):
    return re.sub(r"\b(16386|16394)\b", lambda m: numbers.get(m.group(1)) or m.group(1), text)


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


def plain(rows, numbers):
    """Rows in a form that does not depend on how the server numbers its tables."""
    names = {number: table for number, table in numbers.items() if number}
    return sorted(repr([names.get(cell, cell) for cell in row]) for row in rows)


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
    print("1..%d" % report.count)
    return 1 if report.failed else 0


def compare(corpus, ours, theirs, report, options):
    numbers = {old: number_of(ours, table) for old, table in RECORDED.items()}
    their_numbers = theirs and {old: number_of(theirs, table) for old, table in RECORDED.items()}
    ran = same = equal = 0
    unlisted, unseen = [], set(DIFFERENT) if theirs else set()
    for place, (client, text) in enumerate(corpus):
        result = run(ours, text, numbers)
        refused = [code for part, code in REFUSED.items() if part in text]
        if refused and result.error and result.error.code == refused[0]:
            ran += 1
            same += 1
            equal += 1
            continue
        if result.error:
            report.note("%d %s: %s\n%s" % (place, client, result.error, text.strip()[:300]))
            if not any(part in text for part in FAILING):
                unlisted.append("%d %s: %s" % (place, client, result.error))
            continue
        ran += 1
        if not theirs:
            continue
        other = run(theirs, text, their_numbers)
        if other.error:
            report.note("%d %s: PostgreSQL says %s" % (place, client, other.error))
            same += 1
            equal += 1
            continue
        why = differs(result, other)
        if why:
            report.note("%d %s: %s\n%s" % (place, client, why, text.strip()[:200]))
            listed = [part for part in DIFFERENT if part in text]
            unseen.difference_update(listed)
            if not listed:
                unlisted.append("%d %s: %s" % (place, client, why))
            continue
        same += 1
        ours_rows = plain(result.rows, {v: k for k, v in numbers.items()})
        their_rows = plain(other.rows, {v: k for k, v in their_numbers.items()})
        if ours_rows == their_rows:
            equal += 1
        elif options.verbose:
            report.note("%d %s: rows differ (%d, %d)\n%s" % (
                place, client, len(ours_rows), len(their_rows), text.strip()[:200]))
            for line in [r for r in ours_rows if r not in their_rows][:3]:
                report.note("  here:  " + line[:300])
            for line in [r for r in their_rows if r not in ours_rows][:3]:
                report.note("  there: " + line[:300])
    least = options.least if options.least is not None else len(corpus)
    report.line(ran >= least, "%d of %d statements run" % (ran, len(corpus)))
    unlisted += ["differs no more, take it off the list: " + part for part in sorted(unseen)]
    report.line(not unlisted, "what fails or differs in names and types is listed with its reason", "\n".join(unlisted))
    if theirs:
        report.line(True, "%d have PostgreSQL's names and types, %d its rows" % (same, equal))


if __name__ == "__main__":
    sys.exit(main())
