-- What has_…_privilege() and its kin answer of who and what there is, and of what there is not.
CREATE ROLE q_reader;
CREATE ROLE q_writer LOGIN;
CREATE TABLE q_table (a int PRIMARY KEY, b text);
CREATE VIEW q_view AS SELECT a FROM q_table;
CREATE SEQUENCE q_sequence;
GRANT SELECT ON q_table TO q_reader;
GRANT INSERT, UPDATE ON q_table TO q_writer WITH GRANT OPTION;
GRANT USAGE ON SEQUENCE q_sequence TO q_reader;
GRANT q_reader TO q_writer;

-- tables, in all six forms
SELECT has_table_privilege('q_table', 'select'), has_table_privilege('q_table'::regclass, 'select');
SELECT has_table_privilege('q_reader', 'q_table', 'select'), has_table_privilege('q_reader', 'q_table'::regclass, 'select');
SELECT has_table_privilege('q_reader'::regrole, 'q_table', 'select'), has_table_privilege('q_reader'::regrole, 'q_table'::regclass, 'select');
SELECT has_table_privilege('q_reader', 'q_table', 'insert'), has_table_privilege('q_writer', 'q_table', 'insert');
SELECT has_table_privilege('q_writer', 'q_table', 'select'), has_table_privilege('q_writer', 'q_table', 'SELECT WITH GRANT OPTION');
SELECT has_table_privilege('q_writer', 'q_table', 'INSERT WITH GRANT OPTION'), has_table_privilege('q_writer', 'q_table', 'delete, update');
SELECT has_table_privilege('q_writer', 'q_table', ' delete , truncate '), has_table_privilege('public', 'q_table', 'select');
SELECT has_table_privilege('q_reader', 'q_view', 'select'), has_table_privilege('q_reader', 'q_sequence', 'select');
SELECT has_table_privilege('q_nosuch', 'q_table', 'select');
SELECT has_table_privilege('q_reader', 'q_nosuch', 'select');
SELECT has_table_privilege('q_nosuch', 'q_nosuch', 'nosuch');
SELECT has_table_privilege('q_nosuch', 'q_table', 'nosuch');
SELECT has_table_privilege('q_reader', 'q_nosuch', 'nosuch');
SELECT has_table_privilege('q_reader', 'q_table', 'nosuch');
SELECT has_table_privilege('q_reader', 'q_table', '');
SELECT has_table_privilege('q_reader', 'q_table', 'select,');
SELECT has_table_privilege('q_reader', 'q_table', 'usage');
SELECT has_table_privilege('q_reader', 'q_table', 'execute');
SELECT has_table_privilege('q_reader', 'q_table', 'set');
SELECT has_table_privilege('q_reader', 'q_table', 'member');
SELECT has_table_privilege('q_reader', 'q_table', 'rule');
SELECT has_table_privilege('q_reader', 'q_table', 'select with grant');
SELECT has_table_privilege('q_reader', 1::oid, 'select'), has_table_privilege(1::oid, 'q_table', 'select');
SELECT has_table_privilege(1::oid, 1::oid, 'select');
SELECT has_table_privilege(1::oid, 'q_nosuch', 'select');
SELECT has_table_privilege(1::oid, 1::oid, 'nosuch');
SELECT has_table_privilege('nosuch.q_table', 'select');
SELECT has_table_privilege('public.q_table', 'select');
SELECT has_table_privilege('quiver.public.q_table', 'select');
SELECT has_table_privilege('other.public.q_table', 'select');
SELECT has_table_privilege('a.b.c.d', 'select');
SELECT has_table_privilege('', 'select');
SELECT has_table_privilege('"q_table', 'select');
SELECT has_table_privilege('q_table.', 'select');
SELECT has_table_privilege('Q_TABLE', 'select'), has_table_privilege('"q_table"', 'select');
SELECT has_table_privilege('"Q_TABLE"', 'select');
SELECT has_table_privilege(NULL::text, 'select'), has_table_privilege('q_table', NULL), has_table_privilege(NULL::name, 'q_table', 'select');

-- any column of a table
SELECT has_any_column_privilege('q_table', 'select'), has_any_column_privilege('q_reader', 'q_table', 'select');
SELECT has_any_column_privilege('q_reader', 'q_table', 'insert'), has_any_column_privilege('q_writer', 'q_table', 'update');
SELECT has_any_column_privilege('q_reader', 'q_table', 'delete');
SELECT has_any_column_privilege('q_reader', 'q_nosuch', 'select');
SELECT has_any_column_privilege('q_nosuch', 'q_table', 'select');
SELECT has_any_column_privilege('q_reader', 1::oid, 'select');
SELECT has_any_column_privilege('q_reader'::regrole, 'q_table'::regclass, 'select with grant option');

-- columns, in all twelve forms
SELECT has_column_privilege('q_table', 'a', 'select'), has_column_privilege('q_table', 1::int2, 'select');
SELECT has_column_privilege('q_table'::regclass, 'a', 'select'), has_column_privilege('q_table'::regclass, 1::int2, 'select');
SELECT has_column_privilege('q_reader', 'q_table', 'a', 'select'), has_column_privilege('q_reader', 'q_table', 1::int2, 'insert');
SELECT has_column_privilege('q_reader', 'q_table'::regclass, 'a', 'select'), has_column_privilege('q_reader', 'q_table'::regclass, 1::int2, 'insert');
SELECT has_column_privilege('q_reader'::regrole, 'q_table', 'a', 'select'), has_column_privilege('q_reader'::regrole, 'q_table', 1::int2, 'insert');
SELECT has_column_privilege('q_reader'::regrole, 'q_table'::regclass, 'a', 'select'), has_column_privilege('q_reader'::regrole, 'q_table'::regclass, 1::int2, 'insert');
SELECT has_column_privilege('q_table', 'nosuch', 'select');
SELECT has_column_privilege('q_nosuch', 'a', 'select');
SELECT has_column_privilege('q_nosuch', 'q_table', 'a', 'select');
SELECT has_column_privilege('q_nosuch', 'q_nosuch', 'nosuch', 'nosuch');
SELECT has_column_privilege('q_reader', 'q_nosuch', 'nosuch', 'nosuch');
SELECT has_column_privilege('q_reader', 'q_table', 'nosuch', 'nosuch');
SELECT has_column_privilege('q_reader', 'q_table', 'a', 'nosuch');
SELECT has_column_privilege('q_reader', 'q_table', 'a', 'delete');
SELECT has_column_privilege('q_table', 99::int2, 'select');
SELECT has_column_privilege('q_reader', 'q_table', 99::int2, 'select');
SELECT has_column_privilege('q_reader', 1::oid, 'a', 'select');
SELECT has_column_privilege(1::oid, 1::int2, 'select');
SELECT has_column_privilege('q_view', 'a', 'select'), has_column_privilege('q_reader', 'q_view', 'a', 'select');
SELECT has_column_privilege('q_view', 'nosuch', 'select');
SELECT has_column_privilege('pg_catalog.pg_class', 'relname', 'select');
SELECT has_column_privilege('pg_catalog.pg_class', 'nosuch', 'select');

-- schemas
SELECT has_schema_privilege('public', 'usage'), has_schema_privilege('public'::regnamespace, 'usage');
SELECT has_schema_privilege('q_reader', 'public', 'usage'), has_schema_privilege('q_reader', 'public'::regnamespace, 'usage');
SELECT has_schema_privilege('q_reader'::regrole, 'public', 'usage'), has_schema_privilege('q_reader'::regrole, 'public'::regnamespace, 'usage');
SELECT has_schema_privilege('q_reader', 'public', 'create'), has_schema_privilege('q_reader', 'pg_catalog', 'usage');
SELECT has_schema_privilege('nosuch', 'usage');
SELECT has_schema_privilege('q_reader', 'nosuch', 'usage');
SELECT has_schema_privilege('q_nosuch', 'public', 'usage');
SELECT has_schema_privilege('q_nosuch', 'nosuch', 'nosuch');
SELECT has_schema_privilege('q_reader', 'nosuch', 'nosuch');
SELECT has_schema_privilege('public', 'select');
SELECT has_schema_privilege(1::oid, 'usage');
SELECT has_schema_privilege(1::oid, 'public', 'usage'), has_schema_privilege(1::oid, 'public', 'create');

-- databases
SELECT has_database_privilege('quiver', 'connect'), has_database_privilege(oid, 'connect') FROM pg_database WHERE datname = 'quiver';
SELECT has_database_privilege('q_reader', 'quiver', 'connect'), has_database_privilege('q_reader', oid, 'connect') FROM pg_database WHERE datname = 'quiver';
SELECT has_database_privilege('q_reader'::regrole, 'quiver', 'temp'), has_database_privilege('q_reader'::regrole, oid, 'temporary') FROM pg_database WHERE datname = 'quiver';
SELECT has_database_privilege('q_reader', 'quiver', 'create'), has_database_privilege('q_reader', 'quiver', 'connect with grant option');
SELECT has_database_privilege('nosuch', 'connect');
SELECT has_database_privilege('q_reader', 'nosuch', 'connect');
SELECT has_database_privilege('q_nosuch', 'quiver', 'connect');
SELECT has_database_privilege('q_nosuch', 'nosuch', 'nosuch');
SELECT has_database_privilege('q_reader', 'nosuch', 'nosuch');
SELECT has_database_privilege('quiver', 'select');
SELECT has_database_privilege(1::oid, 'nosuch', 'connect');
SELECT has_database_privilege('q_reader', 9::oid, 'connect');
SELECT has_database_privilege(9::oid, 'connect');
SELECT has_database_privilege(9::oid, 'quiver', 'connect'), has_database_privilege(9::oid, 'quiver', 'create');

-- sequences
SELECT has_sequence_privilege('q_sequence', 'usage'), has_sequence_privilege('q_sequence'::regclass, 'select');
SELECT has_sequence_privilege('q_reader', 'q_sequence', 'usage'), has_sequence_privilege('q_reader', 'q_sequence', 'update');
SELECT has_sequence_privilege('q_reader'::regrole, 'q_sequence', 'usage'), has_sequence_privilege('q_writer'::regrole, 'q_sequence'::regclass, 'usage');
SELECT has_sequence_privilege('q_table', 'usage');
SELECT has_sequence_privilege('q_nosuch', 'usage');
SELECT has_sequence_privilege('q_nosuch', 'q_sequence', 'usage');
SELECT has_sequence_privilege('q_sequence', 'insert');
SELECT has_sequence_privilege(1::oid, 'usage');

-- roles
SELECT pg_has_role('q_reader', 'member'), pg_has_role('q_reader'::regrole, 'usage');
SELECT pg_has_role('q_writer', 'q_reader', 'member'), pg_has_role('q_writer', 'q_reader'::regrole, 'usage');
SELECT pg_has_role('q_writer'::regrole, 'q_reader', 'member'), pg_has_role('q_reader'::regrole, 'q_writer'::regrole, 'usage');
SELECT pg_has_role('q_writer', 'q_reader', 'member with admin option'), pg_has_role('q_writer', 'q_reader', 'usage with grant option');
SELECT pg_has_role('q_nosuch', 'member');
SELECT pg_has_role('q_nosuch', 'q_reader', 'member');
SELECT pg_has_role('q_reader', 'q_nosuch', 'member');
SELECT pg_has_role('q_reader', 'select');
SELECT pg_has_role('q_reader', 'q_writer', 'nosuch');
SELECT pg_has_role(1::oid, 'member'), pg_has_role('q_reader', 1::oid, 'member');
SELECT pg_has_role('public', 'q_reader', 'member');
SELECT pg_has_role('q_reader', 'public', 'member');

-- what is everybody's
SELECT has_function_privilege('lower(text)', 'execute'), has_function_privilege('q_reader', 'lower(text)'::regprocedure, 'execute');
SELECT has_function_privilege('nosuch(text)', 'execute');
SELECT has_function_privilege('lower', 'execute');
SELECT has_function_privilege('lower(text)', 'usage');
SELECT has_function_privilege('q_nosuch', 'lower(text)', 'execute');
SELECT has_function_privilege(1::oid, 'execute');
SELECT has_type_privilege('int4', 'usage'), has_type_privilege('q_reader', 'text'::regtype, 'usage');
SELECT has_type_privilege('nosuch', 'usage');
SELECT has_type_privilege('int4', 'select');
SELECT has_language_privilege('sql', 'usage'), has_language_privilege('q_reader', 'internal', 'usage');
SELECT has_language_privilege('nosuch', 'usage');
SELECT has_tablespace_privilege('pg_default', 'create'), has_tablespace_privilege('q_reader', 'pg_default', 'create');
SELECT has_tablespace_privilege('nosuch', 'create');
SELECT has_server_privilege('nosuch', 'usage');
SELECT has_foreign_data_wrapper_privilege('nosuch', 'usage');
SELECT has_parameter_privilege('work_mem', 'set'), has_parameter_privilege('q_reader', 'work_mem', 'alter system');
SELECT has_parameter_privilege('nosuch', 'set'), has_parameter_privilege('work_mem', 'set with grant option');
SELECT has_parameter_privilege('work_mem', 'select');

DROP VIEW q_view;
DROP TABLE q_table;
DROP SEQUENCE q_sequence;
DROP ROLE q_reader, q_writer;
