-- What friends wrote last, until a moment: with it in the first version, before it in the second.
SELECT p.id, p.firstName, p.lastName, m.id, coalesce(m.content, m.imageFile), m.creationDate
FROM friend f JOIN person p ON p.id = f.friend JOIN created c ON c.person = p.id JOIN message m ON m.id = c.message
WHERE f.person = :personId AND (m.creationDate < :maxDate OR :'version' = 'v1' AND m.creationDate = :maxDate)
ORDER BY m.creationDate DESC, m.id LIMIT 20;
