-- graph.element_format = literal: what goes as JSON otherwise, in the notation of the language.
INSERT (a:Person:Author {name: 'Al''s', n: 1, f: 2.0, d: DATE '2024-02-29', "odd key": x'00ff', ns: [1, 2]}),
       (b:Person {u: UUID '12345678-1234-5678-1234-567812345678', i: DURATION '2 days', m: 12.50M}), (c),
       (a)-[:KNOWS {since: 1843}]->(b), (c)-[:"odd label"]->(b);
SET graph.element_format = literal;
MATCH (a:Author) RETURN a;
MATCH (b:Person)<-[k]-(x) RETURN k ORDER BY k.since;
MATCH p = (a:Author)-[:KNOWS]->(b)<-[:"odd label"]-(c) RETURN p, nodes(p) AS ns;
RETURN {a: 1, "b c": [true, null, 'x', 1.0], t: TIME '12:00'} AS m, [1, 'x'] AS l;
INSERT (d:New {id: 1}) RETURN d;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR MATCH (d:New) RETURN d;
COMMIT;
FETCH ALL FROM c;
