-- Friends who answered posts about a class of tags or those below it.
WITH RECURSIVE class(id) AS (
    SELECT id FROM tagclass WHERE name = :tagClassName
    UNION SELECT s.src FROM class c JOIN tagclass_is_subclass_of_tagclass s ON s.dst = c.id
), about AS (
    SELECT t.id, t.name FROM tag t JOIN tag_has_type_tagclass h ON h.src = t.id
    WHERE h.dst IN (SELECT id FROM class) OR t.name = :tagClassName
)
SELECT p.id, p.firstName, p.lastName, array_agg(DISTINCT a.name ORDER BY a.name),
    count(DISTINCT r.src) AS replyCount
FROM friend f JOIN person p ON p.id = f.friend JOIN comment_has_creator_person c ON c.dst = p.id
JOIN comment_reply_of_post r ON r.src = c.src JOIN post_has_tag_tag h ON h.src = r.dst JOIN about a ON a.id = h.dst
WHERE f.person = :personId
GROUP BY p.id, p.firstName, p.lastName ORDER BY replyCount DESC, p.id LIMIT 20;
