-- Where an error is: the place in the text that was sent, also of what is found in subqueries; none
-- where the text at fault is another one.
CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING);
INSERT (a IS Person {id: 1, name: 'Ada'})-[IS KNOWS {since: 1833}]->(b IS Person {id: 2, name: 'Bob'}),
       (a)-[IS KNOWS {since: 1840}]->(b);
-- more than one row of a subquery
RETURN VALUE { UNWIND [1, 2] AS x RETURN x };
RETURN VALUE { RETURN VALUE { UNWIND [1, 2] AS x RETURN x } };
MATCH (p IS Person) RETURN COUNT { MATCH (q) WHERE VALUE { MATCH (r IS Person) RETURN r.id } = 1 RETURN q };
MATCH (p IS Person) WHERE VALUE { MATCH (p)-[k]->() RETURN k.since } > 1 RETURN p.name;
MATCH (p IS Person) SET p.id = VALUE { MATCH (q IS Person) RETURN q.id };
MATCH (a) ((x)-[k IS KNOWS]->(y) WHERE VALUE { MATCH (y)-[z]-() RETURN z.since } > 1){1,2} (b) RETURN b.name;
RETURN [x IN [1, 2] WHERE VALUE { UNWIND [1, 2] AS y RETURN y } = x];
RETURN 'ä€', reduce(s = 0, x IN [1, 2] | s + VALUE { UNWIND [1, 2] AS y RETURN y });
MATCH (p IS Person) CALL (p) { RETURN VALUE { UNWIND [1, 2] AS x RETURN x } AS x } RETURN x;
SELECT name FROM GRAPH_TABLE (main MATCH (p IS Person WHERE VALUE { UNWIND [1, 2] AS x RETURN x } = 1) COLUMNS (p.name));
-- as PostgreSQL, SQL gives none
SELECT (SELECT 1 UNION SELECT 2);
-- other errors in subqueries of subqueries
RETURN EXISTS { MATCH (p) WHERE EXISTS { (q) WHERE q.name = nobody } };
RETURN VALUE { RETURN VALUE { UNWIND [0] AS x RETURN sum(1 / x) } };
RETURN COLLECT { UNWIND [1] AS a CALL (a) { UNWIND [0] AS x RETURN a / x AS y } RETURN y };
RETURN VALUE { RETURN VALUE { RETURN 1, 2 } };
-- texts that were sent before, or are kept
PREPARE divided (INT) AS RETURN 1 / $1 AS x;
EXECUTE divided(0);
BEGIN;
DECLARE c CURSOR FOR UNWIND [1, 0] AS x RETURN 1 / x AS y;
FETCH ALL FROM /* far enough behind the start */ c;
ROLLBACK;
DECLARE h CURSOR WITH HOLD FOR UNWIND [1, 0] AS x RETURN 1 / x AS y;
CREATE VIEW divided AS SELECT g.name FROM GRAPH_TABLE (main MATCH (p IS Person WHERE 1 / (p.id - 1) > 0) COLUMNS (p.name)) AS g;
SELECT name, '                                                                                           ' AS wide FROM divided;
CREATE PROCEDURE divide (x INT) AS { RETURN 1 / x AS y };
MATCH (p IS Person) CALL divide(p.id - 1) YIELD y RETURN y;
-- what a role may not read or write
CREATE NODE LABEL Secret (x INT64);
CREATE EDGE LABEL HIDES;
CREATE ROLE amy;
GRANT SELECT ON "Person" TO amy;
SET ROLE amy;
MATCH (s IS Secret) RETURN s;
MATCH (n) RETURN n;
MATCH (p IS Person) WHERE EXISTS { MATCH (s IS Secret) } RETURN p;
MATCH (p IS Person) RETURN COUNT { MATCH (q IS Person) WHERE EXISTS { (q)-[h IS HIDES]->(r IS Person) } RETURN q };
MATCH (p IS Person)-[IS KNOWS|HIDES]->(q IS Person) RETURN p;
MATCH (p IS Person)-[IS HIDES]->{1,2}(q IS Person) RETURN p;
MATCH ANY SHORTEST (p IS Person) ((a)-[IS HIDES]->(b)-[IS KNOWS]->(c))+ (q IS Person) RETURN p;
MATCH (p IS Person)<-[IS HIDES]-(q IS Secret) RETURN p;
RETURN [x IN [1] WHERE EXISTS { MATCH (s IS Secret) }];
INSERT (p IS Person {id: 3}), (IS Secret {x: 1});
MATCH (p IS Person) INSERT (p)-[IS HIDES]->(p);
MERGE (p IS Secret {x: 1});
MATCH (p IS Person) SET p.name = 'x';
MATCH (p IS Person) DETACH DELETE p;
CALL graph.wcc();
SELECT 1 FROM GRAPH_TABLE (main MATCH (s IS Secret) COLUMNS (s.x)) AS g;
SELECT (SELECT x FROM "Secret");
UPDATE "Secret" SET x = 1;
RESET ROLE;
