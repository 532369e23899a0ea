-- What answers are about that are not about the tag of what they answer.
SELECT o.name, count(DISTINCT r.comment) AS count
FROM tag t JOIN message_tag h ON h.tag = t.id JOIN reply r ON r.message = h.message
JOIN message_tag a ON a.message = r.comment JOIN tag o ON o.id = a.tag
WHERE t.name = :tag
    AND NOT EXISTS (SELECT 1 FROM message_tag x WHERE x.message = r.comment AND x.tag = t.id)
GROUP BY o.id, o.name ORDER BY count DESC, o.name LIMIT 100;
