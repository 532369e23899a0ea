INSERT INTO forum_has_member_person (src, dst, creationDate) VALUES (:forumId, :personId, :creationDate);
