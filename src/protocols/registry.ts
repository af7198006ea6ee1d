// Every target protocol, one line each. A list rather than registration by side effect: "go to definition" finds it.
import { postgres } from './postgres/index.ts'
import type { Protocol } from './protocol.ts'

export const protocols: readonly Protocol[] = [postgres]
