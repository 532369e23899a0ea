-- Keys that may be double until the statement ends, or the transaction.
create table d (id int primary key deferrable, place int constraint places unique deferrable initially deferred, pair int, other int, unique (pair, other) deferrable);
insert into d values (1, 1, 1, 1), (2, 2, 1, 2), (3, 3, 2, 1);
\d d
select conname, contype, condeferrable, condeferred, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'd'::regclass order by 1;
select indexrelid::regclass, indisunique, indisprimary, indimmediate from pg_index where indrelid = 'd'::regclass order by indexrelid::regclass::text;
select constraint_name, is_deferrable, initially_deferred from information_schema.table_constraints where table_name = 'd' and constraint_type <> 'CHECK' order by 1;
-- at the statement's end
update d set id = id + 1;
select * from d order by id;
update d set other = 3 - other where pair = 1;
select * from d order by id;
insert into d values (2, 9, 9, 9);
update d set id = 3 where id = 2;
begin;
insert into d values (2, 9, 9, 9);
rollback;
-- at the transaction's end
begin;
update d set place = 2 where place = 1;
select count(*) from d where place = 2;
select id from d where place = 2 order by id;
update d set place = 1 where id = 3;
commit;
select * from d order by id;
begin;
update d set place = 3;
commit;
begin;
insert into d values (8, 3, 8, 8);
set constraints places immediate;
rollback;
begin;
set constraints all deferred;
insert into d values (4, 5, 5, 5);
update d set id = 5 where id = 4 and place = 5;
commit;
begin;
set constraints d_pkey deferred;
insert into d values (2, 7, 7, 7);
select count(*) from d where id = 2;
delete from d where id = 2 and place <> 7;
commit;
select * from d order by id;
begin;
set constraints d_pkey deferred;
insert into d values (2, 8, 8, 8);
commit;
begin;
set constraints places immediate;
insert into d values (9, 7, 9, 9);
rollback;
insert into d values (10, 7, 10, 10);
insert into d values (11, 11, 11, 11), (12, 11, 12, 12);
-- NULLs are never double
insert into d values (20, null, null, 1), (21, null, null, 1);
-- what needs a key that holds at once
create table r (a int references d);
create table r (a int references d (place));
insert into d values (2, 30, 30, 30) on conflict (id) do nothing;
insert into d values (2, 30, 30, 30) on conflict do nothing;
insert into d values (2, 30, 30, 30) on conflict on constraint places do update set other = 1;
-- definitions
alter table d add constraint more unique (other, id) deferrable initially deferred;
create table like_d (like d including indexes);
alter table d rename constraint more to most;
alter table d rename column other to another;
select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid in ('d'::regclass, 'like_d'::regclass) order by conrelid::regclass::text, 1;
update d set id = id + 1;
alter table d drop constraint places;
insert into d values (30, 11, 30, 30);
-- a key that is not deferrable
create table n (id int primary key);
insert into n values (2), (1);
update n set id = id + 1;
insert into n values (2);
drop table d, n, like_d;
