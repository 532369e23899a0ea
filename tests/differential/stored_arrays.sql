-- Arrays in tables: of several dimensions, with NULLs, and with parts assigned to.
CREATE TABLE a (id int PRIMARY KEY, n int[], t text[], f float8[], v varchar(3)[]);
INSERT INTO a VALUES (1, '{1,2,3}', '{a,b}', '{1.5}', '{abc,d}');
INSERT INTO a VALUES (2, '{{1,2},{3,4}}', '{{a,NULL},{"c d",e}}', NULL, '{{a},{b}}');
INSERT INTO a VALUES (3, '{1,NULL,3}', '{}', '{NULL}', NULL);
INSERT INTO a VALUES (4, ARRAY[[[1,2],[3,4]],[[5,6],[7,8]]], ARRAY[['x']], ARRAY[[1,2.5]], NULL);
SELECT * FROM a ORDER BY id;
SELECT id, array_dims(n), array_ndims(t), n[1], n[2][1], n[1:1] FROM a ORDER BY id;
SELECT id FROM a WHERE n = '{{1,2},{3,4}}' OR 8 = ANY (n);
SELECT unnest(n) FROM a WHERE id = 4;
SELECT id FROM a WHERE array_ndims(n) < 3 AND id <> 2 ORDER BY n DESC, id;
CREATE INDEX ON a (n);
SELECT id FROM a WHERE n = '{{1,2},{3,4}}';
SELECT count(*) FROM (SELECT DISTINCT n FROM a) d;
INSERT INTO a (id, v) VALUES (5, '{abcd}');
INSERT INTO a (id, v) VALUES (5, '{{ab},{abcd}}');
INSERT INTO a (id, n) VALUES (5, '{{1,2},{3}}');
COPY a (id, n, t) TO STDOUT;
COPY a (id, n, t) FROM STDIN;
6	{{7,8},{NULL,9}}	{{x},{y}}
\.
SELECT n, t FROM a WHERE id = 6;

-- an item, items
UPDATE a SET n[2] = 20 WHERE id = 1 RETURNING n;
UPDATE a SET n[5] = 50 WHERE id = 1 RETURNING n;
UPDATE a SET n[1] = n[2] + 1, n[3] = NULL WHERE id = 1 RETURNING n;
UPDATE a SET n[1] = 1, n[1] = 2 WHERE id = 1 RETURNING n;
UPDATE a SET n[1:2] = '{7,8}' WHERE id = 1 RETURNING n;
UPDATE a SET n[2:3] = ARRAY[70, 80, 90] WHERE id = 1 RETURNING n;
UPDATE a SET n[:2] = '{1,2}', n[4:] = '{4,5}' WHERE id = 1 RETURNING n;
UPDATE a SET n[6:7] = '{6,7}' WHERE id = 1 RETURNING n;
UPDATE a SET n[1:2] = NULL WHERE id = 1 RETURNING n;
UPDATE a SET n[2][1] = 30 WHERE id = 2 RETURNING n;
UPDATE a SET n[1:2][2:2] = '{{20},{40}}' WHERE id = 2 RETURNING n;
UPDATE a SET n[1] = NULL, t[1] = 'new' WHERE id = 5 RETURNING n, t;
INSERT INTO a (id) VALUES (5);
UPDATE a SET n[1] = 9, t[1:2] = '{p,q}', f[1] = 1 WHERE id = 5 RETURNING n, t, f;
UPDATE a SET t = '{x,y}', t[1] = 'z' WHERE id = 5 RETURNING t;
UPDATE a SET v[2] = 'xyz' WHERE id = 1 RETURNING v;
UPDATE a SET v[2] = 'wxyz' WHERE id = 1 RETURNING v;
UPDATE a SET f[1] = 3, f[2] = '4.5' WHERE id = 1 RETURNING f;
UPDATE a x SET n[x.id] = 11 WHERE id = 1 RETURNING n;
INSERT INTO a (id, n) VALUES (1, '{}') ON CONFLICT (id) DO UPDATE SET n[2] = 22 RETURNING n;
MERGE INTO a USING (VALUES (1)) s(k) ON a.id = s.k WHEN MATCHED THEN UPDATE SET n[3] = 33;
SELECT n FROM a WHERE id = 1;
CREATE VIEW va AS SELECT id, n AS m FROM a;
UPDATE va SET m[1] = 100 WHERE id = 1 RETURNING m;
SELECT n FROM a WHERE id = 1;

-- what cannot be
UPDATE a SET n[1][1] = 1 WHERE id = 1;
UPDATE a SET n[1] = 1 WHERE id = 2;
UPDATE a SET n[3][1] = 1 WHERE id = 2;
UPDATE a SET n[1:3] = '{1,2}' WHERE id = 1;
UPDATE a SET n[3:2] = '{1,2}' WHERE id = 1;
UPDATE a SET n[NULL] = 1 WHERE id = 1;
UPDATE a SET n[1] = 'x' WHERE id = 1;
UPDATE a SET n[1] = 'x'::text WHERE id = 1;
UPDATE a SET n[1:2] = 5 WHERE id = 1;
UPDATE a SET id[1] = 5 WHERE id = 1;
UPDATE a SET n[1] = DEFAULT WHERE id = 1;
UPDATE a SET nope[1] = 1;

-- arrays of arrays
SELECT array_agg(x) FROM (VALUES (ARRAY[1,2]), (ARRAY[3,4])) v(x);
SELECT array_agg(x) FROM (VALUES (ARRAY[1,2]), (ARRAY[3])) v(x);
SELECT array_agg(x) FROM (VALUES (ARRAY[1,2]), (NULL)) v(x);
SELECT array_agg(x) FROM (VALUES ('{}'::int[]), ('{}')) v(x);
SELECT array_agg(x) FROM (VALUES (ARRAY[1]), (ARRAY[[1]])) v(x);
SELECT ARRAY(SELECT n[1:2] FROM a WHERE id IN (1, 6) AND array_ndims(n) = 1), pg_typeof(ARRAY(SELECT n FROM a WHERE id = 2));
SELECT ARRAY(SELECT n FROM a WHERE id < 3);
SELECT ARRAY(SELECT x FROM (VALUES (ARRAY[1,2]), (ARRAY[3,4])) v(x) ORDER BY x DESC);
SELECT ARRAY(SELECT n FROM a WHERE false);
DROP VIEW va;
DROP TABLE a;
