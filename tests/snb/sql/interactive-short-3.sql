-- A person's friends.
SELECT p.id, p.firstName, p.lastName, f.creationDate
FROM friend f JOIN person p ON p.id = f.friend
WHERE f.person = :personId ORDER BY f.creationDate DESC, p.id;
