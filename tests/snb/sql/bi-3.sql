-- Forums moderated from a country, by their messages about a class of tags.
SELECT f.id, f.title, f.creationDate, l.person, count(DISTINCT t.message) AS messageCount
FROM lives l JOIN place c ON c.id = l.country JOIN forum_has_moderator_person m ON m.dst = l.person
JOIN forum f ON f.id = m.src JOIN forum_container_of_post o ON o.src = f.id JOIN thread t ON t.post = o.dst
JOIN message_tag h ON h.message = t.message JOIN tag_has_type_tagclass y ON y.src = h.tag
JOIN tagclass k ON k.id = y.dst
WHERE c.name = :country AND k.name = :tagClass
GROUP BY f.id, f.title, f.creationDate, l.person ORDER BY messageCount DESC, f.id LIMIT 20;
