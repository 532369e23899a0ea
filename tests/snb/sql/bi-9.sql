-- Who began threads in a time, by what was written in them then.
SELECT p.id, p.firstName, p.lastName, count(DISTINCT o.id) AS threadCount, count(DISTINCT m.id) AS messageCount
FROM post o JOIN post_has_creator_person c ON c.src = o.id JOIN person p ON p.id = c.dst
JOIN thread t ON t.post = o.id JOIN message m ON m.id = t.message
WHERE o.creationDate BETWEEN :startDate AND :endDate AND m.creationDate BETWEEN :startDate AND :endDate
GROUP BY p.id, p.firstName, p.lastName ORDER BY messageCount DESC, p.id LIMIT 100;
