-- Paths whose edges are rows of tables, and the same over edges: what both answer is equal.
CREATE TABLE person (id int PRIMARY KEY, name text);
CREATE TABLE pays (id int PRIMARY KEY, src int REFERENCES person, dst int REFERENCES person, amount int);
CREATE TABLE paid (_from int REFERENCES person (id), _to int REFERENCES person (id), id int, amount int);
CREATE TABLE place (id int PRIMARY KEY, title text);
CREATE TABLE visits (p int, c int, day int);
INSERT INTO person SELECT i, 'p' || i FROM generate_series(1, 12) i;
INSERT INTO pays SELECT i, 1 + (i * 7) % 12, 1 + (i * i + i / 5) % 12, i % 9 FROM generate_series(1, 30) i;
INSERT INTO paid SELECT src, dst, id, amount FROM pays;
INSERT INTO place VALUES (1, 'x'), (2, 'y');
INSERT INTO visits VALUES (1, 1, 1), (2, 1, 2), (2, 2, 3), (4, 2, 4);
CREATE INDEX ON pays (src);
CREATE PROPERTY GRAPH g VERTEX TABLES (person, place) EDGE TABLES (
    pays SOURCE KEY (src) REFERENCES person (id) DESTINATION KEY (dst) REFERENCES person (id)
        PROPERTIES (id, amount, amount * 2 AS double),
    paid SOURCE person DESTINATION person PROPERTIES (id, amount, amount * 2 AS double),
    visits KEY (p, c, day) SOURCE KEY (p) REFERENCES person (id) DESTINATION KEY (c) REFERENCES place (id));
-- quantifiers, group variables
SELECT * FROM GRAPH_TABLE (g MATCH (a IS person WHERE a.id = 1)-[e IS pays]->{1,2}(b)
    COLUMNS (a.name AS a, b.name AS b, [x IN e | x.amount] AS amounts, [x IN e | x.double] AS doubles)) ORDER BY 1, 2, 3;
(SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS pays]->{0,3}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS paid]->{0,3}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
(SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS paid]->{0,3}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS pays]->{0,3}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
-- either direction; a row from a node to itself counts once
(SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS pays]-{1,2}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS paid]-{1,2}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
(SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS paid]-{1,2}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS pays]-{1,2}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
-- modes
(SELECT * FROM GRAPH_TABLE (g MATCH TRAIL (a IS person)-[e IS pays]->{1,4}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH TRAIL (a IS person)-[e IS paid]->{1,4}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
(SELECT * FROM GRAPH_TABLE (g MATCH TRAIL (a IS person)-[e IS paid]->{1,4}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH TRAIL (a IS person)-[e IS pays]->{1,4}(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
(SELECT * FROM GRAPH_TABLE (g MATCH ACYCLIC (a IS person)-[e IS pays]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH ACYCLIC (a IS person)-[e IS paid]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
(SELECT * FROM GRAPH_TABLE (g MATCH SIMPLE (a IS person)-[e IS paid]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH SIMPLE (a IS person)-[e IS pays]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
-- selectors
(SELECT * FROM GRAPH_TABLE (g MATCH ANY SHORTEST (a IS person)-[e IS pays]->*(b IS person) COLUMNS (a.id AS a, b.id AS b, size(e) AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH ANY SHORTEST (a IS person)-[e IS paid]->*(b IS person) COLUMNS (a.id AS a, b.id AS b, size(e) AS e)));
(SELECT * FROM GRAPH_TABLE (g MATCH ALL SHORTEST (a IS person)-[e IS paid]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH ALL SHORTEST (a IS person)-[e IS pays]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
(SELECT * FROM GRAPH_TABLE (g MATCH SHORTEST 3 (a IS person)-[e IS pays]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, size(e) AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH SHORTEST 3 (a IS person)-[e IS paid]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, size(e) AS e)));
(SELECT * FROM GRAPH_TABLE (g MATCH SHORTEST 2 GROUPS (a IS person)-[e IS paid]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH SHORTEST 2 GROUPS (a IS person)-[e IS pays]->+(b IS person) COLUMNS (a.id AS a, b.id AS b, [x IN e | x.id] AS e)));
-- in parentheses, with conditions of each step
(SELECT * FROM GRAPH_TABLE (g MATCH (a IS person) ((x)-[e IS pays WHERE e.amount > 1]->(y)-[f IS pays]->(z) WHERE e.amount < f.amount OR x.id > z.id){1,2} (b)
     COLUMNS (a.id AS a, b.id AS b, [i IN e | i.id] AS e, [i IN f | i.double] AS f, [i IN y | i.name] AS y))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH (a IS person) ((x)-[e IS paid WHERE e.amount > 1]->(y)-[f IS paid]->(z) WHERE e.amount < f.amount OR x.id > z.id){1,2} (b)
     COLUMNS (a.id AS a, b.id AS b, [i IN e | i.id] AS e, [i IN f | i.double] AS f, [i IN y | i.name] AS y)));
(SELECT * FROM GRAPH_TABLE (g MATCH (a IS person) ((x)-[e IS paid WHERE e.amount > 1]->(y)-[f IS paid]->(z) WHERE e.amount < f.amount OR x.id > z.id){1,2} (b)
     COLUMNS (a.id AS a, b.id AS b, [i IN e | i.id] AS e, [i IN f | i.double] AS f, [i IN y | i.name] AS y))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH (a IS person) ((x)-[e IS pays WHERE e.amount > 1]->(y)-[f IS pays]->(z) WHERE e.amount < f.amount OR x.id > z.id){1,2} (b)
     COLUMNS (a.id AS a, b.id AS b, [i IN e | i.id] AS e, [i IN f | i.double] AS f, [i IN y | i.name] AS y)));
-- one table or another, rows and edges in turn
(SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[IS pays|paid]->{2}(b IS person) COLUMNS (a.id AS a, b.id AS b))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[IS paid]->{2}(b IS person), (c IS place), (d IS place) COLUMNS (a.id AS a, b.id AS b)));
(SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[IS pays]->()-[IS paid]->{1,2}(b IS person) COLUMNS (a.id AS a, b.id AS b))
 EXCEPT ALL SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[IS paid]->()-[IS pays]->{1,2}(b IS person) COLUMNS (a.id AS a, b.id AS b)));
SELECT * FROM GRAPH_TABLE (g MATCH (a IS person WHERE a.id < 4)-[e IS pays|visits]->(b) COLUMNS (a.id AS a, e.amount, e.day, b.title)) ORDER BY 1, 2, 3;
SELECT a.name, c.title FROM g MATCH ((a IS person WHERE a.id < 5)-[IS visits]->(c IS place) | (a IS person WHERE a.id < 5)-[IS pays]->()-[IS visits]->(c IS place)) ORDER BY 1, 2;
-- the other end is known: searched from there
SELECT a.name, size(e) AS n FROM g MATCH ANY SHORTEST (a IS person)-[e IS pays]->+(b IS person WHERE b.id = 1) ORDER BY 1;
SELECT a.name, size(e) AS n FROM g MATCH ANY SHORTEST (a IS person)-[e IS paid]->+(b IS person WHERE b.id = 1) ORDER BY 1;
EXPLAIN (COSTS off, SUMMARY off) SELECT * FROM GRAPH_TABLE (g MATCH (a IS person WHERE a.id = 1)-[e IS pays]->{1,3}(b) COLUMNS (b.id AS b));
-- what there is not
SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS pays|paid]->{1,2}(b) COLUMNS (a.id AS a));
SELECT * FROM GRAPH_TABLE (g MATCH p = (a IS person)-[e IS pays]->{1,2}(b) COLUMNS (a.id AS a));
SELECT * FROM GRAPH_TABLE (g MATCH (a IS person)-[e IS pays]->*(b) COLUMNS (a.id AS a));
