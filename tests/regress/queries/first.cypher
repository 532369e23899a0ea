-- The first things a new user types.
SELECT 1;
RETURN 1 + 2 AS three, 'text' AS word, true AS yes, null AS nothing, 1.5 AS number;
CREATE (IS Person {name: 'Ada', born: 1815})-[IS KNOWS {since: 1833}]->(IS Person {name: 'Charles', born: 1791});
INSERT (IS Person {name: 'Mary', born: 1797});
MATCH (p IS Person) RETURN p.name, p.born ORDER BY p.name;
MATCH (a IS Person)-[k IS KNOWS]->(b IS Person) RETURN a.name, k.since, b.name;
MATCH (a IS Person) OPTIONAL MATCH (a)-[IS KNOWS]->(b) RETURN a.name, b.name AS knows ORDER BY a.name;
MATCH (p IS Person) WHERE p.born < 1800 RETURN count(*) AS early, min(p.born), max(p.born), avg(p.born);
MATCH (p IS Person) RETURN collect_list(p.name) AS names, sum(p.born) AS total;
MATCH (p IS Person)
WHERE p.name STARTS WITH 'M'
   OR p.name = 'Ada'
RETURN p.name AS name
ORDER BY name DESC
LIMIT 1;
UNWIND [3, 1, 2] AS x RETURN x, x * x AS square ORDER BY x;
FOR x IN [1, 2, 3] FILTER x <> 2 RETURN x;
MATCH (p IS Person) WITH p.born / 100 AS century, count(*) AS n WHERE n > 1 RETURN century, n;
RETURN CASE WHEN 1 < 2 THEN 'less' ELSE 'more' END AS answer;
RETURN [x IN range(1, 5) WHERE x % 2 = 1 | x * 10] AS tens;
MATCH (nobody IS Nobody) RETURN nobody.name;
-- The variables of FROM graph MATCH, all of them.
SELECT * FROM main MATCH (p IS Person {name: 'Ada'})-[k IS KNOWS]->(q);
SELECT *, p.born + 1 AS next FROM main MATCH (p IS Person {name: 'Ada'}), main MATCH (m {name: 'Mary'}) WHERE m.born > 0;
SELECT p.* FROM main MATCH (p IS Person);
SELECT * FROM main MATCH (IS Person);
