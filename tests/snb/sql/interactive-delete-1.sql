-- A person with the walls and albums moderated, all their threads and all answers to what was written. What is
-- counted: each answer for each message of the person's above it, for each message of those forums.
\i :home/sql/going.sql
INSERT INTO going_person SELECT id FROM person WHERE id = :personId;
INSERT INTO going_forum SELECT f.id FROM forum f JOIN forum_has_moderator_person m ON m.src = f.id
WHERE m.dst = :personId AND (f.title LIKE 'Album %' OR f.title LIKE 'Wall %');
CREATE TABLE below (top bigint, message bigint);
WITH RECURSIVE walk(top, message) AS (
    SELECT message, message FROM created WHERE person = :personId
    UNION ALL SELECT w.top, r.comment FROM walk w JOIN reply r ON r.message = w.message)
INSERT INTO below SELECT top, message FROM walk;
CREATE TABLE within (forum bigint, message bigint);
INSERT INTO within SELECT g.id, t.message FROM going_forum g
LEFT JOIN (forum_container_of_post o JOIN thread t ON t.post = o.dst) ON o.src = g.id;
SELECT greatest(1, (SELECT count(*) FROM below)) * greatest(1, (SELECT count(*) FROM within));
INSERT INTO going_message SELECT message FROM below UNION SELECT message FROM within;
DROP TABLE below, within;
\i :home/sql/gone.sql
