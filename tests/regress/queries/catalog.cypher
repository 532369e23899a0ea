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
-- What belongs to tables, and what every database has.
SELECT c.relname, i.indkey, i.indisunique, i.indisprimary FROM pg_index i, pg_class c WHERE c.oid = i.indexrelid ORDER BY c.relname;
SELECT conname, contype, conkey FROM pg_constraint ORDER BY conname;
SELECT adnum, pg_get_expr(adbin, adrelid) FROM pg_attrdef;
SELECT rolname, rolsuper FROM pg_roles;
SELECT datname, pg_encoding_to_char(encoding) FROM pg_database;
SELECT name, setting, unit, vartype FROM pg_settings WHERE name = 'max_index_keys' OR name = 'work_mem' ORDER BY name;
SELECT amname, amtype FROM pg_am WHERE oid = 403;
SELECT oprname, oprleft, oprright, oprresult FROM pg_operator WHERE oid = 96;
SELECT proname, pronargs, prorettype, proargtypes FROM pg_proc WHERE proname = 'array_recv';
SELECT count(*) FROM pg_stat_activity WHERE pid = -1;
-- Functions that tools ask.
SELECT format_type(23, -1), format_type(1043, 34), format_type(1042, NULL), format_type(1042, -1), format_type(1016, -1), format_type(1700, 655366), format_type(99999, NULL), format_type(0, NULL), format_type(18, NULL), format_type(1114, 3);
SELECT to_regclass('pg_class'), to_regclass('pg_catalog."pg_class"'), to_regclass('nothing'), to_regtype('character varying(3)'), to_regtype('int[]'), to_regproc('array_recv'), to_regnamespace('public');
SELECT pg_get_indexdef(indexrelid), pg_get_indexdef(indexrelid, 1, true), pg_get_indexdef(indexrelid, 2, true) FROM pg_index ORDER BY 1;
SELECT pg_get_constraintdef(oid, true) FROM pg_constraint;
SELECT pg_get_userbyid(10), pg_get_userbyid(11), current_schemas(true), current_schemas(false), getdatabaseencoding();
SELECT quote_ident('abc'), quote_ident('Abc'), quote_ident('select'), quote_ident('a"b'), quote_literal('a''b\c'), quote_nullable(NULL);
SELECT pg_table_is_visible(1259), pg_table_is_visible(13425), pg_table_is_visible(1), pg_type_is_visible(23), pg_function_is_visible(2400);
SELECT has_table_privilege('person', 'SELECT'), has_table_privilege('tester', 'pg_class', 'select, INSERT WITH GRANT OPTION'), has_schema_privilege('public', 'USAGE');
SELECT pg_size_pretty(10), pg_size_pretty(10239), pg_size_pretty(10240), pg_size_pretty(1048576), pg_size_pretty(20971520), pg_size_pretty(-20971520);
SELECT pg_get_functiondef(870);
SELECT has_table_privilege('person', 'FLY');
SELECT has_table_privilege('nothing', 'SELECT');
SELECT pg_is_wal_replay_paused();
-- information_schema and the views of pg_catalog.
SELECT table_catalog, table_schema, table_name, table_type, is_insertable_into FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name;
SELECT table_name, column_name, ordinal_position, column_default, is_nullable, data_type, character_octet_length, numeric_precision, datetime_precision, udt_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position;
SELECT constraint_name, table_name, constraint_type, nulls_distinct FROM information_schema.table_constraints WHERE constraint_type <> 'CHECK' ORDER BY constraint_name;
SELECT table_name, check_clause FROM information_schema.table_constraints t, information_schema.check_constraints c WHERE t.constraint_name = c.constraint_name ORDER BY table_name, check_clause;
SELECT constraint_name, table_name, column_name, ordinal_position FROM information_schema.key_column_usage;
SELECT schema_name FROM information_schema.schemata ORDER BY schema_name;
SELECT * FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename;
SELECT * FROM pg_indexes ORDER BY indexname;
SELECT schemaname, relname, n_live_tup FROM pg_stat_user_tables ORDER BY relname;
-- All columns of all tables, without a key to go by.
SELECT count(*) FROM pg_attribute WHERE attname = 'born';
-- PostgreSQL 19's property graphs.
SELECT pgealias, pgekind, pgekey, pgesrckey, pgesrcref, pgedestkey, pgedestref FROM pg_propgraph_element ORDER BY pgealias;
SELECT e.pgealias, s.pgealias AS source FROM pg_propgraph_element e, pg_propgraph_element s WHERE s.oid = e.pgesrcvertexid;
SELECT l.pgllabel, p.pgpname, pg_get_expr(lp.plpexpr, e.pgerelid) AS expr, format_type(p.pgptypid, p.pgptypmod) AS type FROM pg_propgraph_element e, pg_propgraph_element_label el, pg_propgraph_label l, pg_propgraph_label_property lp, pg_propgraph_property p WHERE el.pgelelid = e.oid AND l.oid = el.pgellabelid AND lp.plpellabelid = el.oid AND p.oid = lp.plppropid ORDER BY l.pgllabel, p.pgpname;
SELECT relname, pg_get_propgraphdef(oid) FROM pg_class WHERE relkind = 'g';
SELECT * FROM information_schema.property_graphs;
-- Tables of SQL: sequences, checks, foreign keys, comments, views.
CREATE TABLE author (id serial PRIMARY KEY, name varchar(10) NOT NULL, rank integer DEFAULT 3 CHECK (rank > 0), price numeric(8,2));
CREATE TABLE book (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, title text UNIQUE, author_id integer REFERENCES author (id) ON DELETE CASCADE);
CREATE VIEW titles AS SELECT title FROM book;
COMMENT ON TABLE author IS 'who writes';
COMMENT ON COLUMN author.name IS 'as printed';
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attidentity FROM pg_class c, pg_attribute a WHERE a.attrelid = c.oid AND c.relkind = 'r' AND (c.relname = 'author' OR c.relname = 'book') ORDER BY c.relname, a.attnum;
SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname <> 'person_pkey' ORDER BY conname;
SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef ORDER BY 1;
SELECT relname, relkind FROM pg_class WHERE relnamespace = 2200 AND relkind <> 'r' AND relkind <> 'i' ORDER BY relname;
SELECT c.relname, s.seqstart, s.seqincrement, s.seqmax, format_type(s.seqtypid, -1) AS type FROM pg_sequence s, pg_class c WHERE c.oid = s.seqrelid ORDER BY c.relname;
SELECT c.relname, t.relname AS owner, d.refobjsubid, d.deptype FROM pg_depend d, pg_class c, pg_class t WHERE c.oid = d.objid AND t.oid = d.refobjid AND c.relkind = 'S' ORDER BY c.relname;
SELECT obj_description(oid, 'pg_class'), col_description(oid, 2), col_description(oid, 1) FROM pg_class WHERE relname = 'author';
SELECT c.relname, d.objsubid, d.description FROM pg_description d, pg_class c WHERE c.oid = d.objoid ORDER BY d.objsubid;
SELECT viewname, definition FROM pg_views WHERE schemaname = 'public';
SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = 'titles';
SELECT constraint_name, unique_constraint_name, delete_rule FROM information_schema.referential_constraints;
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale FROM information_schema.columns WHERE table_name = 'author' ORDER BY ordinal_position;
SELECT sequence_name, data_type, maximum_value FROM information_schema.sequences;
-- a label that nobody declared has an owner too
CREATE ROLE keeper;
INSERT (IS Bare)-[IS BARE_LINK]->(IS Bare);
ALTER EDGE BARE_LINK OWNER TO keeper;
ALTER NODE Bare OWNER TO keeper;
SELECT relname, pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname IN ('Bare', 'BARE_LINK') ORDER BY relname;
ALTER EDGE NO_LINK OWNER TO keeper;
-- A key of properties that nobody declared has no columns: an index, but no constraint of the table.
INSERT (:Loose {x: 1, y: 2})-[:Tie {z: 1}]->(:Loose {x: 2, y: 2});
CREATE CONSTRAINT loose_key FOR (n:Loose) REQUIRE (n.x, n.y) IS UNIQUE;
CREATE CONSTRAINT tie_key FOR ()-[t:Tie]-() REQUIRE (t.z, t.w) IS UNIQUE;
SELECT conname, conkey, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname IN ('loose_key', 'tie_key');
SELECT column_name FROM information_schema.key_column_usage WHERE constraint_name IN ('loose_key', 'tie_key');
\d "Loose"
\d "Tie"
CREATE TABLE kept (a int PRIMARY KEY);
CREATE TABLE leads (a int REFERENCES kept, b int UNIQUE);
DROP NODE LABEL kept;
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'leads'::regclass ORDER BY conname;
