-- People of a name within three steps. A CASE that compares with null, as the first version writes it,
-- never finds it: nobody's university is a list of nulls there.
WITH RECURSIVE reached(id, distance) AS (
    SELECT CAST(:personId AS bigint), 0
    UNION SELECT f.friend, r.distance + 1 FROM reached r JOIN friend f ON f.person = r.id WHERE r.distance < 3
), found AS (
    SELECT id, min(distance) AS distance FROM reached WHERE id <> :personId GROUP BY id
), university AS (
    SELECT s.src AS person, string_agg(format('[%s,%s,%s]', to_json(o.name), s.classYear, to_json(c.name)), ',') AS list
    FROM person_study_at_organisation s JOIN organisation o ON o.id = s.dst AND o.type = 'university'
    JOIN organisation_is_located_in_place l ON l.src = o.id JOIN place c ON c.id = l.dst AND c.type = 'city'
    GROUP BY s.src
), company AS (
    SELECT w.src AS person, string_agg(format('[%s,%s,%s]', to_json(o.name), w.workFrom, to_json(c.name)), ',') AS list
    FROM person_work_at_organisation w JOIN organisation o ON o.id = w.dst AND o.type = 'company'
    JOIN organisation_is_located_in_place l ON l.src = o.id JOIN place c ON c.id = l.dst AND c.type = 'country'
    GROUP BY w.src
), nothing AS (
    SELECT CASE :'version' WHEN 'v1' THEN '[null,null,null]' ELSE '' END AS list
)
SELECT p.id, p.lastName, f.distance, p.birthday, p.creationDate, p.gender, p.browserUsed, p.locationIP, p.email,
    p.speaks, c.name, '[' || coalesce(u.list, n.list) || ']', '[' || coalesce(w.list, n.list) || ']'
FROM found f JOIN person p ON p.id = f.id
JOIN lives l ON l.person = p.id JOIN place c ON c.id = l.city
CROSS JOIN nothing n LEFT JOIN university u ON u.person = p.id LEFT JOIN company w ON w.person = p.id
WHERE p.firstName = :firstName
ORDER BY f.distance, p.lastName, p.id LIMIT 20;
