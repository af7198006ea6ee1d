// Random statements over the shop: every clause, nesting, names that shadow, functions of many kinds. A small generator
// with its own seeded chance, so that a failure can be repeated from its number.

/** Numbers in [0, 1) from a seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

interface Table {
  readonly sql: string
  readonly columns: readonly string[]
}

const tables: readonly Table[] = [
  {
    sql: 'people',
    columns: [
      'id',
      'email',
      'name',
      'phone',
      'born',
      'salary',
      'note',
      'prefs',
      'ip',
      'city',
      'tags',
      'code',
      'mail2',
      'ci',
      'age',
      'upper_email',
      'mood',
    ],
  },
  { sql: 'public.people', columns: ['id', 'email', 'name', 'city', 'salary', 'note'] },
  { sql: 'ONLY people', columns: ['id', 'email', 'born', 'ci'] },
  { sql: 'orders', columns: ['id', 'person', 'email', 'amount', 'state'] },
  { sql: 'v_people', columns: ['id', 'email', 'uname', 'city'] },
  { sql: 'app.v2', columns: ['id', 'mail', 'amount'] },
  { sql: 'mv', columns: ['id', 'email', 'city'] },
  { sql: 'events', columns: ['id', 'who', 'at'] },
  { sql: 'kids', columns: ['id', 'email', 'name'] },
  { sql: 'app.people', columns: ['id', 'email'] },
]
const unary = [
  'upper(%)',
  'length(%::text)',
  'md5(%::text)',
  '%::text',
  'reverse(%::text)',
  'to_json(%)',
  '% IS NULL',
  'left(%::text, 3)',
  'quote_nullable(%)',
  'concat(%, 1)',
  "coalesce(%::text, 'none')",
  '(%)',
  "to_jsonb(%) #>> '{}'",
  'ARRAY[%]',
  'hashtext(%::text)',
  "encode(convert_to(%::text, 'UTF8'), 'base64')",
  "nullif(%::text, 'a')",
  "regexp_replace(%::text, '[a-f]', '-', 'g')",
  '%::text COLLATE "C"',
  'substr(%::text, 2)',
]
const aggregates = [
  'count(%)',
  'max(%::text)',
  'min(%::text)',
  "string_agg(%::text, ',' ORDER BY 1)",
  'array_agg(%)',
  'count(DISTINCT %)',
  'json_agg(%)',
  'bool_or(% IS NULL)',
  "md5(string_agg(%::text, ''))",
]
const windows = [
  'rank() OVER (ORDER BY %)',
  'lag(%) OVER (ORDER BY id)',
  'count(*) OVER (PARTITION BY %)',
  'first_value(%) OVER (ORDER BY id DESC)',
]
const comparisons = [
  '% IS NOT NULL',
  '% = %',
  "%::text > 'm'",
  "%::text LIKE '%%a%%'",
  "%::text IN ('a', 'canary3@secret.example')",
  '% IS DISTINCT FROM %',
  'length(%::text) > 5',
  'id > 3',
  'id IN (1, 2, 5)',
  'EXISTS (SELECT 1 FROM orders o WHERE o.person = id)',
]

/** One statement. `only`: columns that may be shown and compared (for runs where masks differ between worlds). */
export function statement(random: () => number): string {
  return new Generator(random).select(0)
}

class Generator {
  readonly #random: () => number
  #names = 0

  constructor(random: () => number) {
    this.#random = random
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }

  #maybe(share: number): boolean {
    return this.#random() < share
  }

  select(depth: number): string {
    const alias = `t${this.#names++}`
    const { from, columns, cte } = this.#from(alias, depth)
    const column = (): string => `${alias}.${this.#pick(columns)}`
    const fill = (form: string): string =>
      form
        .replaceAll('%%', '\u0000')
        .replace(/%/g, () => column())
        .replaceAll('\u0000', '%')
    const grouped = this.#maybe(0.25)
    const shown = grouped
      ? [fill(this.#pick(aggregates)), fill(this.#pick(aggregates))]
      : this.#list(fill, column, alias, depth)
    const where = this.#maybe(0.5)
      ? ` WHERE ${fill(this.#pick(comparisons)).replace(/(?<![.\w])id\b/g, `${alias}.id`)}`
      : ''
    const key = column()
    const group = grouped && this.#maybe(0.6) ? ` GROUP BY ${key}` : ''
    const having = group !== '' && this.#maybe(0.3) ? ' HAVING count(*) > 1' : ''
    const order = grouped
      ? group === ''
        ? ''
        : ` ORDER BY ${key}::text`
      : ` ORDER BY ${this.#maybe(0.4) ? `${column()}::text, ` : ''}${alias}.id`
    const limit = this.#maybe(0.3) ? ` LIMIT ${1 + Math.floor(this.#random() * 9)}` : ''
    const body = `${cte}SELECT ${shown.join(', ')} FROM ${from}${where}${group}${having}${order}${limit}`
    if (depth === 0 && this.#maybe(0.06)) return `COPY (${body}) TO STDOUT`
    if (depth === 0 && this.#maybe(0.05)) return `EXPLAIN (COSTS OFF, VERBOSE) ${body}`
    if (depth === 0 && !grouped && this.#maybe(0.06)) return `SELECT s FROM (${body}) s`
    return body
  }

  #list(fill: (form: string) => string, column: () => string, alias: string, depth: number): string[] {
    const out = [`${alias}.id`]
    for (let n = 1 + Math.floor(this.#random() * 3); n > 0; n--) {
      const kind = this.#random()
      if (kind < 0.35) out.push(column())
      else if (kind < 0.7) out.push(fill(this.#pick(unary)))
      else if (kind < 0.8) out.push(fill(this.#pick(windows)).replace(/(?<![.\w])id\b/g, `${alias}.id`))
      else if (kind < 0.86) out.push(alias)
      else if (kind < 0.92) out.push(`${alias}.*`)
      else if (depth < 2)
        out.push(
          `(SELECT ${this.#maybe(0.5) ? 'max' : 'min'}(email) FROM people q WHERE q.id ${this.#pick(['=', '<', '>='])} ${alias}.id)`,
        )
      else out.push(`row_to_json(${alias})`)
    }
    return out
  }

  #from(alias: string, depth: number): { from: string; columns: readonly string[]; cte: string } {
    const table = this.#pick(tables)
    const kind = this.#random()
    const chosen = ['id', ...table.columns.filter((name) => name !== 'id' && this.#maybe(0.5))]
    const inner = `SELECT ${chosen.join(', ')} FROM ${table.sql}${this.#maybe(0.3) ? ' WHERE id < 15' : ''}`
    if (depth < 2 && kind < 0.2) return { from: `(${inner}) ${alias}`, columns: chosen, cte: '' }
    if (depth < 1 && kind < 0.35) {
      // Names of tables, so that the CTE hides one from here on and not before.
      const name = this.#pick(['people', 'orders', 'x', 'v_people'])
      return {
        from: `${name} ${alias}`,
        columns: chosen,
        cte: `WITH ${this.#maybe(0.3) ? 'RECURSIVE ' : ''}${name} AS ${this.#maybe(0.3) ? 'MATERIALIZED ' : ''}(${inner.replace(new RegExp(`FROM ${name}\\b`), `FROM public.${name}`)}) `,
      }
    }
    if (kind < 0.5)
      return {
        from: `${table.sql} ${alias} ${this.#pick(['JOIN', 'LEFT JOIN'])} orders o${alias} ON o${alias}.id = ${alias}.id`,
        columns: table.columns,
        cte: '',
      }
    if (kind < 0.56)
      return {
        from: `(SELECT id, ${table.columns[1]} AS v FROM ${table.sql} UNION ALL SELECT id, NULL FROM orders) ${alias}`,
        columns: ['id', 'v'],
        cte: '',
      }
    if (kind < 0.6 && table.sql === 'people')
      return { from: `people ${alias} TABLESAMPLE BERNOULLI (100)`, columns: table.columns, cte: '' }
    return { from: `${table.sql} ${this.#maybe(0.5) ? 'AS ' : ''}${alias}`, columns: table.columns, cte: '' }
  }
}
