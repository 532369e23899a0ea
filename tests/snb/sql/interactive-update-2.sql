INSERT INTO person_likes_post VALUES (:personId, :postId, :creationDate);
