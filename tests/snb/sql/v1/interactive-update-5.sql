INSERT INTO forum_has_member_person (src, dst, joinDate) VALUES (:forumId, :personId, :joinDate);
