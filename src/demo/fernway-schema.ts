// The tables of Fernway, a tea shop that does not exist: what the demo and the tests work on, and which of its columns
// hold what class of data. Every planted column is labelled here; test/e2e counts what comes out.

/** Tables, views, keys. Runs on PostgreSQL 15 and later, in an empty database, as its owner. */
export const schema = `
create table staff (
  id int primary key, name text not null, email text not null unique, role text not null, team text not null,
  salary_eur numeric(10,2) not null, iban text not null, birth_date date not null, started_on date not null,
  manager_id int references staff
);
create table customers (
  id int primary key, name text not null, email text not null unique, phone text, street text, postcode text,
  city text, country char(2) not null, birth_date date, language text not null, created_at timestamptz not null
);
create table products (id int primary key, sku text not null unique, name text not null, kind text not null, price_cents int not null);
create table orders (
  id int primary key, reference text not null unique, customer_id int not null references customers,
  product_id int not null references products, quantity int not null, total_cents int not null,
  status text not null, release int not null, placed_at timestamptz not null
);
create table payments (
  id int primary key, order_id int not null references orders, method text not null, amount_cents int not null,
  status text not null, card_number text, cvv text, iban text, idempotency_key uuid, gateway_response jsonb not null,
  client_ip inet not null, release int not null, created_at timestamptz not null
);
create table tickets (
  id int primary key, customer_id int not null references customers, order_id int references orders,
  assignee_id int references staff, subject text not null, body text not null, state text not null, opened_at timestamptz not null
);
create table consultations (
  id int primary key, customer_id int not null references customers, staff_id int not null references staff,
  topic text not null, note text, code text, held_at timestamptz not null
);
create table error_log (
  id int not null, service text not null, message text not null, release int not null, at timestamptz not null, primary key (id, at)
) partition by range (at);
create table error_log_2026_01 partition of error_log for values from ('2026-01-01Z') to ('2026-02-01Z');
create table error_log_2026_02 partition of error_log for values from ('2026-02-01Z') to ('2026-03-01Z');
create table error_log_2026_03 partition of error_log for values from ('2026-03-01Z') to ('2026-04-01Z');
create table service_keys (id int primary key, service text not null, api_key text not null, created_at timestamptz not null);
`

/** Made after the rows: indexes, views, statistics. */
export const views = `
create index on orders (customer_id);
create index on orders (placed_at);
create index on payments (order_id);
create index on tickets (customer_id);
create view customer_directory as select id, name as who, city, country from customers;
create view double_charges as
  select o.id as order_id, o.reference, count(*) as charges, sum(p.amount_cents) as charged_cents, o.total_cents, min(p.release) as release
  from orders o join payments p on p.order_id = o.id where p.status = 'captured'
  group by o.id having count(*) > 1;
create view revenue_by_day as
  select date_trunc('day', created_at) as day, count(*) as payments, sum(amount_cents) as cents from payments where status = 'captured' group by 1;
create view payroll as select team, count(*) as people, avg(salary_eur) as mean_salary from staff group by team;
create materialized view customer_totals as
  select c.id as customer_id, c.email, count(o.id) as orders, coalesce(sum(o.total_cents), 0) as total_cents
  from customers c left join orders o on o.customer_id = c.id group by c.id;
analyze;
`

/** The account that Glovebox uses: it can read and nothing else. */
export const readOnlyRole = (password: string): string => `
create role glovebox_ro login noinherit connection limit 60 password '${password.replaceAll("'", "''")}';
alter role glovebox_ro set default_transaction_read_only = on;
revoke create on schema public from public;
grant usage on schema public to glovebox_ro;
grant select on all tables in schema public to glovebox_ro;
`

/** The account that runs what two people approved. It owns nothing. */
export const writingRole = (password: string): string => `
create role glovebox_rw login noinherit connection limit 20 password '${password.replaceAll("'", "''")}';
alter role glovebox_rw set default_transaction_read_only = on;
grant usage on schema public to glovebox_rw;
grant select, insert, update, delete on all tables in schema public to glovebox_rw;
`

/** schema.table.column -> class. What is not here is in clear on purpose. */
export const labels: Readonly<Record<string, string>> = {
  'public.staff.name': 'pii.name',
  'public.staff.email': 'pii.email',
  'public.staff.salary_eur': 'pii.salary',
  'public.staff.iban': 'pii.iban',
  'public.staff.birth_date': 'pii.birthdate',
  'public.customers.name': 'pii.name',
  'public.customers.email': 'pii.email',
  'public.customers.phone': 'pii.phone',
  'public.customers.street': 'pii.address',
  'public.customers.postcode': 'pii.address',
  'public.customers.birth_date': 'pii.birthdate',
  'public.payments.card_number': 'pci.pan',
  'public.payments.cvv': 'pci.cvv',
  'public.payments.iban': 'pii.iban',
  'public.payments.client_ip': 'pii.ip',
  'public.tickets.subject': 'pii.text',
  'public.tickets.body': 'pii.text',
  'public.consultations.note': 'phi.note',
  'public.consultations.code': 'phi.code',
  'public.error_log.message': 'pii.text',
  'public.service_keys.api_key': 'secret.key',
}
