-- Friends and their friends who have worked in a country since before a year.
WITH near AS (
    SELECT friend FROM friend WHERE person = :personId
    UNION SELECT g.friend FROM friend f JOIN friend g ON g.person = f.friend WHERE f.person = :personId
)
SELECT p.id, p.firstName, p.lastName, o.name, w.workFrom
FROM near n JOIN person p ON p.id = n.friend JOIN person_work_at_organisation w ON w.src = p.id
JOIN organisation o ON o.id = w.dst JOIN organisation_is_located_in_place l ON l.src = o.id
JOIN place c ON c.id = l.dst
WHERE p.id <> :personId AND c.name = :countryName AND w.workFrom < :workFromYear
ORDER BY w.workFrom, p.id, o.name DESC LIMIT 10;
