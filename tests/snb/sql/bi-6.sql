-- Who writes about a tag, by how popular those are who like that.
WITH wrote AS (
    SELECT c.person, h.message FROM tag t JOIN message_tag h ON h.tag = t.id JOIN created c ON c.message = h.message
    WHERE t.name = :tag
)
SELECT w.person, (SELECT count(*) FROM (SELECT DISTINCT l.person FROM wrote v JOIN liked l ON l.message = v.message
        WHERE v.person = w.person) fan JOIN created c ON c.person = fan.person JOIN liked k ON k.message = c.message
    ) AS authorityScore
FROM wrote w GROUP BY w.person ORDER BY authorityScore DESC, w.person LIMIT 100;
