-- Who wrote a message.
SELECT p.id, p.firstName, p.lastName FROM created c JOIN person p ON p.id = c.person WHERE c.message = :messageId;
