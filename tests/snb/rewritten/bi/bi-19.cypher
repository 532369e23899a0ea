// Q19. Interaction path between cities
// The published text has GDS project a graph into memory. Here its edges are made, and undone.
BEGIN;
MATCH
  (personA:Person)-[:KNOWS]-(personB:Person),
  (personA)<-[:HAS_CREATOR]-(:Message)-[replyOf:REPLY_OF]-(:Message)-[:HAS_CREATOR]->(personB)
WITH personA, personB, round(40-sqrt(count(replyOf))) AS weight
CREATE (personA)-[:INTERACTS {weight: CASE WHEN weight > 1 THEN weight ELSE 1 END}]->(personB);
MATCH
  (person1:Person)-[:IS_LOCATED_IN]->(city1:City {id: $city1Id}),
  (person2:Person)-[:IS_LOCATED_IN]->(city2:City {id: $city2Id})
CALL graph.dijkstra(person1, person2, 'weight', {labels: 'Person', edges: 'INTERACTS'})
YIELD distance AS totalCost
WITH person1.id AS person1Id, person2.id AS person2Id, totalCost AS totalWeight
ORDER BY totalWeight ASC, person1.id ASC, person2.id ASC
WITH collect({person1Id: person1Id, person2Id: person2Id, totalWeight: totalWeight}) AS results
UNWIND results AS result
WITH result.person1Id AS person1Id, result.person2Id AS person2Id, result.totalWeight AS totalWeight
WHERE totalWeight = results[0].totalWeight
RETURN person1Id, person2Id, totalWeight
ORDER BY person1Id, person2Id;
ROLLBACK
