CREATE NODE LABEL Person (id INT64 PRIMARY KEY, name STRING NOT NULL, born INT64);
CREATE EDGE LABEL KNOWS (FROM Person(id) TO Person(id), since INT64);
INSERT (a IS Person {id: 1, name: 'Ada', born: 1815})-[IS KNOWS {since: 1833}]->(b IS Person {id: 2, name: 'Charles'}), (a)-[IS WROTE {pages: 24}]->(IS Paper {title: 'Sketch'});
CREATE NODE LABEL Kind (b BOOL, i2 INT16, i4 INT32, i8 INT64, f4 FLOAT32, f8 FLOAT64, n DECIMAL, m DECIMAL(8, 2), s STRING, s5 STRING(5), v VARCHAR(7), c CHAR(3), y BYTES, u UUID, d DATE, t LOCAL TIME, tz ZONED TIME, ts LOCAL DATETIME, tsz ZONED DATETIME, p DURATION, lb BOOL[], li INT64[], ls LIST<STRING>, lf FLOAT64[], ld DATE[], lu UUID[]);
CREATE NODE LABEL Pet (tag INT64, name STRING, age INT64, paid DECIMAL, kind STRING);
CREATE NODE LABEL Ship (tag INT64, name STRING, age FLOAT64, paid FLOAT64, kind DATE);
INSERT (IS Loose {number: 1, mixed: 1, wide: 1, list: [1, 2], day: DATE '2024-02-29'}), (IS Loose {mixed: 'one', wide: 1.5, list: [3]}), ({bare: true});
CREATE TABLE town (id int PRIMARY KEY, name varchar(10), area numeric(8,2));
INSERT INTO town VALUES (1, 'London', 1572.00), (2, 'Paris', 105.40);
