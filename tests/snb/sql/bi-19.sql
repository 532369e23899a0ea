-- People of two cities with the cheapest path between them, over friends who answered each other.
BEGIN;
\i :home/sql/answering.sql
INSERT INTO cost SELECT person, person, 0 FROM lives WHERE city = :city1Id;
\i :home/sql/relax.sql
WITH pair AS (
    SELECT c.source, c.id, c.cost FROM cost c JOIN lives l ON l.person = c.id WHERE l.city = :city2Id
)
SELECT source, id, cost FROM pair WHERE cost = (SELECT min(cost) FROM pair) ORDER BY source, id;
ROLLBACK;
