-- Edge labels that declare several pairs of ends; COPY of edges, both ways.
\set VERBOSITY terse
CREATE NODE LABEL A (id INT64 PRIMARY KEY);
CREATE NODE LABEL B (id INT64 PRIMARY KEY);
CREATE NODE LABEL C (code STRING PRIMARY KEY);
CREATE EDGE LABEL E (FROM A TO B, FROM A(id) TO C(code), w INT64);
CREATE EDGE LABEL F (FROM A TO B, FROM B TO A, FROM A TO B);
SHOW TYPES;
\d "E"
INSERT (:A {id: 1}), (:A {id: 2}), (:B {id: 1}), (:C {code: 'x'}), (:C {code: '1'});
MATCH (a IS A {id: 1}), (c IS C {code: 'x'}) INSERT (a)-[:E {w: 1}]->(c);
MATCH (a IS A {id: 1}), (b IS B) INSERT (a)-[:E {w: 2}]->(b);
\set VERBOSITY verbose
MATCH (a IS A {id: 1}), (b IS B) INSERT (b)-[:E {w: 3}]->(a);
-- Ends of several labels are ids to SQL; the key where all pairs have the same.
SELECT e._from, e._to = g.node AS is_id, e.w FROM "E" AS e, GRAPH_TABLE (main MATCH (b IS B|C) COLUMNS (id(b) AS node)) AS g WHERE e._to = g.node ORDER BY w;
INSERT INTO "E" (_from, _to, w) SELECT 2, node, 4 FROM GRAPH_TABLE (main MATCH (b IS B) COLUMNS (id(b) AS node)) AS g;
INSERT INTO "E" (_from, _to, w) SELECT 2, node, 5 FROM GRAPH_TABLE (main MATCH (a IS A) COLUMNS (id(a) AS node)) AS g;
CREATE EDGE LABEL S (FROM A TO C);
INSERT INTO "S" VALUES (1, 'x');
SELECT _from, _to FROM "S" WHERE _to = 'x';
\d "S"
-- COPY TO and COPY FROM.
COPY E TO STDOUT;
COPY E (w, _to) TO STDOUT WITH (FORMAT csv, HEADER);
COPY E TO STDOUT WITH (TO_KEY 'C.code');
COPY E TO STDOUT WITH (FROM_KEY 'B.id');
COPY S TO STDOUT WITH (ENDS_BY_ID);
\copy E TO '/tmp/quiver-edge-pairs.bin' WITH (FORMAT binary)
MATCH ()-[e IS E]->() DELETE e;
\copy E FROM '/tmp/quiver-edge-pairs.bin' WITH (FORMAT binary)
MATCH (c IS C {code: '1'}) DELETE c;
\copy E FROM '/tmp/quiver-edge-pairs.bin' WITH (FORMAT binary)
COPY E TO STDOUT;
MATCH ()-[e IS E]->() DELETE e;
INSERT (:C {code: '1'});
\! rm /tmp/quiver-edge-pairs.bin
COPY E FROM STDIN;
2	x	7
\.
COPY E FROM STDIN;
2	1	7
\.
COPY E FROM STDIN WITH (TO_KEY 'C.code');
2	1	8
\.
COPY E FROM STDIN;
2	y	7
\.
COPY E FROM STDIN WITH (MISSING_ENDPOINT skip, FORMAT csv);
2,y,7
9,x,7
2,x,9
\.
COPY E FROM STDIN WITH (MISSING_ENDPOINT create, TO_KEY 'C.code', FORMAT csv);
3,new,10
\.
COPY E FROM STDIN WITH (MISSING_ENDPOINT create, FORMAT csv);
3,newer,10
\.
COPY E FROM STDIN WITH (FORMAT csv);
2,,8
\.
COPY E FROM STDIN WITH (FROM_KEY 'B.id', TO_KEY 'C.code');
1	x	8
\.
COPY E TO STDOUT WITH (FORMAT csv, HEADER);
-- Ends without a key.
CREATE EDGE LABEL OPEN (x INT64);
COPY OPEN TO STDOUT;
COPY "OPEN" FROM STDIN;
\.
CREATE NODE LABEL N;
CREATE EDGE LABEL P (FROM N TO N);
COPY P TO STDOUT;
COPY NOBODY TO STDOUT;
-- More pairs, and fewer.
ALTER EDGE LABEL E DROP FROM A TO C;
ALTER EDGE LABEL E DROP FROM B TO C;
ALTER EDGE LABEL E ADD FROM B TO A(id);
ALTER EDGE LABEL E ADD FROM B TO A;
ALTER EDGE LABEL E ADD from STRING;
ALTER EDGE LABEL E DROP from;
MATCH (a IS A {id: 1}), (b IS B) INSERT (b)-[:E {w: 3}]->(a);
SHOW TYPES;
MATCH ()-[e IS E]->() DELETE e;
ALTER EDGE LABEL E DROP FROM A TO C;
ALTER EDGE LABEL E DROP FROM B TO A;
\d "E"
ALTER EDGE LABEL E DROP FROM A TO B;
MATCH (c IS C {code: 'x'}) INSERT (c)-[:E]->(c);
ALTER EDGE LABEL E ADD FROM A TO B;
BEGIN;
ALTER EDGE LABEL S ADD FROM B TO B;
ROLLBACK;
SHOW TYPES;
CREATE GRAPH typed { NODE A (id INT64 PRIMARY KEY), NODE B, EDGE E (FROM A TO B, FROM B TO A) };
CREATE GRAPH wrong { NODE A, EDGE E (FROM A TO A, FROM A TO B) };
SESSION SET GRAPH typed;
SHOW TYPES;
INSERT (:A {id: 1})-[:E]->(:A {id: 2});
INSERT (:A {id: 1})-[:E]->(:B)-[:E]->(:A {id: 2});
-- The ends go by the primary key that their label has now, in its type, whenever it was made.
SESSION SET GRAPH main;
CREATE EDGE LABEL late (FROM town TO town, km INT64);
\d late
CREATE NODE LABEL town (name STRING PRIMARY KEY);
INSERT (:town {name: 'a'}), (:town {name: 'b'});
\d late
INSERT INTO late (_from, _to, km) VALUES ('a', 'b', 1);
INSERT INTO late (_from, _to, km) VALUES ('b', 'a', 2), ('b', 'b', 3);
INSERT INTO late SELECT x.name, 'a', 4 FROM town AS x WHERE x.name = 'a';
PREPARE route AS INSERT INTO late VALUES ($1, $2, $3);
SELECT parameter_types FROM pg_prepared_statements WHERE name = 'route';
EXECUTE route ('a', 'b', 5);
EXECUTE route ('a', 'nowhere', 6);
SELECT _from, _to, km FROM late ORDER BY km;
-- A key without a type: of any.
CREATE NODE LABEL thing;
CREATE CONSTRAINT thing_key FOR (t:thing) REQUIRE t.code IS NODE KEY;
CREATE EDGE LABEL part (FROM thing(code) TO thing(code));
INSERT (:thing {code: 'a'}), (:thing {code: 2});
INSERT INTO part VALUES ('a', 2);
INSERT INTO part VALUES (2, 2), ('a', 'a');
SELECT _from, _to FROM part;
-- A primary key of two properties finds no end: ids do.
CREATE NODE LABEL pair (a STRING, b STRING, PRIMARY KEY (a, b));
CREATE EDGE LABEL joins (FROM pair TO pair);
\d joins
COPY joins FROM STDIN;
\.
-- A label that a pair names goes with the pair alone.
DROP NODE town;
DROP TABLE IF EXISTS nothing, town;
BEGIN;
DROP NODE town CASCADE;
SHOW TYPES;
ROLLBACK;
CREATE TABLE stop (id int PRIMARY KEY, near int REFERENCES stop);
CREATE TABLE line (_from int REFERENCES stop, _to int REFERENCES stop, at int REFERENCES stop);
INSERT INTO stop VALUES (1), (2);
INSERT INTO line VALUES (1, 2, 1);
DROP TABLE stop;
BEGIN;
DROP TABLE stop, line;
ROLLBACK;
DROP TABLE stop CASCADE;
\d line
SESSION SET GRAPH typed;
DROP NODE B;
SESSION SET GRAPH main;
