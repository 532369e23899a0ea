-- Tags beside a tag at the posts of friends and their friends.
WITH near AS (
    SELECT friend FROM friend WHERE person = :personId
    UNION SELECT g.friend FROM friend f JOIN friend g ON g.person = f.friend WHERE f.person = :personId
)
SELECT t.name, count(*) AS postCount
FROM near n JOIN post_has_creator_person c ON c.dst = n.friend
JOIN post_has_tag_tag k ON k.src = c.src JOIN tag known ON known.id = k.dst AND known.name = :tagName
JOIN post_has_tag_tag h ON h.src = c.src AND h.dst <> known.id JOIN tag t ON t.id = h.dst
WHERE n.friend <> :personId
GROUP BY t.name ORDER BY postCount DESC, t.name LIMIT 10;
