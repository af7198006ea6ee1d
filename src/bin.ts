// argv -> surfaces/cli. Gives the verbs what they can do on this machine, each by a lazy import, so that `glovebox whoami`
// never loads a gateway.
import { readFileSync } from 'node:fs'
import { main } from './surfaces/cli/main.ts'
import type { Host } from './surfaces/cli/host.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

const host: Host = {
  version,
  up: async ({ config, optional, data, log }) => {
    const [{ readConfig }, { startGateway }] = await Promise.all([import('./config.ts'), import('./gateway.ts')])
    return startGateway({ config: readConfig(config, undefined, optional), data, log, version })
  },
  demo: async (options) => (await import('./demo/demo.ts')).startDemo({ ...options, version }),
  tour: async (options) => (await import('./demo/tour.ts')).tour({ ...options, version }),
  setUser: async (data, change) => (await import('./offline.ts')).setUser(data, change),
  verify: async (dir, key, policy) => (await import('./offline.ts')).verifyFolder(dir, key, policy),
  verifyEvidence: async (file, key, policy) => (await import('./offline.ts')).verifyEvidenceFile(file, key, policy),
  witness: async (run) => (await import('./witness.ts')).runWitness(run),
  witnessKey: async (data) => (await import('./witness.ts')).witnessKey(data),
  rebuild: async (data) => (await import('./offline.ts')).rebuildStore(data),
}

// `glovebox requests | head`: who reads us has gone, and so do we, without a word, as other tools do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(141) // 128 + SIGPIPE
})

process.exitCode = await main(process.argv.slice(2), host)
