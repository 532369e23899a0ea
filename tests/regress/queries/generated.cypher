-- Columns that are computed, as the graph language writes and reads them.
CREATE TABLE item (id int PRIMARY KEY, price numeric(8,2), n int DEFAULT 1, total numeric GENERATED ALWAYS AS (price * n) STORED NOT NULL, tag text GENERATED ALWAYS AS (CASE WHEN n > 5 THEN 'many' END) STORED);
INSERT (:item {id: 1, price: 2.50M}), (:item {id: 2, price: 1.25M, n: 6});
MATCH (i IS item) RETURN i ORDER BY i.id;
MATCH (i IS item {id: 1}) SET i.n = 10, i.price = 3.00M RETURN i.total, i.tag;
MATCH (i IS item {id: 1}) SET i += {n: 2} RETURN i.total, i.tag;
MATCH (i IS item {id: 1}) SET i = {id: 1, price: 7.00M, n: 3} RETURN properties(i) AS p;
MATCH (i IS item {id: 1}) REMOVE i.total RETURN i.total;
MERGE (i:item {id: 3, price: 4.00M}) ON CREATE SET i.n = 7 RETURN i.total, i.tag;
-- nobody writes them
INSERT (:item {id: 4, price: 1.00M, total: 5.00M});
MATCH (i IS item {id: 1}) SET i.total = 5.00M;
MATCH (i IS item {id: 1}) SET i += {tag: 'none'};
-- and NOT NULL holds
INSERT (:item {id: 5});
MATCH (i IS item {id: 1}) SET i.price = null;
-- a node that gets the label
INSERT (:thing {id: 9, price: 2.00M, n: 8});
MATCH (t IS thing) SET t:item;
MATCH (t IS item & thing) RETURN t.total, t.tag;
COPY item (id, price) FROM STDIN;
20	2.25
21	0.75
\.
MATCH (i IS item) RETURN i.id, i.total, i.tag ORDER BY i.id;
-- indexes of them
CREATE INDEX item_total ON item (total);
SELECT id FROM item WHERE total = 2.25;
BEGIN;
UPDATE item SET n = 100 WHERE id = 20;
SAVEPOINT a;
UPDATE item SET n = 200 WHERE id = 20 RETURNING total;
ROLLBACK TO a;
SELECT total, tag FROM item WHERE id = 20;
COMMIT;
DROP TABLE item;
MATCH (t IS thing) DELETE t;
