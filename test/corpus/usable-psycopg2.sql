-- Captured, not written: psycopg2 2.9.13, run against PostgreSQL 15.20 and 18.4 holding this shop, from the server's log (log_statement = all); same shapes once. Parameters stand below their statement.
BEGIN
----
select id, city from people where id in (1, 2)
----
SELECT t.oid, typarray
FROM pg_type t JOIN pg_namespace ns
    ON typnamespace = ns.oid
WHERE typname = 'hstore'
----
SELECT t.oid, typarray, attname, atttypid
FROM pg_type t
JOIN pg_namespace ns ON typnamespace = ns.oid
JOIN pg_attribute a ON attrelid = typrelid
WHERE typname = 'people' AND nspname = 'public'
    AND attnum > 0 AND NOT attisdropped
ORDER BY attnum
----
select * from orders where state = 'open' order by id limit 5
----
COMMIT
----
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE
----
select 1
----
DECLARE "srv" CURSOR WITHOUT HOLD FOR select id from orders
----
FETCH FORWARD 2 FROM "srv"
----
CLOSE "srv"
----
copy (select id, city from people order by id) to stdout with csv header
----
show transaction_isolation
----
ROLLBACK
