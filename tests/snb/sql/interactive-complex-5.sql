-- Forums that friends and their friends joined after a moment, and what those who did posted there.
WITH near AS (
    SELECT friend FROM friend WHERE person = :personId
    UNION SELECT g.friend FROM friend f JOIN friend g ON g.person = f.friend WHERE f.person = :personId
), joined AS (
    SELECT DISTINCT m.src AS forum, m.dst AS person FROM near n JOIN forum_has_member_person m ON m.dst = n.friend
    WHERE n.friend <> :personId AND m.joinDate > :minDate
)
SELECT f.title, count(c.src) AS postCount
FROM joined j JOIN forum f ON f.id = j.forum
LEFT JOIN (forum_container_of_post o JOIN post_has_creator_person c ON c.src = o.dst)
    ON o.src = j.forum AND c.dst = j.person
GROUP BY f.id, f.title ORDER BY postCount DESC, f.id LIMIT 20;
