-- Statements that try to get at labelled values. Each is refused, or answered with masks only. One statement per block of dashes.
SELECT * FROM people
----
SELECT p FROM people p
----
SELECT people FROM people
----
SELECT p::text FROM people p
----
SELECT (p).email FROM people p
----
SELECT (p).* FROM people p
----
SELECT ROW(p.*) FROM people p
----
SELECT row_to_json(p) FROM people p
----
SELECT to_jsonb(p) -> 'email' FROM people p
----
SELECT jsonb_agg(p) FROM people p
----
SELECT array_agg(p.email) FROM people p
----
SELECT string_agg(email, ',' ORDER BY email) FROM people
----
SELECT json_object_agg(id, email) FROM people
----
SELECT min(email), max(email) FROM people
----
SELECT hstore(p) FROM people p
----
SELECT email FROM people ORDER BY email
----
SELECT id FROM people ORDER BY email
----
SELECT id FROM people ORDER BY salary DESC LIMIT 1
----
SELECT id, rank() OVER (ORDER BY salary) FROM people
----
SELECT id, lag(email) OVER (ORDER BY id) FROM people
----
SELECT first_value(email) OVER (ORDER BY id) FROM people
----
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY salary) FROM people
----
SELECT mode() WITHIN GROUP (ORDER BY email) FROM people
----
SELECT avg(salary), sum(salary), stddev(salary) FROM people
----
SELECT id FROM people WHERE salary > 50010
----
SELECT id FROM people WHERE salary BETWEEN 50001 AND 50002
----
SELECT id FROM people WHERE note LIKE 'secret note 1%'
----
SELECT id FROM people WHERE note ~ '^secret'
----
SELECT id FROM people WHERE email ILIKE 'canary%'
----
SELECT id FROM people WHERE email SIMILAR TO 'canary%'
----
SELECT id FROM people WHERE email = ANY (ARRAY['canary1@secret.example'])
----
SELECT id FROM people WHERE name = 'Nameless1'
----
SELECT id FROM people WHERE (email, name) = ('canary1@secret.example', 'Nameless1')
----
SELECT id FROM people WHERE (email, id) IN (('canary1@secret.example', 1))
----
SELECT id FROM people WHERE position('canary' in email) > 0
----
SELECT id FROM people WHERE starts_with(email, 'canary')
----
SELECT id FROM people WHERE substring(email from 1 for 1) = 'c'
----
SELECT id FROM people WHERE left(email, 1) = 'c'
----
SELECT id FROM people WHERE ascii(email) = 99
----
SELECT id FROM people WHERE length(email) = 22
----
SELECT id FROM people WHERE md5(email) = md5('canary1@secret.example')
----
SELECT id FROM people WHERE hashtext(email) = hashtext('canary1@secret.example')
----
SELECT md5(email), sha256(email::bytea) FROM people
----
SELECT encode(convert_to(email, 'UTF8'), 'hex') FROM people
----
SELECT reverse(email), upper(email), translate(email, 'abc', 'xyz') FROM people
----
SELECT regexp_split_to_table(email, '') FROM people
----
SELECT regexp_matches(email, '.*') FROM people
----
SELECT unnest(string_to_array(email, NULL)) FROM people
----
SELECT id, CASE WHEN email LIKE 'c%' THEN 1 ELSE 0 END FROM people
----
SELECT CASE email WHEN 'canary1@secret.example' THEN 'yes' END FROM people
----
SELECT COALESCE(email, 'x') FROM people
----
SELECT NULLIF(email, 'x') FROM people
----
SELECT GREATEST(email, ''), LEAST(email, 'zzzz') FROM people
----
SELECT email || '' FROM people
----
SELECT email::varchar(10) FROM people
----
SELECT email::int FROM people
----
SELECT CAST(email AS numeric) FROM people
----
SELECT 1 / (CASE WHEN salary > 50000 THEN 0 ELSE 1 END) FROM people
----
SELECT 1 / (salary - 50001)::int FROM people
----
SELECT CAST(note AS xml) FROM people
----
SELECT note::json FROM people
----
SELECT note::date FROM people
----
SELECT prefs FROM people
----
SELECT prefs ->> 'ssn' FROM people
----
SELECT prefs #>> '{ssn}' FROM people
----
SELECT jsonb_each_text(prefs) FROM people
----
SELECT prefs @> '{"ssn": "999-88-1"}' FROM people
----
SELECT jsonb_path_query(prefs, '$.ssn') FROM people
----
SELECT prefs['ssn'] FROM people
----
SELECT t.ssn FROM people, jsonb_to_record(prefs) AS t(ssn text)
----
SELECT t.ssn FROM people, JSON_TABLE(prefs, '$' COLUMNS (ssn text PATH '$.ssn')) AS t
----
SELECT JSON_VALUE(prefs, '$.ssn') FROM people
----
SELECT JSON_OBJECT('e': email) FROM people
----
SELECT JSON_ARRAYAGG(email) FROM people
----
SELECT JSON_ARRAY(SELECT email FROM people)
----
SELECT xmlelement(name x, email) FROM people
----
SELECT xmlforest(email, name) FROM people
----
SELECT xmlagg(xmlelement(name x, email)) FROM people
----
SELECT x.* FROM people, XMLTABLE('/r' PASSING xmlelement(name r, email) COLUMNS v text PATH '.') AS x
----
SELECT xmlserialize(content xmlelement(name x, note) AS text) FROM people
----
SELECT query_to_xml('SELECT email FROM people', true, true, '')
----
SELECT table_to_xml('people', true, true, '')
----
SELECT schema_to_xml('public', true, true, '')
----
SELECT database_to_xml(true, true, '')
----
SELECT cursor_to_xml('c', 10, true, true, '')
----
SELECT ts_stat('SELECT to_tsvector(email) FROM people')
----
SELECT ts_rewrite('a'::tsquery, 'SELECT to_tsquery(name), to_tsquery(name) FROM people')
----
SELECT to_tsvector(note) FROM people
----
SELECT ts_headline(note, to_tsquery('secret')) FROM people
----
SELECT * FROM ts_parse('default', (SELECT note FROM people LIMIT 1))
----
SELECT format('%s', email), concat(email, name), concat_ws('-', email) FROM people
----
SELECT quote_literal(email), quote_nullable(name) FROM people
----
WITH x AS (SELECT * FROM people) SELECT email FROM x
----
WITH x AS MATERIALIZED (SELECT email AS e FROM people) SELECT e FROM x
----
WITH x(a) AS (SELECT email FROM people) SELECT a FROM x
----
WITH people AS (SELECT * FROM people) SELECT email FROM people
----
WITH people AS (SELECT * FROM public.people) SELECT email FROM people
----
WITH a AS (SELECT email FROM people), people AS (SELECT 'x' AS email) SELECT a.email, people.email FROM a, people
----
WITH RECURSIVE r AS (SELECT id, email FROM people WHERE id = 1 UNION ALL SELECT p.id, p.email FROM people p JOIN r ON p.id = r.id + 1) SELECT * FROM r
----
WITH RECURSIVE people(email) AS (SELECT 'x'::text) SELECT email FROM people, public.people AS q
----
SELECT (SELECT email FROM people WHERE id = 1)
----
SELECT ARRAY(SELECT email FROM people)
----
SELECT 'canary1@secret.example' IN (SELECT email FROM people)
----
SELECT EXISTS (SELECT 1 FROM people WHERE name = 'Nameless1')
----
SELECT x.email FROM (SELECT * FROM people) x
----
SELECT x FROM (SELECT email FROM people) x
----
SELECT a FROM (SELECT email, name FROM people) x(a, b)
----
SELECT q.e FROM people p, LATERAL (SELECT p.email AS e) q
----
SELECT q.e FROM people p CROSS JOIN LATERAL (VALUES (p.email)) q(e)
----
SELECT u FROM people p, unnest(ARRAY[p.email, p.name]) u
----
SELECT u FROM people, unnest(tags) u
----
SELECT generate_subscripts(tags, 1), tags[1], array_to_string(tags, ',') FROM people
----
SELECT email FROM people UNION SELECT name FROM people
----
SELECT email FROM people EXCEPT SELECT 'canary1@secret.example'
----
SELECT email FROM people INTERSECT SELECT 'canary1@secret.example'
----
SELECT 'canary1@secret.example' INTERSECT SELECT email FROM people
----
(SELECT email FROM people LIMIT 1) UNION ALL (SELECT email FROM people OFFSET 1)
----
SELECT DISTINCT email FROM people
----
SELECT DISTINCT ON (note) id, note FROM people
----
SELECT email, count(*) FROM people GROUP BY email
----
SELECT count(*) FROM people GROUP BY salary HAVING salary > 50003
----
SELECT email, name, count(*) FROM people GROUP BY GROUPING SETS ((email), (name), ())
----
SELECT email, grouping(email) FROM people GROUP BY ROLLUP (email)
----
SELECT max(email) FILTER (WHERE id = 1) FROM people
----
SELECT count(DISTINCT salary) FROM people
----
TABLE people
----
TABLE ONLY people
----
TABLE public.people
----
VALUES ((SELECT email FROM people LIMIT 1))
----
SELECT * FROM ONLY people
----
SELECT * FROM ONLY (public.people) AS p
----
SELECT * FROM people *
----
SELECT email FROM people TABLESAMPLE SYSTEM (100)
----
SELECT email FROM people AS p TABLESAMPLE BERNOULLI (100) REPEATABLE (3) WHERE id > 0
----
SELECT * FROM kids
----
SELECT email FROM ONLY kids
----
SELECT * FROM events
----
SELECT * FROM events_24
----
SELECT who FROM events_24 UNION ALL SELECT who FROM events
----
SELECT * FROM v_people
----
SELECT uname FROM v_people
----
SELECT * FROM app.v2
----
SELECT mail FROM app.v2 v WHERE v.id > 0
----
SELECT * FROM mv
----
SELECT both FROM mv
----
SELECT v.*, p.email FROM v_people v JOIN people p USING (id)
----
SELECT * FROM people NATURAL JOIN orders
----
SELECT * FROM people JOIN orders USING (email)
----
SELECT u.email FROM people JOIN orders USING (email) AS u
----
SELECT j.email FROM (people p JOIN orders o ON o.person = p.id) AS j(id, email)
----
SELECT email FROM people FULL JOIN (SELECT 'canary1@secret.example' AS email) x USING (email)
----
SELECT count(*) FROM people p JOIN (VALUES ('canary1@secret.example')) v(e) ON p.email = v.e
----
SELECT count(*) FROM people p JOIN (VALUES ('Nameless1')) v(e) ON p.name = v.e
----
SELECT count(*) FROM people p, people q WHERE p.salary < q.salary
----
SELECT public.people.email FROM public.people
----
SELECT "people"."email" FROM "public"."people"
----
SELECT PEOPLE.EMAIL FROM PEOPLE
----
SELECT U&"\0065mail" FROM U&"peop\006ce"
----
SELECT U&"!0065mail" UESCAPE '!' FROM people
----
SELECT email FROM/**/people/* x */AS/**/p
----
SELECT email FROM people -- comment
----
SELECT /* /* nested */ */ email FROM "people"
----
SELECT "e.mail ""x", "größe" FROM "Odd.Name"
----
SELECT * FROM public."Odd.Name" AS "o.n"
----
SELECT "o.n"."größe" FROM "Odd.Name" "o.n"
----
SELECT email FROM app.people
----
SELECT p.full_name FROM people p
----
SELECT (p).full_name FROM people p
----
SELECT full_name(p) FROM people p
----
SELECT full_name(p.*) FROM people p
----
SELECT leak(1)
----
SELECT public.leak(id) FROM people
----
SELECT "leak"(1)
----
SELECT * FROM leak(1)
----
SELECT * FROM ROWS FROM (leak(1), generate_series(1, 2)) x
----
SELECT x FROM generate_series(1, 3) g, LATERAL leak(g) x
----
SELECT pg_get_functiondef('leak'::regproc)
----
SELECT oid FROM pg_proc WHERE proname = 'leak'
----
SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE tablename = 'people'
----
SELECT * FROM pg_stats
----
SELECT s FROM pg_stats s WHERE tablename = 'people'
----
SELECT * FROM pg_statistic
----
SELECT stavalues1 FROM pg_catalog.pg_statistic
----
SELECT * FROM pg_stats_ext
----
SELECT * FROM pg_statistic_ext_data
----
SELECT attmissingval FROM pg_attribute
----
SELECT * FROM pg_largeobject
----
SELECT lo_get(1)
----
SELECT loread(lo_open(1, 262144), 100)
----
SELECT pg_read_file('PG_VERSION')
----
SELECT pg_read_binary_file('base/1/1259')
----
SELECT pg_ls_dir('.')
----
SELECT * FROM pg_stat_file('PG_VERSION')
----
SELECT rolpassword FROM pg_authid
----
SELECT passwd FROM pg_shadow
----
SELECT * FROM pg_user_mappings
----
SELECT current_setting('glovebox.ki')
----
SELECT current_setting('glovebox.ki', true)
----
SELECT current_setting('glovebox' || '.ki')
----
SELECT current_setting(lower('GLOVEBOX.KI'))
----
SELECT current_setting(s) FROM (VALUES ('glovebox.ko')) v(s)
----
SELECT current_setting(setting_name => 'glovebox.ki')
----
SHOW glovebox.ki
----
SHOW "glovebox.ko"
----
SHOW ALL
----
SELECT name, setting FROM pg_settings WHERE name LIKE 'glovebox%'
----
SELECT * FROM pg_settings
----
SELECT set_config('glovebox.ki', '00', false)
----
SET glovebox.ki = '00'
----
EXPLAIN (ANALYZE, VERBOSE) SELECT email FROM people
----
EXPLAIN (VERBOSE) SELECT email FROM people WHERE id = 1
----
EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) SELECT * FROM people ORDER BY email
----
EXPLAIN (ANALYZE) SELECT * FROM people WHERE salary > 50010
----
EXPLAIN (SETTINGS) SELECT 1
----
EXPLAIN SELECT * FROM people WHERE salary > 50010
----
COPY people TO STDOUT
----
COPY people (id, email) TO STDOUT WITH (FORMAT csv, HEADER)
----
COPY (SELECT email FROM people) TO STDOUT
----
COPY (TABLE people) TO STDOUT (FORMAT binary)
----
COPY kids TO STDOUT
----
COPY v_people TO STDOUT
----
COPY pg_statistic TO STDOUT
----
COPY people TO '/tmp/x'
----
COPY people TO PROGRAM 'cat'
----
PREPARE p1 AS SELECT email FROM people WHERE id = $1
----
PREPARE p2(text) AS SELECT id FROM people WHERE name = $1
----
DECLARE c1 CURSOR WITH HOLD FOR SELECT * FROM people
----
SELECT email FROM people FETCH FIRST 2 ROWS WITH TIES
----
SELECT email FROM people ORDER BY id FETCH FIRST 2 ROWS WITH TIES
----
SELECT id FROM people LIMIT (SELECT length(email) FROM people LIMIT 1)
----
SELECT pg_column_size(email), octet_length(note) FROM people
----
SELECT pg_typeof(p), pg_typeof(email) FROM people p
----
SELECT email COLLATE "C" FROM people
----
SELECT email FROM people WHERE email IS NOT DISTINCT FROM 'canary1@secret.example'
----
SELECT email FROM people WHERE NOT (email <> 'canary1@secret.example')
----
SELECT upper_email FROM people
----
SELECT code::text, ip, host(ip), set_masklen(ip, 32) FROM people
----
SELECT born, age(born), extract(doy from born), to_char(born, 'YYYY-MM-DD') FROM people
----
SELECT mail2, ci, ci::text FROM people
----
SELECT xmin, ctid, email FROM people
----
SELECT tableoid::regclass::text, email FROM people
----
SELECT ctid, * FROM people
----
SELECT * FROM people WHERE ctid = '(0,1)'
----
SELECT jsonb_populate_record(NULL::people, to_jsonb(p)) FROM people p
----
SELECT (jsonb_populate_record(NULL::people, to_jsonb(p))).email FROM people p
----
SELECT json_populate_recordset(NULL::people, json_agg(p)) FROM people p
----
SELECT p = q FROM people p, people q
----
SELECT p IS NOT NULL FROM people p
----
SELECT record_eq(p, q) FROM people p, people q WHERE p.id = 1 AND q.id = 2
----
SELECT to_json(ROW(email, name)) FROM people
----
SELECT email, name FROM people WINDOW w AS (PARTITION BY email ORDER BY note)
----
SELECT ntile(4) OVER (ORDER BY salary), id FROM people
----
SELECT width_bucket(salary, 50000, 50020, 20), id FROM people
----
SELECT corr(salary, id), regr_slope(salary, id) FROM people
----
SELECT bit_xor(hashtext(email)) FROM people
----
SELECT pg_stat_get_activity(NULL)
----
SELECT * FROM dblink('dbname=shop', 'SELECT email FROM people') AS t(e text)
----
SELECT email FROM shop.public.people
----
SELECT * FROM pg_temp.people
----
SELECT * FROM pg_toast.pg_toast_2619
----
SELECT lo_export(1, '/tmp/x')
----
SELECT json_agg(x) FROM (SELECT * FROM people LIMIT 1) x
----
SELECT (array_agg(p))[1] FROM people p
----
SELECT ((array_agg(p))[1]).email FROM people p
----
SELECT max(ROW(email)::text) FROM people
----
SELECT merge.email FROM people AS merge
----
SELECT set_byte(email::bytea, 0, 0) FROM people
----
SELECT overlay(email placing '' from 1 for 0), trim(both 'x' from email) FROM people
----
SELECT email LIKE name FROM people
----
SELECT pg_input_is_valid(email, 'integer') FROM people
----
SELECT string_to_table(note, ' ') FROM people
----
SELECT ts_lexize('english_stem', name) FROM people
----
SELECT convert_from(decode(encode(note::bytea, 'base64'), 'base64'), 'UTF8') FROM people
----
SELECT note FROM people WHERE id = 1 AND note > 'a'
----
SELECT id FROM people WHERE phone = '+49 170 5550001'
----
SELECT right(phone, 20) FROM people
----
SELECT email FROM people p WHERE p.email IN (SELECT 'canary1@secret.example')
----
SELECT email FROM people p WHERE p.email = (SELECT 'canary1@secret.example')
----
SELECT * FROM (SELECT people.* FROM people) AS people(a,b,c)
----
SELECT x.b FROM people x(a,b) WHERE b = 'shared@secret.example'
----
SELECT a.email FROM people a, LATERAL (SELECT a.*) b
----
SELECT b.email FROM people a, LATERAL (SELECT a.*) b
----
WITH p AS (SELECT people FROM people) SELECT (people).email FROM p
----
SELECT (SELECT p) FROM people p
----
SELECT (SELECT (p).note) FROM people p
----
SELECT q.x FROM people p JOIN LATERAL (SELECT p.note || '' AS x) q ON true
----
SELECT count(*) FROM people WHERE email = 'canary1@secret.example' AND random() < 2
----
SELECT email FROM people ORDER BY CASE WHEN id = 1 THEN email END
----
SELECT * FROM people, people
----
SELECT * FROM people p1, people p2 LIMIT 1
----
SELECT p.email FROM ONLY people AS p, ONLY (app.people) q
----
SELECT email FROM ((people))
----
SELECT email FROM (people CROSS JOIN (SELECT 1) x)
----
SELECT * FROM ((SELECT email FROM people)) x
----
((SELECT email FROM people))
----
(TABLE people) LIMIT 1
----
(TABLE people) UNION ALL (TABLE people)
----
TABLE people LIMIT 1
----
WITH x AS (TABLE people) TABLE x
----
WITH t AS (SELECT 1) TABLE people
----
SELECT * FROM people TABLESAMPLE SYSTEM (100) REPEATABLE (1), LATERAL (SELECT email) z
----
SELECT email AS "select", name "from" FROM people
----
SELECT people."email" FROM "people" -- '
----
SELECT 'a' 'b', email FROM people
----
SELECT E'\'', email FROM people
----
SELECT $x$ ' $x$, email FROM people
----
SELECT 1 AS email, p.email FROM people p
----
SELECT email FROM people GROUP BY email HAVING email > ''
----
SELECT * FROM people WHERE (SELECT note FROM people LIMIT 1) > 'a'
----
SELECT * FROM people WHERE note IN ('x', 'y')
----
SELECT * FROM people WHERE note NOT IN (SELECT note FROM people)
----
SELECT * FROM people WHERE 'secret note 1' = note
----
SELECT * FROM people WHERE note IS DISTINCT FROM 'secret note 1'
----
SELECT * FROM people WHERE (note) = ('secret note 1')
----
SELECT * FROM people WHERE note || 'x' = 'secret note 1x'
----
SELECT * FROM people WHERE note = 'secret' || ' note 1'
----
SELECT * FROM people WHERE ARRAY[note] && ARRAY['secret note 1']
----
SELECT * FROM people WHERE note::varchar = 'secret note 1'
----
SELECT * FROM people WHERE to_tsvector(note) @@ to_tsquery('secret')
----
SELECT * FROM people WHERE xpath_exists('/x', xmlelement(name x, note))
----
SELECT sum(CASE WHEN note = 'x' THEN 1 END) FROM people
----
SELECT count(*) FILTER (WHERE note = 'x') FROM people
----
SELECT id FROM people ORDER BY note = 'x'
----
SELECT id FROM people JOIN LATERAL (SELECT 1 WHERE note = 'x') z ON true
----
SELECT id FROM people LIMIT (SELECT count(*) FROM people WHERE note = 'x')
----
SELECT id, (note = 'x') FROM people
----
SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM people q WHERE q.note = p.note)
----
SELECT age(p) FROM people p
----
SELECT name(p), id(p) FROM people p
----
SELECT text(p) FROM people p
----
SELECT p.text FROM people p
----
SELECT p.row_to_json FROM people p
----
SELECT p.to_jsonb FROM people p
----
SELECT p.jsonb_agg FROM people p
----
SELECT p.count FROM people p
----
SELECT p.leak FROM (SELECT 1 AS leak) p
----
SELECT id.leak FROM people id
----
SELECT (id).leak FROM people
----
SELECT pg_catalog.current_setting('glovebox.ki'::text)
----
SELECT current_setting((SELECT 'glovebox.ki'))
----
SELECT current_setting(x, true) FROM unnest(ARRAY['glovebox.ki', 'GLOVEBOX.KO']) x
----
SELECT current_setting(concat('glovebox', chr(46), 'ki'))
----
SELECT current_setting(VARIADIC ARRAY['glovebox.ki'])
----
SELECT "current_setting"('glovebox.ki')
----
SELECT pg_catalog."current_setting"(E'glovebox\x2eki')
----
SELECT current_setting(U&'glovebox\002eki')
----
SHOW "GLOVEBOX.KI"
----
EXPLAIN (VERBOSE, ANALYZE) SELECT current_setting('glovebox.ki')
----
SELECT setting FROM pg_settings WHERE name = 'primary_conninfo'
----
SELECT * FROM pg_db_role_setting
----
SELECT reloptions, relpartbound FROM pg_class
----
SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relispartition
----
SELECT query FROM pg_stat_activity WHERE query LIKE '%canary%'
----
SELECT pg_stat_get_backend_activity(1)
----
SELECT * FROM pg_stat_get_activity(NULL)
----
SELECT * FROM information_schema.columns c WHERE table_name = 'people'
----
SELECT pg_get_viewdef('mv'::regclass), pg_get_ruledef(oid) FROM pg_rewrite LIMIT 1
----
SELECT * FROM pg_catalog.pg_statistic_ext
----
SELECT to_regclass('people'), to_regprocedure('leak(int)')
----
SELECT 'leak(int)'::regprocedure, 'leak'::regproc
----
SELECT * FROM json_populate_recordset(NULL::people, (SELECT json_agg(p) FROM people p))
----
SELECT * FROM json_to_recordset((SELECT json_agg(p) FROM people p)) AS x(email text, note text)
----
SELECT NULL::people
----
SELECT ROW(1,2)::people
----
SELECT 'x'::app.mail
----
SELECT CAST(email AS app.mail) FROM people
----
SELECT 1 OPERATOR(pg_catalog.+) 2, email OPERATOR(pg_catalog.||) '' FROM people
----
SELECT email OPERATOR(pg_catalog.=) 'canary1@secret.example' FROM people
----
SELECT email OPERATOR(pg_catalog.~~) 'can%' FROM people
----
SELECT id FROM people WHERE ci = 'x' OR ci LIKE 'c%'
----
SELECT mood, mood::text FROM people WHERE mood = 'ok'
----
SELECT XMLPARSE(CONTENT note) FROM people
----
SELECT XMLROOT(XMLPARSE(CONTENT '<a/>'), VERSION '1.0')
----
SELECT XMLEXISTS('//x' PASSING BY VALUE xmlelement(name x, note)) FROM people
----
SELECT note IS DOCUMENT FROM people
----
SELECT note IS JSON FROM people
----
SELECT JSON_QUERY(prefs, '$'), JSON_EXISTS(prefs, '$.ssn') FROM people
----
SELECT JSON_SERIALIZE(prefs), JSON_SCALAR(email) FROM people
----
SELECT JSON_OBJECTAGG(id: email) FROM people
----
SELECT MERGE_ACTION()
----
SELECT * FROM people WHERE CURRENT OF c
----
SELECT * FROM people FOR NO KEY UPDATE OF people SKIP LOCKED
----
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM t) SEARCH DEPTH FIRST BY n SET o SELECT * FROM t
----
SELECT * FROM generate_series(1,3) people
----
SELECT people FROM generate_series(1,3) people
----
SELECT people.email FROM generate_series(1,3) people
----
SELECT x FROM (VALUES (1)) people(x), public.people p
----
SELECT people.* FROM (VALUES (1)) people(x)
----
VALUES ((SELECT note FROM people LIMIT 1), (SELECT max(email) FROM people))
----
SELECT GROUPING(note), note FROM people GROUP BY CUBE (note)
----
SELECT DISTINCT ON (salary) id, salary FROM people ORDER BY salary, id
----
SELECT id FROM people ORDER BY salary USING <
----
SELECT array_agg(id ORDER BY salary) FROM people
----
SELECT id, sum(id) OVER (ORDER BY salary RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM people
----
SELECT id, count(*) OVER (PARTITION BY note) FROM people
----
SELECT max(salary) FROM people
----
SELECT * FROM people ORDER BY 6 DESC
----
SELECT email FROM people UNION SELECT email FROM orders ORDER BY 1
----
SELECT email FROM people EXCEPT ALL SELECT email FROM orders
----
COPY (SELECT p FROM people p) TO STDOUT (FORMAT csv, FORCE_QUOTE *)
----
COPY (TABLE people) TO STDOUT WITH DELIMITER '|'
----
COPY people TO STDOUT (HEADER true, NULL 'x', FORMAT csv)
----
COPY "Odd.Name" TO STDOUT
----
COPY mv TO STDOUT
----
COPY events TO STDOUT
----
COPY people(email) TO STDOUT BINARY
----
EXPLAIN ANALYZE VERBOSE SELECT note FROM people ORDER BY note
----
EXPLAIN (ANALYZE, FORMAT XML, VERBOSE) SELECT p FROM people p
----
EXPLAIN DECLARE c CURSOR FOR SELECT note FROM people
----
SET search_path = app; SELECT email FROM people
----
SET search_path = app, public; SELECT email FROM v2; SELECT mail FROM v2
----
SELECT pg_catalog.jsonb_pretty(pg_catalog.to_jsonb(p.*)) FROM public.people AS p
----
SELECT "e.mail ""x" FROM public."Odd.Name"
----
SELECT (o)."größe", o.* FROM "Odd.Name" o
----
SELECT "Odd.Name"."größe", "Odd.Name"."e.mail ""x" FROM public."Odd.Name"
----
SELECT public."Odd.Name"."größe" FROM public."Odd.Name"
----
SELECT public.people.email, public.people.* , public.people FROM public.people
----
SELECT * FROM mv_top
----
SELECT top, upper(top) FROM mv_top WHERE n > 0
----
SELECT ('glovebox.ki'::text).current_setting
----
SELECT s.current_setting FROM unnest(ARRAY['glovebox.ko']) AS s
----
SELECT id FROM people WHERE flag AND starts_with(note, 'secret note 1')
----
SELECT city FROM people GROUP BY city HAVING max(note) LIKE 'secret%'
----
SELECT id FROM people WHERE (note, id) IN (SELECT 'secret note 1', 1)
----
SELECT note FROM people INTERSECT SELECT 'secret note 1'
----
SELECT id, NULLIF(email, 'canary1@secret.example') FROM people
----
SELECT (p.prefs).jsonb_pretty FROM people p
