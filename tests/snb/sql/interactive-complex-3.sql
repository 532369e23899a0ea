-- Friends and their friends who wrote in both of two countries where they do not live.
WITH near AS (
    SELECT friend FROM friend WHERE person = :personId
    UNION SELECT g.friend FROM friend f JOIN friend g ON g.person = f.friend WHERE f.person = :personId
), abroad AS (
    SELECT n.friend, x.name = :countryXName AS isX
    FROM near n JOIN lives l ON l.person = n.friend JOIN place home ON home.id = l.country
    JOIN created c ON c.person = n.friend JOIN message m ON m.id = c.message
    JOIN message_country mc ON mc.message = m.id JOIN place x ON x.id = mc.country
    WHERE n.friend <> :personId AND home.name NOT IN (:countryXName, :countryYName)
        AND x.name IN (:countryXName, :countryYName) AND m.creationDate >= :startDate AND m.creationDate < :endDate
)
SELECT p.id, p.firstName, p.lastName, count(*) FILTER (WHERE a.isX) AS xCount,
    count(*) FILTER (WHERE NOT a.isX) AS yCount, count(*) AS xyCount
FROM abroad a JOIN person p ON p.id = a.friend
GROUP BY p.id, p.firstName, p.lastName
HAVING count(*) FILTER (WHERE a.isX) > 0 AND count(*) FILTER (WHERE NOT a.isX) > 0
ORDER BY xyCount DESC, p.id LIMIT 20;
