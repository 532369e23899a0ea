-- EXPLAIN (FORMAT JSON): PostgreSQL's keys
INSERT (:P {x: 1})-[:K]->(:P {x: 2});
EXPLAIN (FORMAT JSON, COSTS OFF, SUMMARY OFF) MATCH (n:P {x: 1})-[e:K]->(m) RETURN n.x, 'a "quote"' AS q ORDER BY m.x;
EXPLAIN (FORMAT JSON, ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) MATCH (n:P) RETURN n.x UNION ALL MATCH (m:P) RETURN m.x AS "n.x";
EXPLAIN (FORMAT JSON, COSTS OFF, SUMMARY OFF) INSERT (:P {x: 3});
EXPLAIN (FORMAT TEXT, COSTS OFF, SUMMARY OFF) RETURN 1 AS one;
EXPLAIN (FORMAT YAML) RETURN 1 AS one;
MATCH (n:P) RETURN count(*) AS still;
-- what runs at the moment: this
\pset tuples_only on
SHOW TRANSACTIONS \gset
\echo :state :user :application :query
