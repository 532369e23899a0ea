-- What a message says.
SELECT creationDate, coalesce(content, imageFile) FROM message WHERE id = :messageId;
