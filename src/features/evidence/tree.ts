// Hashes of the log's tree from its tiles, for a proof. Tiles are a convenience: whoever uses them checks what comes out
// against the signed root.
import { nodeHash, type TreeHash } from '../../tlog/merkle.ts'
import type { AsyncSubtree } from '../../tlog/evidence/inclusion.ts'
import { readWidth } from '../../tlog/prove.ts'
import type { Reader } from '../../tlog/reader.ts'
import { decodeTile, tilePath, tileWidth, widthAt } from '../../tlog/tile.ts'

/** Tiles in memory: the way down to the leaves, and the next one beside each. */
const cached = 64

/** RangeError when a tile is missing or too short. Not for concurrent use. */
export function subtreeOf(log: Reader, size: number): AsyncSubtree {
  const tiles = new Map<string, TreeHash[]>()
  const tile = async (level: number, n: number): Promise<TreeHash[]> => {
    const key = `${level}/${n}`
    let hashes = tiles.get(key)
    if (!hashes) {
      const width = widthAt(level, n, size)
      const found = await readWidth(log, (w) => tilePath(level, n, w), width)
      if (!found) throw new RangeError(`${tilePath(level, n, width)} is missing`)
      hashes = decodeTile(found.bytes, width)
    }
    // Newest last: the oldest goes first.
    tiles.delete(key)
    tiles.set(key, hashes)
    if (tiles.size > cached) tiles.delete(tiles.keys().next().value as string)
    return hashes
  }
  const subtree: AsyncSubtree = async (level, index) => {
    if (level % 8 !== 0) return nodeHash(await subtree(level - 1, index * 2), await subtree(level - 1, index * 2 + 1))
    const hash = (await tile(level / 8, Math.floor(index / tileWidth)))[index % tileWidth]
    if (!hash) throw new RangeError(`the hash of ${level}/${index} is missing`)
    return hash
  }
  return subtree
}
