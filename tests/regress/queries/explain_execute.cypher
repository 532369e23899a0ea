-- EXPLAIN of prepared statements.
CREATE NODE LABEL P (id INT64 PRIMARY KEY, name STRING);
INSERT (:P {id: 1, name: 'x'}), (:P {id: 2});
PREPARE named AS MATCH (p IS P {id: $1}) RETURN p.name;
EXPLAIN (COSTS off, SUMMARY off) EXECUTE named(1);
EXPLAIN (ANALYZE, TIMING off, COSTS off, SUMMARY off) EXECUTE named('1');
EXPLAIN EXECUTE named;
EXPLAIN EXECUTE named(1, 2);
EXPLAIN EXECUTE named('x');
EXPLAIN EXECUTE nobody;
-- One that writes is run by ANALYZE alone.
PREPARE more (INT64) AS INSERT (:P {id: $1});
EXPLAIN (COSTS off, SUMMARY off) EXECUTE more(7);
MATCH (p IS P) RETURN p.id ORDER BY p.id;
BEGIN READ ONLY;
EXPLAIN (COSTS off, SUMMARY off) EXECUTE more(7);
EXPLAIN (ANALYZE, TIMING off, COSTS off, SUMMARY off) EXECUTE more(7);
ROLLBACK;
EXPLAIN (ANALYZE, TIMING off, COSTS off, SUMMARY off) EXECUTE more(7);
MATCH (p IS P) RETURN p.id ORDER BY p.id;
-- The plan is made anew when it is asked for.
PREPARE all_of AS MATCH (p IS P) WHERE p.name = 'x' RETURN count(*);
EXPLAIN (COSTS off, SUMMARY off) EXECUTE all_of;
CREATE INDEX p_name ON NODE P (name);
EXPLAIN (COSTS off, SUMMARY off) EXECUTE all_of;
EXPLAIN (FORMAT json, COSTS off, SUMMARY off) EXECUTE all_of;
DROP NODE LABEL P CASCADE;
PREPARE wrong AS EXPLAIN EXECUTE all_of;
DEALLOCATE named;
EXPLAIN EXECUTE named(1);
