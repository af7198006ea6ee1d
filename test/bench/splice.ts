// What we are measured against: a process that joins two sockets and does nothing else. With a file as second argument it
// also writes and fdatasyncs 200 bytes before it passes on what a client sends, as a record of every statement costs.
import { closeSync, openSync } from 'node:fs'
import { fdatasync, write } from 'node:fs'
import net from 'node:net'

const [upstream = '0', file] = process.argv.slice(2)
const fd = file === undefined ? undefined : openSync(file, 'a', 0o600)
const record = Buffer.alloc(200, 0x2e)

const server = net.createServer({ noDelay: true }, (client) => {
  const target = net.connect({ host: '127.0.0.1', port: Number(upstream), noDelay: true })
  for (const [one, other] of [
    [client, target],
    [target, client],
  ] as const) {
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
  }
  target.pipe(client)
  if (fd === undefined) client.pipe(target)
  else
    client.on('data', (bytes) => {
      client.pause()
      write(fd, record, () =>
        fdatasync(fd, () => {
          target.write(bytes)
          client.resume()
        }),
      )
    })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as net.AddressInfo).port}\n`))
process.stdin.resume().on('end', () => {
  if (fd !== undefined) closeSync(fd)
  process.exit(0)
})
