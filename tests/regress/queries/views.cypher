-- Views in FROM: planned in their place.
CREATE TABLE town (id int PRIMARY KEY, name text, size int);
INSERT INTO town VALUES (1, 'Turin', 850), (2, 'Asti', 74), (3, 'Alba', 31);
CREATE VIEW small AS SELECT id, name FROM town WHERE size < 100;
SELECT * FROM small ORDER BY id;
SELECT s.name, t.size FROM small s JOIN town t USING (id) ORDER BY 1;
SELECT name FROM town WHERE id IN (SELECT id FROM small) ORDER BY name DESC;
SELECT (SELECT max(name) FROM small WHERE small.id <= town.id) AS upto FROM town ORDER BY id;
-- with names of its own, over another view, grouped
CREATE VIEW named (number, called) AS SELECT id, upper(name) FROM small;
SELECT called FROM named WHERE number = 2;
CREATE VIEW counted AS SELECT count(*) AS n, max(called) AS last FROM named;
SELECT * FROM counted, small ORDER BY name;
SELECT public.counted.n FROM public.counted;
SELECT n FROM Counted;
-- it sees new rows, and nothing of the statement around it
INSERT INTO town VALUES (4, 'Bra', 29);
WITH town AS (SELECT 1 AS id, 'nowhere' AS name, 1 AS size) SELECT n FROM counted;
SELECT x.a, x.b FROM small AS x (a, b) ORDER BY a LIMIT 1;
-- a graph behind a view
INSERT (:Person {name: 'Ann'})-[:KNOWS]->(:Person {name: 'Bob'});
CREATE VIEW friends AS SELECT * FROM GRAPH_TABLE (main MATCH (a:Person)-[:KNOWS]->(b:Person) COLUMNS (a.name AS one, b.name AS other));
SELECT * FROM friends;
-- whose variables have nothing to do with the names around it
SELECT a.id, EXISTS (SELECT 1 FROM friends AS f WHERE f.one = b.name) AS has FROM small AS a JOIN small AS b ON a.id = b.id ORDER BY 1;
-- a label keeps its name beside a view that has it in lower case
CREATE NODE LABEL Ship (name STRING);
INSERT (:Ship {name: 'Argo'});
CREATE VIEW ship AS SELECT lower(name) AS name FROM "Ship";
SELECT * FROM "Ship";
SELECT * FROM ship;
-- faults
SELECT nothing FROM small;
SELECT * FROM smal;
CREATE OR REPLACE VIEW small AS SELECT id, called AS name FROM (SELECT number AS id, called FROM named) AS q;
SELECT * FROM small;
INSERT INTO counted VALUES (1, 'x');
DROP VIEW counted;
SELECT * FROM counted;
-- how deep
CREATE VIEW deep1 AS SELECT id FROM small;
CREATE VIEW deep2 AS SELECT id FROM deep1;
SET max_view_depth = 2;
SELECT * FROM deep1 ORDER BY id LIMIT 1;
SELECT * FROM deep2;
UPDATE deep2 SET id = 1;
