#!/usr/bin/env node
// The command `glovebox`: sources when they are there (a checkout), else what was published in dist/.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onNode24 } from './node24.mjs'

const source = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const built = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
await onNode24(existsSync(source) ? source : built, process.argv.slice(2))
