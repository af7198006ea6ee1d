// Masked is the proof that bytes may leave towards a client: either the masker saw them, or we made them ourselves.
// It costs nothing at run time; the house check forbids minting it anywhere else (G2).

declare const masked: unique symbol
export type Masked = Uint8Array & { readonly [masked]: true }

/** Bytes that Glovebox made itself (greetings, errors, notices) and that quote no data of a target. Easy to count in review. */
export const own = (bytes: Uint8Array): Masked => bytes as Masked

/** Only masking/scan.ts calls this, for bytes that it has seen whole. */
export const seen = (bytes: Uint8Array): Masked => bytes as Masked
