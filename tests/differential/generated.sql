-- Generated columns: who writes them, and what becomes of them.
create table g (a int, b int generated always as (a * 2) stored, name text, up text generated always as (upper(name)) stored not null);
\d g
insert into g (a, name) values (1, 'one'), (2, 'two') returning *;
insert into g values (3, default, 'three', default) returning b, up;
insert into g (a, b, name) values (4, 8, 'x');
insert into g values (4, 8, 'x');
insert into g (a) values (5);
insert into g (a, name) select a + 10, name || '!' from g where a < 3 returning *;
insert into g (a, b, name) select 1, 2, 'x';
update g set a = a + 100 where name = 'one' returning *;
update g set b = 5;
update g set b = default, name = 'zwei' where name = 'two' returning *;
update g set name = null where a = 3;
update g set (a, name) = (7, 'seven') where a = 3 returning *;
select * from g order by a;
select attname, attgenerated, atthasdef from pg_attribute where attrelid = 'g'::regclass and attnum > 0 order by attnum;
select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'g'::regclass and adnum = 4;
select column_name, column_default, is_generated from information_schema.columns where table_name = 'g' order by ordinal_position;
-- what cannot be
create table w (a int generated always as (b) stored, b int generated always as (1) stored);
create table w (a int, b int generated always as (c) stored);
create table w (a int default 5 generated always as (1) stored);
create table w (a int generated always as identity generated always as (1) stored);
create table w (a int, b date generated always as (a * 2) stored);
create table w (a text, b int generated always as (a) stored);
create table w (a int, b timestamptz generated always as (now()) stored);
create table w (a int, b float8 generated always as (random()) stored);
-- keys of generated columns
create table k (first text, last text, both_ text generated always as (first || ' ' || last) stored unique, n int primary key);
insert into k values ('a', 'b', default, 1);
insert into k values ('a', 'b', default, 2);
insert into k values ('a b', 'b', default, 2), (null, 'x', default, 3), (null, 'x', default, 4);
update k set last = 'b', first = 'a' where n = 2;
select * from k order by n;
insert into k (first, last, n) values ('u', 'v', 1) on conflict (n) do update set first = excluded.first, last = excluded.last returning *;
create index k_both on k (both_);
select n from k where both_ = 'u v';
-- intermediate values are nobody's
create table d (x int, y int, q int generated always as (x / y) stored);
insert into d values (4, 2);
update d set x = 0, y = 1 returning *;
update d set y = 0;
insert into d values (1, 0);
select * from d;
-- ALTER
alter table d add column s int generated always as (x + y) stored;
select * from d;
alter table d add column t int not null generated always as (x + y + 1) stored, add column u int default 3;
select * from d;
alter table d alter column s set default 5;
alter table d alter column s drop default;
alter table d alter column s drop expression;
alter table d alter column s drop expression;
alter table d alter column s drop expression if exists;
update d set s = 99 returning *;
alter table d drop column x;
alter table d rename column x to xx;
update d set xx = 10 returning *;
alter table d rename column q to quotient;
update d set xx = 20 returning *;
alter table d alter column y type bigint;
\d d
alter table d alter column quotient type bigint;
insert into d (xx, y) values (9, 3) returning *;
alter table d drop column xx cascade;
\d d
create table l (like g including all);
insert into l (a, name) values (1, 'l') returning *;
create table m (like g);
insert into m (a, b, name, up) values (1, 5, 'l', 'any') returning *;
-- MERGE, and numbers as they are kept
create table n (id int, price numeric(8,2), total numeric generated always as (price * 3) stored);
insert into n (id, price) values (1, 1.005), (2, 2.994) returning *;
merge into n using (values (1, 5.555), (3, 7.5)) as s(id, p) on n.id = s.id when matched then update set price = s.p when not matched then insert (id, price) values (s.id, s.p);
select * from n order by id;
copy (select * from n order by id) to stdout;
copy n (id, total) from stdin;
copy n from stdin;
4	1.1
\.
copy n (id, total) to stdout;
select * from n where id = 4;
begin;
update n set price = 1;
savepoint a;
update n set price = 2 where id = 4;
rollback to a;
select * from n order by id;
rollback;
create view nv as select id, total, price from n;
insert into nv (id, total) values (9, 9);
insert into nv (id, price) values (9, 9) returning *;
