INSERT INTO person_knows_person VALUES (:person1Id, :person2Id, :creationDate);
