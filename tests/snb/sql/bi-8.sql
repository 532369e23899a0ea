-- Who is central for a tag: by interest and messages, one's own and one's friends'.
WITH scored AS (
    SELECT person, sum(score) AS score FROM (
        SELECT i.src AS person, 100 AS score FROM tag t JOIN person_has_interest_tag i ON i.dst = t.id WHERE t.name = :tag
        UNION ALL
        SELECT c.person, 1 FROM tag t JOIN message_tag h ON h.tag = t.id JOIN message m ON m.id = h.message
        JOIN created c ON c.message = m.id
        WHERE t.name = :tag AND m.creationDate > :startDate AND m.creationDate < :endDate) each
    GROUP BY person
)
SELECT s.person, s.score, coalesce(sum(o.score), 0) AS friendsScore
FROM scored s LEFT JOIN (friend f JOIN scored o ON o.person = f.friend) ON f.person = s.person
GROUP BY s.person, s.score ORDER BY s.score + coalesce(sum(o.score), 0) DESC, s.person LIMIT 100;
