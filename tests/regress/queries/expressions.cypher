-- SQL expressions: each answer here is what PostgreSQL 15 gives.
select 5 between 1 and 10, 5 not between symmetric 10 and 1, 'abc' similar to 'a%', 'abc' like 'a!_c' escape '!', 'a_c' like 'a!_c' escape '!';
select 'abc' ~~ 'a%', 'abc' !~~* 'A%', 'abc' operator(pg_catalog.~) 'b', 'x' collate "C";
select 1 isnull, null notnull, 6 & 3, 6 | 3, 6 # 3, 1 << 4, ~5;
select extract(year from date '2020-02-03'), extract(epoch from timestamp '2020-01-01 00:00:01.5'), date_part('month', timestamp '2020-05-06');
select position('l' in 'hello'), substring('hello' from 2 for 3), substring('hello' for 2), trim(both 'x' from 'xxaxx'), trim(leading from '  a'), overlay('abcdef' placing 'ZZ' from 2 for 3);
select (array[1,2,3])[2], (array[1,2,3])[2:3], (array[1,2,3])[:2], array[1,2] || 3, array[1,2] || array[3], array[1,2] @> array[1], array[1] && array[2];
select '{"a":{"b":[1,2]}}'::jsonb -> 'a' -> 'b' -> 0, '{"a":1}'::jsonb ->> 'a', '{"a":{"b":5}}'::jsonb #>> '{a,b}', '{"a":1}'::jsonb ? 'a', '{"a":1,"b":2}'::jsonb @> '{"a":1}';
select '{"b":1, "a": [1, 2.50],"a":3}'::jsonb, '{"b":1}'::json, to_json('x'::text), to_jsonb(array[1,2]), json_build_object('a',1,'b',array['x']), jsonb_build_object('k', '{"z":1}'::jsonb), json_build_array(1,'a',null);
select concat_ws(',', 'a', null, 'b'), concat('a', null, 1, true), format('%s is %I and %L', 'x', 'A b', 'it''s'), initcap('hello world'), lpad('a',3,'xy'), rpad('abc',2);
select split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), ascii('a'), chr(97), to_hex(255), encode('abc'::bytea,'hex'), encode('abc'::bytea,'base64'), decode('YWJj','base64'), translate('12345','143','ax');
select regexp_replace('foobar','o+','X'), regexp_replace('aaa','a','b','g'), regexp_match('foo123','([a-z]+)([0-9]+)'), regexp_split_to_array('a1b2c','[0-9]'), regexp_replace('abc', '(b)', '<\1>');
select string_to_array('a,b,c', ','), array_to_string(array[1,null,3], ','), array_to_string(array[1,null,3], ',', '*'), array_length(array[1,2],1), array_upper(array[1,2],1), array_position(array['a','b'],'b'), array_remove(array[1,2,1],1), array_append(array[1],2), cardinality(array[1,2]);
select greatest(1,3,2), least('b','a'), greatest(1,2.5), gcd(12,18), abs(-5), mod(7,3), div(7,2), log(100);
select to_char(timestamp '2020-02-03 04:05:06', 'YYYY-MM-DD HH24:MI:SS'), to_char(date '2020-02-03', 'Day, DD Mon YYYY'), to_date('2020-05-06','YYYY-MM-DD'), make_date(2020,1,2), age(timestamp '2020-03-01', timestamp '2019-01-15');
select timestamp '2020-01-01 00:00' at time zone 'UTC', timestamptz '2020-01-01 00:00+00' at time zone 'Europe/Berlin';
select 'abc' like any (array['a%','x']), 'abc' not like all (array['x%','y%']), 5 > all (array[1,2]), 'a' <> all ('{b,c}'::text[]);
select 1::text || 'a', '12'::int + 1, cast('5' as bigint), '1.5'::numeric(5,1), 'abc'::varchar(2), true::int, 1::bool, 't'::bool, 3.7::int;
select 'abc'::int;
select '2020-13-01'::date;
select 2147483647 + 1;
select 1 = 'a'::text;
select foo(1);
select lower(1);
select '[1,2]'::json -> 0, json_typeof('[1]'::json), jsonb_array_length('[1,2]'::jsonb), '5'::jsonb::int;
select case when 1=1 then 'x' end, case 1 when 2 then 'b' else 'c' end, coalesce(null, 2), nullif(1,2);
select 1 as "A b", 'x' as y, 1+1 as "?column?";
select 'a' || 'b' || 1, 5 % 3, 5 / 2, 5.0 / 2, 2 ^ 3, -5 / 2, 7::float8 / 2;
create table t(id int primary key, g text, v int);
insert into t values (1,'a',3),(2,'a',1),(3,'b',null),(4,'b',7);
select g, string_agg(id::text, ',' order by id desc), array_agg(v order by id desc) from t group by g order by g;
select array_agg(v order by id), json_agg(v order by id), jsonb_agg(g order by id), string_agg(g, '-' order by id) from t;
select json_object_agg(id, g order by id), jsonb_object_agg(g, v order by id) from t;
select array_agg(v), string_agg(g,','), count(*) from t where id > 100;
select string_agg(distinct g, ',' order by g) from t;
select sum(v), avg(v), count(v) filter (where v > 1), max(g), bool_and(v > 0) from t;
select id from t where g = 'a' and v between 1 and 2;
select id, case when v is null then 'none' else v::text end from t order by id;
select g, count(*) from t group by g having count(*) > 1 order by 1;
select g, count(*) from t group by 1 order by 2, 1;
select coalesce('a', 1);
select case when true then 'a' else 1 end;
select 1 union select 'a';
select array[1,'a'];
select greatest(1,'a');
select coalesce('5', 1), case when false then '7' else 8 end, greatest(1,'3'), array['2',1];
-- subqueries inside quantifiers
INSERT (:Quantified {x: 1}), (:Quantified {x: 2});
RETURN any(y IN [1, 5] WHERE EXISTS { (m:Quantified) WHERE m.x = y }) AS some,
  all(y IN [1, 2] WHERE EXISTS { MATCH (m:Quantified {x: y}) }) AS every,
  none(y IN [1, 5] WHERE EXISTS { MATCH (m:Quantified {x: y}) }) AS no,
  single(y IN [1, 5] WHERE COUNT { MATCH (m:Quantified {x: y}) } = 1) AS one;
MATCH (n:Quantified) WHERE all(y IN [n.x, 1] WHERE EXISTS { (:Quantified {x: y}) }) RETURN n.x AS x ORDER BY x;
MATCH (n:Quantified) WHERE any(y IN [n.x + 1] WHERE EXISTS { (m:Quantified {x: y}) }) RETURN n.x AS x;
RETURN any(y IN [] WHERE EXISTS { (m:Quantified {x: y}) }) AS some, all(y IN [] WHERE EXISTS { (m:Quantified {x: y}) }) AS every;
RETURN any(y IN NULL WHERE EXISTS { (m:Quantified {x: y}) }) AS nothing;
RETURN any(y IN [9] WHERE VALUE { MATCH (m:Quantified) RETURN y > NULL LIMIT 1 }) AS u;
RETURN any(y IN [1, 2] WHERE all(z IN [y] WHERE EXISTS { (m:Quantified {x: z}) })) AS nested;
MATCH (n:Quantified) DELETE n;
