// Q20. Recruitment
// The published text has GDS project a graph into memory. Here its edges are made, and undone.
BEGIN;
MATCH
  (personA:Person)-[:KNOWS]-(personB:Person),
  (personA)-[saA:STUDY_AT]->(u:University)<-[saB:STUDY_AT]-(personB)
WITH personA, personB, min(abs(saA.classYear - saB.classYear)) + 1 AS weight
CREATE (personA)-[:STUDIED_WITH {weight: weight}]->(personB);
MATCH
  (company:Company {name: $company})<-[:WORK_AT]-(person1:Person),
  (person2:Person {id: $person2Id})
CALL graph.dijkstra(person1, person2, 'weight', {labels: 'Person', edges: 'STUDIED_WITH'})
YIELD distance AS totalCost
WHERE person1.id <> $person2Id
WITH person1.id AS person1Id, totalCost AS totalWeight
ORDER BY totalWeight ASC
WITH collect({person1Id: person1Id, totalWeight: totalWeight}) AS results
UNWIND results AS result
WITH result.person1Id AS person1Id, result.totalWeight AS totalWeight
WHERE totalWeight = results[0].totalWeight
RETURN person1Id, totalWeight
ORDER BY person1Id ASC
LIMIT 20;
ROLLBACK
