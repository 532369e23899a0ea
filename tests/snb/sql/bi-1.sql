-- Messages by year, kind and length.
SELECT extract(year FROM creationDate) AS year, isComment,
    CASE WHEN length < 40 THEN 0 WHEN length < 80 THEN 1 WHEN length < 160 THEN 2 ELSE 3 END AS category,
    count(*), CAST(sum(length) AS double precision) / count(*), sum(length),
    CAST(count(*) AS double precision) / (SELECT count(*) FROM message WHERE creationDate < :datetime)
FROM message WHERE creationDate < :datetime AND content IS NOT NULL
GROUP BY year, isComment, category ORDER BY year DESC, isComment, category;
