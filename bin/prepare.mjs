// Loaded before the program, for its start and its memory.
import { constants, enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

// WebAssembly is compiled a second time, better, once it has run this much. By default that is so little that reading the
// policies at the start sets it off for nothing and leaves 40 MB behind; what is really hot (the SQL parser) still gets it.
setFlagsFromString('--wasm-tiering-budget=1000000000')

// Keeps compiled code between runs: it halves the start of every verb, and no TypeScript has to be stripped then. The cache
// lies beside the code itself, or in the home of who runs it: never where somebody else could put theirs. Where neither
// can be written all works as before.
const beside = fileURLToPath(new URL('../node_modules/.cache/glovebox', import.meta.url))
const failed = constants?.compileCacheStatus?.FAILED
if (enableCompileCache?.(beside)?.status === failed) enableCompileCache?.(join(homedir(), '.cache', 'glovebox'))
