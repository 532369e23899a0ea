-- What is NOT NULL: a clause of the statement may set what one before it left out.
\set VERBOSITY verbose
CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING NOT NULL, born INT64);
CREATE EDGE LABEL KNOWS (FROM Person TO Person, since INT64 NOT NULL);
MERGE (p:Person {id: 1}) SET p.name = 'Ada';
MERGE (p:Person {id: 2}) ON CREATE SET p.name = 'Bob';
INSERT (p:Person {id: 3}) SET p.name = 'Cy' RETURN p.name;
FOREACH (i IN [4, 5] | MERGE (p:Person {id: i}) SET p.name = 'Di');
INSERT (p:Thing) SET p:Person, p.id = 6, p.name = 'Ed' RETURN p;
INSERT (p:Person {id: 7}) WITH p WHERE p.name IS NULL SET p.name = 'Flo' RETURN p.name;
MATCH (a:Person {id: 1}), (b:Person {id: 2}) INSERT (a)-[e:KNOWS]->(b) SET e.since = 3;
-- so of a key, which takes part in its index from then on
INSERT (p:Person {name: 'Gus'}) SET p.id = 8 RETURN p.id;
INSERT (p:Person {name: 'Hal'}) SET p.id = 8;
MATCH (p:Person {id: 8}) RETURN p.name;
-- what is taken away and set again, and what is deleted, lacks nothing
MATCH (p:Person {id: 1}) SET p.name = null SET p.name = 'Ann' RETURN p.name;
INSERT (p:Person {id: 9}) DETACH DELETE p;
-- but at its end nothing may be missing
INSERT (p:Person {id: 9});
INSERT (p:Person {name: 'Ida'});
MERGE (p:Person {id: 9});
MERGE (p:Person {id: 9}) ON MATCH SET p.name = 'Ida';
FOREACH (i IN [9] | INSERT (:Person {id: i}));
INSERT (p:Thing) SET p:Person;
MATCH (p:Person {id: 1}) SET p.name = null;
MATCH (p:Person {id: 1}) REMOVE p.name;
MATCH (p:Person {id: 1}) SET p = {id: 1};
MATCH (a:Person {id: 1}), (b:Person {id: 2}) INSERT (a)-[:KNOWS]->(b);
-- and what one statement left out, the next cannot make good
BEGIN;
SAVEPOINT s;
INSERT (p:Person {id: 9});
ROLLBACK TO s;
INSERT (p:Person {id: 9}) SET p.name = 'Ida';
COMMIT;
MATCH (p:Person) RETURN p.id, p.name ORDER BY p.id;
-- with values that are computed of others
CREATE TABLE item (id int PRIMARY KEY, price int NOT NULL, twice int GENERATED ALWAYS AS (price * 2) STORED NOT NULL);
INSERT (i:item {id: 1}) SET i.price = 4 RETURN i.twice;
INSERT (i:item {id: 2});
-- SQL looks at each row as it is written
INSERT INTO "Person" VALUES (1, NULL, 1);
UPDATE "Person" SET name = NULL WHERE id = 1;
