// Looks for secrets in every byte of every file of a folder, also as hexadecimal, base64 and UTF-16, and in whatever is
// compressed there.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

export interface Canary {
  readonly name: string
  readonly bytes: Buffer
}

export const canary = (name: string, text: string): Canary => ({ name, bytes: Buffer.from(text) })

/** Base64 of something in the middle of other bytes: its characters that don't depend on what is around it. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const from = Math.ceil((before * 8) / 6)
    return text.slice(from, Math.floor(((before + bytes.length) * 8) / 6))
  })
}

function formsOf({ bytes }: Canary): Buffer[] {
  const hex = bytes.toString('hex')
  const base64 = base64Forms(bytes)
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  return [
    bytes,
    Buffer.from(hex),
    Buffer.from(hex.toUpperCase()),
    ...[...base64, ...url].map((text) => Buffer.from(text)),
    Buffer.from(bytes.toString('latin1'), 'utf16le'),
    Buffer.from(bytes).reverse(),
  ]
}

/** What is compressed somewhere in these bytes: gzip, zlib, members of zip archives; a whole file of brotli. */
function unpacked(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  const attempt = (unpack: () => Buffer): void => {
    try {
      found.push(unpack())
    } catch {
      // it only looked like that
    }
  }
  for (let at = bytes.indexOf('1f8b08', 0, 'hex'); at >= 0; at = bytes.indexOf('1f8b08', at + 1, 'hex'))
    attempt(() => gunzipSync(bytes.subarray(at)))
  for (const head of ['7801', '789c', '78da'])
    for (let at = bytes.indexOf(head, 0, 'hex'); at >= 0; at = bytes.indexOf(head, at + 1, 'hex'))
      attempt(() => inflateSync(bytes.subarray(at)))
  for (let at = bytes.indexOf('504b0304', 0, 'hex'); at >= 0; at = bytes.indexOf('504b0304', at + 1, 'hex')) {
    if (at + 30 > bytes.length || bytes.readUInt16LE(at + 8) !== 8) continue
    const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
    attempt(() => inflateRawSync(bytes.subarray(from)))
  }
  if (bytes.length < 1_000_000) attempt(() => brotliDecompressSync(bytes))
  return found
}

export function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
}

/** `name of the canary in path of the file`, for each that was found. */
export function findCanaries(dir: string, canaries: readonly Canary[]): string[] {
  const found: string[] = []
  for (const path of filesIn(dir)) {
    const bytes = readFileSync(path)
    const texts = [bytes, ...unpacked(bytes)]
    for (const one of canaries)
      if (formsOf(one).some((form) => texts.some((text) => text.includes(form)))) found.push(`${one.name} in ${path}`)
  }
  return found
}
