// What all connections of one gateway share: whose cancel key is whose, and one snapshot of walls per target.
import { randomInt } from 'node:crypto'
import { isRefusal, GloveboxError } from '../../core/error.ts'
import type { Grant, Target } from '../../core/nouns.ts'
import type { Gate } from '../../gate/types.ts'
import type { Connection } from './connection.ts'
import { dsnOf } from './options.ts'
import { OwnSession } from './own-session.ts'
import { Estimates } from './rights/estimate.ts'
import { Shown } from './rights/shown.ts'
import type { BackendKey } from './wire.ts'
import type { Walls, WallsModule } from './walls/types.ts'

export class Shared {
  /** By the process number that we invented. Owned here. */
  readonly #cancel = new Map<number, { readonly secret: number; readonly connection: Connection }>()
  /** By the configured object: a changed target gets new walls. */
  readonly #walls = new WeakMap<Target, Promise<Walls>>()

  readonly #estimates = new WeakMap<Walls, Estimates>()
  /** What the grants with unmasked columns have shown; by grant. */
  readonly #shown = new Map<string, Shown>()

  /** What the planner said about a target's statements. */
  estimates(walls: Walls): Estimates {
    const held = this.#estimates.get(walls) ?? new Estimates()
    this.#estimates.set(walls, held)
    return held
  }

  /** The one count of a grant; undefined = it unmasks nothing. */
  shown(grant: Grant): Shown | undefined {
    if (grant.scope.unmask === undefined) return undefined
    const held = this.#shown.get(grant.id) ?? new Shown(grant)
    this.#shown.set(grant.id, held)
    return held
  }

  /** Makes a cancel key for a connection; the real one of the target never leaves. */
  register(connection: Connection): BackendKey {
    let pid = randomInt(1, 0x7fffffff)
    while (this.#cancel.has(pid)) pid = randomInt(1, 0x7fffffff)
    const secret = randomInt(0, 0x100000000) | 0
    this.#cancel.set(pid, { secret, connection })
    return { pid, secret }
  }
  forget(key: BackendKey): void {
    this.#cancel.delete(key.pid)
  }
  /** The connection that this key belongs to. Wrong keys find nothing and learn nothing. */
  find(key: BackendKey): Connection | undefined {
    const held = this.#cancel.get(key.pid)
    return held !== undefined && held.secret === key.secret ? held.connection : undefined
  }

  /** The walls of a target where they stand already: no connection is needed for what they know. */
  held(target: Target): Promise<Walls> | undefined {
    return this.#walls.get(target)
  }

  /** The walls of a target, made on first use by a session of the gateway. Throws GloveboxError; a failure is not kept. */
  walls(module: WallsModule, gate: Gate, target: Target, serverVersion: number): Promise<Walls> {
    const held = this.#walls.get(target)
    if (held !== undefined) return held
    const own = new OwnSession(module, gate, target)
    const made = module.openWalls({
      target,
      database: dsnOf(target).database,
      serverVersion,
      load: (sql) => own.rows(sql),
      recordKey: gate.literalKey,
    })
    this.#walls.set(target, made)
    made.catch(() => this.#walls.delete(target)) // closed: whoever waits gets the error, the next one tries again
    return made
  }
}

/** Turns a refusal into a failure. */
export function orThrow<T>(value: T): Exclude<T, { readonly code: string; readonly next: readonly string[] }> {
  if (isRefusal(value)) throw new GloveboxError(value)
  return value as Exclude<T, { readonly code: string; readonly next: readonly string[] }>
}
