-- The answers to a message. As the first version writes it, everybody knows its author: its CASE compares
-- with null.
SELECT a.id, a.content, a.creationDate, p.id, p.firstName, p.lastName,
    :'version' = 'v1' OR EXISTS (
        SELECT 1 FROM created c JOIN friend f ON f.person = c.person WHERE c.message = r.message AND f.friend = p.id)
FROM reply r JOIN comment a ON a.id = r.comment JOIN comment_has_creator_person w ON w.src = a.id
JOIN person p ON p.id = w.dst
WHERE r.message = :messageId ORDER BY a.creationDate DESC, p.id;
