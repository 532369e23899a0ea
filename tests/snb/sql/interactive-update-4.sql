INSERT INTO forum (id, title, creationDate) VALUES (:forumId, :forumTitle, :creationDate);
INSERT INTO forum_has_moderator_person VALUES (:forumId, :moderatorPersonId);
INSERT INTO forum_has_tag_tag SELECT :forumId, tag FROM unnest(:tagIds) tag;
