-- Who a person is.
SELECT p.firstName, p.lastName, p.birthday, p.locationIP, p.browserUsed, l.city, p.gender, p.creationDate
FROM person p JOIN lives l ON l.person = p.id WHERE p.id = :personId;
