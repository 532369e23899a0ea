-- What is to be deleted.
CREATE TABLE going_message (id bigint);
CREATE TABLE going_forum (id bigint);
CREATE TABLE going_person (id bigint);
