-- Types: literals, casts, output.
RETURN 1 AS i, -1 AS n, 9223372036854775807 AS big, 0x1F AS hex, 1_000 AS grouped;
RETURN 1.5 AS f, 1e20 AS e, 1e-7 AS small, 0.1 + 0.2 AS sum, 100000000000000.0 AS whole;
RETURN CAST('NaN' AS FLOAT64) AS nan, CAST('Infinity' AS FLOAT64) AS inf, CAST('-Infinity' AS FLOAT64) AS minus;
RETURN true AS t, false AS f, null AS n, 1 = 1 AS same, 1 = 'x' AS other, null = null AS nobody_knows;
RETURN 'it''s' AS quoted, E'tab\there' AS escaped, U&'\0041' AS unicode, $$dollar$$ AS dollar, 'äöü€😀' AS utf;
RETURN DATE '2024-02-29' AS d, TIME '12:34:56.789' AS t, TIMESTAMP '2024-02-29 12:34:56' AS ts, TIMESTAMPTZ '2024-02-29 12:34:56+02' AS tz;
RETURN DURATION 'P1Y2M3DT4H5M6.7S' AS iso, INTERVAL '1 day -2 hours' AS interval;
RETURN DATE '2024-01-31' + DURATION 'P1M' AS next_month, TIMESTAMP '2024-03-01' - DURATION 'P1D' AS before;
RETURN UUID '12345678-1234-5678-1234-567812345678' AS u, X'00FF' AS bytes;
RETURN [1, 2, 3] AS ints, ['a', 'b'] AS texts, [] AS none, [1, 'a', null] AS mixed, [[1], [2]] AS nested;
RETURN {b: 1, a: [1, 2.5, 'x', null, true], c: {d: DATE '2024-02-29'}} AS map;
RETURN 7 / 2 AS int, 7.0 / 2 AS float, -7 / 2 AS truncated, 7 % 3 AS rest, 2 ^ 10 AS power;
RETURN 1 < 2 < 3 AS chain, 'a' < 'b' AS text, 1 < 'a' AS mixed, NOT null AS n, true XOR true AS x;
RETURN 'abc' STARTS WITH 'a' AS s, 'abc' CONTAINS 'd' AS c, 'abc' =~ '[a-c]+' AS re, 'abc' LIKE 'a%' AS l;
RETURN char_length('äöü') AS chars, upper('abc') AS up, substring('hello', 1, 3) AS cypher, substr('hello', 1, 3) AS sql;
RETURN toInteger('12') AS i, toInteger('x') AS none, toFloat('1.5') AS f, toString(1.5) AS s, '12' :: INT64 AS cast;
RETURN size([1, 2, 3]), head([1, 2]), last([1, 2]), [1, 2, 3][0] AS first, [1, 2, 3][5] AS beyond, [1, 2, 3, 4][1..3] AS slice;
RETURN coalesce(null, 1) AS c, nullif(1, 1) AS n, abs(-5) AS a, round(2.5) AS r, floor(-1.5) AS f, sign(-2) AS s;
SET TimeZone = '<+02>-02';
RETURN TIMESTAMPTZ '2024-02-29 12:00:00Z' AS local;
SHOW TimeZone;
RESET TimeZone;
\x
RETURN 1 AS one, 'two' AS word;
\x

-- an array takes in what its items compare with, and nothing else
SELECT array[1,2] || 3 AS a, 0 || array[1,2] AS b, array[1.5] || 2 AS c, array[1,2] || '{3}' AS d;
SELECT array[1,2] || 'x'::text;
RETURN U&'d!0061t!+000061 !! \' UESCAPE '!' AS escaped, U&'d\0061t\0061'
  /* over lines */ UESCAPE '\' AS same, U&'\00e9' AS plain;
RETURN U&'a' UESCAPE 'f';
RETURN U&'a' UESCAPE '!!';
RETURN U&'a' UESCAPE 5;
RETURN U&'!00zz' UESCAPE '!';
