// The text form of metrics: OpenMetrics 1.0 where the reader asks for it, else Prometheus' format 0.0.4.

/** One metric with its samples. A `counter` is named without `_total`. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** By OpenMetrics the name ends in it. */
  readonly unit?: 'seconds' | 'bytes'
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
  /** Of a histogram: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string
}

/** By ABNF: `\`, `"` and line feeds are escaped. */
const label = ([name, value]: readonly [string, string]): string =>
  `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`

const lineOf = (name: string, { labels = {}, value }: Sample): string => {
  const told = Object.entries(labels).map(label).join(',')
  return `${name}${told === '' ? '' : `{${told}}`} ${value}`
}

/** The whole page. A family without samples is left out. */
export function metricsText(families: readonly Family[], openMetrics: boolean): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, kind, unit, samples }) => {
      const sampled = kind === 'counter' ? `${name}_total` : name
      const family = openMetrics ? name : sampled
      return [
        `# HELP ${family} ${help}`,
        `# TYPE ${family} ${kind}`,
        ...(openMetrics && unit !== undefined ? [`# UNIT ${family} ${unit}`] : []),
        ...samples.map((sample) => lineOf(sampled + (sample.suffix ?? ''), sample)),
      ]
    })
  return `${[...lines, ...(openMetrics ? ['# EOF'] : [])].join('\n')}\n`
}

/** Content type of the page. */
export const metricsType = (openMetrics: boolean): string =>
  openMetrics
    ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
    : 'text/plain; version=0.0.4; charset=utf-8'

/** Counts durations into buckets; constant memory. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** Upper bounds in seconds, growing. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  add(seconds: number): void {
    const bucket = this.#bounds.findIndex((bound) => seconds <= bound)
    const at = bucket < 0 ? this.#bounds.length : bucket
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#sum += seconds
  }

  get samples(): readonly Sample[] {
    let count = 0
    const buckets = this.#counts.map((n, i) => {
      count += n
      const bound = this.#bounds[i]
      return { suffix: '_bucket', labels: { le: bound === undefined ? '+Inf' : String(bound) }, value: count }
    })
    return [...buckets, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: count }]
  }
}

/** Counters by label values; the set of values is closed or bounded by the configuration. */
export class Counter<L extends string> {
  readonly #names: readonly L[]
  readonly #counts = new Map<string, { readonly labels: Record<L, string>; value: number }>()

  constructor(...names: L[]) {
    this.#names = names
  }

  add(values: readonly string[], by = 1): void {
    const key = values.join('\0')
    const one = this.#counts.get(key)
    if (one) one.value += by
    else {
      const labels = Object.fromEntries(this.#names.map((name, i) => [name, values[i] ?? ''])) as Record<L, string>
      this.#counts.set(key, { labels, value: by })
    }
  }

  get samples(): readonly Sample[] {
    return [...this.#counts.values()]
  }
}
