-- Temporary tables, views and sequences: whose name hides what, and when they go.

CREATE TABLE t (a int PRIMARY KEY, b text);
INSERT INTO t VALUES (1, 'lasting');

-- a name hides another
CREATE TEMP TABLE t (a serial PRIMARY KEY, b text UNIQUE, c int CHECK (c > 0), d int DEFAULT 7);
INSERT INTO t (b, c) VALUES ('x', 1), ('y', 2) RETURNING *;
SELECT * FROM t ORDER BY a;
SELECT * FROM public.t;
SELECT * FROM pg_temp.t ORDER BY a;
SELECT t.a, u.b FROM t JOIN public.t u ON u.a = t.a;
SELECT 'public.t'::regclass, 't'::regclass, 'pg_temp.t'::regclass;
SELECT pg_table_is_visible('public.t'::regclass), pg_table_is_visible('t'::regclass);
UPDATE t SET b = 'yy' WHERE a = 2 RETURNING *;
DELETE FROM t WHERE a = 1;
TABLE t;
WITH moved AS (DELETE FROM t RETURNING *) INSERT INTO public.t SELECT a + 10, b FROM moved;
TABLE public.t;
TABLE t;
INSERT INTO t (b, c) VALUES ('one', 1) ON CONFLICT (b) DO UPDATE SET c = 9;
INSERT INTO t (b, c) VALUES ('one', 1) ON CONFLICT (b) DO UPDATE SET c = 9 RETURNING b, c;

-- what the catalogs say
SELECT c.relname, c.relkind, c.relpersistence, n.nspname LIKE 'pg_temp_%' AS temporary
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname IN ('t', 't_pkey', 't_b_key', 't_a_seq') ORDER BY 1, 3;
SELECT table_schema LIKE 'pg_temp_%' AS temporary, column_name, data_type, column_default
    FROM information_schema.columns WHERE table_name = 't' ORDER BY 1, ordinal_position;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum;
SELECT conname, contype FROM pg_constraint WHERE conrelid = 't'::regclass ORDER BY 1;
SELECT conname, contype FROM pg_constraint WHERE conrelid = 'public.t'::regclass ORDER BY 1;

-- ALTER TABLE and its kin
CREATE INDEX ON t (d);
CREATE INDEX ti ON t (d, c);
CREATE INDEX ti ON public.t (b);
CREATE INDEX ti ON t (c);
SELECT c.relname, i.indisunique FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = 't'::regclass ORDER BY 1;
DROP INDEX ti;
DROP INDEX ti;
DROP INDEX ti;
ALTER TABLE t ADD COLUMN e int DEFAULT 3;
ALTER TABLE t RENAME COLUMN e TO ee;
ALTER TABLE t ALTER COLUMN d SET NOT NULL, ALTER COLUMN c TYPE bigint;
ALTER TABLE t RENAME CONSTRAINT t_b_key TO t_b_once;
ALTER TABLE t DROP CONSTRAINT t_b_once;
ALTER TABLE t ADD CONSTRAINT t_b_again UNIQUE (b);
ALTER TABLE t DROP COLUMN d;
TABLE t;
ALTER TABLE t RENAME TO t2;
TABLE t2;
TABLE t;
ALTER TABLE t2 RENAME TO t;
COMMENT ON TABLE t IS 'mine';
COMMENT ON COLUMN t.b IS 'my b';
SELECT obj_description('t'::regclass), obj_description('public.t'::regclass), col_description('t'::regclass, 2);
SELECT currval(pg_get_serial_sequence('t', 'a'));
TRUNCATE t RESTART IDENTITY;
INSERT INTO t (b, c) VALUES ('first', 1) RETURNING a;
SELECT count(*) FROM public.t;

-- views and sequences
CREATE TEMP VIEW v AS SELECT a, b FROM t;
SELECT * FROM v;
UPDATE v SET b = 'second' RETURNING *;
CREATE VIEW v2 AS SELECT a FROM t;
CREATE VIEW v3 AS SELECT a FROM public.t;
SELECT relname, relpersistence FROM pg_class WHERE relname IN ('v', 'v2', 'v3') ORDER BY 1;
SELECT pg_get_viewdef('v3'::regclass) IS NOT NULL;
DROP TABLE t;
DROP TABLE t CASCADE;
SELECT count(*) FROM v;
SELECT count(*) FROM v3;
TABLE t;
CREATE TEMP SEQUENCE s START 5;
SELECT nextval('s'), nextval('pg_temp.s'), currval('s');
CREATE SEQUENCE s;
SELECT nextval('s'), nextval('public.s');
ALTER SEQUENCE s RESTART;
SELECT nextval('s'), nextval('public.s');
DROP SEQUENCE s;
SELECT nextval('s');
DROP SEQUENCE s;

-- keys between tables
CREATE TEMP TABLE p (id int PRIMARY KEY);
CREATE TEMP TABLE q (id int REFERENCES p ON DELETE CASCADE, p int REFERENCES q2);
CREATE TEMP TABLE q (id int REFERENCES p ON DELETE CASCADE);
CREATE TEMP TABLE bad (id int REFERENCES public.t);
CREATE TABLE bad (id int REFERENCES p);
CREATE TEMP TABLE tree (id int PRIMARY KEY, up int REFERENCES tree);
INSERT INTO p VALUES (1), (2);
INSERT INTO q VALUES (1), (1), (2);
DELETE FROM p WHERE id = 1;
TABLE q;
DROP TABLE p;
DROP TABLE p CASCADE;

-- made of queries
SELECT 1 AS one, 'x'::text AS two INTO TEMP made;
SELECT 2 AS one INTO TEMPORARY TABLE made2;
TABLE made;
CREATE TEMP TABLE made3 AS SELECT generate_series(1, 3) AS g;
CREATE TEMP TABLE made4 (LIKE public.t INCLUDING ALL);
INSERT INTO made4 VALUES (1, 'a') ON CONFLICT DO NOTHING;
INSERT INTO made4 VALUES (1, 'b') ON CONFLICT DO NOTHING;
TABLE made4;
SELECT sum(g) FROM made3;
CREATE TEMP TABLE made3 (x int);
CREATE TEMP TABLE IF NOT EXISTS made3 (x int);
CREATE TABLE pg_temp.made5 (x int);
SELECT relname, relpersistence FROM pg_class WHERE relname LIKE 'made%' AND relkind = 'r' ORDER BY 1;
CREATE TEMP TABLE public.bad (x int);
CREATE TABLE bad (x int) ON COMMIT DROP;
COPY made2 TO STDOUT;
COPY public.t TO STDOUT;
ANALYZE made2;
LOCK TABLE made2;

-- the end of a transaction
BEGIN;
CREATE TEMP TABLE gone (a int) ON COMMIT DROP;
INSERT INTO gone VALUES (1);
TABLE gone;
COMMIT;
TABLE gone;
CREATE TEMP TABLE emptied (a int) ON COMMIT DELETE ROWS;
INSERT INTO emptied VALUES (1);
TABLE emptied;
BEGIN;
INSERT INTO emptied VALUES (2);
SAVEPOINT s;
INSERT INTO emptied VALUES (3);
ROLLBACK TO s;
TABLE emptied;
COMMIT;
TABLE emptied;
BEGIN;
CREATE TEMP TABLE kept (a int) ON COMMIT PRESERVE ROWS;
INSERT INTO kept VALUES (1);
COMMIT;
TABLE kept;
BEGIN;
CREATE TEMP TABLE undone (a int);
ROLLBACK;
TABLE undone;
CREATE TEMP TABLE made_then_dropped (a int) ON COMMIT DROP;
TABLE made_then_dropped;

-- search_path
CREATE TEMP TABLE t (a int, b text);
SET search_path = public, pg_temp;
SELECT count(*) FROM t;
SELECT pg_table_is_visible('pg_temp.t'::regclass), pg_table_is_visible('public.t'::regclass);
SELECT count(*) FROM kept;
RESET search_path;
SELECT count(*) FROM t;

-- all at once
CREATE TEMP VIEW w AS SELECT * FROM kept;
DISCARD TEMP;
TABLE kept;
TABLE w;
SELECT count(*) FROM t;
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname LIKE 'pg\_temp\_%';
CREATE TEMP TABLE kept (a int);
DISCARD ALL;
TABLE kept;
TABLE pg_temp.kept;
DROP VIEW v3;
DROP TABLE t;
