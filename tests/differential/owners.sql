-- Who owns what, and what owners may do.
CREATE ROLE ann;
CREATE ROLE bob;
GRANT CREATE ON SCHEMA public TO ann, bob;
CREATE TABLE plain (id serial PRIMARY KEY, note text);
CREATE SEQUENCE counter;
CREATE VIEW notes AS SELECT note FROM plain;
SELECT relname, relkind, pg_get_userbyid(relowner) = current_user AS mine FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'g' ORDER BY 1;
ALTER TABLE plain OWNER TO ann;
ALTER SEQUENCE counter OWNER TO ann;
ALTER VIEW notes OWNER TO ann;
SELECT relname, relkind, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'g' ORDER BY 1;
SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public';
SELECT sequencename, sequenceowner FROM pg_sequences ORDER BY 1;
SELECT viewname, viewowner FROM pg_views WHERE schemaname = 'public';
ALTER TABLE nowhere OWNER TO ann;
ALTER SEQUENCE nowhere OWNER TO ann;
ALTER TABLE IF EXISTS nowhere OWNER TO ann;
ALTER SEQUENCE IF EXISTS nowhere OWNER TO ann;
-- ALTER TABLE serves sequences and views.
ALTER TABLE counter OWNER TO bob;
ALTER TABLE notes OWNER TO bob;
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relname IN ('counter', 'notes') ORDER BY 1;
ALTER SEQUENCE plain_id_seq OWNER TO bob;
-- The owner may do all, nobody else anything.
SET ROLE ann;
INSERT INTO plain (note) VALUES ('a') RETURNING id;
SELECT * FROM plain;
UPDATE plain SET note = 'b';
ALTER TABLE plain ADD COLUMN more integer;
CREATE INDEX plain_note ON plain (note);
SELECT nextval('plain_id_seq'), currval('plain_id_seq'), setval('plain_id_seq', 9), lastval();
SELECT nextval('counter');
SELECT setval('counter', 3);
DROP SEQUENCE counter;
ALTER SEQUENCE counter RESTART;
SET ROLE bob;
SELECT * FROM plain;
SELECT nextval('plain_id_seq');
SELECT currval('plain_id_seq');
SELECT setval('plain_id_seq', 3);
SELECT lastval();
INSERT INTO plain (note) VALUES ('x');
SELECT nextval('counter');
-- A sequence's rights.
GRANT USAGE ON SEQUENCE counter TO ann;
SET ROLE ann;
SELECT nextval('counter');
SELECT currval('counter');
SELECT setval('counter', 5);
RESET ROLE;
REVOKE USAGE ON SEQUENCE counter FROM ann;
GRANT SELECT ON SEQUENCE counter TO ann;
SET ROLE ann;
SELECT nextval('counter');
SELECT currval('counter');
RESET ROLE;
REVOKE ALL ON SEQUENCE counter FROM ann;
GRANT UPDATE ON SEQUENCE counter TO ann;
SET ROLE ann;
SELECT setval('counter', 5);
SELECT nextval('counter');
SELECT currval('counter');
RESET ROLE;
-- An identity column asks for no right to its sequence, a serial one does.
CREATE TABLE numbered (id integer GENERATED ALWAYS AS IDENTITY, s serial, v text);
GRANT INSERT, SELECT ON numbered TO bob;
SET ROLE bob;
INSERT INTO numbered (v) VALUES ('a');
INSERT INTO numbered (s, v) VALUES (1, 'a') RETURNING id;
RESET ROLE;
SET ROLE bob;
COPY numbered (s, v) FROM stdin;
7	c
\.
RESET ROLE;
GRANT USAGE ON SEQUENCE numbered_s_seq TO bob;
SET ROLE bob;
INSERT INTO numbered (v) VALUES ('b') RETURNING *;
RESET ROLE;
-- A column that is added later.
ALTER TABLE plain ADD COLUMN again serial;
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'plain_again_seq';
SET ROLE ann;
SELECT nextval('plain_again_seq') > 0;
-- What one may not give away.
ALTER TABLE plain OWNER TO bob;
ALTER TABLE numbered OWNER TO ann;
RESET ROLE;
-- What goes takes its grants along.
CREATE TABLE passing (id integer);
CREATE SEQUENCE passing_numbers;
INSERT INTO passing VALUES (1);
GRANT SELECT ON passing TO bob;
GRANT USAGE ON SEQUENCE passing_numbers TO bob;
DROP TABLE passing;
DROP SEQUENCE passing_numbers;
CREATE TABLE passing (id integer);
SELECT relacl FROM pg_class WHERE relname = 'passing';
SELECT has_table_privilege('bob', 'passing', 'SELECT');
-- Roles that own or may something stay.
CREATE ROLE cid;
ALTER TABLE passing OWNER TO cid;
DROP ROLE cid;
ALTER TABLE passing OWNER TO ann;
GRANT SELECT ON passing TO cid;
DROP ROLE cid;
REVOKE SELECT ON passing FROM cid;
DROP ROLE cid;
-- REASSIGN OWNED, DROP OWNED
CREATE ROLE dan;
REASSIGN OWNED BY ann TO dan;
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S') AND relname NOT LIKE 'numbered%' ORDER BY 1;
CREATE VIEW of_bob AS SELECT id FROM passing;
ALTER VIEW of_bob OWNER TO bob;
DROP OWNED BY dan;
DROP OWNED BY dan CASCADE;
SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S') AND relname NOT LIKE 'numbered%' ORDER BY 1;
DROP ROLE dan;
DROP OWNED BY bob;
DROP ROLE bob;
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1;
DROP OWNED BY ann;
DROP ROLE ann;
-- What pg_dump asks for.
SELECT k, acldefault(k::"char", 10) FROM unnest(ARRAY['c', 'r', 's', 'd', 'f', 'l', 'L', 'n', 'p', 't', 'F', 'S', 'T']) AS k;
SELECT ('abc'::name)[0], ('abc'::name)[5] = '' AS empty, ('abc'::name)[64], pg_typeof(('abc'::name)[0]);
