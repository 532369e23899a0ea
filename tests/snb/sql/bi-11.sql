-- Triangles of friends in a country, made in a time.
WITH here AS (
    SELECT f.person, f.friend FROM friend f JOIN lives a ON a.person = f.person JOIN lives b ON b.person = f.friend
    JOIN place c ON c.id = a.country AND c.id = b.country
    WHERE c.name = :country AND f.person < f.friend AND f.creationDate BETWEEN :startDate AND :endDate
)
SELECT count(*) FROM here x JOIN here y ON y.person = x.friend
JOIN here z ON z.person = x.person AND z.friend = y.friend;
