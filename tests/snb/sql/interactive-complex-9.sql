-- What friends and their friends wrote last before a moment.
WITH near AS (
    SELECT friend FROM friend WHERE person = :personId
    UNION SELECT g.friend FROM friend f JOIN friend g ON g.person = f.friend WHERE f.person = :personId
)
SELECT p.id, p.firstName, p.lastName, m.id, coalesce(m.content, m.imageFile), m.creationDate
FROM near n JOIN person p ON p.id = n.friend JOIN created c ON c.person = p.id JOIN message m ON m.id = c.message
WHERE p.id <> :personId AND m.creationDate < :maxDate
ORDER BY m.creationDate DESC, m.id LIMIT 20;
