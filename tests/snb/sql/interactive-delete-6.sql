-- A post with its thread.
\i :home/sql/going.sql
INSERT INTO going_message SELECT message FROM thread WHERE post = :postId;
SELECT count(*) FROM going_message;
\i :home/sql/gone.sql
