-- Tags of friends' posts that are new in a time.
SELECT t.name, count(DISTINCT p.id) FILTER (WHERE p.creationDate >= :startDate) AS postCount
FROM friend f JOIN post_has_creator_person c ON c.dst = f.friend JOIN post p ON p.id = c.src
JOIN post_has_tag_tag h ON h.src = p.id JOIN tag t ON t.id = h.dst
WHERE f.person = :personId AND p.creationDate < :endDate
GROUP BY t.id, t.name HAVING min(p.creationDate) >= :startDate
ORDER BY postCount DESC, t.name LIMIT 10;
