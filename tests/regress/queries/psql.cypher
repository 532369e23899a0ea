-- psql's own commands, as PostgreSQL's psql shows them for the same tables.
CREATE TABLE person (id serial PRIMARY KEY, name varchar(40) NOT NULL, score double precision DEFAULT 0 CHECK (score >= 0), born timestamp, tags text[]);
CREATE INDEX person_name_idx ON person (name);
CREATE TABLE visit (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person_id integer NOT NULL REFERENCES person (id) ON DELETE CASCADE, day date, UNIQUE (person_id, day));
CREATE VIEW early AS SELECT id, name FROM person WHERE id < 10;
COMMENT ON TABLE person IS 'who comes';
COMMENT ON COLUMN person.name IS 'as given';
INSERT INTO person (name, score, born) VALUES ('Ann', 1.5, '2020-01-02 03:04:05'), ('Bob', 2.5, NULL);
\d
\d person
\d+ person
\d visit
\d person_name_idx
\d person_id_seq
\d early
\d nothing
\dt
\dt per*
\di
\dv
\ds
\dn
\du
\df array_recv
\l
\dT
\dT int4
\dp
\dp person
\dm
\dE
\dA
\db
\dc nothing
\dC nothing
\dd nothing
\dD
\ddp
\des
\dew
\dF nothing
\dg
\dL
\do nothing
\dO nothing
\drds
\dRp
\dRs
\dx
\dy
\sf array_recv
\sv early
\conninfo
SELECT 1 AS a, 'x' AS b, NULL AS c, now() AS d \gdesc
SELECT id, name, score, tags FROM person \gdesc
\copy person (id, name, score) TO STDOUT
\copy person (name, score) FROM STDIN
Carl	3.5
Dora	4.5
\.
SELECT name, score FROM person ORDER BY id;
\set FETCH_COUNT 2
SELECT name FROM person ORDER BY id;
\unset FETCH_COUNT
SELECT name FROM person ORDER BY id LIMIT 1 \gset got_
\echo :got_name
SELECT 'SELECT 1 AS one', 'SELECT 2 AS two' \gexec
SELECT name, score, 1 FROM person ORDER BY id LIMIT 2 \crosstabview name score
DROP VIEW early;
DROP TABLE visit;
DROP TABLE person;
\d
