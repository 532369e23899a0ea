-- The id that is not given is less than 1.
INSERT INTO comment (id, creationDate, locationIP, browserUsed, content, length)
VALUES (:commentId, :creationDate, :locationIP, :browserUsed, :content, :length);
INSERT INTO comment_has_creator_person VALUES (:commentId, :authorPersonId);
INSERT INTO comment_reply_of_post SELECT :commentId, :replyToPostId WHERE :replyToPostId > 0;
INSERT INTO comment_reply_of_comment SELECT :commentId, :replyToCommentId WHERE :replyToCommentId > 0;
INSERT INTO comment_is_located_in_place VALUES (:commentId, :countryId);
INSERT INTO comment_has_tag_tag SELECT :commentId, tag FROM unnest(:tagIds) tag;
