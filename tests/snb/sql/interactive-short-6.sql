-- The forum that a message is in, and its moderator.
SELECT f.id, f.title, p.id, p.firstName, p.lastName
FROM thread t JOIN forum_container_of_post c ON c.dst = t.post JOIN forum f ON f.id = c.src
JOIN forum_has_moderator_person m ON m.src = f.id JOIN person p ON p.id = m.dst
WHERE t.message = :messageId;
