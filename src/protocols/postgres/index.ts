// PostgreSQL behind its walls.
import * as walls from './walls/index.ts'
import { postgresWith } from './with-walls.ts'

export const postgres = postgresWith(walls)
