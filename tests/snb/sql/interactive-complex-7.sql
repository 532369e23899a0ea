-- Who last liked what one wrote: each liker's last like.
WITH latest AS (
    SELECT l.person, l.message, l.creationDate,
        row_number() OVER (PARTITION BY l.person ORDER BY l.creationDate DESC, l.message) AS place
    FROM created c JOIN liked l ON l.message = c.message WHERE c.person = :personId
)
SELECT p.id, p.firstName, p.lastName, l.creationDate, m.id, coalesce(m.content, m.imageFile),
    (l.creationDate - m.creationDate) / 1000 / 60,
    NOT EXISTS (SELECT 1 FROM friend f WHERE f.person = p.id AND f.friend = :personId)
FROM latest l JOIN person p ON p.id = l.person JOIN message m ON m.id = l.message
WHERE l.place = 1 ORDER BY l.creationDate DESC, p.id LIMIT 20;
