// A number and what it counts, for people: `1 row`, `2 rows`.

/** `one` is the word for one; others get an s. */
export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`
