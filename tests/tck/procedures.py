# SPDX-License-Identifier: PostgreSQL
"""A scenario's procedures: "there exists a procedure name(in :: T?) :: (out :: T?)" and a table of
what goes in and comes out become CREATE PROCEDURE, whose query looks the arguments up in the table.
"""
import re

SIGNATURE = re.compile(r"there exists a procedure ([\w.]+)\((.*?)\) :: \((.*)\)$")
TYPES = {"STRING": "STRING", "INTEGER": "INT64", "FLOAT": "FLOAT64", "NUMBER": "FLOAT64",
         "BOOLEAN": "BOOL"}


def fields(text):
    """[(name, type)] of "a :: STRING?, b :: INTEGER?"."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, kind = part.split(" :: ")
        found.append((name, TYPES[kind.rstrip("?")]))
    return found


def declared(names):
    return "(%s)" % ", ".join("`%s` %s" % field for field in names)


def create(procedure):
    """The statement that makes the procedure."""
    name, given, answered = SIGNATURE.match(procedure["sig"]).groups()
    given, answered = fields(given), fields(answered)
    head = "CREATE PROCEDURE %s%s RETURNS %s AS " % (name, declared(given), declared(answered))
    if not answered:
        return head + "{ FINISH }"
    header, *rows = procedure["table"]
    maps = ["{%s}" % ", ".join("`%s`: %s" % cell for cell in zip(header, row)) for row in rows]
    wanted = " AND ".join("NOT (row.`%s` IS DISTINCT FROM `%s`)" % (field, field)
                          for field, _ in given) or "true"
    columns = ", ".join("row.`%s` :: %s AS `%s`" % (field, kind, field) for field, kind in answered)
    return head + "{ UNWIND [%s] AS row FILTER %s RETURN %s }" % (", ".join(maps), wanted, columns)
