-- Captured, not written: node-pg 8.23: queries as services write them, run against PostgreSQL 15.20 and 18.4 holding this shop, from the server's log (log_statement = all); same shapes once. Parameters stand below their statement.
select id, city from people where id = $1
-- values: ["1"]
----
select * from orders where id = any($1::int[])
-- values: ["{1,2,3}"]
----
select * from orders where state = $1 and amount > $2 order by id limit $3
-- values: ["open", "1.5", "3"]
----
select id, amount::float8 as amount, placed from orders where person = $1
-- values: ["3"]
----
select count(*)::int, max(placed) from orders
----
begin transaction isolation level repeatable read read only
----
savepoint a
----
select now(), current_user, current_database(), version()
----
rollback to savepoint a
----
release savepoint a
----
commit
----
select 1 as one; select 2 as two
----
select data_type, column_name, is_nullable, column_default from information_schema.columns where table_schema = $1 and table_name = $2 order by ordinal_position
-- values: ["public", "people"]
----
select jsonb_agg(row_to_json(o)) from (select id, state from orders where person = $1) o
-- values: ["2"]
----
select * from orders where placed between $1 and $2
-- values: ["1970-01-01 00:00:00+00", "2026-11-24 22:05:06.349+00"]
----
select prefs->>'plan' as plan, count(*) from people group by 1 order by 2 desc
----
with recent as (select * from orders where placed > now() - interval '7 days') select state, count(*) from recent group by state
----
select pg_is_in_recovery()
----
SELECT oid, typname, typarray FROM pg_type WHERE typname = $1
-- values: ["citext"]
----
select * from pg_stat_activity where datname = $1
-- values: ["shop_a"]
----
select relname, n_live_tup, n_dead_tup, last_autovacuum from pg_stat_user_tables order by n_dead_tup desc
