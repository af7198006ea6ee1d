// The first tables: an index over the journal's entries, and sessions with their actions.
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('meta')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
  await schema
    .createTable('entry')
    .addColumn('index', 'integer', (column) => column.primaryKey())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('target', 'text')
    .addColumn('session', 'text')
    .addColumn('code', 'text')
    .execute()
  for (const column of ['by', 'target', 'session', 'at'] as const)
    await schema.createIndex(`entry_${column}`).on('entry').columns([column, 'index']).execute()
  await schema
    .createTable('session')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('principal', 'text', (column) => column.notNull())
    .addColumn('grant', 'text')
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('openedEntry', 'integer', (column) => column.notNull())
    .addColumn('openedAt', 'integer', (column) => column.notNull())
    .addColumn('closedAt', 'integer')
    .addColumn('cause', 'text')
    .execute()
  await schema.createIndex('session_opened').on('session').column('openedEntry').execute()
  await schema
    .createTable('action')
    .addColumn('entry', 'integer', (column) => column.primaryKey())
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('effect', 'text', (column) => column.notNull())
    .addColumn('refused', 'integer', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('outcome', 'text')
    .addColumn('rows', 'integer')
    .addColumn('bytes', 'integer')
    .addColumn('durationMs', 'real')
    .execute()
  await schema.createIndex('action_session').on('action').columns(['session', 'n']).unique().execute()
}
