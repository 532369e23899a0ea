WITH gone AS (DELETE FROM forum_has_member_person WHERE src = :forumId AND dst = :personId RETURNING 1)
SELECT count(*) FROM gone;
