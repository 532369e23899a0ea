-- Encodings, words in regular expressions, aggregates of real, operators by name.
SELECT convert_to('déjà', 'LATIN1'), convert_from('\x64e96ae0', 'LATIN1'), convert_from('\x64e96ae0', 'latin-1');
SELECT convert('déjà', 'UTF8', 'LATIN1'), convert('\xe9'::bytea, 'LATIN1', 'UTF8'), convert('abc', 'utf8', 'utf8');
SELECT convert_to('Ω', 'LATIN1');
SELECT convert_to('a€', 'ISO_8859_1');
SELECT convert_from('\xe9', 'UTF8');
SELECT convert_from('x', 'nonsense');
SELECT convert_to('x', 'nonsense');
SELECT length('\x64e9'::bytea, 'LATIN1'), length('déjà'::bytea, 'UTF8');
SELECT regexp_replace('foo bar foobar', '\mbar\M', 'X', 'g'), 'abc' ~ '\yabc\y', 'xabc' ~ '\yabc', 'xabc' ~ '\Yabc', 'a-b' ~ '\mb', 'ab' ~ '\Mb';
SELECT regexp_matches('one two', '\m\w', 'g');
SELECT 'a\y' ~ 'a\\y', ']y' ~ '[]y]y', 'x' ~ '[^]\\]';
SELECT pg_typeof(sum(x)), pg_typeof(min(x)), pg_typeof(max(x)), pg_typeof(avg(x)), sum(x), max(x) FROM (VALUES (1.5::real), (2.25::real)) v(x);
SELECT sum(x) OVER (ORDER BY x), pg_typeof(sum(x) OVER ()) FROM (VALUES (1.5::real), (2.25::real)) v(x);
SELECT to_regoper('!~~*'), to_regoper('nothing'), to_regoperator('+(integer,integer)'), to_regoperator('+(integer,text)');
