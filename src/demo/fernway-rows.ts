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
type Row = Readonly<Record<string, Cell>>
/** A table's rows; every row has the same columns in the same order. */
export interface Rows<R extends Row = Row> {
  readonly table: string
  readonly rows: readonly R[]
}

const table = <R extends Row>(name: string, count: number, row: (id: number) => R): Rows<R> => ({
  table: name,
  rows: Array.from({ length: count }, (_, i) => row(i + 1)),
})

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

const DAY_MS = 86_400_000
const GRAMS = [50, 100, 250, 1_000]
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
const plantedKey = 'fw_live_9f2c7e51b8d04a6cb3e1'
const plantedToken =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJmZXJud2F5LWRlbW8iLCJuYW1lIjoiTWlhIEtyw7xnZXIifQ.c2lnbmF0dXJlLW9mLW5vLXZhbHVl'

/** All rows, parents before children. */
export function fernway(): readonly Rows[] {
  const dice = new Dice(SEED)
  const staff = staffRows(dice)
  const customers = customerRows(dice)
  const products = productRows()
  const orders = orderRows(dice, products)
  const payments = paymentRows(dice, orders)
  const tickets = ticketRows(dice, customers)
  return [staff, customers, products, orders, payments, tickets, consultationRows(dice), errorRows(dice), keyRows(dice)]
}

const cast = [
  { name: 'Ada Lindqvist', team: 'engineering' },
  { name: 'Ben Okafor', team: 'platform' },
  { name: 'Cleo Haddad', team: 'security' },
  { name: 'Dan Nowak', team: 'platform' },
]
const teams = ['engineering', 'platform', 'security', 'support', 'warehouse', 'finance']

function staffRows(dice: Dice): Rows {
  return table('staff', counts.staff, (id) => {
    const { name, team } = cast[id - 1] ?? { name: `${dice.of(first)} ${dice.of(last)}`, team: dice.of(teams) }
    const ascii = (name.split(' ')[0] ?? '')
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()
    return {
      id,
      name,
      email: `${ascii}${id <= cast.length ? '' : id}@fernway.example`,
      role: id <= cast.length ? 'lead' : 'member',
      team,
      salary_eur: (34_000 + dice.below(71) * 1_000).toFixed(2),
      iban: iban('37040044', dice.digits(10)),
      birth_date: day(Date.UTC(1962 + dice.below(40), dice.below(12), 1 + dice.below(28))),
      started_on: day(START - dice.below(3_000) * DAY_MS),
      manager_id: id === 1 ? null : 1,
    }
  })
}

function customerRows(dice: Dice) {
  return table('customers', counts.customers, (id) => {
    const otherScript = id % 50 === 0 ? otherScripts[(id / 50 - 1) % otherScripts.length] : undefined
    const [city, country] = dice.of(cities)
    return {
      id,
      name: otherScript ?? `${dice.of(first)} ${dice.of(last)}`,
      email: `c${id}.${dice.digits(3)}@mail.example`,
      phone: dice.below(10) === 0 ? null : `+49 ${dice.of(['151', '160', '171'])} ${dice.digits(8)}`,
      street: `${dice.of(streets)} ${1 + dice.below(140)}`,
      postcode: dice.digits(5),
      city,
      country,
      birth_date: day(Date.UTC(1940 + dice.below(66), dice.below(12), 1 + dice.below(28))),
      language: dice.of(['de', 'en', 'fr', 'pl']),
      created_at: at(START - dice.below(700) * DAY_MS),
    }
  })
}

function productRows() {
  return table('products', teas.length * GRAMS.length, (id) => {
    const tea = teas[(id - 1) % teas.length] as string
    const grams = GRAMS[Math.floor((id - 1) / teas.length)] as number
    return {
      id,
      sku: `FW-${tea.slice(0, 3).toUpperCase()}-${grams}`,
      name: `${tea} ${grams} g`,
      kind: id % 3 === 0 ? 'bags' : 'loose',
      price_cents: Math.round(grams * (6 + (id % 7))),
    }
  })
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

/** Every so many orders there is a look-alike. */
const APART = Math.floor(counts.orders / lookAlikes)

function orderRows(dice: Dice, products: ReturnType<typeof productRows>) {
  const step = (END - START) / counts.orders
  return table('orders', counts.orders, (id) => {
    const placed = Math.floor(START + (id - 1) * step)
    const product = dice.of(products.rows)
    const quantity = 1 + dice.below(4)
    return {
      id,
      reference: id % APART === 0 ? lookAlike(id / APART) : `FW-${String(id).padStart(7, '0')}`,
      customer_id: 1 + dice.below(counts.customers),
      product_id: product.id,
      quantity,
      total_cents: product.price_cents * quantity,
      status: id > counts.orders - 300 ? 'paying' : dice.of(['shipped', 'shipped', 'shipped', 'packed', 'returned']),
      release: releaseAt(placed),
      placed_at: at(placed),
    }
  })
}

type Order = ReturnType<typeof orderRows>['rows'][number]

/** One captured payment for each of the first orders; 37 of those placed since release 412 are captured twice. */
function paymentRows(dice: Dice, orders: Rows<Order>): Rows {
  const paid = orders.rows.slice(0, counts.payments - bug.orders)
  const since = paid.findIndex(({ release }) => release === bug.release)
  const gap = Math.floor((paid.length - since) / bug.orders)
  const isTwice = (i: number): boolean => i >= since && (i - since) % gap === 0 && (i - since) / gap < bug.orders
  const charges = paid.flatMap((order, i) =>
    isTwice(i)
      ? [
          { order, afterMs: 40_000, retried: false },
          { order, afterMs: 71_000, retried: true },
        ]
      : [{ order, afterMs: 40_000, retried: false }],
  )
  return table('payments', charges.length, (id) => paymentRow(dice, id, charges[id - 1] as (typeof charges)[number]))
}

function paymentRow(
  dice: Dice,
  id: number,
  { order, afterMs, retried }: { order: Order; afterMs: number; retried: boolean },
): Row {
  const byCard = order.id % 5 !== 0
  const body = `4${dice.digits(14)}`
  const card = order.id % 97 === 0 ? dice.of(testCards) : body + luhnDigit(body)
  const holder = `${dice.of(first)} ${dice.of(last)}`
  const response = { status: 'captured', code: retried ? '200 after 504' : '200', processor: 'paywell', holder }
  return {
    id,
    order_id: order.id,
    method: byCard ? 'card' : 'debit',
    amount_cents: order.total_cents,
    status: 'captured',
    card_number: byCard ? card : null,
    cvv: byCard ? dice.digits(3) : null,
    iban: byCard ? null : iban('10011001', dice.digits(10)),
    // The bug: the retry has lost the header that makes it the same payment.
    idempotency_key: retried ? null : uuid(dice),
    gateway_response: JSON.stringify(response),
    client_ip: `203.0.113.${dice.below(256)}`,
    release: order.release,
    created_at: at(Date.parse(order.placed_at) + afterMs),
  }
}

type Customer = ReturnType<typeof customerRows>['rows'][number]

function ticketRows(dice: Dice, customers: Rows<Customer>): Rows {
  return table('tickets', counts.tickets, (id) => {
    const customer = dice.of(customers.rows)
    const order = 1 + dice.below(counts.orders)
    return {
      id,
      customer_id: customer.id,
      order_id: order,
      assignee_id: 1 + dice.below(counts.staff),
      subject: `Order ${order}: ${dice.of(['late', 'charged twice?', 'wrong tea', 'refund'])}`,
      body: ticketBody(dice, id, customer),
      state: dice.of(['open', 'waiting', 'closed']),
      opened_at: at(START + dice.below(END - START)),
    }
  })
}

function ticketBody(dice: Dice, id: number, { name, email, phone }: Customer): string {
  if (id === 412) return `For your engineer: our key is ${plantedKey}, please look why the webhook fails. ${name}`
  if (id === 413) return `The app logs me out. It sends Authorization: Bearer ${plantedToken}`
  const inFours = (text: string): string => text.replace(/(.{4})(?=.)/g, '$1 ')
  switch (id % 8) {
    case 0:
      return `Hello, I was charged twice on my card ${inFours(dice.of(testCards))}. Please write to ${email}. ${name}`
    case 1:
      return `Please pay it back to ${inFours(iban('10011001', dice.digits(10)))}, ${name}`
    case 2:
      return `You reach me at ${phone ?? email} after six.`
    case 3:
      return `My card ${dice.of(testCards)} is not accepted. ${name}, ${email}`
    default:
      return dice.of(['The tin was dented.', 'It has not come yet.', 'Wrong tea, but I like it.', 'Are there bags?'])
  }
}

const health = [
  'takes warfarin, asked about green tea',
  'pregnant, 20th week: no caffeine',
  'gestational diabetes: no sweetened blends',
  'beta blocker, avoids liquorice root',
]

function consultationRows(dice: Dice): Rows {
  return table('consultations', counts.consultations, (id) => {
    const isHealth = id % 25 === 0 && id / 25 <= healthNotes
    return {
      id,
      customer_id: 1 + dice.below(counts.customers),
      staff_id: 1 + dice.below(counts.staff),
      topic: isHealth ? 'health' : dice.of(['taste', 'brewing', 'gift']),
      note: isHealth ? dice.of(health) : dice.of(['likes smoky teas', 'wants a gift box', 'asked for samples', null]),
      code: isHealth ? dice.of(['Z79.01', 'O24.4', 'I10']) : null,
      held_at: at(START + dice.below(END - START)),
    }
  })
}

const declined = 'paywell 422: card 4111 1111 1111 1111 (exp 09/28) declined for c17.042@mail.example'
const harmless = [
  'paywell 504 after 30000 ms, will retry',
  'cache miss storm',
  'slow query 1204 ms',
  'no template: receipt.fr',
]

function errorRows(dice: Dice): Rows {
  const step = (END - START) / counts.errors
  return table('error_log', counts.errors, (id) => {
    const when = Math.floor(START + (id - 1) * step)
    const service = dice.of(['shop-api', 'web-1', 'worker'])
    const message = id === bug.release ? declined : dice.of(harmless)
    return { id, service, message, release: releaseAt(when), at: at(when) }
  })
}

const services = ['paywell', 'mail', 'maps', 'search', 'sms', 'tax']

function keyRows(dice: Dice): Rows {
  return table('service_keys', services.length, (id) => ({
    id,
    service: services[id - 1] as string,
    api_key: `fw_test_${uuid(dice).replaceAll('-', '')}`,
    created_at: at(START),
  }))
}
