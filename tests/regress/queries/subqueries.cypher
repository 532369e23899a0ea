-- Subqueries where a variable of a loop is seen, and parameters as property maps.
CREATE NODE LABEL Stop (id INT64 PRIMARY KEY, name STRING, opened DATE);
INSERT (a IS Stop {id: 1, name: 'Elm', opened: DATE '2020-01-02'})-[IS NEXT_STOP {line: 4}]->(b IS Stop {id: 2, name: 'Oak'}),
       (b)-[IS NEXT_STOP {line: 5}]->(c IS Stop {id: 3, name: 'Yew'});
-- reduce
RETURN reduce(s = 0, x IN [1, 2] | s + COUNT { MATCH (p IS Stop) RETURN p }) AS n;
RETURN reduce(s = 10, x IN [1, 2, 3] | VALUE { MATCH (p IS Stop {id: x}) RETURN s * 2 + p.id }) AS n;
RETURN reduce(s = '', x IN [3, 1] | s || VALUE { MATCH (p IS Stop {id: x}) RETURN p.name }) AS names;
RETURN reduce(s = 1, x IN [1, 2] | VALUE { MATCH (p IS Stop {id: x}) RETURN s + p.id + 0.5 }) AS widened;
RETURN reduce(s = 7, x IN [] | s + COUNT { MATCH (p) RETURN p }) AS none, reduce(s = 7, x IN null | s + COUNT { MATCH (p) RETURN p }) AS nowhere;
MATCH (p IS Stop) RETURN p.name, reduce(s = p.id, x IN [2, 3] | s * 10 + COUNT { MATCH (p)-[]->(q WHERE q.id = x) RETURN q }) AS n ORDER BY p.name;
MATCH (p IS Stop) WHERE reduce(s = false, x IN [3, 4] | s OR EXISTS { (p)-[]->({id: x}) }) RETURN p.name;
RETURN [y IN [1, 2] | reduce(s = y, x IN [1, 9] | s + COUNT { MATCH (p IS Stop {id: x}) RETURN p })] AS inside,
       reduce(s = 0, y IN [1, 2] | s + reduce(t = s, x IN [1, 2] | t + y * COUNT { MATCH (p IS Stop {id: x}) RETURN p })) AS nested;
MATCH p = (IS Stop {id: 1})-[]->*(IS Stop {id: 3})
RETURN reduce(s = [], n IN nodes(p) | s || COLLECT { MATCH (n)-[e]->() RETURN e.line }) AS lines;
RETURN reduce(s = 0, x IN range(1, 1000) | s + COUNT { MATCH (p IS Stop {id: x}) RETURN p }) AS many;
RETURN reduce(s = 0, x IN [1] | VALUE { MATCH (p IS Stop) RETURN p.id }) AS several;
RETURN reduce(s = 0, x IN 5 | s + COUNT { MATCH (p) RETURN p }) AS no_list;
EXPLAIN (COSTS false, SUMMARY false) RETURN reduce(s = 0, x IN [1, 2] | s + COUNT { MATCH (p IS Stop {id: x}) RETURN p }) AS n;
EXPLAIN (COSTS false, SUMMARY false) WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t;
EXPLAIN (COSTS false, SUMMARY false) SELECT generate_series(1, 3);
-- a parameter as a property map
PREPARE stop AS MATCH (n IS Stop $1) RETURN n.id;
EXECUTE stop('{"id": 1}');
EXECUTE stop('{"id": 1, "name": "Elm", "opened": "2020-01-02"}');
EXECUTE stop('{"id": 1, "opened": "2020-01-03"}');
EXECUTE stop('{"opened": "no date"}');
EXECUTE stop('{"id": 2, "opened": null}');
EXECUTE stop('{"id": "1"}');
EXECUTE stop('{}');
EXECUTE stop(NULL);
EXECUTE stop('[1]');
DEALLOCATE stop;
SESSION SET VALUE $line = {line: 4};
MATCH (a)-[e $line]->(b) RETURN a.name, b.name;
MATCH (a IS Stop {id: 1})-[e IS NEXT_STOP $line]->{1,3}(b) RETURN b.name;
MATCH ANY SHORTEST (a)-[e $line]->+(b) RETURN a.name, b.name;
MATCH (a) WHERE EXISTS { (a)-[$line]->() } RETURN a.name;
MATCH (a)-[$line]->(b) RETURN a.name;
SESSION SET VALUE $stop = {id: 9, name: 'Ash'};
MERGE (n IS Stop $stop) RETURN n.name;
MERGE (n IS Stop $stop) RETURN n.name;
SESSION SET VALUE $stop = {id: 10, name: null};
MERGE (n IS Stop $stop) RETURN n.name;
SELECT name FROM GRAPH_TABLE (main MATCH (n IS Stop $stop) COLUMNS (n.name AS name));
MATCH (n $1) RETURN n;
-- What is around a subquery stays where it aggregates or joins branches.
CREATE NODE LABEL Weight (v INT64);
INSERT (:Weight {v: 1}), (:Weight {v: 2});
MATCH (x IS Weight) RETURN x.v, VALUE { MATCH (y IS Stop) RETURN sum(y.id) + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) RETURN sum(y.id) + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) RETURN y.id % 20 + x.v AS k, count(*) + x.v AS c ORDER BY k NEXT RETURN c + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) WITH sum(y.id) AS c RETURN c + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) WITH sum(y.id) AS c WHERE c > x.v + 13 RETURN c } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) WITH y.id AS k, count(*) AS c ORDER BY k * x.v DESC LIMIT 1 RETURN k + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) RETURN y.id AS k, count(*) AS c ORDER BY k * (x.v * 2 - 3) LIMIT 1 NEXT RETURN k } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, EXISTS { MATCH (y IS Stop) WITH sum(y.id) AS c WHERE c = x.v + 13 RETURN c } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) WITH count(*) AS c RETURN x } AS s ORDER BY x.v;
MATCH (x IS Weight) CALL (x) { MATCH (y IS Stop) RETURN sum(y.id) + x.v AS s } RETURN x.v, s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { RETURN 1 AS a UNION RETURN 2 AS a NEXT RETURN a + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v AS k, sum(VALUE { MATCH (y IS Stop) RETURN sum(y.id) + x.v }) AS s ORDER BY k;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) WITH DISTINCT 1 AS a RETURN a + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COLLECT { MATCH (y IS Stop) WITH count(*) AS c MATCH (z IS Stop) WHERE z.id > x.v * 8 RETURN z.id + c + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, VALUE { MATCH (y IS Stop {id: 99}) RETURN count(y) + x.v } AS s ORDER BY x.v;
MATCH (x IS Weight) RETURN x.v, COUNT { MATCH (y IS Stop) WITH y.id AS k, sum(y.id) + x.v AS s WHERE s > 3 RETURN k } AS s ORDER BY x.v;
EXPLAIN (COSTS OFF, SUMMARY OFF) MATCH (x IS Weight) RETURN x.v, VALUE { MATCH (p IS Stop) RETURN sum(p.id) + x.v } AS s;
