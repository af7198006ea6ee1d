-- Statements that would change something, take something, or burn something. Every one is refused.
INSERT INTO orders VALUES (1000)
----
UPDATE people SET name = 'x'
----
DELETE FROM orders
----
TRUNCATE orders
----
MERGE INTO orders o USING people p ON o.person = p.id WHEN MATCHED THEN DELETE
----
WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d
----
WITH i AS (INSERT INTO orders VALUES (2000) RETURNING id) SELECT id FROM i
----
SELECT * FROM (WITH u AS (UPDATE orders SET amount = 0 RETURNING id) SELECT * FROM u) x
----
EXPLAIN ANALYZE DELETE FROM orders
----
EXPLAIN DELETE FROM orders
----
EXPLAIN ANALYZE CREATE TABLE z AS SELECT 1
----
PREPARE w AS DELETE FROM orders
----
COPY orders FROM STDIN
----
COPY orders FROM '/etc/passwd'
----
COPY (DELETE FROM orders RETURNING *) TO STDOUT
----
SELECT 1 INTO z
----
SELECT * INTO TEMP z FROM orders
----
CREATE TABLE z AS SELECT 1
----
CREATE TEMP TABLE z (a int)
----
CREATE VIEW z AS SELECT 1
----
CREATE TEMP VIEW z AS SELECT * FROM people
----
CREATE INDEX z ON orders (id)
----
CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'
----
CREATE SCHEMA z
----
CREATE EXTENSION dblink
----
CREATE ROLE z
----
ALTER TABLE orders ADD COLUMN z int
----
ALTER SYSTEM SET work_mem = '1GB'
----
ALTER ROLE postgres SET work_mem = '1GB'
----
DROP TABLE orders
----
DROP VIEW v_people
----
COMMENT ON TABLE orders IS 'x'
----
GRANT ALL ON orders TO public
----
REVOKE ALL ON orders FROM public
----
REFRESH MATERIALIZED VIEW mv
----
VACUUM
----
ANALYZE
----
REINDEX TABLE orders
----
CLUSTER orders
----
CHECKPOINT
----
LOCK TABLE orders
----
LOCK orders IN ACCESS SHARE MODE
----
SELECT * FROM orders FOR UPDATE
----
SELECT * FROM orders FOR SHARE NOWAIT
----
SELECT * FROM (SELECT * FROM orders FOR UPDATE) x
----
WITH x AS (SELECT * FROM orders FOR KEY SHARE) SELECT * FROM x
----
DO $$ BEGIN DELETE FROM orders; END $$
----
CALL p()
----
LISTEN x
----
NOTIFY x
----
LOAD 'auto_explain'
----
SET ROLE postgres
----
SET SESSION AUTHORIZATION postgres
----
RESET ROLE
----
SET default_transaction_read_only = off
----
SET transaction_read_only = off
----
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
----
SET TRANSACTION READ WRITE
----
BEGIN READ WRITE
----
START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE
----
PREPARE TRANSACTION 'x'
----
COMMIT PREPARED 'x'
----
ROLLBACK PREPARED 'x'
----
SET statement_timeout = 0
----
SET statement_timeout = '1h'
----
SET LOCAL lock_timeout = 0
----
SET idle_in_transaction_session_timeout TO 0
----
SET client_min_messages = debug5
----
SET client_encoding = 'LATIN1'
----
SET standard_conforming_strings = off
----
SET work_mem = '10GB'
----
SET session_replication_role = replica
----
SET row_security = off
----
SET log_statement = 'none'
----
SET glovebox.ki = 'x'
----
SET search_path FROM CURRENT
----
SELECT set_config('default_transaction_read_only', 'off', false)
----
SELECT pg_catalog.set_config('transaction_read_only', 'off', true)
----
SELECT nextval('s')
----
SELECT setval('s', 1)
----
SELECT pg_sleep(100)
----
SELECT pg_sleep_for('1 hour')
----
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
----
SELECT pg_cancel_backend(1)
----
SELECT pg_reload_conf()
----
SELECT pg_rotate_logfile()
----
SELECT pg_switch_wal()
----
SELECT pg_create_restore_point('x')
----
SELECT pg_advisory_lock(1)
----
SELECT pg_try_advisory_xact_lock(1)
----
SELECT pg_notify('x', 'y')
----
SELECT lo_create(0)
----
SELECT lo_from_bytea(0, 'x')
----
SELECT lo_unlink(1)
----
SELECT pg_stat_reset()
----
SELECT pg_stat_reset_shared('bgwriter')
----
SELECT txid_current()
----
SELECT pg_current_xact_id()
----
SELECT pg_export_snapshot()
----
SELECT pg_logical_emit_message(true, 'x', 'y')
----
SELECT pg_create_logical_replication_slot('x', 'test_decoding')
----
SELECT pg_drop_replication_slot('x')
----
SELECT pg_replication_origin_create('x')
----
SELECT pg_import_system_collations('pg_catalog')
----
SELECT pg_file_write('x', 'y', false)
----
SELECT query_to_xml('DELETE FROM orders', true, true, '')
----
SELECT repeat('x', 1000000000)
----
SELECT lpad('x', 1000000000)
----
SELECT repeat(repeat('x', 10000), 10000)
----
SELECT count(*) FROM generate_series(1, 10000000000)
----
SELECT format('%1000000000s', 'x')
----
SELECT currval('s')
----
SECURITY LABEL ON TABLE orders IS 'x'
----
IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z
----
REASSIGN OWNED BY postgres TO postgres
----
SELECT 1; DELETE FROM orders
----
BEGIN; DELETE FROM orders; COMMIT
----
DECLARE c CURSOR FOR DELETE FROM orders RETURNING *
----
EXECUTE p(nextval('s'))
----
SELECT full_name(p) FROM people p
