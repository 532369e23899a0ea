-- All shortest paths between two people, by how much those beside each other answered each other: an
-- answer to a post counts 1, one to a comment a half.
WITH RECURSIVE reached(id, distance) AS (
    SELECT CAST(:person1Id AS bigint), 0
    UNION SELECT f.friend, r.distance + 1 FROM reached r JOIN friend f ON f.person = r.id WHERE r.distance < 10
), steps AS (
    SELECT id, min(distance) AS distance FROM reached GROUP BY id
), answered AS (
    SELECT c.dst AS one, o.person AS other, CASE WHEN m.isComment THEN 0.5 ELSE 1.0 END AS weight
    FROM comment_has_creator_person c JOIN reply r ON r.comment = c.src
    JOIN message m ON m.id = r.message JOIN created o ON o.message = m.id
), walk(id, distance, path, weight) AS (
    SELECT CAST(:person1Id AS bigint), 0, ARRAY[CAST(:person1Id AS bigint)], CAST(0 AS double precision)
    UNION ALL
    SELECT f.friend, w.distance + 1, w.path || f.friend, w.weight + (
        SELECT coalesce(sum(a.weight), 0) FROM answered a
        WHERE a.one = w.id AND a.other = f.friend OR a.one = f.friend AND a.other = w.id)
    FROM walk w JOIN friend f ON f.person = w.id
    JOIN steps s ON s.id = f.friend AND s.distance = w.distance + 1
    WHERE w.distance < (SELECT distance FROM steps WHERE id = :person2Id)
)
SELECT path, weight FROM walk WHERE id = :person2Id ORDER BY weight DESC;
