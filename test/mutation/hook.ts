// Loaded with --import into the process of a test: switches off one rule of the walls by changing the text of one source
// file as it is read. Exists in tests only; the file on disk stays as it is. MUTANT = a Mutant as JSON.
import { registerHooks } from 'node:module'
import { applied, type Mutant } from './mutants.ts'

const mutant = JSON.parse(process.env['MUTANT'] ?? '{}') as Mutant

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.endsWith(`/src/protocols/postgres/walls/${mutant.file}`)) return loaded
    const text = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString()
    return { ...loaded, source: applied(mutant, text) }
  },
})
