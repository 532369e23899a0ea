-- Who wrote about one tag on one day and another on another, and has few friends who did the like.
WITH asked(letter, name, day) AS (
    VALUES ('A', :tagA, CAST(:dateA AS date)), ('B', :tagB, CAST(:dateB AS date))
), wrote AS (
    SELECT q.letter, c.person, count(DISTINCT m.id) AS messages
    FROM asked q JOIN tag t ON t.name = q.name JOIN message_tag h ON h.tag = t.id JOIN message m ON m.id = h.message
    JOIN created c ON c.message = m.id WHERE CAST(m.creationDate AS date) = q.day
    GROUP BY q.letter, c.person
), few AS (
    SELECT w.letter, w.person, w.messages
    FROM wrote w LEFT JOIN (friend f JOIN wrote o ON o.person = f.friend)
        ON f.person = w.person AND o.letter = w.letter
    GROUP BY w.letter, w.person, w.messages HAVING count(DISTINCT o.person) <= :maxKnowsLimit
)
SELECT a.person, a.messages, b.messages FROM few a JOIN few b ON b.person = a.person
WHERE a.letter = 'A' AND b.letter = 'B' ORDER BY a.messages + b.messages DESC, a.person LIMIT 20;
