// `glovebox explain GBX-nnnn`: the catalogue's entry, without a gateway.
import { docsOf, errors, fail, type ErrorCode } from '../../../core/error.ts'
import { nearest } from '../../../lib/nearest.ts'
import { showJson, showView } from '../output.ts'
import type { Call } from '../table.ts'

/** Shows one code: what it says, why, what next, and how it looks on each path. */
export async function explain({ given, io, json }: Call): Promise<number> {
  const typed = String(given.code).toUpperCase()
  const code = (/^\d{4}$/.test(typed) ? `GBX-${typed}` : typed) as ErrorCode
  if (!(code in errors)) {
    const near = nearest(code, Object.keys(errors))
    fail('GBX-1001', { what: `unknown code ${code}${near ? `; did you mean ${near}?` : ''}` })
  }
  const { name, title, http, exit, sqlstate, ...rest } = errors[code]
  const why = 'why' in rest ? rest.why : undefined
  const next: readonly string[] = 'next' in rest ? rest.next : []
  const entry = {
    code,
    name,
    title,
    ...(why === undefined ? {} : { why }),
    next,
    http,
    exit,
    sqlstate,
    docs: docsOf(code),
  }
  if (json) showJson(io, entry)
  else {
    const lines = [
      `${code} ${name}`,
      `  says    ${title}`,
      ...(why ? [`  why     ${why}`] : []),
      ...next.map((line) => `  next    ${line}`),
    ]
    showView(io, {
      lines: [...lines, `  seen    HTTP ${http}, exit ${exit}, SQLSTATE ${sqlstate}`, `  docs    ${docsOf(code)}`],
    })
  }
  return 0
}
