-- Who writes about a tag, and what comes back.
SELECT c.person, sum((SELECT count(*) FROM reply r WHERE r.message = h.message)) AS replyCount,
    sum((SELECT count(*) FROM liked l WHERE l.message = h.message)) AS likeCount, count(*) AS messageCount,
    sum((SELECT 1 + 2 * count(*) FROM reply r WHERE r.message = h.message)
        + (SELECT 10 * count(*) FROM liked l WHERE l.message = h.message)) AS score
FROM tag t JOIN message_tag h ON h.tag = t.id JOIN created c ON c.message = h.message
WHERE t.name = :tag GROUP BY c.person ORDER BY score DESC, c.person LIMIT 100;
