-- The last answers to what one wrote.
SELECT p.id, p.firstName, p.lastName, a.creationDate, a.id, a.content
FROM created c JOIN reply r ON r.message = c.message JOIN comment a ON a.id = r.comment
JOIN comment_has_creator_person w ON w.src = a.id JOIN person p ON p.id = w.dst
WHERE c.person = :personId ORDER BY a.creationDate DESC, a.id LIMIT 20;
