-- step: friends who answered each other, the nearer the more they did.
CREATE TABLE step (one bigint, other bigint, weight double precision);
CREATE TABLE cost (source bigint, id bigint, cost double precision, PRIMARY KEY (source, id));
WITH answered AS (
    SELECT a.person AS one, b.person AS other, count(*) AS answers
    FROM reply r JOIN created a ON a.message = r.comment JOIN created b ON b.message = r.message
    GROUP BY a.person, b.person
), both_ways AS (
    SELECT one, other, answers FROM answered UNION ALL SELECT other, one, answers FROM answered
)
INSERT INTO step SELECT f.person, f.friend, greatest(round(40 - sqrt(sum(a.answers))), 1)
FROM friend f JOIN both_ways a ON a.one = f.person AND a.other = f.friend GROUP BY f.person, f.friend;
