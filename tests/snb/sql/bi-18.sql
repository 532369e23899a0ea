-- Whom to introduce: both like a tag and have friends in common.
SELECT i.src, j.src, count(DISTINCT f.friend) AS mutualFriendCount
FROM tag t JOIN person_has_interest_tag i ON i.dst = t.id JOIN friend f ON f.person = i.src
JOIN friend g ON g.person = f.friend JOIN person_has_interest_tag j ON j.dst = t.id AND j.src = g.friend
WHERE t.name = :tag AND i.src <> j.src
    AND NOT EXISTS (SELECT 1 FROM friend k WHERE k.person = i.src AND k.friend = j.src)
GROUP BY i.src, j.src ORDER BY mutualFriendCount DESC, i.src, j.src LIMIT 20;
