WITH gone AS (DELETE FROM person_likes_comment WHERE src = :personId AND dst = :commentId RETURNING 1)
SELECT count(*) FROM gone;
