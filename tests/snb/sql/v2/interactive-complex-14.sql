-- The cheapest path between two people over friends who answered each other.
BEGIN;
\i :home/sql/answering.sql
INSERT INTO cost VALUES (:person1Id, :person1Id, 0);
\i :home/sql/relax.sql
WITH RECURSIVE back(id, path) AS (
    SELECT id, ARRAY[id] FROM cost WHERE id = :person2Id
    UNION ALL
    SELECT p.id, p.id || b.path FROM back b JOIN cost c ON c.id = b.id JOIN step s ON s.other = b.id
    JOIN cost p ON p.id = s.one AND p.cost + s.weight = c.cost
)
SELECT b.path, c.cost FROM back b JOIN cost c ON c.id = :person2Id WHERE b.id = :person1Id;
ROLLBACK;
