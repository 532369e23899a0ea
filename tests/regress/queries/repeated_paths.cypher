-- Parenthesised paths that are no variable-length edge: several edges, no quantifier, ?.
INSERT (a IS P {n:'a', v:1})-[IS K {w:1}]->(b IS P {n:'b', v:2})-[IS K {w:2}]->(c IS P {n:'c', v:3})-[IS K {w:3}]->(d IS P {n:'d', v:4})-[IS K {w:4}]->(e IS P {n:'e', v:5}), (a)-[IS L]->(c);
-- multi element quantified
MATCH ((x)-[e IS K]->(y)-[f IS K]->(z)){1,2} RETURN [i IN x|i.n] AS x, [i IN e|i.w] AS e, [i IN f | i.w] AS f, [i IN z|i.n] AS z ORDER BY x, e;
MATCH (s) ((x)-[e IS K]->(y)-[f IS K]->(z) WHERE x.v = 1){1,2} (t) WHERE size(e) = 1 RETURN s.n, t.n, size(x);
MATCH (s {n:'a'}) ((x)-[e IS K]->(y {v: x.v + 1})-[f IS K]->(z)){0,2} (t) RETURN s.n, t.n, size(x) ORDER BY t.n;
MATCH p = (s {n:'a'}) (()-[e IS K]->()-[f IS K]->()){2} RETURN path_length(p), [n IN nodes(p)|n.n];
-- unquantified
MATCH (s) ((x)-[e IS K]->(y) WHERE x.v > 1) (t) RETURN s.n, x.n, y.n, t.n ORDER BY s.n;
-- question
MATCH (s {n:'a'}) ((x)-[e IS K]->(y))? (t) RETURN t.n, x.n, y.n ORDER BY t.n;
MATCH (s {n:'a'})-[e IS K]->? (t) RETURN t.n, e.w ORDER BY t.n;
MATCH (s {n:'e'})-[e IS K]->? (t IS P) WHERE t.v > 1 RETURN t.n, e.w ORDER BY t.n;
-- unbounded
MATCH (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z))+ (t) RETURN t.n, size(e) ORDER BY t.n;
MATCH (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z))* (t) RETURN count(*);
-- joined with other path
MATCH (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z)){0,1} (t), (t)-[g]->(u) RETURN t.n, u.n ORDER BY t.n, u.n;
MATCH (t {n:'c'}) MATCH (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z)){0,1} (t) RETURN s.n, t.n;
OPTIONAL MATCH (s {n:'d'}) ((x)-[e IS K]->(y)-[f IS K]->(z)){1} (t) RETURN s.n, e;
RETURN EXISTS { MATCH (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z)){1} (t) RETURN t } AS x;
MATCH (s IS P) WHERE EXISTS { (s) (()-[IS K]->()-[IS K]->()){1} () } RETURN s.n ORDER BY s.n;
MATCH (()-[IS K]->()-[IS K]->()){1} RETURN count(*);
MATCH (s) ((x)-[e]->{1,2}(y)-[f IS K]->(z)){1} (t) RETURN count(*);
-- selectors, path variables; refused
MATCH ANY SHORTEST (s) ((x)-[e IS K]->(y)-[f IS K]->(z)){1,2} (t) RETURN s.n;
MATCH (s) (p = (x)-[e IS K]->(y)-[f IS K]->(z)){1,2} (t) RETURN s.n;
MATCH REPEATABLE ELEMENTS ((x)-[e IS K]->(y)-[f IS K]->(z))+ RETURN 1;
MATCH ((x)-[e IS K]->(y)-[f IS K]->(z)){1,1000} RETURN 1;
MATCH (s) ((x)-[e IS K]->(y)-[f IS K]->(z)){1,2} (t) RETURN x.n;
UNWIND range(1, 20) AS i INSERT (IS C {i: i});
MATCH (a IS C), (b IS C) WHERE b.i = a.i + 1 INSERT (a)-[IS N]->(b);
MATCH (s IS C {i: 1}) ((x)-[e IS N]->(y)-[f IS N]->(z))+ (t) RETURN count(*);
MATCH (s IS C {i: 3}) ((x)-[e IS N]->(y)-[f IS N]->(z))+ (t) RETURN count(*);
MATCH (s IS C {i: 4}) ((x)-[e IS N]->(y)-[f IS N]->(z))+ (t) RETURN count(*);
-- Against variable-length edges, on a graph with cycles: pairs of edges are paths of even length.
UNWIND range(0, 11) AS i INSERT (IS R {i: i});
MATCH (a IS R), (b IS R) WHERE b.i = (a.i * 5 + 1) % 12 OR b.i = (a.i + 4) % 12 INSERT (a)-[IS S]->(b);
MATCH (s IS R) (()-[e IS S]->()-[f IS S]->()){1,3} (t)
RETURN s.i AS s, t.i AS t, count(*) AS n
EXCEPT ALL
MATCH (s IS R)-[e IS S]->{1,6}(t) WHERE size(e) % 2 = 0 RETURN s.i AS s, t.i AS t, count(*) AS n;
MATCH (s IS R)-[e IS S]->{1,6}(t) WHERE size(e) % 2 = 0 RETURN s.i AS s, t.i AS t, count(*) AS n
EXCEPT ALL
MATCH (s IS R) (()-[e IS S]->()-[f IS S]->()){1,3} (t) RETURN s.i AS s, t.i AS t, count(*) AS n;
MATCH p = (s IS R) ((x)-[e IS S]->(y)<-[f IS S]-(z) WHERE x.i < z.i){0,2} (t)
RETURN all(i IN range(0, size(x) - 1) WHERE x[i].i < z[i].i) AS holds, path_length(p) = size(e) + size(f) AS whole, count(*) > 0 AS found;
MATCH (s IS R) ((x)-[e IS S]->(y)<-[f IS S]-(z) WHERE x.i < z.i){2} (t) RETURN count(*) AS n;
MATCH (s IS R)-[e1 IS S]->(y1)<-[f1 IS S]-(m)-[e2 IS S]->(y2)<-[f2 IS S]-(t) WHERE s.i < m.i AND m.i < t.i RETURN count(*) AS n;
