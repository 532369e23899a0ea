// Q14. Trusted connection paths
// The published text has GDS project a graph into memory. Here its edges are made, and undone.
BEGIN;
MATCH
  (pA:Person)-[knows:KNOWS]-(pB:Person),
  (pA)<-[:HAS_CREATOR]-(m1:Message)-[r:REPLY_OF]-(m2:Message)-[:HAS_CREATOR]->(pB)
WITH pA, pB, round(40-sqrt(count(r))) AS weight
CREATE (pA)-[:INTERACTS {weight: CASE WHEN weight > 1 THEN weight ELSE 1 END}]->(pB);
MATCH (person1:Person {id: $person1Id}), (person2:Person {id: $person2Id})
CALL graph.dijkstra(person1, person2, 'weight', {labels: 'Person', edges: 'INTERACTS'})
YIELD path, distance
RETURN [person IN nodes(path) | person.id] AS personIdsInPath, distance AS pathWeight;
ROLLBACK
