-- A forum with its threads.
\i :home/sql/going.sql
INSERT INTO going_forum VALUES (:forumId);
INSERT INTO going_message SELECT t.message FROM forum_container_of_post o JOIN thread t ON t.post = o.dst WHERE o.src = :forumId;
SELECT greatest(1, count(*)) FROM going_message;
\i :home/sql/gone.sql
