// Levels of access and effects of actions: one order, so that "is this allowed at that level" is one comparison (G5).

/** What may be granted, from least to most. */
export const levels = ['observe', 'read', 'write', 'admin'] as const
export type Level = (typeof levels)[number]

/** What an action does. `unknown` counts as more than everything that can be granted. */
export type Effect = Level | 'unknown'

const rank = (effect: Effect): number => (effect === 'unknown' ? levels.length : levels.indexOf(effect))

/** Does a grant of `level` cover an action of `effect`? `unknown` is never covered. */
export const covers = (level: Level, effect: Effect): boolean => rank(effect) <= rank(level)

/** Is `a` more than `b`? */
export const isHigher = (a: Effect, b: Effect): boolean => rank(a) > rank(b)
