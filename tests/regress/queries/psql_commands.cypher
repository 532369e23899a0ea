-- The rest of psql's own commands: each answers, whether there is something to tell or not.
CREATE TABLE person (id serial PRIMARY KEY, name varchar(40) NOT NULL, score double precision DEFAULT 0 CHECK (score >= 0), born timestamp, tags text[]);
CREATE INDEX person_name_idx ON person (name);
CREATE TABLE visit (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person_id integer NOT NULL REFERENCES person (id) ON DELETE CASCADE, day date, UNIQUE (person_id, day));
CREATE EDGE LABEL likes (FROM person TO person, since DATE);
CREATE VIEW early AS SELECT id, name FROM person WHERE id < 10;
CREATE SEQUENCE rounds INCREMENT BY 5 MINVALUE 2;
COMMENT ON TABLE person IS 'who comes';
COMMENT ON COLUMN person.name IS 'as given';
COMMENT ON SEQUENCE rounds IS 'in fives';
INSERT INTO person (name, score, born) VALUES ('Ann', 1.5, '2020-01-02 03:04:05'), ('Bob', 2.5, NULL);
CREATE ROLE tester SUPERUSER LOGIN;
CREATE ROLE reader LOGIN CONNECTION LIMIT 3 VALID UNTIL '2030-01-01 00:00+00';
CREATE ROLE writers NOLOGIN;
GRANT writers TO reader;
GRANT SELECT ON person TO reader;
GRANT SELECT, INSERT ON visit TO writers WITH GRANT OPTION;
GRANT CREATE ON DATABASE quiver TO writers;
GRANT USAGE, CREATE ON SCHEMA public TO reader;
GRANT USAGE ON SEQUENCE rounds TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO writers;
ALTER ROLE reader SET work_mem = '8MB';
\d+ visit
\d+ person_name_idx
\d+ person_id_seq
\d+ rounds
\d+ early
\d likes
\d pg_tablespace
\d information_schema.schemata
\dt+
\dtS pg_cl*
\di+
\dv+
\dm+
\ds+
\dE+
\dn+
\dnS
\du+
\dg+
\df
\df+ lower
\da
\da sum
\do
\do +
\dO
\dOS C
\dC bytea
\dC+ text
\dD+
\dT
\dT+ int4
\dp
\z visit
\ddp
\dRp+
\dRs+
\dx+
\dX+
\dy+
\des+
\dew+
\det+
\deu+
\dF+
\dFd+
\dFp+
\dFt+
\dL+
\dP+
\db+
\dA+
\dAc+ btree integer
\dAf btree integer
\dAo btree integer_ops
\dAp btree integer_ops
\dc+
\dd
\dconfig work_mem
\dconfig+ work_mem
\dconfig geqo*
\lo_list
\drds
\sf+ lower(text)
\sv+ early
\encoding
\encoding UTF8
SELECT 1/0;
\errverbose
SELECT 1 + $1 AS s \gdesc
SELECT id, name, born FROM person ORDER BY id \gx
SELECT name AS n, id AS i FROM person ORDER BY id LIMIT 1 \gset
\echo :n :i
SELECT format('SELECT %s AS %I', id, name) FROM person ORDER BY id \gexec
SELECT name, id, score FROM person ORDER BY id \crosstabview name id score
\copy (SELECT name, score FROM person ORDER BY id) TO STDOUT CSV HEADER
\copy person (name, score) FROM STDIN CSV HEADER
name,score
Carl,3.5
\.
SELECT count(*) FROM person;
\set FETCH_COUNT 1
SELECT name FROM person ORDER BY id;
\unset FETCH_COUNT
\set ON_ERROR_ROLLBACK on
BEGIN;
SELECT nothing;
SELECT 2 AS two;
COMMIT;
\set AUTOCOMMIT off
INSERT INTO person (name) VALUES ('Dora');
ROLLBACK;
\set AUTOCOMMIT on
SELECT count(*) FROM person;
\lo_import nothing
\d nothing
