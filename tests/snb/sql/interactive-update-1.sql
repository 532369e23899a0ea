-- A person. The published text calls the languages so, and work WORKS_AT, which no query reads.
INSERT INTO person (id, firstName, lastName, gender, birthday, creationDate, locationIP, browserUsed, email)
VALUES (:personId, :personFirstName, :personLastName, :gender, :birthday, :creationDate, :locationIP, :browserUsed, :emails);
INSERT INTO person_is_located_in_place VALUES (:personId, :cityId);
INSERT INTO person_has_interest_tag SELECT :personId, tag FROM unnest(:tagIds) tag;
INSERT INTO person_study_at_organisation
SELECT :personId, at[i][1], at[i][2] FROM (SELECT :studyAt AS at) s, generate_subscripts(at, 1) i;
INSERT INTO person_works_at_organisation
SELECT :personId, at[i][1], at[i][2] FROM (SELECT :workAt AS at) s, generate_subscripts(at, 1) i;
