INSERT INTO post (id, imageFile, creationDate, locationIP, browserUsed, language, content, length)
VALUES (:postId, nullif(:imageFile, ''), :creationDate, :locationIP, :browserUsed, :language, nullif(:content, ''), :length);
INSERT INTO post_has_creator_person VALUES (:postId, :authorPersonId);
INSERT INTO forum_container_of_post VALUES (:forumId, :postId);
INSERT INTO post_is_located_in_place VALUES (:postId, :countryId);
INSERT INTO post_has_tag_tag SELECT :postId, tag FROM unnest(:tagIds) tag;
