-- The shop that the corpus is asked of: every kind of relation, type and trap that the walls have a rule for.
CREATE EXTENSION IF NOT EXISTS citext;
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('ok','bad');
CREATE DOMAIN app.mail AS varchar(80) CHECK (VALUE LIKE '%@%');
CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE, name varchar(40), phone text, born date, salary numeric(10,2), note text, prefs jsonb, ip inet, city text, joined timestamptz DEFAULT '2024-01-02', flag boolean, tags text[], code uuid, mood app.mood, mail2 app.mail, raw bytea, age int, ci citext, j json, ts timestamp, f8 float8, upper_email text GENERATED ALWAYS AS (upper(email)) STORED);
CREATE TABLE orders (id int PRIMARY KEY, person int REFERENCES people(id), email text REFERENCES people(email), amount numeric, state text, placed timestamptz DEFAULT now());
CREATE TABLE kids () INHERITS (people);
CREATE TABLE events (id bigint, who text, at date) PARTITION BY RANGE (at);
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW v_people AS SELECT id, email, upper(name) AS uname, city FROM people;
CREATE VIEW app.v2 AS SELECT v.id, v.email AS mail, o.amount FROM v_people v JOIN orders o ON o.person = v.id;
CREATE VIEW v_plain AS SELECT id, amount FROM orders;
CREATE MATERIALIZED VIEW mv AS SELECT id, email, name || city AS both, city FROM people;
CREATE FUNCTION leak(int) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT email FROM people WHERE id=$1';
CREATE FUNCTION full_name(people) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.name';
CREATE TABLE app.people (id int, email text);
CREATE TABLE "Odd.Name" (id int, "e.mail ""x" text, "größe" text);
