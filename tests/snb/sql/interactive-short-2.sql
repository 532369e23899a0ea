-- What a person wrote last, and who began the thread.
SELECT m.id, coalesce(m.imageFile, m.content), m.creationDate, t.post, p.id, p.firstName, p.lastName
FROM created c JOIN message m ON m.id = c.message JOIN thread t ON t.message = m.id
JOIN post_has_creator_person w ON w.src = t.post JOIN person p ON p.id = w.dst
WHERE c.person = :personId ORDER BY m.creationDate DESC, m.id LIMIT 10;
