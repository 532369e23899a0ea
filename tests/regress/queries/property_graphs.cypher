-- CREATE PROPERTY GRAPH over tables of nodes and of edges, and patterns over it.
CREATE TABLE person (id int PRIMARY KEY, name text, boss int REFERENCES person);
CREATE TABLE city (id int PRIMARY KEY, title varchar(20));
CREATE TABLE lives (person_id int REFERENCES person, city_id int REFERENCES city, since int, PRIMARY KEY (person_id, city_id));
CREATE TABLE knows (_from int REFERENCES person(id), _to int REFERENCES person(id), since int);
INSERT INTO person VALUES (1, 'ann', NULL), (2, 'bob', 1), (3, 'cyd', 2), (4, 'dan', 2);
INSERT INTO city VALUES (1, 'Rome'), (2, 'Oslo');
INSERT INTO lives VALUES (1, 1, 1990), (2, 1, 2000), (3, 2, 2010), (4, 2, 2020);
INSERT INTO knows VALUES (1, 2, 2001), (2, 3, 2002), (3, 4, 2003);
CREATE PROPERTY GRAPH town
    VERTEX TABLES (
        person KEY (id) LABEL human PROPERTIES (id, name AS called, upper(name) AS shout),
        city)
    EDGE TABLES (
        lives KEY (person_id, city_id)
            SOURCE KEY (person_id) REFERENCES person (id) DESTINATION KEY (city_id) REFERENCES city (id) LABEL lives_in,
        person AS serves KEY (id) SOURCE KEY (id) REFERENCES person (id) DESTINATION KEY (boss) REFERENCES person (id)
            NO PROPERTIES,
        knows SOURCE person DESTINATION person);
SELECT * FROM GRAPH_TABLE (town MATCH (p IS human)-[l IS lives_in]->(c IS city)
    COLUMNS (p.called, p.shout, l.since, c.title)) ORDER BY called;
SELECT * FROM GRAPH_TABLE (town MATCH (c IS city)<-[l IS lives_in WHERE l.since > 2000]-(p IS human WHERE p.called < 'd')
    COLUMNS (c.title AS t, p.called AS p)) AS g;
-- quantified, several patterns
SELECT * FROM GRAPH_TABLE (town MATCH (a IS human)-[IS knows]->{1,3}(b IS human), (b)-[IS lives_in]->(c)
    COLUMNS (a.called AS a, b.called AS b, c.title AS city)) ORDER BY a, b;
-- joined, lateral
SELECT c.title, g.who, k.since FROM city c
    JOIN GRAPH_TABLE (town MATCH (p IS human)-[IS lives_in]->(x IS city) COLUMNS (x.id AS city, p.called AS who, p.id AS id)) g ON g.city = c.id
    LEFT JOIN knows k ON k._from = g.id ORDER BY c.title, g.who;
SELECT c.title, g.n FROM city c, LATERAL (SELECT count(*) AS n FROM
    GRAPH_TABLE (town MATCH (p IS human)-[IS lives_in]->(x IS city WHERE x.id = c.id) COLUMNS (p.id)) t) g ORDER BY 1;
-- the form of GQL, either direction, any label
SELECT a.called, b.called AS other FROM town MATCH (a IS human)-[k IS knows]-(b IS human) ORDER BY a.called, other;
SELECT count(*) FROM town MATCH (x)-[IS lives_in]->(y);
SELECT * FROM GRAPH_TABLE (town MATCH (a IS human)-[IS lives_in]-(b) COLUMNS (a.called, b.title)) ORDER BY 1;
SELECT * FROM GRAPH_TABLE (town MATCH (a IS human)-[IS serves]->(b)<-[IS serves]-(c) COLUMNS (a.called AS a, b.called AS b, c.called AS c))
    WHERE a < c;
SELECT * FROM GRAPH_TABLE (TOWN MATCH (a IS human)-[IS serves|lives_in]->(b) COLUMNS (1 AS one));
-- what is not exposed
SELECT * FROM GRAPH_TABLE (town MATCH (a IS human) COLUMNS (a.name));
SELECT * FROM GRAPH_TABLE (town MATCH (a IS person) COLUMNS (a.id));
SELECT * FROM GRAPH_TABLE (town MATCH (a IS human)-[s IS lives_in]->{1,2}(b) COLUMNS (b.title));
SELECT * FROM GRAPH_TABLE (nowhere MATCH (a) COLUMNS (1 AS x));
DROP PROPERTY GRAPH town;
SELECT * FROM GRAPH_TABLE (town MATCH (a) COLUMNS (1 AS x));
