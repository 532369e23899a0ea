-- How many people wrote how many short messages in threads of some languages.
SELECT messageCount, count(*) AS personCount
FROM (SELECT p.id, count(w.message) AS messageCount
    FROM person p LEFT JOIN (
        SELECT c.person, c.message FROM created c JOIN message m ON m.id = c.message
        JOIN thread t ON t.message = m.id JOIN post o ON o.id = t.post
        WHERE m.content IS NOT NULL AND m.length < :lengthThreshold AND m.creationDate > :startDate
            AND o.language = ANY (:languages)) w ON w.person = p.id
    GROUP BY p.id) each
GROUP BY messageCount ORDER BY personCount DESC, messageCount DESC;
