-- Window functions: each answer here is what PostgreSQL 15 gives.
create table w(id int primary key, g text, v int);
insert into w values (1,'a',3),(2,'a',1),(3,'b',null),(4,'b',7),(5,'a',1),(6,'c',2);
select id, row_number() over (partition by g order by v, id), rank() over (partition by g order by v), dense_rank() over (partition by g order by v) from w order by id;
select id, sum(v) over (partition by g order by id), count(*) over (partition by g), avg(v) over () from w order by id;
select id, lag(v) over (order by id), lead(v, 2, -1) over (order by id), first_value(v) over (order by id), last_value(v) over (order by id), nth_value(v, 2) over (order by id) from w order by id;
select id, sum(v) over (order by id rows between 1 preceding and 1 following), max(v) over (order by id rows 2 preceding), array_agg(id) over (order by id rows between unbounded preceding and current row) from w order by id;
select id, ntile(4) over (order by id), percent_rank() over (order by g), cume_dist() over (order by g) from w order by id;
select g, sum(v), rank() over (order by sum(v) desc nulls last) from w group by g order by g;
select id, count(*) filter (where v > 1) over (partition by g) from w order by id;
select id from w order by row_number() over (order by id desc) limit 2;
select row_number() over (), id from w where id > 4 order by id;
select id from w where row_number() over () = 1;
select upper(g) over () from w;
select sum(v) over (order by id rows between -1 preceding and current row) from w;
select distinct g, count(*) over (partition by g) from w order by g;
