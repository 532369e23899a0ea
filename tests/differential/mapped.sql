-- What object-relational mappers and their migrations send.
CREATE TABLE author (id bigint PRIMARY KEY, name varchar(80) UNIQUE, born date, CHECK (id > 0 AND name <> 'x'));
CREATE TABLE book (id serial, title varchar(20), price numeric(8,2), author_id bigint CONSTRAINT book_author REFERENCES author);
CREATE INDEX book_author_id ON book (author_id);
INSERT INTO author VALUES (1, 'Ann', '2000-01-01'), (2, 'Bob', NULL);
INSERT INTO book (title, price, author_id) SELECT * FROM unnest(ARRAY['one','two','three','four'], ARRAY[1.5, 2, 2.5], ARRAY[1,1,2,NULL]);
SELECT * FROM unnest(ARRAY[1,2], ARRAY['a','b','c']) WITH ORDINALITY AS t(a, b, n);
SELECT v.n, x.* FROM (VALUES (1, ARRAY[1,2], ARRAY[3]), (2, NULL, '{}')) v(n, p, q), unnest(v.p, v.q) x(a, b);
-- the columns that a primary key decides
SELECT a.id, a.name, count(b.id), sum(b.price) FROM author a LEFT JOIN book b ON b.author_id = a.id GROUP BY a.id ORDER BY a.name;
SELECT a.name, a.born IS NULL FROM author a, book b WHERE b.author_id = a.id GROUP BY a.id HAVING a.name < 'Z' ORDER BY a.name DESC;
-- subqueries beside an index
SELECT title FROM book WHERE author_id IN (SELECT id FROM author WHERE born IS NOT NULL) ORDER BY title;
SELECT title FROM book WHERE author_id = (SELECT max(id) FROM author);
SELECT title FROM book WHERE author_id > (SELECT min(id) FROM author) AND author_id <= (SELECT count(*) FROM author);
SELECT (SELECT count(*) FROM book b WHERE b.author_id = a.id AND b.author_id IN (SELECT id FROM author)) FROM author a ORDER BY a.id;
-- orders
SELECT '4' > '2' AS a, 'c' > 'a' AS b, '"c"'::jsonb > '"a"'::jsonb AS c, '10'::jsonb > '9'::jsonb AS d, '1.0'::jsonb = '1'::jsonb AS e;
SELECT '[]'::jsonb < 'null'::jsonb AS a, 'null'::jsonb < '"x"'::jsonb AS b, '"x"'::jsonb < '1'::jsonb AS c, '1'::jsonb < 'true'::jsonb AS d,
    'true'::jsonb < '[1]'::jsonb AS e, '[1]'::jsonb < '{}'::jsonb AS f, '{"a":1}'::jsonb < '{"a":2}'::jsonb AS g, '[9]'::jsonb < '[1,2]'::jsonb AS h;
SELECT interval '1 month' > interval '29 days' AS a, interval '1 day' = interval '24 hours' AS b, interval '1 year' < interval '11 months' AS c,
    interval '2 days' > '47 hours' AS d;
SELECT upper('zoë ß é'), lower('ÀÉ');
-- ON CONFLICT names the row it could not insert
INSERT INTO author AS a (id, name) VALUES (1, 'Anna') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name || A.NAME RETURNING a.name;
-- names of indexes and constraints
ALTER INDEX book_author_id RENAME TO by_author;
ALTER INDEX by_author RENAME TO author_pkey;
ALTER INDEX none RENAME TO x;
ALTER INDEX IF EXISTS none RENAME TO x;
ALTER TABLE author RENAME CONSTRAINT author_name_key TO one_name;
ALTER TABLE author RENAME CONSTRAINT author_pkey TO pk;
ALTER TABLE author RENAME CONSTRAINT none TO x;
INSERT INTO author VALUES (3, 'Bob');
INSERT INTO author VALUES (1, 'Cyd');
SELECT title FROM book WHERE author_id = 2;
SELECT conname, contype, conkey FROM pg_constraint WHERE conrelid IN ('author'::regclass, 'book'::regclass) ORDER BY conname;
SELECT indexname FROM pg_indexes WHERE tablename IN ('author', 'book') ORDER BY 1;
BEGIN;
ALTER TABLE author RENAME CONSTRAINT pk TO gone;
ROLLBACK;
SELECT conname FROM pg_constraint WHERE conrelid = 'author'::regclass AND contype = 'p';
-- a table takes the name that another had
DROP TABLE book;
CREATE TABLE leaf (id int);
INSERT INTO leaf VALUES (1);
ALTER TABLE leaf RENAME TO book;
SELECT * FROM book;
