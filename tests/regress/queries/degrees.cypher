-- Edges that are only counted: the counts that the store keeps must be those of the edges.
-- Half of the numbers know the number twice as large, and 0 knows everybody and itself.
FOR i IN range(0, 40) INSERT (:Number {i: i});
MATCH (a IS Number), (b IS Number) WHERE b.i = 2 * a.i AND a.i > 0 INSERT (a)-[:DOUBLE {by: 2}]->(b);
MATCH (a IS Number {i: 0}), (b IS Number) INSERT (a)-[:KNOWS]->(b);
MATCH (a IS Number {i: 0}), (b IS Number {i: 1}) INSERT (a)-[:KNOWS]->(b), (b)-[:SEES]->(a);
-- by node, in each direction, by labels
MATCH (a IS Number {i: 0})-[:KNOWS]->() RETURN count(*);
MATCH (a IS Number {i: 0})-[:KNOWS]-(b) RETURN a.i, count(b);
MATCH (a IS Number {i: 0})<-[e]-() RETURN a.i, count(e);
MATCH (a IS Number)<-[:KNOWS|DOUBLE]-() RETURN a.i, count(*) AS n ORDER BY n DESC, a.i LIMIT 3;
MATCH (a IS Number)-[:DOUBLE]->() RETURN count(*), count(*) AS again;
MATCH (a IS Number)-[:DOUBLE]->(b)-[:DOUBLE]->() RETURN count(*);
MATCH (a IS Number)-[:DOUBLE]->(b)-[:DOUBLE]->(c) RETURN c.i % 3 AS r, count(b) ORDER BY r;
MATCH (a IS Number {i: 41})-[:DOUBLE]->() RETURN count(*);
MATCH (a IS Number {i: 41})-[:DOUBLE]->() RETURN a.i, count(*);
MATCH (a IS Number) WHERE COUNT { (a)-[:DOUBLE]->() } = 0 AND COUNT { (a)<-[:DOUBLE]-() } = 0 RETURN collect(a.i);
MATCH (a IS Number) RETURN sum(COUNT { (a)-[:DOUBLE|SEES]->() }) AS n;
-- all of them, beside counts of the edges themselves: no row
MATCH (a IS Number)
WHERE COUNT { (a)-[:KNOWS]->() } <> size(COLLECT { MATCH (a)-[e:KNOWS]->() RETURN e })
   OR COUNT { (a)<-[]-() } <> size(COLLECT { MATCH (a)<-[e]-() RETURN e })
   OR COUNT { (a)-[:KNOWS|SEES]-() } <> size(COLLECT { MATCH (a)-[e:KNOWS|SEES]-() RETURN e })
RETURN a.i;
-- with changes that only this transaction sees
BEGIN;
MATCH (a IS Number {i: 0})-[e:KNOWS]->(b) WHERE b.i > 10 DELETE e;
MATCH (a IS Number {i: 5}), (b IS Number {i: 0}) INSERT (b)-[:KNOWS]->(a), (a)-[:SEES]->(b);
MATCH (a IS Number {i: 0})-[:KNOWS]->() RETURN count(*);
MATCH (a IS Number {i: 0})<-[:SEES]-() RETURN count(*);
MATCH (a IS Number)
WHERE COUNT { (a)-[:KNOWS]->() } <> size(COLLECT { MATCH (a)-[e:KNOWS]->() RETURN e })
RETURN a.i;
ROLLBACK;
MATCH (a IS Number {i: 0})-[:KNOWS]->() RETURN count(*);
-- what is random is so for every edge
MATCH (a IS Number {i: 0})-[:KNOWS]->() WITH random() AS r, count(*) AS n RETURN count(*) > 1 AS many;
EXPLAIN (COSTS OFF, SUMMARY OFF) MATCH (a IS Number)-[:KNOWS]->() RETURN a.i, count(*) AS n;
