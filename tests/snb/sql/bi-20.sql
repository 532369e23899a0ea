-- Who of a company is the nearest to a person, over friends who studied at the same place: the more years apart, the farther.
WITH RECURSIVE step AS (
    SELECT f.person AS one, f.friend AS other, min(abs(a.classYear - b.classYear)) + 1 AS weight
    FROM friend f JOIN person_study_at_organisation a ON a.src = f.person
    JOIN person_study_at_organisation b ON b.src = f.friend AND b.dst = a.dst
    GROUP BY f.person, f.friend
), reached(id, cost) AS (
    SELECT CAST(:person2Id AS bigint), CAST(0 AS bigint)
    UNION SELECT s.one, r.cost + s.weight FROM reached r JOIN step s ON s.other = r.id WHERE r.cost < 100
), near AS (
    SELECT r.id, min(r.cost) AS cost
    FROM reached r JOIN person_work_at_organisation w ON w.src = r.id JOIN organisation o ON o.id = w.dst
    WHERE o.name = :company AND r.id <> :person2Id GROUP BY r.id
)
SELECT id, cost FROM near WHERE cost = (SELECT min(cost) FROM near) ORDER BY id LIMIT 20;
