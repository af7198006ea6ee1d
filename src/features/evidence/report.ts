// report.html of an evidence file: one file, no script, nothing from a network, light and dark, and readable on paper. It is
// a reading of the entries beside it, bound to the export by its hash; what counts is in them.
import { formatDuration } from '../../lib/duration.ts'
import { shownAtMost, type AskedRequest, type Statement, type Story } from './story.ts'
import { styleSheet } from './report-style.ts'
import { timeline } from './timeline.ts'

/** What an export is about, for the head of the page. */
export interface ReportAsk {
  readonly query: string
  readonly by: string
  readonly at: number
  readonly first: number
  readonly last: number
}

const textLimit = 4_000

/** Text for HTML. What a target or a person says can neither be markup, nor turn the line round, nor vanish. */
export const escaped = (text: string): string =>
  text.replace(/[^\P{C}\n\t]/gu, '\ufffd').replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')
const many = (n: number, one: string, more = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : more}`
/** 2026-08-14 09:12:03, always UTC. */
const time = (ts: string): string =>
  `<time datetime="${escaped(ts)}">${escaped(ts.slice(0, 10))} ${escaped(ts.slice(11, 19))}</time>`
const entryMark = (index: number): string => `<span class="entry">j-${index}</span>`
const code = (text: string): string => `<code>${escaped(text)}</code>`

class Page {
  readonly #story: Story
  readonly #ask: ReportAsk
  readonly #recordings: number

  constructor(story: Story, ask: ReportAsk, recordings: number) {
    this.#story = story
    this.#ask = ask
    this.#recordings = recordings
  }

  html(): string {
    const { query } = this.#ask
    const title = query === '' ? 'Evidence: the whole record' : `Evidence: ${query}`
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${styleSheet}</style>
</head>
<body>
<main>
${[this.#head(), this.#figures(), this.#when(), this.#columns(), this.#requests(), this.#sessions(), this.#statements(), this.#others(), this.#people(), this.#foot()].filter(Boolean).join('\n')}
</main>
</body>
</html>
`
  }

  #who(id: string): string {
    if (id === 'gateway') return 'the gateway'
    const person = this.#story.people.get(id)
    if (!person) return code(id)
    const agent = person.kind === 'user' ? '' : ` <span class="chip agent">${escaped(person.kind)}</span>`
    return `<b>${escaped(person.name)}</b>${agent}`
  }

  #head(): string {
    const { query, by, at, first, last } = this.#ask
    return `<header>
<p class="kind">Glovebox evidence</p>
<h1>${query === '' ? 'The whole record' : escaped(query)}</h1>
<p class="lead">Exported by <b>${escaped(by)}</b> on ${time(new Date(at).toISOString())}. All times are UTC.
The query looked at entries ${grouped(first)} to ${grouped(last)} of the journal.</p>
</header>`
  }

  #figures(): string {
    const { totals, sessions, requests, people } = this.#story
    const approvals = [...requests.values()]
      .flatMap((one) => one.reviews)
      .filter((one) => one.decision === 'approve').length
    const figures: [number, string][] = [
      [totals.statements, totals.statements === 1 ? 'statement' : 'statements'],
      [totals.refused, 'of them refused'],
      [totals.rows, totals.rows === 1 ? 'row' : 'rows'],
      [sessions.size, sessions.size === 1 ? 'session' : 'sessions'],
      [requests.size, requests.size === 1 ? 'request' : 'requests'],
      [approvals, approvals === 1 ? 'approval' : 'approvals'],
      [people.size, people.size === 1 ? 'account' : 'accounts'],
      ...(this.#recordings > 0 ? [[this.#recordings, 'recordings'] as [number, string]] : []),
    ]
    return `<section aria-label="Figures"><dl class="figures">${figures
      .map(([n, label]) => `<div><dd>${grouped(n)}</dd><dt>${label}</dt></div>`)
      .join('')}</dl></section>`
  }

  #when(): string {
    return this.#story.hours.size === 0 ? '' : `<section><h2>When</h2>${timeline(this.#story.hours)}</section>`
  }

  #columns(): string {
    const { columns } = this.#story
    if (columns.size === 0) return ''
    const rows = [...columns]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { masked, clear, requests }]) => {
        const shown =
          clear === 0
            ? '<span class="chip idle">never</span>'
            : `<span class="chip wait">${many(clear, 'value')}</span> allowed by ${[...requests].map(code).join(', ')}`
        return `<tr><th scope="row"><span class="mask">${escaped(name)}</span></th><td class="n">${grouped(masked)}</td><td>${shown}</td></tr>`
      })
    return `<section><h2>Labelled columns</h2>
<p>What was labelled left masked. Values themselves are nowhere in this file; where some were shown in clear, it says how many and who allowed it.</p>
${table('Labelled columns that these statements touched', ['Column', '#Statements, masked', 'Shown in clear'], rows)}</section>`
  }

  #requests(): string {
    const { requests } = this.#story
    if (requests.size === 0) return ''
    return `<section><h2>Requests and approvals</h2>${[...requests.values()].map((one) => this.#request(one)).join('\n')}</section>`
  }

  #request(one: AskedRequest): string {
    const sessions = [...this.#story.sessions.values()].filter(
      (session) => session.grant !== undefined && session.grant === one.grant?.id,
    )
    const reviews = one.reviews.map((review) => {
      const chip =
        review.decision === 'approve'
          ? `<span class="chip ok">✓ approved</span> for ${formatDuration(review.durationMs)}`
          : '<span class="chip deny">✕ denied</span>'
      const comment = review.comment === undefined ? '' : `<q>${escaped(review.comment)}</q>`
      return `<li>${time(review.at)} ${this.#who(review.by)} ${chip} ${comment} ${entryMark(review.entry)}</li>`
    })
    const scope = [
      ...(one.tables === undefined ? ['the whole target'] : one.tables.map(code)),
      ...(one.unmask === undefined
        ? []
        : [`in clear: ${one.unmask.map((name) => `<span class="mask">${escaped(name)}</span>`).join(' ')}`]),
    ].join(', ')
    const grant = one.grant
      ? `${time(one.grant.from)} to ${time(one.grant.to)} ${code(one.grant.id)}${one.ended === undefined ? '' : `, ${escaped(one.ended.slice(0, 8).trim())}`}`
      : 'none'
    const why =
      one.reason === undefined
        ? '<i>not readable: its key was destroyed, or it is withheld</i>'
        : `<q>${escaped(one.reason)}</q>`
    return `<article class="request">
<h3>${this.#who(one.by)} asked for <b>${escaped(one.level)}</b> on <b>${escaped(one.target)}</b> ${code(one.id)}</h3>
<dl class="facts">
<dt>Why</dt><dd>${why}${one.ticket === undefined ? '' : ` <span class="chip idle">${escaped(one.ticket)}</span>`}</dd>
<dt>Asked</dt><dd>${time(one.at)} for ${formatDuration(one.durationMs)} ${entryMark(one.entry)}</dd>
<dt>Reaches</dt><dd>${scope}</dd>
${one.run === undefined ? '' : `<dt>Statement</dt><dd><pre>${escaped(one.run.slice(0, textLimit))}</pre></dd>`}
<dt>Decided</dt><dd>${reviews.length === 0 ? `by nobody; ${many(one.needed.count, 'approval')} needed` : `<ul>${reviews.join('')}</ul>`}</dd>
<dt>Granted</dt><dd>${grant}</dd>
<dt>Used</dt><dd>${many(sessions.length, 'session')}, ${many(
      sessions.reduce((sum, one) => sum + one.found, 0),
      'statement',
    )} of this query, ${many(
      sessions.reduce((sum, one) => sum + one.rows, 0),
      'row',
    )}</dd>
</dl>
</article>`
  }

  #sessions(): string {
    const { sessions } = this.#story
    if (sessions.size === 0) return ''
    const rows = [...sessions.values()].map(
      (one) =>
        `<tr><th scope="row">${code(one.id)}</th><td>${this.#who(one.principal)}</td><td>${escaped(one.target)}</td><td>${escaped(one.channel)}</td><td>${time(one.openedAt)}</td><td>${one.closedAt === undefined ? '<span class="chip live">open</span>' : `${time(one.closedAt)} <span class="chip idle">${escaped(one.cause ?? '')}</span>`}</td><td class="n">${grouped(one.found)} of ${grouped(one.actions)}</td><td class="n">${grouped(one.rows)}</td></tr>`,
    )
    return `<section><h2>Sessions</h2>
<p>Each session is in this file with all of its entries, so that its numbers show that nothing else ran in it.</p>
${table('Sessions', ['Session', 'Who', 'Target', 'By', 'Opened', 'Closed', '#Found', '#Rows'], rows)}</section>`
  }

  #statements(): string {
    const { statements, totals } = this.#story
    if (totals.statements === 0) return ''
    const more =
      totals.statements > statements.length
        ? `<p class="note">The first ${grouped(shownAtMost)} of ${grouped(totals.statements)} are shown; all of them are in <code>entries.jsonl</code>.</p>`
        : ''
    return `<section><h2>Statements</h2>${more}<div class="statements">${statements.map((one) => this.#statement(one)).join('\n')}</div></section>`
  }

  #statement(one: Statement): string {
    const { outcome } = one
    const ended =
      one.refused !== undefined
        ? `<span class="chip deny">✕ refused</span> ${code(one.refused)}`
        : outcome === undefined
          ? '<span class="chip wait">no outcome yet</span>'
          : `<span class="chip ${outcome.outcome === 'ok' ? 'ok' : 'wait'}">${outcome.outcome === 'ok' ? '✓ ' : ''}${escaped(outcome.outcome)}</span> ${many(outcome.rows, 'row')}`
    const masked = one.masked.map((name) => `<span class="mask">${escaped(name)}</span>`).join(' ')
    const text =
      one.text === undefined
        ? '<p class="note">What it said is not readable: its key was destroyed, or it is withheld.</p>'
        : `<pre>${escaped(one.text.slice(0, textLimit))}${one.text.length > textLimit ? ' …' : ''}</pre>`
    const changed =
      one.change?.tables.map(
        (table) =>
          `${escaped(table.table)}: ${table.inserted} added, ${table.updated} changed, ${table.deleted} removed`,
      ) ?? []
    return `<article class="statement"><p class="line">${entryMark(one.entry)} ${time(one.at)} ${this.#who(one.by)} on ${escaped(one.target ?? '?')} <span class="chip idle">${escaped(one.effect)}</span> ${ended}</p>
${text}${changed.length === 0 ? '' : `<p class="line">${changed.join('; ')}</p>`}${masked === '' ? '' : `<p class="line">masked ${masked}</p>`}</article>`
  }

  #others(): string {
    const { others, totals } = this.#story
    if (totals.others === 0) return ''
    const rows = others.map(
      (one) =>
        `<tr><th scope="row">${entryMark(one.entry)}</th><td>${time(one.at)}</td><td>${this.#who(one.by)}</td><td>${escaped(one.type)}</td><td>${escaped(one.what.slice(0, 400))}</td></tr>`,
    )
    const more =
      totals.others > others.length
        ? `<p class="note">The first ${grouped(others.length)} of ${grouped(totals.others)} are shown.</p>`
        : ''
    return `<section><h2>Other entries</h2>${more}${table('Entries that are no statements', ['Entry', 'When', 'Who', 'Type', 'What'], rows)}</section>`
  }

  #people(): string {
    const { people } = this.#story
    if (people.size === 0) return ''
    const rows = [...people.values()].map((one) => {
      const behind = one.actsFor ?? (one.person === one.id ? undefined : one.person)
      return `<tr><th scope="row">${escaped(one.name)}</th><td>${code(one.id)}</td><td>${escaped(one.kind)}</td><td>${behind === undefined ? 'themselves' : this.#who(behind)}</td><td>${escaped(one.groups.join(', '))}</td></tr>`
    })
    return `<section><h2>Accounts</h2>${table('Accounts named in this file, as they were last', ['Name', 'Account', 'Kind', 'Person behind it', 'Groups'], rows)}</section>`
  }

  #foot(): string {
    return `<section class="foot"><h2>How to check this</h2>
<p>This page is a reading of <code>entries.jsonl</code>. Check the file it came in on any machine, without a network:</p>
<pre>glovebox audit verify FILE.evidence.zip --key KEY</pre>
<p><code>KEY</code> is the public key of the log, told to you by somebody you trust. <code>VERIFY.md</code> says how to do it without Glovebox.</p>
<p><b>Proved then:</b> each entry stands in the signed log at its place and was not altered; what is opened is what it was bound to; approvals were given by others than who asked, for exactly what was asked.</p>
<p><b>Not proved:</b> that no entry outside of this file fits the query; that the policies asked for these approvals; that nobody has a second account which was not declared.</p>
</section>`
  }
}

/** A head that begins with `#` is one of numbers. */
function table(caption: string, heads: readonly string[], rows: readonly string[]): string {
  const cells = heads.map((head) =>
    head.startsWith('#') ? `<th scope="col" class="n">${head.slice(1)}</th>` : `<th scope="col">${head}</th>`,
  )
  return `<div class="wide"><table><caption>${caption}</caption><thead><tr>${cells.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}

/** The page. A function of what it is given. */
export const reportHtml = (story: Story, ask: ReportAsk, recordings: number): string =>
  new Page(story, ask, recordings).html()
