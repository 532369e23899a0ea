-- COPY: formats, options, and what is wrong with them.
CREATE TABLE c (a text, b text, n int, d date);
INSERT INTO c VALUES ('one', 'x', 1, '2020-01-02'), ('tw,o', '', 2, NULL), (NULL, 'q"q', NULL, '1999-12-31'), (E'li\nne', E'ta\tb', -5, NULL), ('\.', ' pad ', 0, NULL);
COPY c TO STDOUT ;
COPY c TO STDOUT (HEADER);
COPY c TO STDOUT (FORMAT csv);
COPY c TO STDOUT (FORMAT csv, HEADER);
COPY c TO STDOUT (FORMAT csv, HEADER true, FORCE_QUOTE *);
COPY c TO STDOUT (FORMAT csv, FORCE_QUOTE (a, n));
COPY c TO STDOUT (FORMAT csv, FORCE_QUOTE (d), NULL 'nil');
COPY c TO STDOUT (FORMAT csv, QUOTE '''', ESCAPE '\');
COPY c TO STDOUT (FORMAT csv, DELIMITER ';', NULL 'x');
COPY c TO STDOUT (DELIMITER '|', NULL 'none');
COPY c TO STDOUT CSV HEADER FORCE QUOTE a, b;
COPY c TO STDOUT CSV QUOTE AS '~' NULL AS 'z';
COPY c TO STDOUT WITH DELIMITER ':' NULL '';
COPY c TO STDOUT (FORMAT csv, HEADER false, FREEZE off);
COPY c (n, a) TO STDOUT (FORMAT csv, FORCE_QUOTE (b));
COPY c (n, a) TO STDOUT (FORMAT csv, FORCE_QUOTE (n));
COPY (SELECT a, n FROM c ORDER BY n) TO STDOUT (FORMAT csv, FORCE_QUOTE (n), HEADER);
COPY (SELECT a AS x, n FROM c ORDER BY n) TO STDOUT (FORMAT csv, FORCE_QUOTE (a));
DELETE FROM c;
COPY c FROM STDIN (FORMAT csv);
one,,1,
"","",,
\.
SELECT a, a IS NULL AS an, b, b IS NULL AS bn, n, d FROM c ORDER BY a, b, n;
DELETE FROM c;
COPY c FROM STDIN (FORMAT csv, FORCE_NOT_NULL (a, b));
one,,1,
"","",,
,,3,
\.
SELECT a, a IS NULL AS an, b, b IS NULL AS bn, n, d FROM c ORDER BY a, b, n;
DELETE FROM c;
COPY c FROM STDIN (FORMAT csv, FORCE_NULL (a, b, n));
one,,1,
"","","",
,,3,
\.
SELECT a, a IS NULL AS an, b, b IS NULL AS bn, n, d FROM c ORDER BY a, b, n;
DELETE FROM c;
COPY c FROM STDIN (FORMAT csv, FORCE_NULL (a), FORCE_NOT_NULL (a), NULL 'nil');
nil,nil,1,nil
"nil","nil",2,nil
\.
SELECT a, a IS NULL AS an, b, b IS NULL AS bn, n, d FROM c ORDER BY a, b, n;
DELETE FROM c;
COPY c FROM STDIN CSV FORCE NOT NULL b;
x,,1,
\.
COPY c FROM STDIN CSV FORCE NULL b;
x,"",1,
\.
COPY c FROM STDIN CSV FORCE NOT NULL b FORCE NULL a;
"",,1,
\.
SELECT a, a IS NULL AS an, b, b IS NULL AS bn, n, d FROM c ORDER BY a, b, n;
DELETE FROM c;
COPY c (n) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (b));
7
\.
COPY c (n) FROM STDIN (FORMAT csv, FORCE_NULL (b));
7
\.
COPY c (n, a) FROM STDIN (FORMAT csv, HEADER match);
n,a
1,x
\.
COPY c (n, a) FROM STDIN (FORMAT csv, HEADER match);
n,b
1,x
\.
COPY c (n, a) FROM STDIN (FORMAT csv, HEADER match);
n
1,x
\.
COPY c (n, a) FROM STDIN (HEADER);
n
1	x
\.
COPY c (n, a) FROM STDIN (HEADER match);
n	a
2	y
\.
COPY c (n, a) FROM STDIN (FREEZE off);
1	x
\.
COPY c (n, a) FROM STDIN (FORMAT csv, ESCAPE '\', QUOTE '''');
1,'it\'s'
\.
SELECT a, a IS NULL AS an, b, b IS NULL AS bn, n, d FROM c ORDER BY a, b, n;
DELETE FROM c;
-- What is wrong with options.
COPY c (a) FROM STDIN (FORMAT nix);
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORMAT csv);
x
\.
COPY c (a) FROM STDIN (nix);
x
\.
COPY c (a) FROM STDIN (DELIMITER 'ab');
x
\.
COPY c (a) FROM STDIN (DELIMITER '');
x
\.
COPY c (a) FROM STDIN (DELIMITER E'\n');
x
\.
COPY c (a) FROM STDIN (FORMAT csv, DELIMITER E'\r');
x
\.
COPY c (a) FROM STDIN (DELIMITER 'a');
x
\.
COPY c (a) FROM STDIN (DELIMITER '.');
x
\.
COPY c (a) FROM STDIN (DELIMITER '5');
x
\.
COPY c (a) FROM STDIN (FORMAT csv, DELIMITER 'a', NULL 'xax');
x
\.
COPY c (a) FROM STDIN (NULL E'a\nb');
x
\.
COPY c (a) FROM STDIN (FORMAT csv, QUOTE 'ab');
x
\.
COPY c (a) FROM STDIN (FORMAT csv, QUOTE ',');
x
\.
COPY c (a) FROM STDIN (FORMAT csv, QUOTE '"', NULL 'a"b');
x
\.
COPY c (a) FROM STDIN (QUOTE '"');
x
\.
COPY c (a) FROM STDIN (ESCAPE '"');
x
\.
COPY c (a) FROM STDIN (FORMAT csv, ESCAPE 'ab');
x
\.
COPY c (a) FROM STDIN (FORMAT csv, ESCAPE '');
x
\.
COPY c (a) FROM STDIN (HEADER nix);
x
\.
COPY c (a) FROM STDIN (HEADER 2);
x
\.
COPY c (a) FROM STDIN (HEADER match, HEADER match);
x
\.
COPY c (a) FROM STDIN (FREEZE nix);
x
\.
COPY c (a) FROM STDIN (FREEZE on, FREEZE off);
x
\.
COPY c (a) FROM STDIN (FORMAT binary, DELIMITER ',');
x
\.
COPY c (a) FROM STDIN (FORMAT binary, NULL 'x');
x
\.
COPY c (a) FROM STDIN (FORMAT binary, HEADER);
x
\.
COPY c (a) FROM STDIN (FORCE_QUOTE *);
x
\.
COPY c (a) FROM STDIN (FORCE_QUOTE (a));
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_QUOTE a);
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_NOT_NULL *);
x
\.
COPY c (a) FROM STDIN (FORCE_NOT_NULL (a));
x
\.
COPY c (a) FROM STDIN (FORCE_NULL (a));
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (nix));
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_NULL (nix));
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_NULL (a, a));
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_NULL 'a');
x
\.
COPY c (a) FROM STDIN (ENCODING 'nix');
x
\.
COPY c (a) FROM STDIN (ENCODING nix, ENCODING nix);
x
\.
COPY c (a) FROM STDIN (FORMAT 1);
x
\.
COPY c (a) FROM STDIN (DELIMITER);
x
\.
COPY c (a) FROM STDIN (QUOTE);
x
\.
COPY c (a) FROM STDIN (ENCODING);
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_NULL);
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (a), FORCE_NOT_NULL (a));
x
\.
COPY c (a) FROM STDIN (FORMAT csv, FORCE_QUOTE (a));
x
\.
COPY c TO STDOUT (FORMAT csv, FORCE_NOT_NULL (a));
COPY c TO STDOUT (FORMAT csv, FORCE_NULL (a));
COPY c TO STDOUT (FORMAT csv, FORCE_QUOTE (nix));
COPY c TO STDOUT (FORMAT csv, FREEZE on);
COPY c TO STDOUT (FORMAT csv, HEADER match);
COPY c TO STDOUT (FORCE_QUOTE *);
COPY c TO STDOUT (FORMAT csv, FORCE_QUOTE *, FORCE_QUOTE *);
-- What is wrong when it begins.
COPY c (nix) FROM STDIN ;
x
\.
COPY c (a, a) FROM STDIN ;
x
\.
COPY c (nix) TO STDOUT;
COPY c (a, a) TO STDOUT;
BEGIN READ ONLY;
COPY c FROM STDIN ;
x
\.
SELECT 1;
ROLLBACK;
-- Data that does not fit.
COPY c (a) FROM STDIN ;
x	y
\.
COPY c (a, n) FROM STDIN ;
x
\.
COPY c (a, n) FROM STDIN ;
x	zz
\.
COPY c (n, d) FROM STDIN ;
1	2020-13-01
\.
SELECT count(*) FROM c;
DROP TABLE c;
