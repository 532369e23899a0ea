"""Asks Quiver and PostgreSQL the same questions in turns and prints medians and ratios. A question that is
answered differently is an error.

    snb.py QUIVER_DSN POSTGRESQL_DSN QUESTIONS CYPHER_FOLDER SQL_FOLDER [ROUNDS]

QUESTIONS has a line for each, NAME KEY = VALUE; KEY = VALUE .., several of one NAME; the texts lie in the
folders by the names. Both systems are asked through psycopg, prepared, over their sockets.
"""

import json
import re
import statistics
import sys
import time
from pathlib import Path

import psycopg


def read_questions(path):
    """The parameters of each question, by its name."""
    questions = {}
    for line in Path(path).read_text().splitlines():
        name, _, rest = line.partition(" ")
        pairs = (pair.partition(" = ") for pair in rest.split("; "))
        questions.setdefault(name, []).append(
            {key: value[1:-1] if value.startswith("'") else int(value) for key, _, value in pairs}
        )
    return questions


def numbered(text, mark):
    """The text with $1, $2 .. for its named parameters, and their names in that order."""
    names = []

    def number(match):
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return re.sub(mark + r"([A-Za-z]\w*)", number, text), names


def cypher(folder, name):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", (folder / f"{name}.cypher").read_text(), flags=re.DOTALL)
    return numbered(text, r"\$")


def sql(folder, name):
    own = folder / "v1" / f"{name}.sql"
    text = (own if own.exists() else folder / f"{name}.sql").read_text()
    text = re.sub(r"--[^\n]*", "", text).replace(":'version'", "'v1'").rstrip().rstrip(";")
    return numbered(text, r"(?<!:):")


def plain(value):
    """Lists in an order of their own, numbers of one type."""
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    if isinstance(value, list):
        return sorted((plain(item) for item in value), key=repr)
    return value if isinstance(value, (str, bool, int, type(None))) else float(value)


class System:
    def __init__(self, dsn):
        connection = psycopg.connect(dsn, autocommit=True, prepare_threshold=0)
        self.cursor = psycopg.RawCursor(connection)

    def ask(self, question, parameters):
        text, names = question
        start = time.perf_counter()
        rows = self.cursor.execute(text, [parameters[name] for name in names]).fetchall()
        return time.perf_counter() - start, rows


def measure(systems, questions, parameters, rounds):
    """Seconds of each system, a list in the order of the rounds."""
    seconds = {name: [] for name in systems}
    for round in range(-len(parameters), rounds):  # those before 0 are for plans and caches
        given = parameters[round % len(parameters)]
        answers = {}
        for name, system in systems.items():
            spent, rows = system.ask(questions[name], given)
            answers[name] = sorted(([plain(value) for value in row] for row in rows), key=repr)
            if round >= 0:
                seconds[name].append(spent)
        if answers["quiver"] != answers["postgresql"]:
            sys.exit(f"{given}: quiver says {answers['quiver'][:5]}, postgresql {answers['postgresql'][:5]}")
    return seconds


def main():
    quiver_dsn, postgresql_dsn, questions, cypher_folder, sql_folder = sys.argv[1:6]
    rounds = int(sys.argv[6]) if len(sys.argv) > 6 else 21
    systems = {"quiver": System(quiver_dsn), "postgresql": System(postgresql_dsn)}
    for name, parameters in read_questions(questions).items():
        texts = {"quiver": cypher(Path(cypher_folder), name), "postgresql": sql(Path(sql_folder), name)}
        seconds = measure(systems, texts, parameters, rounds)
        ratio = statistics.median(b / a for a, b in zip(seconds["quiver"], seconds["postgresql"]))
        print(name)
        for system, each in seconds.items():
            print(f"    {system}_ms={statistics.median(each) * 1000:.3f}", end="")
        print(f" ratio_to_postgresql={ratio:.2f}", flush=True)


main()
