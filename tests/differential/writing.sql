-- WITH queries that change data, and MERGE.
create table a (id int primary key, n text);
create table b (id int primary key, n text);
insert into a values (1,'x'),(2,'y'),(3,'z');
with moved as (delete from a where id = 1 returning *) insert into b select * from moved;
select * from a order by 1; select * from b order by 1;
with ins as (insert into a values (10,'ten') returning id) select id from ins union all select id from a order by 1;
with ins as (insert into a values (10,'ten') on conflict do nothing returning id) select id from ins union all select id from a where id = 10;
with u as (update a set n = n || '!' where id = 2 returning id, n) select a.n as old, u.n as new from a join u using (id);
with u as (update a set n = 'q' where id = 77 returning *) insert into a select 77, 'new' where not exists (select 1 from u);
select * from a order by 1;
with x as (insert into a values (20,'w')) select count(*) from a;
select count(*) from a;
with x as (insert into a values (21,'w')) select * from x;
select * from (with x as (insert into a values (22,'w') returning id) select * from x) s;
with x as (insert into a values (30,'p') returning id), y as (insert into b select id, 'from x' from x returning id, n) select x.id, y.n, (select count(*) from a) from x, y;
begin;
insert into a values (40, 'in txn');
with x as (delete from a where id = 40 returning *), y as (select count(*) c from a where id = 40) select x.*, y.c from x, y;
select * from a where id = 40;
rollback;
with x(k) as (delete from a returning id) delete from b using x where b.id = x.k returning b.*;
select * from a; select * from b;
insert into a values (1,'one'),(2,'two');
insert into b values (1,'b1');
update a set n = v.n from (values (1,'p'),(1,'p'),(2,'q')) v(id,n) where a.id = v.id returning a.*;
delete from a using (values (1),(1)) v(i) where a.id = v.i returning a.id;
\set QUIET off
with x as (insert into a values (100,'c'),(101,'d') returning id) update b set n = 'changed' from x where x.id = 100;
with x as (insert into a values (102,'c') returning id) select * from x;
with recursive t(i) as (select 1 union all select i+1 from t where i < 3), ins as (insert into a select 200+i, 'r' from t returning id) select * from ins order by 1;
with x as (update a set n = 'xx' where id = 200 returning id) update a set n = n || '-main' where id = 200;
with x as (delete from a where id = 200) update a set n = n || '-main' where id = 200;
select * from a order by 1;
create table t (id int primary key, n text default 'dflt', q int);
create table s (id int, n text, q int);
insert into t values (1,'one',1),(2,'two',2),(3,'three',3);
insert into s values (2,'TWO',20),(3,null,30),(4,'FOUR',40),(5,'five',50);
merge into t using s on t.id = s.id
when matched and s.n is null then delete
when matched then update set n = s.n, q = t.q + s.q
when not matched and s.q > 45 then do nothing
when not matched then insert (id, n) values (s.id, s.n);
select * from t order by 1;
merge into t as a using (select * from s where id > 3) as b on a.id = b.id when not matched then insert values (id, n, q) when matched then do nothing;
select * from t order by 1;
merge into t using s on t.id = s.id when not matched then insert default values;
merge into t using (values (1,'x'),(1,'y')) v(i, x) on t.id = v.i when matched then update set n = v.x;
merge into t using (values (1,'x'),(1,'y')) v(i, x) on t.id = v.i when matched then do nothing;
merge into t using s on t.id = s.id when matched then do nothing when matched then delete;
merge into t using s on t.id = s.id when matched then update set zz = 1;
merge into t using s on t.id = s.id when not matched then insert (id, id) values (1, 2);
merge into t using s on t.id = s.id when not matched then insert (id, n) values (1);
merge into nope using s on nope.id = s.id when matched then delete;
merge into t using s on t.id = s.id when matched then update set n = default, q = (select max(q) from s);
select * from t order by 1;
merge into t t2 using t on t2.id = t.id + 1 when matched then update set q = t.q;
select * from t order by 1;
with src as (select 9 as id, 'nine' as n) merge into t using src on t.id = src.id when not matched then insert (id, n, q) values (src.id, src.n, default) when matched then delete;
select * from t order by 1;
merge into t using generate_series(1, 3) g on t.id = g when matched and g = 2 then delete when matched then update set (n, q) = ('g' || g, g) when not matched then insert (id, q) values (g, g * 100);
select * from t order by 1;
merge into t using s on t.id = s.id when not matched then insert values (null, 'x', 1);
merge into t using s on true when matched then update set q = 1;
create table idt (id int generated always as identity primary key, v int);
merge into idt using (values (1)) x(v) on idt.v = x.v when not matched then insert (v) values (x.v);
merge into idt using (values (7)) x(v) on idt.v = x.v when not matched then insert (id, v) values (50, x.v);
merge into idt using (values (7)) x(v) on idt.v = x.v when not matched then insert (id, v) overriding system value values (50, x.v);
select * from idt order by 1;
