// Q10. Experts in social circle
// Where the published text subtracts two neighbourhoods of APOC's, graph.bfs tells distances.
MATCH (startPerson:Person {id: $personId})
CALL graph.bfs(startPerson, {labels: 'Person', edges: 'KNOWS', direction: 'any', depth: $maxPathDistance})
YIELD node AS expertCandidatePerson, distance
WHERE distance >= $minPathDistance
MATCH
  (expertCandidatePerson)-[:IS_LOCATED_IN]->(:City)-[:IS_PART_OF]->(:Country {name: $country}),
  (expertCandidatePerson)<-[:HAS_CREATOR]-(message:Message)-[:HAS_TAG]->(:Tag)-[:HAS_TYPE]->
  (:TagClass {name: $tagClass})
MATCH
  (message)-[:HAS_TAG]->(tag:Tag)
RETURN
  expertCandidatePerson.id,
  tag.name,
  count(DISTINCT message) AS messageCount
ORDER BY
  messageCount DESC,
  tag.name ASC,
  expertCandidatePerson.id ASC
LIMIT 100
