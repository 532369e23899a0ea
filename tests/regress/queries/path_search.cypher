-- Path patterns of every form on a chain with a branch and a loop; see also repeated_paths.
INSERT (a IS P {n:'a', v:1})-[IS K {w:1}]->(b IS P {n:'b', v:2})-[IS K {w:2}]->(c IS P {n:'c', v:3})-[IS K {w:3}]->(d IS P {n:'d', v:4})-[IS K {w:4}]->(e IS P {n:'e', v:5}), (a)-[IS L {w:5}]->(c), (e)-[IS L {w:6}]->(e);
-- one edge under a selector is one edge
MATCH p = ANY SHORTEST (a {n:'a'})-[e IS L]->(b) RETURN e.w, b.n;
MATCH p = ACYCLIC (a {n:'e'})-[e IS L]->(b) RETURN e.w;
-- several edges under a selector
MATCH p = ANY SHORTEST (a {n:'a'})-[e]->+(m {n:'c'})-[f IS K]->+(b {n:'e'}) RETURN [x IN e | x.w] AS e, m.n, [x IN f | x.w] AS f;
MATCH p = SHORTEST 2 GROUPS (a {n:'a'})-[e]->+(m {n:'c'})-[f IS K]->+(b {n:'e'}) RETURN [x IN e | x.w] AS e, [x IN f | x.w] AS f ORDER BY size(e);
MATCH p = ALL SHORTEST (a {n:'a'}) ((x)-[e]->(y) WHERE x.v < y.v)+ (b) RETURN b.n, path_length(p) AS l ORDER BY b.n;
-- no end without a selector: walks through the loop
MATCH p = SHORTEST 3 (a {n:'d'})-[e]->+(b {n:'e'}) RETURN [x IN e | x.w] AS e ORDER BY size(e);
MATCH p = SHORTEST 3 (a {n:'d'}) (()-[e]->()-[f]->())+ (b {n:'e'}) RETURN path_length(p) AS l ORDER BY l;
-- a condition of the last node on what is inside holds before paths are chosen
MATCH p = ANY SHORTEST (a {n:'a'})-[e]->(m)-[f]->+(b WHERE m.v = b.v - 2) RETURN m.n, b.n ORDER BY b.n;
-- several lengths under a mode, from either end
MATCH p = SHORTEST 2 TRAIL GROUPS (a IS P)-[e]-{2,}(b IS P) RETURN path_length(p) AS l, count(*) AS n ORDER BY l;
MATCH (b {n:'c'}) MATCH p = SHORTEST 2 TRAIL (a)-[e]-{0,3}(b) RETURN a.n, [x IN e | x.w] AS e ORDER BY a.n, size(e), e;
-- path variables and modes inside
MATCH (s {n:'a'}) (p = (x)-[e IS K]->(y)-[f IS K]->(z) WHERE path_length(p) = 2){2} (t) RETURN t.n, [q IN p | path_length(q)] AS lengths;
MATCH (s {n:'d'}) (p = (x)-[e]->(y)) (t) RETURN path_length(p), t.n;
MATCH REPEATABLE ELEMENTS (s {n:'d'}) (TRAIL (x)-[e]->{1,}(y)) (t) RETURN t.n, size(e) AS n ORDER BY n;
MATCH REPEATABLE ELEMENTS (s {n:'d'}) (ACYCLIC (x)-[e]->{1,}(y)){1,3} (t) RETURN t.n, size(e) AS n ORDER BY n;
-- nested: one flat list
MATCH (s {n:'a'}) ((x) ((y)-[e IS K]->(z)){2} (w)){2} (t) RETURN [i IN x | i.n] AS x, [i IN y | i.n] AS y, [i IN w | i.n] AS w;
MATCH (s {n:'a'}) ((x) ((y)-[e IS K]->(z)){1,2} (w) WHERE size(e) = 2){2} (t) RETURN [i IN e | i.w] AS e;
-- inside what is optional, variables are nullable
MATCH (s {n:'d'}) ((x)-[e IS K]->(y) WHERE y.v > x.v)? (t) RETURN t.n, e.w ORDER BY t.n;
-- unions
MATCH (x)-[e IS L]->(y) | (x)-[e IS K {w: 1}]->(y) RETURN x.n, y.n ORDER BY x.n, y.n;
MATCH (s {n:'a'}) ((x)-[IS K]->(y) | (x)-[IS L]->(y)){1,2} (t) RETURN t.n ORDER BY t.n;
MATCH (x {n:'a'})-[e]->(y {n:'c'}) | (x {n:'a'})-[e IS L]->(y {n:'c'}) RETURN e.w;
MATCH (x {n:'a'})-[e]->(y {n:'c'}) |+| (x {n:'a'})-[e IS L]->(y {n:'c'}) RETURN e.w;
-- a subquery, a parameter, an outer variable inside
MATCH (s {n:'a'}) ((x)-[e]->(y) WHERE EXISTS { (y)-[IS K]->() } AND NOT EXISTS { (x)-[IS L]->(x) })+ (t) RETURN t.n ORDER BY t.n;
MATCH (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z) WHERE COUNT { (y)-[]->() } = 1){1,2} (t) RETURN t.n ORDER BY t.n;
UNWIND [1, 2] AS lowest MATCH (s) ((x)-[e IS K]->(y)-[f IS K]->(z) WHERE x.v >= lowest){2} (t) RETURN lowest, s.n, t.n;
PREPARE deep AS MATCH (s {n: $1::TEXT}) ((x)-[e IS K]->(y)-[f IS K]->(z) WHERE e.w < $2::INT){1,} (t) RETURN t.n;
EXECUTE deep('a', 2);
EXECUTE deep('a', 9);
-- conditions on the far end, and on another path
MATCH (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z) WHERE z.v <= t.v){1,2} (t) RETURN t.n ORDER BY t.n;
MATCH (s {n:'a'})-[e IS K WHERE e.w < t.v]->{1,3}(t) RETURN t.n ORDER BY t.n;
MATCH (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z) WHERE z.v <= q.v){1,2} (t), (q {n:'c'}) RETURN t.n ORDER BY t.n;
-- joined with other paths, before and behind
MATCH (s {n:'a'}) ((x)-[e IS K]->(m)-[f IS K]->(t)), (m)-[g IS K]->(u) RETURN m.n, u.n;
MATCH (m {n:'b'}) MATCH TRAIL (s)-[e IS K]->(m)-[f IS K]->+(t) RETURN s.n, t.n ORDER BY t.n;
MATCH (m)-[g IS L]->(u), ACYCLIC (s)-[e IS K]->(m)-[f IS K]->(t) RETURN m.n;
MATCH (m)-[g IS L]->(u), ACYCLIC (m)-[e IS K]->(o)-[f IS K]->(t) RETURN m.n, o.n, t.n;
-- two nodes side by side are one
MATCH (a {n:'a'})(b IS P)-[IS K]->(c) RETURN a.n, b.n, c.n;
MATCH (a {n:'a'})-[IS K]->(b)-[IS K]->(c), ANY SHORTEST (a)->*(a) RETURN c.n;
-- in OPTIONAL MATCH, EXISTS, COUNT and comprehensions
OPTIONAL MATCH ANY SHORTEST (s {n:'b'}) (()-[e IS K]->()<-[f IS L]-()){1,2} (t) RETURN s.n, t.n;
MATCH (s IS P) RETURN s.n, COUNT { (s) (()-[IS K]->()-[IS K]->()){1,} () } AS n ORDER BY s.n;
MATCH (s {n:'a'}) RETURN [(s)-[e IS K]->{2}(t) | t.n] AS t, SIZE([p = (s) (()-[IS K]->()-[IS K]->())+ (t) | p]) AS n;
-- plans
EXPLAIN (COSTS OFF, SUMMARY OFF) MATCH ANY SHORTEST (s {n:'a'}) ((x)-[e IS K]->(y)-[f IS K]->(z) WHERE x.v < z.v)+ (t) RETURN t.n;
-- refused
MATCH ((x)){1,2} RETURN 1;
MATCH ((x)-[e]->{0,2}(y)){2} RETURN 1;
MATCH REPEATABLE ELEMENTS (s) ((x)-[e]->(y)<-[f]-(z))* (t) RETURN 1;
MATCH REPEATABLE ELEMENTS (s) (TRAIL (x)-[e]->(y)<-[f]-(z))* (t) RETURN 1;
MATCH (s) ((x)-[e]->(y)-[f]->(z)){3,2} (t) RETURN 1;
MATCH (x) ((x)-[e]->(y)-[f]->(z)){2} (t) RETURN 1;
MATCH (s) ((x)-[e]->(y)-[e]->(z)) (t) RETURN 1;
MATCH (s) ((x)-[e]->(y)-[f]->(z)){2} ((z)-[g]->(w)-[h]->(u)){2} RETURN 1;
MATCH (m)-[g]->(u), ANY SHORTEST (s)-[e]->(m)-[f]->(t) RETURN 1;
MATCH (s) ((x)-[e]->(y)-[f]->(z WHERE nobody.v = 1)){2} RETURN 1;
MERGE (s) ((x)-[e IS K]->(y)-[f IS K]->(z)){2} (t);
SET max_path_length = 3;
MATCH p = SHORTEST 9 (a {n:'d'})-[e]->+(m)-[f]->+(b {n:'e'}) RETURN path_length(p);
MATCH (s {n:'a'}) (()-[IS K]->()-[IS K]->())+ (t) RETURN t.n;
-- KEEP gives each path of the pattern its prefix, YIELD lets some variables out
MATCH p = (a {n:'a'})-[]->+(b {n:'e'}), q = (b)-[IS L]->(c) KEEP ANY SHORTEST RETURN path_length(p) AS p, path_length(q) AS q;
MATCH (a {n:'d'})-[e]->+(b) KEEP SHORTEST 2 GROUPS WHERE b.v = 5 YIELD a, e RETURN *;
MATCH (a {n:'a'})-[e IS L]->(b) YIELD b MATCH (b)-[e IS K]->(a) RETURN b.n, e.w, a.n;
OPTIONAL MATCH (a {n:'a'})-[e IS L]->(b) WHERE b.v > 100 YIELD a, b RETURN a, b;
MATCH (a {n:'a'})-[e IS L]->(b) YIELD b RETURN e.w;
MATCH (a {n:'a'})-[e IS L]->(b) YIELD c RETURN b.n;
MATCH (a {n:'a'})-[e IS L]->(b) YIELD b, b RETURN b.n;
MATCH (a {n:'a'})-[e IS L]->(b), ANY SHORTEST (b)-[f]->+(c) KEEP TRAIL RETURN b.n;
RESET max_path_length;
-- a mode under a selector remembers which elements there were: searches end on graphs with circles
INSERT (a IS Q {n: 0}), (b IS Q {n: 1}), (c IS Q {n: 2}), (d IS Q {n: 3}), (a)-[IS E]->(b)-[IS E]->(c)-[IS E]->(d)-[IS E]->(a),
       (a)-[IS E]->(c), (b)-[IS E]->(d), (c)-[IS E]->(c);
MATCH p = ANY 2 (a IS Q {n: 0}) (SIMPLE (x)-[e]-(y)-[f]->{0,1}() WHERE x.n < 9){3,} (b IS Q {n: 2}) RETURN path_length(p) AS l;
MATCH p = ANY SHORTEST (a IS Q {n: 0}) (TRAIL (x)-[e]-(y)-[f]-{6,}(z) WHERE z.n > 1)+ (b IS Q) RETURN b.n, path_length(p) AS l ORDER BY b.n;
MATCH p = SHORTEST 1 (a IS Q {n: 0}) (ACYCLIC ()-[e]->{3}())+ (b IS Q) RETURN b.n, path_length(p) AS l ORDER BY b.n;
MATCH p = ANY SHORTEST TRAIL (a IS Q {n: 0})-[e]-{6,}(b IS Q) RETURN b.n, path_length(p) AS l ORDER BY b.n;
-- a condition in what repeats may read nodes and edges that come later: a node between, an edge, the end, one of an outer repetition
MATCH p = ANY SHORTEST (a {n:'a'}) (()-[e IS K]->(x) WHERE x.v <= m.v)+ (m)-[f IS K]->(b) RETURN [i IN x | i.n] AS x, m.n AS m, b.n AS b ORDER BY b;
MATCH p = ALL SHORTEST (a {n:'a'}) (()-[e]->(x) WHERE x.v < f.w)* (m)-[f]->(b) RETURN [i IN x | i.n] AS x, f.w, b.n AS b ORDER BY b, f.w;
MATCH p = ANY SHORTEST (a {n:'a'}) (()-[e]->(x) WHERE x.v <= b.v)* (b IS P) RETURN b.n AS b, size(e) AS n ORDER BY b;
MATCH p = TRAIL (a {n:'a'}) ((()-[e]->(x) WHERE x.v <= m.v)+ (m)-[f IS K]->(y))+ (b) RETURN [i IN x | i.n] AS x, [i IN m | i.n] AS m, b.n AS b ORDER BY b, size(x);
MATCH p = SHORTEST 2 (a {n:'a'}) (((()-[e]->(x) WHERE m IS NULL OR x.v <= m.v)+ (m WHERE m.v > 3)) | ()-[g IS L]->(k)) (b) RETURN m.n AS m, k.n AS k, path_length(p) AS l ORDER BY m, k, l;
-- of lists that come later only those that come earlier from the other end
MATCH p = ANY SHORTEST (a {n:'a'}) (()-[e]->(x) WHERE x.v < size(f))* (m)-[f IS K]->+(b {n:'e'}) RETURN [i IN x | i.n] AS x, m.n AS m;
MATCH p = ANY SHORTEST (a {n:'a'}) (()-[e]->(x) WHERE x.v < size(f))* (m) (()-[f]->() WHERE size(e) > 0)+ (b {n:'e'}) RETURN m.n AS m;
EXPLAIN (COSTS OFF, SUMMARY OFF) MATCH ANY SHORTEST (a {n:'a'}) (()-[e]->(x) WHERE x.v < m.v)+ (m)-[f]->(b) RETURN b.n;
