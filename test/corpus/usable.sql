-- What people and tools ask of a database while they debug. Every one is answered.
SELECT 1
----
SELECT version()
----
SELECT current_user, session_user, current_database(), current_schema()
----
SELECT now(), current_timestamp, current_date, clock_timestamp()
----
SHOW server_version
----
SHOW transaction isolation level
----
SHOW search_path
----
SHOW ALL
----
SET application_name = 'x'
----
SET extra_float_digits = 3
----
SET TIME ZONE 'Europe/Berlin'
----
SET timezone TO 'UTC'
----
SET DateStyle = ISO
----
SET client_encoding TO 'UTF8'
----
SET search_path TO public, app
----
SET search_path TO DEFAULT
----
SET statement_timeout = '5s'
----
SET enable_seqscan = off
----
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY
----
RESET enable_seqscan
----
RESET ALL
----
DISCARD ALL
----
BEGIN
----
ROLLBACK
----
START TRANSACTION ISOLATION LEVEL REPEATABLE READ
----
SAVEPOINT a
----
ROLLBACK TO SAVEPOINT a
----
RELEASE a
----
COMMIT
----
SELECT id, email, city FROM people WHERE id = 7
----
SELECT * FROM people ORDER BY id LIMIT 10
----
SELECT count(*) FROM people
----
SELECT city, count(*) AS n FROM people GROUP BY city ORDER BY n DESC, city
----
SELECT city, count(*) FROM people GROUP BY 1 HAVING count(*) > 1 ORDER BY 2
----
SELECT p.id, p.email, o.id, o.amount FROM people p JOIN orders o ON o.person = p.id WHERE o.state = 'paid' AND o.amount > 100 ORDER BY o.amount DESC LIMIT 20
----
SELECT p.id, sum(o.amount) FROM people p LEFT JOIN orders o ON o.person = p.id GROUP BY p.id ORDER BY 2 DESC NULLS LAST
----
SELECT * FROM orders WHERE placed > now() - interval '1 day'
----
SELECT date_trunc('day', placed) AS day, count(*) FROM orders GROUP BY day ORDER BY day
----
SELECT id FROM orders WHERE id IN (1, 2, 3)
----
SELECT id FROM orders WHERE id = ANY ('{1,2,3}')
----
SELECT id FROM people WHERE email = 'canary3@secret.example'
----
SELECT id FROM people WHERE email IN ('canary3@secret.example', 'x@y')
----
SELECT o.id FROM people p JOIN orders o ON o.person = p.id WHERE p.email = 'canary3@secret.example'
----
SELECT id FROM people WHERE email IS NULL
----
SELECT p.id FROM people p JOIN orders o ON p.email = o.email
----
SELECT id, born FROM people WHERE born >= '1975-01-01'
----
SELECT id, prefs ->> 'plan' FROM people WHERE prefs ->> 'plan' = 'pro'
----
SELECT DISTINCT state FROM orders
----
SELECT id, row_number() OVER (PARTITION BY person ORDER BY placed DESC) FROM orders
----
WITH late AS (SELECT * FROM orders WHERE amount > 100) SELECT count(*), avg(amount) FROM late
----
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
----
SELECT * FROM v_people LIMIT 5
----
SELECT * FROM app.v2 WHERE amount > 10
----
SELECT * FROM v_plain
----
SELECT * FROM mv
----
SELECT * FROM events WHERE at = '2024-03-01'
----
SELECT ctid, xmin, id FROM people LIMIT 1
----
SELECT tableoid::regclass, count(*) FROM events GROUP BY 1
----
TABLE orders
----
VALUES (1, 'a'), (2, 'b')
----
SELECT coalesce(email, '-'), upper(city), length(city) FROM people
----
SELECT jsonb_pretty(to_jsonb(p)) FROM people p LIMIT 1
----
SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM orders o WHERE o.person = p.id AND o.state = 'paid')
----
SELECT id FROM people WHERE id NOT IN (SELECT person FROM orders WHERE person IS NOT NULL)
----
SELECT * FROM generate_series(1, 10) g LEFT JOIN orders o ON o.id = g
----
SELECT x.* FROM orders o, LATERAL (SELECT o.id * 2 AS twice) x
----
SELECT CASE WHEN amount > 100 THEN 'big' ELSE 'small' END AS size, count(*) FROM orders GROUP BY 1
----
SELECT id FROM orders ORDER BY id OFFSET 5 FETCH NEXT 5 ROWS ONLY
----
SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY amount) FROM orders
----
SELECT string_agg(state, ', ' ORDER BY id) FROM orders
----
SELECT extract(epoch FROM placed), to_char(placed, 'YYYY-MM') FROM orders
----
SELECT lpad(id::text, 8, '0') FROM orders
----
SELECT 'people'::regclass::oid, 'int4'::regtype
----
EXPLAIN SELECT * FROM people WHERE id = 1
----
EXPLAIN (ANALYZE, BUFFERS) SELECT count(*) FROM orders
----
EXPLAIN (FORMAT JSON, VERBOSE) SELECT * FROM orders
----
EXPLAIN (ANALYZE false, COSTS off) SELECT * FROM v_people
----
PREPARE q1 (int) AS SELECT id, email FROM people WHERE id = $1
----
EXECUTE q1 (3)
----
EXPLAIN EXECUTE q1 (3)
----
DEALLOCATE q1
----
DEALLOCATE ALL
----
DECLARE c1 CURSOR WITH HOLD FOR SELECT id, email FROM people
----
FETCH 3 FROM c1
----
MOVE NEXT FROM c1
----
CLOSE c1
----
CLOSE ALL
----
COPY orders TO STDOUT
----
COPY (SELECT id, email FROM people) TO STDOUT WITH (FORMAT csv, HEADER true)
----
COPY people (id, city) TO STDOUT CSV HEADER
----
UNLISTEN *
----
SELECT pid, state, wait_event_type, query FROM pg_stat_activity WHERE state <> 'idle'
----
SELECT relname, n_live_tup, n_dead_tup, last_autovacuum FROM pg_stat_user_tables ORDER BY n_dead_tup DESC
----
SELECT schemaname, relname, indexrelname, idx_scan FROM pg_stat_user_indexes
----
SELECT locktype, relation::regclass, mode, granted FROM pg_locks
----
SELECT pg_blocking_pids(pid), pid FROM pg_stat_activity
----
SELECT pg_size_pretty(pg_database_size(current_database()))
----
SELECT relname, pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' ORDER BY pg_total_relation_size(oid) DESC LIMIT 5
----
SELECT name, setting, unit FROM pg_settings WHERE name IN ('work_mem', 'shared_buffers')
----
SELECT current_setting('work_mem'), current_setting('server_version_num')::int
----
SELECT tablename, attname, null_frac, n_distinct FROM pg_stats WHERE schemaname = 'public'
----
SELECT * FROM pg_stat_database WHERE datname = current_database()
----
SELECT * FROM pg_stat_bgwriter
----
SELECT slot_name, active FROM pg_replication_slots
----
SELECT application_name, state FROM pg_stat_replication
----
SELECT pg_is_in_recovery(), pg_current_wal_lsn()
----
SELECT indexdef FROM pg_indexes WHERE tablename = 'people'
----
SELECT pg_get_viewdef('v_people'::regclass)
----
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'orders'::regclass
----
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position
----
SELECT table_schema, table_name, table_type FROM information_schema.tables
----
SELECT kcu.column_name, ccu.table_name FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu ON tc.constraint_name = kcu.constraint_name JOIN information_schema.constraint_column_usage ccu ON ccu.constraint_name = tc.constraint_name WHERE tc.constraint_type = 'FOREIGN KEY'
----
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'people'::regclass AND a.attnum > 0 AND NOT a.attisdropped
----
SELECT t.oid, t.typname, t.typarray, t.typtype FROM pg_type t WHERE t.typname = ANY (ARRAY['citext', 'hstore'])
----
SELECT NULL AS TABLE_CAT, n.nspname AS TABLE_SCHEM, ct.relname AS TABLE_NAME, a.attname AS COLUMN_NAME, (information_schema._pg_expandarray(i.indkey)).n AS KEY_SEQ, ci.relname AS PK_NAME, information_schema._pg_expandarray(i.indkey) AS KEYS, a.attnum AS A_ATTNUM FROM pg_catalog.pg_class ct JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid) JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid) JOIN pg_catalog.pg_index i ON (a.attrelid = i.indrelid) JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid) WHERE true AND ct.relname = 'people' AND i.indisprimary
----
SELECT n.nspname, c.relname, obj_description(c.oid, 'pg_class') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm')
----
SELECT enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'mood' ORDER BY enumsortorder
----
SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
----
SELECT extname, extversion FROM pg_extension
----
SELECT has_table_privilege('people', 'SELECT'), has_schema_privilege('public', 'USAGE')
----
SELECT json_build_object('a', 1), jsonb_set('{"a":1}', '{a}', '2')
----
SELECT regexp_replace('abc', 'b', 'x'), split_part('a,b', ',', 2), to_number('12', '99')
----
SELECT gen_random_uuid(), random(), md5('x'), sha256('x')
----
SELECT array_agg(id ORDER BY id) FROM orders WHERE amount > 300
----
SELECT unnest(ARRAY[1, 2, 3]), generate_series(1, 3)
----
SELECT '2024-01-01'::date + 7, interval '1 hour' * 2, age(now(), '2020-01-01')
----
SELECT to_tsvector('english', 'cats') @@ to_tsquery('cat')
----
SELECT $$dollar$$, E'\\n', U&'\0041', B'101', X'1F', 1e3, .5
----
SELECT "city" FROM "people" AS "P" WHERE "P"."id" = 1
----
SELECT id::text || '-' || state FROM orders
----
SELECT 1; SELECT 2
----
SELECT o.* FROM orders o WHERE (o.id, o.state) = (1, 'paid')
----
SELECT x FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n)
----
SELECT * FROM xmltable('/r/a' PASSING xmlparse(document '<r><a>1</a></r>') COLUMNS v int PATH '.')
----
SELECT * FROM people TABLESAMPLE SYSTEM (50) LIMIT 1
----
SELECT pg_get_serial_sequence('people', 'id'), pg_relation_size('people')
----
SELECT id FROM orders GROUP BY CUBE (id, state) LIMIT 1
----
SELECT amount, ntile(4) OVER w, sum(amount) OVER w FROM orders WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
----
;
----
SELECT p.id, p.email, p.name, count(*) FROM people p JOIN orders o ON o.person = p.id GROUP BY (p.id)
----
SELECT p.id, p.name, max(o.id) FROM people p LEFT JOIN orders o ON o.person = p.id GROUP BY p.id HAVING count(*) > 0 AND p.city <> 'x' ORDER BY p.email, 1 LIMIT 5
----
SELECT id, email, upper(name) FROM people GROUP BY id
----
SELECT DISTINCT ON (p.city) p.city, p.born FROM people p GROUP BY "p"."id" ORDER BY p.city, p.born
----
SELECT q.id, q.mail FROM (SELECT x.id, x.email AS mail FROM public.people AS x (id) GROUP BY x.id, x.city) q GROUP BY q.id, q.mail
----
SELECT p.id, rank() OVER w FROM people p GROUP BY p.id WINDOW w AS (ORDER BY p.email)
