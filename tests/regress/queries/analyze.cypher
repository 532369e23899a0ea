-- ANALYZE: what it finds decides which index serves and where a match begins.
CREATE NODE LABEL reading (id INT64 PRIMARY KEY, few INT64, many INT64, level INT64);
CREATE NODE LABEL station (id INT64 PRIMARY KEY);
CREATE NODE LABEL archive (id INT64 PRIMARY KEY);
UNWIND range(1, 3000) AS i INSERT (IS reading {id: i, few: i % 3, many: i % 1000, level: i / 10});
UNWIND range(1, 300) AS i INSERT (IS station {id: i});
UNWIND range(1, 3000) AS i INSERT (IS archive {id: i});
MATCH (s IS station), (r IS reading {id: s.id}) INSERT (s)-[IS made]->(r);
CREATE INDEX few_idx ON reading (few);
CREATE INDEX many_idx ON reading (many);
CREATE INDEX level_idx ON reading (level);
EXPLAIN (SUMMARY false) MATCH (r IS reading) WHERE r.few = 1 AND r.many = 7 RETURN r.id;
ANALYZE reading;
EXPLAIN (SUMMARY false) MATCH (r IS reading) WHERE r.few = 1 AND r.many = 7 RETURN r.id;
-- A quarter of the values, and a hundredth.
EXPLAIN (SUMMARY false) MATCH (r IS reading) WHERE r.level < 75 RETURN r.id;
EXPLAIN (SUMMARY false) MATCH (r IS reading) WHERE r.level >= 297 RETURN r.id;
EXPLAIN (SUMMARY false) MATCH (r IS reading) WHERE r.level >= 30 AND r.level < 60 RETURN r.id;
-- Edges have stations at one end only.
ANALYZE made;
EXPLAIN (SUMMARY false) MATCH (s IS station)-[IS made]->(r) RETURN r.id;
EXPLAIN (SUMMARY false) MATCH (a IS archive)-[IS made]->(r) RETURN r.id;
-- So has a node that an earlier clause has bound.
EXPLAIN (SUMMARY false) MATCH (s IS station) OPTIONAL MATCH (s)-[IS made]->(r) RETURN r.id;
-- All labels; what was found is of the moment, and may be undone.
BEGIN;
MATCH (r IS reading) SET r.many = 1;
ANALYZE;
EXPLAIN (SUMMARY false) MATCH (r IS reading) WHERE r.few = 1 AND r.many = 1 RETURN r.id;
ROLLBACK;
EXPLAIN (SUMMARY false) MATCH (r IS reading) WHERE r.few = 1 AND r.many = 7 RETURN r.id;
ANALYZE nowhere;
BEGIN READ ONLY;
ANALYZE reading;
ROLLBACK;
