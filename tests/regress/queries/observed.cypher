-- A label that declares no properties is a table of those that were written under it.
CREATE (a IS Person {id: 1, name: 'Ann', born: date('1980-02-03'), tags: ['a', 'b'], x: 1, height: 1.7})
    -[IS KNOWS {since: 2010}]->(b IS Person {id: 2, name: 'Bob', x: 'y', height: 2, gone: null});
\d "Person"
\d "KNOWS"
SELECT * FROM "Person" ORDER BY id;
SELECT p.name, k.since FROM "KNOWS" k, Person p WHERE p.id = 1;
SELECT count(*), max(id), min(born) FROM Person;
-- It is written as others are.
INSERT INTO "Person" (id, name) VALUES (3, 'Cy') RETURNING *;
UPDATE "Person" SET name = upper(name) WHERE id > 1 RETURNING id, name;
MATCH (p IS Person) RETURN p.id, p.name ORDER BY p.id;
DELETE FROM "Person" WHERE id = 3;
INSERT INTO "Person" (id, y) VALUES (3, 1);
INSERT INTO "Person" (id) VALUES ('three');
COPY "Person" TO STDOUT WITH (FORMAT csv, HEADER);
-- A new property is a new column, a value of another family makes a column jsonb.
PREPARE names AS SELECT * FROM "Person" ORDER BY name;
EXECUTE names;
MATCH (p IS Person {id: 1}) SET p.nick = 'A';
EXECUTE names;
SELECT name, nick FROM "Person" ORDER BY 1;
MATCH (p IS Person {id: 1}) SET p.born = 1980;
SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'Person' ORDER BY ordinal_position;
-- What was taken away is a column until ANALYZE.
MATCH (p IS Person) REMOVE p.nick, p.tags;
ANALYZE;
SELECT column_name FROM information_schema.columns WHERE table_name = 'Person' ORDER BY ordinal_position;
-- Schema statements want a declaration, which is seen from then on.
ALTER TABLE "Person" ADD COLUMN z int;
DROP TABLE "KNOWS";
CREATE PROPERTY GRAPH g VERTEX TABLES ("Person" KEY (id));
CREATE NODE LABEL Person (id INT64, name STRING);
SELECT * FROM "Person" ORDER BY id;
ALTER TABLE "Person" ADD COLUMN z int;
\d "Person"
