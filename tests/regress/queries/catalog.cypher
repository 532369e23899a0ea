-- Catalog relations: what SQL sees of the graph's schema.
CREATE NODE LABEL person (id INT64 PRIMARY KEY, name STRING NOT NULL, born DATE, tags STRING[], age INT64 DEFAULT 3);
CREATE INDEX person_name ON person (name);
CREATE EDGE LABEL knows (FROM person TO person, since DATE);
INSERT (:city {name: 'X'});
SELECT oid, nspname, nspowner FROM pg_namespace ORDER BY oid;
SELECT relname, relkind, relnatts, relhasindex FROM pg_class WHERE relnamespace = 2200 ORDER BY relname;
SELECT relname FROM pg_catalog.pg_class WHERE relname = 'pg_class';
SELECT a.attnum, a.attname, a.atttypid, a.attnotnull, a.atthasdef FROM pg_class c, pg_attribute a WHERE c.relname = 'person' AND a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum;
SELECT a.attnum, a.attname, a.atttypid, a.attnotnull FROM pg_class c, pg_attribute a WHERE c.relname = 'knows' AND a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum;
SELECT n.nspname, count(*) FROM pg_namespace n, pg_class c WHERE c.relnamespace = n.oid AND n.nspname <> 'public' GROUP BY n.nspname ORDER BY n.nspname;
SELECT oid, typname, typarray, typlen, typcategory FROM pg_type WHERE oid = 1043;
SELECT oid, typname, typelem FROM pg_type WHERE typname = '_int4';
SELECT typname, typtype FROM pg_type WHERE typnamespace = 2200 ORDER BY typname;
EXPLAIN (COSTS false, SUMMARY false) SELECT attname FROM pg_attribute WHERE attrelid = 1259 AND attnum > 0;
SELECT count(*) FROM information_schema.sql_parts;
-- A rollback takes the table with it.
BEGIN;
CREATE NODE LABEL gone (x INT64);
SELECT count(*) FROM pg_class WHERE relname = 'gone';
ROLLBACK;
SELECT count(*) FROM pg_class WHERE relname = 'gone';
-- Names that are not there.
SELECT * FROM pg_nothing;
SELECT * FROM tables;
SELECT * FROM information_schema.pg_class;
