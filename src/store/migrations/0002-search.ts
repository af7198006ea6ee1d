// What the query language asks for: effect and decision of an entry, the relations and labelled columns that a statement
// touched, which entries speak about a request, a grant or a person, and which entry says how an action ended. Everything
// is folded again from the journal, since older rows lack it.
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { isRare } from '../search.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  for (const table of ['entry', 'session', 'action', 'meta']) await sql`delete from ${sql.table(table)}`.execute(db)
  await schema.alterTable('entry').addColumn('effect', 'text').execute()
  await schema.alterTable('entry').addColumn('decision', 'text').execute()
  // Number of labelled columns that a statement touched; null where its payload is gone.
  await schema.alterTable('entry').addColumn('masked', 'integer').execute()
  await schema.alterTable('action').addColumn('settledEntry', 'integer').execute()
  await schema.createIndex('session_principal').on('session').columns(['principal', 'id']).execute()
  await sql`create index entry_effect on entry (effect, "index") where ${sql.raw(isRare.effect)}`.execute(db)
  await sql`create index entry_decision on entry (decision, "index") where ${sql.raw(isRare.decision)}`.execute(db)
  await schema.createIndex('entry_type').on('entry').columns(['type', 'index']).execute()
  await schema
    .createTable('name')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .execute()
  await schema.createIndex('name_name').on('name').columns(['kind', 'name']).unique().execute()
  await sql`create table touched (name integer not null, entry integer not null, primary key (name, entry)) without rowid`.execute(
    db,
  )
  await schema.createIndex('touched_entry').on('touched').column('entry').execute()
  await sql`create table about (id text not null, entry integer not null, primary key (id, entry)) without rowid`.execute(
    db,
  )
}
