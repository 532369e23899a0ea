-- What a condition must say for an index of an expression or a part of the rows to serve it.
CREATE TABLE users (id int PRIMARY KEY, name varchar(20), a int, b int, active boolean, status text, gone timestamp);
CREATE INDEX users_lower ON users (lower(name));
CREATE INDEX users_sum ON users ((a + b), id);
CREATE INDEX users_active ON users (a) WHERE active;
CREATE INDEX users_status ON users (b) WHERE status IN ('new', 'old');
CREATE INDEX users_large ON users (status) WHERE a >= 100 AND gone IS NULL;
CREATE INDEX users_named ON users (gone) WHERE name IS NOT NULL;
INSERT INTO users VALUES (1, 'Ada', 1, 2, true, 'new', NULL), (2, 'Bo', 100, 2, false, 'old', NULL);
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE lower(name) = 'ada';
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users u WHERE lower(u.name::text) >= 'a' AND lower(u.name) < 'b';
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE upper(name) = 'ADA';
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE a + b = 3 AND id = 1;
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE b + a = 3;
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT u.id FROM users t JOIN users u ON lower(u.name) = t.status;
EXPLAIN (COSTS OFF, SUMMARY OFF) UPDATE users SET b = 3 WHERE lower(name) = 'ada';
EXPLAIN (COSTS OFF, SUMMARY OFF) DELETE FROM users WHERE lower(name) IN ('ada', 'bo');
-- a predicate is implied
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE a = 1 AND active;
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE a = 1 AND active = true;
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE b = 2 AND status = 'old';
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE b = 2 AND status IN ('new');
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE a > 100 AND gone IS NULL AND status = 'x';
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE gone = '2020-01-01' AND name > 'A';
-- or not
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE a = 1;
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE a = 1 AND NOT active;
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE a = 1 OR active;
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE b = 2 AND status = 'gone';
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE b = 2 AND status IN ('new', 'gone');
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE a > 99 AND gone IS NULL AND status = 'x';
EXPLAIN (COSTS OFF, SUMMARY OFF) SELECT id FROM users WHERE gone = '2020-01-01' AND name IS NULL;
-- nobody sees what is kept for them
MATCH (u IS users) RETURN u ORDER BY u.id;
MATCH (u IS users) RETURN properties(u), keys(u) ORDER BY u.id LIMIT 1;
SELECT to_json(u) FROM users u ORDER BY id LIMIT 1;
CALL db.indexes() YIELD name, keys RETURN name, keys ORDER BY name;
SHOW INDEXES;
CALL db.propertyKeys();
SHOW KEYS;
MATCH (u IS users {id: 1}) SET u.name = 'Eve';
SELECT id FROM users WHERE lower(name) = 'eve';
MATCH (u IS users {id: 1}) SET u = {id: 1, name: 'Kim', active: true, a: 7};
SELECT id FROM users WHERE lower(name) = 'kim';
SELECT id FROM users WHERE a = 7 AND active;
INSERT (IS users {id: 3, name: 'Lee', a: 8, active: true});
SELECT id FROM users WHERE a = 8 AND active;
COPY users (id, name) FROM STDIN;
4	Mo
\.
SELECT id FROM users WHERE lower(name) = 'mo';
DROP INDEX users_lower;
SELECT id FROM users WHERE lower(name) = 'mo';
MATCH (u IS users {id: 4}) RETURN u;
