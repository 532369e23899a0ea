-- what a declared type says beside its name holds for every way of writing
CREATE NODE LABEL Part (code STRING(5) PRIMARY KEY, kind VARCHAR(3), grade CHAR(2), tags STRING(4)[], small INT16, medium INT32, share FLOAT32, price DECIMAL(5, 2));
\d "Part"
SHOW KEYS;
SELECT column_name, data_type, character_maximum_length, numeric_precision FROM information_schema.columns WHERE table_name = 'Part' ORDER BY ordinal_position;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"Part"'::regclass AND attnum > 0 ORDER BY attnum;
-- the graph language
INSERT (IS Part {code: 'äöüäö', kind: 'a    ', grade: 'x', small: 32767, medium: -2147483648, share: 0.1, price: 1.005M});
INSERT (IS Part {code: 'toolong'});
INSERT (IS Part {code: 'a', kind: 'abcd'});
INSERT (IS Part {code: 'a', grade: 'abc'});
INSERT (IS Part {code: 'a', tags: ['abcd', 'abcde']});
INSERT (IS Part {code: 'a', small: 32768});
INSERT (IS Part {code: 'a', medium: 2147483648});
INSERT (IS Part {code: 'a', share: 1e39});
MATCH (p IS Part) SET p.kind = 'long';
MATCH (p IS Part) SET p += {kind: 'long'};
MERGE (p IS Part {code: 'longer'});
MATCH (p IS Part {grade: 'x'}) RETURN p.code, char_length(p.kind) AS kind, p.grade, p.small, p.medium, p.share, p.price;
-- tables of SQL and COPY
INSERT INTO "Part" (code, kind) VALUES ('sql', 'abc');
INSERT INTO "Part" (code, kind) VALUES ('sql2', 'abcd');
INSERT INTO "Part" (code, small) VALUES ('sql2', 40000);
UPDATE "Part" SET grade = 'y' WHERE code = 'sql';
UPDATE "Part" SET grade = 'abc' WHERE code = 'sql';
MATCH (p IS Part {grade: 'y'}) RETURN p.code, p.grade;
COPY "Part" (code, kind) FROM STDIN;
copy1	abc  
\.
COPY "Part" (code, kind) FROM STDIN;
copy2	abcd
\.
COPY "Part" (code, kind) FROM STDIN WITH (ON_ERROR ignore);
copy3	abcd
copy4	ok
\.
COPY "Part" (code, grade, small) FROM STDIN WITH (ON_ERROR ignore);
copy5	abc	1
copy6	a  	40000
copy7	a  	4
\.
MATCH (p IS Part) RETURN p.code, p.kind, p.grade || '.' AS grade, p.small ORDER BY p.code;
-- a table's types hold for the graph language too
CREATE TABLE bolt (id int PRIMARY KEY, name varchar(4), size smallint);
INSERT (IS bolt {id: 1, name: 'short'});
INSERT (IS bolt {id: 2147483648});
INSERT (IS bolt {id: 1, size: 32768});
INSERT (IS bolt {id: 1, name: 'fits'});
ALTER TABLE bolt ALTER COLUMN name TYPE varchar(6);
MATCH (b IS bolt) SET b.name = 'sixsix';
ALTER TABLE bolt ALTER COLUMN name TYPE varchar(5);
DROP TABLE bolt;
-- another type is held against what is there
ALTER NODE Part ALTER kind TYPE STRING(1);
ALTER NODE Part ALTER kind TYPE STRING(6);
MATCH (p IS Part {code: 'sql'}) SET p.kind = 'longer' RETURN p.kind;
ALTER NODE Part ALTER kind TYPE STRING;
MATCH (p IS Part {code: 'sql'}) SET p.kind = 'much longer' RETURN p.kind;
ALTER NODE Part ALTER kind TYPE INT64;
ALTER NODE Part ADD note VARCHAR(2) DEFAULT 'abc';
CREATE CONSTRAINT FOR (n IS Loose) REQUIRE n.text IS :: STRING(2);
INSERT (IS Loose {text: 'abc'});
INSERT (IS Loose {text: 'ab'});
-- types that there are not
CREATE NODE LABEL Wrong (a STRING(0));
CREATE NODE LABEL Wrong (a VARCHAR(10485761));
CREATE NODE LABEL Wrong (a TEXT(3));
RETURN CAST('abcdef' AS STRING(3)) AS cut, CAST('abcdef' AS VARCHAR(2)) AS cut2;
MATCH (n) DETACH DELETE n;
DROP CONSTRAINT "Loose_text_type";
DROP NODE LABEL "Part";
-- digits of seconds
CREATE NODE LABEL Lap (at TIME(2), zoned TIMETZ(1), day TIMESTAMP(0), instant TIMESTAMPTZ(3), took DURATION(1), splits TIME(0)[], whole TIMESTAMP);
\d "Lap"
SHOW KEYS;
INSERT (IS Lap {at: TIME '10:11:12.345', zoned: TIMETZ '10:11:12.35+02', day: TIMESTAMP '1999-12-31 23:59:59.5', instant: TIMESTAMPTZ '2024-01-01 10:11:12.0006Z',
        took: DURATION 'PT1.25S', splits: [TIME '00:00:59.5', TIME '00:01:00.4'], whole: TIMESTAMP '2024-01-01 10:11:12.123456'});
SET TimeZone = 'UTC';
MATCH (l IS Lap) RETURN l.at, l.zoned, l.day, l.instant, l.took, l.splits, l.whole;
MATCH (l IS Lap) SET l.took = DURATION 'PT-1.25S', l.day = TIMESTAMP 'infinity' RETURN l.took, l.day;
INSERT INTO "Lap" (at, day) VALUES ('23:59:59.996', '1999-12-31 23:59:59.4') RETURNING *;
SELECT column_name, data_type, datetime_precision FROM information_schema.columns WHERE table_name = 'Lap' ORDER BY ordinal_position;
CREATE TABLE lap (at time(2), day timestamp(0) with time zone, took interval(0));
INSERT INTO lap VALUES ('10:11:12.345', '2024-01-01 10:11:12.6Z', '1.5 s') RETURNING *;
\d lap
ALTER TABLE lap ALTER at TYPE time(0);
SELECT * FROM lap;
SELECT '2024-01-01 10:11:12.5'::timestamp(0), timestamp(1) '2024-01-01 10:11:12.66', timestamp(1) with time zone '2024-01-01 10:11:12.66Z', interval(0) '1.7 s', '10:00'::time(9), time(0) '23:59:59.9';
CREATE NODE LABEL Odd (at TIME(1, 2));
