INSERT INTO person_likes_comment VALUES (:personId, :commentId, :creationDate);
