-- Friends of friends born around the turn of a month, by how many of their posts are about what one likes
-- and how many are not.
WITH born AS (
    SELECT id, extract(month FROM to_timestamp(birthday / 1000) AT TIME ZONE 'UTC') AS month,
        extract(day FROM to_timestamp(birthday / 1000) AT TIME ZONE 'UTC') AS day
    FROM person
), candidate AS (
    SELECT DISTINCT g.friend AS id
    FROM friend f JOIN friend g ON g.person = f.friend JOIN born b ON b.id = g.friend
    WHERE f.person = :personId AND g.friend <> :personId
        AND NOT EXISTS (SELECT 1 FROM friend d WHERE d.person = :personId AND d.friend = g.friend)
        AND (b.month = :month AND b.day >= 21 OR b.month = :month % 12 + 1 AND b.day < 22)
), posted AS (
    SELECT c.dst AS person, EXISTS (
        SELECT 1 FROM post_has_tag_tag h JOIN person_has_interest_tag i ON i.dst = h.dst
        WHERE h.src = c.src AND i.src = :personId) AS isCommon
    FROM post_has_creator_person c
)
SELECT p.id, p.firstName, p.lastName,
    count(*) FILTER (WHERE o.isCommon) - count(*) FILTER (WHERE NOT o.isCommon) AS score, p.gender, c.name
FROM candidate k JOIN person p ON p.id = k.id JOIN lives l ON l.person = p.id JOIN place c ON c.id = l.city
LEFT JOIN posted o ON o.person = p.id
GROUP BY p.id, p.firstName, p.lastName, p.gender, c.name ORDER BY score DESC, p.id LIMIT 10;
