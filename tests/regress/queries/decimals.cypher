-- Decimals: literals, casts, arithmetic, comparison, properties, aggregates.
RETURN 1.10M AS a, 1_000.5M AS b, 7M AS c, 1e3M AS d, -1.50M AS e;
RETURN 1.10M + 1 AS added, 1.10M - 0.1M AS subtracted, 1.10M * 1.10M AS multiplied, 10M / 3 AS divided, 7.5M % 2 AS rest;
RETURN 1.5M + 0.5 AS float, 2M ^ 2 AS power;
RETURN 1M / 0;
RETURN CAST('12.345' AS DECIMAL(5, 2)) AS a, '1e3' :: NUMERIC AS b, 2 :: DECIMAL AS c, 1.25 :: DECIMAL(10, 1) AS d;
RETURN 12.5M :: INT AS i, 12.5M :: FLOAT AS f, 12.50M :: STRING AS s, 'NaN' :: DECIMAL AS nan, '-Infinity' :: DECIMAL AS inf;
RETURN 123456M :: DECIMAL(5, 2);
RETURN 1M :: DECIMAL(5, 9);
RETURN 'x' :: DECIMAL;
RETURN 1.5M = 1.5 AS same, 1.10M = 1.1 AS not_quite, 0.1M + 0.2M = 0.3M AS exact, 2M > 1 AS greater, [1.0M] = [1] AS lists, 3M IN [1, 3.0] AS member;
RETURN 9007199254740993M = 9007199254740993 AS int, 9007199254740993M = 9007199254740992.0 AS float;
RETURN abs(-2.5M), ceil(2.1M), floor(-2.1M), trunc(2.59M, 1), round(2.567M, 2), round(-2.5M), sign(-2.5M), sqrt(2M), mod(7.5M, 2);
RETURN toInteger(-3.7M), toFloat(1.25M), toString(1.250M), 1.5M IS :: DECIMAL AS typed, 1 IS :: DECIMAL AS no;
UNWIND [1.5M, 2, 2.5, null] AS x RETURN x ORDER BY x;
UNWIND [1.10M, 2.205M, 3M] AS x RETURN sum(x), avg(x), min(x), max(x), count(x), collect_list(x), percentile_disc(x, 0.5), stddev_pop(x);
UNWIND [1.0M, 1, 1.00, 2M] AS x RETURN DISTINCT x = 1 AS one, count(*) AS n ORDER BY one;
RETURN [1.0M, 2, 3.50M] AS list, {a: 1.20M, n: 'NaN' :: DECIMAL} AS map;

CREATE NODE LABEL Item (sku STRING PRIMARY KEY, price DECIMAL(10, 2), weight NUMERIC, costs DECIMAL(4, 1)[]);
SHOW KEYS;
INSERT (IS Item {sku: 'a', price: 12.345M, weight: 1, costs: [1.25M, 2]}), (IS Item {sku: 'b', price: 7, weight: 2.5M});
INSERT (IS Item {sku: 'c', price: sqrt(2.0)});
INSERT (IS Item {sku: 'c', price: 123456789.12M});
MATCH (i IS Item) RETURN i.sku, i.price, i.weight, i.costs, properties(i) AS props ORDER BY i.price;
MATCH (i IS Item) RETURN sum(i.price), avg(i.price), max(i.weight);
CREATE INDEX item_price ON NODE Item (price);
MATCH (i IS Item) WHERE i.price > 7 RETURN i.sku, i.price * 2 AS twice;
MATCH (i IS Item {price: 7.0}) RETURN i.sku;
MATCH (i IS Item) WHERE 7.00M <= i.price < 12.351 RETURN i.sku ORDER BY i.sku;
MATCH (i IS Item {sku: 'a'}) SET i.price = i.price * 1.1M RETURN i.price;
PREPARE by_price AS MATCH (i IS Item) WHERE i.price = $1 RETURN i.sku;
EXECUTE by_price(13.59);
EXECUTE by_price(7);
-- A number with a point is read as a decimal where one is declared, as clients write them.
INSERT (IS Item {sku: 'lit', weight: 0.1}), (IS Item {sku: 'neg', weight: -2.25});
MATCH (i IS Item) WHERE i.sku IN ['lit', 'neg'] RETURN i.sku, i.weight ORDER BY i.sku;
INSERT (i IS Item {sku: 'exact', weight: 12345678901234567890.10, costs: [1.5, -2, +3.25]}) RETURN i.weight;
MATCH (i IS Item {sku: 'exact'}) SET i += {weight: 0.1} RETURN i.weight, i.costs;
MATCH (i IS Item) WHERE i.sku IN ['lit', 'neg', 'exact'] DELETE i;
-- Floats are not: neither one that a cast makes of such a number, nor what is computed or kept as one.
INSERT (IS Item {sku: 'f', weight: 0.1 :: FLOAT64});
INSERT (IS Item {sku: 'f', weight: 0.1d});
INSERT (IS Item {sku: 'f', weight: 0.1 + 0.2});
PREPARE weigh AS MATCH (i IS Item) SET i.weight = $1 :: float8;
MATCH (i IS Item) SET i.costs = [toFloat(i.price)];
FOR x IN [0.1, 'any'] INSERT (IS Item {sku: 'f', weight: x});
FOR x IN [[0.1], 'any'] INSERT (IS Item {sku: 'f', costs: x});
INSERT (IS Item {sku: 'f', weight: 0.1 :: FLOAT64 :: DECIMAL}) RETURN 1 AS n;
-- SQL assigns them, as PostgreSQL does.
UPDATE "Item" SET weight = 0.25::float8 WHERE sku = 'f' RETURNING weight;
INSERT INTO "Item" (sku, weight) VALUES ('g', 0.75::float8) RETURNING weight;
MATCH (i IS Item) WHERE i.sku IN ['f', 'g'] DELETE i;
COPY Item TO STDOUT;
COPY Item (sku, price) FROM STDIN;
d	0.005
e	1e2
\.
MATCH (i IS Item) WHERE i.sku > 'c' RETURN i.sku, i.price ORDER BY i.sku;
INSERT (IS Loose {v: 1.5M}), (IS Loose {v: 2});
MATCH (n IS Loose) RETURN n.v ORDER BY n.v;
INSERT (IS Loose {v: 2.25});
MATCH (n IS Loose) RETURN n.v ORDER BY n.v;
-- a scale larger than the precision: only digits far behind the point
RETURN 0.00012M :: NUMERIC(2, 5) AS small, 0.000994M :: NUMERIC(2, 5) AS rounded;
RETURN 0.00123M :: NUMERIC(2, 5) AS big;
CREATE TABLE tiny (a numeric(2, 5));
INSERT INTO tiny VALUES (0.000124) RETURNING a;
INSERT INTO tiny VALUES (0.001);
\d tiny
RETURN 1M :: DECIMAL(5, 1001);
