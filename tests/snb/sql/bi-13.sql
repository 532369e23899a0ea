-- People of a country who write less than a message a month, and who likes them.
WITH zombie AS (
    SELECT p.id FROM person p JOIN lives l ON l.person = p.id JOIN place c ON c.id = l.country
    WHERE c.name = :country AND p.creationDate < :endDate AND (
            SELECT count(*) FROM created w JOIN message m ON m.id = w.message
            WHERE w.person = p.id AND m.creationDate < :endDate
        ) < 12 * (extract(year FROM :endDate) - extract(year FROM p.creationDate))
            + extract(month FROM :endDate) - extract(month FROM p.creationDate) + 1
), counted AS (
    SELECT z.id, count(*) FILTER (WHERE k.person IN (SELECT id FROM zombie)) AS byZombies,
        count(*) FILTER (WHERE p.creationDate < :endDate) AS byAll
    FROM zombie z JOIN created w ON w.person = z.id JOIN liked k ON k.message = w.message JOIN person p ON p.id = k.person
    GROUP BY z.id
)
SELECT z.id, coalesce(c.byZombies, 0), coalesce(c.byAll, 0),
    CASE WHEN c.byAll > 0 THEN CAST(c.byZombies AS double precision) / c.byAll ELSE 0 END AS score
FROM zombie z LEFT JOIN counted c ON c.id = z.id ORDER BY score DESC, z.id LIMIT 100;
