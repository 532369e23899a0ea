-- Who wrote about a tag in a forum before two of its members took it elsewhere.
WITH about AS (
    SELECT h.message AS id, m.creationDate, c.person, o.src AS forum
    FROM tag t JOIN message_tag h ON h.tag = t.id JOIN message m ON m.id = h.message
    JOIN created c ON c.message = m.id JOIN thread d ON d.message = m.id JOIN forum_container_of_post o ON o.dst = d.post
    WHERE t.name = :tag
)
SELECT a.person, count(DISTINCT b.id) AS messageCount
FROM about a JOIN about b ON b.forum <> a.forum AND b.creationDate > a.creationDate + :delta * interval '1 hour'
JOIN reply r ON r.message = b.id JOIN about c ON c.id = r.comment AND c.person <> b.person
WHERE EXISTS (SELECT 1 FROM forum_has_member_person m WHERE m.src = a.forum AND m.dst = b.person)
    AND EXISTS (SELECT 1 FROM forum_has_member_person m WHERE m.src = a.forum AND m.dst = c.person)
    AND NOT EXISTS (SELECT 1 FROM forum_has_member_person m WHERE m.src = b.forum AND m.dst = a.person)
GROUP BY a.person ORDER BY messageCount DESC, a.person LIMIT 10;
