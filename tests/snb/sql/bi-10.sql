-- People of a country, some steps away, who write about a class of tags, and all tags of that.
WITH RECURSIVE reached(id, distance) AS (
    SELECT CAST(:personId AS bigint), 0
    UNION SELECT f.friend, r.distance + 1 FROM reached r JOIN friend f ON f.person = r.id
        WHERE r.distance < :maxPathDistance
), candidate AS (
    SELECT id FROM reached GROUP BY id HAVING min(distance) >= :minPathDistance
)
SELECT k.id, a.name, count(DISTINCT c.message) AS messageCount
FROM candidate k JOIN lives l ON l.person = k.id JOIN place x ON x.id = l.country JOIN created c ON c.person = k.id
JOIN message_tag h ON h.message = c.message JOIN tag_has_type_tagclass y ON y.src = h.tag
JOIN tagclass z ON z.id = y.dst JOIN message_tag o ON o.message = c.message JOIN tag a ON a.id = o.tag
WHERE x.name = :country AND z.name = :tagClass
GROUP BY k.id, a.id, a.name ORDER BY messageCount DESC, a.name, k.id LIMIT 100;
