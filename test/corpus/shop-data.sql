-- Rows of the shop. {words} stand for what differs between the two worlds: classified values, of equal length and kind.
INSERT INTO people SELECT i, CASE WHEN i = 20 THEN 'shared@both.example' ELSE '{canary}' || {turn} || '@secret.example' END, '{Nameless}' || {turn}, '+49 170 {555}' || lpad(({turn})::text, 4, '0'), '{1970-03-04}'::date + ({turn}) * 37, {50000} + ({turn}), '{secret note} ' || {turn}, jsonb_build_object('plan', 'pro', 'ssn', '{999-88}-' || {turn}), ('{10.7}.' || {turn} || '.9')::inet, 'town' || (i % 3), '2024-01-02', true, ARRAY['{tagsecret}' || {turn}], ('{00000000}-0000-4000-8000-0000000000' || lpad(({turn})::text, 2, '0'))::uuid, 'ok', '{x}' || {turn} || '@y', '\xdeadbeef', 30 + i, '{Ci}' || {turn} || '@secret.example', '{"a":1}', '2024-05-06 07:08:09', 1.5 * i FROM generate_series(1, 20) i;
INSERT INTO orders SELECT i, 1 + i % 20, (SELECT email FROM people WHERE id = 1 + i % 20), i * 10, 'paid', '2024-03-01 10:00:00+00'::timestamptz + i * interval '1 hour' FROM generate_series(1, 60) i;
INSERT INTO kids SELECT 100, '{canary}kid@secret.example', '{Nameless}kid';
INSERT INTO events SELECT i, '{canary}' || {turn} || '@secret.example', '2024-03-01' FROM generate_series(1, 5) i;
INSERT INTO app.people VALUES (1, 'app{canary}@secret.example');
INSERT INTO "Odd.Name" VALUES (1, 'odd{canary}', 'gr{canary}');
REFRESH MATERIALIZED VIEW mv;
REFRESH MATERIALIZED VIEW mv_top;
ANALYZE;
