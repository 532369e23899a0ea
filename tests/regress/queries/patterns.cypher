-- Patterns: directions, labels, quantified edges, shortest paths.
CREATE NODE LABEL City (name STRING PRIMARY KEY);
INSERT (a IS City {name: 'A'}), (b IS City {name: 'B'}), (c IS City {name: 'C'}), (d IS City {name: 'D'}),
       (e IS City & Port {name: 'E'}),
       (a)-[IS ROAD {km: 1}]->(b), (b)-[IS ROAD {km: 2}]->(c), (c)-[IS ROAD {km: 3}]->(d),
       (a)-[IS RAIL {km: 9}]->(d), (d)-[IS ROAD {km: 4}]->(e), (c)-[IS ROAD {km: 5}]->(a);
MATCH (x IS City {name: 'A'})-[r IS ROAD]->(y) RETURN y.name, r.km;
MATCH (x IS City {name: 'A'})<-[r IS ROAD]-(y) RETURN y.name, r.km;
MATCH (x IS City {name: 'A'})-[r]-(y) RETURN y.name, type(r), r.km ORDER BY r.km;
MATCH (x IS City {name: 'A'})-[r IS ROAD|RAIL]->(y) RETURN y.name, type(r) ORDER BY y.name;
MATCH (x IS City & Port) RETURN x.name;
MATCH (x IS City & !Port) RETURN x.name ORDER BY x.name;
MATCH (x IS City {name: 'A'})-[r IS ROAD]->{2}(y) RETURN y.name;
MATCH (x IS City {name: 'A'})-[r IS ROAD]->{1,3}(y) RETURN y.name, size(r) AS steps ORDER BY steps, y.name;
MATCH (x IS City {name: 'A'})-[r:ROAD*1..3]->(y) RETURN y.name, size(r) AS steps ORDER BY steps, y.name;
MATCH p = ANY SHORTEST (x IS City {name: 'A'})-[]->+(y IS City {name: 'E'}) RETURN path_length(p), [n IN nodes(p) | n.name];
MATCH p = ANY SHORTEST (x IS City {name: 'A'})-[IS ROAD]->+(y IS City {name: 'E'}) RETURN path_length(p), [n IN nodes(p) | n.name];
MATCH p = ALL SHORTEST (x IS City {name: 'C'})-[]->+(y IS City {name: 'D'}) RETURN [r IN edges(p) | r.km] AS km;
MATCH p = shortestPath((x:City {name: 'A'})-[*]->(y:City {name: 'D'})) RETURN length(p);
MATCH ANY SHORTEST (x IS City)-[IS ROAD]->+(y IS City {name: 'E'}) RETURN x.name ORDER BY x.name;
MATCH ANY SHORTEST (x IS City {name: 'A'})-[IS ROAD]->*(y IS City) RETURN y.name ORDER BY y.name;
MATCH (x)-[IS ROAD]->(y)-[IS ROAD]->(z)-[IS ROAD]->(x) RETURN x.name, y.name, z.name ORDER BY x.name;
MATCH (x IS City WHERE x.name > 'C') RETURN x.name ORDER BY x.name;
MATCH (x IS City) WHERE EXISTS { (x)-[IS RAIL]->() } RETURN x.name;
MATCH (x IS City {name: 'A'}), (y IS City {name: 'B'}) RETURN x.name || y.name AS both;
MATCH (x IS City)-[r]->(y) RETURN x.name, count(r) AS out ORDER BY out DESC, x.name;
MATCH p = (x IS City {name: 'A'})-[IS ROAD]->(y) RETURN p;
MATCH (x)-[IS ROAD]->*(y) RETURN count(*);
MATCH WALK (x)-[IS ROAD]->*(y) RETURN count(*);
-- A list of edges that is known already: only the path of these edges, in this order, matches.
MATCH (x IS City {name: 'A'})-[r1 IS ROAD]->()-[r2]->() WITH [r1, r2] AS rs MATCH (x)-[rs]->{2}(y) RETURN x.name, y.name;
MATCH (x IS City {name: 'A'})-[r1 IS ROAD]->()-[r2]->() WITH [r1, r2] AS rs MATCH (x)-[rs*]->(y) RETURN x.name, y.name, size(rs);
MATCH (x IS City {name: 'A'})-[r1 IS ROAD]->()-[r2]->() WITH [r2, r1] AS rs MATCH (x)-[rs*]->(y) RETURN x.name, y.name;
MATCH (x IS City {name: 'A'}) WITH x, [] AS rs MATCH (x)-[rs*0..1]->(y) RETURN x.name, y.name;
MATCH (x IS City {name: 'A'}) WITH x, null AS rs MATCH (x)-[rs*]->(y) RETURN y.name;
MATCH (x IS City {name: 'A'}) WITH x, [1, 2] AS rs MATCH (x)-[rs*]->(y) RETURN y.name;
MATCH (x)-[rs*]->(y), (y)-[rs*]->(z) RETURN z.name;
-- what something is, of nulls too
OPTIONAL MATCH (n IS City {name: 'nowhere'})-[e]->() RETURN e IS DIRECTED, e IS NOT DIRECTED, n IS SOURCE OF e, n IS LABELED City;
RETURN null IS :: INT NOT NULL, null IS NOT :: INT NOT NULL, null IS :: INT, 1 IS :: INT NOT NULL, 'a' IS :: INT NOT NULL;
-- keys that nothing has
MATCH (n IS City {nmae: 'A'}) RETURN n.name;
MATCH (n IS City {Name: 'A'})-[e {kmm: 1}]->{1,2}(m) RETURN n.name;
MERGE (n IS City {name: 'Y', never: 1}) RETURN n.name;
INSERT (IS City {name: 'Z', since: 1}) NEXT MATCH (n {since: 1}) RETURN n.name;
SET graph.warn_unknown_names = off;
MATCH (n IS City {naem: 'A'}) RETURN n.name;
