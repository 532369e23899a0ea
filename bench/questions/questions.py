"""Asks Quiver, PostgreSQL and Kuzu the questions of questions.toml about one graph, in turns, and prints
medians and ratios. The answers are compared: a question that is answered differently is an error.

    questions.py QUIVER_DSN POSTGRESQL_DSN|- FOLDER [PEOPLE [ROUNDS]]

Quiver and PostgreSQL are asked through psycopg, prepared, over their sockets; Kuzu through its own
library within this process. Each asks with the same ids. FOLDER keeps the CSV files and Kuzu's database.
"""

import random
import statistics
import sys
import time
import tomllib
import warnings
from pathlib import Path

import psycopg

try:
    import kuzu
except ImportError:
    kuzu = None

CITIES = 100
FRIENDS = 10


def make_graph(folder, people):
    """The same graph for the same number of people: whom one knows is drawn with a bias to few, so
    that degrees are as uneven as those of people."""
    chance = random.Random(4711)
    write = lambda name, rows: (folder / name).write_text("".join(f"{row}\n" for row in rows))
    write("person.csv", (f"{i},person {i},{18 + chance.randrange(60)}" for i in range(people)))
    write("city.csv", (f"{i},city {i}" for i in range(CITIES)))
    write("lives_in.csv", (f"{i},{int(CITIES * chance.random() ** 2)}" for i in range(people)))
    scattered = list(range(people))
    chance.shuffle(scattered)
    pairs = set()
    while len(pairs) < people * FRIENDS:
        a, b = chance.randrange(people), scattered[int(people * chance.random() ** 2.5)]
        if a != b:
            pairs.add((a, b))
    write("knows.csv", (f"{a},{b},{2000 + (a + b) % 25}" for a, b in sorted(pairs)))


def copy(connection, statement, file):
    with connection.cursor().copy(statement) as out:
        out.write(file.read_bytes())


def ids_in(text):
    return [n for n in (1, 2, 3) if f"${n}" in text]


class Server:
    """What Quiver and PostgreSQL share: one connection, every statement prepared."""

    def __init__(self, dsn):
        self.connection = psycopg.connect(dsn, autocommit=True, prepare_threshold=0)
        self.cursor = psycopg.RawCursor(self.connection)

    def ask(self, question, ids):
        # Both number a statement's own parameters from 1 on.
        text = question[self.name]
        used = ids_in(text)
        for at, n in enumerate(used, 1):
            text = text.replace(f"${n}", f"${at}")
        return self.cursor.execute(text, [ids[n] for n in used]).fetchall()


class Quiver(Server):
    name = "quiver"

    def load(self, folder):
        for statement in (
            "CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING, age INT64)",
            "CREATE NODE LABEL City (id INT64 PRIMARY KEY, name STRING)",
            "CREATE EDGE LABEL KNOWS (FROM Person TO Person, since INT64)",
            "CREATE EDGE LABEL LIVES_IN (FROM Person TO City)",
        ):
            self.connection.execute(statement)
        for label, columns, file in (
            ("Person", "id, name, age", "person.csv"),
            ("City", "id, name", "city.csv"),
            ("KNOWS", "_from, _to, since", "knows.csv"),
            ("LIVES_IN", "_from, _to", "lives_in.csv"),
        ):
            copy(self.connection, f"COPY {label} ({columns}) FROM STDIN (FORMAT csv)", folder / file)
        self.connection.execute("ANALYZE")


class PostgreSQL(Server):
    name = "postgresql"

    def load(self, folder):
        self.connection.execute(
            """CREATE TABLE person (id bigint PRIMARY KEY, name text, age bigint);
            CREATE TABLE city (id bigint PRIMARY KEY, name text);
            CREATE TABLE knows (src bigint, dst bigint, since bigint);
            CREATE TABLE lives_in (src bigint, dst bigint)""",
            prepare=False,
        )
        for table in ("person", "city", "knows", "lives_in"):
            copy(self.connection, f"COPY {table} FROM STDIN (FORMAT csv)", folder / f"{table}.csv")
        self.connection.execute(
            """ALTER TABLE knows ADD PRIMARY KEY (src, dst); CREATE INDEX ON knows (dst, src);
            ALTER TABLE lives_in ADD PRIMARY KEY (src, dst); CREATE INDEX ON lives_in (dst, src)""",
            prepare=False,
        )
        self.connection.execute("VACUUM ANALYZE", prepare=False)


class Kuzu:
    name = "kuzu"

    def __init__(self, folder):
        self.connection = kuzu.Connection(kuzu.Database(str(folder / "kuzu")))
        self.prepared = {}

    def load(self, folder):
        for statement in (
            "CREATE NODE TABLE Person (id INT64 PRIMARY KEY, name STRING, age INT64)",
            "CREATE NODE TABLE City (id INT64 PRIMARY KEY, name STRING)",
            "CREATE REL TABLE KNOWS (FROM Person TO Person, since INT64)",
            "CREATE REL TABLE LIVES_IN (FROM Person TO City)",
        ):
            self.connection.execute(statement)
        for table in ("Person", "City", "KNOWS", "LIVES_IN"):
            self.connection.execute(f"COPY {table} FROM '{folder / (table.lower() + '.csv')}'")

    def ask(self, question, ids):
        text = question[self.name]
        if text not in self.prepared:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of prepare(), which is not done for each question here
                self.prepared[text] = self.connection.prepare(text)
        used = {str(n): ids[n] for n in ids_in(text)}
        return [tuple(row) for row in self.connection.execute(self.prepared[text], used).get_all()]


def measure(systems, question, people, rounds):
    """Seconds of each system, a list in the order of the rounds."""
    seconds = {system.name: [] for system in systems}
    chance = random.Random(question["name"])
    for round in range(rounds + 1):
        ids = {1: chance.randrange(people), 2: chance.randrange(people), 3: chance.randrange(CITIES)}
        answers = {}
        for system in systems:
            start = time.perf_counter()
            answers[system.name] = system.ask(question, ids)
            if round > 0:  # the first is for plans and caches
                seconds[system.name].append(time.perf_counter() - start)
        for name, answer in answers.items():
            if answer != answers["quiver"]:
                sys.exit(f"{question['name']}, ids {ids}: {name} says {answer[:5]}, quiver {answers['quiver'][:5]}")
    return seconds


def main():
    quiver_dsn, postgresql_dsn, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    people = int(sys.argv[4]) if len(sys.argv) > 4 else 50000
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 21
    make_graph(folder, people)
    systems = [Quiver(quiver_dsn)]
    if postgresql_dsn != "-":
        systems.append(PostgreSQL(postgresql_dsn))
    if kuzu is not None:
        systems.append(Kuzu(folder))
    for system in systems:
        start = time.perf_counter()
        system.load(folder)
        print(f"# {system.name} loaded {people * (FRIENDS + 2)} rows in {time.perf_counter() - start:.1f} s", flush=True)
    for question in tomllib.loads(Path(__file__).with_suffix(".toml").read_text())["question"]:
        seconds = measure(systems, question, people, max(rounds // 7, 1) if question.get("slow") else rounds)
        middle = {name: statistics.median(each) for name, each in seconds.items()}
        print(question["name"])
        print(f"    quiver_ms={middle['quiver'] * 1000:.3f}")
        for name in list(middle)[1:]:
            ratio = statistics.median(other / own for other, own in zip(seconds[name], seconds["quiver"]))
            print(f"    {name}_ms={middle[name] * 1000:.3f} ratio_to_{name}={ratio:.2f}", flush=True)


main()
