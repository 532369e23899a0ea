-- DateStyle: each style and order, written and read.
SET TimeZone = 'Europe/Berlin';
CREATE TABLE moments (id int, day date, at timestamp, instant timestamptz, span interval);
INSERT INTO moments VALUES
	(1, '1997-12-17', '1997-12-17 07:37:16.5', '1997-12-17 07:37:16+00', '1 day 02:03'),
	(2, '2024-07-04', '2024-07-04 23:00', '2024-07-04 23:00:00.000001+00', '-1 mon'),
	(3, '0044-03-15 BC', '0044-03-15 12:00 BC', '12345-01-02 00:00Z', '0'),
	(4, 'infinity', '-infinity', 'infinity', '1 year');
SHOW DateStyle;
SELECT * FROM moments ORDER BY id;
SET DateStyle = SQL;
SHOW DateStyle;
SELECT * FROM moments ORDER BY id;
SELECT day::text, at::text, instant::text, '<' || day || '>', concat(at), ARRAY[at], ROW(day, instant) FROM moments ORDER BY id;
COPY moments TO STDOUT;
COPY moments TO STDOUT (FORMAT csv, HEADER);
SELECT json_build_object(day, 1), json_object_agg(at, 2), jsonb_build_object(instant, 3) FROM moments WHERE id = 1 GROUP BY day, instant;
SELECT to_json(day), to_jsonb(at), json_build_object('a', at), row_to_json(moments) FROM moments WHERE id = 1;
SET DateStyle = 'SQL, DMY';
SHOW DateStyle;
SELECT * FROM moments ORDER BY id;
SET DateStyle = 'YMD';
SHOW DateStyle;
SELECT * FROM moments ORDER BY id;
SET DateStyle = Postgres;
SHOW DateStyle;
SELECT * FROM moments ORDER BY id;
SET DateStyle = 'MDY';
SELECT * FROM moments ORDER BY id;
SET DateStyle = 'Postgresql, European';
SHOW DateStyle;
SELECT * FROM moments ORDER BY id;
COPY moments TO STDOUT;
SET DateStyle = 'iso, us';
SET DateStyle = German;
SHOW DateStyle;
SELECT * FROM moments ORDER BY id;
SET DateStyle = 'YMD, German';
SHOW DateStyle;
SELECT * FROM moments ORDER BY id;
-- What is between the zones and their names.
SET DateStyle = 'SQL, MDY';
SET TimeZone = 'UTC';
SELECT timestamptz '2024-01-02 03:04:05Z';
SET TimeZone = 'GMT';
SELECT timestamptz '2024-01-02 03:04:05Z';
SET TimeZone = 'America/New_York';
SELECT timestamptz '2024-01-02 03:04:05Z', timestamptz '2024-07-02 03:04:05Z', timestamptz '2080-07-02 03:04:05Z';
SELECT timestamptz '1800-01-02 03:04:05Z';
SET TimeZone = 'Asia/Kolkata';
SELECT timestamptz '2024-01-02 03:04:05Z';
SET TimeZone = 'America/Sao_Paulo';
SELECT timestamptz '2024-01-02 03:04:05Z';
SET TimeZone = 5.5;
SELECT timestamptz '2024-01-02 03:04:05Z';
SET TimeZone = 'Europe/Berlin';
SELECT to_char(timestamptz '2024-07-02 03:04:05Z', 'TZ tz'), to_char(timestamptz '2024-01-02 03:04:05Z', 'TZ');
SELECT time '03:04:05', timetz '03:04:05+05:30';
-- Which of the numbers is the day.
SET DateStyle = 'ISO, MDY';
SELECT '01/02/2003'::date, '1-2-03'::date, '01.02.2003'::date, '1/2/99'::date, '1/2/69'::date, '1/2/70'::date, '1/2/345'::date;
SELECT '13/02/2003'::date;
SELECT '2003/02/01'::date, '2003.02.01'::date;
SET DateStyle = 'DMY';
SELECT '01/02/2003'::date, '1-2-03'::date, '01.02.2003'::date, '13/02/2003'::timestamp;
SELECT '02/13/2003'::date;
SELECT '2003-02-01'::date, '20030201'::date;
SET DateStyle = 'YMD';
SELECT '01/02/03'::date, '99-02-03'::date, '2003.2.1 10:20'::timestamptz;
SELECT '01/02/2003'::date;
SELECT '01/02'::date;
SELECT '01/02-03'::date;
SELECT '1'::date;
SELECT '31/02/03'::date, '03/02/31'::date;
SET DateStyle = 'MDY';
SELECT '2/30/2003'::date;
SELECT '0/1/2003'::date;
SELECT '1/1/0'::date, '1/1/00'::date;
SELECT '1/1/0000'::date;
SELECT '3/15/44 BC'::date, '3/15/0044 BC'::date;
-- Months by name.
SELECT 'Jan 2 2003'::date, 'January 2, 2003'::date, '2 Jan 2003'::date, '02-Jan-2003'::date, '2003-Jan-02'::date, 'sept 3 2003'::date;
SELECT 'Wed Dec 17 07:37:16 1997 PST'::timestamptz, 'Wed 17 Dec 07:37:16.5 1997'::timestamp, 'Mon Dec 17 1997 07:37'::timestamp;
SELECT 'Mon Mar 15 12:00:00 0044 BC'::timestamp, 'Thu, 04 Jul 2024 23:00:00 +0200'::timestamptz;
SELECT 'Jan-08-1999'::date, '08-Jan-99'::date, 'Jan 8, 99'::date;
SELECT 'Thu Jan 02 2003 10:20 PM America/New_York'::timestamptz, 'Jan 2 2003 BC'::date;
SELECT 'Jan 2 3 2003'::date;
SELECT 'Jan Feb 2003'::date;
SELECT 'Jan 32 2003'::date;
SELECT 'Feb 30 2003'::date;
SELECT 'Jan'::date;
SELECT 'Jan 2003'::date;
SET DateStyle = 'YMD';
SELECT '99-Jan-08'::date, '08-Jan-1999'::date, 'Jan-08-1999'::date;
SET DateStyle = 'DMY';
SELECT 'Jan 2 2003'::date, '08-Jan-99'::date;
-- Each style reads what it wrote.
SET DateStyle = 'Postgres, MDY';
SELECT count(*) FROM moments WHERE day = day::text::date AND at = at::text::timestamp AND instant = instant::text::timestamptz;
SET DateStyle = 'Postgres, DMY';
SELECT count(*) FROM moments WHERE day = day::text::date AND at = at::text::timestamp AND instant = instant::text::timestamptz;
SET DateStyle = 'SQL, DMY';
SELECT count(*) FROM moments WHERE day = day::text::date AND at = at::text::timestamp AND instant = instant::text::timestamptz;
SET DateStyle = 'German';
SELECT count(*) FROM moments WHERE day = day::text::date AND at = at::text::timestamp AND instant = instant::text::timestamptz;
CREATE TABLE read (id int, day date, at timestamp);
COPY read FROM STDIN;
1	04.07.2024	04.07.2024 10:20:30
\.
COPY read FROM STDIN (FORMAT csv);
2,05/08/2024,5-8-24 1:02
\.
INSERT INTO read VALUES (3, '6.9.2024', 'Fri 06 Sep 2024');
SELECT * FROM read ORDER BY id;
COPY read FROM STDIN;
4	07/13/2024	\N
\.
-- A plan that was made in one style runs in another.
PREPARE shown AS SELECT day::text, '01/02/2003'::text::date FROM read ORDER BY id LIMIT 1;
EXECUTE shown;
SET DateStyle = 'SQL, MDY';
EXECUTE shown;
-- Settings.
BEGIN;
SET LOCAL DateStyle = German;
SELECT day FROM read WHERE id = 1;
COMMIT;
SELECT day FROM read WHERE id = 1;
BEGIN;
SET DateStyle = German;
ROLLBACK;
SHOW DateStyle;
SELECT set_config('datestyle', 'german', false), current_setting('datestyle');
SELECT name, setting, vartype, enumvals FROM pg_settings WHERE name IN ('DateStyle', 'IntervalStyle') ORDER BY name;
RESET DateStyle;
SHOW DateStyle;
SET DateStyle TO SQL, DMY;
SHOW DateStyle;
SET DateStyle TO DEFAULT;
SHOW DateStyle;
SET DateStyle = 'Martian';
SET DateStyle = 'ISO, SQL';
SET DateStyle = 'DMY, YMD';
SET DateStyle = 'ISO, German';
SET DateStyle = 'SQL, SQL, DMY, European';
SHOW DateStyle;
SET DateStyle = 'default';
SHOW DateStyle;
-- Spans in their styles.
SET IntervalStyle = postgres_verbose;
SELECT span, span::text FROM moments ORDER BY id;
COPY moments (span) TO STDOUT (FORMAT csv);
SET IntervalStyle = sql_standard;
SELECT span, span::text FROM moments ORDER BY id;
SELECT interval '-1 2:03', interval '1-2 3 4:05:06';
SET IntervalStyle = iso_8601;
SELECT span, span::text FROM moments ORDER BY id;
RESET IntervalStyle;
SHOW IntervalStyle;
