-- How many steps two people are apart.
WITH RECURSIVE reached(id, distance) AS (
    SELECT id, 0 FROM person WHERE id = :person1Id
    UNION SELECT f.friend, r.distance + 1 FROM reached r JOIN friend f ON f.person = r.id WHERE r.distance < 10
)
SELECT min(distance) FROM reached WHERE id = :person2Id HAVING count(*) > 0;
