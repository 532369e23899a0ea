-- How often the tags of a class were used in two spans of a hundred days.
WITH used AS (
    SELECT h.tag, count(*) FILTER (WHERE m.creationDate < :date + interval '100 days') AS one,
        count(*) FILTER (WHERE m.creationDate >= :date + interval '100 days') AS two
    FROM message_tag h JOIN message m ON m.id = h.message
    WHERE m.creationDate >= :date AND m.creationDate < :date + interval '200 days'
    GROUP BY h.tag
)
SELECT t.name, coalesce(u.one, 0), coalesce(u.two, 0), coalesce(abs(u.one - u.two), 0) AS diff
FROM tag t JOIN tag_has_type_tagclass h ON h.src = t.id JOIN tagclass c ON c.id = h.dst LEFT JOIN used u ON u.tag = t.id
WHERE c.name = :tagClass ORDER BY diff DESC, t.name LIMIT 100;
