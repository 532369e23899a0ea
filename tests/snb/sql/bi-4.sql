-- Members of the forums that have the most members of one country, by what they wrote there.
WITH counted AS (
    SELECT m.src AS forum, count(*) AS members
    FROM forum f JOIN forum_has_member_person m ON m.src = f.id JOIN lives l ON l.person = m.dst
    WHERE f.creationDate > :date GROUP BY m.src, l.country
), top AS (
    SELECT forum FROM counted GROUP BY forum ORDER BY max(members) DESC, forum LIMIT 100
), wrote AS (
    SELECT c.person, count(*) AS messages
    FROM top x JOIN forum_container_of_post o ON o.src = x.forum JOIN thread t ON t.post = o.dst
    JOIN created c ON c.message = t.message GROUP BY c.person
)
SELECT p.id, p.firstName, p.lastName, p.creationDate, coalesce(w.messages, 0) AS messageCount
FROM (SELECT DISTINCT m.dst AS person FROM top x JOIN forum_has_member_person m ON m.src = x.forum) n
JOIN person p ON p.id = n.person LEFT JOIN wrote w ON w.person = p.id
ORDER BY messageCount DESC, p.id LIMIT 100;
