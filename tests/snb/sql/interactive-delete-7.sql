-- A comment with all answers below it.
\i :home/sql/going.sql
WITH RECURSIVE below(message) AS (
    SELECT id FROM comment WHERE id = :commentId
    UNION ALL SELECT r.comment FROM below b JOIN reply r ON r.message = b.message)
INSERT INTO going_message SELECT message FROM below;
SELECT count(*) FROM going_message;
\i :home/sql/gone.sql
