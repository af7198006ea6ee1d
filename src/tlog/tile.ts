// Where a log keeps its hashes and entries: tiles and entry bundles of c2sp.org/tlog-tiles. Paths, widths, encodings.
import { Reader, Writer } from '../lib/bytes.ts'
import { nodeHash, type Subtree, type TreeHash } from './merkle.ts'

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256
/** The length of an entry is a uint16. */
export const maxEntryBytes = 65_535

/** N as groups of three digits, all but the last marked by x: 1234067 -> x001/x234/067. */
function tileNumber(n: number): string {
  let path = String(n % 1000).padStart(3, '0')
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000))
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`
  return path
}

const partial = (width: number): string => (width === tileWidth ? '' : `.p/${width}`)

/** Path below the log's root, e.g. `tile/0/273.p/112`. `width` 1 to 256. */
export const tilePath = (level: number, n: number, width: number = tileWidth): string =>
  `tile/${level}/${tileNumber(n)}${partial(width)}`

/** Path of the entries that go with tile/0/N. */
export const bundlePath = (n: number, width: number = tileWidth): string =>
  `tile/entries/${tileNumber(n)}${partial(width)}`

/** How many hashes level `level` has in a tree of `size`. Only full tiles are hashed upward. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / tileWidth ** level)

/** Width of tile n at a level in a tree of `size`; 0 = there is no such tile. */
export const widthAt = (level: number, n: number, size: number): number =>
  Math.max(0, Math.min(tileWidth, hashesAt(level, size) - n * tileWidth))

/** uint16 length and bytes of each entry. RangeError when one is too long. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  const writer = new Writer(entries.length * 400 + 16)
  for (const entry of entries) {
    if (entry.length > maxEntryBytes) throw new RangeError(`entry of ${entry.length} bytes`)
    writer.u16(entry.length).bytes(entry)
  }
  return writer.view()
}

/** The first `count` entries of a bundle. RangeError when it holds fewer whole ones, or more bytes unless it is a `wider` bundle. */
export function decodeBundle(bundle: Uint8Array, count: number, wider = false): Buffer[] {
  const reader = new Reader(bundle)
  const entries: Buffer[] = []
  while (entries.length < count) entries.push(reader.take(reader.u16()))
  if (!wider && reader.left > 0) throw new RangeError(`${reader.left} bytes after the last of ${count} entries`)
  return entries
}

/** The hashes of a tile. RangeError when it holds fewer than `count`. */
export function decodeTile(tile: Uint8Array, count: number): TreeHash[] {
  const reader = new Reader(tile)
  return Array.from({ length: count }, () => reader.take(32))
}

/** Subtree hashes for proofs from all hashes of each tile level; `levels[l][i]` = hash i of level l. */
export function subtreesOf(levels: readonly (readonly TreeHash[])[]): Subtree {
  const subtree: Subtree = (level, index) => {
    if (level % 8 === 0) {
      const stored = levels[level / 8]?.[index]
      if (stored) return stored
    }
    if (level === 0) throw new RangeError(`leaf ${index} is not in the tiles`)
    return nodeHash(subtree(level - 1, index * 2), subtree(level - 1, index * 2 + 1))
  }
  return subtree
}
