WITH gone AS (DELETE FROM person_knows_person WHERE src IN (:person1Id, :person2Id) AND dst IN (:person1Id, :person2Id) RETURNING 1)
SELECT count(*) FROM gone;
