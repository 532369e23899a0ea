-- What the cheapest path between two people costs. Friends are the nearer the more they answered each other
-- in forums made in a time: 1 where one of both messages is a post, else a half.
BEGIN;
CREATE TABLE step (one bigint, other bigint, weight double precision);
CREATE TABLE cost (source bigint, id bigint, cost double precision, PRIMARY KEY (source, id));
WITH answered AS (
    SELECT a.person AS one, b.person AS other, CASE WHEN m.isComment THEN 0.5 ELSE 1.0 END AS weight
    FROM reply r JOIN created a ON a.message = r.comment JOIN created b ON b.message = r.message
    JOIN message m ON m.id = r.message JOIN thread t ON t.message = r.message
    JOIN forum_container_of_post o ON o.dst = t.post JOIN forum f ON f.id = o.src
    WHERE f.creationDate BETWEEN :startDate AND :endDate
), both_ways AS (
    SELECT one, other, weight FROM answered UNION ALL SELECT other, one, weight FROM answered
)
INSERT INTO step SELECT f.person, f.friend, 1 / (coalesce(sum(a.weight), 0) + 1)
FROM friend f LEFT JOIN both_ways a ON a.one = f.person AND a.other = f.friend GROUP BY f.person, f.friend;
INSERT INTO cost VALUES (:person1Id, :person1Id, 0);
\i :home/sql/relax.sql
SELECT coalesce((SELECT cost FROM cost WHERE id = :person2Id), -1);
ROLLBACK;
