-- Friends in two countries who have most to do with each other: a pair for each city of the first.
WITH pair AS (
    SELECT a.person AS one, b.person AS other, a.city,
        CASE WHEN EXISTS (SELECT 1 FROM comment_has_creator_person c JOIN reply r ON r.comment = c.src
            JOIN created o ON o.message = r.message WHERE c.dst = a.person AND o.person = b.person) THEN 4 ELSE 0 END
        + CASE WHEN EXISTS (SELECT 1 FROM comment_has_creator_person c JOIN reply r ON r.comment = c.src
            JOIN created o ON o.message = r.message WHERE c.dst = b.person AND o.person = a.person) THEN 1 ELSE 0 END
        + CASE WHEN EXISTS (SELECT 1 FROM liked l JOIN created o ON o.message = l.message
            WHERE l.person = a.person AND o.person = b.person) THEN 10 ELSE 0 END
        + CASE WHEN EXISTS (SELECT 1 FROM liked l JOIN created o ON o.message = l.message
            WHERE l.person = b.person AND o.person = a.person) THEN 1 ELSE 0 END AS score
    FROM lives a JOIN place x ON x.id = a.country JOIN friend f ON f.person = a.person
    JOIN lives b ON b.person = f.friend JOIN place y ON y.id = b.country
    WHERE x.name = :country1 AND y.name = :country2
), placed AS (
    SELECT p.*, row_number() OVER (PARTITION BY city ORDER BY score DESC, one, other) AS place FROM pair p
)
SELECT p.one, p.other, c.name, p.score FROM placed p JOIN place c ON c.id = p.city
WHERE p.place = 1 ORDER BY p.score DESC, p.one, p.other LIMIT 100;
