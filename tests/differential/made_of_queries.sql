-- Tables made of queries and of other tables.
create table src (id serial primary key, name varchar(20) not null default 'none', price numeric(8,2),
    born date, tags text[], ok boolean default true, note text, constraint pos check (id > 0), unique (name, born));
create index src_price on src (price);
comment on column src.name is 'what it is called';
insert into src (name, price, born, tags) values ('a', 1.50, '2020-01-02', array['x','y']), ('b', 22, null, null), ('c', 3.25, '1999-12-31', '{}');
create table a1 as select * from src;
select * from a1 order by id;
\d a1
create table a2 (x, y) as select id, name, price * 2 as twice, upper(name) from src where id > 1 order by id desc;
\d a2
select * from a2 order by x;
create table a3 as select * from src with no data;
select count(*) from a3;
\d a3
create table a3 as select 1;
create table if not exists a3 as select 1;
create table a4 (x, y, z) as select 1, 2;
create table a5 as select 1 as a, 2 as a;
create table a6 as select nope from src;
create table a6 as select * from nope;
create table a6 as select 1 as one, 'x' as text, null as nothing, 1.5 as num, 2::bigint as big, now()::date is null as b, array[1,2] as arr, interval '1 day' as i, '{"a":1}'::jsonb as j, 'z'::char(3) as c;
\d a6
select * from a6;
create table a7 as values (1, 'one'), (2, 'two');
select * from a7 order by 1;
create table a8 as with w as (select id from src) select count(*) as n, sum(id) as s from w;
select * from a8;
\d a8
create table a9 as table src;
select count(*) from a9;
create table b1 (n) as select generate_series(1, 5);
select sum(n) from b1;
create table b2 with (fillfactor = 70) as select 1 as x with data;
create unlogged table b3 as select 2 as x;
create table b4 as (select 1 as x union all select 2);
select * from b4 order by 1;
create table b5 as select count(*), max(name) from src;
\d b5
create table b6 as select 1/0 as x;
create table b6 as select 1 as x;
begin;
create table b7 as select * from b6;
insert into b7 values (2);
select * from b7 order by x;
rollback;
select * from b7;
-- SELECT INTO
select id, name into c1 from src where id < 3;
select * from c1 order by id;
select * into table c2 from src order by id limit 1;
select id, name from c2;
select 1 as x into c2;
select 1 as x, 2 as y into unlogged c3;
select * from c3;
select id into c4 from src union select 10 order by 1;
select * from c4 order by 1;
select * from (select 1 as x into c5) s;
insert into c3 select 1, 2 into c6;
with w as (select 5 as five) select five into c7 from w;
select * from c7;
-- LIKE
create table d1 (like src);
\d d1
create table d2 (like src including all);
\d d2
select col_description('d2'::regclass, 2);
insert into d2 (id, name) values (-1, 'q');
insert into d2 (name, price) values ('q', 5) returning name, ok, note;
create table d3 (before int, like src including defaults excluding constraints, after text not null default 'z', primary key (before));
\d d3
create table d4 (like src including all excluding indexes excluding defaults);
\d d4
create table d5 (like nope);
create table d5 (id int, like src);
create table ident (k int generated always as identity (start with 7 increment by 3), v text);
insert into ident (v) values ('one');
create table d6 (like ident including identity);
\d d6
insert into d6 (v) values ('first') returning *;
create table d7 (like ident);
\d d7
create view v1 as select id, name from src;
create table d8 (like v1);
\d d8
