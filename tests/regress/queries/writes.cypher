-- Changing the graph.
CREATE NODE LABEL Item (id INT64 PRIMARY KEY, name STRING NOT NULL, price FLOAT64);
CREATE EDGE LABEL PART_OF (FROM Item TO Item, amount INT64);
INSERT (IS Item {id: 1, name: 'bolt', price: 0.5}), (IS Item {id: 2, name: 'wheel', price: 20}), (IS Item {id: 3, name: 'car'});
MATCH (a IS Item {id: 1}), (b IS Item {id: 2}) INSERT (a)-[IS PART_OF {amount: 5}]->(b);
MATCH (a IS Item {id: 2}), (b IS Item {id: 3}) INSERT (a)-[e IS PART_OF {amount: 4}]->(b) RETURN e.amount;
MATCH (i IS Item {id: 3}) SET i.price = 9999, i.colour = 'red' RETURN i.name, i.price, i.colour;
MATCH (i IS Item {id: 3}) SET i += {colour: null, doors: 5} RETURN properties(i);
MATCH (i IS Item {id: 3}) SET i IS Vehicle RETURN labels(i);
MATCH (i IS Vehicle) REMOVE i.doors, i IS Vehicle RETURN labels(i), keys(i);
MATCH (a IS Item), (b IS Item {id: 3}) WHERE a.id < 3 SET a.price = a.price * 2 RETURN a.id, a.price ORDER BY a.id;
MERGE (i IS Item {id: 4, name: 'door'}) ON CREATE SET i.price = 100 ON MATCH SET i.price = 200 RETURN i.price;
MERGE (i IS Item {id: 4, name: 'door'}) ON CREATE SET i.price = 100 ON MATCH SET i.price = 200 RETURN i.price;
UNWIND [10, 11, 12] AS n INSERT (IS Item {id: n, name: 'screw ' || toString(n)});
MATCH (i IS Item) WHERE i.id >= 10 DELETE i;
MATCH (i IS Item {id: 2}) DELETE i;
MATCH (i IS Item {id: 2}) DETACH DELETE i;
MATCH (i IS Item) RETURN i.id, i.name ORDER BY i.id;
MATCH ()-[e IS PART_OF]->() RETURN count(e);
INSERT (IS Item {id: 1, name: 'again'});
INSERT (IS Item {id: 5});
INSERT (IS Item {id: 'five', name: 'five'});
CREATE INDEX item_name ON NODE Item (name);
MATCH (i IS Item {name: 'bolt'}) RETURN i.id;
DROP INDEX item_name;
CREATE CONSTRAINT item_name_unique FOR (i:Item) REQUIRE i.name IS UNIQUE;
INSERT (IS Item {id: 6, name: 'bolt'});
\echo :LAST_ERROR_SQLSTATE
-- without a name: is there one over the same keys?
CREATE CONSTRAINT IF NOT EXISTS FOR (i:Item) REQUIRE i.name IS UNIQUE;
CREATE CONSTRAINT IF NOT EXISTS FOR (i:Item) REQUIRE i.name IS NODE UNIQUE;
CREATE INDEX IF NOT EXISTS FOR (i:Item) ON (i.name);
CREATE CONSTRAINT IF NOT EXISTS FOR (i:Item) REQUIRE i.weight IS TYPED FLOAT;
CREATE CONSTRAINT IF NOT EXISTS FOR (i:Item) REQUIRE i.weight IS :: FLOAT;
CREATE CONSTRAINT IF NOT EXISTS FOR (i:Item) REQUIRE i.weight IS NOT NULL;
CREATE INDEX IF NOT EXISTS FOR (i:Item) ON (i.weight);
CREATE INDEX IF NOT EXISTS FOR (i:Item) ON (i.weight);
SESSION SET SCHEMA public;
SESSION SET SCHEMA nowhere;
