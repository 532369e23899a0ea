-- Several graphs: each has its own content, labels, keys, indexes and constraints.
INSERT (:Person {name: 'Ann'})-[:KNOWS {since: 2020}]->(:Person {name: 'Bob'}), ();
CREATE GRAPH social;
CREATE GRAPH social;
CREATE GRAPH IF NOT EXISTS social;
CREATE GRAPH main;
CREATE GRAPH public;
SHOW GRAPHS;
USE social INSERT (:Person {name: 'Cid', age: 7})-[:KNOWS {since: 'long ago'}]->(:Pet {name: 'Dot'}), ({name: 'nobody'});
USE nowhere MATCH (n) RETURN n;
-- main sees nothing of it
MATCH (n) RETURN n.name AS name, labels(n) AS labels ORDER BY name;
MATCH (n:Person) RETURN n.name AS name;
MATCH (n) RETURN count(*) AS nodes;
MATCH ()-[e]->() RETURN type(e) AS type, e.since AS since;
MATCH (n:!Person) RETURN n.name AS name, labels(n) AS labels;
MATCH (n:%) RETURN n.name AS name ORDER BY name;
MATCH (n:Pet) RETURN n.name;
-- and it sees nothing of main
USE social MATCH (n) RETURN n.name AS name, labels(n) AS labels, n.age AS age ORDER BY name;
USE social MATCH (n:Person) RETURN n.name AS name;
USE social MATCH (n:!Person) RETURN n.name AS name ORDER BY name;
USE social MATCH (n:%) RETURN n.name AS name ORDER BY name;
USE social MATCH (n:!%) RETURN n.name AS name, n AS node;
USE social MATCH (a)-[e]->(b) RETURN a.name AS a, e.since AS since, b.name AS b;
USE social MATCH p = (a)-[*0..2]->(b) RETURN a.name AS a, length(p) AS hops, b.name AS b ORDER BY a, hops;
USE social MATCH (n) RETURN count(*) AS nodes;
SHOW GRAPHS;
SHOW LABELS;
-- the session's graph
SESSION SET GRAPH nowhere;
SESSION SET GRAPH social;
RETURN current_graph AS graph;
SHOW LABELS;
SHOW KEYS;
MATCH (n:Person) RETURN n.name AS name;
CREATE INDEX person_name FOR (p:Person) ON (p.name);
CREATE CONSTRAINT person_key FOR (p:Person) REQUIRE p.name IS UNIQUE;
SHOW INDEXES;
SHOW CONSTRAINTS;
EXPLAIN (COSTS OFF, SUMMARY OFF) MATCH (n:Person {name: 'Cid'}) RETURN n;
EXPLAIN (COSTS OFF, SUMMARY OFF) MATCH (n) RETURN n;
EXPLAIN (COSTS OFF, SUMMARY OFF) USE main MATCH (n) RETURN n;
CALL db.labels() YIELD label RETURN label ORDER BY label;
CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey ORDER BY propertyKey;
CALL graph.wcc() YIELD node RETURN node.name AS name ORDER BY name;
USE main CALL graph.wcc() YIELD node RETURN node.name AS name ORDER BY name;
INSERT (:Person {name: 'Cid'});
MERGE (p:Person {name: 'Eve'}) ON CREATE SET p.new = true RETURN p.name AS name, p.new AS new;
MERGE (p:Person {name: 'Eve'}) ON CREATE SET p.new = false RETURN p.name AS name, p.new AS new;
MATCH (p:Person {name: 'Eve'}) SET p:Friend RETURN labels(p) AS labels;
MATCH (p:Friend) REMOVE p:Person RETURN labels(p) AS labels;
MATCH (p:Friend) DETACH DELETE p;
SESSION RESET GRAPH;
RETURN current_graph AS graph;
SHOW INDEXES;
-- the same names again in main
CREATE INDEX person_name FOR (p:Person) ON (p.name);
CREATE CONSTRAINT person_key FOR (p:Person) REQUIRE p.name IS UNIQUE;
INSERT (:Person {name: 'Cid'});
USE main MATCH (p:Person) RETURN p.name AS name ORDER BY name;
DROP INDEX person_name;
DROP CONSTRAINT person_key;
-- several graphs in one statement
USE main MATCH (p:Person) RETURN p.name AS name UNION ALL USE social MATCH (p:Person) RETURN p.name AS name;
SELECT a.name, b.name AS other
  FROM GRAPH_TABLE(main MATCH (a IS Person) COLUMNS (a.name)) a
  JOIN GRAPH_TABLE(social MATCH (b IS Person) COLUMNS (b.name)) b ON a.name = b.name;
SELECT n.name FROM social MATCH (n:Pet);
-- edges never cross
USE main MATCH (a:Person {name: 'Ann'}) RETURN a NEXT USE social MATCH (b:Person) INSERT (a)-[:KNOWS]->(b);
USE social MATCH (a:Person) RETURN a NEXT USE main MATCH (b:Person {name: 'Ann'}) INSERT (a)-[:KNOWS]->(b);
USE social MATCH (a:Person) RETURN a NEXT USE main MATCH (b:Person {name: 'Ann'}) SET a:Person;
-- transactions span graphs
BEGIN;
INSERT (:Note {text: 'in main'});
USE social INSERT (:Note {text: 'in social'});
ROLLBACK;
MATCH (n:Note) RETURN n.text AS text;
USE social MATCH (n:Note) RETURN n.text AS text;
BEGIN;
CREATE GRAPH passing;
USE passing INSERT (:Note {text: 'passing'});
USE passing MATCH (n) RETURN n.text AS text;
ROLLBACK;
USE passing MATCH (n) RETURN n.text AS text;
-- a graph is a schema of SQL
SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg%' ORDER BY nspname;
SELECT 'social."Person"'::regclass AS person, 'social'::regnamespace AS graph, to_regclass('nowhere."Person"') AS nothing;
\dt social.*
\d social."Person"
SELECT * FROM social.nothing;
CREATE TABLE social.t (a int);
-- SQL writes what a label of another graph declares
SESSION SET GRAPH social;
CREATE NODE LABEL town (id INT64 PRIMARY KEY, name STRING(6));
CREATE EDGE LABEL road (FROM town TO town, km INT64);
SESSION SET GRAPH main;
INSERT INTO social.town VALUES (1, 'Turin'), (2, 'Asti') RETURNING id, name;
INSERT INTO social.road (_from, _to, km) VALUES (1, 2, 60);
INSERT INTO social.town VALUES (1, 'Twin') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
UPDATE social.town SET name = 'Torino' WHERE id = 1 RETURNING id, name;
UPDATE social.town SET name = 'Torino!' WHERE id = 1;
SELECT * FROM social.town ORDER BY id;
USE social MATCH (a IS town)-[r IS road]->(b IS town) RETURN a.name, r.km, b.name;
MATCH (n IS town) RETURN count(*);
EXPLAIN (COSTS OFF, SUMMARY OFF) INSERT INTO social.town VALUES (3, 'Alba');
DELETE FROM social.road;
DELETE FROM social.town WHERE id = 2 RETURNING name;
INSERT INTO social.nothing VALUES (1);
INSERT INTO nowhere.town VALUES (1);
INSERT INTO town VALUES (1);
SESSION SET GRAPH social;
DROP EDGE LABEL road;
DROP NODE LABEL town CASCADE;
SESSION SET GRAPH main;
-- a closed graph holds what its type allows
CREATE GRAPH shop {
  NODE Customer (id INT64 PRIMARY KEY, name STRING NOT NULL),
  NODE Item (sku STRING PRIMARY KEY, price FLOAT64),
  EDGE BOUGHT (FROM Customer TO Item, at DATE NOT NULL)
};
SESSION SET GRAPH shop;
SHOW GRAPHS;
SHOW LABELS;
SHOW KEYS;
INSERT (:Customer {id: 1, name: 'Ann'})-[:BOUGHT {at: DATE '2024-01-02'}]->(:Item {sku: 'a', price: 2});
INSERT (:Customer {id: 1, name: 'Twin'});
INSERT (:Customer {id: 2});
INSERT (:Customer {id: 'x', name: 'Bob'});
INSERT (:Customer {id: 3, name: 'Bob', age: 4});
INSERT (:Stranger {id: 3});
INSERT ({id: 3});
MATCH (c:Customer), (i:Item) INSERT (c)-[:SOLD]->(i);
MATCH (c:Customer), (i:Item) INSERT (i)-[:BOUGHT {at: DATE '2024-01-02'}]->(c);
MATCH (c:Customer), (i:Item) INSERT (c)-[:BOUGHT]->(i);
MATCH (c:Customer) SET c:Vip;
MATCH (c:Customer) SET c.age = 5;
MATCH (c:Customer)-[b:BOUGHT]->(i) RETURN c.name AS name, b.at AS at, i.price AS price;
SESSION RESET GRAPH;
SELECT c.id, c.name FROM shop."Customer" c JOIN shop."Item" i ON i.sku = 'a';
SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE table_schema = 'shop' ORDER BY 2, 3;
CREATE GRAPH broken { EDGE E (FROM A TO B) };
SHOW GRAPHS;
-- rights of one graph are no rights of another
CREATE ROLE reader;
GRANT SELECT ON ALL LABELS IN GRAPH social TO reader;
SET ROLE reader;
USE social MATCH (n) RETURN n.name AS name ORDER BY name;
MATCH (n) RETURN n.name AS name;
USE social INSERT (:Person {name: 'Fox'});
USE social INSERT (:Fresh);
CREATE GRAPH mine;
DROP GRAPH social;
RESET ROLE;
CREATE ROLE maker;
GRANT CREATE ON DATABASE quiver TO maker;
SET ROLE maker;
CREATE GRAPH mine;
USE mine INSERT (:Thing {name: 'own'});
USE mine MATCH (n) RETURN n.name AS name;
DROP GRAPH mine;
RESET ROLE;
-- and all of it goes
DROP GRAPH shop;
DROP GRAPH social;
DROP GRAPH social;
DROP GRAPH IF EXISTS social;
DROP GRAPH main;
SHOW GRAPHS;
MATCH (n) RETURN count(*) AS nodes;
CREATE GRAPH social;
USE social MATCH (n) RETURN count(*) AS nodes;
SESSION SET GRAPH social;
SHOW LABELS;
SHOW KEYS;
SHOW INDEXES;
DROP GRAPH social;
RETURN current_graph AS graph;
-- searches stay in their graph
CREATE GRAPH ways;
USE ways INSERT (:Stop {name: 'a'})-[:WAY]->(:Stop {name: 'b'})-[:WAY]->({name: 'c'});
USE ways MATCH ANY SHORTEST ((x)-[e]->(y)-[f]->(z)){1,3} RETURN size(e) AS hops;
USE ways MATCH p = (a) ((x)-[e]->(y)){0,2} (b) RETURN a.name AS a, b.name AS b ORDER BY a, b;
USE ways MATCH p = shortestPath((a {name: 'a'})-[*]->(b {name: 'c'})) RETURN length(p) AS hops;
MATCH p = (a)-[*0..2]->(b) WHERE a.name IN ['a', 'b', 'c'] RETURN length(p) AS hops;
DROP GRAPH ways;
-- COPY and ANALYZE are about the session's graph
CREATE TABLE parcel (id INT PRIMARY KEY);
CREATE GRAPH loaded;
SESSION SET GRAPH loaded;
CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING);
CREATE EDGE LABEL KNOWS (FROM Person(id) TO Person(id));
\copy Person FROM stdin WITH (FORMAT csv)
1,Una
2,Vic
\.
\copy Person FROM stdin WITH (FORMAT csv, IF_EXISTS 'update')
2,Victor
3,Wes
\.
\copy KNOWS FROM stdin WITH (FORMAT csv)
1,2
\.
\copy LIKES (_from, _to) FROM stdin WITH (FORMAT csv, FROM_KEY 'Person.id', TO_KEY 'Person.id')
2,3
\.
\copy Novel (title) FROM stdin WITH (LABELS (Printed))
Emma
\.
\copy parcel FROM stdin
7
\.
MATCH (n) RETURN labels(n) AS labels, n.name AS name, n.title AS title ORDER BY name, title;
MATCH (a)-[e]->(b) RETURN a.name AS a, type(e) AS type, b.name AS b ORDER BY a;
COPY Person TO STDOUT WITH (FORMAT csv, HEADER);
COPY parcel TO STDOUT;
ANALYZE Novel;
ANALYZE Person, KNOWS;
SESSION RESET GRAPH;
MATCH (n:Novel) RETURN count(*) AS novels;
SELECT id FROM parcel;
ANALYZE Novel;
COPY Novel TO STDOUT;
ANALYZE;
DROP GRAPH loaded;
DROP TABLE parcel;
-- a label's owner is that of the session's graph
CREATE ROLE keeper;
INSERT (:Kept);
CREATE GRAPH ours;
SESSION SET GRAPH ours;
ALTER NODE Kept OWNER TO keeper;
INSERT (:Kept {here: TRUE});
ALTER NODE Kept OWNER TO keeper;
SESSION RESET GRAPH;
SET ROLE keeper;
USE ours MATCH (n:Kept) RETURN n.here AS here;
ALTER NODE Kept SET CLOSED;
RESET ROLE;
DROP GRAPH ours;
DROP ROLE keeper;
-- an open graph, as GQL spells it
CREATE GRAPH open_one ANY PROPERTY GRAPH;
CREATE GRAPH open_two :: ANY GRAPH;
CREATE GRAPH open_three TYPED ANY;
CREATE GRAPH open_four TYPED some_type;
CREATE OR REPLACE GRAPH open_one ANY;
SHOW GRAPHS;
SESSION SET GRAPH open_one;
SESSION RESET SCHEMA;
RETURN current_graph() AS graph;
DROP GRAPH open_one;
DROP GRAPH open_two;
DROP GRAPH open_three;
