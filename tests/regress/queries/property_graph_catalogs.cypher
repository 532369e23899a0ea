-- What PostgreSQL 19 tells of property graphs, over several of them: graphs of the database and what CREATE PROPERTY GRAPH made.
CREATE TABLE author (id integer PRIMARY KEY, name varchar(30) NOT NULL, born date);
CREATE TABLE book (id bigint PRIMARY KEY, title text, price numeric(8,2), author_id integer REFERENCES author);
CREATE TABLE wrote (_from integer REFERENCES author(id), _to bigint REFERENCES book(id), since date);
CREATE GRAPH social {
    NODE Person (id INTEGER PRIMARY KEY, name STRING),
    EDGE knows (FROM Person TO Person, since DATE)
};
CREATE PROPERTY GRAPH library
    VERTEX TABLES (author KEY (id) LABEL person PROPERTIES (id, name AS called) LABEL thing NO PROPERTIES,
        book LABEL book PROPERTIES (title, price * 2 AS double) LABEL thing NO PROPERTIES)
    EDGE TABLES (wrote SOURCE author DESTINATION book,
        book AS written KEY (id) SOURCE KEY (author_id) REFERENCES author (id) DESTINATION KEY (id) REFERENCES book (id) NO PROPERTIES);
CREATE PROPERTY GRAPH shelf VERTEX TABLES (book);
COMMENT ON PROPERTY GRAPH library IS 'who wrote what';
-- A property graph and a graph do not share a name.
CREATE PROPERTY GRAPH social VERTEX TABLES (book);
ALTER PROPERTY GRAPH shelf RENAME TO social;
CREATE GRAPH library;
-- \dG, \dG+
SELECT n.nspname as "Schema",
  c.relname as "Name",
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' WHEN 'I' THEN 'partitioned index' WHEN 'g' THEN 'property graph' END as "Type",
  pg_catalog.pg_get_userbyid(c.relowner) as "Owner"
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('g','')
      AND n.nspname <> 'pg_catalog'
      AND n.nspname !~ '^pg_toast'
      AND n.nspname <> 'information_schema'
  AND pg_catalog.pg_table_is_visible(c.oid)
ORDER BY 1,2;
SELECT n.nspname as "Schema",
  c.relname as "Name",
  CASE c.relkind WHEN 'g' THEN 'property graph' END as "Type",
  pg_catalog.pg_get_userbyid(c.relowner) as "Owner",
  CASE c.relpersistence WHEN 'p' THEN 'permanent' WHEN 't' THEN 'temporary' WHEN 'u' THEN 'unlogged' END as "Persistence",
  pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid)) as "Size",
  pg_catalog.obj_description(c.oid, 'pg_class') as "Description"
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('g','')
  AND c.relname OPERATOR(pg_catalog.~) '^(l.*)$' COLLATE pg_catalog.default
  AND pg_catalog.pg_table_is_visible(c.oid)
ORDER BY 1,2;
-- \d library, \d social
SELECT c.oid, n.nspname, c.relname
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname OPERATOR(pg_catalog.~) '^(library)$' COLLATE pg_catalog.default
  AND pg_catalog.pg_table_is_visible(c.oid)
ORDER BY 2, 3 \gset
SELECT c.relchecks, c.relkind, c.relhasindex, c.relhasrules, c.relhastriggers, c.relrowsecurity, c.relforcerowsecurity, false AS relhasoids, c.relispartition, '', c.reltablespace, CASE WHEN c.reloftype = 0 THEN '' ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END, c.relpersistence, c.relreplident, am.amname
FROM pg_catalog.pg_class c
 LEFT JOIN pg_catalog.pg_class tc ON (c.reltoastrelid = tc.oid)
LEFT JOIN pg_catalog.pg_am am ON (c.relam = am.oid)
WHERE c.oid = :'oid';
SELECT e.pgealias AS "Element Alias",
     pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS "Element Table",
     CASE e.pgekind WHEN 'v' THEN 'vertex' WHEN 'e' THEN 'edge' END AS "Element Kind",
     s.pgealias AS "Source Vertex Alias",
     d.pgealias AS "Destination Vertex Alias"
FROM pg_catalog.pg_propgraph_element e
     INNER JOIN pg_catalog.pg_class c ON c.oid = e.pgerelid
     INNER JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid
     LEFT JOIN pg_catalog.pg_propgraph_element s ON e.pgesrcvertexid = s.oid
     LEFT JOIN pg_catalog.pg_propgraph_element d ON e.pgedestvertexid = d.oid
WHERE e.pgepgid = :'oid'
ORDER BY e.pgealias;
SELECT pg_catalog.pg_get_propgraphdef(:'oid'::pg_catalog.oid);
SELECT g.relname AS "Graph", e.pgealias AS "Element Alias",
     pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS "Element Table",
     CASE e.pgekind WHEN 'v' THEN 'vertex' WHEN 'e' THEN 'edge' END AS "Element Kind",
     s.pgealias AS "Source Vertex Alias",
     d.pgealias AS "Destination Vertex Alias",
     e.pgekey, e.pgesrckey, e.pgesrcref, e.pgedestkey, e.pgedestref
FROM pg_catalog.pg_propgraph_element e
     INNER JOIN pg_catalog.pg_class c ON c.oid = e.pgerelid
     INNER JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid
     INNER JOIN pg_catalog.pg_class g ON g.oid = e.pgepgid
     LEFT JOIN pg_catalog.pg_propgraph_element s ON e.pgesrcvertexid = s.oid
     LEFT JOIN pg_catalog.pg_propgraph_element d ON e.pgedestvertexid = d.oid
ORDER BY 1, 2;
SELECT pg_catalog.pg_get_propgraphdef('social'::regclass);
SELECT 'social'::regclass, 'library'::regclass, 'main'::regclass, 'social'::regclass::oid::regclass;
-- Tab completion behind GRAPH_TABLE ( and \dG.
SELECT c.relname FROM pg_catalog.pg_class c WHERE c.relkind IN ('g') AND (c.relname) LIKE 's%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog') UNION ALL SELECT NULL::pg_catalog.text WHERE false ORDER BY 1 LIMIT 1000;
SELECT c.relname, n.nspname FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n WHERE c.relnamespace = n.oid AND c.relkind IN ('g') AND (c.relname) LIKE 'l%' AND n.nspname = 'public' LIMIT 1000;
-- \dp
SELECT n.nspname as "Schema", c.relname as "Name", c.relkind, c.relacl FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'g' ORDER BY 1, 2;
-- Labels and properties through their numbers.
SELECT g.relname, e.pgealias, l.pgllabel, p.pgpname, lp.plpexpr, format_type(p.pgptypid, p.pgptypmod) AS type, p.pgpcollation
FROM pg_propgraph_element e
     JOIN pg_class g ON g.oid = e.pgepgid
     JOIN pg_propgraph_element_label el ON el.pgelelid = e.oid
     JOIN pg_propgraph_label l ON l.oid = el.pgellabelid AND l.pglpgid = e.pgepgid
     LEFT JOIN pg_propgraph_label_property lp ON lp.plpellabelid = el.oid
     LEFT JOIN pg_propgraph_property p ON p.oid = lp.plppropid AND p.pgppgid = e.pgepgid
ORDER BY 1, 2, 3, 4;
SELECT g.relname, l.pgllabel FROM pg_propgraph_label l JOIN pg_class g ON g.oid = l.pglpgid ORDER BY 1, 2;
SELECT g.relname, p.pgpname FROM pg_propgraph_property p JOIN pg_class g ON g.oid = p.pgppgid ORDER BY 1, 2;
-- No number stands for two things, and ALTER changes none; what is gone and comes again is another.
SELECT count(*) - count(DISTINCT oid) AS element FROM pg_propgraph_element;
SELECT count(*) - count(DISTINCT oid) AS element_label FROM pg_propgraph_element_label;
SELECT count(*) - count(DISTINCT oid) AS label FROM pg_propgraph_label;
SELECT count(*) - count(DISTINCT oid) AS label_property FROM pg_propgraph_label_property;
SELECT count(*) - count(DISTINCT oid) AS property FROM pg_propgraph_property;
SELECT string_agg(pgealias || ' ' || oid, ',' ORDER BY pgealias) AS before FROM pg_propgraph_element WHERE pgepgid = 'library'::regclass \gset
SELECT string_agg(pgpname || ' ' || oid, ',' ORDER BY pgpname) AS properties FROM pg_propgraph_property WHERE pgppgid = 'library'::regclass AND pgpname <> 'since' \gset
ALTER PROPERTY GRAPH library DROP EDGE TABLES (wrote);
ALTER PROPERTY GRAPH library ADD EDGE TABLES (wrote AS penned SOURCE author DESTINATION book);
ALTER PROPERTY GRAPH library RENAME TO books;
ALTER TABLE author RENAME COLUMN born TO birth;
SELECT string_agg(pgealias || ' ' || oid, ',' ORDER BY pgealias) FILTER (WHERE pgealias <> 'penned') = regexp_replace(:'before', ',wrote [0-9]+', '') AS same FROM pg_propgraph_element WHERE pgepgid = 'books'::regclass;
SELECT :'before' LIKE '%' || oid || '%' AS given_again FROM pg_propgraph_element WHERE pgealias = 'penned';
SELECT string_agg(pgpname || ' ' || oid, ',' ORDER BY pgpname) = :'properties' AS same FROM pg_propgraph_property WHERE pgppgid = 'books'::regclass AND pgpname <> 'since';
-- information_schema
SELECT * FROM information_schema.property_graphs ORDER BY 3;
SELECT * FROM information_schema.pg_element_tables ORDER BY 3, 4;
SELECT property_graph_name, element_table_alias, column_name, ordinal_position FROM information_schema.pg_element_table_key_columns ORDER BY 1, 2, 4;
SELECT property_graph_name, element_table_alias, label_name FROM information_schema.pg_element_table_labels ORDER BY 1, 2, 3;
SELECT property_graph_name, element_table_alias, property_name, property_expression FROM information_schema.pg_element_table_properties ORDER BY 1, 2, 3;
SELECT property_graph_name, edge_table_alias, vertex_table_alias, edge_end, edge_table_column_name, vertex_table_column_name, ordinal_position FROM information_schema.pg_edge_table_components ORDER BY 1, 2, 4, 7;
SELECT property_graph_name, label_name FROM information_schema.pg_labels ORDER BY 1, 2;
SELECT property_graph_name, label_name, property_name FROM information_schema.pg_label_properties ORDER BY 1, 2, 3;
SELECT property_graph_name, property_name, data_type, character_maximum_length, character_octet_length, numeric_precision, numeric_scale, datetime_precision, user_defined_type_name, dtd_identifier FROM information_schema.pg_property_data_types ORDER BY 1, 2;
-- Who may see what.
CREATE ROLE tester SUPERUSER LOGIN;
CREATE ROLE reader LOGIN;
GRANT SELECT ON PROPERTY GRAPH books TO reader WITH GRANT OPTION;
SELECT grantor, grantee, property_graph_name, privilege_type, is_grantable FROM information_schema.pg_property_graph_privileges ORDER BY 2, 3;
SELECT relname, relacl FROM pg_class WHERE relkind = 'g' ORDER BY 1;
SET ROLE reader;
SELECT property_graph_name FROM information_schema.property_graphs ORDER BY 1;
SELECT DISTINCT property_graph_name FROM information_schema.pg_labels ORDER BY 1;
SELECT grantee, property_graph_name FROM information_schema.pg_property_graph_privileges ORDER BY 2;
RESET ROLE;
DROP GRAPH social CASCADE;
DROP PROPERTY GRAPH shelf;
SELECT relname FROM pg_class WHERE relkind = 'g' ORDER BY 1;
SELECT DISTINCT pgepgid::regclass FROM pg_propgraph_element ORDER BY 1;
