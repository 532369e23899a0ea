// Q15. Weighted interaction paths
// The published text has GDS project a graph into memory. Here its edges are made, and undone.
BEGIN;
MATCH (pA:Person)-[knows:KNOWS]-(pB:Person)
OPTIONAL MATCH (pA)<-[:HAS_CREATOR]-(m1:Message)-[r:REPLY_OF]-(m2:Message)-[:HAS_CREATOR]->(pB)
OPTIONAL MATCH (m1)-[:REPLY_OF*0..]->(:Post)<-[:CONTAINER_OF]-(forum:Forum)
  WHERE forum.creationDate >= $startDate
    AND forum.creationDate <= $endDate
WITH pA, pB,
  sum(CASE forum IS NOT NULL
      WHEN true THEN
        CASE (m1:Post OR m2:Post) WHEN true THEN 1.0
        ELSE 0.5 END
      ELSE 0.0 END
  ) AS w
CREATE (pA)-[:INTERACTS {weight: 1/(w+1)}]->(pB);
CALL {
  MATCH (person1:Person {id: $person1Id}), (person2:Person {id: $person2Id})
  CALL graph.dijkstra(person1, person2, 'weight', {labels: 'Person', edges: 'INTERACTS'})
  YIELD distance
  RETURN distance AS totalCost
  UNION ALL
  RETURN -1.0 AS totalCost
}
RETURN max(totalCost) AS totalCost;
ROLLBACK
