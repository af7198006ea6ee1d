// The plain pages that stand in until the web console is there: a start page, the API reference, the error catalogue.
// No script, one inline style whose hash is in the Content-Security-Policy.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { errors, type ErrorCode } from '../../core/error.ts'
import type { Operation } from '../../operations/operation.ts'

const style = `
:root{color-scheme:light dark;--bg:#F6F7F5;--surface:#fff;--ink:#17211D;--ink-2:#4A5650;--line:#D5DAD6;--accent:#0B6B5C}
@media(prefers-color-scheme:dark){:root{--bg:#101614;--surface:#171F1C;--ink:#E7EDEA;--ink-2:#B4C0BA;--line:#2C3733;--accent:#5CC9B3}}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/24px system-ui,sans-serif}
main{max-width:68ch;margin:0 auto;padding:32px 16px}h1{font-size:25px;line-height:32px}h2{font-size:20px;line-height:28px;margin-top:32px}
a{color:var(--accent)}p,dd{color:var(--ink-2)}code,pre{font:14px/20px ui-monospace,monospace;overflow-wrap:anywhere}
pre{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:12px;overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:4px 12px 4px 0;border-bottom:1px solid var(--line)}
dt{font-weight:600;margin-top:12px}dd{margin:0}:focus-visible{outline:2px solid #0B57D0;outline-offset:2px}
`

/** Source expression of the one style for the CSP header. */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

const escape = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${style}</style></head><body><main><h1>${escape(title)}</h1>${body}</main></body></html>`

/** GET / */
export const startPage = (): string =>
  page(
    'Glovebox is running',
    `<p>The web console comes with a later version. Everything works from the command line and over the API today.</p>
<ul><li><a href="/api">API reference</a> (<a href="/api/openapi.json">OpenAPI 3.1</a>)</li><li><a href="/errors">Every error, with its reason and the next step</a></li></ul>
<h2>Ask for access</h2><pre>glovebox connect TARGET -w "why you need it" --for 30m</pre><h2>Decide about a request</h2><pre>glovebox requests
glovebox review approve r-…</pre>`,
  )

/** GET /api: every operation with its fields. */
export function apiPage(operations: readonly Operation[]): string {
  const rows = [...operations]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((operation) => {
      const { properties = {} } = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' })
      const fields = Object.entries(properties).map(
        ([name, field]) =>
          `<tr><td><code>${escape(name)}</code></td><td>${escape((typeof field === 'object' ? field.description : undefined) ?? '')}</td></tr>`,
      )
      const table = fields.length === 0 ? '' : `<table>${fields.join('')}</table>`
      return `<h2 id="${escape(operation.name)}">${escape(operation.name)}</h2><p>${escape(operation.summary)}</p><pre>${operation.method} /api${escape(operation.path)}</pre><p>Who: ${escape(operation.needs)}</p>${table}`
    })
  return page(
    'API reference',
    `<p>Sign in with <code>Authorization: Bearer gbx_…</code>. Errors are <code>application/problem+json</code>. <a href="/api/openapi.json">OpenAPI 3.1</a></p>${rows.join('')}`,
  )
}

/** GET /errors: the catalogue; each entry is the target of a problem's `type`. */
export function errorsPage(): string {
  const rows = (Object.keys(errors) as ErrorCode[]).map((code) => {
    const { title, http, exit, sqlstate, ...rest } = errors[code]
    const why = 'why' in rest ? `<dd>${escape(rest.why)}</dd>` : ''
    return `<dt id="${code.toLowerCase()}">${code} ${escape(rest.name)}</dt><dd>${escape(title)}</dd>${why}<dd><code>HTTP ${http} · exit ${exit} · SQLSTATE ${sqlstate}</code></dd>`
  })
  return page('Errors', `<dl>${rows.join('')}</dl>`)
}
