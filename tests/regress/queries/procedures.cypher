-- Procedures: describing the graph, algorithms, errors.
CREATE NODE LABEL City (name STRING PRIMARY KEY, x FLOAT64, y FLOAT64);
INSERT (a IS City {name: 'A', x: 0.0, y: 0.0}), (b IS City {name: 'B', x: 1.0, y: 0.0}),
       (c IS City {name: 'C', x: 2.0, y: 0.0}), (d IS City {name: 'D', x: 3.0, y: 0.0}),
       (e IS City {name: 'E', x: 4.0, y: 0.0}), (f IS City & Port {name: 'F', x: 0.0, y: 9.0}),
       (a)-[IS ROAD {km: 1}]->(b), (b)-[IS ROAD {km: 2}]->(c), (c)-[IS ROAD {km: 3}]->(d),
       (a)-[IS ROAD {km: 9}]->(d), (d)-[IS ROAD {km: 4}]->(e), (c)-[IS ROAD {km: 5}]->(a),
       (a)-[IS RAIL]->(e);
CALL db.labels();
CALL db.labels;
CALL db.relationshipTypes() YIELD relationshipType AS t WHERE t STARTS WITH 'RA';
CALL db.edgeLabels();
CALL db.propertyKeys();
CALL db.schema.nodeTypeProperties();
CALL db.schema.relTypeProperties();
CALL db.indexes();
CALL db.constraints();
MATCH (a:City {name: 'A'}) CALL graph.bfs(a) YIELD node, distance RETURN node.name, distance ORDER BY distance, node.name;
MATCH (a:City {name: 'A'}) CALL graph.bfs(a, {edges: 'ROAD', direction: 'any', depth: 1}) YIELD node RETURN node.name ORDER BY node.name;
MATCH (a:City {name: 'A'}) CALL graph.sssp(a, 'km', {edges: ['ROAD']}) YIELD node, distance RETURN node.name, distance ORDER BY distance;
MATCH (a:City {name: 'A'}), (e:City {name: 'E'}) CALL graph.dijkstra(a, e, 'km', {edges: 'ROAD'}) YIELD path, distance RETURN [n IN nodes(path) | n.name] AS way, distance;
MATCH (a:City {name: 'A'}), (e:City {name: 'E'}) CALL graph.astar(a, e, 'km', 'x', 'y', {edges: 'ROAD'}) YIELD path, distance RETURN [n IN nodes(path) | n.name] AS way, distance;
MATCH (a:City {name: 'A'}), (e:City {name: 'E'}) CALL graph.kshortest(a, e, 3, 'km', {edges: 'ROAD'}) YIELD index, path, distance RETURN index, [n IN nodes(path) | n.name] AS way, distance;
CALL graph.wcc() YIELD node, component WITH component, collect(node.name) AS cities RETURN cities ORDER BY size(cities) DESC;
CALL graph.scc({edges: 'ROAD'}) YIELD node, component WITH component, collect(node.name) AS cities RETURN cities ORDER BY size(cities) DESC, cities;
CALL graph.pagerank(20, 0.85) YIELD node, score RETURN node.name, round(score, 6) AS score ORDER BY score DESC, node.name;
CALL graph.pagerank({iterations: 5, direction: 'in'}) YIELD score RETURN round(sum(score), 9) AS whole;
CALL graph.betweenness({edges: 'ROAD'}) YIELD node, score RETURN node.name, score ORDER BY score DESC, node.name LIMIT 3;
CALL graph.triangles() YIELD node, triangles RETURN node.name, triangles ORDER BY node.name;
CALL graph.clustering() YIELD node, coefficient RETURN node.name, round(coefficient, 4) AS c ORDER BY node.name;
CALL graph.labelpropagation(5) YIELD community RETURN count(DISTINCT community) AS communities;
CALL graph.louvain({weight: 'km', defaultWeight: 1}) YIELD node, community WITH community, collect(node.name) AS cities RETURN cities ORDER BY cities;
OPTIONAL CALL db.labels() YIELD label WHERE label = 'Village' RETURN label;
-- What does not fit is answered with what would.
CALL graph.pagerang();
CALL gds.louvain();
CALL apoc.nothing(1, 'a');
CALL graph.bfs('A');
CALL db.labels() YIELD name;
CALL db.labels() RETURN label;
MATCH (n) CALL db.labels() YIELD * RETURN n;
CALL graph.wcc({edge: 'ROAD'});
CALL graph.wcc({edges: 'Road'});
CALL graph.bfs(NULL, {direction: 'sideways'});
CALL graph.louvain({weight: 'km'});
CALL graph.pagerank(20, 1.5);
EXPLAIN (SUMMARY false) MATCH (a:City {name: 'A'}) CALL graph.bfs(a, {edges: 'ROAD'}) YIELD node WHERE node.name > 'A' RETURN node.name;
PREPARE reach(text) AS MATCH (a:City {name: $1}) CALL graph.bfs(a, {edges: $2::string}) YIELD node RETURN count(*);
EXECUTE reach('C', 'ROAD');
SHOW PROCEDURES;
