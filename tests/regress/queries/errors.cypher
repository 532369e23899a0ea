-- Errors: the caret, what was expected, the hint. (psql sends what has an open bracket only at \g.)
MATCH (p IS Person RETURN p \g
MATCH (p) RETRUN p;
RETURN;
RETURN 1 +;
RETURN nobody;
MATCH (n) RETURN m.name;
MATCH (n) RETURN n.name AS a, n.age AS a;
RETURN 1 = 'one' + 2;
RETURN nofunction(1);
RETURN 1 / 0;
RETURN 9223372036854775807 + 1;
RETURN 'abc' :: INT64;
RETURN DATE '2024-02-30';
RETURN [1, 2, 3 \g
RETURN 'over
two lines' +;
INSERT (a)-[]->(b);
INSERT (a)-[IS KNOWS]-(b);
MATCH (n) WHERE count(n) > 1 RETURN n;
MATCH (n) RETURN n LIMIT -1;
MATCH (n);
MATCH (n IS A), (n)-[n]->() RETURN n;
SHOW no_such_setting;
SET no_such_setting = 1;
CREATE NODE LABEL Twice (id INT64);
CREATE NODE LABEL Twice (id INT64);
DROP NODE LABEL Absent;
MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE;
RETURN "double";
RETURN 'äöü' || ;
SET graph.double_quoted_strings = on;
RETURN "double" AS text, "" AS nothing;
WITH 1 AS "double" RETURN "double";
RESET graph.double_quoted_strings;
RETURN [x IN [1, 2] | count(*)];
MATCH p = (a)-[IS KNOWS]->(b) RETURN size(p), cardinality(p);
MATCH (n) WHERE (n)-[r]->() RETURN n;
MATCH (n) WHERE EXISTS { (n)-[r]->() } RETURN n;
-- hints of Cypher are ignored, and said to be
MATCH (p IS Person) USING INDEX p:Person(id) WHERE p.id = 1 RETURN p.id;
-- what only rows show to be wrong has a place, too
UNWIND [9223372036854775807, 1] AS x RETURN 1 AS one, sum(x) AS s;
INSERT (n IS Gone {a: 1}) DELETE n RETURN n.a;
INSERT (IS Gone {a: 1});
MATCH (n IS Gone) DELETE n RETURN n.a AS a, n;
