// The rows of Fernway, from one seed: the same on every machine and every PostgreSQL, so that tests can count. All
// people, numbers and keys are made up; cards are the test numbers of card schemes or made in their test ranges.

const SEED = 412
/** Counts that tests and documents rely on. */
export const counts = {
  customers: 5_000,
  products: 48,
  orders: 41_200,
  payments: 39_800,
  tickets: 1_900,
  staff: 60,
  consultations: 300,
  errors: 900,
  serviceKeys: 6,
} as const
/** The release with the bug, and how many orders it has charged twice. */
export const bug = { release: 412, orders: 37 } as const
/** Orders whose 16-digit reference looks like a card and is none. */
export const lookAlikes = 40
/** Consultations whose note is about health. */
export const healthNotes = 12

type Cell = string | number | boolean | null
/** A table's rows; columns by name in the order of the cells. */
export interface Rows {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** A small generator of chance (mulberry32): the same numbers for the same seed, for ever. */
export class Dice {
  #state: number
  constructor(seed: number) {
    this.#state = seed
  }
  /** 0 <= x < 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  /** 0 <= n < below */
  below(below: number): number {
    return Math.floor(this.next() * below)
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
  digits(length: number): string {
    return Array.from({ length }, () => this.below(10)).join('')
  }
}

/** The digit that makes `digits` + it pass the Luhn check. */
export function luhnDigit(digits: string): string {
  let sum = 0
  for (let i = digits.length - 1, double = true; i >= 0; i--, double = !double) {
    const d = Number(digits[i]) * (double ? 2 : 1)
    sum += d > 9 ? d - 9 : d
  }
  return String((10 - (sum % 10)) % 10)
}

/** A German account number with right check digits. */
export function iban(bank: string, account: string): string {
  const rest = BigInt(`${bank}${account}131400`) % 97n
  return `DE${String(98n - rest).padStart(2, '0')}${bank}${account}`
}

const START = Date.UTC(2026, 0, 12)
const END = Date.UTC(2026, 2, 14, 2) // 03:00 CET, the frozen clock of the pictures
const RELEASED = Date.UTC(2026, 2, 11, 9)
const at = (ms: number): string => new Date(ms).toISOString()
const day = (ms: number): string => at(ms).slice(0, 10)
const releaseAt = (ms: number): number =>
  ms >= RELEASED ? bug.release : 400 + Math.min(11, Math.floor(((ms - START) / (RELEASED - START)) * 12))
const uuid = (dice: Dice): string => {
  const hex = Array.from({ length: 32 }, () => dice.below(16).toString(16)).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

const first = [
  'Mia',
  'Emil',
  'Ida',
  'Noah',
  'Lea',
  'Finn',
  'Zoë',
  'Jürgen',
  'Søren',
  'Aylin',
  'Chloé',
  'Łukasz',
  'Ngozi',
  'Ravi',
  'Inès',
  'Oskar',
  'Hana',
  'Tomás',
]
const last = [
  'Krüger',
  'Brandt',
  'Sørensen',
  'Öztürk',
  'Nowak',
  'Okafor',
  'Müller',
  "O'Brien",
  'de la Cruz',
  'Fischer',
  'Lindqvist',
  'Patel',
  'García',
  'Weiß',
  'Dvořák',
  'Haddad',
]
const otherScripts = [
  'Мария Иванова',
  'Δημήτρης Παππάς',
  '山田 花子',
  'محمد علي',
  'שרה כהן',
  '김민준',
  'Ольга Петренко',
  'राधा शर्मा',
  '王小明',
  'ნინო ბერიძე',
]
const cities = [
  ['Leipzig', 'DE'],
  ['Köln', 'DE'],
  ['Wien', 'AT'],
  ['Zürich', 'CH'],
  ['Århus', 'DK'],
  ['Lyon', 'FR'],
  ['Łódź', 'PL'],
  ['Cork', 'IE'],
] as const
const streets = ['Lindenstraße', 'Marktgasse', 'Am Hang', 'Rue du Thé', 'Nørregade', 'ul. Długa', 'Hafenweg']
const teas = [
  'Assam',
  'Darjeeling',
  'Sencha',
  'Matcha',
  'Oolong',
  'Rooibos',
  'Pu-erh',
  'Earl Grey',
  'Jasmine',
  'Chamomile',
  'Lapsang',
  'White Peony',
]
/** Test numbers that card schemes publish. */
export const testCards = [
  '4111111111111111',
  '5555555555554444',
  '378282246310005',
  '6011111111111117',
  '4242424242424242',
  '5105105105105100',
  '3530111333300000',
]
/** Planted once in a ticket: looks like an API key and like a token, opens nothing. */
export const plantedKey = 'fw_live_9f2c7e51b8d04a6cb3e1'
export const plantedToken =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJmZXJud2F5LWRlbW8iLCJuYW1lIjoiTWlhIEtyw7xnZXIifQ.c2lnbmF0dXJlLW9mLW5vLXZhbHVl'

/** All rows, parents before children. */
export function fernway(): readonly Rows[] {
  const dice = new Dice(SEED)
  const staff = staffRows(dice)
  const customers = customerRows(dice)
  const products = productRows()
  const orders = orderRows(dice, products)
  return [
    staff,
    customers,
    products,
    orders,
    paymentRows(dice, orders),
    ticketRows(dice, customers),
    consultationRows(dice),
    errorRows(dice),
    keyRows(dice),
  ]
}

function staffRows(dice: Dice): Rows {
  const named = [
    ['Ada Lindqvist', 'engineering'],
    ['Ben Okafor', 'platform'],
    ['Cleo Haddad', 'security'],
    ['Dan Nowak', 'platform'],
  ] as const
  const teams = ['engineering', 'platform', 'security', 'support', 'warehouse', 'finance']
  const rows = Array.from({ length: counts.staff }, (_, i) => {
    const [name, team] = named[i] ?? [`${dice.of(first)} ${dice.of(last)}`, dice.of(teams)]
    const id = i + 1
    const born = Date.UTC(1962 + dice.below(40), dice.below(12), 1 + dice.below(28))
    const mail = `${(name.split(' ')[0] ?? '')
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()}${i < named.length ? '' : id}@fernway.example`
    const salary = (34_000 + dice.below(71) * 1_000).toFixed(2)
    return [
      id,
      name,
      mail,
      i < 4 ? 'lead' : 'member',
      team,
      salary,
      iban('37040044', dice.digits(10)),
      day(born),
      day(START - dice.below(3_000) * 86_400_000),
      i === 0 ? null : 1,
    ]
  })
  return {
    table: 'staff',
    columns: ['id', 'name', 'email', 'role', 'team', 'salary_eur', 'iban', 'birth_date', 'started_on', 'manager_id'],
    rows,
  }
}

function customerRows(dice: Dice): Rows {
  const rows = Array.from({ length: counts.customers }, (_, i) => {
    const id = i + 1
    const name =
      id % 50 === 0
        ? (otherScripts[(id / 50 - 1) % otherScripts.length] as string)
        : `${dice.of(first)} ${dice.of(last)}`
    const [city, country] = dice.of(cities)
    const phone = `+49 ${dice.of(['151', '160', '171'])} ${dice.digits(8)}`
    const born = Date.UTC(1940 + dice.below(66), dice.below(12), 1 + dice.below(28))
    const made = START - dice.below(700) * 86_400_000
    return [
      id,
      name,
      `c${id}.${dice.digits(3)}@mail.example`,
      dice.below(10) === 0 ? null : phone,
      `${dice.of(streets)} ${1 + dice.below(140)}`,
      dice.digits(5),
      city,
      country,
      day(born),
      dice.of(['de', 'en', 'fr', 'pl']),
      at(made),
    ]
  })
  return {
    table: 'customers',
    columns: [
      'id',
      'name',
      'email',
      'phone',
      'street',
      'postcode',
      'city',
      'country',
      'birth_date',
      'language',
      'created_at',
    ],
    rows,
  }
}

function productRows(): Rows {
  const rows = Array.from({ length: counts.products }, (_, i) => {
    const tea = teas[i % teas.length] as string
    const grams = [50, 100, 250, 1_000][Math.floor(i / teas.length)] as number
    return [
      i + 1,
      `FW-${tea.slice(0, 3).toUpperCase()}-${grams}`,
      `${tea} ${grams} g`,
      i % 3 === 0 ? 'loose' : 'bags',
      Math.round(grams * (6 + (i % 7))),
    ]
  })
  return { table: 'products', columns: ['id', 'sku', 'name', 'kind', 'price_cents'], rows }
}

/** Half pass the Luhn check and start as no card does, half start as a card does and fail it. */
function lookAlike(n: number): string {
  const body =
    (n % 2 === 0 ? '0' : '4') +
    String(700_000_000_000 + n * 7_919)
      .padStart(14, '0')
      .slice(-14)
  const right = luhnDigit(body)
  return body + (n % 2 === 0 ? right : String((Number(right) + 5) % 10))
}

function orderRows(dice: Dice, products: Rows): Rows {
  const step = (END - START) / counts.orders
  const rows = Array.from({ length: counts.orders }, (_, i) => {
    const id = i + 1
    const placed = Math.floor(START + i * step)
    const product = dice.below(counts.products)
    const quantity = 1 + dice.below(4)
    const price = products.rows[product]?.[4] as number
    const reference =
      id % 1_030 === 0 && id / 1_030 <= lookAlikes ? lookAlike(id / 1_030) : `FW-${String(id).padStart(7, '0')}`
    const status =
      i >= counts.orders - 300 ? 'paying' : dice.of(['shipped', 'shipped', 'shipped', 'packed', 'returned'])
    return [
      id,
      reference,
      1 + dice.below(counts.customers),
      product + 1,
      quantity,
      price * quantity,
      status,
      releaseAt(placed),
      at(placed),
    ]
  })
  return {
    table: 'orders',
    columns: [
      'id',
      'reference',
      'customer_id',
      'product_id',
      'quantity',
      'total_cents',
      'status',
      'release',
      'placed_at',
    ],
    rows,
  }
}

/** One captured payment for each of the first orders; 37 of those placed since release 412 are captured twice. */
function paymentRows(dice: Dice, orders: Rows): Rows {
  const rows: Cell[][] = []
  const pay = (order: readonly Cell[], delayMs: number, retried: boolean): void => {
    const [id, , , , , total, , release, placed] = order as [
      number,
      string,
      number,
      number,
      number,
      number,
      string,
      number,
      string,
    ]
    const byCard = id % 5 !== 0
    const body = `4${dice.digits(14)}`
    const card = id % 97 === 0 ? dice.of(testCards) : body + luhnDigit(body)
    const response = {
      status: 'captured',
      code: retried ? '200 after 504' : '200',
      processor: 'paywell',
      holder: `${dice.of(first)} ${dice.of(last)}`,
    }
    const when = at(Date.parse(placed) + delayMs)
    const account = iban('10011001', dice.digits(10))
    rows.push([
      rows.length + 1,
      id,
      byCard ? 'card' : 'debit',
      total,
      'captured',
      byCard ? card : null,
      byCard ? dice.digits(3) : null,
      byCard ? null : account,
      retried ? null : uuid(dice),
      JSON.stringify(response),
      `203.0.113.${dice.below(256)}`,
      release,
      when,
    ])
  }
  const paid = orders.rows.slice(0, counts.payments - bug.orders)
  const since = paid.findIndex((order) => order[7] === bug.release)
  const gap = Math.floor((paid.length - since) / bug.orders)
  for (const [i, order] of paid.entries()) {
    pay(order, 40_000, false)
    if (i >= since && (i - since) % gap === 0 && (i - since) / gap < bug.orders) pay(order, 71_000, true)
  }
  return {
    table: 'payments',
    columns: [
      'id',
      'order_id',
      'method',
      'amount_cents',
      'status',
      'card_number',
      'cvv',
      'iban',
      'idempotency_key',
      'gateway_response',
      'client_ip',
      'release',
      'created_at',
    ],
    rows,
  }
}

function ticketRows(dice: Dice, customers: Rows): Rows {
  const rows = Array.from({ length: counts.tickets }, (_, i) => {
    const id = i + 1
    const customer = 1 + dice.below(counts.customers)
    const [, name, email, phone] = customers.rows[customer - 1] as [number, string, string, string | null]
    const order = 1 + dice.below(counts.orders)
    const opened = START + dice.below(END - START)
    return [
      id,
      customer,
      order,
      1 + dice.below(counts.staff),
      `Order ${order}: ${dice.of(['late', 'charged twice?', 'wrong tea', 'refund'])}`,
      ticketBody(dice, id, { name, email, phone }),
      dice.of(['open', 'waiting', 'closed']),
      at(opened),
    ]
  })
  return {
    table: 'tickets',
    columns: ['id', 'customer_id', 'order_id', 'assignee_id', 'subject', 'body', 'state', 'opened_at'],
    rows,
  }
}

function ticketBody(
  dice: Dice,
  id: number,
  { name, email, phone }: { name: string; email: string; phone: string | null },
): string {
  if (id === 412) return `For your engineer: our key is ${plantedKey}, please look why the webhook fails. ${name}`
  if (id === 413) return `The app logs me out. It sends Authorization: Bearer ${plantedToken}`
  const spaced = (card: string): string => card.replace(/(\d{4})(?=\d)/g, '$1 ')
  switch (id % 8) {
    case 0:
      return `Hello, I was charged twice on my card ${spaced(dice.of(testCards))}. Please write to ${email}. ${name}`
    case 1:
      return `Please pay it back to ${iban('10011001', dice.digits(10)).replace(/(.{4})(?=.)/g, '$1 ')}, ${name}`
    case 2:
      return `You reach me at ${phone ?? email} after six.`
    case 3:
      return `My card ${dice.of(testCards)} is not accepted. ${name}, ${email}`
    default:
      return dice.of([
        'The tin was dented.',
        'It has not arrived yet.',
        'Wrong tea, but I like it.',
        'Can I have it in bags?',
      ])
  }
}

function consultationRows(dice: Dice): Rows {
  const health = [
    'takes warfarin, asked about green tea',
    'pregnant, 20th week: no caffeine',
    'gestational diabetes: no sweetened blends',
    'beta blocker, avoids liquorice root',
  ]
  const rows = Array.from({ length: counts.consultations }, (_, i) => {
    const id = i + 1
    const isHealth = id % 25 === 0 && id / 25 <= healthNotes
    const note = isHealth
      ? dice.of(health)
      : dice.of(['likes smoky teas', 'wants a gift box', 'asked for samples', null])
    return [
      id,
      1 + dice.below(counts.customers),
      1 + dice.below(counts.staff),
      isHealth ? 'health' : dice.of(['taste', 'brewing', 'gift']),
      note,
      isHealth ? dice.of(['Z79.01', 'O24.4', 'I10']) : null,
      at(START + dice.below(END - START)),
    ]
  })
  return {
    table: 'consultations',
    columns: ['id', 'customer_id', 'staff_id', 'topic', 'note', 'code', 'held_at'],
    rows,
  }
}

function errorRows(dice: Dice): Rows {
  const step = (END - START) / counts.errors
  const rows = Array.from({ length: counts.errors }, (_, i) => {
    const when = Math.floor(START + i * step)
    const planted = i + 1 === bug.release
    const message = planted
      ? 'paywell 422: card 4111 1111 1111 1111 (exp 09/28) declined for c17.042@mail.example'
      : dice.of([
          'paywell 504 after 30000 ms, will retry',
          'cache miss storm',
          'slow query 1204 ms',
          'template not found: receipt.fr',
        ])
    return [i + 1, dice.of(['shop-api', 'web-1', 'worker']), message, releaseAt(when), at(when)]
  })
  return { table: 'error_log', columns: ['id', 'service', 'message', 'release', 'at'], rows }
}

function keyRows(dice: Dice): Rows {
  const rows = Array.from({ length: counts.serviceKeys }, (_, i) => [
    i + 1,
    ['paywell', 'mail', 'maps', 'search', 'sms', 'tax'][i] as string,
    `fw_test_${uuid(dice).replaceAll('-', '')}`,
    at(START),
  ])
  return { table: 'service_keys', columns: ['id', 'service', 'api_key', 'created_at'], rows }
}
