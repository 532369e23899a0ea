-- Simplified path patterns: each is followed by what it stands for.
INSERT (a:N {id: 1})-[:A]->(b:N {id: 2})-[:B]->(c:N {id: 3})-[:A]->(d:N {id: 4})-[:B]->(e:N {id: 5})-[:C]->(a), (a)-[:C]->(c), (c)-[:B]->(a);
MATCH (x)-/A/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:A]->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)<-/A/-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)<-[:A]-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-/A/-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)<-/A/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:A]-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
-- one behind the other, each in the direction of the whole
MATCH (x)-/A B/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:A]->()-[:B]->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)<-/A B/-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)<-[:A]-()<-[:B]-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
-- either
MATCH (x)-/A|C/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:A|C]->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-/A B|C/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x) (()-[:A]->()-[:B]->() | ()-[:C]->()) (y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-/A|+|A/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-/A|A/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
-- conditions on one label
MATCH (x)-/!A&!C/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-/!(A|C)/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:!A&!C]->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
-- quantifiers: of a step, of a parenthesis, of the whole
MATCH (x)-/A B?/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:A]->()-[:B]->?(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x WHERE x.id = 1)-/(A B)+/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x WHERE x.id = 1) (()-[:A]->()-[:B]->())+ (y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x WHERE x.id = 1)-/A|B/->{2,3}(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x WHERE x.id = 1)-[:A|B]->{2,3}(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x WHERE x.id = 1)-/A{1} B{1,1}/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
-- directions of their own
MATCH (x)-/B <C/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:B]->()<-[:C]-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)<-/B> C/-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:B]->()<-[:C]-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-/<(A B) <C>/->(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)<-[:A]-()<-[:B]-()-[:C]-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)<-/(A B)> -C/-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
MATCH (x)-[:A]->()-[:B]->()-[:C]-(y) RETURN x.id, y.id ORDER BY x.id, y.id;
-- selectors, named paths, several in a row, both ends left out
MATCH p = ANY SHORTEST (x WHERE x.id = 1)-/A|B|C/->+(y WHERE y.id = 5) RETURN length(p);
MATCH p = ALL SHORTEST (x WHERE x.id = 2)-/(B A|B C)+/->(y) RETURN length(p), y.id ORDER BY y.id;
MATCH p = (x)-/A/->-/B/->(y) RETURN length(p), x.id, y.id ORDER BY x.id;
MATCH -/A/-> RETURN count(*);
MATCH (x) WHERE EXISTS { (x)-/A B/->() } RETURN x.id ORDER BY x.id;
SELECT * FROM GRAPH_TABLE (main MATCH (x)-/A B/->(y) COLUMNS (x.id AS x, y.id AS y)) ORDER BY x;
EXPLAIN (COSTS OFF, SUMMARY OFF) MATCH (x)-/A/->(y) RETURN y.id;
EXPLAIN (COSTS OFF, SUMMARY OFF) MATCH (x:N)-/A|B C/->(y) RETURN y.id;
-- what it is not
MATCH (x)~/A/~(y) RETURN x;
INSERT (:N)-/A/->(:N);
MATCH (x)-/A|B/->*(y) RETURN count(*);
CREATE VIEW paths AS SELECT * FROM GRAPH_TABLE (main MATCH (x)-/A B?|C/->(y) COLUMNS (x.id AS x, y.id AS y));
SELECT count(*) FROM paths;
DROP VIEW paths;
