WITH gone AS (DELETE FROM person_likes_post WHERE src = :personId AND dst = :postId RETURNING 1)
SELECT count(*) FROM gone;
