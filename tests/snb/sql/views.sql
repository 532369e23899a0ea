-- What the questions are asked about, over the tables of the files: messages whatever they are,
-- friends in both directions.
CREATE VIEW message AS
    SELECT id, creationDate, locationIP, browserUsed, content, imageFile, language, length, false AS isComment FROM post
    UNION ALL
    SELECT id, creationDate, locationIP, browserUsed, content, NULL, NULL, length, true FROM comment;
CREATE VIEW created AS
    SELECT src AS message, dst AS person FROM post_has_creator_person
    UNION ALL SELECT src, dst FROM comment_has_creator_person;
CREATE VIEW reply AS
    SELECT src AS comment, dst AS message FROM comment_reply_of_post
    UNION ALL SELECT src, dst FROM comment_reply_of_comment;
CREATE VIEW liked AS
    SELECT src AS person, dst AS message, creationDate FROM person_likes_post
    UNION ALL SELECT src, dst, creationDate FROM person_likes_comment;
CREATE VIEW message_tag AS
    SELECT src AS message, dst AS tag FROM post_has_tag_tag
    UNION ALL SELECT src, dst FROM comment_has_tag_tag;
CREATE VIEW message_country AS
    SELECT src AS message, dst AS country FROM post_is_located_in_place
    UNION ALL SELECT src, dst FROM comment_is_located_in_place;
CREATE VIEW friend AS
    SELECT src AS person, dst AS friend, creationDate FROM person_knows_person
    UNION ALL SELECT dst, src, creationDate FROM person_knows_person;
-- The post that each message belongs to: a post to itself.
CREATE VIEW thread AS
    WITH RECURSIVE below(message, post) AS (
        SELECT id, id FROM post
        UNION ALL SELECT r.comment, b.post FROM below b JOIN reply r ON r.message = b.message)
    SELECT message, post FROM below;
-- Where a person lives.
CREATE VIEW lives AS
    SELECT l.src AS person, l.dst AS city, p.dst AS country
    FROM person_is_located_in_place l JOIN place_is_part_of_place p ON p.src = l.dst;
