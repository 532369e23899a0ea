-- Graph types: kept by name, made from a list of element types, from another type or from a graph.
CREATE GRAPH TYPE library {
  NODE Book (isbn STRING PRIMARY KEY, title STRING NOT NULL, code INT32 UNIQUE, price DECIMAL(8,2) DEFAULT 12.50M),
  NODE Reader (name STRING NOT NULL, CONSTRAINT reader_key PRIMARY KEY (name)),
  EDGE LENT (FROM Book(isbn) TO Reader(name), day DATE DEFAULT DATE '2020-01-01', marks LIST<STRING>)
};
SHOW GRAPH TYPES;
CREATE GRAPH TYPE library { NODE A };
CREATE GRAPH TYPE IF NOT EXISTS library { NODE A };
CREATE PROPERTY GRAPH TYPE small AS { NODE A };
CREATE OR REPLACE GRAPH TYPE small { NODE A (x :: INT64), NODE B, EDGE K (FROM A TO B, FROM B TO A) };
CREATE GRAPH TYPE smaller AS COPY OF small;
CREATE GRAPH TYPE smallest COPY OF nothing;
SHOW GRAPH TYPES;
-- what is no type is refused as CREATE GRAPH refuses it, and leaves nothing
CREATE GRAPH TYPE bad { NODE A, EDGE K (FROM A TO C) };
CREATE GRAPH TYPE bad { NODE A (x INT64, x INT64) };
CREATE GRAPH TYPE bad { NODE A, NODE A };
CREATE GRAPH TYPE bad { NODE A (x INT64 DEFAULT 'one') };
CREATE GRAPH TYPE bad { NODE A (PRIMARY KEY (x)) };
CREATE GRAPH TYPE bad { NODE A (x NODE) };
CREATE GRAPH TYPE bad { };
CREATE OR REPLACE GRAPH TYPE small { NODE A, EDGE K (FROM A TO C) };
CREATE OR REPLACE GRAPH TYPE IF NOT EXISTS small { NODE A };
SHOW GRAPHS;
-- graphs of a type
CREATE GRAPH one TYPED library;
CREATE GRAPH IF NOT EXISTS two :: library;
CREATE GRAPH three small;
CREATE GRAPH four TYPED nothing;
CREATE GRAPH four :: PROPERTY GRAPH { NODE A };
SHOW GRAPHS;
USE one INSERT (:Book {isbn: '1', title: 'Flatland', code: 7})-[:LENT {marks: ['a']}]->(:Reader {name: 'Ada'});
USE one MATCH (b)-[l]->(r) RETURN b.isbn, b.price, l.day, l.marks, r.name;
USE one INSERT (:Book {isbn: '2', title: 'Sphereland', code: 7});
USE one INSERT (:Book {isbn: '1', title: 'Sphereland'});
USE one INSERT (:Reader {name: NULL});
USE one INSERT (:Film {title: 'Metropolis'});
USE one INSERT (:Book {isbn: '3', title: 'x', colour: 'red'});
USE one MATCH (r:Reader) INSERT (r)-[:LENT]->(r);
SESSION SET GRAPH one;
SHOW LABELS;
SHOW CONSTRAINTS;
SESSION RESET GRAPH;
-- a graph has the type as its own: neither DROP nor a new definition touches it
DROP GRAPH TYPE small;
USE three INSERT (:A {x: 1});
CREATE OR REPLACE GRAPH TYPE library { NODE Film };
USE one INSERT (:Book {isbn: '4', title: 'Planiverse'});
USE one INSERT (:Film);
-- LIKE: the type of a graph, closed or open
CREATE GRAPH five LIKE one;
USE five INSERT (:Book {isbn: '1', title: 'Flatland', code: 7});
USE five INSERT (:Book {isbn: '2', title: 'Flatland', code: 7});
USE five MATCH (n) RETURN count(*);
CREATE GRAPH TYPE of_one LIKE one;
SHOW GRAPH TYPES;
CREATE GRAPH open;
SESSION SET GRAPH open;
CREATE NODE Person (name STRING PRIMARY KEY);
CREATE NODE Pet (name STRING);
ALTER NODE Pet SET CLOSED;
CREATE EDGE HAS (FROM Person TO Pet);
SESSION RESET GRAPH;
CREATE GRAPH TYPE of_open LIKE open;
CREATE GRAPH six LIKE open;
SESSION SET GRAPH six;
SHOW LABELS;
INSERT (:Person {name: 'Ann', age: 7})-[:HAS]->(:Pet {name: 'Dot'}), (:Stone);
INSERT (:Pet {name: 'Eek', age: 7});
SESSION RESET GRAPH;
CREATE GRAPH seven LIKE nowhere;
CREATE GRAPH TYPE t LIKE nowhere;
CREATE GRAPH TYPE t LIKE main;
-- AS COPY OF: what is in the graph too
CREATE GRAPH eight AS COPY OF one;
USE eight MATCH (b)-[l]->(r) RETURN labels(b), properties(b), type(l), properties(l), labels(r), properties(r);
USE eight INSERT (:Book {isbn: '1', title: 'Flatland'});
USE eight INSERT (:Film);
USE eight MATCH (b:Book {isbn: '1'}) SET b.title = 'changed';
USE one MATCH (b:Book {isbn: '1'}) RETURN b.title;
CREATE GRAPH nine ANY GRAPH AS COPY OF one;
USE nine INSERT (:Film)-[:ABOUT]->(:Book {isbn: 9});
USE nine MATCH (b:Book) RETURN b.isbn, b.title ORDER BY b.title;
CREATE GRAPH ten { NODE Book (isbn STRING, title STRING, code INT, price DECIMAL) } AS COPY OF one;
CREATE GRAPH ten TYPED library AS COPY OF one;
CREATE GRAPH ten AS COPY OF six;
USE ten MATCH (n) RETURN labels(n), n.name, n.age ORDER BY n.name;
USE ten MATCH (a)-[e]->(b) RETURN a.name, type(e), b.name;
CREATE GRAPH eleven AS COPY OF nowhere;
INSERT (:P&Q {x: 1, y: [1, 2]})-[:R {z: 1.5}]->(), ({lone: true})-[:R]->({lone: false});
CREATE GRAPH copied AS COPY OF main;
USE copied MATCH (n) RETURN labels(n), properties(n) ORDER BY n.lone, n.x;
USE copied MATCH (a)-[e]->(b) RETURN a.x, a.lone, properties(e), b.lone ORDER BY a.x;
MATCH (n) RETURN count(*);
-- many elements, and a transaction that is undone
USE six FOR i IN range(1, 1000) INSERT (:Person {name: 'p' || toString(i)})-[:HAS]->(:Pet {name: 'q' || toString(i)});
BEGIN;
CREATE GRAPH twelve AS COPY OF six;
USE twelve MATCH (a)-[:HAS]->(b) WHERE 'q' || substring(a.name, 1) = b.name RETURN count(*);
CREATE GRAPH TYPE gone { NODE A };
SAVEPOINT s;
DROP GRAPH TYPE gone;
ROLLBACK TO s;
CREATE GRAPH thirteen TYPED gone;
ROLLBACK;
CREATE GRAPH thirteen TYPED gone;
USE twelve MATCH (n) RETURN count(*);
-- OR REPLACE
CREATE OR REPLACE GRAPH six;
USE six MATCH (n) RETURN count(*);
USE six INSERT (:Whatever);
CREATE OR REPLACE GRAPH six TYPED library;
USE six INSERT (:Whatever);
CREATE OR REPLACE GRAPH six AS COPY OF six;
CREATE OR REPLACE GRAPH six LIKE six;
CREATE OR REPLACE GRAPH main;
CREATE OR REPLACE GRAPH brand_new AS COPY OF eight;
USE brand_new MATCH (n) RETURN count(*);
SHOW GRAPHS;
-- DROP
DROP GRAPH TYPE library;
DROP PROPERTY GRAPH TYPE IF EXISTS library;
DROP GRAPH TYPE library;
DROP GRAPH TYPE of_one CASCADE;
SHOW GRAPH TYPES;
-- a graph may be called type
CREATE GRAPH type;
CREATE GRAPH type2 LIKE type;
DROP GRAPH type CASCADE;
DROP GRAPH type2;
